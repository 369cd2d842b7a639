/// What can be requested. Paths have numbers in them, never names of files.
enum Route: Equatable, Sendable {
  /// What was named at start.
  case start
  /// Names of tensors in everything that was named.
  case search
  /// Two sources side by side.
  case compare
  /// What `doctor` says about files that are sent.
  case examination
  /// A folder, or a source with its tensors.
  case item(Int)
  /// The whole report on a source.
  case report(Int)
  /// What `doctor` says about something that was named.
  case diagnosis(Int)
  /// What a model says about a picture that is sent.
  case caption(Int)
  /// The values of a tensor, by its index in the source's list.
  case tensor(Int, Int)

  /// The route of a path; nil if there is none.
  init?(_ path: [String]) {
    func number(_ text: String) -> Int? {
      text.utf8.count <= 9 && !text.isEmpty && text.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Int(text) : nil
    }
    switch (path.count, path.first ?? "") {
    case (1, ""): self = .start
    case (1, "search"): self = .search
    case (1, "compare"): self = .compare
    case (1, "doctor"): self = .examination
    case (2..., "item"):
      guard let id = number(path[1]) else { return nil }
      switch (path.count, path.count > 2 ? path[2] : "") {
      case (2, _): self = .item(id)
      case (3, "report"): self = .report(id)
      case (3, "doctor"): self = .diagnosis(id)
      case (3, "caption"): self = .caption(id)
      case (4, "tensor"):
        guard let index = number(path[3]) else { return nil }
        self = .tensor(id, index)
      default: return nil
      }
    default: return nil
    }
  }

  /// How many bytes may be sent to it; nil if nothing may.
  func maximumUpload(_ limits: ServerLimits) -> Int? {
    switch self {
    case .caption: limits.pictureByteCount
    case .examination: limits.uploadByteCount
    default: nil
    }
  }
}
