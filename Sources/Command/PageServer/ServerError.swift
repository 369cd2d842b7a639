internal import Files
internal import Essentials
package import Messages

/// Why the server does not start.
package struct ServerError: DecantError, Equatable {
  /// What went wrong.
  package enum Reason: Equatable, Sendable {
    /// Nobody can listen there; the code is `errno`.
    case cannotListen(port: Int?, Int32?)
  }

  /// What went wrong.
  package let reason: Reason

  /// An error.
  package init(_ reason: Reason) { self.reason = reason }

  /// Always `cannotCreate`: nothing is wrong with any data.
  package var category: ErrorCategory { .cannotCreate }

  /// What happened and what to do.
  package var message: Message {
    switch reason {
    case .cannotListen(let port, let code):
      let place: Message = port.map { "port \($0) of 127.0.0.1" } ?? "any port of 127.0.0.1"
      let why: Message =
        switch code {
        case EADDRINUSE: "another program is using it. Choose another --port, or leave it out to use a free one."
        case EACCES:
          "ports below 1024 are reserved for the system. Choose another --port, or leave it out to use a free one."
        case let code?: "\(String(systemErrorNumber: code))."
        case nil: "the system refused."
        }
      return "cannot listen on \(place): \(why)"
    }
  }
}
