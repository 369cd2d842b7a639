// Compiles kernel_variant.h once for each kind of processor and chooses between the results at run time.

#include "CDecantKernels.h"

#include <stdint.h>
#include <string.h>

// Vectors pass between functions here that are always inlined, so how a call would pass them does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
// No a * b + c is one instruction here, so that this variant has the same bits on every processor.
#pragma clang fp contract(off)
#define TARGET
#define NAMED(x) x##_portable
#define LANES 8
#define ROWS 6
#define VARIANT_NAME "portable"
#include "kernel_variant.h"
#pragma clang fp contract(on)

#if defined(__x86_64__)
#define HAS_AVX
// 6 x 16 floats are 12 accumulators, which with two registers for weights and two for a broadcast fill all 16.
#define TARGET __attribute__((target("avx2,fma")))
#define NAMED(x) x##_avx2
#define LANES 8
#define ROWS 6
#define VARIANT_NAME "avx2"
#include "kernel_variant.h"

// 12 x 16 floats are 12 accumulators. Broadcasts come with the multiplication, from memory; more rows would need more pointers than there
// are registers.
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,fma")))
#define NAMED(x) x##_avx512
#define LANES 16
#define ROWS 12
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
#define ROWS 6
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
