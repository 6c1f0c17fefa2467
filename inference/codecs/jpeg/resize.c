/*
 * The filter of inference/resize.ts on rows as they come: of as many as one row of the result needs, that row is made, first
 * downwards and then along it. No whole photo is ever in memory.
 */
#include "photo-twin.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wasm_simd128.h>

/* Weights are whole numbers, of which two are multiplied and added by one instruction. */
#define WEIGHT_BITS 14
#define ONE (1 << WEIGHT_BITS)
/* What is kept behind the point between the two directions: 255 with it fills 14 bits. */
#define FRACTION_BITS 6
/* Taps that are worked on at once along a row, outputs likewise. */
#define TAPS 8
#define OUTPUTS 4

/* For each output position the first input position and the weights of the ones from there. */
typedef struct {
  int *first;
  int16_t *weights;
  int per_output;
  /* Weights an output has room for; those beyond per_output are 0. */
  int room;
} Taps;

struct Resize {
  int from_width, width, height;
  uint8_t *rgb;
  Taps columns, rows;
  /* The last rows, as many as one of the result needs. */
  Row *kept;
  int pushed, done;
  /* Those that a row of the result is made of; a last one, which only makes their number even, has no weight. */
  const uint8_t **used;
  /* A row of the result before it is resized along, and as bytes. */
  int16_t *line[3];
  Row narrow;
};

/* Weights to whole numbers that sum to ONE: what rounding left goes to the largest. */
static void to_whole(const double *weights, int count, int16_t *whole) {
  int left = ONE, most = 0;
  for (int k = 0; k < count; k++) {
    whole[k] = (int16_t)(weights[k] * ONE + 0.5);
    left -= whole[k];
    if (whole[k] > whole[most]) most = k;
  }
  whole[most] += left;
}

/* toTaps of inference/resize.ts. */
static Taps to_taps(int from, double span, int to, int multiple) {
  const double scale = span / to, support = scale > 1 ? scale : 1;
  int per_output = (int)ceil(support) * 2 + 1;
  if (per_output > from) per_output = from;
  const int room = (per_output + multiple - 1) / multiple * multiple, outputs = (to + OUTPUTS - 1) / OUTPUTS * OUTPUTS;
  const Taps taps = {take(outputs, sizeof(int)), take((size_t)outputs * room, sizeof(int16_t)), per_output, room};
  double *weights = take(per_output, sizeof(double));
  for (int i = 0; i < to; i++) {
    const double centre = (i + 0.5) * scale;
    double sum = 0;
    int start = (int)floor(centre - support);
    if (start < 0) start = 0;
    if (start > from - per_output) start = from - per_output;
    for (int k = 0; k < per_output; k++) {
      const double weight = 1 - fabs(start + k + 0.5 - centre) / support;
      weights[k] = weight > 0 ? weight : 0;
      sum += weights[k];
    }
    for (int k = 0; k < per_output; k++) weights[k] /= sum;
    to_whole(weights, per_output, taps.weights + (size_t)i * room);
    taps.first[i] = start;
  }
  free(weights);
  return taps;
}

static Row take_row(int width) {
  Row row;
  for (int channel = 0; channel < 3; channel++) row.plane[channel] = take(width + SLACK, 1);
  return row;
}

static void give_row(Row row) {
  for (int channel = 0; channel < 3; channel++) free(row.plane[channel]);
}

Resize *start_resize(
  int from_width, int from_height, double span_x, double span_y, int width, int height, uint8_t *rgb) {
  Resize *resize = take(1, sizeof(Resize));
  resize->from_width = from_width;
  resize->width = width;
  resize->height = height;
  resize->rgb = rgb;
  resize->columns = to_taps(from_width, span_x, width, TAPS);
  resize->rows = to_taps(from_height, span_y, height, 2);
  resize->kept = take(resize->rows.per_output, sizeof(Row));
  for (int i = 0; i < resize->rows.per_output; i++) resize->kept[i] = take_row(from_width);
  resize->used = take(resize->rows.room, sizeof(uint8_t *));
  for (int channel = 0; channel < 3; channel++) {
    resize->line[channel] = take(from_width + SLACK, sizeof(int16_t));
  }
  resize->narrow = take_row(width);
  return resize;
}

static void give_taps(Taps taps) {
  free(taps.first);
  free(taps.weights);
}

void end_resize(Resize *resize) {
  for (int i = 0; i < resize->rows.per_output; i++) give_row(resize->kept[i]);
  for (int channel = 0; channel < 3; channel++) free(resize->line[channel]);
  free(resize->kept);
  free(resize->used);
  give_row(resize->narrow);
  give_taps(resize->columns);
  give_taps(resize->rows);
  free(resize);
}

static Row row_at(const Resize *resize, int y) { return resize->kept[y % resize->rows.per_output]; }

Row next_row(Resize *resize) { return row_at(resize, resize->pushed); }

static inline v128_t add_pair(v128_t sum, v128_t pixels, v128_t weights) {
  return wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(pixels, weights));
}

static inline v128_t to_fraction(v128_t low, v128_t high) {
  const v128_t half = wasm_i32x4_splat(1 << (WEIGHT_BITS - FRACTION_BITS - 1));
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(low, half), WEIGHT_BITS - FRACTION_BITS),
    wasm_i32x4_shr(wasm_i32x4_add(high, half), WEIGHT_BITS - FRACTION_BITS));
}

