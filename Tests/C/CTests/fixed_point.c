// Weights of 24 bits: rounding, where a group has them, and their products against sums in double precision.

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    size_t depth, column_count, panel_count, panel_bytes;
    float *rows, *scale;
    char *panels;
} matrix;

static matrix make_matrix(generator *g, size_t depth, size_t column_count) {
    matrix m = {depth, column_count, (column_count + DECANT_FIXED_COLUMNS - 1) / DECANT_FIXED_COLUMNS,
                (depth + DECANT_FIXED_DEPTHS - 1) / DECANT_FIXED_DEPTHS * DECANT_FIXED_GROUP_BYTES, NULL, NULL, NULL};
    m.rows = make_floats(g, depth * column_count, 1);
    // Columns of many magnitudes.
    for (size_t i = 0; i < depth * column_count; i++) m.rows[i] = ldexpf(m.rows[i], (int)(i % column_count % 40) - 20);
    m.scale = make_canaries(m.panel_count * DECANT_FIXED_COLUMNS);
    m.panels = malloc(m.panel_count * m.panel_bytes);
    if (!m.panels) abort();
    memset(m.panels, 0x5a, m.panel_count * m.panel_bytes);
    return m;
}

// Rounds the matrix, whose magnitudes are taken in two parts.
static void fix(const decant_kernels *kernels, matrix *m) {
    int32_t *magnitudes = calloc(m->column_count, sizeof *magnitudes);
    if (!magnitudes) abort();
    const size_t half = m->depth / 2;
    decant_largest_magnitudes(m->rows, half, m->column_count, magnitudes);
    decant_largest_magnitudes(m->rows + half * m->column_count, m->depth - half, m->column_count, magnitudes);
    kernels->fixed_point_weights(m->rows, m->depth, m->column_count, magnitudes, m->panels, m->scale);
    free(magnitudes);
}

static void free_matrix(matrix *m) { free(m->rows), free(m->scale), free(m->panels); }

// The weight at any place of a panel, as the header says, in units.
static int32_t units(const matrix *m, size_t k, size_t c) {
    const char *group = m->panels + c / DECANT_FIXED_COLUMNS * m->panel_bytes + k / 4 * DECANT_FIXED_GROUP_BYTES;
    const size_t j = k % 4, place = c % DECANT_FIXED_COLUMNS, word = 2 * (place / 4 * 8 + j % 2 * 4 + place % 4);
    int16_t high;
    uint8_t low;
    memcpy(&high, group + j / 2 * 64 + word, sizeof high);
    memcpy(&low, group + 128 + word + j / 2, sizeof low);
    return high * 256 + low;
}

static double unit_of(double largest) {
    const double unit = largest > 0 ? exp2(floor(log2(largest)) - 22) : 0;
    return unit > 0x1p-118 ? unit : 0x1p-118;
}

static void check_rounding(const decant_kernels *kernels, size_t depth, size_t column_count, float special) {
    generator g = {depth * 100 + column_count};
    matrix m = make_matrix(&g, depth, column_count);
    if (special != 0) m.rows[depth / 2 * column_count] = special;
    fix(kernels, &m);
    const size_t padded_depth = (depth + 3) / 4 * 4, padded_columns = m.panel_count * DECANT_FIXED_COLUMNS;
    int scales_hold = 1, weights_hold = 1;
    for (size_t c = 0; c < padded_columns; c++) {
        double largest = 0;
        if (c < column_count)
            for (size_t k = 0; k < depth; k++) largest = fmax(largest, fabs((double)m.rows[k * column_count + c]));
        const double unit = unit_of(largest);
        if (m.scale[c] * 256.0 != unit) scales_hold = 0;
        for (size_t k = 0; k < padded_depth; k++) {
            const double weight = k < depth && c < column_count ? m.rows[k * column_count + c] : 0;
            const double nearest = fmin(fmax(nearbyint(weight / unit), -8388607), 8388607);
            if (units(&m, k, c) != nearest) weights_hold = 0;
        }
    }
    char what[100];
    snprintf(what, sizeof what, "the scales of %zu rows of %zu columns with %g", depth, column_count, special);
    expect(scales_hold, what);
    snprintf(what, sizeof what, "the weights of %zu rows of %zu columns with %g", depth, column_count, special);
    expect(weights_hold, what);
    free_matrix(&m);
}

