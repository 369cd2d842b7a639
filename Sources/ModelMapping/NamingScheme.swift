/// Which names tensors are written under.
public enum NamingScheme: String, CaseIterable, Sendable {
  /// As they are.
  case keep
  /// The LSTM's as TensorFlow 1.2 and later spell them; all others as they are.
  case modern
}
