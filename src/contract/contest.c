/* contest.c - the places of an outcome in order: what erased people and older versions hold comes
 * first, then whoever achieves it first; counted once, so that each question costs a search. */
#include "contest.h"

#include <stdlib.h>

#include "arena.h"
#include "fact.h"
#include "held.h"
#include "run.h"
#include "settlement.h"

static int
entrant_order(const void *a, const void *b)
{
	const struct entrant *x = a, *y = b;

	if (x->bucket != y->bucket)
		return x->bucket < y->bucket ? -1 : 1;
	if (x->achieved != y->achieved)
		return x->achieved < y->achieved ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->owner != y->owner)
		return owner_order(x->s, x->owner, y->owner);
	if (x->enrolment != y->enrolment)
		return x->enrolment < y->enrolment ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

/* Each subject's together in a bucket, as entrant_order() has them. */
static int
own_order(const struct entrant *x, const struct entrant *y)
{
	if (x->bucket != y->bucket)
		return x->bucket < y->bucket ? -1 : 1;
	if (x->owner != y->owner)
		return x->owner < y->owner ? -1 : 1;
	if (x->enrolment != y->enrolment)
		return x->enrolment < y->enrolment ? -1 : 1;
	return entrant_order(x, y);
}

static int
own_pointer_order(const void *a, const void *b)
{
	return own_order(*(const struct entrant *const *)a, *(const struct entrant *const *)b);
}

/* By whose it is. */
static int
key_order(const void *a, const void *b)
{
	const struct entrant *x = a, *y = b;

	if (x->owner != y->owner)
		return x->owner < y->owner ? -1 : 1;
	if (x->enrolment != y->enrolment)
		return x->enrolment < y->enrolment ? -1 : 1;
	return (x->occurrence > y->occurrence) - (x->occurrence < y->occurrence);
}

void
entrant_add(struct arena *arena, struct entrants *to, struct entrant one)
{
	to->items = arena_room(arena, to->items, to->count, &to->capacity, sizeof(*to->items));
	to->items[to->count++] = one;
}

static bool
is_kept(const struct contest *c, const struct entrant *e)
{
	return c->kept.count > 0 && bsearch(e, c->kept.items, c->kept.count, sizeof(*e),
					    key_order) != NULL;
}

static bool
is_own(const struct entrant *a, const struct entrant *mine)
{
	return a->owner == mine->owner && a->enrolment == mine->enrolment;
}

static int
bucket_order(const void *a, const void *b)
{
	const struct places *x = a, *y = b;

	return (x->bucket > y->bucket) - (x->bucket < y->bucket);
}

static void
add_first(void *arg, uint32_t bucket, int64_t count)
{
	struct contest *c = arg;

	c->first = arena_room(c->arena, c->first, c->first_count, &c->first_capacity,
			      sizeof(*c->first));
	c->first[c->first_count++] = (struct places){ bucket, count };
}

/* Places that erased people hold are taken, and those of others that older versions keep. */
static void
count_first(struct contest *c, const struct run *r)
{
	size_t n = 0;

	if (c->shared)
		held_times(r, c->outcome, add_first, c);
	for (size_t i = 0; i < c->kept.count; i++)
		add_first(c, c->kept.items[i].bucket, 1);
	if (c->first_count > 1)
		qsort(c->first, c->first_count, sizeof(*c->first), bucket_order);
	for (size_t i = 0; i < c->first_count; i++)
		if (n > 0 && c->first[n - 1].bucket == c->first[i].bucket)
			c->first[n - 1].count += c->first[i].count;
		else
			c->first[n++] = c->first[i];
	c->first_count = n;
}

static int64_t
taken_first(const struct contest *c, uint32_t bucket)
{
	struct places like = { .bucket = bucket };
	const struct places *found = c->first_count == 0 ? NULL :
		bsearch(&like, c->first, c->first_count, sizeof(like), bucket_order);

	return found == NULL ? 0 : found->count;
}

static bool
takes_place(const struct entrant *e)
{
	return e->stands && !e->kept;
}

/* Each subject's together, with the places that it takes itself before each of its own. */
static void
order_own(struct contest *c)
{
	c->own = arena_array(c->arena, c->all.count, sizeof(*c->own));
	for (size_t i = 0; i < c->all.count; i++)
		c->own[i] = &c->all.items[i];
	qsort(c->own, c->all.count, sizeof(*c->own), own_pointer_order);
	for (size_t i = 1; i < c->all.count; i++) {
		const struct entrant *e = c->own[i - 1];
		struct entrant *next = &c->all.items[c->own[i] - c->all.items];

		if (is_own(e, next) && e->bucket == next->bucket)
			next->own_before = e->own_before + takes_place(e);
	}
}

void
contest_judge(struct contest *c, const struct run *r)
{
	int64_t first = 0;

	if (c->kept.count > 1)
		qsort(c->kept.items, c->kept.count, sizeof(*c->kept.items), key_order);
	count_first(c, r);
	if (c->all.count == 0)
		return;
	qsort(c->all.items, c->all.count, sizeof(*c->all.items), entrant_order);
	for (size_t i = 0; i < c->all.count; i++) {
		struct entrant *e = &c->all.items[i];

		if (i == 0 || e->bucket != e[-1].bucket)
			first = taken_first(c, e->bucket);
		else
			e->before = e[-1].before + takes_place(&e[-1]);
		e->kept = is_kept(c, e);
		e->stands = e->kept || first + e->before < e->max;
	}
	order_own(c);
}

/* The first of everybody's that is not before it. */
static size_t
place_among_all(const struct contest *c, const struct entrant *mine)
{
	size_t low = 0, high = c->all.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (entrant_order(&c->all.items[middle], mine) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t
place_among_own(const struct contest *c, const struct entrant *mine)
{
	size_t low = 0, high = c->all.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (own_order(c->own[middle], mine) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int64_t
contest_taken(const struct contest *c, const struct entrant *mine)
{
	int64_t taken = taken_first(c, mine->bucket);
	size_t i = place_among_all(c, mine), own = place_among_own(c, mine);

	if (i > 0 && c->all.items[i - 1].bucket == mine->bucket)
		taken += (int64_t)c->all.items[i - 1].before + takes_place(&c->all.items[i - 1]);
	if (own > 0 && c->own[own - 1]->bucket == mine->bucket && is_own(c->own[own - 1], mine))
		taken -= (int64_t)c->own[own - 1]->own_before + takes_place(c->own[own - 1]);
	return taken;
}

bool
contest_stands(const struct contest *c, const struct entrant *mine, int64_t own)
{
	size_t i = place_among_all(c, mine);

	if (i < c->all.count && entrant_order(&c->all.items[i], mine) == 0)
		return c->all.items[i].stands;
	return contest_taken(c, mine) + own < mine->max;
}
