/* outcome_steps.c - what an outcome counts, period by period, equal days taken together. */
#include "outcome.h"

#include "arena.h"
#include "calendar.h"
#include "expression.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

/* As many periods as days? A period may begin with the first day of all. */
static bool
is_daily(const struct step *x)
{
	return (int64_t)x->count == (int64_t)x->end - x->start + 1;
}

static void
push_step(struct run *r, struct steps *s, struct step step)
{
	struct step *last = s->count == 0 ? NULL : &s->items[s->count - 1];

	if (last != NULL && is_daily(last) && is_daily(&step) &&
	    (int64_t)step.start == (int64_t)last->end + 1 &&
	    step.index == last->index + last->count && s->joins &&
	    last->unknown == step.unknown &&
	    (step.unknown || ratio_compare(last->number, step.number) == 0)) {
		last->end = step.end;
		last->count += step.count;
		return;
	}
	s->items = arena_room(r->scratch, s->items, s->count, &s->capacity, sizeof(*s->items));
	s->items[s->count++] = step;
}

/* Between which days the periods must lie; false where that is unknown or never. */
bool
outcome_bounds(struct scope *sc, const struct terms_outcome *o, unsigned relaxed,
	       struct bounds *ret)
{
	const struct terms_settlement *t = &sc->version->terms->settlement;
	struct scope in = *sc;
	struct xval v;

	in.has_period = false;
	in.day = t->final.days;
	ret->until = t->outcome_until.days;
	ret->from = subject_start(sc, o->subject);
	if (o->from != NULL) {
		v = x_eval(&in, o->from);
		if (v.kind != X_DATE)
			return false;
		ret->from = v.day;
	}
	if (ret->from == NEVER)
		return false;
	if ((relaxed & (1u << QUALIFIER_UNTIL)) != 0) {
		ret->until = t->final.days;
	} else if (o->until != NULL) {
		v = x_eval(&in, o->until);
		if (v.kind != X_DATE)
			return false;
		if (v.day < ret->until)
			ret->until = v.day;
	}
	return ret->from <= ret->until;
}

/* Days that other outcomes used count nothing here. */
struct used {
	struct bounds *items;
	size_t count;
};

static struct used
used_elsewhere(struct scope *sc, const struct terms_outcome *o)
{
	struct used ret = { NULL, 0 };
	size_t n = 0;

	for (size_t i = 0; i < o->apart_count; i++) {
		const struct reaches *r = outcome_reaches(sc, o->apart_from[i], 0, false);

		n += r == NULL ? 0 : r->count;
	}
	if (n == 0)
		return ret;
	ret.items = arena_array(sc->run->scratch, n, sizeof(*ret.items));
	for (size_t i = 0; i < o->apart_count; i++) {
		const struct reaches *r = outcome_reaches(sc, o->apart_from[i], 0, false);

		for (size_t k = 0; r != NULL && k < r->count; k++)
			if (r->items[k].fails == QUALIFIER_MAX)
				ret.items[ret.count++] = (struct bounds){ r->items[k].first,
									  r->items[k].achieved };
	}
	return ret;
}

static bool
is_used(const struct used *u, int32_t start, int32_t end)
{
	for (size_t i = 0; i < u->count; i++)
		if (u->items[i].from <= end && start <= u->items[i].until)
			return true;
	return false;
}

static struct step
read_step(struct scope *sc, const struct terms_outcome *o, const struct period *p,
	  const struct used *used, int32_t index)
{
	struct step step = { .start = p->start, .end = p->end, .count = 1, .index = index,
			     .number = ratio_integer(0) };
	struct scope in = *sc;
	struct xval count;

	if (is_used(used, p->start, p->end))
		return step;
	scope_go(&in, p->end);
	in.has_period = true;
	in.calendar = o->per;
	in.period = *p;
	in.period.index = index;
	in.period_base = 1;
	count = x_eval(&in, o->count);
	step.unknown = count.kind != X_NEVER && !x_ratio(count, &step.number);
	return step;
}

