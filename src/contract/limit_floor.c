/* limit_floor.c - floors: on a day the contract, or each site or person, is topped up to a level.
 *
 * Nothing is taken from what counts: only its sum in each bucket is asked. Over more than one
 * person that is carried from statement to statement (limit_carried.c), so that the top-up is made
 * also where nobody is claimed. */
#include "limit.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "calendar.h"
#include "claim.h"
#include "expression.h"
#include "fact.h"
#include "held.h"
#include "item.h"
#include "limit_priv.h"
#include "limits_utfall.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settled.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

/* ---- sums of however many amounts ---- */

#define HALF (INT64_C(1) << 32)

struct counted
counted_of(int64_t amount)
{
	int64_t low = amount % HALF;

	low += low < 0 ? HALF : 0;
	return (struct counted){ .high = (amount - low) / HALF, .low = low };
}

void
counted_add(struct counted *to, struct counted more, int64_t sign)
{
	to->high += sign * more.high;
	to->low += sign * more.low;
}

/* Beyond every amount it is the largest, or the smallest, that there is. */
static int64_t
counted_amount(struct counted sum)
{
	struct counted low = counted_of(sum.low);
	int64_t high = sum.high + low.high;

	if (high > LIMIT_INTEGER / HALF)
		return LIMIT_INTEGER;
	if (high < -LIMIT_INTEGER / HALF)
		return -LIMIT_INTEGER;
	return high * HALF + low.low;
}

/* ---- its day, its level, whom it is about ---- */

struct toward {			/* what counts towards a floor in a bucket */
	uint32_t dims[DIMENSIONS_MAX];
	int32_t period, period_end;
	struct counted sum;
	const struct entry *first;	/* a floor of each person's: its first entitlement; or NULL */
};

static int32_t
floor_day(struct run *r, const struct version *v, const struct terms_limit *l, int32_t through)
{
	struct scope sc = { .run = r, .unit = run_contract(r), .version = v, .day = through };
	struct xval on = x_eval(&sc, l->on);

	return on.kind == X_DATE ? on.day : NEVER;
}

/* Of its dimension in the bucket; NONE where it has none. */
static uint32_t
dimension(const struct terms_limit *l, const struct toward *b, enum terms_dimension what)
{
	size_t n = 0;

	for (size_t i = 0; i < l->per_count; i++) {
		if (l->per[i].what == what)
			return b->dims[n];
		n += l->per[i].what == PER_PERSON || l->per[i].what == PER_SITE ||
		     l->per[i].what == PER_ENROLLED;
	}
	return NONE;
}

static bool
is_per(const struct terms_limit *l, enum terms_dimension what)
{
	for (size_t i = 0; i < l->per_count; i++)
		if (l->per[i].what == what)
			return true;
	return false;
}

/* The bucket's person or site, else the contract; NONE: a site that nothing is known of. */
static uint32_t
floor_owner(const struct applying *a, const struct toward *b)
{
	if (is_per(a->limit, PER_PERSON))
		return dimension(a->limit, b, PER_PERSON);
	if (is_per(a->limit, PER_SITE))
		return site_find(a->run->s, dimension(a->limit, b, PER_SITE));
	return OWNER_OF_CONTRACT;
}

/* Has a person or site, where it is a floor of each? */
static bool
has_owner(const struct applying *a, const struct toward *b)
{
	if (is_per(a->limit, PER_SITE) && dimension(a->limit, b, PER_SITE) == NONE)
		return false;
	return !is_per(a->limit, PER_PERSON) ||
	       owner_at(a->run->s, floor_owner(a, b))->kind == OWNER_PERSON;
}

/* Read on the floor's day; at the contract, or where it asks for a person or site, there. Where
 * that is not a person it is read in every statement: statistics may move it. */
static bool
floor_level(struct applying *a, const struct toward *b, int32_t on, struct ratio *ret)
{
	struct run *r = a->run;
	bool asks = limit_asks(a->limit, a->limit->amount);
	bool everybody = r->read_everybody, known;
	struct scope sc = { .run = r, .version = a->version, .day = on };

	if (asks && is_per(a->limit, PER_PERSON))
		return limit_number(a, a->limit->amount, b->first, on, ret);
	sc.unit = asks ? run_site(r, floor_owner(a, b))
		       : run_contract(r);
	known = x_ratio(x_eval(&sc, a->limit->amount), ret);
	if (!limit_is_local(a->limit))
		r->read_everybody = everybody;
	return known;
}

