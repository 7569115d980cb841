/* outcome_keep.c - who enters a contest, and what a version keeps of subjects that another takes.
 *
 * Where a later version takes a subject, what the earlier one still governs of it keeps its place,
 * as that one counts it. It is read once and used for the contests of all later versions. */
#include "contest.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "expression.h"
#include "fact.h"
#include "held.h"
#include "item.h"
#include "outcome.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

/* Its site or enrolment on its day, as struct entrant has it; 0 under the contract. */
static uint32_t
bucket_of(struct scope *sc, const struct terms_outcome *o, enum terms_times per,
	  const struct reach *r)
{
	struct terms_x name = { .op = OP_REF, .ref = REF_SITE_NAME, .pointer = o->pointer };
	struct scope at;
	struct xval site;

	if (per == TIMES_ENROLMENT && sc->enrolment != NULL)
		return 1 + sc->enrolment->chain->root_index;
	if (per != TIMES_SITE || sc->unit->kind != OWNER_PERSON)
		return 0;
	at = outcome_scope(sc, o, r);
	site = x_reference(&at, &name);
	if (site.kind != X_WORD)
		return 0;
	return 1 + name_number(&sc->run->s->names, site.word, strlen(site.word));
}

struct entrant
entrant_read(struct scope *sc, const struct terms_outcome *o, enum terms_times per,
	   const struct reach *r)
{
	struct entrant ret = { .s = sc->run->s, .achieved = r->achieved, .owner = sc->unit->owner,
			       .index = r->index, .enrolment = NONE };
	char occurrence[LABEL];

	ret.start = subject_start(sc, o->subject);
	if (sc->enrolment != NULL) {
		ret.owner = sc->enrolment->owner;
		ret.enrolment = sc->enrolment->chain->root_index;
	}
	ret.bucket = bucket_of(sc, o, per, r);
	if (sc->run->version_count > 1 || sc->run->s->holding != NULL) {
		outcome_occurrence(sc, o, r, occurrence);
		ret.occurrence = name_number(&sc->run->s->names, occurrence, strlen(occurrence));
	}
	return ret;
}

/* Does the version in hand govern some payment for it? */
static bool
is_governed(struct scope *sc, const struct terms_outcome *o, const struct reach *r)
{
	const struct terms *t = sc->version->terms;
	struct item it = { .outcome = o, .achieved = r->achieved, .owner = sc->unit->owner,
			   .enrolment = NONE };

	it.start = subject_start(sc, sc->enrolment == NULL ? SUBJECT_PERSON : SUBJECT_ENROLMENT);
	if (sc->enrolment != NULL)
		it.enrolment = sc->enrolment->chain->root_index;
	outcome_occurrence(sc, o, r, it.occurrence);
	for (size_t i = 0; i < t->payment_count; i++) {
		it.payment = &t->payments[i];
		for (size_t k = 0; k < it.payment->outcome_count; k++)
			if (it.payment->outcomes[k] == o &&
			    item_governing(sc->run, &it) == (uint32_t)(sc->version - sc->run->s->versions))
				return true;
	}
	return false;
}

/* The first version after it that governs the subject instead; NONE. */
static uint32_t
next_taker(const struct run *r, int32_t start, uint32_t version)
{
	for (uint32_t v = version + 1; v < r->version_count; v++)
		if (version_takes(r, start, v))
			return v;
	return NONE;
}

/* What the version still governs of a subject that a later one takes, as the former counts it. */
static void
keep_subject(struct keeping *k, struct scope *sc)
{
	int32_t start = subject_start(sc, sc->enrolment != NULL ? SUBJECT_ENROLMENT
								  : SUBJECT_PERSON);
	uint32_t taker = next_taker(sc->run, start, k->version);
	const struct terms_outcome *o = terms_outcome(sc->version->terms, k->outcome->name);
	const struct reaches *list;

	if (taker == NONE || !version_takes(sc->run, start, k->version) || o == NULL ||
	    o->times_max == NULL || (o->subject == SUBJECT_ENROLMENT) != (sc->enrolment != NULL))
		return;
	list = outcome_reaches(sc, o, 0, k->optimistic);
	for (size_t i = 0; list != NULL && i < list->count; i++) {
		struct entrant one;

		if (list->items[i].fails != QUALIFIER_MAX || !is_governed(sc, o, &list->items[i]))
			continue;
		one = entrant_read(sc, o, k->outcome->times_per, &list->items[i]);
		one.versions = taker + 1;
		entrant_add(k->arena, &k->items, one);
	}
}

