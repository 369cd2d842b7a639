internal import Tensors
internal import Threads

/// A tensor that is read once: by a thread that has time, or at the latest when somebody asks for what it becomes.
final class LoadingTask<Value: Sendable>: Sendable {
  /// Bytes of the tensor.
  let byteCount: Int
  private let read: @Sendable (TensorDescriptor) throws -> Value
  private let descriptor: TensorDescriptor
  private let outcome = Guarded<Result<Value, any Error>?>(nil)

  /// A task that has not been done yet.
  init(_ descriptor: TensorDescriptor, _ read: @escaping @Sendable (TensorDescriptor) throws -> Value) {
    (self.descriptor, self.read) = (descriptor, read)
    byteCount = descriptor.byteCount
  }

  /// What the tensor becomes.
  ///
  /// - Throws: what reading it throws.
  func value() throws -> Value {
    try outcome.withLock { outcome in
      let known = outcome ?? Result { try read(descriptor) }
      outcome = known
      return known
    }.get()
  }

  /// Reads the tensor now; `value()` throws the error, if there is one.
  func run() {
    _ = try? value()
  }
}
