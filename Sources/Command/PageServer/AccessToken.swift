internal import Threads

/// What a request must show: a secret that changes with every start, so that no other program or page can send requests
/// on the person's behalf.
final class AccessToken: Sendable {
  /// The secret: 256 random bits, in hexadecimal.
  let text: String
  /// A secret that opens the page once, for the browser that is started: other users of the machine can see a program's arguments.
  private let ticket = Guarded<String?>(nil)

  /// A secret that nobody can guess; in tests, a given one.
  init(text: String? = nil) { self.text = text ?? Self.random() }

  /// A secret that is good for one request; the previous one is no longer valid.
  func issueTicket() -> String {
    let new = Self.random()
    ticket.withLock { $0 = new }
    return new
  }

  /// Whether an address has the secret, or the ticket, which is then used up.
  func admits(_ offered: String) -> Bool {
    if isToken(offered) { return true }
    return ticket.withLock { ticket in
      guard let issued = ticket, Self.areEqual(issued, offered) else { return false }
      ticket = nil
      return true
    }
  }

  /// Whether this is the secret.
  func isToken(_ offered: String) -> Bool { Self.areEqual(text, offered) }

  /// Takes the same time no matter where the texts differ.
  private static func areEqual(_ expected: String, _ offered: String) -> Bool {
    let (expected, offered) = (Array(expected.utf8), Array(offered.utf8))
    guard expected.count == offered.count else { return false }
    return zip(expected, offered).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<32).map { _ in
      let digits = String(UInt8.random(in: .min ... .max, using: &generator), radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
