/* test_settle_pairs.c - what random pairs (tests/naive) found: one small case each, worked out by
 * hand from contracts/README.md. */
#include "settle_case.h"
#include "settle_case_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ENDS(on) "2018-03-25 fund contract.terminated end {'on':'" on "'}\n"

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

#define P1_IN_FEBRUARY ENROL("p1", "2018-01-10") JOB("j1", "p1", "2018-02-01")

#define AT_LEAST(per) \
	ONE_FUND ",'/parties/prov/sites',['east','west'],'/limits',[{'name':'least','of':" \
	"['placed_pay'],'order':'achieved','per':[" per "],'floor':25000,'on':'2018-03-31'," \
	"'from':'town','to':'prov'}]"

static void
floors_of_those_that_are_there(void **state)
{
	static const struct settle_row rows[] = {
		{ "a floor per site: nobody's site has none", "[" AT_LEAST("'site'") "]",
		  ENROL_AT("p1", "2018-01-10", "east") ENROL("p2", "2018-01-11")
		  JOB("j1", "p1", "2018-02-01") JOB("j2", "p2", "2018-02-02") OK("v", "'@j1','@j2'")
		  "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 10000 reached\n"
		  "1 town>prov least east 15000 floor\n" },
		{ "a floor of the contract is for all of them", "[" AT_LEAST("'contract'") "]",
		  ENROL_AT("p1", "2018-01-10", "east") ENROL("p2", "2018-01-11")
		  JOB("j1", "p1", "2018-02-01") JOB("j2", "p2", "2018-02-02") OK("v", "'@j1','@j2'")
		  "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 10000 reached\n"
		  "1 town>prov least - 5000 floor\n" },
		/* A decision is no entitlement; but what is final stands with what its lines hold. */
		{ "what was decided of a pending key counts towards a floor once the key is final",
		  "[" AT_LEAST("'contract'") ",'/payments/placed_pay/final','2018-06-30','/tables/rate',"
		  "{'measured':'score','by':['verifier'],'about':'contract','kind':'exact','missing':'unknown','revised':"
		  "'latest'},'/payments/placed_pay/price',{'look':{'table':'rate','at':'outcome.date'}}]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle\n"
		  "2018-04-25 fund dispute.opened d {'line':'@line_1_1','reason':'wrong'}\n"
		  "2018-05-25 ver dispute.resolved r {'dispute':'@d','amount':5000}\nsettle\nsettle",
		  "1 fund>prov placed_pay/placed p1 0 pending\n"
		  "1 town>prov least - 25000 floor\n"
		  "2 fund>prov placed_pay/placed p1 5000 decided\n"
		  "3 town>prov least - -5000 changed\n" },
		{ "so does what was decided of one that never was more than a candidate",
		  "[" AT_LEAST("'person'") ",'/payments/placed_pay/final','2018-06-30']",
		  P1_IN_FEBRUARY "settle\n"
		  "2018-04-25 fund dispute.opened d {'line':'@line_1_1','reason':'wrong'}\n"
		  "2018-05-25 ver dispute.resolved r {'dispute':'@d','amount':5000}\nsettle\nsettle",
		  "1 fund>prov placed_pay/placed p1 0 proof\n"
		  "2 fund>prov placed_pay/placed p1 5000 decided\n"
		  "3 town>prov least p1 20000 floor\n" },
	};

	(void)state;
	RUN(rows);
}

#define LIMIT(rest) "'/limits',[{'name':'rule','of':['placed_pay']," rest "}]"
#define P2_TOO ENROL("p2", "2018-01-11") JOB("j2", "p2", "2018-02-02")
#define BOTH_PAID \
	"1 fund>prov placed_pay/placed p1 10000 reached\n" \
	"1 fund>prov placed_pay/placed p2 10000 reached\n"
#define HOURS(label, p, on, hours) \
	on " prov activity.logged " label " {'participant':'" p "','on':'" on "','kind':'support'," \
	"'ref':'" label "','hours':'" hours "'}\n"

#define ONE_PLACE(price) \
	ONE_FUND ",'/groups/people/as_of','2018-03-01','/outcomes/placed/times/per','contract'," \
	"'/payments/placed_pay/price'," price

