internal import Bytes
internal import Messages
package import Tensors

/// The header of a safetensors file, parsed and written.
///
/// The file is:
/// 1. the header's byte count, 64 bits, little-endian;
/// 2. the header: a JSON object, which may end in spaces. `__metadata__` maps strings to strings; every other key is a
///    tensor: `{"dtype":"F32","shape":[2,3],"data_offsets":[start,end]}`;
/// 3. the data: the tensors' bytes in the order of their offsets, without holes or overlaps.
///
/// - Source: the safetensors format description and its reference reader `tensor.rs`.
package struct SafetensorsHeader {
  /// The tensors, sorted by name. Locations count from the start of the file.
  package var descriptors: [TensorDescriptor]
  /// `__metadata__` without the note on dtypes and the string tensors.
  package var metadata: [String: String]
  /// The int4 and int2 tensors that are noted as sign-extended; see `DTypeNote`.
  var signExtended: Set<[UInt8]> = []
  /// The tensors that are not among `descriptors`, because no dtype of Decant has their elements.
  private(set) var problems: [WeightFileError] = []
  /// The string tensors, which are among `descriptors` if the header was parsed.
  var strings = SafetensorsStrings()

  /// The reference reader's limit.
  package static let maximumByteCount = 100_000_000
  /// The length of the field that holds the header's byte count.
  static let prefixByteCount = 8
  /// The member of `__metadata__` that names TensorFlow's dtypes of tensors whose safetensors dtype says less: a JSON object.
  static let dtypesKey = "decant.dtypes"
  private static let metadataKey = "__metadata__"
}

// MARK: Reading

extension SafetensorsHeader {
  /// Parses and checks a header.
  ///
  /// - Parameters:
  ///   - bytes: the JSON text.
  ///   - dataByteCount: the bytes of the file after the header.
  ///   - file: the path, for errors.
  /// - Throws: `WeightFileError` for everything that the format does not allow.
  package init(parsing bytes: [UInt8], dataByteCount: Int, file: String) throws(WeightFileError) {
    guard bytes.first == UInt8(ascii: "{") else {
      throw WeightFileError(.notAnObject(bytes.first ?? 0), file: file, offset: Self.prefixByteCount)
    }
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    do {
      var reader = JSONReader(bytes)
      try reader.readObject { reader, key in
        if key == Self.metadataKey {
          if reader.readIfNext("null") { return }
          try reader.readObject { reader, key in metadata[key] = try reader.readString() }
        } else {
          entries.append(try Entry(parsing: &reader, name: key, file: file))
        }
      }
      try reader.readEnd()
    } catch let error as WeightFileError {
      throw error
    } catch {
      throw WeightFileError(jsonError: error, file: file)
    }
    entries.sort { ($0.start, $0.end) < ($1.start, $1.end) }
    var expected = 0
    let dataStart = Self.prefixByteCount + bytes.count
    descriptors = []
    descriptors.reserveCapacity(entries.count)
    for entry in entries {
      let descriptor = try entry.descriptor(expectedStart: expected, dataStart: dataStart, file: file)
      expected = entry.end
      if let descriptor {
        descriptors.append(descriptor)
      } else {
        problems.append(
          WeightFileError(.unknownDType(entry.dtypeName), file: file, offset: entry.place, tensor: entry.name))
      }
    }
    if descriptors.isEmpty, let first = problems.first { throw first }
    guard expected == dataByteCount else {
      throw WeightFileError(
        .dataCountMismatch(tensorBytes: expected, fileBytes: dataByteCount), file: file, offset: dataStart)
    }
    descriptors.sort { $0.name.precedesInBytes($1.name) }
    let note = metadata.removeValue(forKey: Self.dtypesKey)
    let text = metadata.removeValue(forKey: SafetensorsStrings.key)
    self.metadata = metadata
    if let note { try restoreDTypes(note, file: file) }
    if let text { try addStrings(SafetensorsStrings(parsing: text, file: file), file: file) }
  }

  /// One member of the header, read but not yet compared with its neighbors.
  private struct Entry {
    let name: String
    /// Where its description is in the file.
    let place: Int
    let dtypeName: String
    /// Nil if no dtype of Decant has the elements.
    let dtype: DType?
    let shape: Shape
    let start: Int
    let end: Int

