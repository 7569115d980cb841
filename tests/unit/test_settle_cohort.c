/* test_settle_cohort.c - limits per period of enrolment: who began in the same quarter shares a
 * bucket, whenever what is paid for was achieved. Worked out by hand from contracts/README.md. */
#include "settle_case.h"
#include "settle_case_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CORRECTED(p, day, recorded) \
	recorded " prov event.corrected k_" p " {'event':'@e_" p "','body':{'participant':'" p "','on':'" \
	day "','attributes':{'home':'a'}}}\n"
#define GOES(label, of, recorded) recorded " prov event.retracted " label " {'event':'@" of "'}\n"
/* Began on the day, checked on the same. */
#define WORK(p, day) JOB("j_" p, p, day) OK_ON(day, "v_" p, "'@j_" p "'")
#define LIMIT(per, steps, along, order, freed) \
	"'/limits',[{'name':'most','of':['placed_pay'],'per':[" per "],'steps':[" steps "],'along':'" along \
	"','order':'" order "','excess':'lost','unused':'lost','freed':'" freed "'}]"
#define CAP(order, freed) \
	"[" ONE_FUND "," LIMIT("{'enrolled':'quarter'}", "{'to':15000,'rate':'1'}", "amount", order, freed) "]"
#define SECOND \
	"[" ONE_FUND "," LIMIT("{'enrolled':'quarter'}", "{'to':1,'rate':'1'},{'rate':'1.5'}", "count", \
			   "achieved", "waiting") "]"
#define EACH_YEAR \
	"[" ONE_FUND "," LIMIT("{'enrolled':'quarter'},{'achieved':'quarter'}", "{'to':15000,'rate':'1'}", \
			   "amount", "settled", "waiting") "]"
#define FLOOR(per) \
	"[" ONE_FUND ",'/limits',[{'name':'least','of':['placed_pay'],'per':[" per "],'floor':12000," \
	"'on':'2018-06-30','order':'settled','from':'fund','to':'prov'}]]"
/* Of persons, whatever the enrolment. */
#define PERSONS \
	"'/groups/people',{'of':'person','as_of':'enrolled'},'/outcomes/placed/from','2018-01-01'," \
	"'/outcomes/placed/show',[]"
#define FEE \
	"[" ONE_FUND ",'/payments/fee',{'for':{'each':'quarter','of':'contract','due':'end','from':" \
	"'contract.start','until':'2018-06-30'},'price':10000,'round':'half_up','from':'fund','to':" \
	"'prov','ended':'achieved'},'/limits',[{'name':'most','of':['placed_pay','fee'],'per':[{" \
	"'enrolled':'quarter'}],'steps':[{'to':25000,'rate':'1'}],'along':'amount','order':'settled'," \
	"'excess':'lost','unused':'lost','freed':'waiting'}]]"

/* p1 and p2 began in the first quarter, p3 in the second; all are placed in the second. */
#define THREE_BEGIN ENROL("p1", "2018-01-10") ENROL("p2", "2018-03-31") ENROL("p3", "2018-04-01")
#define THREE_WORK WORK("p1", "2018-04-10") WORK("p2", "2018-04-12") WORK("p3", "2018-05-02")
#define THREE THREE_BEGIN "settle\n" THREE_WORK "settle\n"

