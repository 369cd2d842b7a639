internal import Bytes
internal import Messages

/// Collects the members of an archive by name, and the directories that they are in.
struct ArchiveNames {
  private(set) var members: [String: ArchiveMember] = [:]
  /// The names in each directory; the empty name is the archive itself.
  private(set) var directories: [String: Set<String>] = ["": []]
  private var badNames: [String] = []

  private static let shownBadNameCount = 5

  /// What is odd about the names.
  var defect: PackedDefect? { badNames.isEmpty ? nil : .badNames(badNames) }

  /// Adds the members of a tar archive, and returns what is wrong with it.
  mutating func add(_ listing: TarListing) -> PackedDefect? {
    for (name, member) in listing.members { add(String(escapingInvalidUTF8: name), member) }
    return listing.damage
  }

  /// Adds a member of a zip archive. Some programs of Windows write backslashes between the parts of a name.
  mutating func add(_ member: ZipListing.Member) {
    let name = String(member.text.map { $0 == "\\" ? "/" : $0 })
    if name.hasSuffix("/") {
      add(name, ArchiveMember(content: .directory))
    } else if member.isLink {
      add(
        name,
        ArchiveMember(
          content: .other("a symbolic link. Decant does not follow links in archives; name what it links to.")))
    } else {
      add(name, ArchiveMember(content: .zipped(member)))
    }
  }

  /// Adds a member. If a name occurs twice, the last member has it, as when the archive is unpacked.
  mutating func add(_ name: String, _ member: ArchiveMember) {
    guard let name = ArchiveName.normalized(name) else {
      // The archive's root directory has no name.
      if !member.isDirectory, badNames.count < Self.shownBadNameCount { badNames.append(name) }
      return
    }
    if member.isDirectory {
      if directories[name] == nil { directories[name] = [] }
    } else {
      members[name] = member
    }
    var path = name
    // Until a directory that is listed already.
    while !path.isEmpty {
      let slash = path.lastIndex(of: "/")
      let parent = slash.map { String(path[..<$0]) } ?? ""
      let last = slash.map { String(path[path.index(after: $0)...]) } ?? path
      guard directories[parent, default: []].insert(last).inserted else { return }
      path = parent
    }
  }
}
