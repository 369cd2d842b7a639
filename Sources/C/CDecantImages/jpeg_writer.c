// JPEG encoding through libjpeg, into memory.

#include "CDecantImages.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

// Lives on the heap, so that a longjmp leaves it as it was.
typedef struct {
  struct jpeg_compress_struct info;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr destination;
  jmp_buf failed;
  uint8_t *bytes;
  size_t capacity;
} encoder;

static encoder *encoder_of(j_common_ptr info) { return (encoder *)info->client_data; }

static void on_error(j_common_ptr info) { longjmp(encoder_of(info)->failed, 1); }

static void ignore_message(j_common_ptr info, int level) {
  (void)info;
  (void)level;
}

static void discard_output(j_common_ptr info) { (void)info; }

// Doubles the memory; what is used of it has `used` bytes.
static void grow(j_compress_ptr info, size_t used) {
  encoder *e = encoder_of((j_common_ptr)info);
  size_t capacity = e->capacity ? 2 * e->capacity : 1 << 15;
  uint8_t *bytes = capacity > e->capacity ? realloc(e->bytes, capacity) : NULL;
  if (!bytes) ERREXIT1(info, JERR_OUT_OF_MEMORY, 0);
  e->bytes = bytes;
  e->capacity = capacity;
  e->destination.next_output_byte = bytes + used;
  e->destination.free_in_buffer = capacity - used;
}

static void begin_output(j_compress_ptr info) { grow(info, 0); }

// The library calls this when all of the memory is used, whatever it says in the manager.
static boolean continue_output(j_compress_ptr info) {
  grow(info, encoder_of((j_common_ptr)info)->capacity);
  return TRUE;
}

static void end_output(j_compress_ptr info) { (void)info; }

static void encode(encoder *e, const uint8_t *rgb, uint32_t width, uint32_t height, int quality) {
  j_compress_ptr info = &e->info;
  jpeg_create_compress(info);
  info->client_data = e;
  info->dest = &e->destination;
  info->image_width = width;
  info->image_height = height;
  info->input_components = 3;
  info->in_color_space = JCS_RGB;
  jpeg_set_defaults(info);
  jpeg_set_quality(info, quality, TRUE);
  info->optimize_coding = TRUE;
  jpeg_start_compress(info, TRUE);
  while (info->next_scanline < info->image_height) {
    // The library takes rows that are not `const` and does not write to them.
    JSAMPROW row = (JSAMPROW)(uintptr_t)(rgb + (size_t)info->next_scanline * width * 3);
    jpeg_write_scanlines(info, &row, 1);
  }
  jpeg_finish_compress(info);
}

decant_image_status decant_jpeg_encode(const uint8_t *rgb, uint32_t width, uint32_t height, int quality, uint8_t **bytes,
                                       size_t *count) {
  *bytes = NULL;
  *count = 0;
  encoder *e = calloc(1, sizeof *e);
  if (!e) return DECANT_IMAGE_NO_MEMORY;
  e->info.err = jpeg_std_error(&e->errors);
  e->info.client_data = e;
  e->errors.error_exit = on_error;
  e->errors.emit_message = ignore_message;
  e->errors.output_message = discard_output;
  e->destination.init_destination = begin_output;
  e->destination.empty_output_buffer = continue_output;
  e->destination.term_destination = end_output;
  decant_image_status status = DECANT_IMAGE_OK;
  if (setjmp(e->failed) == 0) {
    encode(e, rgb, width, height, quality);
    *bytes = e->bytes;
    *count = e->capacity - e->destination.free_in_buffer;
  } else {
    free(e->bytes);
    // All that can be wrong with a picture that has at least one pixel is that JPEG has no room for its sides.
    status = e->errors.msg_code == JERR_OUT_OF_MEMORY ? DECANT_IMAGE_NO_MEMORY : DECANT_IMAGE_DAMAGED;
  }
  jpeg_destroy_compress(&e->info);
  free(e);
  return status;
}
