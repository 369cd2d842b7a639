// Weights in fixed point: their rounding, and rows times a panel of them. Included by kernel_variant.h, whose macros it uses.
//
// Widening a weight takes few instructions: its low byte, moved to the upper half of a 16-bit word, and its high word beside that are one
// 32-bit integer, 256 times the weight, and the conversion of that to float is exact. A group has its words in the order in which
// interleaving two vectors brings them to their columns.
//
// Each tile of rows widens the weights again, in registers: where many rows keep the multipliers busy, the integer units do that meanwhile.

typedef uint16_t NAMED(words) __attribute__((vector_size(LANES * 4)));
typedef uint16_t NAMED(words_unaligned) __attribute__((vector_size(LANES * 4), aligned(2), may_alias));

#define WORDS NAMED(words)
#define LOAD_WORDS(from) ((WORDS) * (const NAMED(words_unaligned) *)(from))
#define STORE_WORDS(to, vector) (*(NAMED(words_unaligned) *)(to) = (vector))
#define FIXED_VECTORS (DECANT_FIXED_COLUMNS / LANES)

// The first or the last four words of every 16 bytes of two vectors, in turns: lower halves of integers from `low`, upper ones from `high`.
#if LANES == 16
#define FIRST_WORDS(low, high)                                                                                                   \
    __builtin_shufflevector(low, high, 0, 32, 1, 33, 2, 34, 3, 35, 8, 40, 9, 41, 10, 42, 11, 43, 16, 48, 17, 49, 18, 50, 19, 51, \
                            24, 56, 25, 57, 26, 58, 27, 59)
#define LAST_WORDS(low, high)                                                                                                    \
    __builtin_shufflevector(low, high, 4, 36, 5, 37, 6, 38, 7, 39, 12, 44, 13, 45, 14, 46, 15, 47, 20, 52, 21, 53, 22, 54, 23,   \
                            55, 28, 60, 29, 61, 30, 62, 31, 63)
#else
#define FIRST_WORDS(low, high) __builtin_shufflevector(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 8, 24, 9, 25, 10, 26, 11, 27)
#define LAST_WORDS(low, high) __builtin_shufflevector(low, high, 4, 20, 5, 21, 6, 22, 7, 23, 12, 28, 13, 29, 14, 30, 15, 31)
#endif

// The lower words of every 16 bytes of two vectors of integers, first those of `a`: undone by the above.
#if LANES == 16
#define LOWER_WORDS(a, b)                                                                                                          \
    __builtin_shufflevector((WORDS)(a), (WORDS)(b), 0, 2, 4, 6, 32, 34, 36, 38, 8, 10, 12, 14, 40, 42, 44, 46, 16, 18, 20, 22, 48, \
                            50, 52, 54, 24, 26, 28, 30, 56, 58, 60, 62)
#else
#define LOWER_WORDS(a, b) \
    __builtin_shufflevector((WORDS)(a), (WORDS)(b), 0, 2, 4, 6, 16, 18, 20, 22, 8, 10, 12, 14, 24, 26, 28, 30)
#endif

// Rows of a tile, and the panels that it spans: their sums and the weights of one depth fill the registers. A sum waits for the one before
// it, so few rows need several panels to keep the multipliers busy.
#if LANES == 16
#define FIXED_ROWS 12
#define FIXED_ROW_COUNTS(CASE) \
    CASE(1, 4) CASE(2, 4) CASE(3, 4) CASE(4, 2) CASE(5, 2) CASE(6, 2) CASE(7, 1) CASE(8, 1) CASE(9, 1) CASE(10, 1) CASE(11, 1) CASE(12, 1)
#else
#define FIXED_ROWS 6
#define FIXED_ROW_COUNTS(CASE) CASE(1, 2) CASE(2, 2) CASE(3, 2) CASE(4, 1) CASE(5, 1) CASE(6, 1)
#endif
#define FIXED_PANELS 4

// Adds the products of up to four depths, one group of weights of each panel.
TARGET INLINE void NAMED(fixed_group)(const char *group, size_t panel_bytes, const float *const *rows, size_t k, const int depth_count,
                                      const int row_count, const int panel_count,
                                      FLOATS sums[FIXED_PANELS][FIXED_ROWS][FIXED_VECTORS]) {
    UNROLL for (int j = 0; j < depth_count; j++) {
        UNROLL for (int panel = 0; panel < panel_count; panel++) {
#if LANES == 8
            // Keeps the compiler from widening all weights first, for which there are not enough registers.
            __asm__ volatile("" ::: "memory");
#endif
            FLOATS w[FIXED_VECTORS];
            UNROLL for (int v = 0; v < FIXED_VECTORS; v++) {
                const char *part = group + (size_t)panel * panel_bytes + v * LANES * 4;
                const WORDS high = LOAD_WORDS(part + j / 2 * 64), both = LOAD_WORDS(part + 128);
                const WORDS low = j / 2 ? both & 0xff00 : both << 8;
                w[v] = __builtin_convertvector((INTS)(j % 2 ? LAST_WORDS(low, high) : FIRST_WORDS(low, high)), FLOATS);
            }
            UNROLL for (int r = 0; r < row_count; r++) {
                const FLOATS x = SPLAT(rows[r][k + j]);
                UNROLL for (int v = 0; v < FIXED_VECTORS; v++) sums[panel][r][v] = x * w[v] + sums[panel][r][v];
            }
        }
    }
}

