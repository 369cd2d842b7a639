// Winograd's transforms against products with whole matrices in double precision.

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { most_positions = 12, most_outputs = 6, most_taps = 7 };

// A transform and its matrices: BT [n][n], G [n][taps], AT [outputs][n].
typedef struct {
    const char *name;
    int is_plane;
    size_t pair_count, output_count;
    double pairs[5];
    double input[most_positions][most_positions], filter[most_positions][most_taps], output[most_outputs][most_positions];
    float points[5], input_ends[6], input_pairs[25], output_powers[most_outputs * 5];
    double filters[most_positions * most_taps];
    decant_winograd description;
} transform;

static size_t extent(const transform *w) { return 2 * w->pair_count + 2; }
static size_t tap_count(const transform *w) { return extent(w) + 1 - w->output_count; }
static size_t positions(const transform *w) { return w->is_plane ? extent(w) * extent(w) : extent(w); }

// The coefficients of the product of (x2 - p2) over all pairs but one, lowest first.
static void multiply_out(const transform *w, size_t without, double *coefficients) {
    size_t degree = 0;
    coefficients[0] = 1;
    for (size_t p = 0; p < w->pair_count; p++) {
        if (p == without) continue;
        coefficients[++degree] = 0;
        for (size_t k = degree; k > 0; k--) coefficients[k] = coefficients[k - 1] - w->pairs[p] * w->pairs[p] * coefficients[k];
        coefficients[0] *= -w->pairs[p] * w->pairs[p];
    }
}

static void describe(transform *w) {
    const size_t n = extent(w), taps = tap_count(w);
    double ends[6];
    multiply_out(w, SIZE_MAX, ends);
    for (size_t k = 0; k <= w->pair_count; k++) {
        w->input_ends[k] = (float)ends[k];
        w->input[0][2 * k] = w->input[n - 1][2 * k + 1] = ends[k];
    }
    double points[most_positions] = {0};
    w->output[0][0] = w->output[w->output_count - 1][n - 1] = 1;
    for (size_t p = 0; p < w->pair_count; p++) {
        w->points[p] = (float)w->pairs[p];
        double others[6];
        multiply_out(w, p, others);
        for (int sign = 0; sign < 2; sign++) {
            const size_t row = 1 + 2 * p + (size_t)sign;
            const double point = points[row] = sign ? -w->pairs[p] : w->pairs[p];
            for (size_t k = 0; k < w->pair_count; k++) {
                w->input[row][2 * k + 1] = point * others[k];
                w->input[row][2 * k + 2] = others[k];
            }
            for (size_t i = 0; i < w->output_count; i++) w->output[i][row] = pow(point, (double)i);
        }
        for (size_t k = 0; k < w->pair_count; k++) {
            w->input_pairs[p * w->pair_count + k] = (float)others[k];
        }
        for (size_t i = 0; i < w->output_count; i++) w->output_powers[i * w->pair_count + p] = (float)pow(w->pairs[p], (double)i);
    }
    for (size_t x = 0; x < n - 1; x++) {
        double scale = 1;
        for (size_t other = 0; other < n - 1; other++)
            if (other != x) scale *= points[x] - points[other];
        for (size_t t = 0; t < taps; t++) w->filter[x][t] = pow(points[x], (double)t) / scale;
    }
    w->filter[n - 1][taps - 1] = 1;
    for (size_t x = 0; x < n; x++)
        for (size_t t = 0; t < taps; t++) w->filters[x * taps + t] = w->filter[x][t];
    w->description = (decant_winograd){
        .is_plane = w->is_plane, .pair_count = w->pair_count, .output_count = w->output_count, .points = w->points,
        .input_ends = w->input_ends, .input_pairs = w->input_pairs, .output_powers = w->output_powers, .filters = w->filters,
    };
}

