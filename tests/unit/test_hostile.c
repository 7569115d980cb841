/* test_hostile.c - terms are hostile input: every limit met exactly is accepted, one more is refused
 * with its place, the rule and what to do; nothing said about it is longer than a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "limits_utfall.h"
#include "terms.h"
#include "terms_case.h"

#define JONKOPING "contracts/jonkoping/terms.json"

static void
repeat(struct buf *b, const char *text, int64_t times)
{
	for (int64_t i = 0; i < times; i++)
		buf_text(b, text);
}

static void
names(struct buf *b, int64_t n)
{
	for (int64_t i = 0; i < n; i++)
		buf_printf(b, "%s\"/dates/d%lld\", \"2018-01-01\"", i == 0 ? "" : ", ", (long long)i);
}

/* A patch: `before`, then `piece` n times (without one: n itself), `behind`, `closing` n times. */
static const struct {
	const char *name;
	const char *before, *piece, *behind, *closing;
	void (*write)(struct buf *b, int64_t n);	/* where that cannot say it */
	int64_t bound;
	const char *says;		/* of one more */
} cases[] = {
	{ "levels of JSON: three of the document, eleven of the expression",
	  "\"/payments/placed_pay/when\", ", "{\"not\": ", "true", "}", NULL, 11,
	  ": terms are nested 15 levels deep, at most 14; name a part of the deepest expression in "
	  "values\n" },
	{ "names of a part: two are there", NULL, NULL, NULL, NULL, names, LIMIT_TERMS_NAMES - 2,
	  "/dates: expected at most 400 named members (named dates), found 401; join some\n" },
	{ "operands, one is there", "\"/values/long\", {\"is\": {\"add\": [1", ",1", "]}}", NULL, NULL,
	  LIMIT_TERMS_LIST - 1,
	  "/values/long/is/add: expected a list of 2 to 1000 operands of add (parts of a "
	  "longer one can be values), found a list of 1001\n" },
	{ "words, the first operand with them",
	  "\"/groups/supported/where\", {\"is\": [\"enrolment.municipality\"", ",\"a\"", "]}", NULL,
	  NULL, LIMIT_TERMS_LIST - 1,
	  "/groups/supported/where/is: expected a list of 2 to 1000 operands of is (parts of a "
	  "longer one can be values), found a list of 1001\n" },
	{ "periods of a window", "\"/outcomes/placed/reach/of\", ", NULL, "", NULL, NULL,
	  LIMIT_TERMS_PERIODS,
	  "/outcomes/placed/reach/of: expected an integer from 1 to 4000, or one of: ever "
	  "(last periods looked at), found 4001\n" },
	{ "units of a run", "\"/outcomes/retained_6/reach/run/n\", ", NULL, "", NULL, NULL,
	  LIMIT_TERMS_PERIODS,
	  "/outcomes/retained_6/reach/run/n: expected an integer from 1 to 4000 (how many), "
	  "found 4001\n" },
	{ "days of breaks", "\"/outcomes/retained_6/reach/gap/total\", ", NULL, "", NULL, NULL,
	  LIMIT_TERMS_PERIODS,
	  "/outcomes/retained_6/reach/gap/total: expected an integer from 0 to 4000 (all "
	  "breaks together, in days), found 4001\n" },
	{ "units of a block", "\"/calendars/block\", {\"unit\": \"day\", \"from\": \"2018-01-01\","
	  " \"first\": 1, \"n\": ", NULL, "}", NULL, NULL, LIMIT_TERMS_PERIODS,
	  "/calendars/block/n: expected an integer from 1 to 4000 (units a block), found 4001\n" },
	{ "places of a decimal", "\"/payments/placed_pay/price\", \"0.", "1", "\"", NULL, NULL,
	  LIMIT_DECIMAL_PLACES,
	  "/payments/placed_pay/price: expected a decimal of at most 15 digits, 9 of them "
	  "behind the point, or a date that exists, as 2018-03-31, found \"0.1111111111\"\n" },
	{ "digits of a decimal", "\"/payments/placed_pay/price\", \"", "1", "\"", NULL, NULL,
	  LIMIT_DECIMAL_DIGITS,
	  "/payments/placed_pay/price: expected a decimal of at most 15 digits, 9 of them "
	  "behind the point, or a date that exists, as 2018-03-31, found \"1111111111111111\"\n" },
	{ "places to round to", "\"/values/rounded\", {\"is\": {\"places\": [1, \"down\", ", NULL,
	  "]}}", NULL, NULL, LIMIT_DECIMAL_PLACES,
	  "/values/rounded/is/places/2: expected an integer from 0 to 9, found 10\n" },
	{ "hours from UTC", "\"/settlement/offset\", \"+", NULL, ":00\"", NULL, NULL, 14,
	  "/settlement/offset: expected an offset from UTC as \"+01:00\" (civil time from "
	  "UTC), found \"+15:00\"\n" },
	{ "years", "\"/dates/far\", \"", NULL, "-12-31\"", NULL, NULL, 9999,
	  "/dates/far: expected a decimal of at most 15 digits, 9 of them behind the point, or "
	  "a date that exists, as 2018-03-31, found \"10000-12-31\"\n" },
};