// One tile, from its first column on.
TARGET INLINE void NAMED(fixed_tile)(const decant_fixed_point_product *p, size_t panel_bytes, size_t column, size_t first_row,
                                     const int row_count, const int panel_count) {
    FLOATS sums[FIXED_PANELS][FIXED_ROWS][FIXED_VECTORS];
    const float *rows[FIXED_ROWS];
    UNROLL for (int r = 0; r < row_count; r++) {
        rows[r] = p->rows + (first_row + r) * p->row_stride;
        UNROLL for (int panel = 0; panel < panel_count; panel++)
            UNROLL for (int v = 0; v < FIXED_VECTORS; v++) sums[panel][r][v] = SPLAT(0.0f);
    }
    const char *group = (const char *)p->weights + column / DECANT_FIXED_COLUMNS * panel_bytes;
    size_t k = 0;
    for (; k + DECANT_FIXED_DEPTHS <= p->depth; k += DECANT_FIXED_DEPTHS, group += DECANT_FIXED_GROUP_BYTES) {
        // 12 KiB ahead in all: few rows wait for memory itself.
        UNROLL for (int panel = 0; panel < panel_count; panel++)
            UNROLL for (int line = 0; line < 3; line++)
                __builtin_prefetch(group + (size_t)panel * panel_bytes + 64 / panel_count * DECANT_FIXED_GROUP_BYTES + 64 * line);
        NAMED(fixed_group)(group, panel_bytes, rows, k, DECANT_FIXED_DEPTHS, row_count, panel_count, sums);
    }
    switch (p->depth - k) {
    case 1: NAMED(fixed_group)(group, panel_bytes, rows, k, 1, row_count, panel_count, sums); break;
    case 2: NAMED(fixed_group)(group, panel_bytes, rows, k, 2, row_count, panel_count, sums); break;
    case 3: NAMED(fixed_group)(group, panel_bytes, rows, k, 3, row_count, panel_count, sums); break;
    }
    UNROLL for (int panel = 0; panel < panel_count; panel++, column += DECANT_FIXED_COLUMNS) {
        const size_t left = p->column_count - column, count = left < DECANT_FIXED_COLUMNS ? left : DECANT_FIXED_COLUMNS;
        float *output = p->output + first_row * p->output_stride + column;
        UNROLL for (int r = 0; r < row_count; r++, output += p->output_stride) {
            float whole[DECANT_FIXED_COLUMNS];
            UNROLL for (int v = 0; v < FIXED_VECTORS; v++)
                STORE(whole + v * LANES, sums[panel][r][v] * LOAD(p->scale + column + v * LANES) + LOAD(p->bias + column + v * LANES));
            if (count == DECANT_FIXED_COLUMNS)
                memcpy(output, whole, sizeof whole);
            else
                memcpy(output, whole, count * sizeof(float));
        }
    }
}

// All columns of one tile of rows: as many panels at a time as it spans, and the others one by one.
TARGET INLINE void NAMED(fixed_rows)(const decant_fixed_point_product *p, size_t panel_bytes, const int row_count, const int panel_count) {
    const size_t step = (size_t)panel_count * DECANT_FIXED_COLUMNS;
    size_t column = 0;
    for (; column + step < p->column_count + DECANT_FIXED_COLUMNS; column += step)
        NAMED(fixed_tile)(p, panel_bytes, column, 0, row_count, panel_count);
    for (; column < p->column_count; column += DECANT_FIXED_COLUMNS)
        NAMED(fixed_tile)(p, panel_bytes, column, 0, row_count, 1);
}

