/// The directions in which points of many dimensions vary the most.
///
/// Computed from the matrix `[points, points]` of the products of the centered points with each other, whose
/// eigenvectors are the points' coordinates. For a few hundred points, that is a small matrix, however many dimensions
/// they have. Subspace iteration uses a few more vectors than requested and always begins with the same ones, so that
/// the same points give the same result.
/// - Source: Golub and Van Loan, Matrix Computations, 4th edition, 8.2.4 (orthogonal iteration with Ritz acceleration).
package struct PrincipalComponents: Sendable, Equatable {
  /// Each point's coordinate along each component. The largest coordinate along each component is positive.
  package let coordinates: [[Double]]
  /// The variance along each component, times the number of points.
  package let values: [Double]
  /// Each component's share of the total variance.
  package let shares: [Double]

  private static let maximumIterationCount = 2_000

  /// Finds the first components; nil if there are not more points than components, or if all points are in one place.
  ///
  /// - Parameters:
  ///   - points: finite numbers, the same number for each point.
  ///   - count: how many components.
  package init?(of points: [[Double]], count: Int) {
    guard points.count > count, let depth = points.first?.count, depth > 0, count > 0 else { return nil }
    // Scaled, so that no product of large numbers is infinite and none of small ones is zero.
    let reach = points.reduce(0) { max($0, $1.reduce(0) { max($0, abs($1)) }) }
    guard reach > 0, reach.isFinite else { return nil }
    var rows = points.map { $0.map { $0 / reach } }
    for column in 0..<depth {
      let mean = rows.reduce(0) { $0 + $1[column] } / Double(rows.count)
      for row in rows.indices { rows[row][column] -= mean }
    }
    let n = rows.count
    var products = [[Double]](repeating: Array(repeating: 0, count: n), count: n)
    for i in 0..<n {
      for j in i..<n {
        let product = Self.dot(rows[i], rows[j])
        products[i][j] = product
        products[j][i] = product
      }
    }
    let trace = (0..<n).reduce(0) { $0 + products[$1][$1] }
    guard trace > 1e-24 else { return nil }
    let basis = Self.leadingVectors(of: products, count: min(n, count + 4))
    var coordinates = [[Double]](repeating: [], count: n)
    var values: [Double] = []
    for (value, vector) in basis.prefix(count) {
      let value = max(value, 0)
      let largest = vector.indices.max { abs(vector[$0]) < abs(vector[$1]) } ?? 0
      let scale = value.squareRoot() * reach * (vector[largest] < 0 ? -1 : 1)
      for point in 0..<n { coordinates[point].append(vector[point] * scale) }
      values.append(value)
    }
    self.coordinates = coordinates
    self.values = values.map { $0 * reach * reach }
    shares = values.map { $0 / trace }
  }

  /// Eigenvectors of a symmetric matrix without negative eigenvalues, with their eigenvalues, the largest first.
  private static func leadingVectors(of matrix: [[Double]], count: Int) -> [(value: Double, vector: [Double])] {
    let n = matrix.count
    var random: UInt64 = 0x9e37_79b9_7f4a_7c15
    var basis = (0..<count).map { _ in
      (0..<n).map { _ -> Double in
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(random >> 11) / 0x1p53 - 0.5
      }
    }
    orthonormalize(&basis)
    var values = [Double](repeating: 0, count: count)
    for _ in 0..<maximumIterationCount {
      let images = basis.map { vector in matrix.map { dot($0, vector) } }
      // The matrix in the basis; its eigenvectors rotate the basis to the best vectors in its space.
      let small = basis.map { vector in images.map { dot(vector, $0) } }
      let (newValues, turns) = jacobi(small)
      let ritz = turns.map { turn in combination(basis, turn) }
      let turned = turns.map { turn in combination(images, turn) }
      values = newValues
      // How far the leading vectors are from being eigenvectors.
      let residual = (0..<min(2, count)).reduce(0.0) { largest, k in
        let difference = zip(turned[k], ritz[k]).reduce(0.0) { sum, pair in
          let gap = pair.0 - values[k] * pair.1
          return sum + gap * gap
        }
        return max(largest, difference.squareRoot())
      }
      if residual <= 1e-11 * values[0] { return zip(values, ritz).map { ($0, $1) } }
      basis = turned
      orthonormalize(&basis)
    }
    return zip(values, basis).map { ($0, $1) }
  }

  private static func combination(_ vectors: [[Double]], _ weights: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: vectors[0].count)
    for (vector, weight) in zip(vectors, weights) {
      for index in sum.indices { sum[index] += weight * vector[index] }
    }
    return sum
  }

  /// Makes vectors orthogonal and of length 1; does so twice, because once is not exact. A vector without any length
  /// left becomes zero.
  private static func orthonormalize(_ vectors: inout [[Double]]) {
    for index in vectors.indices {
      for _ in 0..<2 {
        for other in 0..<index {
          let share = dot(vectors[index], vectors[other])
          for k in vectors[index].indices { vectors[index][k] -= share * vectors[other][k] }
        }
      }
      let length = dot(vectors[index], vectors[index]).squareRoot()
      for k in vectors[index].indices { vectors[index][k] = length > 1e-150 ? vectors[index][k] / length : 0 }
    }
  }

  /// All eigenvalues, the largest first, and eigenvectors of a small symmetric matrix, by Jacobi's rotations.
  private static func jacobi(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
    let n = matrix.count
    var a = matrix
    var v = (0..<n).map { row in (0..<n).map { $0 == row ? 1.0 : 0 } }
    for _ in 0..<50 {
      var isDone = true
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) {
          let scale: Double = abs(a[p][p]) + abs(a[q][q])
          guard abs(a[p][q]) > 1e-18 * scale else { continue }
          isDone = false
          let (c, s) = rotation(a[p][p], a[p][q], a[q][q])
          for k in 0..<n { rotate(&a[k], p, q, c, s) }
          for k in 0..<n {
            let (x, y) = (a[p][k], a[q][k])
            (a[p][k], a[q][k]) = (c * x - s * y, s * x + c * y)
            let (z, w) = (v[p][k], v[q][k])
            // Each row of `v` becomes an eigenvector.
            (v[p][k], v[q][k]) = (c * z - s * w, s * z + c * w)
          }
        }
      }
      if isDone { break }
    }
    let values: [Double] = (0..<n).map { a[$0][$0] }
    let order: [Int] = values.indices.sorted { values[$0] > values[$1] }
    return (order.map { values[$0] }, order.map { v[$0] })
  }

  /// Cosine and sine of the rotation that makes the off-diagonal element zero.
  private static func rotation(_ pp: Double, _ pq: Double, _ qq: Double) -> (c: Double, s: Double) {
    let theta = (qq - pp) / (2 * pq)
    let magnitude = 1 / (abs(theta) + (theta * theta + 1).squareRoot())
    let t = theta < 0 ? -magnitude : magnitude
    let c = 1 / (t * t + 1).squareRoot()
    return (c, t * c)
  }

  private static func rotate(_ row: inout [Double], _ p: Int, _ q: Int, _ c: Double, _ s: Double) {
    let (x, y) = (row[p], row[q])
    row[p] = c * x - s * y
    row[q] = s * x + c * y
  }

  private static func dot(_ left: [Double], _ right: [Double]) -> Double {
    var sums = SIMD4<Double>()
    let count = min(left.count, right.count)
    var index = 0
    while index + 4 <= count {
      let x = SIMD4<Double>(left[index], left[index + 1], left[index + 2], left[index + 3])
      let y = SIMD4<Double>(right[index], right[index + 1], right[index + 2], right[index + 3])
      sums += x * y
      index += 4
    }
    var sum = sums.sum()
    while index < count {
      sum += left[index] * right[index]
      index += 1
    }
    return sum
  }
}
