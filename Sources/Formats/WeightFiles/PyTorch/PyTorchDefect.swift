internal import Files
internal import Messages

/// What is wrong with a PyTorch file or a pickle, or what Decant does not read in it.
public enum PyTorchDefect: Error, Equatable, Sendable {
  // The pickle.

  /// The pickle ends within an instruction.
  case cutShort(needed: UInt64, left: Int)
  /// A byte that is not an instruction.
  case unknownOpcode(UInt8)
  /// A protocol that Python does not have yet.
  case version(Int)
  /// An instruction that needs more values than there are.
  case emptyStack
  /// An instruction that needs a mark.
  case noMark
  /// An index of the memo under which nothing was kept.
  case noMemo(Int)
  /// An instruction that adds to something that is not a container.
  case notAContainer
  /// Something else where an instruction or a function needs this operand; the text says what, with an article.
  case badOperand(String)
  /// The list of tensors in a TorchScript program is not one; the text says why.
  case badProgramList(String)
  /// A persistent id that PyTorch does not write.
  case badPersistentID
  /// A class of storages that Decant does not know.
  case unknownStorage(String)
  /// An instruction that only other programs use.
  case unsupported(String)
  /// More instructions than Decant follows.
  case tooManySteps(limit: Int)
  /// Functions that loading the pickle would call.
  case foreignCalls([String])
  /// Functions that loading the pickle would call, in a file that is read without what they return.
  case ignoredCalls([String])
  /// The pickle needs what functions return that are not known, in a file that is read without it.
  case unfollowedCalls([String])
  /// Bytes after a plain pickle.
  case trailingBytes(Int)

  // What it describes.

  /// Containers or pickles are nested more deeply than the limit.
  case tooDeep
  /// More values than Decant walks through.
  case tooManyValues(limit: Int)
  /// A container that contains itself.
  case cycle(String)
  /// A type of elements without a dtype.
  case unsupportedElement(String)
  /// A tensor whose elements are not in the file as one array.
  case noElements
  /// A tensor that a class makes of others, by the class.
  case wrapper(String)
  /// Attributes of modules that hold tensors and are not in the state_dict.
  case unlistedAttributes([String])
  /// A storage that the file lacks.
  case noStorage(String)
  /// Storages that no tensor in the list has.
  case unlistedStorages(count: Int, byteCount: Int)
  /// A storage whose size differs from the declared one, in bytes.
  case storageSize(String, declared: Int, stored: Int)

  // The file around it.

  /// An archive without `data.pkl`.
  case noPickle
  /// An archive of a kind that PyTorch writes beside models, which Decant does not read.
  case otherArchive(OtherTorchArchive)
  /// A file of joblib, whose arrays are between the instructions of the pickle.
  case joblib
  /// A byte order that is neither `little` nor `big`.
  case badByteOrder(String)
  /// Decant's own notes are damaged.
  case badNotes
  /// A pickle without a tensor.
  case noTensors
  /// An archive with several pickles that could describe its tensors.
  case severalPickles([String])
  /// The older layout without its version.
  case noVersion
  /// The older layout without a list of its storages.
  case badKeys

  /// What to do about a file that is sound, but that Decant does not read; nil if it is damaged, or may be.
  var adviceIfSound: Message? {
    switch self {
    case .version: "Save the file again with protocol 5 or lower."
    case .unsupported: "Save the tensors with torch.save."
    case .tooManyValues: "In PyTorch, save only the state_dict of the model."
    case .otherArchive(let kind): kind.advice
    case .joblib: KnownFile.joblibAdvice
    case .severalPickles: "Save one model in each file."
    case .unfollowedCalls: "In Python, load it with the program that wrote it, and save only the tensors."
    case .noTensors:
      "Name the file that has the weights, or save them in PyTorch with torch.save(model.state_dict(), FILE)."
    case .wrapper, .unknownStorage, .tooManySteps, .foreignCalls, .tooDeep, .unsupportedElement, .noElements, .noPickle:
      ""
    default: nil
    }
  }

  /// The defect, and what to do about it, in sentences.
  var words: Message {
    guard let adviceIfSound, !adviceIfSound.isEmpty else { return fault }
    return "\(fault) \(adviceIfSound)"
  }

