// The innermost loops, written once and compiled once per variant.
//
// Included by variants.c with TARGET (an attribute that sets the instruction set), NAMED(x) (a name of this variant), LANES (floats of a
// vector, 8 or 16; where registers are shorter the compiler splits them) and TILES(CASE), which lists the tiles that its registers allow:
// CASE(lines, rows) for panels of so many cache lines and the most rows of a tile.
// Under FMA and under NEON a * b + c becomes one instruction with one rounding, elsewhere it has two.

typedef float NAMED(floats) __attribute__((vector_size(LANES * 4)));
typedef int32_t NAMED(ints) __attribute__((vector_size(LANES * 4)));
typedef double NAMED(doubles) __attribute__((vector_size(LANES * 8)));
// For loads and stores at any address of a float.
typedef float NAMED(floats_unaligned) __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

#define FLOATS NAMED(floats)
#define INTS NAMED(ints)
#define DOUBLES NAMED(doubles)
// Vectors of a cache line.
#define VECTORS (DECANT_LINE_COLUMNS / LANES)
#define LOAD(from) ((FLOATS) * (const NAMED(floats_unaligned) *)(from))
#define STORE(to, vector) (*(NAMED(floats_unaligned) *)(to) = (vector))
#define SPLAT(x) NAMED(splat)(x)
// Lane by lane: `yes` where the comparison held.
#define CHOOSE(mask, yes, no) ((FLOATS)(((INTS)(mask) & (INTS)(yes)) | (~(INTS)(mask) & (INTS)(no))))

