internal import Captioning
internal import Comparison
internal import Diagnosis
internal import Engine
internal import Files
internal import Essentials
internal import Inspection
internal import Markup
internal import Messages
internal import MetaGraph
internal import Pages
internal import TensorFiles
internal import Tensors
internal import Threads

/// Makes the answers: pages and documents about what is in the catalog.
struct Router: Responder {
  let catalog: Catalog
  let limits: ServerLimits
  let sources: SourceCache
  let models: ModelCache

  /// A router for what was named.
  init(catalog: Catalog, limits: ServerLimits, precision: EngineOptions.Precision = .exact) {
    self.catalog = catalog
    self.limits = limits
    sources = SourceCache(limit: limits.sourceCount)
    models = ModelCache(limit: limits.modelCount, precision: precision, sources: sources)
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
    case .start: return try start(request)
    case .item(let id): return try item(catalog.item(id), request)
    case .report(let id): return try report(source(id), request, cancellation)
    case .tensor(let id, let index): return try tensor(index, of: source(id), request, cancellation)
    case .search: return try search(request, cancellation)
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

  private func start(_ request: ServerRequest) throws -> ServerResponse {
    request.format == .page
      ? .page(StartPage(things: catalog.named.map(ServerThing.init)).page)
      : .json(try ServeDocument(catalog.named).json())
  }

  private func item(_ item: Catalog.Item, _ request: ServerRequest) throws -> ServerResponse {
    switch item.kind {
    case .folder: return try folder(item, request)
    case .source: return try source(item, request)
    case .other: throw ServerProblem.notFound
    }
  }

  private func folder(_ item: Catalog.Item, _ request: ServerRequest) throws -> ServerResponse {
    let listing = try catalog.contents(of: item)
    guard request.format == .page else {
      return .json(try ServeDocument(listing.items, omittedCount: listing.omittedCount).json())
    }
    return .page(
      FolderPage(
        name: item.name, id: item.id, parent: item.parent, things: listing.items.map(ServerThing.init),
        links: listing.links, omittedCount: listing.omittedCount
      ).page)
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

  private func report(
    _ item: Catalog.Item, _ request: ServerRequest, _ cancellation: Cancellation
  ) throws -> ServerResponse {
    guard request.format == .page else {
      let inspection = try SourceInspection(of: item.path, layout: .statistics, cancellation: cancellation)
      return .json(try inspection.document.json())
    }
    return .page(try ReportPage(of: item.path, cancellation: cancellation).page(on: .server))
  }

  // MARK: - All sources

  /// Everything with tensors: what was named, and what is in the named folders.
  func everySource() -> [Catalog.Item] {
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

  private func compare(_ request: ServerRequest, _ cancellation: Cancellation) throws -> ServerResponse {
    let (left, right) = (request.query["a"].flatMap(Int.init), request.query["b"].flatMap(Int.init))
    guard let left, let right else {
      let choices = everySource()
      return request.format == .page
        ? .page(ComparisonChoicePage(choices: choices.map(ServerThing.init), left: left, right: right).page)
        : .json(try ServeDocument(choices).json())
    }
    let items = (try source(left), try source(right))
    let opened = (try sources.source(of: items.0), try sources.source(of: items.1))
    let isPage = request.format == .page
    let contrast = try SourceContrast(
      opened.0, opened.1, detailCount: isPage ? SourceContrast.usualDetailCount : 0, cancellation: cancellation)
    guard isPage else {
      return .json(try DiffDocument(contrast.diff, leftPath: items.0.path, rightPath: items.1.path).json())
    }
    let paths = ComparisonPage.Paths(left: items.0.name, right: items.1.name)
    return .page(ComparisonPage(contrast, paths: paths).page(on: .server))
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
    let report = try Doctor.examine([item.path], known: nil, cancellation: cancellation)
    guard request.format == .page else { return .json(try DoctorDocument(report).json()) }
    return .page(DoctorPage(report: report, name: item.name).page)
  }

  private func examination(_ request: ServerRequest, _ cancellation: Cancellation) throws -> ServerResponse {
    guard let upload = request.upload else { return .page(DoctorPage().page) }
    guard !upload.files.isEmpty else {
      throw ServerProblem(400, "No file was sent", "Choose the files of a checkpoint first.")
    }
    let directory = String.temporaryDirectory
    let names = try NamedUploads(in: directory)
    var refused: [String] = []
    for file in upload.files where try !names.add(file.content, name: file.name) { refused.append(file.name) }
    let report = try Doctor.examine([names.path], known: nil, cancellation: cancellation)
    guard request.format == .page else {
      // The names as the sender knows them.
      let text = try DoctorDocument(report).json().text.replacing(names.path + "/", with: "")
        .replacing(names.path, with: ".")
      return .json(JSONText.message(of: text))
    }
    return .page(DoctorPage(report: report, name: nil, directory: names.path, refusedNames: refused).page)
  }
}

extension ServerThing {
  init(_ item: Catalog.Item) {
    self.init(
      id: item.id, name: item.name, kind: Kind(item),
      note: item.kind == .folder ? "folder" : item.byteCount.map(HumanText.bytes) ?? "")
  }
}

extension ServerThing.Kind {
  init(_ item: Catalog.Item) {
    self =
      switch item.kind {
      case .folder: .folder
      case .source: item.path.hasSuffix(".meta") ? .graph : .source
      case .other: .other
      }
  }
}
