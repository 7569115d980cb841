/* money.c - sums within +-(2^53 - 1), splits that add up, amounts as people read them. */
#include "money.h"
#include "arena.h"
#include "limits_utfall.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
in_range(int64_t amount)
{
	return amount >= -LIMIT_INTEGER && amount <= LIMIT_INTEGER;
}

bool
money_add(int64_t a, int64_t b, int64_t *ret)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum) || !in_range(sum))
		return false;
	*ret = sum;
	return true;
}

bool
money_sub(int64_t a, int64_t b, int64_t *ret)
{
	int64_t difference;

	if (__builtin_sub_overflow(a, b, &difference) || !in_range(difference))
		return false;
	*ret = difference;
	return true;
}

static enum rc
sum_weights(const struct ratio *weights, size_t count, struct ratio *ret, struct err *e)
{
	struct ratio sum = ratio_integer(0);

	for (size_t i = 0; i < count; i++) {
		char text[RATIO_TEXT];

		if (ratio_sign(weights[i]) < 0) {
			ratio_format(weights[i], text);
			return rc_fail(e, RC_REFUSED, "weight %zu is %s: a weight is at least 0",
				       i + 1, text);
		}
		if (!ratio_add(sum, weights[i], &sum))
			return rc_fail(e, RC_RANGE, "the sum of %zu weights does not fit 128 bits: "
				       "use coarser weights", count);
	}
	if (ratio_sign(sum) == 0)
		return rc_fail(e, RC_REFUSED, "%zu weights that sum to 0: one must be above 0",
			       count);
	*ret = sum;
	return RC_OK;
}

/* Which part takes the residual. */
static size_t
residual_part(const struct ratio *weights, size_t count, enum residual rule)
{
	size_t found = count;

	for (size_t i = 0; i < count; i++) {
		if (ratio_sign(weights[i]) == 0)
			continue;
		if (found == count || rule == RESIDUAL_LAST ||
		    (rule == RESIDUAL_LARGEST && ratio_compare(weights[i], weights[found]) > 0))
			found = i;
	}
	assert(found < count);
	return found;
}

/* amount * weight / sum rounded toward zero; |part| <= |amount|, so only the way there can be
 * too wide. Whole weights, as most are, need no lowest terms. */
static bool
part_of(int64_t amount, struct ratio weight, struct ratio sum, int64_t *ret)
{
	struct ratio part;
	ratio_part whole;

	if (weight.den == sum.den && !__builtin_mul_overflow(weight.num, amount, &whole)) {
		*ret = (int64_t)(whole / sum.num);
		return true;
	}
	return ratio_div(weight, sum, &part) && ratio_mul(ratio_integer(amount), part, &part) &&
	       ratio_round(part, ROUNDING_DOWN, 1, ret);
}

enum rc
money_split(int64_t amount, const struct ratio *weights, size_t count, enum residual rule,
	    int64_t *ret_parts, struct err *e)
{
	struct ratio sum = ratio_integer(0);
	int64_t *parts, left = amount;
	enum rc rc;

	assert(rule < RESIDUAL_MAX);
	if (!in_range(amount))
		return rc_fail(e, RC_RANGE, "amount %" PRId64 " is beyond +-%lld", amount,
			       LIMIT_INTEGER);
	rc = sum_weights(weights, count, &sum, e);
	if (rc != RC_OK)
		return rc;
	parts = mem_grow(NULL, count, sizeof(*parts));
	for (size_t i = 0; i < count && rc == RC_OK; i++) {
		if (part_of(amount, weights[i], sum, &parts[i]))
			left -= parts[i];	/* toward zero: |left| only falls */
		else
			rc = rc_fail(e, RC_RANGE, "part %zu of %zu does not fit 128 bits on the "
				     "way: use coarser weights", i + 1, count);
	}
	if (rc == RC_OK) {
		parts[residual_part(weights, count, rule)] += left;
		memcpy(ret_parts, parts, count * sizeof(*parts));
	}
	free(parts);
	return rc;
}

/* ISO 4217 codes by minor-unit digits, those without a minor unit left out. */
static const char *const codes_by_digits[] = {
	[2] = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN "
	      "BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN "
	      "ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD "
	      "KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
	      "MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB "
	      "SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY "
	      "TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD YER ZAR ZMW ZWG ZWL",
	[3] = "BHD IQD JOD KWD LYD OMR TND",
	[4] = "CLF UYW",
};

int
unit_digits(const char *unit)
{
	if (strlen(unit) != 3 || strspn(unit, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
		return 0;
	for (int digits = 1; digits <= 4; digits++)
		if (codes_by_digits[digits] != NULL &&
		    strstr(codes_by_digits[digits], unit) != NULL)
			return digits;
	return 0;
}

/* Digits from the back: the minor ones, the point, the major ones with `group` between threes. */
static void
format_amount(int64_t amount, int digits, const char *group, char ret[64])
{
	char text[64];
	size_t at = sizeof(text) - 1;
	uint64_t rest = amount < 0 ? -(uint64_t)amount : (uint64_t)amount;

	text[at] = '\0';
	for (int i = 0; i < digits; i++, rest /= 10)
		text[--at] = (char)('0' + rest % 10);
	if (digits > 0)
		text[--at] = '.';
	for (int i = 0; i == 0 || rest > 0; i++, rest /= 10) {
		if (i > 0 && i % 3 == 0 && *group != '\0')
			text[--at] = *group;
		text[--at] = (char)('0' + rest % 10);
	}
	if (amount < 0)
		text[--at] = '-';
	memcpy(ret, text + at, sizeof(text) - at);
}

void
money_format(int64_t amount, const char *unit, char ret[64])
{
	size_t used;

	format_amount(amount, unit_digits(unit), " ", ret);
	used = strlen(ret);
	(void)snprintf(ret + used, 64 - used, " %s", unit);
}

void
money_plain(int64_t amount, const char *unit, char ret[64])
{
	format_amount(amount, unit_digits(unit), "", ret);
}
