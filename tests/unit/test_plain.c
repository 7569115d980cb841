/* The sentences of the terms in three languages: one table, no row without a language, the same
 * arguments in each; dates, numbers and money as each language writes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/contract/plain_priv.h"
#include "accepted.h"
#include "buf.h"
#include "explain.h"
#include "language_rows.h"
#include "settle_case.h"
#include "settle_case_said.h"

static const char *
row(enum language l, int id)
{
	return plain_text(l, (enum plain_id)id);
}

static void
every_row_speaks_every_language(void **state)
{
	(void)state;
	language_rows(row, 0, P_END);
}

static void
all_of_the_language_is_said_in_each(void **state)
{
	struct terms_case c;

	(void)state;
	case_terms(&c, "tests/unit/data/terms_all.json", NULL);
	for (int l = 0; l < LANGUAGE_MAX; l++) {
		struct buf plain = { 0 };

		terms_plain(c.terms, (enum language)l, &plain);
		assert_null(strstr(plain.data, "(null)"));
		assert_null(strchr(plain.data, '{'));
		for (size_t i = 0; i < c.terms->payment_count; i++)
			assert_non_null(strstr(plain.data, c.terms->payments[i].name));
		buf_free(&plain);
	}
	case_free(&c);
}

/* Read beside the JSON by a person once; from then on they must not change unseen. */
static void
the_plain_texts_stand_beside_the_contract(void **state)
{
	static const struct { const char *terms, *text; enum language language; } cases[] = {
		{ "contracts/jonkoping/terms.json", "contracts/jonkoping/plain.txt", LANGUAGE_EN },
		{ "contracts/jonkoping/terms.json", "contracts/jonkoping/plain.sv.txt", LANGUAGE_SV },
		{ "contracts/vestsjaelland/terms.json", "contracts/vestsjaelland/plain.da.txt",
		  LANGUAGE_DA },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf plain = { 0 };
		struct terms_case c;

		case_terms(&c, cases[i].terms, NULL);
		terms_plain(c.terms, cases[i].language, &plain);
		assert_accepted(cases[i].text, &plain);
		case_free(&c);
	}
}

/* Swedish: Myndigheternas skrivregler; Danish: Retskrivningsordbogen. */
static void
numbers_are_written_as_the_language_does(void **state)
{
	static const struct { enum language l; const char *day, *money, *negative, *number; } cases[] = {
		{ LANGUAGE_EN, "2018-03-01", "1 234 567.50 SEK", "-1 000.00 SEK", "0.25" },
		{ LANGUAGE_SV, "1 mars 2018", "1 234 567,50 SEK", "-1 000,00 SEK", "0,25" },
		{ LANGUAGE_DA, "1. marts 2018", "1.234.567,50 SEK", "-1.000,00 SEK", "0,25" },
	};
	struct date day;

	(void)state;
	assert_true(date_parse("2018-03-01", 10, &day));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[64], number[] = "0.25";

		language_date(cases[i].l, day, text);
		assert_string_equal(text, cases[i].day);
		language_money(cases[i].l, 123456750, "SEK", text);
		assert_string_equal(text, cases[i].money);
		language_money(cases[i].l, -100000, "SEK", text);
		assert_string_equal(text, cases[i].negative);
		language_number(cases[i].l, number);
		assert_string_equal(number, cases[i].number);
	}
}

static void
languages_go_by_their_codes(void **state)
{
	enum language l = LANGUAGE_EN;

	(void)state;
	for (int i = 0; i < LANGUAGE_MAX; i++) {
		assert_true(language_parse(language_code((enum language)i), 2, &l));
		assert_int_equal(l, i);
	}
	assert_false(language_parse("SV", 2, &l));
	assert_false(language_parse("sv-SE", 5, &l));
	assert_false(language_parse("", 0, &l));
}

static void
check_explained(const struct buf *text, enum language l)
{
	for (size_t i = 0; i < text->size; i++)
		if (text->data[i] == '{' || (text->data[i] > 0 && text->data[i] < '\n'))
			fail_msg("%s: byte %zu is left over: %s", language_code(l), i, text->data);
	assert_null(strstr(text->data, "(null)"));
}