/* The last day that is certain to count as `day` does. */
static int32_t
same_until(struct scope *sc, const struct used *used, int32_t day, int32_t until)
{
	int32_t next = next_turn(sc->unit, day);
	const struct unit *contract = run_contract_unit(sc->run);
	int32_t at = next_turn(contract, day);

	if (at < next)
		next = at;
	for (size_t i = 0; i < used->count; i++) {
		if (used->items[i].from > day && used->items[i].from < next)
			next = used->items[i].from;
		if (used->items[i].until >= day && used->items[i].until < next - 1)
			next = used->items[i].until + 1;
	}
	return next == NEVER || next - 1 > until ? until : next - 1;	/* `until` may be NEVER */
}

/* ---- profiles: what a daily, stepwise count comes to, for all days at once ---- */

struct profile {
	const struct terms_x *x;
	const struct terms_value *value;	/* where the count is just a named value */
	bool relaxed;
	bool everybody, others;		/* what was read for it, as a run has that */
	int32_t turns, ahead;
	struct steps steps;		/* the first one reaches back, the last one on, for ever */
	struct profile *next;
};

static struct step
read_segment(struct scope *sc, const struct terms_outcome *o, int32_t start, int32_t end,
	     int32_t day)
{
	static const struct used nothing = { NULL, 0 };
	struct period p = { day, day, 1, 1 };
	struct step step = read_step(sc, o, &p, &nothing, 1);

	step.start = start;
	step.end = end;
	step.count = 1;
	return step;
}

static void
push_segment(struct run *r, struct steps *s, struct step step)
{
	struct step *last = s->count == 0 ? NULL : &s->items[s->count - 1];

	if (last != NULL && last->unknown == step.unknown &&
	    (step.unknown || ratio_compare(last->number, step.number) == 0))
		last->end = step.end;
	else
		push_step(r, s, step);
}

static void
read_profile(struct scope *sc, const struct terms_outcome *o, struct steps *ret)
{
	static const struct used nothing = { NULL, 0 };
	const struct unit *u = sc->unit, *contract = run_contract_unit(sc->run);
	int32_t first = u->turn_count > 0 ? u->turns[0] : 0, day;

	if (contract->turn_count > 0 && contract->turns[0] < first)
		first = contract->turns[0];
	push_segment(sc->run, ret, read_segment(sc, o, INT32_MIN, first - 1, first - 1));
	for (day = first; day != NEVER && sc->run->rc == RC_OK;) {
		int32_t end = same_until(sc, &nothing, day, NEVER);

		push_segment(sc->run, ret, read_segment(sc, o, day, end, day));
		day = end == NEVER ? NEVER : end + 1;
	}
}

/* In the unit's arena; what it depends on is its own. */
static void
keep_profile(struct scope *sc, const struct terms_outcome *o, struct profile *p)
{
	struct run *r = sc->run;
	struct arena *scratch = r->scratch;
	bool everybody = r->read_everybody, others = r->read_others;
	int32_t turns = r->turns, ahead = r->ahead;

	r->scratch = sc->unit->arena;
	r->turns = r->ahead = NEVER;
	r->read_everybody = r->read_others = false;
	read_profile(sc, o, &p->steps);
	p->turns = r->turns;
	p->ahead = r->ahead;
	p->everybody = r->read_everybody;
	p->others = r->read_others;
	r->scratch = scratch;
	r->turns = turns;
	r->ahead = ahead;
	r->read_everybody = everybody;
	r->read_others = others;
}

static struct profile *
find_profile(struct scope *sc, const struct terms_outcome *o, struct memos *memos)
{
	const struct terms_value *value = o->count->op == OP_VALUE ? o->count->value : NULL;
	bool relaxed = (sc->relaxed & (1u << QUALIFIER_PROOF)) != 0;
	struct profile *p;

	for (p = memos->profiles; p != NULL; p = p->next)
		if ((p->x == o->count || (value != NULL && p->value == value)) &&
		    p->relaxed == relaxed)
			return p;
	p = arena_alloc(sc->unit->arena, sizeof(*p));
	p->x = o->count;
	p->value = value;
	p->relaxed = relaxed;
	keep_profile(sc, o, p);
	p->next = memos->profiles;
	memos->profiles = p;
	return p;
}

