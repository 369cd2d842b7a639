import Files
import Messages
import Tensors
import Testing
import TestSupport

@testable import TensorFiles

@Suite("Any file of tensors")
struct TensorFileTests {
  @Test(
    "the extension tells the format to write",
    arguments: [
      ("a.safetensors", .safetensors), ("dir.h5/a.SafeTensors", .safetensors), ("a.h5", .hdf5), ("a.b.HDF5", .hdf5),
      ("model.ckpt", .tensorFlow), ("a/model.ckpt-3000000", .tensorFlow), ("model.ckpt.index", .tensorFlow),
      ("model.ckpt-", nil), ("model.ckpt-x", nil), ("model.ckpt-3/a", nil), ("a", nil), ("a.npz", .npz),
      ("dir.h5/a", nil), ("", nil),
    ] as [(String, WeightFormat?)])
  func extensions(path: String, format: WeightFormat?) {
    #expect(WeightFormat(path: path) == format)
  }

  @Test(
    "a TensorFlow.js model gets no name under which readers expect something else",
    arguments: [
      ("a.safetensors.index.json", .nameOfIndex), ("a.index.json", .nameOfIndex), ("model.weights.json", .nameOfIndex),
      ("config.json", .nameOfCompanion("a settings file")), ("model.json", nil), ("a.json", nil),
    ] as [(String, TensorFileDefect?)])
  func namesOfOthers(path: String, defect: TensorFileDefect?) throws {
    guard let defect else {
      #expect(try TensorOutput(path).format == .tensorFlowJS)
      return
    }
    let error = TensorFileError(defect, file: path)
    #expect(throws: error) { try TensorOutput(path) }
    #expect(error.category == .usage)
    // Other formats are known by their content.
    #expect(try TensorOutput(path, format: .safetensors).format == .safetensors)
  }

  @Test("a weight file is known by its content, whatever its name")
  func content() throws {
    let directory = try TemporaryDirectory()
    let source = InMemoryTensorSource([try .init("a", .float32, [2], seed: 1)])
    for (format, name) in [(WeightFormat.safetensors, "a.h5"), (.hdf5, "a.safetensors"), (.hdf5, "plain")] {
      let sink = try TensorOutput(directory.file(name), format: format).create()
      try source.write(to: sink).commit()
      let opened = try TensorFile.open(directory.file(name))
      #expect(opened.format == sink.format)
      #expect(try opened.readAll(opened.descriptors[0]) == source.readAll(source.descriptors[0]))
    }
  }

  @Test(
    "something else under a weight file's name is named",
    arguments: [
      ("a.h5", Array("version https://git-lfs.github.com/spec/v1\nsize 12\n".utf8), FileKind.lfsPointer(byteCount: 12)),
      ("a.safetensors", Array("<!DOCTYPE html><html>".utf8), .html), ("a.h5", [], .empty),
      ("a.h5", [0x50, 0x4b, 3, 4], .zip),
    ] as [(String, [UInt8], FileKind)])
  func others(name: String, bytes: [UInt8], kind: FileKind) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(bytes, to: name)
    let error = TensorFileError(.notTensors(kind), file: path)
    #expect(throws: error) { try TensorFile.open(path) }
    #expect(error.category == .badData)
  }
}
