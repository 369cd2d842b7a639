// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// Targets that return or store spans; the compiler still asks for the flag there.
let spanSettings: [SwiftSetting] = swiftSettings + [.enableExperimentalFeature("Lifetimes")]

/// A module of ours.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: spanSettings)
}

/// Tests run against optimized modules, but are compiled themselves without optimization, in a third of the time.
let testSettings = swiftSettings + [.unsafeFlags(["-Onone"])]

// Numeric tests compute much themselves, so they are optimized.
func tests(of name: String, _ dependencies: [Target.Dependency] = [], isNumeric: Bool = false) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.target(name: name), "TestSupport"] + dependencies,
    swiftSettings: isNumeric ? swiftSettings : testSettings)
}

/// Targets of one layer, which have a folder of their own in `Sources/LAYER` or `Tests/LAYER`.
func layer(_ name: String, _ targets: [Target]) -> [Target] {
  for target in targets { target.path = "\(target.type == .test ? "Tests" : "Sources")/\(name)/\(target.name)" }
  return targets
}

/// A C library of the system, found through pkg-config, or a header alone.
func systemLibrary(_ name: String, pkgConfig: String? = nil, apt: String, brew: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

// The layers, from the top down; imports point down, within a layer too. See docs/architecture.md.

let command = layer(
  "Command",
  [
    // The command: one file per subcommand, no logic of its own.
    .executableTarget(
      name: "decant",
      dependencies: [
        "Verification", "Diagnosis", "Recovery", "TransferDamage", "Comparison", "Inspection", "Captioning",
        "WordTraces", "Engine", "Images", "Vocabulary", "Conversion", "ModelMapping", "MetaGraph", "TensorFiles",
        "Tensors", "Bytes",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: spanSettings)
  ])

let analysis = layer(
  "Analysis",
  [
    // Two models are one: tensors, words and captions.
    module(
      "Verification",
      [
        "GraphProof", "Comparison", "Inspection", "Captioning", "WordTraces", "Engine", "Vocabulary", "Conversion",
        "ModelMapping", "MetaGraph", "TensorFiles", "Tensors", "Bytes",
      ]),
    // What is wrong with a set of files, and what to do.
    module(
      "Diagnosis",
      [
        "TransferDamage", "Inspection", "WordTraces", "Engine", "Vocabulary", "ModelMapping", "MetaGraph",
        "TensorFiles", "Checkpoints", "SSTable", "Tensors", "Bytes",
      ]),
    // What a damaged checkpoint still holds, written and reported.
    module(
      "Recovery",
      [
        "TransferDamage", "Inspection", "Conversion", "ModelMapping", "TensorFiles", "Checkpoints", "Tensors", "Bytes",
      ]),
    // Files that a program took for text: recognised, and restored where that is proved.
    module("TransferDamage", ["Checkpoints", "SSTable", "Tensors", "Bytes"]),
    // The graph proves the plan.
    module("GraphProof", ["Engine", "Kernels", "Images", "ModelMapping", "MetaGraph", "Tensors", "Bytes"]),
    // What differs between two sources, tensor by tensor.
    module("Comparison", ["Inspection", "ModelMapping", "MetaGraph", "Tensors", "Bytes"]),
    // What the tensors and graphs say, as values, text and JSON.
    module("Inspection", ["ModelMapping", "MetaGraph", "Tensors", "Bytes"]),
  ])

let inference = layer(
  "Inference",
  [
    // Pictures to captions. Never imports Checkpoints: a caption then proves the converted file.
    module("Captioning", ["WordTraces", "Engine", "Images", "Vocabulary", "Tensors", "Bytes"]),
    // What training left in the decoder's weights about the words.
    module("WordTraces", ["Engine", "Vocabulary", "Tensors", "Bytes"]),
    module("Engine", ["Kernels", "ModelMapping", "Tensors", "Bytes"]),
    module("Kernels", ["CDecantKernels"]),
    module("Images", ["CDecantImages", "Bytes"]),
    module("Vocabulary", ["Bytes"]),
  ])

let conversion = layer(
  "Conversion",
  [
    // Source to sink.
    module(
      "Conversion",
      ["ModelMapping", "Digests", "TensorFiles", "Checkpoints", "MetaGraph", "WeightFiles", "Tensors", "Bytes"]),
    module("ModelMapping", ["Tensors", "Bytes"]),
    module("Digests", ["CCrypto"]),
  ])

let formats = layer(
  "Formats",
  [
    module("TensorFiles", ["Checkpoints", "MetaGraph", "WeightFiles", "Tensors", "Bytes"]),
    module("Checkpoints", ["SSTable", "ProtobufMessages", "ProtobufWire", "CTensorFlowProtos", "Tensors", "Bytes"]),
    module("MetaGraph", ["ProtobufMessages", "ProtobufWire", "CTensorFlowProtos", "Tensors", "Bytes"]),
    module("WeightFiles", ["CDecantHDF5", "CHDF5", "CZlib", "Tensors", "Bytes"]),
    module("SSTable", ["Bytes"]),
    module("ProtobufMessages", ["ProtobufWire", "CTensorFlowProtos", "Bytes"]),
    module("ProtobufWire", ["Bytes"]),
  ])

let core = layer(
  "Core",
  [
    module("Tensors", ["Bytes"]),
    module("Bytes", ["CDecantBytes"]),
  ])

let c = layer(
  "C",
  [
    // Shims and innermost loops.
    .target(name: "CDecantBytes"),
    .target(name: "CDecantKernels"),
    .target(name: "CDecantImages", dependencies: ["CJPEG", "CPNG"]),
    .target(name: "CDecantHDF5", dependencies: ["CHDF5"]),

    // Generated by protoc-c from Schemas/ (`make schemas`).
    .target(name: "CTensorFlowProtos", dependencies: ["CProtobufC"]),

    // System libraries.
    systemLibrary("CProtobufC", pkgConfig: "libprotobuf-c", apt: "libprotobuf-c-dev", brew: "protobuf-c"),
    systemLibrary("CHDF5", apt: "libhdf5-dev", brew: "hdf5"),
    systemLibrary("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev", brew: "zlib"),
    systemLibrary("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev", brew: "openssl"),
    systemLibrary("CJPEG", pkgConfig: "libjpeg", apt: "libjpeg62-turbo-dev", brew: "jpeg-turbo"),
    systemLibrary("CPNG", pkgConfig: "libpng", apt: "libpng-dev", brew: "libpng"),
  ])

// Tests.

let layeredTests =
  layer(
    "Command",
    [
      // Shim/ is C that the tests compile and load into the command; it is no part of any product.
      .testTarget(
        name: "FaultTests", dependencies: ["decant", "TestSupport", "Bytes"], exclude: ["Shim"],
        swiftSettings: testSettings),
      .testTarget(
        name: "CommandTests", dependencies: ["decant", "TestSupport", "TensorFiles", "Tensors", "Bytes"],
        swiftSettings: testSettings),
    ])
  + layer(
    "Analysis",
    [
      tests(of: "Comparison", ["Inspection", "TensorFiles", "ModelMapping", "Tensors", "Bytes"]),
      tests(of: "Diagnosis", ["WordTraces", "TensorFiles", "Tensors", "Bytes"]),
      tests(of: "GraphProof", ["MetaGraph", "ProtobufWire", "Tensors", "Bytes"]),
      tests(of: "Inspection", ["MetaGraph", "Tensors", "Bytes"]),
      tests(of: "Recovery", ["SSTable", "Checkpoints", "TensorFiles", "Tensors", "Bytes"]),
      tests(of: "TransferDamage", ["Conversion", "Checkpoints", "Tensors", "Bytes"]),
    ])
  + layer(
    "Inference",
    [
      tests(
        of: "Captioning",
        ["WordTraces", "Engine", "Images", "Vocabulary", "Checkpoints", "WeightFiles", "Tensors", "Bytes"]),
      tests(of: "WordTraces", ["WeightFiles", "Engine", "Vocabulary", "Tensors", "Bytes"]),
      tests(
        of: "Engine", ["ModelMapping", "Kernels", "Checkpoints", "Images", "Tensors", "Bytes"], isNumeric: true),
      tests(of: "Kernels", isNumeric: true),
      tests(of: "Images", ["Bytes"], isNumeric: true),
      tests(of: "Vocabulary", ["Bytes"]),
    ])
  + layer(
    "Conversion",
    [
      tests(
        of: "Conversion",
        [
          "Comparison", "Inspection", "ModelMapping", "TensorFiles", "Checkpoints", "MetaGraph", "WeightFiles",
          "Tensors", "Bytes",
        ]),
      tests(of: "ModelMapping", ["Tensors", "Bytes"]),
      tests(of: "Digests", ["Bytes"]),
    ])
  + layer(
    "Formats",
    [
      tests(of: "TensorFiles", ["MetaGraph", "WeightFiles", "Tensors", "Bytes"]),
      tests(of: "Checkpoints", ["SSTable", "ProtobufWire", "Tensors", "Bytes"]),
      tests(of: "MetaGraph", ["ProtobufWire", "Tensors", "Bytes"]),
      tests(of: "WeightFiles", ["CDecantHDF5", "Tensors", "Bytes"]),
      tests(of: "SSTable", ["Bytes"]),
      tests(of: "ProtobufWire", ["Bytes"]),
    ])
  + layer(
    "Core",
    [
      tests(of: "Tensors", ["Bytes"]),
      tests(of: "Bytes", ["CDecantBytes"]),
    ])

let wholeTests: [Target] = [
  .target(
    name: "TestSupport",
    dependencies: ["Digests", "Tensors", "CZlib", "Bytes"], path: "Tests/TestSupport",
    swiftSettings: swiftSettings),
  .testTarget(
    name: "DocumentationTests",
    dependencies: [
      "Bytes", "Captioning", "Checkpoints", "Comparison", "Conversion", "Digests", "Engine", "Images", "ModelMapping",
      "Recovery", "TensorFiles", "Tensors", "TestSupport",
    ], path: "Tests/DocumentationTests", swiftSettings: testSettings),
  // Every bit of small files of every format.
  .testTarget(
    name: "DamageTests",
    dependencies: [
      "Conversion", "TensorFiles", "WeightFiles", "Inspection", "ModelMapping", "TransferDamage", "Vocabulary",
      "Images", "Tensors", "Bytes", "TestSupport",
    ], path: "Tests/DamageTests", swiftSettings: swiftSettings),
  .testTarget(
    name: "SoakTests",
    dependencies: ["Captioning", "Conversion", "Engine", "TensorFiles", "Vocabulary", "TestSupport"],
    path: "Tests/SoakTests", swiftSettings: testSettings),
]

let package = Package(
  name: "Decant",
  products: [
    .library(
      name: "Decant",
      targets: [
        "Tensors", "TensorFiles", "Checkpoints", "MetaGraph", "WeightFiles", "ModelMapping", "Conversion", "Vocabulary",
        "Images", "Engine", "WordTraces", "Captioning", "GraphProof", "Inspection", "Comparison", "Recovery",
        "Verification", "Diagnosis",
      ]),
    .executable(name: "decant", targets: ["decant"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    // For `swift package generate-documentation` only; nothing links it.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: command + analysis + inference + conversion + formats + core + c + layeredTests + wholeTests
)

// One executable for each parser, for `make fuzz`. libFuzzer brings their main function, so the package is then nothing but them and what
// they need, and one `swift build` makes them all.
if Context.environment["DECANT_FUZZERS"] != nil {
  func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
      name: "fuzz-\(name)", dependencies: dependencies + ["FuzzSupport", "TestSupport", "Tensors", "Bytes"],
      path: "Tests/Fuzzing/fuzz-\(name)", swiftSettings: swiftSettings + [.unsafeFlags(["-parse-as-library"])])
  }
  let fuzzers = [
    fuzzer("sstable", ["SSTable"]),
    fuzzer("snappy", ["SSTable"]),
    fuzzer("v1", ["Checkpoints"]),
    fuzzer("v2", ["Checkpoints"]),
    fuzzer("object-graph", ["Checkpoints", "ProtobufWire"]),
    fuzzer("meta-graph", ["MetaGraph"]),
    fuzzer("state-file", ["Checkpoints"]),
    fuzzer("transfer", ["TransferDamage"]),
    fuzzer("vocabulary", ["Vocabulary"]),
    fuzzer("safetensors", ["WeightFiles"]),
    fuzzer("hdf5", ["WeightFiles"]),
    fuzzer("npz", ["WeightFiles"]),
    fuzzer("rename-rules", ["ModelMapping"]),
    fuzzer("jpeg", ["Images"]),
    fuzzer("png", ["Images"]),
  ]
  package.targets += [
    .target(name: "CFuzzing", path: "Tests/Fuzzing/CFuzzing"),
    .target(
      name: "FuzzSupport", dependencies: ["CFuzzing", "TestSupport", "Tensors", "Bytes"],
      path: "Tests/Fuzzing/FuzzSupport", swiftSettings: swiftSettings),
  ]

  var needed: Set<String> = []
  func need(_ target: Target) {
    needed.insert(target.name)
    for case .byNameItem(let name, _) in target.dependencies where !needed.contains(name) {
      package.targets.filter { $0.name == name }.forEach(need)
    }
  }
  fuzzers.forEach(need)
  package.targets = package.targets.filter { needed.contains($0.name) } + fuzzers
  package.products = []
}
