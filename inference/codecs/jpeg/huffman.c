/*
 * libjpeg-turbo's Huffman decoder, with a quicker way through the coefficients of a photo that is not damaged: a code and
 * the bits of its value are looked up at once, and bits are fetched four bytes at a time. What it cannot do, libjpeg-turbo
 * does: restart intervals, the last bytes of a photo, and everything behind a marker.
 */
#include "jdhuff.c"
#include "photo-twin.h"

/* Bits looked up at once: most codes with their values. */
#define LOOK 10
#define ALL (1 << LOOK)

/* Of the next LOOK bits: value << 16 | run of zeros << 8 | bits of code and value; 0 where they are more. */
typedef struct {
  d_derived_tbl *of;
  int32_t values[ALL];
} Quick;

static Quick quick_tables[NUM_HUFF_TBLS];
static const Quick *quick_of_block[D_MAX_BLOCKS_IN_MCU];

static void fill_quick(Quick *quick, d_derived_tbl *of) {
  quick->of = of;
  for (int look = 0; look < ALL; look++) {
    const int entry = of->lookup[look >> (LOOK - HUFF_LOOKAHEAD)];
    const int code_bits = entry >> HUFF_LOOKAHEAD, symbol = entry & 0xff, value_bits = symbol & 15;
    const int left = LOOK - code_bits - value_bits;
    quick->values[look] = 0;
    if (code_bits > HUFF_LOOKAHEAD || value_bits == 0 || left < 0) continue;
    const int bits = (look >> left) & ((1 << value_bits) - 1);
    quick->values[look] =
      (int32_t)((uint32_t)HUFF_EXTEND(bits, value_bits) << 16) | (symbol >> 4) << 8 | (code_bits + value_bits);
  }
}

/* Bytes that are not 0xFF, of which none needs to be looked at by itself. */
static inline int has_no_ff(uint32_t four) { return ((~four - 0x01010101u) & four & 0x80808080u) == 0; }

/* 32 bits at least: a code has 16 at most, its value 15. */
#define FETCH                                                            \
  if (bits_left < 32) {                                                  \
    uint32_t four;                                                       \
    memcpy(&four, buffer, 4);                                            \
    if (has_no_ff(four)) {                                               \
      get_buffer = get_buffer << 32 | __builtin_bswap32(four);           \
      bits_left += 32;                                                   \
      buffer += 4;                                                       \
    } else {                                                             \
      GET_BYTE GET_BYTE GET_BYTE GET_BYTE                                \
    }                                                                    \
  }

/* The next symbol, whose bits have been fetched. */
#define NEXT_SYMBOL(symbol, table)                                       \
  symbol = (table)->lookup[PEEK_BITS(HUFF_LOOKAHEAD)];                   \
  if (symbol >> HUFF_LOOKAHEAD <= HUFF_LOOKAHEAD) {                      \
    DROP_BITS(symbol >> HUFF_LOOKAHEAD);                                 \
    symbol &= 0xff;                                                      \
  } else {                                                               \
    int length = HUFF_LOOKAHEAD + 1;                                     \
    DROP_BITS(length);                                                   \
    symbol = (int)(get_buffer >> bits_left) & ((1 << length) - 1);       \
    while (symbol > (table)->maxcode[length]) {                          \
      symbol = symbol << 1 | GET_BITS(1);                                \
      length++;                                                          \
    }                                                                    \
    symbol = length > 16 ? 0 : (table)->pub->huffval[(symbol + (table)->valoffset[length]) & 0xff]; \
  }

/* decode_mcu_fast of jdhuff.c; FALSE, with nothing changed but coefficients, where it met a marker. */
static boolean decode_mcu_quick(j_decompress_ptr cinfo, JBLOCKROW *blocks) {
  huff_entropy_ptr entropy = (huff_entropy_ptr)cinfo->entropy;
  bit_buf_type get_buffer = entropy->bitstate.get_buffer;
  int bits_left = entropy->bitstate.bits_left;
  const JOCTET *buffer = cinfo->src->next_input_byte;
  savable_state state = entropy->saved;

  for (int at = 0; at < cinfo->blocks_in_MCU; at++) {
    JCOEF *block = *blocks[at];
    const d_derived_tbl *dc = entropy->dc_cur_tbls[at], *ac = entropy->ac_cur_tbls[at];
    const int32_t *values = quick_of_block[at]->values;
    const boolean needed = entropy->ac_needed[at];
    int symbol;
    FETCH
    NEXT_SYMBOL(symbol, dc)
    if (symbol) {
      const int bits = GET_BITS(symbol);
      symbol = HUFF_EXTEND(bits, symbol);
    }
    int *last = &state.last_dc_val[cinfo->MCU_membership[at]];
    *last = (int)((unsigned)*last + (unsigned)symbol);
    block[0] = (JCOEF)*last;

    for (int k = 1; k < DCTSIZE2; k++) {
      FETCH
      const int32_t value = values[PEEK_BITS(LOOK)];
      if (value != 0) {
        DROP_BITS(value & 0xff);
        k += (value >> 8) & 0xff;
        if (needed) block[jpeg_natural_order[k]] = (JCOEF)(value >> 16);
        continue;
      }
      NEXT_SYMBOL(symbol, ac)
      const int run = symbol >> 4, value_bits = symbol & 15;
      if (value_bits == 0) {
        if (run != 15) break;
        k += 15;
        continue;
      }
      k += run;
      const int bits = GET_BITS(value_bits);
      if (needed) block[jpeg_natural_order[k]] = (JCOEF)HUFF_EXTEND(bits, value_bits);
    }
  }

  if (cinfo->unread_marker != 0) {
    cinfo->unread_marker = 0;
    return FALSE;
  }
  const size_t read = buffer - cinfo->src->next_input_byte;
  /* Beyond the end it was no photo that was read. */
  if (read > cinfo->src->bytes_in_buffer) return FALSE;
  cinfo->src->bytes_in_buffer -= read;
  cinfo->src->next_input_byte = buffer;
  entropy->bitstate.get_buffer = get_buffer;
  entropy->bitstate.bits_left = bits_left;
  entropy->saved = state;
  return TRUE;
}

_Static_assert(MARGIN >= D_MAX_BLOCKS_IN_MCU * BUFSIZE, "what is read at most before the end is looked for");

static boolean decode_mcu_of_photo(j_decompress_ptr cinfo, JBLOCKROW *blocks) {
  const huff_entropy_ptr entropy = (huff_entropy_ptr)cinfo->entropy;
  const int is_quick = cinfo->restart_interval == 0 && cinfo->unread_marker == 0 &&
    !entropy->pub.insufficient_data;
  return (is_quick && decode_mcu_quick(cinfo, blocks)) || decode_mcu(cinfo, blocks);
}

void quicken_huffman(j_decompress_ptr cinfo) {
  const huff_entropy_ptr entropy = (huff_entropy_ptr)cinfo->entropy;
  /* Progressive and arithmetic ones are others; of several scans all have been read by now. */
  if (entropy->pub.decode_mcu != decode_mcu || cinfo->inputctl->has_multiple_scans) return;
  for (int at = 0; at < NUM_HUFF_TBLS; at++) quick_tables[at].of = NULL;
  for (int at = 0; at < cinfo->blocks_in_MCU; at++) {
    const int number = cinfo->cur_comp_info[cinfo->MCU_membership[at]]->ac_tbl_no;
    Quick *quick = &quick_tables[number];
    if (quick->of == NULL) fill_quick(quick, entropy->ac_cur_tbls[at]);
    quick_of_block[at] = quick;
  }
  entropy->pub.decode_mcu = decode_mcu_of_photo;
}
