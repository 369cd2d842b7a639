// sync_file_range is behind a feature macro that the Glibc module does not set.
#define _GNU_SOURCE
#include "CDecantBytes.h"

#include <fcntl.h>

void decant_start_writing(int descriptor, int64_t offset, int64_t byte_count) {
#ifdef SYNC_FILE_RANGE_WRITE
  (void)sync_file_range(descriptor, offset, byte_count, SYNC_FILE_RANGE_WRITE);
#else
  (void)descriptor, (void)offset, (void)byte_count;
#endif
}
