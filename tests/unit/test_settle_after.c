/* test_settle_after.c - the first statement after something that could have been asked of everybody:
 * nobody is read or asked whom it does not concern, and it says what working out from scratch says. */
#include "settle_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>


#define PEOPLE 40

#define STEP(to) "'steps':[{'to':" to ",'rate':'1'}],'along':'amount'"
#define ALL "'of':['placed_pay']"
#define LOST "'excess':'lost','unused':'lost','freed':'waiting'}"
#define FOR_NEW "'/applies',{'to':'enrolled','from':'2018-08-01','settled':'keep'},"
#define MONTHLY "'/settlement/periods','month'"

struct after {
	const char *name, *patches;
	unsigned first;			/* people who are claimed at most, and read at most */
};

static void
tell(struct settle_case *c, int month, const char *party, const char *type, const char *label,
     unsigned person, const char *more)
{
	settle_case_tell(c, month, party, type, label, "{'participant':'p%u'%s}", person, more);
}

static void
job(struct settle_case *c, int month, unsigned person, unsigned day)
{
	char label[24], verdict[24], more[120], on[32];

	settle_case_day(month, day, on);
	(void)snprintf(label, sizeof(label), "j%u_%d", person, month);
	(void)snprintf(more, sizeof(more), ",'from':'%s','kind':'employment','extent':'50'", on);
	tell(c, month, "prov", "spell.started", label, person, more);
	(void)snprintf(verdict, sizeof(verdict), "a%u_%d", person, month);
	settle_case_tell(c, month, "ver", "claim.attested", verdict,
			 "{'method':'letter','verdict':'accepted','events':['@%s']}", label);
}

static void
settle_now(struct settle_case *c)
{
	if (settle_case_settle(c) != RC_OK)
		fail_msg("%s", c->e.text);
}

/* Half a year in which all but ten of them find a job; the last two statements are quiet. */
static struct settle_case *
half_a_year(const char *patches)
{
	struct settle_case *c = settle_case_new(patches);

	settle_case_twin(c);
	c->erased = true;
	for (unsigned p = 1; p <= PEOPLE; p++) {
		char label[24], more[80];

		(void)snprintf(label, sizeof(label), "e%u", p);
		(void)snprintf(more, sizeof(more), ",'on':'2018-01-%02u','attributes':{'home':'a'}",
			       1 + p % 28);
		tell(c, 1, "prov", "participant.enrolled", label, p, more);
	}
	for (int month = 1; month <= 6; month++) {
		for (unsigned p = 1; p <= PEOPLE - 10 && month <= 4; p++)
			if (p % 4 == (unsigned)month % 4)
				job(c, month, p, 1 + p % 28);
		settle_now(c);
	}
	return c;
}

static void
settle_few(struct settle_case *c, const struct after *k, const char *after)
{
	struct settle_use use = settle_case_once(c);

	if (use.claimed > k->first || use.evaluated > k->first)
		fail_msg("%s: %s %u of %u people are claimed and %u read", k->name, after,
			 (unsigned)use.claimed, PEOPLE, (unsigned)use.evaluated);
	settle_now(c);
}

/* Under caps that let about half pass: 30 people are placed. */
static const struct after contracts[] = {
	{ "achieved", "[" MONTHLY ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  STEP("155000") ",'order':'achieved'," LOST "]]", 9 },
	{ "settled", "[" MONTHLY ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  STEP("155000") ",'order':'settled'," LOST "]]", 7 },
	{ "freed room is lost", "[" MONTHLY ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  STEP("155000") ",'order':'settled','excess':'lost','unused':'lost','freed':'lost'}]]", 7 },
	{ "payer", "[" MONTHLY ",'/limits',[{'name':'own'," ALL ",'per':['payer']," STEP("72000")
	  ",'order':'achieved'," LOST "]]", 9 },
	{ "excess goes on", "[" MONTHLY ",'/limits',[{'name':'month'," ALL ",'per':[{'achieved':"
	  "'month'}]," STEP("55000") ",'order':'settled','excess':'next','unused':'lost','freed':"
	  "'waiting'}]]", 12 },
	{ "no limit", "[" MONTHLY "]", 7 },
};
#define CONTRACTS (sizeof(contracts) / sizeof(contracts[0]))

