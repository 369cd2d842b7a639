internal import CTensorFlowProtos
internal import ProtobufMessages

/// A shape as graphs describe it: some or all of it may be open until the graph runs.
package struct GraphShape: Hashable, Sendable, CustomStringConvertible {
  /// The extent of each axis, or nil for an open one; nil as a whole if not even the rank is known.
  package let dimensions: [Int64?]?

  /// A shape with these axes.
  package init(dimensions: [Int64?]?) {
    self.dimensions = dimensions
  }

  /// The number of elements, if every extent is known and the product fits in 64 bits.
  package var elementCount: Int? {
    guard let dimensions else { return nil }
    var product = 1
    for dimension in dimensions {
      guard let extent = dimension.flatMap({ Int(exactly: $0) }) else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
    }
    return product
  }

  /// Text such as `[?, 299, 299, 3]`, or `unknown rank` if nothing is known.
  package var description: String {
    guard let dimensions else { return "unknown rank" }
    return "[" + dimensions.map { $0.map(String.init) ?? "?" }.joined(separator: ", ") + "]"
  }
}

extension GraphShape {
  init(_ message: Tensorflow__TensorShapeProto) {
    if unsafe message.unknown_rank != 0 {
      dimensions = nil
    } else {
      let dims: [Tensorflow__TensorShapeProto__Dim] = unsafe structs(message.dim, message.n_dim)
      dimensions = unsafe dims.map { unsafe $0.size < 0 ? nil : $0.size }
    }
  }

  /// Nil for a message that is absent.
  init?(_ message: UnsafeMutablePointer<Tensorflow__TensorShapeProto>?) {
    guard let message = unsafe message else { return nil }
    unsafe self.init(message.pointee)
  }
}
