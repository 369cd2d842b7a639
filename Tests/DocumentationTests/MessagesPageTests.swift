import Foundation
import Messages
import TestSupport
import Testing

@Suite("The page of messages")
struct MessagesPageTests {
  @Test("shows what the code says, in docs/messages.md")
  func isCurrent() throws {
    try GeneratedPage.expect("docs/messages.md", toBe: MessagesPage.text(of: MessageGroup.modules()))
  }

  @Test("has every case of every reason")
  func everyCase() throws {
    for group in try MessageGroup.all() {
      guard let source = group.source else { continue }
      let text = try String(contentsOf: Fixture.packageRoot.appending(path: source.path), encoding: .utf8)
      let cases = EnumCases(of: source.type, in: text).names
      #expect(!cases.isEmpty, "\(source.path) does not declare \(source.type)")
      let missing = Set(cases).subtracting(group.samples.map(\.name)).sorted()
      #expect(missing == [], "\(group.title): add samples of these cases")
    }
  }

  @Test("has every error and every defect of the sources")
  func everyError() throws {
    let groups = try MessageGroup.all()
    let shown = Set(groups.map(\.title) + groups.compactMap(\.source?.type))
    let root = Fixture.packageRoot.appending(path: "Sources").path(percentEncoded: false)
    let paths = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    var declared: Set<String> = []
    for path in paths where path.hasSuffix(".swift") {
      let text = try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
      declared.formUnion(text.matches(of: /struct (\w+): (?:DecantError|PlacedError)\b/).map { String($0.1) })
      declared.formUnion(text.matches(of: /typealias (\w+) = LocatedError</).map { String($0.1) })
      declared.formUnion(text.matches(of: /enum (\w+(?:Defect|Error))\b/).map { String($0.1) })
    }
    #expect(declared.count > 30)
    #expect(declared.subtracting(shown).sorted() == [])
  }

  @Test("has messages that can be read aloud")
  func wording() throws {
    // A message may end with a command to copy. A vocabulary's issue is a line of a list.
    let command = /: (?:decant|git|gunzip|tar|convert|mogrify|iconv|h5repack|safetensors|--vocab).*$/
    for group in try MessageGroup.all() {
      for (name, message) in group.samples {
        let text = message.text
        #expect(
          !text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" },
          "\(group.title).\(name) has a control character")
        #expect(
          text.last == "." || text.last == "?" || text.contains(command) || group.title == "VocabularyIssue",
          "\(group.title).\(name) does not end as a sentence: \(text)")
        for phrase in ["is no ", " stands ", "goes with", "where nothing"] {
          #expect(
            !text.replacing("here is no ", with: "").contains(phrase),
            "\(group.title).\(name) has '\(phrase)': \(text)")
        }
      }
    }
  }

  @Test("is wrapped, and keeps the line breaks of messages")
  func wrapping() {
    let words = Array(repeating: "abcdefghi", count: 12).joined(separator: " ")
    #expect(
      MessagesPage.wrap("\(words)\n  next", indent: "    ", width: 50) == [
        "    abcdefghi abcdefghi abcdefghi abcdefghi", "    abcdefghi abcdefghi abcdefghi abcdefghi",
        "    abcdefghi abcdefghi abcdefghi abcdefghi", "      next",
      ])
  }

  @Test("finds the cases of an enum in a source text")
  func cases() {
    let source = """
      /// A defect.
      public struct Outer {
        enum Reason: Error {
          /// One of it.
          case first(Int, of: String)
          case second, third
          case fourth(
            Int)
          var words: String { switch self { case .first: "" } }
        }
        enum Other { case fifth }
      }
      """
    #expect(EnumCases(of: "Outer.Reason", in: source).names == ["first", "second", "third", "fourth"])
  }
}

/// Sample messages of one error, under one heading of the page.
struct MessageGroup {
  /// The error, and the part that carries it: `HDF5Defect in WeightFileError` has the title `HDF5Defect`.
  let title: String
  /// The error in whose words a defect is shown.
  let carrier: String?
  /// The enum whose cases all need a sample, and the file that declares it.
  let source: (type: String, path: String)?
  /// A name for each message: the case, or what is special about it. Several may have one name.
  let samples: [(name: String, message: Message)]

  /// Samples of one reason of an error, at a place.
  struct Batch<Reason> {
    let samples: [(name: String, message: Message)]

    init(_ reasons: [Reason], in error: (Reason) -> any MessageConvertible) {
      // A reason that has words of its own describes itself by them, and not by its name.
      samples = reasons.map { (Mirror(reflecting: $0).children.first?.label ?? "\($0)", error($0).message) }
    }
  }

