internal import Bytes
internal import Messages
internal import Tensors

/// A regular change of all names of a model, which leads from a cousin's to im2txt's.
struct NameChange: Sendable, Equatable {
  /// Which weights are read from the averages that training keeps.
  enum Averages: Sendable, Equatable { case none, all }

  /// The layers beside the image network: their variables as im2txt calls them, and as other programs do.
  private static let layers: [[[String]]] = [
    [["image_embedding/weights"], ["image_embedding/kernel"]],
    [["seq_embedding/map"], ["seq_embedding/embeddings"], ["seq_embedding/embedding_map"]],
    [["logits/weights", "logits/biases"], ["logits/kernel", "logits/bias"]],
  ]
  /// Kernel and bias of the cells that compute what `BasicLSTMCell` does, from the cell's scope on.
  private static let cells: [(kernel: String, bias: String)] = NamingEra.allCases.flatMap { era in
    [
      (era.kernelSuffix, era.biasSuffix),
      ["LSTMCell/W_0", "lstm_cell/weights", "lstm_cell/kernel"][era.index].withBias(
        ["LSTMCell/B", "lstm_cell/biases", "lstm_cell/bias"][era.index]),
    ]
  }
  private static let averageSuffix = "/ExponentialMovingAverage"
  private static let outputSuffix = ":0"
  private static let networkScope = "\(InceptionV3Layers.scope)/"
  /// A variable of the image network whose ending is unique in it.
  private static let anchor = "Mixed_5b/Branch_0/Conv2d_0a_1x1/weights"
  private static let statisticAnchor = "Mixed_5b/Branch_0/Conv2d_0a_1x1/BatchNorm/moving_mean"
  /// At most this many places where a model may be are examined.
  private static let maximumPlaceCount = 8

  let hasOutputSuffix: Bool
  let averages: Averages
  /// The scope before the whole name of an average, with its slash.
  let averageScope: String
  /// The prefix of everything except what is in other scopes, with its slash.
  let prefix: String
  /// The scope of the image network, after the prefix if it has that, with its slash.
  let network: String
  /// Kernel and bias of the LSTM without the prefix.
  let kernel: String
  let bias: String
  /// Other spellings of the rest, and im2txt's.
  let spellings: [(from: String, to: String)]

  static func == (left: Self, right: Self) -> Bool { left.rulesJSON == right.rulesJSON }

  /// The changes that the names suggest.
  ///
  /// - Parameters:
  ///   - descriptors: the tensors.
  ///   - averages: whether the weights are read from averages.
  /// - Returns: each change that all layers beside the image network allow.
  static func candidates(_ descriptors: [TensorDescriptor], averages: Averages) -> [NameChange] {
    let names = descriptors.map(\.name)
    let outputCount = names.count { $0.hasSuffix(outputSuffix) }
    let hasOutputSuffix = outputCount * 2 > names.count
    let plain = hasOutputSuffix ? names.map { drop(outputSuffix, from: $0) } : names
    guard averages == .all else {
      return candidates(plain, hasOutputSuffix: hasOutputSuffix, averages: .none, averageScope: "")
    }
    let averaged = plain.filter { $0.hasSuffix(averageSuffix) }.map { drop(averageSuffix, from: $0) }
    // The names of averages in a scope begin with that scope, before the whole name; statistics are not averaged.
    let statistics = prefixes(of: [statisticAnchor], in: plain.map { drop(averageSuffix, from: $0) })
    let scopes = prefixes(of: [anchor], in: averaged).flatMap { network in
      statistics.filter { network.hasSuffix($0) }.map { String(network.dropLast($0.count)) }
    }.filter { $0.isEmpty || $0.hasSuffix("/") }
    return Set(scopes).sorted().flatMap { scope in
      candidates(
        averaged.filter { $0.hasPrefix(scope) }.map { String($0.dropFirst(scope.count)) },
        hasOutputSuffix: hasOutputSuffix, averages: .all, averageScope: scope)
    }
  }

  // The names are those of variables that training changes, without their common ending and without the scope of
  // averages.
  private static func candidates(
    _ names: [String], hasOutputSuffix: Bool, averages: Averages, averageScope: String
  ) -> [NameChange] {
    let present = Set(names.map(ByteString.init))
    let networks = prefixes(of: [anchor], in: names)
    var result: [NameChange] = []
    for prefix in prefixes(of: layers[1].flatMap(\.self), in: names) {
      let spelled = layers.compactMap { layer in
        layer.first { $0.allSatisfy { present.contains(ByteString(prefix + $0)) } }
      }
      guard spelled.count == layers.count else { continue }
      let spellings = zip(spelled, layers).flatMap { found, layer in zip(found, layer[0]) }.filter { $0.0 != $0.1 }
      for network in networks {
        for (kernel, bias) in cellNames(in: names, prefix: prefix, present) {
          result.append(
            NameChange(
              hasOutputSuffix: hasOutputSuffix, averages: averages, averageScope: averageScope, prefix: prefix,
              network: network.hasPrefix(prefix) ? String(network.dropFirst(prefix.count)) : network,
              kernel: kernel, bias: bias, spellings: spellings.map { (from: $0.0, to: $0.1) }))
        }
      }
    }
    return result
  }

