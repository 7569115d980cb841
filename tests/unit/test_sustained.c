/* test_sustained.c - eight things that contracts mean by "six months in work", on the same histories.
 * Every day was worked out by hand on the calendar of 2018: 1 January is a Monday, the k-th week ends
 * on day 7k of the year, 30 June is day 181. No two meanings agree on all histories. */
#include "settle_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define OUTCOME(per, count, reach) \
	"['/values/extent/proof','logged'," \
	"'/calendars/week',{'unit':'iso_week','from':'grid'}," \
	"'/values/least',{'of':'spell','open':'confirmed','overlap':'add','take':'extent'," \
	"'per':'week','within':'min','silence':'none','proof':'logged'}," \
	"'/values/typical',{'of':'spell','open':'confirmed','overlap':'add','take':'extent'," \
	"'per':'week','within':'mean','silence':'none','proof':'logged'}," \
	"'/values/pay',{'of':'earnings','take':'amount','per':'month','within':'sum'," \
	"'silence':'none','proof':'logged'}," \
	"'/outcomes/placed',{'for':'people','per':'" per "','count':" count ",'reach':" reach "," \
	"'from':'enrolment.start','until':'contract.outcome_until'," \
	"'times':{'max':1,'per':'person'},'show':[]}]"
#define RUN_OF(each, total, clock) \
	"{'run':{'n':6,'unit':'month'},'gap':{'each':" each ",'total':" total ",'clock':'" clock "'}}"

static const struct {
	const char *name, *patches;
} meanings[] = {
	{ "six months without a missing day", OUTCOME("day", "'at_work'", RUN_OF("0", "0", "runs")) },
	{ "breaks of 14 days are borne, the clock runs",
	  OUTCOME("day", "'at_work'", RUN_OF("14", "28", "runs")) },
	{ "breaks of 14 days are borne, the clock stands",
	  OUTCOME("day", "'at_work'", RUN_OF("14", "28", "stands")) },
	{ "26 whole weeks of the last 30", OUTCOME("week", "{'ge':['least',25]}", "{'to':26,'of':30}") },
	{ "182 days, whenever", OUTCOME("day", "'at_work'", "{'to':182,'of':'ever'}") },
	{ "25 percent on average over 26 weeks",
	  OUTCOME("week", "'typical'", "{'to':25,'of':26,'mean':true}") },
	{ "six months of pay of 1,000 each", OUTCOME("month", "{'ge':['pay',1000]}", "{'to':6,'of':'ever'}") },
	{ "pay of 6,000 within twelve months", OUTCOME("month", "'pay'", "{'to':6000,'of':12}") },
};
#define MEANINGS (sizeof(meanings) / sizeof(meanings[0]))

#define JOB(label, from, to, extent) \
	"2018-12-30 prov spell.started " label " {'participant':'p1','from':'" from "'," \
	"'kind':'employment','extent':'" extent "'}\n" \
	"2018-12-30 prov spell.ended e" label " {'participant':'p1','on':'" to "','spell':'@" label "'}\n"
#define PAY(month, amount) \
	"2018-12-30 reg earnings.reported m" month " {'participant':'p1','month':'2018-" month "-01'," \
	"'amount':" amount "}\n"
#define QUARTER_PAY(a, b, c) PAY(a, "1000") PAY(b, "1000") PAY(c, "1000")

