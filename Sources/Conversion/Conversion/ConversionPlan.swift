internal import Bytes
package import Messages
public import ModelMapping
internal import TensorFiles
public import Tensors

/// What a conversion will write, under which names, in which layout: everything that is known before data is read.
///
/// The steps: leave out what is not wanted, change to canonical names, fold, change to the requested names, apply
/// rules. Each step is a source that shows the one before it, so tensors change in only one way.
public struct ConversionPlan: Sendable {
  /// One tensor of a conversion.
  public struct Tensor: Sendable {
    /// The tensors of the source that it is made from; none for one that is the same in every model, such as scales of
    /// 1.
    public let origins: [TensorDescriptor]
    /// The tensor as it will be in the output.
    public let target: TensorDescriptor
    /// The rename rules that matched it, from 1; empty without rules.
    public let rules: [Int]
    /// Whether a rule cut it out of a tensor of the source.
    public let isPart: Bool
    /// Whether a rule joined it from several tensors of the source.
    public let isJoined: Bool
    /// The blocks that its elements are quantized to; nil for a tensor that is not quantized.
    let quantization: BlockFormat?
    /// The tensor as the view shows it, cast if its dtype differs from the target's.
    let stored: TensorDescriptor
  }

  /// What is written, sorted by the names in the output; empty if names collide.
  public let tensors: [Tensor]
  /// What is left out, in the source's order.
  public let skipped: [ConversionReport.Skipped]
  /// The scheme that the source's names were recognized as.
  public let detected: NamingScheme?
  /// Floating-point tensors that are not quantized, although that was requested, and why.
  let unquantized: [ConversionReport.Skipped]
  /// Recurrent cells' variables that keep their names, although the requested scheme has others, because part of their
  /// network is unknown.
  public let kept: [NameMap.Kept]
  /// Tensors that would get the same name. If there are any, a conversion does not start.
  public let collisions: [NameCollision]
  /// The numbers of rename rules that match no name, from 1.
  public let unusedRules: [Int]
  /// The tensors that no rename rule matches, under the names that they keep; empty without rules.
  public let unruled: [String]
  /// Tensors that are written although probably only training needs them; empty unless only inference is wanted.
  public let likelyLeftovers: [TrainingLeftover]
  /// The averages that replaced weights; nil if they were not requested.
  package let averages: WeightAverages?
  /// How the tensors compare with Show and Tell.
  public let model: ModelExamination
  /// The scheme of the written names, for tensors that no library's names apply to.
  package let scheme: NamingScheme
  /// How a model of a known family gets the names of another library; nil unless one was requested for such a model.
  package let mapping: PackMapping?
  /// Why the conversion must not start: names that collide, or tensors that do not fit the library; nil if it may.
  package let obstacle: (any DecantError)?
  /// How many averages of weights are left out, because nobody asked for them.
  package let unusedAverageCount: Int
  /// The note on names that several tensors share in their program, so that they are not written under them; nil if
  /// there are none.
  package let sharedNames: SharedObjectNames?
  /// What is odd about the source although every tensor of its list can be read, such as what a module holds besides its weights.
  package let sourceNotes: [Message]
  /// The tensors in their new names and layouts, before casts.
  let view: any TensorSource

  /// Whether tensors keep the layouts that they have in the source, as far as their names show them.
  var keepsLayout: Bool {
    scheme == .keep || !scheme.changesLayout && detected?.changesLayout != true
  }

  /// Whether each tensor of the source is written whole under its own name, so that a network that names them still
  /// finds them.
  var keepsEveryTensor: Bool {
    skipped.isEmpty
      && tensors.allSatisfy { tensor in
        tensor.origins.count == 1 && !tensor.isPart && tensor.origins[0].shape == tensor.target.shape
          && tensor.origins[0].name.equalsInBytes(tensor.target.name)
      }
  }

  /// The names that change, in the order of the source. If several tensors become one, all are there; for a folded
  /// normalization, only its beta, which becomes the bias.
  public var renamed: [NameMap.Renaming] {
    tensors.flatMap { tensor -> [NameMap.Renaming] in
      let name = tensor.target.name
      if tensor.origins.contains(where: { $0.name.equalsInBytes(name) }) { return [] }
      let isFolded = tensor.origins.count > 2 && !tensor.isJoined
      return tensor.origins.prefix(isFolded ? 1 : tensor.origins.count).map {
        NameMap.Renaming(from: $0.name, to: name)
      }
    }.sorted { $0.from.equalsInBytes($1.from) ? $0.to.precedesInBytes($1.to) : $0.from.precedesInBytes($1.from) }
  }

