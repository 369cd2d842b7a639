#ifndef CDECANT_BYTES_H
#define CDECANT_BYTES_H

#include <stddef.h>
#include <stdint.h>

/// Extends a CRC-32C (Castagnoli, reflected polynomial 0x82F63B78) by `count` bytes.
///
/// `crc` is the finished value of the bytes before (0 for none); the result is finished as well.
/// Uses SSE4.2 or the ARMv8 CRC instructions where the processor has them.
uint32_t decant_crc32c_extend(uint32_t crc, const void *bytes, size_t count);

/// The same by table, eight bytes at a time: the definition that the fast path is tested against.
uint32_t decant_crc32c_extend_portable(uint32_t crc, const void *bytes, size_t count);

/// Asks the system to begin writing a range of a file to its disk; returns at once. Does nothing where there is no such call.
void decant_start_writing(int descriptor, int64_t offset, int64_t byte_count);

/// Takes room for a file's bytes, which makes the file that long. Returns an errno where the room is not to be had, and 0
/// where it was taken or the file system has no such call.
int decant_reserve(int descriptor, int64_t byte_count);

/// Makes a file's bytes durable and what is needed to read them; not its times. Returns -1 and sets errno on failure.
int decant_synchronize(int descriptor);

/// Locks a whole file for as long as it is open (an open-file-description lock), shared or exclusive, without waiting. Returns 0
/// where it is locked, EAGAIN where another holds it, and another errno where there are no such locks.
int decant_lock(int descriptor, int is_exclusive);

/// Whether a file lies on a file system of this machine alone, where a lock is seen by everyone who could hold one.
int decant_is_local(int descriptor);

/// Opens a file without a name in a directory, for reading and writing. Returns -1 and sets errno where that cannot be.
int decant_open_unnamed(const char *directory, unsigned mode);

/// Renames, unless the new name is there. Returns -1 and sets errno on failure, EINVAL or ENOSYS where there is no such call.
int decant_rename_new(const char *from, const char *to);

/// Where addresses are limited (`ulimit -v`), keeps the C library from reserving 64 MiB of them for every thread that asks for memory, so
/// that they are left for what is needed. To be called before there are threads.
void decant_save_addresses(void);

#endif
