// PNG encoding through libpng, into memory.

#include "CDecantImages.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

typedef struct {
  uint8_t *bytes;
  size_t count, capacity;
} buffer;

static void write_bytes(png_structp png, png_bytep source, size_t count) {
  buffer *b = png_get_io_ptr(png);
  if (count > b->capacity - b->count) {
    size_t capacity = b->capacity ? b->capacity : 4096;
    while (capacity - b->count < count) {
      if (capacity > SIZE_MAX / 2) png_error(png, "too large");
      capacity *= 2;
    }
    uint8_t *bytes = realloc(b->bytes, capacity);
    if (!bytes) png_error(png, "out of memory");
    b->bytes = bytes;
    b->capacity = capacity;
  }
  memcpy(b->bytes + b->count, source, count);
  b->count += count;
}

static void flush(png_structp png) { (void)png; }

static void ignore(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void give_up(png_structp png, png_const_charp message) {
  (void)message;
  png_longjmp(png, 1);
}

static void set_palette(png_structp png, png_infop info, const decant_png_picture *picture) {
  png_color colors[256];
  png_byte opacity[256];
  for (uint32_t i = 0; i < picture->palette_count; i++) {
    const uint8_t *color = picture->palette + 4 * i;
    colors[i] = (png_color){color[0], color[1], color[2]};
    opacity[i] = color[3];
  }
  png_set_PLTE(png, info, colors, (int)picture->palette_count);
  png_set_tRNS(png, info, opacity, (int)picture->palette_count, NULL);
}

decant_image_status decant_png_encode(const decant_png_picture *picture, uint8_t **bytes, size_t *count) {
  *bytes = NULL;
  *count = 0;
  if (picture->palette_count > 256) return DECANT_IMAGE_DAMAGED;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, give_up, ignore);
  if (!png) return DECANT_IMAGE_NO_MEMORY;
  png_infop info = png_create_info_struct(png);
  buffer *b = calloc(1, sizeof *b);
  if (!info || !b || setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    if (b) free(b->bytes);
    free(b);
    return DECANT_IMAGE_NO_MEMORY;
  }
  png_set_write_fn(png, b, write_bytes, flush);
  int type = picture->channels == 1   ? PNG_COLOR_TYPE_PALETTE
             : picture->channels == 3 ? PNG_COLOR_TYPE_RGB
                                      : PNG_COLOR_TYPE_RGB_ALPHA;
  png_set_IHDR(png, info, picture->width, picture->height, 8, type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  if (picture->channels == 1) set_palette(png, info, picture);
  png_write_info(png, info);
  size_t stride = (size_t)picture->width * picture->channels;
  for (uint32_t y = 0; y < picture->height; y++) png_write_row(png, picture->pixels + y * stride);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  *bytes = b->bytes;
  *count = b->count;
  free(b);
  return DECANT_IMAGE_OK;
}
