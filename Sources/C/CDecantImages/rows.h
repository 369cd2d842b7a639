// Where a decoder puts its rows.
#pragma once

#include "CDecantImages.h"

/// Memory for row y.
static inline uint8_t *decant_row(const decant_rows *rows, uint32_t y) { return rows->rgb + (size_t)y * rows->stride; }

/// Says that row y is complete. Rows are completed in order.
static inline void decant_row_done(const decant_rows *rows, uint32_t y) {
  if (rows->shrink) decant_shrink_add(rows->shrink, decant_row(rows, y));
  if (rows->resize) decant_resize_add(rows->resize, decant_row(rows, y), y);
}
