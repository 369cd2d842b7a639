// The tile of a matrix product against the sum in double precision.

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    size_t tap_count, run_count, row_count, panel_columns, column_count;
    int rectifies;
    // What stands at the start of row 0, to see where it gets to.
    float poison;
} tile_case;

static void check(const decant_kernels *kernels, tile_case c) {
    generator g = {c.tap_count * 1000 + c.run_count * 100 + c.row_count * 16 + c.column_count};
    const size_t depth = c.tap_count * c.run_count, stride = c.column_count + 3;
    const size_t output_count = (c.row_count - 1) * stride + c.column_count;
    float *weights = make_floats(&g, depth * c.panel_columns, 1), *bias = make_floats(&g, c.panel_columns, 1);
    float *output = make_canaries(output_count);
    // Slots past the last row have no pointer at all.
    const size_t slots = c.row_count + 2;
    const float **rows = calloc(c.tap_count * slots, sizeof *rows);
    if (!rows) abort();
    for (size_t t = 0; t < c.tap_count; t++) {
        for (size_t r = 0; r < c.row_count; r++) {
            float *row = make_floats(&g, c.run_count, 1);
            if (t == 0 && r == 0 && c.poison != 0) row[0] = c.poison;
            rows[t * slots + r] = row;
        }
    }
    const decant_tile tile = {
        .tap_count = c.tap_count, .run_count = c.run_count, .row_count = c.row_count,
        .panel_columns = c.panel_columns, .column_count = c.column_count, .rows = rows, .row_slot_count = slots, .weights = weights,
        .ahead = weights, .ahead_step = 3, .bias = bias, .output = output, .output_stride = stride, .rectifies = c.rectifies,
    };
    kernels->tile(&tile);

    double *expected = make_doubles(output_count), *tolerances = make_doubles(output_count);
    for (size_t i = 0; i < output_count; i++) expected[i] = CANARY;
    for (size_t r = 0; r < c.row_count; r++) {
        for (size_t o = 0; o < c.column_count; o++) {
            double sum = bias[o], magnitude = fabs(sum);
            for (size_t t = 0; t < c.tap_count; t++) {
                for (size_t k = 0; k < c.run_count; k++) {
                    const double product = (double)rows[t * slots + r][k] *
                                           weights[(t * c.run_count + k) * c.panel_columns + o];
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
    snprintf(what, sizeof what, "tile of %zu rows, %zu of %zu columns, %zu taps of %zu%s", c.row_count, c.column_count,
             c.panel_columns, c.tap_count, c.run_count, c.rectifies ? ", rectified" : "");
    expect_close(what, output_count, output, expected, tolerances);
    for (size_t i = 0; i < c.tap_count * slots; i++) free((void *)rows[i]);
    free(rows), free(weights), free(bias), free(output), free(expected), free(tolerances);
}

void test_tile(const decant_kernels *kernels) {
    static const size_t depths[][2] = {{1, 1}, {1, 3}, {1, 64}, {2, 8}, {3, 5}, {9, 3}, {9, 17}, {7, 33}};
    for (size_t panel = DECANT_LINE_COLUMNS; panel <= DECANT_PANEL_COLUMNS; panel += DECANT_LINE_COLUMNS) {
        const size_t most = kernels->tile_row_count(panel);
        if (most == 0) continue;
        for (size_t d = 0; d < sizeof depths / sizeof *depths; d++)
            for (size_t rows = 1; rows <= most; rows++)
                for (size_t columns = panel - 15; columns <= panel; columns++)
                    check(kernels, (tile_case){depths[d][0], depths[d][1], rows, panel, columns, columns % 2, 0});
        for (int rectifies = 0; rectifies < 2; rectifies++) {
            check(kernels, (tile_case){1, 2048, most, panel, panel, rectifies, 0});
            check(kernels, (tile_case){2, 5, most, panel, panel, rectifies, NAN});
            check(kernels, (tile_case){2, 5, most, panel, panel - 3, rectifies, INFINITY});
        }
    }
}

static void check_product(const decant_kernels *kernels, size_t row_count, size_t depth, size_t columns, size_t panel_columns) {
    generator g = {row_count * 1000 + depth * 10 + columns};
    const size_t row_stride = depth + 3, stride = columns + 5;
    const size_t output_count = (row_count - 1) * stride + columns;
    float *rows = make_floats(&g, (row_count - 1) * row_stride + depth, 1), *weights = make_floats(&g, columns * depth, 1);
    float *output = make_canaries(output_count);
    const decant_product product = {
        .row_count = row_count, .depth = depth, .column_count = columns, .panel_columns = panel_columns, .rows = rows,
        .row_stride = row_stride, .weights = weights, .next_weights = weights, .output = output, .output_stride = stride,
    };
    kernels->product(&product);

    double *expected = make_doubles(output_count), *tolerances = make_doubles(output_count);
    for (size_t i = 0; i < output_count; i++) expected[i] = CANARY;
    for (size_t r = 0; r < row_count; r++) {
        for (size_t o = 0; o < columns; o++) {
            double sum = 0, magnitude = 0;
            for (size_t k = 0; k < depth; k++) {
                const double term = (double)rows[r * row_stride + k] * weights[decant_place_in_panels(k, o, columns, depth, panel_columns)];
                sum += term;
                magnitude += fabs(term);
            }
            expected[r * stride + o] = sum;
            tolerances[r * stride + o] = (double)(depth + 1) * ROUNDING * magnitude;
        }
    }
    char what[80];
    snprintf(what, sizeof what, "product of %zu rows of %zu and %zu columns by %zu", row_count, depth, columns, panel_columns);
    expect_close(what, output_count, output, expected, tolerances);
    free(rows), free(weights), free(output), free(expected), free(tolerances);
}

void test_product(const decant_kernels *kernels) {
    static const size_t depths[] = {1, 2, 3, 17, 64};
    for (size_t panel = DECANT_LINE_COLUMNS; panel <= DECANT_PANEL_COLUMNS; panel += DECANT_LINE_COLUMNS) {
        // The last panel is narrower where the columns are not a multiple.
        for (size_t d = 0; d < sizeof depths / sizeof *depths; d++)
            for (size_t rows = 1; rows <= 2 * kernels->tile_row_count(panel) + 1 && kernels->tile_row_count(panel); rows++)
                for (size_t lines = 1; lines <= 7; lines += 2)
                    check_product(kernels, rows, depths[d], lines * DECANT_LINE_COLUMNS, panel);
    }
}
