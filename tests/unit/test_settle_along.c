/* test_settle_along.c - where the place decides: one person is touched, and whoever it shifts over
 * the end of a step has another amount, or is paid by another, although nothing is new of them.
 *
 * Twelve people came to 10,000 each, on the first twelve days of February. Steps end behind the
 * fourth and the eighth: at rates of 1, a half and a quarter, or borne by one party, a second and a
 * third. A statement is worked out from what is carried and, by another engine that was told the
 * same, from scratch; and no more people are claimed than those that the change touches. */
#include "settle_case.h"
#include "settle_case_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MONTHLY "'/settlement/periods','month',"
#define FUND "'/shares/both',{'parts':[{'party':'fund','weight':1}],'residual':'first','none':'unknown'},"
#define LIMIT(along, first, second, order) "[" MONTHLY FUND "'/limits',[{'name':'all','of':["              \
	"'placed_pay'],'per':['contract'],'steps':[{'to':" first ",'rate':'1'},{'to':" second ",'rate':"     \
	"'0.5'},{'rate':'0.25'}],'along':'" along "','order':'" order "','excess':'lost','unused':'lost',"    \
	"'freed':'waiting'}]]"
#define TRANCHES(first, second, order) "[" MONTHLY "'/shares/both',{'tranches':[{'to':" first ",'parts':["  \
	"{'party':'fund','weight':1}]},{'to':" second ",'parts':[{'party':'town','weight':1}]},{'parts':["   \
	"{'party':'guar','weight':1}]}],'order':'" order "','residual':'first','none':'unknown'}]"

enum { PEOPLE = 14, PLACED = 12 };
enum kind { LADDER, COUNT, TRANCHE, KINDS };

struct row {
	const char *name;
	bool settled;			/* order; else achieved */
	const char *script;		/* ends behind the statement before the one looked at */
	const char *rates, *tranches;	/* the lines of that one: of the first two, of the third */
	unsigned claimed;		/* people whom that one asks for */
};

#define APRIL "2018-04-10"
#define MAY "2018-05-10"

static const struct row rows[] = {
	{ "nothing is new", false, "", "", "", 0 },
	{ "one more before all", false,
	  COMES("13", "2018-01-20", APRIL),
	  "fund p13 10000 reached\nfund p4 -5000 changed\nfund p8 -2500 changed\n",
	  "fund p13 10000 reached\nfund p4 -10000 moved\ntown p4 10000 moved\n"
	  "town p8 -10000 moved\nguar p8 10000 moved\n", 3 },
	{ "one more behind all", false,
	  COMES("13", "2018-02-20", APRIL),
	  "fund p13 2500 reached\n", "guar p13 10000 reached\n", 1 },
	{ "one more on the second step", false,
	  COMES("13", "2018-02-06", APRIL),
	  "fund p13 5000 reached\nfund p8 -2500 changed\n",
	  "town p13 10000 reached\ntown p8 -10000 moved\nguar p8 10000 moved\n", 2 },
	{ "one goes that was before all", false, APRIL " prov event.retracted r {'event':'@j1'}\n",
	  "fund p1 -10000 reversed\nfund p5 5000 changed\nfund p9 2500 changed\n",
	  "fund p1 -10000 reversed\ntown p5 -10000 moved\nfund p5 10000 moved\n"
	  "guar p9 -10000 moved\ntown p9 10000 moved\n", 3 },
	{ "one is rejected at the very end of a step", false,
	  APRIL " ver claim.attested no {'method':'letter','verdict':'rejected','events':['@j4']}\n",
	  "fund p4 -10000 reversed\nfund p5 5000 changed\nfund p9 2500 changed\n",
	  "fund p4 -10000 reversed\ntown p5 -10000 moved\nfund p5 10000 moved\n"
	  "guar p9 -10000 moved\ntown p9 10000 moved\n", 3 },
	{ "the last goes", false, APRIL " prov event.retracted r {'event':'@j12'}\n",
	  "fund p12 -2500 reversed\n", "guar p12 -10000 reversed\n", 1 },
	{ "one is corrected from the first place to the last", false,
	  APRIL " prov event.corrected k {'event':'@j1','body':{'participant':'p1','from':'2018-02-25',"
	  "'kind':'employment','extent':'50','ref':'j1'}}\n" OK_ON(APRIL, "v1", "'@k'"),
	  "fund p5 5000 changed\nfund p9 2500 changed\nfund p1 -7500 changed\n",
	  "town p5 -10000 moved\nfund p5 10000 moved\nguar p9 -10000 moved\n"
	  "town p9 10000 moved\nfund p1 -10000 moved\nguar p1 10000 moved\n", 3 },
	{ "one comes and one goes: nobody else is shifted over an end", false,
	  COMES("13", "2018-01-20", APRIL)
	  APRIL " prov event.retracted r {'event':'@j2'}\n",
	  "fund p13 10000 reached\nfund p2 -10000 reversed\n",
	  "fund p13 10000 reached\nfund p2 -10000 reversed\n", 2 },
	{ "who is earlier comes last where the order is as settled", true,
	  COMES("13", "2018-01-20", APRIL),
	  "fund p13 2500 reached\n", "guar p13 10000 reached\n", 1 },
	{ "one of the first goes where the order is as settled", true,
	  APRIL " prov event.retracted r {'event':'@j2'}\n",
	  "fund p2 -10000 reversed\nfund p5 5000 changed\nfund p9 2500 changed\n",
	  "fund p2 -10000 reversed\ntown p5 -10000 moved\nfund p5 10000 moved\n"
	  "guar p9 -10000 moved\ntown p9 10000 moved\n", 3 },
	{ "who was taken back comes again, behind those who stayed", true,
	  APRIL " prov event.retracted r {'event':'@j2'}\nsettle\n"
	  STARTED("j2b", "p2", MAY, "2018-02-02", "50") OK_ON(MAY, "v2b", "'@j2b'"),
	  "fund p2 2500 changed\n", "guar p2 10000 changed\n", 1 },
	/* what is decided is paid; on the ladder it stands as what was asked */
	{ "a dispute about one on the first step shifts nobody", false,
	  APRIL " fund dispute.opened d {'line':'@line_2_2','text':'no'}\n"
	  APRIL " ver dispute.resolved s {'dispute':'@d','amount':1000}\n",
	  "fund p2 -9000 decided\n", "fund p2 -9000 decided\n", 1 },
	{ "an erased person keeps the second place: the others stand around it", false,
	  "erase p2\nsettle\n" MAY " prov event.retracted r {'event':'@j1'}\n",
	  "fund p1 -10000 reversed\nfund p5 5000 changed\nfund p9 2500 changed\n",
	  "fund p1 -10000 reversed\ntown p5 -10000 moved\nfund p5 10000 moved\n"
	  "guar p9 -10000 moved\ntown p9 10000 moved\n", 3 },
	{ "an erased person keeps the last place of a step", false,
	  "erase p4\nsettle\n" COMES("13", "2018-01-20", MAY),
	  "fund p13 10000 reached\nfund p3 -5000 changed\nfund p8 -2500 changed\n",
	  "fund p13 10000 reached\nfund p3 -10000 moved\ntown p3 10000 moved\n"
	  "town p8 -10000 moved\nguar p8 10000 moved\n", 3 },
};

