/*
 * Decodes a JPEG with libjpeg-turbo, at 1/2, 1/4 or 1/8 of its size where that still covers the target, and resizes it row
 * by row while it is decoded (resize.c), so that no whole photo is ever in memory (but the coefficients of a progressive
 * one).
 *
 * Compiled to WebAssembly by `build` beside it. After `fail` an instance is of no use any more.
 */
#include <stdlib.h>
#include "photo-twin.h"
#include <jerror.h>

#define EXPORT(name) __attribute__((export_name(name)))

/* Throws where the photo has taken too long. */
__attribute__((import_module("env"), import_name("checkTime"))) void check_time(void);

/* Rows that are decoded at once where libjpeg makes whole pixels of them. */
#define ROWS 16

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

void *take(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (memory == NULL) fail(JERR_OUT_OF_MEMORY);
  return memory;
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

/*
 * Whether all components come in the size of the photo as it is decoded, so that none needs to be spread: at 1/2 and less
 * libjpeg reduces halved chroma by so much less.
 */
static int has_planes(j_decompress_ptr jpeg) {
  if (jpeg->num_components != 3 || jpeg->jpeg_color_space != JCS_YCbCr) return 0;
  for (int i = 0; i < 3; i++) {
    const jpeg_component_info *component = &jpeg->comp_info[i];
    if (component->h_samp_factor * component->DCT_scaled_size != jpeg->max_h_samp_factor * jpeg->min_DCT_scaled_size ||
        component->v_samp_factor * component->DCT_scaled_size != jpeg->max_v_samp_factor * jpeg->min_DCT_scaled_size) {
      return 0;
    }
  }
  return 1;
}

/* Components as the transform leaves them: colours are ours to make. */
static void read_planes(j_decompress_ptr jpeg, Resize *resize) {
  const int lines = jpeg->max_v_samp_factor * jpeg->min_DCT_scaled_size, height = jpeg->output_height;
  int width = 0;
  for (int i = 0; i < 3; i++) {
    const int own = jpeg->comp_info[i].width_in_blocks * jpeg->comp_info[i].DCT_scaled_size;
    if (own > width) width = own;
  }
  width += SLACK;
  uint8_t *memory = take((size_t)3 * lines * width, 1);
  JSAMPROW *rows = take(3 * lines, sizeof(JSAMPROW));
  for (int i = 0; i < 3 * lines; i++) rows[i] = memory + (size_t)i * width;
  JSAMPARRAY planes[3] = {rows, rows + lines, rows + 2 * lines};
  for (int y = 0; y < height;) {
    jpeg_read_raw_data(jpeg, planes, lines);
    for (int i = 0; i < lines && y < height; i++, y++) {
      to_rgb(planes[0][i], planes[1][i], planes[2][i], jpeg->output_width, next_row(resize));
      push_row(resize);
    }
  }
  free(rows);
  free(memory);
}

/* Pixels as libjpeg makes them. */
static void read_pixels(j_decompress_ptr jpeg, Resize *resize) {
  const int width = jpeg->output_width;
  uint8_t *pixels = take((size_t)width * ROWS, 4);
  JSAMPROW lines[ROWS];
  for (int i = 0; i < ROWS; i++) lines[i] = pixels + (size_t)i * width * 4;
  for (unsigned y = 0; y < jpeg->output_height;) {
    const int read = jpeg_read_scanlines(jpeg, lines, ROWS);
    for (int i = 0; i < read; i++, y++) {
      to_planes(lines[i], width, next_row(resize));
      push_row(resize);
    }
  }
  free(pixels);
}

static void read_resized(j_decompress_ptr jpeg, int width, int height, uint8_t *rgb) {
  const double denominator = jpeg->scale_denom;
  Resize *resize = start_resize(jpeg->output_width, jpeg->output_height, jpeg->image_width / denominator,
    jpeg->image_height / denominator, width, height, rgb);
  quicken_huffman(jpeg);
  quicken_transform(jpeg);
  if (jpeg->raw_data_out) read_planes(jpeg, resize);
  else read_pixels(jpeg, resize);
  end_resize(resize);
}

/* Memory of the caller's; 0 where there is none left. */
EXPORT("reserve") void *reserve(size_t bytes) { return malloc(bytes + MARGIN); }
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
  jpeg_calc_output_dimensions(&jpeg);
  jpeg.raw_data_out = has_planes(&jpeg);
  jpeg_start_decompress(&jpeg);
  read_resized(&jpeg, width, height, rgb);
  jpeg_finish_decompress(&jpeg);
  check_time();
  jpeg_destroy_decompress(&jpeg);
}
