/* test_settle.c - the numbered points of the semantics on small contracts; each expected line is
 * worked out by hand. Price 100.00 kronor, two thirds fund, one third town. */
#include "settle_case.h"
#include "settle_case_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define Q1_PAID "1 fund>prov placed_pay/placed p1 6667 reached\n" \
		"1 town>prov placed_pay/placed p1 3333 reached\n"
#define Q2_BACK "2 fund>prov placed_pay/placed p1 -6667 reversed\n" \
		"2 town>prov placed_pay/placed p1 -3333 reversed\n"
#define START ENROL("p1", "2018-01-10") JOB("job", "p1", "2018-02-01")

#define SAMPLED(accept) \
	"['/parties/prov/source',['spell.started'],'/proofs/attested',{'by':['provider'],'accept':'" accept \
	"','sample':{'share':'0.5','of':'settled_period','seed':'next_checkpoint'}}]"
#define MORE_HOURS \
	"2018-03-20 prov event.corrected fix {'event':'@job','body':{'participant':'p1'," \
	"'from':'2018-02-01','kind':'employment','extent':'75'}}\n"

/* 1: which member of a chain counts. */
static void
facts_count_as_their_proof_demands(void **state)
{
	static const struct settle_row rows[] = {
		{ "nobody has looked: a candidate", NULL, START "settle",
		  "1 fund>prov placed_pay/placed p1 0 proof\n" },
		{ "accepted", NULL, START OK("v", "'@job'") "settle", Q1_PAID },
		{ "rejected", NULL, START NO("v", "'@job'") "settle",
		  "1 fund>prov placed_pay/placed p1 0 proof\n" },
		{ "rejected, then accepted by the same", NULL,
		  START NO("v", "'@job'") OK("w", "'@job'") "settle", Q1_PAID },
		{ "accepted, then rejected by the same", NULL,
		  START OK("v", "'@job'") NO("w", "'@job'") "settle",
		  "1 fund>prov placed_pay/placed p1 0 proof\n" },
		{ "the provider's own verdict is none", NULL,
		  START "2018-03-20 prov claim.attested v {'events':['@job'],'method':'letter',"
			"'verdict':'accepted'}\nsettle",
		  "1 fund>prov placed_pay/placed p1 0 proof\n" },
		{ "a correction waits: the accepted predecessor counts", NULL,
		  START OK("v", "'@job'")
		  "2018-03-22 prov event.corrected fix {'event':'@job','body':{'participant':'p1',"
		  "'from':'2018-02-01','kind':'employment','extent':'10'}}\nsettle", Q1_PAID },
		{ "a rejected correction leaves its predecessor", NULL,
		  START OK("v", "'@job'")
		  "2018-03-22 prov event.corrected fix {'event':'@job','body':{'participant':'p1',"
		  "'from':'2018-02-01','kind':'employment','extent':'10'}}\n" NO("w", "'@fix'") "settle",
		  Q1_PAID },
		{ "an accepted correction counts", NULL,
		  START OK("v", "'@job'") "settle\n"
		  "2018-04-22 prov event.corrected fix {'event':'@job','body':{'participant':'p1',"
		  "'from':'2018-02-01','kind':'employment','extent':'10'}}\n" OK("w", "'@fix'") "settle",
		  Q1_PAID Q2_BACK },
		{ "a retraction counts at once, without any verdict", NULL,
		  START OK("v", "'@job'") "settle\n"
		  "2018-04-22 prov event.retracted gone {'event':'@job'}\nsettle", Q1_PAID Q2_BACK },
		{ "sampled: it counts before anybody has looked", SAMPLED("none"), START "settle", Q1_PAID },
		{ "sampled: what is rejected does not count", SAMPLED("none"),
		  START NO("v", "'@job'") "settle", "1 fund>prov placed_pay/placed p1 0 proof\n" },
		{ "sampled: behind a rejected correction nothing counts, its sender has said otherwise",
		  SAMPLED("none"), START MORE_HOURS NO("v", "'@fix'") "settle",
		  "1 fund>prov placed_pay/placed p1 0 proof\n" },
		{ "sampled: the predecessor's rejection says nothing of the correction", SAMPLED("none"),
		  START MORE_HOURS NO("v", "'@job'") "settle", Q1_PAID },
		{ "sampled: a source's facts count too", SAMPLED("feed"), START "settle", Q1_PAID },
		{ "sampled: what is rejected does not count, whoever the source is", SAMPLED("feed"),
		  START NO("v", "'@job'") "settle", "1 fund>prov placed_pay/placed p1 0 proof\n" },
		{ "24 percent is no candidate", NULL,
		  ENROL("p1", "2018-01-10") JOB_OF("job", "p1", "2018-02-01", "24") OK("v", "'@job'")
		  "settle", "" },
		{ "25 percent exactly is enough", NULL,
		  ENROL("p1", "2018-01-10") JOB_OF("job", "p1", "2018-02-01", "25") OK("v", "'@job'")
		  "settle", Q1_PAID },
		{ "two jobs add up", NULL,
		  ENROL("p1", "2018-01-10") JOB_OF("job", "p1", "2018-02-01", "12.5")
		  JOB_OF("two", "p1", "2018-02-01", "12.5") OK("v", "'@job','@two'") "settle", Q1_PAID },
	};

	(void)state;
	RUN(rows);
}

