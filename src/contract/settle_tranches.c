/* settle_tranches.c - tranches: what has gone through a share before decides who bears a claim.
 *
 * Whoever is not claimed is passed by, as limit_along.c does, where the ends of the tranches are
 * the same for everybody, or each claim's are good while there is nothing new about it. */
#include "split.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "claim.h"
#include "expression.h"
#include "held.h"
#include "item.h"
#include "limit_along.h"
#include "limits_utfall.h"
#include "ratio.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

/* ---- where they end ---- */

static int
end_order(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Each once: a version with the same ends moves no step. */
static void
sort_ends(struct ruler *ret)
{
	size_t n = 0;

	if (ret->count > 1)
		qsort(ret->to, ret->count, sizeof(*ret->to), end_order);
	for (size_t i = 0; i < ret->count; i++)
		if (n == 0 || ret->to[i] != ret->to[n - 1])
			ret->to[n++] = ret->to[i];
	ret->count = n;
}

static struct ends
ends_of_share(const struct run *r, const char *name)
{
	struct ends ret = ENDS;

	for (size_t v = 0; v < r->version_count; v++) {
		const struct version *version = &r->s->versions[v];
		const struct terms_share *share = terms_share(version->terms, name);

		for (size_t i = 0; share != NULL && i < share->tranche_count; i++) {
			const struct terms_x *to = share->tranches[i].to;

			ends_add(version, to, to != NULL && to->needs != 0, &ret);
		}
	}
	return ret;
}

static bool
have_own(const struct ends *ends)
{
	return ends->any && !ends->move;
}

/* It is read in every statement, so nobody who reads it reads what everybody does. */
bool
tranche_end(struct scope *sc, const struct terms_tranche *t, int64_t *ret)
{
	bool everybody = sc->run->read_everybody, known;
	struct ratio to;

	known = x_ratio(x_eval(sc, t->to), &to) && ratio_round(to, ROUNDING_DOWN, 1, ret);
	sc->run->read_everybody = everybody;
	return known;
}

/* Where one is not known, who goes through it waits: that is asked of all. */
static void
read_ends(struct scope *sc, const struct terms_share *share, size_t *capacity, struct ruler *ret)
{
	struct run *r = sc->run;
	struct limits_carried *c = r->keeps_limits ? r->s->limits : NULL;
	int64_t end;

	for (size_t i = 0; share != NULL && i < share->tranche_count; i++) {
		if (share->tranches[i].to == NULL)
			continue;
		if (!tranche_end(sc, &share->tranches[i], &end)) {
			if (c != NULL)
				c->unknown = c->broken = true;
			continue;
		}
		ret->to = arena_room(r->arena, ret->to, ret->count, capacity, sizeof(*ret->to));
		ret->to[ret->count++] = end;
	}
	sort_ends(ret);
}

/* The ends of all versions' tranches of that name together, which are the same for everybody; none
 * where each has its own. */
void
share_ruler(struct run *r, const char *name, struct ruler *ret)
{
	struct ends ends = ends_of_share(r, name);
	size_t capacity = 0;

	*ret = (struct ruler){ NULL, 0, INT64_MAX, ends.any && ends.move };
	for (size_t v = 0; v < r->version_count && !have_own(&ends); v++) {
		struct scope sc = { .run = r, .unit = run_contract(r),
				    .version = &r->s->versions[v] };

		read_ends(&sc, terms_share(sc.version->terms, name), &capacity, ret);
	}
}

struct own_ruler {		/* of one claim after the other */
	struct ruler ruler;
	size_t capacity;
};

/* As its own version has them, on its day. */
static void
read_own(struct run *r, const struct claim *c, bool payers, struct own_ruler *ret)
{
	struct scope sc = { .run = r, .unit = run_contract(r),
			    .version = &r->s->versions[c->item->version],
			    .day = c->item->achieved };

	ret->ruler.count = 0;
	read_ends(&sc, claim_share(c, payers), &ret->capacity, &ret->ruler);
}

/* ---- which are carried ---- */

/* Does a floor of each person's go through it? Its top-ups are made only of who is claimed. */
static bool
tops_up_each(const struct terms *t, const char *name)
{
	for (size_t i = 0; i < t->limit_count; i++) {
		const struct terms_limit *l = &t->limits[i];

		if (l->kind == LIMIT_FLOOR && limit_is_local(l) &&
		    (strcmp(l->from_share->name, name) == 0 ||
		     strcmp(l->to_share->name, name) == 0))
			return true;
	}
	return false;
}

static bool
moves_excess(const struct terms *t)
{
	for (size_t i = 0; i < t->limit_count; i++)
		if (t->limits[i].kind == LIMIT_STEPS && t->limits[i].excess == EXCESS_PAYER)
			return true;
	return false;
}

static bool
goes_to(const struct terms *t, const char *name)
{
	for (size_t i = 0; i < t->payment_count; i++)
		if (strcmp(t->payments[i].to_share->name, name) == 0)
			return true;
	for (size_t i = 0; i < t->limit_count; i++)
		if (t->limits[i].kind == LIMIT_FLOOR &&
		    strcmp(t->limits[i].to_share->name, name) == 0)
			return true;
	return false;
}

/* What another owes as excess goes through the payees' tranches behind the amount itself and moves
 * nobody's place: that is asked of all, as are top-ups of each person that go through it, and ends
 * that a statistic moves once somebody was erased, who counted in it. */
bool
share_may_carry(const struct run *r, const struct terms_share *share)
{
	struct ends ends;
	bool excess = false, payees = false;

	if (share->tranche_count < 2)
		return true;
	ends = ends_of_share(r, share->name);
	if (ends.any && ends.move && r->s->held.count > 0)
		return false;
	for (size_t v = 0; v < r->version_count; v++) {
		const struct terms *t = r->s->versions[v].terms;

		if (tops_up_each(t, share->name))
			return false;
		excess = excess || moves_excess(t);
		payees = payees || goes_to(t, share->name);
	}
	return !(excess && payees) && !ends.ask && ends_may_carry(&ends);
}

/* ---- who goes through it ---- */

struct passing {
	struct claim *claim;
	const struct settlement *s;
	bool early;
};

static int
passing_order(const void *a, const void *b)
{
	const struct passing *x = a, *y = b;

	if (x->early != y->early)
		return x->early ? -1 : 1;
	if (x->early && x->claim->first_paid != y->claim->first_paid)
		return x->claim->first_paid < y->claim->first_paid ? -1 : 1;
	return claim_order(x->s, x->claim, y->claim);
}

static size_t
passing_list(const struct run *r, const struct claims *claims, const struct terms_share *share,
	     bool payers, struct passing *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < claims->count; i++) {
		struct claim *c = claims->items[i];

		if (strcmp(claim_share(c, payers)->name, share->name) == 0 && c->held_by == NULL)
			ret[n++] = (struct passing){ c, r->s,
						     !share->achieved_order && c->first_paid > 0 };
	}
	if (n > 1)
		qsort(ret, n, sizeof(*ret), passing_order);
	return n;
}

