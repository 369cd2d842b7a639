// JPEG through libjpeg-turbo, with the settings and the error rules of TensorFlow 0.12.1's DecodeJpeg(channels=3):
// slow integer transform, interpolated chroma, EXIF ignored, CMYK multiplied down to RGB, warnings tolerated, missing data refused.

#include "CDecantImages.h"
#include "jpeg_planes.h"
#include "rows.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

typedef struct {
  // These are first, so that the callbacks can cast pointers to their libjpeg types and find the other members.
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  jmp_buf failed;
  decant_image *image;
  uint32_t maximum_scans;
  uint64_t maximum_block_visits;
  uint64_t blocks;
} decoder;

static decoder *decoder_of(j_common_ptr info) { return (decoder *)info->client_data; }

static void on_error(j_common_ptr info) {
  decoder *d = decoder_of(info);
  d->image->status = info->err->msg_code == JERR_OUT_OF_MEMORY ? DECANT_IMAGE_NO_MEMORY : DECANT_IMAGE_DAMAGED;
  char message[JMSG_LENGTH_MAX];
  info->err->format_message(info, message);
  snprintf(d->image->message, sizeof d->image->message, "%s", message);
  longjmp(d->failed, 1);
}

static void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;  // Traces.
  decoder *d = decoder_of(info);
  if (d->image->warnings++ == 0) {
    char message[JMSG_LENGTH_MAX];
    info->err->format_message(info, message);
    snprintf(d->image->message, sizeof d->image->message, "%s", message);
  }
}

static void discard_output(j_common_ptr info) { (void)info; }

// The whole file is in memory: being asked for more means that it ended early. Returning FALSE suspends, and the caller
// below sees a step that did not finish.
static boolean no_more_input(j_decompress_ptr info) {
  (void)info;
  return FALSE;
}

static void skip_input(j_decompress_ptr info, long count) {
  if (count <= 0) return;
  struct jpeg_source_mgr *source = info->src;
  size_t skipped = (size_t)count < source->bytes_in_buffer ? (size_t)count : source->bytes_in_buffer;
  source->next_input_byte += skipped;
  source->bytes_in_buffer -= skipped;
}

static void nothing(j_decompress_ptr info) { (void)info; }

// A progressive file may repeat scans without end, each of them costing a pass over the whole picture.
static void on_progress(j_common_ptr common) {
  j_decompress_ptr info = (j_decompress_ptr)common;
  decoder *d = decoder_of(common);
  uint32_t scans = info->input_scan_number > 0 ? (uint32_t)info->input_scan_number : 0;
  d->image->scans = scans;
  if (scans <= d->maximum_scans && scans * d->blocks <= d->maximum_block_visits) return;
  d->image->status = DECANT_IMAGE_TOO_MANY_SCANS;
  longjmp(d->failed, 1);
}

// Everything that a longjmp may leave behind lives in `info` and `d`, which outlive the jump.
static void start(j_decompress_ptr info, decoder *d, const uint8_t *bytes, size_t count, decant_image *image) {
  memset(info, 0, sizeof *info);
  memset(d, 0, sizeof *d);
  memset(image, 0, sizeof *image);
  d->image = image;
  d->maximum_scans = UINT32_MAX;
  d->maximum_block_visits = UINT64_MAX;
  info->err = jpeg_std_error(&d->errors);
  info->client_data = d;
  d->errors.error_exit = on_error;
  d->errors.emit_message = on_message;
  d->errors.output_message = discard_output;
  d->source.next_input_byte = bytes;
  d->source.bytes_in_buffer = count;
  d->source.init_source = nothing;
  d->source.fill_input_buffer = no_more_input;
  d->source.skip_input_data = skip_input;
  d->source.resync_to_restart = jpeg_resync_to_restart;
  d->source.term_source = nothing;
}

// False if the header is incomplete.
static bool read_header(j_decompress_ptr info, decoder *d) {
  jpeg_create_decompress(info);
  info->client_data = d;
  info->src = &d->source;
  if (jpeg_read_header(info, TRUE) != JPEG_HEADER_OK) {
    d->image->status = DECANT_IMAGE_TRUNCATED;
    return false;
  }
  d->image->width = info->image_width;
  d->image->height = info->image_height;
  d->image->bits_per_pixel = 8 * (uint32_t)info->num_components;
  return true;
}

void decant_jpeg_read_header(const uint8_t *bytes, size_t count, decant_image *image) {
  struct jpeg_decompress_struct info;
  decoder d;
  start(&info, &d, bytes, count, image);
  if (setjmp(d.failed) == 0) read_header(&info, &d);
  jpeg_destroy_decompress(&info);
}

// False if the data ends early.
static bool read_rows(j_decompress_ptr info, decoder *d, const decant_rows *rows) {
  bool cmyk = info->out_color_space == JCS_CMYK;
  size_t width = info->output_width;
  JSAMPROW cmyk_row = NULL;
  if (cmyk) cmyk_row = (JSAMPROW)info->mem->alloc_large((j_common_ptr)info, JPOOL_IMAGE, width * 4);
  while (info->output_scanline < info->output_height) {
    uint32_t y = info->output_scanline;
    uint8_t *row = decant_row(rows, y);
    JSAMPROW target = cmyk ? cmyk_row : row;
    if (jpeg_read_scanlines(info, &target, 1) == 0) return false;
    if (cmyk) decant_jpeg_convert_cmyk_row(cmyk_row, row, info->output_width, info->saw_Adobe_marker);
    decant_row_done(rows, y);
    d->image->rows++;
  }
  return true;
}

static void decode(j_decompress_ptr info, decoder *d, uint32_t width, uint32_t height, const decant_rows *rows) {
  if (!read_header(info, d)) return;
  if (info->image_width != width || info->image_height != height) {
    ERREXIT(info, JERR_IMAGE_TOO_BIG);  // Not the data whose header was read: a bug in the caller.
  }
  bool cmyk = info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK;
  info->out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  info->dct_method = JDCT_ISLOW;
  info->do_fancy_upsampling = TRUE;
  info->raw_data_out = decant_jpeg_has_half_height(info);
  d->blocks = ((uint64_t)width / 8 + 1) * ((uint64_t)height / 8 + 1) * (uint64_t)info->num_components;
  d->maximum_block_visits = (uint64_t)1 << 31;
  d->progress.progress_monitor = on_progress;
  info->progress = &d->progress;
  if (!jpeg_start_decompress(info)) {
    d->image->status = DECANT_IMAGE_TRUNCATED;
    return;
  }
  bool is_whole = info->raw_data_out ? decant_jpeg_decode_planes(info, rows) : read_rows(info, d, rows);
  if (!is_whole) {
    d->image->status = DECANT_IMAGE_TRUNCATED;
    return;
  }
  // Reads on to the end marker; whatever follows it does not matter.
  if (!jpeg_finish_decompress(info)) d->image->status = DECANT_IMAGE_TRUNCATED;
}

void decant_jpeg_decode(const uint8_t *bytes, size_t count, uint32_t maximum_scans, const decant_rows *rows,
                        decant_image *image) {
  uint32_t width = image->width, height = image->height;
  struct jpeg_decompress_struct info;
  decoder d;
  start(&info, &d, bytes, count, image);
  d.maximum_scans = maximum_scans;
  if (setjmp(d.failed) == 0) decode(&info, &d, width, height, rows);
  jpeg_destroy_decompress(&info);
}
