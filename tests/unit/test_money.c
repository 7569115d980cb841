/* test_money.c - sums within their range, splits that add up, amounts as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../support/random.h"
#include "limits_utfall.h"
#include "money.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MOST LIMIT_INTEGER

static struct ratio
make(int64_t num, int64_t den)
{
	struct ratio r;

	assert_true(ratio_make(num, den, &r));
	return r;
}

static void
sums_stay_within_two_to_the_53(void **state)
{
	static const struct {
		int64_t a, b;
		bool adds, subtracts;
	} cases[] = {
		{ MOST, 1, false, true }, { -MOST, 1, true, false }, { -MOST, -1, false, true },
		{ MOST, MOST, false, true }, { INT64_MAX, 1, false, false },
		{ INT64_MIN, INT64_MIN, false, true }, { INT64_MAX, INT64_MAX, false, true },
		{ MOST, 0, true, true }, { 2, 3, true, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t sum = 77, difference = 77;

		assert_int_equal(money_add(cases[i].a, cases[i].b, &sum), cases[i].adds);
		assert_int_equal(money_sub(cases[i].a, cases[i].b, &difference),
				 cases[i].subtracts);
		assert_true(sum == (cases[i].adds ? cases[i].a + cases[i].b : 77));
		assert_true(difference == (cases[i].subtracts ? cases[i].a - cases[i].b : 77));
	}
}

struct split_case {
	const char *name;
	int64_t amount;
	size_t count;
	struct ratio weights[4];
	enum residual rule;
	int64_t want[4];
};

/* By hand: each part toward zero, what is left to the one part that the rule names. */
static void
splits_give_the_rest_where_told(void **state)
{
	static const struct split_case cases[] = {
		{ "even", 100, 2, { { 1, 1 }, { 1, 1 } }, RESIDUAL_LARGEST, { 50, 50 } },
		{ "first of equals", 100, 3, { { 1, 1 }, { 1, 1 }, { 1, 1 } }, RESIDUAL_LARGEST,
		  { 34, 33, 33 } },
		{ "largest", 101, 3, { { 1, 4 }, { 1, 2 }, { 1, 4 } }, RESIDUAL_LARGEST,
		  { 25, 51, 25 } },
		{ "first", 101, 3, { { 1, 4 }, { 1, 2 }, { 1, 4 } }, RESIDUAL_FIRST,
		  { 26, 50, 25 } },
		{ "last", 101, 3, { { 1, 4 }, { 1, 2 }, { 1, 4 } }, RESIDUAL_LAST, { 25, 50, 26 } },
		{ "no residual to a weight of 0", 10, 4, { { 0, 1 }, { 1, 3 }, { 2, 3 }, { 0, 1 } },
		  RESIDUAL_FIRST, { 0, 4, 6, 0 } },
		{ "nor from the end", 10, 4, { { 0, 1 }, { 1, 3 }, { 2, 3 }, { 0, 1 } },
		  RESIDUAL_LAST, { 0, 3, 7, 0 } },
		{ "negative", -100, 3, { { 1, 1 }, { 1, 1 }, { 1, 1 } }, RESIDUAL_LAST,
		  { -33, -33, -34 } },
		{ "less than the parts", 2, 3, { { 1, 1 }, { 1, 1 }, { 1, 1 } }, RESIDUAL_LARGEST,
		  { 2, 0, 0 } },
		{ "nothing", 0, 2, { { 1, 1 }, { 5, 1 } }, RESIDUAL_LAST, { 0, 0 } },
		{ "one", 7, 1, { { 3, 7 } }, RESIDUAL_LAST, { 7 } },
		{ "all there is", MOST, 2, { { 1, 1 }, { 2, 1 } }, RESIDUAL_FIRST,
		  { 3002399751580331, 6004799503160660 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct split_case *c = &cases[i];
		int64_t got[4] = { 0 };
		struct err e = { 0 };

		if (money_split(c->amount, c->weights, c->count, c->rule, got, &e) != RC_OK)
			fail_msg("%s: %s", c->name, e.text);
		if (memcmp(got, c->want, sizeof(got)) != 0)
			fail_msg("%s: %lld %lld %lld %lld", c->name, (long long)got[0],
				 (long long)got[1], (long long)got[2], (long long)got[3]);
	}
}

static void
splits_refuse(void **state)
{
	const ratio_part most = (((ratio_part)1 << 126) - 1) * 2 + 1;
	const struct {
		int64_t amount;
		size_t count;
		struct ratio weights[2];
		enum rc rc;
		const char *text;
	} cases[] = {
		{ MOST + 1, 1, { { 1, 1 } }, RC_RANGE,
		  "amount 9007199254740992 is beyond +-9007199254740991" },
		{ 1, 0, { { 1, 1 } }, RC_REFUSED, "0 weights that sum to 0: one must be above 0" },
		{ 1, 2, { { 0, 1 }, { 0, 1 } }, RC_REFUSED,
		  "2 weights that sum to 0: one must be above 0" },
		{ 1, 2, { { 1, 1 }, { -1, 2 } }, RC_REFUSED,
		  "weight 2 is -0.5: a weight is at least 0" },
		{ 1, 2, { { most, 1 }, { most, 1 } }, RC_RANGE,
		  "the sum of 2 weights does not fit 128 bits: use coarser weights" },
		{ MOST, 2, { { most - 1, most }, { 1, most } }, RC_RANGE,
		  "part 1 of 2 does not fit 128 bits on the way: use coarser weights" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t got[2] = { 77, 77 };
		struct err e = { 0 };
		enum rc rc = money_split(cases[i].amount, cases[i].weights, cases[i].count,
					 RESIDUAL_FIRST, got, &e);

		assert_int_equal(rc, cases[i].rc);
		assert_string_equal(e.text, cases[i].text);
		assert_true(got[0] == 77 && got[1] == 77);
	}
}

/* Parts sum to the whole, none is further than the number of parts from its share. */
static void
splits_always_add_up(void **state)
{
	random_start("money");
	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t count = (size_t)random_below(8) + 1;
		int64_t amount = (int64_t)random_below((uint64_t)2 * MOST + 1) - MOST;
		int64_t parts[8], n[8], total = 0, sum = 0;
		struct ratio weights[8];
		struct err e = { 0 };

		for (size_t i = 0; i < count; i++) {
			n[i] = (int64_t)random_below(1000) * (int64_t)random_below(2);
			total += n[i];
			weights[i] = make(n[i], 1000);
		}
		if (total == 0)
			continue;
		if (money_split(amount, weights, count, (enum residual)random_below(RESIDUAL_MAX),
				parts, &e) != RC_OK)
			fail_msg("%s", e.text);
		for (size_t i = 0; i < count; i++) {
			ratio_part off = (ratio_part)parts[i] * total - (ratio_part)amount * n[i];

			sum += parts[i];
			assert_true(off < (ratio_part)total * 8 && -off < (ratio_part)total * 8);
			assert_true(n[i] > 0 || parts[i] == 0);
		}
		assert_true(sum == amount);
	}
}

static void
amounts_are_written_for_people_and_for_spreadsheets(void **state)
{
	static const struct {
		int64_t amount;
		const char *unit, *people, *plain;
	} cases[] = {
		{ 0, "SEK", "0.00 SEK", "0.00" },
		{ 5, "SEK", "0.05 SEK", "0.05" },
		{ -5, "SEK", "-0.05 SEK", "-0.05" },
		{ 99999, "EUR", "999.99 EUR", "999.99" },
		{ 123456750, "SEK", "1 234 567.50 SEK", "1234567.50" },
		{ -123456750, "SEK", "-1 234 567.50 SEK", "-1234567.50" },
		{ 1000, "JPY", "1 000 JPY", "1000" },
		{ 1234567, "KWD", "1 234.567 KWD", "1234.567" },
		{ 12345, "CLF", "1.2345 CLF", "1.2345" },
		{ 1234, "months", "1 234 months", "1234" },
		{ MOST, "SEK", "90 071 992 547 409.91 SEK", "90071992547409.91" },
		{ -MOST, "a123456789012345678901234567890123456789",
		  "-9 007 199 254 740 991 a123456789012345678901234567890123456789",
		  "-9007199254740991" },
		{ INT64_MIN, "JPY", "-9 223 372 036 854 775 808 JPY", "-9223372036854775808" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[64];

		money_format(cases[i].amount, cases[i].unit, text);
		assert_string_equal(text, cases[i].people);
		money_plain(cases[i].amount, cases[i].unit, text);
		assert_string_equal(text, cases[i].plain);
	}
}

static void
minor_units_are_those_of_iso_4217(void **state)
{
	static const struct {
		const char *unit;
		int digits;
	} cases[] = {
		{ "SEK", 2 }, { "NOK", 2 }, { "DKK", 2 }, { "EUR", 2 }, { "GBP", 2 }, { "USD", 2 },
		{ "ISK", 0 }, { "JPY", 0 }, { "BHD", 3 }, { "TND", 3 }, { "UYW", 4 },
		{ "", 0 }, { "sek", 0 }, { "SE", 0 }, { "SEKX", 0 }, { "XTS", 0 }, { "K S", 0 },
		{ "months", 0 }, { "AAA", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (unit_digits(cases[i].unit) != cases[i].digits)
			fail_msg("%s: %d", cases[i].unit, unit_digits(cases[i].unit));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_stay_within_two_to_the_53),
		cmocka_unit_test(splits_give_the_rest_where_told),
		cmocka_unit_test(splits_refuse),
		cmocka_unit_test(splits_always_add_up),
		cmocka_unit_test(amounts_are_written_for_people_and_for_spreadsheets),
		cmocka_unit_test(minor_units_are_those_of_iso_4217),
	};

	return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
