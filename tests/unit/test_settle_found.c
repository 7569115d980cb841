/* test_settle_found.c - what random pairs (tests/naive) found of numbers, marks and limits: one small
 * case each, worked out by hand from contracts/README.md. */
#include "settle_case.h"
#include "settle_case_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HOURS(label, who, on, hours) \
	on " prov activity.logged " label " {" who "'on':'" on "','kind':'support','ref':'" label \
	"','hours':'" hours "'}\n"
#define P1_IN_FEBRUARY ENROL_AT("p1", "2018-01-10", "east") JOB("j1", "p1", "2018-02-01")
#define P2_TOO ENROL("p2", "2018-01-11") JOB("j2", "p2", "2018-02-02")
#define EACH_QUARTER(of, due) \
	"'for':{'each':'quarter','of':" of ",'due':'" due "','from':'contract.start','until':" \
	"'contract.outcome_until'}"
#define CAP(per, to) \
	"'/limits',[{'name':'cap','of':['placed_pay'],'per':[" per "],'steps':[{'to':" to ",'rate':'1'" \
	"}],'along':'amount','order':'settled','excess':'lost','unused':'lost','freed':'waiting'}]"

/* One of the contract's was due on 1 January; p1 has logged 4 hours, of nobody 7 are logged. */
#define OFFICE \
	"'/payments/office',{" EACH_QUARTER("'contract'", "start") ",'price':0,'round':'half_up'," \
	"'from':'fund','to':'prov','ended':'achieved'}"
#define OFFICES_SO_FAR \
	"{'add':[6000,{'mul':[1000,{'items':{'of':['office'],'do':'count','among':'subject'}}]}]}"
#define WITH_HOURS \
	P1_IN_FEBRUARY HOURS("h", "'participant':'p1',", "2018-02-03", "4") \
	HOURS("i", "", "2018-02-03", "7") OK("v", "'@j1'") "settle"