/* The label of the bucket's period, "" where it has none. */
static void
floor_occurrence(const struct applying *a, const struct toward *b, char ret[160])
{
	struct scope sc = { .run = a->run, .unit = run_contract(a->run), .version = a->version };
	struct period p;

	ret[0] = '\0';
	for (size_t i = 0; i < a->limit->per_count; i++) {
		const struct terms_per *per = &a->limit->per[i];
		int32_t day = per->what == PER_ENROLLED
				? (int32_t)dimension(a->limit, b, PER_ENROLLED) : b->period_end;

		if (per->calendar != NULL && period_holding(&sc, per->calendar, day, &p))
			period_label(&sc, per->calendar, &p, ret);
	}
}

/* As whoever it is about began: where tranches put it among others. */
static int32_t
floor_start(const struct applying *a, uint32_t owner)
{
	struct run *r = a->run;
	struct arena *arena = arena_new(), *was = r->scratch;
	struct scope sc = { .run = r, .version = a->version };
	int32_t ret;

	r->scratch = arena;
	sc.unit = run_unit(r, owner, arena);
	ret = claim_start_of_gone(&sc, NONE);
	r->scratch = was;
	arena_free(arena);
	return ret;
}

/* Tranches ask where it stands, since when it is paid, and what its lines hold. */
static void
place_top_up(const struct applying *a, struct claim *c)
{
	struct settlement *s = a->run->s;
	struct key_name name = { c->floor_owner, NONE, a->limit->name, "", c->bucket };
	uint32_t key = settled_key_number(s, &name);

	c->floor_start = floor_start(a, c->floor_owner);
	if (key == NONE)
		return;
	c->key = settled_key_at(s, key);
	c->first_paid = c->key->first_paid;
	c->hold = c->key->settled;
	c->peak = c->key->peak;
	if (held_key_stands(a->run, key))
		c->amount = c->key->settled;
}

static bool
has_tranches(const struct terms_limit *l)
{
	return l->from_share->tranche_count > 1 || l->to_share->tranche_count > 1;
}

static void
top_up(struct applying *a, const struct toward *b, int32_t on)
{
	struct ratio level, missing;
	struct claim *c;
	char bucket[160];
	int64_t amount;

	if (!has_owner(a, b) || !floor_level(a, b, on, &level) ||
	    !ratio_sub(level, ratio_integer(counted_amount(b->sum)), &missing) ||
	    ratio_sign(missing) <= 0 || !ratio_round(missing, ROUNDING_HALF_UP, 1, &amount))
		return;
	floor_occurrence(a, b, bucket);
	c = claim_add(a->claims);
	c->floor = a->limit;
	c->amount = amount;
	c->floor_day = on;
	c->version = (uint32_t)(a->version - a->run->s->versions);
	c->floor_owner = floor_owner(a, b);
	memcpy(c->bucket, bucket, sizeof(c->bucket) - 1);
	if (has_tranches(a->limit) && c->floor_owner != NONE)
		place_top_up(a, c);
}

/* ---- what counts ---- */

/* The contract is one bucket, also where nothing is in it. */
static bool
is_whole(const struct terms_limit *l)
{
	for (size_t i = 0; i < l->per_count; i++)
		if (l->per[i].what != PER_CONTRACT)
			return false;
	return true;
}

/* What counts towards a floor on its day: of erased people all that they hold of it. */
static int64_t
towards(const struct entry *e, int32_t on)
{
	return e->claim->held_by != NULL || e->claim->item->achieved <= on ? e->left : 0;
}

