/* forecast_fact.c - facts that nobody has said: jobs and earnings that go on or end, claims,
 * verdicts, completed reports. */
#include "forecast_priv.h"

#include <string.h>

#include "arena.h"
#include "date.h"
#include "event_type.h"
#include "expression.h"
#include "fact.h"
#include "hash.h"
#include "json.h"
#include "outcome.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settle.h"
#include "settlement.h"
#include "terms.h"
#include "text.h"
#include "xval.h"

#define NOON 43200

static int64_t
instant_of(const struct forecasting *f, int32_t day)
{
	return (int64_t)day * 86400 + NOON - f->terms->settlement.offset_minutes * 60;
}

static struct json
date_json(struct forecasting *f, int32_t day)
{
	char text[DATE_TEXT];

	date_format((struct date){ day }, text);
	return json_string(arena_string(f->arena, text, strlen(text)));
}

static void
put(struct forecasting *f, struct json *body, const char *name, const char *value)
{
	json_set(f->arena, body, name, json_string(value));
}

/* Records it on `day`; gives its digest, for verdicts. */
static struct hash
tell(struct forecasting *f, enum event_type type, const struct json *body, const char *sender,
     int32_t day)
{
	struct { char tag[8]; uint64_t seq; } name = { "forecast", settlement_next(f->s) };
	struct settle_record r = { .seq = name.seq, .type = type, .body = body,
				   .salt = "AAAAAAAAAAAAAAAAAAAAAA", .sender = sender,
				   .at = instant_of(f, day) };

	r.digest = hash_bytes(&name, sizeof(name));
	if (f->rc == RC_OK)
		f->rc = settle_record(f->s, &r, f->e);
	return r.digest;
}

static void
await_verdict(struct forecasting *f, struct hash digest)
{
	char *hex = arena_alloc(f->arena, HASH_HEX);

	hash_format(digest, hex);
	json_add(f->arena, &f->verdicts, json_string(hex));
}

/* ---- what the terms ask for ---- */

static const struct terms_party *
party_of(const struct terms *t, const struct terms_who *who)
{
	for (size_t i = 0; i < t->party_count; i++)
		if (terms_who_has(who, &t->parties[i]))
			return &t->parties[i];
	return NULL;
}

/* Evidence of every kind that some proof needs. */
static struct json
evidence_of(struct forecasting *f)
{
	const struct terms *t = f->terms;
	struct json list = json_array(f->arena, 4);
	char *hex = arena_alloc(f->arena, HASH_HEX);

	hash_format(hash_bytes("forecast", 8), hex);
	for (size_t i = 0; i < t->proof_count; i++)
		for (size_t k = 0; k < t->proofs[i].need_count; k++) {
			struct json one = json_object();

			put(f, &one, "digest", hex);
			put(f, &one, "kind", t->proofs[i].needs[k]);
			json_add(f->arena, &list, one);
		}
	return list;
}

/* One party of each list of those who accept says yes. */
static void
accept_all(struct forecasting *f, int32_t day)
{
	const struct terms *t = f->terms;
	uint64_t said = 0;

	if (f->verdicts.count == 0)
		return;
	for (size_t i = 0; i < t->proof_count; i++) {
		const struct terms_party *p = t->proofs[i].accept != ACCEPT_ATTESTED ? NULL :
			party_of(t, &t->proofs[i].accepted_by);
		struct json body = json_object();

		if (p == NULL || p->index > 63 || (said & (UINT64_C(1) << p->index)) != 0)
			continue;
		said |= UINT64_C(1) << p->index;
		json_set(f->arena, &body, "events", f->verdicts);
		put(f, &body, "method", "forecast");
		put(f, &body, "verdict", "accepted");
		(void)tell(f, EVENT_CLAIM_ATTESTED, &body, p->name, day);
	}
	f->verdicts = json_array(f->arena, 16);
}

/* ---- what is going on ---- */

static bool
has_end(const struct chain *c)
{
	for (const struct chain *k = c->children; k != NULL; k = k->sibling)
		if (k->root->type == EVENT_SPELL_ENDED && chain_head(k) != NULL)
			return true;
	return false;
}

static int32_t
last_report(const struct chain *c)
{
	int32_t last = chain_head(c)->from;

	for (const struct chain *k = c->children; k != NULL; k = k->sibling) {
		const struct fact *f = chain_head(k);

		if (f != NULL && f->from > last)
			last = f->from;
	}
	return last;
}

