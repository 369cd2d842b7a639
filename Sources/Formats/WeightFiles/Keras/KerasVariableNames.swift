internal import Bytes
internal import Files
internal import Tensors

/// The names that Keras gives to the variables of an archive, worked out from their paths in the HDF5 file and from `config.json`.
///
/// A variable is stored as `layers/lstm/cell/vars/1`: by attributes of its owners, or by their classes if a list has them, and by its number.
/// Keras calls it `encoder/lstm_cell/recurrent_kernel`: by the names of its owners, and by its own. In a functional model, names begin
/// with the layer's, whichever models it is in; in a sequential model of Keras 3 with the model's.
///
/// Known names cannot tell that a sequential model without an input shape was within another sequential model when its layers made their
/// variables; Keras then puts the name of the outer one first. Layers of other classes keep the paths within them.
/// - Source: Keras 3.15, `_save_state` in `saving/saving_lib.py`, `utils/naming.py`, `Variable.path`.
struct KerasVariableNames {
  /// What is known of a layer, by the path of its group.
  private struct Layer {
    /// What its variables' names begin with.
    let prefix: String
    /// Its variables in order, if its class is known.
    let variables: [String]?
    /// The name of the layer that the model lists.
    let listed: String
    /// Whether it may have no variables at all.
    var isOptional = false
  }

  /// A variable.
  struct Variable: Equatable {
    let name: String
    /// The name of the layer that the model lists.
    let layer: String
  }

  private let generation: KerasGeneration
  private var layers: [ByteString: Layer] = [:]
  /// The paths of the groups, in the order of the model.
  private var order: [ByteString: Int] = [:]

  /// The paths of variables by their names, and the paths of layers' groups by what their variables' names begin with.
  private var byName: [ByteString: [String]] = [:]
  private var byPrefix: [ByteString: [String]] = [:]

  /// The names in a model.
  init(of model: KerasConfig, _ generation: KerasGeneration) {
    self.generation = generation
    visitModel(model, at: "", listed: nil)
    for (group, layer) in layers {
      let group = String(decoding: group.bytes, as: UTF8.self)
      byPrefix[ByteString(layer.prefix), default: []].append(group)
      for (number, variable) in (layer.variables ?? []).enumerated() {
        byName[ByteString(layer.prefix + variable), default: []].append("\(group)/vars/\(number)")
      }
    }
  }

  /// The variables at these paths that have names of their own, by path. No two have the same name, or one that is another's path.
  func variables(at paths: [String]) -> [ByteString: Variable] {
    var counts: [String: Int] = [:]
    for path in paths { counts[path.directoryPart, default: 0] += 1 }
    var found: [ByteString: Variable] = [:]
    var uses: [ByteString: Int] = [:]
    for path in paths {
      let variable = variable(at: path, of: counts[path.directoryPart] ?? 0)
      found[ByteString(path)] = variable
      uses[ByteString(variable?.name ?? path), default: 0] += 1
    }
    return found.filter { uses[ByteString($0.value.name)] == 1 }
  }

