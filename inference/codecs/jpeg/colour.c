#include "photo-twin.h"
#include <wasm_simd128.h>

static inline v128_t centred(const uint8_t *from) {
  return wasm_i16x8_sub(wasm_u16x8_load8x8(from), wasm_i16x8_splat(128));
}

/* (low, high) + 1/2, without the 16 bits behind the point. */
static inline v128_t to_whole(v128_t low, v128_t high) {
  const v128_t half = wasm_i32x4_splat(1 << 15);
  return wasm_i16x8_narrow_i32x4(
    wasm_i32x4_shr(wasm_i32x4_add(low, half), 16), wasm_i32x4_shr(wasm_i32x4_add(high, half), 16));
}

static inline v128_t times(v128_t values, int factor) {
  const v128_t factors = wasm_i16x8_splat(factor);
  return to_whole(wasm_i32x4_extmul_low_i16x8(values, factors), wasm_i32x4_extmul_high_i16x8(values, factors));
}

static inline void store(uint8_t *to, v128_t values) {
  wasm_v128_store64_lane(to, wasm_u8x16_narrow_i16x8(values, values), 0);
}

/*
 * red = y + 1.402 cr, green = y - 0.34414 cb - 0.71414 cr, blue = y + 1.772 cb. Factors have 16 bits behind the point, and
 * what does not fit into 16 bits is added as whole numbers.
 */
void to_rgb(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, int width, Row to) {
  const v128_t green_factors = wasm_i16x8_make(-22554, 18734, -22554, 18734, -22554, 18734, -22554, 18734);
  for (int x = 0; x < width; x += 8) {
    const v128_t light = wasm_u16x8_load8x8(y + x), blue = centred(cb + x), red = centred(cr + x);
    const v128_t low = wasm_i16x8_shuffle(blue, red, 0, 8, 1, 9, 2, 10, 3, 11);
    const v128_t high = wasm_i16x8_shuffle(blue, red, 4, 12, 5, 13, 6, 14, 7, 15);
    const v128_t green =
      to_whole(wasm_i32x4_dot_i16x8(low, green_factors), wasm_i32x4_dot_i16x8(high, green_factors));
    store(to.plane[0] + x, wasm_i16x8_add(light, wasm_i16x8_add(red, times(red, 26345))));
    store(to.plane[1] + x, wasm_i16x8_add(wasm_i16x8_sub(light, red), green));
    store(to.plane[2] + x, wasm_i16x8_add(light, wasm_i16x8_add(wasm_i16x8_shl(blue, 1), times(blue, -14942))));
  }
}

void to_planes(const uint8_t *rgbx, int width, Row to) {
  for (int x = 0; x < width; x++) {
    for (int channel = 0; channel < 3; channel++) to.plane[channel][x] = rgbx[4 * x + channel];
  }
}
