// CRC-32, the checksum of zip and gzip: by table, and on x86 by multiplication without carries.
//
// Four registers of 128 bits each take every fourth 16 bytes: multiplying a register by x^512 modulo the polynomial moves it
// over the 64 bytes that follow. At the end the four are joined, and the remainder of 128 bits is reduced to 32 by Barrett's
// method (Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel, 2009).

#include "CDecantBytes.h"
#include "crc_tables.h"

#include <pthread.h>

static crc_tables tables;
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void make_tables(void) { make_crc_tables(tables, 0xEDB88320u); }

uint32_t decant_crc32_extend_portable(uint32_t crc, const void *bytes, size_t count) {
    pthread_once(&tables_once, make_tables);
    return extend_by_table(tables, crc, bytes, count);
}

#if defined(__x86_64__)
#include <immintrin.h>
#define HARDWARE __attribute__((target("pclmul,sse4.1")))

// Both halves of `remainder` moved over the bytes between it and `bytes`, as the two constants say, and `bytes` added.
HARDWARE static inline __m128i folded(__m128i remainder, __m128i constants, __m128i bytes) {
    __m128i low = _mm_clmulepi64_si128(remainder, constants, 0x00);
    __m128i high = _mm_clmulepi64_si128(remainder, constants, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), bytes);
}

HARDWARE static inline __m128i load(const uint8_t *next) { return _mm_loadu_si128((const __m128i *)next); }

// `count` is a multiple of 16 and at least 64; `crc` is the register, inverted already.
HARDWARE static uint32_t multiplied(uint32_t crc, const uint8_t *next, size_t count) {
    // x^(4*128+32), x^(4*128-32); x^(128+32), x^(128-32); x^64; the polynomial and its inverse. All bit-reflected.
    const __m128i over64 = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4);
    const __m128i over16 = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
    const __m128i over8 = _mm_set_epi64x(0, 0x0163cd6124);
    const __m128i barrett = _mm_set_epi64x(0x01f7011641, 0x01db710641);
    const __m128i words = _mm_setr_epi32(~0, 0, ~0, 0);

    __m128i a = _mm_xor_si128(load(next), _mm_cvtsi32_si128((int)crc));
    __m128i b = load(next + 16), c = load(next + 32), d = load(next + 48);
    for (next += 64, count -= 64; count >= 64; next += 64, count -= 64) {
        a = folded(a, over64, load(next));
        b = folded(b, over64, load(next + 16));
        c = folded(c, over64, load(next + 32));
        d = folded(d, over64, load(next + 48));
    }
    a = folded(a, over16, b);
    a = folded(a, over16, c);
    a = folded(a, over16, d);
    for (; count >= 16; next += 16, count -= 16) a = folded(a, over16, load(next));

    // From 128 bits to 96, to 64, to 32.
    a = _mm_xor_si128(_mm_srli_si128(a, 8), _mm_clmulepi64_si128(a, over16, 0x10));
    a = _mm_xor_si128(_mm_srli_si128(a, 4), _mm_clmulepi64_si128(_mm_and_si128(a, words), over8, 0x00));
    __m128i quotient = _mm_and_si128(_mm_clmulepi64_si128(_mm_and_si128(a, words), barrett, 0x10), words);
    a = _mm_xor_si128(a, _mm_clmulepi64_si128(quotient, barrett, 0x00));
    return (uint32_t)_mm_extract_epi32(a, 1);
}

uint32_t decant_crc32_extend(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    if (count >= 64 && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1")) {
        size_t whole = count & ~(size_t)15;
        crc = ~multiplied(~crc, next, whole);
        next += whole;
        count -= whole;
    }
    return decant_crc32_extend_portable(crc, next, count);
}
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_acle.h>
#include <string.h>
#include <sys/auxv.h>

__attribute__((target("crc"))) static uint32_t by_instruction(uint32_t crc, const uint8_t *next, size_t count) {
    crc = ~crc;
    for (; count >= 8; count -= 8, next += 8) {
        uint64_t word;
        memcpy(&word, next, sizeof word);
        crc = __crc32d(crc, word);
    }
    while (count--) crc = __crc32b(crc, *next++);
    return ~crc;
}

uint32_t decant_crc32_extend(uint32_t crc, const void *bytes, size_t count) {
    if (getauxval(AT_HWCAP) & HWCAP_CRC32) return by_instruction(crc, bytes, count);
    return decant_crc32_extend_portable(crc, bytes, count);
}
#else
uint32_t decant_crc32_extend(uint32_t crc, const void *bytes, size_t count) {
    return decant_crc32_extend_portable(crc, bytes, count);
}
#endif
