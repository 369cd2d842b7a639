internal import Bytes
internal import Files
internal import Messages
internal import Tensors

/// What a dictionary of a Flax file added to a list of tensors, in case it is a large array in chunks.
///
/// Flax stores an array of more than 2^30 bytes as a dictionary of a mark, of a shape (a dictionary of extents by axis) and of chunks
/// (a dictionary of flat arrays by number).
struct FlaxChunks {
  private let prefix: String
  private let firstTensor: Int
  private let firstProblem: Int

  private static let mark = "__msgpack_chunked_array__"

  /// Starts before the dictionary is read.
  init(of name: String, after index: TensorIndex) {
    prefix = name.isEmpty ? "" : name + "/"
    firstTensor = index.tensors.count
    firstProblem = index.problems.count
  }

  /// Whether the dictionary has the mark of an array in chunks.
  func isMarked(in index: TensorIndex) -> Bool { index.metadata[prefix + Self.mark] != nil }

  /// Takes the parts out of the list.
  func remove(from index: inout TensorIndex) {
    index.tensors.removeSubrange(firstTensor...)
    index.problems.removeSubrange(firstProblem...)
    index.metadata[prefix + Self.mark] = nil
    for axis in 0... {
      guard index.metadata.removeValue(forKey: "\(prefix)shape/\(axis)") != nil else { break }
    }
  }

  /// The array, whose elements stay where the chunks are.
  ///
  /// - Throws: `WeightFileDefect` if chunks are missing or do not fit the shape.
  func joined(in index: TensorIndex, file: InputFile) throws -> (DType, StridedArray) {
    func failed(_ why: Message) -> WeightFileDefect { .flax(.badChunks(why)) }
    guard index.problems.count == firstProblem else { throw failed("one of them cannot be read") }
    var extents: [Int] = []
    while let text = index.metadata["\(prefix)shape/\(extents.count)"] {
      guard extents.count < Shape.maximumRank, let extent = Int(text) else { throw failed("their shape is invalid") }
      extents.append(extent)
    }
    let shape: Shape
    do throws(ShapeError) { shape = try Shape(extents) } catch { throw WeightFileDefect.flax(.badShape(error)) }
    let parts = index.tensors[firstTensor...]
    guard let dtype = parts.first?.descriptor.dtype else { throw failed("there are none") }
    var ranges = [Range<Int>?](repeating: nil, count: parts.count)
    for part in parts {
      guard part.descriptor.dtype == dtype else { throw failed("they have several dtypes") }
      guard part.descriptor.name.hasPrefix(prefix + "chunks/"),
        let number = Int(part.descriptor.name.dropFirst(prefix.count + "chunks/".count)),
        ranges.indices.contains(number), ranges[number] == nil,
        case .stored(let array) = part.elements, case .file(_, let range) = array.bytes
      else { throw failed("they are not numbered from 0 to \(parts.count - 1)") }
      ranges[number] = range
    }
    var runs = StoredParts()
    for range in ranges.compactMap(\.self) { runs.append(file, range) }
    guard shape.byteCount(of: dtype) == runs.byteCount else {
      throw WeightFileDefect.flax(
        .byteCount(expected: shape.byteCount(of: dtype) ?? .max, found: runs.byteCount))
    }
    do throws(StridedDefect) {
      return (dtype, try StridedArray(.parts(runs), dtype: dtype, shape: shape))
    } catch {
      throw WeightFileDefect.strided(error)
    }
  }
}
