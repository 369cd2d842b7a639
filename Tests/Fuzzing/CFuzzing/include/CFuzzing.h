// What libFuzzer gives to a mutator of our own.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Mutates `size` bytes in place into at most `max_size`, as libFuzzer would; returns how many there are then.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
