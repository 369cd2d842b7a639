internal import Bytes
internal import Messages
internal import Tensors

/// A value that a pickle builds. Containers are nodes of a ``PickleHeap``, so that a value that contains itself, or is nested a
/// million times, costs nothing to copy or to free.
enum PickleValue: Sendable {
  case none
  case boolean(Bool)
  case integer(Int)
  /// An integer of more than 64 bits, by its bytes in two's complement, the lowest first.
  case large([UInt8])
  case number(Double)
  case text(String)
  /// Bytes, which stay where they are until they are needed.
  indirect case bytes(StoredBytes)
  /// The place of a node.
  case node(Int)
}

/// A value with parts.
///
/// Most nodes are short tuples. The long ones are elsewhere, so that all of them together take little memory.
enum PickleNode: Sendable {
  case tuple([PickleValue])
  case list(PickleList)
  case set(PickleList)
  /// Keys and values in turn, in the order in which they were set; the last of several with one key counts.
  case dictionary(PickleList)
  /// A class or a function that was named.
  indirect case global(PickleGlobal)
  /// An instance of a class that is not loaded, as what the pickle says of it.
  indirect case object(PickleObject)
  indirect case storage(TorchStorage)
  indirect case tensor(TorchTensor)
  indirect case array(NumpyArray)
  indirect case dtype(NumpyDType)
}

/// The place of the values of a container that grows. They are not in the node, so that they grow without being copied.
struct PickleList: Sendable {
  fileprivate let index: Int
}

/// A key and its value.
struct PickleEntry: Sendable {
  let key: PickleValue
  let value: PickleValue
}

/// A class or a function by its module and name.
struct PickleGlobal: Sendable, Hashable {
  let module: String
  let name: String

  /// Such as `collections.OrderedDict`.
  var text: String { "\(module).\(name)" }
}

/// An instance of a class that is not loaded.
struct PickleObject: Sendable {
  let type: PickleGlobal
  var arguments: [PickleValue] = []
  /// What the instance would be given as its attributes.
  var state: PickleValue?
  /// What it would be given as a dictionary: keys and values in turn.
  let entries: PickleList
  /// What it would be given as a list.
  let elements: PickleList
}

/// All nodes of a pickle, in the order in which they were made.
struct PickleHeap: Sendable {
  private var nodes: [PickleNode] = []
  private var lists: [[PickleValue]] = []

  /// The number of nodes.
  var count: Int { nodes.count }

  subscript(index: Int) -> PickleNode {
    get { nodes[index] }
    set { nodes[index] = newValue }
  }

  /// Adds a node.
  mutating func add(_ node: PickleNode) -> PickleValue {
    nodes.append(node)
    return .node(nodes.count - 1)
  }

  /// Adds values that may grow.
  mutating func makeList(_ values: [PickleValue] = []) -> PickleList {
    lists.append(values)
    return PickleList(index: lists.count - 1)
  }

  /// Adds an instance of a class.
  mutating func addObject(_ type: PickleGlobal, _ arguments: [PickleValue]) -> PickleValue {
    add(.object(PickleObject(type: type, arguments: arguments, entries: makeList(), elements: makeList())))
  }

  /// Adds a dictionary.
  mutating func addDictionary(_ entries: [PickleEntry] = []) -> PickleValue {
    add(.dictionary(makeList(entries.flatMap { [$0.key, $0.value] })))
  }

  /// Appends to values that may grow.
  mutating func append(_ values: [PickleValue], to list: PickleList) { lists[list.index] += values }

  /// The values of a list.
  func values(_ list: PickleList) -> [PickleValue] { lists[list.index] }

  /// The values of a list as keys with their values.
  func entries(_ list: PickleList) -> [PickleEntry] {
    let values = lists[list.index]
    return stride(from: 0, to: values.count - 1, by: 2).map { PickleEntry(key: values[$0], value: values[$0 + 1]) }
  }

  /// The node of a value; nil for a value without parts.
  func node(_ value: PickleValue) -> PickleNode? {
    if case .node(let index) = value { nodes[index] } else { nil }
  }

  /// The elements of a tuple or list; nil for other values.
  func elements(_ value: PickleValue) -> [PickleValue]? {
    switch node(value) {
    case .tuple(let elements): elements
    case .list(let list): values(list)
    default: nil
    }
  }

  /// The entries of a dictionary; nil for other values.
  func entries(_ value: PickleValue) -> [PickleEntry]? {
    if case .dictionary(let list) = node(value) { entries(list) } else { nil }
  }

  /// A class or function; nil for other values.
  func global(_ value: PickleValue) -> PickleGlobal? {
    if case .global(let global) = node(value) { global } else { nil }
  }

  /// A list or tuple of integers; nil for other values.
  func integers(_ value: PickleValue) -> [Int]? {
    guard let elements = elements(value) else { return nil }
    let integers = elements.compactMap(\.integer)
    return integers.count == elements.count ? integers : nil
  }
}

extension PickleValue {
  /// The longest run of bytes that is taken for text.
  private static let maximumTextByteCount = 1 << 16

  /// The integer; nil for other values.
  var integer: Int? {
    switch self {
    case .integer(let integer): integer
    case .boolean(let value): value ? 1 : 0
    default: nil
    }
  }

  /// Whether it is text, or bytes that may be text.
  var isText: Bool {
    switch self {
    case .text, .bytes: true
    default: false
    }
  }

  /// The text, or the bytes of Python 2's strings as text; nil for other values.
  ///
  /// - Throws: `FileError` if the bytes cannot be read.
  func text() throws -> String? {
    switch self {
    case .text(let text): return text
    case .bytes(let bytes) where bytes.byteCount <= Self.maximumTextByteCount:
      let bytes = try bytes.read(at: 0, count: bytes.byteCount)
      return String(validating: bytes, as: UTF8.self)
        ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    default: return nil
    }
  }
}
