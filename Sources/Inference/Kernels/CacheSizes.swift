internal import CDecantKernels

/// The caches of the processor that runs this.
enum CacheSizes {
  /// Floats that the second-level cache of a core holds: 512 KiB to 4 MiB, and 512 KiB if the system does not say.
  static let secondLevelFloatCount =
    min(max(decant_second_level_cache(), 512 << 10), 4 << 20) / MemoryLayout<Float>.stride
}
