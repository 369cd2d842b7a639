internal import Bytes
internal import Files
internal import Messages
internal import Tensors

/// A TorchScript program of PyTorch 1.0 to 1.2: a zip archive with a list of tensors as JSON; see `TorchProgramList`.
struct TorchProgram {
  private let list: TorchProgramList
  private let storages: [String: ZipStorage]

  private static let listName = "model.json"

  /// Nil for an archive of another layout.
  ///
  /// - Throws: the archive's error, or `PyTorchDefect` for a list that is damaged.
  init?(_ archive: ZipArchive, _ names: [String], verifiesChecksum: Bool) throws {
    guard let root = ZipModel.programRoot(in: names) else { return nil }
    var storages: [String: ZipStorage] = [:]
    for (name, member) in zip(names, archive.members) where name.hasPrefix(root) {
      storages[String(name.dropFirst(root.count))] = ZipStorage(
        member, of: archive, verifiesChecksum: verifiesChecksum)
    }
    guard let member = storages[Self.listName] else { return nil }
    guard member.member.byteCount <= TorchProgramList.maximumByteCount, MemoryRoom.has(16 * member.member.byteCount)
    else {
      throw PyTorchDefect.badProgramList("it has \(member.member.byteCount.counted("byte"))")
    }
    try member.verify()
    var list: TorchProgramList
    do {
      list = try TorchProgramList(parsing: member.bytes().read(at: 0, count: member.member.byteCount))
    } catch let error as JSONError {
      throw PyTorchDefect.badProgramList("\(error)")
    }
    if !list.attributes.isEmpty, let pickle = storages["attributes.pkl"] {
      try pickle.verify()
      var machine = PickleMachine(.member(pickle))
      let value = try machine.run()
      list.addAttributes(value, machine.heap)
    }
    self.list = list
    self.storages = storages
  }

  /// The tensors, under the names of their modules.
  func index(_ file: InputFile) -> TensorIndex {
    var index = TensorIndex(format: "TorchScript of before 1.3", file: file)
    index.hasChecksums = true
    for entry in list.entries {
      do {
        guard list.tensors.indices.contains(entry.tensor) else { throw PyTorchDefect.noElements }
        let tensor = list.tensors[entry.tensor]
        guard let dtype = tensor.dtype else { throw PyTorchDefect.unsupportedElement(tensor.type) }
        guard let storage = storages[tensor.key] else { throw PyTorchDefect.noStorage(tensor.key) }
        let array = try StridedArray(
          .member(storage), dtype: dtype, shape: Shape(tensor.dimensions), offset: tensor.offset,
          strides: tensor.strides)
        index.tensors.append(IndexedTensor(entry.name, dtype, array))
      } catch let defect as PyTorchDefect {
        index.addProblem(.pyTorch(defect), tensor: entry.name)
      } catch let defect as StridedDefect {
        index.addProblem(.strided(defect), tensor: entry.name)
      } catch let error as ShapeError {
        index.addProblem(.badShape(error), tensor: entry.name)
      } catch {
        index.addProblem(.pyTorch(.badOperand("a tensor")), tensor: entry.name)
      }
    }
    return index
  }
}
