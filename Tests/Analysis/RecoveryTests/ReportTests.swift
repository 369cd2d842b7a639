import Checkpoints
import Foundation
import Messages
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Recovery

@Suite("Recoveries, written and reported")
struct ReportTests {
  /// V1 with a damaged last block, without its footer.
  static func report(to output: String?, _ patient: Patient) throws -> RecoveryReport {
    let block = try TableBlocks.ranges(of: patient.original)[1]
    var damaged = patient.original
    damaged[block.lowerBound + 10] ^= 1
    try Data(damaged.dropLast(48)).write(to: URL(filePath: patient.table))
    return try RecoveryReport(recovering: patient.path, to: output)
  }

  @Test("what is proven is written, under the names that it had")
  func writes() throws {
    let patient = try Patient("v1-snappy-blocks")
    let output = patient.directory.file("out.h5")
    let report = try Self.report(to: output, patient)
    #expect(report.outcome == .partial)
    let written = try TensorFile.open(output)
    #expect(written.descriptors.map(\.name) == report.salvage.source.descriptors.map(\.name))
    #expect(!written.descriptors.isEmpty && !report.salvage.gone.isEmpty)
    for (a, b) in zip(written.descriptors, report.salvage.source.descriptors) where a.dtype != .string {
      #expect(try written.readAll(a) == report.salvage.source.readAll(b))
    }
    // Not over the patient.
    #expect(throws: (any Error).self) {
      try RecoveryReport(
        recovering: patient.path, to: patient.path, format: .hdf5, options: SinkOptions(replacesExisting: true))
    }
  }

  @Test("the JSON fits its schema", arguments: ["v1-snappy-blocks", "v1-small", "v2-small", "v2-multi-block"])
  func schema(folder: String) throws {
    let schema = try JSONSchema(named: "recover.schema.json")
    let patient = try Patient(folder)
    for bytes in [patient.original, Array(patient.original.dropLast(60)), Array(patient.original.dropFirst(9))] {
      try Data(bytes).write(to: URL(filePath: patient.table))
      for output in [nil, patient.directory.file("out.h5")] {
        let options = SinkOptions(replacesExisting: true)
        let json = try RecoveryDocument(RecoveryReport(recovering: patient.path, to: output, options: options)).json()
          .text
        #expect(try schema.violations(in: json) == [])
      }
    }
  }

  @Test("the text says what is there, what is gone and what follows")
  func text() throws {
    let patient = try Patient("v1-snappy-blocks")
    let text = RecoveryText.report(try Self.report(to: nil, patient)).text
    #expect(text.contains("Salvaged: "))
    #expect(text.contains("Gone: "))
    #expect(text.contains("columns: slice -:0,1 is missing."))
    #expect(text.contains("Bytes where something is lost: 1"))
    #expect(text.contains("The list of tensors is intact"))
    #expect(text.contains("Name an output with -o"))
  }
}

@Suite("Recoveries of weight files")
struct WeightFileRecoveryTests {
  @Test("What can be read of a weight file in a damaged archive is written, and is in doubt")
  func archive() throws {
    let directory = try TemporaryDirectory()
    let output = directory.file("out.safetensors")
    let report = try RecoveryReport(recovering: Fixture.path("archives/bad/checksum.npy.gz"), to: output)
    #expect(report.outcome == .partial && !report.salvage.isListProven)
    #expect(try TensorFile.open(output).descriptors.count == 1)
    let text = RecoveryText.report(report).text
    #expect(text.contains("In doubt: 1") && text.contains("the damage may be in its values"))
    #expect(text.contains("without proof that the values are right"))
    let json = try RecoveryDocument(report).json().text
    #expect(try JSONSchema(named: "recover.schema.json").violations(in: json) == [])
  }

  @Test("A sound weight file is whole")
  func whole() throws {
    let report = try RecoveryReport(recovering: Fixture.path("npz/stored.npz"), to: nil)
    #expect(report.outcome == .whole && report.salvage.version == nil)
    #expect(RecoveryText.report(report).text.contains("every value proven by its checksum"))
  }

  @Test("A weight file that cannot be opened says why")
  func refused() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Fixture.bytes("npz/stored.npz").prefix(90), to: "a.npz")
    #expect(throws: (any Error).self) { try RecoveryReport(recovering: path, to: nil) }
  }
}
