/* test_settle_money.c - limits, shares, tax, holds, periods, disputes: worked out by hand. */
#include "settle_case.h"
#include "settle_case_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define THREE ENROL("p1", "2018-01-10") ENROL("p2", "2018-01-11") ENROL("p3", "2018-01-12")
#define LIMIT(order, excess, unused, freed, per, to) \
	"'/limits',[{'name':'cap','of':['placed_pay'],'per':[" per "],'steps':[{'to':" to \
	",'rate':'1'}],'along':'amount','order':'" order "','excess':" excess ",'unused':'" unused \
	"','freed':'" freed "'}]"

#define HELD_7 "'/payments/placed_pay/hold',{'part':'0.07','until':'2018-09-29'}"

/* 9300 is left of 9999 and of 10000 alike: which it was is told by the limit's room. */
static void
caps_see_through_what_is_held_back(void **state)
{
	static const struct settle_row rows[] = {
		{ "a late earlier fact takes no rounding from what was paid",
		  "[" ONE_FUND "," HELD_7 ","
		  LIMIT("settled", "'lost'", "lost", "waiting", "'contract'", "15000") "]",
		  THREE JOB("j2", "p2", "2018-02-10") OK("v", "'@j2'") "settle\n"
		  JOB("j1", "p1", "2018-02-01") OK("w", "'@j1'") "settle\nsettle",
		  "1 fund>prov placed_pay/placed p2 9300 reached\n"
		  "2 fund>prov placed_pay/placed p1 4650 reached\n"
		  "3 fund>prov placed_pay/placed p1 350 changed\n"
		  "3 fund>prov placed_pay/placed p2 700 changed\n" },
		{ "rounding leads nobody beyond the cap",
		  "[" ONE_FUND "," HELD_7 ","
		  LIMIT("settled", "'lost'", "lost", "waiting", "'contract'", "9999") "]",
		  THREE JOB("j2", "p2", "2018-02-10") OK("v", "'@j2'") "settle\nsettle\nsettle",
		  "1 fund>prov placed_pay/placed p2 9300 reached\n"
		  "3 fund>prov placed_pay/placed p2 699 changed\n" },
		{ "who had all that it asks is first to have it again",
		  "[" ONE_FUND "," HELD_7 ","
		  LIMIT("settled", "'lost'", "lost", "waiting", "'contract'", "15014") "]",
		  THREE JOB("j2", "p2", "2018-02-10") OK("v", "'@j2'") "settle\n"
		  JOB("j1", "p1", "2018-02-01") OK("w", "'@j1'") "settle\nsettle",
		  "1 fund>prov placed_pay/placed p2 9300 reached\n"
		  "2 fund>prov placed_pay/placed p1 4664 reached\n"
		  "3 fund>prov placed_pay/placed p1 350 changed\n"
		  "3 fund>prov placed_pay/placed p2 700 changed\n" },
	};

	(void)state;
	RUN(rows);
}

/* Statement 6 is worked out from scratch, too: who comes into a bucket may have been paid before
 * those who stand there. */
static void
who_was_paid_before_comes_first_in_another_period(void **state)
{
	static const struct settle_row rows[] = {
		{ "a corrected day",
		  "[" ONE_FUND ",'/settlement/periods','month','/payments/placed_pay/price',9000,"
		  LIMIT("settled", "'next'", "lost", "waiting", "{'achieved':'quarter'}", "14000") "]",
		  THREE JOB("j1", "p1", "2018-03-01") OK("v", "'@j1'") "settle\nsettle\nsettle\n"
		  JOB("j2", "p2", "2018-04-10") OK("w", "'@j2'") "settle\nsettle\n"
		  "2018-06-25 prov event.corrected c1 {'event':'@j1','body':{'participant':'p1',"
		  "'from':'2018-04-20','kind':'employment','extent':'50'}}\n"
		  OK("x", "'@c1'") "settle",
		  "3 fund>prov placed_pay/placed p1 9000 reached\n"
		  "4 fund>prov placed_pay/placed p2 9000 reached\n"
		  "6 fund>prov placed_pay/placed p2 -4000 changed\n" },
	};

	(void)state;
	RUN(rows);
}

