#include "CDecantHDF5.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GOES_WELL = 0, REFUSES = 3 };

// What the parent listens to, or reports crashes by, is not the child's.
static void forget_signals(void) {
  static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGPROF};
  sigset_t all;
  sigemptyset(&all);
  for (size_t index = 0; index < sizeof signals / sizeof *signals; index++) {
    signal(signals[index], SIG_DFL);
    sigaddset(&all, signals[index]);
  }
  sigprocmask(SIG_UNBLOCK, &all, NULL);
}

static void limit(int resource, rlim_t most) {
  struct rlimit current;
  if (getrlimit(resource, &current) == 0 && current.rlim_cur > most) {
    current.rlim_cur = most;
    setrlimit(resource, &current);
  }
}

// An endless loop takes processor time; the alarm, so many times as late, is for a child that waits.
static void limit_time(unsigned milliseconds, unsigned patience) {
  struct itimerval timer = {.it_value = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000}};
  setitimer(ITIMER_PROF, &timer, NULL);
  alarm(1 + milliseconds / 1000 * patience);
}

// The allocator looks at what lies beside the blocks that it sorts and joins, and ends the process where that was overwritten. A large
// block makes it do so with all that the library gave back.
static void check_heap(void) {
  enum { BELOW_ITS_OWN_MAPPING = 120000 };
  void *volatile block = malloc(BELOW_ITS_OWN_MAPPING);
  free(block);
}

static void be_child(int (*body)(void *), void *context, unsigned milliseconds, unsigned patience) {
  forget_signals();
  limit(RLIMIT_CORE, 0);
  limit_time(milliseconds, patience);
  int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
  int result = body(context) ? GOES_WELL : REFUSES;
  check_heap();
  _exit(result);
}

// The signal that ended the child; 0 for none.
static int try_once(int (*body)(void *), void *context, unsigned milliseconds, unsigned patience) {
  pid_t child = fork();
  if (child < 0) return 0;
  if (child == 0) be_child(body, context, milliseconds, patience);
  int status;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return 0;
  }
  if (WIFSIGNALED(status)) return WTERMSIG(status);
  return WEXITSTATUS(status) == GOES_WELL || WEXITSTATUS(status) == REFUSES ? 0 : SIGABRT;
}

// A lock that another thread held at the moment of the fork stays locked in the child, which then waits for it or, as the Swift runtime does
// where another thread was doing something once, asks for it again and again. That says nothing of the file and does not happen three times
// in a row. Neither does a busy machine's delay, for which each try waits longer.
int decant_hdf5_rehearse(int (*body)(void *), void *context, unsigned milliseconds) {
  static const unsigned patience[] = {1, 4, 16};
  int signal = 0;
  for (size_t index = 0; index < sizeof patience / sizeof *patience; index++) {
    signal = try_once(body, context, milliseconds, patience[index]);
    if (signal != SIGALRM && signal != SIGPROF) break;
  }
  return signal;
}
