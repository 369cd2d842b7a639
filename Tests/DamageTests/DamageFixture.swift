import TestSupport

/// A small file that is damaged in every way, with what belongs to it and how it is read.
struct DamageFixture: Sendable {
  /// A file by its name, which may be changed.
  typealias Files = [String: [UInt8]]

  /// The format, and the file.
  let title: String
  /// Which file is damaged.
  let damaged: String
  /// What stands in the folder.
  let files: @Sendable () throws -> Files
  /// Opens and reads, from the folder's path.
  let read: @Sendable (_ directory: String) throws -> Observation
  /// Makes checksums right again.
  var repair: (@Sendable (inout Files) -> Void)?
  /// Whether the format's checksums, or our digests, find every change.
  var isProved = true
  /// The same where checksums were repaired.
  var isProvedWhenRepaired = false
  /// The kinds of damage that are tried.
  var kinds = DamageKind.allCases
}

extension DamageFixture {
  /// Files of one folder under `Fixtures/`, one of them damaged.
  init(
    _ title: String, in folder: String, _ names: [String], open path: String? = nil,
    repair: (@Sendable (inout Files) -> Void)? = nil, isProved: Bool = true,
    read: @escaping @Sendable (String) throws -> Observation = { try Observation(ofTensorsAt: $0) }
  ) {
    self.title = "\(title): \(names[0])"
    damaged = names[0]
    files = {
      var files: Files = [:]
      for name in names { files[name] = try Fixture.bytes("\(folder)/\(name)") }
      return files
    }
    let opened = path ?? names[0]
    self.read = { try read("\($0)/\(opened)") }
    self.repair = repair
    self.isProved = isProved
  }

  /// A repair of one file.
  static func repairing(
    _ name: String, _ repair: @escaping @Sendable (inout [UInt8]) -> Void
  ) -> @Sendable (inout Files) -> Void {
    { files in
      guard var bytes = files[name] else { return }
      repair(&bytes)
      files[name] = bytes
    }
  }
}
