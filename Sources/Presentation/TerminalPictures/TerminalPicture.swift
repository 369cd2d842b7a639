internal import Essentials
package import Images

/// A picture in the form that a terminal accepts.
///
/// Nothing else is written to a terminal, except a `Message`. A picture is made from pixels alone, and its bytes are
/// numbers, sixels and base64 between this module's escape sequences, so that no text from a file reaches a terminal
/// through it.
package struct TerminalPicture: Sendable {
  /// The sequences, without a line break.
  package let bytes: [UInt8]

  /// A picture for a terminal; nil if there is not enough memory.
  ///
  /// - Parameters:
  ///   - image: the pixels, at most `graphics.maximumWidth` across.
  ///   - graphics: what the terminal reported that it can show.
  package init?(_ image: DrawnImage, on graphics: TerminalGraphics) {
    switch graphics.way {
    case .kitty:
      guard let png = image.png.encoded() else { return nil }
      bytes = Self.kitty(png)
    case .iTerm2:
      guard let png = image.png.encoded() else { return nil }
      bytes = Self.iTerm2(png, width: image.width, height: image.height)
    case .sixel:
      switch image {
      case .colors(let image): bytes = SixelEncoder.bytes(MedianCut.image(of: image))
      case .palette(let image): bytes = SixelEncoder.bytes(image)
      }
    }
  }

  /// Transmit and display (`a=T`) a PNG (`f=100`) in pieces of at most 4,096 characters; the terminal says nothing in return (`q=2`).
  private static func kitty(_ png: [UInt8]) -> [UInt8] {
    let text = Array(Data(png).base64EncodedData())
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count + text.count / 256 + 64)
    for start in stride(from: 0, to: text.count, by: 4096) {
      let end = min(start + 4096, text.count)
      bytes += "\u{1b}_G\(start == 0 ? "a=T,f=100,q=2," : "")m=\(end < text.count ? 1 : 0);".utf8
      bytes += text[start..<end]
      bytes += "\u{1b}\\".utf8
    }
    return bytes
  }

  /// A file to be shown at its own size, without a name.
  private static func iTerm2(_ png: [UInt8], width: Int, height: Int) -> [UInt8] {
    "\u{1b}]1337;File=inline=1;size=\(png.count);width=\(width)px;height=\(height)px:".utf8
      + Array(Data(png).base64EncodedData()) + "\u{07}".utf8
  }
}
