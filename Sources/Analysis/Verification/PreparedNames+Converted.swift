public import Comparison
public import Conversion

extension PreparedNames {
  /// What a conversion does to the source that is compared.
  public init(_ source: ConvertedSource) {
    let changes = source.plan.changes
    self.init(renamedCount: changes.renamedCount, text: "\(changes.text)", leftovers: source.leftovers)
  }
}
