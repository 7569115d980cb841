/* settle_rounds.c - who is claimed, round by round, until what all were given fits together.
 *
 * First whoever has news is claimed. Then room may end at another place of a limit's order, and
 * whoever stands between that and the old one is claimed in another round, with those of the
 * earlier ones who were given what they should not have: what all others were given stands. Where
 * such an order does not decide, another round claims again all that were claimed; after
 * EVERY_ROUNDS of them, or where the limits cannot decide at all, everybody is. */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "claim.h"
#include "fact.h"
#include "held.h"
#include "item.h"
#include "limit.h"
#include "rows.h"
#include "run.h"
#include "settlement.h"
#include "split.h"
#include "terms.h"
#include "wakes.h"

static void
leave_limits(const struct every *ev, const struct owner *o)
{
	struct settlement *s = ev->r->s;
	struct kept *kept = o->kept;

	for (uint32_t k = 0; kept != NULL && k < kept->count; k++)
		if (ev->whole)
			kept->items[k].stand = 0;
		else
			limits_leave(s, &kept->items[k].stand);
	if (kept != NULL && ev->whole)
		kept->gone = 0;
	else if (kept != NULL)
		limits_leave(s, &kept->gone);
}

/* A joined pseudonym's keys are claimed with those of the one it goes by: it comes behind all, with
 * what is left. What erased people hold is asked for in the first round. */
static void
gather(struct every *ev)
{
	struct run *r = ev->r;
	struct round *last = &ev->last;
	const uint32_t *owners = last->owners.items;

	r->claiming = ++r->s->runs;
	last->claims.count = 0;
	last->claims.arena = r->arena;
	free(last->first);
	last->first = mem_alloc((last->owners.count + 1) * sizeof(*last->first));
	for (size_t i = 0; owners != NULL && i < last->owners.count; i++) {
		struct owner *o = owner_at(r->s, owners[i]);

		if (i % EXPECTED == 0)
			touched_expect(r->s, &last->owners, i);
		last->first[i] = (uint32_t)last->claims.count;
		if (r->keeps_limits) {
			leave_limits(ev, o);
			o->claimed = r->claiming;
			o->again = NEVER;
		}
		if (!o->follows)
			claims_of_owner(r, &last->claims, owners[i]);
	}
	last->first[last->owners.count] = (uint32_t)last->claims.count;
	for (size_t i = 0; owners != NULL && i < last->owners.count; i++)
		if (owner_at(r->s, owners[i])->follows)
			claims_of_owner(r, &last->claims, owners[i]);
	if (ev->earlier_count == 0)
		held_claims(r, &last->claims, false);
}

/* ---- from round to round ---- */

static void
round_free(struct round *one)
{
	free(one->owners.items);
	free(one->claims.items);
	free(one->first);
	*one = (struct round){ .first = NULL };
}

static void
earlier_free(struct every *ev)
{
	while (ev->earlier_count > 0)
		round_free(&ev->earlier[--ev->earlier_count]);
}

static void
claim_everybody(struct every *ev)
{
	earlier_free(ev);
	ev->whole = true;
	ev->last.owners.count = 0;
	for (uint32_t i = 0; i < ev->r->s->owners.count; i++)
		ordinals_add(&ev->last.owners, i);
	if (ev->r->keeps_limits)
		limits_begin(ev->r);
}

/* All that were claimed, once more, and `more`, whose memory the round takes over. */
static void
claim_all_again(struct every *ev, struct ordinals *more)
{
	ordinals_add_all(more, &ev->last.owners);
	for (size_t i = 0; i < ev->earlier_count; i++)
		ordinals_add_all(more, &ev->earlier[i].owners);
	earlier_free(ev);
	touched_persons(ev->r, more);
	free(ev->last.owners.items);
	ev->last.owners = *more;
	limits_again(ev->r);
}

/* Only `more`, whose memory the round takes over; what was claimed before stands. */
static void
claim_these(struct every *ev, struct ordinals *more)
{
	ev->earlier[ev->earlier_count++] = ev->last;
	touched_persons(ev->r, more);
	ev->last = (struct round){ .owners = *more };
}

