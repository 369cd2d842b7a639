internal import Essentials
internal import Threads

/// The terminal's modes while Decant asks it questions: nothing is echoed, and input is read without waiting for a line
/// break.
///
/// They are always restored: after the questions, or by the thread that ends the process on a signal.
package enum TerminalModes {
  private struct Changed: Sendable {
    let descriptor: Int32
    let original: termios
  }
  private enum State: Sendable {
    case original
    case changed(Changed)
    /// The process is about to end, so nobody may change the modes anymore.
    case ending
  }
  private static let state = Guarded(State.original)

  /// Changes the modes; false if the terminal does not accept them, or the process is about to end.
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
        // What these keys do cannot be undone afterward; what Control-C does can.
        for key in [VQUIT, VSUSP] { unsafe characters[Int(key)] = disabled }
      }
      state = .changed(changed)
      // What the user has already typed is kept; it is read with the answers and skipped.
      guard unsafe tcsetattr(descriptor, TCSANOW, &modes) == 0 else {
        state = .original
        return false
      }
      return true
    }
  }

  /// Restores the modes from before `quiet`; does nothing if `quiet` was not called.
  static func restore() {
    state.withLock { state in
      giveBack(state)
      if case .changed = state { state = .original }
    }
  }

  /// Restores the modes and prevents any further change, because the process is about to end.
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

  /// The character that disables a key.
  private static var disabled: UInt8 {
    #if os(macOS)
      0xff
    #else
      0
    #endif
  }
}
