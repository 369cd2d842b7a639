// What a child process may still ask of the system before it reads a foreign file. Landlock (Linux 5.13) leaves it only that file of the
// whole file system; a filter of system calls (seccomp) leaves it those that read, compute and answer. If the system lacks one of these,
// the child reads with less confinement.

#define _GNU_SOURCE
#include "CDecantHDF5.h"

#if defined __linux__ && __has_include(<linux/landlock.h>) && __has_include(<linux/seccomp.h>)

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int allow_one_file(const char *path) {
  // All rights of Landlock's first version are restricted, and one is granted.
  struct landlock_ruleset_attr all = {.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
  struct landlock_path_beneath_attr rule = {
    .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE, .parent_fd = open(path, O_PATH | O_CLOEXEC)};
  int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
  int is_done = rule.parent_fd >= 0 && rules >= 0
    && syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0
    && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  if (rules >= 0) close(rules);
  if (rule.parent_fd >= 0) close(rule.parent_fd);
  return is_done;
}

#if defined __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

// The low half of an argument, on a little-endian machine.
#define ARGUMENT(number) offsetof(struct seccomp_data, args[number])
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, action)
#define REFUSE RETURN(SECCOMP_RET_ERRNO | EPERM)
#define ALLOW(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), RETURN(SECCOMP_RET_ALLOW)
// If none of the bits is set in the argument.
#define ALLOW_WITHOUT(call, number, bits)                                                                       \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 4), LOAD(ARGUMENT(number)),                                \
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0), RETURN(SECCOMP_RET_ALLOW), REFUSE
// If the argument is the number.
#define ALLOW_OF(call, number, value)                                                                           \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 4), LOAD(ARGUMENT(number)),                                \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1), RETURN(SECCOMP_RET_ALLOW), REFUSE

enum { WRITING = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC };

static int allow_few_calls(void) {
  // The most frequent calls first.
  struct sock_filter steps[] = {
    LOAD(offsetof(struct seccomp_data, arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
    RETURN(SECCOMP_RET_KILL_PROCESS),
    LOAD(offsetof(struct seccomp_data, nr)),
    ALLOW(pread64), ALLOW(read), ALLOW(write), ALLOW(setitimer), ALLOW(futex),
    // Memory, but none that can be executed.
    ALLOW_WITHOUT(mmap, 2, PROT_EXEC), ALLOW_WITHOUT(mprotect, 2, PROT_EXEC),
    ALLOW(munmap), ALLOW(mremap), ALLOW(madvise), ALLOW(brk),
    // The file.
    ALLOW_WITHOUT(openat, 2, WRITING), ALLOW(close), ALLOW(lseek), ALLOW(fstat), ALLOW(newfstatat), ALLOW(statx), ALLOW(getcwd),
#ifdef SYS_open
    ALLOW_WITHOUT(open, 1, WRITING), ALLOW(stat), ALLOW(access), ALLOW(alarm),
#endif
    // The runtime's locks and clocks, and calls that end the process.
    ALLOW(clock_gettime), ALLOW(clock_nanosleep), ALLOW(nanosleep), ALLOW(sched_yield), ALLOW(restart_syscall),
    ALLOW(getrandom), ALLOW(getpid), ALLOW(gettid), ALLOW(getrusage), ALLOW_OF(prlimit64, 0, 0),
    ALLOW(rt_sigaction), ALLOW(rt_sigprocmask), ALLOW(rt_sigpending), ALLOW(rt_sigtimedwait), ALLOW(rt_sigreturn),
    ALLOW(sigaltstack), ALLOW_OF(tgkill, 0, (unsigned)getpid()), ALLOW(exit), ALLOW(exit_group),
    REFUSE,
  };
  struct sock_fprog filter = {sizeof steps / sizeof *steps, steps};
  // The flag keeps the processor's memory speculation, which older systems would otherwise disable, making reads slow.
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter) == 0;
}

#else

static int allow_few_calls(void) { return 0; }

#endif

int decant_hdf5_confine(const char *path) {
  // Without it, only a privileged process may confine itself.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 0;
  int files = allow_one_file(path) ? DECANT_HDF5_ONE_FILE : 0;
  return files | (allow_few_calls() ? DECANT_HDF5_FEW_CALLS : 0);
}

#else

int decant_hdf5_confine(const char *path) {
  (void)path;
  return 0;
}

#endif