static bool
same_field(const struct forecasting *f, const struct fact *a, const struct fact *b,
	   const char *name)
{
	struct xval x = fact_field(f->s, a, name), y = fact_field(f->s, b, name);

	return x.kind == y.kind && (x.kind != X_WORD || strcmp(x.word, y.word) == 0);
}

/* Only the latest month of one kind from one employer and sender goes on. */
static bool
is_followed(const struct forecasting *f, const struct unit *u, const struct fact *month)
{
	for (const struct chain *c = u->chains; c != NULL; c = c->next) {
		const struct fact *other = c->root->type == EVENT_EARNINGS_REPORTED ? chain_head(c)
										   : NULL;

		if (other != NULL && other->from > month->from && other->sender == month->sender &&
		    same_field(f, other, month, "kind") && same_field(f, other, month, "employer"))
			return true;
	}
	return false;
}

/* The number of its head: members of a chain are facts of one owner, in ledger order. */
static uint32_t
head_number(const struct forecasting *f, const struct chain *c)
{
	const struct fact *head = chain_head(c);
	uint32_t i = c->root_index;

	while (fact_at(f->s, i) != head)
		i = fact_at(f->s, i)->next;
	return i;
}

static void
collect_chain(struct forecasting *f, const struct unit *u, const struct chain *c)
{
	const struct fact *head = chain_head(c);
	struct going_on one = { .fact = c->root_index };

	if (head == NULL)
		return;
	if (f->future == FORECAST_KEPT && c->members[c->count - 1].verdicts == NULL)
		await_verdict(f, event_at(f->s, head->event)->digest);
	if (c->root->type == EVENT_SPELL_STARTED && !has_end(c)) {
		one.last = last_report(c);
		f->ret->jobs += one.last > f->since;
	} else if (c->root->type == EVENT_EARNINGS_REPORTED && !is_followed(f, u, head)) {
		one.fact = head_number(f, c);
		one.last = fact_day(head);
		f->ret->earners += one.last > f->since;
	} else {
		return;
	}
	if (one.last <= f->since)
		return;
	f->items = mem_room(f->items, f->count, &f->capacity, sizeof(*f->items));
	f->items[f->count++] = one;
}

void
forecast_collect(struct forecasting *f)
{
	struct arena *arena = arena_new();
	struct run *r = run_new(f->s, settlement_next(f->s), f->known, arena, f->e);

	f->verdicts = json_array(f->arena, 16);
	for (uint32_t i = 0; i < f->s->owners.count; i++) {
		const struct owner *o = owner_at(f->s, i);
		struct arena *units = arena_new();
		struct unit *u = unit_read(r, i, units);

		if (o->frozen == 0 && u->owner == i)
			for (const struct chain *c = u->chains; c != NULL; c = c->next)
				collect_chain(f, u, c);
		arena_free(units);
	}
	arena_free(arena);
}

/* ---- jobs ---- */

static struct json
about_spell(struct forecasting *f, const struct fact *start, int32_t day)
{
	const struct owner *o = owner_at(f->s, start->owner);
	struct json body = json_object();
	char *hex = arena_alloc(f->arena, HASH_HEX), *who = arena_alloc(f->arena, 27);

	hash_format(event_at(f->s, start->event)->digest, hex);
	owner_pseudonym(o, who);
	json_set(f->arena, &body, "on", date_json(f, day));
	put(f, &body, "participant", who);
	put(f, &body, "spell", hex);
	return body;
}

static void
confirm(struct forecasting *f, struct going_on *it, int32_t day, int32_t recorded)
{
	const struct fact *start = fact_at(f->s, it->fact);
	struct json body;

	if (day <= it->last)
		return;
	body = about_spell(f, start, day);
	json_set(f->arena, &body, "evidence", evidence_of(f));
	await_verdict(f, tell(f, EVENT_SPELL_CONFIRMED, &body, name_text(&f->s->names, start->sender),
			      recorded));
}

/* With the last day known; never before its last report. */
static void
end_spell(struct forecasting *f, const struct going_on *it)
{
	const struct fact *start = fact_at(f->s, it->fact);
	bool runs = false;
	struct json body;

	for (size_t i = 0; i < f->terms->value_count; i++)
		runs = runs || (f->terms->values[i].of == FACT_SPELL && f->terms->values[i].open_runs);
	body = about_spell(f, start, runs && f->known > it->last ? f->known : it->last);
	(void)tell(f, EVENT_SPELL_ENDED, &body, name_text(&f->s->names, start->sender), f->known);
}