static void
a_bucket_for_who_began_together(void **state)
{
	static const struct settle_row rows[] = {
		{ "a cap: 15,000 for those of one quarter", CAP("settled", "waiting"), THREE,
		  "2 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2 5000 reached\n"
		  "2 fund>prov placed_pay/placed p3 10000 reached\n" },
		{ "a higher price for the second of those of one quarter", SECOND, THREE,
		  "2 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2 15000 reached\n"
		  "2 fund>prov placed_pay/placed p3 10000 reached\n" },
		{ "whoever comes later finds what those of the quarter left", CAP("settled", "waiting"),
		  THREE ENROL("p4", "2018-05-01") WORK("p4", "2018-08-01") "settle\n"
		  ENROL("p5", "2018-07-01") WORK("p5", "2018-10-02") "settle\n",
		  "2 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2 5000 reached\n"
		  "2 fund>prov placed_pay/placed p3 10000 reached\n"
		  "3 fund>prov placed_pay/placed p4 5000 reached\n"
		  "4 fund>prov placed_pay/placed p5 10000 reached\n" },
		{ "of those of a quarter, what a quarter brings", EACH_YEAR,
		  THREE_BEGIN WORK("p1", "2018-03-30") WORK("p2", "2018-04-12") WORK("p3", "2018-05-02")
		  ENROL("p4", "2018-03-02") WORK("p4", "2018-05-03") "settle\nsettle\n",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2 10000 reached\n"
		  "2 fund>prov placed_pay/placed p3 10000 reached\n"
		  "2 fund>prov placed_pay/placed p4 5000 reached\n" },
		{ "a person goes by the first enrolment",
		  "[" ONE_FUND "," PERSONS "," LIMIT("{'enrolled':'quarter'}", "{'to':15000,'rate':'1'}",
						 "amount", "settled", "waiting") "]",
		  THREE_BEGIN ENROLLED("again", "p1", "2018-04-05", "2018-04-05", "'home':'a'", "") "settle\n"
		  WORK("p3", "2018-04-10") WORK("p1", "2018-05-01") WORK("p2", "2018-05-02") "settle\n",
		  "2 fund>prov placed_pay/placed p3 10000 reached\n"
		  "2 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2 5000 reached\n" },
		{ "the contract's own goes by its first day", FEE,
		  ENROL("p1", "2018-01-10") ENROL("p3", "2018-04-01") WORK("p1", "2018-02-01")
		  WORK("p3", "2018-05-02") "settle\nsettle\n",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "1 fund>prov fee -#2018-q1 10000 period\n"
		  "2 fund>prov placed_pay/placed p3 10000 reached\n"
		  "2 fund>prov fee -#2018-q2 5000 period\n" },
		{ "a floor for those of each quarter", FLOOR("{'enrolled':'quarter'}"), THREE,
		  "2 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2 10000 reached\n"
		  "2 fund>prov placed_pay/placed p3 10000 reached\n"
		  "2 fund>prov least -#2018-q2 2000 floor\n" },
		{ "a floor for each person of each quarter", FLOOR("'person',{'enrolled':'quarter'}"),
		  THREE_BEGIN WORK("p3", "2018-05-02") "settle\nsettle\n",
		  "2 fund>prov placed_pay/placed p3 10000 reached\n"
		  "2 fund>prov least p3#2018-q2 2000 floor\n" },
	};

	(void)state;
	RUN(rows);
}

#define PAID \
	"2 fund>prov placed_pay/placed p1 10000 reached\n" \
	"2 fund>prov placed_pay/placed p2 5000 reached\n" \
	"2 fund>prov placed_pay/placed p3 10000 reached\n"

static void
when_the_first_day_is_corrected(void **state)
{
	static const struct settle_row rows[] = {
		{ "it goes over to the other quarter's, and comes before who was later there",
		  CAP("achieved", "waiting"), THREE CORRECTED("p2", "2018-04-02", "2018-07-10") "settle\n",
		  PAID "3 fund>prov placed_pay/placed p2 5000 changed\n"
		  "3 fund>prov placed_pay/placed p3 -5000 changed\n" },
		{ "what was paid to the others there stands", CAP("settled", "waiting"),
		  THREE CORRECTED("p2", "2018-04-02", "2018-07-10") "settle\n", PAID },
		{ "who stayed behind finds the room", CAP("settled", "waiting"),
		  THREE CORRECTED("p1", "2018-04-02", "2018-07-10") "settle\n",
		  PAID "3 fund>prov placed_pay/placed p2 5000 changed\n" },
		{ "within the quarter nothing moves", CAP("settled", "waiting"),
		  THREE CORRECTED("p2", "2018-01-02", "2018-07-10") "settle\n", PAID },
	};

	(void)state;
	RUN(rows);
}

/* The room that p1 had freed stays taken, in the quarter in which p1 was first said to have begun. */
static void
when_it_is_gone(void **state)
{
	static const struct settle_row rows[] = {
		{ "its room is lost to those of its quarter", CAP("settled", "lost"),
		  THREE GOES("g", "j_p1", "2018-07-10") "settle\n",
		  PAID "3 fund>prov placed_pay/placed p1 -10000 reversed\n" },
		{ "also where the first day is corrected with it", CAP("settled", "lost"),
		  THREE GOES("g", "j_p1", "2018-07-10") CORRECTED("p1", "2018-04-02", "2018-07-10")
		  ENROL("p4", "2018-05-01") WORK("p4", "2018-08-01") "settle\n",
		  PAID "3 fund>prov placed_pay/placed p1 -10000 reversed\n"
		  "3 fund>prov placed_pay/placed p4 5000 reached\n" },
		{ "who waits takes it", CAP("settled", "waiting"),
		  THREE GOES("g", "j_p1", "2018-07-10") "settle\n",
		  PAID "3 fund>prov placed_pay/placed p1 -10000 reversed\n"
		  "3 fund>prov placed_pay/placed p2 5000 changed\n" },
	};

	(void)state;
	RUN(rows);
}

