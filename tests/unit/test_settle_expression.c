/* test_settle_expression.c - operators and references in a price, worked out by hand from
 * contracts/README.md, 3 and 6: what no contract of ours asks for. */
#include "settle_case.h"
#include "settle_case_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SCORED(p, score) \
	ENROLLED("e_" p, p, "2018-01-10", "2018-01-10", "'home':'a','score':" score, "")
#define ONE SCORED("p1", "2") JOB("j_p1", "p1", "2018-02-01") OK("v1", "'@j_p1'")
#define PRICE(x) "'/payments/placed_pay/from','fund','/shares',{},'/payments/placed_pay/price'," x
/* A fee of 100 times `x` of the contract for each period of the calendar. */
#define FEE(calendar, x) \
	"'/payments/fee',{'for':{'each':'" calendar "','of':'contract','due':'end','from':" \
	"'contract.start','until':'contract.outcome_until'},'price':{'mul':[100," x "]}," \
	"'round':'half_up','from':'fund','to':'prov','ended':'achieved'}," \
	"'/payments/placed_pay/price',0"
#define OVER(what) FEE("quarter", "{'over':{'group':'people'," what "}}")
#define SCORE "'of':'enrolment.score'"
#define THREE_SCORES SCORED("p1", "3") SCORED("p2", "8") SCORED("p3", "5") "settle"
#define Q1 "1 fund>prov fee -#2018-q1 "
#define PAID "1 fund>prov placed_pay/placed p1 "

static void
statistics_over_a_group(void **state)
{
	static const struct settle_row rows[] = {
		{ "of nobody the sum is 0", "[" OVER("'do':'sum'," SCORE) "]", "settle",
		  Q1 "0 price\n" },
		{ "the least unknown", "[" OVER("'do':'min'," SCORE) "]", "settle", Q1 "0 pending\n" },
		{ "the greatest", "[" OVER("'do':'max'," SCORE) "]", "settle", Q1 "0 pending\n" },
		{ "and the mean", "[" OVER("'do':'mean'," SCORE ",'round':'half_up','places':1") "]",
		  "settle", Q1 "0 pending\n" },
		{ "3 + 8 + 5", "[" OVER("'do':'sum'," SCORE) "]", THREE_SCORES, Q1 "1600 period\n" },
		{ "the least of 3, 8, 5", "[" OVER("'do':'min'," SCORE) "]", THREE_SCORES,
		  Q1 "300 period\n" },
		{ "the greatest", "[" OVER("'do':'max'," SCORE) "]", THREE_SCORES, Q1 "800 period\n" },
		{ "16 / 3 to one place is 5.3", "[" OVER("'do':'mean'," SCORE
						       ",'round':'half_up','places':1") "]",
		  THREE_SCORES, Q1 "530 period\n" },
		{ "up, 5.4", "[" OVER("'do':'mean'," SCORE ",'round':'up','places':1") "]",
		  THREE_SCORES, Q1 "540 period\n" },
		{ "of those with more than 4: 8 + 5",
		  "[" OVER("'do':'sum'," SCORE ",'where':{'gt':['enrolment.score',4]}") "]",
		  THREE_SCORES, Q1 "1300 period\n" },
		{ "one whose number is not known", "[" OVER("'do':'sum'," SCORE) "]",
		  "2018-01-10 prov participant.enrolled e_p4 {'participant':'p4','on':'2018-01-10',"
		  "'attributes':{'home':'a'}}\n" THREE_SCORES, Q1 "0 pending\n" },
		{ "two sites", "['/parties/prov/sites',['north','south'],'/groups/places',{'of':'site',"
		  "'as_of':'period'}," FEE("quarter", "{'over':{'group':'places','do':'count'}}") "]",
		  "settle", Q1 "200 period\n" },
	};

	(void)state;
	RUN(rows);
}

static void
rounding_inside(void **state)
{
	static const struct settle_row rows[] = {
		{ "2/3 to two places is 0.67",
		  "[" PRICE("{'mul':[100,{'places':[{'div':['enrolment.score',3]},'half_up',2]}]}") "]",
		  ONE "settle", PAID "67 reached\n" },
		{ "down, 0.66",
		  "[" PRICE("{'mul':[100,{'places':[{'div':['enrolment.score',3]},'down',2]}]}") "]",
		  ONE "settle", PAID "66 reached\n" },
		{ "of what is not known", "[" PRICE("{'places':['enrolment.other','down',2]}") "]",
		  ONE "settle", PAID "0 pending\n" },
	};

	(void)state;
	RUN(rows);
}

