/* test_forecast.c - what would come of small contracts: claims that would be made, earnings that
 * would repeat, jobs that run on, verdicts that wait. Price 100.00 kronor; all by hand. */
#include "settle_case.h"
#include "settle_case_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "forecast.h"
#include "forecast_view.h"
#include "json.h"

#define PLACED ENROL("p1", "2018-01-10") JOB("job", "p1", "2018-02-01")
#define ACCEPTED OK("v", "'@job'")
#define REJECTED VERDICT("2018-03-20", "v", "rejected", "'@job'")
#define RETAINED "'/outcomes/retained', {'for': 'people', 'per': 'day', 'count': 'at_work'," \
	" 'reach': {'run': {'n': 3, 'unit': 'month'}, 'gap': {'each': 0, 'total': 0, 'clock': 'runs'}}," \
	" 'from': 'enrolment.start', 'until': 'contract.outcome_until'," \
	" 'times': {'max': 1, 'per': 'person'}, 'show': []}," \
	" '/payments/placed_pay/for', 'retained'"
#define CLAIMED "'/proofs/claimed', {'by': ['provider'], 'accept': 'attested'," \
	" 'accepted_by': ['verifier'], 'needs': ['payslip'], 'claim': {'opens':" \
	" {'shift': ['outcome.date', 1, 'month']}}}, '/outcomes/placed/claim', 'claimed'"
#define EARNED "'/proofs/fed', {'by': ['source'], 'accept': 'feed'}," \
	" '/values/pay', {'of': 'earnings', 'take': 'amount', 'per': 'month', 'within': 'sum'," \
	" 'silence': 'unknown', 'proof': 'fed'}," \
	" '/outcomes/earned', {'for': 'people', 'per': 'month', 'count': {'ge': ['pay', 100000]}," \
	" 'reach': {'to': 4, 'of': 'ever'}, 'from': 'enrolment.start'," \
	" 'until': 'contract.outcome_until', 'times': {'max': 1, 'per': 'person'}, 'show': []}," \
	" '/payments/placed_pay/for', 'earned'"
#define EARN(month, amount) \
	"2018-03-05 reg earnings.reported m" month " {'participant':'p1','month':'2018-" month "-01'," \
	"'amount':" amount "}\n"

struct sums {
	char text[400];
	size_t used;
	uint32_t statement;
	int64_t sum;
};

static void
flush(struct sums *s)
{
	if (s->sum != 0)
		s->used += (size_t)snprintf(s->text + s->used, sizeof(s->text) - s->used, "%u %lld\n",
					    s->statement, (long long)s->sum);
	s->sum = 0;
}

static enum rc
add_line(void *arg, const struct forecast_line *line, struct err *e)
{
	struct sums *s = arg;

	(void)e;
	if (line->statement != s->statement)
		flush(s);
	s->statement = line->statement;
	s->sum += line->amount;
	return RC_OK;
}

