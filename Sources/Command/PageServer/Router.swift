internal import Captioning
internal import Comparison
internal import Diagnosis
internal import Files
internal import Foundation
internal import Inspection
internal import Markup
internal import Messages
internal import MetaGraph
internal import Pages
internal import TensorFiles
internal import Tensors

/// Makes the answers: pages and documents about what is in the catalog.
struct Router: Responder {
  let catalog: Catalog
  let limits: ServerLimits
  let sources: SourceCache
  let models: ModelCache

  /// A router for what was named.
  init(catalog: Catalog, limits: ServerLimits) {
    self.catalog = catalog
    self.limits = limits
    sources = SourceCache(limit: limits.sourceCount)
    models = ModelCache(limit: limits.modelCount, sources: sources)
  }

  func response(to request: ServerRequest, _ cancellation: Cancellation) -> ServerResponse {
    do {
      return try answer(request, cancellation)
    } catch {
      return .problem(ServerProblem(error), format: request.format)
    }
  }

  private func answer(_ request: ServerRequest, _ cancellation: Cancellation) throws -> ServerResponse {
    switch request.route {
    case .start: return .page(StartPage(things: catalog.named.map(ServerThing.init)).page)
    case .item(let id): return try item(catalog.item(id), request)
    case .report(let id): return try report(source(id), request)
    case .tensor(let id, let index): return try tensor(index, of: source(id), request, cancellation)
    case .search: return search(request, cancellation)
    case .compare: return try compare(request, cancellation)
    case .diagnosis(let id): return try diagnosis(of: catalog.item(id), request, cancellation)
    case .examination: return try examination(request, cancellation)
    case .caption(let id): return try caption(source(id), request, cancellation)
    }
  }

  /// A thing that has tensors.
  private func source(_ id: Int) throws -> Catalog.Item {
    let item = try catalog.item(id)
    guard item.kind == .source else { throw ServerProblem.notFound }
    return item
  }

  // MARK: - Sources

  private func item(_ item: Catalog.Item, _ request: ServerRequest) throws -> ServerResponse {
    switch item.kind {
    case .folder: return .page(try folder(item))
    case .source: return try source(item, request)
    case .other: throw ServerProblem.notFound
    }
  }

  private func folder(_ item: Catalog.Item) throws -> Page {
    let listing = try catalog.contents(of: item)
    return FolderPage(
      name: item.name, id: item.id, parent: item.parent, things: listing.items.map(ServerThing.init),
      links: listing.links, omittedCount: listing.omittedCount
    ).page
  }

  private func source(_ item: Catalog.Item, _ request: ServerRequest) throws -> ServerResponse {
    if let graphs = try GraphFile(path: item.path) {
      return request.format == .page
        ? .page(GraphPage(name: item.name, text: graphs.text).page) : .json(try graphs.document.json())
    }
    guard request.format == .page else {
      return .json(try SourceInspection(of: item.path).document.json())
    }
    let source = try sources.source(of: item)
    let graph = try? TensorFile.metaPath(of: item.path).map { try GraphSummary(path: $0) }
    let text = request.query["q"] ?? ""
    let matches = NameSearch(text).indices(in: source.descriptors)
    let offset = min(max(Int(request.query["from"] ?? "") ?? 0, 0), max(matches.count - 1, 0))
    let shown = matches.dropFirst(offset).prefix(SourcePage.tensorsPerPage)
    return .page(
      SourcePage(
        id: item.id, name: item.name, report: ModelReport(of: source, graph: graph),
        tensors: shown.map { ($0, source.descriptors[$0]) }, matchCount: matches.count, offset: offset, search: text,
        notes: ReportText.incompleteness(source.problems)
      ).page)
  }

  private func report(_ item: Catalog.Item, _ request: ServerRequest) throws -> ServerResponse {
    guard request.format == .page else {
      return .json(try SourceInspection(of: item.path, layout: .statistics).document.json())
    }
    return .page(try ReportPage(of: item.path).page)
  }

  private func tensor(
    _ index: Int, of item: Catalog.Item, _ request: ServerRequest, _ cancellation: Cancellation
  ) throws -> ServerResponse {
    let source = try sources.source(of: item)
    guard source.descriptors.indices.contains(index) else { throw ServerProblem.notFound }
    let descriptor = source.descriptors[index]
    func number(_ name: String) -> Int { min(max(Int(request.query[name] ?? "") ?? 0, 0), Int.max / 2) }
    guard request.format == .page else {
      let count = min(number("count"), 10_000)
      var document = InspectDocument(path: item.path)
      let values = try TensorValues(firstOf: descriptor, in: source, count: count > 0 ? count : 20)
      document.values = InspectDocument.Values(values)
      return .json(try document.json())
    }
    let (row, column) = (number("row"), number("column"))
    let rowLimit = descriptor.shape.rank > 1 ? TensorPage.rowsPerPage : TensorPage.rowsPerPage * 2
    let table = try ValueTable(
      of: descriptor, in: source, rows: row..<row + rowLimit, columns: column..<column + TensorPage.columnsPerPage
    ) { try cancellation.check() }
    return .page(TensorPage(id: item.id, sourceName: item.name, index: index, table: table).page)
  }

