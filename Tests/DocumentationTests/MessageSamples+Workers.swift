import Messages
import Workers

extension MessageGroup {
  static func workers() -> [MessageGroup] {
    [
      MessageGroup(
        "WorkerError", WorkerDefect.self, at: "Command/Workers/WorkerError.swift",
        .init([.noThread, .badLinger("5")]) { WorkerError($0) },
        .init([.notATarHeader, .badTarNumber("size"), .tarEndsEarly]) {
          WorkerError($0, file: "standard input", offset: 1024)
        })
    ]
  }
}