static const struct {
	const char *name, *patches, *script, *until;
	const char *kept, *lost;	/* "STATEMENT SUM" of each statement with amounts */
} cases[] = {
	{ "an accepted job of one day: the outcome is reached already", NULL, PLACED ACCEPTED,
	  "2018-03-31", "1 10000\n", "1 10000\n" },
	{ "a job that waits for its verdict", NULL, PLACED, "2018-03-31", "1 10000\n", "" },
	{ "a job that was rejected stays so", NULL, PLACED REJECTED, "2018-12-31", "", "" },
	{ "three months from 1 February end on 30 April", "[" RETAINED "]", PLACED ACCEPTED,
	  "2018-06-30", "2 10000\n", "" },
	{ "a job that runs on without reports ends with the last day known",
	  "[" RETAINED ", '/values/extent/open', 'runs']", PLACED ACCEPTED, "2018-06-30",
	  "2 10000\n", "" },
	{ "and if that day is late enough, it has lasted",
	  "[" RETAINED ", '/values/extent/open', 'runs']",
	  PLACED ACCEPTED "2018-05-02 prov activity.logged a {'participant':'p1',"
	  "'on':'2018-05-02','kind':'talk','hours':1}\n", "2018-06-30", "2 10000\n", "2 10000\n" },
	{ "a job that ended is not taken up again", "[" RETAINED "]",
	  PLACED ACCEPTED "2018-03-25 prov spell.ended x {'participant':'p1','on':'2018-03-24',"
	  "'spell':'@job'}\n", "2018-12-31", "", "" },
	{ "nor one that nobody has reported since the last statement but one", "[" RETAINED "]",
	  PLACED ACCEPTED "settle\nsettle\nsettle", "2018-12-31", "", "" },
	{ "a claim is made a month after, once it may be", "[" CLAIMED "]", PLACED ACCEPTED,
	  "2018-06-30", "1 10000\n", "" },
	{ "one that opens behind the period comes in the next",
	  "[" CLAIMED ", '/proofs/claimed/claim/opens/shift/1', 3]", PLACED ACCEPTED,
	  "2018-06-30", "2 10000\n", "" },
	{ "one that has closed is not made",
	  "[" CLAIMED ", '/proofs/claimed/claim/closes', {'shift': ['outcome.date', 1, 'month']}]",
	  PLACED ACCEPTED, "2018-06-30", "", "" },
	{ "January and February earned, four months asked for: April, in statement 2",
	  "[" EARNED "]", ENROL("p1", "2018-01-10") EARN("01", "100000") EARN("02", "100000"), "2018-06-30",
	  "2 10000\n", "" },
	{ "the latest month repeats, not the best one", "[" EARNED "]",
	  ENROL("p1", "2018-01-10") EARN("01", "100000") EARN("02", "99999"), "2018-12-31", "", "" },
	{ "nothing is confirmed behind the last day of outcomes",
	  "[" RETAINED ", '/settlement/outcome_until', '2018-04-29'"
	  ", '/settlement/enrol_until', '2018-04-01']", PLACED ACCEPTED,
	  "2018-12-31", "", "" },
	{ "to the day", "[" RETAINED ", '/settlement/outcome_until', '2018-04-30'"
	  ", '/settlement/enrol_until', '2018-04-01']",
	  PLACED ACCEPTED, "2018-12-31", "2 10000\n", "" },
};

static void
what_would_come_is_what_the_terms_give(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int future = 0; future < FORECAST_MAX; future++) {
			struct settle_case *c = settle_case_new(cases[i].patches);
			const char *want = future == FORECAST_KEPT ? cases[i].kept : cases[i].lost;
			struct sums s = { .used = 0 };
			struct forecast_result r;
			struct date until;
			struct err e = { 0 };

			settle_case_run(c, cases[i].script);
			assert_true(date_parse(cases[i].until, 10, &until));
			if (forecast(c->s, (enum forecast_future)future, until, add_line, &s, &r, &e) !=
			    RC_OK)
				fail_msg("%s: %s", cases[i].name, e.text);
			flush(&s);
			if (strcmp(s.text, want) != 0)
				fail_msg("%s (%s)\n--- want\n%s--- got\n%s", cases[i].name,
					 future == FORECAST_KEPT ? "kept" : "lost", want, s.text);
			settle_case_free(c);
		}
}

