internal import Messages

/// Models that people confuse with one another, recognized by the scopes of their variables.
struct ModelFamily: Equatable {
  /// The name in words, with its article if it has one.
  let title: Message
  /// What else is worth knowing.
  let remark: Message
  /// What the names begin with or contain.
  private let marks: [String]

  /// The family that more than half of the names belong to; nil if there is none.
  static func find(in names: [String]) -> ModelFamily? {
    if names.contains("_CHECKPOINTABLE_OBJECT_GRAPH") { return objectBased }
    let counted = all.map { family in
      (family, names.count { name in family.marks.contains { name.hasPrefix($0) } })
    }
    guard let best = counted.max(by: { $0.1 < $1.1 }), best.1 * 2 > names.count else { return nil }
    return best.0
  }

  /// Any program's objects; their keys do not show which model they belong to.
  static let objectBased = ModelFamily(
    title: "a TensorFlow 2 checkpoint of objects", remark: "Its keys are paths through a program's objects.", marks: [])

  private static let slim: Message = "It is an image classifier from TF-slim's model zoo."

  /// Families by the beginnings of their variables' names.
  ///
  /// - Source: TF-slim's `nets`, the Object Detection API, BERT, GPT-2, pix2pix and magenta, as their checkpoints have them.
  private static let all: [ModelFamily] = [
    ModelFamily(title: "Inception v4", remark: slim, marks: ["InceptionV4/"]),
    ModelFamily(title: "Inception v2", remark: slim, marks: ["InceptionV2/"]),
    ModelFamily(title: "Inception v1 (GoogLeNet)", remark: slim, marks: ["InceptionV1/"]),
    ModelFamily(title: "Inception-ResNet v2", remark: slim, marks: ["InceptionResnetV2/"]),
    ModelFamily(title: "a ResNet", remark: slim, marks: ["resnet_v1_", "resnet_v2_"]),
    ModelFamily(title: "VGG", remark: slim, marks: ["vgg_"]),
    ModelFamily(title: "a MobileNet", remark: slim, marks: ["MobilenetV1/", "MobilenetV2/", "MobilenetV3/"]),
    ModelFamily(
      title: "a detector of the Object Detection API", remark: "It finds objects and boxes in images.",
      marks: [
        "FeatureExtractor/", "BoxPredictor", "FirstStage", "SecondStage", "WeightSharedConvolutionalBoxPredictor",
      ]),
    ModelFamily(title: "BERT", remark: "It is a language model.", marks: ["bert/", "cls/"]),
    ModelFamily(
      title: "GPT-2", remark: "It is a language model.", marks: ["model/h", "model/wte", "model/wpe", "model/ln_f"]),
    ModelFamily(title: "a generative network", remark: "It makes images.", marks: ["generator/", "discriminator/"]),
    ModelFamily(
      title: "a DeepLab segmentation model", remark: "It labels the pixels of images.",
      marks: ["xception_", "aspp", "decoder/"]),
    ModelFamily(
      title: "skip-thoughts", remark: "It encodes sentences.",
      marks: ["encoder/", "decoder_pre/", "decoder_post/", "word_embedding"]),
  ]
}