/* Where a dispute was decided the decision is named, and of what it was decided the line. */
static void
decisions_are_explained_in_each(void **state)
{
	static const char script[] =
		"2018-01-10 prov participant.enrolled e {'participant':'p1','on':'2018-01-10',"
		"'attributes':{'home':'a'}}\n"
		"2018-02-01 prov spell.started job {'participant':'p1','from':'2018-02-01',"
		"'kind':'employment','extent':'50'}\n"
		"2018-03-20 ver claim.attested v {'events':['@job'],'method':'letter',"
		"'verdict':'accepted'}\nsettle\n"
		"2018-04-25 fund dispute.opened d {'line':'@line_1_1','reason':'wrong'}\n"
		"2018-05-25 ver dispute.resolved r {'dispute':'@d','amount':5000}\nsettle";
	static const char *const says[LANGUAGE_MAX] = {
		[LANGUAGE_EN] = " decides what fund owes for this: 50.00 SEK\n  earlier lines of this hold "
			"66.67 SEK; it now comes to 50.00 SEK; this line is the difference, -16.67 SEK\n"
			"    - statement 1, line 1: 66.67 SEK\n\n",
		[LANGUAGE_SV] = " avgör vad fund ska betala för detta: 50,00 SEK\n  tidigare rader om detta "
			"uppgår till 66,67 SEK; nu är det 50,00 SEK; denna rad är skillnaden, -16,67 SEK\n"
			"    - avräkning 1, rad 1: 66,67 SEK\n\n",
		[LANGUAGE_DA] = " afgør, hvad fund skal betale for dette: 50,00 SEK\n  tidligere linjer om "
			"dette er 66,67 SEK; nu er det 50,00 SEK; denne linje er forskellen, -16,67 SEK\n"
			"    - afregning 1, linje 1: 66,67 SEK\n\n",
	};
	struct settle_case *c = settle_case_new(NULL);
	struct buf text = { 0 };

	(void)state;
	settle_case_run(c, script);
	for (int l = 0; l < LANGUAGE_MAX; l++) {
		buf_clear(&text);
		assert_int_equal(explain_line(c->s, 2, 1, (enum language)l, NULL, &text, &c->e), RC_OK);
		check_explained(&text, (enum language)l);
		if (strstr(text.data, says[l]) == NULL)
			fail_msg("want %s\n got %s", says[l], text.data);
	}
	buf_clear(&text);
	assert_int_equal(explain_line(c->s, 1, 1, LANGUAGE_EN, NULL, &text, &c->e), RC_OK);
	assert_null(strstr(text.data, "dispute.resolved"));
	buf_free(&text);
	settle_case_free(c);
}

/* An amount, one that is taken back and a line of 0; each in its own words. */
static void
lines_are_explained_in_each(void **state)
{
	static const char script[] =
		ENROL("p1", "2018-01-10") JOB("job", "p1", "2018-02-01") "settle\n"
		OK_ON("2018-04-20", "v", "'@job'") "settle\n"
		"2018-07-20 prov event.retracted r {'event':'@job'}\nsettle";
	static const struct {
		uint32_t statement;
		enum language l;
		const char *says, *earlier;
	} cases[] = {
		{ 1, LANGUAGE_EN, "Statement 1, line 1: fund owes prov nothing. It is the payment "
		  "placed_pay for the outcome placed.\nWhy it is there: it is real but earns nothing, for "
		  "this reason: proof.", "the difference, 0.00 SEK\n\n" },
		{ 1, LANGUAGE_SV, "Avräkning 1, rad 1: fund ska inte betala något till prov.", "skillnaden, 0,00 SEK\n\n" },
		{ 1, LANGUAGE_DA, "Afregning 1, linje 1: fund skal ikke betale noget til prov.", "forskellen, 0,00 SEK\n\n" },
		{ 2, LANGUAGE_EN, "Statement 2, line 1: fund owes prov 66.67 SEK.",
		  "66.67 SEK\n    - statement 1, line 1: 0.00 SEK\n\n" },
		{ 2, LANGUAGE_SV, "Avräkning 2, rad 1: fund ska betala 66,67 SEK till prov.",
		  "66,67 SEK\n    - avräkning 1, rad 1: 0,00 SEK\n\n" },
		{ 2, LANGUAGE_DA, "Afregning 2, linje 1: fund skal betale 66,67 SEK til prov.",
		  "66,67 SEK\n    - afregning 1, linje 1: 0,00 SEK\n\n" },
		{ 3, LANGUAGE_EN, "Statement 3, line 1: prov gives 66.67 SEK back to fund.",
		  "-66.67 SEK\n    - statement 1, line 1: 0.00 SEK\n    - statement 2, line 1: 66.67 SEK\n\n" },
		{ 3, LANGUAGE_SV, "Avräkning 3, rad 1: prov återbetalar 66,67 SEK till fund.",
		  "-66,67 SEK\n    - avräkning 1, rad 1: 0,00 SEK\n    - avräkning 2, rad 1: 66,67 SEK\n\n" },
		{ 3, LANGUAGE_DA, "Afregning 3, linje 1: prov tilbagebetaler 66,67 SEK til fund.",
		  "-66,67 SEK\n    - afregning 1, linje 1: 0,00 SEK\n    - afregning 2, linje 1: 66,67 SEK\n\n" },
	};
	struct settle_case *c = settle_case_new(NULL);

	(void)state;
	settle_case_run(c, script);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf text = { 0 };

		assert_int_equal(explain_line(c->s, cases[i].statement, 1, cases[i].l, NULL, &text,
					      &c->e), RC_OK);
		check_explained(&text, cases[i].l);
		if (strncmp(text.data, cases[i].says, strlen(cases[i].says)) != 0)
			fail_msg("want %s\n got %s", cases[i].says, text.data);
		if (strstr(text.data, cases[i].earlier) == NULL)
			fail_msg("want %s\n got %s", cases[i].earlier, text.data);
		buf_free(&text);
	}
	settle_case_free(c);
}

