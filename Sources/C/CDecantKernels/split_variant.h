// Split bf16, written once over tile operations and compiled once with the processor's and once with emulated ones.
//
// Included by split.c with TARGET, NAMED(x), VARIANT_NAME and the operations: TILE_STATE (what a task declares), TILES (what is passed on),
// TILE_CONFIGURE(height), TILE_ZERO(t), TILE_LOAD(t, from, stride), TILE_PRODUCT(c, a, b), TILE_STORE(t, to, stride), TILE_RELEASE().
//
// Tiles 0 to 3 are sums, 4 and 5 activations, 6 and 7 weights. Strides of tiles are in bytes.

typedef float NAMED(floats) __attribute__((vector_size(64)));
typedef int32_t NAMED(ints) __attribute__((vector_size(64)));
typedef float NAMED(floats_unaligned) __attribute__((vector_size(64), aligned(4), may_alias));
typedef uint16_t NAMED(halves) __attribute__((vector_size(32)));
typedef uint16_t NAMED(halves_unaligned) __attribute__((vector_size(32), aligned(2), may_alias));

#define FLOATS NAMED(floats)
#define INTS NAMED(ints)
#define HALVES NAMED(halves)
#define LOAD(from) ((FLOATS) * (const NAMED(floats_unaligned) *)(from))
#define STORE(to, vector) (*(NAMED(floats_unaligned) *)(to) = (vector))

// The nearest bf16 in the upper half of each lane, a tie to the even one; the lower half is 0. NaN keeps its sign and becomes quiet.
TARGET INLINE INTS NAMED(rounded)(FLOATS x) {
    const INTS bits = (INTS)x;
    // Unsigned in effect: NaN alone could overflow, and is replaced.
    const INTS is_nan = (INTS)(x != x);
    const INTS nearest = ((bits & ~is_nan) + (((bits >> 16) & 1) + 0x7fff)) & (int32_t)0xffff0000;
    return (is_nan & ((bits | 0x00400000) & (int32_t)0xffff0000)) | (~is_nan & nearest);
}

// The parts of 16 values, largest first, each in the upper half of its lane.
TARGET INLINE void NAMED(parts)(FLOATS x, const int part_count, INTS parts[3]) {
    UNROLL for (int p = 0; p < part_count; p++) {
        parts[p] = NAMED(rounded)(x);
        x = x - (FLOATS)parts[p];
    }
}

TARGET INLINE void NAMED(split_sized)(const float *from, size_t count, const int part_count, uint16_t *to, size_t part_stride,
                                      size_t block_stride) {
    for (size_t i = 0; i < count; i += 16) {
        const size_t left = count - i < 16 ? count - i : 16;
        float values[16] = {0};
        if (left < 16) memcpy(values, from + i, left * sizeof *values);
        INTS parts[3];
        NAMED(parts)(LOAD(left < 16 ? values : from + i), part_count, parts);
        uint16_t *place = to + i / DECANT_SPLIT_DEPTH * block_stride + i % DECANT_SPLIT_DEPTH;
        UNROLL for (int p = 0; p < part_count; p++, place += part_stride) {
            const HALVES halves = __builtin_convertvector((parts[p] >> 16) & 0xffff, HALVES);
            if (left == 16)
                *(NAMED(halves_unaligned) *)place = halves;
            else
                memcpy(place, &halves, left * sizeof *place);
        }
    }
}

TARGET static void NAMED(split)(const float *from, size_t count, size_t part_count, uint16_t *to, size_t part_stride,
                                size_t block_stride) {
    if (part_count == 2)
        NAMED(split_sized)(from, count, 2, to, part_stride, block_stride);
    else
        NAMED(split_sized)(from, count, 3, to, part_stride, block_stride);
}

// 16 columns of a row, scaled; 0 past the row's end and without a row.
TARGET INLINE FLOATS NAMED(weights_of)(const float *row, const float *scale, size_t count) {
    float values[16] = {0}, factors[16] = {0};
    if (count == 16 && row) return scale ? LOAD(row) * LOAD(scale) : LOAD(row);
    if (!row) return LOAD(values);
    memcpy(values, row, count * sizeof *values);
    if (!scale) return LOAD(values);
    memcpy(factors, scale, count * sizeof *factors);
    return LOAD(values) * LOAD(factors);
}

