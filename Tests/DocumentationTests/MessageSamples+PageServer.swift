import Foundation
import PageServer

extension MessageGroup {
  static func pageServer() -> [MessageGroup] {
    [
      MessageGroup(
        "ServerError", ServerError.Reason.self, at: "Command/PageServer/ServerError.swift",
        .init([
          .cannotListen(port: 8080, EADDRINUSE), .cannotListen(port: 80, EACCES), .cannotListen(port: nil, EMFILE),
          .cannotListen(port: nil, nil),
        ]) { ServerError($0) })
    ]
  }
}
