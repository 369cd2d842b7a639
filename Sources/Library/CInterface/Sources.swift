public import CDecant
internal import Conversion
internal import Essentials
internal import Messages
internal import ModelMapping
internal import TensorFiles
internal import Tensors
internal import WeightFiles

typealias SourceHandle = Handle<any TensorSource>

/// Bytes that are read between two calls of the caller's progress function.
private let pieceByteCount = 1 << 20

/// Names the program that reads HDF5; see `decant.h`.
@c @implementation public func decant_set_program(_ path: UnsafePointer<CChar>?) {
  guard let path = unsafe path else { return }
  HDF5Program.use(unsafe String(cString: path))
}

/// Opens a file; see `decant.h`.
@c @implementation public func decant_open(
  _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?, _ source: UnsafeMutablePointer<OpaquePointer?>?,
  _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> decant_status {
  unsafe answering(message) {
    let source = try unsafe required(source, "source")
    let options = try unsafe CallOptions.parse(options, known: CallOptions.reading.union(CallOptions.changing))
    let opened = try openSource(try unsafe text(path, "path"), options)
    unsafe source.pointee = unsafe SourceHandle(opened).opened()
  }
}

/// Opens a file, and shows it as it would be converted if the options ask for that.
private func openSource(_ path: String, _ options: CallOptions) throws -> any TensorSource {
  let file = try TensorFile.open(path, options: options.readOptions())
  return options.changesTensors ? try ConvertedSource(file, options: options.conversion(standardNames: .keep)) : file
}

/// Closes a file; see `decant.h`.
@c @implementation public func decant_close(_ source: OpaquePointer?) { unsafe SourceHandle.close(source) }

/// Describes a source; see `decant.h`.
@c @implementation public func decant_describe(
  _ source: OpaquePointer?, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> decant_status {
  unsafe answering(message) {
    let source = try unsafe SourceHandle.value(source, "source")
    unsafe try required(json, "json").pointee = unsafe allocated(description(of: source))
  }
}

private func description(of source: any TensorSource) -> String {
  let files = source.files.map { file in
    JSONText.object([("path", JSONText.string(file.path)), ("bytes", file.byteCount.map(String.init) ?? "null")])
  }
  let metadata = source.metadata.sorted { $0.key < $1.key }.map { ($0.key, JSONText.string($0.value)) }
  let tensors = source.descriptors.map { tensor in
    JSONText.object([
      ("name", JSONText.string(tensor.name)), ("dtype", JSONText.string(tensor.dtype.name)),
      ("shape", "[" + tensor.shape.dimensions.map(String.init).joined(separator: ",") + "]"),
      ("bytes", "\(tensor.dtype == .string ? 0 : tensor.byteCount)"),
    ])
  }
  return JSONText.object([
    ("format", JSONText.string(source.format)),
    ("files", "[" + files.joined(separator: ",") + "]"),
    ("metadata", JSONText.object(metadata)),
    ("problems", JSONText.array(source.problems.map { $0.error.message.text })),
    ("tensors", "[" + tensors.joined(separator: ",") + "]"),
  ])
}

/// Reads a tensor of numbers; see `decant.h`.
@c @implementation public func decant_read(
  _ source: OpaquePointer?, _ index: UInt64, _ bytes: UnsafeMutableRawPointer?, _ byteCount: Int,
  _ progress: decant_progress?, _ context: UnsafeMutableRawPointer?,
  _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> decant_status {
  unsafe answering(message) {
    let source = try unsafe SourceHandle.value(source, "source")
    let tensor = try descriptor(index, of: source)
    if let reason = tensor.dtype.reasonWithoutValues { throw CallError.noValues(tensor.name, reason) }
    if tensor.dtype == .string { throw CallError.isString(tensor.name) }
    guard byteCount == tensor.byteCount else {
      throw CallError.byteCount(expected: tensor.byteCount, given: byteCount, tensor: tensor.name)
    }
    guard unsafe bytes != nil || byteCount == 0 else { throw CallError.missing("bytes") }
    let room = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: byteCount)
    let call = unsafe ProgressCall(function: progress, context: context)
    var done = 0
    try source.read(tensor, maximumByteCount: pieceByteCount) { piece in
      unsafe piece.withUnsafeBytes { piece in
        unsafe UnsafeMutableRawBufferPointer(rebasing: room[done..<done + piece.count]).copyMemory(from: piece)
      }
      done += piece.byteCount
      try call.check()
    }
  }
}

/// Reads a tensor of strings; see `decant.h`.
@c @implementation public func decant_read_strings(
  _ source: OpaquePointer?, _ index: UInt64, _ bytes: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ ends: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>?>?, _ count: UnsafeMutablePointer<UInt64>?,
  _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> decant_status {
  unsafe answering(message) {
    let source = try unsafe SourceHandle.value(source, "source")
    let (bytes, ends) = (try unsafe required(bytes, "bytes"), try unsafe required(ends, "ends"))
    let count = try unsafe required(count, "count")
    let tensor = try descriptor(index, of: source)
    guard tensor.dtype == .string else { throw CallError.isNotString(tensor.name) }
    let strings = try source.readStrings(tensor)
    let total = strings.reduce(0) { $0 + $1.count }
    guard let text = unsafe malloc(max(1, total)), let marks = unsafe malloc(max(1, strings.count) * 8) else {
      throw POSIXError(.ENOMEM)
    }
    var end = 0
    for (index, string) in strings.enumerated() {
      unsafe string.withUnsafeBytes { string in
        unsafe UnsafeMutableRawBufferPointer(start: text + end, count: string.count).copyMemory(from: string)
      }
      end += string.count
      unsafe marks.storeBytes(of: UInt64(end), toByteOffset: index * 8, as: UInt64.self)
    }
    unsafe bytes.pointee = unsafe text.assumingMemoryBound(to: CChar.self)
    unsafe ends.pointee = unsafe marks.assumingMemoryBound(to: UInt64.self)
    unsafe count.pointee = UInt64(strings.count)
  }
}

private func descriptor(_ index: UInt64, of source: any TensorSource) throws(CallError) -> TensorDescriptor {
  let descriptors = source.descriptors
  guard let index = Int(exactly: index), index < descriptors.count else {
    throw .noTensor(index, count: descriptors.count)
  }
  return descriptors[index]
}
