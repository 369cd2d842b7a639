internal import Inspection
internal import Markup
internal import Messages
internal import ModelMapping
internal import Portraits

/// LSTM cells, gate by gate.
enum CellSection {
  static func section(_ cells: [CellPortrait]) -> PageSection? {
    guard !cells.isEmpty else { return nil }
    return PageSection(
      id: "portrait-cells", title: "The LSTM's gates",
      """
      <p>An LSTM cell has four parts, side by side in one matrix: gate <b>i</b> decides how much new content is \
      let in, <b>j</b> is the new content (g or c in other programs), gate <b>f</b> decides how much of the old state \
      stays, and gate <b>o</b> decides how much of the result shows.</p>
      \(cells.map(cell))
      """)
  }

  private static func cell(_ portrait: CellPortrait) -> HTML {
    let cell = portrait.cell
    let framework: Message =
      switch cell.framework {
      case .tensorFlow: "TensorFlow's: one kernel for input and state"
      case .keras: "Keras': a kernel for the input and one for the state"
      case .pyTorch: "PyTorch's: a kernel for the input and one for the state, gates in rows"
      }
    let order = cell.gates.map(\.rawValue).joined(separator: ", ")
    let tensors = cell.kernels.map(\.name) + cell.biases
    let broken = portrait.gates.reduce(0) { $0 + $1.nonFiniteCount }
    let sampled: Message =
      portrait.isSampled
      ? " Counts and quantiles are from an evenly spaced sample, \(HumanText.grouped(portrait.gates[0].sampleCount)) weights of each gate."
      : ""
    return """
      <h3>\(HTML.name(cell.scope, limit: 80))</h3>
      \(HTML.facts([
        ("layout", "\(framework); in the order \(order)"), ("units", "\(HumanText.grouped(cell.unitCount))"),
        ("tensors", tensors.map { HTML.name($0, limit: 120) }.joined(separator: "<br>")),
        ("forget bias", "\(forgetBias(portrait))"),
      ]))
      \(broken > 0 ? "<p class=\"bad\">\(HumanText.count(broken, "weight")) \(broken.noun("is", "are")) NaN or infinite and left out.</p>\n" : "" as HTML)\
      \(maps(portrait))\
      \(weights(portrait, sampled))\
      \(biases(portrait))
      """
  }

  private static func forgetBias(_ portrait: CellPortrait) -> Message {
    guard !portrait.cell.biases.isEmpty else { return "the cell has no bias in this file" }
    return portrait.cell.addedForgetBias > 0
      ? """
      not stored: TensorFlow's cell adds its forget_bias to gate f when it runs, 1.0 unless the program says otherwise
      """
      : "stored: nothing is added to gate f when the cell runs, so its biases start training at 1 and not at 0"
  }

  private static func name(_ gate: StoredLSTM.Gate) -> Message {
    switch gate {
    case .input: "gate i, let in"
    case .candidate: "j, the new"
    case .forget: "gate f, forget"
    case .output: "gate o, show"
    }
  }

  private static func maps(_ portrait: CellPortrait) -> HTML {
    let grids = portrait.gates.map { gate in gate.maps.map { $0.grid(unitCount: portrait.cell.unitCount) } }
    let limit = HeatMap.limit(of: grids.flatMap(\.self))
    guard grids.contains(where: { $0.contains { $0.upper > 0 } }) else { return "" }
    let panels = zip(portrait.gates, grids).map { gate, grids -> HTML in
      let pictures = grids.map { HeatMap($0, title: "\(name(gate.gate))", limit: limit).html }
      return """
        <div class="gate"><h4>\(name(gate.gate))</h4><div class="scroll" tabindex="0" role="group" \
        aria-label="Weights of \(name(gate.gate))">\(pictures)</div></div>

        """
    }
    let isSingle = grids.allSatisfy { $0.allSatisfy { $0.cellRowCount == 1 && $0.cellColumnCount == 1 } }
    let cell: Message =
      isSingle ? "Each cell is the magnitude of one weight" : "Each cell is the root mean square of the weights in it"
    return """
      <figure><div class="gates">
      \(panels)</div><figcaption>\(cell); all gates on one scale, full color at \(ChartScale.text(limit)).</figcaption></figure>

      """
  }

  private static func weights(_ portrait: CellPortrait, _ sampled: Message) -> HTML {
    let rows = portrait.gates.compactMap { gate in
      gate.weights.map { RangeChart.Row(name(gate.gate), $0, isMarked: gate.gate == .forget) }
    }
    guard !rows.isEmpty else { return "" }
    let histograms = portrait.gates.map { gate -> HTML in
      "<td>\(gate.histogram.map(SparkHistogram.html) ?? "" as HTML)</td>"
    }
    let heads = portrait.gates.map { gate -> HTML in "<th scope=\"col\">\(name(gate.gate))</th>" }
    return """
      <div class="pair">\(HTML.figure(
        RangeChart(rows, axis: ChartAxis("weight"), title: "Weights by gate").html,
        caption: "Weights: smallest to largest, middle nine tenths, middle half, and median.\(sampled)"))\
      <div class="scroll" tabindex="0" role="group" aria-label="Histograms by gate"><table>
      <caption>Histograms of the weights; heights are logarithms of the counts</caption>
      <thead><tr>\(heads)</tr></thead><tbody><tr>\(histograms)</tr></tbody></table></div></div>

      """
  }

  private static func biases(_ portrait: CellPortrait) -> HTML {
    let added = portrait.cell.addedForgetBias
    let rows = portrait.gates.flatMap { gate -> [RangeChart.Row] in
      guard let biases = gate.biases else { return [] }
      let isForget = gate.gate == .forget
      let row = RangeChart.Row(
        isForget && added > 0 ? "gate f, as stored" : name(gate.gate), biases, isMarked: isForget && added == 0)
      guard isForget, added > 0 else { return [row] }
      return [row, RangeChart.Row("gate f, as it runs", biases, shift: added, isMarked: true)]
    }
    guard !rows.isEmpty else { return "" }
    let forget: Message =
      added > 0
      ? "The marked row has the forget bias of 1.0 added, as TensorFlow's cell adds it."
      : "The marked row is the forget bias, as it is stored and used."
    let figure = HTML.figure(
      RangeChart(rows, axis: ChartAxis("bias"), title: "Biases by gate").html, caption: "Biases. \(forget)")
    return "<div class=\"wide\">\(figure)</div>"
  }
}
