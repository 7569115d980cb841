/* test_settle_reading.c - where the page of the terms language had two readings: one case for
 * each sentence that decides. Expected lines are worked out by hand. */
#include "settle_case.h"
#include "settle_case_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define HELPED(label, day) \
	day " prov activity.logged " label " {'participant':'p1','on':'" day "','kind':'support'," \
	"'hours':'8'}\n"
#define FEED(label, kind, from, to) \
	from " reg feed.completed " label " {'feed':'" kind "','from':'" from "','to':'" to "'}\n"
/* A fee of `price` for each quarter of the group `of`, due at its end; `more` ends with a comma. */
#define FEE(of, more, price) \
	"'/payments/fee',{'for':{'each':'quarter','of':'" of "','due':'end','from':" \
	"'contract.start','until':'contract.outcome_until'}," more "'price':" price "," \
	"'round':'half_up','from':'fund','to':'prov','ended':'achieved'}"
#define Q1 "1 fund>prov fee p1#2018-q1 "

#define IDLE "['/values/idle',{'of':'status','overlap':'once','take':1,'per':'month','within':" \
	"'last','silence':'unknown','proof':'logged'}," FEE("people", "'when':{'eq':['idle',0]},", \
							   "100") "]"
#define REGULAR "['/values/regular',{'of':'spell','open':'confirmed','overlap':'once','where':" \
	"{'is':['fact.form','regular']},'take':1,'per':'quarter','within':'sum','silence':'none'," \
	"'proof':'logged'}," FEE("people", "", "{'mul':[100,'regular']}") "]"
#define EVER "['/values/earned',{'of':'earnings','take':'amount','per':'ever','within':'sum'," \
	"'silence':'unknown','proof':'logged'}," \
	FEE("people", "'when':{'eq':['earned',0]},", "100") "]"

static void
values_read_their_own_days(void **state)
{
	static const struct settle_row rows[] = {
		{ "'last' asks for the last day alone", IDLE,
		  ENROL("p1", "2018-01-10") FEED("f", "status", "2018-03-31", "2018-04-30") "settle",
		  Q1 "100 period\n" },
		{ "the day before it does not say", IDLE,
		  ENROL("p1", "2018-01-10") FEED("f", "status", "2018-01-01", "2018-03-30") "settle",
		  Q1 "0 pending\n" },
		{ "a spell belongs for the days that say so: 1 to 10 March", REGULAR,
		  ENROL("p1", "2018-01-10")
		  "2018-03-01 prov spell.started job {'participant':'p1','from':'2018-03-01','kind':"
		  "'employment','form':'regular'}\n"
		  "2018-03-11 prov spell.changed other {'participant':'p1','from':'2018-03-11','form':"
		  "'subsidised','spell':'@job'}\n"
		  "2018-03-31 prov spell.confirmed still {'participant':'p1','on':'2018-03-31','spell':"
		  "'@job'}\nsettle", Q1 "1000 period\n" },
		{ "ever: from the enrolment on, silence that a feed covers is nothing", EVER,
		  ENROL("p1", "2018-01-10") FEED("f", "earnings", "2018-01-10", "2018-03-31") "settle",
		  Q1 "100 period\n" },
		{ "ever: a day short is unknown", EVER,
		  ENROL("p1", "2018-01-10") FEED("f", "earnings", "2018-01-11", "2018-03-31") "settle",
		  Q1 "0 pending\n" },
	};

	(void)state;
	RUN(rows);
}

#define AFTER "['/values/later',{'of':'activity','take':'hours','per':'quarter','within':'sum'," \
	"'silence':'none','proof':'logged','where':{'ge':['fact.date',{'date':{'of':'placed','nth':" \
	"1,'as':'happened'}}]}}," FEE("people", "", "{'mul':[100,'later']}") "]"

/* 9: what a fact's `where` asks for is read for the line, too. */
static void
lines_rest_on_what_where_asks_for(void **state)
{
	static const struct settle_row rows[] = {
		{ "the verdict that makes help count as help after, changed", AFTER,
		  ENROL("p1", "2018-01-10") JOB("job", "p1", "2018-02-01")
		  HELPED("a", "2018-02-15") "settle\n" OK_ON("2018-05-20", "v", "'@job'") "settle",
		  "1 fund>prov placed_pay/placed p1 0 proof\n" Q1 "0 price\n"
		  "2 fund>prov placed_pay/placed p1 6667 reached ~v\n"
		  "2 town>prov placed_pay/placed p1 3333 reached ~v\n"
		  "2 fund>prov fee p1#2018-q1 800 period ~v\n"
		  "2 fund>prov fee p1#2018-q2 0 price\n" },
	};

	(void)state;
	RUN(rows);
}

