internal import Bytes
internal import CDecantHDF5
internal import Files
internal import Essentials
internal import Messages
internal import Tensors
internal import Threads

/// Has a child process read an HDF5 file with libhdf5.
///
/// libhdf5 trusts much of what it reads: of the damaged files that fuzzing makes, some send release 1.10.8 into an
/// endless loop, some make it read past the end of its memory, and some make it silently change memory that it should
/// not touch. All of that happens in a child, which hands over lists and elements; this process checks what it gets,
/// and libhdf5 never sees the file here.
///
/// A child is created when it is needed, and answers one request after another. If it does not survive a request,
/// another child replaces it, so that everything readable is read. Each request has a limit of processor time, and the
/// child may do little except read this file and answer, if the system can enforce that.
final class HDF5ChildReader: HDF5Reader {
  private let path: String
  private let fileByteCount: Int
  private let milliseconds: Int
  private let onStart: @Sendable () -> Void
  private let state = Guarded(State())

  private struct State {
    var child: HDF5Child?
    /// What the child is working on or has done: the box after the last one, in case it is wanted next.
    var pending: HDF5Request?
    /// The datasets that requests name by their index.
    var datasets: [HDF5Dataset] = []
    /// Why no child is asked anymore: an endless loop costs its time only once.
    var failure: HDF5Defect?

    /// The signal that ended the child; 0 if there is none.
    mutating func endChild() -> Int32 {
      defer { (child, pending) = (nil, nil) }
      return child?.end() ?? 0
    }
  }

  /// How many times its processor time each further child may wait.
  ///
  /// A lock that another thread held when the child was made stays locked in the child, which waits for it or, as the
  /// Swift runtime does if another thread was executing a `once`, asks for it again and again. That says nothing about
  /// the file, and does not happen three times in a row. Neither does the delay of a busy machine.
  private static let patience: [UInt32] = [1, 4, 16]

  /// A path in an answer repeats the names of its groups, which are in the file once.
  private static let maximumContentsExpansion = 1024

  /// Reads a file by its path.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - fileByteCount: its length.
  ///   - milliseconds: the processor time for each request; nil for what the slowest machines need.
  ///   - onStart: runs in each child before it is confined and reads, for tests.
  init(path: String, fileByteCount: Int, milliseconds: Int?, onStart: @escaping @Sendable () -> Void = {}) {
    self.path = path
    self.fileByteCount = fileByteCount
    self.milliseconds = milliseconds ?? (2000 + fileByteCount / 10_000)
    self.onStart = onStart
  }

  func contents() throws -> HDF5Contents {
    var bytes: [UInt8] = []
    let limit = fileByteCount.multipliedChecked(by: Self.maximumContentsExpansion)?.addingChecked(1 << 20) ?? .max
    let count = try ask(.contents, tensor: nil, limit: limit, into: &bytes)
    guard let contents = try? JSONDecoder().decode(HDF5Contents.self, from: Data(bytes[..<count])) else {
      throw HDF5Failure(defect: .badAnswer, tensor: nil)
    }
    // Reading counts in these.
    for (index, dataset) in contents.datasets.enumerated() {
      guard dataset.index == index,
        dataset.dtype == .string || dataset.shape.byteCount(of: dataset.dtype) == dataset.byteCount
      else { throw HDF5Failure(defect: .badAnswer, tensor: dataset.name) }
    }
    state.withLock { $0.datasets = contents.datasets }
    return contents
  }

  func readBox(of dataset: HDF5Dataset, at element: Int, into buffer: inout [UInt8]) throws -> Int {
    let width = dataset.dtype.byteCount ?? 1
    return try ask(
      .box(dataset.index, element: element), tensor: dataset.name, limit: dataset.byteCount, into: &buffer
    ) { byteCount in
      // The child reads on while the caller does something with this box.
      let next = element + byteCount / width
      return next < dataset.shape.elementCount ? .box(dataset.index, element: next) : nil
    }
  }

