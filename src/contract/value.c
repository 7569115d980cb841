/* value.c - a named number or truth: facts folded over a period, or an expression. */
#include "value.h"

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
#include "trace.h"
#include "xval.h"

/* ---- when silence means that nothing happened ---- */

struct interval {
	int32_t first, last;
	const struct fact *fact;
};

struct interval_set {
	bool read;
	struct interval *items;
	size_t count;
};

static int
interval_order(const void *a, const void *b)
{
	const struct interval *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->last > y->last) - (x->last < y->last);
}

static const struct interval_set *
feeds_of(struct run *r, enum terms_fact kind)
{
	struct unit *u = run_contract_unit(r);
	struct interval_set *set;
	size_t n = 0;

	if (r->feeds == NULL)
		r->feeds = arena_array(r->arena, FACT_NONE + 1, sizeof(*r->feeds));
	set = &r->feeds[kind];
	if (set->read)
		return set;
	set->read = true;
	for (const struct chain *c = u->like[EVENT_FEED_COMPLETED]; c != NULL; c = c->next_like)
		n++;
	set->items = arena_array(r->arena, n + 1, sizeof(*set->items));
	for (const struct chain *c = u->like[EVENT_FEED_COMPLETED]; c != NULL; c = c->next_like) {
		const struct fact *f = chain_head(c);
		struct xval feed;

		if (f == NULL)
			continue;
		feed = fact_field(r->s, f, "feed");
		if (feed.kind == X_WORD && strcmp(feed.word, terms_fact_name(kind)) == 0)
			set->items[set->count++] = (struct interval){ f->from, f->to, f };
	}
	qsort(set->items, set->count, sizeof(*set->items), interval_order);
	return set;
}

/* Is every day from `first` to `last` inside some completed report of this kind? */
static bool
feed_covers(struct run *r, enum terms_fact kind, int32_t first, int32_t last)
{
	const struct interval_set *set = feeds_of(r, kind);

	r->read_others = true;
	for (size_t i = 0; i < set->count && set->items[i].first <= first; i++) {
		if (set->items[i].last < first)
			continue;
		basis_add(r, set->items[i].fact);
		first = set->items[i].last + 1;
		if (first > last)
			return true;
	}
	return false;
}

/* ---- folding ---- */

struct fold {
	int64_t count;
	struct ratio sum, low, high, last;
	bool unknown, broken;		/* broken: out of range */
};

static void
fold_in(struct fold *f, struct ratio number, int64_t times)
{
	struct ratio part;

	if (times <= 0)
		return;
	if (!ratio_mul(number, ratio_integer(times), &part) || !ratio_add(f->sum, part, &f->sum))
		f->broken = true;
	if (f->count == 0 || ratio_compare(number, f->low) < 0)
		f->low = number;
	if (f->count == 0 || ratio_compare(number, f->high) > 0)
		f->high = number;
	f->last = number;
	f->count += times;
}

static struct xval
fold_out(struct scope *sc, const struct terms_value *v, struct fold *f)
{
	struct ratio mean;

	if (f->broken) {
		run_fail(sc->run, RC_RANGE, "terms %s: the sum does not fit 128 bits", v->pointer);
		return x_unknown();
	}
	if (f->unknown)
		return x_unknown();
	switch (v->within) {
	case WITHIN_SUM:
		return x_number(f->sum);
	case WITHIN_MIN:
		return x_number(f->low);
	case WITHIN_MAX:
		return x_number(f->high);
	case WITHIN_LAST:
		return x_number(f->last);
	case WITHIN_MEAN:
		if (f->count == 0)
			return x_integer(0);
		if (ratio_div(f->sum, ratio_integer(f->count), &mean))
			return x_number(mean);
		run_fail(sc->run, RC_RANGE, "terms %s: the mean does not fit 128 bits", v->pointer);
		break;
	}
	return x_unknown();
}

/* What was read for it: its events, and those that `where` asked for. */
static void
use_cover(struct scope *sc, const struct terms_value *v, const struct cover *c)
{
	struct trace *trace = sc->run->trace;
	struct scope in = *sc;

	if (sc->run->basis == NULL)
		return;
	for (size_t i = 0; i < COVER_USES; i++)
		basis_add_chain(sc->run, c->uses[i].chain, c->uses[i].fact);
	if (v->where == NULL)
		return;
	in.fact = c->uses[0].fact;
	in.fact_chain = c->uses[0].chain;
	in.layers = NULL;
	in.layer_count = 0;
	in.has_period = false;
	in.day = c->first;
	sc->run->trace = NULL;
	(void)x_eval(&in, v->where);
	sc->run->trace = trace;
}

