// JPEG and PNG decoding with the `setjmp` error handling that libjpeg and libpng ask for and Swift cannot express.
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
  /// Complete rows when decoding ended.
  uint32_t rows;
  /// Scans of a JPEG seen when decoding ended.
  uint32_t scans;
  /// What the library complained about and decoded nevertheless.
  uint32_t warnings;
  /// The library's message: of the error, or else of the first warning; empty without either.
  char message[256];
} decant_image;

/// Reads the size of a JPEG.
void decant_jpeg_read_header(const uint8_t *bytes, size_t count, decant_image *image);

/// Decodes a JPEG into `rgb`, which holds `width * height * 3` bytes of the size that `image` has from the header.
void decant_jpeg_decode(const uint8_t *bytes, size_t count, uint32_t maximum_scans, uint8_t *rgb, decant_image *image);

/// Reads the size of a PNG.
void decant_png_read_header(const uint8_t *bytes, size_t count, decant_image *image);

/// Decodes a PNG into `rgb`, which holds `width * height * 3` bytes of the size that `image` has from the header.
void decant_png_decode(const uint8_t *bytes, size_t count, uint8_t *rgb, decant_image *image);
