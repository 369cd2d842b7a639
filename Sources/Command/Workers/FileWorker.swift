internal import Essentials
package import Files
package import Messages

/// Answers requests that are each long work on files, one after the other.
package struct FileWorker: Sendable {
  /// The work on one request: the members of its answer.
  ///
  /// Throws `RequestFailure` or a `DecantError`, which becomes the answer.
  typealias Work = @Sendable (WorkerRequest) throws -> [(key: String, value: Message)]

  private let members: Set<String>
  private let work: Work

  /// A worker.
  ///
  /// - Parameters:
  ///   - members: what a request has besides its ID.
  ///   - work: makes the members of an answer.
  init(members: Set<String>, work: @escaping Work) {
    (self.members, self.work) = (members, work)
  }

  /// Input that reads little more than the line that it hands out: all that was read is answered, even if the worker is
  /// told to end.
  package static func input() throws(FileError) -> WorkerInput { try WorkerInput(chunkByteCount: 256) }

  /// Says that it is ready, and answers requests until the input ends.
  ///
  /// - Parameters:
  ///   - input: what the driver sends.
  ///   - output: takes one line after the other.
  /// - Throws: `FileError` if the system fails to read; all requests before that are answered.
  package func run(on input: WorkerInput, output: (Message) -> Void) throws {
    let lines = LineReader(input)
    output(WorkerProtocol.ready())
    while let line = lines.next() { output(answer(to: line)) }
    if case .failed(let error) = input.end { throw error }
  }

  private func answer(to line: LineReader.Line) -> Message {
    let start = ContinuousClock.now
    var id = RequestID.none
    var members: [(key: String, value: Message)]
    do {
      guard case .text(let bytes) = line else { throw RequestFailure.lineTooLong }
      let request = WorkerRequest(bytes, known: self.members)
      id = request.id
      if let failure = request.failure { throw failure }
      members = try work(request)
    } catch {
      members = [("error", RequestFailure(error).json.line)]
    }
    members = [("id", id.json.line)] + members + [("seconds", WorkerProtocol.seconds(since: start).line)]
    let texts = members.map { key, value -> Message in "\"\(key)\": \(value)" }
    return "{\(texts.joined(separator: ", "))}\n"
  }
}

extension JSONValue {
  /// The value on one line, without a line break.
  var line: Message { JSONValue.inLine(self).document.trimmingLineEnd }
}

extension RequestFailure {
  /// The code of an error about a source or an output, and its message.
  init(_ error: any Error) {
    if let failure = error as? RequestFailure {
      self = failure
      return
    }
    let code: Code =
      switch error {
      case let file as FileError: Code(reading: file)
      case let error as any DecantError:
        switch error.category {
        case .usage: .badRequest
        case .badData, .mismatch: .badData
        case .noInput: .noSuchFile
        case .cannotCreate: .cannotWrite
        case .inputOutput: .cannotRead
        }
      default: .internal
      }
    self.init(code, "\(error)")
  }
}