static void
erase(struct settle_case *c, int month, unsigned person)
{
	char label[24], events[40];

	(void)snprintf(label, sizeof(label), "gone%u", person);
	(void)snprintf(events, sizeof(events), "{'event':'@e%u'}", person);
	settle_case_freeze(c, month, label, person, events);
}

static void
an_erasure(void **state)
{
	static const unsigned gone[] = { 2, 29, 35 };	/* early, late, without a job */

	(void)state;
	for (size_t i = 0; i < CONTRACTS; i++)
		for (size_t k = 0; k < sizeof(gone) / sizeof(gone[0]); k++) {
			struct settle_case *c = half_a_year(contracts[i].patches);

			erase(c, 7, gone[k]);
			job(c, 7, 36, 3);
			settle_few(c, &contracts[i], "after an erasure");
			erase(c, 8, 3);
			settle_few(c, &contracts[i], "after another");
			job(c, 9, 37, 3);
			settle_few(c, &contracts[i], "one later");
			settle_case_free(c);
		}
}

/* Rows stand in the order of their bytes, not in that of the limits. */
static void
what_is_held_is_in_order(void **state)
{
	struct settle_case *c = half_a_year("[" MONTHLY ",'/limits',[{'name':'second'," ALL
					    ",'per':['contract']," STEP("900000") ",'order':'settled'," LOST
					    ",{'name':'first'," ALL ",'per':['contract'],"
					    STEP("900000") ",'order':'settled'," LOST "]]");

	(void)state;
	erase(c, 7, 2);
	assert_non_null(strstr(c->told[c->told_count - 1].body,
			       "\"held\":[{\"amount\":10000,\"count\":1,\"kind\":\"limit\",\"name\":"
			       "\"first\"},{\"amount\":10000,\"count\":1,\"kind\":\"limit\",\"name\":"
			       "\"second\"}]"));
	settle_case_free(c);
}

static void
reading_it_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < CONTRACTS; i++) {
		struct settle_case *c = half_a_year(contracts[i].patches);
		struct settlement *loaded;
		struct buf bytes = { 0 };

		settle_case_save(c, &bytes);
		if (settle_case_load(c, &bytes, &loaded) != RC_OK)
			fail_msg("%s", c->e.text);
		settlement_free(c->s);
		c->s = loaded;
		job(c, 7, 36, 3);
		settle_few(c, &contracts[i], "read from bytes");
		buf_free(&bytes);
		settle_case_free(c);
	}
}

/* Of a third of all what was paid is gone: two statements later it stands in the limits by itself. */
static void
keys_that_are_gone(void **state)
{
	(void)state;
	for (size_t i = 0; i < CONTRACTS; i++) {
		struct settle_case *c = half_a_year(contracts[i].patches);

		for (unsigned p = 1; p <= PEOPLE - 10; p += 3) {
			char label[24];

			(void)snprintf(label, sizeof(label), "r%u", p);
			settle_case_tell(c, 7, "prov", "event.retracted", label, "{'event':'@j%u_%u'}", p,
					 p % 4 == 0 ? 4 : p % 4);
		}
		settle_now(c);
		settle_now(c);
		settle_few(c, &contracts[i], "long after keys are gone");
		job(c, 10, 36, 3);
		settle_few(c, &contracts[i], "... and a job");
		settle_case_free(c);
	}
}

/* A higher price and another payment for who enrols from August on; of them it is one. */
static void
an_amendment(void **state)
{
	static const char changes[] = FOR_NEW "'/payments/placed_pay/price',11000,'/payments/bonus',{'for':"
		"'placed','price':500,'round':'half_up','from':'fund','to':'prov','ended':"
		"'achieved'},";

	(void)state;
	for (size_t i = 0; i < CONTRACTS; i++) {
		struct settle_case *c = half_a_year(contracts[i].patches);
		char patches[1600];

		(void)snprintf(patches, sizeof(patches), "[%s%s", changes,
			       contracts[i].patches + 1);
		settle_case_version(c, "2018-08-01", patches);
		job(c, 7, 36, 3);
		settle_few(c, &contracts[i], "after an amendment");
		tell(c, 8, "prov", "participant.enrolled", "e50", 50,
		     ",'on':'2018-08-03','attributes':{'home':'a'}");
		job(c, 8, 50, 10);
		job(c, 8, 37, 10);
		settle_few(c, &contracts[i], "with one whom it governs");
		assert_non_null(strstr(c->said.data, "bonus/placed p50 500"));
		assert_null(strstr(c->said.data, "bonus/placed p37"));
		settle_case_free(c);
	}
}

