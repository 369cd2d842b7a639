internal import Files
internal import Messages

/// Files that came with a request. They have no names on the disk, and disappear when the request is answered.
struct Upload: Sendable {
  /// A file that was sent.
  struct File: Sendable {
    /// What the sender calls it.
    let name: String
    /// Its bytes.
    let content: UnnamedFile
  }

  /// The files, in the order in which they arrived.
  var files: [File] = []
}

/// Receives the body of a request, one piece at a time, into unnamed files.
final class UploadReceiver {
  private enum Content {
    /// A form with files.
    case form(MultipartReader)
    /// One file.
    case file
  }

  private var content: Content
  private let directory: String
  private let limit: Int
  private let fileLimit: Int
  private var byteCount = 0
  private var upload = Upload()

  /// Prepares for a body.
  ///
  /// - Parameters:
  ///   - contentType: the header field.
  ///   - limit: how many bytes may arrive.
  ///   - fileLimit: how many files may arrive.
  ///   - directory: where the files' bytes are stored.
  /// - Throws: `ServerProblem.unknownBody`.
  init(contentType: String?, limit: Int, fileLimit: Int, directory: String) throws(ServerProblem) {
    guard let contentType else { throw .unknownBody }
    if let reader = MultipartReader(contentType: contentType) {
      content = .form(reader)
    } else if ["image/jpeg", "image/png", "application/octet-stream"].contains(HeaderParameters(contentType).value) {
      content = .file
    } else {
      throw .unknownBody
    }
    self.directory = directory
    self.limit = limit
    self.fileLimit = fileLimit
  }

  /// Takes the next piece.
  func add(_ bytes: [UInt8]) throws {
    byteCount += bytes.count
    guard byteCount <= limit else { throw ServerProblem.tooLarge(limit: limit) }
    switch content {
    case .file:
      if upload.files.isEmpty { try begin("picture") }
      try upload.files.last?.content.append(bytes)
    case .form(var reader):
      // So that the reader is not copied while it works.
      content = .file
      defer { content = .form(reader) }
      let events: [MultipartReader.Event]
      do { events = try reader.add(bytes) } catch { throw ServerProblem.brokenForm }
      for event in events {
        switch event {
        case .file(let name): try begin(name)
        case .bytes(let bytes): try upload.files.last?.content.append(bytes)
        }
      }
    }
  }

  /// The complete upload.
  func finish() throws(ServerProblem) -> Upload {
    if case .form(let reader) = content, !reader.isComplete { throw .brokenForm }
    // A form whose field for files was left empty sends one without a name.
    upload.files.removeAll { $0.name.isEmpty && $0.content.byteCount == 0 }
    return upload
  }

  private func begin(_ name: String) throws {
    guard upload.files.count < fileLimit else { throw ServerProblem.tooManyFiles(limit: fileLimit) }
    upload.files.append(Upload.File(name: name, content: try UnnamedFile(in: directory)))
  }
}
