public import Messages

/// The progress of captioning several images, for a line that is redrawn.
public struct CaptionProgress: MessageConvertible, Sendable, Equatable {
  /// Images done.
  public var done: Int
  /// Images in all.
  public var total: Int
  /// The time since the first image was started.
  public var elapsed: Duration

  /// A state of the progress.
  public init(done: Int, total: Int, elapsed: Duration) {
    self.done = done
    self.total = total
    self.elapsed = elapsed
  }

  /// Such as `captioned 12 of 100 images, 14.9 images/s, 6 s left`; rate and time once they are known.
  public var message: Message {
    let counted: Message = "captioned \(done) of \(total.counted("image"))"
    let seconds = elapsed / .seconds(1)
    guard done > 0, seconds > 0 else { return counted }
    let rate = Double(done) / seconds
    guard done < total else { return "\(counted), \(Self.words(rate: rate))" }
    return "\(counted), \(Self.words(rate: rate)), \(Self.words(seconds: Double(total - done) / rate)) left"
  }

  /// A rate with three digits, per second or per image: `14.9 images/s`, `2.50 s/image`.
  static func words(rate: Double) -> String {
    rate >= 1 ? "\(threeDigits(rate)) images/s" : "\(threeDigits(1 / rate)) s/image"
  }

  /// A duration in its two largest units, rounded up: `8 s`, `2 min 5 s`, `3 h 20 min`.
  static func words(seconds: Double) -> String {
    // Nobody needs the exact number of years.
    let whole = Int(min(seconds.rounded(.up), 1e9))
    return switch whole {
    case ..<60: "\(whole) s"
    case ..<3600: "\(whole / 60) min \(whole % 60) s"
    default: "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
  }

  private static func threeDigits(_ value: Double) -> String {
    let decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
    let scale = [1.0, 10, 100][decimals]
    let whole = Int(min((value * scale).rounded(), 1e15))
    if decimals == 0 { return "\(whole)" }
    let rest = String(whole % Int(scale))
    return "\(whole / Int(scale))." + String(repeating: "0", count: decimals - rest.count) + rest
  }
}
