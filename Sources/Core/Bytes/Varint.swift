/// LEB128 numbers, as LevelDB and protobuf write them. `ByteReader` reads them.
package enum Varint {
  /// The shortest encoding.
  package static func encode(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
