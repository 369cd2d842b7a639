// What Swift cannot import from HDF5, and no more: values that are macros over library globals, errors that are handed to
// a callback, and an allocator for strings of unknown length.
#ifndef CDECANT_HDF5_H
#define CDECANT_HDF5_H

#include <stddef.h>
#include <stdint.h>
#include "../../CHDF5/shim.h"

// Loads and starts the library: no plug-ins, no clean-up at exit (which would retry writes that failed). Negative on failure.
int decant_hdf5_start(void);

// Makes the library remember its errors on this thread instead of printing them. A library built for threads, as Debian's is,
// asks for that on each.
void decant_hdf5_enter(void);

// Standard types, by kind ('f', 'i' or 'u') and width in bytes; little-endian. Negative where there is none. Not to be closed.
hid_t decant_hdf5_type(char kind, int byte_count);

// Property list classes: macros over globals.
hid_t decant_hdf5_file_create_class(void);
hid_t decant_hdf5_file_access_class(void);
hid_t decant_hdf5_dataset_create_class(void);
hid_t decant_hdf5_dataset_access_class(void);
hid_t decant_hdf5_dataset_transfer_class(void);
hid_t decant_hdf5_link_create_class(void);

// A type of C strings of variable length, or a sequence of bytes of variable length. To be closed.
hid_t decant_hdf5_string_type(int is_utf8);
hid_t decant_hdf5_bytes_type(void);

// A type of UTF-8 strings of exactly so many bytes, zero bytes among them. To be closed.
hid_t decant_hdf5_fixed_string_type(size_t byte_count);

// What the innermost function said at the last failure on this thread; empty where there was none.
const char *decant_hdf5_error(void);

// Where an object's header lies in its file, and how many attributes it has. (The types differ between releases.)
int decant_hdf5_object_info(hid_t object, uint64_t *address, uint64_t *attribute_count);

// Calls `visit` for each link of a group in the order of their names until it returns a number other than 0.
int decant_hdf5_visit_links(hid_t group, void *context, int (*visit)(void *context, const char *name, int kind));
// The kinds of links above.
enum { DECANT_HDF5_HARD_LINK = 0, DECANT_HDF5_SOFT_LINK = 1, DECANT_HDF5_OTHER_LINK = 2 };

// Lets reads through `transfer` allocate at most `*budget` bytes in all; what is allocated is subtracted.
int decant_hdf5_limit_memory(hid_t transfer, size_t *budget);

// Runs `body` in a child process and says how that ended: 0 where it returned, whatever it returned, else the signal that ended it.
// Also 0 where no process could be made. The child may use so much processor time; one that takes longer, or only waits, is tried
// again, twice.
int decant_hdf5_rehearse(int (*body)(void *context), void *context, unsigned milliseconds);

#endif
