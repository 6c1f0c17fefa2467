/*
 * A quicker way through the coefficients of a photo than libjpeg-turbo's, with the same results: a code and its value are
 * looked up at once, and bits are fetched eight bytes at a time, with nothing to look out for. What it cannot do is left to
 * libjpeg-turbo: restart intervals, several scans, and what is left from where a photo ends too early.
 */
#include "jdhuff.c"
#include "photo-twin.h"
#include <wasm_simd128.h>

/* Bits looked up at once: most codes with their values. */
#define LOOK 10
#define ALL (1 << LOOK)
/* The run that ends a block: no coefficient is that far. */
#define END DCTSIZE2
/* What a code and its value have at most. */
#define MOST_BITS 31

/* Of the next LOOK bits: value << 16 | run of zeros << 8 | bits of code and value; 0 where they are more. */
typedef struct {
  d_derived_tbl *of;
  int32_t values[ALL];
} Quick;

static Quick quick_dc[NUM_HUFF_TBLS], quick_ac[NUM_HUFF_TBLS];
static struct {
  const Quick *dc, *ac;
} quick_of[D_MAX_BLOCKS_IN_MCU];

/* The photo's bits, without the bytes that only tell them from markers. */
typedef struct {
  /* The next ones at the top, `count` of them at least. */
  uint64_t bits;
  int count;
  JOCTET *next;
} Bits;

static Bits bits;
/* Where they end, and where the marker behind them is. */
static JOCTET *bits_end, *marker;

/*
 * Where a coefficient of the zigzag belongs; beyond the end it is the last one, as libjpeg has it: only a damaged photo
 * writes anything but 0 there.
 */
static uint8_t place[2 * END + 16];

static void fill_quick(Quick *quick, d_derived_tbl *of, int is_ac) {
  quick->of = of;
  for (int look = 0; look < ALL; look++) {
    const int entry = of->lookup[look >> (LOOK - HUFF_LOOKAHEAD)];
    const int code_bits = entry >> HUFF_LOOKAHEAD, symbol = entry & 0xff, value_bits = symbol & 15;
    const int left = LOOK - code_bits - value_bits;
    quick->values[look] = 0;
    if (code_bits > HUFF_LOOKAHEAD || left < 0) continue;
    const int value = value_bits == 0 ? 0 : HUFF_EXTEND((look >> left) & ((1 << value_bits) - 1), value_bits);
    const int ends = is_ac && value_bits == 0 && symbol >> 4 != 15;
    const int run = ends ? END : is_ac ? symbol >> 4 : 0;
    quick->values[look] = (int32_t)((uint32_t)value << 16) | run << 8 | (code_bits + value_bits);
  }
}

/* To 56 bits at least. */
static inline void fetch(Bits *from) {
  const v128_t eight = wasm_v128_load64_zero(from->next);
  const uint64_t next =
    wasm_i64x2_extract_lane(wasm_i8x16_shuffle(eight, eight, 7, 6, 5, 4, 3, 2, 1, 0, 7, 6, 5, 4, 3, 2, 1, 0), 0);
  from->bits |= next >> from->count;
  from->next += (63 - from->count) >> 3;
  from->count |= 56;
}

static inline int look(const Bits *from, int count) { return (int)(from->bits >> (64 - count)); }

static inline void drop(Bits *from, int count) {
  from->bits <<= count;
  from->count -= count;
}

/* A symbol whose code, or its value with it, is long, as an entry of a Quick; its bits are dropped. */
static int32_t read_long(Bits *from, const d_derived_tbl *of, int is_ac) {
  const int entry = of->lookup[look(from, HUFF_LOOKAHEAD)];
  int length = entry >> HUFF_LOOKAHEAD, symbol = entry & 0xff;
  if (length > HUFF_LOOKAHEAD) {
    int code = look(from, length);
    while (code > of->maxcode[length]) code = look(from, ++length);
    symbol = length > 16 ? 0 : of->pub->huffval[(code + of->valoffset[length]) & 0xff];
  }
  drop(from, length);
  const int value_bits = symbol & 15, run = is_ac ? symbol >> 4 : 0;
  if (value_bits == 0) return is_ac && run != 15 ? END << 8 : run << 8;
  const int value = look(from, value_bits);
  drop(from, value_bits);
  return (int32_t)((uint32_t)HUFF_EXTEND(value, value_bits) << 16) | run << 8;
}

/* Leaves no fewer bits than a short one would. */
static inline int32_t next(Bits *from, const Quick *quick, int is_ac) {
  int32_t entry = quick->values[look(from, LOOK)];
  if (__builtin_expect(entry == 0, 0)) {
    entry = read_long(from, quick->of, is_ac);
    fetch(from);
  } else {
    drop(from, entry & 0xff);
  }
  return entry;
}

/* The coefficients behind the first, in their places. */
static inline void read_ac(Bits *from, const Quick *quick, JCOEF *block) {
  for (int k = 1; k < DCTSIZE2;) {
    fetch(from);
    /* Two that are short leave enough bits for one that is long. */
    for (int i = 0; i < 3 && k < DCTSIZE2; i++) {
      const int32_t entry = next(from, quick, 1);
      k += (entry >> 8) & 0xff;
      block[place[k]] = (JCOEF)(entry >> 16);
      k++;
    }
  }
}
_Static_assert(56 - 2 * LOOK >= MOST_BITS, "bits for the third symbol");

