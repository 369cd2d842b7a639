// The innermost loops, written once and compiled once per variant.
//
// Included by variants.c with TARGET (an attribute that sets the instruction set) and NAMED(x) (a name of this variant).
// Everything is written on vectors of eight floats; where registers are shorter the compiler splits them.
// Under AVX2 + FMA and under NEON a * b + c becomes one instruction with one rounding, elsewhere it has two.

// Bias, products, activation, store, for a number of rows that is a constant wherever this is inlined.
TARGET INLINE void NAMED(tile_rows)(const decant_tile *tile, const int row_count) {
    float8 low[DECANT_TILE_ROWS], high[DECANT_TILE_ROWS];
    UNROLL for (int r = 0; r < row_count; r++) {
        low[r] = LOAD(tile->bias);
        high[r] = LOAD(tile->bias + 8);
    }
    const float *weights = tile->weights;
    const float *const *rows = tile->rows;
    const size_t run_count = tile->run_count;
    for (size_t t = 0; t < tile->tap_count; t++, rows += DECANT_TILE_ROWS) {
        const float *row[DECANT_TILE_ROWS];
        UNROLL for (int r = 0; r < row_count; r++) row[r] = rows[r];
        for (size_t k = 0; k < run_count; k++, weights += DECANT_TILE_COLUMNS) {
            // The weights of a panel are one stream of memory, 64 bytes a step; 16 steps ahead hides the second-level cache.
            __builtin_prefetch(weights + 16 * DECANT_TILE_COLUMNS);
            const float8 weights_low = LOAD(weights), weights_high = LOAD(weights + 8);
            UNROLL for (int r = 0; r < row_count; r++) {
                const float8 x = SPLAT(row[r][k]);
                low[r] = x * weights_low + low[r];
                high[r] = x * weights_high + high[r];
            }
        }
    }
    float *output = tile->output;
    UNROLL for (int r = 0; r < row_count; r++, output += tile->output_stride) {
        float8 values_low = low[r], values_high = high[r];
        if (tile->rectifies) {
            // Compared this way round, so that NaN passes.
            values_low = CHOOSE(values_low < 0.0f, SPLAT(0.0f), values_low);
            values_high = CHOOSE(values_high < 0.0f, SPLAT(0.0f), values_high);
        }
        if (tile->column_count == DECANT_TILE_COLUMNS) {
            STORE(output, values_low);
            STORE(output + 8, values_high);
        } else {
            float whole[DECANT_TILE_COLUMNS];
            STORE(whole, values_low);
            STORE(whole + 8, values_high);
            memcpy(output, whole, tile->column_count * sizeof(float));
        }
    }
}

TARGET static void NAMED(tile)(const decant_tile *tile) {
    switch (tile->row_count) {
    case 1: NAMED(tile_rows)(tile, 1); break;
    case 2: NAMED(tile_rows)(tile, 2); break;
    case 3: NAMED(tile_rows)(tile, 3); break;
    case 4: NAMED(tile_rows)(tile, 4); break;
    case 5: NAMED(tile_rows)(tile, 5); break;
    case 6: NAMED(tile_rows)(tile, 6); break;
    }
}

TARGET static void NAMED(maximum)(const float *const *taps, size_t tap_count, size_t channel_count, float *output) {
    size_t c = 0;
    for (; c + 8 <= channel_count; c += 8) {
        float8 greatest = LOAD(taps[0] + c);
        for (size_t t = 1; t < tap_count; t++) {
            const float8 x = LOAD(taps[t] + c);
            // x is taken where it is greater or NaN; a NaN already there stays, because nothing is greater.
            greatest = CHOOSE((x > greatest) | (x != x), x, greatest);
        }
        STORE(output + c, greatest);
    }
    for (; c < channel_count; c++) {
        float greatest = taps[0][c];
        for (size_t t = 1; t < tap_count; t++) {
            const float x = taps[t][c];
            if (x > greatest || x != x) greatest = x;
        }
        output[c] = greatest;
    }
}

TARGET static void NAMED(average)(const float *const *taps, size_t tap_count, size_t channel_count, float *output) {
    const float divisor = (float)tap_count;
    size_t c = 0;
    for (; c + 8 <= channel_count; c += 8) {
        float8 sum = LOAD(taps[0] + c);
        for (size_t t = 1; t < tap_count; t++) sum += LOAD(taps[t] + c);
        STORE(output + c, sum / SPLAT(divisor));
    }
    for (; c < channel_count; c++) {
        float sum = taps[0][c];
        for (size_t t = 1; t < tap_count; t++) sum += taps[t][c];
        output[c] = sum / divisor;
    }
}

