internal import CDecantKernels

/// Floats at an address that is a multiple of a cache line, owned by this value alone.
///
/// Much memory comes straight from the system in huge pages where it has them: weights are read from end to end, and with small pages
/// looking up addresses would take as long as reading.
///
/// Sendable by hand: the memory has one owner, and writing to it takes a mutating access to that owner.
@safe
package struct AlignedFloats: ~Copyable, @unchecked Sendable {
  private let buffer: UnsafeMutableBufferPointer<Float>

  /// Bytes of a cache line.
  package static let alignment = 64

  /// `count` zeros.
  package init(count: Int) {
    guard let memory = unsafe decant_allocate(max(count, 1)) else {
      // What the standard library does as well: nothing can be done without memory.
      preconditionFailure("no memory for \(count) floats")
    }
    unsafe buffer = UnsafeMutableBufferPointer(start: memory, count: count)
  }

  /// Values, and zeros after them; without values, zeros alone.
  init(_ values: [Float]?, paddedTo count: Int) {
    self.init(count: count)
    var span = mutableSpan
    for (index, value) in (values ?? []).enumerated() { span[index] = value }
  }

  deinit {
    unsafe decant_deallocate(buffer.baseAddress, max(buffer.count, 1))
  }

  /// The number of floats.
  package var count: Int { unsafe buffer.count }

  /// One value.
  ///
  /// - Precondition: `index` is in `0..<count`.
  func value(at index: Int) -> Float {
    precondition(0..<count ~= index, "there is no such value")
    return unsafe buffer[index]
  }

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
