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

/// A module of ours; all use Foundation's essentials.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies + ["Essentials"], swiftSettings: spanSettings)
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

/// For `make release`, everything becomes a part of the program; otherwise libhdf5 is loaded when it is needed.
let isStatic = Context.environment["DECANT_STATIC"] != nil
// Here and not in the Makefile, so that the programs for people differ in how they are linked alone and are compiled once. lld comes with
// the toolchain; it can leave out parts of what it links.
let staticLinking: [LinkerSetting] = isStatic ? [.unsafeFlags(["-static-executable", "-use-ld=lld"])] : []
let hdf5Libraries = isStatic ? ["hdf5_serial", "sz", "aec", "z", "m"].map { LinkerSetting.linkedLibrary($0) } : []

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
      name: "DecantCommand",
      dependencies: [
        "Pages", "TerminalPictures", "Pixels", "Verification", "Diagnosis", "Recovery", "TransferDamage", "Comparison",
        "Inspection", "Explanation",
        "Captioning", "WordTraces", "Engine", "Images", "Vocabulary", "Conversion", "ModelMapping", "TensorFiles",
        "MetaGraph", "WeightFiles", "Tensors", "Files", "Patterns", "Bytes", "Threads", "Messages", "PageServer",
        "Workers", "Essentials", "CDecantLicenses", "CDecantStatic",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: spanSettings, linkerSettings: staticLinking),
    // Long-lived processes that a driver feeds requests: the protocol of `--worker`.
    module(
      "Workers",
      [
        "Captioning", "Engine", "Images", "Vocabulary", "Inspection", "Conversion", "ModelMapping", "TensorFiles",
        "Tensors", "Files", "Patterns", "Bytes", "Threads", "Messages",
      ]),
    // The local page of `decant serve`: the only module that opens a socket, and only the command links it.
    module(
      "PageServer",
      [
        "Pages", "Markup", "Diagnosis", "Comparison", "Inspection", "Explanation", "Captioning", "WordTraces", "Engine",
        "Images", "Vocabulary", "ModelMapping", "TensorFiles", "MetaGraph", "Tensors", "Files", "Threads", "Messages",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
  ])

let library = layer(
  "Library",
  [
    // What programs import: everything public of the modules below.
    module(
      "Decant",
      [
        "Verification", "Diagnosis", "Recovery", "GraphProof", "Comparison", "Inspection", "Captioning", "WordTraces",
        "Engine", "Images", "Vocabulary", "Conversion", "ModelMapping", "TensorFiles", "Checkpoints", "MetaGraph",
        "WeightFiles", "Tensors", "Files", "Patterns", "Messages",
      ])
  ])

// What programs in other languages load: `libdecant.so`, described by `decant.h`.
let cInterface = layer(
  "Library",
  [
    .target(name: "CDecant"),
    module(
      "CInterface",
      [
        "CDecant", "Captioning", "WordTraces", "Engine", "Images", "Vocabulary", "Conversion", "ModelMapping",
        "TensorFiles", "WeightFiles", "Tensors", "Files", "Threads", "Messages",
      ]),
  ])

let presentation = layer(
  "Presentation",
  [
    // Pages of HTML and SVG from the values of the modules below.
    module(
      "Pages",
      [
        "Markup", "Pixels", "Portraits", "Diagnosis", "Comparison", "Inspection", "Explanation", "Captioning", "Images",
        "Vocabulary", "ModelMapping", "TensorFiles", "MetaGraph", "Tensors", "Files", "Bytes", "Messages", "Threads",
      ]),
    // Pictures on a terminal that says that it can show them; knows nothing of models.
    module("TerminalPictures", ["Images", "Threads", "Messages"]),
    // Values of tensors as pixels, for pages and terminals.
    module("Pixels", ["Portraits", "Inspection", "Images", "Tensors", "Messages"]),
    // HTML that no text can break out of; knows nothing of models.
    module("Markup", ["Images", "Digests", "Bytes", "Messages"]),
  ])

