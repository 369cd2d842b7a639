/// The version of this package, written into every file that it makes.
public enum DecantVersion {
  /// Semantic version, without a leading `v`.
  public static let current = "0.2.0"
}
