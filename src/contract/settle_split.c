/* settle_split.c - shares: an amount split by weights over payers and payees, so that the parts
 * always add up; then tax and what is held back. */
#include "split.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "claim.h"
#include "date.h"
#include "expression.h"
#include "held.h"
#include "item.h"
#include "limit_along.h"
#include "limits_utfall.h"
#include "money.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "trace.h"
#include "xval.h"

struct portion {		/* of one party */
	uint32_t party;
	int64_t amount;
};

struct portions {
	struct portion *items;
	size_t count, capacity;
	struct arena *arena;
	bool pending;
};

static void
add_portion(struct portions *p, uint32_t party, int64_t amount)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].party == party) {
			p->items[i].amount += amount;
			return;
		}
	p->items = arena_room(p->arena, p->items, p->count, &p->capacity, sizeof(*p->items));
	p->items[p->count++] = (struct portion){ party, amount };
}

static uint32_t
party_number(struct scope *sc, const struct terms_party *party)
{
	return name_number(&sc->run->s->names, party->name, strlen(party->name));
}

/* False where a weight is unknown or below zero. */
static bool
read_weights(struct scope *sc, const struct terms_tranche *t, struct ratio *ret, bool *ret_zero)
{
	*ret_zero = true;
	for (size_t i = 0; i < t->part_count; i++) {
		if (!x_ratio(x_eval(sc, t->parts[i].weight), &ret[i]) || ratio_sign(ret[i]) < 0)
			return false;
		if (ratio_sign(ret[i]) > 0)
			*ret_zero = false;
	}
	return true;
}

static void
split_tranche(struct scope *sc, const struct terms_share *share, const struct terms_tranche *t,
	      int64_t amount, struct portions *ret)
{
	struct ratio *weights = arena_array(ret->arena, t->part_count + 1, sizeof(*weights));
	int64_t *parts = arena_array(ret->arena, t->part_count + 1, sizeof(*parts));
	struct err e;
	bool zero;

	if (!read_weights(sc, t, weights, &zero) || (zero && share->none == NULL)) {
		ret->pending = true;
		return;
	}
	if (zero) {
		add_portion(ret, party_number(sc, share->none), amount);
		return;
	}
	if (money_split(amount, weights, t->part_count, share->residual, parts, &e) != RC_OK) {
		run_fail(sc->run, RC_RANGE, "terms %s: %s", share->pointer, e.text);
		return;
	}
	for (size_t i = 0; i < t->part_count; i++)
		if (parts[i] != 0)
			add_portion(ret, party_number(sc, t->parts[i].party), parts[i]);
	trace_share(sc, share, t, weights, parts, amount);
}

/* `offset` has gone through the share before. */
static void
split_share(struct scope *sc, const struct terms_share *share, int64_t amount, int64_t offset,
	    struct portions *ret)
{
	int64_t low = 0, done = 0;

	if (share->tranche_count == 1 || amount <= 0) {
		split_tranche(sc, share, &share->tranches[0], amount, ret);
		return;
	}
	for (size_t i = 0; i < share->tranche_count && done < amount; i++) {
		const struct terms_tranche *t = &share->tranches[i];
		int64_t high = INT64_MAX, from = offset + done > low ? offset + done : low, take;
		struct ratio to;

		if (t->to != NULL && (!x_ratio(x_eval(sc, t->to), &to) ||
				      !ratio_round(to, ROUNDING_DOWN, 1, &high))) {
			ret->pending = true;
			return;
		}
		low = high;
		if (from >= high)
			continue;
		take = high - from < amount - done ? high - from : amount - done;
		split_tranche(sc, share, t, take, ret);
		done += take;
	}
	if (done < amount)	/* beyond the last tranche nobody is named */
		ret->pending = true;
}

static const struct terms_share *
from_share(const struct claim *c)
{
	return c->floor != NULL ? c->floor->from_share : c->item->payment->from_share;
}

static const struct terms_share *
to_share(const struct claim *c)
{
	return c->floor != NULL ? c->floor->to_share : c->item->payment->to_share;
}

bool
split_moves(const struct claim *c)
{
	return from_share(c)->tranche_count > 1 || to_share(c)->tranche_count > 1;
}

/* One part for each payer and payee. */
static void
add_part(struct arena *arena, struct parts *ret, size_t *capacity, struct part one)
{
	for (size_t i = 0; i < ret->count; i++)
		if (ret->items[i].payer == one.payer && ret->items[i].payee == one.payee) {
			ret->items[i].amount += one.amount;
			return;
		}
	ret->items = arena_room(arena, ret->items, ret->count, capacity, sizeof(*ret->items));
	ret->items[ret->count++] = one;
}

static void
add_parts(struct scope *sc, const struct claim *c, struct part one, int64_t offset,
	  struct parts *ret, size_t *capacity)
{
	struct portions to = { .arena = sc->unit->arena };