/* Terms that nothing was recorded under yet are in force: the first, and an amendment's. */
static void
terms_count_before_anything_comes_under_them(void **state)
{
	static const struct { const char *patches, *script, *amended, *want; } rows[] = {
		{ "[" CLAIMED "]", "", NULL, "" },
		{ "[" CLAIMED ", '/parties/prov/sites', ['north']]", "", NULL, "" },
		{ NULL, PLACED ACCEPTED, "['/applies',{'to':'all','from':'2018-01-01','settled':'keep'},"
		  "'/payments/placed_pay/price', 20000]", "1 20000\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int future = 0; future < FORECAST_MAX; future++) {
			struct settle_case *c = settle_case_new(rows[i].patches);
			struct sums s = { .used = 0 };
			struct forecast_result r;
			struct date until;
			struct err e = { 0 };

			settle_case_run(c, rows[i].script);
			if (rows[i].amended != NULL)
				settle_case_version(c, "2018-01-01", rows[i].amended);
			assert_true(date_parse("2018-03-31", 10, &until));
			if (forecast(c->s, (enum forecast_future)future, until, add_line, &s, &r, &e) !=
			    RC_OK)
				fail_msg("row %zu: %s", i, e.text);
			flush(&s);
			assert_int_equal(r.statements, 1);
			assert_string_equal(s.text, rows[i].want);
			settle_case_free(c);
		}
}

/* What is forecast for kept jobs is what is settled when they are kept: said in events. */
static void
it_comes_true_when_jobs_are_kept(void **state)
{
	static const char script[] = PLACED ACCEPTED "settle\n"
		"2018-06-30 prov spell.confirmed s1 {'participant':'p1','on':'2018-06-30','spell':'@job'}\n"
		"2018-06-30 ver claim.attested v1 {'events':['@s1'],'method':'letter',"
		"'verdict':'accepted'}\nsettle";
	struct settle_case *c = settle_case_new("[" RETAINED "]");

	(void)state;
	settle_case_run(c, script);
	assert_string_equal(c->said.data, "2 fund>prov placed_pay/retained p1 6667 reached\n"
					  "2 town>prov placed_pay/retained p1 3333 reached\n");
	settle_case_free(c);
}

static void
a_day_before_the_next_statement_is_refused(void **state)
{
	struct settle_case *c = settle_case_new(NULL);
	struct sums s = { .used = 0 };
	struct forecast_result r;
	struct date until;
	struct err e = { 0 };

	(void)state;
	settle_case_run(c, PLACED ACCEPTED "settle");
	assert_true(date_parse("2018-06-29", 10, &until));
	assert_int_equal(forecast(c->s, FORECAST_KEPT, until, add_line, &s, &r, &e), RC_REFUSED);
	assert_string_equal(e.text, "nothing would be settled until 2018-06-29: the next statement goes "
			    "through 2018-06-30; ask for that day or a later one");
	settle_case_free(c);
}

/* 31 + 28 + 31 + 30 days make 120. */
static void
at_most_120_statements_are_computed(void **state)
{
	static const struct { const char *until; enum rc rc; } days[] = {
		{ "2018-05-01", RC_REFUSED }, { "2018-04-30", RC_OK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		struct settle_case *c = settle_case_new("['/settlement/periods', 'day']");
		struct sums s = { .used = 0 };
		struct forecast_result r;
		struct date until;
		struct err e = { 0 };

		settle_case_run(c, PLACED ACCEPTED);
		assert_true(date_parse(days[i].until, 10, &until));
		assert_int_equal(forecast(c->s, FORECAST_KEPT, until, add_line, &s, &r, &e), days[i].rc);
		if (days[i].rc == RC_OK)
			assert_int_equal(r.statements, 120);
		else
			assert_string_equal(e.text, "a forecast is of at most 120 statements: ask for "
					    "2018-04-30 or an earlier day");
		settle_case_free(c);
	}
}

/* A server keeps views, and lets them go while an answer that was made of one is being written. */
static void
what_is_said_stays_when_the_view_goes(void **state)
{
	char words[7][12] = { "habo", "team", "placed_pay", "SEK", "year", "2018", "SEK" };
	struct forecast_row row = { .payer = words[0], .payee = words[1], .payment = words[2],
		.unit = words[3], .settled = 100, .amount = { 200, 300 } };
	struct forecast_room room = { .limit = words[4], .bucket = words[5], .unit = words[6],
		.now = 500, .room = { 400, 300 } };
	struct forecast_view v = { .rows = &row, .count = 1, .rooms = &room, .room_count = 1 };
	struct arena *arena = arena_new();
	struct forecast_asked asked = { .arena = arena, .contract = "jonkoping_ips" };
	struct json said = json_object();
	struct buf text = { 0 };

	(void)state;
	forecast_json(&v, &asked, &said);
	memset(words, '?', sizeof(words));
	json_write(&said, &text);
	assert_non_null(strstr(text.data, "\"limits\":[{\"bucket\":\"2018\",\"kept\":400,\"limit\":"
			       "\"year\",\"lost\":300,\"now\":500,\"unit\":\"SEK\"}]"));
	assert_non_null(strstr(text.data, "\"payee\":\"team\",\"payer\":\"habo\",\"payment\":"
			       "\"placed_pay\""));
	assert_null(strstr(text.data, "?"));
	buf_free(&text);
	arena_free(arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_would_come_is_what_the_terms_give),
		cmocka_unit_test(terms_count_before_anything_comes_under_them),
		cmocka_unit_test(it_comes_true_when_jobs_are_kept),
		cmocka_unit_test(a_day_before_the_next_statement_is_refused),
		cmocka_unit_test(at_most_120_statements_are_computed),
		cmocka_unit_test(what_is_said_stays_when_the_view_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
