package import Messages

/// Why a request has no result: a code for programs, and a message for people.
package struct RequestFailure: Error, Equatable, Sendable, MessageConvertible {
  /// What went wrong, as a word that does not change.
  package enum Code: String, Sendable, CaseIterable {
    /// The line is not a request.
    case badRequest = "bad-request"
    /// Nothing has that name.
    case noSuchFile = "no-such-file"
    /// Something has that name, but the system does not let it be read.
    case cannotRead = "cannot-read"
    /// The bytes are neither JPEG nor PNG.
    case notAPicture = "not-a-picture"
    /// The bytes are a JPEG or PNG that does not decode.
    case damagedPicture = "damaged-picture"
    /// The picture exceeds a limit, or memory.
    case tooLarge = "too-large"
    /// The line exceeds the limit.
    case lineTooLong = "line-too-long"
    /// The source of a conversion or a report cannot be used.
    case badData = "bad-data"
    /// The output of a conversion cannot be written.
    case cannotWrite = "cannot-write"
    /// Something that the driver cannot change.
    case `internal` = "internal"
  }

  /// What went wrong.
  package let code: Code
  /// What was found, what was expected and what to do.
  package let message: Message

  /// A failure.
  package init(_ code: Code, _ message: Message) {
    self.code = code
    self.message = message
  }

  /// The line was too long to be kept.
  static var lineTooLong: RequestFailure {
    RequestFailure(
      .lineTooLong,
      "The line has more than \(LineReader.maximumByteCount) bytes. Put the picture into a file and send its path.")
  }

  /// The failure in an answer.
  var json: JSONValue { .object([("code", .string(code.rawValue)), ("message", .string(message.text))]) }
}
