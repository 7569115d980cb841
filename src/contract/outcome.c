/* outcome.c - subject S reached O on date D, by these facts, under this clause.
 *
 * An occurrence is a period in which the mark holds and every qualifier holds;
 * the first such period counts, then by the terms every further one or those
 * behind the last. What is relaxed finds candidates for lines of zero. */
#include "outcome.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "calendar.h"
#include "event_type.h"
#include "expression.h"
#include "fact.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

static bool
is_relaxed(unsigned relaxed, enum terms_qualifier q)
{
	return (relaxed & (1u << q)) != 0;
}

struct scope
outcome_scope(const struct scope *sc, const struct terms_outcome *o, const struct reach *r)
{
	struct scope in = *sc;

	scope_go(&in, r->achieved);
	in.has_outcome = true;
	in.outcome_day = r->achieved;
	in.outcome_name = o->name;
	in.outcome_index = r->index;
	in.has_period = false;
	return in;
}

/* ---- qualifiers ---- */

/* The day by which all of `after` are reached: -1 for any day; false for never. */
static bool
after_day(struct scope *sc, const struct terms_outcome *o, unsigned relaxed, bool optimistic,
	  int32_t *ret)
{
	*ret = INT32_MIN;
	if (is_relaxed(relaxed, QUALIFIER_AFTER))
		return true;
	for (size_t i = 0; i < o->after_count; i++) {
		const struct reaches *r = outcome_reaches(sc, o->after[i], 0, optimistic);
		int32_t day = NEVER;

		for (size_t k = 0; r != NULL && k < r->count; k++)
			if (r->items[k].fails == QUALIFIER_MAX && r->items[k].achieved < day)
				day = r->items[k].achieved;
		if (day == NEVER)
			return false;
		if (day > *ret)
			*ret = day;
	}
	return true;
}

/* The first day on which one of `unless` is reached. */
static int32_t
barred_from(struct scope *sc, const struct terms_outcome *o, unsigned relaxed)
{
	int32_t day = NEVER;

	if (is_relaxed(relaxed, QUALIFIER_UNLESS))
		return day;
	for (size_t i = 0; i < o->unless_count; i++) {
		const struct reaches *r = outcome_reaches(sc, o->unless[i], 0, false);

		for (size_t k = 0; r != NULL && k < r->count; k++)
			if (r->items[k].fails == QUALIFIER_MAX && r->items[k].achieved < day)
				day = r->items[k].achieved;
	}
	return day;
}

struct window {			/* when an occurrence may be claimed; of the same for all claims */
	struct xval opens, closes;
	bool opens_read, closes_read;
};

/* By what was read so far. */
static bool
is_outside(const struct window *w, int32_t recorded)
{
	if (w->opens_read && (w->opens.kind != X_DATE || recorded < w->opens.day))
		return true;
	return w->closes_read && (w->closes.kind != X_DATE || recorded > w->closes.day);
}

static bool
claim_in_window(struct window *w, struct scope *sc, const struct terms_outcome *o,
		const struct reach *r, const struct fact *f, int32_t recorded)
{
	const struct terms_proof *claim = o->claim;
	struct scope in = outcome_scope(sc, o, r);

	if (f->from != NEVER && (f->from < r->period_start || f->from > r->achieved))
		return false;
	if (claim->opens != NULL && !w->opens_read) {
		w->opens = x_eval(&in, claim->opens);
		w->opens_read = true;
		if (is_outside(w, recorded))
			return false;
	}
	if (claim->closes != NULL && !w->closes_read) {
		w->closes = x_eval(&in, claim->closes);
		w->closes_read = true;
	}
	return !is_outside(w, recorded);
}

/* The claim that counts for an occurrence, NULL where there is none. */
const struct fact *
outcome_claim(struct scope *sc, const struct terms_outcome *o, const struct reach *r,
	      const struct chain **ret_chain)
{
	struct window w = { .opens_read = false };

	for (const struct chain *c = sc->unit->like[EVENT_CLAIM_MADE]; c != NULL; c = c->next_like) {
		int32_t recorded = event_at(sc->run->s, c->root->event)->day;
		const struct fact *f;
		struct scope in;
		struct xval name;

		if (is_outside(&w, recorded))
			continue;
		in = outcome_scope(sc, o, r);
		f = chain_counts(&in, c, o->claim, false);
		if (f == NULL)
			continue;
		name = fact_field(sc->run->s, f, "outcome");
		if (name.kind == X_WORD && strcmp(name.word, o->name) == 0 &&
		    claim_in_window(&w, sc, o, r, f, recorded)) {
			if (ret_chain != NULL)
				*ret_chain = c;
			return f;
		}
	}
	return NULL;
}

