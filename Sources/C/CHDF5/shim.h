// The header alone: the library is loaded when it is wanted, by CDecantHDF5, and so nothing asks pkg-config, which would link it.
#if __has_include(<hdf5.h>)
#include <hdf5.h>
#elif __has_include(<hdf5/serial/hdf5.h>)
#include <hdf5/serial/hdf5.h>
#elif __has_include("/opt/homebrew/include/hdf5.h")
#include "/opt/homebrew/include/hdf5.h"
#else
#error "hdf5.h is missing; install libhdf5-dev (Debian, Ubuntu), hdf5-devel (Fedora) or hdf5 (Homebrew)"
#endif
