public import Messages

/// How captions are searched for. The defaults are the original program's.
public struct CaptionOptions: Sendable, Equatable, Hashable {
  /// How many captions are kept at every step, and at most returned.
  public let beamSize: Int
  /// The length at which the search ends, `<S>` and `</S>` included: 20 allows 19 words after `<S>`.
  public let maximumLength: Int
  /// A complete caption's log-probability is divided by this power of its length; 0 for no normalization.
  /// Larger values favor longer captions.
  public let lengthNormalization: Double

  /// The largest beam size: every step takes time and memory in proportion to the beam, and a caption of thousands of
  /// words makes no sense.
  public static let maximumBeamSize = 1000
  /// See `maximumBeamSize`.
  public static let maximumMaximumLength = 1000

  /// The original program's settings: three beams, twenty words, no normalization.
  public static let standard = CaptionOptions()

  /// Checks the settings.
  ///
  /// - Throws: `CaptionError` for a beam size or length below 1 or above the maximum, or a normalization that is
  ///   negative or not a number.
  public init(beamSize: Int = 3, maximumLength: Int = 20, lengthNormalization: Double = 0) throws(CaptionError) {
    guard 1...Self.maximumBeamSize ~= beamSize else { throw CaptionError(.beamSize(beamSize)) }
    guard 1...Self.maximumMaximumLength ~= maximumLength else { throw CaptionError(.maximumLength(maximumLength)) }
    guard lengthNormalization >= 0, lengthNormalization.isFinite else {
      throw CaptionError(.lengthNormalization(lengthNormalization))
    }
    self.beamSize = beamSize
    self.maximumLength = maximumLength
    self.lengthNormalization = lengthNormalization
  }

  private init() {
    beamSize = 3
    maximumLength = 20
    lengthNormalization = 0
  }
}
