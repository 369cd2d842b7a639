public import Messages
public import Tensors

/// The names under which tensors are written, and, for another framework's names, their layout.
public enum NamingScheme: String, CaseIterable, Sendable {
  /// Keep the names as they are.
  case keep
  /// Those of recurrent cells as TensorFlow 1.2 and later spell them; all others as they are.
  case modern
  /// Those of recurrent cells as TensorFlow 1.0 and 1.1 spell them.
  case tensorFlow1_0 = "tensorflow-1.0"
  /// Those of recurrent cells as TensorFlow before 1.0 spells them.
  case tensorFlow0 = "tensorflow-0"
  /// torchvision's Inception v3 with an `LSTMCell`, an `Embedding` and two `Linear` beside it.
  case pytorch
  /// `keras.applications.InceptionV3` with an `LSTMCell`, an `Embedding` and two `Dense` beside it.
  case keras

  /// The scheme with the name that a person types; `tensorflow-1.2` is another name for `modern`.
  public init?(name: String) {
    guard let scheme = name == NamingEra.modern.rawValue ? .modern : Self(rawValue: name) else { return nil }
    self = scheme
  }

  /// The era of TensorFlow whose names it uses; nil for another framework's names and for `keep`.
  package var era: NamingEra? {
    switch self {
    case .modern: .modern
    case .tensorFlow1_0: .tensorFlow1_0
    case .tensorFlow0: .tensorFlow0
    case .keep, .pytorch, .keras: nil
    }
  }

  /// The scheme of an era.
  package init(_ era: NamingEra) {
    switch era {
    case .modern: self = .modern
    case .tensorFlow1_0: self = .tensorFlow1_0
    case .tensorFlow0: self = .tensorFlow0
    }
  }

  /// Whether it is another framework's, whose tensors have other shapes, so that renaming is not enough.
  public var changesLayout: Bool { frameworkNames != nil }

  /// The scheme in words.
  public var title: Message {
    switch self {
    case .keep: "the source"
    case .pytorch: "PyTorch (torchvision)"
    case .keras: "Keras"
    case .modern, .tensorFlow1_0, .tensorFlow0: era?.title ?? "\(rawValue)"
    }
  }

  /// The scheme of the tensors' names; nil if none is recognized, or if several eras occur side by side.
  ///
  /// Another framework's names count if more than half of the encoder's or of the decoder's exist and their shapes fit.
  public static func detect(in descriptors: [TensorDescriptor]) -> NamingScheme? {
    framework(in: descriptors) ?? NamingEra.detect(in: descriptors.lazy.map(\.name)).map { NamingScheme($0) }
  }

  /// The other framework whose names the tensors have; nil if none is recognized.
  package static func framework(in descriptors: [TensorDescriptor]) -> NamingScheme? {
    FrameworkNames.all.first { $0.recognizes(descriptors) }?.scheme
  }

  var frameworkNames: FrameworkNames? { FrameworkNames.all.first { $0.scheme == self } }
}
