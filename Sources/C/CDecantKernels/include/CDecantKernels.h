#ifndef CDECANT_KERNELS_H
#define CDECANT_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "CDecantSplit.h"

/// Floats of a cache line. The columns of packed weights are padded to whole lines.
#define DECANT_LINE_COLUMNS 16

/// Columns of the widest panel.
///
/// Packed weights are cut into panels of 16, 32, 48 or 64 columns; the last may be narrower, in whole lines. A panel is [depth][its
/// columns]: one step of a reduction reads its lines one after the other.
#define DECANT_PANEL_COLUMNS 64

/// One tile of a matrix product whose left rows are found through pointers.
///
/// output[r][c] = activation(bias[c] + sum over t, k of rows[t][r][k] * weights[t * run_count + k][c])
///
/// A convolution has one tap t per kernel position and a run of all input channels; a plain product has one tap.
typedef struct {
    /// Row pointers per output row.
    size_t tap_count;
    /// Floats read from each row pointer on.
    size_t run_count;
    /// Output rows to compute, 1...tile_row_count(panel_columns) of the variant.
    size_t row_count;
    /// Columns of the panel: 16, 32, 48 or 64, where the variant has such tiles.
    size_t panel_columns;
    /// Output columns to store, 1...panel_columns; all are computed.
    size_t column_count;
    /// [tap_count][row_slot_count]; those at row_count and above are never read.
    const float *const *rows;
    /// Pointers from one tap to the next; at least row_count.
    size_t row_slot_count;
    /// [tap_count * run_count][panel_columns]: one packed panel.
    const float *weights;
    /// Weights that will be needed soon; the tile asks for them, so that they are in the cache then. Nothing is read from there.
    const float *ahead;
    /// Floats of them for a step of the reduction.
    size_t ahead_step;
    /// [panel_columns].
    const float *bias;
    /// The first output row; column_count floats of it are written.
    float *output;
    /// Floats from one output row to the next.
    size_t output_stride;
    /// Whether negative results become 0. NaN stays NaN.
    int rectifies;
} decant_tile;

/// Rows that follow each other at a stride, times panels that follow each other.
///
/// output[r][c] = sum over k of rows[r][k] * weights[k][c]
typedef struct {
    size_t row_count;
    /// Floats of a row.
    size_t depth;
    /// Output columns, a multiple of 16.
    size_t column_count;
    /// Columns of a panel, the last excepted.
    size_t panel_columns;
    const float *rows;
    /// Floats from one row to the next.
    size_t row_stride;
    /// Panels of [depth][panel_columns].
    const float *weights;
    /// The first panel of the next product, which this one asks for, so that it is in the cache then. Nothing is read from there.
    const float *next_weights;
    float *output;
    /// Floats from one output row to the next.
    size_t output_stride;
} decant_product;

/// Columns of a panel of fixed-point weights.
#define DECANT_FIXED_COLUMNS 16

/// Depths of a group of fixed-point weights: 16 columns of four depths are 192 bytes, three cache lines.
#define DECANT_FIXED_DEPTHS 4
#define DECANT_FIXED_GROUP_BYTES 192

/// Rows that follow each other at a stride, times panels of weights in 24 bits.
///
/// output[r][c] = bias[c] + scale[c] * (sum over k of rows[r][k] * 256 weights[k][c]), the sum in the order of k.
typedef struct {
    size_t row_count;
    /// Floats of a row.
    size_t depth;
    /// Output columns, beginning with those of a panel; all of the last panel are computed, and these are stored.
    size_t column_count;
    const float *rows;
    /// Floats from one row to the next.
    size_t row_stride;
    /// Panels that fixed_point_weights wrote, 16 columns each.
    const void *weights;
    /// [panel count][16].
    const float *scale;
    /// [panel count][16].
    const float *bias;
    float *output;
    /// Floats from one output row to the next.
    size_t output_stride;
} decant_fixed_point_product;

/// Winograd's minimal filtering along one axis or, with the same numbers, along both axes of a plane.
///
/// Positions are products of one tile: n = 2 * pair_count + 2 on an axis, n * n on a plane, row after row.
typedef struct {
    /// Whether both axes are transformed.
    int is_plane;
    /// Pairs of points +p and -p beside 0 and infinity, 1...5.
    size_t pair_count;
    /// Outputs of a tile along an axis; a filter has n + 1 - output_count taps, 7 at most.
    size_t output_count;
    /// [pair_count]: p of each pair.
    const float *points;
    /// [pair_count]: the even columns of BT's first row, the odd ones of its last; the next is 1.
    const float *input_ends;
    /// [pair_count][pair_count], the last of each row unused: columns 2, 4, ... of the rows of a pair; the last is 1.
    const float *input_pairs;
    /// [output_count][pair_count]: p to the power of the output's number.
    const float *output_powers;
    /// [n][taps]: G.
    const double *filters;
} decant_winograd;

