internal import Bytes
internal import Inspection
internal import Tensors

/// Collects what a `SourceContrast` shows while a `SourceDiff` reads the tensors.
final class PairRecorder {
  private let profiler = PairProfiler()
  private let detailCount: Int
  private(set) var changes: [SourceContrast.Change] = []
  private(set) var unchanged: [TensorDescriptor] = []
  /// The largest changes, the largest first, and where they are in `changes`.
  private(set) var details: [(place: Int, detail: SourceContrast.Detail)] = []
  private(set) var sizes: [ScopeChange.TensorSize] = []

  init(detailCount: Int) { self.detailCount = max(0, detailCount) }

  func begin(_ left: TensorDescriptor, _ right: TensorDescriptor) { profiler.begin(left, right) }

  func add(_ left: RawSpan, _ right: RawSpan, areEqual: Bool) { profiler.add(left, right, areEqual: areEqual) }

  /// Forgets a pair that could not be read to its end.
  func cancel() { profiler.cancel() }

  /// Takes the result of comparing a pair.
  ///
  /// - Throws: what a source throws when it is read, because tensors of different shapes are read here.
  func end(
    _ pair: PairComparison, _ result: PairComparison.Result, _ leftSource: any TensorSource,
    _ rightSource: any TensorSource
  ) throws {
    switch result {
    case .notCompared: profiler.cancel()
    case .equal:
      let profile = profiler.finish()
      // With dtypes ignored, only the numbers count, and they are equal.
      unchanged.append(pair.left)
      addSize(of: pair.left, profile.map { ChangeMeasure($0, nil) }, isChanged: false)
    case .kind(let change), .values(let change):
      let walked = profiler.finish()
      let profile = try walked ?? profiler.profileApart(pair.left, of: leftSource, pair.right, of: rightSource)
      add(change, profile, isMeasured: walked != nil)
    }
  }

  private func add(_ change: SourceDiff.Change, _ profile: PairProfile?, isMeasured: Bool) {
    let measure = isMeasured ? profile.map { ChangeMeasure($0, change.values) } : nil
    let place = changes.count
    changes.append(
      SourceContrast.Change(
        difference: change, measure: measure,
        histograms: profile.flatMap { HistogramPair($0, binCount: SourceContrast.Change.binCount) }))
    addSize(of: change.left, measure, isChanged: change.values != nil || measure == nil)
    guard let profile, change.values != nil || !isMeasured else { return }
    keep(SourceContrast.Detail(profile), at: place)
  }

  /// Keeps the details of the largest changes only.
  private func keep(_ detail: @autoclosure () -> SourceContrast.Detail, at place: Int) {
    let index =
      details.firstIndex { SourceContrast.Change.precedes(changes[place], changes[$0.place]) } ?? details.count
    guard index < detailCount else { return }
    details.insert((place, detail()), at: index)
    if details.count > detailCount { details.removeLast() }
  }

  private func addSize(of descriptor: TensorDescriptor, _ measure: ChangeMeasure?, isChanged: Bool) {
    sizes.append(
      ScopeChange.TensorSize(
        name: descriptor.name, elementCount: descriptor.shape.elementCount, measure: measure, isChanged: isChanged))
  }
}
