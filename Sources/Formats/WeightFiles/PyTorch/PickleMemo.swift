/// The values that a pickle refers to by number.
///
/// Writers number them from 0, so nearly all are in an array; a number far away costs only its own entry.
struct PickleMemo {
  private var dense: [PickleValue] = []
  private var sparse: [Int: PickleValue] = [:]

  /// How many values there are.
  var count: Int { dense.count + sparse.count }

  subscript(index: Int) -> PickleValue? {
    dense.indices.contains(index) ? dense[index] : sparse[index]
  }

  /// Sets a value, whether there was one or not.
  mutating func set(_ value: PickleValue, at index: Int) {
    if index == dense.count {
      // It may have been set before those in front of it.
      if !sparse.isEmpty { sparse[index] = nil }
      dense.append(value)
    } else if index < dense.count, index >= 0 {
      dense[index] = value
    } else {
      sparse[index] = value
    }
  }
}