static struct xval
is_in_group(struct scope *sc, const struct terms_outcome *o, const struct reach *r)
{
	struct scope in = outcome_scope(sc, o, r);

	return o->group == NULL ? x_truth(true) : group_member(&in, o->group);
}

/* ---- finding occurrences ---- */

struct finder {
	struct scope *sc;
	const struct terms_outcome *outcome;
	unsigned relaxed;
	bool optimistic;
	int64_t max;
	int32_t barred;
	struct reaches *out;
	size_t capacity;
};

/* The ordinal of the occurrence that is looked for. */
static uint32_t
next_index(const struct finder *f)
{
	return (uint32_t)f->out->count + 1;
}

static void
push_reach(struct finder *f, struct reach r)
{
	struct reaches *out = f->out;

	if (out->count == f->capacity) {
		size_t more = f->capacity == 0 ? 1 : 4 * f->capacity;
		struct reach *items = arena_array(f->sc->unit->arena, more, sizeof(*items));

		if (out->count > 0)
			memcpy(items, out->items, out->count * sizeof(*items));
		out->items = items;
		f->capacity = more;
	}
	r.index = next_index(f);
	out->items[out->count++] = r;
}

/* The next day on which the group could have changed its mind; NEVER for none. */
int32_t
next_turn(const struct unit *u, int32_t day)
{
	size_t low = 0, high = u->turn_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (u->turns[middle] > day)
			high = middle;
		else
			low = middle + 1;
	}
	return low < u->turn_count ? u->turns[low] : NEVER;
}

/* The next day worth trying where the group or the claim failed on `day`. */
static int32_t
try_again(const struct finder *f, int32_t day, const struct terms_group *g)
{
	const struct terms_calendar *per = f->outcome->per;

	if (per == NULL)
		return NEVER;
	if (g == NULL || per->unit != TIME_DAY || per->from != NULL ||
	    group_shape(f->sc->version, g) == SHAPE_VOLATILE)
		return day + 1;
	return next_turn(f->sc->unit, day);
}

static bool
has_claims(const struct unit *u)
{
	return u->like[EVENT_CLAIM_MADE] != NULL;
}

/* Qualifiers that are read on the achieved day; where they fail, the next day worth trying. */
static bool
qualifies(struct finder *f, struct reach *r, int32_t *ret_try)
{
	const struct terms_outcome *o = f->outcome;
	struct xval member;

	*ret_try = NEVER;
	r->index = next_index(f);		/* a claim's proof may read it */
	if (!is_relaxed(f->relaxed, QUALIFIER_GROUP)) {
		member = is_in_group(f->sc, o, r);
		if (!x_is_true(member) && !(f->optimistic && member.kind == X_UNKNOWN)) {
			*ret_try = try_again(f, r->achieved, o->group);
			return false;
		}
	}
	if (o->claim != NULL && !is_relaxed(f->relaxed, QUALIFIER_CLAIM) &&
	    outcome_claim(f->sc, o, r, NULL) == NULL) {
		if (has_claims(f->sc->unit))
			*ret_try = try_again(f, r->achieved, NULL);
		return false;
	}
	return true;
}

static void
find_marks(struct finder *f)
{
	const struct terms_outcome *o = f->outcome;
	struct scope in = *f->sc;
	struct bounds b;
	struct steps steps;
	struct marker *marker;
	int32_t min_day, next;

	in.relaxed = f->relaxed & (1u << QUALIFIER_PROOF);
	if (!outcome_bounds(&in, o, f->relaxed, &b) ||
	    !after_day(f->sc, o, f->relaxed, f->optimistic, &min_day))
		return;
	steps_read(&in, o, b, &steps);
	marker = mark_begin(&in, o, &steps, f->relaxed, f->optimistic);
	while ((int64_t)f->out->count < f->max && in.run->rc == RC_OK) {
		struct reach r;

		if (!mark_next(marker, min_day, &r) || r.achieved >= f->barred)
			return;
		if (!qualifies(f, &r, &next)) {
			if (next == NEVER)
				return;
			min_day = next;
			continue;
		}
		push_reach(f, r);
		min_day = r.achieved + 1;
		if (o->after_last)
			mark_restart(marker, min_day);
	}
}

