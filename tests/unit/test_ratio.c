/* test_ratio.c - exactness: small ratios all of them, large ones by their own algebra. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../support/random.h"
#include "limits_utfall.h"
#include "ratio.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const ratio_part part_max = ((ratio_part)1 << 126) - 1 + ((ratio_part)1 << 126);

static struct ratio
make(int64_t num, int64_t den)
{
	struct ratio r;

	assert_true(ratio_make(num, den, &r));
	return r;
}

static void
assert_same(struct ratio got, struct ratio want)
{
	char a[RATIO_TEXT], b[RATIO_TEXT];

	if (got.num == want.num && got.den == want.den)
		return;
	ratio_format(got, a);
	ratio_format(want, b);
	fail_msg("%s, not %s", a, b);
}

static void
decimals_have_one_spelling(void **state)
{
	static const char *const refused[] = {
		"", "-", ".", "0.", ".5", "-.5", "+1", "00", "01", "-01", "1.", "1..2", "1.2.3",
		"1,5",
		"1e3", " 1", "1 ", "-0", "-0.0", "-0.000000000", "0.1234567890", "1.0000000000",
		"1234567890123456", "1234567.123456789", "0x1", "1/2", "--1", "1-",
	};
	static const struct {
		const char *text;
		int64_t num, den;
		const char *want;
	} accepted[] = {
		{ "0", 0, 1, "0" }, { "0.0", 0, 1, "0" }, { "7", 7, 1, "7" }, { "-7", -7, 1, "-7" },
		{ "0.5", 1, 2, "0.5" }, { "-0.5", -1, 2, "-0.5" }, { "37.50", 75, 2, "37.5" },
		{ "10", 10, 1, "10" }, { "0.000000001", 1, 1000000000, "0.000000001" },
		{ "999999999999999", 999999999999999, 1, "999999999999999" },
		{ "123456.123456789", 123456123456789, 1000000000, "123456.123456789" },
	};
	struct ratio got = { 7, 9 };

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++)
		if (ratio_parse(refused[i], strlen(refused[i]), &got) || got.num != 7)
			fail_msg("'%s' was read", refused[i]);
	for (size_t i = 0; i < COUNT(accepted); i++) {
		char text[RATIO_TEXT];

		assert_true(ratio_parse(accepted[i].text, strlen(accepted[i].text), &got));
		assert_same(got, make(accepted[i].num, accepted[i].den));
		ratio_format(got, text);
		assert_string_equal(text, accepted[i].want);
	}
}

static void
makes_lowest_terms(void **state)
{
	struct ratio got = { 7, 9 };

	(void)state;
	assert_false(ratio_make(1, 0, &got));
	assert_int_equal(got.num, 7);
	assert_same(make(6, -4), (struct ratio){ -3, 2 });
	assert_same(make(-6, -4), (struct ratio){ 3, 2 });
	assert_same(make(0, -5), (struct ratio){ 0, 1 });
	assert_same(make(INT64_MIN, INT64_MIN), (struct ratio){ 1, 1 });
	assert_same(make(INT64_MIN, -1), (struct ratio){ -(ratio_part)INT64_MIN, 1 });
	assert_true(ratio_is_integer(make(4, 2)) && !ratio_is_integer(make(1, 2)));
}

/* All pairs of ratios with parts up to 12, against integers multiplied crosswise. */
static void
small_ratios_obey_the_rules_of_fractions(void **state)
{
	(void)state;
	for (int a = -12; a <= 12; a++)
		for (int b = 1; b <= 12; b++)
			for (int c = -12; c <= 12; c++)
				for (int d = 1; d <= 12; d++) {
					struct ratio x = make(a, b), y = make(c, d), got;

					assert_true(ratio_add(x, y, &got));
					assert_same(got, make(a * d + c * b, b * d));
					assert_true(ratio_sub(x, y, &got));
					assert_same(got, make(a * d - c * b, b * d));
					assert_true(ratio_mul(x, y, &got));
					assert_same(got, make(a * c, b * d));
					assert_int_equal(ratio_div(x, y, &got), c != 0);
					if (c != 0)
						assert_same(got, make(a * d, b * c));
					assert_int_equal(ratio_compare(x, y),
							 (a * d > c * b) - (a * d < c * b));
				}
}

