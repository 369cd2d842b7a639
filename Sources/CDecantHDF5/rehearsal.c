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

// An endless loop takes processor time; the alarm is for a child that waits for what no other thread will give back.
static void limit_time(unsigned milliseconds) {
  struct itimerval timer = {.it_value = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000}};
  setitimer(ITIMER_PROF, &timer, NULL);
  alarm(30 + milliseconds / 250);
}

// The allocator looks at what lies beside the blocks that it sorts and joins, and ends the process where that was overwritten. A large
// block makes it do so with all that the library gave back.
static void check_heap(void) {
  enum { BELOW_ITS_OWN_MAPPING = 120000 };
  void *volatile block = malloc(BELOW_ITS_OWN_MAPPING);
  free(block);
}

static void be_child(int (*body)(void *), void *context, unsigned milliseconds) {
  forget_signals();
  limit(RLIMIT_CORE, 0);
  limit_time(milliseconds);
  int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
  int result = body(context) ? GOES_WELL : REFUSES;
  check_heap();
  _exit(result);
}

int decant_hdf5_rehearse(int (*body)(void *), void *context, unsigned milliseconds) {
  pid_t child = fork();
  if (child < 0) return 0;
  if (child == 0) be_child(body, context, milliseconds);
  int status;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return 0;
  }
  if (WIFSIGNALED(status)) return WTERMSIG(status);
  return WEXITSTATUS(status) == GOES_WELL || WEXITSTATUS(status) == REFUSES ? 0 : SIGABRT;
}
