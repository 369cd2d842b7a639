internal import Tensors

/// Which model a file has, and under which library's names.
package struct PackRecognition: Sendable {
  /// The family.
  package let pack: ModelPack
  /// The index of the library whose names the file has.
  package let library: Int
  /// The network, with the class of the file's library.
  let network: PackNetwork
  /// What precedes the model's names in the file.
  package let prefix: String
  /// How many of the required tensors exist.
  package private(set) var presentCount = 0
  /// The required tensors that do not exist.
  package private(set) var missing: [String] = []
  /// The optional parts of which at least one tensor exists.
  package private(set) var parts: Set<String> = []

  /// Tensors that exist although a model need not have them, such as those of heads.
  private var optionalCount = 0
  /// Tensors whose shapes are not those of the network.
  private var misfitCount = 0

  /// The variant's name; nil if the family has only one.
  package var variant: String? { network.variant.name }

  /// The best network of a pack for some tensors; nil if no network has more than half of its tensors.
  ///
  /// - Parameters:
  ///   - pack: the pack.
  ///   - library: the index of the library whose names they may be.
  ///   - listing: the tensors.
  ///   - wanted: the network that is wanted; nil for any.
  init?(_ pack: ModelPack, library: Int, _ listing: PackListing, variant wanted: String?) {
    let numbers = Set(pack.variants.flatMap { $0.bindings.map(\.name) })
    let rows = pack.rows.map { RowProbe($0, in: library, numbers: numbers) }
    var best: PackRecognition?
    var seen: Set<[String]> = []
    let variants = pack.variants.filter { $0.name == wanted }
    for chosen in pack.libraries[library].classes {
      guard seen.insert(chosen.bindings.map { "\($0.name)=\($0.text)" }).inserted else { continue }
      for variant in variants.isEmpty ? pack.variants : variants {
        var network = PackNetwork(variant: variant, classes: [library: chosen])
        network.counts = pack.counts(of: network, in: library, names: listing.names, prefix: listing.prefix)
        let found = PackRecognition(pack, library, network, rows, listing)
        if found.fits(betterThan: best) { best = found }
      }
    }
    guard let best, best.presentCount > best.missing.count else { return nil }
    self = best
  }

  /// Looks up every tensor of one network.
  private init(
    _ pack: ModelPack, _ library: Int, _ network: PackNetwork, _ rows: [RowProbe?], _ listing: PackListing
  ) {
    (self.pack, self.library, self.network, prefix) = (pack, library, network, listing.prefix)
    let tally = RowTally(rows, listing)
    pack.forEachRow(of: network, tally.look)
    (presentCount, missing, parts) = (tally.presentCount, tally.missing, tally.parts)
    (optionalCount, misfitCount) = (tally.optionalCount, tally.misfitCount)
    missing += pack.rows.indices.compactMap {
      rows[$0]?.isRequired == true ? pack.rows[$0].firstName(network, library) : nil
    }
  }

  /// Whether the names fit this network better than another: by required tensors, then by others, then by shapes.
  func fits(betterThan other: PackRecognition?) -> Bool {
    guard let other else { return true }
    let (own, others) = (presentCount - missing.count, other.presentCount - other.missing.count)
    return (own, optionalCount, other.misfitCount) > (others, other.optionalCount, misfitCount)
  }
}

extension PackRow {
  /// The row's first name in a network where one of its series is empty, because the file has no tensor of it; nil if
  /// none is. Nothing of a model is complete without its layers.
  fileprivate func firstName(_ network: PackNetwork, _ library: Int) -> String? {
    guard loops.contains(where: { network.counts[$0.name] == 0 }) else { return nil }
    var bindings = network.bindings
    for loop in loops {
      switch loop {
      case .series: for variable in loop.variables { bindings.set(variable, .number(0)) }
      case .values(let name, let values): if let first = values.first { bindings.set(name, first) }
      }
    }
    return entries[library]?.templates.first?.name(bindings, in: library)
  }
}

