// Winograd's transforms, written once and compiled once per variant; see kernel_variant.h.
//
// F(m, r) along an axis computes m outputs of a filter of r taps from m + r - 1 inputs d with as many products:
//
//     y = AT [ (G g) * (BT d) ]
//
// The points here are 0, pairs +p and -p, and infinity, so n = 2 P + 2 = m + r - 1 inputs need P pairs. Then BT is nearly half zeros,
// and the rows of a pair differ in the sign of their odd columns only. For two pairs a and b:
//
//     BT row 0         a2b2     0   -(a2+b2)    0      1     0        columns 0, 2, 4: the coefficients of (x2-a2)(x2-b2)
//     BT rows +a, -a    0     -+ab2   -b2      +-a     1     0        columns 2, 4: those of x2 (x2-b2); 1, 3: a times them
//     BT rows +b, -b    0     -+ba2   -a2      +-b     1     0
//     BT row infinity   0     a2b2     0   -(a2+b2)    0     1        those of row 0, one column on
//
//     AT row i         [i = 0]  a^i  (-a)^i  b^i  (-b)^i  [i = m-1]
//
// On a plane the transform runs down the columns, then along the rows.
// - Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", arXiv:1509.09308; for the points, Barabasz et al.,
//   "Error Analysis and Improving the Accuracy of Winograd Convolution", arXiv:1803.10986.

// BT along one axis: `from` and `to` have an element every `from_step` and `to_step`.
TARGET INLINE void NAMED(winograd_input_axis)(const decant_winograd *w, const int pair_count, const float8 *from,
                                              const int from_step, float8 *to, const int to_step) {
    const float *ends = w->input_ends;
    float8 zero = from[0] * ends[0], infinity = from[from_step] * ends[0];
    UNROLL for (int k = 1; k <= pair_count; k++) {
        zero = from[2 * k * from_step] * ends[k] + zero;
        infinity = from[(2 * k + 1) * from_step] * ends[k] + infinity;
    }
    to[0] = zero;
    to[(2 * pair_count + 1) * to_step] = infinity;
    UNROLL for (int p = 0; p < pair_count; p++) {
        const float *even_row = w->input_even + p * pair_count, *odd_row = w->input_odd + p * pair_count;
        float8 even = from[2 * from_step] * even_row[0], odd = from[from_step] * odd_row[0];
        UNROLL for (int k = 1; k < pair_count; k++) {
            even = from[(2 * k + 2) * from_step] * even_row[k] + even;
            odd = from[(2 * k + 1) * from_step] * odd_row[k] + odd;
        }
        to[(1 + 2 * p) * to_step] = even + odd;
        to[(2 + 2 * p) * to_step] = even - odd;
    }
}

// AT along one axis.
TARGET INLINE void NAMED(winograd_output_axis)(const decant_winograd *w, const int pair_count, const int output_count,
                                               const float8 *from, const int from_step, float8 *to, const int to_step) {
    float8 sums[5], differences[5];
    UNROLL for (int p = 0; p < pair_count; p++) {
        const float8 plus = from[(1 + 2 * p) * from_step], minus = from[(2 + 2 * p) * from_step];
        sums[p] = plus + minus;
        differences[p] = plus - minus;
    }
    float8 first = from[0];
    UNROLL for (int p = 0; p < pair_count; p++) first += sums[p];
    to[0] = first;
    UNROLL for (int i = 1; i < output_count; i++) {
        const float *powers = w->output_powers + i * pair_count;
        float8 value = i == output_count - 1 ? from[(2 * pair_count + 1) * from_step] : SPLAT(0.0f);
        UNROLL for (int p = 0; p < pair_count; p++) value = (i % 2 ? differences[p] : sums[p]) * powers[p] + value;
        to[i * to_step] = value;
    }
}

TARGET INLINE void NAMED(winograd_input_sized)(const decant_winograd *w, const int is_plane, const int pair_count,
                                               const float *const *pixels, size_t channel_count, float *output,
                                               size_t position_stride) {
    const int extent = 2 * pair_count + 2, count = is_plane ? extent * extent : extent;
    float8 values[144], rows[144];
    for (size_t c = 0; c < channel_count; c += 8) {
        const size_t left = channel_count - c;
        if (left >= 8)
            for (int i = 0; i < count; i++) values[i] = LOAD(pixels[i] + c);
        else
            for (int i = 0; i < count; i++) values[i] = NAMED(load_some)(pixels[i] + c, left, 0.0f);
        const float8 *results = rows;
        if (is_plane) {
            for (int x = 0; x < extent; x++)
                NAMED(winograd_input_axis)(w, pair_count, values + x, extent, rows + x, extent);
            for (int y = 0; y < extent; y++)
                NAMED(winograd_input_axis)(w, pair_count, rows + y * extent, 1, values + y * extent, 1);
            results = values;
        } else {
            NAMED(winograd_input_axis)(w, pair_count, values, 1, rows, 1);
        }
        float *to = output + c;
        if (left >= 8)
            for (int i = 0; i < count; i++, to += position_stride) STORE(to, results[i]);
        else
            for (int i = 0; i < count; i++, to += position_stride) NAMED(store_some)(to, left, results[i]);
    }
}

