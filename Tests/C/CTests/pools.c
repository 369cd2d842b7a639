// Pooling against the same sums and comparisons one by one: the order is part of the definition, so the bits agree.

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void check(const decant_kernels *kernels, size_t tap_count, size_t channel_count, float poison) {
    generator g = {tap_count * 1000 + channel_count};
    const float **taps = calloc(tap_count, sizeof *taps);
    if (!taps) abort();
    for (size_t t = 0; t < tap_count; t++) {
        float *tap = make_floats(&g, channel_count, 100);
        // In one tap and in one channel, neither always the first.
        if (poison != 0 && t == tap_count / 2) tap[channel_count / 2] = poison;
        taps[t] = tap;
    }
    // One more than is written.
    float *maximum = make_canaries(channel_count + 1), *average = make_canaries(channel_count + 1);
    kernels->maximum(taps, tap_count, channel_count, maximum);
    kernels->average(taps, tap_count, channel_count, NULL, average);
    float *bias = make_floats(&g, channel_count, 100), *finished = make_canaries(channel_count + 1);
    kernels->average(taps, tap_count, channel_count, bias, finished);

    float *greatest = make_canaries(channel_count + 1), *mean = make_canaries(channel_count + 1);
    float *rectified = make_canaries(channel_count + 1);
    for (size_t c = 0; c < channel_count; c++) {
        float sum = taps[0][c];
        greatest[c] = taps[0][c];
        for (size_t t = 1; t < tap_count; t++) {
            const float x = taps[t][c];
            sum += x;
            if (isnan(x) || x > greatest[c]) greatest[c] = x;
        }
        mean[c] = sum / (float)tap_count;
        rectified[c] = mean[c] + bias[c] < 0 ? 0 : mean[c] + bias[c];
    }
    char what[80];
    snprintf(what, sizeof what, "maximum of %zu, %zu channels", tap_count, channel_count);
    expect_equal(what, channel_count + 1, maximum, greatest);
    snprintf(what, sizeof what, "average of %zu, %zu channels", tap_count, channel_count);
    expect_equal(what, channel_count + 1, average, mean);
    expect_equal(what, channel_count + 1, finished, rectified);
    for (size_t t = 0; t < tap_count; t++) free((void *)taps[t]);
    free(taps), free(maximum), free(average), free(greatest), free(mean);
    free(bias), free(finished), free(rectified);
}

void test_pools(const decant_kernels *kernels) {
    static const size_t tap_counts[] = {1, 2, 4, 9, 64}, channel_counts[] = {1, 4, 7, 8, 9, 15, 16, 17, 31, 64, 80};
    static const float poisons[] = {0, NAN, INFINITY, -INFINITY};
    for (size_t t = 0; t < sizeof tap_counts / sizeof *tap_counts; t++)
        for (size_t c = 0; c < sizeof channel_counts / sizeof *channel_counts; c++)
            for (size_t p = 0; p < sizeof poisons / sizeof *poisons; p++)
                check(kernels, tap_counts[t], channel_counts[c], poisons[p]);
}
