internal import Tensors

/// The variables of Show and Tell under another framework's names and in its layout: tables, and conversions in both
/// directions.
struct FrameworkNames: Sendable {
  /// How the other framework's layout of a tensor differs from TensorFlow's.
  enum Layout: Sendable {
    /// The same.
    case same
    /// A convolution's kernel `[output channels, input channels, height, width]`; TensorFlow's is `[height, width, input, output]`.
    case convolution
    /// A matrix whose rows are TensorFlow's columns.
    case transposed

    /// The other framework's axes, each by the number of TensorFlow's axis.
    var axes: [Int]? {
      switch self {
      case .same: nil
      case .convolution: [3, 2, 0, 1]
      case .transposed: [1, 0]
      }
    }

    /// TensorFlow's axes, each by the number of the other framework's.
    var inverseAxes: [Int]? { axes.map { axes in axes.indices.map { axes.firstIndex(of: $0) ?? $0 } } }
  }

  /// A tensor that both frameworks have.
  struct Row: Sendable {
    let canonical: String
    let foreign: String
    var layout = Layout.same
  }

  /// A scale of a normalization, which im2txt does not have but the other framework's module requires.
  struct Scale: Sendable {
    let canonical: String
    let foreign: String
    /// The offset of the same normalization, by its canonical name, for its dtype and shape.
    let beta: String
  }

  let scheme: NamingScheme
  /// The convolutions and their normalizations, in the order in which they run.
  let encoder: [Row]
  /// The scales that are written as ones; empty if the other framework does not need them.
  let scales: [Scale]
  /// Embeddings and logits.
  let decoder: [Row]
  /// The LSTM.
  let cell: CellLayout
  /// Maps spellings that differ from file to file to one, given all names of a file.
  let normalize: @Sendable ([String]) -> [String]

  static let all = [pyTorch, keras]

  // MARK: - Recognizing

  /// Whether these are tensors of a model under the framework's names: more than half of the encoder's or of the decoder's.
  func recognizes(_ descriptors: [TensorDescriptor]) -> Bool {
    let kernels = kernelRanks
    let decoderNames = decoderNames
    var found = (kernels: 0, decoder: 0)
    for (descriptor, name) in zip(descriptors, normalize(descriptors.map(\.name))) {
      if let rows = kernels[name] {
        guard descriptor.shape.rank == 4 else { continue }
        // Any Keras model has layers with these names; only Inception v3's have these windows.
        let window = rows.layout.axes.map { axes in
          [0, 1].map { descriptor.shape.dimensions[axes.firstIndex(of: $0) ?? $0] }
        }
        if (window ?? Array(descriptor.shape.dimensions[..<2])) == rows.window { found.kernels += 1 }
      } else if decoderNames.contains(name) {
        found.decoder += 1
      }
    }
    return found.kernels * 2 > kernels.count || found.decoder * 2 > decoderNames.count
  }

  private var kernelRanks: [String: (layout: Layout, window: [Int])] {
    let windows = Dictionary(
      uniqueKeysWithValues: InceptionV3Layers.all.map {
        ($0.weightsName, [$0.kernelHeight, $0.kernelWidth])
      })
    return Dictionary(
      uniqueKeysWithValues: zip(encoder, normalize(encoder.map(\.foreign))).compactMap { row, name in
        windows[row.canonical].map { (name, (row.layout, $0)) }
      })
  }

  private var decoderNames: Set<String> {
    Set(normalize(decoder.map(\.foreign) + cell.foreignNames))
  }

  // MARK: - Both ways

  /// A tensor to be shown, and what it is made from.
  typealias Derivation = (name: String, expression: TensorExpression)

  /// The tensors of a source with canonical names, as the framework has them; those that it does not know stay as they
  /// are.
  ///
  /// - Returns: the tensors, and how many canonical ones the framework knows.
  func export(_ source: any TensorSource) -> (tensors: [Derivation], knownCount: Int) {
    let lookup = { (name: String) in source.descriptor(named: name) }
    var tensors: [Derivation] = []
    var used: Set<String> = []
    for row in encoder + decoder {
      let stored = TensorExpression.stored(row.canonical)
      let expression = row.layout.axes.map { .permuted(stored, axes: $0) } ?? stored
      guard expression.kind(lookup) != nil else { continue }
      tensors.append((row.foreign, expression))
      used.insert(row.canonical)
    }
    for scale in scales {
      if lookup(scale.canonical) != nil {
        tensors.append((scale.foreign, .stored(scale.canonical)))
        used.insert(scale.canonical)
      } else {
        let ones = TensorExpression.filled(1, like: scale.beta)
        if ones.kind(lookup) != nil { tensors.append((scale.foreign, ones)) }
      }
    }
    if let rows = cell.export(lookup) {
      tensors += rows
      used.formUnion(CellLayout.canonicalNames)
    }
    return (tensors + rest(of: source, without: used), used.count)
  }

  /// The tensors of a source under the framework's names as TensorFlow has them; those that it does not know stay as they are.
  ///
  /// - Throws: what the source throws while its scales are read.
  func canonicalize(_ source: any TensorSource) throws -> [Derivation] {
    // The names in the file, by their normalized spelling.
    var names: [String: String] = [:]
    let listed = source.descriptors.map(\.name)
    for (name, path) in zip(listed, normalize(listed)) { names[path] = name }
    let foreign = (encoder + decoder).map(\.foreign) + scales.map(\.foreign) + cell.foreignNames
    let paths = Dictionary(zip(foreign, normalize(foreign))) { first, _ in first }
    func stored(_ foreign: String) -> String? { paths[foreign].flatMap { names[$0] } }
    let lookup = { (name: String) in source.descriptor(named: name) }
    var tensors: [Derivation] = []
    var used: Set<String> = []
    for row in encoder + decoder {
      guard let name = stored(row.foreign) else { continue }
      let expression =
        row.layout.inverseAxes.map { .permuted(.stored(name), axes: $0) } ?? TensorExpression.stored(name)
      guard expression.kind(lookup) != nil else { continue }
      tensors.append((row.canonical, expression))
      used.insert(name)
    }
    for scale in scales {
      guard let name = stored(scale.foreign), let descriptor = lookup(name) else { continue }
      if try !isOnes(descriptor, in: source) { tensors.append((scale.canonical, .stored(name))) }
      used.insert(name)
    }
    if let rows = cell.canonicalize(stored, lookup) {
      tensors += rows
      used.formUnion(cell.foreignNames.compactMap(stored))
    }
    return tensors + rest(of: source, without: used)
  }

  private func rest(of source: any TensorSource, without used: Set<String>) -> [Derivation] {
    source.descriptors.filter { !used.contains($0.name) }.map { ($0.name, .stored($0.name)) }
  }

  /// Whether a scale changes nothing; it is a vector of a layer's channels.
  private func isOnes(_ descriptor: TensorDescriptor, in source: any TensorSource) throws -> Bool {
    guard let format = FloatFormat(descriptor.dtype) else { return false }
    var isOnes = true
    try source.read(descriptor, maximumByteCount: 1 << 16) { piece in
      isOnes = isOnes && format.numbers(in: piece).allSatisfy { $0 == 1 }
    }
    return isOnes
  }
}
