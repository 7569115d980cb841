/* limit_bucket.c - one bucket of a cap or a ladder: what passes of each claim in it. */
#include "limit_ladder.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "claim.h"
#include "held.h"
#include "item.h"
#include "money.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "settle.h"
#include "settlement.h"
#include "terms.h"

/* ---- one bucket ---- */

struct bucket {
	struct applying *a;
	struct entry *e;
	size_t count;
	int64_t extra, taken, stuck;	/* stuck: freed room that nobody else may take */
	const struct limit_bucket *others;	/* of who is not in hand; or NULL */
	struct ladder ladder;
	bool read;
};

static const struct ladder *
ladder_for(struct bucket *b, const struct entry *e)
{
	if (!b->read || !b->ladder.constant)
		ladder_read(b->a, e, b->extra, &b->ladder);
	b->read = true;
	if (!b->ladder.known)
		e->claim->pending = true;
	return &b->ladder;
}

static void
pass(struct entry *e, int64_t in, int64_t out)
{
	e->out += out;
	e->in += in;
	e->left -= in;
}

/* What is taken before `e` and those before it in hand. */
static int64_t
taken_before(const struct bucket *b, const struct entry *e, enum turn_kind kind)
{
	const struct limit_bucket *others = b->others;
	struct placed place;

	if (others == NULL || !others->own)
		return b->taken;
	place = placed_entry(e, kind, others->bounded);
	return b->taken - others->taken + others->loose + turns_before(e->s, others, &place);
}

/* Room that `e` may still take, of what it has at that turn. */
static int64_t
room_for(struct bucket *b, struct entry *e, enum turn_kind kind)
{
	int64_t end = ladder_end(ladder_for(b, e));

	e->end = end;
	e->has_end = true;
	if (end == INT64_MAX)
		return end;
	return limit_between(end - taken_before(b, e, kind), INT64_MAX);
}

/* Who did not come to ask for room has an end that is carried, too. */
static void
read_ends(struct bucket *b)
{
	bool carried = limits_keeps(b->a) && limit_own_ends(b->a->version, b->a->limit);

	for (size_t i = 0; carried && i < b->count; i++) {
		struct entry *e = &b->e[i];
		struct ladder l;

		if (e->has_end || e->claim->kept == NULL)
			continue;
		ladder_read(b->a, e, 0, &l);
		e->end = ladder_end(&l);
		e->has_end = true;
	}
}

static int
by_paid(const void *a, const void *b)
{
	return limit_paid_order(*(struct entry *const *)a, *(struct entry *const *)b);
}

/* Where excess goes elsewhere, a key's lines may hold more than this bucket gave: as far as the
 * room goes then, in the order in which they were first paid. */
static void
cap_holds(struct bucket *b)
{
	bool lost = limit_loses(b->a->limit);
	bool bounded = b->a->limit->excess == EXCESS_NEXT;
	struct entry **order = mem_alloc((b->count + 1) * sizeof(struct entry *));
	size_t count = 0;

	for (size_t i = 0; i < b->count; i++)
		if (b->e[i].hold > 0 || b->e[i].peak > 0)
			order[count++] = &b->e[i];
	if (bounded && count > 1)
		qsort(order, count, sizeof(struct entry *), by_paid);
	for (size_t i = 0; i < count; i++) {
		struct entry *e = order[i];
		int64_t take = e->hold < e->left ? e->hold : e->left, room;

		if (take <= 0)
			take = 0;
		if (take > 0 && bounded) {
			room = room_for(b, e, TURN_HELD);
			take = take < room ? take : room;
		}
		e->hold -= take;
		pass(e, take, take);
		b->taken += take;
		if (lost && e->peak > take)
			b->stuck += e->peak - take;
	}
	free(order);
}

/* What a key itself lost comes back to it alone. */
static int64_t
take_room(struct bucket *b, struct entry *e, enum turn_kind kind, int64_t asked)
{
	int64_t own = b->stuck > 0 && e->peak > e->out ? e->peak - e->out : 0;
	int64_t room = room_for(b, e, kind), take;

	if (room != INT64_MAX) {
		room -= b->stuck - own;
		room = room < 0 ? 0 : room;
	}
	take = asked < room ? asked : room;
	pass(e, take, take);
	b->taken += take;
	b->stuck -= take < own ? take : own;
	return take;
}

/* What lines may hold beyond what they hold at least: as far as the room goes, first to keys that
 * then have all that they ask. */
