/*
 * The two inverse transforms that most photos need, eight columns or four rows at once: what libjpeg-turbo's jidctint.c and
 * jidctred.c compute, with the same factors and the same rounding.
 */
#define JPEG_INTERNALS
#include "jinclude.h"
#include "jpeglib.h"
#include "jdct.h"
#include "photo-twin.h"
#include <wasm_simd128.h>

/* Behind the point of factors, and of what the first pass leaves for the second. */
#define FACTOR_BITS 13
#define PASS_BITS 2

static inline v128_t pair(int even, int odd) {
  return wasm_i16x8_make(even, odd, even, odd, even, odd, even, odd);
}

static inline v128_t dequantise(const JCOEF *coefficients, const ISLOW_MULT_TYPE *factors, int row) {
  return wasm_i16x8_mul(wasm_v128_load(coefficients + row * DCTSIZE), wasm_v128_load(factors + row * DCTSIZE));
}

/* Rounded, without so many bits. */
static inline v128_t descale(v128_t values, int bits) {
  return wasm_i32x4_shr(wasm_i32x4_add(values, wasm_i32x4_splat(1 << (bits - 1))), bits);
}

static inline v128_t low_pairs(v128_t a, v128_t b) { return wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
static inline v128_t high_pairs(v128_t a, v128_t b) { return wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }
static inline v128_t dot(v128_t pairs, v128_t factors) { return wasm_i32x4_dot_i16x8(pairs, factors); }

/* Four values of 32 bits in each of four vectors, of which out[i] is the i-th output of four columns or rows. */
typedef struct {
  v128_t out[4];
} Four;

/* One pass of jpeg_idct_4x4 for four columns or rows: dc is shifted to where the sums are. */
static inline Four reduce(v128_t dc, v128_t p26, v128_t p13, v128_t p57) {
  const v128_t even = dot(p26, pair(15137, -6270));
  const v128_t high = wasm_i32x4_add(dc, even), low = wasm_i32x4_sub(dc, even);
  const v128_t inner = wasm_i32x4_add(dot(p13, pair(8697, -17799)), dot(p57, pair(11893, -1730)));
  const v128_t outer = wasm_i32x4_add(dot(p13, pair(20995, 7373)), dot(p57, pair(-4926, -4176)));
  return (Four){{wasm_i32x4_add(high, outer), wasm_i32x4_add(low, inner), wasm_i32x4_sub(low, inner),
    wasm_i32x4_sub(high, outer)}};
}

static void transform_4x4(j_decompress_ptr jpeg, jpeg_component_info *component, JCOEFPTR coefficients, JSAMPARRAY rows,
  JDIMENSION column) {
  const ISLOW_MULT_TYPE *factors = component->dct_table;
  const v128_t zero = wasm_i32x4_splat(0), row0 = dequantise(coefficients, factors, 0);
  const v128_t row1 = dequantise(coefficients, factors, 1), row2 = dequantise(coefficients, factors, 2);
  const v128_t row3 = dequantise(coefficients, factors, 3), row5 = dequantise(coefficients, factors, 5);
  const v128_t row6 = dequantise(coefficients, factors, 6), row7 = dequantise(coefficients, factors, 7);
  const Four left = reduce(wasm_i32x4_shl(wasm_i32x4_extend_low_i16x8(row0), FACTOR_BITS + 1), low_pairs(row2, row6),
    low_pairs(row1, row3), low_pairs(row5, row7));
  const Four right = reduce(wasm_i32x4_shl(wasm_i32x4_extend_high_i16x8(row0), FACTOR_BITS + 1), high_pairs(row2, row6),
    high_pairs(row1, row3), high_pairs(row5, row7));
  v128_t reduced[4];
  for (int i = 0; i < 4; i++) {
    const int bits = FACTOR_BITS - PASS_BITS + 1;
    reduced[i] = wasm_i16x8_narrow_i32x4(descale(left.out[i], bits), descale(right.out[i], bits));
  }
  /* Of each row the columns 1 and 3, 5 and 7, 2 and 6, 0. */
  const v128_t odd01 = wasm_i16x8_shuffle(reduced[0], reduced[1], 1, 3, 9, 11, 5, 7, 13, 15);
  const v128_t odd23 = wasm_i16x8_shuffle(reduced[2], reduced[3], 1, 3, 9, 11, 5, 7, 13, 15);
  const v128_t even01 = wasm_i16x8_shuffle(reduced[0], reduced[1], 2, 6, 10, 14, 0, 0, 8, 8);
  const v128_t even23 = wasm_i16x8_shuffle(reduced[2], reduced[3], 2, 6, 10, 14, 0, 0, 8, 8);
  const v128_t first = wasm_i64x2_shuffle(even01, even23, 1, 3);
  const Four turned = reduce(wasm_i32x4_shl(wasm_i32x4_shr(first, 16), FACTOR_BITS + 1),
    wasm_i64x2_shuffle(even01, even23, 0, 2), wasm_i64x2_shuffle(odd01, odd23, 0, 2),
    wasm_i64x2_shuffle(odd01, odd23, 1, 3));
  const int bits = FACTOR_BITS + PASS_BITS + 3 + 1;
  const v128_t columns01 = wasm_i16x8_narrow_i32x4(descale(turned.out[0], bits), descale(turned.out[1], bits));
  const v128_t columns23 = wasm_i16x8_narrow_i32x4(descale(turned.out[2], bits), descale(turned.out[3], bits));
  const v128_t middle = wasm_i8x16_splat(-128);
  const v128_t bytes = wasm_v128_xor(wasm_i8x16_narrow_i16x8(columns01, columns23), middle);
  /* Column after column to row after row. */
  const v128_t turned_bytes = wasm_i8x16_shuffle(bytes, zero, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  wasm_v128_store32_lane(rows[0] + column, turned_bytes, 0);
  wasm_v128_store32_lane(rows[1] + column, turned_bytes, 1);
  wasm_v128_store32_lane(rows[2] + column, turned_bytes, 2);
  wasm_v128_store32_lane(rows[3] + column, turned_bytes, 3);
}

/* Eight vectors: rows or columns of a block. */
typedef struct {
  v128_t at[DCTSIZE];
} Eight;

/* One pass of jpeg_idct_islow for four columns or rows, before it is descaled. */
static inline Eight transform_four(v128_t p04, v128_t p26, v128_t p13, v128_t p57) {
  const v128_t sum = dot(p04, pair(1 << FACTOR_BITS, 1 << FACTOR_BITS));
  const v128_t difference = dot(p04, pair(1 << FACTOR_BITS, -(1 << FACTOR_BITS)));
  const v128_t e0 = dot(p26, pair(4433 + 6270, 4433)), e1 = dot(p26, pair(4433, 4433 - 15137));
  const v128_t even[4] = {
    wasm_i32x4_add(sum, e0), wasm_i32x4_add(difference, e1), wasm_i32x4_sub(difference, e1), wasm_i32x4_sub(sum, e0)};
  /* jidctint.c's factors, with what outputs share multiplied out. */
  const v128_t odd[4] = {
    wasm_i32x4_add(dot(p13, pair(11363, 9633)), dot(p57, pair(6437, 2260))),
    wasm_i32x4_add(dot(p13, pair(9633, -2259)), dot(p57, pair(-11362, -6436))),
    wasm_i32x4_add(dot(p13, pair(6437, -11362)), dot(p57, pair(2261, 9633))),
    wasm_i32x4_add(dot(p13, pair(2260, -6436)), dot(p57, pair(9633, -11363)))};
  Eight result;
  for (int i = 0; i < 4; i++) {
    result.at[i] = wasm_i32x4_add(even[i], odd[i]);
    result.at[7 - i] = wasm_i32x4_sub(even[i], odd[i]);
  }
  return result;
}

/* Both halves of one pass, descaled by so many bits. */
static inline Eight transform_eight(Eight in, int bits) {
  const v128_t *at = in.at;
  const Eight left = transform_four(
    low_pairs(at[0], at[4]), low_pairs(at[2], at[6]), low_pairs(at[1], at[3]), low_pairs(at[5], at[7]));
  const Eight right = transform_four(
    high_pairs(at[0], at[4]), high_pairs(at[2], at[6]), high_pairs(at[1], at[3]), high_pairs(at[5], at[7]));
  Eight result;
  for (int i = 0; i < DCTSIZE; i++) {
    result.at[i] = wasm_i16x8_narrow_i32x4(descale(left.at[i], bits), descale(right.at[i], bits));
  }
  return result;
}

static inline Eight turn(Eight in) {
  v128_t a[DCTSIZE], b[DCTSIZE];
  for (int i = 0; i < 4; i++) {
    a[2 * i] = low_pairs(in.at[i], in.at[i + 4]);
    a[2 * i + 1] = high_pairs(in.at[i], in.at[i + 4]);
  }
  for (int i = 0; i < 4; i++) {
    b[2 * i] = low_pairs(a[i], a[i + 4]);
    b[2 * i + 1] = high_pairs(a[i], a[i + 4]);
  }
  Eight result;
  for (int i = 0; i < 4; i++) {
    result.at[2 * i] = low_pairs(b[i], b[i + 4]);
    result.at[2 * i + 1] = high_pairs(b[i], b[i + 4]);
  }
  return result;
}

static void transform_8x8(j_decompress_ptr jpeg, jpeg_component_info *component, JCOEFPTR coefficients, JSAMPARRAY rows,
  JDIMENSION column) {
  Eight block;
  for (int i = 0; i < DCTSIZE; i++) block.at[i] = dequantise(coefficients, component->dct_table, i);
  const Eight columns = turn(transform_eight(block, FACTOR_BITS - PASS_BITS));
  const Eight done = turn(transform_eight(columns, FACTOR_BITS + PASS_BITS + 3));
  const v128_t middle = wasm_i8x16_splat(-128);
  for (int i = 0; i < DCTSIZE; i += 2) {
    const v128_t two = wasm_v128_xor(wasm_i8x16_narrow_i16x8(done.at[i], done.at[i + 1]), middle);
    wasm_v128_store64_lane(rows[i] + column, two, 0);
    wasm_v128_store64_lane(rows[i + 1] + column, two, 1);
  }
}

void quicken_transform(j_decompress_ptr jpeg) {
  for (int i = 0; i < jpeg->num_components; i++) {
    inverse_DCT_method_ptr *method = &jpeg->idct->inverse_DCT[i];
    if (*method == jpeg_idct_4x4) *method = transform_4x4;
    else if (*method == jpeg_idct_islow) *method = transform_8x8;
  }
}