#define MEAN "['/outcomes/kept',{'for':'people','per':'quarter','count':'hours','reach':{'to':10," \
	"'of':2,'mean':true},'from':'contract.start','until':'contract.outcome_until','times':" \
	"{'max':1,'per':'person'},'show':['window']},'/payments/placed_pay/for','kept']"
#define TWICE ENROL_AS("e1", "p1", "2018-01-10") ENROL_AS("e2", "p1", "2018-01-20")

static void
candidates_are_what_is_not_reached(void **state)
{
	static const struct settle_row rows[] = {
		{ "a mean without its window: 24 hours at last, twice 10 asked", MEAN,
		  ENROL("p1", "2018-01-10") HELPED("a", "2018-02-01") HELPED("b", "2018-05-01")
		  HELPED("c", "2018-08-01") "settle\nsettle\nsettle",
		  "3 fund>prov placed_pay/kept p1 0 window\n" },
		{ "not yet: 16 hours", MEAN,
		  ENROL("p1", "2018-01-10") HELPED("a", "2018-02-01") HELPED("b", "2018-05-01")
		  "settle\nsettle", "" },
		{ "beyond 'times' it is not reached: then the proof that fails is shown",
		  "['/outcomes/placed/show',['proof']]",
		  TWICE JOB("early", "p1", "2018-02-01") JOB("job", "p1", "2018-02-10")
		  OK("v", "'@job'") "settle",
		  "1 fund>prov placed_pay/placed p1 0 proof\n"
		  "1 fund>prov placed_pay/placed p1 6667 reached\n"
		  "1 town>prov placed_pay/placed p1 3333 reached\n" },
		{ "of any_of nothing is relaxed: the part is a candidate where it is paid for",
		  "['/outcomes/either',{'any_of':['placed']},'/payments/either_pay',{'for':'either',"
		  "'price':300,'round':'half_up','from':'fund','to':'prov','ended':'achieved'}]",
		  ENROL("p1", "2018-01-10") JOB("j1", "p1", "2018-02-01") "settle",
		  "1 fund>prov placed_pay/placed p1 0 proof\n" },
		{ "what is not true on its date is a failed mark: nobody has looked at p1's job",
		  "['/outcomes/then',{'for':'people','on':'2018-02-02','count':'at_work','final':"
		  "'2019-12-31'},'/payments/placed_pay/for','then','/payments/placed_pay/from','fund']",
		  ENROL("p1", "2018-01-10") JOB("j1", "p1", "2018-02-02")
		  ENROL("p2", "2018-01-10") JOB("j2", "p2", "2018-02-02")
		  OK("v", "'@j2'") "settle",
		  "1 fund>prov placed_pay/then p2 10000 reached\n" },
	};

	(void)state;
	RUN(rows);
}

#define PERSONS "['/groups/persons',{'of':'person','as_of':'enrolled'}," FEE("persons", "", "100") "]"
#define JOIN(day, a, b) day " reg participants.joined j {'participants':['" a "','" b "']}\n"
#define CAP(to, freed) "'/limits',[{'name':'all','of':['placed_pay'],'per':['contract'],'steps':" \
	"[{'to':" to ",'rate':'1'}],'along':'amount','order':'settled','excess':'lost','unused':" \
	"'lost','freed':'" freed "'}]"
#define EACH "['/outcomes/placed/times',{'max':1,'per':'enrolment'},'/payments/placed_pay/from'," \
	"'fund'," CAP("30000", "lost") "]"
#define PAID_IN(n, p, rest) n " fund>prov placed_pay/placed " p " " rest "\n"
#define PAID(n, p) n " fund>prov placed_pay/placed " p " 10000 reached\n"

