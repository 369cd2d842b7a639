internal import Bytes
internal import Essentials
internal import Messages
internal import Tensors

/// The string tensors of a safetensors file; the format has no dtype for them.
///
/// They are in the member `decant.strings` of `__metadata__`, a JSON object with a member for each tensor:
/// `{"shape":[2],"strings":["aGk=",""]}`, each string in base64. Other readers see a piece of metadata; Decant shows them as tensors like
/// any other, so that a checkpoint is restored whole. An object-based checkpoint of TensorFlow 2 cannot be restored without its object
/// graph, which is such a tensor.
struct SafetensorsStrings {
  /// The tensors and their elements, sorted by name.
  var tensors: [(descriptor: TensorDescriptor, strings: [[UInt8]])] = []

  /// The member of `__metadata__`.
  static let key = "decant.strings"
  /// The most bytes that one tensor may add to the header, because everyone who opens a file reads its whole header.
  static let maximumByteCount = 16 << 20

  /// The JSON text, or nil if there are no string tensors.
  var text: String? {
    guard !tensors.isEmpty else { return nil }
    return JSONText.object(
      tensors.map { descriptor, strings in
        let shape = "[" + descriptor.shape.dimensions.map(String.init).joined(separator: ",") + "]"
        let values = JSONText.array(strings.map { Data($0).base64EncodedString() })
        return (descriptor.name, #"{"shape":\#(shape),"strings":\#(values)}"#)
      })
  }
}

extension SafetensorsStrings {
  /// Parses the JSON text.
  ///
  /// - Throws: `WeightFileDefect.badStrings` for anything that `text` would not have written.
  init(parsing text: String, file: String) throws(WeightFileError) {
    func error(_ why: Message, _ tensor: String? = nil) -> WeightFileError {
      WeightFileError(.badStrings(why), file: file, offset: SafetensorsHeader.prefixByteCount, tensor: tensor)
    }
    do {
      var reader = JSONReader(Array(text.utf8))
      try reader.readObject { reader, name in
        var dimensions: [Int]?
        var strings: [[UInt8]]?
        try reader.readObject { reader, key in
          switch key {
          case "shape":
            var extents: [Int] = []
            try reader.readArray { reader in
              let extent = try reader.readCount()
              if extents.count <= Shape.maximumRank { extents.append(extent) }
            }
            dimensions = extents
          case "strings":
            var elements: [[UInt8]] = []
            try reader.readArray { reader in
              guard let data = Data(base64Encoded: try reader.readString()) else {
                throw error("an element is not base64", name)
              }
              elements.append([UInt8](data))
            }
            strings = elements
          default: try reader.skipValue()
          }
        }
        guard let dimensions, let strings else { throw error("'shape' or 'strings' is missing", name) }
        let shape: Shape
        do throws(ShapeError) { shape = try Shape(dimensions) } catch let shapeError {
          throw error("\(shapeError)", name)
        }
        guard shape.elementCount == strings.count else {
          throw error(
            "there \(strings.count.noun("is", "are")) \(strings.count.counted("string")) for the shape \(shape)", name)
        }
        tensors.append((TensorDescriptor(strings: strings, name: name, shape: shape), strings))
      }
      try reader.readEnd()
    } catch let known as WeightFileError {
      throw known
    } catch let unknown {
      throw error("\(unknown)")
    }
    tensors.sort { $0.descriptor.name.precedesInBytes($1.descriptor.name) }
  }
}

extension TensorDescriptor {
  fileprivate init(strings: [[UInt8]], name: String, shape: Shape) {
    self.init(name: name, dtype: .string, shape: shape, byteCount: strings.reduce(0) { $0 + $1.count })
  }
}