/* p1 might have had the only place while nobody knew who is in the group. */
static void
places_counted_together(void **state)
{
	static const struct settle_row rows[] = {
		{ "a place that another might have taken is a count that is not known",
		  "[" ONE_PLACE("{'mul':[1000,'placed']}") "]",
		  ENROL_IN("p1", "2018-01-10", "c") JOB("j1", "p1", "2018-02-01") P2_TOO
		  STILL("c2", "j2", "p2", "2018-03-05") OK("v", "'@j1','@j2','@c2'") "settle",
		  "1 fund>prov placed_pay/placed p1 0 group\n"
		  "1 fund>prov placed_pay/placed p2 0 pending\n" },
		{ "the place itself is had all the same", "[" ONE_PLACE("1000") "]",
		  ENROL_IN("p1", "2018-01-10", "c") JOB("j1", "p1", "2018-02-01") P2_TOO
		  STILL("c2", "j2", "p2", "2018-03-05") OK("v", "'@j1','@j2','@c2'") "settle",
		  "1 fund>prov placed_pay/placed p1 0 group\n"
		  "1 fund>prov placed_pay/placed p2 1000 reached\n" },
		{ "per site: the same basis, whoever asks first",
		  "[" ONE_FUND ",'/outcomes/placed/times/per','site','/parties/prov/sites',['east'],"
		  "'/outcomes/later',{'for':'people','per':'day','count':'at_work','reach':{'to':1,'of':"
		  "'ever'},'from':'enrolment.start','until':'work_until','after':['placed'],'times':"
		  "{'max':1,'per':'person'},'show':['after']},'/payments/placed_pay/for','later']",
		  ENROL_AT("p1", "2018-01-10", "east") JOB("j1", "p1", "2018-02-01")
		  ENROL_AT("p2", "2018-01-11", "east") JOB("j2", "p2", "2018-02-02")
		  OK("v", "'@j1','@j2'") "settle",
		  "1 fund>prov placed_pay/later p1 10000 reached\n"
		  "1 fund>prov placed_pay/later p2 0 after\n" },
	};

	(void)state;
	RUN(rows);
}

#define CAP_PER_SITE \
	ONE_FUND ",'/parties/prov/sites',['east'],'/payments/office',{'for':{'each':'quarter','of':" \
	"'contract','due':'end','from':'contract.start','until':'contract.outcome_until'},'price':" \
	"5000,'round':'half_up','from':'fund','to':'prov','ended':'started'},'/limits',[{'name':" \
	"'rule','of':['placed_pay','office'],'order':'achieved','per':['site'],'along':'amount'," \
	"'steps':[{'to':12000,'rate':'1'}],'excess':'lost','unused':'lost','freed':'waiting'}]"