let analysis = layer(
  "Analysis",
  [
    // What the names of tensors give away: kernels, cells, words, the graph.
    module(
      "Portraits",
      [
        "Inspection", "Captioning", "Vocabulary", "ModelMapping", "TensorFiles", "MetaGraph", "Tensors", "Bytes",
        "Messages",
      ]),
    // Two models are one: tensors, words and captions.
    module(
      "Verification",
      [
        "GraphProof", "Comparison", "Inspection", "Captioning", "WordTraces", "Engine", "Vocabulary", "Conversion",
        "ModelMapping", "TensorFiles", "MetaGraph", "Tensors", "Files", "Messages",
      ]),
    // What is wrong with a set of files, and what to do.
    module(
      "Diagnosis",
      [
        "TransferDamage", "Inspection", "WordTraces", "Engine", "Vocabulary", "ModelMapping", "TensorFiles",
        "Checkpoints", "MetaGraph", "SSTable", "Tensors", "Files", "Bytes", "Threads", "Messages",
      ]),
    // What a damaged checkpoint still holds, written and reported.
    module(
      "Recovery",
      [
        "TransferDamage", "Conversion", "ModelMapping", "TensorFiles", "Checkpoints", "Tensors", "Files", "Bytes",
        "Messages",
      ]),
    // Files that a program took for text: recognised, and restored where that is proved.
    module("TransferDamage", ["Checkpoints", "SSTable", "Tensors", "Files", "Bytes", "Messages"]),
    // The graph proves the plan.
    module("GraphProof", ["Engine", "Kernels", "Images", "ModelMapping", "MetaGraph", "Tensors"]),
    // What differs between two sources, tensor by tensor.
    module(
      "Comparison", ["Inspection", "ModelMapping", "MetaGraph", "Tensors", "Patterns", "Bytes", "Threads", "Messages"]),
    // What the tensors and graphs say, as values, text and JSON.
    module(
      "Inspection",
      [
        "ModelMapping", "TensorFiles", "WeightFiles", "MetaGraph", "Tensors", "Files", "Patterns", "Bytes", "Threads",
        "Messages",
      ]),
  ])

let inference = layer(
  "Inference",
  [
    // What the words of a caption depend on.
    module("Explanation", ["Captioning", "Engine", "Images", "Vocabulary", "Messages"]),
    // Pictures to captions. Never imports Checkpoints: a caption then proves the converted file.
    module("Captioning", ["WordTraces", "Engine", "Images", "Vocabulary", "Tensors", "Files", "Threads", "Messages"]),
    // What training left in the decoder's weights about the words.
    module("WordTraces", ["Engine", "Vocabulary", "Tensors", "Files", "Messages"]),
    module("Engine", ["Kernels", "ModelMapping", "Tensors", "Bytes", "Threads", "Messages"]),
    module("Kernels", ["Threads", "CDecantKernels"]),
    module("Images", ["Files", "Bytes", "Messages", "CDecantImages"]),
    module("Vocabulary", ["Files", "Bytes", "Messages"]),
  ])

let conversion = layer(
  "Conversion",
  [
    // Source to sink.
    module(
      "Conversion",
      [
        "ModelMapping", "Digests", "TensorFiles", "Checkpoints", "MetaGraph", "WeightFiles", "Tensors", "Files",
        "Patterns", "Bytes", "Threads", "Messages",
      ]),
    module("ModelMapping", ["Tensors", "Files", "Patterns", "Bytes", "Messages", "CModelPacks"]),
    module("Digests", ["CCrypto"]),
  ])

let formats = layer(
  "Formats",
  [
    module("TensorFiles", ["Checkpoints", "MetaGraph", "WeightFiles", "Tensors", "Files", "Messages"]),
    module(
      "Checkpoints",
      [
        "SSTable", "ProtobufMessages", "ProtobufWire", "Tensors", "Files", "Bytes", "Threads", "Messages",
        "CTensorFlowProtos", "CProtobufC",
      ]),
    module(
      "MetaGraph",
      ["ProtobufMessages", "ProtobufWire", "Tensors", "Files", "Bytes", "Messages", "CTensorFlowProtos", "CProtobufC"]),
    module(
      "WeightFiles",
      [
        "ProtobufWire", "Tensors", "Files", "Compression", "Bytes", "Threads", "Messages", "CDecantHDF5", "CZlib",
        "CHDF5",
      ]),
    module("SSTable", ["Files", "Bytes", "Messages"]),
    module("ProtobufMessages", ["ProtobufWire", "Messages", "CTensorFlowProtos"]),
    module("ProtobufWire", ["Bytes", "Messages"]),
  ])

