internal import CDecantHDF5
internal import Essentials

/// What the child process of an `HDF5ChildReader` does: it reads the file and answers requests until there are no more.
struct HDF5Server {
  let path: String
  let fileByteCount: Int
  /// The datasets that requests name by their index; empty until the contents were requested, here or from an earlier child.
  var datasets: [HDF5Dataset]

  /// Answers each request; calls `limitTime` before and after the work on each.
  mutating func serve(_ pipes: decant_hdf5_pipes, limitTime: (_ isWorking: Bool) -> Void) {
    var reader: HDF5LibraryReader?
    var buffer: [UInt8] = []
    while let request = HDF5Request.receive(from: pipes) {
      limitTime(true)
      let answer: HDF5Answer
      do {
        // Here and not earlier, so that what the library says about the file is the answer to a request.
        let opened = try reader ?? HDF5LibraryReader(path: path, fileByteCount: fileByteCount)
        reader = opened
        answer = HDF5Answer(kind: .value, byteCount: try self.answer(request, from: opened, into: &buffer))
      } catch {
        let failure = error as? HDF5Failure ?? HDF5Failure(defect: .badAnswer, tensor: nil)
        buffer = (try? JSONEncoder().encode(failure)).map(Array.init) ?? []
        answer = HDF5Answer(kind: .failure, byteCount: buffer.count)
      }
      limitTime(false)
      guard answer.send(buffer, to: pipes) else { return }
    }
  }

  private mutating func answer(
    _ request: HDF5Request, from reader: HDF5LibraryReader, into buffer: inout [UInt8]
  ) throws -> Int {
    // A program that replaces one that did not survive was not told what that one had listed.
    if request != .contents, request != .otherAttributes, datasets.isEmpty { datasets = try reader.contents().datasets }
    switch request {
    case .box(let index, let element): return try reader.readBox(of: dataset(index), at: element, into: &buffer)
    case .strings(let index): buffer = HDF5StringList.encode(try reader.readStrings(of: dataset(index)))
    case .otherAttributes: buffer = HDF5StringList.encode(try reader.otherAttributes().map { Array($0.utf8) })
    case .contents:
      let contents = try reader.contents()
      datasets = contents.datasets
      buffer = try Array(JSONEncoder().encode(contents))
    }
    return buffer.count
  }

  private func dataset(_ index: Int) throws(HDF5Failure) -> HDF5Dataset {
    guard datasets.indices.contains(index) else { throw HDF5Failure(defect: .badAnswer, tensor: nil) }
    return datasets[index]
  }
}
