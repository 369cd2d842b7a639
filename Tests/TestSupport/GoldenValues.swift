public import Foundation

/// What the real program reads from a fixture: name, dtype, shape and elements of every tensor.
public struct GoldenValues: Decodable, Sendable {
  /// One tensor.
  public struct Tensor: Decodable, Sendable {
    /// The full name.
    public let name: String
    /// The element type's name.
    public let dtype: String
    /// The extents.
    public let shape: [Int]
    /// The elements, for tensors that are short.
    public let bytes: Data?
    /// Their digest, for those that are long.
    public let sha256: String?
    /// The elements of a string tensor.
    public let strings: [Data]?
    /// The slices of a partitioned variable.
    public let slices: Int?
  }

  /// The path to open, in the fixture's folder; for checkpoints.
  public let path: String?
  /// All tensors.
  public let tensors: [Tensor]

  /// Decodes a JSON file under `Fixtures/`.
  public init(_ relativePath: String) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(filePath: Fixture.path(relativePath))))
  }
}
