// Holds every function of our C that has a fast form against a plain one, on the processor that it was compiled for.
//
//     c-tests VARIANT...     the variants that must be there; whatever else runs here is tested too
//
// Prints a line per variant: how many results were compared, and a checksum of their bits.

#include "check.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(decant_kernels) == sizeof(char *) + 12 * sizeof(void (*)(void)), "a kernel was added that has no test here");

static struct {
    const char *subject;
    uint64_t compared_count, failure_count, bits;
} run;

uint64_t next_bits(generator *g) {
    uint64_t z = g->state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static void *make(size_t byte_count) {
    void *memory = malloc(byte_count ? byte_count : 1);
    if (!memory) abort();
    return memory;
}

float *make_floats(generator *g, size_t count, float scale) {
    float *values = make(count * sizeof *values);
    for (size_t i = 0; i < count; i++) values[i] = ((float)(next_bits(g) >> 40) * 0x1p-23f - 1) * scale;
    return values;
}

float *make_canaries(size_t count) {
    float *values = make(count * sizeof *values);
    for (size_t i = 0; i < count; i++) values[i] = CANARY;
    return values;
}

double *make_doubles(size_t count) {
    double *values = make(count * sizeof *values);
    for (size_t i = 0; i < count; i++) values[i] = 0;
    return values;
}

// Processors differ in the NaN that they make, so all are one here.
static void note_bits(float value) {
    uint32_t bits = 0x7fc00000;
    if (value == value) memcpy(&bits, &value, sizeof bits);
    run.bits = (run.bits ^ bits) * 0x100000001b3;
}

void expect_close(const char *what, size_t count, const float *found, const double *expected, const double *tolerances) {
    int is_told = 0;
    for (size_t i = 0; i < count; i++) {
        note_bits(found[i]);
        run.compared_count++;
        if (isnan(expected[i]) ? isnan(found[i]) : isinf(expected[i]) ? found[i] == expected[i]
                                                                      // Asked this way round, so that NaN fails.
                                                                      : fabs(found[i] - expected[i]) <= tolerances[i])
            continue;
        run.failure_count++;
        if (!is_told)
            printf("%s: %s: [%zu] of %zu is %.9g, expected %.17g, allowed %.3g\n", run.subject, what, i, count, found[i],
                   expected[i], tolerances[i]);
        is_told = 1;
    }
}

void expect_equal(const char *what, size_t count, const float *found, const float *expected) {
    double *numbers = make_doubles(count), *zeros = make_doubles(count);
    for (size_t i = 0; i < count; i++) numbers[i] = expected[i];
    expect_close(what, count, found, numbers, zeros);
    free(numbers);
    free(zeros);
}

void expect(int holds, const char *what) {
    run.compared_count++;
    if (holds) return;
    run.failure_count++;
    printf("%s: %s\n", run.subject, what);
}

static uint64_t all_failures;

static void begin(const char *subject) {
    run.subject = subject;
    run.compared_count = run.failure_count = 0;
    run.bits = 0xcbf29ce484222325;
}

static void end(int has_bits) {
    printf("%s: %" PRIu64 " results compared, %" PRIu64 " wrong", run.subject, run.compared_count, run.failure_count);
    if (has_bits) printf(", bits %016" PRIx64, run.bits);
    printf("\n");
    all_failures += run.failure_count + (run.compared_count == 0);
}

int main(int argument_count, char **arguments) {
    static const char *const names[] = {"portable", "neon", "avx2", "avx512"};
    for (int a = 1; a < argument_count; a++) {
        if (decant_kernels_named(arguments[a])) continue;
        printf("there is no variant %s here\n", arguments[a]);
        all_failures++;
    }
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        const decant_kernels *kernels = decant_kernels_named(names[n]);
        if (!kernels) continue;
        begin(names[n]);
        expect(strcmp(kernels->name, names[n]) == 0, "the variant has another name");
        test_tile(kernels);
        test_product(kernels);
        test_fixed_point_weights(kernels);
        test_fixed_point_product(kernels);
        test_pools(kernels);
        test_activations(kernels);
        test_winograd(kernels);
        end(1);
    }
    static const char *const split_names[] = {"amx", "amx-emulated"};
    for (size_t n = 0; n < sizeof split_names / sizeof *split_names; n++) {
        const decant_split_kernels *kernels = decant_split_kernels_named(split_names[n]);
        if (!kernels) {
            printf("%s: skipped, because this processor or system does not have it\n", split_names[n]);
            continue;
        }
        begin(split_names[n]);
        expect(strcmp(kernels->name, split_names[n]) == 0, "the variant has another name");
        test_split(kernels);
        end(1);
    }
    begin("packing");
    test_packing();
    end(0);
    begin("placement");
    test_placement();
    end(0);
    begin("magnitudes");
    test_magnitudes();
    end(0);
    begin("resize");
    test_resize();
    end(1);
    begin("shrink");
    test_shrink();
    end(1);
    begin("memory");
    test_memory();
    end(0);
    begin("CRC-32");
    test_crc32();
    end(0);
    begin("CRC-32C");
    test_crc32c();
    end(0);
    return all_failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
