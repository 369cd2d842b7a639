import Foundation
import TestSupport
import Testing

@Suite("A disk that is full or may not be written")
struct FullDiskTests {
  @Test("At a limit of a file's size, the old output or none is left, and nothing temporary", arguments: OutputCase.all)
  func fileSizeLimit(row: OutputCase) throws {
    let workplace = try Workplace(row, large: true)
    var failures = 0
    for (number, kibibytes) in [1, 4, 64, 1000, 3000, 6100, 100_000].enumerated() {
      let old = number % 2 == 0
      try workplace.reset(old: old)
      let outcome = try DecantCommand.run(workplace.arguments(force: old), limits: .init(fileKibibytes: kibibytes))
      let fits = workplace.new.values.allSatisfy { $0.count <= kibibytes << 10 } || row.links
      let words = Comment(rawValue: "\(kibibytes) KiB: \(outcome.status) \(outcome.errors)")
      if outcome.status == 0 {
        #expect(fits, words)
        #expect(try workplace.isExactly(.new), words)
      } else {
        #expect(outcome.status == 74, words)
        #expect(try workplace.isExactly(old ? .old : .none), words)
        #expect(outcome.errors.contains(workplace.out), words)
        failures += 1
      }
    }
    print("Disk full by a limit: \(row.testDescription): \(failures) of 7 failed cleanly")
  }

  @Test(
    "On a full disk, the old output or none is left, and nothing temporary", .enabled(if: MountedDisk.isPossible),
    arguments: OutputCase.all, [64, 2000])
  func fullDisk(row: OutputCase, kibibytes: Int) throws {
    let workplace = try Workplace(row, large: true)
    for old in [false, true] {
      let disk = try MountedDisk(at: workplace.out, kibibytes: kibibytes)
      try workplace.reset(old: old)
      if kibibytes == 64 { try disk.fill() }
      let outcome = try DecantCommand.run(workplace.arguments(force: old))
      try? FileManager.default.removeItem(atPath: "\(disk.path)/.filler")
      let words = Comment(rawValue: "\(outcome.status) \(outcome.errors)")
      let fits = workplace.new.values.reduce(0) { $0 + $1.count } < kibibytes << 10 && kibibytes != 64
      #expect(fits ? outcome.status == 0 : [73, 74].contains(outcome.status), words)
      #expect(fits || outcome.errors.contains(workplace.out), words)
      #expect(try workplace.isExactly(fits ? .new : old ? .old : .none), words)
    }
  }

  @Test(
    "On a read-only disk nothing is written, and the message says so", .enabled(if: MountedDisk.isPossible),
    arguments: OutputCase.all)
  func readOnlyDisk(row: OutputCase) throws {
    let workplace = try Workplace(row)
    for old in [false, true] {
      let disk = try MountedDisk(at: workplace.out, kibibytes: 256)
      try workplace.reset(old: old)
      try disk.makeReadOnly()
      let outcome = try DecantCommand.run(workplace.arguments(force: old))
      #expect(outcome.status == 73, "\(outcome.errors)")
      #expect(outcome.errors.contains("Read-only file system"))
      #expect(try workplace.isExactly(old ? .old : .none))
    }
  }

  @Test("In a directory that the user may not write, nothing is written", arguments: OutputCase.all)
  func readOnlyDirectory(row: OutputCase) throws {
    let workplace = try Workplace(row)
    let isRoot = geteuid() == 0
    let launcher = isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
    if isRoot, try DecantCommand.start(["--version"], launcher: launcher).wait().status != 0 {
      print("Skipped: the command cannot be run as another user here; read-only directories are not tested.")
      return
    }
    for old in [false, true] {
      try workplace.reset(old: old)
      unsafe chmod(workplace.out, 0o555)
      defer { unsafe chmod(workplace.out, 0o755) }
      let outcome = try DecantCommand.start(workplace.arguments(force: old), launcher: launcher).wait()
      #expect(outcome.status == 73, "\(outcome.errors)")
      #expect(outcome.errors.contains(workplace.out))
      #expect(try workplace.isExactly(old ? .old : .none))
    }
  }
}
