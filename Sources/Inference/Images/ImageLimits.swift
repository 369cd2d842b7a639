/// How large a picture may be before it is refused.
public struct ImageLimits: Sendable, Equatable {
  /// The formats that are decoded. The original im2txt program accepts only JPEG.
  package var formats: [ImageFormat] = [.jpeg, .png]
  /// Bytes of the file. The default is 1 GiB.
  public var maximumByteCount = 1 << 30
  /// Pixels of the picture. The default, 2^27 or 134 million, takes 400 MB when decoded; TensorFlow's own limit is
  /// 2^29.
  public var maximumPixelCount = 1 << 27
  /// Scans of a progressive JPEG. Encoders write about ten, and each takes a pass over the whole picture.
  public var maximumScanCount = 500

  /// The defaults.
  public init() {}
}
