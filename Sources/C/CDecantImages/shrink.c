// Making a picture smaller by the mean of the area that every output pixel covers, in whole numbers: no rounding until the
// last step, and the same bytes on every processor.
//
// A source pixel is `output_width` parts wide and an output pixel `width` parts, so that both sides are equally long and
// every overlap is a whole number of parts; likewise down.

#include "CDecantImages.h"

#include <string.h>

static inline void add(uint64_t *sums, const uint8_t *pixel, uint64_t parts) {
  for (int c = 0; c < 3; c++) sums[c] += pixel[c] * parts;
}

static void add_across(const decant_shrink *s, const uint8_t *rgb) {
  uint64_t *sums = s->line;
  memset(sums, 0, 3 * (size_t)s->output_width * sizeof *sums);
  uint64_t rest = s->width;
  for (uint32_t x = 0; x < s->width; x++, rgb += 3) {
    uint64_t parts = s->output_width;
    if (parts >= rest) {
      add(sums, rgb, rest);
      sums += 3;
      parts -= rest;
      rest = s->width;
    }
    // None are left after the last pixel.
    if (parts > 0) add(sums, rgb, parts);
    rest -= parts;
  }
}

static void add_down(const decant_shrink *s, uint64_t parts) {
  for (size_t i = 0; i < 3 * (size_t)s->output_width; i++) s->sum[i] += s->line[i] * parts;
}

static void finish_row(decant_shrink *s) {
  size_t count = 3 * (size_t)s->output_width;
  uint8_t *output = s->output + s->done_count++ * count;
  uint64_t area = (uint64_t)s->width * s->height;
  for (size_t i = 0; i < count; i++) output[i] = (uint8_t)((s->sum[i] + area / 2) / area);
  memset(s->sum, 0, count * sizeof *s->sum);
}

void decant_shrink_add(decant_shrink *s, const uint8_t *rgb) {
  if (s->done_count == s->output_height) return;
  add_across(s, rgb);
  uint32_t parts = s->output_height;
  if (parts >= s->rest) {
    add_down(s, s->rest);
    finish_row(s);
    parts -= s->rest;
    s->rest = s->height;
  }
  if (parts > 0) add_down(s, parts);
  s->rest -= parts;
}