let core = layer(
  "Core",
  [
    module("Tensors", ["Files", "Bytes", "Messages"]),
    // Files read, written, locked, replaced and recognised.
    module("Files", ["Compression", "Bytes", "Threads", "Messages", "CDecantBytes"]),
    // Compressed streams decoded piece by piece, in bounded memory.
    module("Compression", ["CDecantBytes", "CZlib", "CBZip2", "CLZMA", "CZstandard"]),
    // Regular expressions that take linear time.
    module("Patterns", ["Messages"]),
    module("Bytes", ["Threads", "Messages", "CDecantBytes"]),
    // Words and numbers for people, safe for a terminal; errors and their exit statuses.
    module("Messages"),
    // Values that threads share.
    module("Threads"),
    // Foundation without what it brings in addition, and the system's C library.
    .target(name: "Essentials", swiftSettings: swiftSettings),
  ])

let c = layer(
  "C",
  [
    // Shims and innermost loops.
    .target(name: "CDecantBytes"),
    .target(name: "CDecantKernels"),
    .target(name: "CDecantImages", dependencies: ["CJPEG", "CPNG"]),
    .target(
      name: "CDecantHDF5", dependencies: ["CHDF5"],
      cSettings: isStatic ? [.define("DECANT_HDF5_LINKED")] : [],
      linkerSettings: hdf5Libraries),

    // The licenses in packaging/, as part of the program.
    .target(name: "CDecantLicenses"),
    // The packs of model families (docs/model-packs.md), as part of every program.
    .target(name: "CModelPacks", exclude: ["packs"]),
    // What is different in a static program.
    .target(name: "CDecantStatic", cSettings: isStatic ? [.define("DECANT_STATIC")] : []),

    // Generated by protoc-c from Schemas/ (`make schemas`).
    .target(name: "CTensorFlowProtos", dependencies: ["CProtobufC"]),

    // System libraries.
    systemLibrary("CProtobufC", pkgConfig: "libprotobuf-c", apt: "libprotobuf-c-dev", brew: "protobuf-c"),
    systemLibrary("CHDF5", apt: "libhdf5-dev", brew: "hdf5"),
    systemLibrary("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev", brew: "zlib"),
    systemLibrary("CBZip2", apt: "libbz2-dev", brew: "bzip2"),
    systemLibrary("CLZMA", pkgConfig: "liblzma", apt: "liblzma-dev", brew: "xz"),
    systemLibrary("CZstandard", pkgConfig: "libzstd", apt: "libzstd-dev", brew: "zstd"),
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
        name: "FaultTests", dependencies: ["DecantCommand", "TestSupport"], exclude: ["Shim"],
        swiftSettings: testSettings),
      .testTarget(
        name: "CommandTests", dependencies: ["DecantCommand", "TensorFiles", "Messages", "TestSupport"],
        swiftSettings: testSettings),
      tests(of: "PageServer", ["Files"]),
      tests(of: "Workers", ["Captioning", "Files", "Threads", "Messages"]),
    ])
  + layer("Library", [tests(of: "CInterface", ["CDecant", "TensorFiles", "WeightFiles", "Tensors"])])
  + layer(
    "Presentation",
    [
      tests(of: "Markup", ["Images", "Messages"]),
      tests(of: "Pixels", ["Portraits", "Inspection", "Images", "Tensors", "Messages"]),
      tests(of: "TerminalPictures", ["Images", "Messages"]),
      tests(
        of: "Pages",
        [
          "Markup", "Portraits", "Comparison", "Inspection", "Explanation", "Captioning", "Images", "Vocabulary",
          "TensorFiles", "Tensors", "Files", "Messages",
        ]),
    ])
  + layer(
    "Analysis",
    [
      tests(
        of: "Comparison", ["Inspection", "ModelMapping", "TensorFiles", "Tensors", "Patterns", "Threads", "Messages"]),
      tests(of: "Diagnosis", ["WordTraces", "TensorFiles", "Tensors", "Files", "Threads", "Messages"]),
      tests(of: "GraphProof", ["MetaGraph", "ProtobufWire", "Bytes", "Threads", "Messages"]),
      tests(of: "Inspection", ["MetaGraph", "Tensors", "Files", "Bytes", "Threads", "Messages"]),
      tests(of: "Portraits", ["Vocabulary", "ModelMapping", "TensorFiles", "Tensors"]),
      tests(of: "Recovery", ["TensorFiles", "Checkpoints", "SSTable", "Tensors", "Messages"]),
      tests(of: "TransferDamage", ["Conversion", "Checkpoints", "Tensors", "Files", "Bytes"]),
    ])
  + layer(
    "Inference",
    [
      tests(
        of: "Explanation",
        ["Captioning", "Engine", "Images", "Vocabulary", "Checkpoints", "Tensors", "Messages"], isNumeric: true),
      tests(
        of: "Captioning",
        ["Engine", "Images", "Vocabulary", "Checkpoints", "Tensors", "Files", "Threads", "Messages"]),
      tests(of: "WordTraces", ["Engine", "Vocabulary", "WeightFiles", "Tensors", "Messages"]),
      tests(
        of: "Engine", ["Kernels", "Images", "ModelMapping", "Checkpoints", "Tensors", "Messages"], isNumeric: true),
      tests(of: "Kernels", isNumeric: true),
      tests(of: "Images", ["Files", "Messages"], isNumeric: true),
      tests(of: "Vocabulary", ["Files", "Messages"]),
    ])
  + layer(
    "Conversion",
    [
      tests(
        of: "Conversion",
        [
          "Comparison", "Inspection", "ModelMapping", "TensorFiles", "Checkpoints", "MetaGraph", "ProtobufWire",
          "Tensors", "Files", "Bytes", "Threads", "Messages",
        ]),
      tests(of: "ModelMapping", ["Digests", "Tensors", "Files", "Bytes", "Messages", "CModelPacks"]),
      tests(of: "Digests", ["Bytes"]),
    ])
  + layer(
    "Formats",
    [
      tests(of: "TensorFiles", ["MetaGraph", "WeightFiles", "Tensors", "Files", "Messages"]),
      tests(of: "Checkpoints", ["SSTable", "ProtobufWire", "Tensors", "Files", "Bytes", "Messages"]),
      tests(of: "MetaGraph", ["ProtobufWire", "Tensors", "Files", "Bytes", "Messages"]),
      tests(of: "WeightFiles", ["ProtobufWire", "Tensors", "Files", "Bytes", "Messages", "CDecantHDF5"]),
      tests(of: "SSTable", ["Files", "Bytes", "Messages"]),
      tests(of: "ProtobufWire", ["Bytes", "Messages"]),
    ])
  + layer(
    "Core",
    [
      tests(of: "Tensors", ["Bytes", "Messages"]),
      tests(of: "Files", ["Compression", "Bytes", "Threads", "Messages"]),
      tests(of: "Compression", ["Bytes"]),
      tests(of: "Patterns", ["Messages"]),
      tests(of: "Bytes", ["Messages", "CDecantBytes"]),
      tests(of: "Messages"),
      tests(of: "Threads"),
    ])

