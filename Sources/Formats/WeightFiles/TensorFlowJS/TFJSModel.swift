internal import Files

/// What a TensorFlow.js model says about its network: the members of `model.json` besides the weights and the
/// metadata, such as `modelTopology` and `format`, where the file has them.
package struct TFJSModel: Sendable {
  /// A member of the JSON object.
  struct Member: Equatable, Sendable {
    let key: String
    /// The bytes of the value.
    let range: Range<Int>
  }

  private let file: InputFile
  private let members: [Member]

  /// The member that describes the network.
  private static let topologyKey = "modelTopology"

  /// Nil if the members describe no network.
  init?(_ members: [Member], in file: InputFile) {
    guard members.contains(where: { $0.key == Self.topologyKey }) else { return nil }
    (self.members, self.file) = (members, file)
  }

  /// The keys, in the order of the file.
  package var keys: [String] { members.map(\.key) }

  /// The members with their values as JSON.
  ///
  /// - Throws: `FileError` if the file cannot be read any more.
  func texts() throws(FileError) -> [(key: String, value: String)] {
    var texts: [(key: String, value: String)] = []
    for member in members {
      let bytes = try file.read(at: member.range.lowerBound, count: member.range.count)
      texts.append((member.key, String(decoding: bytes, as: UTF8.self)))
    }
    return texts
  }
}

extension TFJSModel: Equatable {
  /// Whether both are the same bytes of the same file.
  package static func == (left: Self, right: Self) -> Bool {
    left.file === right.file && left.members == right.members
  }
}
