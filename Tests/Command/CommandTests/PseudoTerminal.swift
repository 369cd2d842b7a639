#if os(Linux)
  import Foundation
  import TestSupport

  /// A terminal of the system with a test on its other end, and `decant` as the program of its session.
  ///
  /// The test plays the terminal: it reads what is written, and answers.
  final class PseudoTerminal {
    /// What one run did.
    struct Outcome {
      /// All that reached the terminal, questions included.
      let output: [UInt8]
      /// Standard error, which goes to a file.
      let errors: String
      /// Exit status; a signal's number plus 128 if one ended the run.
      let status: Int32
      /// Whether the terminal has the modes that it had before.
      let hasModesBack: Bool

      /// What reached the terminal after the questions.
      var shown: String {
        let text = String(decoding: output, as: UTF8.self)
        guard let end = text.range(of: PseudoTerminal.endOfQuestions) else { return text }
        return String(text[end.upperBound...])
      }

      /// The bytes between two strings of the output, both included.
      func sequence(from start: String, to end: String) -> [UInt8]? {
        let text = String(decoding: output, as: UTF8.self)
        guard let first = text.range(of: start), let last = text.range(of: end, options: .backwards),
          first.lowerBound < last.upperBound
        else { return nil }
        return Array(text[first.lowerBound..<last.upperBound].utf8)
      }
    }

    struct Failure: Error {
      let step: String
      let code: Int32
    }

    /// How the questions end.
    static let endOfQuestions = "\u{1b}[c\u{1b}8\u{1b}[K"

    private let test: Int32
    private let program: Int32
    /// The path of what the program sees.
    private let name: String
    private let before: termios

    /// A terminal of 80 columns; of so many pixels, or of a width that the system does not know.
    init(pixelWidth: Int = 640) throws {
      var (test, program) = (Int32(-1), Int32(-1))
      var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: UInt16(pixelWidth), ws_ypixel: 384)
      var path = [CChar](repeating: 0, count: 128)
      guard unsafe openpty(&test, &program, &path, nil, &size) == 0 else {
        throw Failure(step: "openpty", code: errno)
      }
      name = String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      (self.test, self.program) = (test, program)
      for descriptor in [test, program] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
      // Nobody may read what is sent.
      _ = fcntl(test, F_SETFL, O_NONBLOCK)
      before = Self.modes(of: program)
    }

    deinit {
      close(test)
      close(program)
    }

    /// Runs `decant` on the terminal.
    ///
    /// - Parameters:
    ///   - arguments: as they would be typed.
    ///   - environment: added to this process's own.
    ///   - typed: what the user types before anything is asked.
    ///   - answer: what the terminal answers to all questions, in pieces; nil if it is to send nothing.
    ///   - whenAsked: what else happens once the questions are there; it gets the process.
    ///   - whenShown: the same, once this text has been written after the questions.
    /// - Returns: what it did.
    /// - Throws: if it cannot be started.
    func run(
      _ arguments: [String], environment: [String: String] = [:], typed: String = "", answer: [String]? = nil,
      whenAsked: (pid_t, PseudoTerminal) -> Void = { _, _ in },
      whenShown: (text: String, action: (pid_t, PseudoTerminal) -> Void)? = nil
    ) throws -> Outcome {
      let scratch = try TemporaryDirectory()
      let errors = try scratch.write([], to: "errors")
      send(typed)
      let process = try start(arguments, environment: environment, errors: errors)
      var output: [UInt8] = []
      var (isAsked, isShown) = (false, false)
      var status: Int32 = 0
      let end = ContinuousClock.now + .seconds(120)
      while true {
        let hasEnded = unsafe waitpid(process, &status, WNOHANG) == process
        read(into: &output)
        let text = String(decoding: output, as: UTF8.self)
        if !isAsked, text.contains(Self.endOfQuestions) {
          isAsked = true
          for piece in answer ?? [] {
            send(piece)
            usleep(2_000)
          }
          whenAsked(process, self)
        }
        if let whenShown, !isShown, text.contains(whenShown.text) {
          isShown = true
          whenShown.action(process, self)
        }
        if hasEnded { break }
        if ContinuousClock.now > end { kill(process, SIGKILL) }
      }
      while read(into: &output) {}
      return Outcome(
        output: output, errors: try String(contentsOfFile: errors, encoding: .utf8),
        status: status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f,
        hasModesBack: Self.modes(of: program) == before)
    }

    /// Sends what a terminal sends: answers and keys. What the system does not take within a second is lost.
    func send(_ text: String) {
      var rest = Array(text.utf8)[...]
      let end = ContinuousClock.now + .seconds(1)
      while !rest.isEmpty, ContinuousClock.now < end {
        let count = unsafe rest.withUnsafeBytes { unsafe write(test, $0.baseAddress, $0.count) }
        if count > 0 { rest = rest.dropFirst(count) } else { usleep(2_000) }
      }
    }

    /// Reads what is there, or comes soon; false if nothing is.
    @discardableResult
    private func read(into output: inout [UInt8]) -> Bool {
      var buffer = [UInt8](repeating: 0, count: 65536)
      var ready = pollfd(fd: test, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&ready, 1, 20) > 0 else { return false }
      let count = unsafe Foundation.read(test, &buffer, buffer.count)
      guard count > 0 else { return false }
      output += buffer[..<count]
      return true
    }

    /// Starts the command as the leader of a session, whose terminal is the first that it opens.
    private func start(_ arguments: [String], environment: [String: String], errors: String) throws -> pid_t {
      var actions = unsafe posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
      unsafe posix_spawn_file_actions_init(&actions)
      unsafe posix_spawnattr_init(&attributes)
      defer {
        unsafe posix_spawn_file_actions_destroy(&actions)
        unsafe posix_spawnattr_destroy(&attributes)
      }
      unsafe posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
      unsafe posix_spawn_file_actions_adddup2(&actions, 0, 1)
      unsafe posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY, 0)
      var (none, all) = (sigset_t(), sigset_t())
      unsafe sigemptyset(&none)
      unsafe sigfillset(&all)
      unsafe posix_spawnattr_setsigmask(&attributes, &none)
      unsafe posix_spawnattr_setsigdefault(&attributes, &all)
      // Of GNU's header, which shows it to C programs that ask for extensions.
      let newSession: Int32 = 0x80
      unsafe posix_spawnattr_setflags(
        &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | Int16(newSession))
      let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      var words = unsafe ([DecantCommand.path] + arguments).map { unsafe strdup($0) } + [nil]
      var pairs = unsafe variables.map { unsafe strdup("\($0)=\($1)") } + [nil]
      defer { unsafe (words + pairs).forEach { unsafe free($0) } }
      var process = pid_t()
      let code = unsafe posix_spawn(&process, DecantCommand.path, &actions, &attributes, &words, &pairs)
      guard code == 0 else { throw Failure(step: "posix_spawn", code: code) }
      return process
    }

    private static func modes(of descriptor: Int32) -> termios {
      var modes = termios()
      unsafe tcgetattr(descriptor, &modes)
      return modes
    }
  }

  private func == (left: termios, right: termios) -> Bool {
    unsafe withUnsafeBytes(of: left.c_cc) { left in
      unsafe withUnsafeBytes(of: right.c_cc) { unsafe left.elementsEqual($0) }
    }
      && left.c_iflag == right.c_iflag && left.c_oflag == right.c_oflag && left.c_cflag == right.c_cflag
      && left.c_lflag == right.c_lflag
  }
#endif