/// The innermost loops for one kind of processor. All variants have the same signatures and meaning.
typedef struct {
    /// What DECANT_KERNELS calls this variant.
    const char *name;

    /// Rows of a tile whose panel has that many columns: as many as the registers hold; 0 if there are no such tiles.
    size_t (*tile_row_count)(size_t panel_columns);

    /// Computes one tile.
    void (*tile)(const decant_tile *tile);

    /// Computes a plain product.
    void (*product)(const decant_product *product);

    /// Rounds a matrix of finite weights to 24 bits, in units that are a power of two for each column, and packs it.
    ///
    /// The largest weight of a column is 2^22 units or more and below 2^23. Floats that are whole numbers of units remain as they are.
    /// Panels of 16 columns follow each other, each has a group for every four depths, and what is past the last column or depth is 0.
    /// In a group, the 64 bytes at 0 and at 64 are the upper 16 bits of depths 0 and 1 and of depths 2 and 3, four columns of one
    /// depth and then of the other, 16 columns in all. The words at 128 are in the same order: the lowest 8 bits of depth 0 or 1 in
    /// their first byte and of depth 2 or 3 in their second.
    ///
    /// - rows: [depth][column_count].
    /// - magnitudes: [column_count], those of all rows.
    /// - panels: 192 bytes for each group.
    /// - scale: [panel count][16]: a 256th of a column's unit.
    void (*fixed_point_weights)(const float *rows, size_t depth, size_t column_count, const int32_t *magnitudes, void *panels,
                                float *scale);

    /// Computes a product of fixed-point weights, for any number of rows.
    void (*fixed_point_product)(const decant_fixed_point_product *product);

    /// output[c] = max over t of taps[t][c]. A NaN among them gives NaN.
    void (*maximum)(const float *const *taps, size_t tap_count, size_t channel_count, float *output);

    /// output[c] = (sum over t of taps[t][c], in the order of t) / tap_count; with a bias, [channel_count], output[c] =
    /// relu(that + bias[c]), for means of products that have none yet.
    void (*average)(const float *const *taps, size_t tap_count, size_t channel_count, const float *bias, float *output);

    /// One row of TensorFlow's BasicLSTMCell. `gates` is [4][unit_count] in the order i, j, f, o, before any activation;
    /// `cell` is updated in place and `hidden` written.
    void (*lstm_cell)(const float *gates, size_t unit_count, float forget_bias, float *cell, float *hidden);

    /// output[i] = exp(input[i] - max) / sum of the same; `output` may be `input`. `count` is at least 1.
    void (*softmax)(const float *input, size_t count, float *output);

    /// BT of one tile: position i of channel c goes to output[i * position_stride + c]. `pixels` has a pointer to the channels
    /// of each input of the tile, row after row.
    void (*winograd_input)(const decant_winograd *transform, const float *const *pixels, size_t channel_count,
                           float *output, size_t position_stride);

    /// AT of one tile, bias and activation: products[i * position_stride + c] is position i of column c. `pixels` has a pointer
    /// for each output of the tile, row after row, NULL for those outside the map; column_count floats of each are written.
    /// Floats of `products` and `bias` are read up to the next multiple of 16.
    void (*winograd_output)(const decant_winograd *transform, const float *products, size_t position_stride,
                            const float *bias, int rectifies, size_t column_count, float *const *pixels);

    /// G of all filters, scaled by column, into panels, those of one position after those of another.
    ///
    /// - weights: [taps][channel_count][column_count], on a plane [taps][taps][channel_count][column_count].
    /// - scale: [column_count], or NULL.
    void (*winograd_filters)(const decant_winograd *transform, const float *weights, size_t channel_count,
                             size_t column_count, const float *scale, size_t panel_columns, float *panels);
} decant_kernels;

/// The variant of that name ("avx512", "avx2", "neon", "portable"), or NULL if the processor or the build does not have it.
const decant_kernels *decant_kernels_named(const char *name);

/// The fastest variant that the processor has.
const decant_kernels *decant_kernels_best(void);

/// Where the value of row k and of a column is among packed panels.
static inline size_t decant_place_in_panels(size_t k, size_t column, size_t column_count, size_t depth, size_t panel_columns) {
    const size_t first = column / panel_columns * panel_columns;
    const size_t padded = (column_count + DECANT_LINE_COLUMNS - 1) / DECANT_LINE_COLUMNS * DECANT_LINE_COLUMNS;
    const size_t width = padded - first < panel_columns ? padded - first : panel_columns;
    return first * depth + k * width + (column - first);
}

/// Copies rows of a matrix into packed panels. Columns past the last, up to a whole line, are 0.
///
/// - rows: [row_count][column_count] floats, of any alignment.
/// - scale: [column_count], multiplied into the columns, or NULL.
/// - first_row: where `rows` starts in the matrix; first_row + row_count <= depth.
void decant_pack_rows(const void *rows, size_t row_count, size_t column_count, const float *scale, size_t first_row,
                      size_t depth, size_t panel_columns, float *panels);

/// Updates the largest magnitude of each column by some rows.
///
/// - rows: [row_count][column_count].
/// - magnitudes: [column_count], zeros at first: the bits of a float without its sign. From 0x7f800000 on, a column has an
///   infinity or a NaN.
void decant_largest_magnitudes(const float *rows, size_t row_count, size_t column_count, int32_t *magnitudes);

/// Zeros at an address that is a multiple of 64 bytes, or NULL. Many of them lie in huge pages where the system has them.
float *decant_allocate(size_t count);

/// Gives back what decant_allocate gave for the same count.
void decant_deallocate(float *memory, size_t count);

/// Bytes of a core's second-level cache; 0 if the system does not say.
size_t decant_second_level_cache(void);

/// The processors that a thread may run on.
typedef struct {
    unsigned char bits[128];
} decant_processors;

/// The system's number of the calling thread; 0 where the functions below do nothing.
int decant_thread(void);

/// Keeps a sleeping thread away from the processor of the caller, which is about to wake it and to work on. The system may otherwise put
/// both on one processor, where the one that wakes waits until its turn, some milliseconds.
///
/// - before: receives the processors that it may run on.
/// Returns whether `decant_allow` must give them back, once the thread was woken.
int decant_keep_away(int thread, decant_processors *before);

/// Lets a thread run on these processors.
void decant_allow(int thread, const decant_processors *before);

/// Tells the processor that the caller waits in a loop.
static inline void decant_spin_hint(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif
