/* test_settle_random.c - random histories on a contract that uses most of the money rules: carried
 * and from scratch give the same bytes, all lines add up to the entitlements (settle_case does both
 * at every statement), and events of one instant in another order give the same statements. */
#include "settle_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "random.h"

#define PEOPLE 6
#define ROUNDS 150

static const char *const contracts[] = {
	/* runs, order, caps with excess and freed room */
	"['/outcomes/kept',{'for':'people','per':'day','count':'at_work','reach':{'run':{'n':2,'unit':"
	"'month'},'gap':{'each':7,'total':14,'clock':'runs'}},'from':'enrolment.start','until':"
	"'contract.outcome_until','after':['placed'],'times':{'max':1,'per':'person'},'show':['proof',"
	"'gap','after','times']},'/payments/kept_pay',{'for':'kept','price':20000,'round':'half_up',"
	"'from':'both','to':'prov','ended':'started'},'/limits',[{'name':'person_cap','of':['placed_pay',"
	"'kept_pay'],'per':['person'],'steps':[{'to':25000,'rate':'1'}],'along':'amount','order':"
	"'settled','excess':'lost','unused':'lost','freed':'waiting'},{'name':'quarter_cap','of':"
	"['placed_pay','kept_pay'],'per':[{'achieved':'quarter'}],'steps':[{'to':30000,'rate':'1'}],"
	"'along':'amount','order':'settled','excess':'next','unused':'next','freed':'waiting'}]]",
	/* achieved order, metered hours, a cohort target over people */
	"['/payments/fee',{'for':{'each':'quarter','of':'people','due':'end','from':'enrolment.start',"
	"'until':'contract.outcome_until'},'when':{'gt':['hours',0]},'price':{'mul':[700,'hours']},"
	"'round':'half_up','from':'both','to':'prov','ended':'achieved'},'/values/share_placed',{'is':"
	"{'div':[{'over':{'group':'people','do':'count','where':{'ge':['placed',1]}}},{'over':{'group':"
	"'people','do':'count'}}]},'subject':'contract'},'/outcomes/target',{'for':'contract','on':"
	"'2018-06-30','count':{'ge':['share_placed','0.5']},'final':'2018-12-31'},'/payments/target_pay',"
	"{'for':'target','price':50000,'round':'half_up','from':'both','to':'prov','ended':'achieved'},"
	"'/limits',[{'name':'all','of':['placed_pay','fee'],'per':['contract'],'steps':[{'to':30000,"
	"'rate':'1'}],'along':'amount','order':'achieved','excess':'lost','unused':'lost','freed':"
	"'waiting'}]]",
	/* who pays follows where a person lives; freed room is lost; limits per payer */
	"['/shares/both',{'parts':[{'party':'fund','weight':{'is':['person.home','a']}},{'party':'town',"
	"'weight':{'is':['person.home','b']}}],'residual':'first','none':'town'},'/limits',[{'name':'lost',"
	"'of':['placed_pay'],'per':['contract'],'steps':[{'to':25000,'rate':'1'}],'along':'amount','order':"
	"'settled','excess':'lost','unused':'lost','freed':'lost'},{'name':'mine','of':"
	"['placed_pay'],'per':['payer'],'steps':[{'to':18000,'rate':'1'}],'along':'amount','order':"
	"'settled','excess':'lost','unused':'lost','freed':'waiting'}]]",
	/* limits that are carried: settled by month, with excess, over a cap for each person */
	"['/settlement/periods','month','/limits',[{'name':'person_cap','of':['placed_pay'],'per':"
	"['person'],'steps':[{'to':9000,'rate':'1'}],'along':'amount','order':'settled','excess':'lost',"
	"'unused':'lost','freed':'waiting'},{'name':'quarter_cap','of':['placed_pay'],'per':"
	"[{'achieved':'quarter'}],'steps':[{'to':14000,'rate':'1'}],'along':'amount','order':'settled',"
	"'excess':'next','unused':'lost','freed':'waiting'}]]",
	"['/settlement/periods','month','/limits',[{'name':'year_cap','of':['placed_pay'],'per':"
	"[{'achieved':'year'}],'steps':[{'to':24000,'rate':'1'}],'along':'amount','order':'settled',"
	"'excess':'lost','unused':'lost','freed':'waiting'},{'name':'all','of':['placed_pay'],'per':"
	"['contract'],'steps':[{'to':39000,'rate':'1'}],'along':'amount','order':'achieved','excess':'lost',"
	"'unused':'lost','freed':'waiting'}]]",
	/* a guarantor owes what is beyond; tax; a part is held; tranches */
	"['/limits',[{'name':'over','of':['placed_pay'],'per':['contract'],'steps':[{'to':25000,'rate':"
	"'1'}],'along':'amount','order':'settled','excess':{'payer':'guar'},'unused':'lost','freed':"
	"'waiting'}],'/tables/vat',{'rows':[{'from':'2018-01-01','then':'0.25'},{'from':'2018-06-01','then':"
	"'0.12'}],'kind':'steps','missing':'error'},'/payments/placed_pay/tax','vat','/payments/placed_pay/"
	"hold',{'part':'0.07','until':{'shift':['outcome.date',4,'month']}},'/shares/both',{'tranches':"
	"[{'to':15000,'parts':[{'party':'fund','weight':1}]},{'parts':[{'party':'town','weight':1},"
	"{'party':'fund','weight':2}]}],'order':'achieved','residual':'first','none':'unknown'}]",
	/* ladders along the amount and along the count; the first few places only */
	"['/outcomes/placed/times',{'max':4,'per':'contract'},'/outcomes/placed/next','each_period',"
	"'/limits',[{'name':'ladder','of':"
	"['placed_pay'],'per':['contract'],'steps':[{'to':15000,'rate':'1'},{'to':30000,'rate':'0.5'},"
	"{'rate':'0.25'}],'along':'amount','order':'achieved','excess':'lost','unused':'lost','freed':"
	"'waiting'}]]",
	"['/limits',[{'name':'counted','of':['placed_pay'],'per':['contract'],'steps':[{'to':2,'rate':"
	"'1'},{'to':4,'rate':'0.5'},{'rate':'1.5'}],'along':'count','order':'achieved','excess':'lost',"
	"'unused':'lost','freed':'waiting'}]]",
};
#define CONTRACTS (int)(sizeof(contracts) / sizeof(contracts[0]))