    init(parsing reader: inout JSONReader, name: String, file: String) throws {
      let offset = SafetensorsHeader.prefixByteCount + reader.position
      func error(_ reason: WeightFileDefect) -> WeightFileError {
        WeightFileError(reason, file: file, offset: offset, tensor: name)
      }
      var dtypeName: String?
      var dimensions: [Int]?
      var offsets: [Int]?
      try reader.readObject { reader, key in
        switch key {
        case "dtype": dtypeName = try reader.readString()
        case "shape":
          dimensions = try Self.counts(&reader) { count in
            guard count <= Shape.maximumRank else { throw error(.badShape(.rankTooLarge(count))) }
          }
        case "data_offsets":
          offsets = try Self.counts(&reader) { count in
            guard count <= 2 else {
              throw error(.badHeader("'data_offsets' has more than 2 numbers"))
            }
          }
        // The reference reader skips members that it does not know.
        default: try reader.skipValue()
        }
      }
      guard let dtypeName else { throw error(.missingField("dtype")) }
      guard let dimensions else { throw error(.missingField("shape")) }
      guard let offsets else { throw error(.missingField("data_offsets")) }
      guard offsets.count == 2 else {
        throw error(.badHeader("'data_offsets' has \(offsets.count.counted("number")); expected 2"))
      }
      dtype = SafetensorsDType.dtype(of: dtypeName)
      guard dtype != nil || SafetensorsDType.unread.contains(dtypeName) else { throw error(.unknownDType(dtypeName)) }
      self.name = name
      place = offset
      self.dtypeName = dtypeName
      do throws(ShapeError) {
        shape = try Shape(dimensions)
      } catch let shapeError {
        throw error(.badShape(shapeError))
      }
      (start, end) = (offsets[0], offsets[1])
    }

    /// Reads numbers as long as `check` allows this many.
    private static func counts(_ reader: inout JSONReader, _ check: (Int) throws -> Void) throws -> [Int] {
      var counts: [Int] = []
      try reader.readArray { reader in
        counts.append(try reader.readCount())
        try check(counts.count)
      }
      return counts
    }

    /// The tensor, whose bytes must follow those before it; nil if Decant has no dtype for it.
    func descriptor(expectedStart: Int, dataStart: Int, file: String) throws(WeightFileError) -> TensorDescriptor? {
      func error(_ reason: WeightFileDefect) -> WeightFileError {
        WeightFileError(reason, file: file, offset: dataStart.addingChecked(start), tensor: name)
      }
      guard start <= end else { throw error(.offsetsReversed(start: start, end: end)) }
      guard start == expectedStart else { throw error(.offsetsNotContiguous(start: start, expected: expectedStart)) }
      guard let dtype else { return nil }
      guard let byteCount = shape.byteCount(of: dtype) else {
        throw error(.badShape(.tooManyElements(shape.dimensions)))
      }
      guard byteCount == end - start else { throw error(.sizeMismatch(found: end - start, expected: byteCount)) }
      guard let offset = dataStart.addingChecked(start) else { throw error(.badHeader("an offset overflows")) }
      return TensorDescriptor(
        name: name, dtype: dtype, shape: shape, byteCount: byteCount, location: TensorLocation(file: 0, offset: offset))
    }
  }

  /// Gives tensors the dtypes in the note; each tensor must be stored the way its noted dtype would be.
  private mutating func restoreDTypes(_ note: String, file: String) throws(WeightFileError) {
    func error(_ why: Message) -> WeightFileError {
      WeightFileError(.badDTypeNote(why), file: file, offset: Self.prefixByteCount)
    }
    var dtypes: [[UInt8]: String] = [:]
    do {
      var reader = JSONReader(Array(note.utf8))
      try reader.readObject { reader, name in dtypes[Array(name.utf8)] = try reader.readString() }
      try reader.readEnd()
    } catch let jsonError {
      throw error("\(jsonError)")
    }
    for index in descriptors.indices where !dtypes.isEmpty {
      let descriptor = descriptors[index]
      guard let name = dtypes.removeValue(forKey: Array(descriptor.name.utf8)) else { continue }
      guard let note = DTypeNote(parsing: name), case let dtype = note.dtype,
        SafetensorsDType.name(of: dtype) == SafetensorsDType.name(of: descriptor.dtype),
        let shape = SafetensorsDType.shape(of: dtype, stored: descriptor.shape)
      else { throw error("tensor '\(descriptor.name)' cannot be '\(name)'") }
      if note.isSignExtended { signExtended.insert(Array(descriptor.name.utf8)) }
      descriptors[index].dtype = dtype
      descriptors[index].shape = shape
    }
    guard dtypes.isEmpty else { throw error("it names tensors that are not in the file") }
  }