  /// The places of the variables at these paths among the weights of the model, by path. Empty if a layer of an unknown class has layers of
  /// its own, whose order nothing tells.
  func weights(at paths: [String]) -> [ByteString: KerasWeight] {
    let names = variables(at: paths)
    var found: [(layer: Int, isUntrained: Int, group: Int, number: Int, path: String, listed: String)] = []
    var listedOrder: [ByteString: Int] = [:]
    for (group, layer) in layers {
      let key = ByteString(layer.listed)
      listedOrder[key] = min(listedOrder[key] ?? .max, order[group] ?? .max)
    }
    for path in paths where !Self.isOfTraining(path) {
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count > 1, parts[parts.count - 2] == "vars", let number = Int(parts[parts.count - 1]) else {
        return [:]
      }
      let group = parts.dropLast(2).joined(separator: "/")
      // The state of a random generator is no weight.
      if group.hasSuffix("seed_generator") { continue }
      guard !group.isEmpty else {
        found.append((.max, 0, 0, number, path, KerasWeight.modelGroup))
        continue
      }
      // A layer within the layer has its kernel as its own, too.
      guard let layer = layers[ByteString(group)], layer.variables?.contains("vars/0") != true else { return [:] }
      let name = (names[ByteString(path)]?.name ?? "").split(separator: "/").last ?? ""
      found.append(
        (
          listedOrder[ByteString(layer.listed)] ?? .max, KerasWeight.isTrained(name) ? 0 : 1,
          order[ByteString(group)] ?? .max, number, path, layer.listed
        ))
    }
    let sorted = found.sorted {
      ($0.layer, $0.isUntrained, $0.group, $0.number) < ($1.layer, $1.isUntrained, $1.group, $1.number)
    }
    return Dictionary(
      sorted.enumerated().map { place, item in
        let key = ByteString(item.path)
        return (key, KerasWeight(group: item.listed, name: names[key]?.name ?? item.path, order: place))
      }
    ) { first, _ in first }
  }

  /// Whether a variable belongs to the optimizer or to a metric, which are no weights of the model.
  private static func isOfTraining(_ path: String) -> Bool {
    path.hasPrefix("optimizer/") || path.hasPrefix("metrics/")
  }

  /// The path of the variable that has this name; nil if the model has none.
  func path(of name: String) -> String? {
    let found = byName[ByteString(name)] ?? []
    if found.count == 1 { return found[0] }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count > 1, parts[parts.count - 2] == "vars" else { return nil }
    // A path within the nearest layer whose name the name begins with, or a path in the file.
    for length in stride(from: parts.count - 2, to: 0, by: -1) {
      let groups = byPrefix[ByteString(parts[..<length].joined(separator: "/") + "/")] ?? []
      if groups.count == 1 { return "\(groups[0])/\(parts[length...].joined(separator: "/"))" }
    }
    return name
  }

  /// The paths of variables that a model must have, with their names, sorted by path.
  ///
  /// A `Normalization` may have none, if its numbers are settings.
  var ownPaths: [(path: String, name: String)] {
    var paths: [(path: String, name: String)] = []
    for (group, layer) in layers where !layer.isOptional {
      let group = String(decoding: group.bytes, as: UTF8.self)
      for (number, variable) in (layer.variables ?? []).enumerated() {
        paths.append(("\(group)/vars/\(number)", layer.prefix + variable))
      }
    }
    return paths.sorted { $0.path.precedesInBytes($1.path) }
  }

