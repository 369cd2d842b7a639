import Inspection
import Messages
import TensorFiles
import Tensors

/// What a reader made of a file.
struct Observation {
  /// What it read without complaint, by name: a tensor's dtype, shape and elements, or anything else as bytes.
  var parts: [String: [UInt8]] = [:]
  /// What it complained about.
  var errors: [any Error] = []
}

/// How a reader's result on damaged bytes compares with that on sound ones.
enum Verdict: Int, CaseIterable, Codable {
  /// Everything is as it was.
  case right
  /// An error of ours says that something is wrong, and everything that was read nevertheless is as it was.
  case error
  /// Something changed without an error.
  case other
  /// An error that is none of ours.
  case untyped

  init(_ found: Observation, sound: [String: [UInt8]]) {
    if !found.errors.allSatisfy({ $0 is any DecantError }) {
      self = .untyped
    } else if found.parts.contains(where: { sound[$0] != $1 }) {
      self = .other
    } else if found.errors.isEmpty {
      self = found.parts.count == sound.count ? .right : .other
    } else {
      self = .error
    }
  }
}

/// A failure that a report told in words.
struct Said: DecantError {
  let category = ErrorCategory.mismatch
  let message: Message
}

extension Observation {
  /// Opens a source and reads every tensor.
  init(ofTensorsAt path: String) throws { try self.init(ofTensorsOf: TensorFile.open(path)) }

  /// Reads every tensor.
  init(ofTensorsOf source: any TensorSource) throws {
    errors = source.problems.filter { $0.severity != .note }.map(\.error)
    try add(source)
  }

  /// Holds a converted file against its digests, and then looks at what it holds.
  init(ofConverted source: any TensorSource) throws {
    let report = IntegrityReport(checking: source)
    guard report.isSound else {
      errors = report.failures.map { Said(message: $0.message) }
      return
    }
    for (key, value) in source.metadata { parts["metadata \(key)"] = Array(value.utf8) }
    parts["evidence"] = report.evidence.map { Array($0.rawValue.utf8) }
    try add(source)
  }

  private mutating func add(_ source: any TensorSource) throws {
    for descriptor in source.descriptors where descriptor.dtype.kind != .opaque {
      var part = Array("\(descriptor.dtype) \(descriptor.shape) ".utf8)
      do {
        if descriptor.dtype == .string {
          for string in try source.readStrings(descriptor) { part += Array("\(string.count) ".utf8) + string }
        } else {
          part += try source.readAll(descriptor)
        }
        parts["tensor \(descriptor.name)"] = part
      } catch {
        errors.append(error)
      }
    }
  }
}
