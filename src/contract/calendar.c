/* calendar.c - how time is cut: periods on the civil grid or numbered from an anchor.
 *
 * A calendar may say that days do not exist (weekdays, holidays, days on which
 * the subject's clock is stopped): on the grid they drop out of their period;
 * an anchored block ends later by them. */
#include "calendar.h"

#include <stdio.h>

#include "arena.h"
#include "date.h"
#include "expression.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

#define SHIFT_MAX 4000000	/* periods: more days than there are in all years */
#define LAST_DAY 2932896	/* 9999-12-31 */
#define WALK_MAX 40000		/* days looked through for one period: over a century */

bool
calendar_gaps(const struct terms_calendar *c)
{
	return c->skip_weekdays != 0 || c->skip_days != NULL || c->stop != NULL;
}

static bool
skips(const struct terms_calendar *c)
{
	return c->skip_weekdays != 0 || c->skip_days != NULL;
}

static bool
is_skipped(struct scope *sc, const struct terms_calendar *c, int32_t day)
{
	struct xval v;

	if ((c->skip_weekdays & (1u << date_weekday((struct date){ day }))) != 0)
		return true;
	if (c->skip_days == NULL)
		return false;
	v = table_value(sc, c->skip_days, NULL, NULL, day);
	return v.kind == X_NUMBER && ratio_compare(v.number, ratio_integer(1)) == 0;
}

bool
day_exists(struct scope *sc, const struct terms_calendar *c, int32_t day)
{
	struct scope inner;

	if (skips(c) && is_skipped(sc, c, day))
		return false;
	if (c->stop == NULL)
		return true;
	inner = *sc;
	scope_go(&inner, day);
	inner.has_period = false;
	return !x_is_true(x_eval(&inner, c->stop));
}

int32_t
calendar_days(struct scope *sc, const struct terms_calendar *c, int32_t start, int32_t end)
{
	int32_t n = 0;

	if (!calendar_gaps(c))
		return end - start + 1;
	for (int32_t d = start; d <= end; d++)
		n += day_exists(sc, c, d);
	return n;
}

/* ---- the grid ---- */

static int
months_of(enum terms_unit_of_time unit)
{
	switch (unit) {
	case TIME_MONTH:
		return 1;
	case TIME_QUARTER:
		return 3;
	case TIME_HALF_YEAR:
		return 6;
	case TIME_YEAR:
		return 12;
	case TIME_DAY:
	case TIME_WEEK:
	case TIME_ISO_WEEK:
		break;
	}
	return 0;
}

static int32_t
month_start(int64_t month)	/* months since year 0 */
{
	struct date d;
	int64_t year = month / 12;

	if (year < 1 || year > 9999 ||
	    !date_from_civil((int)year, (int)(month % 12) + 1, 1, &d))
		return NEVER;
	return d.days;
}

static bool
grid_holding(const struct terms_calendar *c, int32_t day, struct period *ret)
{
	int months = months_of(c->unit), year, month, of_month;
	int64_t number, first;

	if (c->unit == TIME_DAY) {
		*ret = (struct period){ day, day, day, 1 };
		return true;
	}
	if (months == 0) {
		int32_t monday = day - (date_weekday((struct date){ day }) - 1);

		*ret = (struct period){ monday, monday + 6, (monday + 3) / 7, 7 };
		return true;
	}
	date_to_civil((struct date){ day }, &year, &month, &of_month);
	number = ((int64_t)year * 12 + month - 1) / months;
	first = number * months;
	ret->start = month_start(first);
	ret->end = month_start(first + months);
	if (ret->end == NEVER)
		return false;
	ret->end--;
	ret->index = (int32_t)number;
	ret->days = ret->end - ret->start + 1;
	return true;
}

/* ---- blocks from an anchor ---- */

static bool
anchor_of(struct scope *sc, const struct terms_calendar *c, int32_t *ret)
{
	struct scope inner = *sc;
	struct xval v;

	inner.has_period = false;
	v = x_eval(&inner, c->from);
	if (v.kind != X_DATE || v.day == NEVER)
		return false;
	*ret = c->first_counts ? v.day : v.day + 1;
	return true;
}