/* Claims who takes room from others, or leaves them some, until nothing changes; true when done. */
static bool
claim_more(struct every *ev)
{
	struct run *r = ev->r;
	bool parts = r->rc == RC_OK && limits_by_parts(r);
	struct ordinals more = { NULL, 0, 0 };
	bool decided = r->rc != RC_OK ||
		       limits_settled(r, parts ? &ev->last.owners : NULL, &more);

	if (decided && more.count == 0) {
		free(more.items);
		return true;
	}
	if (!decided || ++ev->rounds == EVERY_ROUNDS ||
	    more.count + ev->last.owners.count > r->s->owners.count) {
		free(more.items);
		claim_everybody(ev);
	} else if (parts) {
		claim_these(ev, &more);
	} else {
		claim_all_again(ev, &more);
	}
	return false;
}

static int
top_up_order(const void *a, const void *b)
{
	const struct claim *x = *(struct claim *const *)a, *y = *(struct claim *const *)b;
	int c = (x->floor_owner > y->floor_owner) - (x->floor_owner < y->floor_owner);

	if (c != 0 || x->floor == NULL || y->floor == NULL)
		return c;
	c = strcmp(x->floor->name, y->floor->name);
	return c != 0 ? c : strcmp(x->bucket, y->bucket);
}

static uint32_t
own_count(const struct round *one)
{
	return one->first[one->owners.count];
}

/* Top-ups, which stand behind the units' own claims, by the unit that they are about. */
static void
sort_top_ups(struct every *ev)
{
	struct claims *all = &ev->last.claims;
	uint32_t own = own_count(&ev->last);

	if (all->count > own + 1)
		qsort(all->items + own, all->count - own, sizeof(struct claim *), top_up_order);
}

/* Only touched units where limits allow it; else, or where that cannot decide, all. */
void
every_gather(struct every *ev, settle_room_fn *fn, void *arg)
{
	struct run *r = ev->r;

	claims_begin(r);
	r->read_everybody = false;
	if (ev->whole || !r->keeps_limits || !limits_may_carry(r)) {
		claim_everybody(ev);
	} else {
		touched_claims(r, &ev->last.owners);
		limits_again(r);
	}
	do {
		gather(ev);
		limits_apply(r, &ev->last.claims, false, fn, arg);
		split_offsets(r, &ev->last.claims);
		every_late_limits(ev, fn, arg);
	} while (!ev->whole && !claim_more(ev));
	ordinals_add_all(&ev->owners, &ev->last.owners);
	for (size_t i = 0; i < ev->earlier_count; i++)
		ordinals_add_all(&ev->owners, &ev->earlier[i].owners);
	if (ev->earlier_count > 0)
		ordinals_sort(&ev->owners);
	sort_top_ups(ev);
	if (r->keeps_limits) {
		limits_done(r);
		r->s->claimed = ev->owners.count;
	}
}

void
every_free(struct every *ev)
{
	earlier_free(ev);
	round_free(&ev->last);
	free(ev->splits);
	free(ev->owners.items);
}

/* ---- what one of them came to ---- */

/* The last round that claims it. */
static const struct round *
round_of(const struct every *ev, uint32_t owner, uint32_t *ret_place)
{
	const struct round *ret = &ev->last;
	size_t n = ev->earlier_count;

	while ((*ret_place = ordinals_place(&ret->owners, owner)) == NONE)
		ret = &ev->earlier[--n];
	return ret;
}

/* The first top-up that is not about a unit before `owner`. */
static size_t
top_up_place(const struct every *ev, uint32_t owner)
{
	const struct claims *all = &ev->last.claims;
	size_t low = own_count(&ev->last), high = all->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (all->items[mid]->floor_owner < owner)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

size_t
every_claims(const struct every *ev, uint32_t owner, struct arena *arena, struct claim ***ret)
{
	uint32_t at;
	const struct round *mine = round_of(ev, owner, &at);
	const struct claims *all = &ev->last.claims;
	size_t own = mine->first[at + 1] - mine->first[at], top = top_up_place(ev, owner), n = 0;
	struct claim **items;

	*ret = own == 0 ? NULL : mine->claims.items + mine->first[at];
	while (top + n < all->count && all->items[top + n]->floor_owner == owner)
		n++;
	if (n == 0)
		return own;
	items = arena_array(arena, own + n, sizeof(*items));
	if (own > 0)
		memcpy(items, *ret, own * sizeof(*items));
	memcpy(items + own, all->items + top, n * sizeof(*items));
	*ret = items;
	return own + n;
}
