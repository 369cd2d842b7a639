// What Swift cannot import from HDF5, and no more: values that are macros over library globals, errors that are handed to
// a callback, and an allocator for strings of unknown length.
#ifndef CDECANT_HDF5_H
#define CDECANT_HDF5_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "../../CHDF5/shim.h"

// Loads and starts the library: no plug-ins, no clean-up at exit (which would retry writes that failed). Negative on failure.
int decant_hdf5_start(void);

// Makes the library remember its errors on this thread instead of printing them. A library built for threads, as Debian's is,
// requires that on each thread.
void decant_hdf5_enter(void);

// Standard types, by kind ('f', 'i' or 'u') and width in bytes; little-endian. Negative if there is none. Do not close them.
hid_t decant_hdf5_type(char kind, int byte_count);

// Property list classes: macros over globals.
hid_t decant_hdf5_file_create_class(void);
hid_t decant_hdf5_file_access_class(void);
hid_t decant_hdf5_dataset_create_class(void);
hid_t decant_hdf5_dataset_access_class(void);
hid_t decant_hdf5_dataset_transfer_class(void);
hid_t decant_hdf5_link_create_class(void);

// A type of variable-length C strings, or of variable-length byte sequences. The caller closes it.
hid_t decant_hdf5_string_type(int is_utf8);
hid_t decant_hdf5_bytes_type(void);

// A type of UTF-8 strings of exactly this many bytes, which may include zero bytes. The caller closes it.
hid_t decant_hdf5_fixed_string_type(size_t byte_count);

// What the innermost function said about the last failure on this thread; empty if there was none.
const char *decant_hdf5_error(void);

// Where an object's header is in its file, and how many attributes it has. (The types differ between releases.)
int decant_hdf5_object_info(hid_t object, uint64_t *address, uint64_t *attribute_count);

// Calls `visit` for each link of a group in the order of their names until it returns a number other than 0.
int decant_hdf5_visit_links(hid_t group, void *context, int (*visit)(void *context, const char *name, int kind));
// The kinds of links above.
enum { DECANT_HDF5_HARD_LINK = 0, DECANT_HDF5_SOFT_LINK = 1, DECANT_HDF5_OTHER_LINK = 2 };

// Lets reads through `transfer` allocate at most `*budget` bytes in all; what is allocated is subtracted.
int decant_hdf5_limit_memory(hid_t transfer, size_t *budget);

// The file descriptors that a process reads from and writes to when it talks to another.
typedef struct {
  int input;
  int output;
} decant_hdf5_pipes;

// Creates a child process that runs `serve` with its pipes, and ends when that returns. The child has no other files of the
// parent, prints nothing, and ignores the terminal's keys. Returns its process ID and the parent's pipes; -1 on failure (errno).
pid_t decant_hdf5_fork(decant_hdf5_pipes *pipes, void (*serve)(void *context, decant_hdf5_pipes pipes), void *context);

// Starts a program whose standard input and output are the child's pipes; it begins with decant_hdf5_be_child. Finds it as a shell does.
// `arguments` begins with the program's name and ends with null. Returns as decant_hdf5_fork does.
pid_t decant_hdf5_spawn(decant_hdf5_pipes *pipes, const char *program, char *const arguments[]);

// In a child: closes all files but the pipes, and resets the signals.
void decant_hdf5_be_child(decant_hdf5_pipes pipes);

// Ends a child if it is still running, and returns the signal that ended it: SIGKILL from here, SIGABRT if it aborted.
int decant_hdf5_end(pid_t child, decant_hdf5_pipes pipes);

// In a child: sets the processor time that it may use from now on, and `patience` times as much for waiting; 0 means no limit.
void decant_hdf5_limit_time(unsigned milliseconds, unsigned patience);

// In a child: permanently gives up what reading one file does not need. Returns what the system has taken away, in the bits below.
int decant_hdf5_confine(const char *path);
enum {
  // No other file can be opened, and no file can be changed, created or executed.
  DECANT_HDF5_ONE_FILE = 1,
  // Only system calls that read, allocate memory, keep time and answer: no socket, no other process, no writing to a file.
  DECANT_HDF5_FEW_CALLS = 2,
};

// Sends or receives exactly this many bytes; returns 0 if the other end is gone.
int decant_hdf5_send(int output, const void *bytes, size_t count);
int decant_hdf5_receive(int input, void *bytes, size_t count);

#endif
