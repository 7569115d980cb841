/* terms_lean.c - which payments can come out otherwise where other people's facts are missing.
 *
 * A payment leans on others where it is under a limit that several people share, goes through
 * tranches, or where an expression on its way reads a statistic over a group, everybody's
 * entitlements, or repeats that are counted among several. */
#include "terms.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"

struct lean {
	const struct terms *t;
	bool *seen;		/* per expression id */
	bool *outcomes, *values, *groups;	/* looked at; per index */
	bool found;
};

static void lean_x(struct lean *l, const struct terms_x *x);

static void
lean_calendar(struct lean *l, const struct terms_calendar *c)
{
	if (c == NULL)
		return;
	lean_x(l, c->from);
	lean_x(l, c->stop);
}

static void
lean_proof(struct lean *l, const struct terms_proof *p)
{
	if (p == NULL)
		return;
	lean_x(l, p->until);
	lean_x(l, p->opens);
	lean_x(l, p->closes);
}

static void
lean_value(struct lean *l, const struct terms_value *v)
{
	if (v == NULL || l->values[v->index])
		return;
	l->values[v->index] = true;
	lean_calendar(l, v->per);
	lean_x(l, v->where);
	lean_proof(l, v->proof);
	lean_x(l, v->is);
}

static void
lean_group(struct lean *l, const struct terms_group *g)
{
	if (g == NULL || l->groups[g->index])
		return;
	l->groups[g->index] = true;
	lean_group(l, g->within);
	lean_x(l, g->where);
	lean_x(l, g->day);
}

static void lean_outcome(struct lean *l, const struct terms_outcome *o);

static void
lean_outcomes(struct lean *l, const struct terms_outcome *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		lean_outcome(l, list[i]);
}

static void
lean_outcome(struct lean *l, const struct terms_outcome *o)
{
	if (o == NULL || l->outcomes[o->index])
		return;
	l->outcomes[o->index] = true;
	if (o->times_max != NULL && (o->times_per == TIMES_SITE || o->times_per == TIMES_CONTRACT))
		l->found = true;
	lean_group(l, o->group);
	lean_calendar(l, o->per);
	lean_x(l, o->count);
	lean_x(l, o->to);
	lean_x(l, o->on);
	lean_x(l, o->final);
	lean_x(l, o->from);
	lean_x(l, o->until);
	lean_x(l, o->times_max);
	lean_outcomes(l, o->parts, o->part_count);
	lean_outcomes(l, o->after, o->after_count);
	lean_outcomes(l, o->unless, o->unless_count);
	lean_outcomes(l, o->apart_from, o->apart_count);
	lean_proof(l, o->claim);
}

static void
lean_share(struct lean *l, const struct terms_share *s)
{
	if (s == NULL)
		return;
	l->found = l->found || s->tranche_count > 1;
	for (size_t i = 0; i < s->tranche_count; i++) {
		lean_x(l, s->tranches[i].to);
		for (size_t k = 0; k < s->tranches[i].part_count; k++)
			lean_x(l, s->tranches[i].parts[k].weight);
	}
}

static void
lean_payment(struct lean *l, const struct terms_payment *p)
{
	lean_outcomes(l, p->outcomes, p->outcome_count);
	lean_calendar(l, p->each);
	lean_group(l, p->group);
	lean_x(l, p->from);
	lean_x(l, p->until);
	lean_x(l, p->when);
	lean_x(l, p->price);
	lean_x(l, p->due);
	lean_x(l, p->final);
	lean_x(l, p->hold_until);
	lean_share(l, p->from_share);
	lean_share(l, p->to_share);
}

static void
lean_items(struct lean *l, const struct terms_x *x)
{
	l->found = l->found || x->items.all;
	for (size_t i = 0; i < x->items.count && !l->found; i++)
		lean_payment(l, x->items.of[i]);
	lean_x(l, x->items.where);
}

/* What an expression names; its operands are read behind it. */
static void
lean_names(struct lean *l, const struct terms_x *x)
{
	if (x->op == OP_VALUE) {
		lean_value(l, x->value);
	} else if (x->op == OP_DATE_NAME) {
		lean_x(l, x->named->is);
	} else if (x->op == OP_OUTCOME) {
		lean_outcome(l, x->outcome);
	} else if (x->op == OP_IN) {
		lean_group(l, x->group);
	} else if (x->op == OP_LOOK) {
		lean_x(l, x->look.at);
	} else if (x->op == OP_OVER) {
		l->found = true;
	} else if (x->op == OP_ITEMS) {
		lean_items(l, x);
	} else if (x->op == OP_DATE_OF) {
		lean_outcome(l, x->date_of.outcome);
		lean_value(l, x->date_of.value);
	} else if (x->op == OP_GROW) {
		lean_value(l, x->grow.flows);
		lean_calendar(l, x->grow.rests);
	}
}

static void
lean_x(struct lean *l, const struct terms_x *x)
{
	if (x == NULL || l->found || l->seen[x->id])
		return;
	l->seen[x->id] = true;
	lean_names(l, x);
	for (size_t i = 0; i < x->count; i++)
		lean_x(l, x->args[i]);
}

/* ---- limits ---- */

static bool
is_within_one(const struct terms_limit *l)
{
	for (size_t i = 0; i < l->per_count; i++)
		if (l->per[i].what == PER_PERSON || l->per[i].what == PER_ENROLMENT)
			return true;
	return false;
}

static bool
is_shared(const struct terms *t, const char *payment)
{
	for (size_t i = 0; i < t->limit_count; i++) {
		const struct terms_limit *l = &t->limits[i];

		if (strcmp(l->name, payment) == 0)	/* a floor's own top-up */
			return true;
		if (!is_within_one(l) && l->kind != LIMIT_SCALE &&
		    terms_payments_have(l->of, l->of_count, payment))
			return true;
	}
	return false;
}

static void
lean_limits(struct lean *l, const char *payment)
{
	for (size_t i = 0; i < l->t->limit_count; i++) {
		const struct terms_limit *m = &l->t->limits[i];

		if (!terms_payments_have(m->of, m->of_count, payment))
			continue;
		lean_x(l, m->amount);
		lean_x(l, m->on);
		for (size_t k = 0; k < m->step_count; k++)
			lean_x(l, m->steps[k].to);
	}
}

bool
terms_leans(const struct terms *t, const char *payment)
{
	const struct terms_payment *p = terms_payment(t, payment);
	struct arena *arena;
	struct lean l = { .t = t };

	if (is_shared(t, payment))
		return true;
	if (p == NULL)
		return false;
	arena = arena_new();
	l.seen = arena_array(arena, (size_t)t->x_count + 1, sizeof(bool));
	l.outcomes = arena_array(arena, t->outcome_count + 1, sizeof(bool));
	l.values = arena_array(arena, t->value_count + 1, sizeof(bool));
	l.groups = arena_array(arena, t->group_count + 1, sizeof(bool));
	lean_payment(&l, p);
	lean_limits(&l, payment);
	arena_free(arena);
	return l.found;
}
