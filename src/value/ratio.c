/* ratio.c - exact rationals: 128-bit parts, 256-bit intermediates where needed.
 *
 * Every quick path is checked by __builtin_*_overflow; what overflows there is
 * done again in 256 bits, so that false is said only where the result itself
 * does not fit.
 */
#include "ratio.h"
#include "limits_utfall.h"
#include "wide.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PART_MAX ((ratio_part)(((u128)1 << 127) - 1))	/* and -PART_MAX is the least */
#define PLACES_MAX 36					/* that ratio_format writes */

static u128
magnitude(ratio_part a)
{
	return a < 0 ? -(u128)a : (u128)a;
}

static u128
common_divisor(u128 a, u128 b)
{
	while (b != 0) {
		u128 rest;

		if (((a | b) >> 64) == 0) {	/* 64-bit division is several times quicker */
			uint64_t x = (uint64_t)a, y = (uint64_t)b;

			while (y != 0) {
				uint64_t r = x % y;

				x = y;
				y = r;
			}
			return x;
		}
		rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

/* The value with these parts, already in lowest terms; false where they are too large. */
static bool
from_parts(bool negative, u128 num, u128 den, struct ratio *ret)
{
	if (num > (u128)PART_MAX || den > (u128)PART_MAX)
		return false;
	ret->num = negative ? -(ratio_part)num : (ratio_part)num;
	ret->den = (ratio_part)den;
	return true;
}

struct ratio
ratio_integer(int64_t value)
{
	return (struct ratio){ value, 1 };
}

bool
ratio_make(int64_t num, int64_t den, struct ratio *ret)
{
	uint64_t above = (uint64_t)magnitude(num), below = (uint64_t)magnitude(den), divisor;

	if (den == 0)
		return false;
	divisor = (uint64_t)common_divisor(above, below);
	return from_parts((num < 0) != (den < 0), above / divisor, below / divisor, ret);
}

/* Digits up to another character; false where they do not fit. */
static bool
read_digits(const char **at, const char *end, u128 *value, u128 *scale)
{
	const char *first = *at;

	for (; *at < end && **at >= '0' && **at <= '9'; (*at)++) {
		if (*value > ((u128)PART_MAX - 9) / 10 || *scale > (u128)PART_MAX / 10)
			return false;
		*value = *value * 10 + (unsigned)(**at - '0');
		*scale *= 10;
	}
	return *at > first;
}

bool
ratio_read(const char *text, size_t length, struct ratio *ret)
{
	const char *at = text, *end = text + length;
	bool negative = length > 0 && *at == '-';
	u128 num = 0, den = 1, scale = 1, unused = 1;
	char again[RATIO_TEXT];
	struct ratio v;

	at += negative ? 1 : 0;
	if (!read_digits(&at, end, &num, &scale))
		return false;
	if (at < end && *at == '.') {
		at++;
		if (!read_digits(&at, end, &num, &den))
			return false;
	} else if (at < end && *at == '/') {
		at++;
		den = 0;
		if (!read_digits(&at, end, &den, &unused) || den == 0)
			return false;
	}
	if (at != end || !from_parts(negative, num / common_divisor(num, den),
				     den / common_divisor(num, den), &v))
		return false;
	ratio_format(v, again);
	if (strlen(again) != length || memcmp(again, text, length) != 0)
		return false;
	*ret = v;
	return true;
}

bool
ratio_parse(const char *text, size_t length, struct ratio *ret)
{
	bool negative = length > 0 && text[0] == '-', point = false;
	size_t first = negative ? 1 : 0, places = 0, digits = 0;
	int64_t num = 0, den = 1;

	for (size_t i = first; i < length; i++) {
		if (text[i] == '.' && !point && digits > 0) {
			point = true;
			continue;
		}
		if (text[i] < '0' || text[i] > '9' || ++digits > LIMIT_DECIMAL_DIGITS)
			return false;
		if (!point && digits == 2 && text[first] == '0')
			return false;
		num = 10 * num + (text[i] - '0');
		if (point) {
			den *= 10;
			places++;
		}
	}
	if (digits == 0 || (point && places == 0) || places > LIMIT_DECIMAL_PLACES)
		return false;
	if (negative && num == 0)
		return false;
	return ratio_make(negative ? -num : num, den, ret);
}

/* Decimal digits of `value`; returns the end. */
static char *
put_digits(char *at, u128 value)
{
	char digits[40];
	size_t n = sizeof(digits);

	do {
		digits[--n] = (char)('0' + (int)(value % 10));
		value /= 10;
	} while (value != 0);
	memcpy(at, digits + n, sizeof(digits) - n);
	return at + (sizeof(digits) - n);
}

/* Decimal places of an exact decimal with this denominator, or -1. */
static int
decimal_places(u128 den)
{
	int twos = 0, fives = 0;

	for (; den % 2 == 0; den /= 2)
		twos++;
	for (; den % 5 == 0; den /= 5)
		fives++;
	if (den != 1 || twos > PLACES_MAX || fives > PLACES_MAX)
		return -1;
	return twos > fives ? twos : fives;
}

void
ratio_format(struct ratio a, char ret[RATIO_TEXT])
{
	u128 num = magnitude(a.num), den = (u128)a.den, rest;
	int places = decimal_places(den);
	char *at = ret;

	if (a.num < 0)
		*at++ = '-';
	if (places < 0) {
		at = put_digits(at, num);
		*at++ = '/';
		at = put_digits(at, den);
	} else {
		at = put_digits(at, num / den);
		if (places > 0)
			*at++ = '.';
		for (rest = num % den; places > 0; places--) {
			rest *= 10;	/* den <= 10^36 */
			*at++ = (char)('0' + (int)(rest / den));
			rest %= den;
		}
	}
	*at = '\0';
}

/* a.num * (b.den / g) + b.num * (a.den / g) where that needs more than 128 bits; g is the
 * denominators' common divisor. */
static bool
add_wide(struct ratio a, struct ratio b, u128 g, struct ratio *ret)
{
	u128 a_rest = (u128)a.den / g, den, divisor;
	struct wide x = wide_mul(magnitude(a.num), (u128)b.den / g);
	struct wide y = wide_mul(magnitude(b.num), a_rest), sum, quotient;
	bool negative = a.num < 0;

	if ((a.num < 0) == (b.num < 0)) {
		sum = wide_add(x, y);	/* each below 2^254 */
	} else if (wide_compare(x, y) >= 0) {
		sum = wide_sub(x, y);
	} else {
		sum = wide_sub(y, x);
		negative = !negative;
	}
	assert(sum.high != 0 || sum.low != 0);	/* a = -b: its products are the parts themselves */
	divisor = common_divisor(wide_rest(sum, g), g);
	quotient = wide_div(sum, divisor);
	if (quotient.high != 0 || __builtin_mul_overflow(a_rest, (u128)b.den / divisor, &den))
		return false;
	return from_parts(negative, quotient.low, den, ret);
}

bool
ratio_add(struct ratio a, struct ratio b, struct ratio *ret)
{
	u128 g = common_divisor((u128)a.den, (u128)b.den), divisor, den;
	ratio_part rest = (ratio_part)((u128)a.den / g), x, y, sum;

	if (__builtin_mul_overflow(a.num, (ratio_part)((u128)b.den / g), &x) ||
	    __builtin_mul_overflow(b.num, rest, &y) || __builtin_add_overflow(x, y, &sum))
		return add_wide(a, b, g, ret);
	if (sum == 0) {
		*ret = ratio_integer(0);
		return true;
	}
	divisor = common_divisor(magnitude(sum), g);	/* all that can be left in common */
	if (__builtin_mul_overflow((u128)rest, (u128)b.den / divisor, &den))
		return false;
	return from_parts(sum < 0, magnitude(sum) / divisor, den, ret);
}

bool
ratio_sub(struct ratio a, struct ratio b, struct ratio *ret)
{
	b.num = -b.num;
	return ratio_add(a, b, ret);
}

/* Divides out what numerator and denominator share first: then products are in lowest terms. */
bool
ratio_mul(struct ratio a, struct ratio b, struct ratio *ret)
{
	u128 p = common_divisor(magnitude(a.num), (u128)b.den);
	u128 q = common_divisor(magnitude(b.num), (u128)a.den), num, den;

	if (__builtin_mul_overflow(magnitude(a.num) / p, magnitude(b.num) / q, &num) ||
	    __builtin_mul_overflow((u128)a.den / q, (u128)b.den / p, &den))
		return false;
	return from_parts((a.num < 0) != (b.num < 0), num, den, ret);
}

bool
ratio_div(struct ratio a, struct ratio b, struct ratio *ret)
{
	struct ratio inverse = { b.num < 0 ? -b.den : b.den, b.num < 0 ? -b.num : b.num };

	return b.num != 0 && ratio_mul(a, inverse, ret);
}

int
ratio_compare(struct ratio a, struct ratio b)
{
	ratio_part x, y;
	int order;

	if (ratio_sign(a) != ratio_sign(b))
		return ratio_sign(a) < ratio_sign(b) ? -1 : 1;
	if (!__builtin_mul_overflow(a.num, b.den, &x) && !__builtin_mul_overflow(b.num, a.den, &y))
		return (x > y) - (x < y);
	order = wide_compare(wide_mul(magnitude(a.num), (u128)b.den),
			     wide_mul(magnitude(b.num), (u128)a.den));
	return a.num < 0 ? -order : order;
}

int
ratio_sign(struct ratio a)
{
	return (a.num > 0) - (a.num < 0);
}

bool
ratio_is_integer(struct ratio a)
{
	return a.den == 1;
}

/* `half` is how what was cut compares to one half; `exact` that nothing was cut. */
static bool
goes_up(enum rounding how, bool exact, int half, bool odd)
{
	switch (how) {
	case ROUNDING_HALF_UP:
		return half >= 0;
	case ROUNDING_HALF_EVEN:
		return half > 0 || (half == 0 && odd);
	case ROUNDING_DOWN:
		return false;
	case ROUNDING_UP:
		return !exact;
	case ROUNDING_MAX:
		break;
	}
	abort();	/* not a rounding */
}

static int
compare_parts(u128 a, u128 b)
{
	return (a > b) - (a < b);
}

bool
ratio_round(struct ratio a, enum rounding how, int64_t multiple, int64_t *ret)
{
	u128 den = (u128)a.den, whole = magnitude(a.num) / den, rest = magnitude(a.num) % den;
	u128 m, count, over;
	int half;

	assert(multiple >= 1);
	m = (u128)multiple;
	count = whole / m;
	over = whole % m;	/* cut: over + rest/den, against m/2 */
	if (2 * over == m)
		half = rest > 0;
	else if (2 * over + 1 == m)
		half = compare_parts(rest, den - rest);
	else
		half = 2 * over > m ? 1 : -1;
	count += goes_up(how, over == 0 && rest == 0, half, (count & 1) != 0);
	if (count > LIMIT_INTEGER || count * m > LIMIT_INTEGER)
		return false;
	*ret = a.num < 0 ? -(int64_t)(count * m) : (int64_t)(count * m);
	return true;
}

bool
ratio_places(struct ratio a, enum rounding how, int places, struct ratio *ret)
{
	u128 den = (u128)a.den, whole = magnitude(a.num) / den, rest, part;
	int64_t scale = 1, kept;
	struct wide scaled;
	struct ratio fraction, sum;
	bool odd, made;

	assert(places >= 0 && places <= LIMIT_DECIMAL_PLACES);
	for (int i = 0; i < places; i++)
		scale *= 10;
	scaled = wide_mul(magnitude(a.num) % den, (u128)scale);
	part = wide_div(scaled, den).low;	/* below scale */
	rest = wide_rest(scaled, den);
	odd = ((places == 0 ? whole : part) & 1) != 0;
	kept = (int64_t)part + goes_up(how, rest == 0, compare_parts(rest, den - rest), odd);
	made = ratio_make(kept, scale, &fraction);
	assert(made);
	if (!ratio_add((struct ratio){ (ratio_part)whole, 1 }, fraction, &sum))
		return false;
	sum.num = a.num < 0 ? -sum.num : sum.num;
	*ret = sum;
	return true;
}

static const char *const rounding_names[ROUNDING_MAX] = {
	[ROUNDING_HALF_UP]   = "half_up",
	[ROUNDING_HALF_EVEN] = "half_even",
	[ROUNDING_DOWN]      = "down",
	[ROUNDING_UP]        = "up",
};

const char *
rounding_name(enum rounding r)
{
	assert(r < ROUNDING_MAX);
	return rounding_names[r];
}

bool
rounding_parse(const char *text, size_t length, enum rounding *ret)
{
	for (int r = 0; r < ROUNDING_MAX; r++)
		if (strlen(rounding_names[r]) == length &&
		    memcmp(rounding_names[r], text, length) == 0) {
			*ret = (enum rounding)r;
			return true;
		}
	return false;
}