static void
write_patch(struct buf *b, size_t i, int64_t n)
{
	if (cases[i].write != NULL) {
		cases[i].write(b, n);
		return;
	}
	buf_text(b, cases[i].before);
	if (cases[i].piece == NULL)
		buf_printf(b, "%lld", (long long)n);
	else
		repeat(b, cases[i].piece, n);
	buf_text(b, cases[i].behind);
	if (cases[i].closing != NULL)
		repeat(b, cases[i].closing, n);
}

static void
read_case(struct terms_case *c, size_t i, int64_t n)
{
	struct buf patches = { 0 };

	buf_text(&patches, "[");
	write_patch(&patches, i, n);
	buf_text(&patches, "]");
	case_terms(c, JONKOPING, patches.data);
	buf_free(&patches);
}

static void
each_limit_is_met_and_kept(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct terms_case c;
		const char *got;

		read_case(&c, i, cases[i].bound);
		if (c.rc != RC_OK)
			fail_msg("%s: %lld is refused: %s", cases[i].name, (long long)cases[i].bound,
				 case_findings(&c, SEVERITY_ERROR));
		terms_check(c.terms, &c.findings);
		case_free(&c);
		read_case(&c, i, cases[i].bound + 1);
		got = case_findings(&c, SEVERITY_ERROR);
		if (strcmp(got, cases[i].says) != 0)
			fail_msg("%s:\n got  %s want %s", cases[i].name, got, cases[i].says);
		case_free(&c);
	}
}

/* Every finding stays a line, whatever it found. */
static void
sixty_thousand_bytes_of_a_word_are_not_printed(void **state)
{
	static const char *const places[] = {
		"/unit", "/contract", "/payments/placed_pay/price", "/payments/placed_pay/round",
		"/payments/placed_pay/from", "/outcomes/placed/per", "/settlement/from",
		"/settlement/offset", "/calendars/day/unit", "/parties/habo/roles/0",
		"/outcomes/placed/show/0", "/values/extent/take", "/limits/0/order",
		"/tables/inhabitants/rows/0/is/0", "/groups/supported/as_of",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct buf patch = { 0 };
		struct terms_case c;

		buf_printf(&patch, "[\"%s\", \"", places[i]);
		repeat(&patch, "A", 60000);
		buf_text(&patch, "\"]");
		case_terms(&c, JONKOPING, patch.data);
		assert_int_equal(c.rc, RC_REFUSED);
		assert_true(c.findings.errors >= 1);
		for (size_t k = 0; k < c.findings.count; k++)
			assert_in_range(strlen(c.findings.items[k].text), 10, 600);
		case_free(&c);
		buf_free(&patch);
	}
}

/* What the checker and the sentences make of the largest terms is bounded, too. */
static void
the_largest_terms_are_checked_and_said(void **state)
{
	struct buf patch = { 0 }, plain = { 0 };
	struct terms_case c;

	(void)state;
	for (int i = 0; i < 300; i++) {
		buf_printf(&patch, "%s\"/values/chain_%d\", {\"is\": {\"mul\": [", i == 0 ? "[" : ", ", i);
		if (i % 60 == 0)
			buf_text(&patch, "2, 2]}}");
		else
			buf_printf(&patch, "\"chain_%d\", \"chain_%d\"]}}", i - 1, i - 1);
	}
	buf_text(&patch, "]");
	case_terms(&c, JONKOPING, patch.data);
	assert_string_equal(case_findings(&c, SEVERITY_ERROR), "");
	terms_check(c.terms, &c.findings);
	assert_non_null(strstr(case_findings(&c, SEVERITY_ERROR), "bits"));	/* 2 to the 2^60 */
	for (int l = 0; l < LANGUAGE_MAX; l++) {
		buf_clear(&plain);
		terms_plain(c.terms, (enum language)l, &plain);
		assert_in_range(plain.size, 1000, 4000000);
	}
	buf_free(&plain);
	buf_free(&patch);
	case_free(&c);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_limit_is_met_and_kept),
		cmocka_unit_test(sixty_thousand_bytes_of_a_word_are_not_printed),
		cmocka_unit_test(the_largest_terms_are_checked_and_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
