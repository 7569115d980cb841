/* state_fact.c - facts, and what is said about facts: corrections, retractions, verdicts. */
#include "state_priv.h"

#include "arena.h"
#include "finding.h"
#include "terms.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The day a fact is about: its first or only one. False where it has none. */
static bool
fact_day(const struct json *body, struct date *ret)
{
	static const char *const fields[] = { "on", "from", "month" };

	for (size_t i = 0; i < 3; i++) {
		const char *text = json_get_string(body, fields[i]);

		if (text != NULL)
			return date_parse(text, strlen(text), ret);
	}
	return false;
}

/* After its end, a contract takes facts dated before the end or inside its tail. */
static void
check_end(struct check *c)
{
	const struct contract *k = &c->contract->pub;
	struct date day, last = k->ended;
	char found[DATE_TEXT], expected[DATE_TEXT];

	if (!k->terminated || !fact_day(c->body, &day))
		return;
	if (!(rule_of(c->type)->flags & RULE_ENROLS) &&
	    date_compare(c->terms->settlement.outcome_until, last) > 0)
		last = c->terms->settlement.outcome_until;
	if (date_compare(day, last) <= 0)
		return;
	date_format(day, found);
	date_format(last, expected);
	refuse(c, "/body", "expected a day on or before %s, as the contract ended, found %s",
	       expected, found);
}

static const char *
participant_of(const struct check *c)
{
	return c->inside ? json_get_string(c->body, "participant") : c->x->event->participant;
}

static const char *
site_of(const struct check *c)
{
	return c->inside ? json_get_string(c->body, "site") : c->x->event->site;
}

/* A correction, by terms that its first was said under; where the person was, was asked then. */
static bool
might_send(const struct check *c, const char *site)
{
	return c->said != NULL && terms_may_send(c->said, c->type, c->sender->id, site);
}

static bool
may_send_about(const struct check *c, const struct member *m)
{
	const char *site = site_of(c);

	if (might_send(c, site))
		return true;
	if (site != NULL || m == NULL || m->site_count == 0)
		return terms_may_send(c->terms, c->type, c->sender->id, site);
	for (size_t i = 0; i < m->site_count; i++)
		if (terms_may_send(c->terms, c->type, c->sender->id, m->sites[i]))
			return true;
	return false;
}

static const char *
expected_sender(enum event_sender sender)
{
	if (sender == SENDER_VERIFIER)
		return "the verifier, or a source that the terms name for it";
	if (sender == SENDER_SOURCE)
		return "a source that the terms name for it";
	return "the provider, or a source that the terms name for it";
}

/* Who has the role and not the site is told so. */
static void
refuse_sender(struct check *c, const char *participant, const struct member *m)
{
	const char *sender = c->sender->id, *site = site_of(c);

	if (!terms_may_send(c->terms, c->type, sender, NULL) && !might_send(c, NULL))
		refuse(c, "", "%s is sent by %s, found %s", c->info->name,
		       expected_sender(c->info->sender), sender);
	else if (site != NULL)
		refuse(c, "/body/site", "expected a site that the terms give %s, found %s", sender, site);
	else
		refuse(c, "/body/participant", "%s is at %s: expected a party that the terms give "
		       "this site, found %s", participant, m->sites[m->site_count - 1], sender);
}

static bool
is_source(const struct check *c)
{
	const struct terms *both[] = { c->terms, c->said };

	for (size_t i = 0; i < 2; i++) {
		const struct terms_party *p =
			both[i] == NULL ? NULL : terms_party(both[i], c->sender->id);

		if (p != NULL && (p->sources & EVENT_BIT(c->type)) != 0)
			return true;
	}
	return false;
}

static bool
has_held(const struct check *c, const struct member *m)
{
	uint32_t party = c->st->submissions[c->st->submission_count - 1].party;

	for (size_t i = 0; i < m->holder_count; i++)
		if (m->holders[i] == party)
			return true;
	return false;
}

/* Enrolled or assigned before, unless this is what enrols. */
static void
check_enrolled(struct check *c, const char *participant, struct member *m)
{
	if (!went_on(c, participant_find(c->st, c->contract->pub.digest, participant, m, c->e)))
		return;
	if (!m->enrolled && c->st->hidden == 0 && !(rule_of(c->type)->flags & RULE_ENROLS))
		refuse(c, "/body/participant", "expected a participant enrolled or assigned under "
		       "this contract before, found %s: send participant.enrolled first",
		       participant);
}

