#include "CDecantStatic.h"

#include <stddef.h>

int decant_is_static(void) {
#ifdef DECANT_STATIC
  return 1;
#else
  return 0;
#endif
}

#ifdef DECANT_STATIC
// Swift reads the arguments from /proc, which is not mounted in a bare chroot or container. This function of its runtime is for programs
// that know better; glibc calls a constructor with what main gets.
void _swift_stdlib_overrideUnsafeArgvArgc(char **values, int count);

__attribute__((constructor)) static void give_arguments(int count, char **values) {
  _swift_stdlib_overrideUnsafeArgvArgc(values, count);
}
#endif

// The linker puts it in the place of the function of Swift's runtime with the rest of the name (--wrap in the Makefile). When a program
// starts, the runtime looks for swift-backtrace, which comes with toolchains only. A static program would have to know for that where it
// is, and would abort if /proc is not mounted, as in a bare chroot or container.
char *__wrap_swift_copyAuxiliaryExecutablePath(const char *name);
char *__wrap_swift_copyAuxiliaryExecutablePath(const char *name) {
  (void)name;
  return NULL;
}
