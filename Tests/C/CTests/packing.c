// Packed weights: every value is where the layout says, and every gap is 0.

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(size_t depth, size_t column_count, size_t panel_columns, size_t first_part, int is_scaled) {
    generator g = {depth * 100 + column_count};
    const size_t padded = (column_count + DECANT_LINE_COLUMNS - 1) / DECANT_LINE_COLUMNS * DECANT_LINE_COLUMNS;
    const size_t count = padded * depth;
    float *rows = make_floats(&g, depth * column_count, 1), *scale = make_floats(&g, column_count, 2);
    float *panels = make_canaries(count), *expected = make_canaries(count);
    // Tensors lie in a file at any byte.
    char *bytes = malloc(depth * column_count * sizeof *rows + 1);
    if (!bytes) abort();
    memcpy(bytes + 1, rows, depth * column_count * sizeof *rows);
    const float *scales = is_scaled ? scale : NULL;
    decant_pack_rows(bytes + 1, first_part, column_count, scales, 0, depth, panel_columns, panels);
    decant_pack_rows(bytes + 1 + first_part * column_count * sizeof *rows, depth - first_part, column_count, scales,
                     first_part, depth, panel_columns, panels);
    size_t next = 0;
    for (size_t first = 0; first < padded; first += panel_columns)
        for (size_t k = 0; k < depth; k++)
            for (size_t column = first; column < first + panel_columns && column < padded; column++)
                expected[next++] = column < column_count ? rows[k * column_count + column] * (is_scaled ? scale[column] : 1) : 0;
    char what[80];
    snprintf(what, sizeof what, "%zu rows of %zu columns by %zu", depth, column_count, panel_columns);
    expect_equal(what, count, panels, expected);
    free(rows), free(scale), free(panels), free(expected), free(bytes);
}

void test_packing(void) {
    static const size_t column_counts[] = {1, 15, 16, 17, 33, 64, 80, 150};
    for (size_t n = 0; n < sizeof column_counts / sizeof *column_counts; n++)
        for (size_t depth = 1; depth < 10; depth += 2)
            for (size_t panel = DECANT_LINE_COLUMNS; panel <= DECANT_PANEL_COLUMNS; panel += DECANT_LINE_COLUMNS)
                for (int is_scaled = 0; is_scaled < 2; is_scaled++) check(depth, column_counts[n], panel, depth / 2, is_scaled);
}
