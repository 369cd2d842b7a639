import Foundation
import TestSupport
import Testing

/// What TensorFlow decodes of the pictures in `Fixtures/images/`; written by `Fixtures/make/images/pixels.py`.
struct GoldenPixels: Decodable {
  struct Image: Decodable, Sendable, CustomTestStringConvertible {
    var file: String
    var width: Int?
    var height: Int?
    var rgbSHA256: String?
    var inputSHA256: String?
    /// TensorFlow's message where it refuses the file.
    var error: String?

    enum CodingKeys: String, CodingKey {
      case file, width, height, error
      case rgbSHA256 = "rgb_sha256"
      case inputSHA256 = "input_sha256"
    }

    var testDescription: String { file }
  }

  var images: [Image]

  static func load(_ name: String) -> [Image] {
    // A missing or unreadable file gives no cases, which a test of its own reports.
    guard let data = FileManager.default.contents(atPath: Fixture.path("images/\(name)")),
      let golden = try? JSONDecoder().decode(GoldenPixels.self, from: data)
    else { return [] }
    return golden.images
  }
}

extension [Float] {
  /// The digest of the values as little-endian float32, which is how every host of ours holds them.
  var sha256: String {
    unsafe withUnsafeBytes { unsafe Digest.sha256(of: $0) }
  }
}
