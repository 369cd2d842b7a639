internal import Bytes
internal import Synchronization
internal import Tensors

/// Keeps the last tensor from which many results are cut, so that a thousand parts do not need a thousand passes over
/// it.
///
/// Only a tensor that was read completely is kept, so its checksum was verified; tensors larger than `maximumByteCount`
/// are read again for each part.
final class SharedOperands: Sendable {
  /// The most bytes that are kept: larger tensors have few parts, or large ones.
  private static let maximumByteCount = 1 << 28
  /// Bytes that are read at a time.
  private static let pieceByteCount = 1 << 18

  /// If there are fewer results, each reads the tensor again: a few passes in bounded memory are better than holding
  /// it.
  private static let minimumResultCount = 8

  private struct Entry {
    let name: [UInt8]
    let bytes: [UInt8]
  }

  /// The tensors that many results read, by the UTF-8 of their names.
  private let names: Set<[UInt8]>
  private let kept = Mutex<Entry?>(nil)

  /// Determines which tensors are worth keeping.
  init(_ expressions: some Sequence<TensorExpression>) {
    var counts: [[UInt8]: Int] = [:]
    for expression in expressions where !expression.isStored {
      for name in Set(expression.inputs.map { Array($0.utf8) }) { counts[name, default: 0] += 1 }
    }
    names = Set(counts.filter { $0.value >= Self.minimumResultCount }.keys)
  }

  /// The source, reading a kept tensor from memory.
  func over(_ base: any TensorSource) -> any TensorSource { names.isEmpty ? base : Source(base: base, shared: self) }

  fileprivate func bytes(of descriptor: TensorDescriptor, in base: any TensorSource) throws -> [UInt8]? {
    let name = Array(descriptor.name.utf8)
    guard names.contains(name), descriptor.byteCount <= Self.maximumByteCount else { return nil }
    if let found = kept.withLock({ $0?.name == name ? $0?.bytes : nil }) { return found }
    // The previous tensor is released first.
    kept.withLock { $0 = nil }
    guard MemoryRoom.has(descriptor.byteCount) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(descriptor.byteCount)
    try base.read(descriptor, maximumByteCount: Self.pieceByteCount) { piece in
      unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
    kept.withLock { $0 = Entry(name: name, bytes: bytes) }
    return bytes
  }

  private struct Source: RandomAccessSource {
    let base: any TensorSource
    let shared: SharedOperands
    var format: String { base.format }
    var files: [SourceFile] { base.files }
    var descriptors: [TensorDescriptor] { base.descriptors }
    var metadata: [String: String] { base.metadata }
    var hasChecksums: Bool { base.hasChecksums }

    func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
      guard let bytes = try shared.bytes(of: descriptor, in: base) else {
        return try base.read(descriptor, maximumByteCount: maximumByteCount, body)
      }
      try bytes.forEachPiece(of: descriptor.dtype, maximumByteCount: maximumByteCount, body)
    }

    func storedElements(of descriptor: TensorDescriptor) throws -> StoredElements? {
      try base.placeOfElements(of: descriptor)
    }

    func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] { try base.readStrings(descriptor) }
  }
}
