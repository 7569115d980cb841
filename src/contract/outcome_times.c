/* outcome_times.c - how often an outcome may be reached together: by a person's enrolments, at a
 * site, under the contract.
 *
 * There are so many places. Those of occurrences that an older version governs are taken first, as
 * that version counts them; the others go to whoever achieves it first, and on one day by the ties.
 * Read contest.h first: a contest is one such count, a keeping what an older version governs. */
#include "outcome.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "contest.h"
#include "expression.h"
#include "fact.h"
#include "item.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

/* How many places there are for the subject in hand, as the version that asks has it. */
static int64_t
max_of(const struct contest *c, const struct scope *sc)
{
	struct scope in = *sc;

	if (c->max != TIMES_EACH_ITS_OWN)
		return c->max;
	in.version = c->asks;
	return outcome_times_max(&in, c->outcome);
}

/* Every occurrence of one subject, as if nobody else were there. */
static void
enter_alone(struct contest *c, struct scope *sc, const struct terms_outcome *o)
{
	const struct reaches *r = outcome_alone(sc, o, 0, c->optimistic);
	struct entrant one;
	int64_t max = 0;

	for (size_t i = 0; r != NULL && i < r->count; i++) {
		if (i == 0)
			max = max_of(c, sc);
		one = entrant_read(sc, o, c->outcome->times_per, &r->items[i]);
		one.max = max;
		entrant_add(c->arena, &c->all, one);
	}
}

/* By how many versions everybody is read: by all of them; but where a later version has taken the
 * subject from the one that asks, as if the later ones were not there. */
static uint32_t
versions_asked(struct scope *sc, const struct terms_outcome *o)
{
	uint32_t count = (uint32_t)sc->run->version_count;
	uint32_t own = (uint32_t)(sc->version - sc->run->s->versions);

	return version_for(sc->run, subject_start(sc, o->subject), count) > own ? own + 1 : count;
}

struct entering {
	struct contest *contest;
	struct keeping *keeping;	/* to be read with it; or NULL */
};

static void
enter_unit(void *arg, struct run *r, struct unit *u)
{
	const struct entering *in = arg;
	struct contest *c = in->contest;
	const struct terms_outcome *o = c->outcome;
	struct scope sc = { .run = r, .unit = u, .version = &r->s->versions[0] };

	if (in->keeping != NULL)
		keeping_read(in->keeping, r, u);
	if (o->subject != SUBJECT_ENROLMENT) {
		sc.version = &r->s->versions[version_for(r, subject_start(&sc, o->subject),
							      c->versions)];
		o = terms_outcome(sc.version->terms, o->name);
		if (o != NULL)
			enter_alone(c, &sc, o);
		return;
	}
	for (size_t i = 0; i < u->enrolment_count; i++) {
		const struct terms_outcome *own;

		sc.enrolment = &u->enrolments[i];
		sc.version = &r->s->versions[version_for(r, sc.enrolment->start, c->versions)];
		own = terms_outcome(sc.version->terms, o->name);
		if (own != NULL)
			enter_alone(c, &sc, own);
	}
}

static void
keep_unit(void *arg, struct run *r, struct unit *u)
{
	keeping_read(arg, r, u);
}

/* Everybody (`u` is NULL), or only the unit. */
static void
read_units(struct run *r, struct unit *u, unit_fn *fn, void *arg)
{
	if (u == NULL)
		run_persons(r, fn, arg);
	else
		fn(arg, r, u);
}

/* What a version keeps depends on what the versions before it keep: so they are read in turn. What
 * the last but one keeps is read together with the occurrences of the contest itself. */
static void
contest_read(struct contest *c, struct run *r, struct unit *u)
{
	struct keeping **list = u == NULL ? &r->keepings : &u->keepings;
	struct entering in = { c, NULL };

	for (uint32_t v = 0; v + 1 < c->versions; v++) {
		struct keeping *k = keeping_find(*list, c, v);

		if (k != NULL)
			continue;
		k = keeping_add(c, v, list);
		if (v + 2 < c->versions) {
			read_units(r, u, keep_unit, k);
			k->busy = false;
		} else {
			in.keeping = k;
		}
	}
	read_units(r, u, enter_unit, &in);
	if (in.keeping != NULL)
		in.keeping->busy = false;
	for (uint32_t v = 0; v + 1 < c->versions; v++)
		contest_keep(c, keeping_find(*list, c, v), r);
	contest_judge(c, r);
}

/* NULL where it has to be read, or (`*ret_busy`) is being read. */
static struct contest *
contest_find(struct contest *list, const struct contest *like, bool *ret_busy)
{
	struct contest *c = list;

	while (c != NULL && (c->optimistic != like->optimistic || c->versions != like->versions ||
			     c->max != like->max || c->shared != like->shared ||
			     (c->max == TIMES_EACH_ITS_OWN && c->asks != like->asks) ||
			     c->outcome->times_per != like->outcome->times_per ||
			     strcmp(c->outcome->name, like->outcome->name) != 0))
		c = c->next;
	*ret_busy = c != NULL && c->busy;
	return *ret_busy ? NULL : c;
}

