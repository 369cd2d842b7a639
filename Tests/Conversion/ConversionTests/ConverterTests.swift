import Comparison
import Foundation
import Inspection
import Messages
import ModelMapping
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion

@Suite("Conversion")
struct ConverterTests {
  private static let outputs = ["out.safetensors", "out.h5"]

  private func source() throws -> InMemoryTensorSource {
    InMemoryTensorSource([
      try .init("lstm/BasicLSTMCell/Linear/Matrix", .float32, [20, 40], seed: 1),
      try .init("lstm/BasicLSTMCell/Linear/Matrix/Adam", .float32, [20, 40], seed: 9),
      try .init("lstm/BasicLSTMCell/Linear/Bias", .float32, [40], seed: 2),
      try .init("logits/weights", .float32, [10, 30_000], seed: 3),
      try .init("global_step", .int64, [], bytes: [64, 66, 15, 0, 0, 0, 0, 0]),
      try .init("empty", .int32, [0, 4], bytes: []),
    ])
  }

  @Test("every bit arrives under its modern name, and the report says what was done", arguments: outputs)
  func everything(output: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file(output)
    var phases: [ConversionProgress.Phase] = []
    var options = ConversionOptions()
    options.vocabulary = ["<S>", "é", "\""]
    let source = try source()
    let report = try Converter(options: options).convert(source, to: path) { progress in
      if phases.last != progress.phase { phases.append(progress.phase) }
      #expect(progress.byteCount <= progress.totalByteCount)
    }
    #expect(try directory.entries() == [output])
    #expect(phases == [.writing, .readingBack])
    #expect(report.wasReadBack)
    #expect(report.skipped.isEmpty)
    #expect(
      report.renamed.map(\.to).sorted() == [
        "lstm/basic_lstm_cell/bias", "lstm/basic_lstm_cell/kernel", "lstm/basic_lstm_cell/kernel/Adam",
      ])
    #expect(report.byteCount == source.descriptors.reduce(0) { $0 + $1.byteCount })
    let back = try TensorFile.open(path)
    #expect(back.descriptors.map(\.name) == report.descriptors.map(\.name))
    let map = try NameMap(source.descriptors.map(\.name), scheme: .modern)
    for descriptor in source.descriptors {
      let found = try back.requireDescriptor(named: map[descriptor.name])
      #expect((found.dtype, found.shape) == (descriptor.dtype, descriptor.shape))
      #expect(try back.readAll(found) == source.readAll(descriptor))
    }
    #expect(back.metadata == report.metadata)
    #expect(back.metadata["decant.version"] == DecantVersion.current)
    #expect(back.metadata["decant.names"] == "modern")
    #expect(back.metadata["decant.vocabulary"] == #"["<S>","é","\""]"#)
    #expect(back.metadata["decant.source"] == #"{"format":"memory","files":[],"global_step":1000000}"#)
    #expect(try SourceComparison(source, back).isEqual)
  }

  @Test(
    "a safetensors file says that it is PyTorch's, unless its source says something else; other formats say nothing")
  func format() throws {
    let directory = try TemporaryDirectory()
    let tensors = [try InMemoryTensorSource.Tensor("a", .float32, [2], seed: 1)]
    let rows: [(file: String, metadata: [String: String], format: String?)] = [
      ("a.safetensors", [:], "pt"), ("a.safetensors", ["format": "tf"], "tf"), ("a.h5", [:], nil), ("a.npz", [:], nil),
      ("a.h5", ["format": "mlx"], "mlx"),
    ]
    for (number, row) in rows.enumerated() {
      let path = directory.file("\(number)-\(row.file)")
      let report = try Converter().convert(InMemoryTensorSource(tensors, metadata: row.metadata), to: path)
      #expect(report.metadata["format"] == row.format, "\(row)")
      let file = try TensorFile.open(path)
      #expect(file.metadata["format"] == row.format, "\(row)")
      #expect(IntegrityReport(checking: file).isSound, "\(row)")
    }
  }

  @Test("leftovers and unmatched names are left out and reported", arguments: outputs)
  func selection(output: String) throws {
    let directory = try TemporaryDirectory()
    var options = ConversionOptions()
    options.inferenceOnly = true
    options.drop = "^empty$"
    options.names = .keep
    let source = try source()
    let report = try Converter(options: options).convert(source, to: directory.file(output))
    #expect(
      report.skipped == [
        .init(name: "empty", reason: "matched by --drop"),
        .init(name: "global_step", reason: "counts training steps"),
        .init(
          name: "lstm/BasicLSTMCell/Linear/Matrix/Adam", reason: "Adam's slot of lstm/BasicLSTMCell/Linear/Matrix"),
      ])
    #expect(report.renamed.isEmpty)
    let comparison = try SourceComparison(source, TensorFile.open(directory.file(output)))
    #expect(comparison.onlyInLeft == ["empty"])
    #expect(comparison.leftoversOnlyInLeft.map(\.name) == ["global_step", "lstm/BasicLSTMCell/Linear/Matrix/Adam"])
    #expect(comparison.equalCount == 3)
    #expect(comparison.values.isEmpty && comparison.kinds.isEmpty && comparison.onlyInRight.isEmpty)

    options.match = "lstm"
    options.drop = nil
    options.sink.replacesExisting = true
    let matched = try Converter(options: options).convert(source, to: directory.file(output))
    #expect(
      matched.descriptors.map(\.name).sorted() == [
        "lstm/BasicLSTMCell/Linear/Bias", "lstm/BasicLSTMCell/Linear/Matrix",
      ])
  }

  @Test("what the format cannot hold is left out and reported")
  func unholdable() throws {
    let directory = try TemporaryDirectory()
    let source = InMemoryTensorSource([
      try .init("brain", .bfloat16, [3], seed: 2), try .init("words", [1], strings: [[65]]),
      try .init("numbers", .float32, [2], seed: 1),
    ])
    var options = ConversionOptions()
    options.format = .tensorFlowV1
    let report = try Converter(options: options).convert(source, to: directory.file("out"))
    #expect(report.descriptors.map(\.name) == ["numbers", "words"])
    #expect(report.skipped.map(\.name) == ["brain"])
    #expect(report.skipped.first?.reason.text.contains("cannot hold bfloat16") == true)
    for output in ["out.h5", "out.safetensors", "out.ckpt"] {
      #expect(try Converter().convert(source, to: directory.file(output)).skipped.isEmpty)
      #expect(try SourceComparison(source, TensorFile.open(directory.file(output))).isEqual)
    }
  }

  @Test("a checkpoint is written in as many data files as asked for, without metadata, and is read back")
  func checkpoint() throws {
    let directory = try TemporaryDirectory()
    var options = ConversionOptions()
    options.sink.shardCount = 3
    let source = try source()
    let report = try Converter(options: options).convert(source, to: directory.file("out.ckpt"))
    #expect(report.wasReadBack && !report.keepsMetadata && report.metadata.isEmpty)
    #expect(
      try directory.entries() == [
        "out.ckpt.data-00000-of-00003", "out.ckpt.data-00001-of-00003", "out.ckpt.data-00002-of-00003",
        "out.ckpt.index",
      ])
    #expect(try SourceComparison(source, TensorFile.open(directory.file("out.ckpt"))).isEqual)
    let bytes = try directory.entries().reduce(0) { try $0 + Fixture.bytes(at: directory.file($1)).count }
    #expect(report.outputByteCount == bytes)
    #expect(ConversionText.report(report).text.contains("without metadata"))
    // Fewer data files in the place of more leave none of those behind.
    options.sink = SinkOptions(replacesExisting: true, shardCount: 1)
    _ = try Converter(options: options).convert(source, to: directory.file("out.ckpt.index"))
    #expect(try directory.entries() == ["out.ckpt.data-00000-of-00001", "out.ckpt.index"])
  }

  @Test("the files of a checkpoint are never written over by its own conversion")
  func checkpointOntoItself() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.ckpt")
    _ = try Converter().convert(try source(), to: path)
    let before = try directory.entries().map { try Fixture.bytes(at: directory.file($0)) }
    var options = ConversionOptions()
    options.sink.replacesExisting = true
    for (output, format) in [(path, nil), (path + ".index", .tensorFlowV1), (path + ".data-00000-of-00001", .hdf5)]
      as [(String, WeightFormat?)]
    {
      options.format = format
      let error = #expect(throws: ConversionError.self) { try Converter(options: options).convert(path, to: output) }
      guard case .outputIsSource = error?.reason else { throw error ?? .init(.listDiffers(nil), file: output) }
    }
    #expect(try directory.entries().map { try Fixture.bytes(at: directory.file($0)) } == before)
  }

  @Test("without digests the source is named all the same", arguments: outputs)
  func withoutDigests(output: String) throws {
    let directory = try TemporaryDirectory()
    _ = try Converter().convert(try source(), to: directory.file("1.safetensors"))
    var options = ConversionOptions()
    options.hashesSource = false
    let report = try Converter(options: options).convert(
      directory.file("1.safetensors"), to: directory.file("again-" + output))
    let provenance = report.metadata["decant.source"] ?? ""
    #expect(provenance.contains(#"{"name":"1.safetensors","bytes":"#))
    #expect(!provenance.contains("sha256"))
    #expect(report.wasReadBack)
    let back = try TensorFile.open(directory.file("again-" + output))
    #expect(back.metadata == report.metadata)
    #expect(try SourceComparison(TensorFile.open(directory.file("1.safetensors")), back).isEqual)
  }

  @Test("a file converted from a file names both, and the same input gives the same bytes")
  func twice() throws {
    let directory = try TemporaryDirectory()
    _ = try Converter().convert(try source(), to: directory.file("1.safetensors"))
    let bytes = try Fixture.bytes(at: directory.file("1.safetensors"))
    let digest = Digest.sha256(of: bytes)
    for output in ["2.h5", "3.h5"] {
      _ = try Converter().convert(directory.file("1.safetensors"), to: directory.file(output))
    }
    let provenance = try TensorFile.open(directory.file("2.h5")).metadata["decant.source"] ?? ""
    #expect(provenance.contains(#""name":"1.safetensors""#))
    #expect(provenance.contains(digest))
    #expect(provenance.contains(#""from":{"format":"memory""#))
    #expect(!provenance.contains(directory.path))
    #expect(try Fixture.bytes(at: directory.file("2.h5")) == Fixture.bytes(at: directory.file("3.h5")))
    _ = try Converter().convert(directory.file("2.h5"), to: directory.file("4.safetensors"))
    #expect(
      try SourceComparison(
        TensorFile.open(directory.file("1.safetensors")), TensorFile.open(directory.file("4.safetensors"))
      )
      .isEqual)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let category: ErrorCategory
    let words: String
    let output: String
    let options: ConversionOptions
    let tensors: @Sendable () throws -> [InMemoryTensorSource.Tensor]

    init(
      _ title: String, _ category: ErrorCategory, words: String, output: String = "out.safetensors",
      options: ConversionOptions = ConversionOptions(),
      tensors: @escaping @Sendable () throws -> [InMemoryTensorSource.Tensor] = anyTensor
    ) {
      testDescription = title
      self.category = category
      self.words = words
      self.output = output
      self.options = options
      self.tensors = tensors
    }

    static let anyTensor: @Sendable () throws -> [InMemoryTensorSource.Tensor] = {
      [try .init("a", .float32, [2], seed: 1)]
    }
  }

  private static func options(_ change: (inout ConversionOptions) -> Void) -> ConversionOptions {
    var options = ConversionOptions()
    change(&options)
    return options
  }

  private static let refusals: [Refusal] = [
    Refusal(
      "no such directory", .cannotCreate, words: "does not exist. Nothing was written; create it with",
      output: "none/out.safetensors"),
    Refusal("no known extension", .usage, words: "--to", output: "out.bin"),
    Refusal("output is a directory", .cannotCreate, words: "directory", output: "directory.h5"),
    Refusal("output exists", .cannotCreate, words: "--force", output: "present.h5"),
    Refusal(
      "compressed safetensors", .usage, words: "--compression",
      options: options { $0.sink.compression = 5 }),
    Refusal(
      "compression 10", .usage, words: "0 to 9", output: "out.h5",
      options: options { $0.sink.compression = 10 }),
    Refusal(
      "bad expression", .usage, words: "regular expression", options: options { $0.match = "(" }),
    Refusal("nothing left", .usage, words: "the source's 1 tensor is left out", options: options { $0.drop = "" }),
    Refusal(
      "nothing but bfloat16 for V1", .usage, words: "cannot hold bfloat16", output: "out",
      options: options { $0.format = .tensorFlowV1 },
      tensors: { [try InMemoryTensorSource.Tensor("s", .bfloat16, [1], seed: 1)] }),
    Refusal(
      "words for a checkpoint", .usage, words: "word_counts.txt", output: "out.ckpt",
      options: options { $0.vocabulary = ["a"] }),
    Refusal(
      "a sharded safetensors", .usage, words: "--shards", options: options { $0.sink.shardCount = 2 }),
    Refusal(
      "no shards", .usage, words: "1 to 10000", output: "out.ckpt", options: options { $0.sink.shardCount = 0 }),
    Refusal("output checkpoint exists", .cannotCreate, words: "--force", output: "present.ckpt"),
    Refusal(
      "no name", .usage, words: "no name", output: "out.ckpt",
      tensors: { [try InMemoryTensorSource.Tensor("", .int8, [1], seed: 1)] }),
    Refusal(
      "two eras of one name", .badData, words: "would both be named",
      tensors: {
        let old = try InMemoryTensorSource.Tensor("basic_lstm_cell/weights", .int8, [2], seed: 1)
        let new = try InMemoryTensorSource.Tensor("basic_lstm_cell/kernel", .int8, [2], seed: 1)
        return [old, new]
      }),
    Refusal(
      "vocabulary beyond the embedding", .badData, words: "3 words",
      options: options { $0.vocabulary = ["a", "b", "c"] },
      tensors: { [try .init("seq_embedding/map", .float32, [2, 4], seed: 1)] }),
  ]

  @Test("what cannot be done is refused, and nothing changes", arguments: refusals)
  func refused(refusal: Refusal) throws {
    let directory = try TemporaryDirectory()
    try directory.write([1, 2, 3], to: "present.h5")
    try directory.write([1, 2, 3], to: "present.ckpt.index")
    try FileManager.default.createDirectory(atPath: directory.file("directory.h5"), withIntermediateDirectories: false)
    let before = try directory.entries()
    let source = InMemoryTensorSource(try refusal.tensors())
    let failure = Failure.of(source, directory.file(refusal.output), refusal.options)
    let found = try #require(failure)
    #expect(found.category == refusal.category, "\(found)")
    #expect(found.description.contains(refusal.words), "\(found)")
    #expect(try directory.entries() == before)
    #expect(try Fixture.bytes(at: directory.file("present.h5")) == [1, 2, 3])
  }

  @Test("an object-based checkpoint goes through any format and back with its object graph", arguments: outputs)
  func objectGraph(output: String) throws {
    let directory = try TemporaryDirectory()
    let path = Fixture.path("checkpoints/tf2-object/ckpt-1")
    #expect(try Converter().convert(path, to: directory.file(output)).skipped.isEmpty)
    #expect(try Converter().convert(directory.file(output), to: directory.file("back.ckpt")).skipped.isEmpty)
    let (original, back) = try (TensorFile.open(path), TensorFile.open(directory.file("back.ckpt")))
    #expect(back.descriptors.map(\.name) == original.descriptors.map(\.name))
    #expect(try SourceComparison(original, back).isEqual)
  }

  @Test("an object graph that does not fit what is written is left out, and the reason given")
  func objectGraphLeftOut() throws {
    let directory = try TemporaryDirectory()
    let graph = try InMemoryTensorSource.Tensor("_CHECKPOINTABLE_OBJECT_GRAPH", [], strings: [[1, 0, 2]])
    let key = try InMemoryTensorSource.Tensor("m/a/.ATTRIBUTES/VARIABLE_VALUE", .float32, [2], seed: 1)
    let cell = try InMemoryTensorSource.Tensor("basic_lstm_cell/weights", .float32, [2], seed: 1)
    var dropping = ConversionOptions()
    dropping.drop = "weights"
    for (tensors, options, words) in [
      ([graph, cell], ConversionOptions(), "the keys of the checkpoint"),
      ([graph, key, cell], .init(), "names change"),
      ([graph, key, cell], dropping, "left out"),
    ] {
      var options = options
      options.sink.replacesExisting = true
      let report = try Converter(options: options).convert(
        InMemoryTensorSource(tensors), to: directory.file("a.safetensors"))
      let skipped = report.skipped.first { $0.name == graph.name }
      #expect(skipped?.reason.text.contains(words) == true, "\(report.skipped)")
    }
  }

  @Test("a source is never written over, through whatever spelling of its path")
  func ontoItself() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.safetensors")
    _ = try Converter().convert(InMemoryTensorSource([try .init("a", .float32, [2], seed: 1)]), to: path)
    let before = try Fixture.bytes(at: path)
    try FileManager.default.createSymbolicLink(atPath: directory.file("link.safetensors"), withDestinationPath: path)
    var options = ConversionOptions()
    options.sink.replacesExisting = true
    let converter = Converter(options: options)
    let otherSpelling = directory.file("../\((directory.path as NSString).lastPathComponent)/a.safetensors")
    for output in [path, otherSpelling, directory.file("link.safetensors")] {
      let error = #expect(throws: ConversionError.self) { try converter.convert(path, to: output) }
      #expect(error?.reason == .outputIsSource(path))
    }
    #expect(try Fixture.bytes(at: path) == before)
  }

  private struct Broken: Error {}

  @Test("a source that fails midway leaves an earlier output as it was", arguments: outputs + ["out.ckpt.index"])
  func midway(output: String) throws {
    let directory = try TemporaryDirectory()
    try directory.write([1, 2, 3], to: output)
    var options = ConversionOptions()
    options.sink.replacesExisting = true
    var source = InMemoryTensorSource([
      try .init("a", .float32, [2000], seed: 1), try .init("b", .float32, [2], seed: 1),
    ])
    source.damage("b", throwing: Broken())
    let converter = Converter(options: options)
    #expect(throws: Broken.self) { try converter.convert(source, to: directory.file(output)) }
    #expect(try directory.entries() == [output])
    #expect(try Fixture.bytes(at: directory.file(output)) == [1, 2, 3])
  }

  @Test("a full disk is an error with words, and nothing is left behind", arguments: outputs + ["out.ckpt"])
  func fullDisk(output: String) async throws {
    await #expect(processExitsWith: .success) { [output] in
      try FullDisk.check(output)
    }
  }
}

/// Runs in a process of its own, whose files may not grow.
private enum FullDisk {
  struct NoError: Error {}

  static func check(_ output: String) throws {
    let directory = try TemporaryDirectory()
    // The signal that would end the process becomes the error EFBIG.
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit(rlim_cur: 1 << 16, rlim_max: 1 << 16)
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    let source = InMemoryTensorSource([try .init("a", .float32, [100_000], seed: 1)])
    guard let error = Failure.of(source, directory.file(output)) else { throw NoError() }
    precondition(error.category == .inputOutput, "\(error)")
    precondition(error.description.lowercased().contains("nothing was left behind"), "\(error)")
    let entries = try directory.entries()
    precondition(entries.isEmpty, "\(entries)")
  }
}

private enum Failure {
  /// What a conversion throws, where it throws an error of ours.
  static func of(
    _ source: InMemoryTensorSource, _ path: String, _ options: ConversionOptions = ConversionOptions()
  ) -> (any DecantError)? {
    do {
      _ = try Converter(options: options).convert(source, to: path)
      return nil
    } catch {
      return error as? any DecantError
    }
  }
}