struct history {
	struct settle_case *c;
	char heads[400][24];		/* events that may be corrected, retracted, judged */
	char kinds[400];		/* j job, c confirmation, e end, h hours, n enrolment */
	unsigned people[400];
	char jobs[400][24];
	int days[400];
	size_t count;
	unsigned next;
	int month;			/* of 2018, the one being reported */
};

static void
remember(struct history *h, const char *label, char kind, unsigned person, const char *job)
{
	if (h->count == sizeof(h->heads) / sizeof(h->heads[0]))
		return;
	(void)snprintf(h->heads[h->count], 24, "%s", label);
	(void)snprintf(h->jobs[h->count], 24, "%s", job);
	h->kinds[h->count] = kind;
	h->people[h->count++] = person;
}

static void
new_label(struct history *h, char ret[24])
{
	(void)snprintf(ret, 24, "x%u", h->next++);
}

static void
job_body(unsigned person, const char *from, char *ret, size_t size)
{
	static const char *const extents[] = { "10", "20", "25", "50" };

	(void)snprintf(ret, size, "{'participant':'p%u','from':'%s','kind':'employment','extent':'%s',"
		       "'ref':'r%u'}", person, from, extents[random_below(4)],
		       (unsigned)random_below(1000000));
}

static void
report(struct history *h)
{
	unsigned person = 1 + (unsigned)random_below(PEOPLE);
	char label[24], body[400], on[32];
	int back = (int)random_below(3);

	settle_case_day(h->month > back ? h->month - back : 1, 1 + (unsigned)random_below(28), on);
	new_label(h, label);
	switch (random_below(3)) {
	case 0:
		job_body(person, on, body, sizeof(body));
		settle_case_tell(h->c, h->month, "prov", "spell.started", label, "%s", body);
		remember(h, label, 'j', person, label);
		return;
	case 1:
		settle_case_tell(h->c, h->month, "prov", "activity.logged", label,
				 "{'participant':'p%u','on':'%s','kind':'support','hours':'%u.5','ref':'r%u'}",
				 person, on, (unsigned)random_below(9), h->next);
		remember(h, label, 'h', person, "");
		return;
	default:
		settle_case_tell(h->c, h->month, "prov", "participant.changed", label,
				 "{'participant':'p%u','from':'%s','attributes':{'home':'%c'}}",
				 person, on, "abx"[random_below(3)]);
		return;
	}
}

static void
follow_up(struct history *h)
{
	size_t at = h->count == 0 ? 0 : random_below(h->count);
	char label[24], body[600], on[32];

	if (h->count == 0 || h->kinds[at] != 'j')
		return;
	new_label(h, label);
	settle_case_day(h->month, 1 + (unsigned)random_below(28), on);
	(void)snprintf(body, sizeof(body), "{'participant':'p%u','on':'%s','spell':'@%s'}",
		       h->people[at], on, h->jobs[at]);
	if (random_below(4) == 0) {
		settle_case_tell(h->c, h->month, "prov", "spell.ended", label, "%s", body);
		remember(h, label, 'e', h->people[at], h->jobs[at]);
	} else {
		settle_case_tell(h->c, h->month, "prov", "spell.confirmed", label, "%s", body);
		remember(h, label, 'c', h->people[at], h->jobs[at]);
	}
}

