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

struct marker {
	struct scope *sc;
	const struct terms_outcome *outcome;
	const struct steps *steps;
	bool optimistic;
	int32_t restart, min_day;
	int64_t times;		/* how often the sum must hold the mark: a mean without its window */
	bool fixed;		/* the mark does not change */
	bool fixed_known;
	struct ratio fixed_mark;
	bool never;		/* the mark that was read last is never met; else it may be, if unknown */
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
	in.day = step->end;
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
	ret->period_index = step->index + k - 1;
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

static bool
mark_sum(struct marker *m, struct reach *ret)
{
	struct ratio sum = ratio_integer(0), mark, part;
	int32_t first = NEVER;

	for (size_t i = 0; i < m->steps->count && m->sc->run->rc == RC_OK; i++) {
		struct step step;
		struct ratio number;
		int64_t need = 1;
		int32_t k;
		bool known;

		if (!trim(m, &m->steps->items[i], &step))
			continue;
		known = mark_on(m, &step, &mark);
		if (!known)
			mark = ratio_integer(0);
		number = step_number(m, &step, mark);
		if (ratio_sign(number) > 0 && first == NEVER)
			first = step.start;
		if (known && ratio_compare(sum, mark) < 0 && ratio_sign(number) > 0 &&
		    !periods_needed(m, sum, mark, number, &need))
			return false;
		if (known ? need <= step.count &&
				    (ratio_compare(sum, mark) >= 0 || ratio_sign(number) > 0)
			  : m->optimistic && !m->never) {
			k = first_allowed(m, &step, (int32_t)need);
			if (k > 0) {
				set_reach(&step, k, first == NEVER ? step.start : first, ret);
				return true;
			}
		}
		if (!fits(m, ratio_mul(number, ratio_integer(step.count), &part) &&
			     ratio_add(sum, part, &sum)))
			return false;
	}
	return false;
}

/* ---- windows ---- */

struct cell {
	struct step step;		/* of one period */
	struct ratio number;
};

static size_t
expand(struct marker *m, struct cell **ret)
{
	size_t n = 0, total = 0;
	struct ratio mark;

	for (size_t i = 0; i < m->steps->count; i++)
		total += (size_t)m->steps->items[i].count;
	*ret = arena_array(m->sc->run->scratch, total + 1, sizeof(**ret));
	for (size_t i = 0; i < m->steps->count; i++) {
		struct step step;

		if (!trim(m, &m->steps->items[i], &step))
			continue;
		if (!step.unknown || !mark_on(m, &step, &mark))
			mark = ratio_integer(0);
		for (int32_t k = 0; k < step.count; k++) {
			struct step one = step;

			if (step.count > 1)
				one.start = one.end = step.start + k;
			one.count = 1;
			one.index = step.index + k;
			(*ret)[n].number = step_number(m, &step, mark);
			(*ret)[n++].step = one;
		}
	}
	return n;
}

static int32_t
first_counted(const struct cell *cells, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (ratio_sign(cells[i].number) > 0)
			return cells[i].step.start;
	return cells[to].step.start;
}

static bool
mark_window(struct marker *m, size_t width, bool mean, struct reach *ret)
{
	struct ratio sum = ratio_integer(0), mark, wanted;
	size_t unknown = 0, n;
	struct cell *cells;

	n = expand(m, &cells);
	for (size_t i = 0; i < n && m->sc->run->rc == RC_OK; i++) {
		bool known;

		if (!fits(m, ratio_add(sum, cells[i].number, &sum)))
			return false;
		unknown += cells[i].step.unknown;
		if (i >= width) {
			if (!fits(m, ratio_sub(sum, cells[i - width].number, &sum)))
				return false;
			unknown -= cells[i - width].step.unknown;
		}
		if (cells[i].step.end < m->min_day || (mean && i + 1 < width))
			continue;
		if (mean && unknown > 0 && !m->optimistic)
			continue;
		known = mark_on(m, &cells[i].step, &mark);
		if (!known && (!m->optimistic || m->never))
			continue;
		wanted = mark;
		if (known && mean &&
		    !fits(m, ratio_mul(mark, ratio_integer((int64_t)width), &wanted)))
			return false;
		if (known && ratio_compare(sum, wanted) < 0)
			continue;
		set_reach(&cells[i].step, 1,
			  first_counted(cells, i + 1 > width ? i + 1 - width : 0, i), ret);
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

struct running {
	int32_t start, index;		/* its first day */
	int32_t end;			/* the mark, without breaks and missing days */
	int64_t breaks, total;		/* the break in hand, all breaks: days that exist */
};

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
run_from(struct marker *m, size_t at, const struct step *first, bool any_gap, struct reach *ret)
{
	struct running run = { .start = first->start, .index = first->index };
	struct step step = *first;
	int32_t k;

	if (!unit_add(first->start, m->outcome->unit, m->outcome->n, &run.end))
		return false;
	run.end--;
	for (;;) {
		if (holds(m, &step)) {
			run.breaks = 0;
			k = run_reaches(m, &run, &step);
			if (k > 0) {
				set_reach(&step, k, run.start, ret);
				if (step.count == 1)
					ret->achieved = step.end;
				return true;
			}
		} else {
			run.breaks += step.count;
			run.total += step.count;
			if (!any_gap && (run.breaks > m->outcome->gap_each ||
					 run.total > m->outcome->gap_total))
				return false;
		}
		if (++at >= m->steps->count)
			return false;
		step = m->steps->items[at];
	}
}

static bool
mark_run(struct marker *m, bool any_gap, struct reach *ret)
{
	bool before = false;	/* did the day before hold? */

	for (size_t i = 0; i < m->steps->count; i++) {
		struct step step;

		if (!trim(m, &m->steps->items[i], &step))
			continue;
		if (holds(m, &step) && !before && run_from(m, i, &step, any_gap, ret))
			return true;
		before = holds(m, &step);
	}
	return false;
}

bool
mark_next(struct scope *sc, const struct terms_outcome *o, const struct steps *steps,
	  unsigned relaxed, bool optimistic, int32_t restart, int32_t min_day, struct reach *ret)
{
	struct marker m = { .sc = sc, .outcome = o, .steps = steps, .optimistic = optimistic,
			    .restart = restart, .min_day = min_day, .times = 1 };
	bool wide = (relaxed & (1u << QUALIFIER_WINDOW)) != 0;

	if (o->reach == REACH_RUN)
		return mark_run(&m, (relaxed & (1u << QUALIFIER_GAP)) != 0, ret);
	if (o->reach == REACH_MEAN && !wide)
		return mark_window(&m, (size_t)o->of, true, ret);
	if (o->reach == REACH_MEAN)
		m.times = o->of;
	if (o->of > 0 && !wide)
		return mark_window(&m, (size_t)o->of, false, ret);
	return mark_sum(&m, ret);
}
