// Compiles kernel_variant.h once for each kind of processor and chooses between the results at run time.

#include "CDecantKernels.h"

#include <stdint.h>
#include <string.h>

// Vectors pass between functions here that are always inlined, so how a call would pass them does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

// A case for each number of rows up to the most that a tile has; a number above it is never asked for.
#define ROWS_UP_TO_6(CASE, lines) CASE(lines, 1) CASE(lines, 2) CASE(lines, 3) CASE(lines, 4) CASE(lines, 5) CASE(lines, 6)
#define ROWS_UP_TO_8(CASE, lines) ROWS_UP_TO_6(CASE, lines) CASE(lines, 7) CASE(lines, 8)
#define ROWS_UP_TO_12(CASE, lines) ROWS_UP_TO_8(CASE, lines) CASE(lines, 9) CASE(lines, 10) CASE(lines, 11) CASE(lines, 12)

// No a * b + c is one instruction here, so that this variant has the same bits on every processor.
#pragma clang fp contract(off)
#define TARGET
#define NAMED(x) x##_portable
#define LANES 8
#define TILES(CASE) ROWS_UP_TO_6(CASE, 1)
#define VARIANT_NAME "portable"
#include "kernel_variant.h"
#pragma clang fp contract(on)

#if defined(__x86_64__)
#define HAS_AVX
// 6 x 16 floats are 12 accumulators, which with two registers for weights and two for a broadcast fill all 16.
#define TARGET __attribute__((target("avx2,fma")))
#define NAMED(x) x##_avx2
#define LANES 8
#define TILES(CASE) ROWS_UP_TO_6(CASE, 1)
#define VARIANT_NAME "avx2"
#include "kernel_variant.h"

// 32 registers. Broadcasts come with the multiplication, from memory; more than 12 rows would need more pointers than there are
// registers. 12 x 32 floats do 14 loads for 24 multiplications: enough for processors that start two multiplications and two loads a
// cycle, whose caches would have no turn with the 13 loads for 12 multiplications of 12 x 16. The widest tiles suit few rows and short
// reductions.
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,fma")))
#define NAMED(x) x##_avx512
#define LANES 16
#define TILES(CASE) ROWS_UP_TO_12(CASE, 1) ROWS_UP_TO_12(CASE, 2) ROWS_UP_TO_8(CASE, 3) ROWS_UP_TO_6(CASE, 4)
#define VARIANT_NAME "avx512"
#include "kernel_variant.h"
#endif

// Every aarch64 has NEON. A vector of eight takes two of its 32 registers: 24 for the sums of a tile, four for weights and one
// per broadcast value, which fmla takes from a lane.
#if defined(__aarch64__)
#define HAS_NEON
#define TARGET
#define NAMED(x) x##_neon
#define LANES 8
#define TILES(CASE) ROWS_UP_TO_6(CASE, 1)
#define VARIANT_NAME "neon"
#include "kernel_variant.h"
#endif

// Fastest first.
static const decant_kernels *const variants[] = {
#ifdef HAS_AVX
    &kernels_avx512,
    &kernels_avx2,
#endif
#ifdef HAS_NEON
    &kernels_neon,
#endif
    &kernels_portable,
};

static int runs_here(const decant_kernels *variant) {
#ifdef HAS_AVX
    if (variant == &kernels_avx512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512bw");
    if (variant == &kernels_avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
#ifdef HAS_NEON
    if (variant == &kernels_neon) return 1;
#endif
    return variant == &kernels_portable;
}

const decant_kernels *decant_kernels_named(const char *name) {
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        if (strcmp(variants[i]->name, name) == 0 && runs_here(variants[i])) return variants[i];
    return NULL;
}

const decant_kernels *decant_kernels_best(void) {
    size_t i = 0;
    while (!runs_here(variants[i])) i++;
    return variants[i];
}
