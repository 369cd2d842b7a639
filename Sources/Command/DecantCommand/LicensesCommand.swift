import ArgumentParser
import CDecantLicenses
import CDecantStatic
import Essentials
import Messages

/// `decant licenses`: what this program is made of, and under which terms.
struct LicensesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "licenses",
    abstract: "Show the versions and licenses of everything that this program is made of.",
    discussion: """
      The texts are part of the program. 'decant --licenses' is the same as 'decant licenses --all'.

      Example: decant licenses
      Example: decant licenses zlib
      """)

  @Argument(help: ArgumentHelp("Print the license texts of this part.", valueName: "name"))
  var name: String?

  @Flag(help: "Print the table and all license texts.")
  var all = false

  func validate() throws {
    if all, name != nil { throw ValidationError("--all prints every text. Remove NAME or --all.") }
  }

  func run() throws {
    let parts = try LinkedPart.all()
    if let name {
      guard let part = parts.first(where: { $0.name == name }) else {
        let names = Message.list(parts.map { "\($0.name)" }).text
        throw ValidationError("No part of this program is called '\(name)'. The parts are \(names).")
      }
      for text in part.texts { Console.print(Self.text(text)) }
      return
    }
    Console.print(Self.table(of: parts))
    if all {
      for text in LinkedPart.texts(of: parts) { Console.print("\n==== \(text) ====\n\n\(Self.text(text))") }
    } else {
      Console.print("\n'decant licenses NAME' prints a license, 'decant licenses --all' all of them.")
    }
  }

  /// The parts that are in the program, and those that it takes from the system.
  private static func table(of parts: [LinkedPart]) -> Message {
    let inside = parts.filter(\.isInside)
    let outside = parts.filter { !$0.isInside }
    func lines(_ parts: [LinkedPart]) -> Message {
      var table = TextTable([.left, .left, .left])
      for part in parts { table.add(["\(part.name)", "\(part.shownVersion)", "\(part.license)"]) }
      return table.render(indent: 2)
    }
    var table: Message = "In this program:\n\(lines(inside))"
    if outside.isEmpty {
      table += "\nIf one of them gets a security fix, this file does not change: get a new release of Decant.\n"
      table += "Decant's source is public, so you can link it with another glibc: see docs/install.md there.\n"
    } else {
      table += "\nFrom the system, in the versions that Decant was tested with:\n\(lines(outside))"
    }
    return table
  }

  private static func text(_ name: String) -> Message {
    GeneratedText.message(unsafe decant_license_text(name).map { unsafe String(cString: $0) } ?? "")
  }
}

/// Something that Decant links, as packaging/components.json has it.
struct LinkedPart: Decodable {
  struct Package: Decodable {
    let version: String
  }

  let name: String
  let version: String
  let debian: Package?
  let license: String
  /// `always` in the program, `linked` or `static`: only in the static program; nil if it is in no product.
  let part: String?
  let texts: [String]

  private enum CodingKeys: CodingKey { case name, version, debian, license, part, texts }

  init(from decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: CodingKeys.self)
    name = try row.decode(String.self, forKey: .name)
    version = try row.decode(String.self, forKey: .version)
    debian = try row.decodeIfPresent(Package.self, forKey: .debian)
    license = try row.decode(String.self, forKey: .license)
    part = try row.decodeIfPresent(String.self, forKey: .part)
    texts = try row.decodeIfPresent([String].self, forKey: .texts) ?? []
  }

  private init(name: String, version: String, license: String, texts: [String]) {
    (self.name, self.version, self.license, self.texts) = (name, version, license, texts)
    debian = nil
    part = "always"
  }

  /// Debian's version says which fixes are in.
  var shownVersion: String { debian?.version ?? version }

  /// Whether it is part of this program, and not of the system that it runs on.
  var isInside: Bool { part == "always" || decant_is_static() != 0 }

  /// Decant itself, and what it links.
  static func all() throws -> [LinkedPart] {
    let json = unsafe String(cString: decant_components())
    let rows = try JSONDecoder().decode([LinkedPart].self, from: Data(json.utf8))
    let decant = LinkedPart(
      name: "decant", version: DecantVersion.current, license: "Apache-2.0", texts: ["apache-2.0"])
    return [decant] + rows.filter { $0.part != nil }
  }

  /// The names of the texts of all parts, each once.
  static func texts(of parts: [LinkedPart]) -> [String] {
    parts.flatMap(\.texts).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
