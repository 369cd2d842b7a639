internal import Bytes
internal import Files
internal import Messages
internal import Tensors

/// The layout that PyTorch has written since 1.6, and TorchScript before: a zip archive whose `data.pkl` describes the tensors, with a
/// member for each storage.
///
/// - Source: PyTorch 2.9, `torch/serialization.py`, `_load`; `torch/csrc/jit/serialization`.
struct TorchArchive {
  /// A pickle of the archive, and where its storages are.
  struct Part {
    let value: PickleValue
    let heap: PickleHeap
    /// What comes before the names of its tensors.
    let prefix: String
    /// What comes before the keys of its storages.
    let directory: String
  }

  let parts: [Part]
  let foreignCalls: [PickleGlobal]
  /// Whether it is a TorchScript program.
  let isScript: Bool
  let isBigEndian: Bool
  /// What Decant noted when it wrote the file.
  let notes: TorchNotes
  private let storages: [String: ZipStorage]

  /// Reads the pickles of an archive.
  ///
  /// - Throws: the archive's error, `PlacedPickleDefect` or `PyTorchDefect`.
  init(_ archive: ZipArchive, _ names: [String], verifiesChecksum: Bool) throws {
    var storages: [String: ZipStorage] = [:]
    var pickles: [String] = []
    storages.reserveCapacity(names.count)
    for (name, member) in zip(names, archive.members) {
      guard storages[name] == nil else {
        throw WeightFileError(
          .archive(.duplicateMember), file: archive.file.path, offset: member.headerOffset, tensor: name)
      }
      storages[name] = ZipStorage(member, of: archive, verifiesChecksum: verifiesChecksum)
      if name == "data.pkl" || name.hasSuffix("/data.pkl") { pickles.append(name) }
    }
    guard let pickle = pickles.first else { throw PyTorchDefect.noPickle }
    guard pickles.count == 1 else { throw PyTorchDefect.severalPickles(pickles) }
    let root = String(pickle.dropLast("data.pkl".count))
    // PyTorch 1.4, which wrote this layout on request, called the folder otherwise.
    let isOld = storages["\(root)data/0"] == nil && storages.keys.contains { $0.hasPrefix("\(root)tensors/") }
    isScript = storages["\(root)constants.pkl"] != nil
    isBigEndian = try Self.isBigEndian(storages["\(root)byteorder"])
    notes = try Self.notes(storages[root + TorchNotes.memberName])
    var parts: [Part] = []
    var foreignCalls: [PickleGlobal] = []
    for (name, prefix, directory) in [
      (pickle, "", isOld ? "\(root)tensors/" : "\(root)data/"),
      ("\(root)constants.pkl", "constants", "\(root)constants/"),
    ] {
      guard let member = storages[name] else { continue }
      try member.verify()
      var machine = PickleMachine(.member(member))
      do {
        let value = try machine.run()
        parts.append(Part(value: value, heap: machine.heap, prefix: prefix, directory: directory))
      } catch let placed as PlacedPickleDefect {
        throw PlacedPickleDefect(
          defect: placed.defect, position: (try? member.bytes().fileOffset(of: placed.position)) ?? 0)
      }
      foreignCalls += machine.foreignCalls.filter { !foreignCalls.contains($0) }
    }
    self.parts = parts
    self.foreignCalls = foreignCalls
    self.storages = storages
  }

  /// The bytes of a storage of a part; nil if the archive lacks them.
  func bytes(of key: String, in part: Part) -> StoredBytes? {
    storages[part.directory + key].map { .member($0) }
  }

  /// The keys and sizes of all storages that the archive has for a part.
  func storages(of part: Part) -> [(key: String, byteCount: Int)] {
    storages.compactMap { name, storage in
      name.hasPrefix(part.directory) ? (String(name.dropFirst(part.directory.count)), storage.member.byteCount) : nil
    }
  }

  private static func notes(_ member: ZipStorage?) throws -> TorchNotes {
    guard let member, member.member.byteCount <= TorchNotes.maximumByteCount else { return TorchNotes() }
    try member.verify()
    do {
      return try TorchNotes(parsing: member.bytes().read(at: 0, count: member.member.byteCount))
    } catch is JSONError {
      throw PyTorchDefect.badNotes
    }
  }

  private static func isBigEndian(_ member: ZipStorage?) throws -> Bool {
    guard let member else { return false }
    let count = min(member.member.byteCount, 16)
    let text = String(decoding: try member.bytes().read(at: 0, count: count), as: UTF8.self)
    guard ["little", "big"].contains(text) else { throw PyTorchDefect.badByteOrder(text) }
    return text == "big"
  }
}