  /// Adds string tensors to the list of the others.
  private mutating func addStrings(_ strings: SafetensorsStrings, file: String) throws(WeightFileError) {
    let count = descriptors.count
    descriptors += strings.tensors.map(\.descriptor)
    guard descriptors.count > count else { return }
    descriptors.sort { $0.name.precedesInBytes($1.name) }
    for (first, second) in zip(descriptors, descriptors.dropFirst()) where first.name.equalsInBytes(second.name) {
      throw WeightFileError(.duplicateName, file: file, offset: Self.prefixByteCount, tensor: first.name)
    }
    self.strings = strings
  }
}

extension WeightFileError {
  fileprivate init(jsonError: any Error, file: String) {
    let offset = (jsonError as? JSONError)?.offset
    self.init(.badHeader("\(jsonError)"), file: file, offset: SafetensorsHeader.prefixByteCount + (offset ?? 0))
  }
}

// MARK: Writing

extension SafetensorsHeader {
  private func note(of descriptor: TensorDescriptor) -> DTypeNote {
    DTypeNote(descriptor.dtype, isSignExtended: signExtended.contains(Array(descriptor.name.utf8)))
  }

  /// Lays out `descriptors` one after another, in order.
  ///
  /// - Returns: the bytes before the data (count and padded JSON), and where in the file each tensor starts, a string tensor where
  ///   the next one does; nil if a tensor cannot be held or the sum overflows.
  func serialized() -> (bytes: [UInt8], offsets: [Int])? {
    var members: [(key: String, value: String)] = []
    let noted = descriptors.filter { SafetensorsDType.needsNote($0.dtype) }
    var metadata = metadata
    metadata[Self.dtypesKey] = nil
    metadata[SafetensorsStrings.key] = strings.text
    if !noted.isEmpty {
      metadata[Self.dtypesKey] = JSONText.object(noted.map { ($0.name, JSONText.string(note(of: $0).text)) })
    }
    if !metadata.isEmpty {
      let sorted = metadata.sorted { $0.key.precedesInBytes($1.key) }
      members.append((Self.metadataKey, JSONText.object(sorted.map { ($0.key, JSONText.string($0.value)) })))
    }
    var offset = 0
    var offsets: [Int] = []
    for descriptor in descriptors {
      if descriptor.dtype == .string {
        offsets.append(offset)
        continue
      }
      guard let dtype = SafetensorsDType.name(of: descriptor.dtype),
        let byteCount = descriptor.shape.byteCount(of: descriptor.dtype),
        let end = offset.addingChecked(byteCount)
      else { return nil }
      let dimensions = SafetensorsDType.storedDimensions(of: descriptor)
      let shape = "[" + dimensions.map(String.init).joined(separator: ",") + "]"
      members.append((descriptor.name, #"{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":[\#(offset),\#(end)]}"#))
      offsets.append(offset)
      offset = end
    }
    var json = Array(JSONText.object(members).utf8)
    while !json.count.isMultiple(of: 8) { json.append(UInt8(ascii: " ")) }
    let dataStart = Self.prefixByteCount + json.count
    guard json.count <= Self.maximumByteCount, dataStart.addingChecked(offset) != nil else { return nil }
    var count = UInt64(json.count)
    let prefix = (0..<Self.prefixByteCount).map { _ in
      defer { count >>= 8 }
      return UInt8(truncatingIfNeeded: count)
    }
    return (prefix + json, offsets.map { $0 + dataStart })
  }
}
