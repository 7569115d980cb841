/* outcome_mark.c - the accumulator: when what is counted reaches its mark.
 *
 * A sum over all periods or the last few, a mean over a full window, or a run of
 * days with the breaks that the terms tolerate. An unknown period counts
 * nothing; read optimistically it counts as much as it could. */
#include "outcome.h"

#include "arena.h"
#include "calendar.h"
#include "expression.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "terms.h"
#include "xval.h"

struct cell;			/* one period */

struct running {		/* a run that has begun */
	int32_t start, index;		/* its first day */
	int32_t end;			/* the mark, without breaks and missing days */
	int64_t breaks, total;		/* the break in hand, all breaks: days that exist */
};

struct marker {
	struct ratio fixed_mark;	/* where the mark does not change */
	struct ratio sum;		/* of what lies before the place where it is */
	struct scope *sc;
	const struct terms_outcome *outcome;
	const struct steps *steps;
	int64_t times;		/* how often the sum must hold the mark: a mean without its window */
	size_t at;			/* where it is: a step; of windows a cell */
	/* windows: all periods, and with which of them the sum begins */
	struct cell *cells;
	size_t cell_count, base, unknown;
	/* runs: the one in hand, and how far it has come */
	size_t run_at;
	struct step run_step;
	struct running run;
	int32_t restart, min_day;
	int32_t first;			/* day that counts, in the sum; NEVER for none */
	bool optimistic;
	bool any_window, any_gap;	/* relaxed */
	bool fixed, fixed_known;
	bool never;		/* the mark that was read last is never met; else it may be, if unknown */
	bool in_hand;			/* the cell where it is is in the sum */
	bool before, runs;		/* did the day before hold? Is there a run in hand? */
};

static bool
fits(struct marker *m, bool ok)
{
	if (!ok)
		run_fail(m->sc->run, RC_RANGE, "terms %s: the sum does not fit 128 bits",
			 m->outcome->pointer);
	return ok;
}

/* The mark on a period's last day; false where it is unknown. */
static bool
mark_on(struct marker *m, const struct step *step, struct ratio *ret)
{
	const struct terms_calendar *c = m->outcome->per;
	struct scope in = *m->sc;
	struct ordinals *basis = in.run->basis;
	struct xval to;
	bool known;

	if (m->fixed) {
		*ret = m->fixed_mark;
		return m->fixed_known;
	}
	scope_go(&in, step->end);
	in.has_period = true;
	in.calendar = c;
	in.period = (struct period){ step->start, step->end, step->index,
				     calendar_days(&in, c, step->start, step->end) };
	in.period_base = 1;
	in.run->basis = NULL;
	to = x_eval(&in, m->outcome->to);
	m->never = to.kind == X_NEVER;
	known = x_ratio(to, ret) &&
		fits(m, ratio_mul(*ret, ratio_integer(m->times), ret));
	in.run->basis = basis;
	if (x_shape(in.version, m->outcome->to) <= SHAPE_CONSTANT) {
		m->fixed = true;
		m->fixed_known = known;
		m->fixed_mark = *ret;
	}
	return known;
}

/* What is left of a step behind `restart`; false for nothing. */
static bool
trim(const struct marker *m, const struct step *step, struct step *ret)
{
	*ret = *step;
	if (step->start >= m->restart)
		return true;
	if (step->end < m->restart || step->count == 1)
		return false;
	ret->count -= m->restart - step->start;
	ret->index += m->restart - step->start;
	ret->start = m->restart;
	return true;
}

static struct ratio
step_number(const struct marker *m, const struct step *step, struct ratio mark)
{
	if (!step->unknown)
		return step->number;
	if (!m->optimistic)
		return ratio_integer(0);
	return m->outcome->count->type == TYPE_TRUTH ? ratio_integer(1) : mark;
}

/* The `k`th period (1..) of a step. */
static void
set_reach(const struct step *step, int32_t k, int32_t first, struct reach *ret)
{
	bool days = step->count > 1;

	*ret = (struct reach){ .first = first, .fails = QUALIFIER_MAX };
	ret->achieved = days ? step->start + k - 1 : step->end;
	ret->period_start = days ? ret->achieved : step->start;
	if (first == NEVER)		/* a mark of 0 or less needs none that counts */
		ret->first = ret->period_start;
}

/* The first period of the step that ends on or after min_day; 0 for none. */
static int32_t
first_allowed(const struct marker *m, const struct step *step, int32_t from)
{
	int32_t k = from;

	if (step->end < m->min_day)
		return 0;
	if (step->count > 1 && m->min_day > step->start && m->min_day - step->start + 1 > k)
		k = m->min_day - step->start + 1;
	return k <= step->count ? k : 0;
}

