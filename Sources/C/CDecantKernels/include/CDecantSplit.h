#ifndef CDECANT_SPLIT_H
#define CDECANT_SPLIT_H

#include <stddef.h>
#include <stdint.h>

/// Matrix products of float32 values on tiles of bf16, as AMX has them.
///
/// A bf16 is the upper half of a float32. A float32 is *split* into the nearest bf16, the bf16 nearest to what is left, and so on: two parts
/// keep 16 bits of its 24, three parts keep all. The product of two floats is the sum of products of their parts, the negligible ones
/// left out: three products of two parts each ("x3"), six of three ("x6"). Products of bf16 are exact in float32, where they are added.
///
/// NaN has NaN as every part. An infinity, and what rounds to one, leaves NaN, so it makes NaN of every product. Parts and sums below the
/// normal numbers count as 0.

/// Depths that one tile holds: a row of 64 bytes.
#define DECANT_SPLIT_DEPTH 32
/// Columns of a block of packed weights: two tiles.
#define DECANT_SPLIT_COLUMNS 32
/// The most rows of a tile.
#define DECANT_SPLIT_ROWS 16
/// bf16 values of a tile of weights: 16 pairs of depths for 16 columns.
#define DECANT_SPLIT_TILE_VALUES 512

/// Some neighboring output positions.
typedef struct {
    /// The first part of the first depth of the first position; as many positions as the tile is high are read.
    const uint16_t *values;
    /// The number of the first position among the output's rows.
    size_t row;
    /// Positions to write, at most the height of the tiles.
    size_t row_count;
} decant_split_tile;

/// Up to 32 output columns.
typedef struct {
    /// [run_count][block_count][part_count][2][16][16][2], from `pack`.
    const uint16_t *weights;
    /// [32].
    const float *bias;
    /// The first row, at these columns.
    float *output;
    /// Floats from one output row to the next.
    size_t output_stride;
    /// Columns to write, 1...32.
    size_t column_count;
    /// Whether negative results become 0. NaN stays NaN.
    int rectifies;
} decant_split_columns;

/// Tiles of split values times blocks of split weights.
///
/// The depth is cut into runs, for example a run per kernel row, and a run into blocks of 32. What fills up a run's last block is multiplied
/// with weights of 0.
typedef struct {
    /// Parts of a value: 2 for three products, 3 for six.
    size_t part_count;
    /// Rows of every tile, 1...16.
    size_t tile_height;
    /// Distances in values: between parts, positions, runs, and blocks.
    size_t part_stride, row_stride, run_stride, block_stride;
    size_t run_count, block_count;
    const decant_split_tile *tiles;
    size_t tile_count;
    const decant_split_columns *columns;
    size_t columns_count;
} decant_split_product;

/// The loops for one way to have tiles.
typedef struct {
    /// What DECANT_KERNELS calls it.
    const char *name;

    /// Splits values: part p of value i goes to to[p * part_stride + i / 32 * block_stride + i % 32].
    void (*split)(const float *from, size_t count, size_t part_count, uint16_t *to, size_t part_stride, size_t block_stride);

    /// Splits weights and packs them in blocks of 32 columns, which follow each other; see `decant_split_columns`. What fills up runs and
    /// tiles is 0. Where the last block has 16 columns or fewer, its second tiles are neither written nor read.
    ///
    /// - rows: [run_count * run_depth][column_count].
    /// - scale: [column_count], multiplied into the columns, or NULL.
    void (*pack)(const float *rows, size_t run_count, size_t run_depth, size_t column_count, const float *scale, size_t part_count,
                 uint16_t *blocks);

    /// Computes a product. Parts are multiplied block by block, of two parts a1 b2, a1 b1, a2 b1; of three a3 b1, a2 b1, a2 b2, a1 b2, a1 b3,
    /// a1 b1. Then the bias is added.
    void (*product)(const decant_split_product *product);
} decant_split_kernels;

/// Those of that name ("amx", "amx-emulated"), or NULL if the processor, the system or the build does not have them.
///
/// The first call for "amx" asks the system for permission to use tiles, which holds for the whole process. Emulated, they run everywhere and
/// have the same bits everywhere.
const decant_split_kernels *decant_split_kernels_named(const char *name);

/// Those on emulated tiles.
const decant_split_kernels *decant_split_kernels_emulated(void);

/// Tiles as the processor has them: eight of 16 rows of 64 bytes.
typedef struct {
    uint8_t rows[8];
    uint32_t words[8][16][16];
} decant_emulated_tiles;

/// What TDPBF16PS does to tile c with tiles a and b, in plain C; for tests.
void decant_emulated_tile_product(decant_emulated_tiles *tiles, int c, int a, int b);

/// Computes the same with the processor's instruction; 0 where it does not have it. For tests.
int decant_real_tile_product(decant_emulated_tiles *tiles, int c, int a, int b);

#endif
