internal import Images
package import Portraits

extension KernelSheet {
  /// A kernel as packed RGB, `[height, width, 3]`: gray is 0, brighter is positive, darker is negative.
  ///
  /// - Parameters:
  ///   - kernel: one of the sheet's.
  ///   - reach: the magnitude that has full color; the kernel's own, or one that several share.
  /// - Returns: the pixels; magenta where one of a pixel's values is not finite.
  package func pixels(of kernel: Kernel, reach: Float) -> [UInt8] {
    stride(from: 0, to: kernel.values.count, by: 3).flatMap { place -> [UInt8] in
      let values = kernel.values[place..<place + 3]
      let broken = HeatColors.broken
      guard values.allSatisfy(\.isFinite) else { return [broken.red, broken.green, broken.blue] }
      return values.map { value in
        // Computed with halves, because twice a huge number can overflow.
        let part = reach > 0 ? max(-1, min(1, value / reach)) : 0
        return UInt8((127.5 + 127.5 * part).rounded())
      }
    }
  }

  /// Whether a kernel's largest magnitude is less than a hundredth of the strongest kernel's.
  package func isWeak(_ kernel: Kernel) -> Bool { kernel.reach < reach / 100 }

  /// The names of the axes, in their order.
  package var axisNames: [String] {
    layout == .hwio ? ["height", "width", "input", "output"] : ["output", "input", "height", "width"]
  }
}
