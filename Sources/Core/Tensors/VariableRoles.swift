package import Bytes

/// What a graph's collections say about the variables of its checkpoint.
package struct VariableRoles: Sendable, Equatable {
  /// The variables that training changes, by the bytes of their names in checkpoints.
  package private(set) var trainable: Set<ByteString> = []
  /// Variables that layers declared as part of the model, trained or not.
  package private(set) var model: Set<ByteString> = []
  /// All variables that are saved.
  package private(set) var all: Set<ByteString> = []

  /// A graph without variables.
  package init() {}

  /// Adds a variable.
  ///
  /// - Parameters:
  ///   - name: its name in checkpoints.
  ///   - isTrainable: whether it is in `trainable_variables`.
  ///   - isOfModel: whether it is in `model_variables`.
  package mutating func insert(_ name: String, isTrainable: Bool, isOfModel: Bool) {
    let name = ByteString(name)
    all.insert(name)
    if isTrainable { trainable.insert(name) }
    if isOfModel { model.insert(name) }
  }
}
