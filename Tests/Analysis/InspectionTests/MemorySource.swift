import Bytes
import Messages
import Tensors

/// Tensors in memory, handed out in pieces of a size of choice, some of them damaged.
struct MemorySource: TensorSource {
  struct Damage: DecantError {
    let category = ErrorCategory.badData
    let message: Message
  }

  var format = "memory"
  var files: [SourceFile] = []
  var metadata: [String: String] = [:]
  var hasChecksums = true
  private(set) var descriptors: [TensorDescriptor] = []
  private var bytes: [String: [UInt8]] = [:]
  private var strings: [String: [[UInt8]]] = [:]
  private var damage: [String: String] = [:]
  /// Elements in a piece, whatever the caller allows.
  var pieceElementCount = Int.max

  mutating func add(
    _ name: String, _ dtype: DType, _ shape: [Int], _ bytes: [UInt8], location: TensorLocation? = nil,
    sliceCount: Int = 1
  ) throws {
    let descriptor = TensorDescriptor(
      name: name, dtype: dtype, shape: try Shape(shape), byteCount: bytes.count, location: location,
      sliceCount: sliceCount)
    descriptors.append(descriptor)
    descriptors.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    self.bytes[name] = bytes
  }

  mutating func add(_ name: String, strings: [String]) throws {
    try add(name, .string, [strings.count], strings.flatMap { Array($0.utf8) })
    self.strings[name] = strings.map { Array($0.utf8) }
  }

  mutating func damage(_ name: String, _ message: String) {
    damage[name] = message
  }

  func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    if let message = damage[descriptor.name] { throw Damage(message: "\(message)") }
    let bytes = bytes[descriptor.name] ?? []
    let width = descriptor.dtype.byteCount ?? 1
    let step = max(width, min(maximumByteCount, width.multipliedChecked(by: pieceElementCount) ?? .max) / width * width)
    if bytes.isEmpty { try body(bytes.rawSpan) }
    for start in stride(from: 0, to: bytes.count, by: step) {
      try body(bytes.rawSpan.extracting(start..<min(bytes.count, start + step)))
    }
  }

  func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    if let message = damage[descriptor.name] { throw Damage(message: "\(message)") }
    return strings[descriptor.name] ?? []
  }
}

/// The little-endian bytes of numbers.
func packed(_ values: [Float]) -> [UInt8] { packed(values.map(\.bitPattern)) }

func packed(_ values: [Double]) -> [UInt8] { packed(values.map(\.bitPattern)) }

func packed<Integer: FixedWidthInteger>(_ values: [Integer]) -> [UInt8] {
  values.flatMap { value in
    (0..<(Integer.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
}
