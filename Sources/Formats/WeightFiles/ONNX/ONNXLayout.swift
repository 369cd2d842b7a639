internal import Bytes
internal import Messages
internal import ProtobufWire
internal import Tensors

/// Where everything is in an ONNX file, and what is written besides the elements of tensors.
///
/// The version, the nodes, the tensors in the order of their declaration, the inputs and outputs, and last the metadata,
/// sorted.
/// Elements that are kept beside the file start at multiples of a page, so that other programs can map them.
/// - Source: `onnx.proto3`; ONNX `docs/ExternalData.md`.
struct ONNXLayout {
  /// Bytes of the model's file, and the offset at which they start.
  struct Part {
    var offset: Int
    var bytes: [UInt8]
  }

  /// Where the elements of a tensor start.
  struct Place: Equatable {
    var isExternal: Bool
    var offset: Int
  }

  /// What is written besides elements.
  private(set) var parts: [Part] = []
  /// The elements' places, in the order of the tensors.
  private(set) var places: [Place] = []
  /// The bytes of the model's file.
  private(set) var byteCount = 0
  /// The bytes of the file beside it.
  private(set) var externalByteCount = 0

  /// The version of the format: ONNX 1.8, the first with this operator set.
  static let formatVersion = 7
  /// The oldest operator set in which all operators are as the graphs use them.
  static let operatorSet = 13
  /// Protobuf's limit for a message, and therefore for the file.
  static let maximumByteCount = Int(Int32.max)
  /// Tensors below this size stay in the file, as when other programs keep data beside it.
  static let smallestExternalByteCount = 1024
  private static let pageByteCount = 4096

  /// Lays a file out.
  ///
  /// - Parameters:
  ///   - graph: what it computes.
  ///   - tensors: its tensors.
  ///   - metadata: what it says about itself.
  ///   - externalName: the name of the file beside it that has the large tensors; nil if there is none.
  /// - Throws: `WeightFileDefect.refused` if the file would be larger than the format allows.
  init(
    _ graph: ONNXGraph, tensors: [TensorDescriptor], metadata: [String: String], externalName: String?
  ) throws(WeightFileDefect) {
    let heads = try tensors.map { (tensor) throws(WeightFileDefect) in try place(tensor, externalName) }
    let (start, end) = (graph.encodedStart(), graph.encodedEnd())
    var graphByteCount = start.count + end.count
    for (head, (tensor, place)) in zip(heads, zip(tensors, places)) {
      let inner = place.isExternal ? 0 : tensor.byteCount
      guard let sum = graphByteCount.addingChecked(head.count)?.addingChecked(inner) else { throw Self.tooLarge }
      graphByteCount = sum
    }
    guard graphByteCount <= Self.maximumByteCount else { throw Self.tooLarge }

    var bytes = Self.modelStart(graphByteCount: graphByteCount) + start
    var offset = 0
    for index in tensors.indices {
      bytes += heads[index]
      if places[index].isExternal { continue }
      parts.append(Part(offset: offset, bytes: bytes))
      places[index].offset = offset + bytes.count
      offset = places[index].offset + tensors[index].byteCount
      bytes = []
    }
    bytes += end + Self.modelEnd(metadata)
    parts.append(Part(offset: offset, bytes: bytes))
    byteCount = offset + bytes.count
    guard byteCount <= Self.maximumByteCount else { throw Self.tooLarge }
  }

  private static let tooLarge = WeightFileDefect.refused(
    "the file would have more than 2 GiB, which ONNX does not allow; keep the weights beside it with --external-data")

  /// Decides where a tensor's elements are, and makes what precedes them; the offset of those inside the file is not
  /// known yet.
  private mutating func place(
    _ tensor: TensorDescriptor, _ externalName: String?
  ) throws(WeightFileDefect) -> [UInt8] {
    let isExternal = externalName != nil && tensor.byteCount >= Self.smallestExternalByteCount
    var place = Place(isExternal: isExternal, offset: 0)
    var fields = WireWriter()
    for extent in tensor.shape.dimensions { fields.append(1, varint: extent) }
    fields.append(2, nonzero: ONNXDataType.number(of: tensor.dtype) ?? 0)
    fields.append(8, bytes: Array(tensor.name.utf8))
    if isExternal, let externalName {
      guard let padded = externalByteCount.addingChecked(Self.pageByteCount - 1) else { throw Self.tooLarge }
      place.offset = padded / Self.pageByteCount * Self.pageByteCount
      guard let end = place.offset.addingChecked(tensor.byteCount) else { throw Self.tooLarge }
      externalByteCount = end
      let entries = [("location", externalName), ("offset", "\(place.offset)"), ("length", "\(tensor.byteCount)")]
      for (key, value) in entries { fields.append(13, bytes: Self.entry(key, value)) }
      fields.append(14, varint: 1)
    } else {
      fields.append(9, lengthOf: tensor.byteCount)
    }
    places.append(place)
    guard let length = fields.bytes.count.addingChecked(isExternal ? 0 : tensor.byteCount) else { throw Self.tooLarge }
    var head = WireWriter()
    head.append(5, lengthOf: length)
    head.append(raw: fields.bytes)
    return head.bytes
  }

  /// The fields of a `ModelProto` up to where its graph starts.
  private static func modelStart(graphByteCount: Int) -> [UInt8] {
    var writer = WireWriter()
    writer.append(1, varint: formatVersion)
    writer.append(2, bytes: Array("decant".utf8))
    writer.append(3, bytes: Array(DecantVersion.current.utf8))
    writer.append(7, lengthOf: graphByteCount)
    return writer.bytes
  }

  /// The fields of a `ModelProto` after its graph.
  private static func modelEnd(_ metadata: [String: String]) -> [UInt8] {
    var writer = WireWriter()
    var operators = WireWriter()
    operators.append(2, varint: operatorSet)
    writer.append(8, bytes: operators.bytes)
    for (key, value) in metadata.sorted(by: { $0.key.precedesInBytes($1.key) }) {
      writer.append(14, bytes: entry(key, value))
    }
    return writer.bytes
  }

  /// A `StringStringEntryProto`.
  private static func entry(_ key: String, _ value: String) -> [UInt8] {
    var writer = WireWriter()
    writer.append(1, bytes: Array(key.utf8))
    writer.append(2, bytes: Array(value.utf8))
    return writer.bytes
  }
}