// Element (y, x) of M d MT, on an axis element x of M d, with the sum of magnitudes. `d` has an element every `step`.
static double transformed(const transform *w, const double *matrix, size_t columns, size_t used, size_t place, size_t side,
                          const float *d, size_t step, double *magnitude) {
    const double *row_x = matrix + place % side * columns, *row_y = matrix + place / side * columns;
    double sum = 0;
    *magnitude = 0;
    for (size_t y = 0; y < (w->is_plane ? used : 1); y++) {
        for (size_t x = 0; x < used; x++) {
            const double factor = (w->is_plane ? row_y[y] : 1) * row_x[x];
            if (factor == 0) continue;
            const double term = factor * d[(y * used + x) * step];
            sum += term;
            *magnitude += fabs(term);
        }
    }
    return sum;
}

// Along an axis a coefficient is rounded once and each of at most n terms at its product and at its sum.
static double roundings(const transform *w) { return (double)(w->is_plane ? 2 : 1) * (double)(2 * extent(w) + 1) * ROUNDING; }

static void check_input(const decant_kernels *kernels, const transform *w, size_t channel_count, float poison) {
    generator g = {channel_count};
    const size_t count = positions(w), stride = channel_count + 5, output_count = (count - 1) * stride + channel_count;
    float *values = make_floats(&g, count * channel_count, 1), *output = make_canaries(output_count);
    if (poison != 0) values[count / 2 * channel_count] = poison;
    const float *pixels[most_positions * most_positions];
    for (size_t i = 0; i < count; i++) {
        float *pixel = make_canaries(channel_count);
        for (size_t c = 0; c < channel_count; c++) pixel[c] = values[i * channel_count + c];
        pixels[i] = pixel;
    }
    kernels->winograd_input(&w->description, pixels, channel_count, output, stride);
    double *expected = make_doubles(output_count), *tolerances = make_doubles(output_count);
    for (size_t i = 0; i < output_count; i++) {
        const size_t c = i % stride;
        expected[i] = CANARY;
        if (c >= channel_count) continue;
        expected[i] = transformed(w, *w->input, most_positions, extent(w), i / stride, extent(w), values + c, channel_count, &tolerances[i]);
        tolerances[i] *= roundings(w);
    }
    char what[80];
    snprintf(what, sizeof what, "%s input of %zu channels", w->name, channel_count);
    // How far a NaN spreads through zeros of the matrix is not defined; that it does not leave its channel is.
    if (poison != 0)
        for (size_t i = 0; i < output_count; i++)
            if (i % stride == 0) output[i] = 0, expected[i] = 0, tolerances[i] = 0;
    expect_close(what, output_count, output, expected, tolerances);
    for (size_t i = 0; i < count; i++) free((void *)pixels[i]);
    free(values), free(output), free(expected), free(tolerances);
}

static void check_output(const decant_kernels *kernels, const transform *w, size_t column_count, int rectifies) {
    generator g = {column_count};
    const size_t side = w->output_count, result_count = w->is_plane ? side * side : side;
    const size_t whole = (column_count + 15) / 16 * 16, stride = whole + 8;
    // Behind the last position only what fills its vector.
    float *products = make_floats(&g, (positions(w) - 1) * stride + whole, 1), *bias = make_floats(&g, whole, 1);
    float *pixels[most_outputs * most_outputs];
    for (size_t i = 0; i < result_count; i++) pixels[i] = i % 5 == 3 ? NULL : make_canaries(column_count + 1);
    kernels->winograd_output(&w->description, products, stride, bias, rectifies, column_count, pixels);
    double *expected = make_doubles(column_count + 1), *tolerances = make_doubles(column_count + 1);
    for (size_t i = 0; i < result_count; i++) {
        if (!pixels[i]) continue;
        for (size_t c = 0; c < column_count; c++) {
            const double sum =
                transformed(w, *w->output, most_positions, extent(w), i, side, products + c, stride, &tolerances[c]) + bias[c];
            expected[c] = rectifies && sum < 0 ? 0 : sum;
            tolerances[c] = (tolerances[c] + fabs(bias[c])) * (roundings(w) + ROUNDING);
        }
        expected[column_count] = CANARY;
        char what[80];
        snprintf(what, sizeof what, "%s output %zu of %zu columns", w->name, i, column_count);
        expect_close(what, column_count + 1, pixels[i], expected, tolerances);
        free(pixels[i]);
    }
    free(products), free(bias), free(expected), free(tolerances);
}

