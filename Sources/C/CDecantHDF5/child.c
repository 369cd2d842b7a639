#define _GNU_SOURCE
#include "CDecantHDF5.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { PIPE_BYTE_COUNT = 1 << 20 };

// A crash ends only the child; it does not inherit the parent's handlers, which report a crash or clean up. When a key ends all
// processes of a terminal, the parent decides what follows: the child ends when its requests do.
static void forget_signals(void) {
  static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGALRM, SIGPROF};
  static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
  sigset_t all;
  sigemptyset(&all);
  for (size_t index = 0; index < sizeof deadly / sizeof *deadly; index++) {
    signal(deadly[index], SIG_DFL);
    sigaddset(&all, deadly[index]);
  }
  for (size_t index = 0; index < sizeof ignored / sizeof *ignored; index++) signal(ignored[index], SIG_IGN);
  sigprocmask(SIG_UNBLOCK, &all, NULL);
}

static void close_from(int first, int last) {
#ifdef __linux__
  if (first > last || close_range((unsigned)first, (unsigned)last, 0) == 0) return;
#endif
  int limit = getdtablesize();
  for (int descriptor = first; descriptor <= last && descriptor < limit; descriptor++) close(descriptor);
}

// A file that the parent closes must really be closed: locks, and pipes that someone reads to the end, would stay open here.
static void close_all_but(decant_hdf5_pipes pipes) {
  int low = pipes.input < pipes.output ? pipes.input : pipes.output;
  int high = pipes.input < pipes.output ? pipes.output : pipes.input;
  close_from(STDERR_FILENO + 1, low - 1);
  close_from(low + 1, high - 1);
  close_from(high + 1, INT_MAX);
  int nowhere = open("/dev/null", O_RDWR);
  for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++) {
    if (standard != low && standard != high) dup2(nowhere, standard);
  }
  if (nowhere > STDERR_FILENO) close(nowhere);
}

void decant_hdf5_be_child(decant_hdf5_pipes pipes) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  forget_signals();
  close_all_but(pipes);
}

static void close_pipes(decant_hdf5_pipes pipes) {
  close(pipes.input);
  close(pipes.output);
}

// A program that another thread starts must not inherit an end of a pipe: the other end would wait for it. No end gets the number of
// a standard file that the caller has closed, because a program that we start has its own there.
static int make_pipe(int ends[2]) {
#ifdef __linux__
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
#else
  if (pipe(ends) != 0) return -1;
#endif
  int result = 0;
  for (int index = 0; index < 2; index++) {
    int end = ends[index];
    if (end > STDERR_FILENO) {
      fcntl(end, F_SETFD, FD_CLOEXEC);
      continue;
    }
    ends[index] = fcntl(end, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (ends[index] < 0) result = -1;
    close(end);
  }
  if (result == 0) return 0;
  int error = errno;
  for (int index = 0; index < 2; index++) {
    if (ends[index] >= 0) close(ends[index]);
  }
  errno = error;
  return -1;
}

static int make_pipes(decant_hdf5_pipes *ours, decant_hdf5_pipes *childs) {
  int requests[2], answers[2];
  if (make_pipe(requests) != 0) return -1;
  if (make_pipe(answers) != 0) {
    int error = errno;
    close(requests[0]);
    close(requests[1]);
    errno = error;
    return -1;
  }
  *ours = (decant_hdf5_pipes){answers[0], requests[1]};
  *childs = (decant_hdf5_pipes){requests[0], answers[1]};
#ifdef F_SETPIPE_SZ
  // Makes room for an answer in one piece, if the system allows it.
  fcntl(ours->input, F_SETPIPE_SZ, PIPE_BYTE_COUNT);
#endif
  return 0;
}

pid_t decant_hdf5_fork(decant_hdf5_pipes *pipes, void (*serve)(void *context, decant_hdf5_pipes pipes), void *context) {
  decant_hdf5_pipes childs;
  if (make_pipes(pipes, &childs) != 0) return -1;
  pid_t child = fork();
  if (child == 0) {
    decant_hdf5_be_child(childs);
    serve(context, childs);
    _exit(0);
  }
  int error = errno;
  close_pipes(childs);
  if (child < 0) close_pipes(*pipes);
  errno = error;
  return child;
}

pid_t decant_hdf5_spawn(decant_hdf5_pipes *pipes, const char *program, char *const arguments[]) {
  decant_hdf5_pipes childs;
  if (make_pipes(pipes, &childs) != 0) return -1;
  posix_spawn_file_actions_t actions;
  pid_t child = -1;
  int error = posix_spawn_file_actions_init(&actions);
  if (error == 0) {
    error = posix_spawn_file_actions_adddup2(&actions, childs.input, STDIN_FILENO);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, childs.output, STDOUT_FILENO);
    if (error == 0) error = posix_spawnp(&child, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
  }
  close_pipes(childs);
  if (error != 0) close_pipes(*pipes);
  errno = error;
  return error == 0 ? child : -1;
}

// A signal that arrives after the child has ended does not change how it ended.
int decant_hdf5_end(pid_t child, decant_hdf5_pipes pipes) {
  close_pipes(pipes);
  kill(child, SIGKILL);
  int status;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return SIGKILL;
  }
  return WIFSIGNALED(status) ? WTERMSIG(status) : SIGABRT;
}

// The timer ends an endless loop, which uses processor time; the alarm, `patience` times as late, ends a child that only waits.
void decant_hdf5_limit_time(unsigned milliseconds, unsigned patience) {
  struct itimerval timer = {.it_value = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000}};
  setitimer(ITIMER_PROF, &timer, NULL);
  alarm(milliseconds == 0 ? 0 : 1 + milliseconds / 1000 * patience);
}

static int write_all(int output, const char *bytes, size_t count) {
  for (size_t done = 0; done < count;) {
    ssize_t written = write(output, bytes + done, count - done);
    if (written < 0 && errno != EINTR) return 0;
    if (written > 0) done += (size_t)written;
  }
  return 1;
}

// If nobody is at the other end, the result says so; there is no signal, however the process handles signals.
int decant_hdf5_send(int output, const void *bytes, size_t count) {
#ifdef F_SETNOSIGPIPE
  fcntl(output, F_SETNOSIGPIPE, 1);
  return write_all(output, bytes, count);
#else
  sigset_t broken, before, pending;
  sigemptyset(&broken);
  sigaddset(&broken, SIGPIPE);
  sigpending(&pending);
  pthread_sigmask(SIG_BLOCK, &broken, &before);
  int result = write_all(output, bytes, count);
  const struct timespec now = {0, 0};
  if (!result && !sigismember(&pending, SIGPIPE)) {
    while (sigtimedwait(&broken, NULL, &now) < 0 && errno == EINTR) {}
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return result;
#endif
}

int decant_hdf5_receive(int input, void *bytes, size_t count) {
  for (size_t done = 0; done < count;) {
    ssize_t received = read(input, (char *)bytes + done, count - done);
    if (received == 0 || (received < 0 && errno != EINTR)) return 0;
    if (received > 0) done += (size_t)received;
  }
  return 1;
}