static void
people_go_by_whom_the_ledger_named_first(void **state)
{
	static const struct settle_row rows[] = {
		{ "the first", PERSONS,
		  ENROL("p1", "2018-01-10") ENROL("p2", "2018-01-20") JOIN("2018-02-01", "p1", "p2")
		  "settle", Q1 "100 period\n" },
		{ "the other way round", PERSONS,
		  ENROL("p2", "2018-01-10") ENROL("p1", "2018-01-20") JOIN("2018-02-01", "p1", "p2")
		  "settle", "1 fund>prov fee p2#2018-q1 100 period\n" },
		{ "a join takes back the newcomer's alone", PERSONS,
		  ENROL("p2", "2018-01-10") ENROL("p1", "2018-01-20") "settle\n"
		  JOIN("2018-04-20", "p1", "p2") "settle",
		  "1 fund>prov fee p2#2018-q1 100 period\n" Q1 "100 period\n"
		  "2 fund>prov fee p1#2018-q1 -100 reversed\n"
		  "2 fund>prov fee p2#2018-q2 100 period\n" },
		{ "joined keys take their room once", EACH,
		  ENROL("p1", "2018-01-10") ENROL("p2", "2018-01-20") JOIN("2018-02-01", "p1", "p2")
		  JOB("job", "p1", "2018-02-10") OK("v", "'@job'") "settle\n"
		  ENROL("p3", "2018-04-10") JOB("new", "p3", "2018-04-11")
		  OK_ON("2018-05-20", "w", "'@new'") "settle",
		  PAID("1", "p1") PAID("1", "p2") PAID("2", "p3") },
	};

	(void)state;
	RUN(rows);
}

#define WEEK "'/calendars/week',{'unit':'iso_week','from':'grid'}"
#define STOPPED "'/calendars/going',{'unit':'day','n':1,'from':'contract.start','first':1,'stop':true}"
#define SITE "'/parties/prov/sites',['north']"
#define SCORE "'/tables/score',{'measured':'score','by':['ver'],'about':'site','revised':'latest'," \
	"'kind':'steps','missing':'unknown'}"

static void
numbers_and_dates(void **state)
{
	static const struct settle_row rows[] = {
		{ "three days before is a week less",
		  "[" WEEK "," FEE("people", "", "{'add':[100,{'span':['2018-03-04','2018-03-01','week']}]}")
		  "]", ENROL("p1", "2018-01-10") "settle", Q1 "99 period\n" },
		{ "seven days before is a week less too",
		  "[" WEEK "," FEE("people", "", "{'add':[100,{'span':['2018-03-08','2018-03-01','week']}]}")
		  "]", ENROL("p1", "2018-01-10") "settle", Q1 "99 period\n" },
		{ "a clock that stands shifts no date",
		  "[" STOPPED "," FEE("people", "", "{'span':['2018-03-01',{'shift':['2018-03-01',5,"
		  "'going']},'day']}") "]", ENROL("p1", "2018-01-10") "settle", Q1 "5 period\n" },
		{ "a table at a date that never comes is not asked",
		  "['/tables/base',{'rows':[{'from':'2018-01-01','then':7}],'kind':'steps','missing':0},"
		  FEE("people", "", "{'look':{'table':'base','at':'enrolment.exit'}}") "]",
		  ENROL("p1", "2018-01-10") "settle", Q1 "0 pending\n" },
		{ "a site that 'by' names", "[" SITE "," SCORE "," FEE("people", "",
		  "{'mul':[100,{'look':{'table':'score','by':[{'word':'north'}],'at':'period.end'}}]}")
		  "]", ENROL("p1", "2018-01-10")
		  "2018-03-01 ver measurement.recorded m {'name':'score','site':'north','from':"
		  "'2018-03-01','value':'7'}\nsettle", Q1 "700 period\n" },
		{ "a site that nobody knows is unknown", "[" SITE "," SCORE "," FEE("people", "",
		  "{'look':{'table':'score','at':'period.end'}}") "]",
		  ENROL("p1", "2018-01-10") "settle", Q1 "0 pending\n" },
		{ "a site is paid for whether something was recorded about it or not",
		  "[" SITE ",'/groups/sites',{'of':'site','as_of':'period'}," FEE("sites", "", "100") "]",
		  "settle", "1 fund>prov fee north#2018-q1 100 period\n" },
	};

	(void)state;
	RUN(rows);
}

#define HELD "['/payments/placed_pay/price',10,'/payments/placed_pay/from','fund','/payments/" \
	"placed_pay/hold',{'part':'0.2','until':'2018-04-30'}," CAP("4", "waiting") "]"
#define CLOSED "['/payments/placed_pay/from','fund','/payments/placed_pay/final',{'shift':" \
	"['outcome.date',3,'month']}," CAP("10000", "waiting") "]"
#define FIRST ENROL("p1", "2018-01-10") JOB("job", "p1", "2018-02-01") \
	OK("v", "'@job'") "settle\n"

static void
limits_hold_what_lines_hold(void **state)
{
	static const struct settle_row rows[] = {
		{ "4 are left of 4 and of 5 held back from: the cap of 4 stands", HELD, FIRST "settle",
		  "1 fund>prov placed_pay/placed p1 4 reached\n" },
		{ "a final key whose fact is gone keeps its room", CLOSED,
		  FIRST "2018-04-22 prov event.retracted gone {'event':'@job'}\n"
		  ENROL("p2", "2018-05-10") JOB("two", "p2", "2018-06-10")
		  OK_ON("2018-06-20", "w", "'@two'") "settle",
		  PAID("1", "p1") "2 fund>prov placed_pay/placed p2 0 limit\n" },
	};

	(void)state;
	RUN(rows);
}

