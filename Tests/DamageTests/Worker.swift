import Foundation
import TestSupport

/// A copy of this process that does something and ends, in whatever way.
enum Worker {
  struct End {
    /// The signal that ended it; 0 for none.
    let signal: Int32
    /// The most memory that it had beyond this process's.
    let peakByteCount: Int
  }

  static func run(memoryByteCount: Int, _ body: () -> Void) -> End {
    let before = Self.memory()
    // This process has one thread that works.
    let process = ProcessCopy.fork()
    precondition(process >= 0, "a process can be made")
    if process == 0 {
      for number in [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGALRM] { signal(number, SIG_DFL) }
      // A test's process blocks most signals.
      var all = sigset_t()
      unsafe sigfillset(&all)
      unsafe sigprocmask(SIG_UNBLOCK, &all, nil)
      limit(__rlimit_resource_t(RLIMIT_CORE.rawValue), 0)
      limit(__rlimit_resource_t(RLIMIT_AS.rawValue), before.addresses + memoryByteCount)
      body()
      _exit(0)
    }
    var status: Int32 = 0
    var usage = rusage()
    while unsafe wait4(process, &status, 0, &usage) < 0 && errno == EINTR {}
    let ending = status & 0x7f == 0 ? (status >> 8 & 0xff == 0 ? 0 : -(status >> 8 & 0xff)) : status & 0x7f
    return End(signal: ending, peakByteCount: max(0, Int(usage.ru_maxrss) * 1024 - before.resident))
  }

  private static func limit(_ resource: __rlimit_resource_t, _ value: Int) {
    var limit = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
    unsafe setrlimit(resource, &limit)
  }

  /// Bytes of addresses, and of memory behind them.
  private static func memory() -> (addresses: Int, resident: Int) {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").compactMap { Int($0) }
    return (pages.first.map { $0 * 4096 } ?? 1 << 34, pages.dropFirst().first.map { $0 * 4096 } ?? 0)
  }
}

/// Numbers that this process and its copies share.
@safe struct SharedNumbers {
  // Memory of `count` numbers that is never given back; all processes see the same, and only one writes at a time.
  private let start: UnsafeMutablePointer<Int>
  private let count: Int

  init(count: Int) {
    let byteCount = count * MemoryLayout<Int>.stride
    let memory = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
    guard let memory = unsafe memory, unsafe memory != MAP_FAILED else { preconditionFailure("there is memory") }
    unsafe start = memory.bindMemory(to: Int.self, capacity: count)
    self.count = count
  }

  subscript(index: Int) -> Int {
    get {
      precondition(index >= 0 && index < count, "the index is one of the numbers'")
      return unsafe start[index]
    }
    nonmutating set {
      precondition(index >= 0 && index < count, "the index is one of the numbers'")
      unsafe start[index] = newValue
    }
  }
}
