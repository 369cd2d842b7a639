/// Formats of pictures, recognized by their first bytes or by file extensions.
///
/// - Source: each format's specification: Windows' BITMAPFILEHEADER, Google's "WebP Container Specification", TIFF 6.0 and BigTIFF,
///   ISO/IEC 23008-12 (HEIF) with the brands of AVIF, ISO/IEC 15444-1 (JPEG 2000), ISO/IEC 18181-2 (JPEG XL).
package enum PictureFormat {
  /// The usual name of a picture's format; nil for a kind of file that is not a picture.
  package static func name(of kind: FileKind) -> String? {
    switch kind {
    case .jpeg: "JPEG"
    case .png: "PNG"
    case .gif: "GIF"
    case .bmp: "BMP"
    case .webp: "WebP"
    case .tiff: "TIFF"
    case .avif: "AVIF"
    case .heic: "HEIC"
    case .jpeg2000: "JPEG 2000"
    case .jpegXL: "JPEG XL"
    default: nil
    }
  }

  /// The formats that are not decoded, and their file extensions.
  private static let others: [(name: String, extensions: [String])] = [
    ("BMP", ["bmp", "dib"]), ("WebP", ["webp"]), ("GIF", ["gif"]), ("TIFF", ["tif", "tiff"]), ("AVIF", ["avif"]),
    ("HEIC", ["heic", "heif", "hif"]), ("JPEG 2000", ["jp2", "j2k", "jpf", "jpx"]), ("JPEG XL", ["jxl"]),
    ("SVG", ["svg"]), ("camera raw", ["dng", "cr2", "cr3", "nef", "arw", "orf", "rw2", "raf"]),
  ]

  /// The file extensions of a format, without the dot; none for JPEG and PNG.
  package static func extensions(of name: String) -> [String] { others.first { $0.name == name }?.extensions ?? [] }

  /// The format, among those that are not decoded, that a file's extension claims; nil if it claims none.
  package static func name(forFileName name: String) -> String? {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
    return nameByExtension[name[name.index(after: dot)...].lowercased()]
  }

  private static let nameByExtension = Dictionary(
    others.flatMap { format in format.extensions.map { ($0, format.name) } }, uniquingKeysWith: { first, _ in first })

  /// The kind of a file, judging by its first bytes; nil if it is not a picture, or is a JPEG or PNG.
  static func find(head: [UInt8], byteCount: Int) -> FileKind? {
    func has(_ text: StaticString, at offset: Int) -> Bool {
      head.dropFirst(offset).starts(with: Array("\(text)".utf8))
    }
    func little(at offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(head[offset + $1]) << (8 * $1) } }
    func big(at offset: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(head[offset + $1]) } }
    /// Whether an offset is after a header, and in the file.
    func isInside(_ offset: Int, after headerByteCount: Int) -> Bool { offset >= headerByteCount && offset < byteCount }
    if has("GIF8", at: 0) { return .gif }
    guard head.count >= 12 else { return nil }
    if has("RIFF", at: 0), has("WEBP", at: 8) { return .webp }
    // Two bytes are a weak signature, and weights may begin with any bytes, so the header's length must be valid too.
    if has("BM", at: 0), head.count >= 18, [12, 40, 52, 56, 64, 108, 124].contains(little(at: 14)),
      isInside(little(at: 10), after: 26)
    {
      return .bmp
    }
    if head.starts(with: [0x49, 0x49, 0x2a, 0]), isInside(little(at: 4), after: 8) { return .tiff }
    if head.starts(with: [0x4d, 0x4d, 0, 0x2a]), isInside(big(at: 4), after: 8) { return .tiff }
    if head.starts(with: [0x49, 0x49, 0x2b, 0, 8, 0]) || head.starts(with: [0x4d, 0x4d, 0, 0x2b, 0, 8]) {
      return .tiff
    }
    if has("ftyp", at: 4) { return container(head, boxByteCount: big(at: 0)) }
    if head.starts(with: [0, 0, 0, 12]), has("jP  ", at: 4) { return .jpeg2000 }
    if head.starts(with: [0, 0, 0, 12]), has("JXL ", at: 4) { return .jpegXL }
    return nil
  }

  /// AVIF or HEIC, according to the brands of an ISO container; videos have other brands.
  private static func container(_ head: [UInt8], boxByteCount: Int) -> FileKind? {
    let end = min(max(boxByteCount, 12), head.count, 256)
    // The version is between the first brand and the others.
    let brands = stride(from: 8, to: end - 3, by: 4).filter { $0 != 12 }.map {
      String(decoding: head[$0..<$0 + 4], as: UTF8.self)
    }
    if brands.contains(where: { ["avif", "avis"].contains($0) }) { return .avif }
    let others = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"]
    return brands.contains(where: others.contains) ? .heic : nil
  }
}
