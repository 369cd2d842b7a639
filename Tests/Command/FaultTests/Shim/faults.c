// Loaded into the command by LD_PRELOAD: makes one call of the C library fail, or changes what it does, as the environment says.
//
// FAULTS_DIRECTORY  only calls on files under this directory count
// FAULTS_CALLS      which calls count, such as ",pwrite,fsync,"
// FAULTS_NTH        the call that is meant, from 1; 0 for all of them
// FAULTS_ACTION     what happens at it: a number (an errno: the call fails), "short" (reads and writes take at most half),
//                   "kill-9" (a signal comes before the call), or for the file FAULTS_SOURCE "truncate", "append", "touch", "replace"
// FAULTS_LOG        a file that is told which call it was
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long count;
static atomic_uint turn;
// What the shim does itself is not counted.
static __thread int is_inside;

#define REAL(name) \
  static __typeof__(name) *real; \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int is_under(const char *path) {
  const char *directory = getenv("FAULTS_DIRECTORY");
  return directory && path && strncmp(path, directory, strlen(directory)) == 0;
}

static int is_watched(const char *call) {
  const char *calls = getenv("FAULTS_CALLS");
  char entry[32];
  snprintf(entry, sizeof entry, ",%s,", call);
  return calls && strstr(calls, entry);
}

static void tell(const char *call, const char *path) {
  const char *log = getenv("FAULTS_LOG");
  FILE *file = log ? fopen(log, "a") : NULL;
  if (!file) return;
  fprintf(file, "%s %s\n", call, path);
  fclose(file);
}

static void change_source(const char *action) {
  const char *source = getenv("FAULTS_SOURCE");
  struct stat status;
  if (!source || stat(source, &status) != 0) return;
  if (strcmp(action, "truncate") == 0) {
    if (truncate(source, status.st_size / 2) != 0) abort();
  } else if (strcmp(action, "append") == 0) {
    FILE *file = fopen(source, "a");
    if (file) fputc(0, file), fclose(file);
  } else if (strcmp(action, "touch") == 0) {
    struct timespec now[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};
    utimensat(AT_FDCWD, source, now, 0);
  } else if (strcmp(action, "replace") == 0) {
    char other[4096];
    snprintf(other, sizeof other, "%s.other", source);
    rename(other, source);
  }
}

// Returns the errno that the call shall fail with, 0 where it goes on, -1 where it shall be short.
static int fault(const char *call, const char *path) {
  if (is_inside || !is_under(path) || !is_watched(call)) return 0;
  const char *nth = getenv("FAULTS_NTH"), *action = getenv("FAULTS_ACTION");
  long wanted = nth ? atol(nth) : -1, now = atomic_fetch_add(&count, 1) + 1;
  if (!action || (wanted != 0 && wanted != now)) return 0;
  if (strcmp(action, "short") == 0) return -1;
  is_inside = 1;
  tell(call, path);
  int code = atoi(action);
  if (strncmp(action, "kill-", 5) == 0) {
    kill(getpid(), atoi(action + 5));
  } else if (code == 0) {
    change_source(action);
  }
  is_inside = 0;
  return code;
}

static int fault_of(const char *call, int descriptor) {
  if (is_inside || !is_watched(call)) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return fault(call, path);
}

// From a byte to half of what was asked for.
static size_t shortened(size_t byte_count) {
  if (byte_count < 2) return byte_count;
  return 1 + (atomic_fetch_add(&turn, 1) * 7919u) % (byte_count / 2);
}

// Every third call that should be short is interrupted by a signal instead.
#define MOVES_BYTES(call, parameters, descriptor, byte_count, ...) \
  ssize_t call parameters { \
    REAL(call); \
    int code = fault_of(#call, descriptor); \
    if (code < 0 && atomic_fetch_add(&turn, 1) % 3 == 2) code = EINTR; \
    if (code > 0) return errno = code, -1; \
    if (code < 0) byte_count = shortened(byte_count); \
    return real(__VA_ARGS__); \
  }

MOVES_BYTES(pwrite, (int fd, const void *bytes, size_t n, off_t at), fd, n, fd, bytes, n, at)
MOVES_BYTES(pwrite64, (int fd, const void *bytes, size_t n, off64_t at), fd, n, fd, bytes, n, at)
MOVES_BYTES(write, (int fd, const void *bytes, size_t n), fd, n, fd, bytes, n)
MOVES_BYTES(pread, (int fd, void *bytes, size_t n, off_t at), fd, n, fd, bytes, n, at)
MOVES_BYTES(pread64, (int fd, void *bytes, size_t n, off64_t at), fd, n, fd, bytes, n, at)
MOVES_BYTES(read, (int fd, void *bytes, size_t n), fd, n, fd, bytes, n)

#define ON_DESCRIPTOR(call, parameters, descriptor, ...) \
  int call parameters { \
    REAL(call); \
    int code = fault_of(#call, descriptor); \
    if (code > 0) return errno = code, -1; \
    return real(__VA_ARGS__); \
  }

ON_DESCRIPTOR(fsync, (int fd), fd, fd)
ON_DESCRIPTOR(fdatasync, (int fd), fd, fd)
ON_DESCRIPTOR(fallocate, (int fd, int mode, off_t at, off_t n), fd, fd, mode, at, n)
ON_DESCRIPTOR(fallocate64, (int fd, int mode, off64_t at, off64_t n), fd, fd, mode, at, n)
ON_DESCRIPTOR(ftruncate, (int fd, off_t n), fd, fd, n)
ON_DESCRIPTOR(ftruncate64, (int fd, off64_t n), fd, fd, n)

#define ON_PATH(call, parameters, path, ...) \
  int call parameters { \
    REAL(call); \
    int code = fault(#call, path); \
    if (code > 0) return errno = code, -1; \
    return real(__VA_ARGS__); \
  }

ON_PATH(rename, (const char *from, const char *to), to, from, to)
ON_PATH(link, (const char *from, const char *to), to, from, to)
ON_PATH(linkat, (int a, const char *from, int b, const char *to, int flags), to, a, from, b, to, flags)
ON_PATH(unlink, (const char *path), path, path)

// Opening for reading is "open", creating is "creat".
#define OPENS(call) \
  int call(const char *path, int flags, ...) { \
    REAL(call); \
    mode_t mode = 0; \
    int creates = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE; \
    if (creates) { \
      va_list list; \
      va_start(list, flags); \
      mode = va_arg(list, mode_t); \
      va_end(list); \
    } \
    int code = fault(creates ? "creat" : "open", path); \
    if (code > 0) return errno = code, -1; \
    return real(path, flags, mode); \
  }

OPENS(open)
OPENS(open64)

// A process that has confined itself could not tell what happens in it.
int prctl(int option, ...) {
  REAL(prctl);
  if (option == PR_SET_NO_NEW_PRIVS) return errno = ENOSYS, -1;
  unsigned long values[4];
  va_list list;
  va_start(list, option);
  for (int index = 0; index < 4; index++) values[index] = va_arg(list, unsigned long);
  va_end(list);
  return real(option, values[0], values[1], values[2], values[3]);
}