static void
what_does_not_fit_is_said(void **state)
{
	struct ratio max = { part_max, 1 }, tiny = { 1, part_max }, got = { 7, 9 };

	(void)state;
	assert_false(ratio_add(max, max, &got));
	assert_false(ratio_add(max, ratio_integer(1), &got));
	assert_false(ratio_add(max, tiny, &got));
	assert_false(ratio_sub((struct ratio){ -part_max, 1 }, ratio_integer(1), &got));
	assert_false(ratio_mul(max, ratio_integer(2), &got));
	assert_false(ratio_mul(tiny, make(1, 2), &got));
	assert_false(ratio_div(tiny, max, &got));
	assert_false(ratio_div(max, ratio_integer(0), &got));
	assert_int_equal(got.num, 7);
	assert_int_equal(got.den, 9);
	assert_true(ratio_sub(max, max, &got));
	assert_same(got, ratio_integer(0));
	assert_true(ratio_add((struct ratio){ part_max - 1, 1 }, ratio_integer(1), &got));
	assert_same(got, max);
	assert_true(ratio_mul(max, tiny, &got));
	assert_same(got, ratio_integer(1));
	assert_true(ratio_div(ratio_integer(-1), max, &got));
	assert_same(got, (struct ratio){ -1, part_max });
}

/* (k + r/p) + (-k + s/q) = r/p + s/q: the parts fit, the products on the way do not. */
static void
sums_that_fit_are_found_beyond_128_bits(void **state)
{
	const ratio_part p = 1000003, q = 998244353, k = (ratio_part)1 << 92;
	const struct ratio x = { k * p + 17, p }, y = { -k * q + 23, q };
	const struct ratio low = { -k * p - 17, p }, high = { k * q - 23, q };
	struct ratio got;

	(void)state;
	assert_true(ratio_add(x, y, &got));
	assert_same(got, make(17 * (int64_t)q + 23 * (int64_t)p, (int64_t)(p * q)));
	assert_true(ratio_add(low, high, &got));
	assert_same(got, make(-(17 * (int64_t)q + 23 * (int64_t)p), (int64_t)(p * q)));
	assert_true(ratio_sub(low, y, &got));
	assert_same(got, make(-(17 * (int64_t)q + 23 * (int64_t)p), (int64_t)(p * q)));
	/* a factor of 3 that goes out only at the end: 1/6p + 2/3q */
	assert_true(ratio_add((struct ratio){ k * 6 * p + 1, 6 * p },
			      (struct ratio){ -k * 3 * q + 2, 3 * q }, &got));
	assert_same(got, make((int64_t)(q + 4 * p), (int64_t)(6 * p * q)));
	/* and nothing left at all */
	assert_true(ratio_sub(x, x, &got));
	assert_same(got, ratio_integer(0));
}

static struct ratio
random_ratio(unsigned bits)
{
	struct ratio r = ratio_integer(0), s;
	int64_t num = (int64_t)(random_bits() >> (64 - bits)), den;

	num = random_bits() & 1 ? num : -num;
	den = (int64_t)(random_bits() >> (64 - bits)) + 1;
	r = make(num, den);
	s = make((int64_t)random_below(1000) + 1, (int64_t)random_below(1000) + 1);
	assert_true(ratio_mul(r, s, &r));
	return r;
}

static void
large_ratios_obey_the_laws_of_algebra(void **state)
{
	random_start("ratio");
	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct ratio a = random_ratio(50), b = random_ratio(50);
		struct ratio c = random_ratio(20), x, y, z;

		if (ratio_add(a, b, &x)) {
			assert_true(ratio_add(b, a, &y));
			assert_same(x, y);
			assert_true(ratio_sub(x, b, &y));
			assert_same(y, a);
			assert_int_equal(ratio_compare(x, a), ratio_sign(b));
		}
		if (ratio_mul(a, c, &x) && ratio_sign(c) != 0) {
			assert_true(ratio_div(x, c, &y));
			assert_same(y, a);
		}
		if (ratio_mul(a, c, &x) && ratio_mul(b, c, &y) && ratio_add(x, y, &z)) {
			assert_true(ratio_add(a, b, &x) && ratio_mul(x, c, &x));
			assert_same(x, z);
		}
		assert_int_equal(ratio_compare(a, b), -ratio_compare(b, a));
		assert_int_equal(ratio_compare(a, a), 0);
	}
}

