/// The version of this package, written into every file that it makes.
public enum DecantVersion {
  /// Semantic version, without a leading `v`.
  public static let current = "0.3.0"
  /// The day of the release, for the pages of the manual.
  package static let date = "2026-11-29"
}
