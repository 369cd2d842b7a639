// Open-file-description locks, O_TMPFILE, statfs and renameat2 need a feature macro that the Glibc module does not set.
#define _GNU_SOURCE
#include "CDecantBytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>
#include <sys/vfs.h>
#endif

int decant_lock(int descriptor, int is_exclusive) {
#ifdef F_OFD_SETLK
  struct flock range = {.l_type = is_exclusive ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET};
  if (fcntl(descriptor, F_OFD_SETLK, &range) == 0) return 0;
  return errno == EACCES ? EAGAIN : errno;
#else
  (void)descriptor, (void)is_exclusive;
  return ENOTSUP;
#endif
}

int decant_is_local(int descriptor) {
#ifdef __linux__
  // ext2 to ext4, XFS, Btrfs, tmpfs, overlayfs, ZFS, F2FS, bcachefs; statfs(2) and linux/magic.h.
  static const unsigned long magics[] = {0xEF53,     0x58465342, 0x9123683E, 0x01021994,
                                         0x794C7630, 0x2FC12FC1, 0xF2F52010, 0xCA451A4E};
  struct statfs status;
  if (fstatfs(descriptor, &status) != 0) return 0;
  for (size_t index = 0; index < sizeof magics / sizeof *magics; index++)
    if (((unsigned long)status.f_type & 0xFFFFFFFF) == magics[index]) return 1;
#else
  (void)descriptor;
#endif
  return 0;
}

int decant_open_unnamed(const char *directory, unsigned mode) {
#ifdef O_TMPFILE
  // Without O_EXCL, which would keep this process from naming the file later.
  return open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
#else
  (void)directory, (void)mode;
  errno = ENOTSUP;
  return -1;
#endif
}

int decant_rename_new(const char *from, const char *to) {
#if defined(__linux__) && defined(SYS_renameat2)
  // RENAME_NOREPLACE. The call itself: older C libraries have no function for it.
  return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1u);
#else
  (void)from, (void)to;
  errno = ENOTSUP;
  return -1;
#endif
}
