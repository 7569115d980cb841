/* settle_claim.c - what one unit asks of limits: its entitlements, and its keys that have none. */
#include "claim.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "expression.h"
#include "fact.h"
#include "held.h"
#include "item.h"
#include "limit.h"
#include "lines.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settled.h"
#include "settlement.h"
#include "split.h"
#include "terms.h"
#include "wakes.h"

static bool
is_active(const struct run *r, const struct item *it)
{
	return it->achieved <= r->through && it->counts <= r->through &&
	       it->fails == QUALIFIER_MAX && !it->pending;
}

/* ---- keys to which the items of several versions come ---- */

static int
key_order(const struct item *a, const struct item *b)
{
	int ret;

	if (a->enrolment != b->enrolment)
		return a->enrolment < b->enrolment ? -1 : 1;
	ret = strcmp(a->payment->name, b->payment->name);
	if (ret != 0 || (a->outcome == NULL) != (b->outcome == NULL))
		return ret != 0 ? ret : a->outcome == NULL ? -1 : 1;
	if (a->outcome != NULL && (ret = strcmp(a->outcome->name, b->outcome->name)) != 0)
		return ret;
	return strcmp(a->occurrence, b->occurrence);
}

/* Of one key an entitlement before a candidate, then the earlier day, whenever it counts. */
static int
rival_order(const void *a, const void *b)
{
	const struct item *x = *(const struct item *const *)a;
	const struct item *y = *(const struct item *const *)b;
	bool x_shown = x->fails != QUALIFIER_MAX, y_shown = y->fails != QUALIFIER_MAX;
	int ret = key_order(x, y);

	if (ret != 0 || x_shown != y_shown)
		return ret != 0 ? ret : x_shown ? 1 : -1;
	if (x->achieved != y->achieved)
		return x->achieved < y->achieved ? -1 : 1;
	return (x > y) - (x < y);
}

static bool
is_of_one_version(const struct kept *k)
{
	for (uint32_t i = 1; i < k->count; i++)
		if (k->items[i].version != k->items[0].version)
			return false;
	return true;
}

void
kept_pair(struct kept *k)
{
	struct item **order;

	for (uint32_t i = 0; i < k->count; i++)
		k->items[i].rival = 0;
	if (is_of_one_version(k))
		return;
	order = mem_alloc(k->count * sizeof(*order));
	for (uint32_t i = 0; i < k->count; i++)
		order[i] = &k->items[i];
	qsort(order, k->count, sizeof(*order), rival_order);
	for (uint32_t i = 1; i < k->count; i++)
		if (key_order(order[i - 1], order[i]) == 0)
			order[i]->rival = 1 + (uint32_t)(order[i - 1] - k->items);
	free(order);
}

/* By another version's, one that has come. */
bool
item_is_passed_over(const struct run *r, const struct kept *kept, uint32_t at)
{
	const struct item *it = &kept->items[at];

	for (uint32_t i = it->rival; i != 0; i = kept->items[i - 1].rival)
		if (kept->items[i - 1].version != it->version &&
		    kept->items[i - 1].achieved <= r->through)
			return true;
	return false;
}

bool
item_was_held(const struct run *r, const struct item *it)
{
	return r->statement_count > 0 &&
	       it->held_until > statement_through(r->s, r->statement_count);
}

struct span
room_of_lines(const struct run *r, const struct item *it, const struct key_row *k, uint32_t payer,
	      uint32_t payee)
{
	bool held = item_was_held(r, it);
	struct span sum = { 0, 0 };

	for (uint32_t i = k == NULL ? NONE : k->postings; i != NONE; i = posting_at(r->s, i)->next) {
		const struct posting_row *p = posting_at(r->s, i);
		struct span one = { p->sum, p->sum };

		if (p->tax != NONE || (payer != NONE && p->payer != payer) ||
		    (payee != NONE && p->payee != payee))
			continue;
		if (held)
			one = hold_span(it->payment, p->sum);
		sum.low += one.low;
		sum.high += one.high;
	}
	return sum;
}

void
claim_hold(struct claim *c, struct span room)
{
	c->hold = room.low;
	c->open = room.high - room.low;
}

/* What is held back is known to the last unit in the statement after the one that gives it (no day
 * says which, where it waits for what may never be); what is closed asks for what it was given. */
