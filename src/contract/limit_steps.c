/* limit_steps.c - caps and ladders of rates, bucket by bucket, period by period. */
#include "limit_priv.h"

#include <stdlib.h>

/* ---- numbers of a bucket ---- */

/* Read at the contract, or where it asks for a person or site, in the first claim's scope; on
 * the last day of the bucket's period, at most `through`. */
bool
limit_number(struct applying *a, const struct terms_x *x, const struct entry *e,
	      struct ratio *ret)
{
	struct scope sc = { .run = a->run, .unit = run_contract(a->run), .version = a->version };
	struct arena *arena = NULL, *was = a->run->scratch;
	bool known;

	if ((x->needs & (SCOPE_PERSON | SCOPE_SITE)) != 0 && e != NULL) {
		arena = arena_new();
		a->run->scratch = arena;
		sc = item_scope(a->run, unit_read(a->run, e->claim->item->owner, arena),
				e->claim->item);
	}
	sc.day = a->run->through;
	if (e != NULL && e->period != 0 && e->period_end < sc.day)
		sc.day = e->period_end;
	sc.has_period = sc.has_outcome = false;
	known = x_ratio(x_eval(&sc, x), ret);
	a->run->scratch = was;
	arena_free(arena);
	return known;
}

/* ---- steps ---- */

struct ladder {
	struct ratio to[16], rate[16];
	bool open[16];
	size_t count;
	bool plain;		/* one step at rate 1: a cap */
	int64_t room;		/* of a plain one, or the last end; INT64_MAX none */
};

static int64_t
whole(struct ratio r)
{
	int64_t v;

	return ratio_round(r, ROUNDING_DOWN, 1, &v) ? v : INT64_MAX;
}

static bool
read_ladder(struct applying *a, const struct entry *e, struct ladder *ret)
{
	*ret = (struct ladder){ .room = INT64_MAX };
	for (size_t i = 0; i < a->limit->step_count && ret->count < 16; i++) {
		const struct terms_step *step = &a->limit->steps[i];
		size_t k = ret->count;

		ret->rate[k] = step->rate;
		ret->open[k] = step->to == NULL;
		if (step->to != NULL && !limit_number(a, step->to, e, &ret->to[k]))
			return false;
		ret->count++;
		ret->room = step->to == NULL ? INT64_MAX : whole(ret->to[k]);
	}
	ret->plain = ret->count == 1 && !a->limit->along_count &&
		     ratio_compare(ret->rate[0], ratio_integer(1)) == 0;
	if (ret->room < 0)
		ret->room = 0;
	return true;
}

static int64_t
round_as(const struct claim *c, struct run *r, struct ratio v)
{
	int64_t ret;

	if (ratio_round(v, c->item->payment->round, c->item->payment->round_multiple, &ret))
		return ret;
	run_fail(r, RC_RANGE, "terms %s: an amount under a limit is beyond every amount",
		 c->item->payment->pointer);
	return 0;
}

/* What passes of `amount` that lies from `at` on along the ladder; `*ret_in` is inside it. */
static int64_t
climb(struct applying *a, const struct ladder *l, const struct claim *c, int64_t at,
      int64_t amount, int64_t *ret_in)
{
	struct ratio sum = ratio_integer(0), part;
	int64_t low = 0, done = 0;

	for (size_t i = 0; i < l->count && done < amount; i++) {
		int64_t high = l->open[i] ? INT64_MAX : whole(l->to[i]);
		int64_t from = at + done > low ? at + done : low, take;

		low = high;
		if (from >= high)
			continue;
		take = high - from < amount - done ? high - from : amount - done;
		if (!ratio_mul(l->rate[i], ratio_integer(take), &part) ||
		    !ratio_add(sum, part, &sum)) {
			run_fail(a->run, RC_RANGE, "terms %s: the steps do not fit 128 bits",
				 a->limit->pointer);
			return 0;
		}
		done += take;
	}
	*ret_in = done;
	return round_as(c, a->run, sum);
}

/* The rate of the `n`th (1..) entitlement; false beyond the last step. */
static bool
rate_of(const struct ladder *l, int64_t n, struct ratio *ret)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->open[i] || n <= whole(l->to[i])) {
			*ret = l->rate[i];
			return true;
		}
	return false;
}

static void
bucket_counts(struct applying *a, const struct ladder *l, struct entry *e, size_t count)
{
	struct ratio rate, v;
	int64_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (e[i].left == 0)
			continue;
		if (rate_of(l, ++n, &rate)) {
			if (!ratio_mul(rate, ratio_integer(e[i].left), &v))
				v = ratio_integer(0);
			e[i].out += round_as(e[i].claim, a->run, v);
			e[i].left = 0;
		}
	}
}

/* The room that a plain bucket has left for others than those who hold it. */
static int64_t
room_after_holds(struct applying *a, struct entry *e, size_t count, int64_t room)
{
	int64_t freed = 0;

	for (size_t i = 0; i < count; i++) {
		int64_t take = e[i].hold < e[i].left ? e[i].hold : e[i].left;

		if (take > room)
			take = room;
		if (take < 0)
			take = 0;
		e[i].out += take;
		e[i].left -= take;
		e[i].hold -= take;
		room -= take;
		if (!a->limit->freed_waiting && !a->limit->achieved_order &&
		    e[i].claim->peak > take)
			freed += e[i].claim->peak - take;
	}
	return freed < room ? room - freed : 0;
}

