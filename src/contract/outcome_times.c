/* outcome_times.c - how often an outcome may be reached together: by a person's enrolments, at a
 * site, under the contract. The first by achieved day, then by the ties, stand. */
#include "outcome.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "expression.h"
#include "fact.h"
#include "held.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

struct entrant {		/* one occurrence among those counted together */
	const struct settlement *s;
	int32_t achieved, start;
	uint32_t owner, enrolment;	/* pseudonym; fact of the enrolment's root or NONE */
	uint32_t index;
	uint32_t site;			/* name number where it is counted by site, else 0 */
	bool stands;
};

struct contest {		/* of one outcome over everybody, in a run */
	const struct terms_outcome *outcome;
	struct arena *arena;
	struct entrant *items;
	size_t count, capacity;
	uint32_t versions;		/* by the first so many everybody is read */
	bool optimistic, busy;
	bool shared;			/* by site or under the contract */
	struct contest *next;
};

static int
entrant_order(const void *a, const void *b)
{
	const struct entrant *x = a, *y = b;

	if (x->site != y->site)
		return x->site < y->site ? -1 : 1;
	if (x->achieved != y->achieved)
		return x->achieved < y->achieved ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->owner != y->owner)
		return owner_order(x->s, x->owner, y->owner);
	if (x->enrolment != y->enrolment)
		return x->enrolment < y->enrolment ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static void
add_entrant(struct contest *c, struct entrant one)
{
	c->items = arena_room(c->arena, c->items, c->count, &c->capacity, sizeof(*c->items));
	c->items[c->count++] = one;
}

static struct entrant
entrant_of(struct scope *sc, const struct terms_outcome *o, const struct reach *r)
{
	struct terms_x name = { .op = OP_REF, .ref = REF_SITE_NAME, .pointer = o->pointer };
	struct scope at = outcome_scope(sc, o, r);
	struct entrant ret = { .s = sc->run->s, .achieved = r->achieved, .owner = sc->unit->owner,
			       .index = r->index, .enrolment = NONE };
	struct xval site;

	ret.start = subject_start(sc, o->subject);
	if (sc->enrolment != NULL) {
		ret.owner = sc->enrolment->owner;
		ret.enrolment = sc->enrolment->chain->root_index;
	}
	if (o->times_per != TIMES_SITE)
		return ret;
	site = x_reference(&at, &name);
	if (site.kind == X_WORD)
		ret.site = 1 + name_number(&sc->run->s->names, site.word, strlen(site.word));
	return ret;
}

/* Every occurrence of one subject, as if nobody else were there. */
static void
enter_alone(struct contest *c, struct scope *sc, const struct terms_outcome *o)
{
	const struct reaches *r = outcome_alone(sc, o, 0, c->optimistic);

	for (size_t i = 0; r != NULL && i < r->count; i++)
		add_entrant(c, entrant_of(sc, o, &r->items[i]));
}

/* All versions; but one that asks for what a later one takes reads everybody as without that. */
static uint32_t
versions_asked(struct scope *sc, const struct terms_outcome *o)
{
	uint32_t count = (uint32_t)sc->run->version_count;
	uint32_t own = (uint32_t)(sc->version - sc->run->s->versions);

	return version_for(sc->run, subject_start(sc, o->subject), count) > own ? own + 1 : count;
}

