import Inspection
import Messages
import Tensors
import TestSupport
import Testing
import Threads

@Suite("A profile of a whole source")
struct SourceProfileTests {
  private struct Damage: DecantError {
    let category = ErrorCategory.badData
    let message: Message
  }

  private func source() throws -> InMemoryTensorSource {
    // Channel 1 is dead, channel 2 constant.
    let kernel = (0..<24).map { index -> Float in [Float(index), 0, 5, Float(index)][index % 4] }
    var source = InMemoryTensorSource([
      try .init("conv/kernel", .float32, [2, 3, 4], bytes: packed(kernel)),
      try .init("conv/bias", .float32, [4], bytes: packed([Float](repeating: 0, count: 4))),
      try .init("nan", .float32, [3], bytes: packed([Float.nan, .infinity, 1])),
      try .init("same", .int32, [3], bytes: packed([Int32](repeating: 7, count: 3))),
      try .init("none", .float32, [0, 3], bytes: []), try .init("one", .float32, [], bytes: packed([Float(0)])),
      try .init("r", .resource, [], bytes: []), try .init("words", texts: ["a", "bc"]),
      try .init("big", .float32, [100, 10], bytes: packed((0..<1000).map { index -> Float in Float(index) })),
    ])
    source.hasChecksums = true
    return source
  }

  @Test("has a row for each tensor, in order, and the same figures as a tensor's own profile")
  func rows() throws {
    let source = try source()
    let profile = try SourceProfile(of: source, pieceByteCount: 64)
    #expect(profile.rows.map(\.descriptor) == source.descriptors)
    for row in profile.rows {
      let own = try TensorStatistics(of: row.descriptor, in: source)
      #expect(row.summary?.statistics.minimum == own?.minimum && row.summary?.statistics.mean == own?.mean)
    }
    let words = try #require(profile.rows.first { $0.descriptor.name == "words" }?.strings)
    #expect(words == (2, 3))
    #expect(profile.details.isEmpty)
    let big = try #require(profile.rows.first { $0.descriptor.name == "big" }?.summary?.histogram)
    #expect(big.counts.reduce(0, +) == 1000 && big.counts.count == TensorSummary.binCount)
  }

  @Test("says what a check of integrity says, from the same pass")
  func integrity() throws {
    var source = try source()
    #expect(try SourceProfile(of: source).integrity == IntegrityReport(checking: source))
    source.damage("big", keeping: 400, throwing: Damage(message: "big: breaks off."))
    source.damage("words", throwing: Damage(message: "words: are damaged."))
    let profile = try SourceProfile(of: source)
    #expect(profile.integrity == IntegrityReport(checking: source))
    #expect(profile.integrity.failures.map(\.tensor) == ["big", "words"])
    #expect(profile.rows.first { $0.descriptor.name == "big" }?.summary == nil)
  }

  @Test("compares digests, and finds a bit that is another")
  func digests() throws {
    var tensors: [(name: String, digest: TensorDigest)] = []
    let plain = try source()
    for descriptor in plain.descriptors where descriptor.dtype != .resource {
      tensors.append((descriptor.name, try TensorDigest(of: descriptor, in: plain, pieceByteCount: 64)))
    }
    var source = plain
    source["r"] = nil
    source.metadata[ContentDigests.key] = ContentDigests.text(of: tensors, metadata: [:])
    let sound = try SourceProfile(of: source, pieceByteCount: 16).integrity
    #expect(sound.isSound && sound.evidence == .digests, "\(sound.failures)")
    source.add(try .init("same", .int32, [3], bytes: packed([7, 7, 6] as [Int32])))
    let profile = try SourceProfile(of: source)
    #expect(profile.integrity.failures.map(\.tensor) == ["same"])
    #expect(profile.integrity == IntegrityReport(checking: source))
    #expect(ProfileMarks(profile).failed.map { profile.rows[$0].descriptor.name } == ["same"])
  }

  @Test("marks what stands out, each tensor for its gravest reason")
  func marks() throws {
    let profile = try SourceProfile(of: try source())
    let marks = ProfileMarks(profile)
    func names(_ places: [Int]) -> [String] { places.map { profile.rows[$0].descriptor.name } }
    #expect(names(marks.notNumbers) == ["nan"] && marks.nanCount == 1)
    #expect(names(marks.infinite) == ["nan"] && marks.infinityCount == 1)
    #expect(names(marks.dead) == ["conv/kernel"] && marks.deadChannelCount == 1)
    // A single zero is a count.
    #expect(names(marks.zero) == ["conv/bias"])
    #expect(names(marks.constant) == ["same"])
    #expect(names(marks.empty) == ["none"])
    #expect(marks.failed.isEmpty)
    let kernel = try #require(profile.rows.first { $0.descriptor.name == "conv/kernel" }?.summary)
    #expect(kernel.dead.first == [1] && kernel.constant.first == [2] && kernel.channelAxis == 2)
  }

  @Test("looks closely at the largest tensors and at those that were named")
  func details() throws {
    let source = try source()
    var options = SourceProfile.Options()
    options.detailCount = 2
    options.detailNames = ["nan", "words"]
    let profile = try SourceProfile(of: source, options: options)
    let names = profile.details.keys.sorted().map { source.descriptors[$0].name }
    #expect(names == ["big", "conv/kernel", "nan"])
    let place = try #require(source.descriptors.index(ofName: "big"))
    let big = try #require(profile.details[place])
    #expect(big.grids.count == 1 && big.channels?.means.count == 10)
    options.detailNames = ["nen"]
    #expect(throws: MissingTensorError.self) { try SourceProfile(of: source, options: options) }
  }

  @Test("takes the last axis for that of the channels, and the first of PyTorch's weights")
  func channelAxis() throws {
    func axis(_ name: String, _ dimensions: [Int], _ dtype: DType = .float32) throws -> Int? {
      let shape = try Shape(dimensions)
      return ChannelAxis(in: []).axis(
        of: TensorDescriptor(name: name, dtype: dtype, shape: shape, byteCount: shape.byteCount(of: dtype) ?? 0))
    }
    #expect(try axis("conv/kernel", [3, 3, 8, 16]) == 3)
    #expect(try axis("features.0.weight", [16, 8, 3, 3]) == 0)
    #expect(try axis("bias", [16]) == nil)
    #expect(try axis("empty", [0, 16]) == nil)
    #expect(try axis("words", [2, 2], .string) == nil)
    #expect(try axis("wide", [2, ChannelStatistics.maximumCount + 1]) == nil)
  }

  @Test("tells how far it is, up to the end")
  func progress() throws {
    let source = try source()
    var last = (0, 0)
    _ = try SourceProfile(of: source) { done, total in
      #expect(done <= total)
      last = (done, total)
    }
    #expect(last.1 == source.descriptors.reduce(0) { $0 + $1.byteCount })
  }

  @Test("ends early when nobody waits any more")
  func cancelled() throws {
    let source = try source()
    let cancellation = Cancellation()
    var steps = 0
    #expect(throws: Cancelled.self) {
      try SourceProfile(of: source, cancellation: cancellation) { _, _ in
        steps += 1
        cancellation.cancel()
      }
    }
    #expect(steps == 1)
  }
}
