internal import Files
internal import Essentials
internal import Messages
public import Tensors

/// What is wrong with an HDF5 file, or what Decant does not read in it.
///
/// `Codable` because it comes from the process that reads the file.
public enum HDF5Defect: Error, Equatable, Sendable, Codable {
  /// The HDF5 library reported an error, with this message.
  case library(String)
  /// The HDF5 library, in its own process, crashed on the file or did not finish reading it.
  case libraryFailed(signal: Int32)
  /// The process in which the HDF5 library reads the file could not be started; carries the system's error number.
  case noProcess(Int32)
  /// The program that reads HDF5 in its own process could not be started; the system's error number.
  case noProgram(String, code: Int32)
  /// The process in which the HDF5 library reads the file gave an invalid answer.
  case badAnswer
  /// A link that points out of the file.
  case externalLink(String)
  /// A dataset whose data is in other files.
  case externalData
  /// A dataset with a filter that is not supported.
  case unsupportedFilter(id: Int, name: String)
  /// A dataset of a type that no tensor can have.
  case unsupportedType(String)
  /// A dataset without extents: HDF5's null dataspace.
  case nullDataspace
  /// Two datasets carry the same tensor name.
  case duplicateName
  /// The note on a dataset that gives its dtype does not fit the stored type.
  case dtypeMismatch(note: String)
  /// Groups are nested too deeply.
  case tooDeep
  /// The extents are not a shape.
  case badShape(ShapeError)
  /// The declared extents are beyond what the file can hold.
  case shapeBeyondFile(byteCount: Int, fileBytes: Int)
  /// One chunk would take too much memory.
  case chunkTooLarge(byteCount: Int)
  /// Strings need more memory than the file could fill.
  case stringsTooLarge(limit: Int)

  /// What was found, what was expected and what to try.
  var words: Message {
    switch self {
    case .library(let message):
      "HDF5 says: \(message). \(message.contains("version number") ? Self.newer : WeightFileDefect.interrupted)"
    case .libraryFailed(let signal):
      "libhdf5, which runs in a separate process, "
        + "\(signal == SIGPROF || signal == SIGALRM ? "did not finish reading" : "crashed (signal \(signal)) while reading") "
        + "this file. \(WeightFileDefect.interrupted)"
    case .noProcess(let code):
      "Decant reads HDF5 files in a separate process, but cannot start it: "
        + "\(String(systemErrorNumber: code)). Raise the limit on processes or memory, and try again."
    case .noProgram(let program, let code):
      "Decant needs the command '\(program)' to read this file, but cannot start it: "
        + "\(String(systemErrorNumber: code)). Put decant on PATH, or name it with decant_set_program."
    case .badAnswer:
      "libhdf5, which runs in a separate process, gave an invalid answer. \(WeightFileDefect.interrupted)"
    case .externalLink(let path):
      "the link '\(path)' points to another file; Decant never follows such links. Copy the data into one file with h5py."
    case .externalData:
      "keeps its data in other files, which Decant never opens. Copy it into one file with 'h5repack -l CONTI OLD NEW'."
    case .unsupportedFilter(let id, let name):
      "uses the filter '\(name)' (\(id)), which is not supported. Copy it with a program that has this "
        + "filter, such as h5py, and store it with deflate (compression='gzip')."
    case .unsupportedType(let what):
      "holds \(what), which no dtype can represent. Leave it out with --drop, or convert it with the program that wrote it."
    case .nullDataspace: "has no extents (a null dataspace), so it is not a tensor. Leave it out with --drop."
    case .duplicateName: "is in the file twice. \(WeightFileDefect.changed)"
    case .dtypeMismatch(let note):
      "is marked as '\(note)', which does not fit its stored type. \(WeightFileDefect.changed)"
    case .tooDeep:
      "groups are nested more than \(HDF5File.maximumDepth) levels deep. It is probably not a weight file."
    case .badShape(let error): "\(error). \(WeightFileDefect.changed)"
    case .shapeBeyondFile(let byteCount, let fileBytes):
      "declares \(byteCount.counted("byte")), more than a file of \(fileBytes.counted("byte")) can hold even when "
        + "compressed. \(WeightFileDefect.changed)"
    case .chunkTooLarge(let byteCount):
      "is stored in chunks of \(byteCount.counted("byte")); Decant reads chunks of up to "
        + "\(HDF5File.maximumChunkByteCount). Store it in smaller chunks, for example with "
        + "'h5repack -l NAME:CHUNK=100x100 OLD NEW'."
    case .stringsTooLarge(let limit):
      "declares more strings than fit in \(limit.counted("byte")), the most that a file of this size can hold. "
        + "\(WeightFileDefect.changed)"
    }
  }

  // A part of the format that is newer than the library looks like damage to it.
  private static let newer: Message =
    "The file is damaged, or was written by a newer HDF5 than the one that Decant uses; in that case, write it "
    + "again without h5py's libver='latest', or build Decant with a newer HDF5."
}

/// A defect and its place in the file, as the process that reads the file sends it.
struct HDF5Failure: Error, Codable {
  let defect: HDF5Defect
  let tensor: String?
}
