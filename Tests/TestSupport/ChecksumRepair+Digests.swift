internal import Bytes
internal import Messages
internal import Tensors

extension ChecksumRepair {
  /// safetensors files of Decant: the digests of every tensor and of the metadata, where the new ones are as long as the old.
  ///
  /// Files with dtypes or strings that only their metadata have keep the digests that they have.
  public static func repairDigests(_ bytes: inout [UInt8]) {
    var look = Look(bytes: bytes, position: 0)
    guard let count = look.littleEndian(byteCount: 8), let range = range(at: 8, count: count, limit: bytes.count),
      let header = DigestedHeader(Array(bytes[range])), let old = header.metadata[ContentDigests.key]
    else { return }
    var digests: [(name: String, digest: TensorDigest)] = []
    for tensor in header.tensors {
      guard let dtype = tensor.dtype, let shape = try? Shape(tensor.shape),
        let start = range.upperBound.addingChecked(tensor.start), let count = shape.byteCount(of: dtype),
        let data = self.range(at: start, count: count, limit: bytes.count)
      else { return }
      var digest = TensorDigest(dtype: dtype, shape: shape)
      digest.update(bytes.rawSpan.extracting(data))
      digests.append((tensor.name, digest))
    }
    let new = JSONText.string(ContentDigests.text(of: digests, metadata: header.metadata))
    let place = JSONText.string(old)
    guard new.utf8.count == place.utf8.count, let found = bytes[range].firstRange(of: Array(place.utf8)) else { return }
    bytes.replaceSubrange(found, with: Array(new.utf8))
  }
}

/// As much of a safetensors header as digests need.
private struct DigestedHeader {
  struct Tensor {
    let name: String
    var dtype: DType?
    var shape: [Int] = []
    var start = 0
  }

  private(set) var metadata: [String: String] = [:]
  private(set) var tensors: [Tensor] = []

  private static let dtypes: [String: DType] = [
    "BOOL": .bool, "U8": .uint8, "I8": .int8, "I16": .int16, "U16": .uint16, "F16": .float16, "BF16": .bfloat16,
    "I32": .int32, "U32": .uint32, "F32": .float32, "F64": .float64, "I64": .int64, "U64": .uint64, "C64": .complex64,
  ]

  /// Nil where it is none that can be repaired.
  init?(_ bytes: [UInt8]) {
    var reader = JSONReader(bytes)
    do {
      try reader.readObject { reader, key in
        if key == "__metadata__" {
          try reader.readObject { reader, key in metadata[key] = try reader.readString() }
          return
        }
        var tensor = Tensor(name: key)
        try reader.readObject { reader, member in
          switch member {
          case "dtype": tensor.dtype = Self.dtypes[try reader.readString()]
          case "shape": try reader.readArray { tensor.shape.append(try $0.readCount()) }
          case "data_offsets":
            var offsets: [Int] = []
            try reader.readArray { offsets.append(try $0.readCount()) }
            tensor.start = offsets.first ?? 0
          default: try reader.skipValue()
          }
        }
        tensors.append(tensor)
      }
    } catch {
      return nil
    }
    guard metadata["decant.dtypes"] == nil, metadata["decant.strings"] == nil else { return nil }
    tensors.sort { $0.name.precedesInBytes($1.name) }
  }
}
