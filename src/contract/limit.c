/* limit.c - an ordered list of limits: each takes what the one before left and never gives back.
 *
 * A bucket is one combination of what a limit is `per`. In settled order what a
 * key's lines hold keeps its room first, in the order in which it was first
 * paid; then, as in achieved order, everything else by achieved date, enrolment
 * date, pseudonym, payment, outcome, occurrence. */
#include "limit.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "calendar.h"
#include "claim.h"
#include "fact.h"
#include "item.h"
#include "limit_priv.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settled.h"
#include "settlement.h"
#include "split.h"
#include "terms.h"
#include "wakes.h"

struct claim *
claim_add(struct claims *c)
{
	struct claim *ret;

	c->items = mem_room(c->items, c->count, &c->capacity, sizeof(*c->items));
	ret = arena_alloc(c->arena, sizeof(*ret));
	c->items[c->count++] = ret;
	ret->payer = ret->payee = NONE;
	return ret;
}

/* ---- order ---- */

uint32_t
item_pseudonym(const struct settlement *s, const struct item *it)
{
	bool own = it->enrolment == NONE || !owner_at(s, it->owner)->paired;

	return own ? it->owner : fact_at(s, it->enrolment)->owner;
}

struct standing
item_standing(const struct settlement *s, const struct item *it)
{
	return (struct standing){
		.achieved = it->achieved, .start = it->start, .who = item_pseudonym(s, it),
		.enrolment = it->enrolment, .payment = it->payment->name,
		.outcome = it->outcome == NULL ? "" : it->outcome->name,
		.occurrence = it->occurrence
	};
}

int
standing_order(const struct settlement *s, const struct standing *x, const struct standing *y)
{
	int c;

	if (x->achieved != y->achieved)
		return x->achieved < y->achieved ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	c = owner_order(s, x->who, y->who);
	if (c == 0)
		c = strcmp(x->payment, y->payment);
	if (c == 0)
		c = strcmp(x->outcome, y->outcome);
	if (c == 0)
		c = strcmp(x->occurrence, y->occurrence);
	if (c == 0)
		c = (x->enrolment > y->enrolment) - (x->enrolment < y->enrolment);
	return c;
}

int
item_order(const struct settlement *s, const struct item *x, const struct item *y)
{
	struct standing a = item_standing(s, x), b = item_standing(s, y);

	return standing_order(s, &a, &b);
}

/* By their names: number is not order. */
int
party_order(const struct settlement *s, uint32_t a, uint32_t b)
{
	if (a == b || a == NONE || b == NONE)
		return (a == NONE) - (b == NONE);
	return strcmp(name_text(&s->names, a), name_text(&s->names, b));
}

struct standing
claim_standing(const struct settlement *s, const struct claim *c)
{
	if (c->item != NULL)
		return item_standing(s, c->item);
	return (struct standing){
		.achieved = c->floor_day,
		.start = c->floor_start,
		.who = c->floor_owner == NONE ? OWNER_OF_CONTRACT : c->floor_owner,
		.enrolment = NONE, .payment = c->floor->name, .outcome = "",
		.occurrence = c->bucket
	};
}

int
claim_order(const struct settlement *s, const struct claim *a, const struct claim *b)
{
	struct standing x = claim_standing(s, a), y = claim_standing(s, b);
	int c = standing_order(s, &x, &y);

	if (c == 0)
		c = party_order(s, a->payer, b->payer);
	return c != 0 ? c : party_order(s, a->payee, b->payee);
}

/* What decides most often lies together. */
struct ranked {
	int32_t achieved, start;
	uint32_t who, place;
	struct claim *claim;
	const struct settlement *s;
};

static int
ranked_order(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int c;

	if (x->achieved != y->achieved)
		return x->achieved < y->achieved ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->who != y->who)
		return x->who < y->who ? -1 : 1;
	c = claim_order(x->s, x->claim, y->claim);
	return c != 0 ? c : (x->place > y->place) - (x->place < y->place);
}

