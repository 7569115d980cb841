/* payment.c - an outcome or a period times its price: entitlements before limits.
 *
 * A unit's entitlements depend on its facts alone and never on the statement's
 * `through`: they are found once, up to the last day that can count, and each
 * says from which day it counts. */
#include "item.h"

#include <string.h>

#include "calendar.h"
#include "date.h"
#include "expression.h"
#include "fact.h"
#include "outcome.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settled.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

#define LAST_PERIOD_DAYS 366	/* the last statement may be through a day behind `final` */

struct walk {
	struct run *run;
	struct unit *unit;
	struct scope scope;		/* of the subject */
	uint32_t version;
	item_fn *fn;
	void *arg;
};

struct scope
subject_scope(struct run *r, struct unit *u, uint32_t version, const struct enrolment *en)
{
	struct scope sc = { .run = r, .unit = u, .version = &r->s->versions[version],
			    .enrolment = en };

	sc.day = sc.version->terms->settlement.final.days;
	return sc;
}

void
scope_go(struct scope *sc, int32_t day)
{
	sc->day = day;
	sc->ahead = day > sc->run->through;
}

/* ---- which version governs ---- */

static bool
version_fits(const struct version *v, int32_t start, int32_t achieved)
{
	switch (v->terms->applies) {
	case APPLIES_ALL:
		return true;
	case APPLIES_ENROLLED:
		return start >= v->said.from.days;
	case APPLIES_ACHIEVED:
		return achieved >= v->said.from.days;
	}
	return false;
}

/* The last version that fits; one that keeps what is settled passes over settled keys. */
uint32_t
item_governing(const struct run *r, const struct item *it)
{
	const struct key_row *key;

	if (r->version_count == 1)
		return 0;
	key = settled_key_of_item(r->s, it);
	for (uint32_t i = (uint32_t)r->version_count; i-- > 1;) {
		const struct version *v = &r->s->versions[i];

		if (!version_fits(v, it->start, it->achieved))
			continue;
		if (!v->terms->reprice && key != NULL && settled_key_before(r->s, key, v->said.seq))
			continue;
		return i;
	}
	return 0;
}

/* ---- amounts ---- */

static bool
when_holds(struct scope *sc, const struct terms_payment *p, struct item *it)
{
	struct xval v = p->when == NULL ? x_truth(true) : x_eval(sc, p->when);

	if (v.kind == X_TRUTH)
		return v.truth;
	it->pending = true;
	return true;
}

static void
set_amount(struct scope *sc, const struct terms_payment *p, struct item *it)
{
	struct xval v;
	struct ratio price;

	if (it->pending || it->fails != QUALIFIER_MAX)
		return;
	v = x_eval(sc, p->price);
	if (!x_ratio(v, &price)) {
		it->pending = true;
		return;
	}
	if (!ratio_round(price, p->round, p->round_multiple, &it->amount)) {
		char day[DATE_TEXT];

		date_format((struct date){ it->achieved }, day);
		run_fail(sc->run, RC_RANGE, "terms %s: the price on %s is beyond every amount",
			 p->pointer, day);
	}
}

/* A weight that is unknown or below zero leaves the entitlement pending. */
static bool
weights_known(struct scope *sc, const struct terms_share *share)
{
	for (size_t i = 0; i < share->tranche_count; i++) {
		const struct terms_tranche *t = &share->tranches[i];
		bool zero = true;

		for (size_t k = 0; k < t->part_count; k++) {
			struct ratio weight;

			if (!x_ratio(x_eval(sc, t->parts[k].weight), &weight) ||
			    ratio_sign(weight) < 0)
				return false;
			zero = zero && ratio_sign(weight) == 0;
		}
		if (zero && share->none == NULL)
			return false;
	}
	return true;
}

static void
set_counts(struct scope *sc, const struct terms_payment *p, struct item *it)
{
	struct xval v;

	it->counts = it->achieved;
	it->held_until = INT32_MIN;
	if (p->held) {
		v = x_eval(sc, p->hold_until);
		it->held_until = v.kind == X_DATE ? v.day : NEVER;
	}
	if (p->due == NULL)
		return;
	v = x_eval(sc, p->due);
	if (v.kind != X_DATE)
		it->pending = true;
	else if (v.day > it->counts)
		it->counts = v.day;
}

/* What started windows earn is each payment's to say. */
static bool
survives_end(const struct run *r, const struct terms_payment *p, const struct item *it)
{
	if (r->terminated == NEVER)
		return true;
	if (p->ended == ENDED_STARTED)
		return it->first <= r->terminated;
	return (p->what == FOR_PERIODS ? it->period.end : it->achieved) <= r->terminated;
}

