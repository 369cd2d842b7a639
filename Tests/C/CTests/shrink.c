// Shrinking row by row against the mean of every area by its definition, in whole numbers on both sides.

#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "CDecantImages.h"

// How much of source pixel s of `extent` lies in output pixel o of `count`, in parts of which both are whole numbers long.
static uint64_t overlap(size_t o, size_t count, size_t s, size_t extent) {
    size_t from = o * extent > s * count ? o * extent : s * count;
    size_t to = (o + 1) * extent < (s + 1) * count ? (o + 1) * extent : (s + 1) * count;
    return to > from ? to - from : 0;
}

static void *zeros(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (!memory) abort();
    return memory;
}

static void check(size_t width, size_t height, size_t output_width, size_t output_height) {
    generator g = {width * 1000 + height * 100 + output_width};
    uint8_t *pixels = zeros(width * height, 3), *output = zeros(output_width * output_height, 3);
    for (size_t i = 0; i < width * height * 3; i++) pixels[i] = (uint8_t)next_bits(&g);
    uint64_t *line = zeros(3 * output_width, sizeof *line), *sum = zeros(3 * output_width, sizeof *sum);
    decant_shrink shrink = {
        .width = (uint32_t)width, .height = (uint32_t)height, .output_width = (uint32_t)output_width,
        .output_height = (uint32_t)output_height, .line = line, .sum = sum, .output = output, .rest = (uint32_t)height,
    };
    for (size_t y = 0; y < height; y++) {
        // In memory that ends with the row.
        uint8_t *row = zeros(width, 3);
        for (size_t i = 0; i < width * 3; i++) row[i] = pixels[y * width * 3 + i];
        decant_shrink_add(&shrink, row);
        free(row);
    }
    expect(shrink.done_count == output_height, "rows of a smaller picture are missing");
    float *found = make_canaries(3 * output_width * output_height), *expected = make_canaries(3 * output_width * output_height);
    for (size_t y = 0; y < output_height; y++)
        for (size_t x = 0; x < output_width; x++)
            for (size_t c = 0; c < 3; c++) {
                uint64_t total = 0;
                for (size_t v = 0; v < height; v++)
                    for (size_t u = 0; u < width; u++)
                        total += overlap(y, output_height, v, height) * overlap(x, output_width, u, width) * pixels[(v * width + u) * 3 + c];
                size_t place = (y * output_width + x) * 3 + c;
                found[place] = output[place];
                expected[place] = (float)((total + width * height / 2) / (width * height));
            }
    char what[80];
    snprintf(what, sizeof what, "%zu x %zu shrunk to %zu x %zu", width, height, output_width, output_height);
    expect_equal(what, 3 * output_width * output_height, found, expected);
    free(pixels), free(output), free(line), free(sum), free(found), free(expected);
}

void test_shrink(void) {
    static const size_t extents[] = {1, 2, 3, 7, 16, 33};
    enum { count = sizeof extents / sizeof *extents };
    for (size_t w = 0; w < count; w++)
        for (size_t h = 0; h < count; h++)
            for (size_t i = 0; i <= w; i++)
                for (size_t k = 0; k <= h; k++) check(extents[w], extents[h], extents[i], extents[k]);
}
