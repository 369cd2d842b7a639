internal import Bytes
public import Messages
package import Tensors

/// How the tensors of a source compare with a known model.
public struct ModelExamination: Sendable, Equatable {
  /// A variable that does not fit.
  public struct Problem: Sendable, Equatable, MessageConvertible {
    /// The variable's name in the source.
    public let name: String
    /// What is wrong, in words that follow the name.
    public let message: Message
  }

  /// The model that they are compared with.
  public let architecture: String
  /// The required variables that are missing, under their modern names.
  public let missing: [String]
  /// The variables that exist but do not fit, each with what was expected.
  public let problems: [Problem]
  /// Variables that the model does not need, such as `global_step`, under their names in the source.
  public let unneeded: [String]
  /// The era of the LSTM's names; nil if none or several occur.
  public let era: NamingEra?
  /// The eras of all recurrent cells, oldest first.
  package let eras: [NamingEra]
  /// The free sizes whose variables exist.
  package let sizes: [KnownModel.Size: Int]
  /// Channels of the pooled features, if the convolutions exist: 2048 at full width.
  public let featureCount: Int?
  /// How many of the required variables exist.
  public let presentCount: Int
  /// How many the model requires.
  public let requiredCount: Int

  /// Whether this is the model at all, complete or not: more than half of its variables exist.
  public var isRecognized: Bool { presentCount * 2 > requiredCount }

  /// Whether every variable exists and fits.
  public var isComplete: Bool { missing.isEmpty && problems.isEmpty }

  /// The architecture and its sizes as one line of JSON, for metadata; nil unless complete.
  public var json: String? {
    guard isComplete else { return nil }
    var members = [("architecture", JSONText.string(architecture))]
    members += KnownModel.Size.allCases.compactMap { size in sizes[size].map { (size.rawValue, "\($0)") } }
    if let featureCount { members.append(("features", "\(featureCount)")) }
    return JSONText.object(members.map { (key: $0.0, value: $0.1) })
  }
}

extension KnownModel {
  /// Compares tensors, under the names of any era, with the model.
  package func examine(_ descriptors: [TensorDescriptor]) -> ModelExamination {
    var present: [String: TensorDescriptor] = [:]
    var unneeded: [String] = []
    let requirements = requirements(of: descriptors)
    let required = Set(requirements.map(\.name))
    let recurrent = RecurrentNames(descriptors.lazy.map(\.name))
    for (descriptor, outcome) in zip(descriptors, recurrent.outcomes(in: .modern)) {
      var name = descriptor.name
      if case .renamed(let renamed) = outcome { name = renamed }
      if required.contains(name) { present[name] = descriptor } else { unneeded.append(descriptor.name) }
    }
    var missing: [String] = []
    var problems: [ModelExamination.Problem] = []
    let widths = Widths(present)
    for requirement in requirements {
      guard let found = present[requirement.name] else {
        missing.append(requirement.name)
        continue
      }
      if let words = widths.mismatch(of: found, requirement) {
        problems.append(ModelExamination.Problem(name: found.name, message: words))
      }
    }
    return ModelExamination(
      architecture: architecture, missing: missing, problems: problems, unneeded: unneeded,
      era: recurrent.era, eras: recurrent.eras.sorted(), sizes: widths.sizes,
      featureCount: widths.channelCount(of: InceptionV3Layers.features), presentCount: present.count,
      requiredCount: requirements.count)
  }
}

/// The sizes that the present tensors give.
private struct Widths {
  private(set) var sizes: [KnownModel.Size: Int] = [:]
  /// The output channels of each convolution whose kernel exists, by its scope.
  private var outputs: [String: Int] = [:]

  init(_ present: [String: TensorDescriptor]) {
    for layer in InceptionV3Layers.all {
      guard let dimensions = present[layer.weightsName]?.shape.dimensions, dimensions.count == 4 else { continue }
      outputs[layer.scope] = dimensions[3]
    }
    for (size, name, axis) in KnownModel.definitions {
      if let dimensions = present[name]?.shape.dimensions, axis < dimensions.count { sizes[size] = dimensions[axis] }
    }
  }

  /// What does not fit, in words; nil if everything that can be compared agrees.
  func mismatch(of found: TensorDescriptor, _ requirement: KnownModel.Requirement) -> Message? {
    if found.dtype.kind != .float { return "has dtype \(found.dtype), but a floating-point dtype was expected" }
    let expected = requirement.shape.map(extent)
    let dimensions = found.shape.dimensions
    let fits =
      dimensions.count == expected.count
      && zip(dimensions, expected).allSatisfy { $0 > 0 && ($1 == nil || $0 == $1) }
    if fits { return nil }
    let words = expected.map { $0.map { "\($0)" } ?? "any" }.joined(separator: ", ")
    return "has shape \(found.shape), but [\(words)] was expected"
  }

  private func extent(_ extent: KnownModel.Extent) -> Int? {
    switch extent {
    case .exactly(let count): count
    case .size(let size): sizes[size]
    case .multiple(let factor, let size): sizes[size]?.multipliedChecked(by: factor)
    case .sum(let first, let second):
      sizes[first].flatMap { first in sizes[second].flatMap { first.addingChecked($0) } }
    case .channels(let source): channelCount(of: source)
    case .output(let scope): channelCount(of: .layer(scope))
    }
  }

  /// Nil if a kernel that it depends on is missing or has another rank.
  func channelCount(of source: ChannelSource) -> Int? {
    switch source {
    case .image: return 3
    case .layer(let scope): return outputs[scope]
    case .concatenation(let sources):
      var sum = 0
      for source in sources {
        guard let next = channelCount(of: source).flatMap({ sum.addingChecked($0) }) else { return nil }
        sum = next
      }
      return sum
    }
  }
}