// e^x: x = n ln 2 + r with |r| <= ln 2 / 2, then 2^n times the polynomial of degree 7 that Cephes' expf has for e^r.
// Where the result would be below the normal numbers it is 0; large arguments are clamped to where it is finite.
TARGET INLINE float8 NAMED(exponential)(float8 x) {
    const int8 vanishes = (int8)(x < -87.33654f);
    x = CHOOSE(vanishes, SPLAT(-87.33654f), x);
    x = CHOOSE(x > 88.37626f, SPLAT(88.37626f), x);
    // Adding 1.5 * 2^23 rounds to an integer, which then stands in the low bits.
    const float8 shifted = x * 1.44269504f + 12582912.0f;
    const float8 n = shifted - 12582912.0f;
    // ln 2 in two parts, the first with few enough bits that n times it is exact.
    float8 r = x - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    float8 p = SPLAT(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    const int8 exponent = ((int8)shifted - 0x4B400000 + 127) << 23;
    return CHOOSE(vanishes, SPLAT(0.0f), p * (float8)exponent);
}

TARGET INLINE float8 NAMED(sigmoid)(float8 x) {
    return 1.0f / (1.0f + NAMED(exponential)(-x));
}

// tanh x: Cephes' tanhf, an odd polynomial near 0 (where 1 - 2 / (e^2x + 1) would lose digits) and that formula elsewhere.
TARGET INLINE float8 NAMED(hyperbolic_tangent)(float8 x) {
    const float8 square = x * x;
    float8 p = SPLAT(-5.70498872745e-3f);
    p = p * square + 2.06390887954e-2f;
    p = p * square + -5.37397155531e-2f;
    p = p * square + 1.33314422036e-1f;
    p = p * square + -3.33332819422e-1f;
    const float8 near = p * square * x + x;
    const float8 far = 1.0f - 2.0f / (NAMED(exponential)(x + x) + 1.0f);
    return CHOOSE(square < 0.390625f, near, far);
}

// Loads up to eight floats; the rest are `filler`.
TARGET INLINE float8 NAMED(load_some)(const float *from, size_t count, float filler) {
    float values[8] = {filler, filler, filler, filler, filler, filler, filler, filler};
    memcpy(values, from, count * sizeof(float));
    return LOAD(values);
}

TARGET INLINE void NAMED(store_some)(float *to, size_t count, float8 vector) {
    float values[8];
    STORE(values, vector);
    memcpy(to, values, count * sizeof(float));
}

TARGET static void NAMED(lstm_cell)(const float *gates, size_t unit_count, float forget_bias, float *cell, float *hidden) {
    for (size_t u = 0; u < unit_count; u += 8) {
        const size_t count = unit_count - u < 8 ? unit_count - u : 8;
        const float8 gate_i = NAMED(load_some)(gates + u, count, 0.0f);
        const float8 gate_j = NAMED(load_some)(gates + unit_count + u, count, 0.0f);
        const float8 gate_f = NAMED(load_some)(gates + 2 * unit_count + u, count, 0.0f);
        const float8 gate_o = NAMED(load_some)(gates + 3 * unit_count + u, count, 0.0f);
        const float8 before = NAMED(load_some)(cell + u, count, 0.0f);
        const float8 after = before * NAMED(sigmoid)(gate_f + forget_bias) +
                             NAMED(sigmoid)(gate_i) * NAMED(hyperbolic_tangent)(gate_j);
        NAMED(store_some)(cell + u, count, after);
        NAMED(store_some)(hidden + u, count, NAMED(hyperbolic_tangent)(after) * NAMED(sigmoid)(gate_o));
    }
}

TARGET static void NAMED(softmax)(const float *input, size_t count, float *output) {
    float greatest = input[0];
    for (size_t i = 1; i < count; i++)
        if (input[i] > greatest) greatest = input[i];
    // Eight partial sums in a fixed order, so the bits do not depend on who asks. What fills the last vector adds 0.
    float8 sums = SPLAT(0.0f);
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const float8 value = NAMED(exponential)(LOAD(input + i) - greatest);
        sums += value;
        STORE(output + i, value);
    }
    float lanes[8];
    if (i < count) {
        NAMED(store_some)(output + i, count - i, NAMED(exponential)(NAMED(load_some)(input + i, count - i, 0.0f) - greatest));
        sums += NAMED(load_some)(output + i, count - i, 0.0f);
    }
    STORE(lanes, sums);
    const float sum = ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
    for (i = 0; i + 8 <= count; i += 8) STORE(output + i, LOAD(output + i) / SPLAT(sum));
    for (; i < count; i++) output[i] /= sum;
}

#include "winograd_variant.h"

static const decant_kernels NAMED(kernels) = {
    .name = VARIANT_NAME,
    .tile = NAMED(tile),
    .maximum = NAMED(maximum),
    .average = NAMED(average),
    .lstm_cell = NAMED(lstm_cell),
    .softmax = NAMED(softmax),
    .winograd_input = NAMED(winograd_input),
    .winograd_output = NAMED(winograd_output),
    .winograd_filters = NAMED(winograd_filters),
};

#undef TARGET
#undef NAMED
#undef VARIANT_NAME