#define CAPPED(order, name, to) \
	"{'name':'" name "','of':['placed_pay'],'order':'" order "','per':['contract'],'along':" \
	"'amount','steps':[{'to':" to ",'rate':'1'}],'excess':'lost','unused':'lost','freed':'waiting'}"
/* p2 is paid first; p1, who was placed earlier, is heard of in the second statement. */
#define P2_THEN_P1 \
	ENROL("p2", "2018-01-11") JOB("j2", "p2", "2018-02-05") OK("v", "'@j2'") \
	"settle\n" ENROL("p1", "2018-01-10") JOB("j1", "p1", "2018-02-01") \
	OK_ON("2018-04-20", "w", "'@j1'")

static void
add_text(void *arg, const struct settle_amount *a)
{
	if (a->amount != 0)
		buf_printf(arg, "%s %lld\n", a->posting.payer, (long long)a->amount);
}

/* What `statement` came to, and what its day would come to with everything known behind it. */
static void
want_entitlements(struct settle_case *c, uint64_t size, const char *want)
{
	struct settle_args args = { .size = size };
	struct buf text = { 0 };

	assert_true(date_parse("2018-06-30", 10, &args.through));
	assert_int_equal(settle_entitlements(c->s, &args, add_text, &text, &c->e), RC_OK);
	assert_string_equal(text.data, want);
	buf_free(&text);
}

#define CAPPED_BY(hour) FEE("people", "", "1000") \
	",'/values/helped',{'of':'activity','take':'hours','per':'quarter','within':'sum','silence':" \
	"'none','proof':'named'},'/proofs/named',{'by':['prov'],'accept':'none'},'/limits',[{'name':" \
	"'as_helped','of':['fee'],'per':['person'],'steps':[{'to':{'mul':[" hour ",'helped']},'rate':" \
	"'1'}],'along':'amount','order':'achieved','excess':'lost','unused':'lost','freed':'waiting'}]"

/* The first version governs p1's fee, the second one says what 8 hours let through: 50 for each. */
static void
the_newest_limit_is_read_for_whom_older_versions_govern(void **state)
{
	static const struct settle_row rows[] = {
		{ "half as much for an hour", "[" CAPPED_BY("100") "]",
		  AMEND("2018-02-01", "enrolled", "reprice", CAPPED_BY("50"))
		  ENROL("p1", "2018-01-10") HELPED("a", "2018-02-01") "settle", Q1 "400 period\n" },
	};

	(void)state;
	RUN(rows);
}

/* The first limit gives p2 what its line holds, 10, and p1 5; the second one of the 10 it has p1 5,
 * then p2 5. Now p2's line holds 5: the first limit gives p1 10, and the second one, too. */
static void
a_statement_read_again(void **state)
{
	struct settle_case *c;
	uint64_t size;

	(void)state;
	c = settle_case_new("['/payments/placed_pay/from','fund','/payments/placed_pay/price',10,"
			    "'/limits',[" CAPPED("settled", "first", "15") ","
			    CAPPED("achieved", "second", "10") "]]");
	c->moves = true;
	settle_case_run(c, P2_THEN_P1);
	size = c->seq;
	settle_case_run(c, "settle");
	want_entitlements(c, size, "fund 5\nfund 5\n");
	want_entitlements(c, c->seq, "fund 10\n");
	settle_case_run(c, "settle");
	assert_string_equal(c->said.data, PAID_IN("1", "p2", "10 reached")
			    PAID_IN("2", "p1", "5 reached") PAID_IN("2", "p2", "-5 changed")
			    PAID_IN("3", "p1", "5 changed") PAID_IN("3", "p2", "-5 reversed"));
	settle_case_free(c);
}

