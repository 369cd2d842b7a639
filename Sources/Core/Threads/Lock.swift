internal import Essentials

/// What lets one thread at a time pass.
///
/// The system's own lock and not `Synchronization.Mutex`, which the thread sanitizer understands only in part: it
/// reports races when threads contend for one.
@safe package final class Lock: @unchecked Sendable {
  // Unchecked, because the system's functions may be called from any thread. In memory of its own: a lock must not move.
  fileprivate let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  /// An open lock.
  ///
  /// - Parameter isRecursive: whether the thread that has the lock may take it again.
  package init(isRecursive: Bool = false) {
    var attributes = pthread_mutexattr_t()
    unsafe pthread_mutexattr_init(&attributes)
    if isRecursive { unsafe pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE)) }
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe pthread_mutex_init(mutex, &attributes)
    unsafe pthread_mutexattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// Waits until no other thread has the lock, and takes it.
  package func lock() { unsafe pthread_mutex_lock(mutex) }

  /// Gives the lock back.
  package func unlock() { unsafe pthread_mutex_unlock(mutex) }
}

/// A lock whose holder can wait until another thread has changed what it guards.
///
/// A wait may end without a reason, so ask for what you wait for in a loop.
@safe package final class Condition: @unchecked Sendable {
  // Unchecked and in memory of its own, as in `Lock`.
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let guarding = Lock()

  /// A condition that nobody waits for.
  package init() {
    unsafe condition.initialize(to: pthread_cond_t())
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe condition.deallocate()
  }

  /// Waits until no other thread has the lock, and takes it.
  package func lock() { guarding.lock() }

  /// Gives the lock back.
  package func unlock() { guarding.unlock() }

  /// Gives the lock back until another thread signals, then takes it again.
  package func wait() { unsafe pthread_cond_wait(condition, guarding.mutex) }

  /// Waits as `wait()` does, but no longer than `seconds`.
  ///
  /// - Returns: false if the time is over.
  package func wait(seconds: Double) -> Bool {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    let nanoseconds = time.tv_nsec + Int(seconds * 1e9)
    time.tv_sec += nanoseconds / 1_000_000_000
    time.tv_nsec = nanoseconds % 1_000_000_000
    return unsafe pthread_cond_timedwait(condition, guarding.mutex, &time) == 0
  }

  /// Wakes one thread that waits.
  package func signal() { unsafe pthread_cond_signal(condition) }

  /// Wakes all threads that wait.
  package func broadcast() { unsafe pthread_cond_broadcast(condition) }
}
