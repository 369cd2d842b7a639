internal import Messages

/// A tar archive that is a PyTorch model itself, as `torch.save` wrote them before 0.1.10, and not an archive of files.
package struct TorchTar: Sendable {
  /// Where the bytes of each of its parts are in the file.
  package let parts: [String: Range<Int>]

  private static let requiredNames: Set<String> = ["pickle", "storages", "tensors"]
  /// What PyTorch says of the computer that wrote the file.
  private static let systemName = "sys_info"

  /// Nil for another archive, or a file that is none.
  package init?(_ file: InputFile) throws(FileError) {
    guard try TarListing.begins(file) else { return nil }
    self.init(try TarListing(file))
  }

  init?(_ listing: TarListing) {
    var parts: [String: Range<Int>] = [:]
    for (name, member) in listing.members {
      let name = String(escapingInvalidUTF8: name)
      guard Self.requiredNames.contains(name) || name == Self.systemName, case .bytes(let range) = member.content else {
        return nil
      }
      parts[name] = range
    }
    guard Self.requiredNames.isSubset(of: parts.keys) else { return nil }
    self.parts = parts
  }
}