TARGET INLINE void NAMED(pack_sized)(const float *rows, size_t run_count, size_t run_depth, size_t column_count, const float *scale,
                                     const int part_count, uint16_t *blocks) {
    const size_t padded_depth = (run_depth + DECANT_SPLIT_DEPTH - 1) / DECANT_SPLIT_DEPTH * DECANT_SPLIT_DEPTH;
    const size_t part_values = 2 * DECANT_SPLIT_TILE_VALUES;
    const size_t column_values = run_count * padded_depth / DECANT_SPLIT_DEPTH * (size_t)part_count * part_values;
    // Row by row, as memory has them; a pair of depths is a word of the tile.
    for (size_t run = 0; run < run_count; run++) {
        for (size_t k = 0; k < padded_depth; k += 2) {
            const float *row = k < run_depth ? rows + (run * run_depth + k) * column_count : NULL;
            const float *next = k + 1 < run_depth ? row + column_count : NULL;
            const size_t block = run * (padded_depth / DECANT_SPLIT_DEPTH) + k / DECANT_SPLIT_DEPTH;
            uint16_t *to = blocks + block * (size_t)part_count * part_values + k % DECANT_SPLIT_DEPTH / 2 * 32;
            for (size_t c = 0; c < column_count; c += 16) {
                const size_t left = column_count - c < 16 ? column_count - c : 16;
                INTS even[3], odd[3];
                NAMED(parts)(NAMED(weights_of)(row ? row + c : NULL, scale ? scale + c : NULL, left), part_count, even);
                NAMED(parts)(NAMED(weights_of)(next ? next + c : NULL, scale ? scale + c : NULL, left), part_count, odd);
                uint16_t *place = to + c / DECANT_SPLIT_COLUMNS * column_values + c / 16 % 2 * DECANT_SPLIT_TILE_VALUES;
                UNROLL for (int p = 0; p < part_count; p++, place += part_values)
                    STORE(place, (FLOATS)(odd[p] | ((even[p] >> 16) & 0xffff)));
            }
        }
    }
}

TARGET static void NAMED(pack)(const float *rows, size_t run_count, size_t run_depth, size_t column_count, const float *scale,
                               size_t part_count, uint16_t *blocks) {
    if (part_count == 2)
        NAMED(pack_sized)(rows, run_count, run_depth, column_count, scale, 2, blocks);
    else
        NAMED(pack_sized)(rows, run_count, run_depth, column_count, scale, 3, blocks);
}

// Sums of one or two tiles of positions for one or two tiles of columns. Each step after the first loads one operand only: 8 loads of tiles
// for 12 products of two parts, 14 for 24 of three.
TARGET INLINE void NAMED(sums)(TILES const decant_split_product *p, const uint16_t *above, const uint16_t *below, const uint16_t *weights,
                               const int part_count, const int is_tall, const int is_wide) {
    TILE_ZERO(0);
    if (is_wide) TILE_ZERO(1);
    if (is_tall) TILE_ZERO(2);
    if (is_tall && is_wide) TILE_ZERO(3);
    const size_t row_stride = p->row_stride * sizeof *above, part_stride = p->part_stride;
#define ACTIVATIONS(part)                                                          \
    TILE_LOAD(4, above + at + ((part)-1) * part_stride, row_stride);               \
    if (is_tall) TILE_LOAD(5, below + at + ((part)-1) * part_stride, row_stride);
#define WEIGHTS(part)                                                              \
    TILE_LOAD(6, weights + ((part)-1) * 2 * DECANT_SPLIT_TILE_VALUES, 64);         \
    if (is_wide) TILE_LOAD(7, weights + (2 * (part)-1) * DECANT_SPLIT_TILE_VALUES, 64);
#define MULTIPLY                                                                   \
    TILE_PRODUCT(0, 4, 6);                                                         \
    if (is_wide) TILE_PRODUCT(1, 4, 7);                                            \
    if (is_tall) TILE_PRODUCT(2, 5, 6);                                            \
    if (is_tall && is_wide) TILE_PRODUCT(3, 5, 7);
    for (size_t run = 0; run < p->run_count; run++) {
        size_t at = run * p->run_stride;
        for (size_t block = 0; block < p->block_count; block++, at += p->block_stride) {
            if (part_count == 2) {
                ACTIVATIONS(1) WEIGHTS(2) MULTIPLY
                WEIGHTS(1) MULTIPLY
                ACTIVATIONS(2) MULTIPLY
            } else {
                ACTIVATIONS(3) WEIGHTS(1) MULTIPLY
                ACTIVATIONS(2) MULTIPLY
                WEIGHTS(2) MULTIPLY
                ACTIVATIONS(1) MULTIPLY
                WEIGHTS(3) MULTIPLY
                WEIGHTS(1) MULTIPLY
            }
            weights += part_count * 2 * DECANT_SPLIT_TILE_VALUES;
        }
    }
#undef ACTIVATIONS
#undef WEIGHTS
#undef MULTIPLY
}