/* From 1 February: to 1 February 0 days, to 20 March 27 + 20, to the 25th 5 more. */
#define SINCE(as) \
	"[" PRICE("{'mul':[100,{'span':['outcome.date',{'date':{'of':'extent','nth':1,'as':'" as \
		  "'}},'day']}]}") "]"

static void
the_day_that_counts(void **state)
{
	static const struct settle_row rows[] = {
		{ "recorded on the day that it began", SINCE("recorded"), ONE "settle",
		  PAID "0 price\n" },
		{ "accepted 47 days after", SINCE("accepted"), ONE "settle", PAID "4700 reached\n" },
		{ "the same party says it again: the later word stands", SINCE("accepted"),
		  ONE VERDICT("2018-03-25", "v2", "accepted", "'@j_p1'") "settle", PAID "5200 reached\n" },
		{ "it is taken back: the earlier one", SINCE("accepted"),
		  ONE VERDICT("2018-03-25", "v2", "accepted", "'@j_p1'")
		  "2018-03-26 ver event.retracted r {'event':'@v2'}\nsettle", PAID "4700 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define ITEMS(where) \
	"[" FEE("quarter", "{'items':{'of':['placed_pay'],'do':'count','among':'all','where':" where "}}") \
	"]"
#define COUNTED(n) PAID "0 price\n" Q1 n " period\n"
/* A rent of 7 is due on the last day of the quarter, as the fee is. */
#define ITEMS_AND_RENT(where) \
	"[" FEE("quarter", "{'items':{'of':['placed_pay','rent'],'do':'count','among':'all','where':" \
		where "}}") \
	",'/payments/rent',{'for':{'each':'quarter','of':'contract','due':'end','from':" \
	"'contract.start','until':'contract.outcome_until'},'price':7,'round':'half_up'," \
	"'from':'fund','to':'prov','ended':'achieved'}]"
#define RENT "1 fund>prov rent -#2018-q1 7 period\n"

static void
what_an_item_is(void **state)
{
	static const struct settle_row rows[] = {
		{ "its payment", ITEMS("{'is':['item.payment','placed_pay']}"), ONE "settle",
		  COUNTED("100") },
		{ "not another", ITEMS("{'is':['item.payment','fee']}"), ONE "settle",
		  PAID "0 price\n" Q1 "0 price\n" },
		{ "its outcome", ITEMS("{'is':['item.outcome','placed']}"), ONE "settle",
		  COUNTED("100") },
		{ "a period has none", "[" FEE("quarter", "{'items':{'of':['rent'],'do':'count','among':'all',"
					       "'where':{'not':{'is':['item.outcome','placed']}}}}")
		  ",'/payments/rent',{'for':{'each':'quarter','of':'contract','due':'end','from':"
		  "'contract.start','until':'contract.outcome_until'},'price':7,'round':'half_up','from':"
		  "'fund','to':'prov','ended':'achieved'}]", "settle",
		  Q1 "100 period\n1 fund>prov rent -#2018-q1 7 period\n" },
		{ "its amount", ITEMS("{'eq':['item.amount',0]}"), ONE "settle", COUNTED("100") },
		{ "which is not 1", ITEMS("{'eq':['item.amount',1]}"), ONE "settle",
		  PAID "0 price\n" Q1 "0 price\n" },
		{ "its ordinal for its subject", ITEMS("{'eq':['item.index',1]}"), ONE "settle",
		  COUNTED("100") },
		{ "its day", ITEMS("{'eq':['item.date','2018-02-01']}"), ONE "settle",
		  COUNTED("100") },
		{ "a period's is of no outcome: the one that was reached",
		  ITEMS_AND_RENT("{'is':['item.outcome','placed']}"), ONE "settle",
		  COUNTED("100") RENT },
		{ "the others", ITEMS_AND_RENT("{'not':{'is':['item.outcome','placed']}}"),
		  ONE "settle", COUNTED("100") RENT },
		{ "known of both", ITEMS_AND_RENT("{'known':'item.outcome'}"), ONE "settle",
		  COUNTED("200") RENT },
	};

	(void)state;
	RUN(rows);
}

/* A fee for each enrolment; p1 has two, and goes by the home of the first into groups of persons. */
#define OF_EACH(price) \
	"'/groups/movers',{'of':'person','as_of':'enrolled','where':{'is':['enrolment.home','b']}}," \
	"'/payments/fee',{'for':{'each':'quarter','of':'people','due':'end','from':" \
	"'enrolment.start','until':'contract.outcome_until'},'price':" price ",'round':'half_up'," \
	"'from':'fund','to':'prov','ended':'achieved'}"
#define MOVER_HAS_MORE "[" OF_EACH("{'if':[{'in':'movers'},100,1]}") "]"
#define MOVER_HAS_HALF \
	"[" OF_EACH("100") ",'/limits',[{'name':'half','of':['fee'],'per':[{'group':'movers'}]," \
	"'order':'achieved','scale':'0.5'}]]"
#define LIVES(day, label, attributes) \
	day " prov participant.enrolled " label " {'participant':'p1','on':'" day "'," \
	"'attributes':{" attributes "}}\n"
#define FEE_OF(amount) "1 fund>prov fee p1#2018-q1 " amount "\n"

static void
enrolments_in_groups_of_persons(void **state)
{
	static const struct settle_row rows[] = {
		{ "no mover, whichever asks", MOVER_HAS_MORE,
		  LIVES("2018-01-10", "e1", "'home':'a'") LIVES("2018-02-10", "e2", "'home':'b'")
		  "settle", FEE_OF("1 period") FEE_OF("1 period") },
		{ "a mover, whichever asks", MOVER_HAS_MORE,
		  LIVES("2018-01-10", "e1", "'home':'b'") LIVES("2018-02-10", "e2", "'home':'a'")
		  "settle", FEE_OF("100 period") FEE_OF("100 period") },
		{ "no mover is under a limit of movers", MOVER_HAS_HALF,
		  LIVES("2018-01-10", "e1", "'home':'a'") LIVES("2018-02-10", "e2", "'home':'b'")
		  "settle", FEE_OF("100 period") FEE_OF("100 period") },
		{ "a mover is, with both", MOVER_HAS_HALF,
		  LIVES("2018-01-10", "e1", "'home':'b'") LIVES("2018-02-10", "e2", "'home':'a'")
		  "settle", FEE_OF("50 period") FEE_OF("50 period") },
		{ "who may be one is not", MOVER_HAS_HALF,
		  LIVES("2018-01-10", "e1", "") LIVES("2018-02-10", "e2", "'home':'b'")
		  "settle", FEE_OF("0 pending") FEE_OF("100 period") },
	};

	(void)state;
	RUN(rows);
}

static void
dates_of_the_contract(void **state)
{
	static const struct settle_row rows[] = {
		{ "31 March 2018 and 27 months are 30 June 2020: there is no 31st",
		  "[" FEE("quarter", "{'span':['period.end','contract.final','month']}") "]", "settle",
		  Q1 "2700 period\n" },
		{ "it has not ended", "[" FEE("quarter", "{'if':[{'lt':['contract.end','contract.final']},"
					      "1,2]}") "]", "settle", Q1 "200 period\n" },
		{ "half a year", "['/calendars/half',{'unit':'half_year','from':'grid'},"
		  FEE("half", "'period.days'") "]", "settle\nsettle",
		  "2 fund>prov fee -#2018-h1 18100 period\n" },
		{ "without its weekends: January to March 2018 have 65 weekdays",
		  "['/calendars/work',{'unit':'quarter','from':'grid','skip':{'weekdays':[6,7]}},"
		  FEE("work", "'period.days'") "]", "settle", Q1 "6500 period\n" },
		{ "nor a table's holidays: 1 January and Good Friday",
		  "['/tables/off',{'rows':[{'from':'2018-01-01','then':1},{'from':'2018-01-02','then':0},"
		  "{'from':'2018-03-30','then':1},{'from':'2018-03-31','then':0}],'kind':'steps',"
		  "'missing':0},'/calendars/work',{'unit':'quarter','from':'grid','skip':{'weekdays':"
		  "[6,7],'days':'off'}}," FEE("work", "'period.days'") "]", "settle",
		  Q1 "6300 period\n" },
		{ "due on the last day that exists: Thursday 29 March",
		  "['/tables/off',{'rows':[{'from':'2018-03-30','then':1}],'kind':'steps','missing':0},"
		  "'/calendars/work',{'unit':'quarter','from':'grid','skip':{'weekdays':[6,7],'days':"
		  "'off'}}," FEE("work", "{'if':[{'eq':['period.end','2018-03-29']},1,2]}") "]",
		  "settle", Q1 "100 period\n" },
	};

	(void)state;
	RUN(rows);
}

#define CAP(per, to) \
	"'/limits',[{'name':'cap','of':['placed_pay'],'per':[" per "],'steps':[{'to':" to \
	",'rate':'1'}],'along':'amount','order':'achieved','excess':'lost','unused':'lost'," \
	"'freed':'waiting'}]"
#define BOTH \
	SCORED("p1", "2") SCORED("p2", "2") JOB("j_p1", "p1", "2018-02-01") JOB("j_p2", "p2", "2018-02-02") \
	OK("v1", "'@j_p1'") OK("v2", "'@j_p2'")

/* Price 100.00, room 150.00: each enrolment has its own, a group one together. */
static void
limits_per_enrolment_and_group(void **state)
{
	static const struct settle_row rows[] = {
		{ "an enrolment", "[" PRICE("10000") "," CAP("'enrolment'", "15000") "]", BOTH "settle",
		  PAID "10000 reached\n1 fund>prov placed_pay/placed p2 10000 reached\n" },
		{ "the group", "[" PRICE("10000") "," CAP("{'group':'people'}", "15000") "]",
		  BOTH "settle",
		  PAID "10000 reached\n1 fund>prov placed_pay/placed p2 5000 reached\n" },
		{ "a group that nobody is in", "['/groups/few',{'of':'enrolment','where':{'gt':"
		  "['enrolment.score',2]},'as_of':'enrolled'}," PRICE("10000") ","
		  CAP("{'group':'few'}", "15000") "]", BOTH "settle",
		  PAID "10000 reached\n1 fund>prov placed_pay/placed p2 10000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define BY(fund, town, none) \
	"['/shares/both',{'parts':[{'party':'fund','weight':" fund "},{'party':'town','weight':" town \
	"}],'residual':'largest','none':'" none "'}]"
#define TRANCHE(to) \
	"['/tables/t',{'rows':[{'from':'2019-01-01','then':4000}],'kind':'steps','missing':" \
	"'unknown'},'/shares/both',{'tranches':[{'to':" to ",'parts':[{'party':'fund','weight':1}]},{'parts':" \
	"[{'party':'town','weight':1}]}],'order':'achieved','residual':'largest'," \
	"'none':'unknown'}]"
#define SCALE(x) \
	"[" PRICE("10000") ",'/limits',[{'name':'less','of':['placed_pay'],'per':['person']," \
	"'order':'settled','scale':" x "}]]"

#define MOST(x) \
	"[" PRICE("10000") ",'/limits',[{'name':'most','of':['placed_pay'],'per':['person']," \
	"'steps':[{'to':" x ",'rate':'1'}],'along':'amount','order':'settled','excess':'lost'," \
	"'unused':'lost','freed':'waiting'}]]"

/* 12, 13: what nobody knows yet, or nobody bears, is pending and not guessed. Score is 2. The zero
 * line names the first party whose weight is above 0, else the first (14). */
static void
who_bears_it_and_how_much(void **state)
{
	static const struct settle_row rows[] = {
		{ "a negative weight", BY("{'sub':[1,'enrolment.score']}", "1", "town"), ONE "settle",
		  "1 town>prov placed_pay/placed p1 0 pending\n" },
		{ "an unknown one", BY("'enrolment.other'", "1", "town"), ONE "settle",
		  "1 town>prov placed_pay/placed p1 0 pending\n" },
		{ "none above 0, and nobody named for that",
		  BY("{'sub':[2,'enrolment.score']}", "0", "unknown"), ONE "settle",
		  PAID "0 pending\n" },
		{ "none above 0, and town named", BY("{'sub':[2,'enrolment.score']}", "0", "town"),
		  ONE "settle", "1 town>prov placed_pay/placed p1 10000 reached\n" },
		{ "2 : 6 of 10000", BY("'enrolment.score'", "6", "unknown"), ONE "settle",
		  PAID "2500 reached\n1 town>prov placed_pay/placed p1 7500 reached\n" },
		{ "4000 by the first, the rest by the next", TRANCHE("4000"), ONE "settle",
		  PAID "4000 reached\n1 town>prov placed_pay/placed p1 6000 reached\n" },
		{ "a tranche whose end is unknown", TRANCHE("{'look':{'table':'t','at':'2018-02-01'}}"), ONE "settle",
		  PAID "0 pending\n" },
		{ "a scale that is unknown", SCALE("'enrolment.other'"), ONE "settle",
		  PAID "0 pending\n" },
		{ "a cap that is unknown", MOST("'enrolment.other'"), ONE "settle",
		  PAID "0 pending\n" },
		{ "a cap of 1500 for each of 2", MOST("{'mul':['enrolment.score',1500]}"), ONE "settle",
		  PAID "3000 reached\n" },
		{ "a scale of 2/8", SCALE("{'div':['enrolment.score',8]}"), ONE "settle",
		  PAID "2500 reached\n" },
	};

	(void)state;
	RUN(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statistics_over_a_group),
		cmocka_unit_test(rounding_inside),
		cmocka_unit_test(the_day_that_counts),
		cmocka_unit_test(what_an_item_is),
		cmocka_unit_test(enrolments_in_groups_of_persons),
		cmocka_unit_test(dates_of_the_contract),
		cmocka_unit_test(limits_per_enrolment_and_group),
		cmocka_unit_test(who_bears_it_and_how_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
