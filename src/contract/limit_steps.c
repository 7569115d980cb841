/* limit_steps.c - caps and ladders of rates, bucket by bucket, period by period. */
#include "limit_priv.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "calendar.h"
#include "claim.h"
#include "expression.h"
#include "held.h"
#include "item.h"
#include "limits_utfall.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settle.h"
#include "settlement.h"
#include "terms.h"
#include "wakes.h"
#include "xval.h"

/* ---- numbers ---- */

bool
limit_asks(const struct terms_x *x)
{
	return (x->needs & (SCOPE_PERSON | SCOPE_SITE)) != 0;
}

/* Read on `day`: at the contract, or where it asks for a person or site, at the entitlement's. */
bool
limit_number(struct applying *a, const struct terms_x *x, const struct entry *e, int32_t day,
	     struct ratio *ret)
{
	struct scope sc = { .run = a->run, .unit = run_contract(a->run), .version = a->version };
	struct arena *arena = NULL, *was = a->run->scratch;
	bool known;

	if (e->claim != NULL && limit_asks(x)) {
		arena = arena_new();
		a->run->scratch = arena;
		sc = item_scope(a->run, run_unit(a->run, e->claim->item->owner, arena),
				e->claim->item);
	}
	sc.day = day;
	sc.has_period = sc.has_outcome = false;
	known = x_ratio(x_eval(&sc, x), ret);
	a->run->scratch = was;
	arena_free(arena);
	return known;
}

struct ladder {
	struct ratio to[16], rate[16];
	bool open[16];
	size_t count;
	bool known, constant;
};

static int64_t
whole(struct ratio r)
{
	int64_t v;

	return ratio_round(r, ROUNDING_DOWN, 1, &v) ? v : INT64_MAX;
}

/* `extra` is room that the period before left: it widens the last step. */
static void
read_ladder(struct applying *a, const struct entry *e, int64_t extra, struct ladder *ret)
{
	*ret = (struct ladder){ .known = true, .constant = true };
	for (size_t i = 0; i < a->limit->step_count && ret->count < LENGTH(ret->to); i++) {
		const struct terms_step *step = &a->limit->steps[i];
		size_t k = ret->count++;

		ret->rate[k] = step->rate;
		ret->open[k] = step->to == NULL;
		if (step->to == NULL)
			continue;
		ret->constant = ret->constant && step->to->op == OP_NUMBER;
		if (!limit_number(a, step->to, e, e->claim == NULL ? 0 : e->claim->item->achieved,
				  &ret->to[k]))
			ret->known = false;
		else if (i + 1 == a->limit->step_count &&
			 !ratio_add(ret->to[k], ratio_integer(extra), &ret->to[k]))
			ret->open[k] = true;
	}
}

/* One step at rate 1 is a cap: what settled keys hold stands, order decides about the rest. */
bool
limit_is_cap(const struct terms_limit *l)
{
	return l->step_count == 1 && !l->along_count &&
	       ratio_compare(l->steps[0].rate, ratio_integer(1)) == 0;
}

/* Does room that a key sets free stay taken? */
bool
limit_loses(const struct terms_limit *l)
{
	return l->kind == LIMIT_STEPS && !l->freed_waiting && !l->achieved_order &&
	       l->excess != EXCESS_NEXT;
}

static int64_t
end_of(const struct ladder *l)
{
	int64_t end;

	if (l->count == 0 || l->open[l->count - 1])
		return INT64_MAX;
	end = whole(l->to[l->count - 1]);
	return end < 0 ? 0 : end;
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
			break;
		}
		done += take;
	}
	*ret_in = done;
	return round_as(c, a->run, sum);
}

/* The rate of the `k`th (1..) entitlement; false beyond the last step. */
static bool
rate_of(const struct ladder *l, int64_t k, struct ratio *ret)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->open[i] || k <= whole(l->to[i])) {
			*ret = l->rate[i];
			return true;
		}
	return false;
}

/* ---- one bucket ---- */

struct bucket {
	struct applying *a;
	struct entry *e;
	size_t count;
	int64_t extra, taken, stuck;	/* stuck: freed room that nobody else may take */
	struct ladder ladder;
	bool read;
};

