/* limit_carried.c - what everybody else takes of a limit, carried from statement to statement.
 *
 * A cap over more than one person is a bucket with what its claims take and how
 * many of them wait. Units without news stay inside these numbers; only touched
 * ones are claimed again. Where that could not decide (room became free while
 * others wait) the statement is worked out in full. */
#include "limit_priv.h"

#include <stdlib.h>

struct limit_bucket {
	uint32_t limit, dims[DIMENSIONS_MAX];
	int32_t period;
	int64_t taken, was;	/* `was` before anything was taken off since the last statement */
	uint32_t waiting;
	bool changed;
};

struct limits_carried {
	struct limit_bucket *items;
	size_t count, capacity;
	uint32_t *slots;
	size_t slot_count;
	uint32_t statement;	/* they hold this one: good for it and the one after */
	bool broken;		/* an item stands in more buckets than it can say */
};

void
limits_forget(struct settlement *s)
{
	if (s->limits == NULL)
		return;
	free(s->limits->items);
	free(s->limits->slots);
	free(s->limits);
	s->limits = NULL;
}

/* ---- which terms can be carried ---- */

static bool
is_local(const struct terms_limit *l)
{
	for (size_t i = 0; i < l->per_count; i++)
		if (l->per[i].what == PER_PERSON || l->per[i].what == PER_ENROLMENT)
			return true;
	return false;
}

/* What the lines of several such keys hold is told by all of them only: hold_span(). */
static bool
holds_back(const struct terms_limit *l)
{
	for (size_t i = 0; i < l->of_count; i++)
		if (l->of[i]->held)
			return true;
	return false;
}

static bool
can_be_carried(const struct terms_limit *l)
{
	return l->kind == LIMIT_STEPS && !l->after_split && limit_is_cap(l) && !l->unused_next &&
	       l->excess != EXCESS_PAYER && (l->achieved_order || !holds_back(l)) &&
	       (l->freed_waiting || l->achieved_order) &&
	       (l->steps[0].to == NULL || l->steps[0].to->op == OP_NUMBER);
}

static bool
terms_can(const struct terms *t)
{
	for (size_t i = 0; i < t->limit_count; i++) {
		const struct terms_limit *l = &t->limits[i];

		if (l->after_split || l->kind == LIMIT_FLOOR ||
		    (!is_local(l) && !can_be_carried(l)))
			return false;
	}
	for (size_t i = 0; i < t->share_count; i++)
		if (t->shares[i].tranche_count > 1)
			return false;
	return true;
}

static bool
anybody_frozen(const struct settlement *s)
{
	if (s->held.count > 0)
		return true;
	for (uint32_t i = 0; i < s->owners.count; i++)
		if (owner_at(s, i)->frozen != 0)
			return true;
	return false;
}

/* Excess that waits is asked again when a period begins: then all must be read. */
static bool
period_begins(struct run *r, const struct terms_limit *l, uint32_t ordinal)
{
	struct scope sc = { .run = r, .unit = run_contract_unit(r), .version = &r->s->versions[0] };
	int32_t last = statement_through(r->s, r->statement_count);
	struct period a, b;
	bool waits = false;

	for (size_t i = 0; i < r->s->limits->count; i++)
		waits = waits || (r->s->limits->items[i].limit == ordinal &&
				  r->s->limits->items[i].waiting > 0);
	if (!waits || l->excess != EXCESS_NEXT)
		return false;
	for (size_t i = 0; i < l->per_count; i++)
		if (l->per[i].calendar != NULL &&
		    (!period_holding(&sc, l->per[i].calendar, last, &a) ||
		     !period_holding(&sc, l->per[i].calendar, r->through, &b) || a.start != b.start))
			return true;
	return false;
}

/* May this run leave units without news out of the claims? */
bool
limits_may_carry(struct run *r)
{
	const struct settlement *s = r->s;
	const struct terms *t = s->versions[0].terms;

	if (r->all || s->limits == NULL || s->limits->broken || s->diverged ||
	    r->statement_count == 0 || s->limits->statement < r->statement_count ||
	    r->version_count != 1 || !terms_can(t) || anybody_frozen(s))
		return false;
	for (size_t i = 0; i < t->limit_count; i++)
		if (period_begins(r, &t->limits[i], (uint32_t)i))
			return false;
	return true;
}

/* ---- buckets ---- */