void
keeping_read(struct keeping *k, struct run *r, struct unit *u)
{
	struct scope sc = subject_scope(r, u, k->version, NULL);
	int32_t turns = r->turns, ahead = r->ahead;

	r->turns = r->ahead = NEVER;
	keep_subject(k, &sc);
	for (size_t i = 0; i < u->enrolment_count; i++) {
		sc = subject_scope(r, u, k->version, &u->enrolments[i]);
		keep_subject(k, &sc);
	}
	k->turns = r->turns < k->turns ? r->turns : k->turns;
	k->ahead = r->ahead < k->ahead ? r->ahead : k->ahead;
	r->turns = turns;
	r->ahead = ahead;
}

struct keeping *
keeping_find(struct keeping *list, const struct contest *c, uint32_t version)
{
	struct keeping *k = list;

	while (k != NULL && (k->busy || k->version != version || k->optimistic != c->optimistic ||
			     k->outcome->times_per != c->outcome->times_per ||
			     strcmp(k->outcome->name, c->outcome->name) != 0))
		k = k->next;
	return k;
}

struct keeping *
keeping_add(const struct contest *c, uint32_t version, struct keeping **list)
{
	struct keeping *k = arena_alloc(c->arena, sizeof(*k));

	*k = (struct keeping){ .outcome = c->outcome, .arena = c->arena, .version = version,
			       .turns = NEVER, .ahead = NEVER, .optimistic = c->optimistic,
			       .busy = true, .next = *list };
	*list = k;
	return k;
}

void
contest_keep(struct contest *c, const struct keeping *k, struct run *r)
{
	run_turns(r, k->turns);
	run_ahead(r, k->ahead);
	for (size_t i = 0; i < k->items.count; i++)
		if (k->items.items[i].versions <= c->versions)
			entrant_add(c->arena, &c->kept, k->items.items[i]);
}

/* ---- what somebody who leaves holds ---- */

static bool
has_occurrence(const struct entrants *list, const struct entrant *e)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].owner == e->owner && list->items[i].enrolment == e->enrolment &&
		    list->items[i].occurrence == e->occurrence)
			return true;
	return false;
}

/* Places by the version that takes the subject, without those that an older one keeps. */
static void
hold_subject(const struct terms_outcome *of, struct scope *sc, struct entrants *ret)
{
	const struct terms_outcome *o = terms_outcome(sc->version->terms, of->name);
	const struct reaches *list = o == NULL ? NULL : outcome_reaches(sc, o, 0, false);
	size_t kept = ret->count;

	for (size_t i = 0; list != NULL && i < list->count; i++) {
		const struct entrants before = { ret->items, kept, kept };
		struct entrant one;

		if (list->items[i].fails != QUALIFIER_MAX)
			continue;
		one = entrant_read(sc, o, of->times_per, &list->items[i]);
		if (sc->run->version_count == 1 || !has_occurrence(&before, &one))
			entrant_add(sc->unit->arena, ret, one);
	}
}

static void
hold_kept(struct run *r, const struct terms_outcome *of, uint32_t versions, struct unit *u,
	  struct entrants *ret)
{
	for (uint32_t v = 0; v + 1 < versions; v++) {
		struct keeping k = { .outcome = of, .arena = u->arena, .version = v };

		keeping_read(&k, r, u);
		for (size_t i = 0; i < k.items.count; i++)
			if (k.items.items[i].versions <= versions)
				entrant_add(u->arena, ret, k.items.items[i]);
	}
}

void
outcome_places(struct run *r, const struct terms_outcome *of, uint32_t versions, struct unit *u,
	       struct entrants *ret)
{
	struct scope sc = { .run = r, .unit = u, .version = &r->s->versions[0] };
	int32_t start = subject_start(&sc, SUBJECT_PERSON);

	hold_kept(r, of, versions, u, ret);
	if (of->subject != SUBJECT_ENROLMENT) {
		sc = subject_scope(r, u, version_for(r, start, versions), NULL);
		hold_subject(of, &sc, ret);
	}
	for (size_t i = 0; of->subject == SUBJECT_ENROLMENT && i < u->enrolment_count; i++) {
		sc = subject_scope(r, u, version_for(r, u->enrolments[i].start, versions),
				   &u->enrolments[i]);
		hold_subject(of, &sc, ret);
	}
}

void
outcome_hold(struct run *r, const struct terms_outcome *of, uint32_t versions, struct unit *u)
{
	struct entrants places = { NULL, 0, 0 };

	outcome_places(r, of, versions, u, &places);
	for (size_t i = 0; i < places.count; i++)
		holding_times(r, of, places.items[i].owner, places.items[i].bucket,
			      places.items[i].achieved);
}
