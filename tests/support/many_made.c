/* many_made.c - events that are made up: some of every kind about everybody. */
#include "many.h"

#include <stdio.h>
#include <string.h>

#include "json.h"

struct saying {
	struct many *m;
	uint32_t person, k, n, sites;
	uint64_t id;			/* free: this one and the next 15 */
};

/* Spread over 400 days from the enrolment on. */
static int64_t
day_of(const struct saying *y)
{
	return 30 + y->person % 28 + (int64_t)y->k * 400 / y->n;
}

static const char *
person(const struct saying *y)
{
	return many_person(y->m, y->person);
}

static const char *
day(const struct saying *y, int64_t more)
{
	return many_day(y->m, day_of(y) + more);
}

static void
accept(struct saying *y, uint64_t id)
{
	many_tell(y->m, y->id + 15, "ver", "claim.attested", "{'events':['%s'],'method':'letter',"
		  "'verdict':'accepted'}", many_hex(y->m, id));
}

static void
say_spell(struct saying *y)
{
	int64_t length = 400 / y->n < 6 ? 6 : 400 / y->n;
	const char *const rest[] = { "changed", "from", "'extent':60,", "confirmed", "on", "",
				     "ended", "on", "" };

	many_tell(y->m, y->id, "prov", "spell.started", "{'participant':'%s','from':'%s','extent':"
		  "'50','hours':'20','pay':900,'kind':'employment','ref':'r%u'}", person(y),
		  day(y, 0), y->k);
	accept(y, y->id);
	for (uint32_t i = 0; i < 3; i++) {
		char type[20];

		(void)snprintf(type, sizeof(type), "spell.%s", rest[3 * i]);
		many_tell(y->m, y->id + 1 + i, "prov", type,
			  "{'participant':'%s',%s'%s':'%s','spell':'%s'}", person(y),
			  i == 0 ? "'extent':'60'," : "", rest[3 * i + 1],
			  day(y, (length - 4) * (i + 1) / 3), many_hex(y->m, y->id));
	}
}

static void
say_activity(struct saying *y)
{
	many_tell(y->m, y->id, "prov", "activity.logged", "{'participant':'%s','on':'%s','hours':"
		  "'1.5','kind':'support','ref':'r%u'}", person(y), day(y, 0), y->k);
}

static void
say_earnings(struct saying *y)
{
	const char *text = day(y, 0);

	many_tell(y->m, y->id, "reg", "earnings.reported", "{'participant':'%s','month':'%.8s01',"
		  "'amount':900,'kind':'wage','ref':'r%u'}", person(y), text, y->k);
}

static void
say_status(struct saying *y)
{
	many_tell(y->m, y->id, "reg", "status.reported", "{'participant':'%s','from':'%s','to':"
		  "'%s','kind':'pause','ref':'r%u'}", person(y), day(y, 0), day(y, 3), y->k);
}

static void
say_milestone(struct saying *y)
{
	many_tell(y->m, y->id, "prov", "milestone.reached", "{'participant':'%s','on':'%s','kind':"
		  "'step','ref':'r%u'}", person(y), day(y, 0), y->k);
}

static void
say_measurement(struct saying *y)
{
	many_tell(y->m, y->id, "ver", "measurement.recorded", "{'participant':'%s','from':'%s',"
		  "'name':'score','value':'%u'}", person(y), day(y, 0), y->k % 7);
}

static void
say_site_measurement(struct saying *y)
{
	many_tell(y->m, y->id, "ver", "measurement.recorded", "{'site':'s_%u','from':'%s',"
		  "'name':'fidelity','value':'%u'}", y->person % y->sites, day(y, 0), y->k % 7);
}

static void
say_contract_measurement(struct saying *y)
{
	many_tell(y->m, y->id, "ver", "measurement.recorded", "{'from':'%s','name':'saving',"
		  "'value':'%u'}", day(y, 0), y->k % 7);
}

static void
say_flow(struct saying *y)
{
	many_tell(y->m, y->id, "ver", "flow.recorded", "{'on':'%s','amount':%d,'party':'fund',"
		  "'unit':'SEK','ref':'r%u_%u'}", day(y, 0), y->k % 2 == 0 ? 1000 : -990,
		  y->person, y->k);
}

static void
say_correction(struct saying *y)
{
	many_tell(y->m, y->id, "prov", "activity.logged", "{'participant':'%s','on':'%s','hours':"
		  "'1','kind':'support','ref':'c%u'}", person(y), day(y, 0), y->k);
	for (uint32_t i = 0; i < 5; i++)
		many_tell(y->m, y->id + 1 + i, "prov", "event.corrected", "{'event':'%s','body':{"
			  "'contract':'%s','participant':'%s','on':'%s','hours':'%u','kind':"
			  "'support','ref':'c%u'}}", many_hex(y->m, y->id + i), y->m->contract,
			  person(y), day(y, 0), i + 2, y->k);
}

/* One chain that grows. */
static void
say_chain(struct saying *y)
{
	uint64_t first = y->id - (uint64_t)y->k * 16;

	if (y->k == 0)
		many_tell(y->m, first, "prov", "activity.logged", "{'participant':'%s','on':'%s',"
			  "'hours':'1','kind':'support','ref':'chain'}", person(y), day(y, 0));
	many_tell(y->m, y->id + 1, "prov", "event.corrected", "{'event':'%s','body':{'contract':"
		  "'%s','participant':'%s','on':'%s','hours':'%u','kind':'support','ref':'chain'}}",
		  many_hex(y->m, y->k == 0 ? first : y->id - 15), y->m->contract, person(y),
		  many_day(y->m, 40), y->k % 5);
}

