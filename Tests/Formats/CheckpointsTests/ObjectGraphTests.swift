import Bytes
import Foundation
import Messages
import ProtobufWire
import Tensors
import Testing
import TestSupport

@testable import Checkpoints

@Suite("Object graphs of TensorFlow 2")
struct ObjectGraphTests {
  /// What TensorFlow's own messages say of a fixture.
  struct Expected: Decodable {
    struct Attribute: Decodable {
      let key: String
      let fullName: String
      let node: Int
      let slot: String
      let tensors: [String: [JSONValue]]
    }
    let path: String
    let children: [[[JSONValue]]]
    let attributes: [Attribute]
  }

  enum JSONValue: Decodable, Equatable {
    case text(String)
    case number(Int)
    case numbers([Int])
    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let number = try? value.decode(Int.self) {
        self = .number(number)
      } else if let numbers = try? value.decode([Int].self) {
        self = .numbers(numbers)
      } else {
        self = .text(try value.decode(String.self))
      }
    }
  }

  static func shared() throws -> (Expected, V2Checkpoint) {
    let folder = Fixture.path("checkpoints/tf2-shared")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let data = try Data(contentsOf: URL(filePath: folder + "/objects.json"))
    let expected = try decoder.decode(Expected.self, from: data)
    return (expected, try V2Checkpoint(prefix: "\(folder)/\(expected.path)"))
  }

  @Test("Nodes, children and attributes are those of TensorFlow's messages")
  func nodes() throws {
    let (expected, checkpoint) = try Self.shared()
    let graph = try #require(checkpoint.objectGraph)
    #expect(graph.nodes.map { $0.children.map { [.text($0.name), .number($0.node)] } } == expected.children)
    #expect(graph.danglingCount == 0)
    for attribute in expected.attributes {
      let found = graph.nodes[attribute.node].attributes.first { $0.checkpointKey == attribute.key }
      #expect(found?.fullName == attribute.fullName)
      for (name, what) in attribute.tensors {
        let descriptor = try #require(checkpoint.descriptor(named: name))
        #expect([.text(descriptor.dtype.name), .numbers(descriptor.shape.dimensions)] == what)
        let origin = try #require(checkpoint.origin(of: descriptor), "\(name)")
        #expect(origin.fullName ?? "" == attribute.fullName)
      }
    }
    #expect(checkpoint.problems.isEmpty)
  }

  @Test("A layer that two models share has the path through either")
  func aliases() throws {
    let (_, checkpoint) = try Self.shared()
    let kernel = try #require(
      checkpoint.descriptor(named: "left/_operations/1/_kernel/.ATTRIBUTES/VARIABLE_VALUE"))
    #expect(
      checkpoint.origin(of: kernel)
        == TensorOrigin(
          path: "left/_operations/1/_kernel", aliases: ["right/_operations/1/_kernel"], fullName: "common/kernel",
          owner: .model))
  }

  @Test("Slots name their variable and their optimizer")
  func slots() throws {
    let checkpoint = try V2Checkpoint(prefix: Fixture.path("checkpoints/tf2-object/ckpt-1"))
    let slot = "model/named/alias/.OPTIMIZER_SLOT/optimizer/v/.ATTRIBUTES/VARIABLE_VALUE"
    let descriptor = try #require(checkpoint.descriptor(named: slot))
    #expect(
      checkpoint.origin(of: descriptor)
        == TensorOrigin(
          path: "model/named/alias/.OPTIMIZER_SLOT/optimizer/v", fullName: "bias/Adam_1",
          slot: TensorOrigin.Slot(name: "v", variable: "model/named/alias", optimizer: "optimizer"),
          owner: .optimizer("optimizer")))
  }

  @Test("Tensors are shown under paths or full names, and read as under their keys")
  func namings() throws {
    let (_, checkpoint) = try Self.shared()
    let paths = try ObjectNamedSource(checkpoint, naming: .paths)
    #expect(paths.descriptors.contains { $0.name == "left/_operations/2/bias" })
    let full = try ObjectNamedSource(checkpoint, naming: .fullNames)
    let bias = try full.requireDescriptor(named: "common/bias")
    #expect(full.origin(of: bias)?.path == "left/_operations/1/bias")
    let key = try checkpoint.requireDescriptor(named: "left/_operations/1/bias/.ATTRIBUTES/VARIABLE_VALUE")
    #expect(try full.readAll(bias) == checkpoint.readAll(key))
    // A table's tensors have no full names, and keep their paths.
    #expect(try full.readStrings(full.requireDescriptor(named: "table/.ATTRIBUTES/table-keys")).count == 2)
    #expect(throws: MissingTensorError.self) { try full.requireDescriptor(named: key.name) }
  }

  @Test("A full name that two variables have is an error that names both")
  func collision() throws {
    let checkpoint = try V2Checkpoint(prefix: Fixture.path("checkpoints/tf2-object/ckpt-1"))
    let error = #expect(throws: ObjectNameCollision.self) { try ObjectNamedSource(checkpoint, naming: .fullNames) }
    #expect(error?.name == "Variable")
    #expect(
      error?.keys == [
        "model/label/.ATTRIBUTES/VARIABLE_VALUE", "model/named/extra.Swith slash/.ATTRIBUTES/VARIABLE_VALUE",
      ]
    )
    #expect("\(try #require(error))".contains("--object-names paths"))
  }

  @Test("Variants are listed, refuse to be read with a reason, and hold nothing else up")
  func variants() throws {
    let checkpoint = try V2Checkpoint(prefix: Fixture.path("checkpoints/v2-variant/model.ckpt"))
    #expect(checkpoint.descriptors.map(\.dtype) == [.variant, .float32])
    #expect(checkpoint.problems.isEmpty)
    let error = #expect(throws: CheckpointError.self) { try checkpoint.readAll(checkpoint.descriptors[0]) }
    #expect(error?.reason == .entry(.unreadableDType(.variant)))
    #expect(try checkpoint.readAll(checkpoint.descriptors[1]) == [0, 0, 0xc0, 0x3f])
  }

  // MARK: - Hostile graphs

  @Test("Cycles and edges to nowhere are no obstacle")
  func cycles() throws {
    var root = GraphNode()
    root.children = [("model", 1), ("self", 0), ("gone", 7), ("negative", -1)]
    var model = GraphNode()
    model.children = [("parent", 0), ("layer", 2), ("same", 2)]
    var layer = GraphNode()
    layer.children = [("model", 1), ("root", 0)]
    layer.attributes = [("VARIABLE_VALUE", "w", "model/layer/.ATTRIBUTES/VARIABLE_VALUE")]
    layer.slots = [(9, "m", 2), (2, "m", -2)]
    let graph = try ObjectGraph(parsing: [root, model, layer].serialized.rawSpan)
    #expect(graph.danglingCount == 4)
    let found = ObjectOrigins(graph, of: try descriptors(["model/layer/.ATTRIBUTES/VARIABLE_VALUE"]))
    #expect(found.origins == [TensorOrigin(path: "model/layer", aliases: ["model/same"], fullName: "w", owner: .model)])
    #expect(found.defects == [.dangling(count: 4)])
  }

  @Test("Keys that are missing or named twice are counted")
  func keys() throws {
    var root = GraphNode()
    root.attributes = [
      ("VARIABLE_VALUE", "a", "a"), ("VARIABLE_VALUE", "b", "a"), ("VARIABLE_VALUE", "c", "c"), ("", "", ""),
    ]
    let found = ObjectOrigins(try ObjectGraph(parsing: [root].serialized.rawSpan), of: try descriptors(["a", "b"]))
    #expect(found.defects == [.missingTensors(count: 2, first: "c"), .sharedKeys(count: 1, first: "a")])
    #expect(found.origins.map { $0?.fullName } == ["a", nil])
  }

  @Test("A hundred thousand levels take linear time, with a value at each", .timeLimit(.minutes(5)))
  func depth() throws {
    let count = 100_000
    let nodes = (0..<count).map { number in
      var node = GraphNode()
      if number + 1 < count { node.children = [("d", number + 1), ("root", 0)] }
      node.attributes = [("VARIABLE_VALUE", "", "v\(number)/.ATTRIBUTES/VARIABLE_VALUE")]
      return node
    }
    let graph = try ObjectGraph(parsing: nodes.serialized.rawSpan)
    let names = (0..<count).map { "v\($0)/.ATTRIBUTES/VARIABLE_VALUE" }.sorted()
    let found = ObjectOrigins(graph, of: try descriptors(names))
    #expect(found.origins.allSatisfy { $0?.path != nil })
    let paths = ObjectPaths(graph)
    #expect(paths.path(of: 3) == "d/d/d")
    #expect(paths.path(of: count - 1) == nil)
  }

  @Test("A node that very many hold has a bounded number of aliases", .timeLimit(.minutes(5)))
  func breadth() throws {
    var root = GraphNode()
    root.children = (0..<100_000).map { ("c\($0)", 1) }
    let graph = try ObjectGraph(parsing: [root, GraphNode()].serialized.rawSpan)
    #expect(ObjectPaths(graph).aliases(of: 1).count == ObjectPaths.maximumAliasCount)
  }

  @Test("Layers that share all their parts have no order, and take no quadratic time", .timeLimit(.minutes(1)))
  func sharedLayers() throws {
    let (layerCount, variableCount) = (20_000, 20_000)
    var root = GraphNode()
    root.children = (0..<layerCount).map { ("layer_with_weights-\($0)", $0 + 1) }
    let layers = (0..<layerCount).map { _ in
      var layer = GraphNode()
      layer.children = [("shared", layerCount + 1)]
      return layer
    }
    var shared = GraphNode()
    shared.children = (0..<variableCount).map { ("kernel\($0)", layerCount + 2 + $0) }
    let variables = (0..<variableCount).map { number in
      var variable = GraphNode()
      variable.attributes = [("VARIABLE_VALUE", "", "v\(number)/.ATTRIBUTES/VARIABLE_VALUE")]
      return variable
    }
    let graph = try ObjectGraph(parsing: ([root] + layers + [shared] + variables).serialized.rawSpan)
    let names = (0..<variableCount).map { "v\($0)/.ATTRIBUTES/VARIABLE_VALUE" }.sorted()
    let found = ObjectOrigins(graph, of: try descriptors(names))
    #expect(found.origins.allSatisfy { $0?.kerasWeights.isEmpty == true })
  }

  @Test("A graph cut at any byte, or with any bit flipped, throws or is read and never traps")
  func damaged() throws {
    let (_, checkpoint) = try Self.shared()
    let bytes = try checkpoint.readStrings(checkpoint.requireDescriptor(named: ObjectGraph.key))[0]
    let whole = try ObjectGraph(parsing: bytes.rawSpan)
    func look(_ bytes: [UInt8]) -> ObjectGraph? {
      guard let graph = try? ObjectGraph(parsing: bytes.rawSpan) else { return nil }
      #expect(ObjectOrigins(graph, of: checkpoint.descriptors).origins.count == checkpoint.descriptors.count)
      return graph
    }
    for end in 0..<bytes.count {
      // What is cut between two objects is a graph of the first of them.
      if let graph = look(Array(bytes[..<end])) { #expect(graph.nodes.count < whole.nodes.count) }
    }
    for position in bytes.indices {
      var changed = bytes
      changed[position] ^= 1 << UInt8(position % 8)
      _ = look(changed)
    }
  }

  @Test("A damaged graph is a problem of its own; the variables can be read")
  func unreadable() throws {
    let scratch = try TemporaryDirectory()
    let folder = Fixture.path("checkpoints/tf2-shared")
    var data = try Fixture.bytes(at: folder + "/ckpt-1.data-00000-of-00001")
    let original = try V2Checkpoint(prefix: folder + "/ckpt-1")
    let place = try #require(try original.requireDescriptor(named: ObjectGraph.key).location)
    data[place.offset + 6] = 0xff
    _ = try scratch.write(data, to: "ckpt-1.data-00000-of-00001")
    _ = try scratch.write(Fixture.bytes(at: folder + "/ckpt-1.index"), to: "ckpt-1.index")
    let unchecked = try V2Checkpoint(
      prefix: scratch.file("ckpt-1"), options: ReadOptions(verifiesChecksums: false))
    #expect(unchecked.objectGraph == nil)
    #expect(unchecked.problems.map(\.severity) == [.unreadable])
    let bias = try unchecked.requireDescriptor(named: "left/_operations/1/bias/.ATTRIBUTES/VARIABLE_VALUE")
    #expect(try unchecked.readAll(bias).count == 8)
    #expect(try ObjectNamedSource(unchecked, naming: .paths).descriptors == unchecked.descriptors)
  }

  private func descriptors(_ names: [String]) throws -> [TensorDescriptor] {
    names.map { TensorDescriptor(name: $0, dtype: .float32, shape: .scalar, byteCount: 4) }
  }
}

/// A node to serialize, right or wrong.
private struct GraphNode {
  var children: [(name: String, node: Int)] = []
  var attributes: [(name: String, fullName: String, key: String)] = []
  var slots: [(variable: Int, name: String, slot: Int)] = []

  var serialized: [UInt8] {
    children.flatMap { message(1, number(1, $0.node) + text(2, $0.name)) }
      + attributes.flatMap { message(2, text(1, $0.name) + text(2, $0.fullName) + text(3, $0.key)) }
      + slots.flatMap { message(3, number(1, $0.variable) + text(2, $0.name) + number(3, $0.slot)) }
  }
}

extension [GraphNode] {
  fileprivate var serialized: [UInt8] { flatMap { message(1, $0.serialized) } }
}

private func message(_ field: UInt8, _ bytes: [UInt8]) -> [UInt8] {
  [field << 3 | 2] + Varint.encode(UInt64(bytes.count)) + bytes
}

private func text(_ field: UInt8, _ text: String) -> [UInt8] { message(field, Array(text.utf8)) }

private func number(_ field: UInt8, _ value: Int) -> [UInt8] {
  [field << 3] + Varint.encode(UInt64(bitPattern: Int64(value)))
}
