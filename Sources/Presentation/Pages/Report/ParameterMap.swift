internal import Essentials
internal import Inspection
internal import Markup
internal import Messages
internal import Tensors

/// Where the parameters are: a tree map of scopes within scopes, each box as large as its share and linked to its tensor or scope, and the
/// same scopes as a table.
struct ParameterMap {
  /// A scope that the map shows.
  private struct Entry {
    let scope: Scope
    let name: String
    let depth: Int
  }

  private let total: Int
  private let separator: String
  /// Where a tensor is described on the page; nil if it has no row of its own.
  private let address: (TensorDescriptor) -> HTML?
  private var entries: [Entry] = []
  private var boxCount = 0
  private var content: HTML = ""

  private static let width = 1120.0
  private static let height = 560.0
  /// Smaller boxes are merged into one.
  private static let minimumArea = 90.0
  /// Up to this many boxes are drawn; the rest is not divided further.
  private static let maximumBoxCount = 1500
  /// Scopes within scopes are drawn this deep.
  private static let maximumDepth = 6
  static let hueCount = 8

  /// A map of the tensors with numbers.
  init(_ tree: ScopeTree, address: @escaping (TensorDescriptor) -> HTML?) {
    total = tree.root.parameterCount
    separator = tree.separator
    self.address = address
    guard total > 0 else { return }
    draw(
      opened(tree.root).scope, in: TreemapLayout.Box(x: 0, y: 0, width: Self.width, height: Self.height), depth: 0,
      hue: nil)
  }

  /// The map and the table.
  var html: HTML {
    guard total > 0 else { return "<p>No tensor here has numbers.</p>" }
    return """
      <figure class="treemap"><div class="scroll" tabindex="0" role="group" aria-label="Map of the parameters">\
      <svg role="group" aria-labelledby="map-name map-description" viewBox="0 0 \(at: Self.width) \(at: Self.height)" \
      width="\(at: Self.width)" height="\(at: Self.height)"><title id="map-name">Map of the parameters</title>\
      <desc id="map-description">\(HumanText.grouped(total)) parameters as an area. Each box is a scope or a tensor, as large as its \
      share. The table after the map has the same numbers.</desc>\(content)</svg></div>\
      <figcaption>Each box is as large as its share of \(HumanText.count(total, "parameter")), and links to its tensor or \
      scope.</figcaption></figure>
      \(table)
      """
  }

  private var table: HTML {
    guard !entries.isEmpty else { return "" }
    let rows = entries.enumerated().map { index, entry -> HTML in
      let scope = entry.scope
      let share = 100 * Double(scope.parameterCount) / Double(max(1, total))
      return """
        <tr id="s\(index)"><th scope="row" class="in\(min(entry.depth, Self.maximumDepth))">\(HTML.name(entry.name, limit: 80))\(separator)</th>\
        <td class="number">\(HumanText.grouped(scope.tensorCount))</td>\
        <td class="number">\(HumanText.grouped(scope.parameterCount))</td>\
        <td class="number">\(HumanText.percent(share)) %</td>\
        <td><svg class="share" aria-hidden="true" viewBox="0 0 100 8" width="100" height="8"><rect class="bar" width="\(at: share)" \
        height="8"/></svg></td>\
        <td class="number">\(HumanText.bytes(scope.byteCount))</td></tr>

        """
    }
    return """
      <div class="scroll tall" tabindex="0" role="group" aria-label="Scopes"><table>
      <caption>The scopes of the map, in order of size</caption>
      <thead><tr><th scope="col">scope</th><th scope="col" class="number">tensors</th><th scope="col" class="number">parameters</th>\
      <th scope="col" class="number">share</th><td></td><th scope="col" class="number">bytes</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>
      """
  }

  // MARK: - Drawing

  private enum Item {
    case scope(Scope, name: String)
    case tensor(Scope.Leaf)

    var parameterCount: Int {
      switch self {
      case .scope(let scope, _): scope.parameterCount
      case .tensor(let leaf): leaf.descriptor.dtype.byteCount == nil ? 0 : leaf.descriptor.shape.elementCount
      }
    }
  }

  /// A scope that holds only another scope shares its box.
  private func opened(_ scope: Scope) -> (scope: Scope, name: String) {
    var (inner, name) = (scope, scope.name)
    while inner.tensors.isEmpty, inner.scopes.count == 1 {
      inner = inner.scopes[0]
      name += name.isEmpty ? inner.name : separator + inner.name
    }
    return (inner, name)
  }

