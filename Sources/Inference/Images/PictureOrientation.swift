/// How a stored picture must be turned to be upright, as cameras record it in EXIF.
///
/// Programs that show pictures follow it; TensorFlow, and therefore the network, does not.
/// - Source: CIPA DC-008 (EXIF 2.32), tag 0x0112; PNG Third Edition, chunk `eXIf`.
package enum PictureOrientation: UInt8, Sendable, CaseIterable {
  /// Stored upright; also if the file states no orientation, or an unknown one.
  case upright = 1
  /// Left and right are swapped.
  case mirrored = 2
  /// Stored upside down.
  case turnedAround = 3
  /// Upside down with left and right swapped.
  case flipped = 4
  /// Rows and columns are swapped.
  case transposed = 5
  /// Stored turned to the left; turn it right by a quarter.
  case turnedLeft = 6
  /// Rows and columns are swapped, both from the end.
  case transversed = 7
  /// Stored turned to the right; turn it left by a quarter.
  case turnedRight = 8

  /// Whether width and height are swapped in the upright picture.
  package var exchangesSides: Bool { rawValue >= 5 }

  /// The orientation that a JPEG's or PNG's EXIF states.
  ///
  /// - Parameters:
  ///   - bytes: the whole file. Whatever is in it, the answer is an orientation.
  ///   - format: the file's format.
  init(of bytes: [UInt8], format: ImageFormat) {
    let exif = format == .jpeg ? Self.exif(inJPEG: bytes) : Self.exif(inPNG: bytes)
    self = exif.flatMap { Self.value(inTIFF: bytes, $0) } ?? .upright
  }

  /// The orientation that a picture's EXIF states; upright if it is not a JPEG or PNG.
  ///
  /// - Parameter bytes: the whole file.
  package init(of bytes: [UInt8]) {
    self = ImageFormat(head: bytes).map { Self(of: bytes, format: $0) } ?? .upright
  }

  /// Where a JPEG has its EXIF: the first segment APP1 that begins with `Exif`, before any scan.
  private static func exif(inJPEG bytes: [UInt8]) -> Range<Int>? {
    var place = 2
    while let marker = bytes.bigEndian(at: place, count: 2), marker >> 8 == 0xff {
      // Fill bytes may precede a marker.
      if marker == 0xffff {
        place += 1
        continue
      }
      // Start of scan, end of image.
      if marker == 0xffda || marker == 0xffd9 { return nil }
      guard let length = bytes.bigEndian(at: place + 2, count: 2), length >= 2 else { return nil }
      let content = place + 4
      if marker == 0xffe1, length >= 8, bytes.dropFirst(content).starts(with: Array("Exif\0\0".utf8)) {
        return content + 6..<max(content + 6, min(place + 2 + length, bytes.count))
      }
      place += 2 + length
    }
    return nil
  }

  /// Where a PNG has its EXIF.
  private static func exif(inPNG bytes: [UInt8]) -> Range<Int>? {
    var place = 8
    while let length = bytes.bigEndian(at: place, count: 4), let type = bytes.bigEndian(at: place + 4, count: 4) {
      let end = place + 8 + length
      guard end <= bytes.count else { return nil }
      // "eXIf"
      if type == 0x6558_4966 { return place + 8..<end }
      place = end + 4
    }
    return nil
  }

  /// The tag's value in the first directory of a TIFF.
  private static func value(inTIFF bytes: [UInt8], _ range: Range<Int>) -> PictureOrientation? {
    let tiff = Array(bytes[range])
    let isLittle: Bool
    switch tiff.bigEndian(at: 0, count: 4) {
    case 0x4949_2a00: isLittle = true
    case 0x4d4d_002a: isLittle = false
    default: return nil
    }
    func number(at place: Int, count: Int) -> Int? {
      isLittle ? tiff.littleEndian(at: place, count: count) : tiff.bigEndian(at: place, count: count)
    }
    guard let directory = number(at: 4, count: 4), let entryCount = number(at: directory, count: 2) else { return nil }
    for entry in 0..<entryCount {
      let place = directory + 2 + 12 * entry
      guard let tag = number(at: place, count: 2) else { return nil }
      // One number of 16 bits.
      if tag == 0x0112, number(at: place + 2, count: 2) == 3, number(at: place + 4, count: 4) == 1 {
        return number(at: place + 8, count: 2).flatMap(UInt8.init(exactly:)).flatMap(PictureOrientation.init)
      }
    }
    return nil
  }
}

extension [UInt8] {
  /// A number of at most four bytes, or nil if the bytes end before it does.
  fileprivate func bigEndian(at place: Int, count: Int) -> Int? {
    guard place >= 0, place <= self.count - count else { return nil }
    return self[place..<place + count].reduce(0) { $0 << 8 | Int($1) }
  }

  fileprivate func littleEndian(at place: Int, count: Int) -> Int? {
    guard place >= 0, place <= self.count - count else { return nil }
    return self[place..<place + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

extension PictureOrientation {
  /// Elements of a stored picture in the order of the upright one.
  ///
  /// - Parameters:
  ///   - elements: `[height, width]`, row-major, as they are stored.
  ///   - width: elements in a stored row.
  ///   - height: stored rows.
  /// - Returns: `[height, width]` of the upright picture, or `[width, height]` if the sides are swapped.
  package func upright<Element>(_ elements: [Element], width: Int, height: Int) -> [Element] {
    if self == .upright { return elements }
    let (lastColumn, lastRow) = (width - 1, height - 1)
    let (uprightWidth, uprightHeight) = exchangesSides ? (height, width) : (width, height)
    var turned: [Element] = []
    turned.reserveCapacity(elements.count)
    for y in 0..<uprightHeight {
      for x in 0..<uprightWidth {
        let (column, row) =
          switch self {
          case .upright: (x, y)
          case .mirrored: (lastColumn - x, y)
          case .turnedAround: (lastColumn - x, lastRow - y)
          case .flipped: (x, lastRow - y)
          case .transposed: (y, x)
          case .turnedLeft: (y, lastRow - x)
          case .transversed: (lastColumn - y, lastRow - x)
          case .turnedRight: (lastColumn - y, x)
          }
        turned.append(elements[row * width + column])
      }
    }
    return turned
  }
}

extension RGBImage {
  /// The picture as people should see it.
  func turnedUpright(from orientation: PictureOrientation) -> RGBImage {
    if orientation == .upright { return self }
    let places = orientation.upright(Array(0..<width * height), width: width, height: height)
    var turned: [UInt8] = []
    turned.reserveCapacity(pixels.count)
    for place in places { turned += pixels[place * 3..<place * 3 + 3] }
    let (newWidth, newHeight) = orientation.exchangesSides ? (height, width) : (width, height)
    return RGBImage(width: newWidth, height: newHeight, pixels: turned, warning: warning)
  }
}
