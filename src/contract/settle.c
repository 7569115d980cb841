/* settle.c - the statement: everything kept is brought up to the cut-off, limits are applied,
 * and each unit's keys give the lines that bring them to what they come to now. */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "claim.h"
#include "expression.h"
#include "fact.h"
#include "held.h"
#include "item.h"
#include "limit.h"
#include "merkle.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settle.h"
#include "settled.h"
#include "settlement.h"
#include "split.h"
#include "wakes.h"

/* ---- a run ---- */

struct run *
run_new(struct settlement *s, uint64_t size, int32_t through, struct arena *arena, struct err *e)
{
	struct run *r = arena_alloc(arena, sizeof(*r));

	r->s = s;
	r->number = ++s->runs;
	r->size = r->erased_size = size;
	r->fact_count = facts_before(s, size);
	r->through = through;
	r->arena = r->scratch = arena;
	r->e = e;
	r->turns = r->ahead = NEVER;
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
	uint32_t place;

	r->read_others = true;
	if (owner == NONE)
		return unit_new(r->arena, OWNER_SITE);
	if (r->sites == NULL) {
		wakes_see(r->s);
		r->site_count = r->s->sites.count;
		r->sites = arena_array(r->arena, r->site_count, sizeof(*r->sites));
	}
	place = site_place(r->s, owner);
	if (r->sites[place] == NULL)
		r->sites[place] = unit_read(r, owner, r->arena);
	return r->sites[place];
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

/* For finding one again, never for an order in which something is said. */
static int
split_order(const void *a, const void *b)
{
	const struct split *x = a, *y = b;
	uintptr_t p = (uintptr_t)x->item, q = (uintptr_t)y->item;

	return p != q ? (p > q) - (p < q) : (x->amount > y->amount) - (x->amount < y->amount);
}

/* From here on what was split so far is found: another round asks for most of it again. */
static void
splits_sort(struct every *ev)
{
	if (ev->split_count > ev->splits_known)
		qsort(ev->splits, ev->split_count, sizeof(*ev->splits), split_order);
	ev->splits_known = ev->split_count;
}

static struct parts
parts_copy(struct arena *arena, struct parts parts)
{
	const struct part *items = parts.items;

	parts.items = arena_array(arena, parts.count + 1, sizeof(*parts.items));
	if (parts.count > 0)
		memcpy(parts.items, items, parts.count * sizeof(*items));
	return parts;
}

/* As it was split in an earlier round, or now. */
static struct parts
split_of(struct every *ev, const struct claim *c, struct arena *arena)
{
	struct split one = { .item = c->item, .amount = c->amount };
	bool same = !ev->whole && c->move_count == 0 && c->through_from == 0 && c->through_to == 0;
	const struct split *known = !same || ev->splits_known == 0 ? NULL
		: bsearch(&one, ev->splits, ev->splits_known, sizeof(one), split_order);
	struct run *r = ev->r;
	struct scope sc;

	if (known != NULL)
		return known->parts;
	arena_reset(arena);
	r->scratch = arena;
	sc = item_scope(r, run_unit(r, c->item->owner, arena), c->item);
	one.parts = split_claim(&sc, c);
	r->scratch = r->arena;
	if (!same)
		return one.parts;
	one.parts = parts_copy(r->arena, one.parts);
	ev->splits = mem_room(ev->splits, ev->split_count, &ev->split_capacity,
			      sizeof(*ev->splits));
	ev->splits[ev->split_count++] = one;
	return one.parts;
}

static void
split_whole(struct every *ev, struct claim *c, struct claims *ret, struct arena *arena)
{
	struct run *r = ev->r;
	struct parts parts = split_of(ev, c, arena);

	c->split = true;
	c->parts = parts_copy(r->arena, parts);
	for (size_t i = 0; i < parts.count; i++) {
		struct claim *part = claim_add(ret);

		*part = *c;
		part->payer = parts.items[i].payer;
		part->payee = parts.items[i].payee;
		part->amount = parts.items[i].amount;
		claim_hold(part, room_of_lines(r, c->item, c->key, part->payer, part->payee));
		part->peak = part->hold;
		part->move_count = 0;
		part->limited = NULL;
		part->whole = c;
		part->part = (uint32_t)i;
	}
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
			part->peak = room_of_lines(r, c->item, c->key, row->payer, row->payee).low;
			part->whole = NULL;
		}
		part->amount += row->sum;
	}
}