/* Nothing new about p3, and its amount is the same: but others owe it. */
static void
parts_move_although_their_sum_stays(void **state)
{
	static const struct settle_row rows[] = {
		{ "each payer's own ceiling, with other people under each",
		  "['/settlement/periods','month','/shares/both',{'parts':[{'party':'fund','weight':{'not':"
		  "{'is':['person.home','b']}}},{'party':'town','weight':{'not':{'is':['person.home',"
		  "'a']}}}],'residual':'first','none':'unknown'},'/groups/people/where',{'is':"
		  "['enrolment.home','a','b','c']},"
		  LIMIT("achieved", "'lost'", "lost", "waiting", "'payer'", "10000") "]",
		  ENROL("p1", "2018-01-10") ENROL_IN("p2", "2018-01-11", "b") ENROL_IN("p3", "2018-01-12", "c")
		  JOB("j1", "p1", "2018-02-01") JOB("j3", "p3", "2018-02-10") OK("v", "'@j1','@j3'")
		  "settle\nsettle\nsettle\n"
		  JOB("j2", "p2", "2018-02-02") OK("w", "'@j2'")
		  "2018-04-20 prov event.retracted r1 {'event':'@j1'}\nsettle",
		  "2 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 town>prov placed_pay/placed p3 5000 reached\n"
		  "4 fund>prov placed_pay/placed p1 -10000 reversed\n"
		  "4 town>prov placed_pay/placed p2 10000 reached\n"
		  "4 town>prov placed_pay/placed p3 -5000 moved\n"
		  "4 fund>prov placed_pay/placed p3 5000 moved\n" },
	};

	(void)state;
	RUN(rows);
}

