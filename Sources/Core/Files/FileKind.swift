internal import Compression
public import Messages

/// What a file is, judging by its first and last bytes, so that an error can say what was given instead of "bad magic".
///
/// - Source: each format's own specification; the Git LFS pointer format, version 1.
public enum FileKind: Sendable, Equatable {
  /// The file is empty.
  case empty
  /// A Git LFS pointer: a few lines of text in place of the real file, which has `byteCount` bytes.
  case lfsPointer(byteCount: Int?)
  /// A web page, such as a download page or an error page.
  case html
  case gzip, bzip2, xz, zstandard, zip, tar, hdf5, safetensors
  /// GGML's format of models, with their settings and vocabulary.
  case gguf
  /// A FlatBuffer of TensorFlow Lite.
  case tfLite
  /// An ONNX model whose fields are in their usual order.
  case onnx
  /// A numpy array.
  case npy
  /// A Python pickle, as old PyTorch files are.
  case pickle
  case jpeg, png, gif, bmp, webp, tiff
  /// AV1 in an HEIF container.
  case avif
  /// HEVC in an HEIF container, as phones write it.
  case heic
  case jpeg2000, jpegXL
  /// A sorted string table: V1 checkpoint, V2 index, or another LevelDB table.
  case table
  /// Any other text.
  case text
  /// Anything else.
  case unknown

  /// Looks at the first bytes (512 are enough) and the last 8 of a file.
  public init(head: [UInt8], tail: [UInt8], byteCount: Int) {
    func starts(_ magic: [UInt8], at offset: Int = 0) -> Bool { head.dropFirst(offset).starts(with: magic) }
    func starts(_ text: StaticString) -> Bool { head.starts(with: Array("\(text)".utf8)) }
    let text = String(validating: head, as: UTF8.self)?.lowercased()
    let opening = text?.drop { $0.isWhitespace || $0 == "\u{feff}" }
    if byteCount == 0 {
      self = .empty
    } else if starts("version https://git-lfs") {
      let size = text?.split(whereSeparator: \.isNewline).first { $0.hasPrefix("size ") }?.dropFirst(5)
      self = .lfsPointer(byteCount: size.flatMap { Int($0) })
    } else if tail.elementsEqual(Self.tableMagic) {
      self = .table
    } else if let (_, kind) = Self.magics.first(where: { starts($0.bytes) }) {
      self = kind
    } else if let first = head.first, first & 0xf0 == 0x50, starts([0x2a, 0x4d, 0x18], at: 1) {
      // A frame that says something to the program that wrote it comes before the data.
      self = .zstandard
    } else if let picture = PictureFormat.find(head: head, byteCount: byteCount) {
      self = picture
    } else if starts(Array("TFL3".utf8), at: 4) {
      self = .tfLite
    } else if Self.isONNX(head) {
      self = .onnx
    } else if starts(Array("ustar".utf8), at: 257) {
      self = .tar
    } else if head.count >= 9, head[8] == UInt8(ascii: "{"), head[6] == 0, head[7] == 0 {
      self = .safetensors
    } else if head.count >= 2, head[0] == 0x80, (2...5).contains(head[1]) {
      self = .pickle
    } else if Self.isOldPickle(head, tail) {
      self = .pickle
    } else if let opening,
      opening.hasPrefix("<!doctype html") || opening.hasPrefix("<html") || opening.hasPrefix("<head")
    {
      self = .html
    } else if let text, !text.unicodeScalars.contains(where: { $0.value < 9 }) {
      self = .text
    } else {
      self = .unknown
    }
  }

  /// Looks into a file.
  package init(of file: InputFile) throws(FileError) {
    let head = try file.read(at: 0, count: min(512, file.byteCount))
    let tailCount = min(8, file.byteCount)
    self.init(
      head: head, tail: try file.read(at: file.byteCount - tailCount, count: tailCount), byteCount: file.byteCount)
  }