static void
enter_unit(void *arg, struct run *r, struct unit *u)
{
	struct contest *c = arg;
	const struct terms_outcome *o = c->outcome;
	struct scope sc = { .run = r, .unit = u, .version = &r->s->versions[0] };

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

/* Places that erased people hold are taken. */
static void
judge(struct contest *c, const struct run *r, int64_t max)
{
	int64_t taken = 0;

	if (c->count > 1)
		qsort(c->items, c->count, sizeof(*c->items), entrant_order);
	for (size_t i = 0; i < c->count; i++) {
		if (i == 0 || c->items[i].site != c->items[i - 1].site)
			taken = c->shared ? held_times(r, c->outcome, c->items[i].site) : 0;
		c->items[i].stands = taken++ < max;
	}
}

static void
hold_places(struct run *r, const struct contest *c)
{
	for (size_t i = 0; r->s->holding != NULL && i < c->count; i++)
		if (c->items[i].stands)
			holding_times(r, c->outcome, c->items[i].owner, c->items[i].site,
				      c->items[i].achieved);
}

static struct contest *
contest_find(struct contest *list, const struct terms_outcome *o, uint32_t versions,
	     bool optimistic)
{
	for (; list != NULL; list = list->next)
		if (list->optimistic == optimistic && list->versions == versions &&
		    strcmp(list->outcome->name, o->name) == 0)
			return list;
	return NULL;
}

/* Busy until all are entered and judged. */
static struct contest *
contest_new(struct contest **list, struct arena *arena, const struct terms_outcome *o,
	    uint32_t versions, bool optimistic)
{
	struct contest *c = arena_alloc(arena, sizeof(*c));

	*c = (struct contest){ .arena = arena, .outcome = o, .versions = versions,
			       .optimistic = optimistic, .busy = true, .next = *list };
	*list = c;
	return c;
}

/* Over everybody: one reading of all units for each such outcome and run. */
static struct contest *
contest_of_all(struct scope *sc, const struct terms_outcome *o, bool optimistic)
{
	struct run *r = sc->run;
	uint32_t versions = versions_asked(sc, o);
	struct contest *c = contest_find(r->contests, o, versions, optimistic);

	r->read_everybody = true;
	if (c != NULL)
		return c->busy ? NULL : c;
	c = contest_new(&r->contests, r->arena, o, versions, optimistic);
	run_persons(r, enter_unit, c);
	c->shared = true;
	judge(c, r, outcome_times_max(sc, o));
	if (!optimistic && versions == r->version_count)
		hold_places(r, c);
	c->busy = false;
	return c;
}

static struct contest *
contest_of_person(struct scope *sc, const struct terms_outcome *o, bool optimistic)
{
	uint32_t versions = versions_asked(sc, o);
	struct contest *c = contest_find(sc->unit->contests, o, versions, optimistic);

	if (c != NULL)
		return c->busy ? NULL : c;
	c = contest_new(&sc->unit->contests, sc->unit->arena, o, versions, optimistic);
	enter_unit(c, sc->run, sc->unit);
	judge(c, sc->run, outcome_times_max(sc, o));
	c->busy = false;
	return c;
}

/* Who is counted with the subject in hand; NULL for nobody but itself. */
static struct contest *
contest_for(struct scope *sc, const struct terms_outcome *o, bool optimistic)
{
	if (o->times_max == NULL || sc->unit->kind != OWNER_PERSON)
		return NULL;
	if (o->times_per == TIMES_SITE || o->times_per == TIMES_CONTRACT)
		return contest_of_all(sc, o, optimistic);
	if (o->times_per == TIMES_PERSON && o->subject == SUBJECT_ENROLMENT &&
	    sc->unit->enrolment_count > 1)
		return contest_of_person(sc, o, optimistic);
	return NULL;
}

static bool
is_own(const struct entrant *a, const struct entrant *mine)
{
	return a->owner == mine->owner && a->enrolment == mine->enrolment;
}

/* Places that others really have before this one. */
static int64_t
taken_before(const struct run *r, const struct contest *c, const struct entrant *mine)
{
	int64_t taken = c->shared ? held_times(r, c->outcome, mine->site) : 0;

	for (size_t k = 0; k < c->count; k++)
		taken += c->items[k].stands && c->items[k].site == mine->site &&
			 !is_own(&c->items[k], mine) && entrant_order(&c->items[k], mine) < 0;
	return taken;
}

/* Is it among those who were counted? One that an older version keeps is counted behind them. */
static bool
stands(const struct run *r, const struct contest *c, const struct entrant *mine, int64_t own,
       int64_t max)
{
	for (size_t k = 0; k < c->count; k++)
		if (entrant_order(&c->items[k], mine) == 0)
			return c->items[k].stands;
	return taken_before(r, c, mine) + own < max;
}

static void
mark_times(struct scope *sc, const struct terms_outcome *o, struct reaches *list)
{
	const struct contest *c = contest_for(sc, o, list->optimistic);
	int64_t own = 0, max = c == NULL ? 0 : outcome_times_max(sc, o);

	for (size_t i = 0; c != NULL && i < list->count; i++) {
		struct entrant mine = entrant_of(sc, o, &list->items[i]);

		if (stands(sc->run, c, &mine, own, max))
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
	mine = entrant_of(sc, o, r);
	return taken_before(sc->run, c, &mine) < outcome_times_max(sc, o);
}

/* What is read of the others is no line's basis: it is read once in a run, whoever asks first. */
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