/* n/(n+1) grows with n; the products of neighbours differ in their last bit of 254. */
static void
comparison_is_exact_at_the_edge(void **state)
{
	struct ratio greater = { part_max - 1, part_max }, less = { part_max - 2, part_max - 1 };
	struct ratio a = { part_max, part_max - 1 }, b = { part_max - 1, part_max - 2 };

	(void)state;
	assert_int_equal(ratio_compare(less, greater), -1);
	assert_int_equal(ratio_compare(greater, less), 1);
	assert_int_equal(ratio_compare(greater, greater), 0);
	assert_int_equal(ratio_compare(a, b), -1);
	greater.num = -greater.num;
	less.num = -less.num;
	assert_int_equal(ratio_compare(less, greater), 1);
	assert_int_equal(ratio_compare(less, a), -1);
	assert_int_equal(ratio_compare((struct ratio){ 1, part_max }, ratio_integer(0)), 1);
	b = (struct ratio){ part_max, 1 };
	assert_int_equal(ratio_compare(b, (struct ratio){ 1, part_max }), 1);
}

/* Of num/den the neighbour among the multiples of m, by looking at both. */
static int64_t
rounded(int64_t num, int64_t den, enum rounding how, int64_t m)
{
	int64_t size = num < 0 ? -num : num, low = 0, twice;

	while ((low + m) * den <= size)
		low += m;
	twice = 2 * (size - low * den) - m * den;	/* beyond the middle? */
	if ((how == ROUNDING_UP && low * den < size) || (how == ROUNDING_HALF_UP && twice >= 0) ||
	    (how == ROUNDING_HALF_EVEN && (twice > 0 || (twice == 0 && low / m % 2 == 1))))
		low += m;
	return num < 0 ? -low : low;
}

static void
rounding_is_to_the_neighbour_that_it_names(void **state)
{
	(void)state;
	for (int num = -60; num <= 60; num++)
		for (int den = 1; den <= 8; den++)
			for (int m = 1; m <= 7; m++)
				for (int how = 0; how < ROUNDING_MAX; how++) {
					int64_t got, want = rounded(num, den, (enum rounding)how, m);

					assert_true(ratio_round(make(num, den), (enum rounding)how, m,
								&got));
					if (got != want)
						fail_msg("%d/%d %s to %d: %lld, not %lld", num, den,
							 rounding_name((enum rounding)how), m,
							 (long long)got, (long long)want);
				}
}

static void
rounding_holds_at_the_edges(void **state)
{
	struct ratio half_over = { 2 * (ratio_part)LIMIT_INTEGER + 1, 2 };
	struct ratio tiny = { 1, part_max }, huge = { part_max, 2 };
	int64_t got = 77;

	(void)state;
	assert_false(ratio_round(half_over, ROUNDING_HALF_UP, 1, &got));
	assert_false(ratio_round(half_over, ROUNDING_UP, 1, &got));
	assert_false(ratio_round(huge, ROUNDING_DOWN, 1, &got));
	assert_false(ratio_round(huge, ROUNDING_DOWN, INT64_MAX, &got));
	assert_false(ratio_round(tiny, ROUNDING_UP, INT64_MAX, &got));
	assert_int_equal(got, 77);
	assert_true(ratio_round(half_over, ROUNDING_DOWN, 1, &got));
	assert_true(got == LIMIT_INTEGER);
	half_over.num = -half_over.num;
	assert_true(ratio_round(half_over, ROUNDING_DOWN, 1, &got));
	assert_true(got == -LIMIT_INTEGER);
	assert_true(ratio_round(tiny, ROUNDING_UP, 5, &got));
	assert_true(got == 5);
	assert_true(ratio_round(tiny, ROUNDING_HALF_UP, INT64_MAX, &got));
	assert_true(got == 0);
	/* one more than a half, by the last bit there is */
	tiny.num = (ratio_part)1 << 126;
	assert_true(ratio_round(tiny, ROUNDING_HALF_EVEN, 1, &got));
	assert_true(got == 1);
}

