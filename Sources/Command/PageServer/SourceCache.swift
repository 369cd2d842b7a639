internal import Files
internal import TensorFiles
internal import Tensors
internal import Threads

/// Open sources, so that the next page about one does not open it again.
final class SourceCache: Sendable {
  private struct Entry {
    let id: Int
    let source: any TensorSource
  }

  private let limit: Int
  /// In order of use; the most recently used is last.
  private let entries = Guarded<[Entry]>([])

  init(limit: Int) { self.limit = limit }

  /// Opens a source, or finds it open and unchanged.
  func source(of item: Catalog.Item) throws -> any TensorSource {
    let open = entries.withLock { entries -> (any TensorSource)? in
      guard let index = entries.firstIndex(where: { $0.id == item.id }) else { return nil }
      let entry = entries.remove(at: index)
      guard (try? entry.source.files.requireUnchanged()) != nil else { return nil }
      entries.append(entry)
      return entry.source
    }
    if let open { return open }
    let source = try TensorFile.open(item.path)
    entries.withLock { entries in
      entries.removeAll { $0.id == item.id }
      entries.append(Entry(id: item.id, source: source))
      if entries.count > limit { entries.removeFirst() }
    }
    return source
  }
}