static const struct ladder *
ladder_for(struct bucket *b, const struct entry *e)
{
	if (!b->read || !b->ladder.constant)
		read_ladder(b->a, e, b->extra, &b->ladder);
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

/* Room that `e` may still take. */
static int64_t
room_for(struct bucket *b, const struct entry *e)
{
	int64_t end = end_of(ladder_for(b, e));

	if (!b->ladder.known)
		return 0;
	if (end == INT64_MAX)
		return end;
	return end - b->taken > 0 ? end - b->taken : 0;
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

	for (size_t i = 0; i < b->count; i++)
		order[i] = &b->e[i];
	if (bounded && b->count > 1)
		qsort(order, b->count, sizeof(struct entry *), by_paid);
	for (size_t i = 0; i < b->count; i++) {
		struct entry *e = order[i];
		int64_t take = e->hold < e->left ? e->hold : e->left, room;

		if (take <= 0)
			take = 0;
		if (take > 0 && bounded) {
			room = room_for(b, e);
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
take_room(struct bucket *b, struct entry *e, int64_t asked)
{
	int64_t own = b->stuck > 0 && e->peak > e->out ? e->peak - e->out : 0;
	int64_t room = room_for(b, e), take;

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
cap_open(struct bucket *b, bool all)
{
	for (size_t i = 0; i < b->count; i++) {
		struct entry *e = &b->e[i];

		if (e->open > 0 && e->left > 0 && (e->left <= e->open) == all)
			e->open -= take_room(b, e, e->left < e->open ? e->left : e->open);
	}
}

static void
bucket_cap(struct bucket *b)
{
	cap_holds(b);
	cap_open(b, true);
	cap_open(b, false);
	for (size_t i = 0; i < b->count; i++)
		if (b->e[i].left > 0)
			(void)take_room(b, &b->e[i], b->e[i].left);
}

/* Erased people keep their place on a ladder: the others stand around it. */
static int64_t
past_held(const struct bucket *b, int64_t at)
{
	bool moved = b->a->run->s->held.count > 0;

	while (moved) {
		moved = false;
		for (size_t i = 0; i < b->count; i++) {
			const struct claim *c = b->e[i].claim;

			if (c->held_by == NULL || c->held_at > at || at - c->held_at >= c->amount)
				continue;
			at = c->held_at + c->amount;
			moved = true;
		}
	}
	return at;
}

/* What is held passes here and does not go on. */
static bool
keeps_place(struct entry *e)
{
	if (e->claim->held_by != NULL)
		pass(e, e->left, e->left);
	return e->claim->held_by != NULL;
}

static void
bucket_counts(struct bucket *b)
{
	struct ratio rate, v;
	int64_t k = 0;

	for (size_t i = 0; i < b->count; i++) {
		struct entry *e = &b->e[i];
		const struct ladder *l = e->left <= 0 ? NULL : ladder_for(b, e);

		if (keeps_place(e) || l == NULL || !l->known)
			continue;
		e->at = k = past_held(b, k);
		if (!rate_of(l, ++k, &rate))
			continue;
		if (!ratio_mul(rate, ratio_integer(e->left), &v))
			v = ratio_integer(INT64_MAX);
		pass(e, e->left, round_as(e->claim, b->a->run, v));
	}
	b->taken = past_held(b, k);
}

static void
bucket_ladder(struct bucket *b)
{
	for (size_t i = 0; i < b->count; i++) {
		struct entry *e = &b->e[i];
		const struct ladder *l = e->left <= 0 ? NULL : ladder_for(b, e);
		int64_t in = 0, out;

		if (keeps_place(e) || l == NULL || !l->known)
			continue;
		e->at = b->taken = past_held(b, b->taken);
		out = climb(b->a, l, e->claim, b->taken, e->left, &in);
		pass(e, in, out);
		b->taken += in;
	}
	b->taken = past_held(b, b->taken);
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

/* Room that was set free and lost stays lost. */
static void
hold_bucket(struct applying *a, const struct entry *e)
{
	bool lost = limit_loses(a->limit);

	if (!limit_is_cap(a->limit))
		holding_limit(a, e, HELD_LIMIT, e->in, e->at);
	else
		holding_limit(a, e, HELD_LIMIT, lost && e->peak > e->in ? e->peak : e->in,
			      HELD_ANYWHERE);
}

/* Gives the room that is left once the bucket's period is over. */
static int64_t
apply_bucket(struct applying *a, struct entry *e, size_t count, int64_t extra)
{
	struct bucket b = { .a = a, .e = e, .count = count, .extra = extra };
	int64_t end;

	b.taken = limits_others(a, e);
	for (size_t i = 0; i < count; i++) {	/* amounts not above 0 pass and take no room */
		e[i].asked = e[i].left;
		e[i].held = limit_between(e[i].hold, e[i].left);
		e[i].opens = limit_between(e[i].open, e[i].left - e[i].held);
		if (e[i].left <= 0)
			pass(&e[i], e[i].left, e[i].left);
	}
	if (limit_is_cap(a->limit))
		bucket_cap(&b);
	else if (a->limit->along_count)
		bucket_counts(&b);
	else
		bucket_ladder(&b);
	read_ladder(a, &e[count - 1], extra, &b.ladder);
	end = b.ladder.known ? end_of(&b.ladder) : 0;
	limits_keep(a, e, count, end);
	for (size_t i = 0; a->run->s->holding != NULL && i < count; i++)
		hold_bucket(a, &e[i]);
	tell_room(&b, end);
	if (end == INT64_MAX || e[0].period_end > a->run->through || end < b.taken + b.stuck)
		return 0;
	return end - b.taken - b.stuck;
}

/* ---- from bucket to bucket ---- */

/* Excess that goes on to the next period's bucket stands there before that bucket's own. */
static size_t
queue_up(struct entry *queue, size_t waiting, const struct entry *e, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < waiting; i++)
		if (queue[i].left > 0)
			queue[n++] = queue[i];
	if (count > 0)
		memcpy(queue + n, e, count * sizeof(*e));
	return n + count;
}

/* What waits is asked again when the next period begins. */
static void
ask_again(struct applying *a, const struct entry *queue, size_t waiting, int32_t day)
{
	for (size_t i = 0; a->limit->excess == EXCESS_NEXT && i < waiting; i++)
		if (queue[i].left > 0)
			owner_again(a->run, queue[i].claim->item->owner, day);
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
	if (!period_holding(&sc, c, now->period_end + 1, &p))
		return false;
	if (p.start > a->run->through) {
		ask_again(a, queue, waiting, p.start);
		return false;
	}
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
		queue[i].out = queue[i].in = 0;
	}
}

/* A period of which nobody is claimed leaves all that the others do not take. */
static int64_t
room_of_nobody(struct applying *a, const struct entry *now, int64_t extra)
{
	struct ladder l;

	int64_t end, others = limits_others(a, now);

	read_ladder(a, now, extra, &l);
	end = l.known ? end_of(&l) : 0;
	limits_end(a, now, end);
	if (end == INT64_MAX || now->period_end > a->run->through || end < others)
		return 0;
	return end - others;
}

/* All periods of one combination of the other dimensions, in time order. */
static void
apply_series(struct applying *a, const struct entry *e, size_t count, struct entry now)
{
	struct entry *queue = mem_alloc((count + 1) * sizeof(*queue));
	bool any = !a->limit->unused_next || limits_first(a, count, &now);
	size_t waiting = 0, at = 0;
	int64_t extra = 0;

	while (any && a->run->rc == RC_OK) {
		size_t n = 0;

		while (at + n < count && e[at + n].period == now.period)
			n++;
		waiting = queue_up(queue, a->limit->excess == EXCESS_NEXT ? waiting : 0,
				   n > 0 ? e + at : NULL, n);
		at += n;
		for (size_t i = 0; i < waiting; i++) {
			queue[i].period = now.period;
			queue[i].period_end = now.period_end;
		}
		extra = waiting > 0 ? apply_bucket(a, queue, waiting, extra)
				    : room_of_nobody(a, &now, extra);
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
		apply_series(a, e + i, n, e[i]);
		i += n;
	}
	if (a->limit->unused_next)
		limits_left(a, e, count, apply_series);
}
