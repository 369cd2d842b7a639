internal import Bytes
internal import Files
internal import Messages

/// Follows the instructions of a pickle without executing anything: it knows what a list of harmless functions would return, and
/// notes every other function that the pickle calls.
///
/// - Source: Python 3.13, `Lib/pickle.py`, class `_Unpickler`.
struct PickleMachine {
  var heap = PickleHeap()
  /// Functions that loading the pickle would have called and that are not known to be harmless, each once, in order.
  private(set) var foreignCalls: [PickleGlobal] = []
  /// Bytes of an element of each storage that was named, by its key.
  var storageWidths: [String: Int] = [:]
  /// What persistent ids name, in the layout of 2016; nil in the others, whose ids say where a storage is.
  var persistentObjects: [Int: PickleNode]?
  /// How many pickles contain this one.
  let depth: Int

  private var reader: PickleReader
  private var stack: [PickleValue] = []
  /// The heights of the stack at the marks.
  private var marks: [Int] = []
  private var memo = PickleMemo()
  /// What is known of the functions that were called, by the places of their nodes.
  private var operations: [Int: PickleFunctions.Operation] = [:]
  private var stepCount = 0
  /// Whether it names joblib's class for arrays, whose bytes follow among the instructions.
  private var hasJoblibArrays = false

  /// The most instructions; each makes at most one value.
  private static let maximumStepCount = 1 << 24
  /// Pickles in pickles, as PyTorch makes them of storages that are pickled by themselves.
  static let maximumDepth = 4

  /// Starts at a position of bytes that may hold several pickles.
  init(_ bytes: StoredBytes, at position: Int = 0, depth: Int = 0) {
    reader = PickleReader(bytes, at: position)
    self.depth = depth
  }

  /// The position after what was read.
  var position: Int { reader.position }

  /// Runs to the end of the pickle.
  ///
  /// - Returns: its value.
  /// - Throws: `PlacedPickleDefect`, or what reading throws.
  mutating func run() throws -> PickleValue {
    while true {
      let start = reader.position
      do {
        if let value = try step() { return value }
      } catch let defect as PyTorchDefect {
        // What an unknown function returns is unknown, so the instructions after it may make no sense.
        let known: PyTorchDefect =
          hasJoblibArrays ? .joblib : foreignCalls.isEmpty ? defect : .foreignCalls(foreignCalls.map(\.text))
        throw PlacedPickleDefect(defect: known, position: start)
      }
    }
  }

  /// Notes a call of a function that is not known.
  mutating func noteForeignCall(of function: PickleGlobal) {
    if !foreignCalls.contains(function), foreignCalls.count < 1000 { foreignCalls.append(function) }
  }

  /// Notes the calls of a pickle within this one.
  mutating func noteForeignCalls(_ functions: [PickleGlobal]) { functions.forEach { noteForeignCall(of: $0) } }

  // MARK: - One instruction

  /// Follows one instruction, and returns the pickle's value if it was the last.
  private mutating func step() throws -> PickleValue? {
    stepCount += 1
    guard stepCount <= Self.maximumStepCount else { throw PyTorchDefect.tooManySteps(limit: Self.maximumStepCount) }
    let byte = try reader.readByte()
    guard let opcode = PickleOpcode(rawValue: byte) else { throw PyTorchDefect.unknownOpcode(byte) }
    switch opcode {
    case .stop: return try pop()
    case .version:
      let version = try reader.readByte()
      guard version <= 5 else { throw PyTorchDefect.version(Int(version)) }
    case .frame: _ = try reader.readLength(byteCount: 8)
    case .mark: marks.append(stack.count)
    case .pop:
      // A mark is an object on Python's stack, and is removed as one.
      if let mark = marks.last, mark == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .duplicate: push(try top())
    case .none, .newTrue, .newFalse, .integer1, .integer2, .integer4, .integerLine, .long1, .long4, .longLine, .float8,
      .floatLine:
      push(try readNumber(opcode))
    case .unicode1, .unicode4, .unicode8, .unicodeLine, .bytes1, .bytes4, .bytes8, .byteArray8, .string1, .string4,
      .stringLine:
      push(try readText(opcode))
    case .getLine, .get1, .get4, .putLine, .put1, .put4, .memoize: try useMemo(opcode)
    case .emptyTuple, .tuple1, .tuple2, .tuple3, .tuple, .emptyList, .list, .emptyDictionary, .dictionary, .emptySet,
      .frozenSet:
      try makeContainer(opcode)
    case .append, .appends, .setItem, .setItems, .addItems: try extendContainer(opcode)
    case .global, .stackGlobal, .reduce, .newObject, .newObjectWithKeywords, .instance, .object, .build:
      try makeObject(opcode)
    case .persistent: push(try storage(of: pop()))
    case .persistentLine: throw PyTorchDefect.unsupported("persistent ids as text")
    case .extension1, .extension2, .extension4: throw PyTorchDefect.unsupported("the extension registry")
    case .nextBuffer, .readOnlyBuffer: throw PyTorchDefect.unsupported("buffers outside the pickle")
    }
    return nil
  }