bool
unit_add(int32_t day, enum terms_unit_of_time unit, int64_t n, int32_t *ret)
{
	int months = months_of(unit);
	struct date d;
	bool ok;

	if (n > SHIFT_MAX || n < -SHIFT_MAX)
		return false;
	if (months > 0)
		ok = date_add_months((struct date){ day }, n * months, &d);
	else
		ok = date_add_days((struct date){ day }, unit == TIME_DAY ? n : 7 * n, &d);
	if (ok)
		*ret = d.days;
	return ok;
}

/* From the first to the last of `wanted` existing days, on or after where it starts. */
static bool
walk_days(struct scope *sc, const struct terms_calendar *c, int64_t wanted, struct period *ret)
{
	int32_t day = ret->start;
	int64_t left = wanted;

	for (int i = 0; i < WALK_MAX; i++, day++) {
		if (!day_exists(sc, c, day))
			continue;
		if (left == wanted)
			ret->start = day;
		if (--left == 0) {
			ret->end = day;
			return true;
		}
	}
	return false;
}

/* Block `k` (1..) of an anchored calendar that begins on `start`; `anchor` is block 1's. */
static bool
block_at(struct scope *sc, const struct terms_calendar *c, int32_t anchor, int32_t start,
	 int32_t k, struct period *ret)
{
	bool gaps = calendar_gaps(c);
	int32_t end;

	ret->start = start;
	ret->index = k;
	if (months_of(c->unit) == 0) {
		int64_t days = c->unit == TIME_DAY ? c->n : 7 * c->n;

		ret->days = (int32_t)days;
		if (gaps)
			return walk_days(sc, c, days, ret);
		ret->end = start + (int32_t)days - 1;
		return true;
	}
	if (!gaps) {
		if (!unit_add(anchor, c->unit, k * c->n, &end))
			return false;
		ret->end = end - 1;
		ret->days = ret->end - start + 1;
		return true;
	}
	if (!unit_add(start, c->unit, c->n, &end))
		return false;
	ret->days = end - start;
	for (int32_t day = start; day < end; day++) {
		if (day - start >= WALK_MAX)
			return false;
		end += !day_exists(sc, c, day);
	}
	ret->end = end - 1;
	return true;
}

/* ---- blocks with gaps are remembered with their subject ---- */

struct block {
	struct period period;		/* end NEVER: there is none, and none behind it */
	int32_t turns, ahead;		/* what this and those before it depend on */
	bool everybody, others;
};

struct blocks {			/* of one calendar from one anchor, as far as they were asked for */
	const struct terms_calendar *calendar;
	const struct version *version;
	int32_t anchor;
	unsigned relaxed;
	struct block *items;
	size_t count, capacity;
	struct blocks *next;
};

/* NULL where every reading counts: of what a line rests on, of what is explained or held. */
static struct blocks *
blocks_of(struct scope *sc, const struct terms_calendar *c, int32_t anchor)
{
	struct memos *memos = scope_memos(sc);
	struct blocks *b = memos->blocks;

	if (!calendar_gaps(c) || sc->run->basis != NULL || sc->run->trace != NULL ||
	    sc->run->s->holding != NULL || sc->fact != NULL || sc->layer_count > 0)
		return NULL;
	while (b != NULL && (b->calendar != c || b->version != sc->version ||
			     b->anchor != anchor || b->relaxed != sc->relaxed))
		b = b->next;
	if (b != NULL)
		return b;
	b = arena_alloc(sc->unit->arena, sizeof(*b));
	*b = (struct blocks){ .calendar = c, .version = sc->version, .anchor = anchor,
			      .relaxed = sc->relaxed, .next = memos->blocks };
	memos->blocks = b;
	return b;
}

static bool
block_follow(struct scope *sc, const struct terms_calendar *c, int32_t anchor,
	     const struct period *p, struct period *ret)
{
	int32_t start = p == NULL ? anchor : p->end + 1;

	if (p != NULL && start > LAST_DAY)
		return false;
	return block_at(sc, c, anchor, start, p == NULL ? 1 : p->index + 1, ret);
}

static void
blocks_add(struct scope *sc, struct blocks *b)
{
	struct run *r = sc->run;
	const struct block *last = b->count == 0 ? NULL : &b->items[b->count - 1];
	bool everybody = r->read_everybody, others = r->read_others;
	int32_t turns = r->turns, ahead = r->ahead;
	struct block one;

	r->turns = last == NULL ? NEVER : last->turns;
	r->ahead = last == NULL ? NEVER : last->ahead;
	r->read_everybody = last != NULL && last->everybody;
	r->read_others = last != NULL && last->others;
	if (!block_follow(sc, b->calendar, b->anchor, last == NULL ? NULL : &last->period,
			  &one.period))
		one.period.end = NEVER;
	one.turns = r->turns;
	one.ahead = r->ahead;
	one.everybody = r->read_everybody;
	one.others = r->read_others;
	r->turns = turns;
	r->ahead = ahead;
	r->read_everybody = everybody;
	r->read_others = others;
	b->items = arena_room(sc->unit->arena, b->items, b->count, &b->capacity, sizeof(*b->items));
	b->items[b->count++] = one;
}

