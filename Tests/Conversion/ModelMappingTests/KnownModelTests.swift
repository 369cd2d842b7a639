import Messages
import Tensors
import TestSupport
import Testing

@testable import ModelMapping

@Suite("Show and Tell as a table")
struct KnownModelTests {
  private let model = KnownModel.showAndTell

  @Test("its variables are those of TensorFlow's graph, under their modern names, without global_step")
  func names() throws {
    let list = try VariableList("show-and-tell-variables.tsv").descriptors.map(\.name)
    let map = try NameMap(list, scheme: .modern)
    let expected = list.map { map[$0] }.filter { $0 != "global_step" }.sorted()
    #expect(model.requirements.map(\.name).sorted() == expected)
    #expect(expected.count == 382)
  }

  @Test("it has 94 convolutions, five of which halve the picture")
  func layers() {
    #expect(InceptionV3Layers.all.count == 94)
    let halving = InceptionV3Layers.all.filter { $0.stride == 2 }.map { $0.scope.dropFirst("InceptionV3/".count) }
    #expect(
      halving == [
        "Conv2d_1a_3x3", "Mixed_6a/Branch_0/Conv2d_1a_1x1", "Mixed_6a/Branch_1/Conv2d_1a_1x1",
        "Mixed_7a/Branch_0/Conv2d_1a_3x3", "Mixed_7a/Branch_1/Conv2d_1a_3x3",
      ])
    #expect(InceptionV3Layers.all.filter { $0.padding == .valid }.count == 8)
  }

  struct Width: Sendable {
    let file: String
    let json: String
  }

  @Test(
    "a model of any width fits and tells its sizes",
    arguments: [
      Width(
        file: "show-and-tell-variables.tsv",
        json: #"{"architecture":"show_and_tell","embedding":512,"units":512,"vocabulary":12000,"features":2048}"#),
      Width(
        file: "show-and-tell-narrow-variables.tsv",
        json: #"{"architecture":"show_and_tell","embedding":128,"units":96,"vocabulary":60,"features":512}"#),
    ])
  func widths(width: Width) throws {
    let examination = model.examine(try VariableList(width.file).descriptors)
    #expect(examination.isComplete, "\(examination.missing) \(examination.problems)")
    #expect(examination.isRecognized)
    #expect(examination.era == .tensorFlow0)
    #expect(examination.unneeded == ["global_step"])
    #expect(examination.json == width.json)
  }

  @Test("each variable that is left out is named as missing")
  func missing() throws {
    let descriptors = try VariableList("show-and-tell-variables.tsv").descriptors
    // A step prime to four, so that kernels, betas, means and variances all have their turn; all would take a minute.
    for index in stride(from: 0, to: descriptors.count, by: 13) + Array((descriptors.count - 6)..<descriptors.count) {
      let descriptor = descriptors[index]
      var rest = descriptors
      rest.remove(at: index)
      let examination = model.examine(rest)
      let modern = try NameMap([descriptor.name], scheme: .modern)[descriptor.name]
      #expect(examination.missing == [modern])
      #expect(examination.problems.isEmpty, "\(examination.problems)")
      #expect(examination.json == nil)
    }
  }

  @Test("each variable with one extent too many or too few is a problem")
  func wrongExtent() throws {
    let descriptors = try VariableList("show-and-tell-variables.tsv").descriptors
    for index in stride(from: 0, to: descriptors.count, by: 17) + Array((descriptors.count - 6)..<descriptors.count) {
      let descriptor = descriptors[index]
      for axis in descriptor.shape.dimensions.indices {
        var dimensions = descriptor.shape.dimensions
        dimensions[axis] += 1
        var changed = descriptors
        changed[index].shape = try Shape(dimensions)
        #expect(!model.examine(changed).problems.isEmpty, "\(descriptor.name) \(dimensions)")
      }
    }
  }

  @Test("a wrong dtype, rank or a zero extent is a problem with words")
  func wrongKind() throws {
    var descriptors = try VariableList("show-and-tell-variables.tsv").descriptors
    let index = try #require(descriptors.firstIndex { $0.name == "logits/biases" })
    descriptors[index] = try TensorDescriptor(.int32, "logits/biases", [12000])
    #expect(
      model.examine(descriptors).problems.map(\.description)
        == ["has dtype int32, but a floating-point dtype was expected"])
    descriptors[index] = try TensorDescriptor(.float32, "logits/biases", [12000, 1])
    #expect(
      model.examine(descriptors).problems.map(\.description) == ["has shape [12000, 1], but [12000] was expected"])
  }

  @Test("another model is not recognized")
  func other() throws {
    let examination = model.examine([try TensorDescriptor(.float32, "dense/kernel", [3, 4])])
    #expect(!examination.isRecognized)
    #expect(examination.missing.count == 382)
    #expect(model.examine([]).presentCount == 0)
  }
}