/* 7: each order, and what happens to excess, unused and freed room. */
static void
caps_bite_in_their_order(void **state)
{
	static const struct settle_row rows[] = {
		{ "settled: a late earlier fact takes nothing back",
		  "[" ONE_FUND "," LIMIT("settled", "'lost'", "lost", "waiting", "'contract'", "15000") "]",
		  THREE JOB("j2", "p2", "2018-02-10") OK("v", "'@j2'") "settle\n"
		  JOB("j1", "p1", "2018-02-01") OK("w", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p2 10000 reached\n"
		  "2 fund>prov placed_pay/placed p1 5000 reached\n" },
		{ "by day of achievement: it does",
		  "[" ONE_FUND "," LIMIT("achieved", "'lost'", "lost", "lost", "'contract'", "15000") "]",
		  THREE JOB("j2", "p2", "2018-02-10") OK("v", "'@j2'") "settle\n"
		  JOB("j1", "p1", "2018-02-01") OK("w", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p2 10000 reached\n"
		  "2 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2 -5000 changed\n" },
		{ "ties: the earlier enrolment first",
		  "[" ONE_FUND "," LIMIT("settled", "'lost'", "lost", "lost", "'contract'", "15000") "]",
		  THREE JOB("j2", "p2", "2018-02-10") JOB("j1", "p1", "2018-02-10")
		  OK("v", "'@j1','@j2'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 5000 reached\n" },
		{ "nothing left: a line of zero",
		  "[" ONE_FUND "," LIMIT("settled", "'lost'", "lost", "lost", "'contract'", "10000") "]",
		  THREE JOB("j2", "p2", "2018-02-10") JOB("j1", "p1", "2018-02-01")
		  OK("v", "'@j1','@j2'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 0 limit\n" },
		{ "freed room goes to who went without",
		  "[" ONE_FUND "," LIMIT("settled", "'lost'", "lost", "waiting", "'contract'", "10000") "]",
		  THREE JOB("j2", "p2", "2018-02-10") JOB("j1", "p1", "2018-02-01")
		  OK("v", "'@j1','@j2'") "settle\n" NO("w", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 0 limit\n"
		  "2 fund>prov placed_pay/placed p1 -10000 reversed\n"
		  "2 fund>prov placed_pay/placed p2 10000 reached\n" },
		{ "freed room is lost, but not to the key itself",
		  "[" ONE_FUND "," LIMIT("settled", "'lost'", "lost", "lost", "'contract'", "10000") "]",
		  THREE JOB("j2", "p2", "2018-02-10") JOB("j1", "p1", "2018-02-01")
		  OK("v", "'@j1','@j2'") "settle\n" NO("w", "'@j1'") "settle\n" OK("x", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 0 limit\n"
		  "2 fund>prov placed_pay/placed p1 -10000 reversed\n"
		  "3 fund>prov placed_pay/placed p1 10000 changed\n" },
		{ "freed room of a settled quarter is lost there, not in a later one",
		  "[" ONE_FUND "," LIMIT("settled", "'lost'", "lost", "lost", "{'settled':'quarter'}",
					 "10000") "]",
		  THREE JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle\n" NO("w", "'@j1'")
		  "settle\n" JOB("j2", "p2", "2018-07-05") OK("x", "'@j2'") "settle\n"
		  JOB("j3", "p3", "2018-07-06") OK("y", "'@j1','@j3'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p1 -10000 reversed\n"
		  "3 fund>prov placed_pay/placed p2 10000 reached\n"
		  "4 fund>prov placed_pay/placed p1 10000 changed\n"
		  "4 fund>prov placed_pay/placed p3 10000 reached\n" },
		{ "excess is asked again in the next quarter",
		  "[" ONE_FUND "," LIMIT("settled", "'next'", "lost", "waiting", "{'achieved':'quarter'}",
					 "6000") "]",
		  THREE JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle\nsettle\nsettle",
		  "1 fund>prov placed_pay/placed p1 6000 reached\n"
		  "2 fund>prov placed_pay/placed p1 4000 changed\n" },
		{ "excess stands before the next quarter's own",
		  "[" ONE_FUND "," LIMIT("settled", "'next'", "lost", "waiting", "{'achieved':'quarter'}",
					 "6000") "]",
		  THREE JOB("j1", "p1", "2018-02-01") JOB("j2", "p2", "2018-04-01")
		  OK("v", "'@j1','@j2'") "settle\nsettle\nsettle",
		  "1 fund>prov placed_pay/placed p1 6000 reached\n"
		  "2 fund>prov placed_pay/placed p1 4000 changed\n"
		  "2 fund>prov placed_pay/placed p2 2000 reached\n"
		  "3 fund>prov placed_pay/placed p2 6000 changed\n" },
		{ "unused room widens the next quarter",
		  "[" ONE_FUND "," LIMIT("settled", "'lost'", "next", "waiting", "{'achieved':'quarter'}",
					 "12000") "]",
		  THREE JOB("j1", "p1", "2018-02-01") JOB("j2", "p2", "2018-04-01")
		  JOB("j3", "p3", "2018-04-02") OK("v", "'@j1','@j2','@j3'") "settle\nsettle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2 10000 reached\n"
		  "2 fund>prov placed_pay/placed p3 4000 reached\n" },
		{ "unused room goes on from Friday to Monday where a week has no weekend",
		  "[" ONE_FUND ",'/calendars/work_week',{'unit':'iso_week','from':'grid','skip':"
		  "{'weekdays':[6,7]}}," LIMIT("achieved", "'lost'", "next", "waiting",
					       "{'achieved':'work_week'}", "15000") "]",
		  THREE JOB("j1", "p1", "2018-02-01") JOB("j2", "p2", "2018-02-05")
		  JOB("j3", "p3", "2018-02-06") OK("v", "'@j1','@j2','@j3'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 10000 reached\n"
		  "1 fund>prov placed_pay/placed p3 10000 reached\n" },
		{ "what a limit cannot know yet is pending, with the excess of one before it",
		  "[" ONE_FUND ",'/limits',[{'name':'all','of':['placed_pay'],'per':['contract'],'steps':"
		  "[{'to':6000,'rate':'1'}],'along':'amount','order':'settled','excess':{'payer':'guar'},"
		  "'unused':'lost','freed':'lost'},{'name':'own','of':['placed_pay'],'per':['person'],"
		  "'steps':[{'to':'person.income','rate':'1'}],'along':'amount','order':'settled',"
		  "'excess':'lost','unused':'lost','freed':'lost'}]]",
		  ENROL("p1", "2018-01-10") JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 0 pending\n" },
		{ "excess is another's",
		  "[" ONE_FUND "," LIMIT("settled", "{'payer':'guar'}", "lost", "waiting", "'person'",
					 "6000") "]",
		  THREE JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 6000 reached\n"
		  "1 guar>prov placed_pay/placed p1 4000 reached\n" },
		{ "per payer: after the split",
		  "[" LIMIT("settled", "'lost'", "lost", "waiting", "'payer'", "5000") "]",
		  THREE JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 5000 reached\n"
		  "1 town>prov placed_pay/placed p1 3333 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define KIND(body) "'/limits',[{'name':'rule','of':['placed_pay'],'order':'settled'," body "}]"

static void
other_kinds_of_limits(void **state)
{
	static const struct settle_row rows[] = {
		{ "the price of the nth",
		  "[" ONE_FUND "," KIND("'per':['contract'],'along':'count','steps':[{'to':1,'rate':'1'},"
					"{'rate':'1.25'}],'excess':'lost','unused':'lost','freed':'lost'") "]",
		  THREE JOB("j2", "p2", "2018-02-10") JOB("j1", "p1", "2018-02-01")
		  OK("v", "'@j1','@j2'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 12500 reached\n" },
		{ "steps along the amount",
		  "[" ONE_FUND "," KIND("'per':['contract'],'along':'amount','steps':[{'to':15000,'rate':"
					"'1'},{'to':20000,'rate':'0.5'}],'excess':'lost','unused':'lost','freed':"
					"'lost'") "]",
		  THREE JOB("j2", "p2", "2018-02-10") JOB("j1", "p1", "2018-02-01")
		  JOB("j3", "p3", "2018-02-11") OK("v", "'@j1','@j2','@j3'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 7500 reached\n"
		  "1 fund>prov placed_pay/placed p3 0 limit\n" },
		{ "scaled", "[" ONE_FUND "," KIND("'per':['contract'],'scale':'0.3333'") "]",
		  THREE JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 3333 reached\n" },
		{ "a floor on its day",
		  "[" ONE_FUND "," KIND("'per':['contract'],'floor':25000,'on':'2018-06-30','from':'town',"
					"'to':'prov'") "]",
		  THREE JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle\nsettle\n"
		  NO("w", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 town>prov rule - 15000 floor\n"
		  "3 fund>prov placed_pay/placed p1 -10000 reversed\n"
		  "3 town>prov rule - 10000 changed\n" },
		{ "what others earned is taken off",
		  "[" ONE_FUND ",'/payments/first',{'for':'placed','price':4000,'round':'half_up','from':"
		  "'fund','to':'prov','ended':'achieved'},"
		  KIND("'per':['person'],'less':['first']") "]",
		  THREE JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle",
		  "1 fund>prov first/placed p1 4000 reached\n"
		  "1 fund>prov placed_pay/placed p1 6000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define TAX "'/tables/vat',{'rows':[{'from':'2018-01-01','then':'0.25'},{'from':'2018-03-01'," \
	"'then':'0.12'}],'kind':'steps','missing':'error'},'/payments/placed_pay/tax','vat'"

static void
shares_tax_and_holds(void **state)
{
	static const struct settle_row rows[] = {
		{ "thirds: the largest weight bears the rest", NULL,
		  THREE JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 6667 reached\n"
		  "1 town>prov placed_pay/placed p1 3333 reached\n" },
		{ "thirds: the last bears the rest", "['/shares/both/residual','last']",
		  THREE JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 6666 reached\n"
		  "1 town>prov placed_pay/placed p1 3334 reached\n" },
		{ "tranches",
		  "['/shares/both',{'tranches':[{'to':15000,'parts':[{'party':'fund','weight':1}]},"
		  "{'parts':[{'party':'town','weight':1}]}],'order':'settled','residual':'first',"
		  "'none':'unknown'}]",
		  THREE JOB("j2", "p2", "2018-02-10") JOB("j1", "p1", "2018-02-01")
		  OK("v", "'@j1','@j2'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 5000 reached\n"
		  "1 town>prov placed_pay/placed p2 5000 reached\n" },
		{ "tax by the day of the outcome", "[" ONE_FUND "," TAX "]",
		  THREE JOB("j1", "p1", "2018-02-28") JOB("j2", "p2", "2018-03-01")
		  OK("v", "'@j1','@j2'") "settle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov placed_pay/placed p1 2500 reached tax vat\n"
		  "1 fund>prov placed_pay/placed p2 10000 reached\n"
		  "1 fund>prov placed_pay/placed p2 1200 reached tax vat\n" },
		{ "a tenth is held until its day, rounded down",
		  "[" ONE_FUND ",'/payments/placed_pay/price',9999,'/payments/placed_pay/hold',"
		  "{'part':'0.1','until':'2018-06-30'}]",
		  THREE JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle\nsettle",
		  "1 fund>prov placed_pay/placed p1 9000 reached\n"
		  "2 fund>prov placed_pay/placed p1 999 changed\n" },
		{ "due later than reached",
		  "[" ONE_FUND ",'/payments/placed_pay/due',{'shift':['outcome.date',3,'month']}]",
		  THREE JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle\nsettle",
		  "2 fund>prov placed_pay/placed p1 10000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define FEE "'/payments/fee',{'for':{'each':'quarter','of':'people','due':'end','from':" \
	"'enrolment.start','until':'contract.outcome_until'},'when':{'gt':['hours',0]},'price':" \
	"{'mul':[100,'hours']},'round':'half_up','from':'fund','to':'prov','ended':'achieved'}"
#define TALK(label, p, on, hours) \
	on " prov activity.logged " label " {'participant':'" p "','on':'" on "','kind':'support'," \
	"'hours':'" hours "'}\n"

static void
periods_are_metered(void **state)
{
	static const struct settle_row rows[] = {
		{ "hours of a quarter, to its last day", "[" FEE "]",
		  ENROL("p1", "2018-01-10") TALK("a", "p1", "2018-03-31", "2.5")
		  TALK("b", "p1", "2018-04-01", "1") "settle\nsettle",
		  "1 fund>prov fee p1#2018-q1 250 period\n"
		  "2 fund>prov fee p1#2018-q2 100 period\n" },
		{ "a late report, changed", "[" FEE "]",
		  ENROL("p1", "2018-01-10") TALK("a", "p1", "2018-03-31", "2.5") "settle\n"
		  TALK("b", "p1", "2018-02-01", "1") "settle",
		  "1 fund>prov fee p1#2018-q1 250 period\n"
		  "2 fund>prov fee p1#2018-q1 100 changed ~b\n" },
		{ "a retracted one, changed", "[" FEE "]",
		  ENROL("p1", "2018-01-10") TALK("a", "p1", "2018-03-31", "2.5") "settle\n"
		  "2018-04-02 prov event.retracted gone {'event':'@a'}\nsettle",
		  "1 fund>prov fee p1#2018-q1 250 period\n"
		  "2 fund>prov fee p1#2018-q1 -250 reversed ~gone\n" },
		{ "not a member: nothing", "[" FEE "]",
		  "2018-01-10 prov participant.enrolled e {'participant':'p1','on':'2018-01-10',"
		  "'attributes':{'home':'x'}}\n" TALK("a", "p1", "2018-03-31", "2.5") "settle", "" },
	};

	(void)state;
	RUN(rows);
}

#define TARGET "'/values/share_placed',{'is':{'div':[{'over':{'group':'people','do':'count','where':" \
	"{'ge':['placed',1]}}},{'over':{'group':'people','do':'count'}}]},'subject':'contract'}," \
	"'/outcomes/target',{'for':'contract','on':'2018-06-30','count':{'ge':['share_placed'," \
	"'0.5']},'final':'2018-09-30'},'/payments/placed_pay/for','target','/payments/placed_pay/from'," \
	"'fund','/shares',{}"

/* 8: a cohort's result on its day, with its final. */
static void
a_cohort_is_read_on_its_day(void **state)
{
	static const struct settle_row rows[] = {
		{ "half of two is half", "[" TARGET "]",
		  ENROL("p1", "2018-01-10") ENROL("p2", "2018-01-10") JOB("j1", "p1", "2018-06-30")
		  OK("v", "'@j1'") "settle\nsettle",
		  "2 fund>prov placed_pay/target - 10000 reached\n" },
		{ "one day late", "[" TARGET "]",
		  ENROL("p1", "2018-01-10") ENROL("p2", "2018-01-10") JOB("j1", "p1", "2018-07-01")
		  OK("v", "'@j1'") "settle\nsettle\nsettle", "" },
		{ "a third is not half", "[" TARGET "]",
		  THREE JOB("j1", "p1", "2018-06-30") OK("v", "'@j1'") "settle\nsettle", "" },
		{ "nobody: unknown, no line", "[" TARGET "]", "settle\nsettle", "" },
		{ "late evidence until the final day", "[" TARGET "]",
		  ENROL("p1", "2018-01-10") ENROL("p2", "2018-01-10") JOB("j1", "p1", "2018-06-30")
		  "settle\nsettle\n" OK("v", "'@j1'") "settle",
		  "3 fund>prov placed_pay/target - 10000 reached\n" },
		{ "too late: after the final day it stays", "[" TARGET "]",
		  ENROL("p1", "2018-01-10") ENROL("p2", "2018-01-10") JOB("j1", "p1", "2018-06-30")
		  OK("v", "'@j1'") "settle\nsettle\nsettle\n" NO("w", "'@j1'") "settle",
		  "2 fund>prov placed_pay/target - 10000 reached\n" },
		{ "a correction within it takes it back", "[" TARGET "]",
		  ENROL("p1", "2018-01-10") ENROL("p2", "2018-01-10") JOB("j1", "p1", "2018-06-30")
		  OK("v", "'@j1'") "settle\nsettle\n" NO("w", "'@j1'") "settle",
		  "2 fund>prov placed_pay/target - 10000 reached\n"
		  "3 fund>prov placed_pay/target - -10000 reversed\n" },
	};

	(void)state;
	RUN(rows);
}

static void
decided_amounts_are_owed(void **state)
{
	static const struct settle_row rows[] = {
		{ "decided: that payer's amount, whatever the facts", NULL,
		  THREE JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle\n"
		  "2018-04-25 fund dispute.opened d {'line':'@line_1_1','reason':'wrong'}\n"
		  "2018-05-25 ver dispute.resolved r {'dispute':'@d','amount':5000}\nsettle\n"
		  NO("w", "'@j1'") "settle",
		  "1 fund>prov placed_pay/placed p1 6667 reached\n"
		  "1 town>prov placed_pay/placed p1 3333 reached\n"
		  "2 fund>prov placed_pay/placed p1 -1667 decided\n"
		  "3 town>prov placed_pay/placed p1 -3333 changed\n" },
		{ "what adds up to 0 is not reversed: of 5000 the fund owes 3334, the town gets 3334 back",
		  "['/payments/placed_pay/price',{'mul':[200,'extent']}]",
		  ENROL("p1", "2018-01-10") JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle\n"
		  "2018-04-25 town dispute.opened d {'line':'@line_1_2','reason':'wrong'}\n"
		  "2018-05-25 ver dispute.resolved r {'dispute':'@d','amount':-3334}\n"
		  "2018-05-26 prov event.corrected fix {'event':'@j1','body':{'participant':'p1',"
		  "'from':'2018-02-01','kind':'employment','extent':'25'},'reason':'wrong_extent'}\n"
		  OK_ON("2018-05-27", "w", "'@fix'") "settle",
		  "1 fund>prov placed_pay/placed p1 6667 reached\n"
		  "1 town>prov placed_pay/placed p1 3333 reached\n"
		  "2 fund>prov placed_pay/placed p1 -3333 changed\n"
		  "2 town>prov placed_pay/placed p1 -6667 decided\n" },
		{ "it stands", NULL,
		  THREE JOB("j1", "p1", "2018-02-01") OK("v", "'@j1'") "settle\n"
		  "2018-04-25 fund dispute.opened d {'line':'@line_1_1','reason':'wrong'}\n"
		  "2018-05-25 ver dispute.resolved r {'dispute':'@d','stands':true}\nsettle",
		  "1 fund>prov placed_pay/placed p1 6667 reached\n"
		  "1 town>prov placed_pay/placed p1 3333 reached\n" },
	};

	(void)state;
	RUN(rows);
}

/* A line of zero names who would pay: nobody has verified the job. */
static void
zero_lines_name_who_would_pay(void **state)
{
#define START ENROL("p1", "2018-01-10") JOB("job", "p1", "2018-02-01")
#define FIRST(weight) "'/shares/both/parts/0/weight'," weight
#define SECOND(weight) "'/shares/both/parts/1/weight'," weight
#define BY_HOME "{'if':[{'is':['person.home','b']},1,0]}"
	static const struct settle_row rows[] = {
		{ "the first", NULL, START "settle", "1 fund>prov placed_pay/placed p1 0 proof\n" },
		{ "not who bears nothing of this person", "[" FIRST(BY_HOME) "]", START "settle",
		  "1 town>prov placed_pay/placed p1 0 proof\n" },
		{ "who bears all where all weights are 0",
		  "[" FIRST(BY_HOME) "," SECOND(BY_HOME) ",'/shares/both/none','guar']", START "settle",
		  "1 guar>prov placed_pay/placed p1 0 proof\n" },
		{ "the first where nobody then does", "[" FIRST("0") "," SECOND(BY_HOME) "]",
		  START "settle", "1 fund>prov placed_pay/placed p1 0 proof\n" },
		{ "one whose weight is known", "[" FIRST("'person.income'") "]", START "settle",
		  "1 town>prov placed_pay/placed p1 0 proof\n" },
		{ "the first where no weight is known",
		  "[" FIRST("'person.income'") "," SECOND("'person.income'") "]", START "settle",
		  "1 fund>prov placed_pay/placed p1 0 proof\n" },
		{ "of tranches the first one's", "['/shares/both',{'tranches':[{'to':15000,'parts':"
		  "[{'party':'fund','weight':0},{'party':'town','weight':1}]},{'parts':[{'party':'guar',"
		  "'weight':1}]}],'order':'settled','residual':'first','none':'unknown'}]", START "settle",
		  "1 town>prov placed_pay/placed p1 0 proof\n" },
		{ "the payee, too", "['/shares/prov_by_home',{'parts':[{'party':'prov','weight':" BY_HOME
		  "},{'party':'prov2','weight':1}],'residual':'first','none':'unknown'},"
		  "'/payments/placed_pay/to','prov_by_home']", START "settle",
		  "1 fund>prov2 placed_pay/placed p1 0 proof\n" },
	};

	(void)state;
	RUN(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_move_although_their_sum_stays),
		cmocka_unit_test(caps_bite_in_their_order),
		cmocka_unit_test(other_kinds_of_limits),
		cmocka_unit_test(shares_tax_and_holds),
		cmocka_unit_test(caps_see_through_what_is_held_back),
		cmocka_unit_test(who_was_paid_before_comes_first_in_another_period),
		cmocka_unit_test(zero_lines_name_who_would_pay),
		cmocka_unit_test(periods_are_metered),
		cmocka_unit_test(a_cohort_is_read_on_its_day),
		cmocka_unit_test(decided_amounts_are_owed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
