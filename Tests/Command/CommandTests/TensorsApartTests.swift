import Foundation
import TestSupport
import Testing

@Suite("Tensors that cost no other, and names that tell them apart")
struct TensorsApartTests {
  private let scratch: TemporaryDirectory

  init() throws {
    scratch = try TemporaryDirectory()
  }

  @Test(
    "a dataset that cannot be read is told by inspect, and keeps convert from writing unless it is left out"
  )
  func datasets() throws {
    let path = Fixture.path("hdf5/problems.h5")
    let list = try DecantCommand.run(["inspect", "--flat", path])
    #expect(list.status == 0)
    #expect(list.output.contains("good/first") && list.errors.contains("not listed: \(path): tensor 'bad/array'"))
    let output = scratch.file("a.safetensors")
    let whole = try DecantCommand.run(["convert", path, "-o", output])
    #expect(whole.status == 65 && whole.errors.contains("bad/array") && whole.errors.contains("--drop"))
    #expect(try scratch.entries().isEmpty)
    let rest = try DecantCommand.run(["convert", path, "-o", output, "--drop", "^bad/"])
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(rest.output.contains("2 tensors"))
    #expect(try DecantCommand.run(["verify", output]).status == 0)
    #expect(try DecantCommand.run(["inspect", "--verify", path]).status == 1)
    let doctor = try DecantCommand.run(["doctor", Fixture.path("keras/bfloat16-3.h5")])
    #expect(doctor.status == 0, "\(doctor.output)")
  }

  @Test(
    "full names of an export are written; those that several variables have give way to paths, which is said")
  func fullNames() throws {
    let names = ["--object-names", "full-names"]
    let nested = Fixture.path("keras/exports/nested")
    let list = try DecantCommand.run(["inspect", "--flat", nested] + names)
    #expect(list.status == 0 && list.errors.isEmpty, "\(list.errors)")
    #expect(list.output.contains("first/fc/kernel") && list.output.contains("also _all_variables/"))
    let path = Fixture.path("keras/exports/subclassed")
    let shared = try DecantCommand.run(["inspect", "--flat", path, "--match", "kernel"] + names)
    #expect(shared.status == 0 && shared.errors.contains("tensors share 2 names"), "\(shared.errors)")
    #expect(shared.output.contains("full name subclassed/kernel"))
    let output = scratch.file("a.safetensors")
    let written = try DecantCommand.run(["convert", path, "-o", output] + names)
    #expect(written.status == 0 && written.output.contains("share 2 names"), "\(written.errors)")
    let one = try DecantCommand.run(["convert", path, "-o", output, "--force", "--match", "^variables/[01]$"] + names)
    #expect(one.status == 0 && !one.output.contains("share"), "\(one.output)\(one.errors)")
    let found = try DecantCommand.run(["inspect", "--flat", output])
    #expect(found.output.contains("subclassed/kernel") && found.output.contains("subclassed/bias"))
    #expect(!found.output.contains("variables/0"))
  }
}
