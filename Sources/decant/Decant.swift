import ArgumentParser

/// Pours an old TensorFlow checkpoint into weights you can keep.
@main
struct Decant: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decant",
    abstract: "Pour an old TensorFlow checkpoint into weights you can keep.")
}