/* Room of 15: p2 has 10, p1 5. A decision leaves p2 1: the next statement gives p1 5 more. */
static void
a_decided_statement_read_again(void **state)
{
	struct settle_case *c;
	uint64_t size;

	(void)state;
	c = settle_case_new("['/payments/placed_pay/from','fund','/payments/placed_pay/price',10,"
			    "'/limits',[" CAPPED("settled", "first", "15") "]]");
	c->moves = true;
	settle_case_run(c, P2_THEN_P1 "2018-04-25 fund dispute.opened d {'line':'@line_1_1','reason':"
			   "'wrong'}\n2018-05-25 ver dispute.resolved r {'dispute':'@d','amount':1}\n");
	size = c->seq;
	settle_case_run(c, "settle");
	want_entitlements(c, size, "fund 1\nfund 5\n");
	want_entitlements(c, c->seq, "fund 1\nfund 10\n");
	settle_case_run(c, "settle");
	assert_string_equal(c->said.data, PAID_IN("1", "p2", "10 reached")
			    PAID_IN("2", "p1", "5 reached") PAID_IN("2", "p2", "-9 decided")
			    PAID_IN("3", "p1", "5 changed"));
	settle_case_free(c);
}

/* The first of 70 changes that are recorded is the last by its day: the only one that is enough, from
 * 13 March on. */
static void
a_spell_has_any_number_of_changes(void **state)
{
	struct settle_case *c = settle_case_new("['/outcomes/placed/from','2018-01-01']");
	char day[32], line[200];

	(void)state;
	c->achieved = true;
	settle_case_run(c, "2018-01-02 prov participant.enrolled e {'participant':'p1','on':"
			   "'2018-01-02','attributes':{'home':'a'}}\n"
			   "2018-01-02 prov spell.started s {'participant':'p1','from':'2018-01-02',"
			   "'extent':'20','kind':'employment'}\n"
			   "2018-01-03 prov spell.changed last {'participant':'p1','from':"
			   "'2018-03-14','extent':'30','spell':'@s'}\n");
	for (unsigned i = 0; i < 69; i++) {
		settle_case_day(1 + (int)i / 28, 1 + i % 28, day);
		(void)snprintf(line, sizeof(line), "2018-01-04 prov spell.changed c%u {'participant':"
			       "'p1','from':'%s','extent':'%u','spell':'@s'}", i, day, 10 + i % 2);
		settle_case_event(c, line);
	}
	settle_case_run(c, OK("a", "'@s'") OK("b", "'@last'") "settle");
	assert_string_equal(c->said.data,
			    "1 fund>prov placed_pay/placed p1 6667 reached 2018-03-14\n"
			    "1 town>prov placed_pay/placed p1 3333 reached 2018-03-14\n");
	settle_case_free(c);
}

/* Sixty names, each read within the next. */
static void
names_that_stand_on_each_other(void **state)
{
	static const struct {
		const char *part, *before, *behind, *first, *use, *want;
	} rows[] = {
		{ "outcomes", "'for':'people','per':'day','count':'at_work','reach':{'to':1,'of':'ever'},"
		  "'from':'enrolment.start','until':'work_until','times':{'max':1,'per':'person'},"
		  "'show':[],'after':['", "']", "placed", "'/payments/placed_pay/for','n59'",
		  "1 fund>prov placed_pay/n59 p1 10000 reached\n" },
		{ "values", "'is':{'not':{'not':{'not':{'not':{'not':{'not':{'not':{'not':{'not':{'not':'",
		  "'}}}}}}}}}},'per':'day'", "at_work", "'/outcomes/placed/count','n59'",
		  "1 fund>prov placed_pay/placed p1 10000 reached\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf patches = { 0 };
		char name[16];

		(void)snprintf(name, sizeof(name), "%s", rows[i].first);
		buf_printf(&patches, "['/payments/placed_pay/from','fund','/shares',{},%s", rows[i].use);
		for (int k = 0; k < 60; k++) {
			buf_printf(&patches, ",'/%s/n%d',{%s%s%s}", rows[i].part, k, rows[i].before, name,
				   rows[i].behind);
			(void)snprintf(name, sizeof(name), "n%d", k);
		}
		buf_text(&patches, "]");
		settle_case_check(rows[i].part, patches.data,
				  ENROL("p1", "2018-01-10") JOB("j", "p1", "2018-02-01") OK("a", "'@j'") "settle",
				  rows[i].want);
		buf_free(&patches);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_spell_has_any_number_of_changes),
		cmocka_unit_test(values_read_their_own_days),
		cmocka_unit_test(lines_rest_on_what_where_asks_for),
		cmocka_unit_test(candidates_are_what_is_not_reached),
		cmocka_unit_test(people_go_by_whom_the_ledger_named_first),
		cmocka_unit_test(numbers_and_dates),
		cmocka_unit_test(limits_hold_what_lines_hold),
		cmocka_unit_test(the_newest_limit_is_read_for_whom_older_versions_govern),
		cmocka_unit_test(a_statement_read_again),
		cmocka_unit_test(a_decided_statement_read_again),
		cmocka_unit_test(names_that_stand_on_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