/* The provider that speaks is one that has held the person. */
static void
check_holder(struct check *c, const char *participant, const struct member *m)
{
	if (c->info->sender == SENDER_PROVIDER && m->enrolled && m->holder_count > 0 &&
	    !(rule_of(c->type)->flags & RULE_ENROLS) &&
	    c->type != EVENT_PARTICIPANT_TRANSFERRED && !has_held(c, m) && !is_source(c))
		refuse(c, "/body/participant", "%s is held by %s: expected a provider that has held "
		       "the participant, found %s", participant,
		       m->holder < c->st->party_count ? c->st->parties[m->holder]->id : "nobody",
		       c->sender->id);
}

void
check_fact(struct check *c)
{
	const char *participant = participant_of(c);
	struct member m = { .enrolled = false };

	if (participant != NULL)
		check_enrolled(c, participant, &m);
	if (c->stopped)
		return;
	if (c->info->sender != SENDER_FIRST && !may_send_about(c, &m))
		refuse_sender(c, participant, &m);
	else if (participant != NULL)
		check_holder(c, participant, &m);
	check_end(c);
}

/* The receiver sends it first; then the present holder, or whom the terms name. */
void
check_transferred(struct check *c)
{
	const char *participant = json_get_string(c->body, "participant");
	const char *to = json_get_string(c->body, "to");
	const char *sender = c->sender->id;
	struct record r = c->st->scratch.record;
	struct member m;
	uint32_t receiver = party_index(c->st, to);

	check_fact(c);
	if (c->rc != RC_OK || c->stopped ||
	    !went_on(c, participant_find(c->st, r.contract, participant, &m, c->e)))
		return;
	if (!terms_has_role(c->terms, to, ROLE_PROVIDER) &&
	    (c->said == NULL || !terms_has_role(c->said, to, ROLE_PROVIDER)))
		refuse(c, "/body/to", "expected a provider of the terms, found %s", to);
	else if (m.holder != PARTY_NONE && m.holder == receiver)
		refuse(c, "/body/to", "%s holds the participant already", to);
	else if (strcmp(sender, to) != 0 && m.holder != party_index(c->st, sender) &&
		 !terms_confirms_transfer(c->terms, sender) &&
		 (c->said == NULL || !terms_confirms_transfer(c->said, sender)))
		refuse(c, "", "participant.transferred is sent by the receiver or the present "
		       "holder, found %s", sender);
}

void
check_joined(struct check *c)
{
	const struct json *two = json_get(c->body, "participants");
	struct member m;

	for (uint32_t i = 0; i < two->count && !c->stopped; i++) {
		const char *p = two->items[i].string;

		if (!went_on(c, participant_find(c->st, c->contract->pub.digest, p, &m, c->e)))
			return;
		if (!m.enrolled && c->st->hidden == 0)
			refuse(c, "/body/participants", "expected participants enrolled or assigned "
			       "under this contract before, found %s", p);
	}
	check_fact(c);
}

/* spell.changed, spell.confirmed, spell.ended: by the sender of the start, while it stands. */
void
check_spell(struct check *c)
{
	const char *text = json_get_string(c->body, "spell");
	const char *participant = json_get_string(c->body, "participant");
	struct record start;
	struct hash digest;
	bool retracted;

	check_fact(c);
	if (c->stopped || !hash_parse(text, strlen(text), &digest) ||
	    !went_on(c, record_find(c->st, digest, &start, c->e)) || start.missing ||
	    !went_on(c, chain_retracted(c->st, &start, &retracted, c->e)))
		return;
	if (retracted)
		refuse(c, "/body/spell", "expected a spell that stands, found one that was retracted");
	if (strcmp(start.participant, participant) != 0)
		refuse(c, "/body/participant", "expected %s, the participant of the spell, found %s",
		       start.participant, participant);
	if (start.party != party_index(c->st, c->sender->id))
		refuse(c, "", "%s is sent by the party that sent the spell's start, %s, found %s",
		       c->info->name, start.party < c->st->party_count ?
		       c->st->parties[start.party]->id : "nobody", c->sender->id);
}

/* ---- corrections and retractions ---- */