#define KEPT "['/outcomes/kept',{'for':'people','per':'day','count':'at_work','reach':{'run':" \
	"{'n':2,'unit':'month'},'gap':{'each':3,'total':5,'clock':'runs'}},'from':" \
	"'enrolment.start','until':'contract.outcome_until','times':{'max':1,'per':'person'}," \
	"'show':['proof','until','gap']},'/payments/placed_pay/for','kept']"
#define STANDS "['/outcomes/kept',{'for':'people','per':'day','count':'at_work','reach':{'run':" \
	"{'n':2,'unit':'month'},'gap':{'each':3,'total':5,'clock':'stands'}},'from':" \
	"'enrolment.start','until':'contract.outcome_until','times':{'max':1,'per':'person'}," \
	"'show':[]},'/payments/placed_pay/for','kept']"
#define ENDED(label, job, p, on) \
	on " prov spell.ended " label " {'participant':'" p "','on':'" on "','spell':'@" job "'}\n"
#define ONE(text) "1 fund>prov placed_pay/kept p1 6667 reached " text "\n" \
		  "1 town>prov placed_pay/kept p1 3333 reached " text "\n"
#define TWO(text) "2 fund>prov placed_pay/kept p1 6667 reached " text "\n" \
		  "2 town>prov placed_pay/kept p1 3333 reached " text "\n"

/* 1, 2: spells to their day; windows to theirs. */
static void
a_run_ends_on_its_day(void **state)
{
	static const struct settle_row rows[] = {
		{ "reaches its last report, achieved", KEPT,
		  START STILL("c", "job", "p1", "2018-03-31") OK("v", "'@job','@c'") "settle",
		  ONE("2018-03-31") },
		{ "one day short of its last report", KEPT,
		  START STILL("c", "job", "p1", "2018-03-30") OK("v", "'@job','@c'") "settle", "" },
		{ "a report that nobody accepted reaches nothing: a candidate", KEPT,
		  START STILL("c", "job", "p1", "2018-03-31") OK("v", "'@job'") "settle",
		  "1 fund>prov placed_pay/kept p1 0 proof\n" },
		{ "an end that nobody accepted cuts", KEPT,
		  START STILL("c", "job", "p1", "2018-03-31") OK("v", "'@job','@c'")
		  ENDED("end", "job", "p1", "2018-03-30") "settle", "" },
		{ "an end that nobody accepted lengthens nothing: a candidate", KEPT,
		  START ENDED("end", "job", "p1", "2018-03-31") OK("v", "'@job'") "settle",
		  "1 fund>prov placed_pay/kept p1 0 proof\n" },
		{ "an accepted end reaches its day, achieved", KEPT,
		  START ENDED("end", "job", "p1", "2018-03-31") OK("v", "'@job','@end'") "settle",
		  ONE("2018-03-31") },
		{ "a lowering change cuts at once", KEPT,
		  START STILL("c", "job", "p1", "2018-03-31") OK("v", "'@job','@c'")
		  "2018-03-25 prov spell.changed low {'participant':'p1','from':'2018-03-01',"
		  "'extent':'20','spell':'@job'}\nsettle", "" },
		{ "a raising change waits", KEPT,
		  ENROL("p1", "2018-01-10") JOB_OF("job", "p1", "2018-02-01", "20")
		  STILL("c", "job", "p1", "2018-03-31") OK("v", "'@job','@c'")
		  "2018-02-01 prov spell.changed up {'participant':'p1','from':'2018-02-01',"
		  "'extent':'40','spell':'@job'}\nsettle",
		  "1 fund>prov placed_pay/kept p1 0 proof\n" },
		{ "three days off, achieved", KEPT,
		  START ENDED("end", "job", "p1", "2018-02-20") JOB("two", "p1", "2018-02-24")
		  STILL("c", "two", "p1", "2018-03-31") OK("v", "'@job','@end','@two','@c'") "settle",
		  ONE("2018-03-31") },
		{ "four days off break it: gap", KEPT,
		  START ENDED("end", "job", "p1", "2018-02-20") JOB("two", "p1", "2018-02-25")
		  STILL("c", "two", "p1", "2018-03-31") OK("v", "'@job','@end','@two','@c'") "settle",
		  "1 fund>prov placed_pay/kept p1 0 gap\n" },
		{ "a break over the end: achieved on the first day that counts", KEPT,
		  START ENDED("end", "job", "p1", "2018-03-30") JOB("two", "p1", "2018-04-03")
		  OK("v", "'@job','@end','@two'") "settle\nsettle", TWO("2018-04-03") },
		{ "the clock stands for three days, achieved", STANDS,
		  START ENDED("end", "job", "p1", "2018-02-20") JOB("two", "p1", "2018-02-24")
		  STILL("c", "two", "p1", "2018-04-10") OK("v", "'@job','@end','@two','@c'")
		  "settle\nsettle", TWO("2018-04-03") },
	};

	(void)state;
	RUN(rows);
}