/* How many periods of `number` each it takes from `sum` to `mark`. */
static bool
periods_needed(struct marker *m, struct ratio sum, struct ratio mark, struct ratio number,
	       int64_t *ret)
{
	struct ratio missing, n;

	if (!fits(m, ratio_sub(mark, sum, &missing) && ratio_div(missing, number, &n)))
		return false;
	if (!ratio_round(n, ROUNDING_UP, 1, ret))
		*ret = INT32_MAX;
	if (*ret < 1)
		*ret = 1;
	return true;
}

/* With the first `k` periods of a step, whose number may be below 0. */
static bool
sum_holds(struct marker *m, struct ratio number, int32_t k, struct ratio mark)
{
	struct ratio sum;

	return fits(m, ratio_mul(number, ratio_integer(k), &sum) && ratio_add(m->sum, sum, &sum)) &&
	       ratio_compare(sum, mark) >= 0;
}

/* From the step on at which it last ended: none before it holds the mark on later days. */
static bool
mark_sum(struct marker *m, struct reach *ret)
{
	struct ratio mark, part;

	for (; m->at < m->steps->count && m->sc->run->rc == RC_OK; m->at++) {
		struct step step;
		struct ratio number;
		int64_t need = 1;
		int32_t k, first;
		bool known;

		if (!trim(m, &m->steps->items[m->at], &step))
			continue;
		known = mark_on(m, &step, &mark);
		if (!known)
			mark = ratio_integer(0);
		number = step_number(m, &step, mark);
		first = ratio_sign(number) > 0 && m->first == NEVER ? step.start : m->first;
		if (known && ratio_compare(m->sum, mark) < 0 && ratio_sign(number) > 0 &&
		    !periods_needed(m, m->sum, mark, number, &need))
			return false;
		if (known ? need <= step.count : m->optimistic && !m->never) {
			k = first_allowed(m, &step, (int32_t)need);
			if (k > 0 && (!known || sum_holds(m, number, k, mark))) {
				set_reach(&step, k, first, ret);
				return true;
			}
		}
		m->first = first;
		if (!fits(m, ratio_mul(number, ratio_integer(step.count), &part) &&
			     ratio_add(m->sum, part, &m->sum)))
			return false;
	}
	return false;
}

/* ---- windows ---- */

struct cell {
	struct step step;		/* of one period */
	struct ratio number;
};

/* All periods, each by itself. */
static void
expand(struct marker *m)
{
	size_t total = 0;
	struct ratio mark;

	for (size_t i = 0; i < m->steps->count; i++)
		total += (size_t)m->steps->items[i].count;
	m->cells = arena_array(m->sc->run->scratch, total + 1, sizeof(*m->cells));
	for (size_t i = 0; i < m->steps->count; i++) {
		const struct step *step = &m->steps->items[i];

		if (!step->unknown || !mark_on(m, step, &mark))
			mark = ratio_integer(0);
		for (int32_t k = 0; k < step->count; k++) {
			struct step one = *step;

			if (step->count > 1)
				one.start = one.end = step->start + k;
			one.count = 1;
			one.index = step->index + k;
			m->cells[m->cell_count].number = step_number(m, step, mark);
			m->cells[m->cell_count++].step = one;
		}
	}
}

static int32_t
first_counted(const struct cell *cells, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (ratio_sign(cells[i].number) > 0)
			return cells[i].step.start;
	return cells[to].step.start;
}

/* Takes the next period into the sum, and out of it the one that leaves the window. */
static bool
window_moves(struct marker *m, size_t width)
{
	const struct cell *c = &m->cells[m->at];

	if (!fits(m, ratio_add(m->sum, c->number, &m->sum)))
		return false;
	m->unknown += c->step.unknown;
	if (m->at - m->base < width)
		return true;
	c -= width;
	m->unknown -= c->step.unknown;
	return fits(m, ratio_sub(m->sum, c->number, &m->sum));
}

/* Does the window that ends with the period in hand hold the mark? */
static bool
window_holds(struct marker *m, size_t width, bool mean)
{
	struct ratio mark, wanted;
	bool known;

	if (mean && (m->at + 1 - m->base < width || (m->unknown > 0 && !m->optimistic)))
		return false;
	known = mark_on(m, &m->cells[m->at].step, &mark);
	if (!known)
		return m->optimistic && !m->never;
	wanted = mark;
	if (mean && !fits(m, ratio_mul(mark, ratio_integer((int64_t)width), &wanted)))
		return false;
	return ratio_compare(m->sum, wanted) >= 0;
}