static void
keep_offset(struct run *r, struct limit_bucket *b, const struct passing *p, bool payers,
	    struct own_ruler *ruler)
{
	const struct claim *c = p->claim;

	if (b->own && c->item != NULL)
		read_own(r, c, payers, ruler);
	along_keep(r, b, &(struct along_stand){
		placed_claim(r->s, c, p->early, 0, false), c, &ruler->ruler,
		payers ? c->through_from : c->through_to, c->amount, c->amount });
}

/* What passed from now on. */
static void
keep_offsets(struct run *r, const struct terms_share *share, bool payers,
	     const struct passing *all, size_t count, const struct along *w)
{
	struct limit_bucket *b = limits_share_bucket(r, share->name, payers, true);
	struct own_ruler ruler = { .ruler = w->ruler };
	struct ends ends;

	if (b == NULL)
		return;
	ends = ends_of_share(r, share->name);
	b->own = have_own(&ends);
	along_begin(b, &w->gaps, share->achieved_order);
	for (size_t i = 0; i < count; i++)
		if (all[i].claim->amount > 0)
			keep_offset(r, b, &all[i], payers, &ruler);
}

static void
share_offsets(struct run *r, struct claims *claims, const struct terms_share *share, bool payers)
{
	struct passing *all = mem_alloc((claims->count + 1) * sizeof(*all));
	size_t n = passing_list(r, claims, share, payers, all);
	struct limit_bucket *b = limits_share_bucket(r, share->name, payers, false);
	struct along w = { .s = r->s, .b = b };

	share_ruler(r, share->name, &w.ruler);
	if (b != NULL && w.ruler.moves)
		b->changed = true;
	held_share_gaps(r, share, payers, &w.gaps);
	for (size_t i = 0; i < n; i++) {
		struct claim *c = all[i].claim;
		struct placed place = placed_claim(r->s, c, all[i].early, 0, false);

		*(payers ? &c->through_from : &c->through_to) = along_to(&w, &place);
		holding_share(r, share, payers, c);
		if (c->amount > 0)
			along_add(&w, c->amount);
	}
	if (along_rest(&w) > LIMIT_INTEGER)
		run_fail(r, RC_RANGE, "terms %s: what went through is beyond every amount",
			 share->pointer);
	keep_offsets(r, share, payers, all, n, &w);
	free(all);
}

/* Has a newer version tranches of this name? Then its order is the one. */
static bool
is_older(const struct run *r, size_t version, const char *name)
{
	for (size_t v = version + 1; v < r->version_count; v++) {
		const struct terms_share *s = terms_share(r->s->versions[v].terms, name);

		if (s != NULL && s->tranche_count > 1)
			return true;
	}
	return false;
}

void
split_offsets(struct run *r, struct claims *claims)
{
	for (size_t v = 0; v < r->version_count; v++) {
		const struct terms *t = r->s->versions[v].terms;

		for (size_t i = 0; i < t->share_count; i++) {
			if (t->shares[i].tranche_count < 2 || is_older(r, v, t->shares[i].name))
				continue;
			share_offsets(r, claims, &t->shares[i], true);
			share_offsets(r, claims, &t->shares[i], false);
		}
	}
}
