/* limit_carried.c - what everybody else takes of a limit, carried from statement to statement.
 *
 * A cap over more than one person is a bucket with what each item takes of it, in the order in
 * which its room is given. Units without news stay there; only touched ones are claimed again.
 * Then room may end at another place of that order than before: who stands between the two is
 * claimed as well, and it is worked out once more. Where that goes on and on all are claimed. */
#include "limit.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "claim.h"
#include "expression.h"
#include "fact.h"
#include "item.h"
#include "limit_along.h"
#include "rows.h"
#include "run.h"
#include "settled.h"
#include "settlement.h"
#include "terms.h"
#include "wakes.h"

void
limits_forget(struct settlement *s)
{
	if (s->limits == NULL)
		return;
	for (size_t i = 0; i < s->limits->count; i++)
		turns_free(&s->limits->items[i]);
	free(s->limits->items);
	free(s->limits->slots);
	free(s->limits->stands);
	free(s->limits);
	s->limits = NULL;
}

/* ---- which terms can be carried ---- */

/* Within one person, or what each entitlement comes to by itself. */
bool
limit_is_local(const struct terms_limit *l)
{
	if (l->kind == LIMIT_SCALE)
		return true;
	for (size_t i = 0; i < l->per_count; i++)
		if (l->per[i].what == PER_PERSON || l->per[i].what == PER_ENROLMENT)
			return true;
	return false;
}

/* Where it goes by the statement that first paid it, what nobody paid moves on. */
bool
limit_has_statements(const struct terms_limit *l)
{
	for (size_t i = 0; i < l->per_count; i++)
		if (l->per[i].what == PER_SETTLED)
			return true;
	return false;
}

/* An end of each entitlement's own is good as long as there is nothing new about its person, if
 * what it is read of at the contract does not move with what people do: then it may differ for
 * everybody at once. */
static bool
can_be_carried(const struct version *v, const struct terms_limit *l)
{
	return l->kind == LIMIT_STEPS && limit_ends_may_carry(v, l);
}

/* Limits of the version that no newer one has under the same name. */
static bool
version_can(struct run *r, size_t v)
{
	const struct terms *t = r->s->versions[v].terms;

	for (size_t i = 0; i < t->limit_count; i++) {
		const struct terms_limit *l = &t->limits[i];

		if (!limit_is_newest(r, v, l))
			continue;
		if (l->kind == LIMIT_FLOOR ? !floor_may_carry(r, &r->s->versions[v], l)
					   : !limit_is_local(l) &&
						     !can_be_carried(&r->s->versions[v], l))
			return false;
	}
	for (size_t i = 0; i < t->share_count; i++)
		if (!share_may_carry(r, &t->shares[i]))
			return false;
	return true;
}

/* May this run leave units without news out of the claims? */
bool
limits_may_carry(struct run *r)
{
	const struct settlement *s = r->s;

	if (r->all || s->limits == NULL || s->limits->broken || s->diverged ||
	    r->statement_count == 0 || s->limits->statement < r->statement_count ||
	    !limits_know_subjects(r))
		return false;
	for (size_t v = 0; v < r->version_count; v++)
		if (!version_can(r, v) || statement_through(s, r->statement_count) >=
					  s->versions[v].terms->settlement.final.days)
			return false;
	return true;
}

/* ---- buckets ---- */

static size_t
place_of(const struct limits_carried *c, enum bucket_kind kind, uint32_t limit,
	 const uint32_t *dims, int32_t period)
{
	uint64_t h = 1469598103934665603u + limit + kind;

	for (size_t i = 0; i < DIMENSIONS_MAX; i++)
		h = (h ^ dims[i]) * 1099511628211u;
	h = (h ^ (uint32_t)period) * 1099511628211u;
	h ^= h >> 31;
	for (size_t at = h & (c->slot_count - 1);; at = (at + 1) & (c->slot_count - 1)) {
		const struct limit_bucket *b;

		if (c->slots[at] == 0)
			return at;
		b = &c->items[c->slots[at] - 1];
		if (b->limit == limit && b->period == period && b->kind == kind &&
		    memcmp(b->dims, dims, sizeof(b->dims)) == 0)
			return at;
	}
}

