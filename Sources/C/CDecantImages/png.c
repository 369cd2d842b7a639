// PNG through libpng, with the transformations of TensorFlow's DecodePng(channels=3): palettes and gray become RGB,
// 16-bit samples lose their low byte, alpha is dropped, and gamma and color profiles are ignored.

#include "CDecantImages.h"
#include "rows.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <png.h>

typedef struct {
  const uint8_t *bytes;
  size_t left;
  decant_image *image;
  png_structp png;
  png_infop info;
} decoder;

static void on_error(png_structp png, png_const_charp message) {
  decoder *d = png_get_error_ptr(png);
  if (d->image->status == DECANT_IMAGE_OK) {
    d->image->status = strstr(message, "emory") ? DECANT_IMAGE_NO_MEMORY : DECANT_IMAGE_DAMAGED;
  }
  snprintf(d->image->message, sizeof d->image->message, "%s", message);
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
  decoder *d = png_get_error_ptr(png);
  if (d->image->warnings++ == 0) snprintf(d->image->message, sizeof d->image->message, "%s", message);
}

static void read_bytes(png_structp png, png_bytep target, size_t count) {
  decoder *d = png_get_io_ptr(png);
  if (count > d->left) {
    d->image->status = DECANT_IMAGE_TRUNCATED;
    png_error(png, "the data ends here");
  }
  memcpy(target, d->bytes, count);
  d->bytes += count;
  d->left -= count;
}

// False if there is no memory. Libpng's own jump buffer is used, and the caller sets it.
static bool start(decoder *d, const uint8_t *bytes, size_t count, decant_image *image) {
  memset(image, 0, sizeof *image);
  *d = (decoder){.bytes = bytes, .left = count, .image = image};
  d->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, d, on_error, on_warning);
  if (d->png) d->info = png_create_info_struct(d->png);
  if (!d->info) {
    image->status = DECANT_IMAGE_NO_MEMORY;
    png_destroy_read_struct(&d->png, NULL, NULL);
    return false;
  }
  png_set_read_fn(d->png, d, read_bytes);
  // The caller has its own limits; libpng's default of a million pixels per side remains, and text chunks are not needed.
  png_set_chunk_cache_max(d->png, 128);
  png_set_chunk_malloc_max(d->png, 8u << 20);
  return true;
}

static void read_header(decoder *d) {
  png_read_info(d->png, d->info);
  d->image->width = png_get_image_width(d->png, d->info);
  d->image->height = png_get_image_height(d->png, d->info);
  d->image->bits_per_pixel = (uint32_t)png_get_bit_depth(d->png, d->info) * png_get_channels(d->png, d->info);
  d->image->is_interlaced = png_get_interlace_type(d->png, d->info) != PNG_INTERLACE_NONE;
}

void decant_png_read_header(const uint8_t *bytes, size_t count, decant_image *image) {
  decoder d;
  if (!start(&d, bytes, count, image)) return;
  if (setjmp(png_jmpbuf(d.png)) == 0) read_header(&d);
  png_destroy_read_struct(&d.png, &d.info, NULL);
}

static void decode(decoder *d, uint32_t width, uint32_t height, const decant_rows *rows) {
  read_header(d);
  png_byte color = png_get_color_type(d->png, d->info);
  bool transparent = (color & PNG_COLOR_MASK_ALPHA) || png_get_valid(d->png, d->info, PNG_INFO_tRNS);
  if (transparent) png_set_strip_alpha(d->png);
  if (png_get_bit_depth(d->png, d->info) == 16) png_set_strip_16(d->png);
  png_set_packing(d->png);
  if (color == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(d->png);
  if (!(color & PNG_COLOR_MASK_COLOR)) {
    if (png_get_bit_depth(d->png, d->info) < 8) png_set_expand_gray_1_2_4_to_8(d->png);
    png_set_gray_to_rgb(d->png);
  }
  int passes = png_set_interlace_handling(d->png);
  png_read_update_info(d->png, d->info);
  size_t row_bytes = png_get_rowbytes(d->png, d->info);
  if (d->image->width != width || d->image->height != height || row_bytes != (size_t)width * 3) {
    png_error(d->png, "rows are not of the expected size");
  }
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t y = 0; y < height; y++) {
      png_read_row(d->png, decant_row(rows, y), NULL);
      if (pass < passes - 1) continue;
      decant_row_done(rows, y);
      d->image->rows++;
    }
  }
  png_read_end(d->png, NULL);
}

void decant_png_decode(const uint8_t *bytes, size_t count, const decant_rows *rows, decant_image *image) {
  uint32_t width = image->width, height = image->height;
  decoder d;
  if (!start(&d, bytes, count, image)) return;
  if (setjmp(png_jmpbuf(d.png)) == 0) decode(&d, width, height, rows);
  png_destroy_read_struct(&d.png, &d.info, NULL);
}
