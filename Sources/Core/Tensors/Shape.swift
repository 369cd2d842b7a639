internal import Bytes
public import Messages

/// The extents of a tensor's axes, outermost first. A shape that exists has an element count that fits in an `Int`.
public struct Shape: Hashable, Sendable {
  /// Extent of each axis; empty for a scalar. None is negative.
  public let dimensions: [Int]
  /// The product of the extents: 1 for a scalar, 0 if any extent is 0.
  public let elementCount: Int

  /// TensorFlow's own limit on the number of axes.
  public static let maximumRank = 254

  /// The shape of a single value.
  public static let scalar = Shape(dimensions: [], elementCount: 1)

  /// Checks `dimensions` and multiplies them.
  ///
  /// - Throws: `ShapeError` for a negative extent, too many axes, or a product that overflows even if another extent is 0.
  public init(_ dimensions: [Int]) throws(ShapeError) {
    guard dimensions.count <= Self.maximumRank else { throw .rankTooLarge(dimensions.count) }
    var product = 1
    for dimension in dimensions {
      guard dimension >= 0 else { throw .negativeDimension(dimension) }
      // Zero extents are left out of the product, so that [2^40, 2^40, 0] is refused and not treated as empty.
      guard let next = product.multipliedChecked(by: max(dimension, 1)) else { throw .tooManyElements(dimensions) }
      product = next
    }
    self.init(dimensions: dimensions, elementCount: dimensions.contains(0) ? 0 : product)
  }

  private init(dimensions: [Int], elementCount: Int) {
    self.dimensions = dimensions
    self.elementCount = elementCount
  }

  /// The number of axes.
  public var rank: Int { dimensions.count }

  /// Bytes of all elements of a fixed-width dtype, or nil if the dtype has no width or the product overflows.
  public func byteCount(of dtype: DType) -> Int? {
    dtype.byteCount.flatMap { elementCount.multipliedChecked(by: $0) }
  }
}

extension Shape: Codable {
  /// Reads a list of extents.
  ///
  /// - Throws: `DecodingError` if the value is not a shape.
  public init(from decoder: any Decoder) throws {
    do {
      try self.init([Int](from: decoder))
    } catch let error as ShapeError {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: error.description))
    }
  }

  /// Writes the list of extents.
  public func encode(to encoder: any Encoder) throws { try dimensions.encode(to: encoder) }
}

extension Shape: CustomStringConvertible {
  /// Such as `[3, 3, 32, 64]`; `[]` for a scalar.
  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}

/// Why extents are not a shape.
public enum ShapeError: Error, Equatable, Sendable, Codable, MessageConvertible {
  /// An axis of negative extent.
  case negativeDimension(Int)
  /// More axes than TensorFlow allows.
  case rankTooLarge(Int)
  /// The number of elements does not fit in 64 bits.
  case tooManyElements([Int])

  /// The reason as the end of a sentence about a tensor.
  public var message: Message {
    switch self {
    case .negativeDimension(let dimension): "has a dimension of \(dimension); expected 0 or more"
    case .rankTooLarge(let rank): "has \(rank) dimensions; TensorFlow allows \(Shape.maximumRank)"
    case .tooManyElements(let dimensions): "has shape \(dimensions), with more elements than 64 bits can count"
    }
  }
}
