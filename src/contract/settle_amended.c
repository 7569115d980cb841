/* settle_amended.c - what a further version of the terms leaves as it is.
 *
 * Where it governs only who enrols from its first day on, everybody else keeps the version before:
 * of them nothing is read again. Where nothing changed that decides which entitlements there are
 * (terms_change.c), but what they come to, who pays or what nobody reads, only those are read of
 * whom it comes to govern one. Limits are applied as the newest version has them, so what is
 * carried of them stands where that one has the same. */
#include "limit_priv.h"

#include <string.h>

#include "arena.h"
#include "item.h"
#include "json.h"
#include "limit.h"
#include "ratio.h"
#include "run.h"
#include "settlement.h"
#include "terms.h"
#include "wakes.h"

static const struct terms *
terms_of(const struct run *r, size_t version)
{
	return r->s->versions[version].terms;
}

bool
amended_for_new(const struct run *r, size_t version)
{
	return version > 0 && terms_of(r, version)->applies == APPLIES_ENROLLED &&
	       terms_same_settlement(terms_of(r, version - 1), terms_of(r, version)) &&
	       !limits_ask_more(r, version);
}

/* But for what is asked only of what the version governs. */
static bool
is_same_payments(const struct terms_change *c, const struct json *a, const struct json *b)
{
	static const char *const but[] = { "price", "round", "from", "to", "hold", "tax", "title",
					   NULL };
	bool ret = a->count == b->count;

	for (uint32_t i = 0; ret && i < a->count; i++) {
		const struct json *was = &a->members[i].value, *now = json_get(b, a->members[i].key);

		ret = now != NULL && terms_same_but(was, now, but) &&
		      !terms_change_reaches(c, now, but);
	}
	return ret;
}

/* Another person's enrolment may be taken by the version, and who stays under an earlier one reads
 * its outcomes. */
static bool
is_same_outcomes(const struct terms_change *c, const struct terms *now)
{
	for (size_t i = 0; i < now->outcome_count; i++)
		if (terms_change_has(c, now->outcomes[i].name))
			return false;
	return true;
}

/* Does it read amounts of other entitlements, so that they may decide which there are? */
static bool
reads_amounts(const struct terms *t)
{
	for (size_t i = 0; i < t->x_count; i++)
		if (t->expressions[i]->op == OP_ITEMS || t->expressions[i]->op == OP_GROW)
			return true;
	return false;
}

/* Are there the same entitlements under it, of everybody, as under the version before? */
static bool
has_same_entitlements(const struct run *r, size_t version)
{
	const struct terms *was = terms_of(r, version - 1), *now = terms_of(r, version);
	struct arena *arena = arena_new();
	const struct terms_change *c = terms_change_new(was, now, arena);
	bool ret = now->applies != APPLIES_ENROLLED && terms_same_ground(was, now) &&
		   is_same_outcomes(c, was) && is_same_outcomes(c, now) &&
		   is_same_payments(c, json_get(was->document, "payments"),
				    json_get(now->document, "payments")) &&
		   !reads_amounts(was) && !reads_amounts(now);

	arena_free(arena);
	return ret;
}

static bool
has_floors(const struct terms *t)
{
	for (size_t i = 0; i < t->limit_count; i++)
		if (t->limits[i].kind == LIMIT_FLOOR)
			return true;
	return false;
}

bool
amended_for_moved(const struct run *r, size_t version)
{
	bool ret = version > 0 && !amended_places(r) && !limits_ask_more(r, version);

	for (size_t v = 1; ret && v <= version; v++)
		ret = has_same_entitlements(r, v);
	return ret;
}

bool
amended_lines_stand(const struct run *r, size_t version)
{
	if (amended_for_new(r, version))
		return true;
	return amended_for_moved(r, version) && amended_limits_stand(r, version) &&
	       !has_floors(r->s->versions[version].terms);
}

/* ---- limits ---- */

struct effective {		/* a limit as some version has it, in the order of limits */
	const struct terms_limit *limit;
	size_t version;
};

static size_t
find(const struct effective *list, size_t count, const char *name)
{
	size_t i = 0;

	while (i < count && strcmp(list[i].limit->name, name) != 0)
		i++;
	return i;
}

/* Of the first `versions` versions, as limits_apply() goes through them. */
static size_t
list_limits(const struct run *r, size_t versions, struct arena *arena, struct effective **ret)
{
	size_t most = 0, n = 0;

	for (size_t v = 0; v < versions; v++)
		most += r->s->versions[v].terms->limit_count;
	*ret = arena_array(arena, most + 1, sizeof(**ret));
	for (size_t v = versions; v-- > 0;) {
		const struct terms *t = r->s->versions[v].terms;
		size_t newer = n;

		for (size_t i = 0; i < t->limit_count; i++)
			if (find(*ret, newer, t->limits[i].name) == newer)
				(*ret)[n++] = (struct effective){ &t->limits[i], v };
	}
	return n;
}

