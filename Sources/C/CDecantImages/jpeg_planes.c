#include "jpeg_planes.h"
#include "rows.h"

#include <jerror.h>
#include <string.h>

// One component's samples as the library delivers them.
typedef struct {
  uint8_t *samples;
  // Bytes from one row to the next: whole blocks.
  size_t stride;
  uint32_t width, height;
  // Output samples for each of these, across and down.
  int across, down;
} plane;

static int maximum_sampling(j_decompress_ptr info, bool across) {
  int largest = 1;
  for (int i = 0; i < info->num_components; i++) {
    int factor = across ? info->comp_info[i].h_samp_factor : info->comp_info[i].v_samp_factor;
    if (factor > largest) largest = factor;
  }
  return largest;
}

bool decant_jpeg_has_half_height(j_decompress_ptr info) {
  int h_max = maximum_sampling(info, true), v_max = maximum_sampling(info, false);
  for (int i = 0; i < info->num_components; i++) {
    jpeg_component_info *component = &info->comp_info[i];
    if (component->h_samp_factor == h_max && component->v_samp_factor * 2 == v_max) return true;
  }
  return false;
}

// Interpolates across: every sample becomes two, each three parts of it and one part of the neighbor on that side. Halves are
// rounded down and up alternately, so that no drift remains. At the edges, there is no neighbor.
static void widen_interpolated(const uint8_t *in, uint8_t *out, uint32_t width) {
  for (uint32_t x = 0; x < width; x++) {
    int sample = in[x] * 3;
    out[2 * x] = x == 0 ? in[x] : (uint8_t)((sample + in[x - 1] + 1) >> 2);
    out[2 * x + 1] = x == width - 1 ? in[x] : (uint8_t)((sample + in[x + 1] + 2) >> 2);
  }
}

// Interpolates both ways: first down, in 16ths without rounding, then across.
static void widen_interpolated_both(const uint8_t *near, const uint8_t *far, uint8_t *out, uint32_t width) {
  for (uint32_t x = 0; x < width; x++) {
    int here = near[x] * 3 + far[x];
    int left = x == 0 ? here : near[x - 1] * 3 + far[x - 1];
    int right = x == width - 1 ? here : near[x + 1] * 3 + far[x + 1];
    out[2 * x] = (uint8_t)((here * 3 + left + 8) >> 4);
    out[2 * x + 1] = (uint8_t)((here * 3 + right + 7) >> 4);
  }
}

// One row of a component at the picture's full width. `out` has room for whole multiples of the component's width.
static void upsample_row(const plane *p, uint32_t y, uint8_t *out) {
  uint32_t row = y / (uint32_t)p->down;
  bool is_upper = y % (uint32_t)p->down == 0;
  const uint8_t *near = p->samples + row * p->stride;
  // The row that lies next to this half, or the row itself at the edge.
  uint32_t far_row = is_upper ? (row > 0 ? row - 1 : 0) : (row + 1 < p->height ? row + 1 : row);
  const uint8_t *far = p->samples + far_row * p->stride;
  if (p->across == 1 && p->down == 2) {
    // Newer versions add 2 here in every other row.
    for (uint32_t x = 0; x < p->width; x++) out[x] = (uint8_t)((near[x] * 3 + far[x] + 1) >> 2);
  } else if (p->across == 2 && p->down == 1 && p->width > 2) {
    widen_interpolated(near, out, p->width);
  } else if (p->across == 2 && p->down == 2 && p->width > 2) {
    widen_interpolated_both(near, far, out, p->width);
  } else {
    for (uint32_t x = 0; x < p->width; x++) memset(out + (size_t)x * (size_t)p->across, near[x], (size_t)p->across);
  }
}

static uint8_t clamp(int value) { return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value; }

// ITU-R BT.601 in 16-bit fixed point, rounded as libjpeg's tables are.
static void convert_ycc(int y, int cb, int cr, uint8_t *rgb) {
  cb -= 128;
  cr -= 128;
  rgb[0] = clamp(y + ((91881 * cr + 32768) >> 16));
  rgb[1] = clamp(y + ((-22554 * cb - 46802 * cr + 32768) >> 16));
  rgb[2] = clamp(y + ((116130 * cb + 32768) >> 16));
}

