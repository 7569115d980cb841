/* limit_settled.c - does what was claimed fit together with who was not?
 *
 * In each bucket of which something changed the place is found at which its room ends now. Whoever
 * stands on one side of it and was given what belongs to the other is claimed as well. */
#include "limit.h"

#include "fact.h"
#include "item.h"
#include "limit_along.h"
#include "limit_priv.h"
#include "rows.h"
#include "run.h"
#include "settlement.h"
#include "terms.h"

struct checking {
	struct run *run;
	struct limits_carried *c;
	struct limit_bucket *b;
	struct ordinals *ret;
	size_t row, at;		/* the turn looked at */
	bool vague;		/* not all have what is held */
	bool odd;		/* a claim took what it should not have */
};

/* To the first turn whose demand does not go into the room in full; gives what is left for it. */
static int64_t
find_end(struct checking *k, int64_t room)
{
	const struct limit_bucket *b = k->b;

	k->row = k->at = 0;
	while (k->row < b->turn_count && b->turns[k->row].sum <= room)
		room -= b->turns[k->row++].sum;
	for (; k->row < b->turn_count && k->at < b->turns[k->row].count; k->at++) {
		int64_t asks = b->turns[k->row].items[k->at].asks;

		if (asks > room)
			break;
		room -= asks;
	}
	return room;
}

static bool
at_turn(const struct checking *k)
{
	return k->row < k->b->turn_count;
}

static bool
step_back(struct checking *k)
{
	if (k->at == 0) {
		if (k->row == 0)
			return false;
		k->at = k->b->turns[--k->row].count;
	}
	k->at--;
	return true;
}

static void
step_on(struct checking *k)
{
	if (++k->at == k->b->turns[k->row].count) {
		k->row++;
		k->at = 0;
	}
}

/* Was it given what belongs to it? False: it is claimed, or is put among those who must be. */
static bool
is_right(struct checking *k, const struct turn *t, int64_t gets)
{
	const struct stand *st = stand_at(k->c, t->stand);
	bool claimed = owner_at(k->run->s, st->owner)->claimed == k->run->claiming;
	bool same = turn_given(k->c, t) == gets;

	if (claimed) {
		k->odd = k->odd || !same;
		return false;
	}
	if (!same)
		ordinals_add(k->ret, st->owner);
	return same;
}

/* Goes on past what is claimed and past who must be: true at the first that may stay. */
static bool
may_stay(struct checking *k, int64_t gets, bool in_full)
{
	const struct turn *t = &k->b->turns[k->row].items[k->at];

	return is_right(k, t, in_full ? t->asks : gets);
}

/* ---- where each has its own end ---- */

static void
read_row(const struct limits_carried *c, struct turns *row)
{
	int64_t before = 0;

	row->low = INT64_MAX;
	row->high = 0;
	for (size_t i = 0; i < row->count; i++) {
		int64_t end = stand_at(c, row->items[i].stand)->end;

		before += row->items[i].asks;
		row->low = end - before < row->low ? end - before : row->low;
		row->high = end > row->high ? end : row->high;
	}
	row->known = true;
}

/* Gives what is taken behind the row. */
static int64_t
check_row(struct checking *k, const struct turns *row, int64_t taken)
{
	for (size_t i = 0; i < row->count; i++) {
		const struct turn *t = &row->items[i];
		int64_t asks = t->asks, gets = stand_at(k->c, t->stand)->end - taken;

		gets = limit_between(gets, asks);
		k->vague = k->vague || (gets < asks && turn_kind(t) == TURN_HELD);
		(void)is_right(k, t, gets);
		taken += gets;
	}
	return taken;
}

/* One by one, but for rows that all get everything, or nothing, as they were given. */
static bool
check_own(struct checking *k)
{
	const struct limit_bucket *b = k->b;
	int64_t taken = b->loose + b->fixed;

	k->vague = false;
	for (size_t i = 0; i < b->turn_count; i++) {
		struct turns *row = &b->turns[i];

		if (!row->known)
			read_row(k->c, row);
		if (taken <= row->low && row->given == row->sum)
			taken += row->sum;
		else if (taken < row->high || row->given > 0)
			taken = check_row(k, row, taken);
	}
	return b->short_of == 0 && !(b->cut && b->taken > 0) &&
	       !(k->vague && b->placed && b->bounded);
}

