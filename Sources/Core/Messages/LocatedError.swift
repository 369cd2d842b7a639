/// An error with a reason and the place that it is about; every error of a file format is one.
public struct LocatedError<Reason: ErrorReason>: PlacedError, Equatable {
  /// What went wrong.
  public let reason: Reason
  /// The path of the file or directory, if it is known.
  public private(set) var file: String?
  /// The offset in the file, in bytes, if one can be named.
  public private(set) var offset: Int?
  /// The tensor, object or node, if the error is about one.
  public private(set) var tensor: String?

  /// An error at a place.
  public init(_ reason: Reason, file: String? = nil, offset: Int? = nil, tensor: String? = nil) {
    self.reason = reason
    self.file = file
    self.offset = offset
    self.tensor = tensor
  }

  /// The kind of failure, which decides the exit status.
  public var category: ErrorCategory { reason.category }

  /// The place, what was found, what was expected and what to try.
  public var message: Message {
    if let whole = reason.wholeMessage { return whole }
    var place: [Message] = []
    if let file { place.append("\(file)") }
    if let offset { place.append("byte \(offset)") }
    if let tensor { place.append("\(Reason.subject) '\(tensor)'") }
    return (place + [reason.sentence]).joined(separator: ": ")
  }

  /// The tensor, unless the message is another error's.
  public var namedTensor: String? { reason.wholeMessage == nil ? tensor : nil }

  /// The same error, in this file if it does not name one yet.
  public func inFile(_ path: String) -> Self {
    var error = self
    error.file = file ?? path
    return error
  }

  /// The same error, about this tensor.
  public func about(_ tensor: String) -> Self {
    var error = self
    error.tensor = tensor
    return error
  }
}

/// An error that may be about one file, and about one tensor in it.
public protocol PlacedError: DecantError {
  /// The path of the file or directory, if it is known.
  var file: String? { get }
  /// The tensor that the message names, if it names one.
  var namedTensor: String? { get }
}

/// What can go wrong in one part of Decant: the reasons of a ``LocatedError``.
public protocol ErrorReason: Error, Equatable {
  /// The kind of failure.
  var category: ErrorCategory { get }
  /// What was found, what was expected and what to try, in sentences that follow the place.
  var sentence: Message { get }
  /// The message of another error that this reason passes on, with a place of its own; nil for all others.
  var wholeMessage: Message? { get }
  /// What ``LocatedError/tensor`` names: `tensor`, or another noun.
  static var subject: Message { get }
}

extension ErrorReason {
  /// Bad data.
  public var category: ErrorCategory { .badData }
  /// None.
  public var wholeMessage: Message? { nil }
  /// A tensor.
  public static var subject: Message { "tensor" }
}
