internal import Bytes
internal import Checkpoints
internal import Files

/// The files of one SavedModel: a graph, its variables, and what belongs to both.
struct SavedModelFiles {
  /// The directory that a person types to name it.
  let directory: String
  /// `saved_model.pb`, or the same in text or in chunks.
  private(set) var graph: ExaminedFile?
  /// Fingerprints, descriptions, assets: everything but the graph and the variables.
  private(set) var companions: [ExaminedFile] = []
  /// Whether any file is where the variables should be.
  private(set) var hasVariableFiles = false

  /// The part of the path that all files of the variables share.
  var variablesPrefix: String { directory.joined("variables/variables") }

  /// Files of its assets.
  var assets: [ExaminedFile] { companions.filter { $0.role == .asset } }

  /// Finds the SavedModels among files: those with a graph, and those that have variables and lost it.
  static func find(in files: [ExaminedFile]) -> [SavedModelFiles] {
    var models: [String: SavedModelFiles] = [:]
    for file in files {
      guard let directory = owner(of: file) else { continue }
      models[directory, default: SavedModelFiles(directory: directory)].add(file)
    }
    return models.values.filter(\.isOne).sorted { $0.directory.precedesInBytes($1.directory) }
  }

  /// The directory of the SavedModel to which a file would belong, judging by its location and its name; nil if there
  /// is none.
  static func owner(of file: ExaminedFile) -> String? {
    if file.role == .savedModel || names.contains(file.fileName) { return file.directory }
    var (directory, name) = (file.directory, file.fileName)
    // An asset may be in directories within `assets`.
    for _ in 0..<4 {
      switch directory.lastPart {
      case "variables": return name.hasPrefix("variables.") ? directory.directoryPart : nil
      case "assets", "assets.extra": return directory.directoryPart
      default: break
      }
      guard directory.contains("/") else { return nil }
      (directory, name) = (directory.directoryPart, directory.lastPart)
    }
    return nil
  }

  /// What a SavedModel has in the same directory as its graph.
  private static let names: Set<String> = ["fingerprint.pb", "keras_metadata.pb", "tfhub_module.pb"]

  private mutating func add(_ file: ExaminedFile) {
    if file.role == .savedModel {
      // If there are two, TensorFlow prefers the binary one.
      if graph == nil || file.fileName == "saved_model.pb" { graph = file }
    } else if file.directory.lastPart == "variables", file.directory.directoryPart == directory {
      hasVariableFiles = true
    } else {
      companions.append(file)
    }
  }

  /// A graph that is not among the files may still exist, if only the variables were named.
  private var isOne: Bool { graph != nil || (hasVariableFiles && !ModelDirectory.isSavedModel(directory)) }
}