static const char *const contracts[KINDS][2] = {
	{ LIMIT("amount", "40000", "80000", "achieved"), LIMIT("amount", "40000", "80000", "settled") },
	{ LIMIT("count", "4", "8", "achieved"), LIMIT("count", "4", "8", "settled") },
	{ TRANCHES("40000", "80000", "achieved"), TRANCHES("40000", "80000", "settled") },
};

static void
place_all(struct settle_case *c)
{
	settle_case_place(c, PEOPLE, PLACED, 13);
}

/* "fund p4 10000 moved" of each line that was said since. */
static void
last_said(const char *at, struct buf *ret)
{
	char payer[20], who[20], amount[20], reason[20];
	int n;

	buf_text(ret, "");
	for (; sscanf(at, "%*u %19[a-z]>prov placed_pay/placed %19s %19s %19s%n", payer, who, amount,
		      reason, &n) == 4; at += n + 1)
		buf_printf(ret, "%s %s %s %s\n", payer, who, amount, reason);
	assert_string_equal(at, "");
}

static void
one_change_shifts_whom_it_shifts_over_an_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int kind = 0; kind < KINDS; kind++) {
			const struct row *row = &rows[i];

			settle_case_change(&(struct settle_change){
				row->name, contracts[kind][row->settled], row->script,
				kind == TRANCHE ? row->tranches : row->rates, row->claimed },
				place_all, last_said);
		}
}

#define FOUR "[" MONTHLY FUND "'/limits',[{'name':'all','of':['placed_pay'],'per':['contract'],'steps':["     \
	     "{'to':3000,'rate':'1'},{'to':6000,'rate':'0.5'},{'to':9000,'rate':'0.2'},{'rate':'0.1'}],"      \
	     "'along':'amount','order':'achieved','excess':'lost','unused':'lost','freed':'waiting'}]]"
#define WITHIN LIMIT("amount", "25000", "55000", "achieved")
#define BEFORE_ALL COMES("13", "2018-01-20", APRIL)
#define BEHIND_ALL COMES("13", "2018-02-20", APRIL)
#define FIRST_GOES APRIL " prov event.retracted r {'event':'@j1'}\n"

/* 2,000 for the thirteenth, who lives elsewhere */
#define ELSEWHERE "'/payments/placed_pay/price',{'add':[2000,{'mul':[8000,{'is':['person.home','a']}]}]},"
#define RATES(more, steps) "[" MONTHLY FUND more "'/limits',[{'name':'all','of':['placed_pay'],'per':["      \
	"'contract'],'steps':[" steps "],'along':'amount','order':'achieved','excess':'lost','unused':"       \
	"'lost','freed':'waiting'}]]"
#define ONE_END(more, to) RATES(more, "{'to':" to ",'rate':'1'},{'rate':'0.5'}")

