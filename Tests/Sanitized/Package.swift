// swift-tools-version: 6.2
import PackageDescription

// The kernels and their tests alone, through links, so that `make sanitize-kernels` builds nothing else under its sanitizers.
let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableExperimentalFeature("Lifetimes"),
]

let package = Package(
  name: "Sanitized",
  targets: [
    .target(name: "CDecantKernels", path: "CDecantKernels"),
    .target(name: "Essentials", path: "Essentials", swiftSettings: settings),
    .target(name: "Threads", dependencies: ["Essentials"], path: "Threads", swiftSettings: settings),
    .target(
      name: "Kernels", dependencies: ["CDecantKernels", "Threads", "Essentials"], path: "Kernels",
      swiftSettings: settings),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels"], path: "KernelsTests", swiftSettings: settings),
  ]
)
