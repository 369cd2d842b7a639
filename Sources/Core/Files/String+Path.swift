extension String {
  /// The path up to the last slash; `.` if there is none.
  package var directoryPart: String {
    guard let slash = lastIndex(of: "/") else { return "." }
    return slash == startIndex ? "/" : String(self[..<slash])
  }

  /// What follows the last slash.
  package var lastPart: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }

  /// A name in the directory of this path.
  package func joined(_ name: String) -> String {
    self == "." ? name : hasSuffix("/") ? self + name : self + "/" + name
  }
}
