internal import Files
internal import Messages
internal import Tensors

/// The files of a model that was written in parts, `NAME-00001-of-00003.gguf` and so on; any of them leads to the
/// others.
/// - Source: llama.cpp, `llama_split_path` and `llama-model-loader.cpp`; gguf-py 0.19, `gguf_writer.py`
///   (`SHARD_NAME_FORMAT`).
struct GGUFParts {
  /// The parts that are there, in their order.
  private(set) var opened: [(header: GGUFHeader, file: InputFile)] = []
  /// How many there should be.
  private let count: Int
  /// The number of tensors in all parts, if the first one says it.
  private var tensorCount: Int?

  private static let (numberKey, countKey, tensorCountKey) = ("split.no", "split.count", "split.tensors.count")
  /// The keys that say something about the parts.
  private static let ownKeys = [numberKey, countKey, tensorCountKey]

  /// Finds and opens the other parts.
  ///
  /// - Parameters:
  ///   - header: the header of the file that was opened.
  ///   - file: that file.
  ///   - index: receives the files, and what is wrong with them.
  /// - Throws: `FileError` if a part is there but cannot be opened.
  init(of header: GGUFHeader, in file: InputFile, _ index: inout TensorIndex) throws {
    count = header.values[Self.countKey].flatMap { Int($0) } ?? 1
    opened = [(header, file)]
    guard count > 1 else { return }
    guard let names = GGUFPartNames(file.path, count: count) else {
      index.addProblem(.gguf(.partName(count: count)), tensor: nil)
      return
    }
    opened = []
    var missing: [String] = []
    for number in 1...count {
      let path = names.path(of: number)
      guard number != names.number else {
        opened.append((header, file))
        continue
      }
      guard let part = try Self.file(path) else {
        missing.append(path)
        continue
      }
      add(part, number: number, &index)
    }
    if !Self.says(header, part: names.number, of: count) {
      index.addProblem(.gguf(.otherPart(expected: names.number, count: count)), tensor: nil)
    }
    index.inputs = opened.map(\.file)
    index.missingFiles = missing
    if !missing.isEmpty {
      index.addProblem(.gguf(.missingParts(missing.map(\.lastPart), count: count)), tensor: nil)
    } else if opened.count == count {
      tensorCount = opened.lazy.compactMap { $0.header.values[Self.tensorCountKey] }.first.flatMap { Int($0) }
    }
  }

  /// Adds another part; one that is damaged or belongs elsewhere is a problem.
  private mutating func add(_ file: InputFile, number: Int, _ index: inout TensorIndex) {
    do {
      let header = try GGUFHeader(file)
      guard Self.says(header, part: number, of: count) else {
        throw WeightFileError(.gguf(.otherPart(expected: number, count: count)), file: file.path)
      }
      opened.append((header, file))
    } catch let error as any DecantError {
      index.problems.append(SourceProblem(tensor: nil, error: error, severity: .incomplete))
    } catch {
      index.addProblem(.gguf(.otherPart(expected: number, count: count)), tensor: nil)
    }
  }

  /// A part; nil if it is not there.
  private static func file(_ path: String) throws(FileError) -> InputFile? {
    do throws(FileError) {
      return try InputFile(path: path)
    } catch {
      guard error.category == .noInput else { throw error }
      return nil
    }
  }

  private static func says(_ header: GGUFHeader, part number: Int, of count: Int) -> Bool {
    header.values[countKey] == "\(count)" && header.values[numberKey] == "\(number - 1)"
  }

  /// Compares the number of tensors with what the parts say.
  func checkTensorCount(_ index: inout TensorIndex) {
    let found = opened.reduce(0) { $0 + $1.header.tensors.count }
    guard let tensorCount, tensorCount != found else { return }
    index.addProblem(.gguf(.tensorCount(declared: tensorCount, found: found)), tensor: nil)
  }

  /// The key-values of all parts without those about the parts; the first part's take precedence.
  var values: [String: String] {
    var values = opened.reduce(into: [:]) { $0.merge($1.header.values) { first, _ in first } }
    for key in Self.ownKeys { values[key] = nil }
    return values
  }

  /// The same as they are stored.
  var keyValues: GGUFKeyValues {
    GGUFKeyValues(opened.flatMap(\.header.keyValues).filter { !Self.ownKeys.contains($0.key) })
  }
}

/// The paths of a model's parts, which differ in a number.
private struct GGUFPartNames {
  /// Which part the path is, from 1.
  let number: Int
  private let start: String
  private let end: String

  /// Nil for a name that no part out of `count` has.
  init?(_ path: String, count: Int) {
    end = "-of-" + Self.digits(count) + ".gguf"
    guard path.hasSuffix(end) else { return nil }
    let rest = path.dropLast(end.count)
    let text = rest.suffix(5)
    guard let number = Int(text), (1...count).contains(number), Self.digits(number) == text,
      rest.dropLast(5).last == "-"
    else { return nil }
    self.number = number
    start = String(rest.dropLast(5))
  }

  func path(of number: Int) -> String { start + Self.digits(number) + end }

  private static func digits(_ number: Int) -> String {
    String(repeating: "0", count: max(0, 5 - "\(number)".count)) + "\(number)"
  }
}
