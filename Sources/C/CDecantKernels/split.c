// Compiles split_variant.h with the processor's tiles and with emulated ones, and says which may be used.

#include "CDecantSplit.h"

#include <stdatomic.h>
#include <string.h>

// Vectors pass between functions here that are always inlined, so how a call would pass them does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

#include "tile_emulation.h"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

#define TARGET
#define NAMED(x) x##_emulated
#define VARIANT_NAME "amx-emulated"
#define TILES decant_emulated_tiles *tiles_, const tile_product_function product_,
#define PASS_TILES &state, product_function,
#define TILE_STATE                                                     \
    decant_emulated_tiles state, *const tiles_ = &state;               \
    const tile_product_function product_function = fastest_tile_product();
#define TILE_CONFIGURE(height)                                         \
    do {                                                               \
        memset(tiles_, 0, sizeof *tiles_);                             \
        memset(tiles_->rows, (int)(height), 6);                        \
        memset(tiles_->rows + 6, 16, 2);                               \
    } while (0)
#define TILE_ZERO(t) emulated_tile_zero(tiles_, t)
#define TILE_LOAD(t, from, stride) emulated_tile_load(tiles_, t, from, stride)
#define TILE_PRODUCT(c, a, b) product_(tiles_, c, a, b)
#define TILE_STORE(t, to, stride) emulated_tile_store(tiles_, t, to, stride)
#define TILE_RELEASE() (void)0
#include "split_variant.h"

void decant_emulated_tile_product(decant_emulated_tiles *tiles, int c, int a, int b) { fastest_tile_product()(tiles, c, a, b); }

#if defined(__x86_64__) && defined(__linux__)
#define HAS_AMX

#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

// What LDTILECFG reads.
typedef struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} tile_configuration;

static tile_configuration configuration_of(size_t height) {
    tile_configuration configuration = {.palette = 1};
    for (int t = 0; t < 8; t++) {
        configuration.row_bytes[t] = 64;
        configuration.rows[t] = t < 6 ? (uint8_t)height : 16;
    }
    return configuration;
}

#define TARGET __attribute__((target("amx-tile,amx-bf16,avx512f,avx512dq,avx512vl,avx512bw,fma")))
#define NAMED(x) x##_amx
#define VARIANT_NAME "amx"
#define TILES
#define PASS_TILES
#define TILE_STATE
#define TILE_CONFIGURE(height)                                                     \
    do {                                                                           \
        const tile_configuration configuration_ = configuration_of(height);        \
        _tile_loadconfig(&configuration_);                                         \
    } while (0)
#define TILE_ZERO(t) _tile_zero(t)
#define TILE_LOAD(t, from, stride) _tile_loadd(t, from, stride)
#define TILE_PRODUCT(c, a, b) _tile_dpbf16ps(c, a, b)
#define TILE_STORE(t, to, stride) _tile_stored(t, to, stride)
// Gives the state back, so that the system need not save it when the thread is exchanged.
#define TILE_RELEASE() _tile_release()
#include "split_variant.h"

__attribute__((target("amx-tile,amx-bf16"))) static void real_tile_product(uint32_t (*c)[16], uint32_t (*a)[16], uint32_t (*b)[16],
                                                                          size_t height) {
    const tile_configuration configuration = configuration_of(height);
    _tile_loadconfig(&configuration);
    _tile_loadd(0, c, 64);
    _tile_loadd(4, a, 64);
    _tile_loadd(6, b, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_stored(0, c, 64);
    _tile_release();
}

static uint64_t enabled_states(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

// Whether the processor has the tiles that the code expects and the system saves them.
static int has_tiles(void) {
    uint32_t a, b, c, d;
    if (!__get_cpuid_count(1, 0, &a, &b, &c, &d) || !(c >> 27 & 1)) return 0;
    // XTILECFG and XTILEDATA, beside the states of AVX-512.
    const uint64_t states = 0x600e6;
    if ((enabled_states() & states) != states) return 0;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl") ||
        !__builtin_cpu_supports("avx512bw"))
        return 0;
    // AMX-TILE and AMX-BF16.
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(d >> 24 & 1) || !(d >> 22 & 1)) return 0;
    // Palette 1: eight tiles of 16 rows of 64 bytes.
    if (!__get_cpuid_count(0x1d, 1, &a, &b, &c, &d)) return 0;
    return a >> 16 == 1024 && (b & 0xffff) == 64 && b >> 16 >= 8 && (c & 0xffff) >= 16;
}

// Linux lets a process use tiles once it has asked (since 5.16). Older ones and sandboxes refuse, and the engine does without.
static int may_use_tiles(void) {
    enum { request_permission = 0x1023, tile_data = 18 };
    return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

static int runs_amx(void) {
    enum { unknown, yes, no };
    static _Atomic int answer = unknown;
    if (answer == unknown) answer = has_tiles() && may_use_tiles() ? yes : no;
    return answer == yes;
}
#endif

const decant_split_kernels *decant_split_kernels_emulated(void) { return &split_kernels_emulated; }

int decant_real_tile_product(decant_emulated_tiles *tiles, int c, int a, int b) {
#ifdef HAS_AMX
    if (runs_amx()) {
        real_tile_product(tiles->words[c], tiles->words[a], tiles->words[b], tiles->rows[c]);
        return 1;
    }
#endif
    (void)tiles, (void)c, (void)a, (void)b;
    return 0;
}

const decant_split_kernels *decant_split_kernels_named(const char *name) {
#ifdef HAS_AMX
    if (strcmp(name, split_kernels_amx.name) == 0 && runs_amx()) return &split_kernels_amx;
#endif
    return strcmp(name, split_kernels_emulated.name) == 0 ? &split_kernels_emulated : NULL;
}
