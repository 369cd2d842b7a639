// What is different in the static program of `make release`.
#ifndef CDECANTSTATIC_H
#define CDECANTSTATIC_H

/// Whether the C library and all others are part of this program.
int decant_is_static(void);

#endif