  /// Messages of an error with reasons.
  init<Reason>(
    _ title: String, in carrier: String? = nil, _ type: Reason.Type, at path: String, _ batches: Batch<Reason>...
  ) {
    (self.title, self.carrier) = (title, carrier)
    let name = String(reflecting: type).split(separator: ".").dropFirst().joined(separator: ".")
    source = (name, "Sources/\(path)")
    samples = batches.flatMap(\.samples)
  }

  /// Messages of an error without reasons.
  init(_ title: String, _ samples: [(name: String, error: any MessageConvertible)]) {
    (self.title, carrier, source) = (title, nil, nil)
    self.samples = samples.map { ($0.name, $0.error.message) }
  }

  /// All groups by module, from the bottom up.
  static func modules() throws -> [(name: String, groups: [MessageGroup])] {
    try [
      ("Bytes", bytes()), ("Patterns", patterns()), ("Files", files() + archives()), ("Tensors", tensors()),
      ("ProtobufWire", protobufWire()), ("SSTable", ssTable()), ("Checkpoints", checkpoints()),
      ("MetaGraph", metaGraph()), ("WeightFiles", weightFiles() + pyTorch() + flax()), ("TensorFiles", tensorFiles()),
      ("ModelMapping", modelMapping()), ("Conversion", conversion()), ("Vocabulary", vocabulary()),
      ("Images", images()), ("Engine", engine()), ("Captioning", captioning()), ("Explanation", explanation()),
      ("Comparison", comparison()), ("Pages", pages()), ("CInterface", cInterface()), ("PageServer", pageServer()),
      ("Workers", workers()),
    ]
  }

  /// The groups of all modules.
  static func all() throws -> [MessageGroup] { try modules().flatMap(\.groups) }
}

/// Writes the page.
private enum MessagesPage {
  private static let introduction = """
    # Messages

    Every error that Decant can give, with sample values, as a person sees it. Text from a file,
    such as a name, is escaped, so that it cannot disturb a terminal.

    `make pages` writes this page from the code. To change a message, change the code.
    """

  static func text(of modules: [(name: String, groups: [MessageGroup])]) -> String {
    var blocks = [introduction]
    for (module, groups) in modules {
      blocks.append("## \(module)")
      for group in groups {
        blocks.append("### \(group.title)\(group.carrier.map { " in \($0)" } ?? "")")
        var shown: Set<String> = []
        for name in group.samples.map(\.name) where shown.insert(name).inserted {
          blocks.append("**\(name)**")
          // Indented text is shown as it is: Markdown takes neither `<S>` nor `*` for its own. The comment parts two of them.
          let messages = group.samples.filter { $0.name == name }.map { sample in
            wrap(sample.message.text, indent: "    ", width: 100).joined(separator: "\n")
          }
          blocks.append(messages.joined(separator: "\n\n<!-- -->\n\n"))
        }
      }
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  /// Lines of at most this many columns; a longer word has a line of its own.
  static func wrap(_ text: String, indent: String, width: Int) -> [String] {
    text.components(separatedBy: "\n").flatMap { line -> [String] in
      let margin = indent + line.prefix { $0 == " " }
      var lines: [String] = []
      for word in line.split(separator: " ") {
        if let last = lines.last, last.count + 1 + word.count <= width {
          lines[lines.count - 1] += " \(word)"
        } else {
          lines.append(margin + word)
        }
      }
      return lines
    }
  }
}

/// The cases that an enum declares. A scan and not a parser: it knows the form that `swift format` gives every file here.
private struct EnumCases {
  /// Their names, as they come.
  private(set) var names: [String] = []

  init(of type: String, in text: String) {
    let enumName = type.split(separator: ".").last ?? ""
    let lines = text.components(separatedBy: "\n")
    guard
      let start = lines.firstIndex(where: { $0.contains("enum \(enumName): ") || $0.contains("enum \(enumName) {") })
    else { return }
    let margin = String(lines[start].prefix { $0 == " " })
    for line in lines[(start + 1)...].prefix(while: { !$0.hasPrefix("\(margin)}") }) {
      guard let declaration = line.wholeMatch(of: /( *)case (\w.*)/), declaration.1 == "\(margin)  " else { continue }
      // A comma parts cases where no values are declared.
      let cases = declaration.2.contains("(") ? [declaration.2] : declaration.2.split(separator: ",")
      names += cases.map { String($0.drop { $0 == " " }.prefix { $0.isLetter || $0.isNumber || $0 == "_" }) }
    }
  }
}