/* The limit itself is another: all are asked, and only who enrolled behind its day is read. */
static void
an_amended_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < CONTRACTS; i++) {
		const char *number = strstr(contracts[i].patches, "{'to':");
		struct settle_case *c;
		struct settle_use use;
		char patches[1600];

		if (number == NULL)
			continue;
		c = half_a_year(contracts[i].patches);
		(void)snprintf(patches, sizeof(patches), "[" FOR_NEW "%.*s{'to':1%s",
			       (int)(number - contracts[i].patches - 1),
			       contracts[i].patches + 1, number + 6);
		settle_case_version(c, "2018-08-01", patches);
		job(c, 7, 36, 3);
		use = settle_case_once(c);
		assert_true(use.claimed > PEOPLE);
		assert_true(use.evaluated < 5);
		settle_now(c);
		settle_case_free(c);
	}
}

/* Groups are told apart by name: another one before the limit's own changes nothing. */
static void
an_amendment_with_another_group(void **state)
{
	static const char was[] = "[" MONTHLY ",'/limits',[{'name':'all'," ALL ",'per':[{'group':"
				  "'people'}]," STEP("155000") ",'order':'settled'," LOST "]]";
	static const char now[] = "[" FOR_NEW MONTHLY ",'/groups/adults',{'of':'enrolment','where':"
				  "{'is':['enrolment.home','c']},'as_of':'enrolled'},'/limits',[{"
				  "'name':'all'," ALL ",'per':[{'group':'people'}]," STEP("155000")
				  ",'order':'settled'," LOST "]]";
	struct settle_case *c = half_a_year(was);

	(void)state;
	settle_case_version(c, "2018-08-01", now);
	settle_now(c);
	assert_null(strstr(c->said.data, "\n7 "));
	settle_case_free(c);
}

/* Who pays how much follows what is measured: everybody's lines change. */
static void
a_fact_that_shares_read(void **state)
{
	static const char patches[] =
		"[" MONTHLY ",'/tables/index',{'measured':'index','by':['reg'],'about':'contract',"
		"'revised':'latest','kind':'steps','missing':1},'/shares/both/parts/0/weight',"
		"{'look':{'table':'index','at':'contract.start'}}]";
	struct settle_case *c = half_a_year(patches);

	(void)state;
	settle_case_tell(c, 7, "reg", "measurement.recorded", "m",
			 "{'from':'2018-01-01','to':'2018-01-01','name':'index','value':'1.5'}");
	settle_now(c);
	assert_non_null(strstr(c->said.data, "\n7 town>prov placed_pay/placed p2 "));
	settle_case_free(c);
}

/* ... of which nobody's entitlement reads anything. */
static void
a_fact_about_the_contract(void **state)
{
	(void)state;
	for (size_t i = 0; i < CONTRACTS; i++) {
		struct settle_case *c = half_a_year(contracts[i].patches);

		settle_case_tell(c, 7, "reg", "measurement.recorded", "m",
				 "{'from':'2018-07-01','to':'2018-07-31','name':'index',"
				 "'value':'1.5','method':'report'}");
		job(c, 7, 36, 3);
		settle_few(c, &contracts[i], "after a fact about the contract");
		settle_case_free(c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_erasure),
		cmocka_unit_test(what_is_held_is_in_order),
		cmocka_unit_test(reading_it_back),
		cmocka_unit_test(keys_that_are_gone),
		cmocka_unit_test(an_amendment),
		cmocka_unit_test(a_fact_that_shares_read),
		cmocka_unit_test(a_fact_about_the_contract),
		cmocka_unit_test(an_amended_limit),
		cmocka_unit_test(an_amendment_with_another_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
