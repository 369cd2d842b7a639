internal import Messages

/// Why a request does not get what it asked for.
struct ServerProblem: Error, Equatable, Sendable {
  /// The status of the response.
  var status: Int
  /// A few words, for a heading.
  var title: Message
  /// What happened and what to do.
  var explanation: Message

  init(_ status: Int, _ title: Message, _ explanation: Message) {
    self.status = status
    self.title = title
    self.explanation = explanation
  }

  static let malformed = ServerProblem(
    400, "This request is malformed", "Decant does not understand it. Open the address that 'decant serve' printed.")
  static let notFound = ServerProblem(
    404, "There is no such page", "The server shows only what was named when it was started. Go back to the start page."
  )
  static let foreignHost = ServerProblem(
    421, "This server does not have that name",
    "It answers to 127.0.0.1, localhost and [::1] with its port. Open the address that 'decant serve' printed.")
  static let foreignOrigin = ServerProblem(
    403, "Another page sent this request",
    "Only pages of this server may send requests to it. Open the address that 'decant serve' printed.")
  static let noToken = ServerProblem(
    403, "This request has no token",
    "Open the address that 'decant serve' printed, with its token; it changes with every start.")
  static let wrongMethod = ServerProblem(
    405, "This page does not accept that method", "Pages are read with GET; pictures and files are sent with POST.")
  static let unexpectedBody = ServerProblem(
    400, "This page accepts no body", "Send the request without one.")
  static let tooManyUploads = ServerProblem(
    503, "Too many files are arriving at once", "Wait until the others have arrived, and send them again.")
  static let busy = ServerProblem(
    503, "The server is busy", "It is working on many requests already. Wait a moment, and try again.")
  static let slow = ServerProblem(
    408, "The request took too long to arrive", "Send it again.")
  static let unknownBody = ServerProblem(
    415, "The body is of an unknown type",
    "Send the files as a form does (multipart/form-data), or one picture as image/jpeg or image/png.")
  static let brokenForm = ServerProblem(
    400, "The files did not arrive completely", "The form that was sent is cut off or malformed. Send the files again.")
  static let headerTooLarge = ServerProblem(
    431, "The header of the request is too large", "Remove cookies and header fields that this server does not need.")

  static func tooLarge(limit: Int) -> ServerProblem {
    ServerProblem(
      413, "The upload is too large", "At most \(HumanText.bytes(limit)) can be sent here. Use the command instead.")
  }

  static func tooManyFiles(limit: Int) -> ServerProblem {
    ServerProblem(
      413, "There are too many files", "At most \(limit) can be sent at once. Use the command instead.")
  }

  /// A problem with a file or a model, in its own words.
  init(_ error: any Error) {
    switch error {
    case let problem as ServerProblem: self = problem
    case let error as any DecantError:
      self.init(error.category == .noInput ? 404 : 422, "That did not work", "\(error)")
    default: self.init(500, "That did not work", "\(error)")
    }
  }
}
