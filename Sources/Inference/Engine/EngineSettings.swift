internal import Kernels
package import Messages

/// What computes captions: which kernels, and how close to float32. Results carry it as metadata.
package struct EngineSettings: Sendable, Equatable {
  /// Such as `avx2`; `reference` for the scalar kernels.
  package var kernels: String
  /// What the kernels do: `exact` if they have no tiles, whatever was requested.
  package var precision: EngineOptions.Precision

  /// The settings as an object of JSON.
  package var json: JSONValue {
    .object([("kernels", .string(kernels)), ("precision", .string(precision.rawValue))])
  }
}

extension EngineOptions {
  /// What the options mean on this processor.
  package var settings: EngineSettings {
    if usesReferenceKernels { return EngineSettings(kernels: "reference", precision: .exact) }
    let variant = KernelVariant.chosen
    return EngineSettings(kernels: "\(variant)", precision: variant.hasTiles ? precision : .exact)
  }
}
