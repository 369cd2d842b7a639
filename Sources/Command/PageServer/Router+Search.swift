internal import Pages
internal import TensorFiles
internal import Tensors
internal import Threads

extension Router {
  /// The maximum number of names that a search shows.
  private static let hitCount = 500
  /// The maximum number of sources that a search opens.
  private static let searchedSourceCount = 100

  /// Names of tensors with a text in them, in everything that was named.
  func search(_ request: ServerRequest, _ cancellation: Cancellation) throws -> ServerResponse {
    let text = request.query["q"] ?? ""
    let page = try found(text, cancellation)
    return request.format == .page ? .page(page.page) : .json(try ServeDocument(page).json())
  }

  private func found(_ text: String, _ cancellation: Cancellation) throws -> SearchPage {
    var page = SearchPage(search: text, hits: [], matchCount: 0, failures: [])
    guard !text.isEmpty else { return page }
    let search = NameSearch(text)
    let all = everySource()
    for item in all.prefix(Self.searchedSourceCount) {
      try cancellation.check()
      do {
        let descriptors = try sources.source(of: item).descriptors
        let matches = search.indices(in: descriptors)
        page.matchCount += matches.count
        page.hits += matches.prefix(Self.hitCount - page.hits.count).map { index in
          SearchPage.Hit(id: item.id, source: item.name, index: index, descriptor: descriptors[index])
        }
      } catch {
        page.failures.append(SearchPage.Failure(source: item.name, reason: "\(error)"))
      }
    }
    if all.count > Self.searchedSourceCount {
      page.failures.append(
        SearchPage.Failure(
          source: nil, reason: "Only the first \(Self.searchedSourceCount) of \(all.count) sources were searched."))
    }
    return page
  }
}

/// A text that names must contain, ignoring case.
struct NameSearch: Sendable {
  private let text: String

  init(_ text: String) { self.text = text.lowercased() }

  /// The places of the tensors whose names contain it.
  func indices(in descriptors: [TensorDescriptor]) -> [Int] {
    text.isEmpty
      ? Array(descriptors.indices)
      : descriptors.indices.filter { descriptors[$0].name.lowercased().contains(text) }
  }
}
