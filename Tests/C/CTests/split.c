// Split bf16 against plain definitions: rounding, parts, packing, the tile instruction and whole products, bit by bit.

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(decant_split_kernels) == sizeof(char *) + 3 * sizeof(void (*)(void)), "a kernel was added that has no test here");

static float float_of(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint16_t *make_halves(size_t count) {
    uint16_t *values = malloc(count * sizeof *values);
    if (!values) abort();
    for (size_t i = 0; i < count; i++) values[i] = 0xc640;
    return values;
}

// The nearer of the bf16 toward zero and the next one away from it, by their distances; what follows the largest counts as 2^128.
static uint16_t nearest_bf16(float x) {
    const uint32_t bits = bits_of(x);
    const uint16_t toward_zero = (uint16_t)(bits >> 16);
    if (isnan(x)) return toward_zero | 0x40;
    if (isinf(x)) return toward_zero;
    const uint16_t away = (uint16_t)(toward_zero + 1);
    const double below = fabs((double)float_of((uint32_t)toward_zero << 16));
    const double above = (away & 0x7fff) == 0x7f80 ? 0x1p128 : fabs((double)float_of((uint32_t)away << 16));
    const double to_below = fabs((double)x) - below, to_above = above - fabs((double)x);
    if (to_below == to_above) return toward_zero & 1 ? away : toward_zero;
    return to_below < to_above ? toward_zero : away;
}

static void parts_of(float x, size_t part_count, uint16_t *parts) {
    for (size_t p = 0; p < part_count; p++) {
        parts[p] = nearest_bf16(x);
        x -= float_of((uint32_t)parts[p] << 16);
    }
}

// Equal as bits, or both NaN.
static int is_same(uint16_t found, uint16_t expected) {
    return found == expected || ((found & 0x7fff) > 0x7f80 && (expected & 0x7fff) > 0x7f80);
}

// Numbers of every magnitude, and those where rounding or splitting has an edge.
static float *make_odd_floats(generator *g, size_t count) {
    static const uint32_t edges[] = {
        0x00000000, 0x80000000, 0x3f800000, 0x3f808000, 0x3f818000, 0x3f807fff, 0x3f808001, 0xbf808000, 0x3fffffff, 0x7f7f0000,
        0x7f7f7fff, 0x7f7f8000, 0xff7fffff, 0x7f800000, 0xff800000, 0x7f800001, 0x7fffffff, 0xffffffff, 0xffc00000, 0x00000001,
        0x00007fff, 0x00008000, 0x00018000, 0x007fffff, 0x00800000, 0x00808000, 0x0080ffff, 0x03800001, 0x8380ffff,
    };
    float *values = make_floats(g, count, 1);
    for (size_t i = 0; i < count; i++) {
        if (i % 3 == 1) values[i] = float_of((uint32_t)next_bits(g));
        if (i % 3 == 2) values[i] = float_of(edges[next_bits(g) % (sizeof edges / sizeof *edges)]);
    }
    return values;
}

static void check_split(const decant_split_kernels *kernels, size_t count, size_t part_count, size_t block_stride) {
    generator g = {count * 10 + part_count};
    float *values = make_odd_floats(&g, count);
    const size_t part_stride = (count / 32 + 1) * block_stride + 7, total = part_count * part_stride;
    uint16_t *found = make_halves(total), *expected = make_halves(total);
    kernels->split(values, count, part_count, found, part_stride, block_stride);
    for (size_t i = 0; i < count; i++) {
        uint16_t parts[3];
        parts_of(values[i], part_count, parts);
        for (size_t p = 0; p < part_count; p++) expected[p * part_stride + i / 32 * block_stride + i % 32] = parts[p];
    }
    size_t wrong = 0;
    for (size_t i = 0; i < total; i++) wrong += !is_same(found[i], expected[i]);
    char what[100];
    snprintf(what, sizeof what, "%zu parts of %zu values in blocks %zu apart: %zu are wrong", part_count, count, block_stride, wrong);
    expect(wrong == 0, what);
    free(values), free(found), free(expected);
}

// Three parts of a normal number that is not tiny are all of it; of two at most 2^-17 of it is missing.
static void check_parts_add_up(const decant_split_kernels *kernels) {
    generator g = {7};
    enum { count = 1000 };
    float *values = make_floats(&g, count, 3);
    uint16_t parts[3 * 1024];
    kernels->split(values, count, 3, parts, 1024, 32);
    int all = 1, two = 1;
    for (size_t i = 0; i < count; i++) {
        double sum = 0;
        for (size_t p = 0; p < 3; p++) {
            sum += float_of((uint32_t)parts[p * 1024 + i] << 16);
            if (p == 1 && !(fabs(sum - values[i]) <= 0x1p-17 * fabs(values[i]))) two = 0;
        }
        if (sum != values[i]) all = 0;
    }
    expect(all, "three parts are not the value");
    expect(two, "two parts are further from the value than half a bit of the second");
    free(values);
}

static void check_pack(const decant_split_kernels *kernels, size_t run_count, size_t run_depth, size_t column_count, size_t part_count,
                       int is_scaled) {
    generator g = {run_count + run_depth * 10 + column_count * 1000};
    float *rows = make_floats(&g, run_count * run_depth * column_count, 1), *scale = make_floats(&g, column_count, 2);
    const size_t block_count = (run_depth + 31) / 32, column_blocks = (column_count + 31) / 32;
    const size_t total = column_blocks * run_count * block_count * part_count * 1024;
    uint16_t *found = make_halves(total);
    kernels->pack(rows, run_count, run_depth, column_count, is_scaled ? scale : NULL, part_count, found);
    size_t wrong = 0;
    for (size_t i = 0; i < total; i++) {
        const size_t odd = i % 2, column_of_tile = i / 2 % 16, pair = i / 32 % 16, tile = i / 512 % 2;
        const size_t part = i / 1024 % part_count, rest = i / 1024 / part_count;
        const size_t block = rest % block_count, run = rest / block_count % run_count, column_block = rest / block_count / run_count;
        const size_t k = block * 32 + pair * 2 + odd, column = column_block * 32 + tile * 16 + column_of_tile;
        if (column_block * 32 + tile * 16 >= column_count) {
            wrong += found[i] != 0xc640;
            continue;
        }
        uint16_t parts[3] = {0};
        if (k < run_depth && column < column_count)
            parts_of(rows[(run * run_depth + k) * column_count + column] * (is_scaled ? scale[column] : 1), part_count, parts);
        wrong += !is_same(found[i], parts[part]);
    }
    char what[120];
    snprintf(what, sizeof what, "packing %zu runs of %zu, %zu columns, %zu parts: %zu are wrong", run_count, run_depth, column_count,
             part_count, wrong);
    expect(wrong == 0, what);
    free(rows), free(scale), free(found);
}

static float flushed(float x) { return (bits_of(x) & 0x7f800000) == 0 ? copysignf(0, x) : x; }

// TDPBF16PS for one sum.
static float sum_of_pairs(float sum, const uint16_t *row, const uint16_t *column, size_t column_stride) {
    float halves[2] = {0, 0};
    for (size_t k = 0; k < 16; k++)
        for (size_t odd = 0; odd < 2; odd++) {
            const float a = flushed(float_of((uint32_t)row[2 * k + odd] << 16));
            const float b = flushed(float_of((uint32_t)column[k * column_stride + odd] << 16));
            halves[odd] = flushed(fmaf(a, b, halves[odd]));
        }
    return flushed(flushed(sum) + flushed(halves[0] + halves[1]));
}

typedef struct {
    const char *name;
    // Bits that are set and kept of a random bf16, which decide its magnitude.
    uint16_t set, kept;
} magnitude;

static void check_tile_product(int is_real, magnitude m, int height) {
    generator g = {(uint64_t)height * 100 + m.set};
    static decant_emulated_tiles tiles;
    for (int t = 0; t < 8; t++) {
        tiles.rows[t] = (uint8_t)(t < 6 ? height : 16);
        for (size_t i = 0; i < 256; i++) {
            const uint16_t low = (uint16_t)((next_bits(&g) & m.kept) | m.set), high = (uint16_t)((next_bits(&g) & m.kept) | m.set);
            tiles.words[t][i / 16][i % 16] = t < 4 ? (uint32_t)high << 16 | (uint16_t)next_bits(&g) : (uint32_t)high << 16 | low;
        }
    }
    float found[256] = {0}, expected[256] = {0};
    for (size_t i = 0; i < (size_t)height * 16; i++) {
        uint16_t row[32], column[32];
        memcpy(row, tiles.words[4][i / 16], sizeof row);
        for (size_t k = 0; k < 16; k++) memcpy(column + 2 * k, &tiles.words[6][k][i % 16], 4);
        expected[i] = sum_of_pairs(float_of(tiles.words[0][i / 16][i % 16]), row, column, 2);
    }
    if (is_real)
        decant_real_tile_product(&tiles, 0, 4, 6);
    else
        decant_emulated_tile_product(&tiles, 0, 4, 6);
    memcpy(found, tiles.words[0], (size_t)height * 64);
    char what[80];
    snprintf(what, sizeof what, "tile product, %s numbers, %d rows", m.name, height);
    expect_equal(what, (size_t)height * 16, found, expected);
}

static void check_tile_products(int is_real) {
    static const magnitude magnitudes[] = {
        {"any", 0, 0xffff},         {"usual", 0x3c00, 0x83ff}, {"small", 0x1f80, 0x80ff},
        {"denormal", 0x0000, 0x807f}, {"tiny", 0x2000, 0x80ff},  {"huge", 0x5f00, 0x80ff},
    };
    for (size_t m = 0; m < sizeof magnitudes / sizeof *magnitudes; m++)
        for (int height = 1; height <= 16; height++) check_tile_product(is_real, magnitudes[m], height);
}

typedef struct {
    size_t part_count, height, tile_count, run_count, run_depth, column_count;
    int rectifies;
    float poison;
} product_case;

// Every sum in the order of its definition.
static float expected_sum(const product_case *c, const decant_split_product *p, const uint16_t *position, const uint16_t *weights) {
    static const size_t of_two[][2] = {{1, 2}, {1, 1}, {2, 1}}, of_three[][2] = {{3, 1}, {2, 1}, {2, 2}, {1, 2}, {1, 3}, {1, 1}};
    float sum = 0;
    for (size_t run = 0; run < p->run_count; run++)
        for (size_t block = 0; block < p->block_count; block++, weights += c->part_count * 1024)
            for (size_t s = 0; s < (c->part_count == 2 ? 3 : 6); s++) {
                const size_t *parts = c->part_count == 2 ? of_two[s] : of_three[s];
                sum = sum_of_pairs(sum, position + (parts[0] - 1) * p->part_stride + run * p->run_stride + block * p->block_stride,
                                   weights + (parts[1] - 1) * 1024, 32);
            }
    return sum;
}

static void check_product(const decant_split_kernels *kernels, product_case c) {
    generator g = {c.height * 1000 + c.tile_count * 100 + c.run_depth + c.column_count};
    const size_t block_count = (c.run_depth + 31) / 32, column_blocks = (c.column_count + 31) / 32;
    // Positions overlap as those of a map do.
    const size_t row_stride = c.run_depth > 40 ? 40 : c.run_depth, run_stride = c.run_depth + 9;
    const size_t position_count = c.height * c.tile_count;
    const size_t part_stride = position_count * row_stride + c.run_count * run_stride + block_count * 32;
    float *values = make_floats(&g, part_stride, 1), *rows = make_floats(&g, c.run_count * c.run_depth * c.column_count, 1);
    if (c.poison != 0) values[0] = c.poison;
    float *bias = make_floats(&g, column_blocks * 32, 1);
    uint16_t *planes = make_halves(c.part_count * part_stride);
    kernels->split(values, part_stride, c.part_count, planes, part_stride, 32);
    uint16_t *weights = make_halves(column_blocks * c.run_count * block_count * c.part_count * 1024);
    kernels->pack(rows, c.run_count, c.run_depth, c.column_count, NULL, c.part_count, weights);

    const size_t output_stride = c.column_count + 3, output_count = position_count * output_stride;
    float *output = make_canaries(output_count), *expected = make_canaries(output_count);
    decant_split_tile *tiles = calloc(c.tile_count, sizeof *tiles);
    decant_split_columns *columns = calloc(column_blocks, sizeof *columns);
    if (!tiles || !columns) abort();
    // The last tile has a row that is not written, where it has two.
    for (size_t t = 0; t < c.tile_count; t++)
        tiles[t] = (decant_split_tile){
            .values = planes + t * c.height * row_stride, .row = t * c.height,
            .row_count = t + 1 == c.tile_count && c.height > 1 ? c.height - 1 : c.height};
    for (size_t b = 0; b < column_blocks; b++)
        columns[b] = (decant_split_columns){
            .weights = weights + b * c.run_count * block_count * c.part_count * 1024, .bias = bias + 32 * b,
            .output = output + 32 * b, .output_stride = output_stride,
            .column_count = b + 1 < column_blocks ? 32 : c.column_count - 32 * b, .rectifies = c.rectifies};
    const decant_split_product product = {
        .part_count = c.part_count, .tile_height = c.height, .part_stride = part_stride, .row_stride = row_stride,
        .run_stride = run_stride, .block_stride = 32, .run_count = c.run_count, .block_count = block_count, .tiles = tiles,
        .tile_count = c.tile_count, .columns = columns, .columns_count = column_blocks};
    kernels->product(&product);

    for (size_t t = 0; t < c.tile_count; t++)
        for (size_t r = 0; r < tiles[t].row_count; r++)
            for (size_t o = 0; o < c.column_count; o++) {
                const float value = expected_sum(&c, &product, tiles[t].values + r * row_stride,
                                                 columns[o / 32].weights + o % 32 / 16 * 512 + o % 16 * 2) + bias[o];
                expected[(tiles[t].row + r) * output_stride + o] = c.rectifies && value < 0 ? 0 : value;
            }
    char what[140];
    snprintf(what, sizeof what, "product of %zu tiles of %zu, %zu runs of %zu, %zu columns, %zu parts%s", c.tile_count, c.height, c.run_count,
             c.run_depth, c.column_count, c.part_count, c.rectifies ? ", rectified" : "");
    expect_equal(what, output_count, output, expected);
    free(values), free(rows), free(bias), free(planes), free(weights), free(output), free(expected), free(tiles), free(columns);
}

void test_split(const decant_split_kernels *kernels) {
    static const size_t counts[] = {1, 15, 16, 17, 32, 33, 100};
    static const size_t depths[][2] = {{1, 32}, {1, 3}, {3, 9}, {2, 40}, {5, 65}};
    static const size_t columns[] = {1, 15, 16, 17, 31, 32, 33, 48, 80};
    for (size_t parts = 2; parts <= 3; parts++) {
        for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
            check_split(kernels, counts[n], parts, 32);
            check_split(kernels, counts[n], parts, 512);
        }
        for (size_t d = 0; d < sizeof depths / sizeof *depths; d++)
            for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
                check_pack(kernels, depths[d][0], depths[d][1], columns[c], parts, (int)c % 2);
                for (size_t tiles = 1; tiles <= 3; tiles++)
                    check_product(kernels, (product_case){parts, 1 + (5 * d + 7 * c + tiles) % 16, tiles, depths[d][0], depths[d][1],
                                                          columns[c], (int)(c + d) % 2, 0});
            }
        for (int rectifies = 0; rectifies < 2; rectifies++) {
            check_product(kernels, (product_case){parts, 16, 2, 1, 64, 32, rectifies, NAN});
            check_product(kernels, (product_case){parts, 16, 2, 1, 64, 32, rectifies, INFINITY});
        }
    }
    check_parts_add_up(kernels);
    check_tile_products(strcmp(kernels->name, "amx") == 0);
}
