#include "CDecantStatic.h"

#include <stddef.h>

int decant_is_static(void) {
#ifdef DECANT_STATIC
  return 1;
#else
  return 0;
#endif
}

// The linker puts it in the place of the function of Swift's runtime with the rest of the name (--wrap in the Makefile). When a program
// starts, the runtime looks for swift-backtrace, which comes with toolchains only. A static program would have to know for that where it
// is, and would abort if /proc is not mounted, as in a bare chroot or container.
char *__wrap_swift_copyAuxiliaryExecutablePath(const char *name);
char *__wrap_swift_copyAuxiliaryExecutablePath(const char *name) {
  (void)name;
  return NULL;
}
