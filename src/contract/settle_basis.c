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
read_basis(struct run *r, struct unit *u, const struct item *it, struct ordinals *ret)
{
	struct scope sc = item_scope(r, u, it);

	r->basis = ret;
	item_basis(&sc, it);
	for (size_t i = 0; i < it->payment->from_share->tranche_count; i++) {
		const struct terms_tranche *t = &it->payment->from_share->tranches[i];

		for (size_t k = 0; k < t->part_count; k++)
			(void)x_eval(&sc, t->parts[k].weight);
	}
	r->basis = NULL;
	ordinals_sort(ret);
}

struct finding_item {
	const struct settlement *s;
	const struct key_name *name;
	struct item found;
	bool has;
};

static void
find_item(void *arg, struct scope *sc, const struct item *it)
{
	struct finding_item *f = arg;
	struct key_name n = settled_key_name_of(f->s, it);

	(void)sc;
	if (f->has || n.owner != f->name->owner || n.enrolment != f->name->enrolment ||
	    strcmp(n.payment, f->name->payment) != 0 || strcmp(n.outcome, f->name->outcome) != 0 ||
	    strcmp(n.occurrence, f->name->occurrence) != 0)
		return;
	f->found = *it;
	f->has = true;
}

/* What the key rested on as of an earlier statement. */
static void
old_basis(struct run *r, const struct key_name *name, uint32_t statement, uint32_t owner,
	  struct ordinals *ret)
{
	const struct statement_row *st = statement_at(r->s, statement);
	struct arena *arena = arena_new();
	struct run *old = run_new(r->s, st->size, st->through.days, arena, r->e);
	struct finding_item f = { .s = r->s, .name = name };
	struct unit *u;

	old->erased_size = r->size;
	old->scratch = arena;
	u = owner_at(r->s, owner)->kind == OWNER_PERSON ? unit_read(old, owner, arena)
	    : owner == OWNER_OF_CONTRACT ? run_contract(old) : run_site(old, owner);
	items_of_unit(old, u, find_item, &f, NULL, 0);
	if (f.has)
		read_basis(old, u, &f.found, ret);
	arena_free(arena);
}

static bool
touches(const struct settlement *s, const struct fact *f, const struct ordinals *before,
	const struct ordinals *now)
{
	if (ordinals_have(now, f->event) && !ordinals_have(before, f->event))
		return true;
	if (f->link == NONE || f->type == EVENT_PARTICIPANTS_JOINED)
		return false;
	return ordinals_have(before, fact_at(s, f->link)->event) ||
	       ordinals_have(now, fact_at(s, f->link)->event);
}

struct changes {
	struct run *run;
	uint64_t since;
	const struct ordinals *before, *now;
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
	     const struct ordinals *before, const struct ordinals *now, struct ordinals *ret)
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

/* `it` is NULL where the key has no entitlement any more. */
struct evidence
read_evidence(struct run *r, struct unit *u, const struct key_name *name,
	      const struct key_row *key, const struct item *it, struct arena *arena)
{
	struct ordinals now = { 0 }, before = { 0 }, changed = { 0 };
	struct evidence ret;

	if (it != NULL)
		read_basis(r, u, it, &now);
	if (key != NULL) {
		old_basis(r, name, key->statement, u->owner, &before);
		read_changed(r, u, key->statement, &before, &now, &changed);
	}
	if (it == NULL) {
		struct ordinals swap = now;

		now = before;
		before = swap;
	}
	ret.basis = keep_ordinals(arena, &now);
	ret.basis_count = now.count;
	ret.changed = keep_ordinals(arena, &changed);
	ret.changed_count = changed.count;
	free(now.items);
	free(before.items);
	free(changed.items);
	return ret;
}

