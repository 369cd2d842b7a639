// CRC-32 and CRC-32C by instruction and by table against published values and the definition, a bit at a time.

#include "CDecantBytes.h"
#include "check.h"

#include <stdlib.h>

typedef struct {
    uint32_t polynomial;
    uint32_t (*by_instruction)(uint32_t, const void *, size_t);
    uint32_t (*by_table)(uint32_t, const void *, size_t);
    // Of 32 zeros, 32 ones, 0 to 31, 31 to 0, and the digits 1 to 9: RFC 3720, section B.4, for CRC-32C; what zlib computes for
    // CRC-32; the check values of the catalogues.
    uint32_t published[5];
    // Around the words, and around what several registers or streams take at once.
    size_t counts[22];
} checksum;

static uint32_t bit_by_bit(uint32_t polynomial, uint32_t crc, const uint8_t *bytes, size_t count) {
    crc = ~crc;
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
    }
    return ~crc;
}

static void test_published(const checksum *c) {
    uint8_t zeros[32] = {0}, ones[32], up[32], down[32];
    for (int i = 0; i < 32; i++) ones[i] = 0xff, up[i] = (uint8_t)i, down[i] = (uint8_t)(31 - i);
    const struct {
        const void *bytes;
        size_t count;
    } rows[] = {{zeros, 32}, {ones, 32}, {up, 32}, {down, 32}, {"123456789", 9}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        expect(c->by_instruction(0, rows[i].bytes, rows[i].count) == c->published[i], "a published value, by instruction");
        expect(c->by_table(0, rows[i].bytes, rows[i].count) == c->published[i], "a published value, by table");
    }
}

static void test_random(const checksum *c) {
    for (size_t n = 0; n < sizeof c->counts / sizeof *c->counts; n++) {
        generator g = {n};
        const size_t count = c->counts[n];
        uint8_t *bytes = malloc(count + 8);
        if (!bytes) abort();
        for (size_t i = 0; i < count + 8; i++) bytes[i] = (uint8_t)next_bits(&g);
        for (size_t start = 0; start < 9; start++) {
            const uint32_t before = (uint32_t)next_bits(&g), crc = bit_by_bit(c->polynomial, before, bytes + start % 8, count);
            expect(c->by_instruction(before, bytes + start % 8, count) == crc, "random bytes, by instruction");
            expect(c->by_table(before, bytes + start % 8, count) == crc, "random bytes, by table");
        }
        free(bytes);
    }
}

static void test(checksum c) {
    test_published(&c);
    test_random(&c);
}

void test_crc32(void) {
    test((checksum){
        0xEDB88320u,
        decant_crc32_extend,
        decant_crc32_extend_portable,
        {0x190A55AD, 0xFF6CAB0B, 0x91267E8A, 0x9AB0EF72, 0xCBF43926},
        {0, 1, 7, 8, 9, 15, 16, 63, 64, 65, 79, 80, 81, 127, 128, 144, 191, 192, 193, 255, 1543, 26000},
    });
}

void test_crc32c(void) {
    test((checksum){
        0x82F63B78u,
        decant_crc32c_extend,
        decant_crc32c_extend_portable,
        {0x8A9136AA, 0x62A8AB43, 0x46DD794E, 0x113FDB5C, 0xE3069283},
        {0, 1, 7, 8, 9, 255, 767, 768, 769, 1543, 24575, 24576, 24583, 26000},
    });
}
