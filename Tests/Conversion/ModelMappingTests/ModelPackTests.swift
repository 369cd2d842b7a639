import Bytes
import CModelPacks
import Digests
import Files
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import ModelMapping

/// The variables of a network as the original program creates them, from a list that a script made by running it.
struct OriginalVariables {
  let descriptors: [TensorDescriptor]

  /// Reads `Fixtures/packs/names/VARIANT.tensorflow.txt.gz`.
  init(_ variant: String) throws {
    let name = "\(variant).tensorflow.txt"
    let file = try InputFile(path: Fixture.path("packs/names/\(name).gz") + "!" + name)
    let text = String(decoding: try file.read(at: 0, count: file.byteCount), as: UTF8.self)
    descriptors = try text.split(separator: "\n").map { line in
      let fields = line.split(separator: " ")
      let dtype = try #require(PackLine.dtypes.first { $0.value == fields[1] }?.key)
      let extents = fields[2].dropFirst().dropLast().split(separator: ",").compactMap { Int($0) }
      let shape = try Shape(extents)
      return TensorDescriptor(
        name: String(fields[0]), dtype: dtype, shape: shape, byteCount: try #require(shape.byteCount(of: dtype)))
    }.sorted { $0.name.precedesInBytes($1.name) }
  }

  /// The list with large extents divided by 16, so that values fit in memory; as it is where only a width tells two
  /// networks apart.
  func shrunk() throws -> [TensorDescriptor] {
    if descriptors.contains(where: { ["efficientnet-b1", "efficientnet-b2"].contains($0.name.prefix(15)) }) {
      return descriptors
    }
    return try descriptors.map { descriptor in
      let extents = descriptor.shape.dimensions.map { $0 >= 256 && $0 % 16 == 0 ? $0 / 16 : $0 }
      var shrunk = descriptor
      shrunk.shape = try Shape(extents)
      shrunk.byteCount = try #require(shrunk.shape.byteCount(of: shrunk.dtype))
      return shrunk
    }
  }
}

/// How the digests write a tensor.
enum PackLine {
  static let dtypes: [DType: String] = [
    .float32: "f32", .int64: "i64", .int32: "i32", .float16: "f16", .bfloat16: "bf16", .float64: "f64",
  ]

  static func text(_ descriptor: TensorDescriptor) -> String {
    let extents = descriptor.shape.dimensions.map { "\($0)" }.joined(separator: ",")
    return "\(descriptor.name) \(dtypes[descriptor.dtype] ?? "?") [\(extents)]\n"
  }
}

/// What the real library expects, by its own list of names, shapes and dtypes.
struct LibraryDigest: Decodable, CustomTestStringConvertible {
  let family: String
  let variant: String
  let names: String
  let `class`: String
  let count: Int
  let sha256: String

  var testDescription: String { "\(variant), \(names), \(`class`)" }

  static let all: [LibraryDigest] = ["text", "slim", "mobile"].flatMap { group in
    let path = Fixture.path("packs/digests/\(group).json")
    return (try? JSONDecoder().decode([LibraryDigest].self, from: Data(contentsOf: URL(filePath: path)))) ?? []
  }
}

@Suite("Packs inside the program")
struct BuiltInPackTests {
  @Test("every pack can be read and holds together")
  func sound() throws {
    let count = Int(decant_model_pack_count())
    #expect(count >= 17)
    #expect(PackCatalog.builtIn.packs.count == count)
    for pack in PackCatalog.builtIn.packs { try pack.check() }
    #expect(Set(PackCatalog.builtIn.packs.map(\.family)).count == count)
  }

  @Test("there is a digest for every library of every pack")
  func digests() {
    for pack in PackCatalog.builtIn.packs {
      for library in pack.libraries.dropFirst() {
        #expect(
          LibraryDigest.all.contains { $0.family == pack.family && $0.names == library.name },
          "\(pack.family), \(library.name)")
      }
    }
  }

