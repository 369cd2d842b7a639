// Resizing row by row against the same interpolation pixel by pixel: pictures see no tolerance, so the bits agree.

#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "CDecantImages.h"

// TensorFlow's positions without aligned corners, for output positions first ... first + count - 1 of `whole`.
static decant_tap *make_taps(size_t extent, size_t whole, size_t first, size_t count) {
    decant_tap *taps = calloc(count, sizeof *taps);
    if (!taps) abort();
    const float scale = (float)extent / (float)whole;
    for (size_t i = 0; i < count; i++) {
        const float position = (float)(first + i) * scale;
        const uint32_t low = (uint32_t)position < extent ? (uint32_t)position : (uint32_t)extent - 1;
        taps[i] = (decant_tap){low, low + 1 < extent ? low + 1 : low, position - (float)low};
    }
    return taps;
}

// Rounds every step, whatever the compiler would rather do.
static float mix(float from, float to, float fraction) {
    volatile float difference = to - from, part = difference * fraction;
    return from + part;
}

static void check(size_t width, size_t height) {
    enum { whole = 46, first = 3, count = 39 };
    generator g = {width * 1000 + height};
    uint8_t *pixels = malloc(width * height * 3);
    if (!pixels) abort();
    for (size_t i = 0; i < width * height * 3; i++) pixels[i] = (uint8_t)next_bits(&g);
    decant_tap *rows = make_taps(height, whole, first, count), *columns = make_taps(width, whole, first, count);
    float *upper = make_canaries(3 * count + 1), *lower = make_canaries(3 * count + 1);
    // One more than is written.
    float *output = make_canaries(3 * count * count + 1), *expected = make_canaries(3 * count * count + 1);
    decant_resize resize = {
        .width = (uint32_t)width, .rows = rows, .columns = columns, .row_count = count, .column_count = count,
        .scale = 1 / 255.0f, .offset = 0.5f, .range = 2, .lines = {upper, lower}, .output = output,
    };
    for (size_t y = 0; y < height; y++) {
        // In memory that ends with the row.
        uint8_t *row = malloc(width * 3);
        if (!row) abort();
        for (size_t i = 0; i < width * 3; i++) row[i] = pixels[y * width * 3 + i];
        decant_resize_add(&resize, row, (uint32_t)y);
        free(row);
    }
    for (size_t y = 0; y < count; y++)
        for (size_t x = 0; x < count; x++)
            for (size_t c = 0; c < 3; c++) {
                float lines[2];
                for (int i = 0; i < 2; i++) {
                    const uint8_t *line = pixels + (i ? rows[y].high : rows[y].low) * width * 3 + c;
                    lines[i] = mix((float)line[3 * columns[x].low] * resize.scale, (float)line[3 * columns[x].high] * resize.scale,
                                   columns[x].fraction);
                }
                expected[(y * count + x) * 3 + c] = (mix(lines[0], lines[1], rows[y].fraction) - 0.5f) * 2;
            }
    char what[80];
    snprintf(what, sizeof what, "resize of %zu x %zu", width, height);
    expect(resize.done_count == count, "rows of a resize are missing");
    expect_equal(what, 3 * count * count + 1, output, expected);
    free(pixels), free(rows), free(columns), free(upper), free(lower), free(output), free(expected);
}

void test_resize(void) {
    static const size_t extents[] = {1, 2, 3, 5, 38, 45, 46, 47, 92, 150};
    for (size_t w = 0; w < sizeof extents / sizeof *extents; w++)
        for (size_t h = 0; h < sizeof extents / sizeof *extents; h++) check(extents[w], extents[h]);
}
