/// The result for one image file.
public struct CaptionedImage: Sendable {
  /// The file, as it was given.
  public var path: String
  /// Its captions, best first, or the error; all of Decant's errors are `DecantError`.
  public var result: Result<[Caption], any Error>
  /// The decoder's warning about a picture that it decoded anyway.
  public var warning: String?

  /// The result for the image at `path`.
  public init(path: String, result: Result<[Caption], any Error>, warning: String? = nil) {
    self.path = path
    self.result = result
    self.warning = warning
  }

  /// The last component of the path.
  public var name: String { String(path.split(separator: "/").last ?? Substring(path)) }
}
