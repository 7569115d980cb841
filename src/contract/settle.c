/* settle.c - the statement: everything kept is brought up to the cut-off, limits are applied,
 * and each unit's keys give the lines that bring them to what they come to now. */
#include "held.h"

#include <stdlib.h>

#include "buf.h"
#include "merkle.h"
#include "money.h"

/* ---- a run ---- */

struct run *
run_new(struct settlement *s, uint64_t size, int32_t through, struct arena *arena, struct err *e)
{
	struct run *r = arena_alloc(arena, sizeof(*r));

	r->s = s;
	r->number = ++s->runs;
	r->size = size;
	r->fact_count = facts_before(s, size);
	r->through = through;
	r->arena = r->scratch = arena;
	r->e = e;
	r->turns = NEVER;
	r->terminated = s->terminated.event != NONE && s->terminated.seq < size ? s->terminated.on
										: NEVER;
	while (r->version_count < s->version_count &&
	       s->versions[r->version_count].said.seq < size)
		r->version_count++;
	r->statement_count = s->statements.count;
	return r;
}

struct unit *
run_contract_unit(struct run *r)
{
	struct arena *was = r->scratch;

	if (r->contract == NULL) {
		r->scratch = r->arena;
		r->contract = unit_read(r, OWNER_OF_CONTRACT, r->arena);
		r->scratch = was;
	}
	return r->contract;
}

struct unit *
run_contract(struct run *r)
{
	r->read_others = true;
	return run_contract_unit(r);
}

/* NONE: a site that nothing was recorded about. */
struct unit *
run_site(struct run *r, uint32_t owner)
{
	struct unit *u;

	r->read_others = true;
	if (owner == NONE) {
		u = arena_alloc(r->arena, sizeof(*u));
		u->kind = OWNER_SITE;
		u->arena = r->arena;
		return u;
	}
	if (r->sites == NULL) {
		r->site_count = r->s->owners.count;
		r->sites = arena_array(r->arena, r->site_count, sizeof(*r->sites));
	}
	if (r->sites[owner] == NULL)
		r->sites[owner] = unit_read(r, owner, r->arena);
	return r->sites[owner];
}

struct unit *
run_unit(struct run *r, uint32_t owner, struct arena *arena)
{
	switch ((enum owner_kind)owner_at(r->s, owner)->kind) {
	case OWNER_PERSON:
		return unit_read(r, owner, arena);
	case OWNER_SITE:
		return run_site(r, owner);
	case OWNER_CONTRACT:
		break;
	}
	return run_contract(r);
}

/* ---- claims ---- */

static bool
is_active(const struct run *r, const struct item *it)
{
	return it->achieved <= r->through && it->counts <= r->through &&
	       it->fails == QUALIFIER_MAX && !it->pending;
}

