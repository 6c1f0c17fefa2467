/*
 * Decodes a JPEG with libjpeg-turbo, at 1/2, 1/4 or 1/8 of its size where that still covers the target, and resizes it row
 * by row while it is decoded: the filter of inference/resize.ts, so that no whole photo is ever in memory (but the
 * coefficients of a progressive one).
 *
 * Compiled to WebAssembly by `build` beside it. After `fail` an instance is of no use any more.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wasm_simd128.h>
#include <jpeglib.h>
#include <jerror.h>

#define EXPORT(name) __attribute__((export_name(name)))

/* Throws: code is libjpeg's. */
_Noreturn __attribute__((import_module("env"), import_name("fail"))) void fail(int code);
/* Throws where the photo has taken too long. */
__attribute__((import_module("env"), import_name("checkTime"))) void check_time(void);

/* Rows that are decoded at once: as many as a block of a photo with halved chroma has. */
#define ROWS 16
/* Weights of a pixel's columns are whole numbers, of which two are multiplied and added by one instruction. */
#define ONE (1 << 14)

static void on_error(j_common_ptr info) { fail(info->err->msg_code); }

/*
 * Damage that libjpeg gets over is borne. The end of the data is not, which would be grey from there on; nor are scans that make
 * nothing better, of which a small file can have very many.
 */
static void on_message(j_common_ptr info, int level) {
  const int code = info->err->msg_code;
  if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_BOGUS_PROGRESSION)) fail(code);
}
static void say_nothing(j_common_ptr info) {}
static void forget(j_common_ptr info) {}
static void on_progress(j_common_ptr info) { check_time(); }

static void *take(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (memory == NULL) fail(JERR_OUT_OF_MEMORY);
  return memory;
}

/* For each output position the first input position and the weights of the ones from there. */
typedef struct {
  int *first;
  float *weights;
  int per_output;
} Taps;

/*
 * toTaps of inference/resize.ts. `span` is what there is to be seen, which may end within the last of `from`: a photo of 1601
 * at 1/8 has 201 columns, of which the last one stands for one pixel.
 */
static Taps to_taps(int from, double span, int to) {
  const double scale = span / to, support = scale > 1 ? scale : 1;
  int per_output = (int)ceil(support) * 2 + 1;
  if (per_output > from) per_output = from;
  Taps taps = {take(to, sizeof(int)), take((size_t)to * per_output, sizeof(float)), per_output};
  for (int i = 0; i < to; i++) {
    const double centre = (i + 0.5) * scale;
    float *weights = taps.weights + (size_t)i * per_output;
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
    taps.first[i] = start;
  }
  return taps;
}

static void give_taps(Taps taps) {
  free(taps.first);
  free(taps.weights);
}

/* The weights as whole numbers that sum to ONE, an even number of them for each output. */
static int16_t *to_whole(Taps taps, int to, int even) {
  int16_t *whole = take((size_t)to * even, sizeof(int16_t));
  for (int i = 0; i < to; i++) {
    int left = ONE, most = 0;
    for (int k = 0; k < taps.per_output; k++) {
      const int weight = (int)lrintf(taps.weights[(size_t)i * taps.per_output + k] * ONE);
      whole[i * even + k] = weight;
      left -= weight;
      if (weight > whole[i * even + most]) most = k;
    }
    /* What rounding left goes to the largest. */
    whole[i * even + most] += left;
  }
  return whole;
}

/* One row of RGBX to `width` pixels of four sums each, in units of 1/ONE. */
static void resize_row(const uint32_t *pixels, Taps columns, const int16_t *whole, int pairs, int width, v128_t *row) {
  const v128_t zero = wasm_i32x4_splat(0);
  for (int x = 0; x < width; x++) {
    const uint32_t *from = pixels + columns.first[x];
    const int16_t *weights = whole + (size_t)x * pairs * 2;
    v128_t sum = zero;
    for (int k = 0; k < pairs; k++) {
      /* Two pixels: red with red, green with green. */
      const v128_t two = wasm_i8x16_shuffle(wasm_v128_load64_zero(from + 2 * k), zero,
        0, 16, 4, 16, 1, 16, 5, 16, 2, 16, 6, 16, 3, 16, 7, 16);
      sum = wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(two, wasm_v128_load32_splat(weights + 2 * k)));
    }
    row[x] = wasm_f32x4_convert_i32x4(sum);
  }
}

