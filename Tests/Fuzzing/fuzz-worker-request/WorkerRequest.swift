internal import FuzzSupport
internal import Messages
internal import Workers

/// A line that a driver sends to a worker.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    let request = WorkerRequest(bytes, known: ["path", "bytes"])
    if let failure = request.failure { Fuzz.check("\(failure)") }
    Fuzz.check("\(JSONValue.inLine(request.id.json).document.trimmingLineEnd)")
  }
}
