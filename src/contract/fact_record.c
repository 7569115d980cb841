/* fact_record.c - sorts each recorded event to where it is read: one table row a type. */
#include "fact.h"

#include <string.h>

#include "date.h"
#include "event_type.h"
#include "hash.h"
#include "held.h"
#include "item.h"
#include "json.h"
#include "rows.h"
#include "settle.h"
#include "settled.h"
#include "settlement.h"
#include "text.h"

typedef enum rc record_fn(struct settlement *s, const struct settle_record *r, uint32_t event,
			  struct err *e);

/* The first day in a body: `from`, `on` or `month`. */
static int32_t
body_day(const struct json *body, const char *const *names)
{
	for (; *names != NULL; names++) {
		const struct json *v = json_get(body, *names);
		struct date d;

		if (v != NULL && v->kind == JSON_STRING && date_parse(v->string, v->count, &d))
			return d.days;
	}
	return NEVER;
}

static void
read_dates(const struct json *body, struct fact *f)
{
	static const char *const from[] = { "from", "on", "month", NULL };
	static const char *const to[] = { "to", NULL };

	f->from = body_day(body, from);
	f->to = body_day(body, to);
}

/* The owner's salt is that of the first event about it; the contract's came with settlement_new. */
static void
keep_salt(struct settlement *s, uint32_t owner, const char *salt)
{
	struct owner *o = owner_at(s, owner);

	if (o->salt != NONE || o->kind != OWNER_PERSON || salt == NULL)
		return;
	memcpy(rows_add(&s->salts, &o->salt), salt, 22);
}

static enum rc
sender_number(struct settlement *s, const char *sender, uint32_t *ret, struct err *e)
{
	*ret = name_number(&s->names, sender, strlen(sender));
	if (*ret > UINT16_MAX)
		return rc_fail(e, RC_RANGE, "more than %d words before party '%s'", UINT16_MAX, sender);
	return RC_OK;
}

/* Whom it is about: the participant, else the site, else the contract. */
static uint32_t
body_owner(struct settlement *s, const struct json *body)
{
	const char *participant = json_get_string(body, "participant");
	const char *site = json_get_string(body, "site");
	struct owner o;

	if (participant != NULL && owner_person(participant, &o))
		return owner_get(s, &o);
	if (site == NULL)
		return OWNER_OF_CONTRACT;
	o = owner_of_site(name_number(&s->names, site, strlen(site)));
	return owner_get(s, &o);
}

static enum rc
record_fact(struct settlement *s, const struct settle_record *r, uint32_t event, struct err *e)
{
	struct fact f = { .event = event, .link = NONE, .type = r->type };
	const char *spell = json_get_string(r->body, "spell");
	struct hash digest;
	uint32_t sender;
	enum rc rc = sender_number(s, r->sender, &sender, e);

	if (rc != RC_OK)
		return rc;
	f.sender = (uint16_t)sender;
	read_dates(r->body, &f);
	f.owner = body_owner(s, r->body);
	if (spell != NULL && hash_parse(spell, strlen(spell), &digest)) {
		uint32_t target = event_find(s, digest);

		if (target == NONE)
			return rc_fail(e, RC_REFUSED, "spell %.12s… is not known under this contract",
				       spell);
		f.link = event_at(s, target)->fact;
	}
	f.payload = payload_write(s, r->type, r->body);
	keep_salt(s, f.owner, r->salt);
	(void)fact_add(s, &f);
	return RC_OK;
}

/* One fact on each of the two; `link` is the other's owner number. */
static enum rc
record_joined(struct settlement *s, const struct settle_record *r, uint32_t event, struct err *e)
{
	const struct json *two = json_get(r->body, "participants");
	struct fact f = { .event = event, .from = NEVER, .to = NEVER, .type = r->type };
	uint32_t owners[2], sender;
	enum rc rc = sender_number(s, r->sender, &sender, e);

	if (rc != RC_OK)
		return rc;
	for (uint32_t i = 0; i < 2; i++) {
		struct owner o;

		if (two == NULL || two->count != 2 || !owner_person(two->items[i].string, &o))
			return rc_fail(e, RC_REFUSED, "participants.joined names no two pseudonyms");
		owners[i] = owner_get(s, &o);
		keep_salt(s, owners[i], r->salt);
	}
	f.sender = (uint16_t)sender;
	for (uint32_t i = 0; i < 2; i++) {
		f.owner = owners[i];
		f.link = owners[1 - i];
		(void)fact_add(s, &f);
		owner_at(s, f.owner)->paired = true;
	}
	return RC_OK;
}

/* The first fact of what `event`, a correction to `to` or a retraction, names. NONE where nothing
 * depends on that: what is not a fact. A payment is done with here. */