static void
when_somebody_is_erased(void **state)
{
	static const struct settle_row rows[] = {
		{ "what p1 held is held in its own quarter", CAP("settled", "waiting"),
		  THREE "erase p1\n" ENROL("p4", "2018-03-01") WORK("p4", "2018-08-01")
		  ENROL("p5", "2018-05-01") WORK("p5", "2018-08-02") "settle\n",
		  PAID "3 fund>prov placed_pay/placed p4 0 limit\n"
		  "3 fund>prov placed_pay/placed p5 5000 reached\n" },
		{ "and counts towards its quarter's floor", FLOOR("{'enrolled':'quarter'}"),
		  THREE_BEGIN WORK("p1", "2018-02-01") "settle\nerase p1\n" WORK("p2", "2018-04-12")
		  WORK("p3", "2018-05-02") "settle\n",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2 10000 reached\n"
		  "2 fund>prov placed_pay/placed p3 10000 reached\n"
		  "2 fund>prov least -#2018-q2 2000 floor\n" },
	};

	(void)state;
	RUN(rows);
}

/* Both lines are of one day; p2 was first said to have begun before p1. */
static void
lines_of_what_is_gone(void **state)
{
	static const struct settle_row rows[] = {
		{ "by the first day that was ever recorded",
		  "[" ONE_FUND "," PERSONS "]",
		  ENROLLED("e1", "p1", "2018-01-20", "2018-01-20", "'home':'a'", "")
		  ENROLLED("e2", "p2", "2018-01-20", "2018-01-10", "'home':'a'", "")
		  WORK("p1", "2018-02-01") WORK("p2", "2018-02-01") "settle\n"
		  GOES("g1", "e1", "2018-04-10") GOES("g2", "e2", "2018-04-10") "settle\n",
		  "1 fund>prov placed_pay/placed p2 10000 reached\n"
		  "1 fund>prov placed_pay/placed p1 10000 reached\n"
		  "2 fund>prov placed_pay/placed p2 -10000 reversed\n"
		  "2 fund>prov placed_pay/placed p1 -10000 reversed\n" },
	};

	(void)state;
	RUN(rows);
}

#define TWO_SITES "'/parties/prov/sites',['north','south'],"
#define AMENDED(per, more) \
	AMEND("2018-04-01", "enrolled", "keep", TWO_SITES ONE_FUND "," more \
	      LIMIT(per, "{'to':15000,'rate':'1'}", "amount", "settled", "waiting"))
#define HOME_B "'/groups/b',{'of':'enrolment','where':{'is':['enrolment.home','b']},'as_of':'enrolled'},"

/* The first version's limit is of the whole contract: in it p1 and p2 share 15,000. The second is
 * for who begins from April on, and its limit of the same name goes for all, each by its own site
 * or group. */
static const struct settle_row amended[] = {
	{ "newly by site: p2 is alone in the south, p3 finds p1 in the north",
	  "[" TWO_SITES ONE_FUND "," LIMIT("'contract'", "{'to':15000,'rate':'1'}", "amount", "settled",
				       "waiting") "]",
	  "twin\n" ENROL_AT("p1", "2018-01-10", "north") ENROL_AT("p2", "2018-01-11", "south")
	  WORK("p1", "2018-02-01") WORK("p2", "2018-02-02") "settle\n" AMENDED("'site'", "")
	  ENROL_AT("p3", "2018-04-05", "north") WORK("p3", "2018-05-02") "settle\n",
	  "1 fund>prov placed_pay/placed p1 10000 reached\n"
	  "1 fund>prov placed_pay/placed p2 5000 reached\n"
	  "2 fund>prov placed_pay/placed p2 5000 changed\n"
	  "2 fund>prov placed_pay/placed p3 5000 reached\n" },
	{ "newly by a group that both versions have: who is no member is not limited",
	  "[" TWO_SITES HOME_B ONE_FUND "," LIMIT("'contract'", "{'to':15000,'rate':'1'}", "amount",
					      "settled", "waiting") "]",
	  "twin\n" ENROL_IN("p1", "2018-01-10", "b") ENROL_IN("p2", "2018-01-11", "a")
	  WORK("p1", "2018-02-01") WORK("p2", "2018-02-02") "settle\n" AMENDED("{'group':'b'}", HOME_B)
	  ENROL_IN("p3", "2018-04-05", "b") WORK("p3", "2018-05-02") "settle\n",
	  "1 fund>prov placed_pay/placed p1 10000 reached\n"
	  "1 fund>prov placed_pay/placed p2 5000 reached\n"
	  "2 fund>prov placed_pay/placed p2 5000 changed\n"
	  "2 fund>prov placed_pay/placed p3 5000 reached\n" },
	{ "newly by a group that only the second has: nobody of the first is a member",
	  "[" TWO_SITES ONE_FUND "," LIMIT("'contract'", "{'to':15000,'rate':'1'}", "amount", "settled",
				       "waiting") "]",
	  "twin\n" ENROL_IN("p1", "2018-01-10", "b") ENROL_IN("p2", "2018-01-11", "b")
	  WORK("p1", "2018-02-01") WORK("p2", "2018-02-02") "settle\n" AMENDED("{'group':'b'}", HOME_B)
	  ENROL_IN("p3", "2018-04-05", "b") WORK("p3", "2018-05-02") "settle\n",
	  "1 fund>prov placed_pay/placed p1 10000 reached\n"
	  "1 fund>prov placed_pay/placed p2 5000 reached\n"
	  "2 fund>prov placed_pay/placed p2 5000 changed\n"
	  "2 fund>prov placed_pay/placed p3 10000 reached\n" },
};