/* Whoever asks depends on what it followed from. */
static bool
blocks_take(struct run *r, const struct block *one, struct period *ret)
{
	run_turns(r, one->turns);
	run_ahead(r, one->ahead);
	r->read_everybody = r->read_everybody || one->everybody;
	r->read_others = r->read_others || one->others;
	if (one->period.end == NEVER)
		return false;
	*ret = one->period;
	return true;
}

/* The first block that ends on or after `day`. */
static bool
blocks_until(struct scope *sc, struct blocks *b, int32_t day, struct period *ret)
{
	size_t low = 0, high;

	while (b->count == 0 || b->items[b->count - 1].period.end < day)
		blocks_add(sc, b);
	for (high = b->count - 1; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (b->items[middle].period.end < day)
			low = middle + 1;
		else
			high = middle;
	}
	return blocks_take(sc->run, &b->items[low], ret);
}

static bool
block_next(struct scope *sc, const struct terms_calendar *c, int32_t anchor,
	   const struct period *p, struct period *ret)
{
	struct blocks *b = blocks_of(sc, c, anchor);
	size_t i = (size_t)p->index;

	if (b == NULL || b->items == NULL || i == 0 || i > b->count ||
	    b->items[i - 1].period.end != p->end)
		return block_follow(sc, c, anchor, p, ret);
	if (i == b->count)
		blocks_add(sc, b);
	return blocks_take(sc->run, &b->items[i], ret);
}

/* A block near `day` without walking, where no day is missing. */
static int32_t
first_guess(const struct terms_calendar *c, int32_t anchor, int32_t day)
{
	int64_t length = months_of(c->unit) == 0 ? (c->unit == TIME_DAY ? 1 : 7) * c->n
						 : 31 * months_of(c->unit) * c->n;
	int64_t k = (day - anchor) / length;

	return k < 1 ? 1 : (int32_t)k;
}

static bool
block_holding(struct scope *sc, const struct terms_calendar *c, int32_t day, struct period *ret)
{
	struct blocks *b;
	int32_t anchor, start, k = 1;
	struct period p;

	if (!anchor_of(sc, c, &anchor) || day < anchor)
		return false;
	b = blocks_of(sc, c, anchor);
	if (b != NULL)
		return blocks_until(sc, b, day, ret);
	start = anchor;
	if (!calendar_gaps(c)) {
		k = first_guess(c, anchor, day);
		if (!unit_add(anchor, c->unit, (k - 1) * c->n, &start))
			return false;
	}
	if (!block_at(sc, c, anchor, start, k, &p))
		return false;
	while (p.end < day)
		if (!block_follow(sc, c, anchor, &p, &p))
			return false;
	*ret = p;
	return true;
}

/* ---- both ---- */

/* From the subject's first day to the day looked at. */
static bool
ever_holding(struct scope *sc, int32_t day, struct period *ret)
{
	int32_t start = subject_start(sc, SUBJECT_PERSON);

	if (start > day)
		start = day;
	*ret = (struct period){ start, day, 1, day - start + 1 };
	return true;
}

/* Days that do not exist drop out: it begins and ends on a day that does. False for none. */
static bool
grid_trim(struct scope *sc, const struct terms_calendar *c, struct period *p)
{
	if (!calendar_gaps(c))
		return true;
	p->days = calendar_days(sc, c, p->start, p->end);
	if (p->days == 0)
		return false;
	while (!day_exists(sc, c, p->start))
		p->start++;
	while (!day_exists(sc, c, p->end))
		p->end--;
	return true;
}

bool
period_holding(struct scope *sc, const struct terms_calendar *c, int32_t day, struct period *ret)
{
	if (day == NEVER || sc->run->rc != RC_OK)
		return false;
	if (c->ever)
		return ever_holding(sc, day, ret);
	if (c->from != NULL)
		return block_holding(sc, c, day, ret);
	return grid_holding(c, day, ret) && grid_trim(sc, c, ret);
}

