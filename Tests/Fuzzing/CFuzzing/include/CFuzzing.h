// What libFuzzer gives to a mutator of our own, and a child process that outlives an input.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Mutates `size` bytes in place into at most `max_size`, as libFuzzer would; returns how many there are then.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/// What became of a child process in a call.
typedef enum {
  FUZZ_SURVIVED,
  /// It crashed, or used more than 0.03 seconds of a processor.
  FUZZ_DIED,
  /// It ran into a trap of Swift's, such as a number that overflows.
  FUZZ_TRAPPED,
} fuzz_fate;

/// Runs `body` in a child process that is kept from one call to the next, since a fork for each takes far longer than an input.
///
/// The child sees files as they are, and memory as it was when the child began. `body` must be the same in every call. Edges that ran there
/// count as if they had run here. After an end of the child, the next call starts another.
fuzz_fate fuzz_in_child(void (*body)(void));

/// Lets libhdf5 keep what it frees. It takes half a megabyte for every file that it opens; to map and clear that anew is a third of the
/// fuzzer's time.
void fuzz_keep_hdf5_blocks(void);