static void
judge(struct history *h)
{
	char label[24], body[4000], one[32];
	size_t n = 0;

	if (h->count == 0)
		return;
	new_label(h, label);
	(void)snprintf(body, sizeof(body), "{'method':'letter','verdict':'%s','events':[",
		       random_below(5) == 0 ? "rejected" : "accepted");
	for (size_t i = 0; i < h->count && n < 20; i++) {
		if (h->kinds[i] == 'h' || random_below(2) == 0)
			continue;
		(void)snprintf(one, sizeof(one), "%s'@%s'", n++ == 0 ? "" : ",", h->heads[i]);
		(void)strncat(body, one, sizeof(body) - strlen(body) - 1);
	}
	if (n == 0)
		return;
	(void)strncat(body, "]}", sizeof(body) - strlen(body) - 1);
	settle_case_tell(h->c, h->month, "ver", "claim.attested", label, "%s", body);
}

static void
take_back(struct history *h)
{
	size_t at = h->count == 0 ? 0 : random_below(h->count);
	char label[24], inner[400], on[32];

	if (h->count == 0)
		return;
	new_label(h, label);
	if (random_below(2) == 0 || h->kinds[at] != 'j') {
		settle_case_tell(h->c, h->month, "prov", "event.retracted", label,
				 "{'event':'@%s'}", h->heads[at]);
		h->count--;
		memmove(&h->heads[at], &h->heads[at + 1], (h->count - at) * sizeof(h->heads[0]));
		memmove(&h->jobs[at], &h->jobs[at + 1], (h->count - at) * sizeof(h->jobs[0]));
		memmove(&h->kinds[at], &h->kinds[at + 1], h->count - at);
		memmove(&h->people[at], &h->people[at + 1], (h->count - at) * sizeof(h->people[0]));
		return;
	}
	settle_case_day(h->month, 1 + (unsigned)random_below(28), on);
	job_body(h->people[at], on, inner, sizeof(inner));
	settle_case_tell(h->c, h->month, "prov", "event.corrected", label,
			 "{'event':'@%s','body':%s}", h->heads[at], inner);
	(void)snprintf(h->heads[at], 24, "%s", label);
}

static void
enrol_all(struct history *h)
{
	for (unsigned p = 1; p <= PEOPLE; p++) {
		char label[24], on[32];

		new_label(h, label);
		settle_case_day(1, 1 + (unsigned)random_below(28), on);
		settle_case_tell(h->c, h->month, "prov", "participant.enrolled", label,
				 "{'participant':'p%u','on':'%s','attributes':{'home':'%c'}}",
				 p, on, "aab"[random_below(3)]);
	}
}

static void
live(struct history *h, bool monthly)
{
	h->month = 1;
	enrol_all(h);
	for (; h->month <= 15; h->month++) {
		for (uint64_t i = random_below(8); i > 0; i--)
			report(h);
		for (uint64_t i = random_below(6); i > 0; i--)
			follow_up(h);
		if (random_below(3) != 0)
			judge(h);
		if (random_below(3) == 0)
			take_back(h);
		if ((monthly || h->month % 3 == 0) && settle_case_settle(h->c) != RC_OK)
			fail_msg("%s", h->c->e.text);
	}
}

static void
carried_is_from_scratch_and_sums_are_entitlements(void **state)
{
	(void)state;
	random_start("test_settle_random");
	for (int i = 0; i < ROUNDS; i++) {
		struct history h = { .c = settle_case_new(contracts[i % CONTRACTS]) };

		live(&h, i % CONTRACTS == 3 || i % CONTRACTS == 4);
		settle_case_free(h.c);
	}
}

/* Whoever was erased keeps its place in limits, tranches and statistics: nobody else's amounts
 * change, and settling goes on, carried and from scratch alike. */
static void
erasing_changes_nobody_else(void **state)
{
	(void)state;
	random_start("test_settle_random, erasing");
	for (int i = 0; i < ROUNDS; i++) {
		struct history h = { .c = settle_case_new(contracts[i % CONTRACTS]) };
		unsigned first = 1 + (unsigned)random_below(PEOPLE);
		unsigned people[2] = { first, 1 + (first + (unsigned)random_below(PEOPLE - 1)) %
					      PEOPLE };
		enum rc rc;

		live(&h, i % CONTRACTS == 3 || i % CONTRACTS == 4);
		settle_case_erase(h.c, people, 1 + random_below(2));
		rc = settle_case_settle(h.c);
		if (rc != RC_OK && rc != RC_NO)
			fail_msg("%s", h.c->e.text);
		settle_case_free(h.c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(erasing_changes_nobody_else),
		cmocka_unit_test(carried_is_from_scratch_and_sums_are_entitlements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