  @Test("names, shapes and dtypes are those of the library's own model", arguments: LibraryDigest.all)
  func names(digest: LibraryDigest) throws {
    let pack = try #require(PackCatalog.builtIn.packs.first { $0.family == digest.family })
    let library = try #require(pack.library(named: digest.names))
    let source = try Self.source(for: digest, pack, library)
    let found = try #require(PackCatalog.builtIn.recognize(source.descriptors, variant: Self.choice(digest, pack)))
    #expect(found.pack.family == digest.family)
    #expect(found.library == 0)
    // A library's functions have one name for several classes.
    let className = digest.names == "transformers" ? digest.class.replacing(" without the pooler", with: "") : nil
    let mapping = try PackMapping(source, found, to: library, class: className)
    #expect(mapping.problems == [])
    let shown = try DerivedSource(source, tensors: mapping.tensors)
    #expect(shown.descriptors.count == digest.count)
    var hash = SHA256()
    for descriptor in shown.descriptors { hash.update(Array(PackLine.text(descriptor).utf8).rawSpan) }
    #expect(hash.finish() == digest.sha256)
  }

  /// The class's network, if the pack has one that only the class tells from others.
  private static func choice(_ digest: LibraryDigest, _ pack: ModelPack) -> String? {
    digest.class == "ElectraForMaskedLM" ? "generator" : nil
  }

  /// The original's variables, with the heads that the class has and no others.
  private static func source(
    for digest: LibraryDigest, _ pack: ModelPack, _ library: Int
  ) throws -> InMemoryTensorSource {
    // A conversion leaves the step out before names count.
    let list = try OriginalVariables(digest.variant).descriptors.filter { $0.name != "global_step" }
    let all = InMemoryTensorSource(listing: list)
    guard ["bert", "albert"].contains(digest.family) else { return all }
    let found = try #require(PackCatalog.builtIn.recognize(list))
    let sizes = try PackMapping(all, found, to: library).sizes
    let name = digest.class.replacing(" without the pooler", with: "")
    let chosen = try #require(
      pack.libraries[library].classes.first { $0.name == name && $0.parts.contains("pooler") == (name == digest.class) }
        ?? pack.libraries[library].classes.first { $0.name == name })
    var descriptors: [TensorDescriptor] = []
    var network = found.network
    network.classes[library] = chosen
    try pack.forEachTensor(of: network, in: [0]) { tensor in
      let row = pack.rows[tensor.row]
      guard row.part.map(chosen.parts.contains) ?? true, let name = tensor.names[0]?.first else { return }
      if let known = list.first(where: { $0.name == name }) { return descriptors.append(known) }
      // A head that the pretrained model does not have; the number of its classes is free.
      let shape = try Shape(tensor.shape.map { $0.value { sizes[$0] } ?? 2 })
      descriptors.append(
        TensorDescriptor(name: name, dtype: .float32, shape: shape, byteCount: shape.elementCount * 4))
    }
    return InMemoryTensorSource(listing: descriptors.sorted { $0.name.precedesInBytes($1.name) })
  }

  static let variants = Set(LibraryDigest.all.map(\.variant)).sorted()

  @Test("there and back again gives the same bits", arguments: variants)
  func roundTrip(variant: String) throws {
    let list = try OriginalVariables(variant).shrunk()
    let source = InMemoryTensorSource(
      try list.enumerated().map { index, descriptor in
        try .init(descriptor.name, descriptor.dtype, descriptor.shape.dimensions, seed: UInt64(index))
      })
    let found = try #require(PackCatalog.builtIn.recognize(list))
    #expect(found.library == 0)
    // A network that computes something else may lack tensors.
    for library in found.pack.libraries.indices.dropFirst() where found.pack.computesSame(0, library) {
      let there = try PackMapping(source, found, to: library)
      let shown = try DerivedSource(source, tensors: there.tensors)
      let again = try #require(PackCatalog.builtIn.recognize(shown.descriptors))
      #expect(again.pack.family == found.pack.family, "\(found.pack.libraries[library].name)")
      // Libraries may have the same names; then either does.
      let back = try PackMapping(shown, again, to: 0)
      let returned = try DerivedSource(shown, tensors: back.tensors)
      let lost = Set(there.skipped.map(\.name) + there.leftOver.map(\.name))
      let kept = list.filter { !lost.contains($0.name) }
      #expect(returned.descriptors.map(\.name) == kept.map(\.name), "\(found.pack.libraries[library].name)")
      for descriptor in kept {
        guard let other = returned.descriptor(named: descriptor.name) else { continue }
        #expect(try returned.readAll(other) == source.readAll(descriptor), "\(descriptor.name)")
      }
    }
  }
}

