import Foundation
import TestSupport
import Testing

@Suite("Recovering from the command line")
struct RecoverTests {
  @Test("a sound checkpoint ends with 0, a damaged one with 1, and one of which nothing is left with 65")
  func statuses() throws {
    let scratch = try TemporaryDirectory()
    let checkpoint = try Fixture.bytes("checkpoints/v1-snappy-blocks/model.ckpt")
    let path = try scratch.write(checkpoint, to: "model.ckpt")
    #expect(try DecantCommand.run(["recover", path]).status == 0)
    _ = try scratch.write(Array(checkpoint.prefix(checkpoint.count * 2 / 3)), to: "cut.ckpt")
    let output = scratch.file("out.h5")
    let cut = try DecantCommand.run(["recover", scratch.file("cut.ckpt"), "-o", output])
    #expect(cut.status == 1, "\(cut.output)\(cut.errors)")
    #expect(cut.output.contains("read back and equal"))
    #expect(FileManager.default.fileExists(atPath: output))
    let nothing = try DecantCommand.run(["recover", scratch.write([1, 2, 3], to: "x"), "-o", scratch.file("y.h5")])
    #expect(nothing.status == 65)
    #expect(nothing.output.contains("Nothing could be salvaged"))
    #expect(!FileManager.default.fileExists(atPath: scratch.file("y.h5")))
    #expect(try DecantCommand.run(["recover", scratch.file("none")]).status == 66)
  }
}
