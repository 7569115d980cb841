/* settle_split.c - shares: an amount split by weights over payers and payees, so that the parts
 * always add up; then tax and what is held back. */
#include "split.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "claim.h"
#include "date.h"
#include "expression.h"
#include "item.h"
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

		if (t->to != NULL && !tranche_end(sc, t, &high)) {
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

const struct terms_share *
claim_share(const struct claim *c, bool payers)
{
	if (c->floor != NULL)
		return payers ? c->floor->from_share : c->floor->to_share;
	return payers ? c->item->payment->from_share : c->item->payment->to_share;
}

bool
split_moves(const struct claim *c)
{
	return claim_share(c, true)->tranche_count > 1 || claim_share(c, false)->tranche_count > 1;
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

	split_share(sc, claim_share(c, false), one.amount, offset, &to);
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
		split_share(sc, claim_share(c, true), c->amount, c->through_from, &from);
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

/* The amounts of which `posted` is what is not held back: rounding makes several of them one, and
 * nothing is left of any of which all is held back. */
struct span
hold_span(const struct terms_payment *p, int64_t posted)
{
	int64_t size = posted < 0 ? -posted : posted, high, below;
	struct span ret = { posted, posted };
	struct ratio rest, v;

	if (posted == 0 && ratio_compare(p->hold_part, ratio_integer(1)) == 0)
		ret.high = LIMIT_INTEGER;
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
