/* limit_subject.c - what limits ask of whom an entitlement is for: its site, the groups it is in.
 *
 * It is read with the entitlement, on its day and by its own version, and kept with it. A later
 * version's limits go for what earlier ones govern, too: so it is read for the limits of all
 * versions in force, and who governs it may have none of them. */
#include "limit.h"

#include <string.h>

#include "arena.h"
#include "claim.h"
#include "expression.h"
#include "fact.h"
#include "item.h"
#include "limit_priv.h"
#include "limits_utfall.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

struct asked {			/* by the limits of the versions in force */
	bool site;
	bool more;		/* groups than have a place each */
	size_t count;
	const char *groups[LIMIT_TERMS_LIMITED];
};

/* LIMIT_TERMS_LIMITED: it has no place. */
static size_t
place_of(const struct asked *a, const char *group)
{
	size_t i = 0;

	while (i < a->count && strcmp(a->groups[i], group) != 0)
		i++;
	return i < a->count ? i : LIMIT_TERMS_LIMITED;
}

static void
ask(struct asked *a, const struct terms_limit *l)
{
	for (size_t i = 0; i < l->per_count; i++) {
		const struct terms_group *g = l->per[i].group;

		a->site = a->site || l->per[i].what == PER_SITE;
		if (g == NULL || place_of(a, g->name) < LIMIT_TERMS_LIMITED)
			continue;
		if (a->count < LIMIT_TERMS_LIMITED)
			a->groups[a->count++] = g->name;
		else
			a->more = true;
	}
}

static void
ask_all(struct asked *a, const struct terms *t)
{
	for (size_t i = 0; i < t->limit_count; i++)
		ask(a, &t->limits[i]);
}

/* A later version's groups come behind: what was read of an item stays good. */
static const struct asked *
asked_of(struct run *r)
{
	if (r->asked == NULL) {
		r->asked = arena_alloc(r->arena, sizeof(*r->asked));
		for (size_t v = 0; v < r->version_count; v++)
			ask_all(r->asked, r->s->versions[v].terms);
	}
	return r->asked;
}

bool
limits_ask_more(const struct run *r, size_t version)
{
	struct asked before = { .count = 0 }, with;

	for (size_t v = 0; v < version; v++)
		ask_all(&before, r->s->versions[v].terms);
	with = before;
	ask_all(&with, r->s->versions[version].terms);
	return with.site != before.site || with.count != before.count || with.more;
}

bool
limits_know_subjects(struct run *r)
{
	return !asked_of(r)->more;
}

void
limit_read_subject(struct scope *sc, struct item *it)
{
	const struct asked *a = asked_of(sc->run);
	struct terms_x name = { .op = OP_REF, .ref = REF_SITE_NAME, .pointer = "" };
	struct xval site = a->site ? x_reference(sc, &name) : x_unknown();

	it->site = site.kind != X_WORD ? NONE :
		name_number(&sc->run->s->names, site.word, strlen(site.word));
	it->groups = 0;
	it->of_enrolment = it->enrolment;
	if (it->enrolment == NONE && sc->unit->enrolment_count > 0)
		it->of_enrolment = sc->unit->enrolments[0].chain->root_index;
	for (size_t i = 0; i < a->count; i++) {
		const struct terms_group *own = terms_group(sc->version->terms, a->groups[i]);

		if (own != NULL && x_is_true(group_member(sc, own)))
			it->groups |= UINT32_C(1) << i;
	}
}

/* Of a group that has no place: it is read anew. */
static bool
read_member(struct run *r, const struct item *it, const struct terms_group *g)
{
	struct arena *arena = arena_new(), *was = r->scratch;
	struct scope sc;
	bool ret;

	r->scratch = arena;
	sc = item_scope(r, run_unit(r, it->owner, arena), it);
	sc.day = it->achieved;
	ret = x_is_true(group_member(&sc, g));
	r->scratch = was;
	arena_free(arena);
	return ret;
}

bool
limit_has_member(struct run *r, const struct claim *c, const char *group)
{
	const struct item *it = c->item;
	const struct terms_group *own = terms_group(r->s->versions[it->version].terms, group);
	size_t place = place_of(asked_of(r), group);

	if (c->held_by != NULL)
		return true;
	if (place < LIMIT_TERMS_LIMITED)
		return (it->groups & (UINT32_C(1) << place)) != 0;
	return own != NULL && read_member(r, it, own);
}