let wholeTests: [Target] = [
  .target(
    name: "TestSupport",
    dependencies: ["Digests", "Tensors", "Bytes", "Messages", "CZlib"], path: "Tests/TestSupport",
    swiftSettings: swiftSettings),
  // The documentation's examples, compiled as a program outside this package: it sees what is public, and imports one module.
  .target(
    name: "Examples", dependencies: ["Decant"], path: "Tests/Examples", packageAccess: false,
    swiftSettings: swiftSettings),
  .testTarget(
    name: "DocumentationTests",
    dependencies: [
      "PageServer", "Pages", "Markup", "Comparison", "Explanation", "Captioning", "Engine", "Kernels", "Images",
      "Vocabulary", "Workers",
      "Conversion", "ModelMapping", "Digests", "TensorFiles", "Checkpoints", "MetaGraph", "WeightFiles", "SSTable",
      "ProtobufWire", "Tensors", "Files", "Patterns", "Bytes", "Messages", "TestSupport", "Examples", "CInterface",
    ],
    path: "Tests/DocumentationTests", swiftSettings: testSettings),
  // Every bit of small files of every format.
  .testTarget(
    name: "DamageTests",
    dependencies: [
      "TransferDamage", "Inspection", "Images", "Vocabulary", "Conversion", "ModelMapping", "TensorFiles",
      "WeightFiles", "Tensors", "Threads", "Messages", "TestSupport",
    ], path: "Tests/DamageTests", swiftSettings: swiftSettings),
  .testTarget(
    name: "SoakTests",
    dependencies: ["Captioning", "Engine", "Vocabulary", "Conversion", "TensorFiles", "TestSupport"],
    path: "Tests/SoakTests", swiftSettings: testSettings),
]

