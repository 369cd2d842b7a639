internal import Tensors

/// A model whose variables are known by name and shape.
package struct KnownModel: Sendable {
  /// The architecture's name in metadata and reports.
  package let architecture: String
  /// Its variables, sorted by name, under the modern names.
  package let requirements: [Requirement]

  /// A variable that the model needs.
  package struct Requirement: Sendable, Equatable {
    /// The modern name.
    package let name: String
    /// What each extent must be.
    package let shape: [Extent]
  }

  /// One extent of a required shape: a number, or a size that must be the same wherever it occurs.
  package enum Extent: Sendable, Equatable {
    /// This number in every model of the kind.
    case exactly(Int)
    /// A size of the model; the variable that comes first in the list of sizes defines it.
    case size(Size)
    /// This many times a size.
    case multiple(Int, Size)
    /// The sum of two sizes.
    case sum(Size, Size)
    /// The channels that a convolution reads.
    case channels(ChannelSource)
    /// The output channels of the convolution with this scope, defined by its kernel's last extent.
    case output(String)
  }

  /// A size that may differ from model to model.
  package enum Size: String, Sendable, CaseIterable {
    /// The extent of a word's or picture's embedding.
    case embedding
    /// The extent of the LSTM's state.
    case units
    /// The rows of the word embedding: words and spare rows.
    case vocabulary
  }

  /// Show and Tell as im2txt builds it: Inception v3, an image embedding, word embeddings, an LSTM and logits.
  ///
  /// 382 variables; `global_step`, which checkpoints also have, is not needed.
  /// - Source: the im2txt program; names and shapes of TensorFlow 0.12.1's inference graph.
  package static let showAndTell = KnownModel(architecture: "show_and_tell", requirements: showAndTellRequirements)

  private static let showAndTellRequirements: [Requirement] = {
    var rows: [Requirement] = [
      Requirement(name: "image_embedding/weights", shape: [.channels(InceptionV3Layers.features), .size(.embedding)]),
      Requirement(name: "seq_embedding/map", shape: [.size(.vocabulary), .size(.embedding)]),
      Requirement(
        name: "lstm/\(NamingEra.modern.kernelSuffix)", shape: [.sum(.embedding, .units), .multiple(4, .units)]),
      Requirement(name: "lstm/\(NamingEra.modern.biasSuffix)", shape: [.multiple(4, .units)]),
      Requirement(name: "logits/weights", shape: [.size(.units), .size(.vocabulary)]),
      Requirement(name: "logits/biases", shape: [.size(.vocabulary)]),
    ]
    for layer in InceptionV3Layers.all {
      rows.append(
        Requirement(
          name: layer.weightsName,
          shape: [
            .exactly(layer.kernelHeight), .exactly(layer.kernelWidth), .channels(layer.input), .output(layer.scope),
          ]))
      rows += layer.normalizationNames.map { Requirement(name: $0, shape: [.output(layer.scope)]) }
    }
    return rows.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }()

  /// The variables that a model with these tensors needs: if a convolution has a bias but no beta, its normalization
  /// was folded, and the bias replaces the three statistics.
  func requirements(of descriptors: [TensorDescriptor]) -> [Requirement] {
    // Looks at the ends of names first, because most models have no such bias.
    let biases = Set(descriptors.lazy.map(\.name).filter { $0.utf8.count > 7 && $0.hasSuffix("/biases") })
    guard biases.count > 1 else { return requirements }
    let names = Set(descriptors.map(\.name))
    let folded = InceptionV3Layers.all.filter {
      biases.contains($0.biasesName) && !names.contains($0.normalizationNames[0])
    }
    if folded.isEmpty { return requirements }
    let replaced = Set(folded.flatMap(\.normalizationNames))
    let rows = folded.map { Requirement(name: $0.biasesName, shape: [.output($0.scope)]) }
    return (requirements.filter { !replaced.contains($0.name) } + rows).sorted {
      $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
  }

  /// Where each free size is read: the variable and the axis.
  static let definitions: [(size: Size, name: String, axis: Int)] = [
    (.embedding, "seq_embedding/map", 1), (.vocabulary, "seq_embedding/map", 0), (.units, "logits/weights", 0),
  ]
}
