import Foundation
import TestSupport
import Testing

@Suite("The public interface")
struct PublicInterfaceTests {
  @Test("is the one that was chosen, in docs/public-interface.txt")
  func isChosen() throws {
    let root = Fixture.packageRoot.path(percentEncoded: false)
    let paths = FileManager.default.enumerator(atPath: "\(root)/Sources")?.compactMap { $0 as? String } ?? []
    var declarations: [String: Set<String>] = [:]
    for path in paths where path.hasSuffix(".swift") {
      let text = try String(contentsOfFile: "\(root)/Sources/\(path)", encoding: .utf8)
      let module = String(path.split(separator: "/")[1])
      declarations[module, default: []].formUnion(PublicDeclarations(in: text).lines)
    }
    let modules = declarations.filter { !$0.value.isEmpty && $0.key != "DecantCommand" }.sorted { $0.key < $1.key }
    let page = modules.map { "# \($0.key)\n" + $0.value.sorted().map { "\($0)\n" }.joined() }.joined(separator: "\n")
    try GeneratedPage.expect("docs/public-interface.txt", toBe: page)
  }

  @Test("is found in a source text")
  func declarations() {
    let source = """
      public import Foundation
      /// A type.
      public struct Point: Equatable {
        public var x = 1.0 { didSet { reset() } }
        var hidden: Int
        public enum Kind {
          case near, far(Int)
          var isNear: Bool { self == .near }
        }
        public func distance(
          to other: Point,
          in space: Space = .flat
        ) -> Double { sqrt(public) }
      }
      extension Point {
        public static let zero = Point()
      }
      public protocol Measured {
        /// A length.
        var length: Double { get }
      }
      enum Hidden { case a }
      """
    #expect(
      PublicDeclarations(in: source).lines == [
        "Point: public struct Point: Equatable", "Point: public var x", "Point: public enum Kind",
        "Point.Kind: case near, far(Int)",
        "Point: public func distance( to other: Point, in space: Space = .flat ) -> Double",
        "Point: public static let zero", "Measured: public protocol Measured", "Measured: var length: Double { get }",
      ])
  }
}

/// The declarations of a source text that other packages see.
///
/// A scan and not a parser: it knows the form that `swift format` gives every file here.
struct PublicDeclarations {
  /// One line for each, after the name of its type.
  private(set) var lines: [String] = []

  /// The open types: name, and whether the cases of an enumeration or the requirements of a protocol are public without
  /// saying so.
  private var types: [(name: String, depth: Int, exposesCases: Bool, exposesRequirements: Bool)] = []
  private var depth = 0

  init(in text: String) {
    var pending = ""
    for line in text.components(separatedBy: "\n") {
      let code = line.trimmingCharacters(in: .whitespaces)
      guard !code.hasPrefix("//"), !code.isEmpty else { continue }
      if !pending.isEmpty || startsDeclaration(code) {
        pending += pending.isEmpty ? code : " \(code)"
        // A declaration goes on while a parenthesis is open.
        if pending.count(where: { $0 == "(" }) == pending.count(where: { $0 == ")" }) {
          add(pending)
          pending = ""
        }
      }
      openTypes(in: code)
      close(in: code)
    }
  }

  private func startsDeclaration(_ code: String) -> Bool {
    if code.contains(/^(?:@\w+(?:\([^)]*\))? )*public (?!import)/) { return true }
    guard let type = types.last, type.depth == depth else { return false }
    return type.exposesCases && code.hasPrefix("case ")
      || type.exposesRequirements && code.contains(/^(?:func|var|static|init|associatedtype)\b/)
  }

  private mutating func add(_ code: String) {
    var code = code
    let isRequirement = code.hasPrefix("var ") || code.hasPrefix("static var ")
    // The body and the value are no part of the interface; `{ get }` is.
    if !isRequirement, let brace = code.firstRange(of: " {") { code = String(code[..<brace.lowerBound]) }
    if code.contains(/\b(?:let|var) \w+(?:: [^=]*)? =/), let value = code.firstRange(of: " = ") {
      code = String(code[..<value.lowerBound])
    }
    let own = code.firstMatch(of: /\b(?:struct|enum|class|protocol) (\w+)/).map { String($0.1) }
    let path = types.map(\.name).joined(separator: ".")
    let name = path.isEmpty ? own ?? "" : path
    lines.append(name.isEmpty ? code : "\(name): \(code)")
  }

  private mutating func openTypes(in code: String) {
    guard code.contains("{"),
      let type = code.firstMatch(of: /^(.*?)\b(struct|enum|class|protocol|extension) (\w[\w.]*|\[\w+\])/)
    else { return }
    let isPublic = type.1.contains("public")
    types.append((String(type.3), depth + 1, isPublic && type.2 == "enum", isPublic && type.2 == "protocol"))
  }

  private mutating func close(in code: String) {
    for character in code {
      if character == "{" { depth += 1 }
      if character == "}" {
        depth -= 1
        while let last = types.last, last.depth > depth { types.removeLast() }
      }
    }
  }
}