static void
give(struct walk *w, struct scope *sc, struct item *it)
{
	const struct terms_payment *p = it->payment;

	it->version = w->version;
	it->owner = w->unit->owner;
	it->enrolment = sc->enrolment == NULL ? NONE : sc->enrolment->chain->root_index;
	it->start = sc->enrolment != NULL ? sc->enrolment->start
					  : subject_start(sc, SUBJECT_PERSON);
	if (!survives_end(w->run, p, it) || item_governing(w->run, it) != w->version)
		return;
	if (it->fails == QUALIFIER_MAX && !when_holds(sc, p, it))
		return;
	set_counts(sc, p, it);
	set_amount(sc, p, it);
	if (!it->pending && it->fails == QUALIFIER_MAX &&
	    (!weights_known(sc, p->from_share) || !weights_known(sc, p->to_share))) {
		it->pending = true;
		it->amount = 0;
	}
	w->fn(w->arg, sc, it);
}

/* ---- for outcomes ---- */

static struct item
outcome_item(struct walk *w, const struct terms_payment *p, const struct terms_outcome *o,
	     const struct reach *r)
{
	struct item it = { .payment = p, .outcome = o, .achieved = r->achieved, .first = r->first,
			   .index = r->index, .fails = r->fails };

	it.period = (struct period){ r->period_start, r->achieved, 1,
				     r->achieved - r->period_start + 1 };
	it.period_base = 1;
	outcome_occurrence(&w->scope, o, r, it.occurrence);
	return it;
}

static void
give_outcome(struct walk *w, const struct terms_payment *p, const struct terms_outcome *o)
{
	const struct reaches *list = outcome_reaches(&w->scope, o, 0, false);
	struct reach candidate;
	bool given = false;
	struct item it;
	struct scope sc;

	for (size_t i = 0; list != NULL && i < list->count; i++) {
		const struct reach *r = &list->items[i];

		if (r->fails != QUALIFIER_MAX && (o->show & (1u << r->fails)) == 0)
			continue;
		given = true;
		it = outcome_item(w, p, o, r);
		sc = outcome_scope(&w->scope, o, r);
		give(w, &sc, &it);
	}
	if (list != NULL && !given && o->show != 0 &&
	    outcome_candidate(&w->scope, o, &candidate)) {
		it = outcome_item(w, p, o, &candidate);
		sc = outcome_scope(&w->scope, o, &candidate);
		give(w, &sc, &it);
	}
}

/* ---- for periods ---- */

static int32_t
due_day(const struct terms_payment *p, const struct period *period)
{
	return p->due_start ? period->start : period->end;
}

static struct scope
period_scope(const struct scope *sc, const struct terms_payment *p, const struct period *period,
	     int32_t base)
{
	struct scope in = *sc;

	scope_go(&in, due_day(p, period));
	in.has_period = true;
	in.calendar = p->each;
	in.period = *period;
	in.period_base = base;
	return in;
}

static bool
day_or(struct scope *sc, const struct terms_x *x, int32_t otherwise, int32_t *ret)
{
	struct xval v;

	*ret = otherwise;
	if (x == NULL)
		return true;
	v = x_eval(sc, x);
	*ret = v.kind == X_DATE ? v.day : NEVER;
	return v.kind == X_DATE;
}

static void
give_period(struct walk *w, const struct terms_payment *p, const struct period *period,
	    int32_t base)
{
	struct scope sc = period_scope(&w->scope, p, period, base);
	struct item it = { .payment = p, .achieved = sc.day, .first = period->start,
			   .period = *period, .period_base = base,
			   .index = period->index - base + 1, .fails = QUALIFIER_MAX };
	struct xval member = x_truth(true);

	if (p->group != NULL)
		member = group_member(&sc, p->group);
	if (member.kind == X_TRUTH && !member.truth)
		return;
	if (member.kind != X_TRUTH)
		it.pending = true;
	period_label(&sc, p->each, period, it.occurrence);
	give(w, &sc, &it);
}

/* The first period whose due day lies on or after `from`. */
static bool
first_due(struct walk *w, const struct terms_payment *p, int32_t from, struct period *ret)
{
	struct scope *sc = &w->scope;

	if (p->due_start)
		return period_from(sc, p->each, from, ret);
	if (!period_holding(sc, p->each, from, ret))
		return period_from(sc, p->each, from, ret);
	/* where its last days do not exist, the period ends before */
	return due_day(p, ret) >= from || period_next(sc, p->each, ret, ret);
}

static void
give_periods(struct walk *w, const struct terms_payment *p)
{
	const struct terms_settlement *t = &w->scope.version->terms->settlement;
	struct period period;
	int32_t from, until, last, before = 0;

	if (!day_or(&w->scope, p->from, t->from.days, &from) || from == NEVER ||
	    !day_or(&w->scope, p->until, t->outcome_until.days, &until))
		return;
	if (until > t->final.days + LAST_PERIOD_DAYS)
		until = t->final.days + LAST_PERIOD_DAYS;
	last = until;
	if (w->unit->kind != OWNER_PERSON && until > w->run->through)
		until = w->run->through;	/* read again with every statement */
	if (!first_due(w, p, from, &period))
		return;
	while (due_day(p, &period) <= until && w->run->rc == RC_OK) {
		/* counted by those that there are: a calendar numbers those without a day too */
		give_period(w, p, &period, period.index - before++);
		if (!period_next(&w->scope, p->each, &period, &period))
			return;
	}
	if (due_day(p, &period) <= last)
		run_turns(w->run, due_day(p, &period));	/* by then who reads these has more to read */
}