void decant_jpeg_convert_cmyk_row(const uint8_t *cmyk, uint8_t *rgb, uint32_t width, bool inverted) {
  for (uint32_t x = 0; x < width; x++) {
    int k = cmyk[4 * x + 3];
    for (int c = 0; c < 3; c++) {
      int ink = cmyk[4 * x + c];
      rgb[3 * x + c] = (uint8_t)(inverted ? k * ink / 255 : (255 - k) * (255 - ink) / 255);
    }
  }
}

// `rows` holds one upsampled row per component.
static void convert_row(j_decompress_ptr info, uint8_t *const rows[4], uint8_t *rgb) {
  for (uint32_t x = 0; x < info->image_width; x++) {
    uint8_t *target = rgb + 3 * (size_t)x;
    uint8_t cmyk[4];
    switch (info->jpeg_color_space) {
    case JCS_YCbCr: convert_ycc(rows[0][x], rows[1][x], rows[2][x], target); break;
    case JCS_YCCK:
      convert_ycc(rows[0][x], rows[1][x], rows[2][x], cmyk);
      for (int c = 0; c < 3; c++) cmyk[c] = (uint8_t)(255 - cmyk[c]);
      cmyk[3] = rows[3][x];
      decant_jpeg_convert_cmyk_row(cmyk, target, 1, info->saw_Adobe_marker);
      break;
    case JCS_CMYK:
      for (int c = 0; c < 4; c++) cmyk[c] = rows[c][x];
      decant_jpeg_convert_cmyk_row(cmyk, target, 1, info->saw_Adobe_marker);
      break;
    default:
      for (int c = 0; c < 3; c++) target[c] = rows[c][x];
    }
  }
}

static void *allocate(j_decompress_ptr info, size_t count) {
  return info->mem->alloc_large((j_common_ptr)info, JPOOL_IMAGE, count);
}

// The size of a component's plane and the memory for it.
static plane make_plane(j_decompress_ptr info, int index) {
  jpeg_component_info *component = &info->comp_info[index];
  int h_max = info->max_h_samp_factor, v_max = info->max_v_samp_factor;
  if (h_max % component->h_samp_factor || v_max % component->v_samp_factor) ERREXIT(info, JERR_FRACT_SAMPLE_NOTIMPL);
  size_t block_rows = component->height_in_blocks + (size_t)component->v_samp_factor - 1;
  plane p = {
    .stride = (size_t)component->width_in_blocks * DCTSIZE,
    .width = component->downsampled_width,
    .height = component->downsampled_height,
    .across = h_max / component->h_samp_factor,
    .down = v_max / component->v_samp_factor,
  };
  p.samples = allocate(info, p.stride * block_rows * DCTSIZE);
  return p;
}

// Reads all rows of blocks. False if the data ends early.
static bool read_planes(j_decompress_ptr info, const plane *planes) {
  JSAMPROW rows[4][4 * DCTSIZE];
  JSAMPARRAY images[4] = {rows[0], rows[1], rows[2], rows[3]};
  JDIMENSION lines = (JDIMENSION)info->max_v_samp_factor * DCTSIZE;
  for (size_t group = 0; info->output_scanline < info->output_height; group++) {
    for (int i = 0; i < info->num_components; i++) {
      size_t count = (size_t)info->comp_info[i].v_samp_factor * DCTSIZE;
      for (size_t k = 0; k < count; k++) rows[i][k] = planes[i].samples + (group * count + k) * planes[i].stride;
    }
    if (jpeg_read_raw_data(info, images, lines) == 0) return false;
  }
  return true;
}

bool decant_jpeg_decode_planes(j_decompress_ptr info, const decant_rows *target) {
  bool has_four = info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK;
  bool has_three = info->jpeg_color_space == JCS_YCbCr || info->jpeg_color_space == JCS_RGB;
  if (!(has_four && info->num_components == 4) && !(has_three && info->num_components == 3)) {
    ERREXIT(info, JERR_CONVERSION_NOTIMPL);
  }
  plane planes[4];
  uint8_t *rows[4] = {0};
  for (int i = 0; i < info->num_components; i++) {
    planes[i] = make_plane(info, i);
    rows[i] = allocate(info, (size_t)planes[i].width * (size_t)planes[i].across);
  }
  if (!read_planes(info, planes)) return false;
  for (uint32_t y = 0; y < info->image_height; y++) {
    for (int i = 0; i < info->num_components; i++) upsample_row(&planes[i], y, rows[i]);
    convert_row(info, rows, decant_row(target, y));
    decant_row_done(target, y);
  }
  return true;
}