static const struct {
	const char *name, *script;
	const char *reached[MEANINGS];	/* "" not at all */
} histories[] = {
	{ "half time all year",
	  JOB("j", "2018-01-01", "2018-12-31", "50") QUARTER_PAY("01", "02", "03")
	  QUARTER_PAY("04", "05", "06"),
	  { "2018-06-30", "2018-06-30", "2018-06-30", "2018-07-01", "2018-07-01", "2018-07-01",
	    "2018-06-30", "2018-06-30" } },
	/* 1 to 10 April missing: weeks 13, 14 and 15 are not whole; 26 are good in week 29 */
	{ "ten days between two jobs",
	  JOB("j", "2018-01-01", "2018-03-31", "50") JOB("k", "2018-04-11", "2018-12-31", "50")
	  QUARTER_PAY("01", "02", "03") QUARTER_PAY("04", "05", "06"),
	  { "2018-10-10", "2018-06-30", "2018-07-10", "2018-07-22", "2018-07-11", "2018-07-01",
	    "2018-06-30", "2018-06-30" } },
	{ "fourteen days: the longest break",
	  JOB("j", "2018-01-01", "2018-03-31", "50") JOB("k", "2018-04-15", "2018-12-31", "50"),
	  { "2018-10-14", "2018-06-30", "2018-07-14", "2018-07-22", "2018-07-15", "2018-07-01", "",
	    "" } },
	{ "fifteen: one too many",
	  JOB("j", "2018-01-01", "2018-03-31", "50") JOB("k", "2018-04-16", "2018-12-31", "50"),
	  { "2018-10-15", "2018-10-15", "2018-10-15", "2018-07-22", "2018-07-16", "2018-07-01", "",
	    "" } },
	/* April missing: weeks 13 to 18 are not whole; the last 30 hold 26 from week 44 on */
	{ "a month between two jobs",
	  JOB("j", "2018-01-01", "2018-03-31", "50") JOB("k", "2018-05-01", "2018-12-31", "50")
	  QUARTER_PAY("01", "02", "03") QUARTER_PAY("05", "06", "07"),
	  { "2018-10-31", "2018-10-31", "2018-10-31", "2018-11-04", "2018-07-31", "2018-07-01",
	    "2018-07-31", "2018-07-31" } },
	/* 120 days, a month, 122 days: day 182 of work is 1 August */
	{ "four months, twice",
	  JOB("j", "2018-01-01", "2018-04-30", "50") JOB("k", "2018-06-01", "2018-09-30", "50"),
	  { "", "", "", "", "2018-08-01", "2018-07-01", "", "" } },
	{ "full time for 13 weeks: half time on average over 26",
	  JOB("j", "2018-01-01", "2018-04-01", "100"),
	  { "", "", "", "", "", "2018-07-01", "", "" } },
	{ "a fifth of full time, paid 1,000 a month",
	  JOB("j", "2018-01-01", "2018-12-31", "20") QUARTER_PAY("01", "02", "03")
	  QUARTER_PAY("04", "05", "06"),
	  { "", "", "", "", "", "", "2018-06-30", "2018-06-30" } },
	{ "6,000 in one month", PAY("01", "6000"), { "", "", "", "", "", "", "", "2018-01-31" } },
	{ "six months at 999", PAY("01", "999") PAY("02", "999") PAY("03", "999") PAY("04", "999")
	  PAY("05", "999") PAY("06", "999"), { "", "", "", "", "", "", "", "" } },
};
#define HISTORIES (sizeof(histories) / sizeof(histories[0]))

/* The day on which the only outcome was reached, "" where no line says so. */
static const char *
reached_in(const struct settle_case *c, char ret[11])
{
	const char *at = c->said.size == 0 ? NULL : strstr(c->said.data, " reached ");

	ret[0] = '\0';
	if (at != NULL)
		memcpy(ret, at + strlen(" reached "), 10);
	ret[at == NULL ? 0 : 10] = '\0';
	return ret;
}

static void
each_meaning_is_reached_on_its_own_day(void **state)
{
	(void)state;
	for (size_t m = 0; m < MEANINGS; m++)
		for (size_t h = 0; h < HISTORIES; h++) {
			struct settle_case *c = settle_case_new(meanings[m].patches);
			char got[11];

			c->achieved = true;
			settle_case_run(c, "2018-01-01 prov participant.enrolled e {'participant':'p1',"
					   "'on':'2018-01-01','attributes':{'home':'a'}}");
			settle_case_run(c, histories[h].script);
			settle_case_run(c, "settle\nsettle\nsettle\nsettle");
			if (strcmp(reached_in(c, got), histories[h].reached[m]) != 0)
				fail_msg("%s / %s: got '%s', want '%s'", meanings[m].name,
					 histories[h].name, got, histories[h].reached[m]);
			settle_case_free(c);
		}
}

static void
no_two_meanings_are_the_same(void **state)
{
	(void)state;
	for (size_t m = 0; m < MEANINGS; m++)
		for (size_t n = m + 1; n < MEANINGS; n++) {
			bool differ = false;

			for (size_t h = 0; h < HISTORIES; h++)
				differ = differ || strcmp(histories[h].reached[m],
							  histories[h].reached[n]) != 0;
			if (!differ)
				fail_msg("nothing tells '%s' from '%s'", meanings[m].name,
					 meanings[n].name);
		}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_meaning_is_reached_on_its_own_day),
		cmocka_unit_test(no_two_meanings_are_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
