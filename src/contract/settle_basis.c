/* settle_basis.c - what a line rests on, and which inputs changed since its key's last line. */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "event_type.h"
#include "expression.h"
#include "fact.h"
#include "item.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settled.h"
#include "settlement.h"
#include "terms.h"

/* ---- bases ---- */

static void
read_basis(struct run *r, struct unit *u, const struct item *it, struct resting *ret)
{
	struct scope sc = item_scope(r, u, it);

	r->basis = &ret->own;
	r->common = NULL;
	item_basis(&sc, it);
	for (size_t i = 0; i < it->payment->from_share->tranche_count; i++) {
		const struct terms_tranche *t = &it->payment->from_share->tranches[i];

		for (size_t k = 0; k < t->part_count; k++)
			(void)x_eval(&sc, t->parts[k].weight);
	}
	ret->common = r->common;
	r->basis = NULL;
	r->common = NULL;
	resting_settle(ret);
}

/* ---- what a unit's keys rested on as of an earlier statement ---- */

struct named {
	struct key_name name;
	const struct item *item;
};

struct before {			/* the unit as of one, read once for all keys that ask for it */
	uint32_t statement;
	struct arena *arena;
	struct run *run;
	struct unit *unit;
	struct item *items;
	struct named *named;		/* in order */
	size_t count, capacity;
};

static void
collect_item(void *arg, struct scope *sc, const struct item *it)
{
	struct before *b = arg;

	(void)sc;
	b->items = arena_room(b->arena, b->items, b->count, &b->capacity, sizeof(*b->items));
	b->items[b->count++] = *it;
}

static int
name_order(const struct key_name *x, const struct key_name *y)
{
	int c;

	if (x->owner != y->owner)
		return x->owner < y->owner ? -1 : 1;
	if (x->enrolment != y->enrolment)
		return x->enrolment < y->enrolment ? -1 : 1;
	c = strcmp(x->payment, y->payment);
	if (c == 0)
		c = strcmp(x->outcome, y->outcome);
	return c != 0 ? c : strcmp(x->occurrence, y->occurrence);
}

/* Of one name the first that was given comes first. */
static int
named_order(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int c = name_order(&x->name, &y->name);

	return c != 0 ? c : (x->item > y->item) - (x->item < y->item);
}

static void
name_items(struct before *b, const struct settlement *s)
{
	b->named = arena_array(b->arena, b->count + 1, sizeof(*b->named));
	for (size_t i = 0; i < b->count; i++)
		b->named[i] = (struct named){ settled_key_name_of(s, &b->items[i]), &b->items[i] };
	if (b->count > 1)
		qsort(b->named, b->count, sizeof(*b->named), named_order);
}

void
evidence_end(struct unit *u)
{
	if (u->before != NULL)
		arena_free(u->before->arena);
	u->before = NULL;
}

/* Of all units. */
static struct run *
run_before(struct run *r, const struct statement_row *st)
{
	struct run *ret = r->before;

	while (ret != NULL && (ret->size != st->size || ret->through != st->through.days ||
			       ret->rc != RC_OK))
		ret = ret->next;
	if (ret != NULL)
		return ret;
	ret = run_new(r->s, st->size, st->through.days, r->arena, r->e);
	ret->erased_size = r->size;
	ret->next = r->before;
	r->before = ret;
	return ret;
}

static struct before *
before_of(struct run *r, struct unit *u, uint32_t statement)
{
	const struct statement_row *st = statement_at(r->s, statement);
	struct before *b = u->before;
	struct arena *arena;

	if (b != NULL && b->statement == statement)
		return b;
	evidence_end(u);
	arena = arena_new();
	b = u->before = arena_alloc(arena, sizeof(*b));
	*b = (struct before){ .statement = statement, .arena = arena };
	b->run = run_before(r, st);
	b->run->scratch = arena;
	b->unit = u->kind == OWNER_PERSON ? unit_read(b->run, u->owner, arena)
		  : u->owner == OWNER_OF_CONTRACT ? run_contract(b->run) : run_site(b->run, u->owner);
	items_of_unit(b->run, b->unit, collect_item, b, NULL, 0);
	name_items(b, r->s);
	return b;
}