/* All that is at no known site, whoever it is about, stands in one bucket of a cap per site. */
static void
no_known_site_and_no_site(void **state)
{
	static const struct settle_row rows[] = {
		{ "nobody knows the person's site, the contract has none: one room for both",
		  "[" CAP_PER_SITE "]", P1_IN_FEBRUARY OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov office -#2018-q1 2000 period\n" },
		{ "two people at no known site share it, too",
		  "[" CAP_PER_SITE "]", P1_IN_FEBRUARY P2_TOO OK("v", "'@j1','@j2'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 2000 reached\n"
		  "1 fund>prov office -#2018-q1 0 limit\n" },
		{ "a known site has its own", "[" CAP_PER_SITE "]",
		  ENROL_AT("p1", "2018-01-10", "east") JOB("j1", "p1", "2018-02-01")
		  OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov office -#2018-q1 5000 period\n" },
	};

	(void)state;
	RUN(rows);
}

/* An error rate of what was paid is taken off again, each quarter. */
#define ERROR_RATE \
	"'/tables/errors',{'measured':'errors','by':['ver'],'about':'contract','revised':'latest'," \
	"'kind':'steps','missing':'unknown'},'/payments/tenth',{'for':{'each':'quarter','of':" \
	"'contract','due':'end','from':'contract.start','until':'contract.outcome_until'},'price':" \
	"{'mul':[-1,{'look':{'table':'errors','at':'period.end'}},{'items':{'of':['placed_pay'],'do':" \
	"'sum','among':'all'}}]},'round':'down','from':'fund','to':'prov','ended':'achieved'}"

#define COUNTED_IN_QUARTERS(order, to) \
	LIMIT("'order':'" order "','per':[{'achieved':'quarter'}],'along':'count','steps':[{'to':" to \
	      ",'rate':'1'}],'excess':'lost','unused':'next','freed':'waiting'")

/* Who was erased stands in limits and shares as before: nobody else's amounts change. */
static void
what_erased_people_hold(void **state)
{
	static const struct settle_row rows[] = {
		{ "a floor counts what erased people were paid, whenever their year ends",
		  "[" ONE_FUND "," LIMIT("'order':'achieved','per':[{'achieved':'year'}],'floor':25000,"
					 "'on':'2018-06-30','from':'town','to':'prov'") "]",
		  P1_IN_FEBRUARY P2_TOO OK("v", "'@j1','@j2'") "settle\nerase p1\nsettle",
		  BOTH_PAID "2 town>prov rule -#2018 5000 floor\n" },
		{ "a floor does not count what erased people were paid after its day",
		  "[" ONE_FUND "," LIMIT("'order':'achieved','per':['contract'],'floor':25000,'on':"
					 "'2018-01-31','from':'town','to':'prov'") "]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle\nerase p1\nsettle",
		  "1 town>prov rule - 25000 floor\n"
		  "1 fund>prov placed_pay/placed p1 10000 reached\n" },
		{ "what was taken off theirs is not taken off others",
		  "[" ONE_FUND ",'/payments/first',{'for':'placed','price':4000,'round':'half_up','from':"
		  "'fund','to':'prov','ended':'achieved'},"
		  LIMIT("'order':'achieved','per':['contract'],'less':['first']") "]",
		  P1_IN_FEBRUARY P2_TOO OK("v", "'@j1','@j2'") "settle\nerase p1\nsettle",
		  "1 fund>prov first/placed p1 4000 reached\n"
		  "1 fund>prov placed_pay/placed p1 2000 reached\n"
		  "1 fund>prov first/placed p2 4000 reached\n"
		  "1 fund>prov placed_pay/placed p2 10000 reached\n" },
		{ "what theirs brought in is taken off others' that come later, too",
		  "[" ONE_FUND ",'/payments/fee',{'for':{'each':'quarter','of':'people','due':'end','from':"
		  "'enrolment.start','until':'contract.outcome_until'},'price':2000,'round':'half_up',"
		  "'from':'fund','to':'prov','ended':'achieved'},"
		  LIMIT("'order':'achieved','per':['contract'],'less':['fee']") "]",
		  ENROL("p1", "2018-01-10") ENROL("p2", "2018-01-11") "settle\nerase p1\n"
		  JOB("j2", "p2", "2018-04-02")
		  OK_ON("2018-04-20", "v", "'@j2'") "settle",
		  "1 fund>prov fee p1#2018-q1 2000 period\n"
		  "1 fund>prov fee p2#2018-q1 2000 period\n"
		  "2 fund>prov placed_pay/placed p2 4000 reached\n"
		  "2 fund>prov fee p2#2018-q2 2000 period\n" },
		{ "room goes on from the period of somebody who was paid nothing",
		  "[" ONE_FUND ",'/payments/placed_pay/price',{'if':[{'is':['enrolment.home','b']},0,"
		  "10000]},"
		  LIMIT("'order':'achieved','per':[{'achieved':'month'}],'along':'amount','steps':[{'to':"
			"5000,'rate':'1'}],'excess':'lost','unused':'next','freed':'waiting'") "]",
		  ENROL_IN("p1", "2018-01-10", "b") JOB("j1", "p1", "2018-01-11") P2_TOO OK("v", "'@j1','@j2'")
		  "settle\nerase p1\nsettle",
		  "1 fund>prov placed_pay/placed p1 0 price\n"
		  "1 fund>prov placed_pay/placed p2 10000 reached\n" },
		{ "a place among the first of a quarter is not taken in the next one, too",
		  "[" ONE_FUND "," LIMIT("'order':'settled','per':[{'achieved':'quarter'}],'along':'count',"
					 "'steps':[{'to':1,'rate':'1'}],'excess':'next','unused':'lost',"
					 "'freed':'waiting'") "]",
		  P1_IN_FEBRUARY P2_TOO OK("v", "'@j1','@j2'") "settle\nerase p1\nsettle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 0 limit\n"
		  "2 fund>prov placed_pay/placed p2 10000 reached\n" },
		{ "what they hold of a quarter's cap comes before all others",
		  "[" ONE_FUND "," LIMIT("'order':'settled','per':[{'achieved':'quarter'}],'along':'amount',"
					 "'steps':[{'to':15000,'rate':'1'}],'excess':'next','unused':'lost',"
					 "'freed':'waiting'") "]",
		  P1_IN_FEBRUARY P2_TOO ENROL("p3", "2018-01-12") ENROL("p4", "2018-01-13")
		  OK("v", "'@j1','@j2'") "settle\n" JOB("j3", "p3", "2018-04-01")
		  JOB("j4", "p4", "2018-04-02")
		  OK_ON("2018-04-20", "w", "'@j3','@j4'") "settle\nerase p1\nsettle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 5000 reached\n"
		  "2 fund>prov placed_pay/placed p2 5000 changed\n"
		  "2 fund>prov placed_pay/placed p3 10000 reached\n"
		  "2 fund>prov placed_pay/placed p4 0 limit\n"
		  "3 fund>prov placed_pay/placed p4 10000 reached\n" },
		{ "who was paid nothing is not the first of a ladder whose room goes on",
		  "[" ONE_FUND ",'/payments/placed_pay/price',{'if':[{'is':['enrolment.home','b']},0,"
		  "10000]}," COUNTED_IN_QUARTERS("achieved", "1") "]",
		  ENROL_IN("p1", "2018-01-10", "b") JOB("j1", "p1", "2018-01-11") P2_TOO OK("v", "'@j1','@j2'")
		  "settle\nerase p1\nsettle",
		  "1 fund>prov placed_pay/placed p1 0 price\n"
		  "1 fund>prov placed_pay/placed p2 10000 reached\n" },
		{ "nor the second who would come to something and was paid nothing yet",
		  "[" ONE_FUND ",'/payments/placed_pay/price',{'mul':[1000,'hours']},"
		  COUNTED_IN_QUARTERS("settled", "2") "]",
		  P1_IN_FEBRUARY P2_TOO HOURS("h2", "p2", "2018-02-03", "5") OK("v", "'@j1','@j2'")
		  "settle\n" HOURS("late", "p1", "2018-02-04", "5") "erase p1\n"
		  ENROL("p3", "2018-01-12") JOB("j3", "p3", "2018-02-05")
		  HOURS("h3", "p3", "2018-02-06", "5")
		  OK_ON("2018-04-20", "w", "'@j3'") "settle",
		  "1 fund>prov placed_pay/placed p1 0 price\n"
		  "1 fund>prov placed_pay/placed p2 5000 reached\n"
		  "2 fund>prov placed_pay/placed p3 5000 reached\n" },
		{ "beside an error rate that was not known yet `items` were read all the same",
		  "[" ONE_FUND "," ERROR_RATE "]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle\nerase p1\n"
		  "2018-04-10 ver measurement.recorded rate {'name':'errors','from':'2018-01-01','value':"
		  "'0.05'}\nsettle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov tenth -#2018-q1 0 pending\n"
		  "2 fund>prov tenth -#2018-q1 -500 period\n"
		  "2 fund>prov tenth -#2018-q2 0 price\n" },
		{ "of tranches no more than was paid",
		  "['/payments/placed_pay/price',{'mul':[1000,'hours']},'/shares/both',{'tranches':[{'to':"
		  "10000,'parts':[{'party':'fund','weight':1}]},{'parts':[{'party':'town','weight':1}]}],"
		  "'order':'settled','residual':'first','none':'unknown'}]",
		  P1_IN_FEBRUARY P2_TOO HOURS("h1", "p1", "2018-02-03", "5")
		  HOURS("h2", "p2", "2018-02-03", "5") OK("v", "'@j1','@j2'") "settle\n"
		  HOURS("late", "p1", "2018-02-04", "5") "erase p1\nsettle",
		  "1 fund>prov placed_pay/placed p1 5000 reached\n"
		  "1 fund>prov placed_pay/placed p2 5000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define RETRACTED "2018-04-10 prov event.retracted gone {'event':'@j1'}\n"
#define P2_IN_APRIL \
	ENROL("p2", "2018-01-11") JOB("j2", "p2", "2018-04-02") \
	OK_ON("2018-04-20", "w", "'@j2'")
#define ONE_IN_ALL(end) \
	LIMIT("'order':'achieved','per':['contract']," end ",'excess':'lost','unused':'lost'," \
	      "'freed':'waiting'")
/* Fees of a quarter, all of one day: the enrolments' days say who is first. */
#define FEES_IN_TRANCHES \
	"'/payments/placed_pay/from','fund','/shares',{'both':{'tranches':[{'to':1000,'parts':[{'party':" \
	"'fund','weight':1}]},{'to':2000,'parts':[{'party':'town','weight':1}]},{'parts':[{'party':" \
	"'guar','weight':1}]}],'order':'settled','residual':'first','none':'unknown'}},'/groups/all'," \
	"{'of':'person','as_of':'period'},'/payments/fee',{'for':{'each':'quarter','of':'all','due':" \
	"'end','from':'enrolment.start','until':'2018-03-31'},'price':1000,'round':'half_up','from':" \
	"'both','to':'prov','ended':'achieved'}"
#define P1_PAID_THEN_GONE P1_IN_FEBRUARY OK("v", "'@j1'") "settle\n" RETRACTED "erase p1\n"

/* What is reversed when somebody is erased is never said: the lines stand, so does what they hold. */
static void
reversed_and_never_said(void **state)
{
	static const struct settle_row rows[] = {
		{ "said by a statement it frees room",
		  "[" ONE_FUND "," ONE_IN_ALL("'along':'amount','steps':[{'to':15000,'rate':'1'}]") "]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle\n" RETRACTED P2_IN_APRIL "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p1 -10000 reversed\n"
		  "2 fund>prov placed_pay/placed p2 10000 reached\n" },
		{ "never said it frees none", "[" ONE_FUND ","
		  ONE_IN_ALL("'along':'amount','steps':[{'to':15000,'rate':'1'}]") "]",
		  P1_PAID_THEN_GONE P2_IN_APRIL "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2 5000 reached\n" },
		/* Who never was enrolled is in no group (8): what stands of theirs is not limited. */
		{ "of a retracted enrolment it takes no room in a group's cap", "[" ONE_FUND ",'/limits',["
		  "{'name':'rule','of':['placed_pay'],'order':'settled','per':[{'group':'people'}],'along':"
		  "'amount','steps':[{'to':15000,'rate':'1'}],'excess':'lost','unused':'lost','freed':"
		  "'waiting'}]]",
		  P1_IN_FEBRUARY OK("v", "'@j1'")
		  "settle\n2018-04-20 prov event.retracted gone {'event':'@e_p1'}\nerase p1\n"
		  P2_IN_APRIL "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2 10000 reached\n" },
		{ "it stays the first of a ladder", "[" ONE_FUND ","
		  ONE_IN_ALL("'along':'count','steps':[{'to':1,'rate':'1'},{'to':2,'rate':'0.3'}]") "]",
		  P1_PAID_THEN_GONE P2_IN_APRIL "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2 3000 reached\n" },
		{ "of a retracted enrolment it keeps its stretch of tranches, by the day that was recorded",
		  "[" FEES_IN_TRANCHES "]",
		  ENROL("p1", "2018-01-10") ENROL("p2", "2018-01-11") ENROL("p3", "2018-01-12")
		  "settle\n2018-04-20 prov event.retracted gone {'event':'@e_p2'}\nerase p2\nsettle",
		  "1 fund>prov fee p1#2018-q1 1000 period\n"
		  "1 town>prov fee p2#2018-q1 1000 period\n"
		  "1 guar>prov fee p3#2018-q1 1000 period\n" },
		{ "it counts towards a floor", "[" ONE_FUND ","
		  LIMIT("'order':'achieved','per':['contract'],'floor':25000,'on':'2018-06-30','from':"
			"'town','to':'prov'") "]",
		  P1_PAID_THEN_GONE P2_IN_APRIL "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2 10000 reached\n"
		  "2 town>prov rule - 5000 floor\n" },
		{ "it keeps the only place", "[" ONE_FUND ",'/outcomes/placed/times/per','contract']",
		  P1_PAID_THEN_GONE P2_IN_APRIL "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2 0 times\n" },
		{ "what somebody else owes of it is part of what it came to",
		  "[" ONE_FUND ",'/limits',[{'name':'steps','of':['placed_pay'],'order':'settled','per':["
		  "'contract'],'along':'amount','steps':[{'to':5000,'rate':'1'},{'to':20000,'rate':'0.5'},"
		  "{'to':40000,'rate':'0.1'}],'excess':'lost','unused':'lost','freed':'waiting'},{'name':"
		  "'cap','of':['placed_pay'],'order':'settled','per':['contract'],'along':'amount','steps':"
		  "[{'to':1000,'rate':'1'}],'excess':{'payer':'guar'},'unused':'lost','freed':"
		  "'waiting'}]]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle\nerase p1\n" P2_IN_APRIL "settle",
		  "1 fund>prov placed_pay/placed p1 1000 reached\n"
		  "1 guar>prov placed_pay/placed p1 6500 reached\n"
		  "2 guar>prov placed_pay/placed p2 5000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define PER_CONTRACT ONE_FUND ",'/outcomes/placed/times/per','contract'"
#define HOURS_OF_QUARTERS(places) \
	ONE_FUND ",'/outcomes/placed',{'for':'people','per':'quarter','count':{'ge':['hours',1]},'reach':" \
	"{'to':1,'of':'ever'},'from':'enrolment.start','until':'contract.outcome_until','times':{'max':" \
	places ",'per':'contract'},'next':'each_period','show':[]}"
#define MONTHLY \
	ONE_FUND ",'/outcomes/placed/per','month','/outcomes/placed/next','each_period'," \
	"'/outcomes/placed/times',{'max':2,'per':'enrolment'}"
#define COUNTS_FROM_MARCH ONE_FUND ",'/outcomes/placed/from','2018-03-01'"
#define ALL_KEPT(patches) AMEND("2018-01-01", "all", "keep", patches)
#define AND_IN_MAY \
	STILL("c1", "j1", "p1", "2018-05-01") \
	OK_ON("2018-05-10", "w", "'@c1'")

static void
places_of_two_versions(void **state)
{
	static const struct settle_row rows[] = {
		{ "who enrolled late keeps its line under the first, where the only place was another's",
		  "[" PER_CONTRACT "]",
		  P1_IN_FEBRUARY P2_TOO OK("v", "'@j1','@j2'") "settle\n"
		  AMEND("2018-01-11", "enrolled", "keep",
			PER_CONTRACT ",'/groups/people/where',{'is':['enrolment.home','b']}") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 0 times\n" },
		{ "each counts them up to an end of its own: who is erased still holds one",
		  "[" HOURS_OF_QUARTERS("2") "]",
		  AMEND("2018-01-12", "enrolled", "keep", HOURS_OF_QUARTERS("3"))
		  ENROL("p1", "2018-01-10") ENROL("p2", "2018-01-11") ENROL("p3", "2018-01-12")
		  HOURS("h1", "p1", "2018-05-01", "5") HOURS("h2", "p2", "2018-05-01", "5")
		  HOURS("h3", "p3", "2018-05-01", "5") "settle\nsettle\nerase p1\nsettle",
		  "2 fund>prov placed_pay/placed p1#2018-q2 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2#2018-q2 10000 reached\n"
		  "2 fund>prov placed_pay/placed p3#2018-q2 10000 reached\n" },
		{ "by the later bounds the second enrolment would come first: the kept one has the place",
		  "[" ONE_FUND "]",
		  P1_IN_FEBRUARY OK("v", "'@j1'") "settle\n"
		  ALL_KEPT(ONE_FUND ",'/outcomes/placed/from',{'if':[{'is':['enrolment.home','b']},"
			   "'2018-03-01','2018-04-01']}")
		  ENROLLED("e_2", "p1", "2018-04-05", "2018-02-20", "'home':'b'", "") AND_IN_MAY "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p1 0 times\n" },
		{ "what is kept keeps its place: by later bounds the other enrolment would find it free",
		  "[" ONE_FUND "]",
		  P1_IN_FEBRUARY ENROLLED("e_2", "p1", "2018-01-20", "2018-01-20", "'home':'a'", "")
		  STILL("c1", "j1", "p1", "2018-03-05") OK("v", "'@j1','@c1'") "settle\n"
		  ALL_KEPT(COUNTS_FROM_MARCH) "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p1 0 times\n" },
		{ "February and March are kept: by the later bounds it would be March and April",
		  "[" MONTHLY "]",
		  P1_IN_FEBRUARY STILL("c0", "j1", "p1", "2018-04-01") OK("v", "'@j1','@c0'") "settle\n"
		  ALL_KEPT(MONTHLY ",'/outcomes/placed/from','2018-03-01'") AND_IN_MAY "settle",
		  "1 fund>prov placed_pay/placed p1#2018-02 10000 reached\n"
		  "1 fund>prov placed_pay/placed p1#2018-03 10000 reached\n"
		  "2 fund>prov placed_pay/placed p1#2018-04 0 times\n" },
	};

	(void)state;
	RUN(rows);
}

#define IN_FEBRUARY_AND_MARCH \
	P1_IN_FEBRUARY STILL("c1", "j1", "p1", "2018-03-05") OK("v", "'@j1','@c1'")
#define FROM_MARCH(patches) AMEND("2018-03-01", "achieved", "reprice", patches)
/* A share of two versions is one: what somebody holds of its tranches is held once. */
#define TRANCHES_OF_10000 \
	"'/shares/both',{'tranches':[{'to':10000,'parts':[{'party':'fund','weight':1}]},{'to':20000," \
	"'parts':[{'party':'town','weight':1}]},{'parts':[{'party':'guar','weight':1}]}],'order':" \
	"'settled','residual':'first','none':'unknown'}"

/* Reached under the first version before it ended, and by the second one's bounds later again. */
static void
one_key_of_two_versions(void **state)
{
	static const struct settle_row rows[] = {
		{ "is paid once", "[" ONE_FUND "]",
		  FROM_MARCH(COUNTS_FROM_MARCH) IN_FEBRUARY_AND_MARCH "settle\nsettle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n" },
		{ "achieved on the earlier day, though that counts in May only: nothing is owed before",
		  "[" ONE_FUND ",'/payments/placed_pay/due','2018-05-15']",
		  FROM_MARCH(COUNTS_FROM_MARCH) IN_FEBRUARY_AND_MARCH "settle\nsettle",
		  "2 fund>prov placed_pay/placed p1 10000 reached 2018-02-01\n" },
		{ "`items` count it once, at the price of the first", "[" ONE_FUND "," TENTH "]",
		  FROM_MARCH(COUNTS_FROM_MARCH "," TENTH ",'/payments/placed_pay/price',40000")
		  IN_FEBRUARY_AND_MARCH "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov tenth -#2018-q1 1005 period\n" },
		{ "who is erased holds its stretch of the tranches once", "[" TRANCHES_OF_10000 "]",
		  AMEND("2018-01-01", "enrolled", "keep", TRANCHES_OF_10000)
		  P1_IN_FEBRUARY P2_TOO OK("v", "'@j1','@j2'") "settle\nerase p1\nsettle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 town>prov placed_pay/placed p2 10000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define LESS_IN_WEST \
	"[" ONE_FUND ",'/payments/placed_pay/price',{'if':[{'is':['person.site','west']},7000,10000]}]"
#define MOVED(label, by, site) \
	"2018-01-20 " by " participant.transferred " label " {'participant':'p1','on':'2018-01-20'," \
	"'to':'prov2'" site "}\n"
#define P1_IN_EAST ENROL_AT("p1", "2018-01-10", "east") JOB("j1", "p1", "2018-02-01")

/* The site of a transfer is the receiver's to say, and is one only where the holder confirms it. */
static void
sites_of_transfers(void **state)
{
	static const struct settle_row rows[] = {
		{ "nobody confirmed it", LESS_IN_WEST,
		  P1_IN_EAST MOVED("t1", "prov2", ",'site':'west'") OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n" },
		{ "only the holder sent it", LESS_IN_WEST,
		  P1_IN_EAST MOVED("t1", "prov", ",'site':'west'") OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n" },
		{ "a third party is no holder", LESS_IN_WEST,
		  P1_IN_EAST MOVED("t1", "prov2", ",'site':'west'") MOVED("t2", "town", "")
		  OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n" },
		{ "the holder says another site than the receiver, who says none", LESS_IN_WEST,
		  P1_IN_EAST MOVED("t1", "prov2", "") MOVED("t2", "prov", ",'site':'west'")
		  OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n" },
		{ "in force", LESS_IN_WEST,
		  P1_IN_EAST MOVED("t1", "prov2", ",'site':'west'") MOVED("t2", "prov", "")
		  OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 7000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define EACH_QUARTER(of, due, from, until) \
	"'for':{'each':'quarter','of':'" of "','due':'" due "','from':'" from "','until':'" until "'}"
#define GROWS \
	"'/payments/rent',{" EACH_QUARTER("contract", "end", "contract.start", "contract.outcome_until") \
	",'price':1000,'round':'half_up','from':'fund','to':'prov','ended':'started'}," \
	"'/payments/fee',{" EACH_QUARTER("people", "start", "enrolment.start", "enrolment.exit") \
	",'price':{'items':{'of':['rent'],'do':'sum','among':'all'}},'round':'half_up','from':'fund'," \
	"'to':'prov','ended':'started'}"

/* Nobody says anything more; but the contract's own quarters go by. */
static void
items_that_come_due_meanwhile(void **state)
{
	static const struct settle_row rows[] = {
		{ "of the contract, in what a person is paid", "[" ONE_FUND "," GROWS "]",
		  "twin\n" ENROL("p1", "2018-01-10") "settle\nsettle\nsettle",
		  "1 fund>prov rent -#2018-q1 1000 period\n"
		  "2 fund>prov fee p1#2018-q2 1000 period\n"
		  "2 fund>prov rent -#2018-q2 1000 period\n"
		  "3 fund>prov fee p1#2018-q3 2000 period\n"
		  "3 fund>prov rent -#2018-q3 1000 period\n" },
	};

	(void)state;
	RUN(rows);
}

/* Its pieces before and behind a change are one fact, whatever begins between them: the second job
 * is the second fact. */
#define SINCE_JANUARY(nth) \
	"[" ONE_FUND ",'/payments/days',{'for':{'each':'quarter','of':'people','due':'end'," \
	"'from':'enrolment.start','until':'contract.outcome_until'},'price':{'span':['2018-01-31'," \
	"{'date':{'of':'extent','nth':" nth ",'as':'happened'}},'day']},'round':'half_up'," \
	"'from':'fund','to':'prov','ended':'started'}]"
#define TWO_JOBS \
	ENROL("p1", "2018-01-10") JOB("j1", "p1", "2018-02-01") JOB("j2", "p1", "2018-02-10") \
	"2018-02-20 prov spell.changed more {'participant':'p1','spell':'@j1','from':'2018-02-20'," \
	"'extent':'60'}\n" STILL("c1", "j1", "p1", "2018-03-05") \
	OK("v", "'@j1','@j2','@more','@c1'") "settle"
#define PLACED "1 fund>prov placed_pay/placed p1 10000 reached\n"

static void
a_changed_spell_is_one_fact(void **state)
{
	static const struct settle_row rows[] = {
		{ "the last", SINCE_JANUARY("'last'"), TWO_JOBS,
		  PLACED "1 fund>prov days p1#2018-q1 10 period\n" },
		{ "the second", SINCE_JANUARY("2"), TWO_JOBS,
		  PLACED "1 fund>prov days p1#2018-q1 10 period\n" },
		{ "no third", SINCE_JANUARY("3"), TWO_JOBS,
		  PLACED "1 fund>prov days p1#2018-q1 0 pending\n" },
	};

	(void)state;
	RUN(rows);
}

#define COUNTED(where) \
	"'/payments/each',{" EACH_QUARTER("contract", "end", "contract.start", "contract.outcome_until") \
	",'price':{'add':[5,{'mul':[100,{'over':{'group':'people','do':'count','where':" where "}}]}]}," \
	"'round':'half_up','from':'fund','to':'prov','ended':'started'}"
/* Whoever is at work counts from the first day on which two are. */
#define TOGETHER \
	"'/outcomes/placed/count',{'all':['at_work',{'ge':[{'over':{'group':'people','do':'count'," \
	"'where':'at_work'}},2]}]}"
/* Both were at work on 2 February, which is known of p2 behind the first statement only. */
#define SECOND_IS_LATE \
	ENROL("p1", "2018-01-10") ENROL("p2", "2018-01-11") JOB("j1", "p1", "2018-02-01") \
	STILL("c1", "j1", "p1", "2018-03-05") OK("v1", "'@j1','@c1'") "settle\n" \
	"2018-04-05 prov spell.started j2 {'participant':'p2','from':'2018-02-02','kind':'employment'," \
	"'extent':'50'}\n" OK_ON("2018-04-06", "v2", "'@j2'") "settle"
#define BOTH_ARE_PAID \
	"2 fund>prov placed_pay/placed p1 10000 reached\n" \
	"2 fund>prov placed_pay/placed p2 10000 reached\n"
#define THREE "{'ge':[{'over':{'group':'people','do':'count'}},3]}"

/* What one adds to a count follows from a count over all: it is another, though nothing is new of
 * whom it is about. */
static const struct settle_row counts[] = {
	{ "in what is counted", "[" ONE_FUND "," TOGETHER "," COUNTED("{'ge':['placed',1]}") "]",
	  "twin\n" SECOND_IS_LATE,
	  "1 fund>prov each -#2018-q1 5 period\n"
	  BOTH_ARE_PAID
	  "2 fund>prov each -#2018-q1 200 changed\n"
	  "2 fund>prov each -#2018-q2 205 period\n" },
	/* The second version counts by itself: who is alone, too. */
	{ "in an outcome as another version has it", "[" ONE_FUND "," TOGETHER "]",
	  "twin\n" AMEND("2018-03-01", "achieved", "keep",
			ONE_FUND "," COUNTED("{'ge':['placed',1]}")) SECOND_IS_LATE,
	  "1 fund>prov each -#2018-q1 105 period\n"
	  BOTH_ARE_PAID
	  "2 fund>prov each -#2018-q1 100 changed\n"
	  "2 fund>prov each -#2018-q2 205 period\n" },
	/* Of p2 as soon as it is there: nobody else's asked for others before. */
	{ "in what only one who is new adds",
	  "[" ONE_FUND ",'/values/counts',{'is':{'if':[{'is':['enrolment.home','b']}," THREE
	  ",true]}}," COUNTED("'counts'") "]",
	  "twin\n" ENROL("p1", "2018-01-10") "settle\n" ENROLLED("e_p2", "p2", "2018-04-05", "2018-01-11", "'home':'b'", "")
	  "settle\n" ENROLLED("e_p3", "p3", "2018-07-05", "2018-01-12", "'home':'a'", "") "settle",
	  "1 fund>prov each -#2018-q1 105 period\n"
	  "2 fund>prov each -#2018-q2 105 period\n"
	  "3 fund>prov each -#2018-q1 200 changed\n"
	  "3 fund>prov each -#2018-q2 200 changed\n"
	  "3 fund>prov each -#2018-q3 305 period\n" },
	/* The first who asks for it looks at its fact, the next does not look again. */
	{ "in a value of the contract's that each is paid by",
	  "[" ONE_FUND ",'/values/index',{'of':'measurement','subject':'contract','where':" THREE
	  ",'take':'value','per':'quarter','within':'last','silence':'none','proof':'logged'},"
	  "'/payments/fee',{" EACH_QUARTER("people", "end", "enrolment.start", "enrolment.exit")
	  ",'price':{'add':[5,'index']},'round':'half_up','from':'fund','to':'prov','ended':"
	  "'started'}]",
	  "twin\n" ENROL("p1", "2018-01-10") ENROL("p2", "2018-01-11")
	  "2018-03-01 reg measurement.recorded m {'name':'score','value':'100','method':'count',"
	  "'from':'2018-01-01'}\nsettle\n" ENROLLED("e_p3", "p3", "2018-04-05", "2018-01-12", "'home':'a'", "") "settle",
	  "1 fund>prov fee p1#2018-q1 5 period\n"
	  "1 fund>prov fee p2#2018-q1 5 period\n"
	  "2 fund>prov fee p1#2018-q1 100 changed\n"
	  "2 fund>prov fee p2#2018-q1 100 changed\n"
	  "2 fund>prov fee p3#2018-q1 105 period\n"
	  "2 fund>prov fee p1#2018-q2 105 period\n"
	  "2 fund>prov fee p2#2018-q2 105 period\n"
	  "2 fund>prov fee p3#2018-q2 105 period\n" },
};

static void
counts_that_stand_on_counts(void **state)
{
	(void)state;
	RUN(counts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_termination_leaves_unpaid),
		cmocka_unit_test(floors_of_those_that_are_there),
		cmocka_unit_test(places_counted_together),
		cmocka_unit_test(no_known_site_and_no_site),
		cmocka_unit_test(what_erased_people_hold),
		cmocka_unit_test(reversed_and_never_said),
		cmocka_unit_test(places_of_two_versions),
		cmocka_unit_test(one_key_of_two_versions),
		cmocka_unit_test(sites_of_transfers),
		cmocka_unit_test(items_that_come_due_meanwhile),
		cmocka_unit_test(a_changed_spell_is_one_fact),
		cmocka_unit_test(counts_that_stand_on_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
