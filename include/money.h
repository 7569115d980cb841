/* money.h - amounts in whole minor units, checked, and splits that always add up.
 *
 * Layer 1. An amount is an int64 of minor units with |amount| <= 2^53 - 1; its
 * unit (ISO 4217 code or a counted thing) travels beside it by name.
 */
#ifndef UTFALL_MONEY_H
#define UTFALL_MONEY_H

#include "rc.h"
#include "ratio.h"

/* False outside +-(2^53 - 1). */
MUST_CHECK bool money_add(int64_t a, int64_t b, int64_t *ret);
MUST_CHECK bool money_sub(int64_t a, int64_t b, int64_t *ret);

enum residual {		/* who takes what rounding leaves over */
	RESIDUAL_LARGEST,	/* the largest weight; among equals the first */
	RESIDUAL_FIRST,
	RESIDUAL_LAST,
	RESIDUAL_MAX
};

/* Splits `amount` by `count` weights (>= 0, sum > 0): each part is
 * amount * weight / sum rounded toward zero, the residual goes by the rule to
 * one part with a weight above zero. The parts sum to `amount`. */
MUST_CHECK enum rc money_split(int64_t amount, const struct ratio *weights, size_t count,
			       enum residual rule, int64_t *ret_parts, struct err *e);

/* Minor-unit digits of an ISO 4217 code, 0 for any counted thing. */
int unit_digits(const char *unit);
/* "1 234 567.50 SEK": for people. `ret` has at least 64 bytes. */
void money_format(int64_t amount, const char *unit, char ret[64]);
/* "1234567.50": for spreadsheets. */
void money_plain(int64_t amount, const char *unit, char ret[64]);

#endif
