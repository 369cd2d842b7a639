// The library itself: found and loaded when its first function is called.
#ifndef CDECANT_HDF5_LIBRARY_H
#define CDECANT_HDF5_LIBRARY_H

#include "CDecantHDF5.h"

// A function or a global of the library; null where it cannot be loaded. Whoever calls holds the lock of the module above.
void *decant_hdf5_symbol(const char *name);

// Why the library could not be loaded; null where it could, or nobody has tried.
const char *decant_hdf5_load_error(void);

#endif
