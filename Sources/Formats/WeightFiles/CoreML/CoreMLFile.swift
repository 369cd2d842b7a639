internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// Reads a Core ML model: a `.mlmodel`, or a package (`.mlpackage`) with a model and its weight file.
///
/// Weights of a neural network are named by layer and field, such as `conv/weights`. A network stores them without
/// their shape, so each has one axis. Values of a program are named by their operation, and have their shape.
/// - Source: coremltools 9 `mlmodel/format`, `modelpackage/src/ModelPackage.cpp`.
package enum CoreMLFile {
  /// The most bytes of a package's list of files.
  private static let maximumManifestByteCount = 1 << 20

  /// Whether a path is that of a package, which is a directory.
  package static func isPackage(_ path: String) -> Bool {
    let trimmed = path.hasSuffix("/") ? String(path.dropLast()) : path
    return trimmed.hasSuffix(".mlpackage") && FileState(path: trimmed.joined("Manifest.json")) != nil
  }

  /// Opens a model or a package.
  ///
  /// - Throws: `WeightFileError` for what is not a model, or of whose tensors none can be listed; `FileError`.
  package static func open(_ path: String) throws -> any TensorSource {
    let file = try InputFile(path: isPackage(path) ? model(of: path) : path)
    var reader = CoreMLModelReader(file)
    try reader.read(reader.walk.wholeRange)
    guard reader.hasNetwork else { throw WeightFileError(.coreML(.noNetwork), file: file.path) }
    var index = TensorIndex(format: "Core ML", file: file)
    index.add(reader.found)
    index.add(reader.storage.files)
    index.metadata = reader.metadata
    return try IndexedFile(index)
  }

  /// The path of a package's model, which its list of files names.
  private static func model(of package: String) throws -> String {
    let file = try InputFile(path: package.joined("Manifest.json"))
    func error(_ defect: CoreMLDefect, at offset: Int? = nil) -> WeightFileError {
      WeightFileError(.coreML(defect), file: file.path, offset: offset)
    }
    guard file.byteCount <= maximumManifestByteCount else { throw error(.badManifest("it has more than 1 MiB")) }
    var root: String?
    var paths: [ByteString: String] = [:]
    do {
      var reader = JSONReader(try file.read(at: 0, count: file.byteCount))
      try reader.readObject { reader, key in
        switch key {
        case "rootModelIdentifier": root = try reader.readString()
        case "itemInfoEntries":
          try reader.readObject { reader, identifier in
            try reader.readObject { reader, key in
              if key == "path" {
                paths[ByteString(identifier)] = try reader.readString()
              } else {
                try reader.skipForeignValue()
              }
            }
          }
        default: try reader.skipForeignValue()
        }
      }
      try reader.readEnd()
    } catch let json as JSONError {
      throw error(.badManifest("\(json)"), at: json.offset)
    }
    guard let root, let named = paths[ByteString(root)] else { throw error(.noModel) }
    guard let path = PathBoundary(directory: package.joined("Data")).path(named: named) else {
      throw error(.modelOutside(named))
    }
    return path
  }
}
