// The largest magnitudes of a matrix's columns, from which fixed_point_variant.h takes their units.

#include "CDecantKernels.h"

#include <string.h>

void decant_largest_magnitudes(const float *rows, size_t row_count, size_t column_count, int32_t *magnitudes) {
    for (size_t k = 0; k < row_count; k++, rows += column_count) {
        for (size_t c = 0; c < column_count; c++) {
            int32_t bits;
            memcpy(&bits, rows + c, sizeof bits);
            // Without signs, floats are in the order of their bits, and NaN is above infinity.
            bits &= 0x7fffffff;
            magnitudes[c] = bits > magnitudes[c] ? bits : magnitudes[c];
        }
    }
}
