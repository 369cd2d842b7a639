import Portraits
import TestSupport
import Testing

@Suite("Principal components")
struct PrincipalComponentsTests {
  /// From `numpy.linalg.svd` of the centered points.
  @Test("coordinates, values and shares are numpy's")
  func numpy() throws {
    let points: [[Double]] = [
      [-2.406, -3.311, -0.248, 0.21, 0.114], [0.329, -1.382, -0.785, 0.374, 0.163],
      [0.818, -3.083, -0.958, 0.8, 0.02], [-5.196, -0.209, -1.163, -0.315, -0.049],
      [-2.14, 1.383, -0.063, -0.295, 0.041], [2.49, -4.108, -0.257, -0.49, -0.017],
      [-3.868, 0.052, -0.038, -0.152, -0.105], [-1.189, -2.728, -1.355, 0.112, -0.111],
      [3.511, 1.791, -1.998, 0.136, -0.11], [0.099, 0.109, -1.988, -0.117, -0.026],
      [2.886, -2.954, 0.738, -0.549, -0.033], [-2.521, 3.622, 0.568, 1.216, 0.064],
    ]
    let expected: [[Double]] = [
      [-0.218874041, -3.011437381], [1.030293726, 0.132590056], [2.353208654, -0.980148053],
      [-4.189263968, -1.903577267], [-2.536550502, 1.002729192], [4.343675546, -1.060281241],
      [-3.264776329, -1.037841388], [0.523803935, -1.787106497], [2.016734651, 4.583398184],
      [0.087872043, 1.310659208], [4.015886192, 0.039621636], [-4.162009907, 2.711393549],
    ]
    let found = try #require(PrincipalComponents(of: points, count: 2))
    for (found, expected) in zip(found.coordinates, expected) {
      #expect(abs(found[0] - expected[0]) < 1e-8 && abs(found[1] - expected[1]) < 1e-8)
    }
    #expect(abs(found.values[0] - 97.95628382980499) < 1e-9)
    #expect(abs(found.values[1] - 50.14974968385557) < 1e-9)
    #expect(abs(found.shares[0] - 0.6143966973118631) < 1e-12)
    #expect(abs(found.shares[1] - 0.31454685061666704) < 1e-12)
  }

  @Test("components of many random points are orthogonal eigenvectors, the same every time")
  func invariants() throws {
    var random = SeededRandom(seed: 16)
    let points = (0..<120).map { _ in random.floats(40).map(Double.init) }
    let found = try #require(PrincipalComponents(of: points, count: 2))
    #expect(found == PrincipalComponents(of: points, count: 2))
    let (x, y) = (found.coordinates.map { $0[0] }, found.coordinates.map { $0[1] })
    #expect(abs(zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-7 * found.values[0])
    for (coordinates, value) in zip([x, y], found.values) {
      #expect(abs(coordinates.reduce(0) { $0 + $1 * $1 } - value) < 1e-9 * value)
      #expect(abs(coordinates.reduce(0, +)) < 1e-7 * value.squareRoot())
      // Centered points times their transpose times the coordinates: the value times the coordinates.
      let means = (0..<40).map { column in points.reduce(0) { $0 + $1[column] } / 120 }
      let centered = points.map { zip($0, means).map { $0 - $1 } }
      let projected = (0..<40).map { column in zip(centered, coordinates).reduce(0) { $0 + $1.0[column] * $1.1 } }
      for (row, coordinate) in zip(centered, coordinates) {
        let image = zip(row, projected).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(image - value * coordinate) < 1e-7 * value * value.squareRoot())
      }
    }
    #expect(found.values[0] >= found.values[1])
  }

  @Test(
    "points without a plane have none",
    arguments: [[], [[1.0, 2]], [[1, 2], [1, 2], [1, 2]], [[.nan, 1], [2, 1], [1, 1]]])
  func none(points: [[Double]]) {
    #expect(PrincipalComponents(of: points, count: 2) == nil)
  }

  @Test("points on a line, and two equally wide directions, end")
  func degenerate() throws {
    let line = try #require(PrincipalComponents(of: [[0, 0], [1, 1], [2, 2], [5, 5]], count: 2))
    #expect(abs(line.shares[0] - 1) < 1e-12 && abs(line.shares[1]) < 1e-12)
    let square = try #require(PrincipalComponents(of: [[1, 1], [1, -1], [-1, 1], [-1, -1]], count: 2))
    #expect(abs(square.shares[0] - 0.5) < 1e-12 && abs(square.shares[1] - 0.5) < 1e-12)
    let huge = try #require(PrincipalComponents(of: [[1e200, 0], [0, 1e200], [-1e200, 1e199]], count: 2))
    #expect(huge.coordinates.allSatisfy { $0.allSatisfy(\.isFinite) })
  }
}
