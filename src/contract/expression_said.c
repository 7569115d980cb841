/* expression_said.c - what is said of a person: attributes, site, provider, arm, consent, by day.
 *
 * Each is put in order once for a unit, so that a reading on any day is a search. */
#include "expression.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "event_type.h"
#include "fact.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

/* The day from which a subject can be looked at when nothing else is said. */
int32_t
subject_start(struct scope *sc, enum terms_subject subject)
{
	const struct unit *u = sc->unit;
	int32_t day;

	if (u->kind != OWNER_PERSON)
		return sc->version->terms->settlement.from.days;
	if (subject == SUBJECT_ENROLMENT && sc->enrolment != NULL)
		return sc->enrolment->start;
	day = u->assigned == NULL ? NEVER : u->assigned->from;
	if (u->enrolment_count > 0 && u->enrolments[0].start < day)
		day = u->enrolments[0].start;
	return day;
}

static const struct enrolment *
last_begun(const struct unit *u, int32_t day)
{
	size_t low = 0, high = u->enrolment_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (u->enrolments[middle].start <= day)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? NULL : &u->enrolments[low - 1];
}

/* ---- who provides for an enrolment, from its first day on ---- */

struct holders {		/* transfers in force, by day */
	const struct version *version;
	const struct fact **items;
	size_t count;
	struct holders *next;
};

static int
fact_order(const void *a, const void *b)
{
	const struct chain *x = *(const struct chain *const *)a, *y = *(const struct chain *const *)b;
	int32_t p = chain_head(x)->from, q = chain_head(y)->from;

	if (p != q)
		return p < q ? -1 : 1;
	return (x->root_index > y->root_index) - (x->root_index < y->root_index);
}

/* Those that are not retracted, by day, then as recorded. */
static const struct chain **
transfers_of(struct unit *u, size_t *ret_count)
{
	const struct chain **list;
	size_t n = 0;

	for (const struct chain *c = u->like[EVENT_PARTICIPANT_TRANSFERRED]; c != NULL;
	     c = c->next_like)
		n += chain_head(c) != NULL;
	list = arena_array(u->arena, n + 1, sizeof(*list));
	n = 0;
	for (const struct chain *c = u->like[EVENT_PARTICIPANT_TRANSFERRED]; c != NULL;
	     c = c->next_like)
		if (chain_head(c) != NULL)
			list[n++] = c;
	if (n > 1)
		qsort(list, n, sizeof(*list), fact_order);
	*ret_count = n;
	return list;
}

/* A transfer counts when the receiver and the holder (or whom the terms name) both sent it, of
 * the same day: those of its day begin at `first`. */
static bool
is_confirmed(struct scope *sc, const struct chain *const *list, size_t count, size_t first,
	     const struct fact *t, const char *to, const char *holder)
{
	const struct settlement *s = sc->run->s;

	for (size_t i = first; i < count && chain_head(list[i])->from == t->from; i++) {
		const struct fact *f = chain_head(list[i]);
		const char *by = name_text(&s->names, f->sender);
		struct xval v;

		if (f == t)
			continue;
		v = fact_field(s, f, "to");
		if (v.kind == X_WORD && strcmp(v.word, to) == 0 &&
		    (strcmp(by, holder) == 0 || terms_confirms_transfer(sc->version->terms, by)))
			return true;
	}
	return false;
}

/* Each is the first in force behind the one before. */
static void
read_holders(struct scope *sc, const struct enrolment *en, struct holders *h)
{
	const struct settlement *s = sc->run->s;
	size_t count, same = 0;
	const struct chain **list = transfers_of(sc->unit, &count);
	const char *holder = name_text(&s->names, en->fact->sender);
	int32_t after = en->start - 1;

	h->items = arena_array(sc->unit->arena, count + 1, sizeof(*h->items));
	for (size_t i = 0; i < count; i++) {
		const struct fact *f = chain_head(list[i]);
		struct xval to = fact_field(s, f, "to");

		if (f->from != chain_head(list[same])->from)
			same = i;
		if (f->from <= after || to.kind != X_WORD ||
		    strcmp(to.word, name_text(&s->names, f->sender)) != 0 ||
		    strcmp(to.word, holder) == 0 ||
		    !is_confirmed(sc, list, count, same, f, to.word, holder))
			continue;
		h->items[h->count++] = f;
		holder = name_text(&s->names, f->sender);
		after = f->from;
	}
}

static const struct holders *
holders_of(struct scope *sc, const struct enrolment *en)
{
	struct holders *h = en->memos->holders;

	while (h != NULL && h->version != sc->version)
		h = h->next;
	if (h != NULL)
		return h;
	h = arena_alloc(sc->unit->arena, sizeof(*h));
	h->version = sc->version;
	read_holders(sc, en, h);
	h->next = en->memos->holders;
	en->memos->holders = h;
	return h;
}

/* Is it among the transfers that say who provides for the person on its day? */
static bool
is_in_force(struct scope *sc, const struct fact *transfer)
{
	const struct enrolment *en = last_begun(sc->unit, transfer->from);
	const struct holders *h = en == NULL ? NULL : holders_of(sc, en);
	size_t low = 0, high = h == NULL ? 0 : h->count;

	while (low < high) {		/* one a day at most */
		size_t middle = low + (high - low) / 2;

		if (h->items[middle]->from < transfer->from)
			low = middle + 1;
		else
			high = middle;
	}
	return h != NULL && low < h->count && h->items[low] == transfer;
}

