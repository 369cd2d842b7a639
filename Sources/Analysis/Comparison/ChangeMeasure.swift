internal import Essentials
internal import Inspection

/// How large the change of a tensor's numbers is, compared with the numbers themselves.
///
/// All are root mean squares over finite numbers. A number that is not finite on one side has no distance; it is
/// counted separately, in `ValueChange`.
package struct ChangeMeasure: Sendable, Equatable {
  /// The root mean square of A.
  package let left: Double
  /// The root mean square of B.
  package let right: Double
  /// The root mean square of B − A.
  package let difference: Double

  /// The root mean square of B − A divided by that of A: 0.01 if the tensor changed by one percent. 0 if nothing
  /// changed; infinite if A has only zeros and B does not.
  package var relative: Double {
    if difference == 0 { return 0 }
    return left > 0 ? difference / left : .infinity
  }

  /// A measure from values that were computed elsewhere.
  init(left: Double, right: Double, difference: Double) {
    (self.left, self.right, self.difference) = (left, right, difference)
  }

  /// - Parameters:
  ///   - profile: both tensors.
  ///   - change: how their values differ; nil if they are equal.
  init(_ profile: PairProfile, _ change: ValueChange?) {
    left = profile.left.statistics.rootMeanSquare
    right = profile.right.statistics.rootMeanSquare
    let count = min(profile.left.statistics.finiteCount, profile.right.statistics.finiteCount)
    difference = (change?.distance ?? 0) / Double(max(1, count)).squareRoot()
  }
}

extension TensorStatistics {
  /// Of the finite values; 0 if there is none.
  ///
  /// The mean of squares is the mean's square and the variance; `hypot` keeps their squares from overflowing.
  var rootMeanSquare: Double { hypot(mean ?? 0, standardDeviation ?? 0) }
}
