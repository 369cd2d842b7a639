import Foundation
import TestSupport

/// The original model's variables, from `Fixtures/im2txt-variables.tsv`.
enum VariableTable {
  static let shapes: [String: [Int]] = {
    let text = (try? String(contentsOfFile: Fixture.path("im2txt-variables.tsv"), encoding: .utf8)) ?? ""
    let rows = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: "\t") }
    return Dictionary(
      uniqueKeysWithValues: rows.map { row in
        (String(row[0]), row[2] == "scalar" ? [] : row[2].split(separator: "x").compactMap { Int($0) })
      })
  }()
}