static void
amounts_lie_across_ends(void **state)
{
	static const struct settle_change changes[] = {
		/* 3,000 and 1,500 and 600 and 100 of the first; 1,000 of each other */
		{ "four steps in one amount", FOUR, FIRST_GOES,
		  "fund p1 -5200 reversed\nfund p2 4200 changed\n", 2 },
		{ "four steps in one amount, one more before it", FOUR, BEFORE_ALL,
		  "fund p13 5200 reached\nfund p1 -4200 changed\n", 2 },
		{ "three payers in one amount", TRANCHES("3000", "6000", "settled"), FIRST_GOES,
		  "fund p1 -3000 reversed\nguar p1 -4000 reversed\ntown p1 -3000 reversed\n"
		  "guar p2 -6000 moved\nfund p2 3000 moved\ntown p2 3000 moved\n", 2 },
		/* the third lies half on the first step, the sixth half on the second */
		{ "ends within amounts", WITHIN, BEFORE_ALL,
		  "fund p13 10000 reached\nfund p2 -2500 changed\nfund p3 -2500 changed\n"
		  "fund p5 -1250 changed\nfund p6 -1250 changed\n", 5 },
		/* who lies across an end is given less of the step before it */
		{ "ends within amounts, shifted by less than an amount",
		  RATES(ELSEWHERE, "{'to':25000,'rate':'1'},{'to':55000,'rate':'0.5'},{'rate':'0.25'}"),
		  BEFORE_ALL, "fund p13 2000 reached\nfund p3 -1000 changed\nfund p6 -500 changed\n", 3 },
		{ "who lies across an end is not asked while nothing before it changes", WITHIN,
		  BEHIND_ALL, "fund p13 2500 reached\n", 1 },
		{ "a payer's end within an amount", TRANCHES("25000", "55000", "achieved"),
		  BEHIND_ALL, "guar p13 10000 reached\n", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		settle_case_change(&changes[i], place_all, last_said);
}

/* All stand on the first step, which ends right behind them: whose place is kept counts as well. */
static void
places_that_nobody_asks_for_are_passed(void **state)
{
	static const struct settle_change changes[] = {
		{ "one more before all, an erased person in the middle", ONE_END("", "120000"),
		  "erase p6\nsettle\n" COMES("13", "2018-01-20", MAY),
		  "fund p13 10000 reached\nfund p12 -5000 changed\n", 2 },
		{ "one more behind all, an erased person in the middle", ONE_END("", "120000"),
		  "erase p6\nsettle\n" COMES("13", "2018-02-20", MAY),
		  "fund p13 5000 reached\n", 1 },
		{ "one of another payer's behind all, an erased person in the middle",
		  TRANCHES("120000", "130000", "settled"),
		  "erase p6\nsettle\n" COMES("13", "2018-02-20", MAY),
		  "town p13 10000 reached\n", 1 },
		/* February's are closed when the second's job is taken back: it keeps what it has */
		{ "one more before the last, behind who is gone and closed",
		  ONE_END("'/payments/placed_pay/final',{'shift':['outcome.date',2,'month']},", "130000"),
		  "settle\n" COMES("14", "2018-05-09", MAY)
		  MAY " prov event.retracted r {'event':'@j2'}\nsettle\n"
		  COMES("13", "2018-05-05", "2018-06-10"),
		  "fund p13 10000 reached\nfund p14 -5000 changed\n", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		settle_case_change(&changes[i], place_all, last_said);
}

/* A version for who enrols from May on: where its steps end elsewhere everybody is asked. */
static void
a_version_with_the_same_ends_asks_nobody(void **state)
{
	static const struct {
		const char *was, *now;
		unsigned claimed;
	} versions[] = {
		{ TRANCHES("40000", "80000", "settled"), TRANCHES("40000", "80000", "settled"), 0 },
		{ TRANCHES("40000", "80000", "settled"), TRANCHES("40000", "90000", "settled"), PEOPLE },
		{ TRANCHES("40000", "80000", "settled"), TRANCHES("40000", "80000", "achieved"), PEOPLE },
		{ LIMIT("amount", "40000", "80000", "settled"), LIMIT("amount", "40000", "80000", "settled"),
		  0 },
		{ LIMIT("count", "4", "8", "settled"), LIMIT("count", "4", "9", "settled"), PEOPLE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		struct settle_case *c = settle_case_new(versions[i].was);
		char patches[1000];
		unsigned people;

		settle_case_twin(c);
		place_all(c);
		(void)snprintf(patches, sizeof(patches), "['/applies',{'to':'enrolled',"
			       "'from':'2018-05-01','settled':'keep'},%s", versions[i].now + 1);
		settle_case_version(c, "2018-05-01", patches);
		people = (unsigned)settle_case_once(c).claimed - 1;
		if (people != versions[i].claimed)
			fail_msg("%s: wanted %u people claimed, found %u", versions[i].now,
				 versions[i].claimed, people);
		settle_case_run(c, "settle\nsettle");
		settle_case_free(c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_change_shifts_whom_it_shifts_over_an_end),
		cmocka_unit_test(amounts_lie_across_ends),
		cmocka_unit_test(places_that_nobody_asks_for_are_passed),
		cmocka_unit_test(a_version_with_the_same_ends_asks_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
