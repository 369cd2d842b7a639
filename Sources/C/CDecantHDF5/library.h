// The library itself: found and loaded when its first function is called, or, if DECANT_HDF5_LINKED is defined, a part of the program.
#ifndef CDECANT_HDF5_LIBRARY_H
#define CDECANT_HDF5_LIBRARY_H

#include "CDecantHDF5.h"

#ifdef DECANT_HDF5_LINKED
#define DECANT_HDF5_GLOBAL(name) (&(name))
#else
// A function or a global of the library; null if it cannot be loaded. The caller holds the lock of the Swift module.
void *decant_hdf5_symbol(const char *name);
#define DECANT_HDF5_GLOBAL(name) decant_hdf5_symbol(#name)
#endif

// Why the library could not be loaded; null if it could, or if nobody has tried.
const char *decant_hdf5_load_error(void);

#endif
