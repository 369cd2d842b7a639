internal import Tensors

/// What the variables of one family of models are called in several libraries, and how each library orders their axes:
/// data, read from JSON.
///
/// `docs/model-packs.md` describes the format for people who write one, `Schemas/model-pack.schema.json` for programs.
package struct ModelPack: Sendable {
  /// One word for the family, such as `resnet_v1`.
  package let family: String
  /// The family in words.
  package let title: String
  /// The libraries whose names are known. The first is the reference: shapes are as they are there.
  package internal(set) var libraries: [Library]
  /// The networks of the family; at least one.
  var variants: [Variant]
  /// The tensors, modules taken apart.
  var rows: [PackRow]
  /// How the rows repeat: all rows of a module for the first number, then all for the second.
  var groups: [PackGroup]

  /// The names of one library.
  package struct Library: Sendable {
    /// The word for `--names`.
    package let name: String
    /// Which program or class has these names.
    package let origin: String
    /// A word for what the library's network computes; libraries with the same word compute the same.
    var network = "same"
    /// What no weight can express, and the code that makes up for it.
    package var notes: [String] = []
    /// Models that take different optional parts; at least one.
    package var classes: [Class] = []
    /// For Keras: the layers in the order of `model.layers`, if that is not the order of the tensors.
    package var order: [String] = []
    /// What a directory needs beside the weights; nil if the pack does not say.
    package var directory: PackDirectory?

    /// The word for a network that differs from every other.
    static let anotherNetwork = "another"
  }

  /// Whether the networks of two libraries compute the same from the same weights.
  func computesSame(_ first: Int, _ second: Int) -> Bool {
    libraries[first].network == libraries[second].network && libraries[first].network != Library.anotherNetwork
  }

  /// A model of a library that takes some of the optional parts.
  package struct Class: Sendable {
    /// The class's name; nil if the library has one class for all.
    package var name: String?
    /// The optional parts that it takes.
    var parts: [String] = []
    /// Parts that it has no place for, although they may be there.
    var leavesOut: [String] = []
    /// Values of variables.
    var bindings: [(name: String, text: String)] = []
  }

  /// A network of the family.
  struct Variant: Sendable {
    /// Its name; nil if there is only one.
    var name: String?
    var series: [String: PackSeries]
    var bindings: [(name: String, value: PackBindings.Value)] = []
  }

  /// The index of a library; nil if the pack does not have it.
  func library(named name: String) -> Int? { libraries.firstIndex { $0.name == name } }
}

/// Numbers that names carry.
enum PackSeries: Sendable, Equatable {
  /// From 0, as many as a file has.
  case any
  /// Units of stages: how many each stage has.
  case stages([Int])

  /// The most numbers of a series in one model.
  static let maximumCount = 10_000
}

/// A row of a pack: one tensor, or one for each value of its loops.
struct PackRow: Sendable {
  /// How a library stores a tensor.
  enum Entry: Sendable {
    /// Under one name; other spellings are read too, and never written.
    case name(PackTemplate, also: [PackTemplate])
    /// In several tensors, one after the other along an axis; equal unless sizes are given.
    case join([PackTemplate], axis: Int, sizes: [PackExtent]?)
    /// Several times; the first counts.
    case copies([PackTemplate])

    var templates: [PackTemplate] {
      switch self {
      case .name(let template, let also): [template] + also
      case .join(let templates, _, _), .copies(let templates): templates
      }
    }
  }

  /// What a row is repeated for.
  enum Loop: Sendable {
    case series(String)
    case values(String, [PackBindings.Value])

    /// The variable that it is named after.
    var name: String {
      switch self {
      case .series(let name), .values(let name, _): name
      }
    }

    /// All variables that it sets.
    var variables: [String] {
      if case .series(let name) = self { [name, "\(name).stage", "\(name).unit"] } else { [name] }
    }
  }

  /// When a row counts.
  struct Condition: Sendable {
    enum Value: Sendable, Equatable {
      case number(Int)
      case text(String)
      case first
      case last
    }

    let variable: String
    let values: [Value]
    /// Whether the row counts if the variable has none of the values.
    let isInverted: Bool
  }

  /// The index of its first byte in the JSON text.
  var offset: Int
  /// By the library's index.
  var entries: [Int: Entry] = [:]
  var shape: [PackExtent] = []
  /// How libraries other than the reference store it.
  var layouts: [Int: PackLayout] = [:]
  var loops: [Loop] = []
  var conditions: [Condition] = []
  /// The optional part that it belongs to.
  var part: String?
  var isOptional = false
  /// Libraries that may lack it, with the value that all its elements then have.
  var absent: [Int: Double] = [:]
  /// What it always is, if only some libraries have it: one number for all elements, or one for each.
  var constant: (values: [Double], dtype: DType)?
  /// Libraries that have no place for it, with the reason.
  var leftOut: [Int: String] = [:]
  /// The use of a module that its own sizes belong to, and how many of the loops are outside the module.
  var scope: (number: Int, loopCount: Int)?
  /// Sizes that are the same in the whole model although a module names them.
  var sharedSizes: Set<String> = []

  /// Whether a library needs the tensor for the model to be complete.
  func isRequired(in library: Int) -> Bool {
    entries[library] != nil && !isOptional && part == nil && constant == nil && absent[library] == nil
  }
}

/// A row, or the rows of a module, for each value of some loops.
///
/// A class, because recognition goes through the groups thousands of times and would otherwise copy them.
final class PackGroup: Sendable {
  enum Content: Sendable {
    /// The index of a row.
    case row(Int)
    case groups([PackGroup])
  }

  let loops: [PackRow.Loop]
  let conditions: [PackRow.Condition]
  let content: Content

  init(loops: [PackRow.Loop], conditions: [PackRow.Condition], content: Content) {
    (self.loops, self.conditions, self.content) = (loops, conditions, content)
  }
}

/// How a library's layout differs from the reference's.
struct PackLayout: Sendable {
  /// From the reference to the library.
  var to: [PackStep]
  /// From the library to the reference.
  var from: [PackStep]
}

/// One change of a layout.
enum PackStep: Sendable, Equatable {
  case rule(RenameRules.Step)
  /// A new shape whose extents may be sizes.
  case reshape([Extent])

  enum Extent: Sendable, Equatable {
    case known(RenameRules.Extent)
    case size(PackExtent)
  }
}

/// What `from_pretrained` needs beside the weights.
package struct PackDirectory: Sendable {
  /// A member of the configuration and its value, as JSON.
  var fixed: [(key: String, json: String)] = []
  /// Members that follow from the weights: a size or series of the model, or a quotient of two.
  var sizes: [(key: String, expression: String)] = []
  /// Names of configuration files beside the checkpoint.
  var configurations: [String] = []
  /// What members of such a file are called in the library.
  var keys: [(from: String, to: String)] = []
  /// What values of a member are called in the library, as JSON texts.
  var values: [(key: String, from: String, to: String)] = []
  /// Members that neither the weights nor such a file give: a number, or a quotient of sizes and numbers.
  var assumed: [(key: String, expression: String)] = []
  /// Files that are copied: the names that they may have beside the checkpoint, and their name in the directory.
  var files: [(from: [String], to: String)] = []
  /// Members of `tokenizer_config.json`, as JSON; empty if it is not written.
  var tokenizer: [(key: String, json: String)] = []
}