static void
say_verdicts(struct saying *y)
{
	uint64_t first = y->id - (uint64_t)y->k * 16;

	if (y->k == 0)
		many_tell(y->m, first, "prov", "spell.started", "{'participant':'%s','from':'%s',"
			  "'extent':'50','kind':'employment','ref':'judged'}", person(y), day(y, 0));
	many_tell(y->m, y->id + 1, "ver", "claim.attested", "{'events':['%s'],'method':'letter',"
		  "'verdict':'%s'}", many_hex(y->m, first), y->k % 2 == 0 ? "accepted" : "rejected");
}

/* Of one spell, one a day. */
static void
say_changes(struct saying *y)
{
	uint64_t first = y->id - (uint64_t)y->k * 16;

	if (y->k == 0)
		many_tell(y->m, first, "prov", "spell.started", "{'participant':'%s','from':'%s',"
			  "'extent':'50','kind':'employment','ref':'changed'}", person(y), day(y, 0));
	if (y->k == 0)
		accept(y, first);
	many_tell(y->m, y->id + 1, "prov", "spell.changed", "{'participant':'%s','from':'%s',"
		  "'extent':'%u','spell':'%s'}", person(y), day(y, 1), 30 + y->k % 50,
		  many_hex(y->m, first));
	accept(y, y->id + 1);
}

static void
say_transfer(struct saying *y)
{
	many_tell(y->m, y->id, "reg", "participant.transferred", "{'participant':'%s','on':'%s',"
		  "'to':'%s'}", person(y), day(y, 0), y->k % 2 == 0 ? "prov2" : "prov");
}

static void
say_change(struct saying *y)
{
	many_tell(y->m, y->id, "prov", "participant.changed", "{'participant':'%s','from':'%s',"
		  "'site':'s_%u','attributes':{'home':'%s'}}", person(y), day(y, 0),
		  (y->person + y->k) % y->sites, y->k % 3 == 0 ? "a" : "b");
}

static void
say_assignment(struct saying *y)
{
	many_tell(y->m, y->id, "reg", "participant.assigned", "{'participant':'%s','on':'%s',"
		  "'arm':'%s'}", person(y), day(y, -30), (y->person + y->k) % 2 == 0 ? "usual" : "new");
}

static void
say_joined(struct saying *y)
{
	const char *one = person(y), *other = many_person(y->m, y->person + (1u + y->k) * 10000000);
	bool before = strcmp(one, other) < 0;

	many_tell(y->m, y->id, "reg", "participants.joined", "{'participants':['%s','%s']}",
		  before ? one : other, before ? other : one);
}

static void
say_consent(struct saying *y)
{
	many_tell(y->m, y->id, "prov", y->k % 2 == 0 ? "consent.given" : "consent.withdrawn",
		  "{'participant':'%s','from':'%s'}", person(y), day(y, 0));
}

static void
say_claim(struct saying *y)
{
	many_tell(y->m, y->id, "prov", "claim.made", "{'participant':'%s','outcome':'o','ref':"
		  "'r%u'}", person(y), y->k);
	accept(y, y->id);
}

static void
say_enrolment(struct saying *y)
{
	many_tell(y->m, y->id, "prov", "participant.enrolled", "{'participant':'%s','on':'%s',"
		  "'site':'s_%u','attributes':{'home':'a','age':%u}}", person(y),
		  many_day(y->m, 1 + y->k % 250), y->person % y->sites, y->person % 90);
}

static const struct {
	const char *name;
	void (*say)(struct saying *y);
	uint32_t each;			/* of a person in the smaller reading */
} kinds[] = {
	{ "spell", say_spell, 1 }, { "activity", say_activity, 3 }, { "earnings", say_earnings, 3 },
	{ "status", say_status, 2 }, { "milestone", say_milestone, 2 },
	{ "measurement", say_measurement, 2 }, { "site_measurement", say_site_measurement, 1 },
	{ "contract_measurement", say_contract_measurement, 1 }, { "flow", say_flow, 1 },
	{ "correction", say_correction, 1 }, { "chain", say_chain, 5 },
	{ "verdicts", say_verdicts, 5 }, { "transfer", say_transfer, 2 },
	{ "changes_of_one", say_changes, 2 },
	{ "change", say_change, 2 }, { "assignment", say_assignment, 1 },
	{ "joined", say_joined, 1 }, { "consent", say_consent, 2 }, { "claim", say_claim, 1 },
	{ "enrolment", say_enrolment, 2 },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void
say_kind(struct many *m, size_t kind, const struct many_size *size)
{
	uint32_t n = kinds[kind].each * size->facts;
	struct saying y = { .m = m, .n = n, .sites = size->sites };

	for (y.person = 0; y.person < size->people; y.person++)
		for (y.k = 0; y.k < n; y.k++) {
			y.id = 1000000 + (((uint64_t)kind * size->people + y.person) * n + y.k) * 16;
			kinds[kind].say(&y);
		}
}

void
many_made(struct many *m, const struct json *says, const struct many_size *size)
{
	struct saying y = { .m = m, .n = 1, .sites = size->sites };

	for (y.person = 0; y.person < size->people; y.person++) {
		y.id = 100 + y.person;
		say_enrolment(&y);
	}
	for (uint32_t i = 0; i < says->count; i++)
		for (size_t k = 0; k < KINDS; k++)
			if (strcmp(kinds[k].name, says->items[i].string) == 0)
				say_kind(m, k, size);
}
