// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of the library resolve nothing for it.
let package = Package(
  name: "Benchmarks",
  dependencies: [
    .package(name: "Decant", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
  ],
  targets: [
    .executableTarget(
      name: "accuracy-report",
      dependencies: [
        .product(name: "Decant", package: "Decant"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "engine-bench",
      dependencies: [
        .product(name: "Decant", package: "Decant"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: [.treatAllWarnings(as: .error)]),
  ]
)
