// What the tests of our C share: numbers from a seed, memory of exact size, comparisons that name the worst place.

#ifndef CHECK_H
#define CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "CDecantKernels.h"

/// Half the distance from 1 to the next float: what one rounding may add, relative to the result.
#define ROUNDING 0x1p-24

/// What stands in memory where a kernel must not write.
#define CANARY (-12345.0f)

/// Numbers that a seed repeats: SplitMix64.
typedef struct {
    uint64_t state;
} generator;

uint64_t next_bits(generator *g);

/// `count` floats in -scale..<scale, in memory that ends behind the last, so that a sanitizer sees every step too far. Freed by the
/// caller.
float *make_floats(generator *g, size_t count, float scale);

/// `count` canaries.
float *make_canaries(size_t count);

/// `count` zeros.
double *make_doubles(size_t count);

/// Counts a comparison of floats with what they should be; prints the first that is further away than it may be.
///
/// NaN and infinities must be where they are expected. The floats found become part of the variant's checksum.
void expect_close(const char *what, size_t count, const float *found, const double *expected, const double *tolerances);

/// The same without tolerance.
void expect_equal(const char *what, size_t count, const float *found, const float *expected);

/// Counts something that must hold; prints `what` where it does not.
void expect(int holds, const char *what);

void test_tile(const decant_kernels *kernels);
void test_product(const decant_kernels *kernels);
void test_fixed_point_weights(const decant_kernels *kernels);
void test_fixed_point_product(const decant_kernels *kernels);
void test_pools(const decant_kernels *kernels);
void test_activations(const decant_kernels *kernels);
void test_winograd(const decant_kernels *kernels);
void test_split(const decant_split_kernels *kernels);
void test_packing(void);
void test_magnitudes(void);
void test_resize(void);
void test_shrink(void);
void test_memory(void);
void test_placement(void);
void test_crc32(void);
void test_crc32c(void);

#endif
