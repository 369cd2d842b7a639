internal import CDecantHDF5
internal import Foundation

/// What the child process of an `HDF5ChildReader` does: it reads the file, and answers until nobody asks.
struct HDF5Server {
  let path: String
  let fileByteCount: Int

  /// Answers each request; says before and after the work on one that time counts.
  func serve(_ pipes: decant_hdf5_pipes, limitTime: (_ isWorking: Bool) -> Void) {
    var reader: HDF5LibraryReader?
    var request: [UInt8] = []
    var answer: [UInt8] = []
    while let head = HDF5Message.receiveHead(from: pipes), let count = head.byteCount,
      HDF5Message.receive(count, from: pipes, into: &request)
    {
      limitTime(true)
      var kind = HDF5Message.Kind.value
      var byteCount = 0
      do {
        // Here and not before, so that what the library says of the file is the answer to a request.
        let opened = try reader ?? HDF5LibraryReader(path: path, fileByteCount: fileByteCount)
        reader = opened
        byteCount = try self.answer(Data(request[..<count]), from: opened, into: &answer)
      } catch {
        kind = .error
        let known = error as? HDF5Failure ?? HDF5Failure(defect: .badAnswer, tensor: nil)
        answer = (try? JSONEncoder().encode(known)).map(Array.init) ?? []
        byteCount = answer.count
      }
      limitTime(false)
      guard HDF5Message.send(answer, count: byteCount, kind: kind, to: pipes) else { return }
    }
  }

  private func answer(_ request: Data, from reader: HDF5LibraryReader, into answer: inout [UInt8]) throws -> Int {
    switch try JSONDecoder().decode(HDF5Request.self, from: request) {
    case .box(let dataset, let element): return try reader.readBox(of: dataset, at: element, into: &answer)
    case .contents: answer = try Array(JSONEncoder().encode(reader.contents()))
    case .strings(let dataset): answer = try HDF5StringList.encode(reader.readStrings(of: dataset))
    }
    return answer.count
  }
}