  private static func prefixes(of ends: [String], in names: [String]) -> [String] {
    let found = names.compactMap { name in
      ends.first { hasEnd($0, name) }.map { String(name.dropLast($0.count)) }
    }
    return found.count > maximumPlaceCount ? [] : found
  }

  /// Kernels with their biases, under the prefix; none with peepholes, which im2txt's cell does not have.
  private static func cellNames(
    in names: [String], prefix: String, _ present: Set<ByteString>
  ) -> [(kernel: String, bias: String)] {
    var found: [(String, String)] = []
    for name in names where name.hasPrefix(prefix) {
      let inner = name.dropFirst(prefix.count)
      for cell in cells where hasEnd(cell.kernel, inner) {
        let scope = inner.dropLast(cell.kernel.count)
        let cellScope = scope + (cell.kernel.split(separator: "/").first.map { $0 + "/" } ?? "")
        let diagonals = ["w_f_diag", "W_F_diag"].map { prefix + cellScope + $0 }
        guard present.contains(ByteString(prefix + scope + cell.bias)),
          !diagonals.contains(where: { present.contains(ByteString($0)) })
        else { continue }
        found.append((String(inner), scope + cell.bias))
      }
      if found.count > maximumPlaceCount { return [] }
    }
    return found
  }

  private static func hasEnd(_ end: String, _ name: some StringProtocol) -> Bool {
    guard name.hasSuffix(end) else { return false }
    let rest = name.dropLast(end.count)
    return rest.isEmpty || rest.hasSuffix("/")
  }

  private static func drop(_ suffix: String, from name: String) -> String {
    name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name
  }

  /// Whether a name is that of an average, with or without the ending of an output.
  static func isAveraged(_ name: String) -> Bool { drop(outputSuffix, from: name).hasSuffix(averageSuffix) }

  /// Whether training changes a variable without an optimizer, so that it is never averaged.
  static func isStatistic(_ name: String) -> Bool {
    name.hasSuffix("/moving_mean") || name.hasSuffix("/moving_variance")
  }

  // MARK: - Names

  /// im2txt's name.
  func name(of name: String) -> String {
    var name = name
    if hasOutputSuffix { name = Self.drop(Self.outputSuffix, from: name) }
    if averages == .all, name.hasSuffix(Self.averageSuffix) {
      name = Self.drop(Self.averageSuffix, from: name)
      if name.hasPrefix(averageScope) { name.removeFirst(averageScope.count) }
    }
    if name.hasPrefix(prefix) { name.removeFirst(prefix.count) }
    if network.isEmpty {
      if name.hasPrefix("Conv2d_") || name.hasPrefix("Mixed_") { name = Self.networkScope + name }
    } else if name.hasPrefix(network) {
      name = Self.networkScope + name.dropFirst(network.count)
    }
    for (from, to) in renamings where name == from || name.hasPrefix(from + "/") {
      return to + name.dropFirst(from.count)
    }
    return name
  }

  /// Complete names of variables that change, with everything that continues them.
  private var renamings: [(from: String, to: String)] {
    let cell = [(kernel, CellLayout.canonicalKernel), (bias, CellLayout.canonicalBias)]
    return (cell + spellings).filter { $0.0 != $0.1 }.map { (from: $0.0, to: $0.1) }
  }

  /// The same change as rename rules; each applies to the results of those before it.
  var rulesJSON: String {
    var rules: [(match: String, replace: String)] = []
    if hasOutputSuffix { rules.append((":0$", "")) }
    if averages == .all, averageScope.isEmpty {
      rules.append(("\(Self.averageSuffix)$", ""))
    } else if averages == .all {
      rules.append(("^(?:\(Self.escaped(averageScope)))?(.*)\(Self.averageSuffix)$", "$1"))
    }
    if !prefix.isEmpty { rules.append(("^\(Self.escaped(prefix))", "")) }
    if network.isEmpty {
      rules.append(("^(Conv2d_|Mixed_)", "\(Self.networkScope)$1"))
    } else if network != Self.networkScope {
      rules.append(("^\(Self.escaped(network))", Self.networkScope))
    }
    rules += renamings.map { ("^\(Self.escaped($0.from))(/|$)", "\($0.to)$1") }
    let items = rules.map { rule in
      JSONText.object([
        (key: "match", value: JSONText.string(rule.match)), (key: "replace", value: JSONText.string(rule.replace)),
      ])
    }
    return "{\"rules\":[\(items.joined(separator: ","))]}"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if "\\.+*?()[]{}|^$".unicodeScalars.contains(scalar) { result.unicodeScalars.append("\\") }
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  /// What differs, in words.
  var differences: [Message] {
    var words: [Message] = []
    if !prefix.isEmpty { words.append("the prefix '\(prefix)'") }
    if averages == .all {
      let scope: Message = averageScope.isEmpty ? "" : " and '\(averageScope)' before it"
      words.append("'\(Self.averageSuffix)' at the end\(scope)")
    }
    if hasOutputSuffix { words.append("'\(Self.outputSuffix)' at the end") }
    if network.isEmpty {
      words.append("no '\(Self.networkScope)' before the image network")
    } else if network != Self.networkScope {
      words.append("'\(network)' for '\(Self.networkScope)'")
    }
    return words + renamings.filter { $0.from != bias }.map { "'\($0.from)' for '\($0.to)'" }
  }
}

extension String {
  fileprivate func withBias(_ bias: String) -> (kernel: String, bias: String) { (self, bias) }
}