static void add_row(const v128_t *row, float weight, int width, v128_t *sums) {
  const v128_t factor = wasm_f32x4_splat(weight / ONE);
  for (int x = 0; x < width; x++) sums[x] = wasm_f32x4_add(sums[x], wasm_f32x4_mul(row[x], factor));
}

static void write_rgb(const v128_t *sums, int count, uint8_t *rgb) {
  for (int i = 0; i < count; i++) {
    const v128_t whole = wasm_u32x4_trunc_sat_f32x4(wasm_f32x4_add(sums[i], wasm_f32x4_splat(0.5f)));
    const v128_t least = wasm_u32x4_min(whole, wasm_i32x4_splat(255));
    rgb[3 * i] = wasm_u32x4_extract_lane(least, 0);
    rgb[3 * i + 1] = wasm_u32x4_extract_lane(least, 1);
    rgb[3 * i + 2] = wasm_u32x4_extract_lane(least, 2);
  }
}

static void choose_scale(j_decompress_ptr jpeg, int width, int height) {
  unsigned denominator = 8;
  while (denominator > 1 &&
         (jpeg->image_width < width * denominator || jpeg->image_height < height * denominator)) {
    denominator /= 2;
  }
  jpeg->scale_num = 1;
  jpeg->scale_denom = denominator;
}

static void read_resized(j_decompress_ptr jpeg, int width, int height, uint8_t *rgb) {
  const int from_width = jpeg->output_width, from_height = jpeg->output_height;
  const double denominator = jpeg->scale_denom;
  const Taps columns = to_taps(from_width, jpeg->image_width / denominator, width);
  const Taps rows = to_taps(from_height, jpeg->image_height / denominator, height);
  const int pairs = (columns.per_output + 1) / 2;
  int16_t *whole = to_whole(columns, width, pairs * 2);
  /* The last pair of a row may reach one pixel beyond it, with no weight. */
  uint32_t *pixels = take((size_t)from_width * ROWS + 1, sizeof(uint32_t));
  v128_t *row = take(width, sizeof(v128_t)), *sums = take((size_t)width * height, sizeof(v128_t));
  JSAMPROW lines[ROWS];
  for (int i = 0; i < ROWS; i++) lines[i] = (JSAMPROW)(pixels + (size_t)i * from_width);
  int done = 0;
  for (int y = 0; y < from_height;) {
    const int read = jpeg_read_scanlines(jpeg, lines, ROWS);
    for (int i = 0; i < read; i++, y++) {
      resize_row(pixels + (size_t)i * from_width, columns, whole, pairs, width, row);
      while (done < height && rows.first[done] + rows.per_output <= y) done++;
      for (int to = done; to < height && rows.first[to] <= y; to++) {
        const float weight = rows.weights[(size_t)to * rows.per_output + y - rows.first[to]];
        if (weight > 0) add_row(row, weight, width, sums + (size_t)to * width);
      }
    }
  }
  write_rgb(sums, width * height, rgb);
  free(pixels);
  free(row);
  free(sums);
  free(whole);
  give_taps(columns);
  give_taps(rows);
}

/* Memory of the caller's; 0 where there is none left. */
EXPORT("reserve") void *reserve(size_t bytes) { return malloc(bytes); }
EXPORT("release") void release(void *memory) { free(memory); }

/* rgb: height x width x 3 bytes, as stored: not turned. */
EXPORT("decode") void decode(const uint8_t *photo, size_t bytes, uint8_t *rgb, int width, int height) {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors = {
    .error_exit = on_error, .emit_message = on_message, .output_message = say_nothing, .reset_error_mgr = forget};
  struct jpeg_progress_mgr progress = {.progress_monitor = on_progress};
  jpeg.err = &errors;
  jpeg_create_decompress(&jpeg);
  jpeg.progress = &progress;
  jpeg_mem_src(&jpeg, photo, bytes);
  jpeg_read_header(&jpeg, TRUE);
  check_time();
  choose_scale(&jpeg, width, height);
  jpeg.out_color_space = JCS_EXT_RGBX;
  jpeg_start_decompress(&jpeg);
  read_resized(&jpeg, width, height, rgb);
  jpeg_finish_decompress(&jpeg);
  check_time();
  jpeg_destroy_decompress(&jpeg);
}