struct span
room_of_lines(const struct run *r, const struct item *it, const struct key_row *k, uint32_t payer,
	      uint32_t payee)
{
	bool held = r->statement_count > 0 &&
		    it->held_until > statement_through(r->s, r->statement_count);
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

static void
set_hold(struct claim *c, struct span room)
{
	c->hold = room.low;
	c->open = room.high - room.low;
}

static void
claim_of_item(struct run *r, struct claims *claims, struct item *it)
{
	struct key_name name = settled_key_name_of(r->s, it);
	uint32_t key = settled_key_number(r->s, &name);
	struct claim *c = claim_add(claims);

	c->item = it;
	c->kept = it;
	c->amount = it->amount;
	if (key != NONE) {
		c->key = settled_key_at(r->s, key);
		r->claimed[key] = true;
		set_hold(c, room_of_lines(r, it, c->key, NONE, NONE));
		c->peak = c->key->peak > c->hold ? c->key->peak : c->hold;
		c->first_paid = c->key->first_paid;
	}
	if (settled_key_is_closed(r, it->payment, it->outcome, it->version, it)) {
		c->frozen = true;
		c->amount = c->key == NULL ? 0 : c->key->settled;
	}
}

/* The site and groups that limits ask for, read on the day of its lines. */
static void
mark_gone(struct run *r, struct item *it)
{
	struct arena *arena = arena_new(), *was = r->scratch;
	struct scope sc;

	r->scratch = arena;
	sc = item_scope(r, run_unit(r, it->owner, arena), it);
	sc.day = it->achieved;
	limit_marks(&sc, it);
	it->owner = sc.unit->owner;
	r->scratch = was;
	arena_free(arena);
}

/* A key without an entitlement: what a frozen or closed one holds keeps its room; what one that
 * is gone once held is room that was set free. */
static void
claim_of_key(struct run *r, struct claims *claims, uint32_t owner, const struct key_row *k,
	     bool frozen)
{
	const struct terms *t = r->s->versions[k->version].terms;
	const struct terms_payment *p =
		terms_payment(t, name_text(&r->s->names, k->payment));
	const struct terms_outcome *o = k->outcome == NONE ? NULL
		: terms_outcome(t, name_text(&r->s->names, k->outcome));
	struct item *it;
	struct claim *c;

	frozen = frozen || settled_gone_is_closed(r, k);
	if (p == NULL || (frozen ? k->settled : k->peak) == 0)
		return;
	it = arena_alloc(r->arena, sizeof(*it));
	it->payment = p;
	it->outcome = o;
	it->version = k->version;
	it->owner = owner;
	it->enrolment = it->of_enrolment = k->enrolment;
	it->achieved = it->counts = it->first = k->achieved;
	it->start = k->enrolment == NONE ? k->achieved : fact_at(r->s, k->enrolment)->from;
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

/* Of whom limits are asked although nothing is paid any more, when an owner's claims are in. A
 * joined pseudonym's keys are claimed with those of the one it goes by, which was first. */
static void
gather_gone(struct run *r, struct claims *claims, uint32_t owner, bool frozen)
{
	for (uint32_t k = owner_at(r->s, owner)->keys; k != NONE; k = settled_key_at(r->s, k)->next)
		if (!r->claimed[k])
			claim_of_key(r, claims, owner, settled_key_at(r->s, k), frozen);
}

static void
gather_owner(struct run *r, struct claims *claims, uint32_t owner)
{
	const struct owner *o = owner_at(r->s, owner);
	bool frozen = o->frozen != 0 && o->frozen <= r->size;

	for (uint32_t i = 0; o->kept != NULL && i < o->kept->count; i++)
		if (is_active(r, &o->kept->items[i]))
			claim_of_item(r, claims, &o->kept->items[i]);
	if (frozen || r->reads_gone)
		gather_gone(r, claims, owner, frozen);
}

/* ---- after the split ---- */

static bool
has_late_limits(const struct run *r)
{
	for (size_t v = 0; v < r->version_count; v++)
		for (size_t i = 0; i < r->s->versions[v].terms->limit_count; i++)
			if (r->s->versions[v].terms->limits[i].after_split)
				return true;
	return false;
}

static void
split_whole(struct run *r, struct claim *c, struct claims *ret, struct arena *arena)
{
	struct unit *u;
	struct scope sc;
	struct parts parts;

	arena_reset(arena);
	r->scratch = arena;
	u = run_unit(r, c->item->owner, arena);
	sc = item_scope(r, u, c->item);
	parts = split_claim(&sc, c);
	c->split = true;
	c->parts = parts;
	c->parts.items = arena_array(r->arena, parts.count + 1, sizeof(*parts.items));
	for (size_t i = 0; i < parts.count; i++) {
		struct claim *part = claim_add(ret);

		c->parts.items[i] = parts.items[i];
		*part = *c;
		part->payer = parts.items[i].payer;
		part->payee = parts.items[i].payee;
		part->amount = parts.items[i].amount;
		set_hold(part, room_of_lines(r, c->item, c->key, part->payer, part->payee));
		part->peak = part->hold;
		part->move_count = 0;
		part->limited = NULL;
		part->whole = c;
		part->part = (uint32_t)i;
	}
	r->scratch = r->arena;
}

/* What is frozen or closed stands there as its lines say. */
static void
split_recorded(struct run *r, const struct claim *c, struct claims *ret)
{
	size_t first = ret->count;

	for (uint32_t i = c->key == NULL ? NONE : c->key->postings; i != NONE;
	     i = posting_at(r->s, i)->next) {
		const struct posting_row *row = posting_at(r->s, i);
		struct claim *part = NULL;

		for (size_t k = first; k < ret->count; k++)
			if (ret->items[k]->payer == row->payer && ret->items[k]->payee == row->payee)
				part = ret->items[k];
		if (row->tax != NONE)
			continue;
		if (part == NULL) {
			part = claim_add(ret);
			*part = *c;
			part->payer = row->payer;
			part->payee = row->payee;
			part->amount = 0;
			part->whole = NULL;
		}
		part->amount += row->sum;
	}
}

/* Limits per payer or payee see every amount's parts. */
static void
apply_late_limits(struct run *r, struct claims *claims, settle_room_fn *fn, void *arg)
{
	struct claims parts = { .arena = r->arena };
	struct arena *arena = arena_new();

	for (size_t i = 0; i < claims->count && r->rc == RC_OK; i++)
		if (claims->items[i]->item != NULL && claims->items[i]->frozen)
			split_recorded(r, claims->items[i], &parts);
		else if (claims->items[i]->item != NULL)
			split_whole(r, claims->items[i], &parts, arena);
	held_claims(r, &parts, true);
	limits_apply(r, &parts, true, fn, arg);
	for (size_t i = 0; i < claims->count; i++)
		if (claims->items[i]->split)
			claims->items[i]->amount = 0;
	for (size_t i = 0; i < parts.count; i++) {
		struct claim *p = parts.items[i];

		if (p->whole == NULL)
			continue;
		p->whole->parts.items[p->part].amount = p->amount;
		p->whole->amount += p->amount;
		if (p->limited != NULL)
			p->whole->limited = p->limited;
	}
	free(parts.items);
	arena_free(arena);
}

/* ---- everybody ---- */

static void
gather_all(struct every *ev)
{
	struct run *r = ev->r;
	uint32_t owners = r->s->owners.count;

	ev->claims.count = 0;
	r->claimed = arena_array(r->arena, r->s->keys.count + 1, sizeof(*r->claimed));
	for (uint32_t i = 0; i < owners; i++) {
		const struct owner *o = owner_at(r->s, i);

		ev->first[i] = (uint32_t)ev->claims.count;
		ev->touched[i] = o->kind != OWNER_PERSON || touched_is(r, o);
		if (!ev->whole && !ev->touched[i])
			continue;
		for (uint32_t k = 0; r->keeps_limits && o->kept != NULL && k < o->kept->count; k++)
			limits_leave(r->s, &o->kept->items[k]);
		gather_owner(r, &ev->claims, i);
	}
	ev->first[owners] = (uint32_t)ev->claims.count;
	held_claims(r, &ev->claims, false);
}

/* Only touched units where limits allow it; else, or where that cannot decide, all. */
void
every_gather(struct every *ev, settle_room_fn *fn, void *arg)
{
	struct run *r = ev->r;
	uint32_t owners = r->s->owners.count;

	r->reads_gone = loses_room(r) || closes_keys(r);
	ev->first = mem_alloc((owners + 1) * sizeof(*ev->first));
	ev->touched = mem_alloc(owners + 1);
	ev->claims.arena = r->arena;
	ev->whole = ev->whole || !r->keeps_limits || !limits_may_carry(r);
	if (r->keeps_limits && ev->whole)
		limits_begin(r);
	gather_all(ev);
	limits_apply(r, &ev->claims, false, fn, arg);
	if (r->keeps_limits && !limits_settled(r) && !ev->whole) {
		ev->whole = true;
		r->limits_conflict = false;
		limits_begin(r);
		gather_all(ev);
		limits_apply(r, &ev->claims, false, fn, arg);
		(void)limits_settled(r);
	}
	split_offsets(r, &ev->claims);
	if (has_late_limits(r))
		apply_late_limits(r, &ev->claims, fn, arg);
}

void
every_free(struct every *ev)
{
	free(ev->claims.items);
	free(ev->first);
	free(ev->touched);
}

/* A unit's own claims and the top-ups about it, which stand behind all others. */
static size_t
unit_own(const struct every *ev, uint32_t owner, struct arena *arena, struct claim ***ret)
{
	uint32_t owners = ev->r->s->owners.count;
	size_t own = ev->first[owner + 1] - ev->first[owner], n = own;

	*ret = ev->claims.items + ev->first[owner];
	for (size_t i = ev->first[owners]; i < ev->claims.count; i++)
		n += ev->claims.items[i]->floor_owner == owner;
	if (n == own)
		return n;
	*ret = arena_array(arena, n, sizeof(**ret));
	if (own > 0)
		memcpy(*ret, ev->claims.items + ev->first[owner], own * sizeof(**ret));
	for (size_t i = ev->first[owners]; i < ev->claims.count; i++)
		if (ev->claims.items[i]->floor_owner == owner)
			(*ret)[own++] = ev->claims.items[i];
	return n;
}

static bool
differs(struct claim *const *claims, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (claims[i]->key == NULL || claims[i]->floor != NULL ||
		    claims[i]->amount != claims[i]->key->settled || claims[i]->move_count > 0)
			return true;
	return false;
}

static void
every_unit(struct every *ev, uint32_t owner, struct arena *arena, struct out *out,
	   settle_amount_fn *fn, void *arg)
{
	struct run *r = ev->r;
	const struct owner *o = owner_at(r->s, owner);
	struct unit_claims u = { .kept = o->kept };

	arena_reset(arena);
	u.count = unit_own(ev, owner, arena, &u.claims);
	if (o->follows || (fn == NULL && !ev->touched[owner] && !differs(u.claims, u.count)))
		return;
	if (r->keeps_limits)
		touched_tell(r, owner);
	r->scratch = arena;
	u.unit = run_unit(r, owner, arena);
	unit_lines(r, &u, out, fn, arg);
	r->scratch = r->arena;
}

void
every_lines(struct run *r, struct out *out, settle_amount_fn *fn, void *arg)
{
	struct every ev = { .r = r, .whole = fn != NULL };
	struct arena *arena = arena_new();

	every_gather(&ev, NULL, NULL);
	for (uint32_t i = 0; i < r->s->owners.count && r->rc == RC_OK; i++)
		every_unit(&ev, i, arena, out, fn, arg);
	every_free(&ev);
	arena_free(arena);
}

/* A run of the statement in hand, everything kept up to date. */
struct run *
run_live(struct settlement *s, const struct settle_args *args, struct arena *arena,
	 struct err *e)
{
	struct run *r;

	if (args->from_scratch || args->size < s->kept_size ||
	    args->through.days < s->kept_through)
		kept_forget(s);
	r = run_new(s, args->size, args->through.days, arena, e);
	r->all = args->from_scratch;
	r->live = true;
	s->evaluated = 0;
	if (r->version_count == 0) {
		run_fail(r, RC_REFUSED, "no version of the terms is in force before entry %llu",
			 (unsigned long long)args->size);
		return r;
	}
	touched_begin(r);
	kept_refresh(r);
	if (r->rc == RC_OK) {
		touched_mark(r);
		carried_keep(r);
	}
	return r;
}

enum rc
settle_rooms(struct settlement *s, settle_room_fn *fn, void *arg, struct err *e)
{
	struct arena *arena = arena_new();
	struct settle_args args = { .size = s->last_seq + 1 };
	struct every ev = { .whole = true };
	enum rc rc = s->statements.count > 0 ? RC_OK : settle_through(s, &args.through, e);

	if (s->statements.count > 0)
		args.through = statement_at(s, s->statements.count)->through;
	if (rc == RC_OK) {
		ev.r = run_live(s, &args, arena, e);
		if (ev.r->rc == RC_OK)
			every_gather(&ev, fn, arg);
		rc = ev.r->rc;
	}
	every_free(&ev);
	arena_free(arena);
	return rc;
}
