internal import Inspection
internal import Pages
internal import Tensors
internal import Threads

extension Router {
  /// The maximum number of values in a document.
  private static let valueCount = 10_000

  /// The values of a tensor, a part of them at a time.
  func tensor(
    _ index: Int, of item: Catalog.Item, _ request: ServerRequest, _ cancellation: Cancellation
  ) throws -> ServerResponse {
    let source = try sources.source(of: item)
    guard source.descriptors.indices.contains(index) else { throw ServerProblem.notFound }
    let descriptor = source.descriptors[index]
    // Numbers that are out of range are replaced by the nearest valid ones.
    func number(_ name: String, default usual: Int = 0) -> Int {
      min(max(Int(request.query[name] ?? "") ?? usual, 0), Int.max / 2)
    }
    let (row, column) = (number("row"), number("column"))
    var rowCount = descriptor.shape.rank > 1 ? TensorPage.rowsPerPage : TensorPage.rowsPerPage * 2
    var columnCount = TensorPage.columnsPerPage
    if request.format != .page {
      columnCount = min(max(number("columns", default: columnCount), 1), Self.valueCount)
      // A vector, or a tensor with few columns, may show more rows.
      let across = descriptor.shape.rank > 1 ? min(columnCount, max(descriptor.shape.dimensions.last ?? 1, 1)) : 1
      rowCount = min(max(number("rows", default: rowCount), 1), max(Self.valueCount / across, 1))
    }
    let table = try ValueTable(
      of: descriptor, in: source, rows: row..<row + rowCount, columns: column..<column + columnCount
    ) { try cancellation.check() }
    guard request.format == .page else {
      var document = InspectDocument(path: item.path)
      document.values = InspectDocument.Values(table)
      return .json(try document.json())
    }
    return .page(TensorPage(id: item.id, sourceName: item.name, index: index, table: table).page)
  }
}
