internal import CDecantKernels
internal import Essentials

/// The innermost loops for one kind of processor.
///
/// The best that the processor has is chosen at start; the environment variable `DECANT_KERNELS` names another
/// (`amx`, `avx512`, `avx2`, `neon`, `portable`), so that an odd result can be traced. `portable` has the same bits on every processor.
/// `amx` is the best of the others with convolutions on tiles besides; `amx-emulated` does the same everywhere, slowly.
@safe
package struct KernelVariant: Sendable, CustomStringConvertible {
  /// A table of functions that lives as long as the program and never changes.
  nonisolated(unsafe) let functions: UnsafePointer<decant_kernels>
  /// The same for tiles of bf16 numbers; emulated ones where `hasTiles` is false.
  nonisolated(unsafe) let split: UnsafePointer<decant_split_kernels>
  /// Whether convolutions on tiles are to be preferred where they are faster.
  package let hasTiles: Bool

  /// The variant of that name; nil if the processor or the build does not have it.
  package init?(named name: String) {
    if let found = unsafe decant_split_kernels_named(name) {
      unsafe self.init(decant_kernels_best(), split: found, hasTiles: true)
    } else if let found = unsafe decant_kernels_named(name) {
      unsafe self.init(found, split: decant_split_kernels_emulated(), hasTiles: false)
    } else {
      return nil
    }
  }

  private init() {
    if let tiles = KernelVariant(named: "amx") {
      self = tiles
    } else {
      unsafe self.init(decant_kernels_best(), split: decant_split_kernels_emulated(), hasTiles: false)
    }
  }

  private init(
    _ functions: UnsafePointer<decant_kernels>, split: UnsafePointer<decant_split_kernels>, hasTiles: Bool
  ) {
    unsafe self.functions = functions
    unsafe self.split = split
    self.hasTiles = hasTiles
  }

  /// The variant that everything uses: `DECANT_KERNELS` if it names one, else the best.
  package static let chosen: KernelVariant =
    ProcessInfo.processInfo.environment["DECANT_KERNELS"].flatMap { KernelVariant(named: $0) } ?? KernelVariant()

  /// All variants of the kernels on float32 that run here, the best first.
  package static let available: [KernelVariant] = ["avx512", "avx2", "neon", "portable"].compactMap {
    KernelVariant(named: $0)
  }

  /// The variants with tiles that run here, real ones first.
  package static let withTiles: [KernelVariant] = ["amx", "amx-emulated"].compactMap { KernelVariant(named: $0) }

  /// The name.
  package var description: String {
    unsafe String(cString: hasTiles ? split.pointee.name : functions.pointee.name)
  }
}
