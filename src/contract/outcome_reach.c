/* outcome_reach.c - whose outcome is read, how often a person may reach it, candidates. */
#include "outcome.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "calendar.h"
#include "expression.h"
#include "fact.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

static const struct reaches *
find_memo(const struct memos *memos, const struct terms_outcome *o, unsigned relaxed,
	  bool optimistic)
{
	for (const struct reaches *r = memos->reaches; r != NULL; r = r->next)
		if (r->outcome == o && r->relaxed == relaxed && r->optimistic == optimistic)
			return r;
	return NULL;
}

static int
reach_order(const void *a, const void *b)
{
	const struct reach *x = a, *y = b;

	return (x->achieved > y->achieved) - (x->achieved < y->achieved);
}

static struct scope
plain_scope(const struct scope *sc)
{
	struct scope in = *sc;

	in.relaxed = 0;
	in.has_period = in.has_outcome = false;
	in.fact = NULL;
	in.fact_chain = NULL;
	in.layer_count = 0;
	in.item = NULL;
	return in;
}

/* A subject by itself, from memory or anew. */
const struct reaches *
outcome_alone(struct scope *sc, const struct terms_outcome *o, unsigned relaxed, bool optimistic)
{
	struct scope in = plain_scope(sc);
	const struct reaches *r = find_memo(scope_memos(sc), o, relaxed, optimistic);

	if (r == NULL) {
		r = outcome_find(&in, o, relaxed, optimistic);
	} else if (!r->busy) {
		run_turns(sc->run, r->turns);
		run_ahead(sc->run, r->ahead);
	}
	return r->busy ? NULL : r;
}

/* Counted together with others: kept apart from the lists of each by itself. */
static const struct reaches *
find_together(struct scope *sc, const struct terms_outcome *o, unsigned relaxed, bool optimistic)
{
	const struct reaches *alone = outcome_alone(sc, o, relaxed, optimistic);
	struct reaches *ret;

	if (alone == NULL || alone->count == 0 || o->times_max == NULL || relaxed != 0)
		return alone;
	if (alone->together != NULL)
		return alone->together;
	ret = arena_alloc(sc->unit->arena, sizeof(*ret));
	*ret = *alone;
	ret->items = arena_array(sc->unit->arena, alone->count, sizeof(*ret->items));
	memcpy(ret->items, alone->items, alone->count * sizeof(*ret->items));
	outcome_mark_times(sc, o, ret);
	for (struct reaches *r = scope_memos(sc)->reaches; r != NULL; r = r->next)
		if (r == alone)
			r->together = ret;
	return ret;
}

static const struct reaches *
find_enrolment(struct scope *sc, const struct enrolment *en, const struct terms_outcome *o,
	       unsigned relaxed, bool optimistic)
{
	struct scope in = plain_scope(sc);
	const struct terms_outcome *own = o;

	in.enrolment = en;
	in.version = &sc->run->s->versions[en->version];
	if (in.version != sc->version)
		own = terms_outcome(in.version->terms, o->name);
	return own == NULL ? NULL : find_together(&in, own, relaxed, optimistic);
}

/* A person's enrolments taken together, where no one of them asks. */
static const struct reaches *
find_joint(struct scope *sc, const struct terms_outcome *o, unsigned relaxed, bool optimistic)
{
	struct unit *u = sc->unit;
	struct reaches *ret = arena_alloc(u->arena, sizeof(*ret));
	size_t n = 0;

	for (size_t i = 0; i < u->enrolment_count; i++) {
		const struct reaches *r = find_enrolment(sc, &u->enrolments[i], o, relaxed, optimistic);

		n += r == NULL ? 0 : r->count;
	}
	ret->outcome = o;
	ret->relaxed = relaxed;
	ret->optimistic = optimistic;
	ret->items = arena_array(u->arena, n + 1, sizeof(*ret->items));
	for (size_t i = 0; i < u->enrolment_count; i++) {
		const struct reaches *r = find_enrolment(sc, &u->enrolments[i], o, relaxed, optimistic);

		for (size_t k = 0; r != NULL && k < r->count; k++)
			ret->items[ret->count++] = r->items[k];
	}
	if (ret->count > 1)
		qsort(ret->items, ret->count, sizeof(*ret->items), reach_order);
	return ret;
}

/* The unit whose outcome it is; false where this scope has none. */
static bool
enter_subject(struct scope *sc, const struct terms_outcome *o)
{
	struct terms_x name = { .op = OP_REF, .ref = REF_SITE_NAME, .pointer = o->pointer };
	struct xval site;

	switch (o->subject) {
	case SUBJECT_CONTRACT:
		if (sc->unit->kind != OWNER_CONTRACT) {
			sc->run->read_everybody = true;	/* it may stand on statistics */
			sc->unit = run_contract(sc->run);
		}
		sc->enrolment = NULL;
		return true;
	case SUBJECT_SITE:
		if (sc->unit->kind == OWNER_PERSON) {
			sc->run->read_everybody = true;	/* it may stand on statistics */
			site = x_reference(sc, &name);
			if (site.kind != X_WORD)
				return false;
			sc->unit = run_site(sc->run,
					    site_find(sc->run->s,
						      name_number(&sc->run->s->names, site.word,
								  strlen(site.word))));
		}
		sc->enrolment = NULL;
		return sc->unit->kind == OWNER_SITE;
	case SUBJECT_PERSON:
		sc->enrolment = NULL;
		return sc->unit->kind == OWNER_PERSON;
	case SUBJECT_ENROLMENT:
		return sc->unit->kind == OWNER_PERSON;
	}
	return false;
}

