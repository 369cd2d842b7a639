internal import Essentials
internal import Threads

/// The modes of the terminal while it is asked: nothing is echoed, and what comes is read without waiting for a line end.
///
/// They are given back on every way out: at the end of the questions, and by whoever ends the process for a signal.
package enum TerminalModes {
  private struct Changed: Sendable {
    let descriptor: Int32
    let original: termios
  }
  private enum State: Sendable {
    case original
    case changed(Changed)
    /// The process is about to end: nobody may change them any more.
    case ending
  }
  private static let state = Guarded(State.original)

  /// Changes the modes; false if the terminal does not take them, or the process is about to end.
  ///
  /// A read then waits a tenth of a second at most.
  static func quiet(_ descriptor: Int32) -> Bool {
    state.withLock { state in
      guard case .original = state else { return false }
      var modes = termios()
      guard unsafe tcgetattr(descriptor, &modes) == 0 else { return false }
      let changed = Changed(descriptor: descriptor, original: modes)
      modes.c_lflag &= ~tcflag_t(ICANON | ECHO)
      unsafe withUnsafeMutableBytes(of: &modes.c_cc) { characters in
        unsafe characters[Int(VMIN)] = 0
        unsafe characters[Int(VTIME)] = 1
        // What these keys do cannot be undone afterwards; Control-C can.
        for key in [VQUIT, VSUSP] { unsafe characters[Int(key)] = disabled }
      }
      state = .changed(changed)
      // What the user has typed stays: it is read with the answers, and skipped.
      guard unsafe tcsetattr(descriptor, TCSANOW, &modes) == 0 else {
        state = .original
        return false
      }
      return true
    }
  }

  /// Gives the modes back that were there before `quiet`; does nothing otherwise.
  static func restore() {
    state.withLock { state in
      giveBack(state)
      if case .changed = state { state = .original }
    }
  }

  /// Gives the modes back, and lets nobody change them again: for a process that is about to end.
  package static func restoreAtEnd() {
    state.withLock { state in
      giveBack(state)
      state = .ending
    }
  }

  private static func giveBack(_ state: State) {
    guard case .changed(let changed) = state else { return }
    var modes = changed.original
    while unsafe tcsetattr(changed.descriptor, TCSANOW, &modes) != 0, errno == EINTR {}
  }

  /// The character that means that a key does nothing.
  private static var disabled: UInt8 {
    #if os(macOS)
      0xff
    #else
      0
    #endif
  }
}
