internal import Bytes
internal import Files
internal import Messages

/// A tensor that was found in one of the graphs of a model, before it has a name that no other has.
struct ScopedTensor {
  let name: String
  /// The path of the graph; empty for the main graph.
  let scope: String
  /// Makes the tensor under its final name.
  let make: (_ name: String) throws(WeightFileDefect) -> IndexedTensor
}

extension [ScopedTensor] {
  /// Appends a tensor, if there is memory for what is kept about it.
  mutating func append(
    _ name: String, in scope: String, of file: InputFile,
    _ make: @escaping (_ name: String) throws(WeightFileDefect) -> IndexedTensor
  ) throws(FileError) {
    append(ScopedTensor(name: name, scope: scope, make: make))
    if let byteCount = MemoryRoom.missing(forEntries: count) {
      throw FileError(.outOfMemory(byteCount: byteCount), file: file.path)
    }
  }
}

extension TensorIndex {
  /// The most characters of a path in a name; a file may have a long path and many tensors in it.
  private static let shownScopeLength = 256

  /// Adds the tensors of all graphs: those of inner graphs that share a name with another have the graph's path in
  /// front.
  mutating func add(_ found: [ScopedTensor]) {
    var counts: [ByteString: Int] = [:]
    for tensor in found { counts[ByteString(tensor.name), default: 0] += 1 }
    for tensor in found {
      let isShared = counts[ByteString(tensor.name), default: 0] > 1
      let name =
        isShared && !tensor.scope.isEmpty ? "\(tensor.scope.prefix(Self.shownScopeLength))/\(tensor.name)" : tensor.name
      do throws(WeightFileDefect) {
        tensors.append(try tensor.make(name))
      } catch {
        addProblem(error, tensor: name)
      }
    }
  }
}