/* What decode_mcu does; FALSE, with nothing changed but the blocks, where the photo ends before. */
static boolean decode_mcu_quick(j_decompress_ptr cinfo, JBLOCKROW *blocks) {
  huff_entropy_ptr entropy = (huff_entropy_ptr)cinfo->entropy;
  savable_state state = entropy->saved;
  Bits from = bits;
  JBLOCK not_needed;
  for (int at = 0; at < cinfo->blocks_in_MCU; at++) {
    JCOEF *block = *blocks[at];
    fetch(&from);
    int *last = &state.last_dc_val[cinfo->MCU_membership[at]];
    *last = (int)((unsigned)*last + (unsigned)(next(&from, quick_of[at].dc, 0) >> 16));
    block[0] = (JCOEF)*last;
    read_ac(&from, quick_of[at].ac, entropy->ac_needed[at] ? block : not_needed);
  }
  /* What is in `bits` has been fetched, but not used. */
  if (from.next - (from.count >> 3) > bits_end) return FALSE;
  bits = from;
  entropy->saved = state;
  return TRUE;
}

/*
 * Takes out the zeros that follow bytes of 255, up to a marker or the end. A photo is decoded once, and is ours: it is done
 * in place.
 */
static void take_bits(j_decompress_ptr cinfo) {
  JOCTET *from = (JOCTET *)cinfo->src->next_input_byte, *to = from;
  JOCTET *const end = from + cinfo->src->bytes_in_buffer;
  const v128_t ff = wasm_i8x16_splat(-1);
  bits = (Bits){.next = to};
  while (from < end) {
    if (from + 16 <= end) {
      const v128_t some = wasm_v128_load(from);
      if (!wasm_v128_any_true(wasm_i8x16_eq(some, ff))) {
        wasm_v128_store(to, some);
        from += 16;
        to += 16;
        continue;
      }
    }
    if (*from == 0xff) {
      if (from + 1 == end || from[1] != 0) break;
      from++;
      *to++ = 0xff;
      from++;
    } else {
      *to++ = *from++;
    }
  }
  bits_end = to;
  marker = from;
  cinfo->src->next_input_byte = marker;
  cinfo->src->bytes_in_buffer = end - marker;
}

/* Puts the zeros back in behind what has been used, for libjpeg-turbo to go on from there. */
static void give_bits(j_decompress_ptr cinfo) {
  const huff_entropy_ptr entropy = (huff_entropy_ptr)cinfo->entropy;
  JOCTET *const used = bits.next - (bits.count >> 3), *to = marker;
  /* Of a byte that has been begun. */
  const int left = bits.count & 7;
  for (const JOCTET *from = bits_end; from > used;) {
    if (*--from == 0xff) *--to = 0;
    *--to = *from;
  }
  entropy->bitstate.bits_left = left;
  entropy->bitstate.get_buffer = left == 0 ? 0 : bits.bits >> (64 - left);
  cinfo->src->bytes_in_buffer += marker - to;
  cinfo->src->next_input_byte = to;
  entropy->pub.decode_mcu = decode_mcu;
}

static boolean decode_mcu_of_photo(j_decompress_ptr cinfo, JBLOCKROW *blocks) {
  if (decode_mcu_quick(cinfo, blocks)) return TRUE;
  give_bits(cinfo);
  for (int at = 0; at < cinfo->blocks_in_MCU; at++) memset(*blocks[at], 0, sizeof(JBLOCK));
  return decode_mcu(cinfo, blocks);
}
_Static_assert(MARGIN >= D_MAX_BLOCKS_IN_MCU * DCTSIZE2 * MOST_BITS / 8, "what is read before the end is looked for");

static const Quick *find_quick(Quick *all, int number, d_derived_tbl *of, int is_ac) {
  Quick *quick = &all[number];
  if (quick->of == NULL) fill_quick(quick, of, is_ac);
  return quick;
}

void quicken_huffman(j_decompress_ptr cinfo) {
  const huff_entropy_ptr entropy = (huff_entropy_ptr)cinfo->entropy;
  /* Progressive and arithmetic ones are others; of several scans all have been read by now. */
  if (entropy->pub.decode_mcu != decode_mcu || cinfo->inputctl->has_multiple_scans || cinfo->restart_interval != 0 ||
      cinfo->unread_marker != 0) {
    return;
  }
  for (int k = 0; k < (int)sizeof(place); k++) place[k] = k < DCTSIZE2 ? jpeg_natural_order[k] : DCTSIZE2 - 1;
  for (int at = 0; at < NUM_HUFF_TBLS; at++) quick_dc[at].of = quick_ac[at].of = NULL;
  for (int at = 0; at < cinfo->blocks_in_MCU; at++) {
    const jpeg_component_info *component = cinfo->cur_comp_info[cinfo->MCU_membership[at]];
    quick_of[at].dc = find_quick(quick_dc, component->dc_tbl_no, entropy->dc_cur_tbls[at], 0);
    quick_of[at].ac = find_quick(quick_ac, component->ac_tbl_no, entropy->ac_cur_tbls[at], 1);
  }
  take_bits(cinfo);
  entropy->pub.decode_mcu = decode_mcu_of_photo;
}