/* A test that fails says so: p1's only enrolment is number 1. */
static void
what_is_not_met_is_said(void **state)
{
	static const struct { const char *test; enum language l; const char *says, *of; } tests[] = {
		{ "'ge'", LANGUAGE_EN, " 1/3 (≈ 0.3333); asked for: at least 2; not met\n",
		  "{'div': ['enrolment.index', 3]}" },
		{ "'ge'", LANGUAGE_SV, " 1/3 (≈ 0,3333); krävs: minst 2; inte uppfyllt\n",
		  "{'div': ['enrolment.index', 3]}" },
		{ "'ge'", LANGUAGE_EN, "asked for: at least 2; not met\n", NULL },
		{ "'ge'", LANGUAGE_SV, "krävs: minst 2; inte uppfyllt\n", NULL },
		{ "'eq'", LANGUAGE_DA, "der kræves: lig med 2; ikke opfyldt\n", NULL },
		{ "'gt'", LANGUAGE_EN, "asked for: above 2; not met\n", NULL },
		{ "'le'", LANGUAGE_EN, "asked for: at most 2\n", NULL },
		{ "'lt'", LANGUAGE_EN, "asked for: below 2\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		char patches[200];
		struct settle_case *c;
		struct buf text = { 0 };

		(void)snprintf(patches, sizeof(patches), "['/payments/placed_pay/price', {'if': [{%s: "
			       "[%s, 2]}, 20000, 10000]}]", tests[i].test,
			       tests[i].of == NULL ? "'enrolment.index'" : tests[i].of);
		c = settle_case_new(patches);
		settle_case_run(c, ENROL("p1", "2018-01-10") JOB("job", "p1", "2018-02-01")
				OK("v", "'@job'") "settle");
		assert_int_equal(explain_line(c->s, 1, 1, tests[i].l, NULL, &text, &c->e), RC_OK);
		if (strstr(text.data, tests[i].says) == NULL)
			fail_msg("no \"%s\" in %s", tests[i].says, text.data);
		buf_free(&text);
		settle_case_free(c);
	}
}

/* The usual terms with these patches read like that somewhere. */
static void
assert_says(const char *path, const char *patches, const char *says)
{
	struct buf text = { 0 }, plain = { 0 };
	struct terms_case c;

	buf_printf(&text, "[%s%s]", path, patches);
	for (char *at = text.data; *at != '\0'; at++)
		if (*at == '\'')
			*at = '"';
	case_terms(&c, "tests/unit/data/settle.json", text.data);
	assert_non_null(c.terms);
	terms_plain(c.terms, LANGUAGE_EN, &plain);
	if (strstr(plain.data, says) == NULL)
		fail_msg("no \"%s\" in %s", says, plain.data);
	buf_free(&text);
	buf_free(&plain);
	case_free(&c);
}

/* What is plainly a sum of money reads as one; a factor, a bare minor unit do not. */
static void
prices_are_read_as_money(void **state)
{
	static const struct { const char *price, *says; } tests[] = {
		{ "20000", "The price is 200.00 SEK." },
		{ "{'mul': [45000, 'enrolment.index']}",
		  "The price is 450.00 SEK times the enrolment's number" },
		{ "{'mul': ['enrolment.index', 45000]}", " times 450.00 SEK, rounded" },
		{ "{'mul': [{'add': [1, 'enrolment.index']}, 100]}", ") times 1.00 SEK, rounded" },
		{ "{'mul': [99, 'enrolment.index']}", "The price is 99 times " },
		{ "{'mul': [99, 'enrolment.index']}", " in the smallest unit of SEK, rounded" },
		{ "{'mul': [-45000, 'enrolment.index']}", "The price is -450.00 SEK times " },
		{ "{'div': [45000, 'enrolment.index']}", "The price is 450.00 SEK divided by " },
		{ "{'div': ['enrolment.index', 45000]}", " divided by 45000 in the smallest unit" },
		{ "{'if': [{'eq': ['enrolment.index', 1]}, 20000, 10000]}", "The price is 200.00 SEK if " },
		{ "{'if': [{'eq': ['enrolment.index', 1]}, 20000, 10000]}", ", else 100.00 SEK, rounded" },
		{ "{'if': [{'eq': ['enrolment.index', 1]}, 20000, 'enrolment.index']}",
		  "The price is 20000 if " },
		{ "{'max': [20000, 'enrolment.index']}", " in the smallest unit of SEK, rounded" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		assert_says("'/payments/placed_pay/price',", tests[i].price, tests[i].says);
}

/* Phrases that a reader could take in two ways, and idioms: each is said in one. */
static void
sentences_have_one_reading(void **state)
{
	static const struct { const char *patches, *says; } tests[] = {
		{ "'/payments/placed_pay/price', {'if': [{'eq': ['enrolment.index', 1]}, 20000, {'if': "
		  "[{'eq': ['enrolment.index', 2]}, 10000, 5000]}]}",
		  "equals 1, else (100.00 SEK if the enrolment's number among the person's equals 2, else "
		  "50.00 SEK), rounded" },
		{ "'/payments/placed_pay/price', {'sub': [9, {'sub': [5, 'enrolment.index']}]}",
		  "The price is 9 less (5 less the enrolment's number among the person's) in" },
		{ "'/payments/placed_pay/price', {'div': [9, {'mul': [5, 'enrolment.index']}]}",
		  "The price is 9 divided by (5 times the enrolment's number among the person's) in" },
		{ "'/payments/placed_pay/when', {'ge': ['placed', 1]}", "Only if placed has been reached." },
		{ "'/payments/placed_pay/when', {'lt': ['placed', 1]}",
		  "Only if placed has not been reached." },
		{ "'/payments/placed_pay/when', {'ge': ['placed', 2]}",
		  "Only if the number of times placed has been reached is at least 2." },
		{ "'/payments/placed_pay/due', {'shift': [{'date': {'of': 'placed', 'nth': 1, 'as': "
		  "'happened'}}, {'sub': [9, 'enrolment.index']}, 'day']}",
		  "(9 less the enrolment's number among the person's) days after the day placed is first "
		  "reached" },
		{ "'/payments/placed_pay/price', {'mul': [2, {'look': {'table': 'fee'}}]}, '/tables/fee', "
		  "{'kind': 'exact', 'missing': 5000, 'unit': 'SEK', 'rows': [{'then': 123456}]}",
		  "The price is 2 times the value in table fee, rounded" },
		{ "'/payments/placed_pay/price', {'look': {'table': 'fee'}}, '/tables/fee', {'kind': 'exact', "
		  "'missing': 5000, 'unit': 'SEK', 'rows': [{'then': 123456}]}", ": 1 234.56 SEK\n" },
		{ "'/payments/placed_pay/price', 'enrolment.index', '/payments/placed_pay/round', 'down_100'",
		  "in multiples of 1.00 SEK." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		assert_says("", tests[i].patches, tests[i].says);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_speaks_every_language),
		cmocka_unit_test(all_of_the_language_is_said_in_each),
		cmocka_unit_test(the_plain_texts_stand_beside_the_contract),
		cmocka_unit_test(lines_are_explained_in_each),
		cmocka_unit_test(decisions_are_explained_in_each),
		cmocka_unit_test(what_is_not_met_is_said),
		cmocka_unit_test(prices_are_read_as_money),
		cmocka_unit_test(sentences_have_one_reading),
		cmocka_unit_test(numbers_are_written_as_the_language_does),
		cmocka_unit_test(languages_go_by_their_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
