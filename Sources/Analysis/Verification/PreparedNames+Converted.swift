internal import Comparison
package import Conversion

extension PreparedNames {
  /// What a conversion does to the source that is compared.
  package init(_ source: ConvertedSource) {
    let changes = source.plan.changes
    self.init(renamedCount: changes.renamedCount, text: "\(changes.text)", leftovers: source.leftovers)
  }
}