static void
grow_slots(struct limits_carried *c)
{
	if (2 * (c->count + 1) <= c->slot_count)
		return;
	free(c->slots);
	c->slot_count = c->slot_count == 0 ? 64 : 2 * c->slot_count;
	c->slots = mem_alloc(c->slot_count * sizeof(*c->slots));
	for (size_t i = 0; i < c->count; i++) {
		const struct limit_bucket *b = &c->items[i];

		c->slots[place_of(c, b->kind, b->limit, b->dims, b->period)] = (uint32_t)i + 1;
	}
}

struct limit_bucket *
limits_bucket(struct limits_carried *c, enum bucket_kind kind, uint32_t limit,
	      const uint32_t *dims, int32_t period)
{
	struct limit_bucket *b;
	size_t at;

	grow_slots(c);
	at = place_of(c, kind, limit, dims, period);
	if (c->slots[at] != 0)
		return &c->items[c->slots[at] - 1];
	c->items = mem_room(c->items, c->count, &c->capacity, sizeof(*c->items));
	b = &c->items[c->count++];
	*b = (struct limit_bucket){ .kind = (uint8_t)kind, .limit = limit, .period = period,
				    .end = INT64_MAX };
	memcpy(b->dims, dims, sizeof(b->dims));
	c->slots[at] = (uint32_t)c->count;
	return b;
}

/* Not a limit within one person, or one that is always asked of all. */
bool
limits_keeps(struct applying *a)
{
	return a->run->keeps_limits && a->run->s->limits != NULL && !limit_is_local(a->limit) &&
	       (a->limit->kind == LIMIT_FLOOR || can_be_carried(a->version, a->limit));
}

bool
bucket_has_places(const struct limit_bucket *b)
{
	return b->kind >= BUCKET_LADDER;
}

enum bucket_kind
limit_kind_of(const struct terms_limit *l)
{
	if (l->kind == LIMIT_FLOOR)
		return BUCKET_FLOOR;
	if (limit_is_cap(l))
		return BUCKET_CAP;
	return l->along_count ? BUCKET_COUNT : BUCKET_LADDER;
}

uint32_t
limit_number_of(struct applying *a)
{
	return name_number(&a->run->s->names, a->limit->name, strlen(a->limit->name));
}

struct limit_bucket *
limits_bucket_of(struct applying *a, const struct entry *e)
{
	struct limits_carried *c = a->run->s->limits;
	size_t at;

	if (!limits_keeps(a) || c->slot_count == 0)
		return NULL;
	at = place_of(c, limit_kind_of(a->limit), limit_number_of(a), e->dims, e->period);
	return c->slots[at] == 0 ? NULL : &c->items[c->slots[at] - 1];
}

struct limit_bucket *
limits_share_bucket(struct run *r, const char *share, bool payers, bool make)
{
	struct limits_carried *c = r->keeps_limits ? r->s->limits : NULL;
	enum bucket_kind kind = payers ? BUCKET_FROM : BUCKET_TO;
	const uint32_t dims[DIMENSIONS_MAX] = { 0 };
	uint32_t name;
	size_t at;

	if (c == NULL || (!make && c->slot_count == 0))
		return NULL;
	name = name_number(&r->s->names, share, strlen(share));
	if (make)
		return limits_bucket(c, kind, name, dims, 0);
	at = place_of(c, kind, name, dims, 0);
	return c->slots[at] == 0 ? NULL : &c->items[c->slots[at] - 1];
}

int64_t
limits_others(struct applying *a, const struct entry *e)
{
	const struct limit_bucket *b = limits_bucket_of(a, e);

	return b == NULL ? 0 : b->taken + b->fixed;
}

/* ---- room that goes on from period to period ---- */

/* A share may go by a limit's name. */
static bool
is_of(const struct limit_bucket *b, const struct applying *a, uint32_t limit)
{
	return b->limit == limit && b->kind == limit_kind_of(a->limit);
}

bool
limits_first(struct applying *a, size_t count, struct entry *ret)
{
	const struct limits_carried *c = a->run->s->limits;
	uint32_t limit = limit_number_of(a);
	bool any = count > 0;

	for (size_t i = 0; limits_keeps(a) && i < c->count; i++) {
		const struct limit_bucket *b = &c->items[i];

		if (b->count == 0 || !is_of(b, a, limit) || (any && b->period >= ret->period) ||
		    memcmp(b->dims, ret->dims, sizeof(b->dims)) != 0)
			continue;
		ret->period = b->period;
		ret->period_end = b->period_end;
		any = true;
	}
	return any;
}