/* Does silence from `first` to `last` say that nothing happened? Days that do not exist say
 * nothing. */
static bool
is_silent(struct scope *sc, const struct terms_value *v, int32_t first, int32_t last)
{
	if (!v->silence_unknown)
		return true;
	if (!calendar_gaps(v->per))
		return feed_covers(sc->run, v->of, first, last);
	for (int32_t d = first; d <= last; d++)
		if (day_exists(sc, v->per, d) && !feed_covers(sc->run, v->of, d, d))
			return false;
	return true;
}

/* What the facts that cover `day` carry; `*ret_until` is the last day for which that is so. */
static struct xval
level_on(struct scope *sc, const struct terms_value *v, const struct covers *c, int32_t day,
	 int32_t end, int32_t *ret_until)
{
	struct ratio level = ratio_integer(0);
	bool any = false, unknown = false;

	for (size_t i = covers_from(c, day); i < c->count && c->items[i].first <= end; i++) {
		const struct cover *it = &c->items[i];

		if (it->last < day)
			continue;
		if (it->first > day) {
			if (it->first - 1 < end)
				end = it->first - 1;
			continue;
		}
		if (it->last < end)
			end = it->last;
		use_cover(sc, v, it);
		unknown = unknown || it->unknown;
		if (it->unknown)
			continue;
		if (any && v->overlap_add) {
			if (!ratio_add(level, it->number, &level))
				unknown = true;
		} else if (!any || ratio_compare(it->number, level) > 0) {
			level = it->number;
		}
		any = true;
	}
	*ret_until = end;
	if (unknown)
		return x_unknown();
	if (!any && !is_silent(sc, v, day, end))
		return x_unknown();
	return x_number(level);
}

/* The last existing day of a period, or the day before it. */
static int32_t
last_day(struct scope *sc, const struct terms_calendar *cal, const struct period *p)
{
	int32_t day = p->end;

	while (day >= p->start && !day_exists(sc, cal, day))
		day--;
	return day;
}

/* Facts that cover days: each existing day has a number. */
static struct xval
fold_spans(struct scope *sc, const struct terms_value *v, const struct covers *c,
	   const struct period *p)
{
	struct fold f = { .sum = ratio_integer(0), .low = ratio_integer(0),
			  .high = ratio_integer(0), .last = ratio_integer(0) };
	int32_t day = p->start, until;

	if (v->within == WITHIN_LAST)
		day = last_day(sc, v->per, p);
	if (v->within == WITHIN_LAST || p->start == p->end)
		return level_on(sc, v, c, day, day, &until);
	for (; day <= p->end; day = until + 1) {
		struct xval level = level_on(sc, v, c, day, p->end, &until);
		int64_t days = calendar_days(sc, v->per, day, until);

		if (days == 0)
			continue;
		if (level.kind == X_NUMBER)
			fold_in(&f, level.number, days);
		else
			f.unknown = true;
	}
	return fold_out(sc, v, &f);
}

/* By what the covers before both ends come to; false where each has to be looked at. */
static bool
fold_tallied(const struct terms_value *v, const struct covers *c, size_t from, size_t end,
	     struct fold *f)
{
	const struct tally *before, *all;

	if (c->tallies == NULL || end - from < TALLY_LEAST || c->tallies[end].broken ||
	    (from > 0 && (v->within == WITHIN_MIN || v->within == WITHIN_MAX)))
		return false;
	before = &c->tallies[from];
	all = &c->tallies[end];
	if (!ratio_sub(all->sum, before->sum, &f->sum))
		return false;
	f->count = all->known - before->known;
	f->unknown = all->unknown > before->unknown;
	f->low = all->low;
	f->high = all->high;
	f->last = c->items[end - 1].number;
	return true;
}

static void
fold_each(struct scope *sc, const struct terms_value *v, const struct covers *c, size_t from,
	  size_t end, struct fold *f)
{
	for (size_t i = from; i < end; i++) {
		const struct cover *it = &c->items[i];

		if (!day_exists(sc, v->per, it->first))
			continue;
		if (it->unknown)
			f->unknown = true;
		else
			fold_in(f, it->number, 1);
	}
}

