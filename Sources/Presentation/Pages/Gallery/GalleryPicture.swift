internal import Captioning
internal import Files
internal import Images
internal import Markup
internal import Messages
internal import Vocabulary

/// One picture of a gallery.
struct GalleryPicture {
  /// The outcome of a picture.
  enum State {
    /// Its best caption is probable enough.
    case sure
    /// Its best caption is not probable enough, or was cut off.
    case unsure
    /// It has none.
    case failed

    var mark: HTML {
      switch self {
      case .sure: "sure"
      case .unsure: "unsure"
      case .failed: "failed"
      }
    }
  }

  /// The picture's place, from 1.
  let number: Int
  let picture: TracedImage
  let vocabulary: Vocabulary
  let confidence: CaptionConfidence
  /// Remarks, such as why it has no sidecar.
  let notes: [Message]
  /// Whether the words are shown at once or on demand.
  let isOpen: Bool

  /// The picture's outcome.
  var state: State {
    guard let best = picture.best else { return .failed }
    return confidence.isSure(of: best) ? .sure : .unsure
  }

  /// The picture, its caption, the beams and the words.
  var html: HTML {
    """
    <article class="shot \(state.mark)" id="picture-\(number)" aria-labelledby="caption-\(number)">
    <div class="view">\(view)</div>
    <div class="said">
    <h2 id="caption-\(number)">\(heading)</h2>
    \(nameLine)\(remarks)\(beams)\(words)</div>
    </article>

    """
  }

  // MARK: The picture

  private var view: HTML {
    guard let preview = picture.preview else {
      return "<p class=\"missing soft\">There is no picture to show.</p>"
    }
    // A picture with few pixels is enlarged without smoothing.
    let isTiny: HTML = max(preview.width, preview.height) < 64 ? " class=\"pixels tiny\"" : ""
    return """
      <img\(isTiny) src="\(HTML(dataURI: preview.jpeg, type: "image/jpeg"))" width="\(preview.width)" \
      height="\(preview.height)" alt="Picture \(number): \(shortName)" loading="lazy" decoding="async">\
      \(orientation(preview))
      """
  }

  /// Says and shows how what the network saw differs from what the reader sees.
  private func orientation(_ preview: PicturePreview) -> HTML? {
    guard preview.orientation != .upright else { return nil }
    let seen = preview.networkView.map { bytes -> HTML in
      """
      <img src="\(HTML(dataURI: bytes, type: "image/jpeg"))" width="299" height="299" \
      alt="What the network saw of picture \(number)" loading="lazy" decoding="async">
      """
    }
    return """
      <figure class="seen">\(seen)<figcaption>The network saw this: \(preview.orientation.words). Above, the picture is \
      upright, as its EXIF data specifies; TensorFlow and Decant do not turn pictures for the network.</figcaption></figure>
      """
  }

  private var shortName: HTML { HTML(text: cut(picture.image.name)) }

  // MARK: The caption

  private var heading: HTML {
    if let best = picture.best { return "\(AltText(vocabulary.text(of: best.printedIDs)))" }
    if case .success = picture.image.result { return "The model says nothing" }
    return "Not captioned"
  }

  private var nameLine: HTML {
    let size = picture.preview.map { preview -> HTML in " · \(preview.storedWidth) × \(preview.storedHeight) pixels" }
    return "<p class=\"file soft\"><bdi class=\"name\">\(shortName)</bdi>\(size)</p>\n"
  }

  private var remarks: HTML {
    var lines: [(HTML, Message)] = []
    switch picture.image.result {
    case .failure(let error): lines.append(("bad", "\(error)"))
    case .success(let captions):
      if captions.isEmpty { lines.append(("bad", "No word is probable enough to be taken.")) }
      if let best = captions.first, let doubt = confidence.doubt(about: best) { lines.append(("warn", doubt)) }
    }
    if let warning = picture.image.warning { lines.append(("warn", "The decoder continued after: \(warning)")) }
    lines += notes.map { ("soft", $0) }
    return lines.map { kind, text -> HTML in "<p class=\"remark \(kind)\">\(withoutDirectory(text))</p>\n" }.joined()
  }

