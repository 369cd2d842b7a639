public import Messages

/// What a source knows about where a tensor comes from, besides its name.
///
/// An object-based checkpoint of TensorFlow 2 names its tensors by the path through the program's objects; the
/// variable's name in the graph and its other paths are in the object graph. A Keras weight file knows the layer.
public struct TensorOrigin: Sendable, Equatable {
  /// A value that an optimizer keeps for a variable.
  public struct Slot: Sendable, Equatable {
    /// The slot's name, such as `m`.
    public var name: String
    /// The path of the variable.
    public var variable: String
    /// The path of the optimizer.
    public var optimizer: String

    /// A slot of a variable.
    public init(name: String, variable: String, optimizer: String) {
      self.name = name
      self.variable = variable
      self.optimizer = optimizer
    }
  }

  /// What a tensor belongs to.
  public enum Owner: Sendable, Equatable {
    /// The model, or an object that is not known to belong to training.
    case model
    /// An optimizer, given by its path; the tensor belongs to nothing else.
    case optimizer(String)
    /// A metric, given by its path; the tensor belongs to nothing else.
    case metric(String)
    /// The checkpoint itself, for its count of saves.
    case saver
  }

  /// The name of a slot that is the running average of its variable.
  public static let averageSlotName = "moving average"

  /// The path to the tensor through the program's objects, such as `model/layer-1/kernel`; unique in its source.
  public var path: String?
  /// Other paths to the same tensor, for example through a layer that two models share: shortest first, then in order
  /// of their bytes.
  public var aliases: [String]
  /// The name that the variable had in the program, such as `dense/kernel`; it need not be unique.
  public var fullName: String?
  /// The variable and the optimizer, if the tensor is a slot.
  public var slot: Slot?
  /// The Keras layer that owns the tensor.
  public var layer: String?
  /// What the tensor belongs to, if the file's objects say so.
  public var owner: Owner?
  /// How the file stores the elements in fewer bits, such as `quantized as Q8_0`.
  public var quantization: String?
  /// The places among the weights of a Keras model: several if layers share the tensor; empty if they are not known.
  package var kerasWeights: [KerasWeight] = []

  /// What is known of a tensor.
  public init(
    path: String? = nil, aliases: [String] = [], fullName: String? = nil, slot: Slot? = nil, layer: String? = nil,
    owner: Owner? = nil, quantization: String? = nil
  ) {
    self.path = path
    self.aliases = aliases
    self.fullName = fullName
    self.slot = slot
    self.layer = layer
    self.owner = owner
    self.quantization = quantization
  }
}

extension TensorOrigin {
  /// All of it in a few words, for the end of a line about the tensor; empty if the name says everything already.
  ///
  /// - Parameter name: the name under which the tensor is shown.
  /// - Returns: the words, separated by semicolons.
  public func words(besides name: String) -> Message {
    var parts: [Message] = []
    if let slot { parts.append("slot \(slot.name) of \(slot.variable)") }
    if let fullName, fullName != name { parts.append("full name \(fullName)") }
    if let layer, !name.split(separator: "/").contains(where: { $0 == layer }) { parts.append("layer \(layer)") }
    if !aliases.isEmpty { parts.append("also \(list: aliases, upTo: 3)") }
    if let quantization { parts.append("\(quantization)") }
    return parts.joined(separator: "; ")
  }
}