bool
period_next(struct scope *sc, const struct terms_calendar *c, const struct period *p,
	    struct period *ret)
{
	struct period civil;
	int32_t anchor;

	if (c->ever)
		return false;
	if (c->from != NULL)
		return anchor_of(sc, c, &anchor) && block_next(sc, c, anchor, p, ret);
	if (!grid_holding(c, p->end, &civil))
		return false;
	for (int i = 0; i < WALK_MAX && civil.end < LAST_DAY; i++) {
		if (!grid_holding(c, civil.end + 1, &civil))
			return false;
		*ret = civil;
		if (grid_trim(sc, c, ret))
			return true;
	}
	return false;
}

bool
period_from(struct scope *sc, const struct terms_calendar *c, int32_t day, struct period *ret)
{
	int32_t anchor;
	struct period p;

	if (day == NEVER || c->ever)
		return false;
	if (c->from != NULL) {
		if (!anchor_of(sc, c, &anchor))
			return false;
		if (day < anchor)
			day = anchor;
		if (!block_holding(sc, c, day, ret))
			return false;
		p = *ret;
		return ret->start >= day || period_next(sc, c, &p, ret);
	}
	if (!grid_holding(c, day, &p))
		return false;
	*ret = p;
	return (grid_trim(sc, c, ret) && ret->start >= day) || period_next(sc, c, &p, ret);
}

/* "2018-03-31", "2018-w13", "2018-03", "2018-q1", "2018-h1", "2018"; else the ordinal. */
void
period_label(struct scope *sc, const struct terms_calendar *c, const struct period *p,
	     char ret[LABEL])
{
	int year, month, day, week;

	(void)sc;
	if (c->ever || c->from != NULL) {
		(void)snprintf(ret, LABEL, "%d", p->index);
		return;
	}
	date_to_civil((struct date){ p->start }, &year, &month, &day);
	switch (c->unit) {
	case TIME_DAY:
		(void)snprintf(ret, LABEL, "%04d-%02d-%02d", year, month, day);
		return;
	case TIME_WEEK:
	case TIME_ISO_WEEK:
		date_iso_week((struct date){ p->start }, &year, &week);
		(void)snprintf(ret, LABEL, "%04d-w%02d", year, week);
		return;
	case TIME_MONTH:
		(void)snprintf(ret, LABEL, "%04d-%02d", year, month);
		return;
	case TIME_QUARTER:
		(void)snprintf(ret, LABEL, "%04d-q%d", year, (month + 2) / 3);
		return;
	case TIME_HALF_YEAR:
		(void)snprintf(ret, LABEL, "%04d-h%d", year, (month + 5) / 6);
		return;
	case TIME_YEAR:
		(void)snprintf(ret, LABEL, "%04d", year);
		return;
	}
}

/* `n` periods later, counted from the date itself; where days are skipped, by the others. What
 * stops a clock plays no part. */
bool
calendar_shift(struct scope *sc, const struct terms_calendar *c, int32_t day, int64_t n,
	       int32_t *ret)
{
	int step = n < 0 ? -1 : 1;
	int64_t left;

	if (day == NEVER) {
		*ret = NEVER;
		return true;
	}
	if (n > SHIFT_MAX || n < -SHIFT_MAX)
		return false;
	if (!skips(c) || months_of(c->unit) > 0)
		return unit_add(day, c->unit, n * (c->from != NULL ? c->n : 1), ret);
	left = step * n * (c->unit == TIME_DAY ? 1 : 7) * (c->from != NULL ? c->n : 1);
	for (int i = 0; left > 0; i++) {
		if (i >= WALK_MAX)
			return false;
		day += step;
		left -= !is_skipped(sc, c, day);
	}
	*ret = day;
	return true;
}

/* The largest n with from + n <= to; negative back: then three days are a week less. */
bool
calendar_span(struct scope *sc, const struct terms_calendar *c, int32_t from, int32_t to,
	      int64_t *ret)
{
	int64_t low = to < from ? (int64_t)to - from : 0, high = to < from ? 0 : (int64_t)to - from;

	while (low < high) {
		int64_t mid = low + (high - low + 1) / 2;	/* rounded up, also below 0 */
		int32_t day;

		if (calendar_shift(sc, c, from, mid, &day) && day <= to)
			low = mid;
		else
			high = mid - 1;
	}
	*ret = low;
	return true;
}