	split_share(sc, to_share(c), one.amount, offset, &to);
	ret->pending = ret->pending || to.pending;
	for (size_t i = 0; i < to.count; i++) {
		one.payee = to.items[i].party;
		one.amount = to.items[i].amount;
		add_part(sc->unit->arena, ret, capacity, one);
	}
}

/* Payers first, then each payer's part over the payees; excess that another party owes behind. */
struct parts
split_claim(struct scope *sc, const struct claim *c)
{
	struct parts ret = { NULL, 0, false };
	struct portions from = { .arena = sc->unit->arena };
	size_t capacity = 0;
	int64_t offset = c->through_to;

	if (c->amount != 0)
		split_share(sc, from_share(c), c->amount, c->through_from, &from);
	ret.pending = from.pending;
	for (size_t i = 0; i < from.count; i++) {
		add_parts(sc, c, (struct part){ from.items[i].party, 0, from.items[i].amount }, offset,
			  &ret, &capacity);
		offset += from.items[i].amount;
	}
	for (uint32_t i = 0; i < c->move_count; i++)
		add_parts(sc, c, (struct part){ c->moves[i].payer, 0, c->moves[i].amount }, offset,
			  &ret, &capacity);
	if (ret.pending)
		ret.count = 0;
	return ret;
}

/* Who would come first if there were something: the first whose weight is above 0; where all are 0
 * who bears it then; the first where nobody knows. */
static uint32_t
first_party(struct scope *sc, const struct terms_share *share)
{
	const struct terms_tranche *t = &share->tranches[0];
	bool zero = true;

	for (size_t i = 0; i < t->part_count; i++) {
		struct ratio weight;
		bool known = x_ratio(x_eval(sc, t->parts[i].weight), &weight);

		if (known && ratio_sign(weight) > 0)
			return party_number(sc, t->parts[i].party);
		zero = zero && known && ratio_sign(weight) == 0;
	}
	return party_number(sc, zero && share->none != NULL ? share->none : t->parts[0].party);
}

struct part
first_parties(struct scope *sc, const struct terms_payment *p)
{
	return (struct part){ first_party(sc, p->from_share), first_party(sc, p->to_share), 0 };
}

/* ---- tranches: what has gone through a share before ---- */

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

/* The ends of all versions' tranches of that name together, which are the same for everybody. */
void
share_ruler(struct run *r, const char *name, struct ruler *ret)
{
	size_t capacity = 0;

	*ret = (struct ruler){ NULL, 0, INT64_MAX };
	for (size_t v = 0; v < r->version_count; v++) {
		struct scope sc = { .run = r, .unit = run_contract(r),
				    .version = &r->s->versions[v] };
		const struct terms_share *share = terms_share(sc.version->terms, name);
		struct ratio to;
		int64_t end;

		for (size_t i = 0; share != NULL && i < share->tranche_count; i++) {
			if (share->tranches[i].to == NULL ||
			    !x_ratio(x_eval(&sc, share->tranches[i].to), &to) ||
			    !ratio_round(to, ROUNDING_DOWN, 1, &end))
				continue;
			ret->to = arena_room(r->arena, ret->to, ret->count, &capacity,
					     sizeof(*ret->to));
			ret->to[ret->count++] = end;
		}
	}
	sort_ends(ret);
}

static size_t
passing_list(const struct run *r, const struct claims *claims, const struct terms_share *share,
	     bool payers, struct passing *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < claims->count; i++) {
		struct claim *c = claims->items[i];
		const struct terms_share *own = payers ? from_share(c) : to_share(c);

		if (strcmp(own->name, share->name) == 0 && c->held_by == NULL)
			ret[n++] = (struct passing){ c, r->s,
						     !share->achieved_order && c->first_paid > 0 };
	}
	if (n > 1)
		qsort(ret, n, sizeof(*ret), passing_order);
	return n;
}

static struct along_stand
stand_of_passing(const struct run *r, const struct passing *p, int64_t at)
{
	return (struct along_stand){ placed_claim(r->s, p->claim, p->early, 0), p->claim, at,
				     p->claim->amount, p->claim->amount };
}

/* What passed from now on. */
static void
keep_offsets(struct run *r, const struct terms_share *share, bool payers,
	     const struct passing *all, size_t count, const struct along *w)
{
	struct limit_bucket *b = limits_share_bucket(r, share->name, payers, true);

	if (b == NULL)
		return;
	along_begin(b, &w->gaps, share->achieved_order);
	for (size_t i = 0; i < count; i++) {
		const struct claim *c = all[i].claim;
		struct along_stand one;

		one = stand_of_passing(r, &all[i], payers ? c->through_from : c->through_to);
		if (c->amount > 0)
			along_keep(r, b, w, &one);
	}
}

