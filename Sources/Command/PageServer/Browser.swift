internal import Essentials
internal import Threads

/// The program that shows pages.
enum Browser {
  #if os(macOS)
    private static let opener = "open"
  #else
    private static let opener = "xdg-open"
  #endif

  /// Opens an address, without a shell. If that fails, the user can open the address that was printed.
  static func open(_ address: String) {
    var actions: posix_spawn_file_actions_t
    var attributes: posix_spawnattr_t
    #if os(macOS)
      unsafe actions = nil
      unsafe attributes = nil
    #else
      unsafe actions = posix_spawn_file_actions_t()
      attributes = posix_spawnattr_t()
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    // What a browser prints must not appear in our output.
    for descriptor in Int32(0)...2 {
      unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    // This process waits for signals on a thread, and ignores some; the browser must not.
    var none = sigset_t()
    var ignored = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigemptyset(&ignored)
    for number in [SIGPIPE, SIGXFSZ] { unsafe sigaddset(&ignored, number) }
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &ignored)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    // The sockets must end with this process and not with the browser.
    for descriptor in Int32(3)..<1024 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup(opener), strdup(address), nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var child = pid_t()
    guard unsafe posix_spawnp(&child, opener, &actions, &attributes, &arguments, environ) == 0 else { return }
    let started = child
    // Waits for the process, so that it does not remain as a zombie.
    DetachedThread.start {
      var status: Int32 = 0
      while unsafe waitpid(started, &status, 0) < 0, errno == EINTR {}
    }
  }
}