  private mutating func draw(_ scope: Scope, in box: TreemapLayout.Box, depth: Int, hue: Int?) {
    var items = scope.scopes.map { scope -> Item in
      let (inner, name) = opened(scope)
      return .scope(inner, name: name)
    }
    items += scope.tensors.map { .tensor($0) }
    items = items.filter { $0.parameterCount > 0 }.sorted { $0.parameterCount > $1.parameterCount }
    let unit = box.area / Double(max(1, scope.parameterCount))
    let shownCount = items.prefix { Double($0.parameterCount) * unit >= Self.minimumArea }.count
    // A single small item is shown itself, not as a box for one item.
    let split = items.count - shownCount <= 1 ? items.count : shownCount
    let small = items[split...]
    var weights = items[..<split].map { Double($0.parameterCount) }
    let smallWeight = small.reduce(0.0) { $0 + Double($1.parameterCount) }
    if smallWeight > 0 { weights.append(smallWeight) }
    // The box for all small items may be larger than others.
    let order = weights.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }
    let boxes = TreemapLayout.boxes(for: order.map { weights[$0] }, in: box)
    for (place, box) in zip(order, boxes) {
      let hue = hue ?? min(place, Self.hueCount - 1)
      guard place < split else {
        drawSmall(small.count, Int(smallWeight), of: scope, in: box, hue: hue)
        continue
      }
      switch items[place] {
      case .tensor(let leaf): drawTensor(leaf, in: box, hue: hue)
      case .scope(let inner, let name): drawScope(inner, name, in: box, depth: depth, hue: hue)
      }
    }
  }

  private mutating func drawScope(_ scope: Scope, _ name: String, in box: TreemapLayout.Box, depth: Int, hue: Int) {
    // A kernel with a few small tensors beside it, such as a normalization's, is one box: the kernel's.
    if let kernel = Self.kernel(of: scope) {
      addBox(
        box, class: "leaf", hue: hue, address: address(kernel.descriptor),
        title: "\(Self.title(kernel.descriptor)), in a scope of \(sizes(scope.parameterCount))",
        label: "\(.name(name, limit: 40))")
      return
    }
    let index = entries.count
    entries.append(Entry(scope: scope, name: scope.path.isEmpty ? name : scope.path, depth: depth))
    let isDivided =
      box.area > 900 && box.width > 24 && box.height > 24 && depth < Self.maximumDepth
      && boxCount < Self.maximumBoxCount
    addBox(
      box, class: isDivided ? "scope" : "leaf", hue: hue, address: "#s\(index)",
      title:
        "\(.name(scope.path, limit: 80))\(separator): \(sizes(scope.parameterCount)), \(HumanText.count(scope.tensorCount, "tensor"))",
      label: "\(.name(name, limit: 40))", isBold: isDivided)
    guard isDivided else { return }
    let head = box.height > 40 && box.width > 40 ? 17.0 : 3.0
    // If one scope is nearly everything, coloring its parts is more informative.
    let isMost = 2 * scope.parameterCount > total
    draw(
      scope, in: TreemapLayout.Box(x: box.x + 3, y: box.y + head, width: box.width - 6, height: box.height - head - 3),
      depth: depth + 1, hue: isMost ? nil : hue)
  }

  /// The tensor that makes up at least nineteen twentieths of a scope; nil if there is none.
  private static func kernel(of scope: Scope) -> Scope.Leaf? {
    scope.tensors.first {
      Item.tensor($0).parameterCount >= scope.parameterCount - scope.parameterCount / 20
    }
  }

  private mutating func drawTensor(_ leaf: Scope.Leaf, in box: TreemapLayout.Box, hue: Int) {
    let descriptor = leaf.descriptor
    addBox(
      box, class: "leaf", hue: hue, address: address(descriptor),
      title: Self.title(descriptor) + ", \(sizes(descriptor.shape.elementCount))",
      label: "\(.name(leaf.name, limit: 40))")
  }

  private static func title(_ descriptor: TensorDescriptor) -> Message {
    "\(.name(descriptor.name, limit: 80)): \(descriptor.dtype) \(.shape(descriptor))"
  }

  private mutating func drawSmall(
    _ count: Int, _ parameterCount: Int, of scope: Scope, in box: TreemapLayout.Box, hue: Int
  ) {
    let index = entries.lastIndex { $0.scope.path == scope.path }
    addBox(
      box, class: "leaf small", hue: hue, address: index.map { "#s\($0)" } ?? "#tensors",
      title: "\(HumanText.grouped(count)) smaller: \(sizes(parameterCount))",
      label: "\(HumanText.grouped(count)) smaller")
  }

  private func sizes(_ count: Int) -> Message {
    "\(HumanText.count(count, "parameter")) (\(HumanText.percent(100 * Double(count) / Double(max(1, total)))) %)"
  }

  private mutating func addBox(
    _ box: TreemapLayout.Box, class kind: HTML, hue: Int, address: HTML?, title: Message, label: Message,
    isBold: Bool = false
  ) {
    boxCount += 1
    let gap = min(1, box.width / 8, box.height / 8)
    let rectangle: HTML = """
      <rect class="\(kind) h\(hue)" x="\(at: box.x + gap / 2)" y="\(at: box.y + gap / 2)" width="\(at: box.width - gap)" \
      height="\(at: box.height - gap)"/>
      """
    // 6.3 units per letter on average.
    let room = Int((box.width - 8) / 6.3)
    let isLabelled = room >= 3 && box.height >= 15
    let cut = label.text.count > room ? "\(label.prefix(max(1, room - 1)))…" as Message : label
    let text: HTML =
      isLabelled
      ? "<text\(isBold ? " class=\"bold\"" : "" as HTML) x=\"\(at: box.x + 5)\" y=\"\(at: box.y + 13)\">\(cut)</text>"
      : ""
    // Everything that is linked here is linked from the tables too, where a keyboard reaches it in order.
    content +=
      address.map { "<a tabindex=\"-1\" href=\"\($0)\"><title>\(title)</title>\(rectangle)\(text)</a>" }
      ?? "<g><title>\(title)</title>\(rectangle)\(text)</g>"
  }
}
