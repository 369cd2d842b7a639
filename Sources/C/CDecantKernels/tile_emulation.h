// The tile instructions of AMX in plain C.
//
// TDPBF16PS as Intel's manual defines it (Software Developer's Manual, volume 2, TDPBF16PS): of each pair of depths the even and the odd
// products are added up apart, each by a fused multiply-add, then both sums to each other and that to the tile. Every subnormal operand
// and result counts as 0; rounding is to the nearest, whatever the processor's mode.

#include <stdint.h>
#include <string.h>

typedef float tile_floats __attribute__((vector_size(64)));
typedef int32_t tile_ints __attribute__((vector_size(64)));

#define TILE_INLINE static inline __attribute__((always_inline))

// Subnormal numbers become 0 and keep their sign.
TILE_INLINE tile_floats flushed(tile_floats x) {
    const tile_ints bits = (tile_ints)x;
    return (tile_floats)(bits & ~(((bits & 0x7f800000) == 0) & 0x7fffffff));
}

TILE_INLINE tile_floats tile_splat(float x) {
    return (tile_floats){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

// Inlined into a function per instruction set, so that the fused multiply-add is an instruction where there is one.
TILE_INLINE void tile_product_in_c(decant_emulated_tiles *tiles, int c, int a, int b) {
    enum { rows_at_once = 4 };
    tile_floats even[16], odd[16];
    for (int k = 0; k < 16; k++) {
        tile_ints words;
        memcpy(&words, tiles->words[b][k], sizeof words);
        even[k] = flushed((tile_floats)(words << 16));
        odd[k] = flushed((tile_floats)(words & (int32_t)0xffff0000));
    }
    // Rows past the last may be computed as well: nobody stores them.
    for (int first = 0; first < tiles->rows[c]; first += rows_at_once) {
        float row_even[rows_at_once][16], row_odd[rows_at_once][16];
        tile_floats even_sums[rows_at_once] = {0}, odd_sums[rows_at_once] = {0};
        for (int r = 0; r < rows_at_once; r++) {
            tile_ints words;
            memcpy(&words, tiles->words[a][first + r], sizeof words);
            const tile_floats low = flushed((tile_floats)(words << 16));
            const tile_floats high = flushed((tile_floats)(words & (int32_t)0xffff0000));
            memcpy(row_even[r], &low, sizeof low);
            memcpy(row_odd[r], &high, sizeof high);
        }
        for (int k = 0; k < 16; k++) {
#pragma clang loop unroll(full)
            for (int r = 0; r < rows_at_once; r++) {
                even_sums[r] = flushed(__builtin_elementwise_fma(tile_splat(row_even[r][k]), even[k], even_sums[r]));
                odd_sums[r] = flushed(__builtin_elementwise_fma(tile_splat(row_odd[r][k]), odd[k], odd_sums[r]));
            }
        }
        for (int r = 0; r < rows_at_once; r++) {
            tile_floats sum;
            memcpy(&sum, tiles->words[c][first + r], sizeof sum);
            sum = flushed(flushed(sum) + flushed(even_sums[r] + odd_sums[r]));
            memcpy(tiles->words[c][first + r], &sum, sizeof sum);
        }
    }
}

typedef void (*tile_product_function)(decant_emulated_tiles *tiles, int c, int a, int b);

static void tile_product_plain(decant_emulated_tiles *tiles, int c, int a, int b) { tile_product_in_c(tiles, c, a, b); }

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) static void tile_product_avx2(decant_emulated_tiles *tiles, int c, int a, int b) {
    tile_product_in_c(tiles, c, a, b);
}

__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,fma"))) static void tile_product_avx512(decant_emulated_tiles *tiles, int c,
                                                                                                int a, int b) {
    tile_product_in_c(tiles, c, a, b);
}
#endif

// The bits are the same with each; without the instruction a fused multiply-add is a slow call.
static tile_product_function fastest_tile_product(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw"))
        return tile_product_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return tile_product_avx2;
#endif
    return tile_product_plain;
}

TILE_INLINE void emulated_tile_zero(decant_emulated_tiles *tiles, int t) { memset(tiles->words[t], 0, sizeof tiles->words[t]); }

TILE_INLINE void emulated_tile_load(decant_emulated_tiles *tiles, int t, const void *from, size_t stride) {
    for (int r = 0; r < tiles->rows[t]; r++) memcpy(tiles->words[t][r], (const char *)from + (size_t)r * stride, 64);
}

TILE_INLINE void emulated_tile_store(const decant_emulated_tiles *tiles, int t, void *to, size_t stride) {
    for (int r = 0; r < tiles->rows[t]; r++) memcpy((char *)to + (size_t)r * stride, tiles->words[t][r], 64);
}