  // MARK: - The stack

  private mutating func push(_ value: PickleValue) { stack.append(value) }

  private func top() throws -> PickleValue {
    guard let value = stack.last, stack.count > marks.last ?? 0 else { throw PyTorchDefect.emptyStack }
    return value
  }

  private mutating func pop() throws -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func pop(_ count: Int) throws -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw PyTorchDefect.emptyStack }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw PyTorchDefect.noMark }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  // MARK: - Numbers and text

  private mutating func readNumber(_ opcode: PickleOpcode) throws -> PickleValue {
    switch opcode {
    case .newTrue: return .boolean(true)
    case .newFalse: return .boolean(false)
    case .integer1: return .integer(Int(try reader.readByte()))
    case .integer2: return .integer(Int(try reader.readNumber(byteCount: 2)))
    case .integer4: return .integer(Int(Int32(truncatingIfNeeded: try reader.readNumber(byteCount: 4))))
    case .long1: return Self.integer(try reader.readBytes(Int(try reader.readByte())))
    case .long4: return Self.integer(try reader.readBytes(try reader.readLength(byteCount: 4)))
    case .float8:
      let bits = try reader.readNumber(byteCount: 8)
      return .number(Double(bitPattern: bits.byteSwapped))
    case .integerLine, .longLine, .floatLine:
      var line = String(decoding: try reader.readLine(), as: UTF8.self)
      // Protocol 0 writes truth values as `I01` and `I00`.
      if opcode == .integerLine, line == "01" || line == "00" { return .boolean(line == "01") }
      if line.hasSuffix("L") { line.removeLast() }
      if opcode != .floatLine, let integer = Int(line) { return .integer(integer) }
      guard line.utf8.count <= 4096, let number = Double(line) else { throw PyTorchDefect.badOperand("a number") }
      return .number(number)
    default: return .none
    }
  }

  /// An integer in two's complement, the lowest byte first.
  private static func integer(_ bytes: [UInt8]) -> PickleValue {
    guard bytes.count <= 8 else { return .large(bytes) }
    let isNegative = bytes.last.map { $0 & 0x80 != 0 } ?? false
    var bits: UInt64 = isNegative ? .max : 0
    for (index, byte) in bytes.enumerated() {
      bits = bits & ~(0xff << UInt64(8 * index)) | UInt64(byte) << UInt64(8 * index)
    }
    return .integer(Int(Int64(bitPattern: bits)))
  }

  private mutating func readText(_ opcode: PickleOpcode) throws -> PickleValue {
    switch opcode {
    case .unicode1: return try unicode(Int(try reader.readByte()))
    case .unicode4: return try unicode(try reader.readLength(byteCount: 4))
    case .unicode8: return try unicode(try reader.readLength(byteCount: 8))
    case .unicodeLine: return .text(PickleEscapes.unicode(try reader.readLine()))
    case .stringLine: return .bytes(.memory(try PickleEscapes.string(try reader.readLine())))
    case .bytes1, .string1: return .bytes(try reader.takePayload(Int(try reader.readByte())))
    case .bytes4: return .bytes(try reader.takePayload(try reader.readLength(byteCount: 4)))
    case .string4:
      let length = Int32(truncatingIfNeeded: try reader.readNumber(byteCount: 4))
      guard length >= 0 else { throw PyTorchDefect.badOperand("a length of 0 or more") }
      return .bytes(try reader.takePayload(Int(length)))
    default: return .bytes(try reader.takePayload(try reader.readLength(byteCount: 8)))
    }
  }

  private mutating func unicode(_ byteCount: Int) throws -> PickleValue {
    guard MemoryRoom.has(byteCount) else { throw PyTorchDefect.badOperand("a text that fits in memory") }
    // Lone surrogates, which Python writes, have no place in UTF-8; they become replacement characters.
    return .text(try reader.readText(byteCount))
  }

  // MARK: - The memo

  private mutating func useMemo(_ opcode: PickleOpcode) throws {
    let index: Int
    switch opcode {
    case .get1, .put1: index = Int(try reader.readByte())
    case .get4, .put4: index = Int(try reader.readNumber(byteCount: 4))
    case .memoize: index = memo.count
    default:
      guard let line = Int(String(decoding: try reader.readLine(), as: UTF8.self)), line >= 0 else {
        throw PyTorchDefect.badOperand("an index of the memo")
      }
      index = line
    }
    switch opcode {
    case .getLine, .get1, .get4:
      guard let value = memo[index] else { throw PyTorchDefect.noMemo(index) }
      push(value)
    default: memo.set(try top(), at: index)
    }
  }

  // MARK: - Containers

  private mutating func makeContainer(_ opcode: PickleOpcode) throws {
    let node: PickleNode =
      switch opcode {
      case .emptyTuple: .tuple([])
      case .tuple1: .tuple(try pop(1))
      case .tuple2: .tuple(try pop(2))
      case .tuple3: .tuple(try pop(3))
      case .tuple: .tuple(try popToMark())
      case .list: .list(heap.makeList(try popToMark()))
      case .emptyList: .list(heap.makeList())
      case .dictionary: .dictionary(heap.makeList(try popEntries()))
      case .emptyDictionary: .dictionary(heap.makeList())
      case .frozenSet: .set(heap.makeList(try popToMark()))
      default: .set(heap.makeList())
      }
    push(heap.add(node))
  }

  private mutating func popEntries() throws -> [PickleValue] {
    let values = try popToMark()
    guard values.count.isMultiple(of: 2) else { throw PyTorchDefect.badOperand("a value for each key") }
    return values
  }

  private mutating func extendContainer(_ opcode: PickleOpcode) throws {
    let items: [PickleValue] =
      switch opcode {
      case .append: try pop(1)
      case .setItem: try pop(2)
      case .setItems: try popEntries()
      default: try popToMark()
      }
    switch (opcode, heap.node(try top())) {
    case (.append, .list(let list)), (.appends, .list(let list)), (.addItems, .set(let list)),
      (.setItem, .dictionary(let list)), (.setItems, .dictionary(let list)):
      heap.append(items, to: list)
    case (.append, .object(let object)), (.appends, .object(let object)): heap.append(items, to: object.elements)
    case (.setItem, .object(let object)), (.setItems, .object(let object)): heap.append(items, to: object.entries)
    default: throw PyTorchDefect.notAContainer
    }
  }

  // MARK: - Objects

  private mutating func makeObject(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .global:
      let module = String(decoding: try reader.readLine(), as: UTF8.self)
      let name = String(decoding: try reader.readLine(), as: UTF8.self)
      push(global(PickleGlobal(python: module, name)))
    case .stackGlobal:
      let values = try pop(2)
      guard let module = try values[0].text(), let name = try values[1].text() else {
        throw PyTorchDefect.badOperand("the name of a class")
      }
      push(global(PickleGlobal(python: module, name)))
    case .reduce:
      let values = try pop(2)
      push(try call(values[0], values[1]))
    case .newObject:
      let values = try pop(2)
      push(try make(values[0], values[1]))
    case .newObjectWithKeywords:
      let values = try pop(3)
      let hasKeywords = heap.entries(values[2])?.isEmpty == false
      push(try make(values[0], hasKeywords ? heap.add(.tuple([values[1], values[2]])) : values[1]))
    case .instance:
      let module = String(decoding: try reader.readLine(), as: UTF8.self)
      let name = String(decoding: try reader.readLine(), as: UTF8.self)
      push(try apply(PickleGlobal(python: module, name), to: try popToMark()))
    case .object:
      let values = try popToMark()
      guard let type = values.first.flatMap(heap.global) else { throw PyTorchDefect.badOperand("a class") }
      push(try apply(type, to: Array(values.dropFirst())))
    default:
      let state = try pop()
      try build(try top(), state)
    }
  }

  private mutating func global(_ global: PickleGlobal) -> PickleValue {
    if global.module == "joblib.numpy_pickle" { hasJoblibArrays = true }
    return heap.add(.global(global))
  }

  private mutating func call(_ function: PickleValue, _ arguments: PickleValue) throws -> PickleValue {
    guard case .node(let place) = function, let global = heap.global(function) ?? foreignClass(function),
      let arguments = heap.elements(arguments)
    else { throw PyTorchDefect.badOperand("a function and its arguments") }
    // A file calls one function for thousands of tensors.
    if let operation = operations[place] { return try operation(&self, arguments) }
    if let operation = PickleFunctions.operation(global) { operations[place] = operation }
    return try apply(global, to: arguments)
  }

  /// What `class.__new__(class, *arguments)` makes. No class is loaded, so this runs no code of anybody.
  private mutating func make(_ type: PickleValue, _ arguments: PickleValue) throws -> PickleValue {
    guard let global = heap.global(type) ?? foreignClass(type), let arguments = heap.elements(arguments) else {
      throw PyTorchDefect.badOperand("a class and its arguments")
    }
    // Classes of modules and settings are made without arguments; what others do with theirs is unknown.
    if PickleFunctions.isKnown(global) || !arguments.isEmpty { return try apply(global, to: arguments) }
    return heap.addObject(global, arguments)
  }

  /// The function whose result is called in turn: what that would do is not known either. Nil for what is no such result.
  private mutating func foreignClass(_ value: PickleValue) -> PickleGlobal? {
    guard case .object(let object) = heap.node(value) else { return nil }
    let result = PickleGlobal(module: object.type.text, name: "__call__")
    noteForeignCall(of: result)
    return result
  }

  /// Gives an object its state, as `BUILD` does.
  mutating func build(_ target: PickleValue, _ state: PickleValue) throws {
    guard case .node(let index) = target else { throw PyTorchDefect.notAContainer }
    switch heap[index] {
    case .object(var object):
      object.state = state
      heap[index] = .object(object)
    case .array(var array):
      try array.setState(state, in: heap)
      heap[index] = .array(array)
    case .dtype(var dtype):
      try dtype.setState(state, in: heap)
      heap[index] = .dtype(dtype)
    default:
      // Attributes of an ordered dictionary or of a tensor, such as `_metadata`: no tensor is in them.
      break
    }
  }
}