static void
whom_the_numbers_of_a_limit_are_read_for(void **state)
{
	static const struct settle_row rows[] = {
		{ "per person: what the contract is paid is not theirs",
		  "[" ONE_FUND "," OFFICE "," CAP("'person'", OFFICES_SO_FAR) "]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle",
		  "1 fund>prov office -#2018-q1 0 price\n"
		  "1 fund>prov placed_pay/placed p1 6000 reached\n" },
		{ "per contract: it is the contract's",
		  "[" ONE_FUND "," OFFICE "," CAP("'contract'", OFFICES_SO_FAR) "]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle",
		  "1 fund>prov office -#2018-q1 0 price\n"
		  "1 fund>prov placed_pay/placed p1 7000 reached\n" },
		{ "per person: the person's facts",
		  "[" ONE_FUND "," CAP("'person'", "{'mul':[1000,'hours']}") "]", WITH_HOURS,
		  "1 fund>prov placed_pay/placed p1 4000 reached\n" },
		{ "per contract: those that are nobody's",
		  "[" ONE_FUND "," CAP("'contract'", "{'mul':[1000,'hours']}") "]", WITH_HOURS,
		  "1 fund>prov placed_pay/placed p1 7000 reached\n" },
		{ "a floor per site: those of the site",
		  "[" ONE_FUND ",'/parties/prov/sites',['east'],'/limits',[{'name':'least','of':"
		  "['placed_pay'],'order':'achieved','per':['site'],'floor':{'mul':[5000,'hours']},'on':"
		  "'2018-03-31','from':'town','to':'prov'}]]",
		  HOURS("s", "'site':'east',", "2018-02-03", "3") WITH_HOURS,
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 town>prov least east 5000 floor\n" },
	};

	(void)state;
	RUN(rows);
}

/* Each day counts -1 and a day at work 29: from 10 January to 31 January -22, then 7. */
#define BALANCE(reach) \
	"'/outcomes/placed/count',{'sub':[{'mul':[30,'at_work']},1]},'/outcomes/placed/reach'," reach
/* A never count is 0: nobody has left. Were it unknown, how often it is reached would be, too. */
#define DAYS_TO_EXIT \
	"'/outcomes/left',{'for':'people','per':'day','count':{'span':['period.start'," \
	"'enrolment.exit','day']},'reach':{'to':1,'of':'ever'},'from':'enrolment.start','until':" \
	"'work_until','times':{'max':1,'per':'person'},'show':[]},'/payments/placed_pay/price'," \
	"{'add':[1000,{'mul':[100,'left']}]}"

static void
marks_of_numbers_below_0_and_of_never(void **state)
{
	static const struct settle_row rows[] = {
		{ "achieved: what a period takes away is in the sum that it ends with",
		  "[" ONE_FUND "," BALANCE("{'to':0,'of':'ever'}") "]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached 2018-02-01\n" },
		{ "also in one without its window: from the first day on it is never 0 again",
		  "[" ONE_FUND "," BALANCE("{'to':30,'of':2}") ",'/outcomes/placed/show',['window']]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle", "" },
		{ "a count that is never is known", "[" ONE_FUND "," DAYS_TO_EXIT "]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 1000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

/* How much the cap is nobody has measured. */
#define UNKNOWN_CAP_THEN_FLOOR(per) \
	"'/tables/room',{'measured':'score','by':['verifier'],'about':'contract','kind':'exact'," \
	"'missing':'unknown','revised':'latest'},'/limits',[{'name':'cap','of':['placed_pay'],'per':" \
	"['contract'],'steps':[{'to':{'look':{'table':'room','at':'contract.start'}},'rate':'1'}],'along':'amount','order':" \
	"'settled','excess':'lost','unused':'lost','freed':'waiting'},{'name':'least','of':" \
	"['placed_pay'],'order':'achieved','per':[" per "],'floor':2000,'on':'2018-03-31','from':" \
	"'town','to':'prov'}]"

/* Two divided by nothing is no number that anybody will ever know. */
#define NO_LAST_END \
	"'/limits',[{'name':'half','of':['placed_pay'],'per':['contract'],'steps':[{'to':1500,'rate':" \
	"'1'},{'to':{'div':[2,0]},'rate':'0.5'}],'along':'amount','order':'settled','excess':'lost'," \
	"'unused':'lost','freed':'waiting'}]"

static void
a_ladder_of_which_an_end_is_not_known(void **state)
{
	static const struct settle_row rows[] = {
		{ "all that asks waits for it", "[" ONE_FUND "," NO_LAST_END "]",
		  P1_IN_FEBRUARY P2_TOO OK("v", "'@j1','@j2'") "settle\nsettle",
		  "1 fund>prov placed_pay/placed p1 0 pending\n"
		  "1 fund>prov placed_pay/placed p2 0 pending\n" },
	};

	(void)state;
	RUN(rows);
}

/* Nobody will ever know how much who is at home in b may have; what a quarter leaves goes on. */
#define UNKNOWN_CAP_THEN_QUARTERS \
	"'/limits',[{'name':'cap','of':['placed_pay'],'per':['person'],'steps':[{'to':{'if':[{'is':[" \
	"'enrolment.home','b']},{'div':[2,0]},90000]},'rate':'1'}],'along':'amount','order':'settled'," \
	"'excess':'lost','unused':'lost','freed':'waiting'},{'name':'quarter','of':['placed_pay']," \
	"'per':[{'achieved':'quarter'}],'steps':[{'to':6000,'rate':'1'}],'along':'amount','order':" \
	"'settled','excess':'lost','unused':'next','freed':'waiting'}]"

static void
pending_for_an_earlier_limit(void **state)
{
	static const struct settle_row rows[] = {
		{ "a quarter of which all is pending has no bucket under a floor",
		  "[" ONE_FUND "," UNKNOWN_CAP_THEN_FLOOR("{'achieved':'quarter'}") "]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 0 pending\n" },
		{ "room goes on from a quarter of which the amount before limits is known",
		  "[" ONE_FUND "," UNKNOWN_CAP_THEN_QUARTERS "]",
		  ENROL_IN("p1", "2018-01-10", "b") JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle\n"
		  ENROL("p2", "2018-04-01") JOB("j2", "p2", "2018-04-02")
		  OK_ON("2018-04-20", "w", "'@j2'") "settle",
		  "1 fund>prov placed_pay/placed p1 0 pending\n"
		  "2 fund>prov placed_pay/placed p2 10000 reached\n" },
		{ "the contract has one all the same",
		  "[" ONE_FUND "," UNKNOWN_CAP_THEN_FLOOR("'contract'") "]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 0 pending\n"
		  "1 town>prov least - 2000 floor\n" },
	};

	(void)state;
	RUN(rows);
}

/* The first 5000 of what both bear are the fund's, which is left 10000 of all it pays. */
#define PAYERS_CAP \
	"'/payments/first',{'for':'placed','price':10000,'round':'half_up','from':'fund','to':'prov'," \
	"'ended':'achieved'},'/payments/placed_pay/price',5000,'/shares/both',{'tranches':[{'to':5000," \
	"'parts':[{'party':'fund','weight':1}]},{'parts':[{'party':'town','weight':1}]}],'order':" \
	"'achieved','residual':'first','none':'unknown'},'/limits',[{'name':'own','of':['first'," \
	"'placed_pay'],'per':['payer'],'steps':[{'to':10000,'rate':'1'}],'along':'amount','order':" \
	"'achieved','excess':'lost','unused':'lost','freed':'waiting'}]"

static void
a_stretch_of_which_a_payers_limit_left_nothing(void **state)
{
	static const struct settle_row rows[] = {
		{ "who is erased has gone through the share all the same", "[" PAYERS_CAP "]",
		  P1_IN_FEBRUARY P2_TOO OK("v", "'@j1','@j2'") "settle\nerase p1\nsettle",
		  "1 fund>prov first/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p1 0 limit\n"
		  "1 fund>prov first/placed p2 0 limit\n"
		  "1 town>prov placed_pay/placed p2 5000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

/* The first of what goes through the share is the fund's, a top-up's part as well. */
#define TOPPED_UP(to, order, per, floor, on) \
	"['/shares/both',{'tranches':[{'to':" to ",'parts':[{'party':'fund','weight':1}]},{'parts':[{" \
	"'party':'town','weight':1}]}],'order':'" order "','residual':'first','none':'unknown'}," \
	"'/limits',[{'name':'least','of':['placed_pay'],'order':'achieved','per':['" per "'],'floor':" \
	floor ",'on':'" on "','from':'both','to':'prov'}]]"
#define P1_IN_APRIL \
	ENROL("p1", "2018-04-05") JOB("j1", "p1", "2018-04-10") OK_ON("2018-04-20", "v", "'@j1'")

static void
where_a_top_up_lies_in_tranches(void **state)
{
	static const struct settle_row rows[] = {
		{ "in settled order it is paid before what comes in the next statement, and stays the fund's",
		  TOPPED_UP("3000", "settled", "contract", "2000", "2018-03-31"),
		  "settle\n" P1_IN_APRIL "settle",
		  "1 fund>prov least - 2000 floor\n"
		  "2 fund>prov placed_pay/placed p1 1000 reached\n"
		  "2 town>prov placed_pay/placed p1 9000 reached\n" },
		{ "by day it lies on its floor's day, before what comes later",
		  TOPPED_UP("3000", "achieved", "contract", "2000", "2018-01-15"),
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle",
		  "1 fund>prov least - 2000 floor\n"
		  "1 fund>prov placed_pay/placed p1 1000 reached\n"
		  "1 town>prov placed_pay/placed p1 9000 reached\n" },
		{ "that of who is erased keeps its stretch: 12000 have gone through the share",
		  TOPPED_UP("11000", "settled", "person", "12000", "2018-02-28"),
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle\nerase p1\n"
		  ENROL("p2", "2018-04-05") COMES("2", "2018-04-10", "2018-04-20") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov least p1 1000 floor\n"
		  "1 town>prov least p1 1000 floor\n"
		  "2 town>prov least p2 12000 floor\n"
		  "2 town>prov placed_pay/placed p2 10000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

/* A fifth is held back and never comes, as the key closes before: of 999 and of 1000 there are 800. */
#define CLOSED_BEFORE_ALL_IS_PAID \
	"'/payments/placed_pay/price',1000,'/payments/placed_pay/hold',{'part':'0.2','until':" \
	"'2018-12-31'},'/payments/placed_pay/final','2018-05-01','/payments/other',{'for':'placed'," \
	"'price':500,'round':'half_up','from':'fund','to':'prov','ended':'achieved'},'/limits',[{" \
	"'name':'cap','of':['placed_pay','other'],'per':['payee'],'steps':[{'to':1600,'rate':'1'}]," \
	"'along':'amount','order':'settled','excess':'lost','unused':'lost','freed':'lost'}]"

static void
room_of_a_key_that_closes_while_a_part_is_held_back(void **state)
{
	static const struct settle_row rows[] = {
		{ "per payee: 999 and 500 stay taken of 1600",
		  "[" ONE_FUND "," CLOSED_BEFORE_ALL_IS_PAID "]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle\n"
		  ENROL("p2", "2018-04-05") COMES("2", "2018-04-10", "2018-04-20") "settle",
		  "1 fund>prov other/placed p1 500 reached\n"
		  "1 fund>prov placed_pay/placed p1 800 reached\n"
		  "2 fund>prov other/placed p2 101 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define BOTH_THEN_P1_IS_ERASED P1_IN_FEBRUARY P2_TOO OK("v", "'@j1','@j2'") "settle\nerase p1\n"
#define CAPPED(per, to) "[" ONE_FUND "," CAP(per, to) "]"
#define THEN_CAPPED(per, to) \
	AMEND("2018-03-31", "all", "keep", ONE_FUND "," CAP(per, to)) "settle"

/* p1 was paid 10000 and is erased; p2 comes behind it. */
static void
a_limit_that_an_amendment_divides_otherwise_after_an_erasure(void **state)
{
	static const struct settle_row rows[] = {
		{ "newly by period", CAPPED("'contract'", "10000"),
		  BOTH_THEN_P1_IS_ERASED THEN_CAPPED("{'achieved':'quarter'}", "10000"),
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 0 limit\n"
		  "2 fund>prov placed_pay/placed p2 10000 reached\n" },
		/* When they left nobody said in which quarter they had begun. */
		{ "newly by who began when: what they hold stands in no quarter",
		  CAPPED("{'achieved':'quarter'}", "10000"),
		  BOTH_THEN_P1_IS_ERASED
		  THEN_CAPPED("{'achieved':'quarter'},{'enrolled':'quarter'}", "10000"),
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 0 limit\n"
		  "2 fund>prov placed_pay/placed p2 10000 reached\n" },
		{ "by longer periods: February lies in the first quarter",
		  CAPPED("{'achieved':'month'}", "10000"),
		  BOTH_THEN_P1_IS_ERASED THEN_CAPPED("{'achieved':'quarter'}", "12000"),
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 0 limit\n"
		  "2 fund>prov placed_pay/placed p2 2000 reached\n" },
		{ "by one of two periods of enrolment: both began in January",
		  CAPPED("{'enrolled':'month'},{'enrolled':'quarter'}", "10000"),
		  BOTH_THEN_P1_IS_ERASED THEN_CAPPED("{'enrolled':'month'}", "12000"),
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 0 limit\n"
		  "2 fund>prov placed_pay/placed p2 2000 reached\n" },
		{ "whichever of the two the limit named first",
		  CAPPED("{'enrolled':'quarter'},{'enrolled':'month'}", "10000"),
		  BOTH_THEN_P1_IS_ERASED THEN_CAPPED("{'enrolled':'month'}", "12000"),
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 0 limit\n"
		  "2 fund>prov placed_pay/placed p2 2000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define LEAST(level) \
	"'/limits',[{'name':'least','of':['placed_pay'],'order':'achieved','per':['contract'],'floor':" \
	level ",'on':'2018-03-31','from':'town','to':'prov'}]"

static void
a_floor_in_whole_units(void **state)
{
	static const struct settle_row rows[] = {
		{ "less than half of one is nothing", "[" ONE_FUND "," LEAST("'10000.49'") "]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n" },
		{ "nor is there a line as long as nobody knows who bears it",
		  "[" ONE_FUND ",'/shares',{'odd':{'parts':[{'party':'town','weight':{'div':[1,0]}}],'residual':"
		  "'first','none':'unknown'}}," LEAST("20000") ",'/limits/0/from','odd']",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n" },
		{ "a half is one", "[" ONE_FUND "," LEAST("'10000.5'") "]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n1 town>prov least - 1 floor\n" },
	};

	(void)state;
	RUN(rows);
}

#define RULE(per, along, steps) \
	ONE_FUND ",'/parties/prov/sites',['east','west'],'/limits',[{'name':'rule','of':['placed_pay']," \
	"'per':[" per "],'steps':[" steps "],'along':'" along "','order':'settled','excess':'lost'," \
	"'unused':'lost','freed':'waiting'}]"
#define FIRST_20000 RULE("'contract'", "amount", "{'to':20000,'rate':'1'}")
#define THEN_HALF RULE("'contract'", "amount", "{'to':20000,'rate':'1'},{'to':40000,'rate':'0.5'}")
#define TWO_THEN_HALF RULE("'contract'", "count", "{'to':2,'rate':'1'},{'rate':'0.5'}")
#define EACH_SITES_10000 RULE("'site'", "amount", "{'to':10000,'rate':'1'},{'rate':'0.1'}")

#define P_AT(p, j, site) ENROL_AT(p, "2018-01-10", site) JOB(j, p, "2018-02-01")
/* p1 and p2 have been paid 10000 each and are erased; p3 comes behind both. */
#define P3_BEHIND_TWO_ERASED(under) \
	P_AT("p1", "j1", "east") P_AT("p2", "j2", "west") OK("v", "'@j1','@j2'") \
	"settle\nerase p1 p2\n" AMEND("2018-03-31", "all", "keep", under) \
	ENROL("p3", "2018-04-02") JOB("j3", "p3", "2018-04-03") OK_ON("2018-04-20", "w", "'@j3'") "settle"
#define P3_BY_HALF \
	"1 fund>prov placed_pay/placed p1 10000 reached\n" \
	"1 fund>prov placed_pay/placed p2 10000 reached\n" \
	"2 fund>prov placed_pay/placed p3 5000 reached\n"

static void
places_that_nobody_knew_when_they_left(void **state)
{
	static const struct settle_row rows[] = {
		{ "a cap becomes a ladder", "[" FIRST_20000 "]", P3_BEHIND_TWO_ERASED(THEN_HALF), P3_BY_HALF },
		{ "a cap becomes a count", "[" FIRST_20000 "]", P3_BEHIND_TWO_ERASED(TWO_THEN_HALF), P3_BY_HALF },
		{ "a ladder becomes a count", "[" THEN_HALF "]", P3_BEHIND_TWO_ERASED(TWO_THEN_HALF),
		  P3_BY_HALF },
		{ "a ladder of each site becomes one", "[" EACH_SITES_10000 "]",
		  P3_BEHIND_TWO_ERASED(THEN_HALF), P3_BY_HALF },
	};

	(void)state;
	RUN(rows);
}

/* As many places as there are people in the group on the contract's last day. */
#define PLACES_FOR_ALL \
	"'/outcomes/placed/times',{'max':{'over':{'group':'people','do':'count'}},'per':'contract'}," \
	"'/outcomes/placed/next','after_last','/outcomes/placed/reach/to',20"

static void
what_was_read_on_a_later_day(void **state)
{
	static const struct settle_row rows[] = {
		{ "who is erased is still one for whom there is a place",
		  "[" ONE_FUND "," PLACES_FOR_ALL "]",
		  P1_IN_FEBRUARY P2_TOO STILL("c1", "j1", "p1", "2018-03-01")
		  STILL("c2", "j2", "p2", "2018-03-01") OK("v", "'@j1','@j2','@c1','@c2'")
		  "settle\nerase p1\nsettle",
		  "1 fund>prov placed_pay/placed p1#1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2#1 10000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define CUT_TOO \
	"'/payments/cut',{'for':'placed','price':-3000,'round':'half_up','from':'fund','to':'prov'," \
	"'ended':'achieved'},'/limits',[{'name':'cap','of':['cut','placed_pay'],'per':['contract'," \
	"{'achieved':'month'}],'steps':[{'to':10000,'rate':'1'}],'along':'amount','order':'settled'," \
	"'excess':'lost','unused':'next','freed':'waiting'}]"

static void
an_amount_below_0_of_who_is_erased(void **state)
{
	static const struct settle_row rows[] = {
		{ "takes no room, and gives none", "[" ONE_FUND "," CUT_TOO "]",
		  P1_IN_FEBRUARY P2_TOO OK("v", "'@j1','@j2'") "settle\nerase p1\nsettle",
		  "1 fund>prov cut/placed p1 -3000 reached\n"
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov cut/placed p2 -3000 reached\n"
		  "1 fund>prov placed_pay/placed p2 0 limit\n" },
	};

	(void)state;
	RUN(rows);
}

#define ONE_PLACE ONE_FUND ",'/outcomes/placed/times/per','contract'"
#define COUNTS_FROM(day) ONE_PLACE ",'/outcomes/placed/from','" day "'"

static void
a_place_of_an_earlier_version(void **state)
{
	static const struct settle_row rows[] = {
		{ "by the later one nobody can take it before September", "[" ONE_PLACE "]",
		  P1_IN_FEBRUARY P2_TOO OK("v", "'@j1','@j2'") "settle\n"
		  AMEND("2018-04-02", "achieved", "keep", COUNTS_FROM("2018-09-01"))
		  "erase p1\nsettle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 0 times\n" },
		/* The lines that say otherwise stand, so the place does, too. */
		{ "by the later one p1, at work on 1 February, never had it", "[" ONE_PLACE "]",
		  P1_IN_FEBRUARY P2_TOO OK("v", "'@j1','@j2'") "settle\n"
		  AMEND("2018-04-02", "all", "reprice", COUNTS_FROM("2018-02-02"))
		  ENROL("p3", "2018-04-03") "erase p1\nsettle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 0 times\n" },
	};

	(void)state;
	RUN(rows);
}

/* 7500 for each of the group are the fund's: 15000 of the 20000. */
#define TRANCHES_OF_ALL \
	"'/shares/both',{'tranches':[{'to':{'mul':[7500,{'over':{'group':'people','do':'count'}}]},'parts'" \
	":[{'party':'fund','weight':1}]},{'parts':[{'party':'town','weight':1}]}],'order':'achieved'," \
	"'residual':'first','none':'unknown'}"

/* The top-up to 30000: of three parts the fund bears two, as many as are in the group. */
#define FLOOR_OF_ALL \
	ONE_FUND ",'/shares/all',{'parts':[{'party':'fund','weight':{'over':{'group':'people','do':'count'" \
	"}}},{'party':'town','weight':1}],'residual':'last','none':'unknown'},'/limits',[{'name':" \
	"'least','of':['placed_pay'],'order':'achieved','per':['contract'],'floor':50000,'on':" \
	"'2018-03-31','from':'all','to':'prov'}]"

static void
what_a_share_reads_of_all(void **state)
{
	static const struct settle_row rows[] = {
		{ "who is erased is still counted where a tranche ends", "[" TRANCHES_OF_ALL "]",
		  P1_IN_FEBRUARY P2_TOO OK("v", "'@j1','@j2'") "settle\nerase p2\nsettle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 5000 reached\n"
		  "1 town>prov placed_pay/placed p2 5000 reached\n" },
		{ "and in the weights by which a floor is borne", "[" FLOOR_OF_ALL "]",
		  P1_IN_FEBRUARY P2_TOO OK("v", "'@j1','@j2'") "settle\nerase p2\nsettle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 10000 reached\n"
		  "1 fund>prov least - 20000 floor\n"
		  "1 town>prov least - 10000 floor\n" },
	};

	(void)state;
	RUN(rows);
}

#define ASSIGNED(label, arm, on) \
	"2018-03-10 reg participant.assigned " label " {'participant':'p1','arm':'" arm "','on':'" on \
	"'}\n"
#define ONLY_SERVED "'/outcomes/placed/count',{'all':['at_work',{'is':['person.arm','served']}]}"

static void
the_assignment_recorded_last(void **state)
{
	static const struct settle_row rows[] = {
		{ "is the one that says the arm", "[" ONE_FUND "," ONLY_SERVED "]",
		  P1_IN_FEBRUARY ASSIGNED("a", "usual", "2018-01-11") ASSIGNED("b", "served", "2018-01-10")
		  OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n" },
		{ "also where an earlier one has a later day", "[" ONE_FUND "," ONLY_SERVED "]",
		  P1_IN_FEBRUARY ASSIGNED("a", "served", "2018-01-11") ASSIGNED("b", "usual", "2018-01-10")
		  OK("v", "'@j1'") "settle", "" },
	};

	(void)state;
	RUN(rows);
}

#define ALL_HELD_BACK(until) \
	"'/payments/placed_pay/hold',{'part':'1','until':'" until "'}," CAP("'contract'", "15000")

/* No line says what it holds; whose key has one comes before those that have none. */
static void
all_of_it_is_held_back(void **state)
{
	static const struct settle_row rows[] = {
		{ "a late earlier fact takes nothing from what was held back",
		  "[" ONE_FUND "," ALL_HELD_BACK("2018-06-29") "]",
		  ENROL("p1", "2018-01-10") P2_TOO OK("v", "'@j2'") "settle\n"
		  JOB("j1", "p1", "2018-02-01") OK("w", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p2 0 limit\n"
		  "2 fund>prov placed_pay/placed p1 5000 reached\n"
		  "2 fund>prov placed_pay/placed p2 10000 reached\n" },
		{ "who is erased keeps the room of what was held back",
		  "[" ONE_FUND "," ALL_HELD_BACK("2018-09-29") "]",
		  P1_IN_FEBRUARY P2_TOO OK("v", "'@j1','@j2'") "settle\nerase p1\nsettle\nsettle",
		  "1 fund>prov placed_pay/placed p1 0 limit\n"
		  "1 fund>prov placed_pay/placed p2 0 limit\n"
		  "3 fund>prov placed_pay/placed p2 5000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

/* The first one's is a day behind the day that is named. */
static void
a_final_day_by_what_a_key_says(void **state)
{
#define FINAL(day) "'/payments/placed_pay/final',{'shift':['" day "','outcome.index','day']}"
	static const struct settle_row rows[] = {
		{ "reached once: it is the first, also when it is gone",
		  "[" ONE_FUND "," FINAL("2018-06-28") "]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle\n"
		  "2018-05-01 prov event.retracted r {'event':'@j1'}\n"
		  "settle", "1 fund>prov placed_pay/placed p1 10000 reached\n" },
		{ "on the last day of the statement it is not final yet",
		  "[" ONE_FUND "," FINAL("2018-06-29") "]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle\n"
		  "2018-05-01 prov event.retracted r {'event':'@j1'}\n"
		  "settle", "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p1 -10000 reversed\n" },
	};

	(void)state;
	RUN(rows);
}

static void
a_final_key_of_two_payers(void **state)
{
	static const struct settle_row rows[] = {
		{ "takes of each one's room what that one pays",
		  "['/payments/placed_pay/final','2018-06-29','/payments/late_pay',{'for':'placed','price':"
		  "6000,'round':'half_up','from':'fund','to':'prov','due':'2018-07-01','ended':'achieved'},"
		  "'/limits',[{'name':'own','of':['placed_pay','late_pay'],'per':['payer'],'steps':[{'to':"
		  "10000,'rate':'1'}],'along':'amount','order':'settled','excess':'lost','unused':'lost',"
		  "'freed':'lost'}]]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle\nsettle\nsettle",
		  "1 fund>prov placed_pay/placed p1 6667 reached\n"
		  "1 town>prov placed_pay/placed p1 3333 reached\n"
		  "3 fund>prov late_pay/placed p1 3333 reached\n" },
	};

	(void)state;
	RUN(rows);
}

/* 400 for each hour of the quarter: 7 hours, 5 in the one in which nobody is placed, 1. */
#define ON(day, home) \
	"{'for':'people','on':'" day "','count':{'is':['enrolment.home','" home "']},'final':" \
	"'contract.final'}"
#define TWO_DAYS \
	"'/outcomes/once'," ON("2018-02-01", "b") ",'/outcomes/again'," ON("2018-08-01", "a") \
	",'/payments/placed_pay/for',['once','again']"
#define SECOND_TIME_IN_B ENROLLED("e2", "p1", "2018-01-20", "2018-01-20", "'home':'b'", "")

static void
room_of_a_period_without_anybody(void **state)
{
	static const struct settle_row rows[] = {
		{ "is read on its last day, and goes on",
		  "[" ONE_FUND ",'/limits',[{'name':'cap','of':['placed_pay'],'per':['contract',"
		  "{'achieved':'quarter'}],'steps':[{'to':{'mul':[400,'hours']},'rate':'1'}],'along':"
		  "'amount','order':'settled','excess':'lost','unused':'next','freed':'waiting'}]]",
		  P1_IN_FEBRUARY HOURS("h", "", "2018-02-03", "7") OK("v", "'@j1'") "settle\n"
		  HOURS("i", "", "2018-05-03", "5") "settle\n" ENROL("p2", "2018-07-01")
		  HOURS("k", "", "2018-07-03", "1")
		  JOB("j2", "p2", "2018-07-10") OK_ON("2018-09-20", "w", "'@j2'") "settle",
		  "1 fund>prov placed_pay/placed p1 2800 reached\n"
		  "3 fund>prov placed_pay/placed p2 2400 reached\n" },
		/* Of the second of p1's enrolments there is one in February, of the first one in August: what
		 * goes on from the second quarter is the person's, so by its first enrolment. */
		{ "is the bucket's person's",
		  "[" ONE_FUND "," TWO_DAYS ",'/limits',[{'name':'cap','of':['placed_pay'],'per':['person',"
		  "{'achieved':'quarter'}],'steps':[{'to':{'if':[{'is':['enrolment.home','a']},6000,1000]},"
		  "'rate':'1'}],'along':'amount','order':'settled','excess':'lost','unused':'next','freed':"
		  "'waiting'}]]",
		  ENROL("p1", "2018-01-10") SECOND_TIME_IN_B "settle\nsettle\nsettle",
		  "1 fund>prov placed_pay/once p1 1000 reached\n"
		  "3 fund>prov placed_pay/again p1 10000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define UNTIL_MARCH \
	ENROL("p1", "2018-01-10") JOB("j1", "p1", "2018-01-15") STILL("c1", "j1", "p1", "2018-03-01") \
	OK("v", "'@j1','@c1'") "settle"
#define NOT_WITH(early) \
	ONE_FUND ",'/groups/later',{'of':'enrolment','as_of':'2018-02-10'},'/outcomes/early',{'for':" \
	"'later','per':'day','count':{'ge':['extent'," early "]},'reach':{'to':0,'of':'ever'},'from':" \
	"'enrolment.start','until':'work_until','times':{'max':1,'per':'person'},'show':[]}," \
	"'/outcomes/placed/apart_from',['early']"

/* A mark of 0 holds from the first day on, and is reached when the group is there. */
static void
what_an_occurrence_uses(void **state)
{
	static const struct settle_row rows[] = {
		{ "achieved: where no day counts, its last one alone", "[" NOT_WITH("75") "]", UNTIL_MARCH,
		  "1 fund>prov placed_pay/placed p1 10000 reached 2018-01-15\n" },
		{ "achieved: all from the first that counts", "[" NOT_WITH("50") "]", UNTIL_MARCH,
		  "1 fund>prov placed_pay/placed p1 10000 reached 2018-02-11\n" },
	};

	(void)state;
	RUN(rows);
}

/* Both are one person, paid once; what the second of the names was paid stands with the site's. */
static void
names_joined_and_erased_at_once(void **state)
{
	static const struct settle_row rows[] = {
		{ "what was paid counts towards the site's floor", "[" ONE_FUND
		  ",'/parties/prov/sites',['east'],'/groups/folk',{'of':'person','as_of':'enrolled'},"
		  "'/payments/fee',{" EACH_QUARTER("'folk'", "end") ",'price':10000,'round':'half_up',"
		  "'from':'fund','to':'prov','ended':'achieved'},'/limits',[{'name':'least','of':['fee'],"
		  "'order':'achieved','per':['site'],'floor':25000,'on':'2018-03-31','from':'town','to':"
		  "'prov'}]]",
		  ENROL_AT("p1", "2018-01-10", "east") ENROL_AT("p2", "2018-01-11",
		  "east") "settle\n2018-04-20 reg participants.joined j {'participants':['p1',"
		  "'p2']}\nerase p1 p2\nsettle",
		  "1 town>prov least east 5000 floor\n"
		  "1 fund>prov fee p1#2018-q1 10000 period\n"
		  "1 fund>prov fee p2#2018-q1 10000 period\n" },
		{ "of two places under the contract the person has had one", "[" ONE_FUND
		  ",'/outcomes/placed/times',{'max':2,'per':'contract'},'/outcomes/placed/next','after_last']",
		  JOB("j0", "p3", "2018-01-05") P1_IN_FEBRUARY ENROL("p2", "2018-01-11") JOB("j2", "p2",
		  "2018-02-02") OK("v", "'@j1','@j2'") "2018-03-21 reg participants.joined j "
		  "{'participants':['p3','p1']}\nsettle\nerase p3 p1\nsettle",
		  "1 fund>prov placed_pay/placed p1#1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2#1 10000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define PLACES(sites) \
	ONE_FUND ",'/parties/prov/sites',[" sites "],'/groups/places',{'of':'site','as_of':'2018-01-01'}," \
	"'/payments/upkeep',{" EACH_QUARTER("'places'", "end") ",'price':100,'round':'half_up','from':" \
	"'fund','to':'prov','ended':'achieved'}"

/* A version has the sites that its own parties list: none that another one dropped or will add. */
static void
sites_of_two_versions(void **state)
{
	static const struct settle_row rows[] = {
		{ "the second one dropped a site", "[" PLACES("'east','west'") "]",
		  AMEND("2018-04-01", "achieved", "keep", PLACES("'west'"))
		  ENROL("p1", "2018-01-10") "settle\nsettle",
		  "1 fund>prov upkeep east#2018-q1 100 period\n"
		  "1 fund>prov upkeep west#2018-q1 100 period\n"
		  "2 fund>prov upkeep west#2018-q2 100 period\n" },
		{ "the second one adds a site", "[" PLACES("'west'") "]",
		  AMEND("2018-04-01", "achieved", "keep", PLACES("'east','west'"))
		  ENROL("p1", "2018-01-10") "settle\nsettle",
		  "1 fund>prov upkeep west#2018-q1 100 period\n"
		  "2 fund>prov upkeep east#2018-q2 100 period\n"
		  "2 fund>prov upkeep west#2018-q2 100 period\n" },
	};

	(void)state;
	RUN(rows);
}

#define ACCOUNT(rests) \
	"'/calendars/rests'," rests ",'/values/lent',{'of':'flow','proof':'logged','silence':'none'," \
	"'take':'amount','per':'ever','within':'sum','subject':'contract'},'/payments/owed',{" \
	EACH_QUARTER("'contract'", "end") ",'price':{'grow':{'flows':'lent','rate':'0.1','rests':'rests'," \
	"'round':'half_up'}},'round':'half_up','from':'fund','to':'guar','ended':'achieved'}"
#define LENT \
	"2018-03-01 reg flow.recorded f {'party':'guar','unit':'SEK','amount':36500,'on':'2018-01-06'}\n"

/* 10 a day from 6 January, a Saturday, on. */
static void
interest_before_the_first_period(void **state)
{
	static const struct settle_row rows[] = {
		{ "the first block begins in February: 85 days to 31 March",
		  "[" ONE_FUND "," ACCOUNT("{'unit':'month','n':2,'from':'2018-02-01','first':1}") "]",
		  LENT "settle", "1 fund>guar owed -#2018-q1 37350 period\n" },
		{ "booked on the last working day of March: 84 days to Friday the 30th",
		  "[" ONE_FUND "," ACCOUNT("{'unit':'quarter','from':'grid','skip':{'weekdays':[6,7]}}") "]",
		  LENT "settle", "1 fund>guar owed -#2018-q1 37340 period\n" },
	};

	(void)state;
	RUN(rows);
}

#define CLAIMED(proof) \
	"[" ONE_FUND ",'/outcomes/placed/claim','claims','/proofs/claims',{'by':['provider']," \
	"'accept':'none'," proof "}]", \
	P1_IN_FEBRUARY "2018-03-10 prov claim.made c {'participant':'p1','outcome':'placed'}\n" \
	OK("v", "'@j1'") "settle"
#define THAT_MANY_MONTHS "{'shift':['2018-03-01','outcome.index','month']}"

/* What is claimed is the first: a month after 1 March, though not reached before it counts. */
static void
which_occurrence_is_claimed(void **state)
{
	static const struct settle_row rows[] = {
		{ "recorded until 1 April", CLAIMED("'until':" THAT_MANY_MONTHS),
		  "1 fund>prov placed_pay/placed p1 10000 reached\n" },
		{ "closes on 1 April", CLAIMED("'claim':{'closes':" THAT_MANY_MONTHS "}"),
		  "1 fund>prov placed_pay/placed p1 10000 reached\n" },
		{ "opens on 1 April: too early", CLAIMED("'claim':{'opens':" THAT_MANY_MONTHS "}"), "" },
	};

	(void)state;
	RUN(rows);
}

/* Each month 2000 pass in full and 2000 by half. p2's March was paid; p1's February comes in behind
 * it: 3000 of 4000 there, 3000 of 4000 in March, before all of March's own. In April 2000 of p1's wait
 * and 10000 of p2's, who is paid since statement 1 and so comes first: 3000 of 4000, the same in May,
 * 2000 of the last 2000 in June, and there p1's 2000 by half. That is 8000 for p2, of which 3000 were
 * paid. */
#define LATE_FEBRUARY \
	ENROL("p1", "2018-01-10") JOB("j1", "p1", "2018-02-01") ENROL("p2", "2018-01-11") \
	JOB("j2", "p2", "2018-03-01") OK("v", "'@j2'") "settle\n" OK_ON("2018-04-20", "w", "'@j1'") "settle"

static void
who_was_paid_waits_before_who_was_not(void **state)
{
	static const struct settle_row rows[] = {
		{ "on a ladder, whichever month they come from",
		  "[" ONE_FUND ",'/limits',[{'name':'month','of':['placed_pay'],'per':[{'achieved':'month'}],"
		  "'steps':[{'to':2000,'rate':'1'},{'to':4000,'rate':'0.5'}],'along':'amount','order':"
		  "'settled','excess':'next','unused':'lost','freed':'waiting'}]]", LATE_FEBRUARY,
		  "1 fund>prov placed_pay/placed p1 0 proof\n"
		  "1 fund>prov placed_pay/placed p2 3000 reached\n"
		  "2 fund>prov placed_pay/placed p1 7000 reached\n"
		  "2 fund>prov placed_pay/placed p2 5000 changed\n" },
	};

	(void)state;
	RUN(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whom_the_numbers_of_a_limit_are_read_for),
		cmocka_unit_test(marks_of_numbers_below_0_and_of_never),
		cmocka_unit_test(pending_for_an_earlier_limit),
		cmocka_unit_test(a_ladder_of_which_an_end_is_not_known),
		cmocka_unit_test(a_limit_that_an_amendment_divides_otherwise_after_an_erasure),
		cmocka_unit_test(a_floor_in_whole_units),
		cmocka_unit_test(places_that_nobody_knew_when_they_left),
		cmocka_unit_test(what_was_read_on_a_later_day),
		cmocka_unit_test(the_assignment_recorded_last),
		cmocka_unit_test(an_amount_below_0_of_who_is_erased),
		cmocka_unit_test(a_place_of_an_earlier_version),
		cmocka_unit_test(what_a_share_reads_of_all),
		cmocka_unit_test(a_final_day_by_what_a_key_says),
		cmocka_unit_test(a_final_key_of_two_payers),
		cmocka_unit_test(room_of_a_period_without_anybody),
		cmocka_unit_test(what_an_occurrence_uses),
		cmocka_unit_test(names_joined_and_erased_at_once),
		cmocka_unit_test(sites_of_two_versions),
		cmocka_unit_test(interest_before_the_first_period),
		cmocka_unit_test(who_was_paid_waits_before_who_was_not),
		cmocka_unit_test(all_of_it_is_held_back),
		cmocka_unit_test(a_stretch_of_which_a_payers_limit_left_nothing),
		cmocka_unit_test(where_a_top_up_lies_in_tranches),
		cmocka_unit_test(room_of_a_key_that_closes_while_a_part_is_held_back),
		cmocka_unit_test(which_occurrence_is_claimed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
