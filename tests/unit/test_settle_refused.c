/* test_settle_refused.c - terms that pass the check, facts that pass the rules, but no statement: a
 * number is too large, a row is not there. Each says where in the terms; nothing is settled. */
#include "settle_case.h"
#include "settle_case_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SCORED(p, score) \
	ENROLLED("e_" p, p, "2018-01-10", "2018-01-10", "'home':'a','score':" score, "")
#define WORKED(p) JOB("j_" p, p, "2018-02-01") OK("v_" p, "'@j_" p "'")
#define PRICE(x) "'/payments/placed_pay/price'," x
#define MOST "9007199254740991"		/* 2^53 - 1 minor units: every amount there is */
#define TABLE(missing) \
	"'/tables/t',{'rows':[{'from':'2018-02-02','then':'0.25'}],'kind':'steps','missing':" missing "}"
#define HALVES \
	"'/shares/both',{'tranches':[{'to':1000,'parts':[{'party':'fund','weight':1}]}," \
	"{'parts':[{'party':'fund','weight':1},{'party':'town','weight':1}]}],'order':'achieved'," \
	"'residual':'first','none':'unknown'}"
#define SUM(x) \
	"'/payments/fee',{'for':{'each':'quarter','of':'contract','due':'end','from':" \
	"'contract.start','until':'contract.outcome_until'},'price':{" x "},'round':'down'," \
	"'from':'fund','to':'prov','ended':'achieved'}"
#define LOOK "{'look':{'table':'t','at':'outcome.date'}}"

static const struct {
	const char *name, *patches, *script, *words;	/* NULL: it is settled */
} cases[] = {
	{ "a price of more than every amount",
	  "[" ONE_FUND "," PRICE("{'mul':['enrolment.score',100]}") "]",
	  SCORED("p1", "90071992547410") WORKED("p1"),
	  "terms /payments/placed_pay: the price on 2018-02-01 is beyond every amount" },
	{ "the largest", "[" ONE_FUND "," PRICE("{'add':[{'mul':['enrolment.score',100]},91]}") "]",
	  SCORED("p1", "90071992547409") WORKED("p1"), NULL },
	{ "no row of that day, which is an error",
	  "[" TABLE("'error'") "," PRICE("{'mul':[100," LOOK "]}") "]", SCORED("p1", "1") WORKED("p1"),
	  "terms /tables/t: no row for what is looked up, and the terms say that this is an error" },
	{ "which is not", "[" TABLE("'unknown'") "," PRICE("{'mul':[100," LOOK "]}") "]",
	  SCORED("p1", "1") WORKED("p1"), NULL },
	{ "no tax rate of that day", "[" TABLE("'unknown'") ",'/payments/placed_pay/tax','t']",
	  SCORED("p1", "1") WORKED("p1"), "terms /tables/t: no tax rate is known for the day of an amount" },
	{ "one of the year 10000",
	  "['/outcomes/placed/until',{'shift':['enrolment.start','enrolment.score','month']}]",
	  SCORED("p1", "95784") WORKED("p1"),
	  "terms /outcomes/placed/until/shift: the date lies beyond the year 9999" },
	{ "one of December 9999",
	  "['/outcomes/placed/until',{'shift':['enrolment.start','enrolment.score','month']}]",
	  SCORED("p1", "95783") WORKED("p1"), NULL },
	{ "more than 128 bits",
	  "[" PRICE("{'mul':['enrolment.score','enrolment.score','enrolment.score']}") "]",
	  SCORED("p1", "9007199254740991") WORKED("p1"),
	  "terms /payments/placed_pay/price/mul: the exact result does not fit 128 bits" },
	{ "a scale that leads beyond", "[" ONE_FUND "," PRICE(MOST) ",'/limits',[{'name':'more','of':"
	  "['placed_pay'],'per':['person'],'order':'settled','scale':'1.0001'}]]",
	  SCORED("p1", "1") WORKED("p1"), "terms /limits/0: a scaled amount is beyond every amount" },
	{ "a rate that leads beyond", "[" ONE_FUND "," PRICE(MOST) ",'/limits',[{'name':'more','of':"
	  "['placed_pay'],'per':['person'],'order':'settled','steps':[{'rate':'1.0001'}],'along':"
	  "'amount','excess':'lost','unused':'lost','freed':'waiting'}]]",
	  SCORED("p1", "1") WORKED("p1"),
	  "terms /payments/placed_pay: an amount under a limit is beyond every amount" },
	{ "tax of more than all",
	  "[" ONE_FUND "," PRICE(MOST) ",'/tables/t',{'rows':[{'from':'2018-01-01','then':'1.1'}],"
	  "'kind':'steps','missing':'error'},'/payments/placed_pay/tax','t']",
	  SCORED("p1", "1") WORKED("p1"),
	  "terms /payments/placed_pay: a part of an amount is beyond every amount" },
	{ "two that one payer owes in one statement", "[" ONE_FUND "," PRICE("'enrolment.score'") "]",
	  SCORED("p1", MOST) SCORED("p2", "1") WORKED("p1") WORKED("p2"),
	  "what fund owes prov in this statement is beyond every amount" },
	{ "two that go through one share, about a half by each payer",
	  "[" PRICE("'enrolment.score'") "," HALVES "]",
	  SCORED("p1", MOST) SCORED("p2", "1") WORKED("p1") WORKED("p2"),
	  "terms /shares/both: what went through is beyond every amount" },
	{ "two that go through up to it", "[" PRICE("'enrolment.score'") "," HALVES "]",
	  SCORED("p1", "9007199254740990") SCORED("p2", "1") WORKED("p1") WORKED("p2"), NULL },
	{ "two that are added up", "[" PRICE("'enrolment.score'") "," SUM("'items':{'of':['placed_pay'],"
	  "'do':'sum','among':'all'}") "]", SCORED("p1", MOST) SCORED("p2", "1") WORKED("p1") WORKED("p2"),
	  "terms /payments/fee/price/items: the sum is no amount" },
	/* three primes near 2^53: the sum's denominator is their product, near 2^159 */
	{ "quotients of three people", "[" SUM("'over':{'group':'people','do':'sum','of':{'div':[1,"
	  "'enrolment.score']}}") "]", SCORED("p1", "9007199254740881") SCORED("p2", "9007199254740847")
	  SCORED("p3", "9007199254740761"),
	  "terms /payments/fee/price/over: the sum over the group does not fit 128 bits" },
};

static void
test_no_statement(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct settle_case *c = settle_case_new(cases[i].patches);
		enum rc rc;

		settle_case_run(c, cases[i].script);
		rc = settle_case_settle(c);
		if ((rc == RC_OK) != (cases[i].words == NULL))
			fail_msg("%s: %s", cases[i].name, rc == RC_OK ? "settled" : c->e.text);
		if (rc != RC_OK) {
			if (strcmp(c->e.text, cases[i].words) != 0)
				fail_msg("%s\n--- want\n%s\n--- got\n%s", cases[i].name, cases[i].words,
					 c->e.text);
			assert_int_equal(c->statements, 0);
		}
		settle_case_free(c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_no_statement) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