  // MARK: - All sources

  /// Everything with tensors: what was named, and what is in the named folders.
  private func everySource() -> [Catalog.Item] {
    catalog.named.flatMap { item -> [Catalog.Item] in
      switch item.kind {
      case .source: item.path.hasSuffix(".meta") ? [] : [item]
      case .folder:
        ((try? catalog.contents(of: item))?.items ?? []).filter {
          $0.kind == .source && !$0.path.hasSuffix(".meta")
        }
      case .other: []
      }
    }
  }

  private func search(_ request: ServerRequest, _ cancellation: Cancellation) -> ServerResponse {
    let text = request.query["q"] ?? ""
    var hits: [SearchPage.Hit] = []
    var failures: [(name: String, reason: String)] = []
    var matchCount = 0
    if !text.isEmpty {
      let search = NameSearch(text)
      let all = everySource()
      for item in all.prefix(Self.searchedSourceCount) where !cancellation.isCancelled {
        do {
          let source = try sources.source(of: item)
          let matches = search.indices(in: source.descriptors)
          matchCount += matches.count
          hits += matches.prefix(Self.hitCount - hits.count).map { index in
            let tensor = source.descriptors[index]
            return SearchPage.Hit(
              id: item.id, source: item.name, index: index, name: tensor.name,
              kind: "\(tensor.dtype.name) \(tensor.shape)")
          }
        } catch {
          failures.append((item.name, "\(error)"))
        }
      }
      if all.count > Self.searchedSourceCount {
        failures.append(("", "Only the first \(Self.searchedSourceCount) of \(all.count) sources were searched."))
      }
    }
    return .page(SearchPage(search: text, hits: hits, matchCount: matchCount, failures: failures).page)
  }

  /// How many names a search shows.
  private static let hitCount = 500
  /// How many sources a search opens.
  private static let searchedSourceCount = 100

  private func compare(_ request: ServerRequest, _ cancellation: Cancellation) throws -> ServerResponse {
    let choices = everySource()
    let (left, right) = (request.query["a"].flatMap(Int.init), request.query["b"].flatMap(Int.init))
    let things = choices.map(ServerThing.init)
    guard let left, let right else {
      return .page(ComparePage(choices: things, left: left, right: right).page)
    }
    let items = (try source(left), try source(right))
    let diff = try SourceDiff(sources.source(of: items.0), sources.source(of: items.1))
    guard request.format == .page else {
      return .json(try DiffDocument(diff, leftPath: items.0.path, rightPath: items.1.path).json())
    }
    return .page(
      ComparePage(
        choices: things, left: left, right: right, diff: diff, leftName: items.0.name, rightName: items.1.name
      ).page)
  }

  // MARK: - Doctor

  private func diagnosis(
    of item: Catalog.Item, _ request: ServerRequest, _ cancellation: Cancellation
  ) throws -> ServerResponse {
    if item.kind == .folder {
      let links = catalog.linksLeadingOut(of: item)
      guard links.isEmpty else {
        throw ServerProblem(
          403, "Links lead out of the folder",
          """
          \(names: links) lead to places outside the folder, and the doctor would follow them. \
          Run 'decant doctor' in a terminal, or name those places at start.
          """)
      }
    }
    let report = try Doctor.examine([item.path])
    guard request.format == .page else { return .json(try DoctorDocument(report).json()) }
    return .page(DoctorPage(report: report, name: item.name).page)
  }

  private func examination(_ request: ServerRequest, _ cancellation: Cancellation) throws -> ServerResponse {
    guard let upload = request.upload else { return .page(DoctorPage().page) }
    guard !upload.files.isEmpty else {
      throw ServerProblem(400, "No file was sent", "Choose the files of a checkpoint first.")
    }
    let directory = FileManager.default.temporaryDirectory.path(percentEncoded: false)
    let names = try NamedUploads(in: directory)
    var refused: [String] = []
    for file in upload.files where try !names.add(file.content, name: file.name) { refused.append(file.name) }
    let report = try Doctor.examine([names.path])
    guard request.format == .page else {
      // The names as the sender knows them.
      let text = try DoctorDocument(report).json().text.replacing(names.path + "/", with: "")
        .replacing(names.path, with: ".")
      return .json(JSONText.message(of: text))
    }
    return .page(DoctorPage(report: report, name: nil, directory: names.path, refusedNames: refused).page)
  }
}

/// A text that names must contain, whatever its case.
struct NameSearch: Sendable {
  private let text: String

  init(_ text: String) { self.text = text.lowercased() }

  /// The indices of the tensors whose names contain it.
  func indices(in descriptors: [TensorDescriptor]) -> [Int] {
    text.isEmpty
      ? Array(descriptors.indices)
      : descriptors.indices.filter { descriptors[$0].name.lowercased().contains(text) }
  }
}

extension ServerThing {
  init(_ item: Catalog.Item) {
    let kind: Kind =
      switch item.kind {
      case .folder: .folder
      case .source: item.path.hasSuffix(".meta") ? .graph : .source
      case .other: .other
      }
    self.init(
      id: item.id, name: item.name, kind: kind,
      note: item.kind == .folder ? "folder" : item.byteCount.map(HumanText.bytes) ?? "")
  }
}