void
limits_end(struct applying *a, const struct entry *e, int64_t end)
{
	struct limit_bucket *b = limits_bucket_of(a, e);

	if (b == NULL || b->end == end)
		return;
	b->end = end;
	b->changed = true;
}

static bool
has_claims(const struct limit_bucket *b, const struct entry *e, size_t count)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = limit_dims_order(e[mid].dims, b->dims);

		if (c == 0)
			return true;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

void
limits_left(struct applying *a, const struct entry *e, size_t count, series_fn *fn)
{
	const struct limits_carried *c = a->run->s->limits;
	uint32_t limit = limit_number_of(a);

	for (size_t i = 0; limits_keeps(a) && i < c->count; i++) {
		const struct limit_bucket *b = &c->items[i];
		struct entry now = { .period = b->period, .period_end = b->period_end };

		if (!is_of(b, a, limit) || !b->changed || has_claims(b, e, count))
			continue;
		memcpy(now.dims, b->dims, sizeof(now.dims));
		fn(a, NULL, 0, now);
	}
}

/* ---- who stands in them ---- */

void
stand_sums(struct limit_bucket *b, const struct stand *st, int64_t sign)
{
	b->count += (uint32_t)sign;
	if (b->kind == BUCKET_FLOOR) {
		counted_add(&b->counts, counted_of(st->passed), sign);
		return;
	}
	if (bucket_has_places(b))
		return;
	b->taken += sign * (st->passed > st->peak ? st->passed : st->peak);
	if (st->paid == LOOSE)
		b->loose += sign * (st->held > st->peak ? st->held : st->peak);
	b->short_of += (uint32_t)sign * (st->passed < stand_sure(st));
}

void
stand_moves(const struct settlement *s, struct limit_bucket *b, uint32_t number, bool comes)
{
	const struct stand *st = stand_at(s->limits, number);
	int64_t sign = comes ? 1 : -1;
	void (*const move)(const struct settlement *s, struct limit_bucket *b, struct turn t) =
		comes ? turns_put : turns_take;

	b->changed = true;
	stand_sums(b, st, sign);
	for (int kind = 0; kind < TURN_KINDS; kind++)
		if (stand_asks(st, (enum turn_kind)kind) > 0)
			move(s, b, turn_of(s, number, (enum turn_kind)kind));
}

/* An item's, or one of a key's that is gone; NULL where nobody keeps it. */
uint32_t *
stand_new(const struct settlement *s, const struct limit_bucket *b, const struct entry *e,
	  struct stand *ret)
{
	const struct claim *c = e->claim;
	uint32_t *first = c->kept != NULL ? &c->kept->stand : NULL;
	struct kept *kept;

	if (first == NULL && c->held_by == NULL) {
		kept = owner_at(s, c->item->owner)->kept;
		first = kept == NULL ? NULL : &kept->gone;
	}
	*ret = (struct stand){ .next = first == NULL ? 0 : *first,
			       .bucket = (uint32_t)(b - s->limits->items),
			       .owner = c->item->owner,
			       .item = c->kept != NULL ? c->place : NONE,
			       .payer = c->payer, .payee = c->payee,
			       .paid = LOOSE, .period = e->own_period };
	return first;
}

/* Of erased people, or a key's that is gone: it is asked again each time. */
void
keep_for_once(struct run *r, struct limit_bucket *b, const struct entry *e)
{
	if (e->claim->held_by == NULL)
		owner_again(r, e->claim->item->owner, r->through);
	b->fixed_count++;
	b->count++;
}

static void
keep_stand(struct settlement *s, struct limit_bucket *b, const struct entry *e, struct stand *one,
	   uint32_t *first)
{
	one->paid = entry_paid(e, b->bounded);
	one->end = e->end;
	if (one->item == NONE && e->out > one->peak) {
		one->peak = e->out;		/* in no order */
	} else if (e->asked > 0 && one->item != NONE) {
		one->asked = e->asked;
		one->held = e->held;
		one->open = e->opens;
		one->passed = e->out;
	}
	*first = stand_add(s->limits, one);
	stand_moves(s, b, *first, true);
}

/* Of a key that is gone nothing but room that stays taken is kept, and only where it is sure to
 * stay in this bucket. */