/* Limits per payer or payee see every amount's parts. */
void
every_late_limits(struct every *ev, settle_room_fn *fn, void *arg)
{
	struct run *r = ev->r;
	const struct claims *claims = &ev->last.claims;
	struct claims parts = { .arena = r->arena };
	struct arena *arena;

	if (!has_late_limits(r))
		return;
	arena = arena_new();
	splits_sort(ev);
	for (size_t i = 0; i < claims->count && r->rc == RC_OK; i++)
		if (claims->items[i]->item != NULL && claims->items[i]->frozen)
			split_recorded(r, claims->items[i], &parts);
		else if (claims->items[i]->item != NULL)
			split_whole(ev, claims->items[i], &parts, arena);
	if (ev->earlier_count == 0)
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
		p->whole->pending = p->whole->pending || p->pending;
		if (p->limited != NULL)
			p->whole->limited = p->limited;
	}
	free(parts.items);
	arena_free(arena);
}

/* ---- everybody ---- */

/* Where limits took from parts: the same amount may be owed by others than before. */
static bool
parts_differ(const struct run *r, const struct claim *c)
{
	for (size_t i = 0; c->split && i < c->parts.count; i++) {
		const struct part *p = &c->parts.items[i];

		if (room_of_lines(r, c->item, c->key, p->payer, p->payee).low != p->amount)
			return true;
	}
	return false;
}

/* Do its lines hold excess that somebody else owed, or would they? */
static bool
has_moves(const struct run *r, const struct claim *c)
{
	for (size_t v = 0; v < r->version_count; v++) {
		const struct terms *t = r->s->versions[v].terms;

		for (size_t i = 0; i < t->limit_count; i++)
			if (limit_moved(r, &t->limits[i], c->item, c->key).high != 0)
				return true;
	}
	return c->move_count > 0;
}

/* May its lines have to change, although nothing is new but what limits left it? */
static bool
may_differ(const struct run *r, const struct claim *c)
{
	return c->key == NULL || c->floor != NULL || c->key->decided ||
	       c->amount != c->key->settled || item_was_held(r, c->item) || has_moves(r, c) ||
	       parts_differ(r, c) || split_moves(c);
}

static bool
differs(const struct run *r, struct claim *const *claims, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (may_differ(r, claims[i]))
			return true;
	return false;
}

static void
every_unit(struct every *ev, size_t at, struct arena *arena, struct out *out,
	   settle_amount_fn *fn, void *arg)
{
	struct run *r = ev->r;
	uint32_t owner = ev->owners.items[at];
	const struct owner *o = owner_at(r->s, owner);
	struct unit_claims u = { .kept = o->kept };

	arena_reset(arena);
	u.count = every_claims(ev, owner, arena, &u.claims);
	if (o->follows || (fn == NULL && o->kind == OWNER_PERSON && !touched_is(r, o) &&
			   !differs(r, u.claims, u.count)))
		return;
	if (r->keeps_limits)
		touched_tell(r, owner);
	r->scratch = arena;
	u.unit = run_unit(r, owner, arena);
	unit_lines(r, &u, out, fn, arg);
	r->scratch = r->arena;
}

static void
expect_units(const struct every *ev, size_t from)
{
	size_t count = ev->owners.count - from;

	facts_expect(ev->r->s, &ev->owners.items[from], count < EXPECTED ? count : EXPECTED);
}

void
every_lines(struct run *r, struct out *out, settle_amount_fn *fn, void *arg)
{
	struct every ev = { .r = r, .whole = fn != NULL };
	struct arena *arena = arena_new();

	every_gather(&ev, NULL, NULL);
	for (size_t i = 0; i < ev.owners.count && r->rc == RC_OK; i++) {
		if (i % EXPECTED == 0)
			expect_units(&ev, i);
		every_unit(&ev, i, arena, out, fn, arg);
	}
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
	struct settle_args args = { .size = settlement_next(s) };
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