TARGET INLINE FLOATS NAMED(splat)(float x) {
#if LANES == 16
    return (FLOATS){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
#else
    return (FLOATS){x, x, x, x, x, x, x, x};
#endif
}

// Compared this way round, so that NaN passes.
TARGET INLINE FLOATS NAMED(rectified)(FLOATS x) {
    return CHOOSE(x < 0.0f, SPLAT(0.0f), x);
}

// What __builtin_prefetch calls the second-level cache.
#define SECOND_LEVEL 2

// A step of the reduction: weights times one value of every row. Most weights come from memory itself, since all of a network are more
// than any cache holds, and a panel's first tile would wait for them. So each tile of a panel asks for a share of the next panel's.
#define STEP(value)                                                                                                    \
    __builtin_prefetch(ahead, 0, SECOND_LEVEL);                                                                        \
    ahead += ahead_step;                                                                                               \
    FLOATS w[MOST_VECTORS];                                                                                            \
    UNROLL for (int v = 0; v < vectors; v++) w[v] = LOAD(weights + v * LANES);                                         \
    UNROLL for (int r = 0; r < row_count; r++) {                                                                       \
        const FLOATS x = SPLAT(value);                                                                                 \
        UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = x * w[v] + sums[r][v];                                   \
    }                                                                                                                  \
    weights += lines * DECANT_LINE_COLUMNS

#define MOST_ROWS 12
#define MOST_VECTORS (DECANT_PANEL_COLUMNS / LANES)

// Bias, products, activation, store, for a panel's width and a number of rows that are constants wherever this is inlined.
TARGET INLINE void NAMED(tile_rows)(const decant_tile *tile, const int lines, const int row_count) {
    const int vectors = lines * VECTORS;
    FLOATS sums[MOST_ROWS][MOST_VECTORS];
    UNROLL for (int r = 0; r < row_count; r++)
        UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = LOAD(tile->bias + v * LANES);
    const float *weights = tile->weights, *ahead = tile->ahead;
    const size_t ahead_step = tile->ahead_step;
    const float *const *rows = tile->rows;
    const size_t run_count = tile->run_count;
    for (size_t t = 0; t < tile->tap_count; t++, rows += tile->row_slot_count) {
        const float *row[MOST_ROWS];
        UNROLL for (int r = 0; r < row_count; r++) row[r] = rows[r];
        for (size_t k = 0; k < run_count; k++) {
            STEP(row[r][k]);
        }
    }
    float *output = tile->output;
    const size_t columns = (size_t)lines * DECANT_LINE_COLUMNS;
    UNROLL for (int r = 0; r < row_count; r++, output += tile->output_stride) {
        if (tile->rectifies)
            UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = NAMED(rectified)(sums[r][v]);
        if (tile->column_count == columns) {
            UNROLL for (int v = 0; v < vectors; v++) STORE(output + v * LANES, sums[r][v]);
        } else {
            float whole[DECANT_PANEL_COLUMNS];
            UNROLL for (int v = 0; v < vectors; v++) STORE(whole + v * LANES, sums[r][v]);
            memcpy(output, whole, tile->column_count * sizeof(float));
        }
    }
}

// Rows that follow each other at a stride, times one panel.
TARGET INLINE void NAMED(product_rows)(const float *rows, size_t row_stride, size_t depth, const float *weights, const float *ahead,
                                       size_t ahead_step, float *output, size_t output_stride, const int lines,
                                       const int row_count) {
    const int vectors = lines * VECTORS;
    FLOATS sums[MOST_ROWS][MOST_VECTORS];
    UNROLL for (int r = 0; r < row_count; r++)
        UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = SPLAT(0.0f);
    const float *row[MOST_ROWS];
    UNROLL for (int r = 0; r < row_count; r++) row[r] = rows + r * row_stride;
    for (size_t k = 0; k < depth; k++) {
        STEP(row[r][k]);
    }
    UNROLL for (int r = 0; r < row_count; r++, output += output_stride)
        UNROLL for (int v = 0; v < vectors; v++) STORE(output + v * LANES, sums[r][v]);
}

#undef STEP
#undef SECOND_LEVEL
#undef MOST_ROWS
#undef MOST_VECTORS

// A tile's width and height as one number to switch over.
#define TILE_KEY(lines, row_count) ((lines) * 16 + (row_count))

TARGET static void NAMED(tile)(const decant_tile *tile) {
#define CASE(lines, row_count) \
    case TILE_KEY(lines, row_count): NAMED(tile_rows)(tile, lines, row_count); break;
    switch (TILE_KEY(tile->panel_columns / DECANT_LINE_COLUMNS, tile->row_count)) { TILES(CASE) }
#undef CASE
}

static size_t NAMED(tile_row_count)(size_t panel_columns) {
    size_t most = 0;
#define CASE(lines, row_count) \
    if (panel_columns == (lines) * DECANT_LINE_COLUMNS && most < (row_count)) most = (row_count);
    TILES(CASE)
#undef CASE
    return most;
}

TARGET static void NAMED(product)(const decant_product *p) {
    const float *weights = p->weights;
    for (size_t column = 0; column < p->column_count; column += p->panel_columns) {
        const size_t left = p->column_count - column, width = left < p->panel_columns ? left : p->panel_columns;
        // Tiles of equal height: a last tile of one row would take as long as one of three.
        const size_t most = NAMED(tile_row_count)(width);
        const size_t tile_count = (p->row_count + most - 1) / most;
        const float *next = left > width ? weights + width * p->depth : p->next_weights;
        const size_t share = (width + tile_count - 1) / tile_count;
        for (size_t tile = 0; tile < tile_count; tile++) {
            const size_t first = tile * p->row_count / tile_count, end = (tile + 1) * p->row_count / tile_count;
            const float *rows = p->rows + first * p->row_stride;
            // Of many tiles, the last find that all is asked for.
            const size_t asked = tile * share < width ? tile * share : width, ahead_step = asked < width ? share : 0;
            const float *ahead = next + asked * p->depth;
            float *output = p->output + first * p->output_stride + column;
#define CASE(lines, row_count)                                                                                             \
    case TILE_KEY(lines, row_count):                                                                                       \
        NAMED(product_rows)(rows, p->row_stride, p->depth, weights, ahead, ahead_step, output, p->output_stride, lines,    \
                            row_count);                                                                                    \
        break;
            switch (TILE_KEY(width / DECANT_LINE_COLUMNS, end - first)) { TILES(CASE) }
#undef CASE
        }
        weights += width * p->depth;
    }
}

#undef TILE_KEY

TARGET static void NAMED(maximum)(const float *const *taps, size_t tap_count, size_t channel_count, float *output) {
    size_t c = 0;
    for (; c + LANES <= channel_count; c += LANES) {
        FLOATS greatest = LOAD(taps[0] + c);
        for (size_t t = 1; t < tap_count; t++) {
            const FLOATS x = LOAD(taps[t] + c);
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

TARGET static void NAMED(average)(const float *const *taps, size_t tap_count, size_t channel_count, const float *bias,
                                  float *output) {
    const float divisor = (float)tap_count;
    size_t c = 0;
    for (; c + LANES <= channel_count; c += LANES) {
        FLOATS sum = LOAD(taps[0] + c);
        for (size_t t = 1; t < tap_count; t++) sum += LOAD(taps[t] + c);
        const FLOATS mean = sum / SPLAT(divisor);
        STORE(output + c, bias ? NAMED(rectified)(mean + LOAD(bias + c)) : mean);
    }
    for (; c < channel_count; c++) {
        float sum = taps[0][c];
        for (size_t t = 1; t < tap_count; t++) sum += taps[t][c];
        output[c] = sum / divisor;
        if (bias) output[c] = output[c] + bias[c] < 0.0f ? 0.0f : output[c] + bias[c];
    }
}

// e^x: x = n ln 2 + r with |r| <= ln 2 / 2, then 2^n times the polynomial of degree 7 that Cephes' expf has for e^r.
// Where the result would be subnormal it is 0; large arguments are clamped to where it is finite.
TARGET INLINE FLOATS NAMED(exponential)(FLOATS x) {
    const INTS vanishes = (INTS)(x < -87.33654f);
    x = CHOOSE(vanishes, SPLAT(-87.33654f), x);
    x = CHOOSE(x > 88.37626f, SPLAT(88.37626f), x);
    // Adding 1.5 * 2^23 rounds to an integer, which is then in the low bits.
    const FLOATS shifted = x * 1.44269504f + 12582912.0f;
    const FLOATS n = shifted - 12582912.0f;
    // ln 2 in two parts, the first with few enough bits that n times it is exact.
    FLOATS r = x - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    FLOATS p = SPLAT(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    const INTS exponent = ((INTS)shifted - 0x4B400000 + 127) << 23;
    return CHOOSE(vanishes, SPLAT(0.0f), p * (FLOATS)exponent);
}

TARGET INLINE FLOATS NAMED(sigmoid)(FLOATS x) {
    return 1.0f / (1.0f + NAMED(exponential)(-x));
}

// tanh x: the quotient of an odd and an even polynomial of degree 13 and 6 that TensorFlow 0.12's Eigen computes, beyond 9 as at 9. It is as
// exact as the shorter way over e^2x, takes one division like that, and leaves the decoder as near to TensorFlow as sums allow.
// - Source: Eigen 3.3, MathFunctionsImpl.h, generic_fast_tanh_float.
TARGET INLINE FLOATS NAMED(hyperbolic_tangent)(FLOATS x) {
    x = CHOOSE(x > 9.0f, SPLAT(9.0f), x);
    x = CHOOSE(x < -9.0f, SPLAT(-9.0f), x);
    const FLOATS square = x * x;
    FLOATS p = SPLAT(-2.76076847742355e-16f);
    p = p * square + 2.00018790482477e-13f;
    p = p * square + -8.60467152213735e-11f;
    p = p * square + 5.12229709037114e-08f;
    p = p * square + 1.48572235717979e-05f;
    p = p * square + 6.37261928875436e-04f;
    p = p * square + 4.89352455891786e-03f;
    FLOATS q = SPLAT(1.19825839466702e-06f);
    q = q * square + 1.18534705686654e-04f;
    q = q * square + 2.26843463243900e-03f;
    q = q * square + 4.89352518554385e-03f;
    return p * x / q;
}

// Loads up to a vector of floats; the rest are `filler`.
TARGET INLINE FLOATS NAMED(load_some)(const float *from, size_t count, float filler) {
    float values[LANES];
    STORE(values, SPLAT(filler));
    memcpy(values, from, count * sizeof(float));
    return LOAD(values);
}

TARGET INLINE void NAMED(store_some)(float *to, size_t count, FLOATS vector) {
    float values[LANES];
    STORE(values, vector);
    memcpy(to, values, count * sizeof(float));
}

TARGET static void NAMED(lstm_cell)(const float *gates, size_t unit_count, float forget_bias, float *cell, float *hidden) {
    for (size_t u = 0; u < unit_count; u += LANES) {
        const size_t count = unit_count - u < LANES ? unit_count - u : LANES;
        const FLOATS gate_i = NAMED(load_some)(gates + u, count, 0.0f);
        const FLOATS gate_j = NAMED(load_some)(gates + unit_count + u, count, 0.0f);
        const FLOATS gate_f = NAMED(load_some)(gates + 2 * unit_count + u, count, 0.0f);
        const FLOATS gate_o = NAMED(load_some)(gates + 3 * unit_count + u, count, 0.0f);
        const FLOATS before = NAMED(load_some)(cell + u, count, 0.0f);
        const FLOATS after = before * NAMED(sigmoid)(gate_f + forget_bias) +
                             NAMED(sigmoid)(gate_i) * NAMED(hyperbolic_tangent)(gate_j);
        NAMED(store_some)(cell + u, count, after);
        NAMED(store_some)(hidden + u, count, NAMED(hyperbolic_tangent)(after) * NAMED(sigmoid)(gate_o));
    }
}

TARGET static void NAMED(softmax)(const float *input, size_t count, float *output) {
    // Whatever is compared with NaN, the sum below is NaN and so is all of the output.
    FLOATS greatest_lanes = SPLAT(input[0]);
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        const FLOATS x = LOAD(input + i);
        greatest_lanes = CHOOSE(x > greatest_lanes, x, greatest_lanes);
    }
    float lanes[LANES];
    STORE(lanes, greatest_lanes);
    float greatest = lanes[0];
    UNROLL for (int lane = 1; lane < LANES; lane++) greatest = lanes[lane] > greatest ? lanes[lane] : greatest;
    for (; i < count; i++) greatest = input[i] > greatest ? input[i] : greatest;
    // A partial sum per lane in a fixed order, so the bits do not depend on who asks. What fills the last vector adds 0.
    FLOATS sums = SPLAT(0.0f);
    for (i = 0; i + LANES <= count; i += LANES) {
        const FLOATS value = NAMED(exponential)(LOAD(input + i) - greatest);
        sums += value;
        STORE(output + i, value);
    }
    if (i < count) {
        NAMED(store_some)(output + i, count - i, NAMED(exponential)(NAMED(load_some)(input + i, count - i, 0.0f) - greatest));
        sums += NAMED(load_some)(output + i, count - i, 0.0f);
    }
    STORE(lanes, sums);
    UNROLL for (int step = LANES / 2; step > 0; step /= 2)
        UNROLL for (int lane = 0; lane < step; lane++) lanes[lane] += lanes[lane + step];
    const float sum = lanes[0];
    for (i = 0; i + LANES <= count; i += LANES) STORE(output + i, LOAD(output + i) / SPLAT(sum));
    for (; i < count; i++) output[i] /= sum;
}

#include "winograd_variant.h"
#include "fixed_point_variant.h"

static const decant_kernels NAMED(kernels) = {
    .name = VARIANT_NAME,
    .tile_row_count = NAMED(tile_row_count),
    .tile = NAMED(tile),
    .product = NAMED(product),
    .fixed_point_weights = NAMED(fixed_point_weights),
    .fixed_point_product = NAMED(fixed_point_product),
    .maximum = NAMED(maximum),
    .average = NAMED(average),
    .lstm_cell = NAMED(lstm_cell),
    .softmax = NAMED(softmax),
    .winograd_input = NAMED(winograd_input),
    .winograd_output = NAMED(winograd_output),
    .winograd_filters = NAMED(winograd_filters),
};

#undef FLOATS
#undef INTS
#undef DOUBLES
#undef VECTORS
#undef LOAD
#undef STORE
#undef SPLAT
#undef CHOOSE
#undef TARGET
#undef NAMED
#undef LANES
#undef TILES
#undef VARIANT_NAME