  /// A message without the picture's directory, which readers of the page need not know.
  private func withoutDirectory(_ message: Message) -> HTML {
    let directory = picture.image.path.directoryPart
    guard directory != ".", directory != "/" else { return "\(message)" }
    let shown: Message = "\(directory)/"
    return HTML(text: message.text.replacing(shown.text, with: ""))
  }

  // MARK: Beams

  private var beams: HTML? {
    guard case .success(let captions) = picture.image.result, !captions.isEmpty else { return nil }
    let items = captions.map { caption -> HTML in
      """
      <li><span class="text">\(vocabulary.text(of: caption.printedIDs))</span>\
      \(Self.bar(caption.probability))<span class="share">\(Share(caption.probability))</span></li>

      """
    }
    return """
      <h3>\(captions.count == 1 ? "The caption" : "The \(captions.count) best captions")</h3>
      <ol class="beams">
      \(items)</ol>

      """
  }

  /// A bar from 0 to 1; the number beside it has the same value.
  static func bar(_ probability: Double) -> HTML {
    """
    <svg class="share-bar" viewBox="0 0 100 6" width="100" height="6" preserveAspectRatio="none" aria-hidden="true">\
    <rect class="track" width="100" height="6"/><rect class="bar" width="\(at: 100 * probability)" height="6"/></svg>
    """
  }

  // MARK: Words

  private var words: HTML? {
    guard let trace = picture.trace, !trace.steps.isEmpty else { return nil }
    return """
      <details class="words"\(isOpen ? " open" : "")>
      <summary><h3>Word by word</h3></summary>
      <ol class="steps">
      \(trace.steps.map(step))</ol>
      </details>

      """
  }

  private func step(_ step: CaptionTrace.Step) -> HTML {
    let others = step.alternatives.map { other -> HTML in
      "<li>\(word(other.id)) <span class=\"share\">\(Share(other.probability))</span></li>"
    }
    // More probable than all other words together, or not.
    let low: HTML = step.said.probability < 0.5 ? " low" : ""
    return """
      <li class="step\(low)"><b>\(word(step.said.id))</b>\(Self.bar(step.said.probability))\
      <span class="share">\(Share(step.said.probability))</span><ul aria-label="Next likeliest">\(others)</ul></li>

      """
  }

  private func word(_ id: Int) -> HTML {
    if id == vocabulary.endID { return "<i>end</i>" }
    if id == vocabulary.startID { return "<i>start</i>" }
    return "<bdi>\(cut(vocabulary.word(id), to: 60))</bdi>"
  }

  private func cut(_ text: String, to limit: Int = 200) -> String {
    text.count > limit ? "\(text.prefix(limit))… (\(text.count) characters)" : text
  }
}

/// A probability as people read it: `59.2 %`; 0 and 100 only if they are exact.
struct Share: MessageConvertible {
  private let value: Double

  init(_ value: Double) { self.value = value }

  var message: Message {
    let percent = value * 100
    if percent >= 99.95 { return value == 1 ? "100 %" : "> 99.9 %" }
    guard percent >= 0.05 else { return percent == 0 ? "0 %" : "< 0.1 %" }
    let tenths = Int((percent * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}

extension PictureOrientation {
  /// How the stored picture, which the network sees, differs from the upright one.
  var words: Message {
    switch self {
    case .upright: "the picture upright"
    case .mirrored: "the picture mirrored"
    case .turnedAround: "the picture upside down"
    case .flipped: "the picture mirrored and upside down"
    case .transposed: "the picture mirrored and turned by a quarter to the left"
    case .turnedLeft: "the picture turned by a quarter to the left"
    case .transversed: "the picture mirrored and turned by a quarter to the right"
    case .turnedRight: "the picture turned by a quarter to the right"
    }
  }
}
