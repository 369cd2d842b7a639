#include "library.h"

#ifdef DECANT_HDF5_LINKED

const char *decant_hdf5_load_error(void) { return NULL; }

#else

#include <dlfcn.h>
#include <stdio.h>

// The names that distributions give the library, newest first; the number is that of its interface. The header's version tells
// which of them is the right one.
static const char *const names[] = {
#ifdef __APPLE__
  "/opt/homebrew/lib/libhdf5.dylib", "/usr/local/lib/libhdf5.dylib", "libhdf5.dylib",
#else
  "libhdf5_serial.so.320", "libhdf5.so.320", "libhdf5_serial.so.310", "libhdf5.so.310", "libhdf5_serial.so.200", "libhdf5.so.200",
  "libhdf5_serial.so.103", "libhdf5.so.103", "libhdf5_serial.so", "libhdf5.so",
#endif
};

static char load_error[160];

// Types and functions are those of the header, so the major and minor version must be the same. Asking for them starts the library, which
// must be told before that not to clean up at exit.
static int fits(void *library) {
  unsigned major, minor, release;
  herr_t (*dont_clean_up)(void) = (__typeof__(dont_clean_up))dlsym(library, "H5dont_atexit");
  if (!dont_clean_up || dont_clean_up() < 0) return 0;
  herr_t (*version)(unsigned *, unsigned *, unsigned *) = (__typeof__(version))dlsym(library, "H5get_libversion");
  return version && version(&major, &minor, &release) >= 0 && major == H5_VERS_MAJOR && minor == H5_VERS_MINOR;
}

static void *load(void) {
  for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
    void *library = dlopen(names[index], RTLD_NOW | RTLD_LOCAL);
    if (!library) continue;
    if (fits(library)) return library;
    dlclose(library);
  }
  snprintf(load_error, sizeof load_error,
           "libhdf5 %d.%d is not installed (Debian, Ubuntu: libhdf5-dev; Fedora: hdf5; macOS: brew install hdf5)",
           H5_VERS_MAJOR, H5_VERS_MINOR);
  return NULL;
}

void *decant_hdf5_symbol(const char *name) {
  static void *library;
  static int is_tried;
  if (!is_tried) library = load();
  is_tried = 1;
  return library ? dlsym(library, name) : NULL;
}

const char *decant_hdf5_load_error(void) { return load_error[0] ? load_error : NULL; }

#endif
