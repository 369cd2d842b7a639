import Foundation

/// Writes a safetensors file with any names, as another program might.
func writeSafetensors(
  _ tensors: [(name: String, dtype: String, shape: [Int], bytes: [UInt8])], to path: String,
  droppingLast dropped: Int = 0
) throws {
  var header: [String: Any] = [:]
  var data: [UInt8] = []
  for tensor in tensors {
    header[tensor.name] = [
      "dtype": tensor.dtype, "shape": tensor.shape, "data_offsets": [data.count, data.count + tensor.bytes.count],
    ]
    data += tensor.bytes
  }
  var json = [UInt8](try JSONSerialization.data(withJSONObject: header))
  json += [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
  let length = unsafe withUnsafeBytes(of: UInt64(json.count).littleEndian) { unsafe Array($0) }
  try Data(length + json + data.dropLast(dropped)).write(to: URL(fileURLWithPath: path))
}