static void
item_again(struct run *r, const struct item *it, int32_t closes)
{
	int32_t given = it->held_until;

	if (given == NEVER || given < r->through)
		given = r->through;
	if (item_was_held(r, it))
		owner_again(r, it->owner, given + 1);
	if (r->through <= closes && closes != NEVER)
		owner_again(r, it->owner, closes + 1);
}

static void
claim_of_item(struct run *r, struct claims *claims, struct kept *kept, uint32_t place)
{
	struct item *it = &kept->items[place];
	struct key_name name = settled_key_name_of(r->s, it);
	uint32_t key = settled_key_number(r->s, &name);
	int32_t closes = settled_key_closes(r, it->payment, it->outcome, it->version, it);
	struct claim *c = claim_add(claims);

	c->item = it;
	c->kept = it;
	c->place = place;
	c->amount = it->amount;
	if (key != NONE) {
		settled_key_at(r->s, key)->claimed = r->claiming;
		c->key = settled_key_at(r->s, key);
		claim_hold(c, room_of_lines(r, it, c->key, NONE, NONE));
		c->peak = c->key->peak > c->hold ? c->key->peak : c->hold;
		c->first_paid = c->key->first_paid;
		c->ever_paid = c->key->ever_paid;
	}
	if (r->through > closes || (key != NONE && held_key_stands(r, key))) {
		c->frozen = true;
		c->amount = c->key == NULL ? 0 : c->key->settled;
	}
	item_again(r, it, closes);
}

int32_t
claim_start_of_gone(struct scope *sc, uint32_t enrolment)
{
	int32_t day = subject_start(sc, SUBJECT_PERSON);

	if (enrolment != NONE)
		return fact_at(sc->run->s, enrolment)->from;
	if (day != NEVER)
		return day;
	for (const struct chain *c = sc->unit->like[EVENT_PARTICIPANT_ENROLLED]; c != NULL;
	     c = c->next_like)
		if (c->root->from < day)
			day = c->root->from;
	return day;
}

/* Its place, and the site and groups that limits ask for, read on the day of its lines. */
static void
mark_gone(struct run *r, struct item *it)
{
	struct arena *arena = arena_new(), *was = r->scratch;
	struct scope sc;

	r->scratch = arena;
	sc = item_scope(r, run_unit(r, it->owner, arena), it);
	sc.day = it->achieved;
	it->start = claim_start_of_gone(&sc, it->enrolment);
	limit_read_subject(&sc, it);
	it->owner = sc.unit->owner;
	r->scratch = was;
	arena_free(arena);
}

/* May keys be closed before the contract is? Then what gone ones hold stays in their limits. */
static bool
closes_keys(const struct run *r)
{
	for (size_t v = 0; v < r->version_count; v++) {
		const struct terms *t = r->s->versions[v].terms;

		for (size_t i = 0; i < t->payment_count; i++)
			if (t->payments[i].final != NULL)
				return true;
		for (size_t i = 0; i < t->outcome_count; i++)
			if (t->outcomes[i].final != NULL)
				return true;
	}
	return false;
}

/* Does some limit keep freed room from others? Then keys that are gone still stand in it. */
static bool
loses_room(const struct run *r)
{
	for (size_t v = 0; v < r->version_count; v++) {
		const struct terms *t = r->s->versions[v].terms;

		for (size_t i = 0; i < t->limit_count; i++)
			if (t->limits[i].kind == LIMIT_STEPS && !t->limits[i].freed_waiting &&
			    !t->limits[i].achieved_order)
				return true;
	}
	return false;
}

/* A key without an entitlement: what a closed one holds keeps its room; what one that is gone once
 * held is room that was set free. */