/* Amounts below zero pass and give room back. */
static int64_t
bucket_cap(struct applying *a, struct entry *e, size_t count, int64_t room)
{
	for (size_t i = 0; i < count; i++)
		if (e[i].left < 0) {
			e[i].out += e[i].left;
			room = room > INT64_MAX + e[i].left ? INT64_MAX : room - e[i].left;
			e[i].left = 0;
		}
	room = room_after_holds(a, e, count, room);
	for (size_t i = 0; i < count; i++) {
		/* what a key itself lost comes back to it alone */
		int64_t own = a->limit->freed_waiting || a->limit->achieved_order ||
					      e[i].claim->peak < e[i].out
				      ? 0 : e[i].claim->peak - e[i].out;
		int64_t take = room > INT64_MAX - own || e[i].left < room + own ? e[i].left
										: room + own;

		if (take <= 0)
			continue;
		e[i].out += take;
		e[i].left -= take;
		room -= take > own ? take - own : 0;
	}
	return room;
}

static void
bucket_ladder(struct applying *a, const struct ladder *l, struct entry *e, size_t count)
{
	int64_t at = 0, in = 0;

	for (size_t i = 0; i < count; i++) {
		if (e[i].left <= 0) {
			e[i].out += e[i].left;
			e[i].left = 0;
			continue;
		}
		e[i].out += climb(a, l, e[i].claim, at, e[i].left, &in);
		e[i].left -= in;
		at += in;
	}
}

static void
tell_room(struct applying *a, const struct entry *e, int64_t taken, int64_t room)
{
	char bucket[160];
	struct settle_room said = { .limit = a->limit->name, .bucket = bucket, .taken = taken,
				    .room = room };

	if (a->fn == NULL)
		return;
	limit_bucket_text(a, e, bucket);
	a->fn(a->arg, &said);
}

/* One bucket; gives the room it leaves unused. */
static int64_t
apply_bucket(struct applying *a, struct entry *e, size_t count, int64_t extra)
{
	struct ladder l;
	int64_t taken = 0, left = 0;

	if (!read_ladder(a, e, &l)) {	/* no room is known yet: nothing passes */
		tell_room(a, e, 0, 0);
		return 0;
	}
	if (l.plain) {
		int64_t room = l.room > INT64_MAX - extra ? INT64_MAX : l.room + extra;

		left = bucket_cap(a, e, count, room);
	} else if (a->limit->along_count) {
		bucket_counts(a, &l, e, count);
	} else {
		bucket_ladder(a, &l, e, count);
	}
	for (size_t i = 0; i < count; i++)
		taken += e[i].out;
	tell_room(a, e, taken, l.room == INT64_MAX ? INT64_MAX : left);
	return l.room == INT64_MAX ? 0 : left;
}

/* ---- from bucket to bucket ---- */

/* Excess that goes on to the next period's bucket joins its queue there. */
static size_t
queue_up(struct entry *queue, size_t waiting, const struct entry *e, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < waiting; i++)
		if (queue[i].left > 0)
			queue[n++] = queue[i];
	memcpy(queue + n, e, count * sizeof(*e));
	if (n > 0 && n + count > 1)
		qsort(queue, n + count, sizeof(*queue), limit_line_up);
	return n + count;
}

/* The bucket to fill after `now`: the next period where something goes on to it, else that of
 * the next claim. */
static bool
next_bucket(struct applying *a, struct entry *now, const struct entry *next,
	    const struct entry *queue, size_t waiting)
{
	struct scope sc = { .run = a->run, .unit = run_contract(a->run), .version = a->version };
	const struct terms_calendar *c = NULL;
	bool goes_on = a->limit->unused_next;
	struct period p;

	for (size_t i = 0; a->limit->excess == EXCESS_NEXT && i < waiting; i++)
		goes_on = goes_on || queue[i].left > 0;
	for (size_t i = 0; i < a->limit->per_count; i++)
		if (a->limit->per[i].calendar != NULL)
			c = a->limit->per[i].calendar;
	if (c == NULL || !goes_on) {
		if (next == NULL)
			return false;
		now->period = next->period;
		now->period_end = next->period_end;
		return true;
	}
	if (!period_holding(&sc, c, now->period_end + 1, &p) || p.start > a->run->through)
		return false;
	now->period = p.index + 1;
	now->period_end = p.end;
	return true;
}

static void
store_out(struct entry *queue, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		queue[i].claim->passed += queue[i].out;
		queue[i].claim->over = queue[i].left;
		queue[i].out = 0;
	}
}

/* All periods of one combination of the other dimensions, in time order. */
static void
apply_series(struct applying *a, const struct entry *e, size_t count)
{
	struct entry *queue = mem_alloc((count + 1) * sizeof(*queue));
	struct entry now = e[0];
	size_t waiting = 0, at = 0;
	int64_t extra = 0;

	while (a->run->rc == RC_OK) {
		size_t n = 0;

		while (at + n < count && e[at + n].period == now.period)
			n++;
		waiting = queue_up(queue, a->limit->excess == EXCESS_NEXT ? waiting : 0, e + at, n);
		at += n;
		for (size_t i = 0; i < waiting; i++) {
			queue[i].period = now.period;
			queue[i].period_end = now.period_end;
		}
		if (waiting > 0)
			extra = apply_bucket(a, queue, waiting, extra);
		if (!a->limit->unused_next)
			extra = 0;
		store_out(queue, waiting);
		if (!next_bucket(a, &now, at < count ? &e[at] : NULL, queue, waiting))
			break;
	}
	free(queue);
}

void
limit_steps(struct applying *a, struct entry *e, size_t count)
{
	for (size_t i = 0; i < count;) {
		size_t n = 1;

		while (i + n < count && memcmp(e[i].dims, e[i + n].dims, sizeof(e[i].dims)) == 0)
			n++;
		apply_series(a, e + i, n);
		i += n;
	}
}
