// JPEG pictures whose chroma has half the height and the full width (4:4:0), such as photos of 4:2:2 cameras that were
// turned without loss. Newer versions of libjpeg-turbo round differently when they interpolate it than the 1.5.1 in
// TensorFlow, so the library only delivers the planes and the rest is done here, as 1.5.1 did it.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jpeglib.h>

#include "CDecantImages.h"

/// Whether any component has such chroma. Valid after the header was read.
bool decant_jpeg_has_half_height(j_decompress_ptr info);

/// Reads all planes of a picture that was started with `raw_data_out`, and writes one row after the other.
/// False if the data ends early; libjpeg's errors go through `info->err`.
bool decant_jpeg_decode_planes(j_decompress_ptr info, const decant_rows *rows);

/// Turns a row of CMYK into RGB as TensorFlow does: with an Adobe marker the samples are stored inverted.
void decant_jpeg_convert_cmyk_row(const uint8_t *cmyk, uint8_t *rgb, uint32_t width, bool inverted);
