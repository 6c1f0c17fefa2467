/* What the files of ours know of each other. */
#ifndef PHOTO_TWIN_H
#define PHOTO_TWIN_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <jpeglib.h>

/* Throws: code is libjpeg's. */
_Noreturn __attribute__((import_module("env"), import_name("fail"))) void fail(int code);
/* Zeroed memory; fails where there is none left. */
void *take(size_t count, size_t size);

/* Bytes behind the end of a photo that may be read: the end is looked for after each of its units. */
#define MARGIN 8192
/* Bytes behind the end of a row that may be read and written: rows are worked on 16 pixels at a time. */
#define SLACK 32

/* Quicker ways for what jpeg_start_decompress has chosen, with the same results; to be called after it. */
void quicken_huffman(j_decompress_ptr jpeg);
void quicken_transform(j_decompress_ptr jpeg);

/* A row as three planes of SLACK bytes more than its width: red, green and blue. */
typedef struct {
  uint8_t *plane[3];
} Row;

/* A row of Y, Cb and Cr to red, green and blue, by the formula of JFIF in libjpeg's whole numbers. */
void to_rgb(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, int width, Row to);
/* A row of pixels of four bytes, of which the last says nothing, to planes. */
void to_planes(const uint8_t *rgbx, int width, Row to);

/*
 * Resizes a photo whose rows come one after the other.
 *
 * `span_x` and `span_y` are what there is to be seen, which may end within the last column or row: a photo of 1601 at 1/8
 * has 201 columns, of which the last one stands for one pixel.
 */
typedef struct Resize Resize;
Resize *start_resize(int from_width, int from_height, double span_x, double span_y, int width, int height, uint8_t *rgb);
/* Where the next row is to be written. */
Row next_row(Resize *resize);
/* It has been: writes the rows of the result that it completes. */
void push_row(Resize *resize);
void end_resize(Resize *resize);

#endif