/* Kept with its subject; whoever asks depends on what it followed from. */
static const struct steps *
profile_of(struct scope *sc, const struct terms_outcome *o)
{
	struct run *r = sc->run;
	bool shared = x_is_of_unit(sc->version, o->count);
	const struct profile *p = find_profile(sc, o, shared ? &sc->unit->memos : scope_memos(sc));

	run_turns(r, p->turns);
	run_ahead(r, p->ahead);
	r->read_everybody = r->read_everybody || p->everybody;
	r->read_others = r->read_others || p->others;
	return &p->steps;
}

/* The profile between two days. */
static void
clip_profile(struct scope *sc, const struct terms_outcome *o, struct bounds b, struct steps *ret)
{
	const struct steps *all = profile_of(sc, o);

	for (size_t i = 0; i < all->count; i++) {
		struct step step = all->items[i];

		if (step.end < b.from || step.start > b.until)
			continue;
		if (step.start < b.from)
			step.start = b.from;
		if (step.end > b.until)
			step.end = b.until;
		step.count = step.end - step.start + 1;
		step.index = step.start - b.from + 1;
		push_step(sc->run, ret, step);
	}
}

static void
read_days(struct scope *sc, const struct terms_outcome *o, struct bounds b,
	  const struct used *used, struct steps *ret)
{
	bool each = x_shape(sc->version, o->count) == SHAPE_VOLATILE ||
		    (o->to != NULL && x_shape(sc->version, o->to) == SHAPE_VOLATILE);
	bool gaps = calendar_gaps(o->per);
	int32_t index = 1;

	if (!each && !gaps && ret->joins && used->count == 0) {
		clip_profile(sc, o, b, ret);
		return;
	}
	for (int32_t day = b.from; day <= b.until && sc->run->rc == RC_OK;) {
		struct period p = { day, day, index, 1 };
		struct step step;
		int32_t end = each || gaps ? day : same_until(sc, used, day, b.until);

		if (gaps && !day_exists(sc, o->per, day)) {
			day++;
			continue;
		}
		step = read_step(sc, o, &p, used, index);
		step.end = end;
		step.count = end - day + 1;
		push_step(sc->run, ret, step);
		index += step.count;
		day = end + 1;
	}
}

static void
read_periods(struct scope *sc, const struct terms_outcome *o, struct bounds b,
	     const struct used *used, struct steps *ret)
{
	struct period p;
	int32_t index = 1;

	if (!period_from(sc, o->per, b.from, &p))
		return;
	while (p.end <= b.until && sc->run->rc == RC_OK) {
		push_step(sc->run, ret, read_step(sc, o, &p, used, index++));
		if (!period_next(sc, o->per, &p, &p))
			return;
	}
}

void
steps_read(struct scope *sc, const struct terms_outcome *o, struct bounds b, struct steps *ret)
{
	struct used used = used_elsewhere(sc, o);
	const struct terms_calendar *c = o->per;
	struct ordinals *basis = sc->run->basis;
	struct trace *trace = sc->run->trace;

	*ret = (struct steps){ .calendar = c };
	ret->daily = !c->ever && c->from == NULL && c->unit == TIME_DAY;
	ret->joins = ret->daily && (o->to == NULL || x_shape(sc->version, o->to) <= SHAPE_CONSTANT);
	sc->run->basis = NULL;
	sc->run->trace = NULL;
	if (ret->daily)
		read_days(sc, o, b, &used, ret);
	else
		read_periods(sc, o, b, &used, ret);
	sc->run->basis = basis;
	sc->run->trace = trace;
}
