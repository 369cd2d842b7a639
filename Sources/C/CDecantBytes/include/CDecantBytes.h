#ifndef CDECANT_BYTES_H
#define CDECANT_BYTES_H

#include <stddef.h>
#include <stdint.h>

/// Extends a CRC-32C (Castagnoli, reflected polynomial 0x82F63B78) by `count` bytes.
///
/// `crc` is the finished value of the bytes before (0 for none); the result is finished as well.
/// Uses SSE4.2 or the ARMv8 CRC instructions if the processor has them.
uint32_t decant_crc32c_extend(uint32_t crc, const void *bytes, size_t count);

/// The same by table, eight bytes at a time: the definition that the fast path is tested against.
uint32_t decant_crc32c_extend_portable(uint32_t crc, const void *bytes, size_t count);

/// Extends a CRC-32 (zip and gzip, reflected polynomial 0xEDB88320) by `count` bytes.
///
/// `crc` is the finished value of the bytes before (0 for none); the result is finished as well.
/// Uses PCLMULQDQ or the ARMv8 CRC instructions if the processor has them.
uint32_t decant_crc32_extend(uint32_t crc, const void *bytes, size_t count);

/// The same by table, eight bytes at a time: the definition that the fast path is tested against.
uint32_t decant_crc32_extend_portable(uint32_t crc, const void *bytes, size_t count);

/// Asks the system to begin writing a range of a file to its disk; returns immediately. Does nothing if there is no such call.
void decant_start_writing(int descriptor, int64_t offset, int64_t byte_count);

/// Reserves room for a file's bytes, which makes the file that long. Returns an errno if there is no room, and 0 if the room
/// was reserved or the file system has no such call.
int decant_reserve(int descriptor, int64_t byte_count);

/// Makes a file's bytes durable, and what is needed to read them, but not its times. Returns -1 and sets errno on failure.
int decant_synchronize(int descriptor);

/// Locks a whole file for as long as it is open (an open-file-description lock), shared or exclusive, without waiting. Returns 0
/// if it is locked, EAGAIN if another process holds it, and another errno if there are no such locks.
int decant_lock(int descriptor, int is_exclusive);

/// Whether a file is on a file system that only this machine uses, so that everyone who could hold a lock sees it.
int decant_is_local(int descriptor);

/// Opens a file without a name in a directory, for reading and writing. Returns -1 and sets errno if that is impossible.
int decant_open_unnamed(const char *directory, unsigned mode);

/// Renames, unless the new name exists. Returns -1 and sets errno on failure: EINVAL or ENOSYS if there is no such call.
int decant_rename_new(const char *from, const char *to);

/// If addresses are limited (`ulimit -v`), keeps the C library from reserving 64 MiB of them for every thread that allocates memory, so
/// that they are left for what is needed. Call it before there are threads.
void decant_save_addresses(void);

#endif
