import Foundation

/// Copies of a test's process.
public enum ProcessCopy {
  /// Makes a copy as the system's `fork` does, which Swift hides since a copy has one thread only: it may do what needs no lock of another.
  ///
  /// - Returns: 0 in the copy; the copy's number in this process, negative where none could be made (`errno`).
  public static func fork() -> Int32 { systemFork() }

  private static let systemFork: @convention(c) () -> Int32 = {
    guard let symbol = unsafe dlsym(nil, "fork") else { preconditionFailure("the system has fork") }
    // It is that function.
    return unsafe unsafeBitCast(symbol, to: (@convention(c) () -> Int32).self)
  }()
}
