public import Messages
internal import ModelMapping
internal import Tensors

extension ConversionPlan {
  /// How many tensors change, and how.
  public struct Changes: Sendable, Equatable {
    /// Tensors of the source whose names change.
    public var renamedCount = 0
    /// Tensors of the source that rules cut into parts, and the parts that are written.
    public var splitCount = 0
    /// The parts that are written.
    public var partCount = 0
    /// Tensors of the source that rules join.
    public var memberCount = 0
    /// The tensors that they are joined into.
    public var joinedCount = 0
    /// Tensors that are cast to another dtype.
    public var castCount = 0

    /// One line each for what is split and what is joined, for reports.
    package var regroupings: [Message] {
      var lines: [Message] = []
      if partCount > 0 { lines.append("split: \(splitCount) into \(partCount)") }
      if joinedCount > 0 { lines.append("joined: \(memberCount) into \(joinedCount)") }
      return lines
    }

    /// Such as `98 renamed, 12 split into 36`; `none renamed` if nothing changes.
    public var text: Message {
      var parts: [Message] = [renamedCount == 0 ? "none renamed" : "\(renamedCount) renamed"]
      if partCount > 0 { parts.append("\(splitCount) split into \(partCount)") }
      if joinedCount > 0 { parts.append("\(memberCount) joined into \(joinedCount)") }
      if castCount > 0 { parts.append("\(castCount) cast") }
      return parts.joined(separator: ", ")
    }
  }

  /// How many tensors change, and how.
  public var changes: Changes {
    var changes = Changes()
    func names(_ tensors: some Sequence<Tensor>) -> Int {
      Set(tensors.flatMap { $0.origins.map { Array($0.name.utf8) } }).count
    }
    changes.renamedCount = Set(renamed.map { Array($0.from.utf8) }).count
    changes.splitCount = names(tensors.filter(\.isPart))
    changes.partCount = tensors.count(where: \.isPart)
    changes.memberCount = names(tensors.filter(\.isJoined))
    changes.joinedCount = tensors.count(where: \.isJoined)
    changes.castCount = tensors.count { $0.stored.dtype != $0.target.dtype }
    return changes
  }
}
