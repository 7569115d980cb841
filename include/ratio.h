/* ratio.h - exact rational numbers with 128-bit parts, and the named roundings.
 *
 * Layer 1. Values, always in lowest terms with a positive denominator. Every
 * operation is checked: false means the exact result does not fit, and `*ret`
 * is untouched. Nothing is ever rounded but by ratio_round and ratio_places.
 */
#ifndef UTFALL_RATIO_H
#define UTFALL_RATIO_H

#include "rc.h"

__extension__ typedef __int128 ratio_part;

struct ratio {
	ratio_part num, den;
};

enum rounding {
	ROUNDING_HALF_UP,	/* ties away from zero */
	ROUNDING_HALF_EVEN,	/* ties to the even neighbour */
	ROUNDING_DOWN,		/* toward zero */
	ROUNDING_UP,		/* away from zero */
	ROUNDING_MAX
};

#define RATIO_TEXT 96

struct ratio ratio_integer(int64_t value);
MUST_CHECK bool ratio_make(int64_t num, int64_t den, struct ratio *ret);
/* The format's decimals: -?(0|[1-9][0-9]*)(\.[0-9]{1,9})?, at most 15 digits, no "-0". */
MUST_CHECK bool ratio_parse(const char *text, size_t length, struct ratio *ret);
/* Exactly what ratio_format writes. */
MUST_CHECK bool ratio_read(const char *text, size_t length, struct ratio *ret);
/* Shortest exact decimal where there is one of at most 36 places ("37.5"), else "N/D". */
void ratio_format(struct ratio a, char ret[RATIO_TEXT]);

MUST_CHECK bool ratio_add(struct ratio a, struct ratio b, struct ratio *ret);
MUST_CHECK bool ratio_sub(struct ratio a, struct ratio b, struct ratio *ret);
MUST_CHECK bool ratio_mul(struct ratio a, struct ratio b, struct ratio *ret);
/* false for b = 0 too */
MUST_CHECK bool ratio_div(struct ratio a, struct ratio b, struct ratio *ret);
int ratio_compare(struct ratio a, struct ratio b);	/* exact for all values, cannot overflow */
int ratio_sign(struct ratio a);
bool ratio_is_integer(struct ratio a);

/* To a multiple of `multiple` (>= 1); false where the result is beyond +-(2^53 - 1). */
MUST_CHECK bool ratio_round(struct ratio a, enum rounding how, int64_t multiple, int64_t *ret);
/* To at most `places` decimal places (0..9), kept as a ratio. */
MUST_CHECK bool ratio_places(struct ratio a, enum rounding how, int places, struct ratio *ret);

const char *rounding_name(enum rounding r);
MUST_CHECK bool rounding_parse(const char *text, size_t length, enum rounding *ret);

#endif
