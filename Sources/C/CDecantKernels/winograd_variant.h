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
//     BT rows +a, -a    0     -+ab2   -b2      +-a     1     0        columns 2, 4: those of x2-b2; 1, 3: a times them
//     BT rows +b, -b    0     -+ba2   -a2      +-b     1     0
//     BT row infinity   0     a2b2     0   -(a2+b2)    0     1        those of row 0, one column on
//
//     AT row i         [i = 0]  a^i  (-a)^i  b^i  (-b)^i  [i = m-1]
//
// On a plane the transform runs down the columns, then along the rows.
// - Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", arXiv:1509.09308; for the points, Barabasz et al.,
//   "Error Analysis and Improving the Accuracy of Winograd Convolution", arXiv:1803.10986.

// BT along one axis. The coefficient of the highest power is 1 everywhere, and the odd part of a pair is p times a sum that both share.
TARGET INLINE void NAMED(winograd_input_axis)(const decant_winograd *w, const int pair_count, const FLOATS *from, FLOATS *to) {
    const float *ends = w->input_ends;
    FLOATS zero = from[2 * pair_count], infinity = from[2 * pair_count + 1];
    UNROLL for (int k = 0; k < pair_count; k++) {
        zero = from[2 * k] * ends[k] + zero;
        infinity = from[2 * k + 1] * ends[k] + infinity;
    }
    to[0] = zero;
    to[2 * pair_count + 1] = infinity;
    UNROLL for (int p = 0; p < pair_count; p++) {
        const float *others = w->input_pairs + p * pair_count;
        FLOATS even = from[2 * pair_count], odd = from[2 * pair_count - 1];
        UNROLL for (int k = 0; k < pair_count - 1; k++) {
            even = from[2 * k + 2] * others[k] + even;
            odd = from[2 * k + 1] * others[k] + odd;
        }
        to[1 + 2 * p] = odd * w->points[p] + even;
        to[2 + 2 * p] = even - odd * w->points[p];
    }
}

// AT along one axis.
TARGET INLINE void NAMED(winograd_output_axis)(const decant_winograd *w, const int pair_count, const int output_count,
                                               const FLOATS *from, FLOATS *to) {
    FLOATS sums[5], differences[5];
    UNROLL for (int p = 0; p < pair_count; p++) {
        sums[p] = from[1 + 2 * p] + from[2 + 2 * p];
        differences[p] = from[1 + 2 * p] - from[2 + 2 * p];
    }
    FLOATS first = from[0];
    UNROLL for (int p = 0; p < pair_count; p++) first += sums[p];
    to[0] = first;
    UNROLL for (int i = 1; i < output_count; i++) {
        const float *powers = w->output_powers + i * pair_count;
        FLOATS value = i == output_count - 1 ? from[2 * pair_count + 1] : SPLAT(0.0f);
        UNROLL for (int p = 0; p < pair_count; p++) value = (i % 2 ? differences[p] : sums[p]) * powers[p] + value;
        to[i] = value;
    }
}

TARGET INLINE void NAMED(winograd_input_sized)(const decant_winograd *w, const int is_plane, const int pair_count,
                                               const float *const *pixels, size_t channel_count, float *output,
                                               size_t position_stride) {
    const int extent = 2 * pair_count + 2, row_count = is_plane ? extent : 1;
    for (size_t c = 0; c < channel_count; c += LANES) {
        const size_t left = channel_count - c;
        FLOATS from[12], to[12], columns[12 * 12];
        if (is_plane)
            for (int x = 0; x < extent; x++) {
                UNROLL for (int y = 0; y < extent; y++) {
                    const float *pixel = pixels[y * extent + x] + c;
                    from[y] = left >= LANES ? LOAD(pixel) : NAMED(load_some)(pixel, left, 0.0f);
                }
                NAMED(winograd_input_axis)(w, pair_count, from, to);
                UNROLL for (int y = 0; y < extent; y++) columns[y * extent + x] = to[y];
            }
        else
            UNROLL for (int x = 0; x < extent; x++)
                columns[x] = left >= LANES ? LOAD(pixels[x] + c) : NAMED(load_some)(pixels[x] + c, left, 0.0f);
        float *position = output + c;
        for (int y = 0; y < row_count; y++) {
            NAMED(winograd_input_axis)(w, pair_count, columns + y * extent, to);
            UNROLL for (int x = 0; x < extent; x++, position += position_stride) {
                if (left >= LANES)
                    STORE(position, to[x]);
                else
                    NAMED(store_some)(position, left, to[x]);
            }
        }
    }
}

