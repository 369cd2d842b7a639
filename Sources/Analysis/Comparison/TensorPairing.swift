internal import Bytes
internal import Messages
internal import MetaGraph
internal import ModelMapping
internal import Patterns
internal import Tensors

/// The tensors of two sources side by side, by their canonical names.
struct TensorPairing {
  /// The sources under canonical names; tensors are read from these.
  let left: any TensorSource
  let right: any TensorSource
  /// Sorted by name.
  private(set) var pairs: [(left: TensorDescriptor, right: TensorDescriptor)] = []
  private(set) var onlyInLeft: [SourceDiff.OneSided] = []
  private(set) var onlyInRight: [SourceDiff.OneSided] = []
  private(set) var graphRemainder: GraphRemainder?
  /// What does not count as a difference if one side is a frozen graph, by name.
  private(set) var setAside: [SourceDiff.OneSided] = []
  /// What the sources themselves say is missing from their lists.
  let failures: [SourceDiff.Failure]
  /// Why the names are those in the files.
  let note: Message?

  init(
    _ left: any TensorSource, _ right: any TensorSource, filter: NameFilter, prepared: PreparedNames? = nil
  ) {
    do {
      if prepared != nil {
        (self.left, self.right) = (left, right)
      } else {
        (self.left, self.right) = (try CanonicalSource.make(left), try CanonicalSource.make(right))
      }
      note = nil
    } catch {
      // A file may hold one variable under the names of two eras; its own names still distinguish them.
      (self.left, self.right) = (left, right)
      note = "\(error)"
    }
    failures = (left.problems + right.problems).filter { $0.severity == .incomplete }
      .filter { $0.tensor.map(filter.accepts) ?? true }
      .map { SourceDiff.Failure(tensor: $0.tensor, error: $0.error) }
    let leftReasons = prepared?.leftovers.mapValues { "\($0.reason)" } ?? Self.leftovers(self.left)
    let rightReasons = Self.leftovers(self.right)
    var rest = Dictionary(self.right.descriptors.map { (Array($0.name.utf8), $0) }) { first, _ in first }
    for descriptor in self.left.descriptors {
      let key = Array(descriptor.name.utf8)
      let other = rest.removeValue(forKey: key)
      guard filter.accepts(descriptor.name) else { continue }
      if let other {
        pairs.append((descriptor, other))
      } else {
        onlyInLeft.append(SourceDiff.OneSided(descriptor: descriptor, leftoverReason: leftReasons[key]))
      }
    }
    onlyInRight = rest.filter { filter.accepts($1.name) }
      .map { SourceDiff.OneSided(descriptor: $1, leftoverReason: rightReasons[$0]) }
    pairs.sort { $0.left.name.precedesInBytes($1.left.name) }
    onlyInLeft.sort { $0.descriptor.name.precedesInBytes($1.descriptor.name) }
    onlyInRight.sort { $0.descriptor.name.precedesInBytes($1.descriptor.name) }
    graphRemainder = GraphRemainder(
      self.left, self.right, onlyInLeft: onlyInLeft.map(\.descriptor.name),
      onlyInRight: onlyInRight.map(\.descriptor.name),
      pairCount: pairs.count)
    guard let graphRemainder else { return }
    let names = Set((graphRemainder.otherConstants + graphRemainder.unused).map { Array($0.utf8) })
    setAside = (onlyInLeft + onlyInRight).filter { names.contains(Array($0.descriptor.name.utf8)) }
    onlyInLeft.removeAll { names.contains(Array($0.descriptor.name.utf8)) }
    onlyInRight.removeAll { names.contains(Array($0.descriptor.name.utf8)) }
  }

  private static func leftovers(_ source: any TensorSource) -> [[UInt8]: String] {
    let found = TrainingLeftover.find(in: source, roles: VariableRoles(beside: source))
    return Dictionary(found.map { (Array($0.name.utf8), "\($0.reason)") }) { first, _ in first }
  }
}

/// Which names are looked at.
struct NameFilter {
  private let expression: NamePattern?

  init(_ options: DiffOptions) throws(DiffError) {
    if let tolerance = options.tolerance, !(tolerance >= 0 && tolerance.isFinite) {
      throw DiffError(.badTolerance(tolerance))
    }
    guard let pattern = options.match else {
      expression = nil
      return
    }
    do throws(NamePatternError) {
      expression = try NamePattern(pattern)
    } catch {
      throw DiffError(.badExpression(pattern, error))
    }
  }

  func accepts(_ name: String) -> Bool {
    expression?.matches(name) ?? true
  }
}