@Suite("Packs with mistakes")
struct BadPackTests {
  /// A pack with one tensor in two libraries, with some text replaced.
  private static func pack(_ old: String = "", _ new: String = "") throws -> ModelPack {
    let text = """
      {"family": "f", "names": {"a": {"origin": "A"}, "b": {"origin": "B"}}, "series": {"layer": "any"},
       "layouts": {"dense": {"b": [1, 0]}},
       "modules": {"m": [{"a": "/w", "b": ".w", "shape": ["in", "out"], "layout": "dense"}]},
       "tensors": [{"each": "layer", "module": "m", "a": "x{layer}", "b": "y.{layer}"}]}
      """
    let pack = try ModelPack(json: Array((old.isEmpty ? text : text.replacing(old, with: new)).utf8))
    try pack.check()
    return pack
  }

  @Test("the pack itself is sound")
  func sound() throws {
    #expect(try Self.pack().libraries.map(\.name) == ["a", "b"])
  }

  @Test(
    "mistakes are named",
    arguments: [
      (#""b": "y.{layer}""#, #""c": "y""#, "'c' is not one of the libraries"),
      (#", "b": "y.{layer}""#, "", "has no name in 'b'"),
      (#""y.{layer}""#, #""y""#, "two tensors are called 'y.w'"),
      (#""y.{layer}""#, #""y.{layer""#, "unmatched brace"),
      (#""y.{layer}""#, #""y.{other}""#, "which nothing sets"),
      (#""y.{layer}""#, #""y.{layer:x}""#, "form that is not known"),
      (#"[1, 0]"#, #"[1, 1]"#, "is not an order of axes"),
      (#"[1, 0]"#, #"{"to": [{"transpose": [1, 0]}], "from": []}"#, "does not lead back"),
      (#"[1, 0]"#, #"[{"reshape": [-1]}]"#, "cannot be derived"),
      (#"[1, 0]"#, #"[0, 2, 1]"#, "does not fit its shape"),
      (#""a": "/w""#, #""a": "/w", "module": "m""#, "cannot have 'shape'"),
      (
        #"{"a": "/w", "b": ".w", "shape": ["in", "out"], "layout": "dense"}"#, #"{"module": "m", "a": "", "b": ""}"#,
        "contains itself"
      ),
      (#""module": "m""#, #""module": "n""#, "is not in 'modules'"),
      (#""each": "layer""#, #""each": "stage""#, "not in 'series'"),
      (#""in", "out""#, #""in*2", "out""#, "cannot be read"),
      (#""layer": "any""#, #""layer": 100000"#, "from 0 to 10000"),
      (#""each": "layer""#, #""each": "layer", "size": 1"#, "'size' is not one of the libraries"),
      (#""origin": "B""#, #""network": "another", "origin": "B""#, "say in 'notes' what differs"),
      (#""family": "f", "#, "", "the key 'family' is missing"),
    ])
  func mistakes(old: String, new: String, words: String) throws {
    let error = try #require(throws: ModelPackError.self) { try Self.pack(old, new) }
    #expect("\(error)".contains(words), "\(error)")
  }

  @Test("modules that make too many rows, and loops that make too many tensors, end early")
  func bombs() throws {
    var modules = (0..<40).map {
      #""m\#($0)": [{"module": "m\#($0 + 1)", "a": "", "b": ""}, {"module": "m\#($0 + 1)", "a": "", "b": ""}]"#
    }
    modules.append(#""m40": []"#)
    let text =
      #"{"family": "f", "names": {"a": {"origin": "A"}, "b": {"origin": "B"}}, "modules": {\#(modules.joined(separator: ","))}, "tensors": [{"module": "m0", "a": "x", "b": "y"}]}"#
    #expect(throws: ModelPackError.self) { try ModelPack(json: Array(text.utf8)) }
    let values = "[\((0..<1000).map { "\($0)" }.joined(separator: ","))]"
    let error = try #require(throws: ModelPackError.self) {
      try Self.pack(#""each": "layer""#, #""each": "layer", "with": {"u": \#(values), "v": \#(values)}"#)
    }
    #expect("\(error)".contains("would have more than"))
  }
}

@Suite("Mapping by a pack")
struct PackMappingTests {
  /// A recurrent cell: gates in another order, kernels joined, a forget bias baked in, and a constant.
  private static let cell = """
    {"family": "cell", "title": "a cell", "sizes": ["units", "input"],
     "names": {"tensorflow": {"origin": "rnn_cell.py"}, "torch": {"origin": "torch.nn.LSTMCell"}},
     "layouts": {
       "kernel": {"torch": [{"reorder": {"axis": 1, "blocks": [0, 2, 1, 3]}}, {"transpose": [1, 0]}]},
       "bias": {"torch": [{"reorder": {"axis": 0, "blocks": [0, 2, 1, 3]}}, {"add": {"value": 1, "block": 1, "blocks": 4}}]}
     },
     "tensors": [
       {"tensorflow": "cell/kernel", "torch": {"join": ["weight_ih", "weight_hh"], "axis": 1, "sizes": ["input", "units"]},
        "shape": ["input+units", "4*units"], "layout": "kernel"},
       {"tensorflow": "cell/bias", "torch": "bias_ih", "shape": ["4*units"], "layout": "bias"},
       {"tensorflow": "out/w", "torch": "out.weight", "shape": ["units", "input"]},
       {"torch": "steps", "constant": 0, "dtype": "i64", "shape": []}
     ]}
    """

  private static func catalog() throws -> PackCatalog {
    let pack = try ModelPack(json: Array(cell.utf8))
    try pack.check()
    return PackCatalog([pack])
  }

  private static func numbers(_ source: any TensorSource, _ name: String) throws -> [Float] {
    let bytes = try source.readAll(source.requireDescriptor(named: name))
    return FloatFormat(.float32)?.numbers(in: bytes).map { Float($0) } ?? []
  }

  @Test("gates, joined kernels, a baked bias and a constant, in both directions")
  func cell() throws {
    let catalog = try Self.catalog()
    // 1 input, 2 units: a kernel of [3, 8].
    let source = InMemoryTensorSource([
      try .init("cell/bias", .float32, [8], bytes: packed((0..<8).map { Float($0) })),
      try .init("cell/kernel", .float32, [3, 8], bytes: packed((0..<24).map { Float($0) })),
      try .init("out/w", .float32, [2, 1], bytes: packed([Float(5), 6])),
    ])
    let found = try #require(catalog.recognize(source.descriptors))
    let mapping = try PackMapping(source, found, to: 1)
    #expect(mapping.problems == [])
    let shown = try DerivedSource(source, tensors: mapping.tensors)
    #expect(shown.descriptors.map(\.name) == ["bias_ih", "out.weight", "steps", "weight_hh", "weight_ih"])
    #expect(try Self.numbers(shown, "bias_ih") == [0, 1, 5, 6, 2, 3, 6, 7])
    #expect(try Self.numbers(shown, "weight_ih") == [0, 1, 4, 5, 2, 3, 6, 7])
    #expect(shown.descriptor(named: "weight_hh")?.shape.dimensions == [8, 2])
    #expect(try shown.readAll(shown.requireDescriptor(named: "steps")) == [UInt8](repeating: 0, count: 8))
    let back = try PackMapping(shown, try #require(catalog.recognize(shown.descriptors)), to: 0)
    #expect(back.problems == [])
    let returned = try DerivedSource(shown, tensors: back.tensors)
    #expect(returned.descriptors.map(\.name) == source.descriptors.map(\.name))
    for descriptor in source.descriptors {
      #expect(try returned.readAll(returned.requireDescriptor(named: descriptor.name)) == source.readAll(descriptor))
    }
  }

  @Test("what is missing, left over or of another shape is a problem, and nothing is guessed")
  func problems() throws {
    let list = try OriginalVariables("bert_base").descriptors
    func mapping(_ change: (inout [TensorDescriptor]) throws -> Void) throws -> PackMapping {
      var changed = list
      try change(&changed)
      let source = InMemoryTensorSource(listing: changed.sorted { $0.name.precedesInBytes($1.name) })
      let found = try #require(PackCatalog.builtIn.recognize(source.descriptors))
      return try PackMapping(source, found, to: try #require(found.pack.library(named: "transformers")))
    }
    let layer = try mapping { $0.removeAll { $0.name.contains("/layer_5/attention/self/query/kernel") } }
    #expect(layer.problems == [.missing("bert/encoder/layer_5/attention/self/query/kernel")])
    let head = try mapping {
      $0.append(TensorDescriptor(name: "my_head/w", dtype: .float32, shape: try Shape([768, 3]), byteCount: 9216))
    }
    #expect(head.leftOver.map(\.name) == ["my_head/w"])
    let shape = try mapping { tensors in
      let place = try #require(tensors.firstIndex { $0.name.hasSuffix("layer_3/output/dense/bias") })
      tensors[place].shape = try Shape([512])
      tensors[place].byteCount = 2048
    }
    guard case .doesNotFit(let name, let words)? = shape.problems.first else {
      Issue.record("the shape is no problem: \(shape.problems)")
      return
    }
    #expect(name == "bert/encoder/layer_3/output/dense/bias")
    #expect("\(words)".contains("[768] was expected"))
  }

  @Test("a model inside another program is found after what precedes its names")
  func prefix() throws {
    let list = try OriginalVariables("bert_base").descriptors.map { descriptor in
      var inner = descriptor
      inner.name = "module/student/\(descriptor.name)"
      return inner
    }
    let found = try #require(PackCatalog.builtIn.recognize(list))
    #expect(found.pack.family == "bert")
    #expect(found.prefix == "module/student/")
    #expect(found.missing.isEmpty)
  }

  @Test("embeddings and a pooler without a single layer are not taken for a BERT")
  func withoutLayers() throws {
    // As in albert_zh, whose layers share their weights under a name that the pack does not know.
    let names = [
      "embeddings/LayerNorm/beta", "embeddings/LayerNorm/gamma", "embeddings/position_embeddings",
      "embeddings/token_type_embeddings", "embeddings/word_embeddings", "encoder/layer_shared/output/dense/kernel",
      "pooler/dense/bias", "pooler/dense/kernel",
    ]
    let descriptors = try names.map { try TensorDescriptor(.float32, "bert/\($0)", [8, 8]) }
    #expect(PackCatalog.builtIn.recognize(descriptors) == nil)
  }

  @Test("tied weights that differ are refused")
  func ties() throws {
    let list = try OriginalVariables("gpt2").shrunk()
    let source = InMemoryTensorSource(
      try list.enumerated().map { try .init($1.name, $1.dtype, $1.shape.dimensions, seed: UInt64($0)) })
    let found = try #require(PackCatalog.builtIn.recognize(list))
    let mapping = try PackMapping(source, found, to: 1)
    let shown = try DerivedSource(source, tensors: mapping.tensors)
    let changed = InMemoryTensorSource(
      try shown.descriptors.map { descriptor in
        descriptor.name == "lm_head.weight"
          ? try .init(descriptor.name, .float32, descriptor.shape.dimensions, seed: 99)
          : try .init(descriptor, of: shown)
      })
    let again = try #require(PackCatalog.builtIn.recognize(changed.descriptors))
    #expect(throws: ModelPackError.self) { try PackMapping(changed, again, to: 0) }
  }
}
