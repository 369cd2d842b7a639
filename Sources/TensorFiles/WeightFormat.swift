/// The formats that weights are written in.
public enum WeightFormat: String, CaseIterable, Sendable {
  case safetensors
  case hdf5

  /// Extensions of file names, the usual one first, without the dot.
  public var extensions: [String] {
    switch self {
    case .safetensors: ["safetensors"]
    case .hdf5: ["h5", "hdf5"]
    }
  }

  /// The format that a file's name asks for; nil for other extensions and none.
  public init?(path: String) {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let suffix = name[name.index(after: dot)...].lowercased()
    guard let format = Self.allCases.first(where: { $0.extensions.contains(suffix) }) else { return nil }
    self = format
  }

  /// The format of a name that a person gives it: `safetensors`, `hdf5` or `h5`.
  public init?(name: String) {
    let name = name.lowercased()
    guard let format = Self.allCases.first(where: { $0.rawValue == name || $0.extensions.contains(name) }) else {
      return nil
    }
    self = format
  }
}

/// How a weight file is written.
public struct SinkOptions: Sendable, Equatable {
  /// Deflate's level, 1 to 9, for formats that compress; 0 for none.
  public var compression = 0
  /// Whether an existing file is replaced.
  public var replacesExisting = false

  /// Nothing compressed, nothing replaced.
  public init(compression: Int = 0, replacesExisting: Bool = false) {
    self.compression = compression
    self.replacesExisting = replacesExisting
  }
}
