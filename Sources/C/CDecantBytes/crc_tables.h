// A CRC of 32 bits by table, eight bytes at a time ("slicing by 8": Kounavis and Berry, "A Systematic Approach to Building
// High Performance Software-Based CRC Generators", Intel, 2005).

#ifndef CRC_TABLES_H
#define CRC_TABLES_H

#include <stddef.h>
#include <stdint.h>

/// What each value of a byte does to the register, by how many bytes follow it in a word of eight.
typedef uint32_t crc_tables[8][256];

/// Fills the tables for a polynomial whose bits are reflected.
static inline void make_crc_tables(crc_tables tables, uint32_t polynomial) {
    for (uint32_t value = 0; value < 256; value++) {
        uint32_t crc = value;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) ? polynomial : 0);
        tables[0][value] = crc;
    }
    for (uint32_t value = 0; value < 256; value++)
        for (int table = 1; table < 8; table++) {
            uint32_t before = tables[table - 1][value];
            tables[table][value] = (before >> 8) ^ tables[0][before & 0xff];
        }
}

/// The CRC of the bytes before, extended by `count` bytes.
static inline uint32_t extend_by_table(crc_tables tables, uint32_t crc, const uint8_t *next, size_t count) {
    crc = ~crc;
    for (; count >= 8; count -= 8, next += 8) {
        uint32_t low = crc ^ ((uint32_t)next[0] | (uint32_t)next[1] << 8 | (uint32_t)next[2] << 16 | (uint32_t)next[3] << 24);
        crc = tables[7][low & 0xff] ^ tables[6][(low >> 8) & 0xff] ^ tables[5][(low >> 16) & 0xff] ^ tables[4][low >> 24] ^
              tables[3][next[4]] ^ tables[2][next[5]] ^ tables[1][next[6]] ^ tables[0][next[7]];
    }
    while (count--) crc = (crc >> 8) ^ tables[0][(crc ^ *next++) & 0xff];
    return ~crc;
}

#endif
