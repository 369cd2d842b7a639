public import Tensors

/// Turns the graph of a `.meta` file into a frozen one, as `convert_variables_to_constants` does, but without leaving nodes out.
public enum GraphFreezing {
  /// A GraphDef whose variables are constants.
  ///
  /// - Parameters:
  ///   - meta: a MetaGraphDef.
  ///   - values: a tensor for every variable, by its name.
  ///   - kept: names of variables that stay variables.
  /// - Returns: the bytes of the GraphDef.
  /// - Throws: what reading a value throws.
  public static func freeze(
    meta: [UInt8], values: any TensorSource, keeping kept: Set<String> = []
  ) throws -> [UInt8] {
    var graph: [UInt8] = []
    for (field, payload) in fields(meta[...]) where field == 2 {
      for (field, payload) in fields(payload) {
        guard field == 1 else {
          graph += message(field, Array(payload))
          continue
        }
        let parts = fields(payload)
        func text(_ wanted: Int) -> String {
          String(decoding: parts.last { $0.field == wanted }?.payload ?? [], as: UTF8.self)
        }
        guard text(2).hasPrefix("Variable"), !kept.contains(text(1)) else {
          graph += message(1, Array(payload))
          continue
        }
        let descriptor = try values.requireDescriptor(named: text(1))
        let shape = descriptor.shape.dimensions.flatMap { message(2, number(1, $0)) }
        let tensor =
          number(1, Int(descriptor.dtype.rawValue)) + message(2, shape) + message(4, try values.readAll(descriptor))
        let attributes = [
          message(1, Array("dtype".utf8)) + message(2, number(6, Int(descriptor.dtype.rawValue))),
          message(1, Array("value".utf8)) + message(2, message(8, tensor)),
        ]
        graph += message(
          1, message(1, Array(text(1).utf8)) + message(2, Array("Const".utf8)) + attributes.flatMap { message(5, $0) })
      }
    }
    return graph
  }

  /// The fields of a message that have a length, in order.
  private static func fields(_ bytes: ArraySlice<UInt8>) -> [(field: Int, payload: ArraySlice<UInt8>)] {
    var found: [(field: Int, payload: ArraySlice<UInt8>)] = []
    var rest = bytes
    func varint() -> Int {
      var value = 0
      for shift in stride(from: 0, to: 63, by: 7) {
        guard let byte = rest.popFirst() else { return 0 }
        value |= Int(byte & 0x7f) << shift
        if byte < 0x80 { break }
      }
      return value
    }
    while !rest.isEmpty {
      let tag = varint()
      switch tag & 7 {
      case 0: _ = varint()
      case 1: rest = rest.dropFirst(8)
      case 5: rest = rest.dropFirst(4)
      default:
        let count = varint()
        found.append((tag >> 3, rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
    }
    return found
  }

  private static func number(_ field: Int, _ value: Int) -> [UInt8] { varint(field << 3) + varint(value) }

  private static func message(_ field: Int, _ payload: [UInt8]) -> [UInt8] {
    varint(field << 3 | 2) + varint(payload.count) + payload
  }

  private static func varint(_ value: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
