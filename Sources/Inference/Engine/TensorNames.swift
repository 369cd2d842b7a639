internal import Messages
internal import ModelMapping
internal import Tensors

/// Where the model's tensors are in a source, whatever era named them.
struct TensorNames {
  /// The tensors of one convolution.
  struct Convolution: Sendable {
    var weights: TensorDescriptor
    var normalization: Normalization
  }

  /// What follows a convolution.
  enum Normalization: Sendable {
    /// Statistics; im2txt has no gamma.
    case statistics(
      beta: TensorDescriptor, mean: TensorDescriptor, variance: TensorDescriptor, gamma: TensorDescriptor?)
    /// A bias: the normalization was folded into the kernel.
    case folded(bias: TensorDescriptor)
  }

  /// In the order of `Architecture.convolutionNames`.
  var convolutions: [Convolution] = []
  var imageEmbedding: TensorDescriptor
  var decoder: DecoderNames

  /// Looks all of them up.
  ///
  /// - Throws: `MissingTensorError` with every name that is missing, the LSTM's in their modern form.
  init(in source: any TensorSource) throws(MissingTensorError) {
    let present = Dictionary(source.descriptors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var missing: [String] = []
    func find(_ names: String...) -> TensorDescriptor { findAny(of: names) }
    func findAny(of names: [String]) -> TensorDescriptor {
      for name in names {
        if let found = present[name] { return found }
      }
      missing.append(names[0])
      return .absent
    }
    for index in Architecture.convolutionNames.indices {
      let scope = InceptionV3Plan.scope(ofConvolution: index)
      let weights = find("\(scope)/weights")
      // A bias next to statistics is not a folded one; slim's convolutions do not have a bias.
      if let bias = present["\(scope)/biases"], present["\(scope)/BatchNorm/beta"] == nil {
        convolutions.append(Convolution(weights: weights, normalization: .folded(bias: bias)))
        continue
      }
      convolutions.append(
        Convolution(
          weights: weights,
          normalization: .statistics(
            beta: find("\(scope)/BatchNorm/beta"), mean: find("\(scope)/BatchNorm/moving_mean"),
            variance: find("\(scope)/BatchNorm/moving_variance"), gamma: present["\(scope)/BatchNorm/gamma"])))
    }
    imageEmbedding = find("image_embedding/weights")
    decoder = DecoderNames(findAny)
    if !missing.isEmpty {
      let path = source.files.first?.path ?? source.format
      let cousin = ModelCousin.find(in: source.descriptors)
      throw MissingTensorError(names: missing, source: source, remedy: cousin.map { "\($0.explanation(path: path))" })
    }
  }
}