const struct reaches *
outcome_reaches(struct scope *sc, const struct terms_outcome *o, unsigned relaxed, bool optimistic)
{
	struct scope in = plain_scope(sc);

	in.day = sc->day;
	if (!enter_subject(&in, o))
		return NULL;
	if (o->subject == SUBJECT_ENROLMENT && in.enrolment == NULL)
		return find_joint(&in, o, relaxed, optimistic);
	return find_together(&in, o, relaxed, optimistic);
}

static bool
first_relaxed(struct scope *sc, const struct terms_outcome *o, unsigned relaxed, struct reach *ret)
{
	const struct reaches *r = outcome_reaches(sc, o, relaxed, false);

	for (size_t i = 0; r != NULL && i < r->count; i++)
		if (r->items[i].fails == QUALIFIER_MAX && outcome_times_left(sc, o, &r->items[i])) {
			*ret = r->items[i];
			return true;
		}
	return false;
}

/* Of the qualifiers that fail it is the first in their fixed order. */
bool
outcome_candidate(struct scope *sc, const struct terms_outcome *o, struct reach *ret)
{
	unsigned relaxed = o->show & ~(1u << QUALIFIER_TIMES) & ~(1u << QUALIFIER_LIMIT);
	struct reach ignored;

	if (relaxed == 0 || !first_relaxed(sc, o, relaxed, ret))
		return false;
	for (int q = 0; q < QUALIFIER_MAX; q++) {
		if ((relaxed & (1u << q)) == 0)
			continue;
		relaxed &= ~(1u << q);
		if (!first_relaxed(sc, o, relaxed, &ignored)) {
			ret->fails = (enum terms_qualifier)q;
			return true;
		}
	}
	return false;
}

void
outcome_occurrence(struct scope *sc, const struct terms_outcome *o, const struct reach *r,
		   char ret[LABEL])
{
	const struct terms_calendar *c = o->per;
	struct period p;

	ret[0] = '\0';
	if (terms_is_once(o))
		return;
	if (!o->after_last && c != NULL && c->from == NULL && !c->ever &&
	    period_holding(sc, c, r->achieved, &p))
		period_label(sc, c, &p, ret);
	else
		(void)snprintf(ret, LABEL, "%u", r->index);
}

/* ---- what a reach rests on ---- */

static void
read_days_again(struct scope *sc, const struct terms_outcome *o, const struct reach *r)
{
	struct scope in = outcome_scope(sc, o, r);
	struct period p;
	int32_t day;

	in.has_outcome = false;
	in.calendar = o->per;
	in.period_base = 1;
	if (o->per == NULL || (o->per->from == NULL && o->per->unit == TIME_DAY && !o->per->ever)) {
		for (day = r->first; day <= r->achieved; day = next_turn(sc->unit, day)) {
			in.day = day;
			in.has_period = true;
			in.period = (struct period){ day, day, 1, 1 };
			(void)x_eval(&in, o->count);
		}
		return;
	}
	if (!period_holding(&in, o->per, r->first, &p))
		return;
	do {
		in.day = p.end;
		in.has_period = true;
		in.period = p;
		(void)x_eval(&in, o->count);
	} while (p.end < r->achieved && period_next(&in, o->per, &p, &p));
}

static void
first_basis(struct scope *sc, const struct terms_outcome *o)
{
	const struct reaches *r = outcome_reaches(sc, o, 0, false);

	for (size_t i = 0; r != NULL && i < r->count; i++)
		if (r->items[i].fails == QUALIFIER_MAX) {
			outcome_basis(sc, o, &r->items[i]);
			return;
		}
}

void
outcome_basis(struct scope *sc, const struct terms_outcome *o, const struct reach *r)
{
	struct scope in = plain_scope(sc);
	const struct chain *claim_chain;
	const struct fact *claim;

	in.relaxed = sc->relaxed;
	if (sc->run->basis == NULL || !enter_subject(&in, o) || ++sc->run->depth > 50)
		return;
	if (in.enrolment != NULL) {
		basis_add(in.run, in.enrolment->fact);
	} else if (in.unit->kind == OWNER_PERSON && in.unit->enrolment_count > 0) {
		basis_add(in.run, in.unit->enrolments[0].fact);
	}
	if (o->group != NULL) {
		struct scope at = outcome_scope(&in, o, r);

		(void)group_member(&at, o->group);
	}
	if (o->reach == REACH_ANY_OF || o->reach == REACH_ALL_OF)
		for (size_t i = 0; i < o->part_count; i++)
			first_basis(&in, o->parts[i]);
	else
		read_days_again(&in, o, r);
	if (o->claim != NULL && (claim = outcome_claim(&in, o, r, &claim_chain)) != NULL)
		basis_add_chain(in.run, claim_chain, claim);
	for (size_t i = 0; i < o->after_count; i++)
		first_basis(&in, o->after[i]);
	sc->run->depth--;
}