static void
keep_entry(struct run *r, struct limit_bucket *b, const struct entry *e, int64_t peak)
{
	struct stand one;
	uint32_t *first = stand_new(r->s, b, e, &one);
	int64_t takes = e->out > peak ? e->out : peak;

	one.peak = peak;
	if (first != NULL && (e->claim->kept != NULL || !b->bounded)) {
		keep_stand(r->s, b, e, &one, first);
		return;
	}
	keep_for_once(r, b, e);
	b->fixed += takes > 0 ? takes : 0;
	b->cut = b->cut || e->left > 0;
	b->placed = b->placed || e->claim->held_by == NULL;
}

/* What the claims in hand take of it from now on; `end` is all its room, where not each has its own
 * end. */
void
limits_keep(struct applying *a, const struct entry *e, size_t count, int64_t end)
{
	bool own = limit_own_ends(a->version, a->limit);
	struct limit_bucket *b;

	end = own ? 0 : end;
	if (count == 0 || end == INT64_MAX || !limits_keeps(a))
		return;
	b = limits_bucket(a->run->s->limits, BUCKET_CAP, limit_number_of(a), e->dims,
			  e->period);
	b->bounded = a->limit->excess == EXCESS_NEXT;
	b->own = own;
	b->period_end = e->period_end;
	b->changed = b->changed || b->end != end;
	b->end = end;
	for (size_t i = 0; i < count; i++) {
		int64_t peak = limit_loses(a->limit) && e[i].peak > 0 ? e[i].peak : 0;

		if (e[i].asked <= 0 && peak == 0 && !a->limit->unused_next)
			continue;
		keep_entry(a->run, b, &e[i], peak);
		b->changed = true;
	}
}

/* It leaves its buckets: it is read again, or claimed again. */
void
limits_leave(struct settlement *s, uint32_t *stand)
{
	struct limits_carried *c = s->limits;
	uint32_t n = *stand;

	*stand = 0;
	while (n != 0 && c != NULL) {
		struct stand *st = stand_at(c, n);
		uint32_t next = st->next;

		stand_moves(s, &c->items[st->bucket], n, false);
		st->next = c->unused;
		c->unused = n;
		n = next;
	}
}

const struct terms_limit *
limit_of_bucket(const struct run *r, const struct limit_bucket *b)
{
	size_t version;

	return limit_newest(r, name_text(&r->s->names, b->limit), &version);
}

uint64_t
limits_bytes(const struct settlement *s)
{
	const struct limits_carried *c = s->limits;
	uint64_t ret = 0;

	if (c == NULL)
		return 0;
	for (size_t i = 0; i < c->count; i++)
		for (size_t k = 0; k < c->items[i].turn_count; k++)
			ret += c->items[i].turns[k].capacity * sizeof(struct turn);
	return ret + c->capacity * sizeof(*c->items) + c->slot_count * sizeof(*c->slots) +
	       c->stand_capacity * sizeof(*c->stands);
}

/* Starts a full working out: nobody stands anywhere. */
void
limits_begin(struct run *r)
{
	limits_forget(r->s);
	r->s->limits = mem_alloc(sizeof(*r->s->limits));
}

/* What lies in the arena of one run. */
static void
forget_places(struct limit_bucket *b)
{
	b->passing = NULL;
	b->passing_count = b->passing_capacity = 0;
	b->gaps = (struct gaps){ NULL, 0, 0 };
}

/* Before claims are asked once more: who stands there for this time only goes. */
void
limits_again(struct run *r)
{
	struct limits_carried *c = r->s->limits;

	c->unknown = false;
	for (size_t i = 0; i < c->count; i++) {
		struct limit_bucket *b = &c->items[i];

		b->changed = b->changed || b->fixed_count > 0;
		b->count -= b->fixed_count;
		b->fixed = b->fixed_count = 0;
		b->fixed_counts = (struct counted){ 0, 0 };
		b->cut = b->placed = false;
		forget_places(b);
	}
}

/* They hold the statement in hand. */
void
limits_done(struct run *r)
{
	struct limits_carried *c = r->s->limits;

	for (size_t i = 0; i < c->count; i++) {
		c->items[i].changed = false;
		forget_places(&c->items[i]);
	}
	c->broken = c->broken || r->read_everybody;
	c->statement = r->statement_count + 1;
	if (!c->broken)
		carried_keep(r);	/* what limits and floors asked for is asked again */
}