/* The rows of one output as one row, with FRACTION_BITS. */
static void resize_down(const Resize *resize, int channel, int output) {
  const Taps rows = resize->rows;
  const int first = rows.first[output];
  const int16_t *weights = rows.weights + (size_t)output * rows.room;
  int16_t *line = resize->line[channel];
  for (int k = 0; k < rows.room; k++) resize->used[k] = row_at(resize, first + k).plane[channel];
  for (int x = 0; x < resize->from_width; x += 16) {
    v128_t sums[4] = {wasm_i32x4_splat(0), wasm_i32x4_splat(0), wasm_i32x4_splat(0), wasm_i32x4_splat(0)};
    for (int k = 0; k < rows.per_output; k += 2) {
      const v128_t both = wasm_v128_load32_splat(weights + k);
      const v128_t upper = wasm_v128_load(resize->used[k] + x), lower = wasm_v128_load(resize->used[k + 1] + x);
      const v128_t left = wasm_i8x16_shuffle(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const v128_t right =
        wasm_i8x16_shuffle(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      sums[0] = add_pair(sums[0], wasm_u16x8_extend_low_u8x16(left), both);
      sums[1] = add_pair(sums[1], wasm_u16x8_extend_high_u8x16(left), both);
      sums[2] = add_pair(sums[2], wasm_u16x8_extend_low_u8x16(right), both);
      sums[3] = add_pair(sums[3], wasm_u16x8_extend_high_u8x16(right), both);
    }
    wasm_v128_store(line + x, to_fraction(sums[0], sums[1]));
    wasm_v128_store(line + x + 8, to_fraction(sums[2], sums[3]));
  }
}

/* Neighbours of both added up: two sums of the one, then two of the other. */
static inline v128_t add_neighbours(v128_t one, v128_t other) {
  return wasm_i32x4_add(wasm_i32x4_shuffle(one, other, 0, 2, 4, 6), wasm_i32x4_shuffle(one, other, 1, 3, 5, 7));
}

/* The sums of four vectors. */
static inline v128_t sum_each(const v128_t sums[OUTPUTS]) {
  return add_neighbours(add_neighbours(sums[0], sums[1]), add_neighbours(sums[2], sums[3]));
}

/* That row to bytes of the result's width. */
static void resize_along(const Resize *resize, int channel) {
  const Taps columns = resize->columns;
  const int16_t *line = resize->line[channel];
  const v128_t half = wasm_i32x4_splat(1 << (WEIGHT_BITS + FRACTION_BITS - 1));
  for (int x = 0; x < resize->width; x += OUTPUTS) {
    v128_t sums[OUTPUTS];
    for (int i = 0; i < OUTPUTS; i++) {
      const int16_t *from = line + columns.first[x + i], *weights = columns.weights + (size_t)(x + i) * columns.room;
      sums[i] = wasm_i32x4_dot_i16x8(wasm_v128_load(from), wasm_v128_load(weights));
      for (int k = TAPS; k < columns.room; k += TAPS) {
        sums[i] = add_pair(sums[i], wasm_v128_load(from + k), wasm_v128_load(weights + k));
      }
    }
    const v128_t whole = wasm_i32x4_shr(wasm_i32x4_add(sum_each(sums), half), WEIGHT_BITS + FRACTION_BITS);
    const v128_t words = wasm_i16x8_narrow_i32x4(whole, whole);
    wasm_v128_store32_lane(resize->narrow.plane[channel] + x, wasm_u8x16_narrow_i16x8(words, words), 0);
  }
}

static void write_rgb(const Resize *resize, int output) {
  uint8_t *rgb = resize->rgb + (size_t)output * resize->width * 3;
  const uint8_t *red = resize->narrow.plane[0], *green = resize->narrow.plane[1], *blue = resize->narrow.plane[2];
  int x = 0;
  for (; x + 16 <= resize->width; x += 16) {
    const v128_t r = wasm_v128_load(red + x), g = wasm_v128_load(green + x), b = wasm_v128_load(blue + x);
    const v128_t rg0 = wasm_i8x16_shuffle(r, g, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
    const v128_t rg1 = wasm_i8x16_shuffle(r, g, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
    const v128_t rg2 = wasm_i8x16_shuffle(r, g, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
    wasm_v128_store(rgb + 3 * x, wasm_i8x16_shuffle(rg0, b, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15));
    wasm_v128_store(rgb + 3 * x + 16, wasm_i8x16_shuffle(rg1, b, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15));
    wasm_v128_store(rgb + 3 * x + 32, wasm_i8x16_shuffle(rg2, b, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31));
  }
  for (; x < resize->width; x++) {
    rgb[3 * x] = red[x];
    rgb[3 * x + 1] = green[x];
    rgb[3 * x + 2] = blue[x];
  }
}

void push_row(Resize *resize) {
  const Taps rows = resize->rows;
  const int pushed = ++resize->pushed;
  for (; resize->done < resize->height && rows.first[resize->done] + rows.per_output <= pushed; resize->done++) {
    for (int channel = 0; channel < 3; channel++) {
      resize_down(resize, channel, resize->done);
      resize_along(resize, channel);
    }
    write_rgb(resize, resize->done);
  }
}