  /// What it is and what to do about it, in sentences; nil if nothing helpful can be said.
  public var advice: Message? {
    switch self {
    case .empty: "The file is empty: a download or copy failed. Copy it again."
    case .lfsPointer(let byteCount):
      "It is a Git LFS pointer, not the data\(byteCount.map { " (which has \($0) bytes)" } ?? ""). "
        + "In a clone of the repository, run: git lfs pull"
    case .html: "It is a web page, saved instead of the file. Download the file itself."
    case .gzip: "It is compressed with gzip. Unpack it first, with gunzip -k or tar -xzkf."
    case .bzip2: "It is compressed with bzip2. Unpack it first, with bunzip2 -k or tar -xjkf."
    case .xz: "It is compressed with xz. Unpack it first, with unxz -k or tar -xJkf."
    case .zstandard: "It is compressed with zstd. Unpack it first, with zstd -d."
    case .gguf: "It is a GGUF model."
    case .tfLite: "It is a TensorFlow Lite model."
    case .onnx: "It is an ONNX model."
    case .zip: "It is a zip archive of something other than weights. Unpack it first."
    case .npy: "It is a NumPy array."
    case .tar: "It is a tar archive. Unpack it first, with tar -xkf."
    case .hdf5: "It is an HDF5 file."
    case .safetensors: "It looks like a safetensors file."
    case .pickle: "It is a Python pickle, as old PyTorch files are."
    case .jpeg, .png, .gif, .bmp, .webp, .tiff, .avif, .heic, .jpeg2000, .jpegXL:
      "It is an image\(PictureFormat.name(of: self).map { " (\($0))" } ?? "")."
    case .table: "It is a sorted string table."
    case .text: "It is a text file."
    case .unknown: nil
    }
  }

  /// Whether a protobuf message starts as ONNX models do: field 1 is a small number, the version. Then comes field 2, a
  /// printable name, the producer, and another field of the model; or the graph at once, field 7, if nothing says who made
  /// the model. In a SavedModel and in a Core ML model, field 2 is a message, which starts with a control character.
  private static func isONNX(_ head: [UInt8]) -> Bool {
    guard head.count >= 5, head[0] == 0x08, (1..<0x80).contains(head[1]) else { return false }
    if head[2] == 0x3a {
      // The graph's length, and its first field: node, name, initializer, doc_string, input, output or value_info.
      let graph = head[3...].drop { $0 >= 0x80 }.dropFirst()
      guard let field = graph.first, graph.startIndex <= 8 else { return false }
      return [0x0a, 0x12, 0x2a, 0x52, 0x5a, 0x62, 0x6a].contains(field)
    }
    guard head[2] == 0x12, case let end = 4 + Int(head[3]), (4..<4 + 0x80).contains(end), end < head.count else {
      return false
    }
    // producer_version, domain, model_version, doc_string, graph, opset_import.
    return head[4..<end].allSatisfy { (0x20..<0x7f).contains($0) }
      && [0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42].contains(head[end])
  }

  /// Whether a file is a pickle of protocol 0, Python 2's usual one, whose instructions are lines of text: it begins with a
  /// container, or with a function and its arguments, and ends with the instruction to stop.
  private static func isOldPickle(_ head: [UInt8], _ tail: [UInt8]) -> Bool {
    guard tail.last == UInt8(ascii: "."), let first = head.first, "(c".utf8.contains(first) else { return false }
    let text = String(String.UnicodeScalarView(head.prefix(256).map { Unicode.Scalar($0) }))
    let function = /[ci][\w.]+\n\w+\n(?:p\d+\n|\()/
    let element = /[dl]p\d+\n|[IL]-?\d+L?\n|F-?[\d.]+(?:e[-+]?\d+)?\n|S['"]|V[^\n]*\np\d+\n/
    guard first == UInt8(ascii: "(") else { return text.prefixMatch(of: function) != nil }
    let inside = text.drop { $0 == "(" }
    return inside.prefixMatch(of: element) != nil || inside.prefixMatch(of: function) != nil
  }

  /// The first bytes that identify each kind.
  private static let magics: [(bytes: [UInt8], kind: FileKind)] = [
    ([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a], .hdf5), ([0x93] + Array("NUMPY".utf8), .npy),
    ([0x1f, 0x8b], .gzip), ([0x50, 0x4b, 0x03, 0x04], .zip), ([0xff, 0xd8, 0xff], .jpeg),
    ([0x89, 0x50, 0x4e, 0x47], .png), ([0x42, 0x5a, 0x68], .bzip2), ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], .xz),
    ([0x28, 0xb5, 0x2f, 0xfd], .zstandard), (Array("GGUF".utf8), .gguf),
  ]
  private static let tableMagic: [UInt8] = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb]
}

extension FileKind {
  /// How the file is compressed as a whole; nil if it is not.
  var compression: CompressionFormat? {
    switch self {
    case .gzip: .gzip
    case .bzip2: .bzip2
    case .xz: .xz
    case .zstandard: .zstandard
    default: nil
    }
  }

  /// Whether the file may be an archive of files that can be opened through it.
  package var isPacked: Bool { self == .tar || self == .zip || compression != nil }
}
