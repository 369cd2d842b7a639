internal import Inspection
internal import Messages

/// Statistics of two tensors side by side.
struct StatisticsRows {
  struct Row {
    let title: Message
    let left: Message
    let right: Message
  }

  private let left: TensorProfile
  private let right: TensorProfile

  init(_ left: TensorProfile, _ right: TensorProfile) { (self.left, self.right) = (left, right) }

  var rows: [Row] {
    var rows = [
      number("mean") { $0.statistics.mean }, number("standard deviation") { $0.statistics.standardDeviation },
      number("minimum") { $0.statistics.minimum?.doubleValue },
    ]
    rows += [1, 25, 50, 75, 99].map { percent in
      number(percent == 50 ? "median" : "\(Int(percent)) %") { $0.distribution?.percentile(percent) }
    }
    rows.append(number("maximum") { $0.statistics.maximum?.doubleValue })
    rows.append(Row(title: "zeros", left: Self.zeros(left), right: Self.zeros(right)))
    addCounts("NaN", \.nanCount, to: &rows)
    addCounts("infinite", \.infinityCount, to: &rows)
    if left.statistics.valueCount != right.statistics.valueCount { addCounts("values", \.valueCount, to: &rows) }
    return rows
  }

  private func number(_ title: Message, _ value: (TensorProfile) -> Double?) -> Row {
    func text(_ profile: TensorProfile) -> Message { value(profile).map { HumanText.significant($0, 4) } ?? "–" }
    return Row(title: title, left: text(left), right: text(right))
  }

  private static func zeros(_ profile: TensorProfile) -> Message {
    let statistics = profile.statistics
    return "\(HumanText.percent(100 * Double(statistics.zeroCount) / Double(max(1, statistics.valueCount)))) %"
  }

  private func addCounts(_ title: Message, _ count: KeyPath<TensorStatistics, Int>, to rows: inout [Row]) {
    let (a, b) = (left.statistics[keyPath: count], right.statistics[keyPath: count])
    if a > 0 || b > 0 { rows.append(Row(title: title, left: HumanText.grouped(a), right: HumanText.grouped(b))) }
  }
}