/* On a date, a test. */
static void
find_on(struct finder *f)
{
	const struct terms_outcome *o = f->outcome;
	struct scope in = *f->sc;
	struct xval on, count;
	struct reach r = { .index = 1, .fails = QUALIFIER_MAX };
	int32_t after, ignored;

	in.relaxed = f->relaxed & (1u << QUALIFIER_PROOF);
	in.has_period = false;
	in.day = in.version->terms->settlement.final.days;
	on = x_eval(&in, o->on);
	if (on.kind != X_DATE || on.day == NEVER || on.day >= f->barred)
		return;
	if (on.day > in.run->through) {		/* nothing to read before its day */
		f->out->turns = on.day;
		return;
	}
	r.first = r.achieved = r.period_start = on.day;
	if (!after_day(f->sc, o, f->relaxed, f->optimistic, &after) || after > on.day ||
	    !qualifies(f, &r, &ignored))
		return;
	in.day = on.day;
	in.has_outcome = true;
	in.outcome_day = on.day;
	in.outcome_name = o->name;
	in.outcome_index = 1;
	count = x_eval(&in, o->count);
	if (x_is_true(count) || (f->optimistic && count.kind == X_UNKNOWN))
		push_reach(f, r);
}

static void
find_parts(struct finder *f)
{
	const struct terms_outcome *o = f->outcome;
	struct reach best = { .achieved = NEVER };
	bool all = o->reach == REACH_ALL_OF;
	int32_t earliest = NEVER, ignored;

	for (size_t i = 0; i < o->part_count; i++) {
		const struct reaches *part = outcome_reaches(f->sc, o->parts[i], 0, f->optimistic);
		const struct reach *first = NULL;

		for (size_t k = 0; part != NULL && k < part->count && first == NULL; k++)
			if (part->items[k].fails == QUALIFIER_MAX)
				first = &part->items[k];
		if (first == NULL && all)
			return;
		if (first != NULL && (best.achieved == NEVER || (all ? first->achieved > best.achieved
								    : first->achieved < best.achieved)))
			best = *first;
		if (first != NULL && first->first < earliest)
			earliest = first->first;
	}
	if (all)
		best.first = earliest;
	if (best.achieved == NEVER || best.achieved >= f->barred || !qualifies(f, &best, &ignored))
		return;
	push_reach(f, best);
}

int64_t
outcome_times_max(struct scope *sc, const struct terms_outcome *o)
{
	struct scope in = *sc;
	struct ratio r;
	int64_t n;

	if (o->times_max == NULL)
		return 1;
	in.has_period = false;
	in.day = sc->version->terms->settlement.final.days;
	if (!x_ratio(x_eval(&in, o->times_max), &r) || !ratio_round(r, ROUNDING_DOWN, 1, &n))
		return 0;
	return n;
}

/* Nothing achieved after it counts; but the day is remembered. */
static void
cut_off(struct run *r, struct reaches *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].achieved <= r->through)
			list->items[n++] = list->items[i];
		else if (list->items[i].achieved < list->turns)
			list->turns = list->items[i].achieved;
	list->count = n;
	run_turns(r, list->turns);
}

void
run_turns(struct run *r, int32_t day)
{
	if (day > r->through && day < r->turns)
		r->turns = day;
}

void
run_ahead(struct run *r, int32_t day)
{
	run_turns(r, day);
	if (day > r->through && day < r->ahead)
		r->ahead = day;
}

/* One subject by itself: times are not yet counted across its person's others. */
const struct reaches *
outcome_find(struct scope *sc, const struct terms_outcome *o, unsigned relaxed, bool optimistic)
{
	struct finder f = { .sc = sc, .outcome = o, .relaxed = relaxed, .optimistic = optimistic };
	struct ordinals *basis = sc->run->basis;
	struct trace *trace = sc->run->trace;
	int32_t turns = sc->run->turns, ahead = sc->run->ahead;
	struct memos *memos = scope_memos(sc);

	sc->run->basis = NULL;
	sc->run->trace = NULL;
	sc->run->turns = sc->run->ahead = NEVER;
	f.out = arena_alloc(sc->unit->arena, sizeof(*f.out));
	f.out->busy = true;
	f.out->outcome = o;
	f.out->turns = NEVER;
	f.out->relaxed = relaxed;
	f.out->optimistic = optimistic;
	f.out->next = memos->reaches;
	memos->reaches = f.out;
	f.max = outcome_times_max(sc, o);
	f.barred = barred_from(sc, o, relaxed);
	switch (o->reach) {
	case REACH_SUM:
	case REACH_MEAN:
	case REACH_RUN:
		find_marks(&f);
		break;
	case REACH_ON:
		find_on(&f);
		break;
	case REACH_ANY_OF:
	case REACH_ALL_OF:
		find_parts(&f);
		break;
	}
	cut_off(sc->run, f.out);
	f.out->turns = sc->run->turns;
	f.out->ahead = sc->run->ahead;
	sc->run->turns = turns;
	sc->run->ahead = ahead;
	run_turns(sc->run, f.out->turns);
	run_ahead(sc->run, f.out->ahead);
	f.out->busy = false;
	sc->run->basis = basis;
	sc->run->trace = trace;
	return f.out;
}
