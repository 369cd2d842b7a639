internal import CDecantKernels
internal import Foundation

/// The innermost loops for one kind of processor.
///
/// The best that the processor has is chosen at start; the environment variable `DECANT_KERNELS` names another
/// (`avx512`, `avx2`, `neon`, `portable`), so that an odd result can be traced. `portable` has the same bits on every processor.
@safe
package struct KernelVariant: Sendable, CustomStringConvertible {
  /// A table of functions that lives as long as the program and never changes.
  nonisolated(unsafe) let functions: UnsafePointer<decant_kernels>

  /// The variant of that name; nil if the processor or the build does not have it.
  package init?(named name: String) {
    guard let found = unsafe decant_kernels_named(name) else { return nil }
    unsafe functions = found
  }

  private init() {
    unsafe functions = decant_kernels_best()
  }

  /// The variant that everything uses: `DECANT_KERNELS` if it names one, else the best.
  package static let chosen: KernelVariant =
    ProcessInfo.processInfo.environment["DECANT_KERNELS"].flatMap { KernelVariant(named: $0) } ?? KernelVariant()

  /// All variants that run here, the best first.
  package static let available: [KernelVariant] = ["avx512", "avx2", "neon", "portable"].compactMap {
    KernelVariant(named: $0)
  }

  /// The name.
  package var description: String { unsafe String(cString: functions.pointee.name) }
}
