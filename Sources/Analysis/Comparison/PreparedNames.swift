public import ModelMapping

/// Tells a comparison that the left source already has the names of the right one, so that tensors are paired by these names.
public struct PreparedNames: Sendable {
  /// How many tensors of the left source were renamed.
  public var renamedCount: Int
  /// What was done to the left source, in words, such as `98 renamed, 12 split into 36`.
  public var text: String
  /// Tensors of the left source that only training needs, by the UTF-8 of the names that it shows.
  public var leftovers: [[UInt8]: TrainingLeftover]

  /// Describes a left source whose tensors were renamed.
  public init(renamedCount: Int, text: String, leftovers: [[UInt8]: TrainingLeftover] = [:]) {
    self.renamedCount = renamedCount
    self.text = text
    self.leftovers = leftovers
  }
}