/* Facts that lie on a day: the facts of the period are folded. */
static struct xval
fold_points(struct scope *sc, const struct terms_value *v, const struct covers *c,
	    const struct period *p)
{
	struct fold f = { .sum = ratio_integer(0), .low = ratio_integer(0),
			  .high = ratio_integer(0), .last = ratio_integer(0) };
	size_t from = covers_from(c, p->start);
	size_t end = p->end == NEVER ? c->count : covers_from(c, p->end + 1);

	for (size_t i = from; sc->run->basis != NULL && i < end; i++)
		if (day_exists(sc, v->per, c->items[i].first))
			use_cover(sc, v, &c->items[i]);
	if (!fold_tallied(v, c, from, end, &f))
		fold_each(sc, v, c, from, end, &f);
	if (f.count == 0 && !f.unknown && !is_silent(sc, v, p->start, p->end))
		return x_unknown();
	return fold_out(sc, v, &f);
}

/* ---- whose facts ---- */

/* The scope at the value's own level: the contract's, the site's, or that of whoever asks. */
bool
value_scope(struct scope *sc, const struct terms_value *v, struct scope *ret)
{
	struct xval site;
	struct terms_x name = { .op = OP_REF, .ref = REF_SITE_NAME, .pointer = v->pointer };
	uint32_t owner;

	*ret = *sc;
	if (v->subject_kept)
		return true;
	if (v->subject == SUBJECT_CONTRACT && sc->unit->kind != OWNER_CONTRACT) {
		ret->unit = run_contract(sc->run);
		ret->enrolment = NULL;
		return true;
	}
	if (v->subject == SUBJECT_SITE && sc->unit->kind == OWNER_PERSON) {
		site = x_reference(sc, &name);
		if (site.kind != X_WORD)
			return false;
		owner = site_find(sc->run->s, name_number(&sc->run->s->names, site.word,
							  strlen(site.word)));
		ret->unit = run_site(sc->run, owner);
		ret->enrolment = NULL;
		return true;
	}
	switch (v->subject) {
	case SUBJECT_CONTRACT:
		return sc->unit->kind == OWNER_CONTRACT;
	case SUBJECT_SITE:
		return sc->unit->kind == OWNER_SITE;
	case SUBJECT_ENROLMENT:		/* a person's: the first by date */
		if (ret->enrolment == NULL && sc->unit->enrolment_count > 0)
			ret->enrolment = &sc->unit->enrolments[0];
		return ret->enrolment != NULL;
	case SUBJECT_PERSON:
		ret->enrolment = NULL;
		return sc->unit->kind == OWNER_PERSON;
	}
	return false;
}

static struct xval
read_expression(struct scope *in, const struct terms_value *v)
{
	if (v->per != NULL) {
		if (!period_holding(in, v->per, in->day, &in->period))
			return x_unknown();
		in->has_period = true;
		in->calendar = v->per;
		in->period_base = NO_RANGE;
		in->day = in->period.end;
	}
	return x_eval(in, v->is);
}

/* From the first day of those whose facts they are, or of the first fact if that is earlier. */
static void
widen_ever(struct scope *sc, const struct covers *c, struct period *p)
{
	int32_t start = subject_start(sc, SUBJECT_PERSON);

	if (c->count > 0 && c->items[0].first < start)
		start = c->items[0].first;
	if (start < p->start)
		p->start = start;
	p->days = p->end - p->start + 1;
}

struct xval
value_read(struct scope *sc, const struct terms_value *v)
{
	const struct covers *c;
	struct scope in;
	struct period p;
	struct xval ret;

	if (!value_scope(sc, v, &in))
		return x_unknown();
	if (v->of == FACT_NONE) {
		ret = read_expression(&in, v);
		trace_value(sc, v, NULL, NULL, ret);
		return ret;
	}
	if (!period_holding(&in, v->per, sc->day, &p))
		return x_unknown();
	c = value_covers(&in, v, (sc->relaxed & (1u << QUALIFIER_PROOF)) != 0);
	if (v->per->ever)
		widen_ever(&in, c, &p);
	ret = c->spans ? fold_spans(&in, v, c, &p) : fold_points(&in, v, c, &p);
	trace_value(sc, v, &p, c, ret);
	return ret;
}