  /// Applies the options to a source's tensors. Reads no data except the scales of another framework's normalizations.
  ///
  /// A tensor that the source could not list is an error here, unless it would be left out by name: a conversion promises that
  /// nothing is lost.
  ///
  /// - Parameters:
  ///   - source: the tensors.
  ///   - options: what to do with them.
  ///   - output: the path of the output, for errors.
  ///   - refusal: why the output's format cannot hold a tensor.
  /// - Throws: any `DecantError`; collisions are a result.
  init(
    _ source: any TensorSource, options: ConversionOptions, output: String, refusal: (TensorDescriptor) -> Message?
  ) throws {
    let format = options.format ?? WeightFormat(path: output)
    if options.quantization != nil, let format, format != .gguf {
      throw ConversionError(.cannotQuantize(format: format.rawValue), file: output)
    }
    let selection = try SourceSelection(source, options: options, output: output)
    var skipped = selection.skipped
    likelyLeftovers = selection.likely
    averages = selection.averages
    unusedAverageCount = selection.unusedAverageCount
    // A cast, because a requirement of the public `TensorSource` would show the notes of this one source to every program.
    let judged = (source as? ObjectNamedSource)?.names(among: selection.kept)
    sharedNames = judged?.shared
    sourceNotes = source.problems.filter { problem in
      problem.severity == .note && !(problem.error is SharedObjectNames) && !TensorFile.keepsBlocks(problem)
    }.map { "\($0.error)" }
    let selected = try Stage(source).showing(selection, as: judged?.names)
    let kept = selected.source.descriptors
    detected = NamingScheme.detect(in: kept)
    let canonical = try? CanonicalSource.make(selected.source)
    var options = options
    var mapping: PackMapping?
    switch try options.library?.route(of: selected.source) {
    case .scheme(let scheme)?: options.names = scheme
    case .pack(let found)?:
      guard !options.foldsBatchNorm else { throw ConversionError(.foldingForLibrary, file: output) }
      mapping = found
      skipped += found.skipped.map { name, reason in
        ConversionReport.Skipped(name: selected.origins(of: name).first ?? name, reason: reason)
      }
      skipped += found.leftOver.map { name, reason in
        ConversionReport.Skipped(name: selected.origins(of: name).first ?? name, reason: reason)
      }
    case nil: break
    }
    self.mapping = mapping
    scheme = options.names
    self.kept = (try? NameMap(kept.map(\.name), scheme: options.names))?.kept ?? []
    var model = KnownModel.showAndTell.examine(canonical?.descriptors ?? kept)
    do {
      let named =
        try mapping.map { mapping in try selected.through { try DerivedSource($0, tensors: mapping.tensors) } }
        ?? Self.name(selected, detected: detected, options)
      let ruled = try options.rename.map { try $0.apply(to: named.source) }
      let shown = try ruled.map { try named.showing($0) } ?? named
      // Rules may lead to the model's names, as those for a cousin do.
      if ruled != nil, !model.isComplete, let canonical = try? CanonicalSource.make(shown.source) {
        model = KnownModel.showAndTell.examine(canonical.descriptors)
      }
      let format = options.format ?? WeightFormat(path: output)
      let last = try shown.through { shown in
        if format?.isCheckpoint == true { return try OutputName.forTensorFlow(shown, from: source) }
        if format == .hdf5, let layers = mapping?.kerasFileLayers { return try OutputName.forKeras(shown, layers) }
        return shown
      }
      let outcomes = Dictionary((ruled?.tensors ?? []).map { (Array($0.name.utf8), $0) }) { first, _ in first }
      for dropped in ruled?.dropped ?? [] {
        let part: Message = dropped.part.map { "part \($0) " } ?? ""
        skipped.append(
          ConversionReport.Skipped(
            name: named.origins(of: dropped.name).first ?? dropped.name,
            reason: "\(part)left out by rule \(dropped.rule)"))
      }
      let blocks = StoredBlocks(of: source)
      var tensors: [Tensor] = []
      var refusals: [Message] = []
      var unquantized: [ConversionReport.Skipped] = []
      for stored in last.source.descriptors {
        let ruledName = Array(last.name(of: stored.name, in: shown).utf8)
        var target = try Self.target(of: stored, dtype: ruled?.dtypes[ruledName] ?? options.dtype)
        let origins = last.origins(of: stored.name).compactMap { source.descriptor(named: $0) }
        // Whether the format has room for a quantized tensor depends on its elements, not on its blocks.
        var judged = target
        if format == .gguf, blocks.typeName(of: target, from: origins) != nil { judged.dtype = .int8 }
        var quantization =
          ruled?.dtypes[ruledName] == nil && FloatFormat(stored.dtype) != nil ? options.quantization : nil
        if let blocks = quantization {
          if let reason = blocks.reasonToKeep(target) {
            quantization = nil
            unquantized.append(ConversionReport.Skipped(name: target.name, reason: reason))
          } else {
            target = try blocks.stored(target)
          }
        }
        if let reason = refusal(judged) {
          refusals.append(reason)
          skipped.append(ConversionReport.Skipped(name: origins.first?.name ?? target.name, reason: reason))
        } else {
          let outcome = outcomes[ruledName]
          tensors.append(
            Tensor(
              origins: origins, target: target, rules: outcome?.rules ?? [], isPart: outcome?.isPart ?? false,
              isJoined: outcome?.isJoined ?? false, quantization: quantization, stored: stored))
        }
      }
      if let place = tensors.firstIndex(where: { ObjectGraphRule.isGraph($0.target) }),
        let reason = ObjectGraphRule.reasonToLeaveOut(tensors, skippedCount: skipped.count)
      {
        refusals.append(reason)
        skipped.append(ConversionReport.Skipped(name: tensors[place].target.name, reason: reason))
        tensors.remove(at: place)
      }
      guard !tensors.isEmpty || source.descriptors.isEmpty else {
        throw ConversionError(.nothingSelected(of: source.descriptors.count, refusal: refusals.first), file: output)
      }
      self.tensors = tensors
      self.unquantized = unquantized.filter { kept in tensors.contains { $0.target.name.equalsInBytes(kept.name) } }
      unusedRules = ruled?.unusedRules ?? []
      unruled = ruled?.untouched ?? []
      collisions = []
      obstacle = mapping?.obstacle(
        acceptsMisfits: options.library?.acceptsMisfits ?? false, file: source.files.first?.path)
      view = last.source
    } catch let collision as NameCollision {
      tensors = []
      unquantized = []
      unusedRules = []
      unruled = []
      collisions = [collision] + collision.others
      obstacle = collision
      view = source
    }
    self.model = model
    let order = Dictionary(
      source.descriptors.enumerated().map { (Array($1.name.utf8), $0) }, uniquingKeysWith: { first, _ in first })
    self.skipped = skipped.sorted { (order[Array($0.name.utf8)] ?? 0) < (order[Array($1.name.utf8)] ?? 0) }
  }

