internal import Captioning
internal import Markup
internal import Messages

/// The outcomes of a gallery's pictures.
struct GalleryCounts: Equatable {
  /// Captioned with enough confidence.
  var sure = 0
  /// Captioned, but marked as unsure.
  var unsure = 0
  /// Without a caption.
  var failed = 0

  /// All pictures.
  var total: Int { sure + unsure + failed }

  /// Counts those of a page.
  mutating func add(_ other: GalleryCounts) {
    sure += other.sure
    unsure += other.unsure
    failed += other.failed
  }

  /// Counts a picture.
  mutating func add(_ state: GalleryPicture.State) {
    switch state {
    case .sure: sure += 1
    case .unsure: unsure += 1
    case .failed: failed += 1
    }
  }

  /// `12 pictures: 11 captions, 1 of them not sure; 1 picture failed`.
  var message: Message {
    var text: Message = "\(HumanText.count(total, "picture")), \(HumanText.count(sure + unsure, "caption"))"
    if unsure > 0 { text += ", \(HumanText.grouped(unsure)) of them not sure" }
    if failed > 0 { text += "; \(HumanText.count(failed, "picture")) could not be captioned" }
    return text
  }
}