TARGET INLINE void NAMED(winograd_output_sized)(const decant_winograd *w, const int is_plane, const int pair_count,
                                                const int output_count, const float *products, size_t position_stride,
                                                const float *bias, int rectifies, size_t column_count,
                                                float *const *pixels) {
    const int extent = 2 * pair_count + 2, count = is_plane ? extent * extent : extent;
    const int result_count = is_plane ? output_count * output_count : output_count;
    float8 values[144], columns[144], results[36];
    for (size_t c = 0; c < column_count; c += 8) {
        const size_t left = column_count - c;
        for (int i = 0; i < count; i++) values[i] = LOAD(products + i * position_stride + c);
        if (is_plane) {
            for (int x = 0; x < extent; x++)
                NAMED(winograd_output_axis)(w, pair_count, output_count, values + x, extent, columns + x, extent);
            for (int y = 0; y < output_count; y++)
                NAMED(winograd_output_axis)(w, pair_count, output_count, columns + y * extent, 1, results + y * output_count, 1);
        } else {
            NAMED(winograd_output_axis)(w, pair_count, output_count, values, 1, results, 1);
        }
        const float8 addend = LOAD(bias + c);
        for (int i = 0; i < result_count; i++) {
            if (!pixels[i]) continue;
            float8 value = results[i] + addend;
            // Compared this way round, so that NaN passes.
            if (rectifies) value = CHOOSE(value < 0.0f, SPLAT(0.0f), value);
            if (left >= 8)
                STORE(pixels[i] + c, value);
            else
                NAMED(store_some)(pixels[i] + c, left, value);
        }
    }
}

// The shapes that there are: pairs of points and outputs along an axis. Constants make each a routine of its own.
#define WINOGRAD_SHAPES(CASE) CASE(1, 1, 2) CASE(1, 2, 4) CASE(1, 3, 4) CASE(1, 3, 6) CASE(0, 2, 4) CASE(0, 4, 4) CASE(0, 5, 6)

TARGET static void NAMED(winograd_input)(const decant_winograd *w, const float *const *pixels, size_t channel_count,
                                         float *output, size_t position_stride) {
#define CASE(plane, pairs, outputs)                                                                \
    if (!w->is_plane == !plane && w->pair_count == pairs && w->output_count == outputs)             \
        return NAMED(winograd_input_sized)(w, plane, pairs, pixels, channel_count, output, position_stride);
    WINOGRAD_SHAPES(CASE)
#undef CASE
}

TARGET static void NAMED(winograd_output)(const decant_winograd *w, const float *products, size_t position_stride,
                                          const float *bias, int rectifies, size_t column_count, float *const *pixels) {
#define CASE(plane, pairs, outputs)                                                                                 \
    if (!w->is_plane == !plane && w->pair_count == pairs && w->output_count == outputs)                              \
        return NAMED(winograd_output_sized)(w, plane, pairs, outputs, products, position_stride, bias, rectifies,    \
                                            column_count, pixels);
    WINOGRAD_SHAPES(CASE)
#undef CASE
}

#undef WINOGRAD_SHAPES

// G g GT in double precision, rounded once: eight output channels of one input channel at a time.
TARGET static void NAMED(winograd_filters)(const decant_winograd *w, const float *weights, size_t channel_count,
                                           size_t column_count, const float *scale, float *panels) {
    const size_t extent = 2 * w->pair_count + 2, taps = extent + 1 - w->output_count;
    const size_t rows = w->is_plane ? extent : 1, tap_rows = w->is_plane ? taps : 1;
    const size_t panel_count = (column_count + DECANT_TILE_COLUMNS - 1) / DECANT_TILE_COLUMNS;
    for (size_t k = 0; k < channel_count; k++) {
        for (size_t c = 0; c < panel_count * DECANT_TILE_COLUMNS; c += 8) {
            const size_t left = c < column_count ? column_count - c : 0;
            double8 filter[49], columns[84];
            for (size_t t = 0; t < tap_rows * taps; t++) {
                const float *from = weights + (t * channel_count + k) * column_count + c;
                const float8 values = left >= 8 ? LOAD(from) : left ? NAMED(load_some)(from, left, 0.0f) : SPLAT(0.0f);
                const float8 factors = !scale ? SPLAT(1.0f)
                                       : left >= 8 ? LOAD(scale + c)
                                       : left      ? NAMED(load_some)(scale + c, left, 0.0f)
                                                   : SPLAT(0.0f);
                filter[t] = __builtin_convertvector(values, double8) * __builtin_convertvector(factors, double8);
            }
            for (size_t y = 0; y < rows; y++) {
                for (size_t x = 0; x < taps; x++) {
                    double8 sum = filter[x];
                    if (w->is_plane) {
                        sum = filter[x] * w->filters[y * taps];
                        for (size_t t = 1; t < taps; t++) sum += filter[t * taps + x] * w->filters[y * taps + t];
                    }
                    columns[y * taps + x] = sum;
                }
            }
            float *to = panels + (c / DECANT_TILE_COLUMNS * channel_count + k) * DECANT_TILE_COLUMNS + c % DECANT_TILE_COLUMNS;
            for (size_t y = 0; y < rows; y++) {
                for (size_t x = 0; x < extent; x++, to += panel_count * channel_count * DECANT_TILE_COLUMNS) {
                    double8 sum = columns[y * taps] * w->filters[x * taps];
                    for (size_t t = 1; t < taps; t++) sum += columns[y * taps + t] * w->filters[x * taps + t];
                    STORE(to, __builtin_convertvector(sum, float8));
                }
            }
        }
    }
}