let package = Package(
  name: "Decant",
  products: [
    .library(name: "Decant", targets: ["Decant"]),
    // For C and what calls C; `make libdecant` builds it as libdecant.so.
    .library(name: "DecantC", type: .dynamic, targets: ["CInterface"]),
    // The module is not called as the product: `Decant` and `decant` are one name on file systems that ignore case.
    .executable(name: "decant", targets: ["DecantCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.7.0"),
    // For `decant serve` only; PageServer links it, and no library does.
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
    // For `swift package generate-documentation` only; nothing links it.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: command + library + cInterface + presentation + analysis + inference + conversion + formats + core + c
    + layeredTests
    + wholeTests
)

// For what people download, modules that only talk to people are optimized for size. A package with unsafe flags cannot be a dependency,
// so the flag is not there otherwise.
if Context.environment["DECANT_DIST"] != nil {
  let small: Set = [
    "DecantCommand", "Diagnosis", "Markup", "PageServer", "Pages", "Portraits", "Recovery", "TerminalPictures",
    "TransferDamage", "Verification", "Workers",
  ]
  for target in package.targets where small.contains(target.name) {
    target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-Osize"])]
  }
}

// The benchmarks look inside the engine, so they belong to this package; `make bench` builds them, and nothing else does.
if Context.environment["DECANT_BENCHMARKS"] != nil {
  func benchmark(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
      name: name,
      dependencies: dependencies + [.product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Benchmarks/Sources/\(name)", swiftSettings: [.treatAllWarnings(as: .error)])
  }
  package.targets += [
    benchmark(
      "accuracy-report", ["Captioning", "Engine", "Images", "Vocabulary", "TensorFiles", "Tensors", "Messages"]),
    benchmark("engine-bench", ["Engine", "Images", "TensorFiles", "Messages"]),
    benchmark("names-bench", ["ModelMapping", "Tensors"]),
  ]
}

// One executable for each parser, for `make fuzz`. libFuzzer brings their main function, so the package is then nothing but them and what
// they need, and one `swift build` makes them all.
if Context.environment["DECANT_FUZZERS"] != nil {
  func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
      name: "fuzz-\(name)",
      dependencies: dependencies + ["FuzzSupport", "TestSupport", "Tensors", "Bytes", "Messages"],
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
    fuzzer("pytorch", ["WeightFiles"]),
    fuzzer("gguf", ["WeightFiles"]),
    fuzzer("flax", ["WeightFiles"]),
    fuzzer("tflite", ["WeightFiles"]),
    fuzzer("onnx", ["WeightFiles"]),
    fuzzer("core-ml", ["WeightFiles"]),
    fuzzer("tfjs", ["WeightFiles"]),
    fuzzer("shard-index", ["WeightFiles"]),
    fuzzer("keras-config", ["WeightFiles"]),
    fuzzer("archive", ["Files"]),
    fuzzer("rename-rules", ["ModelMapping", "Patterns"]),
    fuzzer("model-pack", ["ModelMapping"]),
    fuzzer(
      "request",
      [
        "PageServer", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ]),
    fuzzer("worker-request", ["Workers"]),
    fuzzer("terminal-replies", ["TerminalPictures"]),
    fuzzer("jpeg", ["Images"]),
    fuzzer("png", ["Images"]),
  ]
  package.targets += [
    .target(name: "CFuzzing", path: "Tests/Fuzzing/CFuzzing"),
    .target(
      name: "FuzzSupport", dependencies: ["Tensors", "Messages", "TestSupport", "CFuzzing"],
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
