import Images
import Messages
import TerminalPictures

/// The terminal on standard output, which said that it shows pictures.
struct PictureScreen {
  private let graphics: TerminalGraphics

  /// Asks the terminal, which takes as long as it takes to answer, and a second if it does not; nil if it shows no pictures.
  ///
  /// - Parameter remedy: what to say on standard error for a reason why it shows none.
  init?(otherwise remedy: (_ reason: Message) -> Message) {
    do throws(NoGraphics) {
      graphics = try TerminalQuestions.ask()
    } catch {
      Console.say(remedy(error.message))
      return nil
    }
  }

  /// Pixels that a picture may be wide.
  var maximumWidth: Int { graphics.maximumWidth }

  /// Shows a picture that is not wider than `maximumWidth`.
  func show(_ image: DrawnImage) {
    guard let picture = TerminalPicture(image, on: graphics) else {
      return Console.say("There is not enough memory to show a picture of \(image.width) x \(image.height) pixels.")
    }
    Console.show(picture)
  }
}