static struct contest *
contest_add(struct arena *arena, const struct contest *like, struct contest **list)
{
	struct contest *c = arena_alloc(arena, sizeof(*c));

	*c = *like;
	c->arena = arena;
	c->busy = true;
	c->next = *list;
	*list = c;
	return c;
}

static struct contest
contest_asked(struct scope *sc, const struct terms_outcome *o, bool optimistic, bool shared)
{
	bool same = x_shape(sc->version, o->times_max) == SHAPE_FIXED;

	return (struct contest){ .outcome = o, .asks = sc->version,
				 .versions = versions_asked(sc, o),
				 .max = same ? outcome_times_max(sc, o) : TIMES_EACH_ITS_OWN,
				 .optimistic = optimistic, .shared = shared };
}

/* Over everybody: one reading of all units for each such outcome and run. */
static struct contest *
contest_of_all(struct scope *sc, const struct terms_outcome *o, bool optimistic)
{
	struct contest *c, like = contest_asked(sc, o, optimistic, true);
	struct run *r = sc->run;
	bool busy;

	r->read_everybody = true;
	c = contest_find(r->contests, &like, &busy);
	if (c != NULL || busy)
		return c;
	c = contest_add(r->arena, &like, &r->contests);
	contest_read(c, r, NULL);
	c->busy = false;
	return c;
}

static struct contest *
contest_of_unit(struct scope *sc, const struct terms_outcome *o, bool optimistic)
{
	struct contest *c, like = contest_asked(sc, o, optimistic, false);
	bool busy;

	c = contest_find(sc->unit->contests, &like, &busy);
	if (c != NULL || busy)
		return c;
	c = contest_add(sc->unit->arena, &like, &sc->unit->contests);
	contest_read(c, sc->run, sc->unit);
	c->busy = false;
	return c;
}

/* Who is counted with the subject in hand; NULL for nobody but itself, under one version. */
static struct contest *
contest_for(struct scope *sc, const struct terms_outcome *o, bool optimistic)
{
	if (o->times_max == NULL)
		return NULL;
	if (sc->unit->kind == OWNER_PERSON &&
	    (o->times_per == TIMES_SITE || o->times_per == TIMES_CONTRACT))
		return contest_of_all(sc, o, optimistic);
	if (sc->run->version_count > 1 ||
	    (o->times_per == TIMES_PERSON && o->subject == SUBJECT_ENROLMENT &&
	     sc->unit->enrolment_count > 1))
		return contest_of_unit(sc, o, optimistic);
	return NULL;
}

static void
mark_times(struct scope *sc, const struct terms_outcome *o, struct reaches *list)
{
	const struct contest *c = contest_for(sc, o, list->optimistic);
	int64_t own = 0, max = c == NULL ? 0 : max_of(c, sc);

	for (size_t i = 0; c != NULL && i < list->count; i++) {
		struct entrant mine = entrant_read(sc, o, o->times_per, &list->items[i]);

		mine.max = max;
		if (contest_stands(c, &mine, own))
			own++;
		else
			list->items[i].fails = QUALIFIER_TIMES;
	}
}

/* Would an occurrence on relaxed terms still find a place among the others' real ones? */
static bool
times_left(struct scope *sc, const struct terms_outcome *o, const struct reach *r)
{
	const struct contest *c = contest_for(sc, o, false);
	struct entrant mine;

	if (c == NULL)
		return true;
	mine = entrant_read(sc, o, o->times_per, r);
	return contest_taken(c, &mine) < max_of(c, sc);
}

/* What is read of the others is not in the basis of the line: it is read once in a run, and whoever
 * asks first would have it all. */
struct aside {
	struct ordinals *basis;
	struct trace *trace;
};

static struct aside
aside_begin(struct run *r)
{
	struct aside ret = { r->basis, r->trace };

	r->basis = NULL;
	r->trace = NULL;
	return ret;
}

static void
aside_end(struct run *r, struct aside was)
{
	r->basis = was.basis;
	r->trace = was.trace;
}

/* Occurrences beyond the most that may be reached together fail `times`. */
void
outcome_mark_times(struct scope *sc, const struct terms_outcome *o, struct reaches *list)
{
	struct aside was = aside_begin(sc->run);

	mark_times(sc, o, list);
	aside_end(sc->run, was);
}

bool
outcome_times_left(struct scope *sc, const struct terms_outcome *o, const struct reach *r)
{
	struct aside was = aside_begin(sc->run);
	bool left = times_left(sc, o, r);

	aside_end(sc->run, was);
	return left;
}
