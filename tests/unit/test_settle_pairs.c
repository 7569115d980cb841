/* test_settle_pairs.c - what random pairs (tests/naive) found: one small case each, worked out by
 * hand from contracts/README.md. */
#include "settle_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct settle_row {
	const char *name, *patches, *script, *want;
};

static void
run_rows(const struct settle_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		settle_case_check(rows[i].name, rows[i].patches, rows[i].script, rows[i].want);
}

#define RUN(rows) run_rows(rows, sizeof(rows) / sizeof((rows)[0]))

#define ENROL_AT(p, day, site) \
	day " prov participant.enrolled e_" p " {'participant':'" p "','on':'" day "'," \
	"'attributes':{'home':'a'}" site "}\n"
#define ENROL(p, day) ENROL_AT(p, day, "")
#define JOB(label, p, from) \
	from " prov spell.started " label " {'participant':'" p "','from':'" from "'," \
	"'kind':'employment','extent':'50'}\n"
#define OK(label, events) \
	"2018-03-20 ver claim.attested " label " {'events':[" events "],'method':'letter'," \
	"'verdict':'accepted'}\n"
#define STILL(label, job, p, on) \
	on " prov spell.confirmed " label " {'participant':'" p "','on':'" on "','spell':'@" job "'}\n"
#define ENDS(on) "2018-03-25 fund contract.terminated end {'on':'" on "'}\n"
#define ONE_FUND "'/payments/placed_pay/from','fund','/shares',{}"

/* A tenth of what everybody earned, a quarter. */
#define TENTH \
	"'/settlement/terminate',['fund'],'/payments/tenth',{'for':{'each':'quarter','of':'contract'," \
	"'due':'end','from':'contract.start','until':'contract.outcome_until'},'price':{'add':[5," \
	"{'mul':['0.1',{'items':{'of':['placed_pay'],'do':'sum','among':'all'}}]}]},'round':'half_up'," \
	"'from':'fund','to':'prov','ended':'started'}"
#define BOTH \
	"'/settlement/terminate',['fund'],'/outcomes/later',{'for':'people','per':'day','count':" \
	"'at_work','reach':{'to':1,'of':'ever'},'from':'2018-03-01','until':'work_until'," \
	"'times':{'max':1,'per':'person'},'show':[]},'/outcomes/both',{'all_of':['placed','later']}," \
	"'/payments/placed_pay/for','both','/payments/placed_pay/ended','started'"

static void
what_a_termination_leaves_unpaid(void **state)
{
	static const struct settle_row rows[] = {
		{ "items count what was achieved by the last day", "[" ONE_FUND "," TENTH "]",
		  ENROL("p1", "2018-01-10") JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'")
		  ENDS("2018-02-01") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached 2018-02-01\n"
		  "1 fund>prov tenth -#2018-q1 1005 period 2018-03-31\n" },
		{ "items do not count what it leaves unpaid", "[" ONE_FUND "," TENTH "]",
		  ENROL("p1", "2018-01-10") JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'")
		  ENDS("2018-01-31") "settle",
		  "1 fund>prov tenth -#2018-q1 5 period\n" },
		{ "of all_of the earliest counted day says whether it had started",
		  "[" ONE_FUND "," BOTH "]",
		  ENROL("p1", "2018-01-10") JOB("j1", "p1", "2018-02-01")
		  STILL("c1", "j1", "p1", "2018-03-05") OK("v", "'@j1','@c1'")
		  ENDS("2018-02-15") "settle",
		  "1 fund>prov placed_pay/both p1 10000 reached\n" },
		{ "all_of that nothing had counted for by the last day is not paid",
		  "[" ONE_FUND "," BOTH "]",
		  ENROL("p1", "2018-01-10") JOB("j1", "p1", "2018-02-16")
		  STILL("c1", "j1", "p1", "2018-03-05") OK("v", "'@j1','@c1'")
		  ENDS("2018-02-15") "settle", "" },
	};

	(void)state;
	RUN(rows);
}

#define AT_LEAST(per) \
	ONE_FUND ",'/parties/prov/sites',['east','west'],'/limits',[{'name':'least','of':" \
	"['placed_pay'],'order':'achieved','per':[" per "],'floor':25000,'on':'2018-03-31'," \
	"'from':'town','to':'prov'}]"

static void
floors_of_those_that_are_there(void **state)
{
	static const struct settle_row rows[] = {
		{ "a floor per site: nobody's site has none", "[" AT_LEAST("'site'") "]",
		  ENROL_AT("p1", "2018-01-10", ",'site':'east'") ENROL("p2", "2018-01-11")
		  JOB("j1", "p1", "2018-02-01") JOB("j2", "p2", "2018-02-02") OK("v", "'@j1','@j2'")
		  "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 10000 reached\n"
		  "1 town>prov least east 15000 floor\n" },
		{ "a floor of the contract is for all of them", "[" AT_LEAST("'contract'") "]",
		  ENROL_AT("p1", "2018-01-10", ",'site':'east'") ENROL("p2", "2018-01-11")
		  JOB("j1", "p1", "2018-02-01") JOB("j2", "p2", "2018-02-02") OK("v", "'@j1','@j2'")
		  "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 10000 reached\n"
		  "1 town>prov least - 5000 floor\n" },
	};

	(void)state;
	RUN(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_termination_leaves_unpaid),
		cmocka_unit_test(floors_of_those_that_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
