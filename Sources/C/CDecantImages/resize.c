// Bilinear resizing of rows as they come, bit for bit as TensorFlow 0.12.1's ResizeBilinear.
//
// First across, then down, as TensorFlow does it for each pixel. A row of the source is interpolated across once and kept
// as long as output rows need it: two such rows are all the memory. Every step rounds to float32; a fused multiply-add
// would round once less and give other bits.
#pragma STDC FP_CONTRACT OFF

#include "CDecantImages.h"

#include <string.h>

typedef float float4 __attribute__((vector_size(16)));
typedef uint8_t byte4 __attribute__((vector_size(4)));

// One pixel and the first byte of the next, scaled.
static inline float4 load(const uint8_t *pixel, float scale) {
  byte4 bytes;
  memcpy(&bytes, pixel, sizeof bytes);
  return __builtin_convertvector(bytes, float4) * scale;
}

static void interpolate_across(const decant_resize *r, const uint8_t *rgb, float *line) {
  for (size_t x = 0; x < r->column_count; x++, line += 3) {
    const decant_tap tap = r->columns[x];
    const uint8_t *left = rgb + 3 * (size_t)tap.low, *right = rgb + 3 * (size_t)tap.high;
    if (tap.high + 1 < r->width) {
      // Three values and one too many, which the next pixel overwrites; `line` has room for it after the last.
      const float4 from = load(left, r->scale), to = load(right, r->scale);
      const float4 mixed = from + (to - from) * tap.fraction;
      memcpy(line, &mixed, sizeof mixed);
    } else {
      // After the last pixel of a row, there may be nothing to read.
      for (int c = 0; c < 3; c++) {
        const float from = (float)left[c] * r->scale, to = (float)right[c] * r->scale;
        line[c] = from + (to - from) * tap.fraction;
      }
    }
  }
}

static void interpolate_down(const decant_resize *r, const float *upper, const float *lower, float fraction, float *output) {
  for (size_t i = 0; i < 3 * r->column_count; i++) {
    const float value = upper[i] + (lower[i] - upper[i]) * fraction;
    output[i] = (value - r->offset) * r->range;
  }
}

void decant_resize_add(decant_resize *r, const uint8_t *rgb, uint32_t y) {
  // Rows that no output row mixes are skipped. `high` is `low` or its successor, so y is one of the two here.
  if (r->done_count == r->row_count || r->rows[r->done_count].low > y) return;
  interpolate_across(r, rgb, r->lines[y % 2]);
  for (; r->done_count < r->row_count; r->done_count++) {
    const decant_tap tap = r->rows[r->done_count];
    if (tap.high > y) return;
    float *output = r->output + r->done_count * 3 * r->column_count;
    interpolate_down(r, r->lines[tap.low % 2], r->lines[tap.high % 2], tap.fraction, output);
  }
}