static enum rc
find_target(struct settlement *s, const struct json *body, uint32_t event, const struct json *to,
	    uint32_t *ret_fact, struct err *e)
{
	const char *text = json_get_string(body, "event");
	struct hash digest;
	uint32_t target;

	if (text == NULL || !hash_parse(text, strlen(text), &digest))
		return rc_fail(e, RC_REFUSED, "no event is named");
	target = event_find(s, digest);
	if (target == NONE)
		return rc_fail(e, RC_REFUSED, "event %.12s… is not known under this contract", text);
	*ret_fact = event_at(s, target)->fact;
	if (*ret_fact == NONE)
		(void)payment_corrected(s, target, event, to);
	return RC_OK;
}

/* A verdict stands with each fact that it names, beside that fact's owner. */
static void
add_verdicts(struct settlement *s, const struct json *body, uint32_t event, uint32_t sender)
{
	const struct json *named = json_get(body, "events");
	struct fact f = { .event = event, .from = NEVER, .to = NEVER,
			  .type = EVENT_CLAIM_ATTESTED, .sender = (uint16_t)sender };

	f.payload = payload_write(s, EVENT_CLAIM_ATTESTED, body);
	if (json_is(json_get(body, "verdict"), "accepted"))
		f.flags |= FACT_ACCEPTED;
	if (json_get(body, "population") != NULL)
		f.flags |= FACT_SAMPLED;
	for (uint32_t i = 0; named != NULL && i < named->count; i++) {
		struct hash digest;
		uint32_t target;

		if (!hash_parse(named->items[i].string, named->items[i].count, &digest))
			continue;
		target = event_find(s, digest);
		if (target == NONE || event_at(s, target)->fact == NONE)
			continue;	/* an erased or withheld one */
		f.link = event_at(s, target)->fact;
		f.owner = fact_at(s, f.link)->owner;
		(void)fact_add(s, &f);
	}
}

static enum rc
record_attested(struct settlement *s, const struct settle_record *r, uint32_t event,
		struct err *e)
{
	uint32_t sender;
	enum rc rc = sender_number(s, r->sender, &sender, e);

	if (rc == RC_OK)
		add_verdicts(s, r->body, event, sender);
	return rc;
}


/* A correction or retraction stands beside each fact of what it names: a verdict and a
 * join have several, one behind the other. */
static void
add_linked(struct settlement *s, struct fact f, uint32_t target)
{
	uint32_t event = fact_at(s, target)->event;

	for (uint32_t i = target; i < s->facts.count && fact_at(s, i)->event == event; i++) {
		f.owner = fact_at(s, i)->owner;
		f.link = i;
		(void)fact_add(s, &f);
	}
}

static enum rc
record_corrected(struct settlement *s, const struct settle_record *r, uint32_t event,
		 struct err *e)
{
	struct fact f = { .event = event, .flags = FACT_CORRECTS };
	const struct json *body = json_get(r->body, "body");
	uint32_t target, sender;
	enum rc rc = find_target(s, r->body, event, body, &target, e);

	if (rc == RC_OK)
		rc = sender_number(s, r->sender, &sender, e);
	if (rc != RC_OK || target == NONE || body == NULL)
		return rc;
	f.sender = (uint16_t)sender;
	f.type = fact_at(s, target)->type;
	if (f.type == EVENT_CLAIM_ATTESTED) {
		/* The new verdict speaks, the old one ends; in this order, so that the event's
		 * first fact is a verdict where it is corrected once more. */
		add_verdicts(s, body, event, sender);
		f.from = f.to = NEVER;
		f.type = EVENT_EVENT_RETRACTED;
		f.flags = 0;
		add_linked(s, f, target);
		return RC_OK;
	}
	read_dates(body, &f);
	f.payload = payload_write(s, (enum event_type)f.type, body);
	add_linked(s, f, target);
	return RC_OK;
}

static enum rc
record_retracted(struct settlement *s, const struct settle_record *r, uint32_t event,
		 struct err *e)
{
	struct fact f = { .event = event, .from = NEVER, .to = NEVER,
			  .type = EVENT_EVENT_RETRACTED };
	uint32_t target, sender;
	enum rc rc = find_target(s, r->body, event, NULL, &target, e);

	if (rc == RC_OK)
		rc = sender_number(s, r->sender, &sender, e);
	if (rc != RC_OK || target == NONE)
		return rc;
	f.sender = (uint16_t)sender;
	add_linked(s, f, target);
	return RC_OK;
}

static enum rc
record_terminated(struct settlement *s, const struct settle_record *r, uint32_t event,
		  struct err *e)
{
	static const char *const on[] = { "on", NULL };

	(void)e;
	if (s->terminated.event == NONE) {
		s->terminated.event = event;
		s->terminated.on = body_day(r->body, on);
		s->terminated.seq = r->seq;
	}
	return RC_OK;
}

/* From here on its people are frozen: no new lines, what was settled stays, and what their lines
 * hold stands where they stood. They are read again, as people without anything. */