  /// Canonical names, folding, and the requested scheme.
  private static func name(_ selected: Stage, detected: NamingScheme?, _ options: ConversionOptions) throws -> Stage {
    let isThere = options.names == detected && options.names.changesLayout
    if !options.foldsBatchNorm, options.names == .keep || isThere { return selected }
    // A source with other layouts is folded in TensorFlow's layouts, then changed back.
    let source = detected?.changesLayout == true ? detected : nil
    let scheme = options.names == .keep ? source ?? .keep : options.names
    var stage = try selected.through {
      try scheme.changesLayout ? CanonicalSource.make($0) : CanonicalSource.layouts($0).source
    }
    if options.foldsBatchNorm { stage = try stage.through { try BatchNormFolding.fold($0) } }
    return try stage.through { try scheme.show($0) }
  }

  /// A tensor as the output will have it.
  private static func target(of stored: TensorDescriptor, dtype: DType?) throws -> TensorDescriptor {
    var target = stored
    target.location = nil
    target.sliceCount = 1
    guard let dtype, dtype != stored.dtype, FloatCast.casts(stored.dtype, to: dtype),
      let byteCount = stored.shape.byteCount(of: dtype)
    else { return target }
    target.dtype = dtype
    target.byteCount = byteCount
    return target
  }
}

/// A source at one stage, and how far it is from the one that was opened.
private struct Stage {
  let source: any TensorSource
  private let depth: Int

  /// The source that was opened.
  init(_ source: any TensorSource) {
    self.init(source, depth: 0)
  }

  private init(_ source: any TensorSource, depth: Int) {
    self.source = source
    self.depth = depth
  }

  /// The next stage; `show` wraps the source or returns it as it is.
  func through(_ show: (any TensorSource) throws -> any TensorSource) throws -> Stage {
    let next = try show(source)
    // Each step wraps its source once, or returns it.
    return Stage(next, depth: Self.layerCount(of: next) > Self.layerCount(of: source) ? depth + 1 : depth)
  }

  private static func layerCount(of source: any TensorSource) -> Int {
    source.underlying.map { 1 + layerCount(of: $0) } ?? 0
  }

  /// The name that a tensor of this stage has in an earlier one, which this one renamed at most once.
  func name(of tensor: String, in earlier: Stage) -> String {
    depth > earlier.depth ? source.operands(of: tensor).first ?? tensor : tensor
  }

  /// Some of the tensors, under other names if `names` has them.
  func showing(_ selection: SourceSelection, as names: [String]? = nil) throws -> Stage {
    let given = selection.kept.map(\.name)
    let names = names ?? given
    guard given.count < source.descriptors.count || names != given else { return self }
    let shown = try DerivedSource(source, tensors: Array(zip(names, selection.expressions)))
    return Stage(shown, depth: depth + 1)
  }

  /// The tensors under the names that rules gave them.
  func showing(_ ruled: RenameRules.Outcome) throws -> Stage {
    Stage(try DerivedSource(source, tensors: ruled.tensors.map { ($0.name, $0.expression) }), depth: depth + 1)
  }

  /// The names, in the source that was opened, of the tensors that a tensor is made from, each once.
  func origins(of name: String) -> [String] {
    var names = [name]
    var layer: any TensorSource = source
    for _ in 0..<depth {
      guard let underlying = layer.underlying else { break }
      names = names.flatMap(layer.operands)
      layer = underlying
    }
    var seen: Set<[UInt8]> = []
    return names.filter { seen.insert(Array($0.utf8)).inserted }
  }
}