// Adds the bias to a tile of sums and writes its rows.
TARGET INLINE void NAMED(finish)(const float *sums, const decant_split_tile *tile, const decant_split_columns *columns,
                                 size_t first_column) {
    const FLOATS bias = LOAD(columns->bias + first_column);
    const size_t left = columns->column_count - first_column;
    float *output = columns->output + tile->row * columns->output_stride + first_column;
    for (size_t r = 0; r < tile->row_count; r++, sums += 16, output += columns->output_stride) {
        FLOATS value = LOAD(sums) + bias;
        // Compared this way round, so that NaN passes.
        if (columns->rectifies) value = (FLOATS)((INTS)value & ~(INTS)(value < 0.0f));
        if (left >= 16)
            STORE(output, value);
        else
            memcpy(output, &value, left * sizeof *output);
    }
}

TARGET static void NAMED(split_product)(const decant_split_product *p) {
    float sums[4][DECANT_SPLIT_ROWS * 16];
    TILE_STATE
    TILE_CONFIGURE(p->tile_height);
    for (size_t c = 0; c < p->columns_count; c++) {
        const decant_split_columns *columns = &p->columns[c];
        for (size_t t = 0; t < p->tile_count; t += 2) {
            const decant_split_tile *tiles = &p->tiles[t];
            const int is_tall = t + 1 < p->tile_count, is_wide = columns->column_count > 16;
            const uint16_t *above = tiles[0].values, *below = is_tall ? tiles[1].values : NULL;
#define CASE(parts, tall, wide)                                              \
    if (p->part_count == parts && is_tall == tall && is_wide == wide)        \
        NAMED(sums)(PASS_TILES p, above, below, columns->weights, parts, tall, wide);
            CASE(2, 1, 1) CASE(2, 1, 0) CASE(2, 0, 1) CASE(2, 0, 0)
            CASE(3, 1, 1) CASE(3, 1, 0) CASE(3, 0, 1) CASE(3, 0, 0)
#undef CASE
            TILE_STORE(0, sums[0], 64);
            NAMED(finish)(sums[0], &tiles[0], columns, 0);
            if (is_wide) {
                TILE_STORE(1, sums[1], 64);
                NAMED(finish)(sums[1], &tiles[0], columns, 16);
            }
            if (is_tall) {
                TILE_STORE(2, sums[2], 64);
                NAMED(finish)(sums[2], &tiles[1], columns, 0);
            }
            if (is_tall && is_wide) {
                TILE_STORE(3, sums[3], 64);
                NAMED(finish)(sums[3], &tiles[1], columns, 16);
            }
        }
    }
    TILE_RELEASE();
}

static const decant_split_kernels NAMED(split_kernels) = {
    .name = VARIANT_NAME,
    .split = NAMED(split),
    .pack = NAMED(pack),
    .product = NAMED(split_product),
};

#undef FLOATS
#undef INTS
#undef HALVES
#undef LOAD
#undef STORE
#undef TARGET
#undef NAMED
#undef VARIANT_NAME
#undef TILES
#undef PASS_TILES
#undef TILE_STATE
#undef TILE_CONFIGURE
#undef TILE_ZERO
#undef TILE_LOAD
#undef TILE_PRODUCT
#undef TILE_STORE
#undef TILE_RELEASE
