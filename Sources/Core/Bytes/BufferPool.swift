internal import Threads

/// Reuses buffers of one size, so that reading a thousand tensors does not clear a thousand buffers.
package final class BufferPool: Sendable {
  /// Bytes of each buffer.
  package let byteCount: Int
  private let free = Guarded<[[UInt8]]>([])

  /// Starts without buffers.
  package init(byteCount: Int) {
    self.byteCount = byteCount
  }

  /// A buffer that is not in use; its contents are left over from its last use.
  package func take() -> [UInt8] {
    free.withLock { $0.popLast() } ?? [UInt8](repeating: 0, count: byteCount)
  }

  /// Gives a buffer back; one of another size is dropped.
  package func give(_ buffer: consuming [UInt8]) {
    let buffer = buffer
    if buffer.count == byteCount { free.withLock { $0.append(buffer) } }
  }
}