static void
places_keep_a_ratio(void **state)
{
	static const struct {
		int64_t num, den;
		enum rounding how;
		int places;
		const char *want;
	} cases[] = {
		{ 1, 3, ROUNDING_HALF_UP, 2, "0.33" }, { 2, 3, ROUNDING_HALF_UP, 2, "0.67" },
		{ -2, 3, ROUNDING_HALF_UP, 2, "-0.67" }, { -2, 3, ROUNDING_DOWN, 2, "-0.66" },
		{ 1, 3, ROUNDING_UP, 9, "0.333333334" }, { 5, 2, ROUNDING_HALF_EVEN, 0, "2" },
		{ 7, 2, ROUNDING_HALF_EVEN, 0, "4" }, { 125, 1000, ROUNDING_HALF_EVEN, 2, "0.12" },
		{ 135, 1000, ROUNDING_HALF_EVEN, 2, "0.14" },
		{ 199, 200, ROUNDING_HALF_UP, 2, "1" },
		{ -1, 1000, ROUNDING_HALF_UP, 2, "0" }, { 12, 1, ROUNDING_UP, 3, "12" },
	};
	char text[RATIO_TEXT];
	struct ratio got;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(ratio_places(make(cases[i].num, cases[i].den), cases[i].how,
					 cases[i].places, &got));
		ratio_format(got, text);
		assert_string_equal(text, cases[i].want);
	}
	/* parts of 127 bits: 1/max rounds to nothing, max/2 to itself plus a half */
	assert_true(ratio_places((struct ratio){ 1, part_max }, ROUNDING_HALF_UP, 9, &got));
	assert_same(got, ratio_integer(0));
	assert_true(ratio_places((struct ratio){ part_max, 2 }, ROUNDING_DOWN, 1, &got));
	assert_same(got, (struct ratio){ part_max, 2 });
	/* part_max is no multiple of 3: nine more digits do not fit */
	got = ratio_integer(7);
	assert_false(ratio_places((struct ratio){ part_max, 3 }, ROUNDING_DOWN, 9, &got));
	assert_same(got, ratio_integer(7));
}

static void
text_form_is_exact(void **state)
{
	static const struct {
		int64_t num, den;
		const char *want;
	} cases[] = {
		{ 1, 3, "1/3" }, { -22, 7, "-22/7" }, { 1, 8, "0.125" }, { -1, 1000, "-0.001" },
		{ 1, 7812500, "0.000000128" },
	};
	char text[RATIO_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		ratio_format(make(cases[i].num, cases[i].den), text);
		assert_string_equal(text, cases[i].want);
	}
	ratio_format((struct ratio){ -part_max, part_max - 1 }, text);
	assert_string_equal(text, "-170141183460469231731687303715884105727/"
				  "170141183460469231731687303715884105726");
	ratio_format((struct ratio){ 1, (ratio_part)1 << 36 }, text);	/* 2^-36, in 36 places */
	assert_string_equal(text, "0.000000000014551915228366851806640625");
	ratio_format((struct ratio){ 1, (ratio_part)1 << 37 }, text);
	assert_string_equal(text, "1/137438953472");
}

static void
roundings_have_names(void **state)
{
	static const char *const refused[] = { "", "up ", "UP", "half", "half_down", "upp" };
	enum rounding got = ROUNDING_UP;

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++)
		assert_false(rounding_parse(refused[i], strlen(refused[i]), &got));
	assert_int_equal(got, ROUNDING_UP);
	for (int r = 0; r < ROUNDING_MAX; r++) {
		const char *name = rounding_name((enum rounding)r);

		assert_true(rounding_parse(name, strlen(name), &got));
		assert_int_equal(got, r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimals_have_one_spelling),
		cmocka_unit_test(makes_lowest_terms),
		cmocka_unit_test(small_ratios_obey_the_rules_of_fractions),
		cmocka_unit_test(what_does_not_fit_is_said),
		cmocka_unit_test(sums_that_fit_are_found_beyond_128_bits),
		cmocka_unit_test(large_ratios_obey_the_laws_of_algebra),
		cmocka_unit_test(comparison_is_exact_at_the_edge),
		cmocka_unit_test(rounding_is_to_the_neighbour_that_it_names),
		cmocka_unit_test(rounding_holds_at_the_edges),
		cmocka_unit_test(places_keep_a_ratio),
		cmocka_unit_test(text_form_is_exact),
		cmocka_unit_test(roundings_have_names),
	};

	return cmocka_run_group_tests_name("ratio", tests, NULL, NULL);
}
