import Images
import Messages
import TerminalPictures

/// The terminal on standard output, which reported that it can show pictures.
struct PictureScreen {
  private let graphics: TerminalGraphics

  /// Asks the terminal what it supports, and waits at most a second for the answer; nil if it cannot show pictures.
  ///
  /// - Parameter remedy: what to say on standard error, given the reason why there are no pictures.
  init?(otherwise remedy: (_ reason: Message) -> Message) {
    do throws(NoGraphics) {
      graphics = try TerminalQuestions.ask()
    } catch {
      Console.say(remedy(error.message))
      return nil
    }
  }

  /// The maximum width of a picture, in pixels.
  var maximumWidth: Int { graphics.maximumWidth }

  /// Shows a picture of at most `maximumWidth` pixels across.
  func show(_ image: DrawnImage) {
    guard let picture = TerminalPicture(image, on: graphics) else {
      return Console.say("There is not enough memory to show a picture of \(image.width) x \(image.height) pixels.")
    }
    Console.show(picture)
  }
}
