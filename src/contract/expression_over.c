/* expression_over.c - dates of what happened, entitlements as numbers, running accounts. */
#include "expression.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "calendar.h"
#include "date.h"
#include "fact.h"
#include "held.h"
#include "item.h"
#include "outcome.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "value.h"
#include "xval.h"

/* ---- when ---- */

/* The day of the latest standing verdict that accepts the member; NEVER for none. */
static int32_t
accepted_day(const struct settlement *s, const struct chain *c, const struct fact *f)
{
	for (uint32_t i = c->count; i-- > 0;) {
		const struct member *m = &c->members[i];

		if (m->fact != f)
			continue;
		for (const struct verdict *v = m->verdicts; v != NULL; v = v->older)
			if (!v->retracted && !v->stale && (v->fact->flags & FACT_ACCEPTED) != 0)
				return event_at(s, v->fact->event)->day;
	}
	return NEVER;
}

static int32_t
claim_day(struct scope *sc, const struct terms_outcome *o, const struct reach *r, enum terms_as as)
{
	const struct chain *c = NULL;
	const struct fact *f;

	if (o->claim == NULL || (f = outcome_claim(sc, o, r, &c)) == NULL)
		return NEVER;
	if (as != AS_ACCEPTED)
		return event_at(sc->run->s, c->root->event)->day;
	return accepted_day(sc->run->s, c, f);
}

static struct xval
date_of_outcome(struct scope *sc, const struct terms_x *x)
{
	const struct terms_outcome *o = x->date_of.outcome;
	const struct reach *found = NULL;
	int32_t turns = sc->run->turns;
	const struct reaches *r;
	int64_t n = 0;

	sc->run->turns = NEVER;
	r = outcome_reaches(sc, o, 0, false);
	if (x->date_of.nth != NTH_LAST || sc->day > sc->run->through)
		run_ahead(sc->run, sc->run->turns);
	run_turns(sc->run, turns);

	for (size_t i = 0; r != NULL && i < r->count; i++) {
		const struct reach *at = &r->items[i];

		if (at->fails != QUALIFIER_MAX)
			continue;
		n++;
		if (x->date_of.nth == NTH_LAST ? at->achieved <= sc->day : n == x->date_of.nth)
			found = at;
	}
	if (found == NULL)
		return x_day(NEVER);
	if (sc->run->basis != NULL)
		outcome_basis(sc, o, found);
	return x_day(x->date_of.as == AS_HAPPENED ? found->achieved
						  : claim_day(sc, o, found, x->date_of.as));
}

static struct xval
date_of_fact(struct scope *sc, const struct terms_x *x)
{
	const struct terms_value *v = x->date_of.value;
	const struct cover *found = NULL;
	const struct covers *c;
	struct scope in;
	int64_t n = 0;

	if (!value_scope(sc, v, &in))
		return x_day(NEVER);
	c = value_covers(&in, v, (sc->relaxed & (1u << QUALIFIER_PROOF)) != 0);
	for (size_t i = 0; i < c->count; i++) {
		const struct cover *at = &c->items[i];

		if (at->unsure || at->further)
			continue;
		n++;
		if (x->date_of.nth == NTH_LAST ? at->first <= sc->day : n == x->date_of.nth)
			found = at;
	}
	if (found == NULL)
		return x_day(NEVER);
	basis_add_chain(sc->run, found->uses[0].chain, found->uses[0].fact);
	switch (x->date_of.as) {
	case AS_HAPPENED:
		return x_day(found->first);
	case AS_RECORDED:
	case AS_CLAIMED:
		return x_day(event_at(sc->run->s, found->uses[0].chain->root->event)->day);
	case AS_ACCEPTED:
		return x_day(accepted_day(sc->run->s, found->uses[0].chain,
					  found->uses[0].fact));
	}
	return x_unknown();
}

struct xval
x_date_of(struct scope *sc, const struct terms_x *x)
{
	return x->date_of.outcome != NULL ? date_of_outcome(sc, x) : date_of_fact(sc, x);
}

/* ---- entitlements before limits ---- */

struct summing {
	const struct terms_x *x;
	struct scope *outer;
	int64_t count, sum;
	bool unknown;
};

static bool
is_wanted(const struct terms_x *x, const struct item *it)
{
	for (size_t i = 0; i < x->items.count; i++)
		if (strcmp(x->items.of[i]->name, it->payment->name) == 0)
			return true;
	return false;
}

/* Is it the asker's? Of an enrolment: its own and its person's, not another enrolment's. */
static bool
is_own_item(const struct summing *sum, const struct item *it)
{
	const struct enrolment *en = sum->outer->enrolment;

	return sum->x->items.all || en == NULL || it->enrolment == NONE ||
	       it->enrolment == en->chain->root_index;
}

/* Does a verdict on a sample name the claim of its outcome? */
static bool
is_sampled(struct scope *sc, const struct item *it)
{
	struct reach at = { .first = it->first, .achieved = it->achieved,
			    .index = (uint32_t)it->index, .period_start = it->period.start,
			    .fails = it->fails };
	const struct chain *c = NULL;
	const struct fact *f;

	if (it->outcome == NULL || it->outcome->claim == NULL)
		return false;
	f = outcome_claim(sc, it->outcome, &at, &c);
	for (uint32_t i = 0; f != NULL && i < c->count; i++)
		if (c->members[i].fact == f)
			for (const struct verdict *v = c->members[i].verdicts; v != NULL; v = v->older)
				if (!v->retracted && (v->fact->flags & FACT_SAMPLED) != 0)
					return true;
	return false;
}