/// What is wrong with a pickle, and where.
struct PlacedPickleDefect: Error {
  let defect: PyTorchDefect
  /// The position of the instruction in the pickle's bytes.
  let position: Int
}

extension PickleGlobal {
  /// A global under the name that Python 3 and NumPy 1 have for it.
  init(python module: String, _ name: String) {
    let module =
      switch module {
      case "__builtin__": "builtins"
      case "copy_reg": "copyreg"
      case "pathlib._local": "pathlib"
      default: module.hasPrefix("numpy._core") ? "numpy.core\(module.dropFirst("numpy._core".count))" : module
      }
    self.init(module: module, name: name)
  }
}

/// The escapes of protocol 0.
enum PickleEscapes {
  /// The text of a line in Python's `raw-unicode-escape`.
  static func unicode(_ line: [UInt8]) -> String {
    var scalars = String.UnicodeScalarView()
    var index = 0
    while index < line.count {
      let digitCount =
        line[index] == UInt8(ascii: "\\") && index + 1 < line.count
        ? (line[index + 1] == UInt8(ascii: "u") ? 4 : line[index + 1] == UInt8(ascii: "U") ? 8 : 0) : 0
      let end = index + 2 + digitCount
      if digitCount > 0, end <= line.count,
        let value = UInt32(String(decoding: line[index + 2..<end], as: UTF8.self), radix: 16)
      {
        scalars.append(Unicode.Scalar(value) ?? "\u{fffd}")
        index = end
      } else {
        scalars.append(Unicode.Scalar(line[index]))
        index += 1
      }
    }
    return String(scalars)
  }

  /// The bytes of a string literal of Python 2, in either kind of quotes.
  static func string(_ line: [UInt8]) throws -> [UInt8] {
    guard line.count >= 2, let quote = line.first, quote == line.last, quote == 0x27 || quote == 0x22 else {
      throw PyTorchDefect.badOperand("a string")
    }
    var bytes: [UInt8] = []
    var rest = line.dropFirst().dropLast()[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        bytes.append(byte)
        continue
      }
      switch escape {
      case UInt8(ascii: "n"): bytes.append(0x0a)
      case UInt8(ascii: "r"): bytes.append(0x0d)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "x"):
        let digits = rest.prefix(2)
        guard let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
          throw PyTorchDefect.badOperand("a string")
        }
        rest = rest.dropFirst(2)
        bytes.append(value)
      case UInt8(ascii: "0")...UInt8(ascii: "7"):
        var value = Int(escape - UInt8(ascii: "0"))
        while let digit = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit), value < 32 {
          value = value * 8 + Int(digit - UInt8(ascii: "0"))
          rest = rest.dropFirst()
        }
        bytes.append(UInt8(truncatingIfNeeded: value))
      default: bytes.append(escape)
      }
    }
    return bytes
  }
}