TARGET INLINE void NAMED(winograd_output_sized)(const decant_winograd *w, const int is_plane, const int pair_count,
                                                const int output_count, const float *products, size_t position_stride,
                                                const float *bias, int rectifies, size_t column_count,
                                                float *const *pixels) {
    const int extent = 2 * pair_count + 2, row_count = is_plane ? output_count : 1;
    for (size_t c = 0; c < column_count; c += LANES) {
        const size_t left = column_count - c;
        FLOATS from[12], to[12], rows[6 * 12];
        if (is_plane)
            for (int x = 0; x < extent; x++) {
                UNROLL for (int y = 0; y < extent; y++) from[y] = LOAD(products + (y * extent + x) * position_stride + c);
                NAMED(winograd_output_axis)(w, pair_count, output_count, from, to);
                UNROLL for (int y = 0; y < output_count; y++) rows[y * extent + x] = to[y];
            }
        else
            UNROLL for (int x = 0; x < extent; x++) rows[x] = LOAD(products + x * position_stride + c);
        const FLOATS addend = LOAD(bias + c);
        for (int y = 0; y < row_count; y++) {
            NAMED(winograd_output_axis)(w, pair_count, output_count, rows + y * extent, to);
            UNROLL for (int x = 0; x < output_count; x++) {
                float *pixel = pixels[y * output_count + x];
                if (!pixel) continue;
                const FLOATS value = rectifies ? NAMED(rectified)(to[x] + addend) : to[x] + addend;
                if (left >= LANES)
                    STORE(pixel + c, value);
                else
                    NAMED(store_some)(pixel + c, left, value);
            }
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

// G g GT in double precision, rounded once: a vector of output channels of one input channel at a time.
TARGET static void NAMED(winograd_filters)(const decant_winograd *w, const float *weights, size_t channel_count,
                                           size_t column_count, const float *scale, size_t panel_columns, float *panels) {
    const size_t extent = 2 * w->pair_count + 2, taps = extent + 1 - w->output_count;
    const size_t rows = w->is_plane ? extent : 1, tap_rows = w->is_plane ? taps : 1;
    const size_t padded = (column_count + DECANT_LINE_COLUMNS - 1) / DECANT_LINE_COLUMNS * DECANT_LINE_COLUMNS;
    for (size_t k = 0; k < channel_count; k++) {
        for (size_t c = 0; c < padded; c += LANES) {
            const size_t left = c < column_count ? column_count - c : 0;
            DOUBLES filter[49], columns[84];
            for (size_t t = 0; t < tap_rows * taps; t++) {
                const float *from = weights + (t * channel_count + k) * column_count + c;
                const FLOATS values = left >= LANES ? LOAD(from) : left ? NAMED(load_some)(from, left, 0.0f) : SPLAT(0.0f);
                const FLOATS factors = !scale ? SPLAT(1.0f)
                                       : left >= LANES ? LOAD(scale + c)
                                       : left      ? NAMED(load_some)(scale + c, left, 0.0f)
                                                   : SPLAT(0.0f);
                filter[t] = __builtin_convertvector(values, DOUBLES) * __builtin_convertvector(factors, DOUBLES);
            }
            for (size_t y = 0; y < rows; y++) {
                for (size_t x = 0; x < taps; x++) {
                    DOUBLES sum = filter[x];
                    if (w->is_plane) {
                        sum = filter[x] * w->filters[y * taps];
                        for (size_t t = 1; t < taps; t++) sum += filter[t * taps + x] * w->filters[y * taps + t];
                    }
                    columns[y * taps + x] = sum;
                }
            }
            float *to = panels + decant_place_in_panels(k, c, column_count, channel_count, panel_columns);
            for (size_t y = 0; y < rows; y++) {
                for (size_t x = 0; x < extent; x++, to += padded * channel_count) {
                    DOUBLES sum = columns[y * taps] * w->filters[x * taps];
                    for (size_t t = 1; t < taps; t++) sum += columns[y * taps + t] * w->filters[x * taps + t];
                    STORE(to, __builtin_convertvector(sum, FLOATS));
                }
            }
        }
    }
}
