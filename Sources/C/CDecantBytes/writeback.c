// sync_file_range needs a feature macro that the Glibc module does not set.
#define _GNU_SOURCE
#include "CDecantBytes.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void decant_start_writing(int descriptor, int64_t offset, int64_t byte_count) {
#ifdef SYNC_FILE_RANGE_WRITE
  (void)sync_file_range(descriptor, offset, byte_count, SYNC_FILE_RANGE_WRITE);
#else
  (void)descriptor, (void)offset, (void)byte_count;
#endif
}

int decant_reserve(int descriptor, int64_t byte_count) {
#ifdef __linux__
  if (byte_count <= 0 || fallocate(descriptor, 0, 0, byte_count) == 0) return 0;
  // Only reasons that would stop the writes as well are worth an error.
  return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? errno : 0;
#else
  (void)descriptor, (void)byte_count;
  return 0;
#endif
}

int decant_synchronize(int descriptor) {
#ifdef __linux__
  return fdatasync(descriptor);
#else
  return fsync(descriptor);
#endif
}