TARGET static void NAMED(fixed_point_product)(const decant_fixed_point_product *p) {
    const size_t panel_bytes = (p->depth + DECANT_FIXED_DEPTHS - 1) / DECANT_FIXED_DEPTHS * DECANT_FIXED_GROUP_BYTES;
    const size_t tile_count = (p->row_count + FIXED_ROWS - 1) / FIXED_ROWS;
    if (tile_count == 1) {
#define CASE(rows, panels) \
    case rows: NAMED(fixed_rows)(p, panel_bytes, rows, panels); break;
        switch (p->row_count) { FIXED_ROW_COUNTS(CASE) }
#undef CASE
        return;
    }
    // A panel stays in the cache for all tiles, which have equal heights, as in a product of floats.
    for (size_t column = 0; column < p->column_count; column += DECANT_FIXED_COLUMNS) {
        for (size_t tile = 0; tile < tile_count; tile++) {
            const size_t first = tile * p->row_count / tile_count, end = (tile + 1) * p->row_count / tile_count;
#define CASE(rows, panels) \
    case rows: NAMED(fixed_tile)(p, panel_bytes, column, first, rows, 1); break;
            switch (end - first) { FIXED_ROW_COUNTS(CASE) }
#undef CASE
        }
    }
}

// The exponent field of a column's scale. The largest weight is 2^22 units or more and below 2^23, and a unit is 256 scales. Scales stay
// normal numbers, so a column whose weights are all below 2^-96 has fewer bits.
TARGET INLINE int32_t NAMED(scale_exponent)(int32_t magnitude) {
    const int32_t exponent = (magnitude >> 23) - 30;
    return exponent > 1 ? exponent : 1;
}

// The nearest whole numbers, ties to even, at most 2^23 - 1 in magnitude.
TARGET INLINE INTS NAMED(rounded)(FLOATS x) {
    x = CHOOSE(x > 8388607.0f, SPLAT(8388607.0f), x);
    x = CHOOSE(x < -8388607.0f, SPLAT(-8388607.0f), x);
    // 2^23 with the sign of x: a sum with it has no bits behind the point.
    const FLOATS shift = (FLOATS)(((INTS)x & (-2147483647 - 1)) | 0x4b000000);
    return __builtin_convertvector((x + shift) - shift, INTS);
}

TARGET static void NAMED(fixed_point_weights)(const float *rows, size_t depth, size_t column_count, const int32_t *magnitudes,
                                              void *panels, float *scale) {
    const size_t panel_bytes = (depth + DECANT_FIXED_DEPTHS - 1) / DECANT_FIXED_DEPTHS * DECANT_FIXED_GROUP_BYTES;
    for (size_t c = 0; c < column_count; c++) {
        const int32_t bits = NAMED(scale_exponent)(magnitudes[c]) << 23;
        memcpy(scale + c, &bits, sizeof bits);
    }
    // Columns past the last have the scale of zeros.
    for (size_t c = column_count; c % DECANT_FIXED_COLUMNS != 0; c++) scale[c] = 0x1p-126f;
    for (size_t k = 0; k < depth; k += DECANT_FIXED_DEPTHS, rows += DECANT_FIXED_DEPTHS * column_count) {
        const size_t depth_count = depth - k < DECANT_FIXED_DEPTHS ? depth - k : DECANT_FIXED_DEPTHS;
        char *group = (char *)panels + k / DECANT_FIXED_DEPTHS * DECANT_FIXED_GROUP_BYTES;
        for (size_t c = 0; c < column_count; c += DECANT_FIXED_COLUMNS, group += panel_bytes) {
            UNROLL for (int v = 0; v < FIXED_VECTORS; v++) {
                const size_t first = c + v * LANES, left = first < column_count ? column_count - first : 0;
                // 1 / (256 scale): the exponent fields of a number and its inverse add up to 254.
                const FLOATS inverse = (FLOATS)(((254 - 8) << 23) - (INTS)LOAD(scale + first));
                INTS units[DECANT_FIXED_DEPTHS];
                UNROLL for (int j = 0; j < DECANT_FIXED_DEPTHS; j++) {
                    const float *from = rows + j * column_count + first;
                    FLOATS weights = SPLAT(0.0f);
                    if ((size_t)j < depth_count && left > 0)
                        weights = left >= LANES ? LOAD(from) : NAMED(load_some)(from, left, 0.0f);
                    units[j] = NAMED(rounded)(weights * inverse);
                }
                const WORDS low_01 = LOWER_WORDS(units[0], units[1]), low_23 = LOWER_WORDS(units[2], units[3]);
                char *part = group + v * LANES * 4;
                STORE_WORDS(part, LOWER_WORDS(units[0] >> 8, units[1] >> 8));
                STORE_WORDS(part + 64, LOWER_WORDS(units[2] >> 8, units[3] >> 8));
                STORE_WORDS(part + 128, (low_01 & 0xff) | (low_23 << 8));
            }
        }
    }
}

#undef WORDS
#undef STORE_WORDS
#undef LOWER_WORDS
#undef LOAD_WORDS
#undef FIRST_WORDS
#undef LAST_WORDS
#undef FIXED_VECTORS
#undef FIXED_ROWS
#undef FIXED_PANELS
#undef FIXED_ROW_COUNTS
