internal import Essentials
public import Messages

/// Where the captions of two models, or of a model and a file of expectations, differ.
public struct CaptionComparison: Sendable, Equatable {
  /// One caption that is not what it should be.
  public struct Difference: Sendable, Equatable {
    /// What differs.
    public enum Kind: Sendable, Equatable {
      /// Different words at this rank, or the same word IDs printed as different words.
      case words(expected: PrintedCaption, found: PrintedCaption)
      /// The same words with a different log-probability.
      case logprob(expected: Double, found: Double)
      /// A different number of captions.
      case count(expected: Int, found: Int)
      /// The image has no captions, for the reason given.
      case failed(Message)
    }

    /// The image's name.
    public var file: String
    /// How the captions were searched for.
    public var options: CaptionOptions
    /// The caption's rank, 0 for the best; nil if the difference concerns the image.
    public var rank: Int?
    /// What differs.
    public var kind: Kind
  }

  /// The largest difference of log-probabilities that counts as equal. TensorFlow's own float32 arithmetic is 2e-4 away from
  /// float64, and other arithmetic with the same precision may be just as far away on the other side after twenty
  /// words.
  public static let logprobTolerance = 1e-3

  /// The number of captions compared.
  public private(set) var captionCount = 0
  /// The number of images compared, counted once per setting.
  public private(set) var imageCount = 0
  /// The largest difference of log-probabilities between captions with the same words.
  public private(set) var largestLogprobDifference = 0.0
  /// All differences, in the order found.
  public private(set) var differences: [Difference] = []

  /// Makes a comparison that has not compared anything yet.
  public init() {}

  /// Whether everything compared was equal.
  public var isEqual: Bool { differences.isEmpty }

  /// Compares the captions of one image, rank by rank, best first.
  public mutating func compare(
    file: String, options: CaptionOptions = .standard, expected: [PrintedCaption], found: [PrintedCaption]
  ) {
    imageCount += 1
    func difference(_ kind: Difference.Kind, rank: Int? = nil) -> Difference {
      Difference(file: file, options: options, rank: rank, kind: kind)
    }
    if expected.count != found.count {
      differences.append(difference(.count(expected: expected.count, found: found.count)))
    }
    for (rank, (left, right)) in zip(expected, found).enumerated() {
      captionCount += 1
      guard left.caption.ids == right.caption.ids, left.text.utf8.elementsEqual(right.text.utf8) else {
        differences.append(difference(.words(expected: left, found: right), rank: rank))
        continue
      }
      let distance = abs(left.caption.logprob - right.caption.logprob)
      largestLogprobDifference = max(largestLogprobDifference, distance)
      // Written so that NaN counts as a difference.
      if !(distance <= Self.logprobTolerance) {
        differences.append(
          difference(.logprob(expected: left.caption.logprob, found: right.caption.logprob), rank: rank))
      }
    }
  }

  /// Notes an image that has no captions.
  public mutating func fail(file: String, options: CaptionOptions = .standard, reason: Message) {
    imageCount += 1
    differences.append(Difference(file: file, options: options, rank: nil, kind: .failed(reason)))
  }
}
