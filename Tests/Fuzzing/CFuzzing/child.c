#include "CFuzzing.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MILLISECONDS_PER_INPUT = 30, SECONDS_PER_INPUT = 20, INPUTS_PER_CHILD = 5000 };

/// libFuzzer would take the child's end for its own, and keep an input for it.
extern void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

/// Counts of the edges that ran, which libFuzzer takes from this process and puts to zero before each input.
extern uint8_t __start___sancov_cntrs[] __attribute__((weak));
extern uint8_t __stop___sancov_cntrs[] __attribute__((weak));

/// Null in fuzzers that read no weight files.
extern void *decant_hdf5_symbol(const char *name) __attribute__((weak));

static pid_t child = 0;
static int connection = -1;
// The child's counts of the last input, in memory that both processes have.
static uint8_t *counts = NULL;

static size_t count_of_edges(void) { return (size_t)(__stop___sancov_cntrs - __start___sancov_cntrs); }

static void share_counts(void) {
  if (counts || count_of_edges() == 0) return;
  void *memory = mmap(NULL, count_of_edges(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory != MAP_FAILED) counts = memory;
}

// Not counted and not watched itself, which would take longer than an input.
__attribute__((no_sanitize("coverage", "address"))) static void take_counts(void) {
  if (!counts) return;
  for (size_t edge = 0; edge < count_of_edges(); edge++) {
    if (counts[edge] > __start___sancov_cntrs[edge]) __start___sancov_cntrs[edge] = counts[edge];
  }
}

// Processor time ends a loop soon, however busy the machine is; the alarm ends a wait.
static void limit_time(int milliseconds, unsigned seconds) {
  struct itimerval timer = {.it_value.tv_usec = milliseconds * 1000};
  setitimer(ITIMER_PROF, &timer, NULL);
  alarm(seconds);
}

static void be_child(int requests, void (*body)(void)) {
  static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGINT, SIGTERM, SIGALRM, SIGPROF};
  for (size_t index = 0; index < sizeof signals / sizeof *signals; index++) signal(signals[index], SIG_DFL);
  if (__sanitizer_set_death_callback) __sanitizer_set_death_callback(NULL);
  int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
  char request;
  while (read(requests, &request, 1) == 1) {
    limit_time(MILLISECONDS_PER_INPUT, SECONDS_PER_INPUT);
    memset(__start___sancov_cntrs, 0, count_of_edges());
    body();
    if (counts) memcpy(counts, __start___sancov_cntrs, count_of_edges());
    limit_time(0, 0);
    if (write(requests, &request, 1) != 1) break;
  }
  _exit(0);
}

// Whether it ended in a trap of Swift's: an instruction that no compiler makes for anything else.
static bool end_child(void) {
  if (child == 0) return false;
  close(connection);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {}
  child = 0;
  return WIFSIGNALED(status) && (WTERMSIG(status) == SIGILL || WTERMSIG(status) == SIGTRAP);
}

static bool start_child(void (*body)(void)) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return false;
  child = fork();
  if (child == 0) {
    close(ends[0]);
    be_child(ends[1], body);
  }
  close(ends[1]);
  connection = ends[0];
  if (child > 0) return true;
  child = 0;
  close(connection);
  return false;
}

fuzz_fate fuzz_in_child(void (*body)(void)) {
  static unsigned count = 0;
  share_counts();
  // libhdf5 loses memory where it gives up, and writes where it should not: a child is not kept for ever.
  if (count++ % INPUTS_PER_CHILD == 0) end_child();
  if (child == 0 && !start_child(body)) return FUZZ_DIED;
  char answer = 0;
  if (send(connection, &answer, 1, MSG_NOSIGNAL) == 1 && recv(connection, &answer, 1, 0) == 1) {
    take_counts();
    return FUZZ_SURVIVED;
  }
  return end_child() ? FUZZ_TRAPPED : FUZZ_DIED;
}

void fuzz_keep_hdf5_blocks(void) {
  int (*limit)(int, int, int, int, int, int) = decant_hdf5_symbol ? decant_hdf5_symbol("H5set_free_list_limits") : NULL;
  if (limit) limit(-1, -1, -1, -1, -1, -1);
}
