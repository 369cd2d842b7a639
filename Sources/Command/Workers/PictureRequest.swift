internal import Captioning
internal import Essentials
internal import Images
internal import Messages

/// A request for the captions of one picture, with all that needs no network done.
struct PictureRequest: Sendable {
  /// What a driver sent.
  enum Raw: Sendable {
    /// A line of JSON.
    case line(LineReader.Line)
    /// A member of a tar stream.
    case member(TarReader.Member)
  }

  /// The driver's name for it.
  let id: RequestID
  /// What the network sees, or why there is nothing.
  let input: Result<NetworkInput, RequestFailure>
  /// How long reading and decoding took.
  let seconds: Double

  /// Reads and decodes the picture of a request.
  init(_ raw: Raw) {
    let start = ContinuousClock.now
    (id, input) =
      switch raw {
      case .line(.tooLong): (.none, .failure(.lineTooLong))
      case .line(.text(let line)): Self.read(WorkerRequest(line, known: ["path", "bytes"]))
      case .member(.tooLarge(let name, let byteCount)):
        (
          .text(name),
          .failure(
            RequestFailure(
              .tooLarge,
              "\(name): has \(byteCount) bytes; a member may have at most \(TarReader.maximumByteCount). Scale it down."
            ))
        )
      case .member(.picture(let name, let bytes)): (.text(name), Self.decoded(bytes, name: name))
      }
    seconds = (ContinuousClock.now - start) / .seconds(1)
  }

  private static func read(_ request: WorkerRequest) -> (RequestID, Result<NetworkInput, RequestFailure>) {
    (request.id, Result { () throws(RequestFailure) in try input(of: request) })
  }

  private static func input(of request: WorkerRequest) throws(RequestFailure) -> NetworkInput {
    if let failure = request.failure { throw failure }
    switch (request.members["path"], request.members["bytes"]) {
    case (_?, nil):
      let path = try request.path("path")
      do throws(ImageError) { return try NetworkInput(path: path) } catch { throw RequestFailure(error) }
    case (nil, let text?):
      guard let bytes = Data(base64Encoded: text) else {
        throw RequestFailure(
          .badRequest, "'bytes' is not base64 (RFC 4648, section 4, with padding and without line breaks).")
      }
      return try decoded([UInt8](bytes), name: "bytes").get()
    case (nil, nil): throw RequestFailure(.badRequest, "'path' and 'bytes' are missing. Give one of them.")
    case (_?, _?): throw RequestFailure(.badRequest, "'path' and 'bytes' are both given. Give one of them.")
    }
  }

  private static func decoded(_ bytes: [UInt8], name: String) -> Result<NetworkInput, RequestFailure> {
    Result { () throws(ImageError) in try NetworkInput(decoding: bytes, path: name) }.mapError(RequestFailure.init)
  }
}

extension RequestFailure {
  /// The code of a picture's error, and its message.
  init(_ error: ImageError) {
    let code: Code =
      switch error.reason {
      case .file(let file): Code(reading: file)
      case .notAnImage, .formatNotAccepted: .notAPicture
      case .truncated, .damaged, .moreThanFileHolds: .damagedPicture
      case .tooManyBytes, .tooManyPixels, .tooManyScans, .outOfMemory: .tooLarge
      }
    self.init(code, error.message)
  }
}
