// Packing of weights: rows as files have them into the panels that a tile reads in order.

#include "CDecantKernels.h"

#include <string.h>

void decant_pack_rows(const void *rows, size_t row_count, size_t column_count, const float *scale, size_t first_row,
                      size_t depth, size_t panel_columns, float *panels) {
    const char *next = rows;
    for (size_t k = first_row; k < first_row + row_count; k++) {
        for (size_t column = 0; column < column_count; column += DECANT_LINE_COLUMNS) {
            const size_t left = column_count - column;
            const size_t count = left < DECANT_LINE_COLUMNS ? left : DECANT_LINE_COLUMNS;
            float values[DECANT_LINE_COLUMNS] = {0};
            memcpy(values, next, count * sizeof(float));
            if (scale)
                for (size_t c = 0; c < count; c++) values[c] *= scale[column + c];
            memcpy(panels + decant_place_in_panels(k, column, column_count, depth, panel_columns), values, sizeof values);
            next += count * sizeof(float);
        }
    }
}