  func readStrings(of dataset: HDF5Dataset) throws -> [[UInt8]] {
    let limit =
      fileByteCount.multipliedChecked(by: HDF5LibraryReader.maximumStringExpansion)?
      .addingChecked(dataset.shape.elementCount.multipliedChecked(by: 8) ?? .max) ?? .max
    var bytes: [UInt8] = []
    let count = try ask(.strings(dataset.index), tensor: dataset.name, limit: limit, into: &bytes)
    guard let strings = HDF5StringList.decode(bytes.rawSpan.extracting(first: count)),
      strings.count == dataset.shape.elementCount
    else { throw HDF5Failure(defect: .badAnswer, tensor: dataset.name) }
    return strings
  }

  func otherAttributes() throws -> [String] {
    var bytes: [UInt8] = []
    let limit = fileByteCount.multipliedChecked(by: Self.maximumContentsExpansion)?.addingChecked(1 << 20) ?? .max
    let count = try ask(.otherAttributes, tensor: nil, limit: limit, into: &bytes)
    let texts = HDF5StringList.decode(bytes.rawSpan.extracting(first: count))
    return texts?.map { String(escapingInvalidUTF8: $0) } ?? []
  }

  func rest() { state.withLock { _ = $0.endChild() } }

  deinit { rest() }

  /// Asks a child, and another one if the first one's time ran out.
  ///
  /// - Parameters:
  ///   - request: what is asked.
  ///   - tensor: what it is asked about, for errors.
  ///   - limit: bytes of the answer at most.
  ///   - buffer: receives the answer.
  ///   - next: what is probably asked next, by the answer's length.
  /// - Returns: how many bytes of `buffer` the answer is.
  /// - Throws: `HDF5Failure`, or `FileError` if there is no memory for the answer.
  private func ask(
    _ request: HDF5Request, tensor: String?, limit: Int, into buffer: inout [UInt8],
    next: (Int) -> HDF5Request? = { _ in nil }
  ) throws -> Int {
    try state.withLock { state in
      if let failure = state.failure { throw HDF5Failure(defect: failure, tensor: tensor) }
      // The request that was sent in advance and is not wanted. If the child does not survive it, its place in the file
      // is at fault.
      if let child = state.child, let pending = state.pending, pending != request {
        switch child.answer(limit: .max, into: &buffer) {
        case .value, .failure: state.pending = nil
        case .tooLong, .gone: _ = state.endChild()
        }
      }
      var timedOut = HDF5Defect.badAnswer
      for patience in Self.patience {
        let child = try state.child ?? start(patience: patience, state.datasets)
        state.child = child
        let isAsked = state.pending == request || child.ask(request)
        state.pending = nil
        switch isAsked ? child.answer(limit: limit, into: &buffer) : .gone {
        case .value(let count):
          if let next = next(count), child.ask(next) { state.pending = next }
          return count
        case .failure(let count):
          let failure = try? JSONDecoder().decode(HDF5Failure.self, from: Data(buffer[..<count]))
          throw failure ?? HDF5Failure(defect: .badAnswer, tensor: tensor)
        case .tooLong(let count):
          _ = state.endChild()
          if count > limit { throw HDF5Failure(defect: .badAnswer, tensor: tensor) }
          throw FileError(.outOfMemory(byteCount: count), file: path)
        case .gone:
          let signal = state.endChild()
          let defect = HDF5Defect.libraryFailed(signal: signal)
          guard signal == SIGPROF || signal == SIGALRM else { throw HDF5Failure(defect: defect, tensor: tensor) }
          timedOut = defect
        }
      }
      state.failure = timedOut
      throw HDF5Failure(defect: timedOut, tensor: tensor)
    }
  }

  private func start(patience: UInt32, _ datasets: [HDF5Dataset]) throws(HDF5Failure) -> HDF5Child {
    let task = HDF5ReadingTask(
      path: path, fileByteCount: fileByteCount, milliseconds: UInt32(clamping: milliseconds), patience: patience)
    let program = HDF5Program.path
    let child =
      if let program {
        HDF5Child(program: program, arguments: HDF5Program.arguments(task))
      } else {
        HDF5Child { [onStart] pipes in task.run(pipes, datasets: datasets, onStart: onStart) }
      }
    if let child { return child }
    throw HDF5Failure(defect: program.map { .noProgram($0, code: errno) } ?? .noProcess(errno), tensor: nil)
  }
}
