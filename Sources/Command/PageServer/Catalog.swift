internal import Files
internal import Essentials
internal import Messages
internal import Threads

/// What may be shown: what was named at start, and what is in any folders among it.
///
/// Requests name things by numbers that the catalog has given out. A thing in a folder gets its number when the folder
/// is listed, and is checked again whenever it is requested: it must be in the folder, and no link may lead out.
final class Catalog: Sendable {
  /// One thing that can be shown.
  struct Item: Sendable, Equatable {
    /// What it is.
    enum Kind: Sendable, Equatable {
      /// A folder with more.
      case folder
      /// A checkpoint, a weight file or a graph.
      case source
      /// Something that Decant does not read as tensors.
      case other
    }

    /// Its number.
    let id: Int
    /// What opens it.
    let path: String
    /// What a person calls it: as it was typed, or below the folder.
    let name: String
    /// What it is.
    let kind: Kind
    /// Its number of bytes; nil if it is not one file.
    let byteCount: Int?
    /// The named folder that contains it; nil if it was named itself.
    let root: String?
    /// The folder that contains it; nil if it was named.
    let parent: Int?
  }

  /// What is in a folder.
  struct Listing: Sendable {
    /// In the order of their names, folders first.
    var items: [Item] = []
    /// Names of links that lead out of the folder.
    var links: [String] = []
    /// Entries that are not listed, because there are too many.
    var omittedCount = 0
  }

  /// What was named, in that order.
  let named: [Item]
  private let limits: ServerLimits

  private struct Found {
    var items: [Item] = []
    var numbers: [String: Int] = [:]
  }
  private let found = Guarded(Found())

  /// Registers what was named.
  ///
  /// - Throws: `FileError` for a path that does not exist.
  init(naming paths: [String], limits: ServerLimits) throws(FileError) {
    self.limits = limits
    var named: [Item] = []
    for path in paths {
      let isFolder = path.isDirectory
      guard isFolder || Self.isSomething(path) else { throw FileError(.cannotOpen(ENOENT), file: path) }
      // A directory in an archive means the only model in it.
      let isListed = isFolder && !Self.isSavedModel(path) && ArchivePlace(path) == nil
      // A path that is not a file is the prefix of a checkpoint's.
      let isOther = !isFolder && (try? InputFile(path: path)).map { !Self.isSource($0) } ?? false
      named.append(
        Item(
          id: named.count, path: path, name: path, kind: isListed ? .folder : isOther ? .other : .source,
          byteCount: Self.length(path),
          root: nil, parent: nil))
    }
    self.named = named
  }

  /// The thing with a number.
  ///
  /// - Throws: `ServerProblem` if no such number was given out, or if the thing may no longer be shown.
  func item(_ id: Int) throws(ServerProblem) -> Item {
    if named.indices.contains(id) { return named[id] }
    let item = found.withLock { found in
      id >= named.count && id - named.count < found.items.count ? found.items[id - named.count] : nil
    }
    guard let item, let root = item.root else { throw .notFound }
    try requireInside(item.path, root: root)
    return item
  }

