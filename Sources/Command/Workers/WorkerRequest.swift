internal import Bytes
internal import Messages

/// A line of a driver: an ID, and the members that the worker knows.
package struct WorkerRequest: Equatable, Sendable {
  /// The ID; `.none` if the line has none that can be read.
  package private(set) var id = RequestID.none
  /// The texts of known members.
  package private(set) var members: [String: String] = [:]
  /// What is wrong with the line; nil if nothing is.
  package private(set) var failure: RequestFailure?

  /// Reads a JSON object. Members that are not known are skipped.
  ///
  /// - Parameters:
  ///   - line: the bytes of the line.
  ///   - known: the members, besides `id`, whose values must be strings.
  package init(_ line: [UInt8], known: Set<String>) {
    do {
      var reader = JSONReader(line)
      var hasID = false
      try reader.readObject { reader, key in
        if key == "id" {
          hasID = true
          id = try RequestID(&reader)
        } else if known.contains(key) {
          guard reader.peek() == UInt8(ascii: "\"") else { throw Self.notAString(key) }
          members[key] = try reader.readString()
        } else {
          try reader.skipValue()
        }
      }
      try reader.readEnd()
      guard hasID else {
        throw RequestFailure(.badRequest, "'id' is missing. Give each request a string or an integer.")
      }
    } catch let error as RequestFailure {
      failure = error
    } catch {
      let place = (error as? JSONError).map { "byte \($0.offset): " as Message } ?? ""
      failure = RequestFailure(.badRequest, "\(place)\(error).")
    }
  }

  private static func notAString(_ key: String) -> RequestFailure {
    RequestFailure(.badRequest, "'\(key)' must be a string.")
  }

  /// The text of a member.
  ///
  /// - Throws: `RequestFailure` if it is missing, or if it is a path that no file can have.
  func path(_ key: String) throws(RequestFailure) -> String {
    guard let path = members[key] else {
      throw RequestFailure(.badRequest, "'\(key)' is missing. Add it to the request.")
    }
    // The system would open what precedes it.
    guard !path.utf8.contains(0) else {
      throw RequestFailure(.badRequest, "'\(key)' contains a NUL character, which no path can have.")
    }
    return path
  }
}
