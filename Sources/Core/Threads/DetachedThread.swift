internal import Essentials

/// Threads that nobody waits for.
package enum DetachedThread {
  /// Runs `body` on a new thread, which blocks the signals that the caller blocks.
  ///
  /// - Returns: false if the system has no thread left; `body` then never runs.
  @discardableResult
  package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    let work = unsafe Unmanaged.passRetained(Work(body))
    #if os(macOS)
      var thread: pthread_t?
      let status = unsafe pthread_create(&thread, nil, { unsafe Work.run($0) }, work.toOpaque())
      if status == 0, let thread = unsafe thread { unsafe pthread_detach(thread) }
    #else
      var thread = pthread_t()
      let status = unsafe pthread_create(&thread, nil, { unsafe Work.run($0) }, work.toOpaque())
      if status == 0 { pthread_detach(thread) }
    #endif
    if status != 0 { unsafe work.release() }
    return status == 0
  }

  /// What crosses from one thread to the other.
  private final class Work {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    static func run(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
      guard let pointer = unsafe pointer else { return nil }
      unsafe Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
      return nil
    }
  }
}