static enum rc
record_erased(struct settlement *s, const struct settle_record *r, uint32_t event, struct err *e)
{
	const struct json *list = json_get(r->body, "erased");

	(void)event;
	(void)e;
	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const char *text = json_get_string(&list->items[i], "event");
		struct hash digest;
		struct owner *o;
		uint32_t n;

		if (text == NULL || !hash_parse(text, strlen(text), &digest))
			continue;
		n = event_find(s, digest);
		if (n == NONE || event_at(s, n)->fact == NONE)
			continue;
		o = owner_at(s, fact_at(s, event_at(s, n)->fact)->owner);
		if (o->kind != OWNER_PERSON || o->frozen != 0)
			continue;
		o->frozen = (uint32_t)r->seq + 1;
		ordinals_add(&s->erased, fact_at(s, event_at(s, n)->fact)->owner);
	}
	held_record(s, json_get(r->body, "held"), r->seq);
	return RC_OK;
}

static enum rc
record_nothing(struct settlement *s, const struct settle_record *r, uint32_t event, struct err *e)
{
	(void)s;
	(void)r;
	(void)event;
	(void)e;
	return RC_OK;
}

/* Types that are not here are refused. */
static record_fn *const record_of[EVENT_TYPE_MAX] = {
	[EVENT_CONTRACT_TERMINATED] = record_terminated,
	[EVENT_PARTICIPANT_ENROLLED] = record_fact,
	[EVENT_PARTICIPANT_CHANGED] = record_fact,
	[EVENT_PARTICIPANT_TRANSFERRED] = record_fact,
	[EVENT_PARTICIPANT_EXITED] = record_fact,
	[EVENT_PARTICIPANT_ASSIGNED] = record_fact,
	[EVENT_PARTICIPANTS_JOINED] = record_joined,
	[EVENT_CONSENT_GIVEN] = record_fact,
	[EVENT_CONSENT_WITHDRAWN] = record_fact,
	[EVENT_SPELL_STARTED] = record_fact,
	[EVENT_SPELL_CHANGED] = record_fact,
	[EVENT_SPELL_CONFIRMED] = record_fact,
	[EVENT_SPELL_ENDED] = record_fact,
	[EVENT_EARNINGS_REPORTED] = record_fact,
	[EVENT_ACTIVITY_LOGGED] = record_fact,
	[EVENT_MILESTONE_REACHED] = record_fact,
	[EVENT_STATUS_REPORTED] = record_fact,
	[EVENT_FEED_COMPLETED] = record_fact,
	[EVENT_CLAIM_MADE] = record_fact,
	[EVENT_MEASUREMENT_RECORDED] = record_fact,
	[EVENT_FLOW_RECORDED] = record_fact,
	[EVENT_CLAIM_ATTESTED] = record_attested,
	[EVENT_EVENT_CORRECTED] = record_corrected,
	[EVENT_EVENT_RETRACTED] = record_retracted,
	[EVENT_DISPUTE_OPENED] = record_dispute_opened,
	[EVENT_DISPUTE_RESOLVED] = record_dispute_resolved,
	[EVENT_SETTLEMENT_LINE] = record_line,
	[EVENT_SETTLEMENT_BASIS] = record_basis,
	[EVENT_SETTLEMENT_ISSUED] = record_issued,
	[EVENT_SETTLEMENT_APPROVED] = record_nothing,
	[EVENT_SETTLEMENT_ACKNOWLEDGED] = record_nothing,
	[EVENT_PAYMENT_MADE] = record_payment_made,
	[EVENT_PAYMENT_RECEIVED] = record_payment_received,
	[EVENT_DATA_ERASED] = record_erased,
	[EVENT_PADDING_ADDED] = record_nothing,
};

static int
civil_offset(const struct settlement *s)
{
	return s->version_count == 0 ? 0 : s->versions[0].terms->settlement.offset_minutes;
}

enum rc
settle_record(struct settlement *s, const struct settle_record *r, struct err *e)
{
	record_fn *fn = (unsigned)r->type < EVENT_TYPE_MAX ? record_of[r->type] : NULL;
	uint32_t event;

	if (fn == NULL)
		return rc_fail(e, RC_REFUSED, "entry %llu: '%s' is no event under a contract",
			       (unsigned long long)r->seq, event_info(r->type)->name);
	if (r->seq >= UINT32_MAX - 1)
		return rc_fail(e, RC_RANGE, "entry %llu: more entries than this build can settle",
			       (unsigned long long)r->seq);
	if (s->events.count > 0 && r->seq <= s->last_seq)
		return rc_fail(e, RC_CONFLICT, "entry %llu: entries come in order, %llu was before it",
			       (unsigned long long)r->seq, (unsigned long long)s->last_seq);
	s->last_seq = r->seq;
	event = event_add(s, r, instant_date(r->at, civil_offset(s)).days);
	if (r->body == NULL)
		return RC_OK;	/* its digest is known from now on; a key without its basis, by its hash */
	if (fn(s, r, event, e) != RC_OK)
		return rc_where(e, "entry %llu, %s", (unsigned long long)r->seq,
				event_info(r->type)->name);
	return RC_OK;
}