/* The buckets of those in hand, who are everybody, or are all of their buckets. */
static struct toward *
count_entries(const struct entry *e, size_t count, int32_t on, size_t *ret_count)
{
	struct toward *ret = mem_alloc((count + 1) * sizeof(*ret));
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		struct toward *b = n == 0 ? NULL : &ret[n - 1];

		if (e[i].claim->pending)
			continue;
		if (b == NULL || b->period != e[i].period ||
		    limit_dims_order(b->dims, e[i].dims) != 0) {
			b = &ret[n++];
			*b = (struct toward){ .period = e[i].period, .first = &e[i],
					      .period_end = e[i].period_end };
			memcpy(b->dims, e[i].dims, sizeof(b->dims));
		}
		counted_add(&b->sum, counted_of(towards(&e[i], on)), 1);
	}
	*ret_count = n;
	return ret;
}

/* What a claim adds to its bucket is carried on. */
static void
keep_count(struct applying *a, const struct entry *e, int64_t adds)
{
	struct settlement *s = a->run->s;
	struct limit_bucket *b;
	struct stand one;
	uint32_t *first;

	b = limits_bucket(s->limits, BUCKET_FLOOR, limit_number_of(a), e->dims, e->period);
	b->period_end = e->period_end;
	first = stand_new(s, b, e, &one);
	if (first == NULL) {
		keep_for_once(a->run, b, e);
		counted_add(&b->fixed_counts, counted_of(adds), 1);
		return;
	}
	one.passed = adds;
	*first = stand_add(s->limits, &one);
	stand_sums(b, &one, 1);
}

static int
toward_order(const void *x, const void *y)
{
	const struct toward *a = x, *b = y;
	int c = limit_dims_order(a->dims, b->dims);

	return c != 0 ? c : (a->period > b->period) - (a->period < b->period);
}

/* Every bucket with somebody in it, with all of them. */
static struct toward *
count_kept(struct applying *a, size_t *ret_count)
{
	const struct limits_carried *c = a->run->s->limits;
	struct toward *ret = mem_alloc((c->count + 1) * sizeof(*ret));
	uint32_t limit = limit_number_of(a);
	size_t n = 0;

	for (size_t i = 0; i < c->count; i++) {
		const struct limit_bucket *b = &c->items[i];

		if (b->limit != limit || b->kind != BUCKET_FLOOR || b->count == 0)
			continue;
		ret[n] = (struct toward){ .period = b->period, .period_end = b->period_end,
					  .sum = b->counts };
		memcpy(ret[n].dims, b->dims, sizeof(b->dims));
		counted_add(&ret[n++].sum, b->fixed_counts, 1);
	}
	if (n > 1)
		qsort(ret, n, sizeof(*ret), toward_order);
	*ret_count = n;
	return ret;
}

void
limit_floor(struct applying *a, struct entry *e, size_t count)
{
	int32_t on = floor_day(a->run, a->version, a->limit, a->run->through);
	struct toward *all;
	size_t n;

	for (size_t i = 0; i < count; i++) {
		e[i].claim->passed = e[i].left;
		e[i].claim->over = 0;
		if (e[i].claim->pending)	/* for an earlier limit: in no bucket */
			continue;
		holding_limit(a, &e[i], HELD_LIMIT, towards(&e[i], on), HELD_ANYWHERE);
		if (limits_keeps(a))
			keep_count(a, &e[i], towards(&e[i], on));
	}
	if (on > a->run->through)
		return;
	all = limits_keeps(a) ? count_kept(a, &n) : count_entries(e, count, on, &n);
	if (n == 0 && is_whole(a->limit))
		top_up(a, &(struct toward){ .first = NULL }, on);
	for (size_t i = 0; i < n; i++)
		top_up(a, &all[i], on);
	free(all);
}

/* ---- which are carried ---- */

/* Its day must be what it was: all that is carried counted up to that day. One of each person's
 * is asked of all when it comes to be due, as their top-ups are made then, and always where
 * everybody's level is read at the contract and may move with what people do. */
bool
floor_may_carry(struct run *r, const struct version *v, const struct terms_limit *l)
{
	int32_t last = statement_through(r->s, r->statement_count), was, now;
	bool each = limit_is_local(l);

	if (!limit_is_own(l->on) || (each && !limit_asks(l, l->amount) && !limit_is_own(l->amount)))
		return false;
	was = floor_day(r, v, l, last);
	now = floor_day(r, v, l, r->through);
	return was == now && !(each && now > last && now <= r->through);
}
