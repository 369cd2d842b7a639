// CRC-32C: by table, and by the processor's own instruction in three interleaved streams.
//
// The crc32 instruction has a latency of three cycles and a throughput of one, so three independent streams run
// at the speed of one; their results are joined by multiplying with x^(8n) modulo the polynomial (Gopal et al.,
// "Fast CRC Computation for iSCSI Polynomial Using CRC32 Instruction", Intel, 2011).

#include "CDecantBytes.h"
#include "crc_tables.h"

#include <pthread.h>
#include <string.h>

#define POLYNOMIAL 0x82F63B78u

// Bytes per stream: a long run for big tensors, a short one so that small blocks profit too.
#define LONG_RUN 8192
#define SHORT_RUN 256

static crc_tables tables;
static uint32_t shift_long[4][256];
static uint32_t shift_short[4][256];
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

// Multiplies a vector over GF(2) by a 32 x 32 matrix whose columns are `matrix`.
static uint32_t multiply(const uint32_t *matrix, uint32_t vector) {
    uint32_t sum = 0;
    for (; vector; vector >>= 1, matrix++)
        if (vector & 1) sum ^= *matrix;
    return sum;
}

static void square(uint32_t *result, const uint32_t *matrix) {
    for (int n = 0; n < 32; n++) result[n] = multiply(matrix, matrix[n]);
}

// Tabulates what `zero_bytes` (a power of two) zero bytes do to a CRC register, a byte of the register at a time.
static void make_shift(uint32_t table[4][256], size_t zero_bytes) {
    uint32_t odd[32], even[32];
    odd[0] = POLYNOMIAL;
    for (int n = 1; n < 32; n++) odd[n] = 1u << (n - 1);
    square(even, odd);
    square(odd, even);
    uint32_t *current = odd, *next = even;
    for (size_t bits = zero_bytes * 8; bits > 4; bits /= 2) {
        square(next, current);
        uint32_t *swap = current;
        current = next;
        next = swap;
    }
    for (int part = 0; part < 4; part++)
        for (uint32_t value = 0; value < 256; value++) table[part][value] = multiply(current, value << (8 * part));
}

static uint32_t shift(uint32_t table[4][256], uint32_t crc) {
    return table[0][crc & 0xff] ^ table[1][(crc >> 8) & 0xff] ^ table[2][(crc >> 16) & 0xff] ^ table[3][crc >> 24];
}

static void make_tables(void) {
    make_crc_tables(tables, POLYNOMIAL);
    make_shift(shift_long, LONG_RUN);
    make_shift(shift_short, SHORT_RUN);
}

static uint64_t load64(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

uint32_t decant_crc32c_extend_portable(uint32_t crc, const void *bytes, size_t count) {
    pthread_once(&tables_once, make_tables);
    return extend_by_table(tables, crc, bytes, count);
}

#if defined(__x86_64__)
#include <nmmintrin.h>
#define HARDWARE __attribute__((target("sse4.2")))
#define CRC64(crc, word) _mm_crc32_u64((crc), (word))
#define CRC8(crc, byte) _mm_crc32_u8((uint32_t)(crc), (byte))
static int has_instruction(void) { return __builtin_cpu_supports("sse4.2"); }
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_acle.h>
#include <sys/auxv.h>
#define HARDWARE __attribute__((target("crc")))
#define CRC64(crc, word) __crc32cd((uint32_t)(crc), (word))
#define CRC8(crc, byte) __crc32cb((uint32_t)(crc), (byte))
static int has_instruction(void) { return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }
#endif

#ifdef HARDWARE
HARDWARE static const uint8_t *three_streams(uint64_t *crc, const uint8_t *next, size_t *count, size_t run,
                                             uint32_t table[4][256]) {
    while (*count >= 3 * run) {
        uint64_t first = *crc, second = 0, third = 0;
        for (const uint8_t *end = next + run; next < end; next += 8) {
            first = CRC64(first, load64(next));
            second = CRC64(second, load64(next + run));
            third = CRC64(third, load64(next + 2 * run));
        }
        first = shift(table, (uint32_t)first) ^ second;
        *crc = shift(table, (uint32_t)first) ^ third;
        next += 2 * run;
        *count -= 3 * run;
    }
    return next;
}

HARDWARE static uint32_t extend_by_instruction(uint32_t value, const uint8_t *next, size_t count) {
    uint64_t crc = ~value;
    next = three_streams(&crc, next, &count, LONG_RUN, shift_long);
    next = three_streams(&crc, next, &count, SHORT_RUN, shift_short);
    for (; count >= 8; count -= 8, next += 8) crc = CRC64(crc, load64(next));
    while (count--) crc = CRC8(crc, *next++);
    return ~(uint32_t)crc;
}
#endif

uint32_t decant_crc32c_extend(uint32_t crc, const void *bytes, size_t count) {
#ifdef HARDWARE
    if (has_instruction()) {
        pthread_once(&tables_once, make_tables);
        return extend_by_instruction(crc, bytes, count);
    }
#endif
    return decant_crc32c_extend_portable(crc, bytes, count);
}
