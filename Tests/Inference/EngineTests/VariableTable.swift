import Foundation
import TestSupport

/// The original model's variables as TensorFlow lists them.
enum VariableTable {
  static let shapes: [String: [Int]] = {
    let path = Fixture.path("models/show-and-tell-variables.tsv")
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let rows = text.split(separator: "\n").map { $0.split(separator: "\t") }
    return Dictionary(
      uniqueKeysWithValues: rows.map { row in
        (String(row[0]), row[2] == "scalar" ? [] : row[2].split(separator: "x").compactMap { Int($0) })
      })
  }()
}