/* ---- where all have one ---- */

static bool
loses_room(const struct run *r, const struct limit_bucket *b)
{
	const struct terms_limit *l = limit_of_bucket(r, b);

	return l != NULL && limit_loses(l);
}

/* False where the order of its turns does not decide about its room. */
static bool
check_bucket(struct checking *k)
{
	const struct limit_bucket *b = k->b;
	int64_t room = b->end - b->loose - b->fixed, rest = find_end(k, room > 0 ? room : 0);
	struct checking back = *k;

	k->b->at_end = at_turn(k);
	k->b->rest = rest;
	if (at_turn(k))
		k->b->last = b->turns[k->row].items[k->at];
	if (b->short_of > 0 || (b->cut && b->taken > 0) || (room < 0 && loses_room(k->run, b)) ||
	    (at_turn(k) && b->placed && b->bounded &&
	     turn_kind(&b->turns[k->row].items[k->at]) == TURN_HELD))
		return false;
	while (step_back(&back) && !may_stay(&back, 0, true))
		continue;
	for (; at_turn(k) && !may_stay(k, rest, false); step_on(k))
		rest = 0;
	k->odd = k->odd || back.odd;
	return true;
}

/* Was a claim given what its places in the order say? */
static bool
is_odd(const struct settlement *s, uint32_t stand)
{
	const struct stand *st = stand_at(s->limits, stand);
	const struct limit_bucket *b = &s->limits->items[st->bucket];

	for (int kind = 0; kind < TURN_KINDS && b->end != INT64_MAX; kind++) {
		int64_t asks = stand_asks(st, (enum turn_kind)kind), gets = asks;
		struct turn t;
		int c = -1;

		if (asks == 0)
			continue;
		t = turn_of(s, stand, (enum turn_kind)kind);
		if (b->at_end)
			c = turn_order(s, &t, &b->last);
		if (c == 0 && t.stand != b->last.stand)
			continue;	/* what two of one order have is theirs together */
		if (c >= 0)
			gets = c == 0 ? b->rest : 0;
		if (turn_given(s->limits, &t) != gets)
			return true;
	}
	return false;
}

static void
add_odd(const struct run *r, const struct ordinals *claimed, struct ordinals *ret)
{
	for (size_t i = 0; i < claimed->count; i++) {
		const struct kept *kept = owner_at(r->s, claimed->items[i])->kept;
		bool odd = false;

		for (uint32_t k = 0; kept != NULL && k < kept->count && !odd; k++)
			for (uint32_t n = kept->items[k].stand; n != 0 && !odd;
			     n = stand_at(r->s->limits, n)->next)
				odd = is_odd(r->s, n);
		if (odd)
			ordinals_add(ret, claimed->items[i]);
	}
}

bool
limits_settled(struct run *r, const struct ordinals *claimed, struct ordinals *ret)
{
	struct limits_carried *c = r->s->limits;
	struct checking k = { .run = r, .c = c, .ret = ret };
	bool decided = !c->unknown;

	for (size_t i = 0; i < c->count; i++) {
		k.b = &c->items[i];
		if (k.b->changed && bucket_has_places(k.b))
			along_settled(r, k.b, ret, &k.odd);
		else if (decided && k.b->changed && k.b->end != INT64_MAX)
			decided = k.b->own ? check_own(&k) : check_bucket(&k);
	}
	if (decided && claimed != NULL && ret->count > 0)
		add_odd(r, claimed, ret);
	return decided && (!k.odd || ret->count > 0);
}

bool
limits_by_parts(const struct run *r)
{
	const struct limits_carried *c = r->s->limits;

	for (size_t v = 0; v < r->version_count; v++) {
		const struct terms *t = r->s->versions[v].terms;

		for (size_t i = 0; i < t->limit_count; i++) {
			const struct terms_limit *l = &t->limits[i];

			if (l->kind != LIMIT_SCALE && (l->kind != LIMIT_STEPS ||
						       !(limit_is_cap(l) || limit_is_local(l))))
				return false;
		}
		for (size_t i = 0; i < t->share_count; i++)
			if (t->shares[i].tranche_count > 1)
				return false;
	}
	for (size_t i = 0; i < c->count; i++)
		if (c->items[i].placed || c->items[i].own)
			return false;
	return true;
}
