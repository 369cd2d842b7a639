internal import Bytes
internal import Checkpoints
internal import Messages
internal import Tensors
internal import Threads

/// The results of reading every tensor of a source.
struct DataReading {
  /// One tensor that cannot be read.
  struct Failure {
    let descriptor: TensorDescriptor
    let error: any Error

    /// The checkpoint's own reason, if the error has one.
    var reason: CheckpointDefect? { (error as? CheckpointError)?.reason }

    /// Whether the bytes exist but differ from those that were written.
    var isWrongBytes: Bool {
      switch reason {
      case .data(.checksum), .strings(.lengthChecksum), .strings(.badLength), .strings(.tooMany),
        .strings(.bytesLeftOver):
        true
      default: false
      }
    }

    /// Whether the bytes do not exist at all.
    var isMissing: Bool {
      switch reason {
      case .shard(.outside), .shard(.missing), .shard(.foreign), .file: true
      default: false
      }
    }
  }

  /// Tensors that were read completely and whose checksums match, except those without bytes.
  private(set) var sound: [TensorDescriptor] = []
  /// Tensors that cannot be read.
  private(set) var failures: [Failure] = []
  /// Bytes of the sound ones.
  private(set) var soundByteCount = 0

  /// Tensors whose bytes exist but differ from those that were written.
  var wrong: [Failure] { failures.filter(\.isWrongBytes) }

  /// Reads everything once, unless that was done before; `progress` is told the bytes done and the bytes in all.
  ///
  /// If nobody waits anymore, it ends early; what was not read is then neither sound nor a failure.
  init(
    _ source: any TensorSource, known: KnownReading? = nil, cancellation: Cancellation,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) {
    if let errors = known?.errors(of: source) {
      for (index, descriptor) in source.descriptors.enumerated() where descriptor.dtype.kind != .opaque {
        add(descriptor, errors[index])
      }
      return
    }
    let total = source.descriptors.reduce(0) { $0.addingChecked($1.byteCount) ?? .max }
    var done = 0
    for descriptor in source.descriptors where !cancellation.isCancelled {
      do {
        switch descriptor.dtype.kind {
        case .opaque: continue
        case .string: _ = try source.readStrings(descriptor)
        default:
          try source.read(descriptor, maximumByteCount: Self.pieceByteCount) { _ in try cancellation.check() }
        }
        add(descriptor, nil)
      } catch is Cancelled {
        return
      } catch {
        add(descriptor, error)
      }
      done = done.addingChecked(descriptor.byteCount) ?? .max
      progress(done, total)
    }
  }

  private mutating func add(_ descriptor: TensorDescriptor, _ error: (any Error)?) {
    if let error { return failures.append(Failure(descriptor: descriptor, error: error)) }
    if descriptor.byteCount > 0 { sound.append(descriptor) }
    soundByteCount = soundByteCount.addingChecked(descriptor.byteCount) ?? .max
  }

  private static let pieceByteCount = 256 << 10
}
