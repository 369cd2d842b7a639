// Packing of weights: rows as files have them into the panels that a tile reads in order.

#include "CDecantKernels.h"

#include <string.h>

void decant_pack_rows(const void *rows, size_t row_count, size_t column_count, const float *scale, size_t first_row,
                      size_t depth, size_t panel_columns, float *panels) {
    const char *next = rows;
    const size_t padded = (column_count + DECANT_LINE_COLUMNS - 1) / DECANT_LINE_COLUMNS * DECANT_LINE_COLUMNS;
    for (size_t k = first_row; k < first_row + row_count; k++) {
        for (size_t panel = 0; panel < padded; panel += panel_columns) {
            const size_t width = padded - panel < panel_columns ? padded - panel : panel_columns;
            float *to = panels + panel * depth + k * width;
            for (size_t column = panel; column < panel + width; column += DECANT_LINE_COLUMNS, to += DECANT_LINE_COLUMNS) {
                const size_t left = column_count - column;
                const size_t count = left < DECANT_LINE_COLUMNS ? left : DECANT_LINE_COLUMNS;
                float values[DECANT_LINE_COLUMNS] = {0};
                memcpy(values, next, count * sizeof(float));
                if (scale)
                    for (size_t c = 0; c < count; c++) values[c] *= scale[column + c];
                memcpy(to, values, sizeof values);
                next += count * sizeof(float);
            }
        }
    }
}
