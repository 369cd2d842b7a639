// Memory for weights and activations.

#include "CDecantKernels.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ALIGNMENT 64
// A huge page of x86-64 and of most aarch64 systems.
#define HUGE_PAGE ((size_t)2 << 20)

// Fresh pages from the system are already zeros, so nothing is written twice.
static int comes_from_the_system(size_t byte_count) { return byte_count >= HUGE_PAGE; }

float *decant_allocate(size_t count) {
    if (count > SIZE_MAX / sizeof(float) - HUGE_PAGE) return NULL;
    const size_t byte_count = count * sizeof(float);
    if (!comes_from_the_system(byte_count)) {
        void *memory = NULL;
        if (posix_memalign(&memory, ALIGNMENT, byte_count) != 0) return NULL;
        return memset(memory, 0, byte_count);
    }
    // Mapped with room to start at a huge page; what comes before and after is given back.
    char *mapped = mmap(NULL, byte_count + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return NULL;
    const size_t before = -(uintptr_t)mapped % HUGE_PAGE;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), end = (before + byte_count + page - 1) / page * page;
    if (before) munmap(mapped, before);
    if (end < byte_count + HUGE_PAGE) munmap(mapped + end, byte_count + HUGE_PAGE - end);
#ifdef MADV_HUGEPAGE
    // The last, partial huge page remains small pages, so that no memory is used that nobody asked for.
    madvise(mapped + before, byte_count / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
#endif
    return (float *)(mapped + before);
}

void decant_deallocate(float *memory, size_t count) {
    const size_t byte_count = count * sizeof(float);
    if (memory && comes_from_the_system(byte_count))
        munmap(memory, byte_count);
    else
        free(memory);
}

size_t decant_second_level_cache(void) {
#ifdef _SC_LEVEL2_CACHE_SIZE
    const long size = sysconf(_SC_LEVEL2_CACHE_SIZE);
    if (size > 0) return (size_t)size;
#endif
    return 0;
}