/* May it come to something else under other definitions? */
static bool
is_written_out(const struct terms_x *x)
{
	return x == NULL || x->op == OP_NUMBER;
}

static bool
stands_by_itself(const struct terms_limit *l)
{
	bool ret = l->kind != LIMIT_FLOOR && is_written_out(l->amount);

	for (size_t i = 0; i < l->step_count; i++)
		ret = ret && is_written_out(l->steps[i].to);
	for (size_t i = 0; i < l->per_count; i++)
		ret = ret && l->per[i].group == NULL && l->per[i].calendar == NULL;
	return ret;
}

static bool
is_own(const struct terms_limit *l)
{
	bool ret = l->amount == NULL || limit_is_own(l->amount);

	for (size_t i = 0; i < l->step_count; i++)
		ret = ret && (l->steps[i].to == NULL || limit_is_own(l->steps[i].to));
	return ret;
}

/* Payments that it is of are those of each entitlement's own version. A person's top-up stands
 * under the newest version that has the floor: all of them move to it. */
static bool
is_same_limit(const struct run *r, const struct effective *a, const struct effective *b,
	      struct arena *arena)
{
	static const char *const but[] = { "of", "title", NULL };
	static const char *const not_read[] = { "of", "less", "title", NULL };
	const struct terms *was = terms_of(r, a->version), *now = terms_of(r, b->version);
	const struct json *x = json_get(was->document, "limits");
	const struct json *y = json_get(now->document, "limits");

	if (a->version == b->version)
		return true;
	if ((a->limit->kind == LIMIT_FLOOR && limit_is_local(a->limit)) ||
	    !terms_same_but(&x->items[a->limit->index], &y->items[b->limit->index], but))
		return false;
	return stands_by_itself(a->limit) ||
	       (is_own(a->limit) && terms_same_ground(was, now) &&
		!terms_change_reaches(terms_change_new(was, now, arena),
				      &y->items[b->limit->index], not_read));
}

static bool
is_same_end(const struct terms_x *a, const struct terms_x *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return is_written_out(a) && is_written_out(b) && ratio_compare(a->number, b->number) == 0;
}

/* Do its tranches end where they ended, in the same order? Who bears them is read in each
 * entitlement's own version. */
static bool
is_same_share(const struct terms_share *a, const struct terms_share *b)
{
	bool ret = a->tranche_count == b->tranche_count &&
		   (a->tranche_count == 1 || a->achieved_order == b->achieved_order);

	for (size_t i = 0; ret && i < a->tranche_count; i++)
		ret = is_same_end(a->tranches[i].to, b->tranches[i].to);
	return ret;
}

/* Through a share of a name that is new people may have gone all the same: one party's own. */
static bool
has_same_tranches(const struct run *r, size_t version)
{
	const struct terms *t = r->s->versions[version].terms;

	for (size_t i = 0; i < t->share_count; i++) {
		const struct terms_share *was = NULL;

		for (size_t v = version; v-- > 0 && was == NULL;)
			was = terms_share(r->s->versions[v].terms, t->shares[i].name);
		if (was == NULL ? t->shares[i].tranche_count > 1
				: !is_same_share(was, &t->shares[i]))
			return false;
	}
	return true;
}

/* Has `version` all limits of those before it, the same in the same order? Tranches of one name are
 * cut where any version cuts them. */
static bool
has_same_limits(const struct run *r, size_t version, struct arena *arena)
{
	struct effective *was, *now;
	size_t was_count = list_limits(r, version, arena, &was), at = 0;
	size_t now_count = list_limits(r, version + 1, arena, &now);

	for (size_t i = 0; i < was_count; i++, at++) {
		while (at < now_count &&
		       find(was, was_count, now[at].limit->name) == was_count)
			at++;
		if (at == now_count || strcmp(was[i].limit->name, now[at].limit->name) != 0 ||
		    !is_same_limit(r, &was[i], &now[at], arena))
			return false;
	}
	return has_same_tranches(r, version);
}

bool
amended_limits_stand(const struct run *r, size_t version)
{
	struct arena *arena = arena_new();
	bool ret = has_same_limits(r, version, arena);

	arena_free(arena);
	return ret;
}

/* ---- counts ---- */

bool
amended_places(const struct run *r)
{
	for (size_t v = 0; v < r->version_count; v++) {
		const struct terms *t = r->s->versions[v].terms;

		for (size_t i = 0; i < t->outcome_count; i++)
			if (t->outcomes[i].times_max != NULL &&
			    (t->outcomes[i].times_per == TIMES_SITE ||
			     t->outcomes[i].times_per == TIMES_CONTRACT))
				return true;
	}
	return false;
}
