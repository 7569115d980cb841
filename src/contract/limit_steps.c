/* limit_steps.c - caps and ladders of rates, bucket by bucket, period by period. */
#include "limit_along.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
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
#include "xval.h"

/* ---- numbers ---- */

bool
limit_asks(const struct terms_limit *l, const struct terms_x *x)
{
	bool whose = false;

	for (size_t i = 0; i < l->per_count; i++)
		whose = whose || l->per[i].what == PER_PERSON || l->per[i].what == PER_SITE ||
			l->per[i].what == PER_ENROLMENT;
	return whose && (x->needs & (SCOPE_PERSON | SCOPE_SITE | SCOPE_OWN)) != 0;
}

/* Read on `day`: at the contract, or where a limit is per person or site, at the entitlement's. */
bool
limit_number(struct applying *a, const struct terms_x *x, const struct entry *e, int32_t day,
	     struct ratio *ret)
{
	struct scope sc = { .run = a->run, .unit = run_contract(a->run), .version = a->version };
	struct arena *arena = NULL, *was = a->run->scratch;
	bool known;

	if (e->claim != NULL && limit_asks(a->limit, x)) {
		arena = arena_new();
		a->run->scratch = arena;
		sc = item_scope(a->run, run_unit(a->run, e->claim->item->owner, arena),
				e->claim->item);
		if (a->limit->kind == LIMIT_FLOOR)	/* a person's, whoever of it comes first */
			sc.enrolment = NULL;
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

/* The entitlement's day; of erased people's, who come first, the last day looked at. */
static int32_t
ladder_day(const struct applying *a, const struct entry *e)
{
	int32_t day = e->claim == NULL ? 0 : e->claim->item->achieved;

	return day == INT32_MIN ? a->run->through : day;
}

/* `extra` is room that the period before left: it widens the last step. */
static void
read_ladder(struct applying *a, const struct entry *e, int64_t extra, struct ladder *ret)
{
	bool everybody = a->run->read_everybody;

	*ret = (struct ladder){ .known = true, .constant = true };
	for (size_t i = 0; i < a->limit->step_count && ret->count < LENGTH(ret->to); i++) {
		const struct terms_step *step = &a->limit->steps[i];
		size_t k = ret->count++;

		ret->rate[k] = step->rate;
		ret->open[k] = step->to == NULL;
		if (step->to == NULL)
			continue;
		ret->constant = ret->constant && step->to->op == OP_NUMBER;
		ret->to[k] = ratio_integer(0);
		if (!limit_number(a, step->to, e, ladder_day(a, e), &ret->to[k]))
			ret->known = false;
		else if (i + 1 == a->limit->step_count &&
			 !ratio_add(ret->to[k], ratio_integer(extra), &ret->to[k]))
			ret->open[k] = true;
	}
	if (limit_end_moves(a->version, a->limit))	/* it is read in every statement */
		a->run->read_everybody = everybody;
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

/* 0 where it is not known. */
static int64_t
end_of(const struct ladder *l)
{
	int64_t end;

	if (!l->known)
		return 0;
	if (l->count == 0 || l->open[l->count - 1])
		return INT64_MAX;
	end = whole(l->to[l->count - 1]);
	return end < 0 ? 0 : end;
}

void
limit_read_end(struct applying *a)
{
	struct entry nobody = { .s = a->run->s };
	struct ladder l;

	if (!limits_keeps(a) || !limit_end_moves(a->version, a->limit))
		return;
	read_ladder(a, &nobody, 0, &l);
	limit_moves_end(a, l.known, end_of(&l));
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
	const struct limit_bucket *others;	/* of who is not in hand; or NULL */
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

/* What is taken before `e` and those before it in hand. */
static int64_t
taken_before(const struct bucket *b, const struct entry *e, enum mark_kind kind)
{
	const struct limit_bucket *others = b->others;
	struct placed place;

	if (others == NULL || !others->own)
		return b->taken;
	place = placed_entry(e, kind, others->bounded);
	return b->taken - others->taken + others->loose + marks_before(e->s, others, &place);
}

/* Room that `e` may still take, of what it has at that mark. */
static int64_t
room_for(struct bucket *b, struct entry *e, enum mark_kind kind)
{
	int64_t end = end_of(ladder_for(b, e));

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
		read_ladder(b->a, e, 0, &l);
		e->end = end_of(&l);
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
			room = room_for(b, e, MARK_HELD);
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
take_room(struct bucket *b, struct entry *e, enum mark_kind kind, int64_t asked)
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
cap_open(struct bucket *b, enum mark_kind kind)
{
	bool all = kind == MARK_ALL;


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
	cap_open(b, MARK_ALL);
	cap_open(b, MARK_OPEN);
	for (size_t i = 0; i < b->count; i++)
		if (b->e[i].left > 0)
			(void)take_room(b, &b->e[i], MARK_REST, b->e[i].left);
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

static void
set_ruler(const struct ladder *l, bool counts, struct ruler *ret)
{
	int64_t last = 0;

	ret->count = l->count;
	for (size_t i = 0; i < l->count; i++) {
		int64_t to = l->open[i] ? INT64_MAX : whole(l->to[i]);

		last = ret->to[i] = to > last ? to : last;
	}
	ret->end = counts ? INT64_MAX : last;
}

void
limit_ruler(struct run *r, const struct limit_bucket *b, struct ruler *ret)
{
	const struct entry nobody = { 0 };
	struct applying a = { .run = r };
	struct ladder l;

	*ret = (struct ruler){ arena_array(r->arena, LENGTH(l.to), sizeof(*ret->to)), 0, INT64_MAX };
	for (size_t v = 0; v < r->version_count; v++) {
		const struct terms_limit *own = terms_limit(r->s->versions[v].terms,
							    name_text(&r->s->names, b->limit));

		a.version = own == NULL ? a.version : &r->s->versions[v];
		a.limit = own == NULL ? a.limit : own;
	}
	if (a.limit == NULL)
		return;
	read_ladder(&a, &nobody, 0, &l);
	set_ruler(&l, b->kind == BUCKET_COUNT, ret);
}

/* To the bucket's start, past the places of erased people. */
static void
begin_walk(struct bucket *b, struct along *w)
{
	struct run *r = b->a->run;
	struct ladder l;

	*w = (struct along){ .s = r->s, .b = limits_bucket_of(b->a, b->e),
			     .ruler = { NULL, 0, INT64_MAX } };
	for (size_t i = 0; r->s->held.count > 0 && i < b->count; i++) {
		const struct claim *c = b->e[i].claim;

		if (c->held_by != NULL)
			gaps_add(r, &w->gaps, c->held_at, c->amount);
	}
	gaps_close(&w->gaps);
	if (!limits_keeps(b->a))
		return;
	read_ladder(b->a, b->e, b->extra, &l);
	w->ruler.to = arena_array(r->arena, LENGTH(l.to), sizeof(*w->ruler.to));
	set_ruler(&l, b->a->limit->along_count, &w->ruler);
}

static int64_t
climb_count(struct bucket *b, const struct ladder *l, const struct entry *e, int64_t *ret_in)
{
	struct ratio rate, v;

	*ret_in = 0;
	if (!rate_of(l, e->at + 1, &rate))
		return 0;
	*ret_in = e->left;
	if (!ratio_mul(rate, ratio_integer(e->left), &v))
		v = ratio_integer(INT64_MAX);
	return round_as(e->claim, b->a->run, v);
}

static struct placed
place_of_entry(const struct entry *e)
{
	return placed_claim(e->s, e->claim, e->early, e->own_period);
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
			     : climb(b->a, l, e->claim, e->at, e->left, &in);
		pass(e, in, out);
		along_add(w, counts ? 1 : in);
	}
	b->taken = along_rest(w);
}

/* What they take of it from now on. */
static void
keep_along(struct bucket *b, const struct along *w)
{
	struct applying *a = b->a;
	struct limit_bucket *kept;

	if (!limits_keeps(a) || !b->ladder.known)
		return;
	kept = limits_bucket(a->run->s->limits, limit_kind_of(a->limit), limit_number_of(a),
			     b->e->dims, b->e->period);
	along_begin(kept, &w->gaps, a->limit->achieved_order);
	kept->bounded = a->limit->excess == EXCESS_NEXT;
	kept->period_end = b->e->period_end;
	for (size_t i = 0; i < b->count; i++) {
		const struct entry *e = &b->e[i];

		if (e->asked > 0 && e->claim->held_by == NULL)
			along_keep(a->run, kept, w, &(struct along_stand){
				place_of_entry(e), e->claim, e->at, e->asked, e->out });
	}
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
	read_ladder(a, &e[count - 1], extra, &b.ladder);
	end = end_of(&b.ladder);
	read_ends(&b);
	if (cap)
		limits_keep(a, e, count, end);
	else
		keep_along(&b, &w);
	for (size_t i = 0; a->run->s->holding != NULL && i < count; i++)
		hold_bucket(a, &e[i]);
	tell_room(&b, end);
	if (end == INT64_MAX || e[0].period_end > a->run->through || end < b.taken + b.stuck)
		return 0;
	return end - b.taken - b.stuck;
}

/* A period of which nobody is claimed leaves all that the others do not take. */
int64_t
limit_bucket_of_nobody(struct applying *a, const struct entry *now, int64_t extra)
{
	struct ladder l;
	int64_t end, others = limits_others(a, now);

	read_ladder(a, now, extra, &l);
	end = end_of(&l);
	limits_end(a, now, end);
	if (end == INT64_MAX || now->period_end > a->run->through || end < others)
		return 0;
	return end - others;
}