void test_fixed_point_weights(const decant_kernels *kernels) {
    static const size_t column_counts[] = {1, 3, 4, 5, 15, 16, 17, 33};
    for (size_t n = 0; n < sizeof column_counts / sizeof *column_counts; n++)
        for (size_t depth = 1; depth < 10; depth++) check_rounding(kernels, depth, column_counts[n], 0);
    // The largest float of a binade is halfway between 2^23 - 1 units and 2^23; subnormal and tiny columns have the smallest unit.
    static const float specials[] = {1, 0x1.fffffep0f, -0x1.fffffep0f, 0x1.fffffcp0f, 0x1p127f, 0x1.fffffep127f};
    for (size_t n = 0; n < sizeof specials / sizeof *specials; n++) check_rounding(kernels, 6, 18, specials[n]);
    check_rounding(kernels, 1, 1, 0x1p-149f);
    check_rounding(kernels, 1, 1, 0x1p-100f);
    check_rounding(kernels, 1, 1, -0x1p-97f);
}

static void check_product(const decant_kernels *kernels, size_t row_count, size_t depth, size_t column_count, float poison) {
    generator g = {row_count * 1000 + depth * 10 + column_count};
    matrix m = make_matrix(&g, depth, column_count);
    fix(kernels, &m);
    const size_t row_stride = depth + 3, stride = column_count + 5;
    const size_t output_count = (row_count - 1) * stride + column_count;
    float *rows = make_floats(&g, (row_count - 1) * row_stride + depth, 1);
    float *bias = make_floats(&g, m.panel_count * DECANT_FIXED_COLUMNS, 1), *output = make_canaries(output_count);
    if (poison != 0) rows[depth - 1] = poison;
    const decant_fixed_point_product product = {
        .row_count = row_count, .depth = depth, .column_count = column_count, .rows = rows, .row_stride = row_stride,
        .weights = m.panels, .scale = m.scale, .bias = bias, .output = output, .output_stride = stride,
    };
    kernels->fixed_point_product(&product);

    double *expected = make_doubles(output_count), *tolerances = make_doubles(output_count);
    for (size_t i = 0; i < output_count; i++) expected[i] = CANARY;
    for (size_t r = 0; r < row_count; r++) {
        for (size_t c = 0; c < column_count; c++) {
            double sum = 0, magnitude = 0;
            for (size_t k = 0; k < depth; k++) {
                const double term = (double)rows[r * row_stride + k] * units(&m, k, c) * 256 * m.scale[c];
                sum += term;
                magnitude += fabs(term);
            }
            expected[r * stride + c] = sum + bias[c];
            // A rounding per product and per sum, and one each for the scale and the bias.
            tolerances[r * stride + c] = (double)(depth + 3) * ROUNDING * (magnitude + fabs(bias[c]));
        }
    }
    char what[100];
    snprintf(what, sizeof what, "%zu rows of %zu times %zu columns of 24 bits", row_count, depth, column_count);
    expect_close(what, output_count, output, expected, tolerances);
    free_matrix(&m);
    free(rows), free(bias), free(output), free(expected), free(tolerances);
}

void test_fixed_point_product(const decant_kernels *kernels) {
    static const size_t depths[] = {1, 2, 3, 4, 5, 17, 64, 131};
    for (size_t d = 0; d < sizeof depths / sizeof *depths; d++)
        for (size_t rows = 1; rows <= 2 * kernels->tile_row_count(DECANT_LINE_COLUMNS) + 1; rows++) check_product(kernels, rows, depths[d], 18, 0);
    // Few rows take several panels at a time.
    for (size_t rows = 1; rows <= 7; rows++)
        for (size_t columns = 1; columns <= 81; columns++) check_product(kernels, rows, 10, columns, 0);
    check_product(kernels, 3, 1024, 16, 0);
    check_product(kernels, 2, 7, 16, NAN);
    check_product(kernels, 2, 7, 16, INFINITY);
}

void test_magnitudes(void) {
    static const float unusual[] = {INFINITY, -INFINITY, NAN, -NAN};
    for (size_t n = 0; n < sizeof unusual / sizeof *unusual; n++) {
        const float rows[] = {1, 2, 3, unusual[n], 5, -6};
        int32_t magnitudes[3] = {0};
        decant_largest_magnitudes(rows, 2, 3, magnitudes);
        expect(magnitudes[0] >= 0x7f800000, "an infinity or a NaN is not above all numbers");
        expect(magnitudes[1] == 0x40a00000 && magnitudes[2] == 0x40c00000, "a magnitude is wrong beside an infinity");
    }
}
