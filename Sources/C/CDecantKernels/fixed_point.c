// Packing of fixed-point weights: the largest magnitudes of columns, and the groups that fixed_point_variant.h reads.

#include "CDecantKernels.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

// Four columns of one depth: what a group has side by side.
typedef float floats __attribute__((vector_size(16)));
typedef int32_t ints __attribute__((vector_size(16)));
typedef int16_t words __attribute__((vector_size(8)));

#define MAGNITUDE_BITS 0x7fffffff

void decant_largest_magnitudes(const float *rows, size_t row_count, size_t column_count, int32_t *magnitudes) {
    for (size_t k = 0; k < row_count; k++, rows += column_count) {
        for (size_t c = 0; c < column_count; c++) {
            int32_t bits;
            memcpy(&bits, rows + c, sizeof bits);
            // Without signs, floats are in the order of their bits, and NaN is above infinity.
            bits &= MAGNITUDE_BITS;
            magnitudes[c] = bits > magnitudes[c] ? bits : magnitudes[c];
        }
    }
}

// The exponent field of a column's scale, of what 1/256 of its unit in the last place is worth. The largest weight is 2^22 units or more, below 2^23. Scales
// stay normal numbers; a column whose weights are all below 2^-96 loses bits that no sum with others would notice.
static int32_t scale_exponent(int32_t magnitude) {
    const int32_t exponent = (magnitude >> 23) - 30;
    return exponent > 1 ? exponent : 1;
}

INLINE floats from_bits(ints bits) {
    return (floats)bits;
}

// The nearest integers, ties to even, at most 2^23 - 1 in magnitude.
INLINE ints rounded(floats x) {
    const floats most = {8388607, 8388607, 8388607, 8388607};
    // x + 2^23 has no bits behind the point.
    const ints sign = (ints)x & ~MAGNITUDE_BITS;
    const floats shift = from_bits(sign | 0x4b000000), limit = from_bits(sign | (ints)most);
    const floats nearest = (x + shift) - shift;
    const ints is_beyond = (ints)(from_bits((ints)nearest & MAGNITUDE_BITS) > most);
    return __builtin_convertvector(from_bits((is_beyond & (ints)limit) | (~is_beyond & (ints)nearest)), ints);
}

// Writes one group of one panel: `count` columns of up to four depths, the rest zeros.
static void write_group(const float *rows, size_t depth_count, size_t column_count, size_t count, const float *factors,
                        char *group) {
    for (size_t i = 0; i < DECANT_FIXED_COLUMNS / 4; i++) {
        ints q[DECANT_FIXED_DEPTHS];
        floats factor;
        memcpy(&factor, factors + 4 * i, sizeof factor);
        const size_t some = count <= 4 * i ? 0 : count - 4 * i < 4 ? count - 4 * i : 4;
        for (size_t j = 0; j < DECANT_FIXED_DEPTHS; j++) {
            floats weights = {0};
            if (j < depth_count && some == 4)
                memcpy(&weights, rows + j * column_count + 4 * i, sizeof weights);
            else if (j < depth_count)
                memcpy(&weights, rows + j * column_count + 4 * i, some * sizeof(float));
            q[j] = rounded(weights * factor);
        }
        for (size_t j = 0; j < 2; j++) {
            const words high_01 = __builtin_convertvector(q[j] >> 8, words);
            const words high_23 = __builtin_convertvector(q[2 + j] >> 8, words);
            const words low = __builtin_convertvector((q[j] & 0xff) | ((q[2 + j] & 0xff) << 8), words);
            char *to = group + 16 * i + 8 * j;
            memcpy(to, &high_01, sizeof high_01);
            memcpy(to + 64, &high_23, sizeof high_23);
            memcpy(to + 128, &low, sizeof low);
        }
    }
}

void decant_fix(const float *rows, size_t depth, size_t column_count, const int32_t *magnitudes, void *panels, float *scale) {
    const size_t panel_bytes = (depth + DECANT_FIXED_DEPTHS - 1) / DECANT_FIXED_DEPTHS * DECANT_FIXED_GROUP_BYTES;
    const size_t panel_count = (column_count + DECANT_FIXED_COLUMNS - 1) / DECANT_FIXED_COLUMNS;
    for (size_t c = 0; c < panel_count * DECANT_FIXED_COLUMNS; c++) {
        const int32_t bits = scale_exponent(c < column_count ? magnitudes[c] : 0) << 23;
        memcpy(scale + c, &bits, sizeof bits);
    }
    for (size_t k = 0; k < depth; k += DECANT_FIXED_DEPTHS) {
        const size_t depth_count = depth - k < DECANT_FIXED_DEPTHS ? depth - k : DECANT_FIXED_DEPTHS;
        char *group = (char *)panels + k / DECANT_FIXED_DEPTHS * DECANT_FIXED_GROUP_BYTES;
        for (size_t c = 0; c < column_count; c += DECANT_FIXED_COLUMNS, group += panel_bytes) {
            const size_t left = column_count - c;
            float factors[DECANT_FIXED_COLUMNS];
            for (size_t i = 0; i < DECANT_FIXED_COLUMNS; i++) {
                int32_t bits;
                memcpy(&bits, scale + c + i, sizeof bits);
                // 1 / (256 scale): exponent fields of a number and its inverse add up to 254.
                bits = ((254 - 8) << 23) - bits;
                memcpy(factors + i, &bits, sizeof bits);
            }
            write_group(rows + k * column_count + c, depth_count, column_count,
                        left < DECANT_FIXED_COLUMNS ? left : DECANT_FIXED_COLUMNS, factors, group);
        }
    }
}