static void
claim_of_key(struct run *r, struct claims *claims, uint32_t owner, uint32_t key)
{
	const struct key_row *k = settled_key_at(r->s, key);
	const struct terms *t = r->s->versions[k->version].terms;
	const struct terms_payment *p =
		terms_payment(t, name_text(&r->s->names, k->payment));
	const struct terms_outcome *o = k->outcome == NONE ? NULL
		: terms_outcome(t, name_text(&r->s->names, k->outcome));
	int32_t closes = settled_gone_closes(r, k);
	bool frozen = r->through > closes || held_key_stands(r, key);
	struct item *it;
	struct claim *c;

	if (!frozen && k->settled != 0 && closes != NEVER)
		owner_again(r, owner, closes + 1);
	if (p == NULL || (frozen ? k->settled : k->peak) == 0)
		return;
	it = arena_alloc(r->arena, sizeof(*it));
	it->payment = p;
	it->outcome = o;
	it->version = k->version;
	it->owner = owner;
	it->enrolment = it->of_enrolment = k->enrolment;
	it->achieved = it->counts = it->first = k->achieved;
	mark_gone(r, it);
	it->held_until = INT32_MIN;
	it->fails = QUALIFIER_MAX;
	it->amount = frozen ? k->settled : 0;
	c = claim_add(claims);
	c->item = it;
	c->key = k;
	c->frozen = frozen;
	c->amount = c->hold = it->amount;
	c->peak = k->peak;
	c->first_paid = k->first_paid;
	c->ever_paid = k->ever_paid;
	c->floor_owner = NONE;
}

/* Keys of the owner that no entitlement claimed: nothing is paid for them, but limits are asked. */
static void
gather_gone(struct run *r, struct claims *claims, uint32_t owner)
{
	for (uint32_t k = owner_at(r->s, owner)->keys; k != NONE; k = settled_key_at(r->s, k)->next)
		if (settled_key_at(r->s, k)->claimed != r->claiming &&
		    (r->reads_gone || held_key_stands(r, k)))
			claim_of_key(r, claims, owner, k);
}

void
claims_of_owner(struct run *r, struct claims *claims, uint32_t owner)
{
	const struct owner *o = owner_at(r->s, owner);

	if (o->frozen != 0 && o->frozen <= r->size)
		return;		/* what its lines hold stands apart: held.c */
	for (uint32_t i = 0; o->kept != NULL && i < o->kept->count; i++)
		if (is_active(r, &o->kept->items[i]) && !item_is_passed_over(r, o->kept, i))
			claim_of_item(r, claims, o->kept, i);
	if (r->reads_gone || held_is_leaving(r, owner))
		gather_gone(r, claims, owner);
}

void
claims_begin(struct run *r)
{
	r->reads_gone = loses_room(r) || closes_keys(r);
}

/* ---- who need not be asked ---- */

static bool
item_is_claimed(const struct run *r, const struct kept *kept, uint32_t at)
{
	return is_active(r, &kept->items[at]) && !item_is_passed_over(r, kept, at);
}

/* Do its lines hold what limits left it, of which nothing can be held back or decided? */
static bool
is_as_given(const struct run *r, const struct item *it, const struct key_row *k)
{
	if (k->decided || k->owner != it->owner || item_was_held(r, it))
		return false;
	return it->amount == 0 ? k->settled == 0 && it->stand == 0 : limits_gave(r, it, k);
}

/* Every entitlement, and no key without one has ever held anything. */
static bool
all_as_given(const struct run *r, const struct owner *o)
{
	for (uint32_t i = 0; i < o->kept->count; i++) {
		const struct item *it = &o->kept->items[i];
		struct key_name name = settled_key_name_of(r->s, it);
		uint32_t key;

		if (!item_is_claimed(r, o->kept, i)) {
			if (it->stand != 0)
				return false;
			continue;
		}
		key = settled_key_number(r->s, &name);
		if (key == NONE || !is_as_given(r, it, settled_key_at(r->s, key)))
			return false;
		settled_key_at(r->s, key)->claimed = r->number;
	}
	for (uint32_t k = o->keys; k != NONE; k = settled_key_at(r->s, k)->next)
		if (settled_key_at(r->s, k)->claimed != r->number &&
		    (settled_key_at(r->s, k)->settled != 0 || settled_key_at(r->s, k)->peak != 0))
			return false;
	return true;
}

/* A person of whom nothing is new but the lines of the last statement: asked again it would be
 * given the same. So its stands are only brought to hold what the lines gave. */
bool
claims_stand(struct run *r, uint32_t owner)
{
	const struct owner *o = owner_at(r->s, owner);

	if (o->kind != OWNER_PERSON || o->joined || o->frozen != 0 ||
	    o->kept == NULL || touched_is(r, o) || o->again <= r->through ||
	    !all_as_given(r, o))
		return false;
	for (uint32_t i = 0; i < o->kept->count; i++)
		if (o->kept->items[i].stand != 0)
			limits_hold(r, &o->kept->items[i],
				    settled_key_of_item(r->s, &o->kept->items[i]));
	return true;
}
