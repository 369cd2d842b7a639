// The LSTM cell and softmax against the C library in double precision, over ordinary arguments and over the edges of exp.

#include "check.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

static void check_cell(const decant_kernels *kernels, const char *name, size_t unit_count, const float *gates,
                       const float *cell_before) {
    float *cell = make_canaries(unit_count + 1), *hidden = make_canaries(unit_count + 1);
    memcpy(cell, cell_before, unit_count * sizeof *cell);
    kernels->lstm_cell(gates, unit_count, 1.0f, cell, hidden);

    double *cells = make_doubles(unit_count + 1), *hiddens = make_doubles(unit_count + 1);
    double *cell_tolerances = make_doubles(unit_count + 1), *hidden_tolerances = make_doubles(unit_count + 1);
    cells[unit_count] = hiddens[unit_count] = CANARY;
    for (size_t u = 0; u < unit_count; u++) {
        const double i = gates[u], j = gates[unit_count + u], f = gates[2 * unit_count + u], o = gates[3 * unit_count + u];
        cells[u] = cell_before[u] * sigmoid(f + 1) + sigmoid(i) * tanh(j);
        hiddens[u] = tanh(cells[u]) * sigmoid(o);
        // Factors of at most 1 with errors of some roundings, times a cell of at most 3, plus one such product.
        cell_tolerances[u] = 24 * ROUNDING;
        hidden_tolerances[u] = 32 * ROUNDING;
    }
    char what[100];
    snprintf(what, sizeof what, "cell of %zu units, %s", unit_count, name);
    expect_close(what, unit_count + 1, cell, cells, cell_tolerances);
    snprintf(what, sizeof what, "hidden state of %zu units, %s", unit_count, name);
    expect_close(what, unit_count + 1, hidden, hiddens, hidden_tolerances);
    free(cell), free(hidden), free(cells), free(hiddens), free(cell_tolerances), free(hidden_tolerances);
}

static void test_cell(const decant_kernels *kernels) {
    static const size_t unit_counts[] = {1, 4, 7, 8, 9, 31, 128};
    static const float scales[] = {0.01f, 1, 20, 200};
    for (size_t n = 0; n < sizeof unit_counts / sizeof *unit_counts; n++) {
        for (size_t s = 0; s < sizeof scales / sizeof *scales; s++) {
            generator g = {n * 10 + s};
            float *gates = make_floats(&g, 4 * unit_counts[n], scales[s]), *cell = make_floats(&g, unit_counts[n], 3);
            check_cell(kernels, "ordinary gates", unit_counts[n], gates, cell);
            free(gates), free(cell);
        }
    }
    // Every combination in the four gates: beyond what exp bears, where it ends, where tanh changes its formula, nothing.
    static const float edges[] = {NAN, INFINITY, -INFINITY, FLT_MAX, -FLT_MAX, 89, -89, 88.37626f, -87.33654f, 0.625f, 0, -0.0f, FLT_MIN};
    enum { edge_count = sizeof edges / sizeof *edges, unit_count = edge_count * edge_count * edge_count * edge_count };
    float *gates = make_canaries(4 * unit_count), *cell = make_canaries(unit_count);
    for (size_t u = 0; u < unit_count; u++) {
        size_t choice = u;
        for (int gate = 0; gate < 4; gate++, choice /= edge_count) gates[gate * unit_count + u] = edges[choice % edge_count];
        cell[u] = (float)(u % 7) - 3;
    }
    check_cell(kernels, "gates at the edges of exp", unit_count, gates, cell);
    free(gates), free(cell);
}

static void check_softmax(const decant_kernels *kernels, size_t count, const float *input, double scale) {
    float *output = make_canaries(count + 1), *in_place = make_canaries(count);
    memcpy(in_place, input, count * sizeof *input);
    kernels->softmax(input, count, output);
    kernels->softmax(in_place, count, in_place);

    double *expected = make_doubles(count + 1), *tolerances = make_doubles(count + 1), greatest = input[0], sum = 0;
    for (size_t i = 0; i < count; i++)
        if (input[i] > greatest) greatest = input[i];
    for (size_t i = 0; i < count; i++) sum += expected[i] = exp(input[i] - greatest);
    for (size_t i = 0; i < count; i++) {
        expected[i] /= sum;
        // Eight partial sums; the difference to the greatest is rounded once, relative to its size. Below the normal numbers 0 will do.
        tolerances[i] = ((double)count / 8 + 2 * scale + 16) * ROUNDING * expected[i] + FLT_MIN;
    }
    expected[count] = CANARY;
    char what[80];
    snprintf(what, sizeof what, "softmax of %zu, scale %g", count, scale);
    expect_close(what, count + 1, output, expected, tolerances);
    snprintf(what, sizeof what, "softmax of %zu in place", count);
    expect_equal(what, count, in_place, output);
    free(output), free(in_place), free(expected), free(tolerances);
}

static void test_softmax(const decant_kernels *kernels) {
    static const size_t counts[] = {1, 2, 7, 8, 9, 17, 101, 1200, 12000};
    static const float scales[] = {0, 1, 10, 80};
    for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
        for (size_t s = 0; s < sizeof scales / sizeof *scales; s++) {
            generator g = {n * 10 + s};
            float *input = make_floats(&g, counts[n], scales[s]);
            check_softmax(kernels, counts[n], input, scales[s]);
            free(input);
        }
    }
    // With an edge in every lane of a vector and of what follows the last whole one.
    static const float edges[] = {NAN, INFINITY, -INFINITY, FLT_MAX, -FLT_MAX, 1e30f, -87.33654f, -88, -104};
    for (size_t e = 0; e < sizeof edges / sizeof *edges; e++) {
        for (size_t place = 0; place < 12; place++) {
            float input[12] = {0};
            input[place] = edges[e];
            check_softmax(kernels, 12, input, 1);
        }
    }
}

void test_activations(const decant_kernels *kernels) {
    test_cell(kernels);
    test_softmax(kernels);
}
