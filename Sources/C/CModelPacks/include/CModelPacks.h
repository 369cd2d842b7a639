#ifndef DECANT_MODEL_PACKS_H
#define DECANT_MODEL_PACKS_H

#include <stddef.h>

/// The JSON text of a pack; not ended by a zero byte.
typedef struct {
  const char *bytes;
  size_t count;
} decant_model_pack_text;

/// How many packs are inside the program.
int decant_model_pack_count(void);

/// The text of a pack, by its number from 0; no bytes for any other number.
decant_model_pack_text decant_model_pack(int index);

#endif