static bool
mark_window(struct marker *m, size_t width, bool mean, struct reach *ret)
{
	if (m->cells == NULL)
		expand(m);
	while (m->at < m->cell_count && m->cells[m->at].step.start < m->restart)
		m->base = ++m->at;
	for (; m->at < m->cell_count && m->sc->run->rc == RC_OK; m->at++) {
		const struct step *step = &m->cells[m->at].step;

		if (!m->in_hand && !window_moves(m, width))
			return false;
		m->in_hand = false;
		if (step->end < m->min_day || !window_holds(m, width, mean))
			continue;
		set_reach(step, 1, first_counted(m->cells, m->at - m->base >= width
						 ? m->at + 1 - width : m->base, m->at), ret);
		m->in_hand = true;
		return true;
	}
	return false;
}

/* ---- runs ---- */

static bool
holds(const struct marker *m, const struct step *step)
{
	return step->unknown ? m->optimistic : ratio_sign(step->number) > 0;
}

/* First day of a holding step on which the run is long enough; 0 for none. */
static int32_t
run_reaches(const struct marker *m, const struct running *run, const struct step *step)
{
	int32_t missing = (step->start - run->start) - (step->index - run->index);
	int64_t end = (int64_t)run->end + missing;
	int32_t k;

	if (m->outcome->gap_stands)
		end += run->total;
	if (end > step->end)
		return 0;
	k = end < step->start ? 1 : (int32_t)(end - step->start) + 1;
	return first_allowed(m, step, k);
}

static bool
run_begins(struct marker *m, const struct step *first)
{
	m->run = (struct running){ .start = first->start, .index = first->index };
	m->run_at = m->at;
	m->run_step = *first;
	if (!unit_add(first->start, m->outcome->unit, m->outcome->n, &m->run.end))
		return false;
	m->run.end--;
	return true;
}

/* From the step on at which it last was long enough. */
static bool
run_goes_on(struct marker *m, struct reach *ret)
{
	struct running *run = &m->run;
	int32_t k;

	for (;;) {
		const struct step *step = &m->run_step;

		if (holds(m, step)) {
			run->breaks = 0;
			k = run_reaches(m, run, step);
			if (k > 0) {
				set_reach(step, k, run->start, ret);
				if (step->count == 1)
					ret->achieved = step->end;
				return true;
			}
		} else {
			run->breaks += step->count;
			run->total += step->count;
			if (!m->any_gap && (run->breaks > m->outcome->gap_each ||
					    run->total > m->outcome->gap_total))
				return false;
		}
		if (++m->run_at >= m->steps->count)
			return false;
		m->run_step = m->steps->items[m->run_at];
	}
}

static bool
mark_run(struct marker *m, struct reach *ret)
{
	for (; m->at < m->steps->count; m->at++) {
		struct step step;

		if (!trim(m, &m->steps->items[m->at], &step))
			continue;
		if (!m->runs)
			m->runs = holds(m, &step) && !m->before && run_begins(m, &step);
		if (m->runs && run_goes_on(m, ret))
			return true;
		m->runs = false;
		m->before = holds(m, &step);
	}
	return false;
}

/* ---- */

struct marker *
mark_begin(struct scope *sc, const struct terms_outcome *o, const struct steps *steps,
	   unsigned relaxed, bool optimistic)
{
	struct marker *m = arena_alloc(sc->run->scratch, sizeof(*m));

	*m = (struct marker){ .sc = sc, .outcome = o, .steps = steps, .optimistic = optimistic,
			      .restart = INT32_MIN, .times = 1, .sum = ratio_integer(0),
			      .first = NEVER };
	m->any_window = (relaxed & (1u << QUALIFIER_WINDOW)) != 0;
	m->any_gap = (relaxed & (1u << QUALIFIER_GAP)) != 0;
	if (o->reach == REACH_MEAN && m->any_window)
		m->times = o->of;
	return m;
}

void
mark_restart(struct marker *m, int32_t day)
{
	m->restart = day;
	m->sum = ratio_integer(0);
	m->first = NEVER;
	m->base = m->at;
	m->unknown = 0;
	m->in_hand = m->before = false;
	if (m->runs)
		m->at = m->run_at;
	m->runs = false;
}

bool
mark_next(struct marker *m, int32_t min_day, struct reach *ret)
{
	const struct terms_outcome *o = m->outcome;

	m->min_day = min_day;
	if (o->reach == REACH_RUN)
		return mark_run(m, ret);
	if ((o->of > 0 || o->reach == REACH_MEAN) && !m->any_window)
		return mark_window(m, (size_t)o->of, o->reach == REACH_MEAN, ret);
	return mark_sum(m, ret);
}
