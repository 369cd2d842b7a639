extension [Float] {
  /// `count` values that `body` computes, without zeros before: a step's logits are so many that those would take time.
  ///
  /// - Precondition: `body` writes every value.
  init(count: Int, writtenBy body: (inout MutableSpan<Float>) -> Void) {
    unsafe self.init(unsafeUninitializedCapacity: count) { buffer, initializedCount in
      // A float needs no initialization before it is written.
      var span = unsafe MutableSpan(_unsafeElements: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      body(&span)
      initializedCount = count
    }
  }
}
