import ArgumentParser
import Inspection
import Messages
import Pixels
import TensorFiles
import Tensors
import TerminalPictures

/// `decant inspect --show`: variables as pictures on the terminal.
extension InspectCommand {
  func validateShow() throws {
    guard !show.isEmpty else { return }
    if json {
      throw ValidationError("--show draws on the terminal; remove --json, or use --stats or --values with it.")
    }
    if flat || stats || verify || values != nil || match != nil || graphOptions.isWanted {
      throw ValidationError("--show draws the variables that it names; remove the options that list or check others.")
    }
    guard show.count <= maximumShowCount else {
      throw ValidationError("--show can be given at most \(maximumShowCount) times.")
    }
  }

  func showPictures() throws {
    let source = try TensorFile.open(path, options: reading.value)
    // Before anything is read: a large variable takes a while.
    let descriptors = try show.map { try source.requireDescriptor(named: $0) }
    let axes = ChannelAxis(in: source.descriptors)
    let screen = PictureScreen { reason in
      let names = show.prefix(5).flatMap { ["--tensor", $0] }
      let command = ShellText.command(["decant", "report", path] + names + ["-o", "page.html"])
      return "\(reason); --show draws nothing. For a page with the pictures: \(command)"
    }
    for (number, descriptor) in descriptors.enumerated() {
      if number > 0 { Console.print("\n") }
      let width = screen?.maximumWidth ?? TerminalGraphics.usualWidth
      let picture = try ProgressLine.during { line in
        try TensorPicture(of: descriptor, in: source, axes: axes, maximumWidth: width) { done in
          line.update("reading \(HumanText.bytes(done)) of \(HumanText.bytes(descriptor.byteCount))")
        }
      }
      Console.print(picture.title)
      if let image = picture.image { screen?.show(image) }
      let isExplained = screen != nil || picture.image == nil
      for note in (isExplained ? picture.legend : []) + picture.facts {
        Console.print(note.wrapped(indent: 2, width: Console.width, hanging: 4))
      }
    }
    if screen == nil { throw ExitCode(ErrorCategory.mismatch.rawValue) }
  }

  private var maximumShowCount: Int { 100 }
}