  private func variable(at path: String, of count: Int) -> Variable? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count > 2, parts[parts.count - 2] == "vars" else { return nil }
    // The nearest owner that is known.
    for length in stride(from: parts.count - 2, to: 0, by: -1) {
      guard let layer = layers[ByteString(parts[..<length].joined(separator: "/"))] else { continue }
      if length == parts.count - 2, let variables = layer.variables, variables.count == count,
        let number = Int(parts[parts.count - 1]), variables.indices.contains(number)
      {
        return Variable(name: layer.prefix + variables[number], layer: layer.listed)
      }
      return Variable(name: layer.prefix + parts[length...].joined(separator: "/"), layer: layer.listed)
    }
    return nil
  }

  // MARK: - The tree of layers

  /// The layers of a model; `listed` is the name of the layer that the outermost model lists, nil for that model itself.
  private mutating func visitModel(_ model: KerasConfig, at path: String, listed: String?) {
    let isNamed = model.className == "Sequential" && !generation.isKeras2
    let prefix = isNamed ? (model.name.map { "\($0)/" } ?? "") : ""
    let group = generation.layersGroup
    visitList(
      (model.parts["layers"] ?? []).filter { !$0.isOperation }, at: path.isEmpty ? group : "\(path)/\(group)",
      prefix: prefix, listed: listed)
  }

  /// Layers in a list, whose groups are named by their classes.
  private mutating func visitList(_ list: [KerasConfig], at path: String, prefix: String, listed: String?) {
    var uses: [String: Int] = [:]
    for layer in list {
      let name = Self.snakeCase(KerasLayerRules.namesInPython[layer.className] ?? layer.className)
      let use = uses[name, default: 0]
      uses[name] = use + (generation.countsTwice && generation.variables(of: layer)?.isEmpty != true ? 2 : 1)
      visit(layer, at: "\(path)/\(use == 0 ? name : "\(name)_\(use)")", prefix: prefix, listed: listed)
    }
  }

  /// `affix` precedes the layer's name; nil if its variables have the name of the layer around it instead.
  private mutating func visit(
    _ layer: KerasConfig, at path: String, prefix: String, affix: String? = "", listed: String?
  ) {
    guard let name = layer.name, !name.isEmpty else { return }
    let listed = listed ?? name
    let own = affix.map { "\(prefix)\($0)\(name)/" } ?? prefix
    add(
      Layer(
        prefix: own, variables: generation.variables(of: layer), listed: listed,
        isOptional: layer.className == "Normalization"), at: path)
    if layer.parts["layers"] != nil { return visitModel(layer, at: path, listed: listed) }
    guard layer.isBuiltIn else { return }
    if let cell = generation.cellPrefix(of: layer.className) {
      let variables = KerasLayerRules.cell.filter { $0.condition.holds(for: layer) }.map(\.name)
      add(Layer(prefix: own + cell, variables: variables, listed: listed), at: "\(path)/cell")
    }
    for projection in KerasLayerRules.projections[layer.className] ?? [] where projection.condition.holds(for: layer) {
      let variables = KerasLayerRules.kernelAndBias.filter { $0.condition.holds(for: layer) }.map(\.name)
      add(
        Layer(prefix: "\(own)\(projection.name)/", variables: variables, listed: listed),
        at: "\(path)/\(generation.attribute(of: projection))")
    }
    visitParts(of: layer, at: path, prefix: own, listed: listed)
  }

  private mutating func add(_ layer: Layer, at path: String) {
    layers[ByteString(path)] = layer
    order[ByteString(path)] = order.count
  }

  private mutating func visitParts(of layer: KerasConfig, at path: String, prefix: String, listed: String) {
    func part(_ key: String) -> KerasConfig? { layer.parts[key]?.first }
    switch layer.className {
    case "RNN":
      if let cell = part("cell") { visit(cell, at: "\(path)/cell", prefix: prefix, listed: listed) }
    case "StackedRNNCells":
      visitList(layer.parts["cells"] ?? [], at: "\(path)/cells", prefix: prefix, listed: listed)
    case "TimeDistributed", "SpectralNormalization":
      guard let inner = part("layer") else { return }
      visit(inner, at: "\(path)/layer", prefix: prefix, affix: generation.isKeras2 ? nil : "", listed: listed)
    case "Bidirectional":
      // Keras 2 describes the backward layer only if it is not a copy of the forward one, and names both when it makes them.
      guard let forward = part("layer"), let backward = part("backward_layer") ?? (generation.isKeras2 ? forward : nil)
      else { return }
      for (direction, layer) in [("forward", forward), ("backward", backward)] {
        visit(
          layer, at: "\(path)/\(direction)_layer", prefix: prefix, affix: generation.isKeras2 ? "\(direction)_" : "",
          listed: listed)
      }
    default: break
    }
  }

  /// A class's name as Keras writes it in paths: `Conv2DTranspose` becomes `conv2d_transpose`.
  static func snakeCase(_ name: String) -> String {
    name.replacing(/\W+/, with: "")
      .replacing(/(.)([A-Z][a-z]+)/) { "\($0.1)_\($0.2)" }
      .replacing(/([a-z])([A-Z])/) { "\($0.1)_\($0.2)" }
      .lowercased()
  }
}
