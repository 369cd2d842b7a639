import Checkpoints
import Foundation
import SSTable
import Tensors
import Testing
import TestSupport

/// A folder under `Fixtures/checkpoints/bad/`, and what is said of it.
struct BadCheckpoint: CustomTestStringConvertible, Sendable {
  /// Something that opening or reading found.
  struct Finding: Equatable, Sendable, CustomStringConvertible {
    enum Place: Equatable, Sendable { case incomplete, unreadable, note, read }
    let place: Place
    let tensor: String?
    let reason: CheckpointDefect
    let offset: Int?

    /// A problem of the source: the tensor is not listed.
    static func incomplete(_ tensor: String?, _ reason: CheckpointDefect, at offset: Int? = nil) -> Self {
      Self(place: .incomplete, tensor: tensor, reason: reason, offset: offset)
    }

    /// A problem of the source: the tensor is listed and cannot be read.
    static func unreadable(_ tensor: String?, _ reason: CheckpointDefect, at offset: Int? = nil) -> Self {
      Self(place: .unreadable, tensor: tensor, reason: reason, offset: offset)
    }

    /// A problem of the source that loses nothing.
    static func note(_ tensor: String?, _ reason: CheckpointDefect, at offset: Int? = nil) -> Self {
      Self(place: .note, tensor: tensor, reason: reason, offset: offset)
    }

    /// An error when the tensor is read.
    static func read(_ tensor: String, _ reason: CheckpointDefect, at offset: Int? = nil) -> Self {
      Self(place: .read, tensor: tensor, reason: reason, offset: offset)
    }

    var description: String { "\(place) \(tensor ?? "-"): \(reason) at \(offset.map(String.init) ?? "-")" }
  }

  enum Outcome: Equatable, Sendable {
    case refusedTable(TableDefect, offset: Int)
    case refused(CheckpointDefect, offset: Int?)
    case opened([Finding])
  }

  let folder: String
  let outcome: Outcome
  var testDescription: String { folder }

  init(_ folder: String, table reason: TableDefect, at offset: Int) {
    self.folder = folder
    outcome = .refusedTable(reason, offset: offset)
  }

  init(_ folder: String, refused reason: CheckpointDefect, at offset: Int? = nil) {
    self.folder = folder
    outcome = .refused(reason, offset: offset)
  }

  init(_ folder: String, finds findings: [Finding]) {
    self.folder = folder
    outcome = .opened(findings)
  }

  /// The path that a user would give.
  func path() throws -> String {
    struct Expected: Decodable { let file: String }
    let folder = Fixture.path("checkpoints/bad/\(folder)")
    let json = try Data(contentsOf: URL(filePath: folder + "/expected.json"))
    return folder + "/" + (try JSONDecoder().decode(Expected.self, from: json)).file
  }
}

/// The bytes of a key, whose text here has a scalar for each byte.
func key(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }

/// A slice in TensorFlow's spelling, such as `-:0,3`.
func slice(_ text: String) -> TensorSlice {
  TensorSlice(
    text.split(separator: ":").map { extent in
      let numbers = extent.split(separator: ",").compactMap { Int($0) }
      return numbers.count == 2 ? .init(start: numbers[0], length: numbers[1]) : .whole
    })
}

/// A shape that is known to be one.
func shape(_ dimensions: Int...) -> Shape { (try? Shape(dimensions)) ?? .scalar }
