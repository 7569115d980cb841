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
	size_t row, at;		/* the mark looked at */
	bool odd;		/* a claim took what it should not have */
};

static int64_t
granted(const struct stand *st, const struct mark *m)
{
	int64_t left = st->passed - stand_sure(st), asks = stand_asks(st, mark_kind(m));

	for (int kind = 0; kind < (int)mark_kind(m); kind++)
		left -= stand_asks(st, (enum mark_kind)kind);
	left = left > 0 ? left : 0;
	return left < asks ? left : asks;
}

/* To the first mark whose demand does not go into the room in full; gives what is left for it. */
static int64_t
find_end(struct checking *k, int64_t room)
{
	const struct limit_bucket *b = k->b;

	k->row = k->at = 0;
	while (k->row < b->mark_count && b->marks[k->row].sum <= room)
		room -= b->marks[k->row++].sum;
	for (; k->row < b->mark_count && k->at < b->marks[k->row].count; k->at++) {
		int64_t asks = mark_asks(k->c, &b->marks[k->row].items[k->at]);

		if (asks > room)
			break;
		room -= asks;
	}
	return room;
}

static bool
at_mark(const struct checking *k)
{
	return k->row < k->b->mark_count;
}

static bool
step_back(struct checking *k)
{
	if (k->at == 0) {
		if (k->row == 0)
			return false;
		k->at = k->b->marks[--k->row].count;
	}
	k->at--;
	return true;
}

static void
step_on(struct checking *k)
{
	if (++k->at == k->b->marks[k->row].count) {
		k->row++;
		k->at = 0;
	}
}

/* Goes on past what is claimed and past who must be: true at the first that may stay. */
static bool
may_stay(struct checking *k, int64_t gets, bool in_full)
{
	const struct mark *m = &k->b->marks[k->row].items[k->at];
	const struct stand *st = stand_at(k->c, m->stand);
	bool claimed = owner_at(k->run->s, st->owner)->claimed == k->run->claiming;
	bool same = granted(st, m) == (in_full ? mark_asks(k->c, m) : gets);

	if (claimed) {
		k->odd = k->odd || !same;
		return false;
	}
	if (!same)
		ordinals_add(k->ret, st->owner);
	return same;
}

static bool
loses_room(const struct run *r, const struct limit_bucket *b)
{
	const struct terms_limit *l = limit_of_bucket(r, b);

	return l != NULL && limit_loses(l);
}

/* False where the order of its marks does not decide about its room. */
static bool
check_bucket(struct checking *k)
{
	const struct limit_bucket *b = k->b;
	int64_t room = b->end - b->loose - b->fixed, rest = find_end(k, room > 0 ? room : 0);
	struct checking back = *k;

	k->b->at_end = at_mark(k);
	k->b->rest = rest;
	if (at_mark(k))
		k->b->last = b->marks[k->row].items[k->at];
	if (b->short_of > 0 || (b->cut && b->taken > 0) || (room < 0 && loses_room(k->run, b)) ||
	    (at_mark(k) && b->placed && b->bounded &&
	     mark_kind(&b->marks[k->row].items[k->at]) == MARK_HELD))
		return false;
	while (step_back(&back) && !may_stay(&back, 0, true))
		continue;
	for (; at_mark(k) && !may_stay(k, rest, false); step_on(k))
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

	for (int kind = 0; kind < MARK_KINDS && b->end != INT64_MAX; kind++) {
		int64_t asks = stand_asks(st, (enum mark_kind)kind), gets = asks;
		struct mark m;
		int c = -1;

		if (asks == 0)
			continue;
		m = mark_of(s, stand, (enum mark_kind)kind);
		if (b->at_end)
			c = mark_order(s, &m, &b->last);
		if (c == 0 && m.stand != b->last.stand)
			continue;	/* what two of one order have is theirs together */
		if (c >= 0)
			gets = c == 0 ? b->rest : 0;
		if (granted(st, &m) != gets)
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
	bool decided = true;

	for (size_t i = 0; i < c->count; i++) {
		k.b = &c->items[i];
		if (k.b->changed && bucket_has_places(k.b))
			along_settled(r, k.b, ret, &k.odd);
		else
			decided = decided && (!k.b->changed || k.b->end == INT64_MAX ||
					      check_bucket(&k));
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
		if (c->items[i].placed)
			return false;
	return true;
}