/// What a listing has of the tensors of one network.
///
/// A class, because a closure that changes many variables copies what it captures for each tensor.
private final class RowTally {
  private let rows: [RowProbe?]
  private let listing: PackListing
  var presentCount = 0
  var missing: [String] = []
  var parts: Set<String> = []
  var optionalCount = 0
  var misfitCount = 0

  init(_ rows: [RowProbe?], _ listing: PackListing) {
    (self.rows, self.listing) = (rows, listing)
  }

  /// Looks up the tensor of a row for some values of its variables.
  func look(_ index: Int, _ bindings: PackBindings) {
    guard let row = rows[index], let found = row.find(bindings, listing) else { return }
    if found.isWhole, let part = row.part { parts.insert(part) }
    if let first = found.first, !row.mayHave(at: first, listing, bindings) { misfitCount += 1 }
    guard row.isRequired else {
      optionalCount += found.count
      return
    }
    // Tied weights speak for the class that has both.
    optionalCount += max(0, found.count - 1)
    if found.isWhole { presentCount += 1 } else { missing += row.missing(bindings, listing) }
  }
}

/// A row of a pack in one library: what recognition asks of it for each tensor.
private final class RowProbe {
  private let templates: [PackTemplate]
  private let hashes: [PackTemplateHash]
  /// Whether all of the names must exist; otherwise they are copies or other spellings, and one is enough.
  private let isJoin: Bool
  let isRequired: Bool
  let part: String?
  /// The shape in the reference's layout; nil if the library's layout is not just other axes.
  private let shape: [PackExtent]?
  /// The axes of the reference in the library's layout; nil if they are the same.
  private let axes: [Int]?
  /// Whether the pack may give the number of an extent.
  private let hasNumbers: Bool
  private let library: Int

  /// Nil if the library does not have the row.
  init?(_ row: PackRow, in library: Int, numbers: Set<String>) {
    guard let entry = row.entries[library] else { return nil }
    templates = entry.templates
    hashes = templates.map { PackTemplateHash($0) }
    isJoin = if case .join = entry { true } else { false }
    isRequired = row.isRequired(in: library)
    part = row.part
    self.library = library
    let numbers = numbers.union(row.loops.flatMap(\.variables))
    hasNumbers = row.shape.contains { $0 != .any && $0.sizes.allSatisfy(numbers.contains) }
    guard let layout = row.layouts[library] else {
      (shape, axes) = (row.shape, nil)
      return
    }
    if layout.from.count == 1, case .rule(.transpose(let transposed)) = layout.from[0] {
      (shape, axes) = (row.shape, transposed)
    } else {
      (shape, axes) = (nil, nil)
    }
  }

  /// The names that exist: how many, whether they are enough, and the place of the first. Nil if a name cannot be
  /// written for these numbers.
  func find(_ bindings: PackBindings, _ listing: PackListing) -> (count: Int, isWhole: Bool, first: Int?)? {
    var count = 0
    var first: Int?
    for hash in hashes {
      guard let name = hash.hash(bindings, in: library) else { return nil }
      guard let place = listing[name] else { continue }
      count += 1
      first = first ?? place
    }
    return (count, count >= (isJoin ? templates.count : 1), first)
  }

  /// The names that do not exist: all parts that are missing, or the first of several spellings.
  func missing(_ bindings: PackBindings, _ listing: PackListing) -> [String] {
    let names = templates.compactMap { $0.name(bindings, in: library) }
    return isJoin ? names.filter { listing[NameHash($0)] == nil } : Array(names.prefix(1))
  }

  /// Whether the shape of a tensor is possible, as far as the pack gives numbers.
  func mayHave(at place: Int, _ listing: PackListing, _ bindings: PackBindings) -> Bool {
    guard let shape else { return true }
    let rank = listing.rank(at: place)
    if let axes, axes.count != rank { return true }
    guard rank == shape.count else { return false }
    guard hasNumbers else { return true }
    let extents = listing.shape(at: place).dimensions
    return shape.indices.allSatisfy { axis in
      let wanted = shape[axis].value { if case .number(let number)? = bindings[$0] { number } else { nil } }
      return wanted == nil || wanted == extents[axes?[axis] ?? axis]
    }
  }
}
