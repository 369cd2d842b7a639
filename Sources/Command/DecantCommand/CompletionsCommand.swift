import ArgumentParser

/// `decant completions`: what a shell needs to complete commands and options.
struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Print what your shell needs to complete Decant's commands and options.",
    discussion: """
      Put the output where your shell looks for it, and start a new shell. If the directory is missing, make it first, \
      with mkdir -p. The Debian package and the archive already contain these files.

      Example: decant completions bash > ~/.local/share/bash-completion/completions/decant
      Example: decant completions zsh > ~/.zfunc/_decant    (with fpath+=~/.zfunc before compinit in ~/.zshrc)
      Example: decant completions fish > ~/.config/fish/completions/decant.fish
      """)

  enum Shell: String, ExpressibleByArgument, CaseIterable {
    case bash, zsh, fish
  }

  @Argument(help: "Your shell.")
  var shell: Shell

  func run() throws {
    let script =
      switch shell {
      case .bash: Decant.completionScript(for: .bash)
      case .zsh: Decant.completionScript(for: .zsh)
      case .fish: Decant.completionScript(for: .fish)
      }
    Console.print(GeneratedText.message(script))
  }
}
