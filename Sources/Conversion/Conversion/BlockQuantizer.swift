internal import Messages
internal import Tensors

/// A form in which GGUF stores blocks of floating-point elements in fewer bits.
public enum BlockFormat: String, Sendable, CaseIterable {
  /// Blocks of 32 elements: a scale in float16, and an integer of 8 bits for each element.
  case q8_0

  /// GGML's name.
  var name: String { rawValue.uppercased() }

  /// The elements of a block.
  static let elementsPerBlock = 32
  /// The bytes of a block.
  static let blockByteCount = 2 + elementsPerBlock
  /// GGML's number for models that have mostly this form, and for its version of all such forms.
  static let metadata = ["general.file_type": "7", "general.quantization_version": "2"]

  /// Why a floating-point tensor is not stored in blocks, in words that end a sentence; nil if it is.
  func reasonToKeep(_ tensor: TensorDescriptor) -> Message? {
    guard tensor.shape.rank > 1 else { return "vectors and numbers stay, as llama.cpp expects them" }
    guard let last = tensor.shape.dimensions.last, last.isMultiple(of: Self.elementsPerBlock),
      tensor.shape.elementCount > 0
    else {
      return
        "its rows have \(tensor.shape.dimensions.last ?? 0) elements, not a multiple of \(Self.elementsPerBlock)"
    }
    return nil
  }

  /// A tensor in blocks as every reader of GGUF shows it: bytes, with those of a row along the last axis.
  ///
  /// - Throws: `ShapeError` if the bytes cannot be counted.
  func stored(_ tensor: TensorDescriptor) throws(ShapeError) -> TensorDescriptor {
    var stored = tensor
    var extents = tensor.shape.dimensions
    if let last = extents.popLast() { extents.append(last / Self.elementsPerBlock * Self.blockByteCount) }
    stored.shape = try Shape(extents)
    stored.dtype = .uint8
    stored.byteCount = stored.shape.elementCount
    return stored
  }
}

/// Quantizes floating-point elements to Q8_0, piece by piece.
///
/// A block's scale is its largest magnitude divided by 127. Each element is divided by the scale and rounded to the nearest
/// integer, halves away from 0. All of it in float32.
/// - Source: gguf-py 0.19, `quants.py`, class `Q8_0`, whose bits these are; llama.cpp, `quantize_row_q8_0_ref`.
struct BlockQuantizer {
  private let source: FloatFormat
  /// Elements that wait for the rest of their block.
  private var waiting: [Float] = []

  /// Nil for a dtype that is not floating-point.
  init?(from dtype: DType) {
    guard let source = FloatFormat(dtype) else { return nil }
    self.source = source
  }

  /// Adds elements, and returns the blocks that are complete.
  mutating func add(_ piece: RawSpan) -> [UInt8] {
    if source.dtype == .float32 {
      for index in 0..<piece.byteCount / 4 {
        // In range: the offset is a multiple of the width below the count.
        waiting.append(unsafe piece.unsafeLoadUnaligned(fromByteOffset: index * 4, as: Float.self))
      }
    } else {
      waiting += source.numbers(in: piece).map { Float($0) }
    }
    let blockCount = waiting.count / BlockFormat.elementsPerBlock
    var blocks: [UInt8] = []
    blocks.reserveCapacity(blockCount * BlockFormat.blockByteCount)
    for block in 0..<blockCount {
      let start = block * BlockFormat.elementsPerBlock
      Self.append(waiting[start..<start + BlockFormat.elementsPerBlock], to: &blocks)
    }
    waiting.removeFirst(blockCount * BlockFormat.elementsPerBlock)
    return blocks
  }

  private static func append(_ elements: ArraySlice<Float>, to blocks: inout [UInt8]) {
    var largest: Float = 0
    for element in elements where !(element.magnitude <= largest) && !largest.isNaN { largest = element.magnitude }
    let scale = largest / 127
    let inverse = scale == 0 ? 0 : 1 / scale
    let bits = NarrowFloat.half(scale)
    blocks.append(UInt8(truncatingIfNeeded: bits))
    blocks.append(UInt8(truncatingIfNeeded: bits >> 8))
    for element in elements {
      let quotient = element * inverse
      let magnitude = quotient.magnitude
      let floored = magnitude.rounded(.down)
      let rounded = floored + (2 * (magnitude - floored)).rounded(.down)
      // What is not finite becomes 0, as numpy's cast makes it on x86.
      let integer = rounded.isFinite ? Int8(clamping: Int(min(rounded, 127))) : 0
      blocks.append(UInt8(bitPattern: quotient.sign == .minus ? -integer : integer))
    }
  }
}