/* The first of that name, or NULL. */
static const struct item *
item_named(const struct before *b, const struct key_name *name)
{
	size_t low = 0, high = b->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (name_order(&b->named[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < b->count && name_order(&b->named[low].name, name) == 0 ? b->named[low].item : NULL;
}

static void
old_basis(struct run *r, struct unit *u, const struct key_name *name, uint32_t statement,
	  struct resting *ret)
{
	struct before *b = before_of(r, u, statement);
	const struct item *it = item_named(b, name);

	if (it != NULL)
		read_basis(b->run, b->unit, it, ret);
}

static bool
touches(const struct settlement *s, const struct fact *f, const struct resting *before,
	const struct resting *now)
{
	if (resting_have(now, f->event) && !resting_have(before, f->event))
		return true;
	if (f->link == NONE || f->type == EVENT_PARTICIPANTS_JOINED)
		return false;
	return resting_have(before, fact_at(s, f->link)->event) ||
	       resting_have(now, fact_at(s, f->link)->event);
}

struct changes {
	struct run *run;
	uint64_t since;
	const struct resting *before, *now;
	struct ordinals *ret;
};

/* False where it and all before it were known at the key's last line. */
static bool
add_change(struct changes *c, uint32_t fact)
{
	const struct settlement *s = c->run->s;
	const struct fact *f = fact_at(s, fact);
	uint64_t seq = fact_seq(s, f);

	if (seq >= c->since && seq < c->run->size && touches(s, f, c->before, c->now))
		ordinals_add(c->ret, f->event);
	return seq >= c->since;
}

/* Inputs that came in since the key's last line: new to its basis, or about what is in it. A
 * person's are its own and those about sites and the contract; theirs may be anybody's. */
static void
read_changed(struct run *r, const struct unit *u, uint32_t statement,
	     const struct resting *before, const struct resting *now, struct ordinals *ret)
{
	struct settlement *s = r->s;
	struct changes c = { r, statement_at(s, statement)->size, before, now, ret };

	if (u->kind != OWNER_PERSON) {
		for (uint32_t i = s->facts.count; i-- > 0 && add_change(&c, i);)
			continue;
	} else {
		for (size_t k = 0; k < u->owner_count; k++)
			for (uint32_t i = owner_at(s, u->owners[k])->first; i != NONE;
			     i = fact_at(s, i)->next)
				(void)add_change(&c, i);
		for (size_t i = s->common.count; i-- > 0 && add_change(&c, s->common.items[i]);)
			continue;
	}
	ordinals_sort(ret);
}

static uint32_t *
keep_ordinals(struct arena *arena, const struct ordinals *o)
{
	uint32_t *ret = arena_array(arena, o->count + 1, sizeof(*ret));

	if (o->count > 0)
		memcpy(ret, o->items, o->count * sizeof(*ret));
	return ret;
}

/* `it` is NULL where the key has no entitlement. */
struct evidence
read_evidence(struct run *r, struct unit *u, const struct key_name *name,
	      const struct key_row *key, const struct item *it, struct arena *arena)
{
	struct resting now = { 0 }, before = { 0 };
	struct ordinals changed = { 0 };
	const struct resting *said;
	struct evidence ret;

	if (it != NULL)
		read_basis(r, u, it, &now);
	if (key != NULL) {
		old_basis(r, u, name, key->statement, &before);
		read_changed(r, u, key->statement, &before, &now, &changed);
	}
	said = it == NULL ? &before : &now;
	ret.basis = (struct resting){ { keep_ordinals(arena, &said->own), said->own.count,
					said->own.count }, said->common };
	ret.changed = keep_ordinals(arena, &changed);
	ret.changed_count = changed.count;
	free(now.own.items);
	free(before.own.items);
	free(changed.items);
	return ret;
}