static size_t
place_of(const struct limits_carried *c, uint32_t limit, const uint32_t *dims, int32_t period)
{
	uint64_t h = 1469598103934665603u + limit;

	for (size_t i = 0; i < DIMENSIONS_MAX; i++)
		h = (h ^ dims[i]) * 1099511628211u;
	h = (h ^ (uint32_t)period) * 1099511628211u;
	h ^= h >> 31;
	for (size_t at = h & (c->slot_count - 1);; at = (at + 1) & (c->slot_count - 1)) {
		const struct limit_bucket *b;

		if (c->slots[at] == 0)
			return at;
		b = &c->items[c->slots[at] - 1];
		if (b->limit == limit && b->period == period &&
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
	for (size_t i = 0; i < c->count; i++)
		c->slots[place_of(c, c->items[i].limit, c->items[i].dims, c->items[i].period)] =
			(uint32_t)i + 1;
}

/* The bucket's number, NONE where it is not kept: a limit within one person. */
static uint32_t
bucket_of(struct applying *a, const struct entry *e)
{
	struct limits_carried *c = a->run->s->limits;
	struct limit_bucket *b;
	size_t at;

	if (!a->run->keeps_limits || c == NULL || is_local(a->limit))
		return NONE;
	grow_slots(c);
	at = place_of(c, (uint32_t)a->limit->index, e->dims, e->period);
	if (c->slots[at] != 0)
		return c->slots[at] - 1;
	c->items = mem_room(c->items, c->count, &c->capacity, sizeof(*c->items));
	b = &c->items[c->count++];
	*b = (struct limit_bucket){ .limit = (uint32_t)a->limit->index, .period = e->period };
	memcpy(b->dims, e->dims, sizeof(b->dims));
	c->slots[at] = (uint32_t)c->count;
	return (uint32_t)c->count - 1;
}

/* What others take of a bucket, and how many of them wait. */
int64_t
limits_others(struct applying *a, const struct entry *e, uint32_t *ret_waiting)
{
	uint32_t n = bucket_of(a, e);

	*ret_waiting = n == NONE ? 0 : a->run->s->limits->items[n].waiting;
	return n == NONE ? 0 : a->run->s->limits->items[n].taken;
}

/* What the claims in hand take of it from now on. */
void
limits_keep(struct applying *a, const struct entry *e, size_t count)
{
	uint32_t n = count == 0 ? NONE : bucket_of(a, e);
	struct limits_carried *c = a->run->s->limits;

	for (size_t i = 0; n != NONE && i < count; i++) {
		struct item *it = e[i].claim->kept;
		struct limit_bucket *b = &c->items[n];
		struct stand stand = { .bucket = n + 1, .waiting = e[i].left > 0,
				       .passed = e[i].out > 0 ? e[i].out : 0 };
		size_t k = 0;

		if (it == NULL)
			continue;
		while (k < STANDS_MAX && it->stands[k].bucket != 0)
			k++;
		if (k == STANDS_MAX) {
			c->broken = true;
			continue;
		}
		it->stands[k] = stand;
		b->taken += stand.passed;
		b->waiting += stand.waiting;
	}
}

/* An item leaves its buckets: it is read again, or claimed again. */
void
limits_leave(struct settlement *s, struct item *it)
{
	for (size_t k = 0; k < STANDS_MAX && it->stands[k].bucket != 0; k++) {
		if (s->limits != NULL && it->stands[k].bucket <= s->limits->count) {
			struct limit_bucket *b = &s->limits->items[it->stands[k].bucket - 1];

			if (!b->changed)
				b->was = b->taken;
			b->changed = true;
			b->taken -= it->stands[k].passed;
			b->waiting -= it->stands[k].waiting;
		}
		it->stands[k].bucket = 0;
	}
}

/* Starts a full working out: nobody stands anywhere. */
void
limits_begin(struct run *r)
{
	limits_forget(r->s);
	r->s->limits = mem_alloc(sizeof(*r->s->limits));
}

/* After all limits: did a bucket lose more than it was given while others wait there? */
bool
limits_settled(struct run *r)
{
	struct limits_carried *c = r->s->limits;
	bool ok = !r->limits_conflict;

	for (size_t i = 0; i < c->count; i++) {
		struct limit_bucket *b = &c->items[i];

		if (b->changed && b->waiting > 0 && b->taken < b->was)
			ok = false;
		b->changed = false;
	}
	c->statement = r->statement_count + 1;
	return ok;
}
