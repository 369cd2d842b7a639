internal import Images
internal import Markup
internal import Messages
internal import Pixels
internal import Portraits

/// Kernels over pictures, drawn as pictures.
enum KernelSection {
  static func section(_ sheets: [KernelSheet]) -> PageSection? {
    guard !sheets.isEmpty else { return nil }
    return PageSection(
      id: "portrait-kernels", title: "What the first layer looks for",
      """
      <p>A convolution over a picture has three input channels. Each of its kernels is drawn here as a small picture: \
      gray is 0, brighter is positive, darker is negative, in red, green and blue.</p>
      \(sheets.map(sheet))
      """)
  }

  private static func sheet(_ sheet: KernelSheet) -> HTML {
    let shown = sheet.kernels.count
    let more: Message =
      shown < sheet.kernelCount
      ? " The first \(shown) of \(HumanText.grouped(sheet.kernelCount)) are shown." : ""
    let heading: HTML = """
      <h3>\(HTML.name(sheet.name))</h3>
      <p>\(HumanText.count(sheet.kernelCount, "kernel")) of \(sheet.height) x \(sheet.width) pixels, axes \(sheet.axisNames.joined(separator: ", ")).\(more)\(problems(sheet))</p>

      """
    guard sheet.reach > 0 else { return heading }
    // If there are many pixels, the kernels are drawn only once.
    let isSmall = shown * sheet.height * sheet.width <= maximumPixelCount
    let weak: Message =
      sheet.kernels.contains { sheet.isWeak($0) }
      ? " A dashed border marks kernels whose largest value is less than a hundredth of the strongest kernel's." : ""
    return heading
      + pictures(
        sheet, limit: nil,
        caption: "Each kernel by itself: its largest value has full color.\(weak)"
      )
      + (isSmall
        ? """
        <details><summary>The same kernels on one scale</summary>
        \(pictures(sheet, limit: sheet.reach, caption: "All kernels together: full color is \(ChartScale.text(Double(sheet.reach)))."))\
        </details>

        """ : "")
  }

  private static let maximumPixelCount = 1 << 14

  private static func problems(_ sheet: KernelSheet) -> Message {
    let dead = sheet.kernels.count { $0.reach == 0 && $0.nonFiniteCount == 0 }
    let broken = sheet.kernels.reduce(0) { $0 + $1.nonFiniteCount }
    return
      (dead > 0 ? " \(HumanText.count(dead, "kernel")) \(dead.noun("is", "are")) all zeros." : "")
      + (broken > 0
        ? " \(HumanText.count(broken, "value")) \(broken.noun("is", "are")) NaN or infinite, drawn in magenta." : "")
  }

  private static func pictures(_ sheet: KernelSheet, limit: Float?, caption: Message) -> HTML {
    let pictures = sheet.kernels.enumerated().map { index, kernel -> HTML in
      guard let address = HTML(dataURI: picture(kernel, sheet, reach: limit ?? kernel.reach)) else { return "" }
      return """
        <img\(sheet.isWeak(kernel) ? " class=\"weak\"" : "" as HTML) alt="" width="\(sheet.width)" height="\(sheet.height)" \
        title="kernel \(index), up to \(ChartScale.text(Double(kernel.reach)))" src="\(address)">
        """
    }
    return """
      <figure><div class="kernels\(max(sheet.height, sheet.width) > 8 ? " large" : "" as HTML)" role="img" \
      aria-label="\(HumanText.count(sheet.kernels.count, "kernel")) as pictures">\(pictures.joined(separator: "\n"))</div>\
      <figcaption>\(caption)</figcaption></figure>

      """
  }

  private static func picture(_ kernel: KernelSheet.Kernel, _ sheet: KernelSheet, reach: Float) -> PNGPicture {
    PNGPicture(RGBImage(width: sheet.width, height: sheet.height, pixels: sheet.pixels(of: kernel, reach: reach)))
  }
}