/* The event that "event" names: a fact of the sender's own, and the head of its chain. */
static bool
check_target(struct check *c, struct record *ret)
{
	const struct hash link = c->st->scratch.record.link;
	uint64_t next;

	if (!went_on(c, record_find(c->st, link, ret, c->e)) || ret->missing ||
	    !went_on(c, chain_next(c->st, link, &next, c->e)))
		return false;
	if (!(rule_of(ret->chain)->flags & (RULE_CORRECT | RULE_MONEY))) {
		refuse(c, "/body/event", "expected a fact, a claim or a payment, found a %s: it stands "
		       "as it is", event_info(ret->chain)->name);
		return false;
	}
	if (ret->type == EVENT_EVENT_RETRACTED)
		refuse(c, "/body/event", "expected a fact or a correction, found a retraction");
	else if (next != SEQ_NEVER)
		refuse_as(c, RC_REFUSED, "/body/event", "expected the head of the event's chain, found "
			  "one that entry %" PRIu64 " corrected or retracted: name the latest", next);
	if (ret->party != party_index(c->st, c->sender->id))
		refuse(c, "", "%s is sent by the party that sent the first, %s, found %s",
		       c->info->name, ret->party < c->st->party_count ?
		       c->st->parties[ret->party]->id : "nobody", c->sender->id);
	return c->rc == RC_OK;
}

/* What the other party was told of stays between the two. */
static void
check_other_party(struct check *c, const struct record *target, const struct json *inner)
{
	const char *field = target->chain == EVENT_PAYMENT_MADE ? "payee" : "payer";
	const char *other = json_get_string(inner, field);
	char pointer[40];

	if ((rule_of(target->chain)->flags & RULE_MONEY) == 0 || other == NULL ||
	    strcmp(other, target->to) == 0)
		return;
	(void)snprintf(pointer, sizeof(pointer), "/body/body/%s", field);
	refuse(c, pointer, "expected %s, as in the payment it corrects, found %s: retract that one "
	       "instead", target->to, other);
}

/* The terms that were in force when the chain began, where others are now. */
static const struct terms *
terms_said_under(const struct check *c, uint64_t root)
{
	const struct contract *k = c->contract == NULL ? NULL : &c->contract->pub;
	const struct contract_version *ret = NULL;

	for (size_t i = 0; k != NULL && i < k->version_count; i++)
		if (k->versions[i].in_force < root &&
		    (ret == NULL || k->versions[i].in_force > ret->in_force))
			ret = &k->versions[i];
	return ret == NULL || ret == k->current ? NULL : ret->terms;
}

/* The whole new body goes through the rules of the first event's type. Who an amendment leaves out
 * may correct what it said before, as the terms of that time let it say it. */
static void
check_inner(struct check *c, const struct record *target, const struct json *inner)
{
	enum event_type type = target->chain;
	struct check d = *c;

	d.type = type;
	d.info = event_info(type);
	d.body = inner;
	d.inside = true;
	d.said = terms_said_under(c, target->root);
	check_references(&d);
	if (d.rc == RC_OK && !d.stopped)
		rule_of(type)->check(&d);
	c->rc = d.rc;
	c->stopped = d.stopped;
}

void
check_corrected(struct check *c)
{
	const struct json *inner = json_get(c->body, "body");
	struct arena *scrap = arena_new();
	struct findings own = { .arena = scrap };
	struct findings *f = c->f == NULL ? &own : c->f;
	size_t first = f->count;
	const char *participant;
	struct record target;

	if (check_target(c, &target)) {
		participant = json_get_string(inner, "participant");
		if (!event_body_check(target.chain, inner, "/body/body", f)) {
			for (size_t i = first; i < f->count; i++)
				f->items[i].line = c->x->line;
			c->rc = first == f->count ? rc_fail(c->e, RC_REFUSED, "/body/body is not a %s",
							    event_info(target.chain)->name) :
				rc_fail(c->e, RC_REFUSED, "%s: %s", f->items[first].pointer,
					f->items[first].text);
		} else if (strcmp(participant == NULL ? "" : participant, target.participant) != 0) {
			refuse(c, "/body/body/participant", "expected %s, as in the event it "
			       "corrects, found %s: retract that one instead", target.participant,
			       participant == NULL ? "none" : participant);
		} else if (!json_is(json_get(inner, "contract"),
				    json_get_string(c->body, "contract"))) {
			refuse(c, "/body/body/contract", "expected the same contract as around it");
		} else {
			check_other_party(c, &target, inner);
			if (c->rc == RC_OK)
				check_inner(c, &target, inner);
		}
	}
	arena_free(scrap);
}

void
check_retracted(struct check *c)
{
	struct record target;

	(void)check_target(c, &target);
}

/* ---- verdicts ---- */