static void
what_a_later_limit_asks_of_earlier_ones(void **state)
{
	(void)state;
	RUN(amended);
}

enum { GROUPS = 20 };

/* A limit per each of them, of the same names in both versions; up to `last` of the last one. */
static void
add_limits(struct buf *b, unsigned first, const char *last)
{
	buf_text(b, "'/limits',[");
	for (unsigned i = 0; i < GROUPS; i++)
		buf_printf(b, "%s{'name':'cap%u','of':['placed_pay'],'per':[{'group':'g%u'}],'steps':[{'to':"
			   "%s,'rate':'1'}],'along':'amount','order':'settled','excess':'lost','unused':"
			   "'lost','freed':'waiting'}", i == 0 ? "" : ",", i, first + i,
			   i == GROUPS - 1 ? last : "1000000");
	buf_text(b, "]");
}

/* Together more groups than one version's limits may be per: the last ones are read when asked. */
static void
more_groups_than_one_version_has(void **state)
{
	struct buf first = { 0 }, second = { 0 };
	struct settle_case *c;

	(void)state;
	buf_text(&first, "[" ONE_FUND ",");
	for (unsigned i = 0; i < 2 * GROUPS; i++)
		buf_printf(&first, "'/groups/g%u',{'of':'enrolment','where':{'is':['enrolment.home','b']},"
			   "'as_of':'enrolled'},", i);
	buf_text(&second, first.data);
	add_limits(&first, 0, "1000000");
	add_limits(&second, GROUPS, "15000");
	buf_text(&first, "]");
	buf_text(&second, ",'/applies',{'to':'enrolled','from':'2018-04-01','settled':'keep'}]");
	c = settle_case_new(first.data);
	settle_case_twin(c);
	settle_case_run(c, ENROL_IN("p1", "2018-01-10", "b") ENROL_IN("p2", "2018-01-11", "a")
			WORK("p1", "2018-02-01") WORK("p2", "2018-02-02") "settle\n");
	settle_case_version(c, "2018-04-01", second.data);
	settle_case_run(c, ENROL_IN("p3", "2018-04-05", "b") ENROL_IN("p4", "2018-04-06", "a")
			WORK("p3", "2018-05-02") WORK("p4", "2018-05-03") "settle\n"
			ENROL_IN("p5", "2018-06-01", "b") WORK("p5", "2018-08-01") "settle\n");
	assert_string_equal(c->said.data, "1 fund>prov placed_pay/placed p1 10000 reached\n"
			    "1 fund>prov placed_pay/placed p2 10000 reached\n"
			    "2 fund>prov placed_pay/placed p3 5000 reached\n"
			    "2 fund>prov placed_pay/placed p4 10000 reached\n"
			    "3 fund>prov placed_pay/placed p5 0 limit\n");
	settle_case_free(c);
	buf_free(&first);
	buf_free(&second);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bucket_for_who_began_together),
		cmocka_unit_test(when_the_first_day_is_corrected),
		cmocka_unit_test(when_it_is_gone),
		cmocka_unit_test(when_somebody_is_erased),
		cmocka_unit_test(lines_of_what_is_gone),
		cmocka_unit_test(what_a_later_limit_asks_of_earlier_ones),
		cmocka_unit_test(more_groups_than_one_version_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
