// Memory for weights: aligned, zero, and as much as was asked for.

#include <stdint.h>

#include "check.h"

void test_memory(void) {
    // Around a huge page, from where on the system gives it.
    const size_t page = (2 << 20) / sizeof(float), counts[] = {0, 1, 15, 1000, page - 1, page, page + 1, 3 * page + 5};
    for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
        float *memory = decant_allocate(counts[n]);
        expect(memory != NULL && (uintptr_t)memory % 64 == 0, "memory is not aligned");
        int is_zero = 1;
        for (size_t i = 0; memory && i < counts[n]; i++) {
            is_zero &= memory[i] == 0;
            memory[i] = 1;
        }
        expect(is_zero, "memory is not zero");
        decant_deallocate(memory, counts[n]);
    }
    expect(decant_allocate(SIZE_MAX / 2) == NULL, "more memory was given than there is");
}