/* 3, 4: keys, postings, differences; nothing after `through` counts. */
static void
lines_are_differences(void **state)
{
	static const struct settle_row rows[] = {
		{ "late evidence, changed", NULL,
		  START "settle\n" OK("v", "'@job'") "settle",
		  "1 fund>prov placed_pay/placed p1 0 proof\n"
		  "2 fund>prov placed_pay/placed p1 6667 reached ~v\n"
		  "2 town>prov placed_pay/placed p1 3333 reached ~v\n" },
		{ "a reversed attestation, changed", NULL,
		  START OK("v", "'@job'") "settle\n" NO("w", "'@job'") "settle\nsettle",
		  "1 fund>prov placed_pay/placed p1 6667 reached\n"
		  "1 town>prov placed_pay/placed p1 3333 reached\n"
		  "2 fund>prov placed_pay/placed p1 -6667 reversed ~w\n"
		  "2 town>prov placed_pay/placed p1 -3333 reversed ~w\n" },
		{ "back again", NULL,
		  START OK("v", "'@job'") "settle\n" NO("w", "'@job'") "settle\n" OK("x", "'@job'")
		  "settle",
		  Q1_PAID Q2_BACK
		  "3 fund>prov placed_pay/placed p1 6667 changed\n"
		  "3 town>prov placed_pay/placed p1 3333 changed\n" },
		{ "through: the last day counts", NULL,
		  ENROL("p1", "2018-01-10") JOB("job", "p1", "2018-03-31") OK("v", "'@job'")
		  "settle", Q1_PAID },
		{ "through: the day after does not", NULL,
		  ENROL("p1", "2018-01-10") JOB("job", "p1", "2018-04-01") OK("v", "'@job'")
		  "settle\nsettle",
		  "2 fund>prov placed_pay/placed p1 6667 reached\n"
		  "2 town>prov placed_pay/placed p1 3333 reached\n" },
		{ "nothing changed, nothing said", NULL,
		  START OK("v", "'@job'") "settle\nsettle\nsettle", Q1_PAID },
		{ "an earlier date in another year moves the posting", NULL,
		  ENROL("p1", "2018-01-10") JOB("job", "p1", "2018-12-31") OK("v", "'@job'")
		  "settle\nsettle\nsettle\nsettle\n"
		  "2019-01-20 prov event.corrected fix {'event':'@job','body':{'participant':'p1',"
		  "'from':'2018-06-30','kind':'employment','extent':'50'}}\n" OK("w", "'@fix'") "settle",
		  "4 fund>prov placed_pay/placed p1 6667 reached\n"
		  "4 town>prov placed_pay/placed p1 3333 reached\n" },
		{ "the share moves with the person's home",
		  "['/shares/both',{'parts':[{'party':'fund','weight':{'is':['person.home','a']}},"
		  "{'party':'town','weight':{'is':['person.home','b']}}],'residual':'first','none':"
		  "'unknown'}]",
		  START OK("v", "'@job'") "settle\n"
		  "2018-04-02 prov participant.changed ch {'participant':'p1','from':'2018-01-20',"
		  "'attributes':{'home':'b'}}\nsettle",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p1 -10000 moved\n"
		  "2 town>prov placed_pay/placed p1 10000 moved\n" },
	};

	(void)state;
	RUN(rows);
}

