/// Floats at an address that is a multiple of a cache line, owned by this value alone.
///
/// Sendable by hand: the memory has one owner, and writing to it takes a mutating access to that owner.
@safe
package struct AlignedFloats: ~Copyable, @unchecked Sendable {
  private let buffer: UnsafeMutableBufferPointer<Float>

  /// Bytes of a cache line.
  package static let alignment = 64

  /// `count` zeros.
  package init(count: Int) {
    let byteCount = max(count, 1) * MemoryLayout<Float>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: Self.alignment)
    let start = unsafe memory.initializeMemory(as: Float.self, repeating: 0, count: max(count, 1))
    unsafe buffer = UnsafeMutableBufferPointer(start: start, count: count)
  }

  deinit {
    unsafe buffer.baseAddress?.deallocate()
  }

  /// The number of floats.
  package var count: Int { unsafe buffer.count }

  /// Where the values start; valid while this value lives and nothing writes to it.
  var start: UnsafePointer<Float> {
    // Never nil: the buffer was made of an allocation.
    unsafe UnsafePointer(buffer.baseAddress.unsafelyUnwrapped)
  }

  /// The values.
  package var span: Span<Float> {
    @_lifetime(borrow self)
    get {
      // The memory lives as long as its owner, which the span borrows.
      let span = unsafe Span(_unsafeElements: buffer)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Lends the values for writing, where a span per part is needed at once.
  package mutating func withUnsafeMutableBufferPointer<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try unsafe body(buffer)
  }

  /// The values, for writing.
  package var mutableSpan: MutableSpan<Float> {
    @_lifetime(&self)
    mutating get {
      let span = unsafe MutableSpan(_unsafeElements: buffer)
      return unsafe _overrideLifetime(span, mutating: &self)
    }
  }
}
