// CRC-32 by instruction and by table against published values and the definition, a bit at a time.

#include "CDecantBytes.h"
#include "check.h"

#include <stdlib.h>

static uint32_t bit_by_bit(uint32_t crc, const uint8_t *bytes, size_t count) {
    crc = ~crc;
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

// The check value of the catalogues, and what zlib computes.
static void test_published(void) {
    uint8_t zeros[32] = {0}, ones[32], up[32], down[32];
    for (int i = 0; i < 32; i++) ones[i] = 0xff, up[i] = (uint8_t)i, down[i] = (uint8_t)(31 - i);
    const struct {
        const void *bytes;
        size_t count;
        uint32_t crc;
    } rows[] = {{"", 0, 0}, {zeros, 32, 0x190A55AD}, {ones, 32, 0xFF6CAB0B}, {up, 32, 0x91267E8A}, {down, 32, 0x9AB0EF72}, {"123456789", 9, 0xCBF43926}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        expect(decant_crc32_extend(0, rows[i].bytes, rows[i].count) == rows[i].crc, "a published value, by instruction");
        expect(decant_crc32_extend_portable(0, rows[i].bytes, rows[i].count) == rows[i].crc, "a published value, by table");
    }
}

void test_crc32(void) {
    test_published();
    // Around the words, and around what four registers take at once.
    static const size_t counts[] = {0, 1, 7, 8, 9, 15, 16, 63, 64, 65, 79, 80, 81, 127, 128, 144, 191, 192, 193, 255, 1543, 26000};
    for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
        generator g = {n};
        uint8_t *bytes = malloc(counts[n] + 8);
        if (!bytes) abort();
        for (size_t i = 0; i < counts[n] + 8; i++) bytes[i] = (uint8_t)next_bits(&g);
        for (size_t start = 0; start < 9; start++) {
            const uint32_t before = (uint32_t)next_bits(&g), crc = bit_by_bit(before, bytes + start % 8, counts[n]);
            expect(decant_crc32_extend(before, bytes + start % 8, counts[n]) == crc, "random bytes, by instruction");
            expect(decant_crc32_extend_portable(before, bytes + start % 8, counts[n]) == crc, "random bytes, by table");
        }
        free(bytes);
    }
}