/* A person's are read ahead of their day. */
static bool
is_to_come(struct run *r, const struct item *it)
{
	run_ahead(r, it->achieved);
	return it->achieved > r->through;
}

static void
sum_item(void *arg, struct scope *sc, const struct item *it)
{
	struct summing *sum = arg;
	struct item seen;
	struct xval where = x_truth(true);

	if (!is_wanted(sum->x, it) || !is_own_item(sum, it) || it->fails != QUALIFIER_MAX ||
	    it->achieved > sum->outer->day || is_to_come(sc->run, it))
		return;
	if (sum->x->items.where != NULL) {
		struct scope in = *sum->outer;

		seen = *it;
		seen.sampled = is_sampled(sc, it);
		in.item = &seen;
		where = x_eval(&in, sum->x->items.where);
	}
	if (where.kind == X_TRUTH && !where.truth)
		return;
	if (where.kind != X_TRUTH || it->pending) {
		sum->unknown = true;
		return;
	}
	sum->count++;
	if (!money_add(sum->sum, it->amount, &sum->sum))
		run_fail(sc->run, RC_RANGE, "terms %s: the sum is no amount", sum->x->pointer);
}

struct items {
	const struct summing *sum;
	struct item *all;
	size_t count, room;
};

static void
gather_item(void *arg, struct scope *sc, const struct item *it)
{
	struct items *found = arg;

	if (!is_wanted(found->sum->x, it) || it->fails != QUALIFIER_MAX ||
	    it->achieved > found->sum->outer->day || is_to_come(sc->run, it))
		return;
	found->all = mem_room(found->all, found->count, &found->room, sizeof(*found->all));
	found->all[found->count++] = *it;
}

static int
by_key(const struct item *x, const struct item *y)
{
	int order = (x->enrolment > y->enrolment) - (x->enrolment < y->enrolment);

	if (order == 0)
		order = strcmp(x->payment->name, y->payment->name);
	if (order == 0)
		order = strcmp(x->outcome == NULL ? "" : x->outcome->name,
			       y->outcome == NULL ? "" : y->outcome->name);
	return order != 0 ? order : strcmp(x->occurrence, y->occurrence);
}

static int
by_key_and_day(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = by_key(x, y);

	if (order == 0)
		order = (x->achieved > y->achieved) - (x->achieved < y->achieved);
	return order != 0 ? order : (x->version > y->version) - (x->version < y->version);
}

/* Where two versions come to one key, the earlier one is it. */
static void
sum_unit(struct run *r, struct unit *u, struct summing *sum)
{
	const struct terms_x *x = sum->x;
	struct items found = { .sum = sum };

	if (r->version_count == 1) {
		items_of_unit(r, u, sum_item, sum, x->items.of, x->items.count);
		return;
	}
	items_of_unit(r, u, gather_item, &found, x->items.of, x->items.count);
	if (found.count > 1)
		qsort(found.all, found.count, sizeof(*found.all), by_key_and_day);
	for (size_t i = 0; i < found.count && r->rc == RC_OK; i++) {
		struct scope sc;

		if (i > 0 && by_key(&found.all[i - 1], &found.all[i]) == 0)
			continue;
		sc = item_scope(r, u, &found.all[i]);
		sum_item(sum, &sc, &found.all[i]);
	}
	free(found.all);
}

static void
sum_person(void *arg, struct run *r, struct unit *u)
{
	struct summing *sum = arg;
	int64_t count = sum->count, amount = sum->sum;

	sum_unit(r, u, sum);
	if (r->s->holding != NULL)
		holding_items(sum->outer, sum->x, u->owner, sum->count - count, sum->sum - amount);
}

static void
sum_everybody(struct scope *sc, struct summing *sum)
{
	struct run *r = sc->run;

	sum_unit(r, run_contract(r), sum);
	for (uint32_t i = 0; i < r->s->owners.count && r->rc == RC_OK; i++)
		if (owner_at(r->s, i)->kind == OWNER_SITE)
			sum_unit(r, run_site(r, i), sum);
	run_persons(r, sum_person, sum);
	if (!held_items(sc, sum->x, &sum->count, &sum->sum))
		run_fail(r, RC_RANGE, "terms %s: the sum is no amount", sum->x->pointer);
}

struct xval
x_items(struct scope *sc, const struct terms_x *x)
{
	struct summing sum = { .x = x, .outer = sc };
	struct run *r = sc->run;
	int32_t turns = r->turns;

	r->turns = NEVER;
	if (x->items.all) {
		r->read_everybody = true;
		sum_everybody(sc, &sum);
	} else {
		sum_unit(r, sc->unit, &sum);
	}
	if (sc->day > r->through)
		run_ahead(r, r->turns);
	run_turns(r, turns);
	if (sum.unknown)
		return x_unknown();
	return x_integer(x->items.what == DO_COUNT ? sum.count : sum.sum);
}