  /// What is in a folder now.
  func contents(of folder: Item) throws -> Listing {
    guard folder.kind == .folder else { return Listing() }
    let root = folder.root ?? folder.path
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
      throw FileError(.cannotOpen(EACCES), file: folder.path)
    }
    var listing = Listing()
    var items: [Item] = []
    let visible = names.filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    listing.omittedCount = max(visible.count - limits.folderEntryCount, 0)
    let shown = visible.prefix(limits.folderEntryCount)
    let present = Set(shown)
    for name in shown {
      let path = folder.path.joined(name)
      guard Self.isInside(path, root: root) else {
        listing.links.append(name)
        continue
      }
      guard let entry = Self.entry(name, path, beside: present) else { continue }
      guard
        let item = number(
          entry.path, name: entry.name, kind: entry.kind, byteCount: entry.byteCount, root: root, parent: folder.id)
      else {
        listing.omittedCount += 1
        continue
      }
      items.append(item)
    }
    listing.items = items.filter { $0.kind == .folder } + items.filter { $0.kind != .folder }
    return listing
  }

  /// Gives a thing its number, which stays; nil if there are too many.
  private func number(
    _ path: String, name: String, kind: Item.Kind, byteCount: Int?, root: String, parent: Int
  ) -> Item? {
    found.withLock { found in
      let index = found.numbers[path] ?? found.items.count
      guard index < limits.itemCount else { return nil }
      let item = Item(
        id: named.count + index, path: path, name: name, kind: kind, byteCount: byteCount, root: root, parent: parent)
      if index == found.items.count { found.items.append(item) } else { found.items[index] = item }
      found.numbers[path] = index
      return item
    }
  }

  // MARK: - What things are

  /// What an entry of a folder is; nil for a part of something that is listed under another name.
  private static func entry(
    _ name: String, _ path: String, beside present: Set<String>
  ) -> (path: String, name: String, kind: Item.Kind, byteCount: Int?)? {
    if path.isDirectory { return (path, name, isSavedModel(path) ? .source : .folder, nil) }
    if name.hasSuffix(".index"), name.count > 6 {
      let prefix = String(name.dropLast(6))
      return (String(path.dropLast(6)), prefix, .source, nil)
    }
    // A shard, listed with its index.
    if let marker = name.firstRange(of: ".data-"), present.contains(name[..<marker.lowerBound] + ".index") {
      return nil
    }
    guard let file = try? InputFile(path: path) else { return (path, name, .other, nil) }
    return (path, name, isSource(file) ? .source : .other, file.byteCount)
  }

  /// Whether a file is one that Decant opens.
  private static func isSource(_ file: InputFile) -> Bool {
    let ending = file.name.lowercased().split(separator: ".").last.map(String.init) ?? ""
    if ["meta", "pb", "graphdef"].contains(ending) { return true }
    switch try? FileKind(of: file) {
    case .safetensors, .hdf5, .npy, .table: return true
    // Models, or archives of them.
    case .zip, .tar, .gzip, .bzip2, .xz, .zstandard: return true
    default: return false
    }
  }

  /// Whether a path is that of a file, or the prefix of a checkpoint's.
  private static func isSomething(_ path: String) -> Bool {
    if FileState(path: path) != nil { return true }
    let names = path.directoryPart.entryNames ?? []
    return !path.lastPart.isEmpty && names.contains { isPart($0, ofPrefix: path.lastPart) }
  }

  private static func isSavedModel(_ path: String) -> Bool {
    ["saved_model.pb", "saved_model.pbtxt"].contains { FileState(path: path.joined($0)) != nil }
  }

  private static func length(_ path: String) -> Int? { (try? InputFile(path: path))?.byteCount }

  // MARK: - Where things are

  /// Checks that a thing is in the folder that was named, with all files that belong to it.
  private func requireInside(_ path: String, root: String) throws(ServerProblem) {
    let directory = path.directoryPart
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    // Decant looks for the model's vocabulary beside it.
    let members = names.filter { Self.isPart($0, ofPrefix: path.lastPart) || $0 == "word_counts.txt" }
    guard members.contains(where: { $0 != "word_counts.txt" }) else { throw .notFound }
    for member in members { try Self.requireInside(directory.joined(member), root: root, depth: 0) }
  }

  /// A file whose name begins with a prefix and continues like the names of a checkpoint's files.
  private static func isPart(_ name: String, ofPrefix prefix: String) -> Bool {
    name == prefix || name.hasPrefix(prefix + ".") || name.hasPrefix(prefix + "-")
  }

  private static func requireInside(_ path: String, root: String, depth: Int) throws(ServerProblem) {
    guard isInside(path, root: root) else {
      throw ServerProblem(
        403, "A link leads out of the folder",
        "'\(path.lastPart)' is a link to a place outside the folder that was named at start. Name that place as well.")
    }
    // A SavedModel is a folder that is read as one thing.
    guard depth < 3, path.isDirectory, isSavedModel(path) || depth > 0 else { return }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
      try requireInside(path.joined(name), root: root, depth: depth + 1)
    }
  }

  /// Whether a path, with all links followed, is in a folder; false for a broken link.
  private static func isInside(_ path: String, root: String) -> Bool {
    guard let real = resolved(path), let realRoot = resolved(root) else { return false }
    // Compares bytes, because Swift considers strings equal that are different names to the file system.
    return real.utf8.elementsEqual(realRoot.utf8)
      || real.utf8.starts(with: (realRoot.hasSuffix("/") ? realRoot : realRoot + "/").utf8)
  }

  private static func resolved(_ path: String) -> String? {
    guard let real = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// Links in a folder, or below it, that lead out of it, which code that reads a whole folder would follow.
  func linksLeadingOut(of folder: Item) -> [String] {
    let root = folder.root ?? folder.path
    var found: [String] = []
    var seen = 0
    var folders = [""]
    while let below = folders.popLast() {
      let path = folder.path.joined(below)
      for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
        seen += 1
        if found.count == 10 || seen > 20_000 { return found }
        let entry = path.joined(name)
        if !Self.isInside(entry, root: root) {
          found.append(below.joined(name))
        } else if entry.isDirectory, (try? FileManager.default.destinationOfSymbolicLink(atPath: entry)) == nil {
          folders.append(below.joined(name))
        }
      }
    }
    return found
  }
}
