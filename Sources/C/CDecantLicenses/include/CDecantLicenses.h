// The licenses of what Decant links, and the table of it, as part of the program: a single file that is passed on must have them.
#ifndef CDECANTLICENSES_H
#define CDECANTLICENSES_H

/// Text that lives as long as the program, and ends with a zero; NULL if there is no such text. `name` is that of a file in
/// packaging/licenses without ".txt".
const char *decant_license_text(const char *name);

/// packaging/components.json.
const char *decant_components(void);

#endif
