/* test_settle_read.c - on which day and for whom the terms are read, worked out by hand from
 * contracts/README.md; what random pairs (tests/naive/every.py) found. */
#include "settle_case.h"
#include "settle_case_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define P1 \
	ENROL_AS("e1", "p1", "2018-01-10") JOB("job", "p1", "2018-02-01") \
	STILL("still", "job", "p1", "2018-03-01")
#define BOTH_OK OK("v", "'@job','@still'")
#define PLACED "1 fund>prov placed_pay/placed p1 "

static void
on_which_day(void **state)
{
	static const struct settle_row rows[] = {
		/* 2 February is the 24th day from 10 January on: 25 - 24 is the first mark that the
		 * second day in work meets. */
		{ "achieved: a mark by the period in hand", "[" ONE_FUND ",'/outcomes/placed/reach/to',"
		  "{'max':[1,{'sub':[25,'period.index']}]}]",
		  P1 BOTH_OK "settle", PLACED "10000 reached 2018-02-02\n" },
		{ "the last day counted, by what is known of the contract's end", "[" ONE_FUND
		  ",'/outcomes/placed/until',{'if':[{'is':['person.home','b']},'2018-01-31','2018-12-31']}]",
		  P1 BOTH_OK "2018-03-20 prov participant.changed c {'participant':'p1','from':'2020-02-01',"
		  "'attributes':{'home':'b'}}\nsettle", PLACED "0 until\n" },
		/* 1 February is the first day in work; true is 1 day more than 31 January, false none. */
		{ "the last day counted, so many days later as a truth counts", "[" ONE_FUND
		  ",'/outcomes/placed/until',{'shift':['2018-01-31',{'is':['enrolment.home','a']},'day']}]",
		  P1 BOTH_OK "settle", PLACED "10000 reached\n" },
		{ "... or is not", "[" ONE_FUND
		  ",'/outcomes/placed/until',{'shift':['2018-01-31',{'is':['enrolment.home','b']},'day']}]",
		  P1 BOTH_OK "settle", PLACED "0 until\n" },
		{ "never: so many days later as there are until an exit that nobody recorded", "[" ONE_FUND
		  ",'/outcomes/placed/until',{'shift':['2018-01-31',{'span':['2018-01-31','enrolment.exit',"
		  "'day']},'day']}]",
		  P1 BOTH_OK "settle", PLACED "10000 reached\n" },
		{ "of who is a candidate for lack of proof the first day, too, is that of what is said",
		  "[" ONE_FUND ",'/outcomes/placed/from',{'date':{'of':'extent','nth':1,'as':'happened'}}]",
		  P1 "settle", PLACED "0 proof\n" },
		{ "all of it held back until a day", "[" ONE_FUND
		  ",'/payments/placed_pay/hold',{'part':'1','until':'2018-06-30'}]",
		  P1 BOTH_OK "settle\nsettle",
		  PLACED "0 limit\n2 fund>prov placed_pay/placed p1 10000 reached\n" },
		{ "what may come to 1 is no 1: occurrences are numbered", "[" ONE_FUND
		  ",'/outcomes/placed/times/max',{'add':[0,1]},'/outcomes/placed/next','after_last']",
		  P1 BOTH_OK "settle", "1 fund>prov placed_pay/placed p1#1 10000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define FEE(each, of) \
	"'/payments/fee',{'for':{'each':'" each "','of':'" of "','due':'end','from':'contract.start'," \
	"'until':'contract.outcome_until'},'price':{'add':[5,'number']},'round':'half_up','from':'fund'," \
	"'to':'prov','ended':'started'}"

static void
for_whom(void **state)
{
	static const struct settle_row rows[] = {
		/* 9 days from 1 to 10 January: the person's first enrolment, of either. */
		{ "lifted to the person", "[" ONE_FUND ",'/values/number',{'is':{'span':['2018-01-01',"
		  "'enrolment.start','day']},'subject':'person'},'/payments/placed_pay/price','number',"
		  "'/outcomes/placed/times/per','enrolment']",
		  P1 ENROL_AS("e2", "p1", "2018-01-20") BOTH_OK "settle", PLACED "9 reached\n" PLACED "9 reached\n" },
		{ "a person's enrolment is the first", "[" ONE_FUND ",'/groups/late',{'of':'enrolment',"
		  "'as_of':'period','where':{'gt':['enrolment.index',1]}},'/groups/all',{'of':'person',"
		  "'as_of':'period'},'/values/number',{'is':{'in':'late'},'subject':'enrolment'},"
		  FEE("quarter", "all") "]",
		  ENROL_AS("e1", "p1", "2018-01-10") ENROL_AS("e2", "p1", "2018-01-20") "settle",
		  "1 fund>prov fee p1#2018-q1 5 period\n" },
		{ "a person's floor is read for the person, though a later enrolment is paid for", "["
		  ONE_FUND ",'/groups/people/where',{'gt':['enrolment.index',1]},'/payments/placed_pay/price',"
		  "100,'/limits',[{'name':'least','of':['placed_pay'],'order':'achieved','per':['person'],"
		  "'floor':{'mul':[1000,'enrolment.index']},'on':'2018-03-31','from':'town','to':'prov'}]]",
		  P1 ENROL_AS("e2", "p1", "2018-01-20") BOTH_OK "settle",
		  PLACED "0 group\n" PLACED "100 reached\n1 town>prov least p1 900 floor\n" },
	};

	(void)state;
	RUN(rows);
}

#define UNTIL(home) \
	"'until':{'if':[{'is':['person.home','" home "']},'2018-03-31','2018-01-01']}}"
#define MOVES(day) \
	day " prov participant.changed c {'participant':'p1','from':'" day "','attributes':{'home':'b'}}\n"

/* Until when it may be recorded is read on a fact's day: of earnings on the last of their month, of a
 * claim that names no day on the one on which it was recorded. */
static void
until_when_it_may_be_recorded(void **state)
{
	static const struct settle_row rows[] = {
		{ "a claim of 10 March, of who moves on the 12th", "[" ONE_FUND ",'/proofs/claims',{'by':"
		  "['provider'],'accept':'none'," UNTIL("a") ",'/outcomes/placed/claim','claims']",
		  P1 "2018-03-10 prov claim.made cl {'participant':'p1','outcome':'placed'}\n" MOVES("2018-03-12")
		  BOTH_OK "settle", PLACED "10000 reached\n" },
		{ "earnings of February, of who moves in the middle of it", "[" ONE_FUND
		  ",'/proofs/late',{'by':['provider'],'accept':'none'," UNTIL("b") ",'/values/number',{'of':"
		  "'earnings','take':'amount','per':'quarter','within':'sum','silence':'none','proof':'late'},"
		  FEE("quarter", "people") "]",
		  ENROL_AS("e1", "p1", "2018-01-10") MOVES("2018-02-15") "2018-03-01 prov earnings.reported m "
		  "{'participant':'p1','month':'2018-02-01','amount':100}\nsettle",
		  "1 fund>prov fee p1#2018-q1 105 period\n" },
	};

	(void)state;
	RUN(rows);
}

#define LENT(where) \
	"'/values/lent',{'of':'flow','take':'amount','per':'ever','within':'sum','silence':'none'," \
	"'proof':'said','subject':'contract'" where "},'/proofs/said',{'by':['provider'],'accept':'none'}"
#define GROWS(rate) GROWS_BY(rate, "quarter")
#define GROWS_BY(rate, rests) \
	"{'grow':{'flows':'lent','rate':" rate ",'rests':'" rests "','round':'half_up'}}"
#define BALANCE(more) \
	"'/payments/owed',{'for':{'each':'quarter','of':'contract','due':'end','from':'contract.start'," \
	"'until':'contract.outcome_until'}," more ",'round':'half_up','from':'fund','to':'prov'," \
	"'ended':'started'}"
#define FLOW(label, day, recorded) \
	recorded " prov flow.recorded " label " {'party':'fund','unit':'SEK','on':'" day "','amount':700}\n"

/* A running account: what lies behind the day looked at is not in it; never spreads through it. */
static void
accounts(void **state)
{
	static const struct settle_row rows[] = {
		{ "a flow of May that nobody knows leaves what was owed in March", "[" ONE_FUND ","
		  LENT(",'where':{'le':['fact.amount',{'look':{'table':'most','at':'fact.date'}}]}")
		  ",'/tables/most',{'kind':'exact','missing':'unknown','rows':[{'from':'2018-02-01','then':900}]},"
		  BALANCE("'price':" GROWS("0")) "]",
		  FLOW("f1", "2018-02-01", "2018-02-02") "settle\n" FLOW("f2", "2018-05-01", "2018-05-02") "settle",
		  "1 fund>prov owed -#2018-q1 700 period\n2 fund>prov owed -#2018-q2 0 pending\n" },
		{ "booked at a rate that is never it is never, and no comparison with it true", "[" ONE_FUND ","
		  LENT("") "," BALANCE("'price':9,'when':{'not':{'ge':[" GROWS("{'span':['2018-01-01',"
		  "'contract.end','day']}") ",0]}}") "]",
		  FLOW("f1", "2018-02-01", "2018-02-02") "settle", "1 fund>prov owed -#2018-q1 9 period\n" },
	};

	(void)state;
	RUN(rows);
}

#define REFERENCE(kind, day) \
	LENT("") ",'/tables/reference',{'kind':'" kind "','missing':'unknown','rows':[" \
	"{'from':'2018-01-01','then':'0.1'},{'from':'2018-02-01','then':'0.2'}," \
	"{'from':'" day "','then':'0.3'}]}," BALANCE("'price':" FLOATS)
#define FLOATS GROWS_BY("{'look':{'table':'reference','at':'period.start'}}", "month")
#define LENT_IN_JANUARY \
	"2018-01-03 prov flow.recorded f {'party':'fund','unit':'SEK','on':'2018-01-01','amount':36500}\n"

/* Ten percent in January, 31 days of 10: 310. Twenty from 1 February on: 28 days of 36810 come to
 * 564.76, 31 of 37375 to 634.86. What changes on 15 February is the rate of March: 952.29 of 37375.
 * The month in hand is the booked one's, also where what is paid has none, or another. */
static void
rates_that_change(void **state)
{
	static const struct settle_row rows[] = {
		{ "each month's rate is that of its first day",
		  "[" ONE_FUND "," REFERENCE("steps", "2018-04-01") "]", LENT_IN_JANUARY "settle",
		  "1 fund>prov owed -#2018-q1 38010 period\n" },
		{ "in mid-month it changes nothing before the next",
		  "[" ONE_FUND "," REFERENCE("steps", "2018-02-15") "]", LENT_IN_JANUARY "settle",
		  "1 fund>prov owed -#2018-q1 38327 period\n" },
		{ "of March it is not known: nor is what is owed then",
		  "[" ONE_FUND "," REFERENCE("exact", "2018-04-01") "]", LENT_IN_JANUARY "settle",
		  "1 fund>prov owed -#2018-q1 0 pending\n" },
		{ "before it is booked nobody asks for it",
		  "[" ONE_FUND "," REFERENCE("exact", "2018-04-01") ",'/payments/owed/price',{'at':[" FLOATS
		  ",'2018-03-30']}]", LENT_IN_JANUARY "settle", "1 fund>prov owed -#2018-q1 37375 period\n" },
		{ "on the day somebody is placed", "[" ONE_FUND "," REFERENCE("steps", "2018-04-01")
		  ",'/payments/placed_pay/price'," FLOATS ",'/payments/owed/price',0]",
		  LENT_IN_JANUARY P1 BOTH_OK "settle",
		  "1 fund>prov placed_pay/placed p1 36810 reached\n1 fund>prov owed -#2018-q1 0 price\n" },
	};

	(void)state;
	RUN(rows);
}

#define BLOCKS(skip) \
	"[" ONE_FUND ",'/calendars/block',{'unit':'month','n':1,'from':'2018-01-01','first':1,'skip':" \
	skip "},'/tables/closed',{'kind':'exact','missing':1,'rows':[{'from':'2018-01-01','then':0}]}," \
	"'/values/number',{'is':'period.days'}," FEE("block", "contract") "]"

/* 31 working days from 1 January on end on 12 February, 28 more on 22 March: there are 23 in January,
 * 8 to 12 February, 12 behind it, 16 to 22 March. */
static void
blocks_of_days_that_exist(void **state)
{
	static const struct settle_row rows[] = {
		{ "months of working days, achieved on their last", BLOCKS("{'weekdays':[6,7]}"), "settle",
		  "1 fund>prov fee -#1 36 period 2018-02-12\n"
		  "1 fund>prov fee -#2 33 period 2018-03-22\n" },
		{ "a block that never ends is none", BLOCKS("{'days':'closed'}"), "settle", "" },
	};

	(void)state;
	RUN(rows);
}

#define FROM_ENROLMENT(each, price) \
	"'/payments/fee',{'for':{'each':'" each "','of':'people','due':'end','from':'enrolment.start'," \
	"'until':'contract.outcome_until'},'price':" price ",'round':'half_up','from':'fund','to':'prov'," \
	"'ended':'started'}"

/* March 2018 has no working day after Friday the 30th, before the first day of who joins on the 31st. */
static void
which_period_it_is(void **state)
{
	static const struct settle_row rows[] = {
		{ "the first period, achieved on or behind the first day", "[" ONE_FUND ",'/calendars/work',"
		  "{'unit':'month','from':'grid','skip':{'weekdays':[6,7]}},"
		  FROM_ENROLMENT("work", "'period.index'") "]",
		  ENROL_AS("e1", "p1", "2018-03-31") "settle\nsettle",
		  "2 fund>prov fee p1#2018-04 1 period 2018-04-30\n"
		  "2 fund>prov fee p1#2018-05 2 period 2018-05-31\n"
		  "2 fund>prov fee p1#2018-06 3 period 2018-06-29\n" },
		{ "days that are none are not counted", "[" ONE_FUND ",'/calendars/monday',{'unit':'day',"
		  "'from':'grid','skip':{'weekdays':[2,3,4,5,6,7]}},"
		  FROM_ENROLMENT("monday", "'period.index'") "]",
		  ENROL_AS("e1", "p1", "2018-03-15") "settle",
		  "1 fund>prov fee p1#2018-03-19 1 period\n"
		  "1 fund>prov fee p1#2018-03-26 2 period\n" },
		{ "a period by itself has no number", "[" ONE_FUND ",'/values/number',{'is':'period.index',"
		  "'per':'month'}," FROM_ENROLMENT("quarter", "{'add':[{'if':[{'known':{'at':['period.index',"
		  "'2018-01-31']}},7,8]},{'if':[{'known':'number'},10,20]}]}") "]",
		  ENROL_AS("e1", "p1", "2018-01-10") "settle", "1 fund>prov fee p1#2018-q1 28 period\n" },
	};

	(void)state;
	RUN(rows);
}

#define WITH_MARK(to) \
	"[" ONE_FUND ",'/tables/none',{'kind':'exact','missing':'unknown','rows':[{'from':1,'then':1}]}," \
	"'/outcomes/placed/reach/to'," to "," FROM_ENROLMENT("quarter", "{'add':[5,'placed']}") "]"

static void
marks_that_no_number_meets(void **state)
{
	static const struct settle_row rows[] = {
		{ "nobody knows the mark: nobody knows how often it was met",
		  WITH_MARK("{'look':{'table':'none','by':[5]}}"), P1 BOTH_OK "settle",
		  "1 fund>prov fee p1#2018-q1 0 pending\n" },
		{ "a mark that is never is not met", WITH_MARK("{'span':['2018-01-01','enrolment.exit','day']}"),
		  P1 BOTH_OK "settle", "1 fund>prov fee p1#2018-q1 5 period\n" },
	};

	(void)state;
	RUN(rows);
}

#define ENROL_WITH(p, places) \
	ENROLLED("e_" p, p, "2018-01-10", "2018-01-10", "'home':'a','places':" places, "")
#define PLACES(per) "[" PLACES_OF(per) "]"
#define PLACES_OF(per) \
	ONE_FUND ",'/outcomes/placed/times',{'max':'enrolment.places','per':'" per "'}," \
	"'/outcomes/placed/next','after_last'"
#define DAYS_OF_WORK(first, second) \
	JOB("j1", first, "2018-02-01") JOB("j2", second, "2018-02-02") \
	JOB("j3", first, "2018-02-05") OK("v", "'@j1','@j2','@j3'")

/* Who may have one of two places finds the second one free, though somebody who may only have the
 * first came late for that. */
static void
whose_maximum(void **state)
{
	static const struct settle_row rows[] = {
		{ "two people", PLACES("contract"),
		  ENROL_WITH("p1", "2") ENROL_WITH("p2", "1") DAYS_OF_WORK("p1", "p2") "settle",
		  "1 fund>prov placed_pay/placed p1#1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2#1 0 times\n"
		  "1 fund>prov placed_pay/placed p1#2 10000 reached\n" },
		{ "who leaves holds the places that were had", PLACES("contract"),
		  ENROL_WITH("p1", "2") ENROL_WITH("p2", "1") ENROL_WITH("p3", "3")
		  DAYS_OF_WORK("p1", "p2") "settle\nerase p1\n" JOB("j4", "p3", "2018-04-02")
		  JOB("j5", "p3", "2018-04-05") OK_ON("2018-04-20", "w", "'@j4','@j5'") "settle",
		  "1 fund>prov placed_pay/placed p1#1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2#1 0 times\n"
		  "1 fund>prov placed_pay/placed p1#2 10000 reached\n"
		  "2 fund>prov placed_pay/placed p3#1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p3#2 0 times\n" },
		{ "of two under the contract one, not what a version that counts each person's adds",
		  PLACES("contract"), ENROL_WITH("p1", "2") ENROL_WITH("p2", "2")
		  JOB("j1", "p1", "2018-02-01") JOB("j2", "p2", "2018-02-02") JOB("j3", "p1", "2018-03-10")
		  OK("v", "'@j1','@j2'") "settle\namend 2018-04-01 ['/applies',{'to':'achieved','from':"
		  "'2018-03-05','settled':'keep'}," PLACES_OF("person") "]\n"
		  OK_ON("2018-04-02", "w", "'@j3'") "erase p1\nsettle",
		  "1 fund>prov placed_pay/placed p1#1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2#1 10000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

/* Every day from 1 January 2006 to 5 March 2018 is at work: 12 years with three leap days, and
 * January, February and five days of 2018. */
static void
more_places_than_days_in_ten_years(void **state)
{
	static const struct settle_row rows[] = {
		{ "of the contract", "[" ONE_FUND ",'/outcomes/often',{'for':'people','per':'day','count':"
		  "'at_work','reach':{'to':1,'of':1},'from':'2006-01-01','until':'work_until','times':"
		  "{'max':5000,'per':'contract'},'next':'each_period','show':[]},"
		  FROM_ENROLMENT("quarter", "'often'") "]",
		  ENROL_AS("e1", "p1", "2018-01-10") "2018-01-10 prov spell.started job {'participant':'p1','from':"
		  "'2006-01-01','kind':'employment','extent':'50'}\n2018-03-05 prov spell.confirmed still "
		  "{'participant':'p1','on':'2018-03-05','spell':'@job'}\n" BOTH_OK "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov fee p1#2018-q1 4447 period\n" },
	};

	(void)state;
	RUN(rows);
}

#define EACH_QUARTER(name, of, price) \
	"'/payments/" name "',{'for':{'each':'quarter','of':'" of "','due':'end','from':'contract.start'," \
	"'until':'contract.outcome_until'},'price':" price ",'round':'half_up','from':'fund','to':'prov'," \
	"'ended':'started'}"
#define ITEMS(of, among) "{'items':{'of':['" of "'],'do':'sum','among':'" among "'}}"
#define OF_ALL(number) "{'over':{'group':'people','do':'sum','of':" number "}}"
#define IN_THE_END(number) "{'at':[" number ",'2018-12-31']}"
#define LOOKS_AHEAD(price) \
	"[" ONE_FUND "," EACH_QUARTER("fee", "people", "100") "," EACH_QUARTER("rent", "contract", "10") "," \
	EACH_QUARTER("whole", "contract", price) "]"

/* Two people pay 100 a quarter, the contract 10: nobody has paid what is due behind the statement. */
static void
what_is_to_come_is_not_there(void **state)
{
	static const struct {
		const char *patches;
		long first;
	} rows[] = {
		{ LOOKS_AHEAD(IN_THE_END(ITEMS("fee", "all"))), 200 },
		{ LOOKS_AHEAD(IN_THE_END(OF_ALL(ITEMS("fee", "subject")))), 200 },
		{ LOOKS_AHEAD(OF_ALL(IN_THE_END(ITEMS("fee", "subject")))), 200 },
		{ LOOKS_AHEAD(OF_ALL(IN_THE_END(ITEMS("rent", "all")))), 20 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct settle_case *c = settle_case_new(rows[i].patches);
		char want[400];
		long n = rows[i].first;

		settle_case_twin(c);
		settle_case_run(c, ENROL("p1", "2018-01-10") ENROL("p2", "2018-01-11") "settle");
		buf_clear(&c->said);
		settle_case_run(c, "settle");
		(void)snprintf(want, sizeof(want), "2 fund>prov whole -#2018-q1 %ld changed\n"
			       "2 fund>prov rent -#2018-q2 10 period\n"
			       "2 fund>prov whole -#2018-q2 %ld period\n"
			       "2 fund>prov fee p1#2018-q2 100 period\n"
			       "2 fund>prov fee p2#2018-q2 100 period\n", n, 2 * n);
		assert_string_equal(c->said.data, want);
		settle_case_free(c);
	}
}

#define RENT_UNDER(per, to) \
	ONE_FUND "," EACH_QUARTER("fee", "people", "100") "," EACH_QUARTER("rent", "contract", "10") \
	",'/limits',[{'name':'cap','of':['fee','rent'],'per':['" per "'],'steps':[{'to':" to ",'rate':'1'}]," \
	"'along':'amount','order':'settled','excess':'lost','unused':'lost','freed':'waiting'}]"

/* Each person's own room is nobody else's, and not the contract's: of who was erased before, too. */
static void
a_limit_of_each_person_only_after_an_erasure(void **state)
{
	static const struct settle_row rows[] = {
		{ "before it was the contract's", "[" RENT_UNDER("contract", "1000") "]",
		  ENROL("p1", "2018-01-10") "settle\nerase p1\n"
		  AMEND("2018-03-31", "all", "keep", RENT_UNDER("person", "50")) "settle",
		  "1 fund>prov rent -#2018-q1 10 period\n"
		  "1 fund>prov fee p1#2018-q1 100 period\n"
		  "2 fund>prov rent -#2018-q2 10 period\n" },
	};

	(void)state;
	RUN(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_which_day),
		cmocka_unit_test(for_whom),
		cmocka_unit_test(until_when_it_may_be_recorded),
		cmocka_unit_test(accounts),
		cmocka_unit_test(rates_that_change),
		cmocka_unit_test(blocks_of_days_that_exist),
		cmocka_unit_test(which_period_it_is),
		cmocka_unit_test(marks_that_no_number_meets),
		cmocka_unit_test(whose_maximum),
		cmocka_unit_test(more_places_than_days_in_ten_years),
		cmocka_unit_test(what_is_to_come_is_not_there),
		cmocka_unit_test(a_limit_of_each_person_only_after_an_erasure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
