internal import Messages
internal import Pages
internal import Tensors

/// What the server says in JSON if no command has a document for it, as documented in `Schemas/serve.schema.json`.
struct ServeDocument: Encodable {
  /// Something that has a page.
  struct Thing: Encodable {
    let id: Int
    let name: String
    let kind: String
    let byteCount: Int?
  }

  /// Names of tensors in everything that was named.
  struct Search: Encodable {
    /// A tensor whose name matches.
    struct Hit: Encodable {
      let id: Int
      let source: String
      let tensor: Int
      let name: String
      let dtype: String
      let shape: [Int]
    }

    /// What could not be searched.
    struct Failure: Encodable {
      let source: String?
      let message: String
    }

    let text: String
    let matchCount: Int
    let hits: [Hit]
    let failures: [Failure]
  }

  /// The version of the document's form.
  let schemaVersion = 1
  /// The things that have a page.
  var things: [Thing]?
  /// How many more there are, which are not listed.
  var omittedCount: Int?
  /// What a search found.
  var search: Search?

  /// A list of things.
  init(_ items: [Catalog.Item], omittedCount: Int? = nil) {
    things = items.map { item in
      Thing(id: item.id, name: item.name, kind: ServerThing.Kind(item).rawValue, byteCount: item.byteCount)
    }
    self.omittedCount = omittedCount
  }

  /// What a search found.
  init(_ found: SearchPage) {
    search = Search(
      text: found.search, matchCount: found.matchCount,
      hits: found.hits.map { hit in
        Search.Hit(
          id: hit.id, source: hit.source, tensor: hit.index, name: hit.descriptor.name,
          dtype: hit.descriptor.dtype.name,
          shape: hit.descriptor.shape.dimensions)
      },
      failures: found.failures.map { Search.Failure(source: $0.source, message: $0.reason) })
  }

  /// The document as JSON text.
  func json() throws -> Message { try JSONText.document(self) }
}