static void check_filters(const decant_kernels *kernels, const transform *w, size_t channel_count, size_t column_count, size_t panel_columns,
                          int is_scaled) {
    generator g = {channel_count * 100 + column_count};
    const size_t taps = tap_count(w), step = channel_count * column_count;
    const size_t padded = (column_count + DECANT_LINE_COLUMNS - 1) / DECANT_LINE_COLUMNS * DECANT_LINE_COLUMNS;
    const size_t count = positions(w) * padded * channel_count;
    float *weights = make_floats(&g, (w->is_plane ? taps * taps : taps) * step, 1), *scale = make_floats(&g, column_count, 2);
    float *panels = make_canaries(count);
    kernels->winograd_filters(&w->description, weights, channel_count, column_count, is_scaled ? scale : NULL, panel_columns,
                              panels);
    double *expected = make_doubles(count), *tolerances = make_doubles(count);
    for (size_t n = 0; n < positions(w) * channel_count * column_count; n++) {
        // Columns past the last are 0.
        const size_t column = n % column_count, k = n / column_count % channel_count, position = n / column_count / channel_count;
        const size_t i = position * padded * channel_count +
                         decant_place_in_panels(k, column, column_count, channel_count, panel_columns);
        const double factor = is_scaled ? scale[column] : 1;
        double magnitude;
        expected[i] = factor * transformed(w, *w->filter, most_taps, taps, position, extent(w),
                                           weights + k * column_count + column, step, &magnitude);
        // Double precision, rounded once.
        tolerances[i] = fabs(expected[i]) * ROUNDING + fabs(factor) * magnitude * 0x1p-46;
    }
    char what[80];
    snprintf(what, sizeof what, "%s filters of %zu channels, %zu columns by %zu", w->name, channel_count, column_count,
             panel_columns);
    expect_close(what, count, panels, expected, tolerances);
    free(weights), free(scale), free(panels), free(expected), free(tolerances);
}

void test_winograd(const decant_kernels *kernels) {
    transform transforms[] = {
        {.name = "F(2x2, 3x3)", .is_plane = 1, .pair_count = 1, .output_count = 2, .pairs = {1}},
        {.name = "F(4x4, 3x3)", .is_plane = 1, .pair_count = 2, .output_count = 4, .pairs = {2.0 / 3, 1.5}},
        {.name = "F(6x6, 3x3)", .is_plane = 1, .pair_count = 3, .output_count = 6, .pairs = {0.5, 1, 2}},
        {.name = "F(4x4, 5x5)", .is_plane = 1, .pair_count = 3, .output_count = 4, .pairs = {0.5, 1, 2}},
        {.name = "F(4, 3)", .pair_count = 2, .output_count = 4, .pairs = {2.0 / 3, 1.5}},
        {.name = "F(4, 7)", .pair_count = 4, .output_count = 4, .pairs = {0.4, 0.8, 1.25, 2.5}},
        {.name = "F(6, 7)", .pair_count = 5, .output_count = 6, .pairs = {0.4, 2.0 / 3, 1, 1.5, 2.5}},
    };
    static const size_t counts[] = {1, 4, 7, 8, 9, 16, 17, 40};
    for (size_t t = 0; t < sizeof transforms / sizeof *transforms; t++) {
        transform *w = &transforms[t];
        describe(w);
        for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
            check_input(kernels, w, counts[n], 0);
            check_input(kernels, w, counts[n], NAN);
            for (int flag = 0; flag < 2; flag++) {
                check_output(kernels, w, counts[n], flag);
                check_filters(kernels, w, 1 + n, counts[n], 16, flag);
                check_filters(kernels, w, 1 + n, counts[n], 32, flag);
            }
        }
    }
}