void
check_attested(struct check *c)
{
	const struct json *events = json_get(c->body, "events");
	const struct terms_party *me = terms_party(c->terms, c->sender->id);
	const char *verdict = json_get_string(c->body, "verdict");
	uint32_t party = party_index(c->st, c->sender->id);
	bool sampled;
	struct record r;
	struct hash digest;
	char pointer[60];

	if (!terms_may_send(c->terms, c->type, c->sender->id, NULL))
		refuse(c, "", "%s is sent by %s, found %s", c->info->name,
		       expected_sender(c->info->sender), c->sender->id);
	if (strcmp(verdict, "accepted") != 0 && strcmp(verdict, "rejected") != 0)
		refuse(c, "/body/verdict", "expected accepted or rejected, found %s", verdict);
	sampled = c->rc == RC_OK && population_is_known(c);
	for (uint32_t i = 0; i < events->count && !c->stopped; i++) {
		const struct json *x = &events->items[i];

		if (!hash_parse(x->string, x->count, &digest) ||
		    !went_on(c, record_find(c->st, digest, &r, c->e)) || r.missing)
			continue;
		snprintf(pointer, sizeof(pointer), "/body/events/%" PRIu32, i);
		if (!(rule_of(r.chain)->flags & RULE_CORRECT) || r.type == EVENT_EVENT_RETRACTED)
			refuse(c, pointer, "expected a fact or a claim, found a %s",
			       event_info(r.type)->name);
		else if (r.party == party && (me == NULL || !me->attests_own))
			refuse(c, pointer, "%s sent this event itself: nobody attests its own unless "
			       "the terms say so", c->sender->id);
		else if (sampled)
			check_drawn(c, pointer, &r);
	}
}

/* ---- erasure ---- */

/* The participant that an event is about; a retraction is about what it retracts. */
static enum rc
is_about_a_person(struct check *c, const struct record *r, bool *ret)
{
	struct record root = *r;
	enum rc rc = RC_OK;

	if (r->root != r->seq)
		rc = record_at(c->st, r->root, &root, c->e);
	if (rc == RC_OK)
		*ret = event_info(r->chain)->class == CLASS_SUBJECT &&
			(r->chain == EVENT_PARTICIPANTS_JOINED || r->participant[0] != '\0' ||
			 root.participant[0] != '\0' || root.missing);
	return rc;
}

static void
check_erased_one(struct check *c, uint32_t i, const struct json *named)
{
	const char *text = json_get_string(named, "event"), *type = json_get_string(named, "type");
	char pointer[60];
	struct record r;
	struct hash digest;
	bool about = false;
	enum rc rc;

	snprintf(pointer, sizeof(pointer), "/body/erased/%" PRIu32 "/event", i);
	if (!hash_parse(text, strlen(text), &digest))
		return;
	rc = record_find(c->st, digest, &r, c->e);
	if (rc == RC_NOT_FOUND)
		refuse(c, pointer, "expected the digest of an event recorded earlier in this "
		       "ledger, found %s", text);
	if (rc == RC_NOT_FOUND || !went_on(c, rc) || r.missing ||
	    !went_on(c, is_about_a_person(c, &r, &about)))
		return;
	if (strcmp(event_info(r.type)->name, type) != 0)
		refuse(c, pointer, "expected type %s, as recorded, found %s",
		       event_info(r.type)->name, type);
	else if (!about)
		refuse(c, pointer, "expected an event about a participant, found a %s: it is never "
		       "erased", event_info(r.type)->name);
}

void
check_erased(struct check *c)
{
	const struct json *list = json_get(c->body, "erased");

	for (uint32_t i = 0; i < list->count && !c->stopped; i++)
		check_erased_one(c, i, &list->items[i]);
}

bool
erased_by(const struct state *st, struct hash digest, uint64_t *ret)
{
	for (size_t i = 0; i < st->erased_count; i++)
		if (hash_equal(st->erased[i].digest, digest)) {
			*ret = st->erased[i].by;
			return true;
		}
	return false;
}

/* What it names and is missing is explained from here on. */
void
apply_erased(struct state *st, const struct step *x, const struct party *sender)
{
	const struct json *list = json_get(x->event->body, "erased");

	(void)sender;
	drawn_facts_forget(st);
	for (uint32_t i = 0; i < list->count; i++) {
		const char *text = json_get_string(&list->items[i], "event");
		struct erased_row row = { .by = x->seq };
		struct record r;
		struct err e;

		if (!hash_parse(text, strlen(text), &row.digest))
			continue;
		st->erased = mem_room(st->erased, st->erased_count, &st->erased_capacity,
				      sizeof(*st->erased));
		st->erased[st->erased_count++] = row;
		if (st->unnamed > 0 && record_find(st, row.digest, &r, &e) == RC_OK && r.missing)
			st->unnamed--;
	}
}
