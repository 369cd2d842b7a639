// The tile of a matrix product against the sum in double precision.

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    size_t tap_count, run_count, row_count, column_count;
    int rectifies;
    // What stands at the start of row 0, to see where it gets to.
    float poison;
} tile_case;

static void check(const decant_kernels *kernels, tile_case c) {
    generator g = {c.tap_count * 1000 + c.run_count * 100 + c.row_count * 16 + c.column_count};
    const size_t depth = c.tap_count * c.run_count, stride = c.column_count + 3;
    const size_t output_count = (c.row_count - 1) * stride + c.column_count;
    float *weights = make_floats(&g, depth * DECANT_TILE_COLUMNS, 1), *bias = make_floats(&g, DECANT_TILE_COLUMNS, 1);
    float *output = make_canaries(output_count);
    // Rows past the last have no pointer at all.
    const float **rows = calloc(c.tap_count * kernels->tile_row_count, sizeof *rows);
    if (!rows) abort();
    for (size_t t = 0; t < c.tap_count; t++) {
        for (size_t r = 0; r < c.row_count; r++) {
            float *row = make_floats(&g, c.run_count, 1);
            if (t == 0 && r == 0 && c.poison != 0) row[0] = c.poison;
            rows[t * kernels->tile_row_count + r] = row;
        }
    }
    const decant_tile tile = {
        .tap_count = c.tap_count, .run_count = c.run_count, .row_count = c.row_count, .column_count = c.column_count,
        .rows = rows, .weights = weights, .bias = bias, .output = output, .output_stride = stride, .rectifies = c.rectifies,
    };
    kernels->tile(&tile);

    double *expected = make_doubles(output_count), *tolerances = make_doubles(output_count);
    for (size_t i = 0; i < output_count; i++) expected[i] = CANARY;
    for (size_t r = 0; r < c.row_count; r++) {
        for (size_t o = 0; o < c.column_count; o++) {
            double sum = bias[o], magnitude = fabs(sum);
            for (size_t t = 0; t < c.tap_count; t++) {
                for (size_t k = 0; k < c.run_count; k++) {
                    const double product = (double)rows[t * kernels->tile_row_count + r][k] *
                                           weights[(t * c.run_count + k) * DECANT_TILE_COLUMNS + o];
                    sum += product;
                    magnitude += fabs(product);
                }
            }
            expected[r * stride + o] = c.rectifies && sum < 0 ? 0 : sum;
            // A rounding per product and per sum at most (Higham, "Accuracy and Stability", section 3.1).
            tolerances[r * stride + o] = (double)(depth + 2) * ROUNDING * magnitude;
        }
    }
    char what[120];
    snprintf(what, sizeof what, "tile of %zu rows, %zu columns, %zu taps of %zu%s", c.row_count, c.column_count, c.tap_count,
             c.run_count, c.rectifies ? ", rectified" : "");
    expect_close(what, output_count, output, expected, tolerances);
    for (size_t i = 0; i < c.tap_count * kernels->tile_row_count; i++) free((void *)rows[i]);
    free(rows), free(weights), free(bias), free(output), free(expected), free(tolerances);
}

void test_tile(const decant_kernels *kernels) {
    static const size_t depths[][2] = {{1, 1}, {1, 3}, {1, 64}, {2, 8}, {3, 5}, {9, 3}, {9, 17}, {7, 33}};
    for (size_t d = 0; d < sizeof depths / sizeof *depths; d++)
        for (size_t rows = 1; rows <= kernels->tile_row_count; rows++)
            for (size_t columns = 1; columns <= DECANT_TILE_COLUMNS; columns++)
                check(kernels, (tile_case){depths[d][0], depths[d][1], rows, columns, columns % 2, 0});
    const size_t most = kernels->tile_row_count;
    for (int rectifies = 0; rectifies < 2; rectifies++) {
        check(kernels, (tile_case){1, 2048, most, 16, rectifies, 0});
        check(kernels, (tile_case){2, 5, most, 16, rectifies, NAN});
        check(kernels, (tile_case){2, 5, most, 13, rectifies, INFINITY});
    }
}

static void check_product(const decant_kernels *kernels, size_t row_count, size_t depth, size_t panel_count) {
    generator g = {row_count * 1000 + depth * 10 + panel_count};
    const size_t columns = panel_count * DECANT_TILE_COLUMNS, row_stride = depth + 3, stride = columns + 5;
    const size_t output_count = (row_count - 1) * stride + columns;
    float *rows = make_floats(&g, (row_count - 1) * row_stride + depth, 1), *weights = make_floats(&g, columns * depth, 1);
    float *output = make_canaries(output_count);
    const decant_product product = {
        .row_count = row_count, .depth = depth, .panel_count = panel_count, .rows = rows, .row_stride = row_stride,
        .weights = weights, .output = output, .output_stride = stride,
    };
    kernels->product(&product);

    double *expected = make_doubles(output_count), *tolerances = make_doubles(output_count);
    for (size_t i = 0; i < output_count; i++) expected[i] = CANARY;
    for (size_t r = 0; r < row_count; r++) {
        for (size_t o = 0; o < columns; o++) {
            const float *panel = weights + o / DECANT_TILE_COLUMNS * depth * DECANT_TILE_COLUMNS + o % DECANT_TILE_COLUMNS;
            double sum = 0, magnitude = 0;
            for (size_t k = 0; k < depth; k++) {
                const double term = (double)rows[r * row_stride + k] * panel[k * DECANT_TILE_COLUMNS];
                sum += term;
                magnitude += fabs(term);
            }
            expected[r * stride + o] = sum;
            tolerances[r * stride + o] = (double)(depth + 1) * ROUNDING * magnitude;
        }
    }
    char what[80];
    snprintf(what, sizeof what, "product of %zu rows of %zu and %zu panels", row_count, depth, panel_count);
    expect_close(what, output_count, output, expected, tolerances);
    free(rows), free(weights), free(output), free(expected), free(tolerances);
}

void test_product(const decant_kernels *kernels) {
    static const size_t depths[] = {1, 2, 3, 17, 64};
    for (size_t d = 0; d < sizeof depths / sizeof *depths; d++)
        for (size_t rows = 1; rows <= 2 * kernels->tile_row_count + 1; rows++)
            for (size_t panels = 1; panels <= 3; panels++) check_product(kernels, rows, depths[d], panels);
}