static void
cap_open(struct bucket *b, enum turn_kind kind)
{
	bool all = kind == TURN_ALL;


	for (size_t i = 0; i < b->count; i++) {
		struct entry *e = &b->e[i];

		if (e->open > 0 && e->left > 0 && (e->left <= e->open) == all)
			e->open -= take_room(b, e, kind, e->left < e->open ? e->left : e->open);
	}
}

static void
bucket_cap(struct bucket *b)
{
	cap_holds(b);
	cap_open(b, TURN_ALL);
	cap_open(b, TURN_OPEN);
	for (size_t i = 0; i < b->count; i++)
		if (b->e[i].left > 0)
			(void)take_room(b, &b->e[i], TURN_REST, b->e[i].left);
}

/* What is held passes here and does not go on. */
static bool
keeps_place(struct entry *e)
{
	if (e->claim->held_by != NULL)
		pass(e, e->left, e->left);
	return e->claim->held_by != NULL;
}

/* ---- where the place decides ---- */

/* Places of erased people; those that nobody knows come first, one behind the other. */
static void
skip_held(const struct bucket *b, struct gaps *ret)
{
	int64_t first = 0;

	for (size_t i = 0; b->a->run->s->held.count > 0 && i < b->count; i++) {
		const struct claim *c = b->e[i].claim;

		if (c->held_by == NULL || c->amount <= 0)
			continue;
		if (c->held_at != HELD_ANYWHERE)
			gaps_add(b->a->run, ret, c->held_at, c->amount);
		else if (!money_add(first, c->amount, &first))
			first = INT64_MAX;
	}
	gaps_add(b->a->run, ret, 0, first);
	gaps_close(ret);
}

static void
begin_walk(struct bucket *b, struct along *w)
{
	struct run *r = b->a->run;
	struct ladder l;

	*w = (struct along){ .s = r->s, .b = limits_bucket_of(b->a, b->e),
			     .ruler = { NULL, 0, INT64_MAX, false } };
	skip_held(b, &w->gaps);
	if (!limits_keeps(b->a))
		return;
	ladder_read(b->a, b->e, b->extra, &l);
	w->ruler.to = arena_array(r->arena, LENGTH(l.to), sizeof(*w->ruler.to));
	ladder_ruler(&l, b->a->limit->along_count, &w->ruler);
}

static int64_t
climb_count(struct bucket *b, const struct ladder *l, const struct entry *e, int64_t *ret_in)
{
	struct ratio rate, v;

	*ret_in = 0;
	if (!ladder_rate(l, e->at + 1, &rate))
		return 0;
	*ret_in = e->left;
	if (!ratio_mul(rate, ratio_integer(e->left), &v))
		v = ratio_integer(INT64_MAX);
	return ladder_round(e->claim, b->a->run, v);
}

static struct placed
place_of_entry(const struct entry *e)
{
	return placed_claim(e->s, e->claim, e->early, e->own_period,
			    entry_waited(e));
}

static void
bucket_along(struct bucket *b, struct along *w)
{
	bool counts = b->a->limit->along_count;

	begin_walk(b, w);
	for (size_t i = 0; i < b->count; i++) {
		struct entry *e = &b->e[i];
		const struct ladder *l = e->left <= 0 ? NULL : ladder_for(b, e);
		struct placed place;
		int64_t in = 0, out;

		if (keeps_place(e) || l == NULL || !l->known)
			continue;
		place = place_of_entry(e);
		e->at = along_to(w, &place);
		out = counts ? climb_count(b, l, e, &in)
			     : ladder_climb(b->a, l, e->claim, e->at, e->left, &in);
		pass(e, in, out);
		along_add(w, counts ? 1 : in);
	}
	b->taken = along_rest(w);
}

/* Steps of an entry's own, into `ret->to`; false where it waits for one, which is asked of all. */
static bool
own_ruler(struct bucket *b, const struct entry *e, struct ruler *ret)
{
	struct ladder l;

	ladder_read(b->a, e, 0, &l);
	if (!l.known) {
		b->a->run->s->limits->broken = true;
		return false;
	}
	ladder_ruler(&l, b->a->limit->along_count, ret);
	return true;
}

static void
keep_place(struct bucket *b, struct limit_bucket *kept, const struct along *w,
	   const struct entry *e)
{
	struct along_stand one = { place_of_entry(e), e->claim, &w->ruler, e->at,
				   e->asked > 0 ? e->asked : 0, e->out };
	int64_t to[LENGTH(b->ladder.to)];
	struct ruler own = { .to = to };

	if (kept->own) {
		if (!own_ruler(b, e, &own))
			return;
		one.ruler = &own;
	}
	along_keep(b->a->run, kept, &one);
}

/* What they take of it from now on; `end` is all that lies on its steps. What asks for nothing is
 * in the bucket, too, where a period's room goes on from the first that has somebody. */