/* ---- earnings ---- */

static void
copy_field(struct forecasting *f, struct json *body, const struct fact *from, const char *name)
{
	struct xval v = fact_field(f->s, from, name);
	char text[RATIO_TEXT];

	if (v.kind == X_WORD) {
		put(f, body, name, v.word);
	} else if (v.kind == X_NUMBER && ratio_is_integer(v.number)) {
		json_set(f->arena, body, name, json_integer((int64_t)v.number.num));
	} else if (v.kind == X_NUMBER) {
		ratio_format(v.number, text);
		put(f, body, name, arena_string(f->arena, text, strlen(text)));
	}
}

static void
earn_again(struct forecasting *f, struct going_on *it, int32_t day, int32_t recorded)
{
	const struct fact *was = fact_at(f->s, it->fact);
	char *who = arena_alloc(f->arena, 27);
	int32_t end = it->last, year, month, ignored;

	owner_pseudonym(owner_at(f->s, was->owner), who);
	for (;;) {
		struct json body = json_object();

		date_to_civil((struct date){ end + 1 }, &year, &month, &ignored);
		if (end + date_days_in_month(year, month) > day || f->rc != RC_OK)
			break;
		json_set(f->arena, &body, "month", date_json(f, end + 1));
		put(f, &body, "participant", who);
		copy_field(f, &body, was, "amount");
		copy_field(f, &body, was, "hours");
		copy_field(f, &body, was, "kind");
		copy_field(f, &body, was, "employer");
		json_set(f->arena, &body, "evidence", evidence_of(f));
		end += date_days_in_month(year, month);
		await_verdict(f, tell(f, EVENT_EARNINGS_REPORTED, &body,
				      name_text(&f->s->names, was->sender), recorded));
	}
	it->last = end;
}

/* ---- completed reports ---- */

static const struct terms_party *
reporter(const struct terms *t)
{
	for (size_t i = 0; i < t->party_count; i++)
		if (t->parties[i].sources & EVENT_BIT(EVENT_FEED_COMPLETED))
			return &t->parties[i];
	return NULL;
}

static void
complete_feeds(struct forecasting *f, int32_t day, int32_t recorded)
{
	const struct terms_party *p = reporter(f->terms);
	bool done[FACT_NONE + 1] = { false };

	for (size_t i = 0; p != NULL && i < f->terms->value_count; i++) {
		const struct terms_value *v = &f->terms->values[i];
		struct json body = json_object();

		if (v->of == FACT_NONE || !v->silence_unknown || done[v->of])
			continue;
		done[v->of] = true;
		put(f, &body, "feed", terms_fact_name(v->of));
		json_set(f->arena, &body, "from", date_json(f, f->done + 1));
		json_set(f->arena, &body, "to", date_json(f, day));
		(void)tell(f, EVENT_FEED_COMPLETED, &body, p->name, recorded);
	}
}

/* ---- claims ---- */

static bool
bound_day(struct scope *sc, const struct terms_x *x, int32_t otherwise, int32_t *ret)
{
	struct xval v;

	*ret = otherwise;
	if (x == NULL)
		return true;
	v = x_eval(sc, x);
	*ret = v.day;
	return v.kind == X_DATE;
}

static const struct terms_party *
claimant(const struct forecasting *f, const struct terms_outcome *o, const struct enrolment *en)
{
	const struct terms_party *p = en == NULL ? NULL :
		terms_party(f->terms, name_text(&f->s->names, en->fact->sender));

	return p != NULL && terms_who_has(&o->claim->by, p) ? p : party_of(f->terms, &o->claim->by);
}

/* On the first day on which it may be made, if that has come. */
static bool
claim_one(struct forecasting *f, struct scope *sc, const struct terms_outcome *o,
	  const struct reach *r, int32_t through)
{
	struct scope in = outcome_scope(sc, o, r);
	const struct terms_party *p = claimant(f, o, sc->enrolment);
	const struct owner *owner = owner_at(f->s, sc->unit->owner);
	struct json body = json_object();
	char *who = arena_alloc(f->arena, 27);
	int32_t opens, closes;

	if (p == NULL || !bound_day(&in, o->claim->opens, r->achieved, &opens) ||
	    !bound_day(&in, o->claim->closes, NEVER, &closes))
		return false;
	opens = opens < r->achieved ? r->achieved : opens;
	opens = opens < f->known ? f->known : opens;
	if (opens > through || opens > closes)
		return false;
	put(f, &body, "outcome", o->name);
	if (owner->kind == OWNER_PERSON) {
		owner_pseudonym(owner, who);
		put(f, &body, "participant", who);
	} else if (owner->kind == OWNER_SITE) {
		put(f, &body, "site", name_text(&f->s->names, owner_site(owner)));
	}
	json_set(f->arena, &body, "evidence", evidence_of(f));
	await_verdict(f, tell(f, EVENT_CLAIM_MADE, &body, p->name, opens));
	return true;
}