static void
share_offsets(struct run *r, struct claims *claims, const struct terms_share *share, bool payers)
{
	struct passing *all = mem_alloc((claims->count + 1) * sizeof(*all));
	size_t n = passing_list(r, claims, share, payers, all);
	struct along w = { .s = r->s, .b = limits_share_bucket(r, share->name, payers, false) };

	share_ruler(r, share->name, &w.ruler);
	held_share_gaps(r, share, payers, &w.gaps);
	for (size_t i = 0; i < n; i++) {
		struct claim *c = all[i].claim;
		struct placed place = placed_claim(r->s, c, all[i].early, 0);

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

/* ---- tax and hold ---- */

int
post_order(const struct settlement *s, const struct post *a, const struct post *b)
{
	int c = (a->amount >= 0) - (b->amount >= 0);	/* minus first */

	if (c == 0)
		c = strcmp(name_or_empty(&s->names, a->payer), name_or_empty(&s->names, b->payer));
	if (c == 0)
		c = strcmp(name_or_empty(&s->names, a->payee), name_or_empty(&s->names, b->payee));
	if (c == 0)
		c = strcmp(name_or_empty(&s->names, a->unit), name_or_empty(&s->names, b->unit));
	if (c == 0)
		c = strcmp(name_or_empty(&s->names, a->tax), name_or_empty(&s->names, b->tax));
	if (c == 0)
		c = (a->version > b->version) - (a->version < b->version);
	return c != 0 ? c : (a->year > b->year) - (a->year < b->year);
}

void
post_add(struct posts *p, struct post one)
{
	for (size_t i = 0; i < p->count; i++) {
		struct post *have = &p->items[i];

		if (have->payer == one.payer && have->payee == one.payee && have->unit == one.unit &&
		    have->tax == one.tax && have->version == one.version && have->year == one.year) {
			have->amount += one.amount;
			return;
		}
	}
	p->items = arena_room(p->arena, p->items, p->count, &p->capacity, sizeof(*p->items));
	p->items[p->count++] = one;
}

static int64_t
times_rounded(struct scope *sc, const struct terms_payment *p, struct ratio rate, int64_t amount,
	      enum rounding how)
{
	struct ratio v;
	int64_t ret = 0;

	if (!ratio_mul(rate, ratio_integer(amount), &v) || !ratio_round(v, how, 1, &ret))
		run_fail(sc->run, RC_RANGE, "terms %s: a part of an amount is beyond every amount",
			 p->pointer);
	return ret;
}

static int64_t
held_back(struct scope *sc, const struct item *it, int64_t amount)
{
	if (!it->payment->held || it->held_until <= sc->run->through)
		return 0;
	return times_rounded(sc, it->payment, it->payment->hold_part, amount, ROUNDING_DOWN);
}

/* The amounts of which `posted` is what is not held back: rounding makes several of them one. */
struct span
hold_span(const struct terms_payment *p, int64_t posted)
{
	int64_t size = posted < 0 ? -posted : posted, high, below;
	struct span ret = { posted, posted };
	struct ratio rest, v;

	if (posted == 0 || !ratio_sub(ratio_integer(1), p->hold_part, &rest) ||
	    ratio_sign(rest) <= 0 || !ratio_div(ratio_integer(size), rest, &v) ||
	    !ratio_round(v, ROUNDING_DOWN, 1, &high) ||
	    !ratio_div(ratio_integer(size - 1), rest, &v) ||
	    !ratio_round(v, ROUNDING_DOWN, 1, &below))
		return ret;
	ret.low = posted < 0 ? -high : below + 1;
	ret.high = posted < 0 ? -(below + 1) : high;
	return ret;
}

static void
post_tax(struct scope *sc, const struct claim *c, struct post net, struct posts *ret)
{
	const struct terms_payment *p = c->item->payment;
	struct xval rate = table_value(sc, p->tax, NULL, NULL, c->item->achieved);
	struct ratio r;

	if (!x_ratio(rate, &r)) {
		run_fail(sc->run, RC_REFUSED, "terms %s: no tax rate is known for the day of an "
			 "amount", p->tax->pointer);
		return;
	}
	net.tax = name_number(&sc->run->s->names, p->tax->name, strlen(p->tax->name));
	net.amount = times_rounded(sc, p, r, net.amount, p->round);
	net.amount -= held_back(sc, c->item, net.amount);
	if (net.amount != 0)
		post_add(ret, net);
}

void
posts_of_parts(struct scope *sc, const struct claim *c, const struct parts *parts,
	       struct posts *ret)
{
	const struct terms_payment *p = c->item == NULL ? NULL : c->item->payment;
	const char *unit = p != NULL ? p->unit : sc->version->terms->unit;
	int year, month, day;

	date_to_civil((struct date){ p != NULL ? c->item->counts : c->floor_day }, &year, &month,
		      &day);
	for (size_t i = 0; i < parts->count; i++) {
		struct post post = { .payer = parts->items[i].payer,
				     .payee = parts->items[i].payee, .tax = NONE, .year = year,
				     .version = (uint32_t)(sc->version - sc->run->s->versions),
				     .amount = parts->items[i].amount };

		post.unit = name_number(&sc->run->s->names, unit, strlen(unit));
		if (p != NULL && p->tax != NULL)
			post_tax(sc, c, post, ret);
		if (p != NULL)
			post.amount -= held_back(sc, c->item, post.amount);
		if (post.amount != 0)
			post_add(ret, post);
	}
}