static struct xval
provider_on(struct scope *sc, int32_t day)
{
	const struct enrolment *en = sc->enrolment != NULL ? sc->enrolment
							   : last_begun(sc->unit, day);
	const struct holders *h;
	const struct fact *by;

	if (en == NULL || en->start > day)
		return x_unknown();
	h = holders_of(sc, en);
	by = en->fact;
	basis_add(sc->run, by);
	for (size_t i = 0; i < h->count && h->items[i]->from <= day; i++) {
		by = h->items[i];
		basis_add(sc->run, by);
	}
	return x_word(name_text(&sc->run->s->names, by->sender));
}

/* ---- what is said on a day ---- */

struct said {
	int32_t from;
	const struct chain *chain;
	const struct fact *fact;
	struct xval value;
};

typedef struct xval said_fn(const struct settlement *s, const struct fact *f, const char *name);

struct sayings {		/* all that says one thing, by day, then as recorded */
	said_fn *fn;
	const char *name;
	const struct version *version;
	struct said *items;
	size_t count, capacity;
	struct sayings *next;
};

static struct xval
said_attribute(const struct settlement *s, const struct fact *f, const char *name)
{
	return f->type == EVENT_PARTICIPANT_TRANSFERRED ? x_unknown() : fact_attribute(s, f, name);
}

static struct xval
said_site(const struct settlement *s, const struct fact *f, const char *name)
{
	(void)name;
	return f->type == EVENT_PARTICIPANT_ASSIGNED ? x_unknown() : fact_field(s, f, "site");
}

static struct xval
said_consent(const struct settlement *s, const struct fact *f, const char *name)
{
	(void)s;
	(void)name;
	return x_truth(f->type == EVENT_CONSENT_GIVEN);
}

static int
said_order(const void *a, const void *b)
{
	const struct said *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->chain->root_index > y->chain->root_index) -
	       (x->chain->root_index < y->chain->root_index);
}

static void
read_said(struct scope *sc, struct sayings *all, enum event_type type)
{
	for (const struct chain *c = sc->unit->like[type]; c != NULL; c = c->next_like) {
		const struct fact *f = chain_head(c);
		struct said one = { .chain = c, .fact = f };

		if (f == NULL)
			continue;
		one.from = f->from;
		one.value = all->fn(sc->run->s, f, all->name);
		if (one.value.kind == X_UNKNOWN ||
		    (type == EVENT_PARTICIPANT_TRANSFERRED && !is_in_force(sc, f)))
			continue;
		all->items = arena_room(sc->unit->arena, all->items, all->count, &all->capacity,
					sizeof(*all->items));
		all->items[all->count++] = one;
	}
}

static const struct sayings *
sayings_of(struct scope *sc, said_fn *fn, const char *name)
{
	static const enum event_type about[] = { EVENT_PARTICIPANT_ENROLLED,
		EVENT_PARTICIPANT_CHANGED, EVENT_PARTICIPANT_TRANSFERRED,
		EVENT_PARTICIPANT_ASSIGNED };
	struct sayings *all = sc->unit->sayings;

	while (all != NULL && (all->fn != fn || all->version != sc->version || all->name != name))
		all = all->next;
	if (all != NULL)
		return all;
	all = arena_alloc(sc->unit->arena, sizeof(*all));
	all->fn = fn;
	all->name = name;
	all->version = sc->version;
	if (fn == said_consent) {
		read_said(sc, all, EVENT_CONSENT_GIVEN);
		read_said(sc, all, EVENT_CONSENT_WITHDRAWN);
	} else {
		for (size_t i = 0; i < LENGTH(about); i++)
			read_said(sc, all, about[i]);
	}
	if (all->count > 1)
		qsort(all->items, all->count, sizeof(*all->items), said_order);
	all->next = sc->unit->sayings;
	sc->unit->sayings = all;
	return all;
}

/* The latest that is dated on or before `day`; later recorded wins a tie. */
static const struct said *
latest_said(struct scope *sc, int32_t day, said_fn *fn, const char *name)
{
	const struct sayings *all = sayings_of(sc, fn, name);
	size_t low = 0, high = all->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (all->items[middle].from <= day)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? NULL : &all->items[low - 1];
}

static struct xval
said_on(struct scope *sc, int32_t day, said_fn *fn, const char *name)
{
	const struct said *found = latest_said(sc, day, fn, name);

	if (found == NULL)
		return x_unknown();
	basis_add_chain(sc->run, found->chain, found->fact);
	return found->value;
}

static struct xval
consent_on(struct scope *sc, int32_t day)
{
	const struct said *found = latest_said(sc, day, said_consent, NULL);

	if (found == NULL)
		return x_truth(false);
	basis_add(sc->run, found->fact);
	return found->value;
}

struct xval
person_site(struct scope *sc)
{
	return said_on(sc, sc->day, said_site, NULL);
}

/* Of the assignment recorded last, whatever its day. */
static struct xval
assigned_arm(struct scope *sc)
{
	const struct fact *f = sc->unit->assigned;

	if (f == NULL)
		return x_unknown();
	basis_add(sc->run, f);
	return fact_field(sc->run->s, f, "arm");
}

struct xval
x_person(struct scope *sc, const struct terms_x *x)
{
	if (sc->unit->kind != OWNER_PERSON)
		return x_unknown();
	switch ((int)x->ref) {
	case REF_PERSON_ATTRIBUTE:
		return said_on(sc, sc->day, said_attribute, x->word);
	case REF_PERSON_SITE:
		return person_site(sc);
	case REF_PERSON_PROVIDER:
		return provider_on(sc, sc->day);
	case REF_PERSON_ARM:
		return assigned_arm(sc);
	case REF_PERSON_ASSIGNED:
		basis_add(sc->run, sc->unit->assigned);
		return x_day(sc->unit->assigned == NULL ? NEVER : sc->unit->assigned->from);
	case REF_PERSON_CONSENT:
		return consent_on(sc, sc->day);
	default:
		return x_unknown();
	}
}
