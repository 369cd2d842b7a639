internal import Essentials
package import Images

extension HTML {
  /// A picture's bytes as a URI for an `src` attribute.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - type: its media type, such as `image/png`.
  package init(dataURI bytes: [UInt8], type: StaticString) {
    self.init(safe: "data:\(type);base64,\(Data(bytes).base64EncodedString())")
  }

  /// A PNG as a URI for an `src` attribute; nil if there is not enough memory to encode it.
  package init?(dataURI picture: PNGPicture) {
    guard let bytes = picture.encoded() else { return nil }
    self.init(dataURI: bytes, type: "image/png")
  }
}