  private var fault: Message {
    switch self {
    case .cutShort(let needed, let left):
      "the pickle needs \(needed.counted("more byte")), but \(left) \(left.noun("is", "are")) left. "
        + "\(WeightFileDefect.interrupted)"
    case .unknownOpcode(let byte):
      "the pickle has the byte \(byte), which is not an instruction. \(WeightFileDefect.changed)"
    case .version(let version):
      "the pickle has protocol \(version); Decant reads 0 to 5."
    case .emptyStack: "an instruction of the pickle needs a value, but there is none. \(WeightFileDefect.changed)"
    case .noMark: "an instruction of the pickle needs a mark, but there is none. \(WeightFileDefect.changed)"
    case .noMemo(let index):
      "the pickle refers to entry \(index) of its memo, which it has not set. \(WeightFileDefect.changed)"
    case .notAContainer: "the pickle adds to a value that cannot hold others. \(WeightFileDefect.changed)"
    case .badOperand(let what): "the pickle has something else where \(what) was expected. \(WeightFileDefect.changed)"
    case .badProgramList(let why):
      "its model.json is not the list of tensors that TorchScript writes: \(why). \(WeightFileDefect.changed)"
    case .badPersistentID: "the pickle refers to data in a way that PyTorch never does. \(WeightFileDefect.changed)"
    case .unknownStorage(let name):
      "the pickle has a storage of the unknown type \(name). Update Decant, or save the file with another dtype in "
        + "PyTorch."
    case .unsupported(let what):
      "the pickle uses \(what), which PyTorch never writes and Decant does not read."
    case .tooManySteps(let limit):
      "the pickle has more than \(limit) instructions. Decant stops there, because such a file is more likely "
        + "to be an attack than a model."
    case .foreignCalls(let names):
      "the pickle calls \(list: names, upTo: 20), which Decant does not know to be harmless. Decant executes nothing, "
        + "but Python would execute these calls to load the file. To read the tensors without what these calls return, add "
        + "--ignore-code."
    case .ignoredCalls(let names):
      "the pickle calls \(list: names, upTo: 20), which Decant does not know to be harmless. Decant executed "
        + "nothing, and leaves out what these calls would return."
    case .unfollowedCalls(let names):
      "the pickle calls \(list: names, upTo: 20), and needs what these calls return to build the rest, so Decant cannot read it "
        + "even with --ignore-code."
    case .trailingBytes(let count):
      "\(count.counted("byte")) \(count.noun("follows", "follow")) the pickle, and Decant does not read them. If they are other "
        + "pickles, load each with pickle.load in Python, and save it in a file of its own."
    case .tooDeep: "values are nested too deeply. Decant shows what it found before that point."
    case .tooManyValues(let limit):
      "refers to its values more than \(limit) times, which Decant does not follow further."
    case .cycle(let name): "\(name.isEmpty ? "the value" : "'\(name)'") contains itself, so it is shown once."
    case .unsupportedElement(let name):
      "has the dtype \(name), which has no equivalent in Decant. Leave it out with --drop, or convert it to another dtype in PyTorch."
    case .noElements:
      "is sparse, nested, or without data, so its elements are not one array. Leave it out with "
        + "--drop, or make it dense in PyTorch and save it again."
    case .wrapper(let type):
      "is made of other tensors by the class \(type), which Decant does not know. Leave it out with --drop, or make it an "
        + "ordinary tensor in PyTorch (full_tensor() of a DTensor, dequantize() of a quantized one) and save it again."
    case .unlistedAttributes(let names):
      "\(names.count.counted("attribute")) of modules \(names.count.noun("holds", "hold")) tensors that are not in the state_dict "
        + "and that Decant leaves out: \(list: names, upTo: 5)."
    case .noStorage(let key): "its data, storage '\(key)', is not in the file. \(WeightFileDefect.interrupted)"
    case .unlistedStorages(let count, let byteCount):
      "\(count.counted("storage")) (\(byteCount.counted("byte")) in total) \(count.noun("belongs", "belong")) to none of the listed "
        + "tensors, but perhaps to objects that only the program that wrote them can open."
    case .storageSize(let key, let declared, let stored):
      "its storage '\(key)' should have \(declared.counted("byte")), but the file has \(stored). \(WeightFileDefect.interrupted)"
    case .noPickle:
      "the archive has no data.pkl, which describes the tensors of a PyTorch file. Unpack it to see what it holds."
    case .otherArchive(let kind): kind.words
    case .joblib: "is a file of joblib, which Decant does not read."
    case .badByteOrder(let text):
      "the archive gives the byte order '\(text)', but 'little' or 'big' was expected. \(WeightFileDefect.changed)"
    case .badNotes:
      "the member \(TorchNotes.memberName), in which Decant keeps metadata, is invalid. \(WeightFileDefect.changed)"
    case .noTensors:
      "holds no tensors, only a program or other Python values, and Decant reads only weights."
    case .severalPickles(let names):
      "the archive has \(names.count) pickles that could describe its tensors: \(names: names)."
    case .noVersion:
      "the file begins like a PyTorch file, but has no version that Decant knows. \(WeightFileDefect.changed)"
    case .badKeys: "the list of storages is invalid. \(WeightFileDefect.changed)"
    }
  }
}
