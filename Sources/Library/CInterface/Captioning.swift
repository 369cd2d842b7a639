public import CDecant
internal import Captioning
internal import Engine
internal import Essentials
internal import Images
internal import Messages
internal import ModelMapping
internal import TensorFiles

typealias CaptionerHandle = Handle<Captioner>

/// Opens a model; see `decant.h`.
@c @implementation public func decant_captioner_open(
  _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?, _ captioner: UnsafeMutablePointer<OpaquePointer?>?,
  _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> decant_status {
  unsafe answering(message) {
    let captioner = try unsafe required(captioner, "captioner")
    let options = try unsafe CallOptions.parse(options, known: CallOptions.opening)
    if let threads = options.threads, threads < 1 { throw CallError.badOptions("'threads' must be 1 or more.") }
    var engine = EngineOptions(threadCount: options.threads)
    if let precision = try options.value(of: options.precision, .precision, EngineOptions.Precision.init(rawValue:)) {
      engine.precision = precision
    }
    let path = try unsafe text(path, "path")
    let source = try CanonicalSource.captioningModel(TensorFile.open(path)).source
    let words = try ModelVocabulary.find(for: source, given: options.vocab)
    let (opened, _) = try Captioner(
      source: source, vocabulary: words.vocabulary, vocabularyPath: words.path, options: engine
    ).choosingMarkers(.auto, words: words.wordSource, model: path)
    unsafe captioner.pointee = unsafe CaptionerHandle(opened).opened()
  }
}

/// Closes a model; see `decant.h`.
@c @implementation public func decant_captioner_close(_ captioner: OpaquePointer?) {
  unsafe CaptionerHandle.close(captioner)
}

/// Captions a picture; see `decant.h`.
@c @implementation public func decant_caption(
  _ captioner: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ bytes: UnsafeRawPointer?, _ byteCount: Int,
  _ options: UnsafePointer<CChar>?, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> decant_status {
  unsafe answering(message) {
    let captioner = try unsafe CaptionerHandle.value(captioner, "captioner")
    let json = try unsafe required(json, "json")
    let options = try unsafe CallOptions.parse(options, known: CallOptions.captioning)
    let search = try CaptionOptions(
      beamSize: options.beams ?? 3, maximumLength: options.maxLength ?? 20,
      lengthNormalization: options.lengthNormalization ?? 0)
    let path = try unsafe text(path, "path")
    let image =
      if let bytes = unsafe bytes {
        try unsafe RGBImage(
          decoding: [UInt8](UnsafeRawBufferPointer(start: bytes, count: max(0, byteCount))), path: path)
      } else {
        try RGBImage(path: path)
      }
    let captions = try captioner.captions(of: image, options: search).map { description(of: $0, captioner) }
    unsafe json.pointee = unsafe allocated("[" + captions.joined(separator: ",") + "]")
  }
}

private func description(of caption: Caption, _ captioner: Captioner) -> String {
  JSONText.object([
    ("text", JSONText.string(captioner.printed(caption).text)),
    ("probability", "\(caption.probability)"),
    ("logprob", "\(caption.logprob)"),
    ("ids", "[" + caption.ids.map(String.init).joined(separator: ",") + "]"),
    ("complete", "\(caption.isComplete)"),
  ])
}
