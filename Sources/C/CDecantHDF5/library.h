// The library itself, which is found and loaded when its first function is called.
#ifndef CDECANT_HDF5_LIBRARY_H
#define CDECANT_HDF5_LIBRARY_H

#include "CDecantHDF5.h"

// A function or a global of the library; null if it cannot be loaded. The caller holds the lock of the Swift module.
void *decant_hdf5_symbol(const char *name);

// Why the library could not be loaded; null if it could, or if nobody has tried.
const char *decant_hdf5_load_error(void);

#endif