/* ---- a unit ---- */

bool
scope_is_site(const struct scope *sc)
{
	const struct settlement *s = sc->run->s;

	return sc->unit->kind == OWNER_SITE && sc->unit->owner != NONE &&
	       terms_has_site(sc->version->terms,
			      name_text(&s->names, owner_site(owner_at(s, sc->unit->owner))));
}

static bool
subject_fits(enum terms_subject subject, const struct walk *w)
{
	switch (subject) {
	case SUBJECT_ENROLMENT:
		return w->scope.enrolment != NULL;
	case SUBJECT_PERSON:
		return w->unit->kind == OWNER_PERSON && w->scope.enrolment == NULL;
	case SUBJECT_SITE:
		return scope_is_site(&w->scope);
	case SUBJECT_CONTRACT:
		return w->unit->kind == OWNER_CONTRACT;
	}
	return false;
}

static bool
is_asked(const struct terms_payment *p, const struct terms_payment *const *of, size_t of_count)
{
	if (of == NULL)
		return true;
	for (size_t i = 0; i < of_count; i++)
		if (of[i] == p || strcmp(of[i]->name, p->name) == 0)
			return true;
	return false;
}

static void
walk_subject(struct walk *w, const struct terms_payment *const *of, size_t of_count)
{
	const struct terms *t = w->scope.version->terms;

	for (size_t i = 0; i < t->payment_count && w->run->rc == RC_OK; i++) {
		const struct terms_payment *p = &t->payments[i];

		if (!is_asked(p, of, of_count))
			continue;
		if (p->what == FOR_PERIODS) {
			if (subject_fits(p->subject, w))
				give_periods(w, p);
			continue;
		}
		for (size_t k = 0; k < p->outcome_count; k++)
			if (subject_fits(p->outcomes[k]->subject, w))
				give_outcome(w, p, p->outcomes[k]);
	}
}

void
items_of_unit(struct run *r, struct unit *u, item_fn *fn, void *arg,
	      const struct terms_payment *const *of, size_t of_count)
{
	struct walk w = { .run = r, .unit = u, .fn = fn, .arg = arg };

	for (uint32_t v = 0; v < r->version_count && r->rc == RC_OK; v++) {
		w.version = v;
		w.scope = subject_scope(r, u, v, NULL);
		walk_subject(&w, of, of_count);
		for (size_t i = 0; i < u->enrolment_count; i++) {
			const struct version *ver = &r->s->versions[v];

			if (ver->terms->applies == APPLIES_ENROLLED &&
			    u->enrolments[i].start < ver->said.from.days)
				continue;
			w.scope = subject_scope(r, u, v, &u->enrolments[i]);
			walk_subject(&w, of, of_count);
		}
	}
}

/* They stand by their first day. */
static const struct enrolment *
enrolment_of(const struct unit *u, const struct item *it)
{
	size_t low = 0, high = u->enrolment_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (u->enrolments[middle].start < it->start)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < u->enrolment_count && u->enrolments[low].start == it->start; low++)
		if (u->enrolments[low].chain->root_index == it->enrolment)
			return &u->enrolments[low];
	for (size_t i = 0; it->enrolment != NONE && i < u->enrolment_count; i++)
		if (u->enrolments[i].chain->root_index == it->enrolment)
			return &u->enrolments[i];
	return NULL;
}

struct scope
item_scope(struct run *r, struct unit *u, const struct item *it)
{
	const struct enrolment *en = enrolment_of(u, it);
	struct reach at = { .first = it->first, .achieved = it->achieved,
			    .index = (uint32_t)it->index, .period_start = it->period.start,
			    .fails = it->fails };
	struct scope sc;

	sc = subject_scope(r, u, it->version, en);
	if (it->outcome == NULL)
		return period_scope(&sc, it->payment, &it->period, it->period_base);
	return outcome_scope(&sc, it->outcome, &at);
}

/* Collects into run->basis what the item rests on. */
void
item_basis(struct scope *sc, const struct item *it)
{
	struct reach at = { .first = it->first, .achieved = it->achieved,
			    .index = (uint32_t)it->index, .period_start = it->period.start,
			    .fails = it->fails };
	struct scope in = *sc;

	if (it->fails != QUALIFIER_MAX && it->outcome != NULL)
		in.relaxed = it->outcome->show & (1u << QUALIFIER_PROOF);
	if (it->outcome != NULL)
		outcome_basis(&in, it->outcome, &at);
	else if (it->payment->group != NULL)
		(void)group_member(sc, it->payment->group);
	if (it->payment->when != NULL)
		(void)x_eval(sc, it->payment->when);
	if (it->fails == QUALIFIER_MAX && !it->pending)
		(void)x_eval(sc, it->payment->price);
}
