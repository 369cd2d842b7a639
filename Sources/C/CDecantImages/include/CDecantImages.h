// JPEG and PNG decoding and encoding, with the `setjmp` error handling that libjpeg and libpng require and Swift
// cannot express.
//
// Both decoders write packed 8-bit RGB, rows from top to bottom, exactly as TensorFlow's DecodeJpeg and DecodePng
// with three channels do. Nothing here allocates from a declared size: the caller reads the header, decides, allocates.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  DECANT_IMAGE_OK = 0,
  /// The library gave up; `message` says why.
  DECANT_IMAGE_DAMAGED,
  /// The data ends before the image does; `rows` were complete.
  DECANT_IMAGE_TRUNCATED,
  /// More scans than the limit, or more work in them than a picture of this size needs.
  DECANT_IMAGE_TOO_MANY_SCANS,
  DECANT_IMAGE_NO_MEMORY,
} decant_image_status;

typedef struct {
  decant_image_status status;
  uint32_t width;
  uint32_t height;
  /// PNG: bits of one pixel as stored. JPEG: 8 for each component.
  uint32_t bits_per_pixel;
  /// Whether rows are complete only when all are, as in an interlaced PNG.
  bool is_interlaced;
  /// Complete rows when decoding ended.
  uint32_t rows;
  /// Scans of a JPEG seen when decoding ended.
  uint32_t scans;
  /// The number of things that the library complained about but decoded anyway.
  uint32_t warnings;
  /// The library's message: that of the error, otherwise that of the first warning; empty if there was neither.
  char message[256];
} decant_image;

/// The two positions of the source that one output position of a bilinear resize mixes.
typedef struct {
  uint32_t low;
  /// `low` or, but at the edge, its successor.
  uint32_t high;
  /// The weight of `high`.
  float fraction;
} decant_tap;

/// A bilinear resize of packed RGB that is given row after row of its source:
/// output = ((samples * scale, mixed across, then down) - offset) * range.
typedef struct {
  /// Pixels in a row of the source.
  uint32_t width;
  /// One for each output row and column; none goes back to before the previous one.
  const decant_tap *rows, *columns;
  size_t row_count, column_count;
  float scale, offset, range;
  /// Memory for two rows of 3 * column_count + 1 floats each.
  float *lines[2];
  /// [row_count][column_count][3].
  float *output;
  /// Output rows written so far.
  size_t done_count;
} decant_resize;

/// Takes row y of the source. Rows come in order; those that no output row needs may be left out.
void decant_resize_add(decant_resize *resize, const uint8_t *rgb, uint32_t y);

/// A picture of packed RGB made smaller while its rows come: every output pixel is the mean of the area that it covers.
typedef struct {
  /// Of the source.
  uint32_t width, height;
  /// Of the output: at least 1 and at most as large as the source.
  uint32_t output_width, output_height;
  /// Memory for 3 * output_width sums each, of one row and of one output row; `sum` is zero at the start.
  uint64_t *line, *sum;
  /// [output_height][output_width][3].
  uint8_t *output;
  /// Output rows written so far, and how much of the next is still to come: `height` at the start.
  uint32_t done_count, rest;
} decant_shrink;

/// Takes the next row of the source, which must get them all.
void decant_shrink_add(decant_shrink *shrink, const uint8_t *rgb);

/// Where decoded rows go: row y to `rgb + y * stride`, so with stride 0 each takes the place of the last.
typedef struct {
  uint8_t *rgb;
  size_t stride;
  /// Given every row when it is complete, or NULL. Not for interlaced pictures.
  decant_resize *resize;
  /// Given every row too, or NULL. Not for interlaced pictures.
  decant_shrink *shrink;
} decant_rows;

/// Reads the size of a JPEG.
void decant_jpeg_read_header(const uint8_t *bytes, size_t count, decant_image *image);

/// Decodes a JPEG into rows of the size that `image` has from the header.
void decant_jpeg_decode(const uint8_t *bytes, size_t count, uint32_t maximum_scans, const decant_rows *rows,
                        decant_image *image);

/// Reads the size of a PNG.
void decant_png_read_header(const uint8_t *bytes, size_t count, decant_image *image);

/// Decodes a PNG into rows of the size that `image` has from the header.
void decant_png_decode(const uint8_t *bytes, size_t count, const decant_rows *rows, decant_image *image);

/// A picture to encode: rows from top to bottom, one byte a channel.
typedef struct {
  uint32_t width, height;
  /// 1: places in `palette`. 3: RGB. 4: RGB and opacity.
  uint32_t channels;
  const uint8_t *pixels;
  /// Red, green, blue and opacity of each of at most 256 colors; for one channel alone.
  const uint8_t *palette;
  uint32_t palette_count;
} decant_png_picture;

/// Encodes a PNG. On success the caller frees `*bytes`; otherwise there is none.
decant_image_status decant_png_encode(const decant_png_picture *picture, uint8_t **bytes, size_t *count);

/// Encodes packed RGB as a JPEG of a quality from 1 to 100. On success the caller frees `*bytes`; otherwise there is none.
decant_image_status decant_jpeg_encode(const uint8_t *rgb, uint32_t width, uint32_t height, int quality, uint8_t **bytes,
                                       size_t *count);