void
limit_order(struct applying *a, const struct claims *claims)
{
	struct ranked *all = mem_alloc((claims->count + 1) * sizeof(*all));
	const struct settlement *s = a->run->s;
	size_t n = 0;

	for (size_t i = 0; i < claims->count; i++) {
		struct claim *c = claims->items[i];

		if (c->item == NULL)
			continue;
		all[n++] = (struct ranked){ c->item->achieved, c->item->start,
					    owner_rank(s, item_pseudonym(s, c->item)), (uint32_t)i,
					    c, s };
	}
	if (n > 1)
		qsort(all, n, sizeof(*all), ranked_order);
	a->order = mem_alloc((n + 1) * sizeof(*a->order));
	a->order_count = n;
	for (size_t i = 0; i < n; i++)
		a->order[i] = all[i].claim;
	free(all);
}

int
limit_dims_order(const uint32_t *x, const uint32_t *y)
{
	for (size_t i = 0; i < DIMENSIONS_MAX; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

int
limit_bucket_order(const struct entry *x, const struct entry *y)
{
	int c = limit_dims_order(x->dims, y->dims);

	return c != 0 ? c : (x->period > y->period) - (x->period < y->period);
}

/* As first paid, then by the ties. */
int
limit_paid_order(const struct entry *x, const struct entry *y)
{
	if (x->early != y->early)
		return x->early ? -1 : 1;
	if (x->early && x->claim->first_paid != y->claim->first_paid)
		return x->claim->first_paid < y->claim->first_paid ? -1 : 1;
	return (x->rank > y->rank) - (x->rank < y->rank);
}

int
limit_entry_order(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int c = limit_bucket_order(x, y);

	if (c == 0 && !x->by_tie)
		c = limit_paid_order(x, y);
	return c != 0 ? c : (x->rank > y->rank) - (x->rank < y->rank);
}

/* ---- buckets ---- */

/* Room that is lost when it is freed stays taken where it was taken; else what was paid, gone and
 * paid again stands where it is paid now. */
uint32_t
limit_statement(const struct terms_limit *l, uint32_t first_paid, uint32_t ever_paid)
{
	return limit_loses(l) ? ever_paid : first_paid;
}

static bool
time_dimension(struct applying *a, const struct terms_per *per, const struct claim *c,
	       struct entry *e)
{
	struct scope sc = { .run = a->run, .unit = run_contract(a->run), .version = a->version };
	bool settled = per->what == PER_SETTLED && c->held_by == NULL;
	uint32_t paid = limit_statement(a->limit, c->first_paid, c->ever_paid);
	int32_t day = c->item->achieved;
	struct period p;
	bool held;

	if (c->held_by != NULL && day == INT32_MIN)
		return false;		/* when they left, the limit had no periods */
	if (settled)
		day = paid > 0 ? statement_through(a->run->s, paid) : a->run->through;
	held = period_holding(&sc, per->calendar, day, &p);
	if (settled && paid == 0)	/* in another period it stands elsewhere */
		owner_again(a->run, c->item->owner, held ? p.end + 1 : a->run->through);
	if (!held)
		return false;
	e->period = p.index + 1;
	e->period_end = p.end;
	return true;
}

/* A place of its own, beside the periods that follow each other: the last day of the period in
 * which they began. */
static bool
began_dimension(struct applying *a, const struct terms_per *per, const struct claim *c,
		uint32_t *ret)
{
	struct scope sc = { .run = a->run, .unit = run_contract(a->run), .version = a->version };
	struct period p;

	if (c->item->start == INT32_MIN || !period_holding(&sc, per->calendar, c->item->start, &p))
		return false;
	*ret = (uint32_t)p.end;
	return true;
}

static bool
set_dimensions(struct applying *a, const struct claim *c, struct entry *e)
{
	size_t n = 0;

	for (size_t i = 0; i < a->limit->per_count && n < DIMENSIONS_MAX; i++) {
		const struct terms_per *per = &a->limit->per[i];

		switch (per->what) {
		case PER_PERSON:
			e->dims[n++] = c->item->owner;
			break;
		case PER_ENROLMENT:
			e->dims[n++] = c->item->of_enrolment;
			break;
		case PER_SITE:
			e->dims[n++] = c->item->site;
			break;
		case PER_GROUP:
			if (!limit_has_member(a->run, c, per->group->name))
				return false;
			break;
		case PER_ACHIEVED:
		case PER_SETTLED:
			if (!time_dimension(a, per, c, e))
				return false;
			break;
		case PER_ENROLLED:
			if (!began_dimension(a, per, c, &e->dims[n++]))
				return false;
			break;
		case PER_PAYER:
			e->dims[n++] = c->payer;
			break;
		case PER_PAYEE:
			e->dims[n++] = c->payee;
			break;
		case PER_CONTRACT:
			break;
		}
	}
	return true;
}

struct span
limit_moved(const struct run *r, const struct terms_limit *l, const struct item *it,
	    const struct key_row *k)
{
	const char *payer;

	if (l->kind != LIMIT_STEPS || l->excess != EXCESS_PAYER)
		return (struct span){ 0, 0 };
	payer = l->excess_payer->name;
	return room_of_lines(r, it, k, name_number(&r->s->names, payer, strlen(payer)), NONE);
}

/* ---- whose limit it is ---- */

const struct terms_limit *
limit_newest(const struct run *r, const char *name, size_t *ret_version)
{
	for (size_t v = r->version_count; v-- > 0;) {
		const struct terms_limit *l = terms_limit(r->s->versions[v].terms, name);

		if (l != NULL) {
			*ret_version = v;
			return l;
		}
	}
	return NULL;
}

bool
limit_is_newest(const struct run *r, size_t version, const struct terms_limit *l)
{
	size_t newest = version;

	return limit_newest(r, l->name, &newest) != NULL && newest == version;
}

/* ---- what lines hold ---- */

/* At least 0. */
int64_t
limit_between(int64_t v, int64_t high)
{
	if (v > high)
		v = high;
	return v > 0 ? v : 0;
}

/* What a claim's lines hold of the limit's room, up to what it asks. */
static void
set_hold(const struct applying *a, struct entry *e)
{
	const struct claim *c = e->claim;
	struct span excess = limit_moved(a->run, a->limit, c->item, c->key);
	int64_t hold = c->hold - excess.low, high = c->hold + c->open - excess.high;

	e->peak = c->peak - excess.low;
	if (c->frozen)
		hold = high = c->amount;
	else if (a->limit->achieved_order)
		hold = high = 0;
	e->hold = limit_between(hold, c->amount);
	e->open = limit_between(high, c->amount) - e->hold;
}

/* Does the item's own version, which has this limit (or NULL), put it there? */
static bool
is_under(struct applying *a, const struct claim *c, const struct terms_limit *own, bool less)
{
	if (c->held_by != NULL)
		return c->held_less == less && strcmp(c->held_by, a->limit->name) == 0;
	if (own == NULL)
		return false;
	return less ? terms_payments_have(own->less, own->less_count, c->item->payment->name)
		    : terms_payments_have(own->of, own->of_count, c->item->payment->name);
}

/* A key that is gone counts only where the room that it set free stays taken. */
static bool
is_gone(const struct applying *a, const struct claim *c)
{
	return c->kept == NULL && !c->frozen && !limit_loses(a->limit);
}

/* By version; free() it. */
static const struct terms_limit **
limit_in_versions(const struct applying *a)
{
	const struct run *r = a->run;
	const struct terms_limit **ret = mem_alloc((r->version_count + 1) * sizeof(*ret));

	for (size_t v = 0; v < r->version_count; v++)
		ret[v] = terms_limit(r->s->versions[v].terms, a->limit->name);
	return ret;
}

void
limit_gather(struct applying *a, bool less, struct entry **ret, size_t *ret_count)
{
	struct entry *entries = mem_alloc((a->order_count + 1) * sizeof(*entries));
	const struct terms_limit **own = limit_in_versions(a);
	size_t n = 0;

	for (size_t i = 0; i < a->order_count; i++) {
		struct claim *c = a->order[i];
		struct entry *e = &entries[n];

		if (!is_under(a, c, own[c->item->version], less) || is_gone(a, c))
			continue;
		memset(e, 0, sizeof(*e));
		e->claim = c;
		e->s = a->run->s;
		e->rank = (uint32_t)i;
		e->left = c->amount;
		e->early = c->frozen || (!a->limit->achieved_order && c->first_paid > 0);
		e->by_tie = limit_is_cap(a->limit) || a->limit->kind == LIMIT_LESS;
		set_hold(a, e);
		if (!set_dimensions(a, c, e))
			continue;
		e->own_period = e->period;
		n++;
	}
	free(own);
	if (n > 1)
		qsort(entries, n, sizeof(*entries), limit_entry_order);
	*ret = entries;
	*ret_count = n;
}

