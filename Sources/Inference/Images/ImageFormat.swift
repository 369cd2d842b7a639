/// The file formats that can be decoded.
public enum ImageFormat: Sendable, Equatable {
  case jpeg
  case png

  /// The format of a file that begins with `head`, or nil.
  public init?(head: some Sequence<UInt8>) {
    let head = Array(head.prefix(8))
    if head.starts(with: [0xff, 0xd8]) {
      self = .jpeg
    } else if head == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] {
      self = .png
    } else {
      return nil
    }
  }

  /// The format's usual name.
  public var name: String {
    switch self {
    case .jpeg: "JPEG"
    case .png: "PNG"
    }
  }

  /// Whether a file of `byteCount` bytes can hold as many pixels of this many bits as its header declares.
  ///
  /// A sound file always can. Without the check, a file of a hundred bytes could request a gigabyte.
  func mayHold(pixelCount: Int, bitsPerPixel: Int, byteCount: Int) -> Bool {
    // Both bounds leave enough slack for headers, and small pictures are not checked.
    guard pixelCount > 1 << 20 else { return true }
    switch self {
    case .jpeg:
      // A block of 64 samples takes at least one bit. Chroma may be reduced by 4 in both directions, and if every
      // component has fewer samples than pixels, one block covers 1024 pixels: 8192 pixels per byte.
      return pixelCount / 8192 <= byteCount
    case .png:
      // Deflate packs at most 1032 to 1.
      return pixelCount / 8 * bitsPerPixel / 1032 <= byteCount
    }
  }
}