static size_t
claim_subject(struct forecasting *f, struct run *r, struct unit *u, uint32_t version,
	      const struct enrolment *en, int32_t through)
{
	struct scope sc = subject_scope(r, u, version, en);
	const struct terms *t = sc.version->terms;
	enum terms_subject subject = en != NULL ? SUBJECT_ENROLMENT :
		u->kind == OWNER_PERSON ? SUBJECT_PERSON :
		u->kind == OWNER_SITE ? SUBJECT_SITE : SUBJECT_CONTRACT;
	size_t made = 0;

	for (size_t i = 0; i < t->outcome_count && r->rc == RC_OK && f->rc == RC_OK; i++) {
		const struct terms_outcome *o = &t->outcomes[i];
		const struct reaches *list;

		if (o->claim == NULL || o->subject != subject)
			continue;
		list = outcome_reaches(&sc, o, 1u << QUALIFIER_CLAIM, false);
		for (size_t k = 0; list != NULL && k < list->count; k++)
			if (list->items[k].achieved <= through &&
			    outcome_claim(&sc, o, &list->items[k], NULL) == NULL)
				made += claim_one(f, &sc, o, &list->items[k], through);
	}
	return made;
}

static size_t
claim_all(struct forecasting *f, int32_t through)
{
	struct arena *arena = arena_new(), *units = arena_new();
	struct run *r = run_new(f->s, settlement_next(f->s), through, arena, f->e);
	uint32_t version = (uint32_t)r->version_count - 1;
	size_t made = 0;

	for (uint32_t i = 0; i < f->s->owners.count && r->rc == RC_OK; i++) {
		struct unit *u;

		arena_reset(units);
		r->scratch = units;
		u = run_unit(r, i, units);
		if (u->owner != i || owner_at(f->s, i)->frozen != 0)
			continue;
		made += claim_subject(f, r, u, version, NULL, through);
		for (size_t k = 0; k < u->enrolment_count; k++)
			made += claim_subject(f, r, u, u->enrolments[k].version, &u->enrolments[k],
					      through);
	}
	if (f->rc == RC_OK)
		f->rc = r->rc;
	arena_free(units);
	arena_free(arena);
	return made;
}

static bool
has_claims(const struct terms *t)
{
	for (size_t i = 0; i < t->outcome_count; i++)
		if (t->outcomes[i].claim != NULL)
			return true;
	return false;
}

/* ---- a period ---- */

/* Behind the last day of recording nothing is said any more. */
void
forecast_period(struct forecasting *f, int32_t through)
{
	const struct terms_settlement *s = &f->terms->settlement;
	int32_t day = through < s->outcome_until.days ? through : s->outcome_until.days;
	int32_t recorded = through > f->known ? through : f->known;
	bool kept = f->future == FORECAST_KEPT, first = f->done == f->since;

	if (recorded > s->record_until.days)
		recorded = s->record_until.days;
	if (recorded < f->known)
		return;
	complete_feeds(f, day, recorded);
	for (size_t i = 0; i < f->count && f->rc == RC_OK; i++) {
		bool job = fact_at(f->s, f->items[i].fact)->type == EVENT_SPELL_STARTED;

		if (kept && job)
			confirm(f, &f->items[i], day, recorded);
		else if (kept)
			earn_again(f, &f->items[i], day, recorded);
		else if (job && first)
			end_spell(f, &f->items[i]);
	}
	if (kept)
		accept_all(f, recorded);
	/* one outcome's claim may be what another waits for */
	for (size_t i = 0; kept && has_claims(f->terms) && i <= f->terms->outcome_count; i++) {
		if (f->rc != RC_OK || claim_all(f, recorded) == 0)
			break;
		accept_all(f, recorded);
	}
	f->done = day > f->done ? day : f->done;
}