static void
keep_along(struct bucket *b, const struct along *w, int64_t end)
{
	struct applying *a = b->a;
	bool own = limit_own_ends(a->version, a->limit), goes_on = a->limit->unused_next;
	struct limit_bucket *kept;

	if (!limits_keeps(a) || (!own && !b->ladder.known))
		return;
	kept = limits_bucket(a->run->s->limits, limit_kind_of(a->limit), limit_number_of(a),
			     b->e->dims, b->e->period);
	along_begin(kept, &w->gaps, a->limit->achieved_order);
	kept->own = own;
	kept->bounded = a->limit->excess == EXCESS_NEXT;
	kept->period_end = b->e->period_end;
	kept->changed = kept->changed || (goes_on && kept->end != end);
	kept->end = goes_on ? end : kept->end;
	for (size_t i = 0; i < b->count; i++)
		if ((b->e[i].asked > 0 || goes_on) && b->e[i].claim->held_by == NULL)
			keep_place(b, kept, w, &b->e[i]);
}

static void
tell_room(struct bucket *b, int64_t end)
{
	char bucket[160];
	struct settle_room said = { .limit = b->a->limit->name, .bucket = bucket,
				    .taken = b->taken, .room = INT64_MAX };

	if (b->a->fn == NULL)
		return;
	if (end != INT64_MAX)
		said.room = end - b->taken - b->stuck > 0 ? end - b->taken - b->stuck : 0;
	limit_bucket_text(b->a, b->e, bucket);
	b->a->fn(b->a->arg, &said);
}

/* Room that was set free and lost stays lost; an amount below 0 takes none. */
static void
hold_bucket(struct applying *a, const struct entry *e)
{
	bool lost = limit_loses(a->limit);
	int64_t in = e->in > 0 ? e->in : 0;

	if (!limit_is_cap(a->limit))
		holding_limit(a, e, HELD_LIMIT, in, e->at);
	else
		holding_limit(a, e, HELD_LIMIT, lost && e->peak > in ? e->peak : in,
			      HELD_ANYWHERE);
}

/* Gives the room that is left once the bucket's period is over. */
int64_t
limit_bucket_fill(struct applying *a, struct entry *e, size_t count, int64_t extra)
{
	struct bucket b = { .a = a, .e = e, .count = count, .extra = extra };
	bool cap = limit_is_cap(a->limit);
	struct along w;
	int64_t end;

	b.others = cap ? limits_bucket_of(a, e) : NULL;
	b.taken = cap ? limits_others(a, e) : 0;
	for (size_t i = 0; i < count; i++) {	/* amounts not above 0 pass and take no room */
		e[i].asked = e[i].left;
		e[i].held = limit_between(e[i].hold, e[i].left);
		e[i].opens = limit_between(e[i].open, e[i].left - e[i].held);
		if (e[i].left <= 0)
			pass(&e[i], e[i].left, e[i].left);
	}
	if (cap)
		bucket_cap(&b);
	else
		bucket_along(&b, &w);
	ladder_read(a, &e[count - 1], extra, &b.ladder);
	end = ladder_end(&b.ladder);
	if (cap)
		read_ends(&b);
	if (cap)
		limits_keep(a, e, count, end);
	else
		keep_along(&b, &w, end);
	for (size_t i = 0; a->run->s->holding != NULL && i < count; i++)
		hold_bucket(a, &e[i]);
	tell_room(&b, end);
	if (end == INT64_MAX || e[0].period_end > a->run->through || end < b.taken + b.stuck)
		return 0;
	return end - b.taken - b.stuck;
}

/* All that others take. */
static int64_t
others_along(struct applying *a, const struct entry *now, int64_t extra)
{
	struct entry e = *now;
	struct bucket b = { .a = a, .e = &e, .extra = extra };
	struct along w;

	begin_walk(&b, &w);
	return along_rest(&w);
}

/* A period of which nobody is claimed leaves all that the others do not take. */
int64_t
limit_bucket_of_nobody(struct applying *a, const struct entry *now, int64_t extra)
{
	struct entry nobody = *now;
	int64_t end, others = limit_is_cap(a->limit) ? limits_others(a, now)
						     : others_along(a, now, extra);
	int32_t day = now->period_end < a->run->through ? now->period_end : a->run->through;
	struct ladder l;

	nobody.of_nobody = true;
	ladder_read_on(a, &nobody, day, extra, &l);
	end = ladder_end(&l);
	limits_end(a, now, end);
	if (end == INT64_MAX || now->period_end > a->run->through || end < others)
		return 0;
	return end - others;
}
