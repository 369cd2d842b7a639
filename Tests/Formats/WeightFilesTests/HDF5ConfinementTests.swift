import CDecantHDF5
import Foundation
import TestSupport
import Testing

@testable import WeightFiles

@Suite("The child process that reads HDF5 files")
struct HDF5ConfinementTests {
  /// What is tried before and after: each is possible before.
  private enum Attempt: UInt8, CaseIterable {
    case readsItsFile, readsAnother, writesItsFile, makesFile, removesFile, makesProcess, signalsParent, makesCode,
      makesSocket
  }

  @Test("may read its file and answer, and nothing else that the system can take from it", arguments: [false, true])
  func confinement(isConfined: Bool) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write([1, 2, 3], to: "own.h5")
    let other = try directory.write([4], to: "other")
    let new = directory.file("new")
    let parent = getpid()
    let child = try #require(
      HDF5Child { pipes in
        let taken = isConfined ? unsafe decant_hdf5_confine(path) : 0
        var answer = [UInt8(taken)]
        func opens(_ path: String, _ flags: Int32) -> Bool {
          let file = unsafe open(path, flags, 0o600)
          if file >= 0 { close(file) }
          return file >= 0
        }
        for attempt in Attempt.allCases {
          let succeeds =
            switch attempt {
            case .readsItsFile: opens(path, O_RDONLY)
            case .readsAnother: opens(other, O_RDONLY)
            case .writesItsFile: opens(path, O_RDWR)
            case .makesFile: opens(new, O_WRONLY | O_CREAT)
            case .removesFile: unsafe unlink(other) == 0
            case .makesProcess: Self.makesProcess()
            case .signalsParent: kill(parent, 0) == 0
            case .makesCode: unsafe mmap(nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANON, -1, 0) != MAP_FAILED
            case .makesSocket: Self.makesSocket()
            }
          if succeeds { answer.append(attempt.rawValue) }
        }
        _ = HDF5Answer(kind: .value, byteCount: answer.count).send(answer, to: pipes)
      })
    var answer: [UInt8] = []
    guard case .value(let count) = child.answer(limit: 64, into: &answer) else {
      Issue.record("the child ended by signal \(child.end())")
      return
    }
    _ = child.end()
    let taken = Int(answer[0])
    let succeeded = answer[1..<count].compactMap { Attempt(rawValue: $0) }
    var expected = Attempt.allCases
    if taken & DECANT_HDF5_ONE_FILE != 0 {
      expected.removeAll { [.readsAnother, .writesItsFile, .makesFile, .removesFile].contains($0) }
    }
    if taken & DECANT_HDF5_FEW_CALLS != 0 {
      expected.removeAll { ![.readsItsFile, .readsAnother].contains($0) }
    }
    #expect(succeeded == expected)
    #if os(Linux) && (arch(x86_64) || arch(arm64))
      let filters = "/proc/sys/kernel/seccomp/actions_avail"
      #expect((taken & DECANT_HDF5_FEW_CALLS != 0) == (isConfined && FileManager.default.fileExists(atPath: filters)))
    #endif
  }

  private static func makesProcess() -> Bool {
    let process = ProcessCopy.fork()
    if process == 0 { _exit(0) }
    guard process > 0 else { return false }
    var status: Int32 = 0
    return unsafe waitpid(process, &status, 0) == process
  }

  private static func makesSocket() -> Bool {
    var ends: [Int32] = [0, 0]
    #if os(Linux)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    return unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0
  }
}