/* 5: a real outcome that earns nothing, and why; the first qualifier in its fixed order. */
static void
zero_lines_name_the_first_qualifier_that_fails(void **state)
{
	static const struct settle_row rows[] = {
		{ "outside the group", NULL,
		  "2018-01-10 prov participant.enrolled e {'participant':'p1','on':'2018-01-10',"
		  "'attributes':{'home':'x'}}\n" JOB("job", "p1", "2018-02-01") OK("v", "'@job'")
		  "settle\nsettle", "1 fund>prov placed_pay/placed p1 0 group\n" },
		{ "outside and unproven: group comes first", NULL,
		  "2018-01-10 prov participant.enrolled e {'participant':'p1','on':'2018-01-10',"
		  "'attributes':{'home':'x'}}\n" JOB("job", "p1", "2018-02-01") "settle",
		  "1 fund>prov placed_pay/placed p1 0 group\n" },
		{ "one day too late", NULL,
		  ENROL("p1", "2018-01-10") JOB("job", "p1", "2019-01-01") OK("v", "'@job'")
		  "settle\nsettle\nsettle\nsettle\nsettle",
		  "5 fund>prov placed_pay/placed p1 0 until\n" },
		{ "on the last day", NULL,
		  ENROL("p1", "2018-01-10") JOB("job", "p1", "2018-12-31") OK("v", "'@job'")
		  "settle\nsettle\nsettle\nsettle",
		  "4 fund>prov placed_pay/placed p1 6667 reached\n"
		  "4 town>prov placed_pay/placed p1 3333 reached\n" },
		{ "a second enrolment: times", NULL,
		  START OK("v", "'@job'")
		  "2018-03-01 prov participant.enrolled again {'participant':'p1','on':'2018-03-01',"
		  "'attributes':{'home':'a'}}\n"
		  JOB("two", "p1", "2018-03-05") OK("w", "'@two'") "settle",
		  Q1_PAID "1 fund>prov placed_pay/placed p1 0 times\n" },
		{ "the reason changes: a new line", NULL,
		  "2018-01-10 prov participant.enrolled e {'participant':'p1','on':'2018-01-10',"
		  "'attributes':{'home':'x'}}\n" JOB("job", "p1", "2018-02-01") "settle\n"
		  "2018-04-02 prov event.corrected fix {'event':'@e','body':{'participant':'p1',"
		  "'on':'2018-01-10','attributes':{'home':'a'}}}\nsettle",
		  "1 fund>prov placed_pay/placed p1 0 group\n"
		  "2 fund>prov placed_pay/placed p1 0 proof\n" },
		{ "not shown: no line", "['/outcomes/placed/show',[]]", START "settle", "" },
		{ "a price of nothing", "['/payments/placed_pay/price',0]",
		  START OK("v", "'@job'") "settle", "1 fund>prov placed_pay/placed p1 0 price\n" },
		{ "an unknown price is pending", "['/payments/placed_pay/price','person.worth']",
		  START OK("v", "'@job'") "settle\n"
		  "2018-04-02 prov participant.changed ch {'participant':'p1','from':'2018-01-20',"
		  "'attributes':{'worth':300}}\nsettle",
		  "1 fund>prov placed_pay/placed p1 0 pending\n"
		  "2 fund>prov placed_pay/placed p1 200 reached\n"
		  "2 town>prov placed_pay/placed p1 100 reached\n" },
		{ "a condition that is false: nothing", "['/payments/placed_pay/when',false]",
		  START OK("v", "'@job'") "settle", "" },
	};

	(void)state;
	RUN(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_count_as_their_proof_demands),
		cmocka_unit_test(a_run_ends_on_its_day),
		cmocka_unit_test(lines_are_differences),
		cmocka_unit_test(zero_lines_name_the_first_qualifier_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
