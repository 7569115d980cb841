/* limit_end.c - what the numbers of a limit follow from: whether they stay what they were from
 * statement to statement, and are the same for all in a bucket. */
#include "limit_ladder.h"

#include <stdlib.h>

#include "arena.h"
#include "claim.h"
#include "expression.h"
#include "fact.h"
#include "item.h"
#include "run.h"
#include "settlement.h"
#include "terms.h"

/* ---- what a number is read of ---- */

static bool
is_own(const struct terms_x *x)
{
	return x == NULL || limit_is_own(x);
}

static bool
is_own_calendar(const struct terms_calendar *c)
{
	return c == NULL || (is_own(c->from) && is_own(c->stop));
}

static bool
is_own_value(const struct terms_value *v)
{
	const struct terms_proof *p = v->proof;

	return is_own(v->is) && is_own(v->where) && is_own_calendar(v->per) &&
	       (p == NULL || (is_own(p->until) && is_own(p->opens) && is_own(p->closes)));
}

static bool
is_own_group(const struct terms_group *g)
{
	return g == NULL || (is_own(g->where) && is_own(g->day) && is_own_group(g->within));
}

bool
limit_is_own(const struct terms_x *x)
{
	bool ret = is_own_calendar(x->calendar);

	switch ((int)x->op) {
	case OP_VALUE:
		ret = ret && is_own_value(x->value);
		break;
	case OP_DATE_NAME:
		ret = ret && is_own(x->named->is);
		break;
	case OP_DATE_OF:
		ret = ret && x->date_of.outcome == NULL && is_own_value(x->date_of.value);
		break;
	case OP_LOOK:
		ret = ret && is_own(x->look.at);
		break;
	case OP_IN:
		ret = ret && is_own_group(x->group);
		break;
	case OP_OVER:
	case OP_ITEMS:
	case OP_OUTCOME:
	case OP_GROW:
		ret = false;
		break;
	default:
		break;
	}
	for (size_t i = 0; i < x->count && ret; i++)
		ret = is_own(x->args[i]);
	return ret;
}

/* ---- the ends of steps and tranches ---- */

/* Is it the same on whichever day it is read at the contract? */
static bool
is_of_every_day(const struct version *v, const struct terms_x *x)
{
	bool ret = x->op >= OP_ADD && x->op <= OP_IF;

	if (x_shape(v, x) <= SHAPE_CONSTANT)
		return true;
	if (x->op == OP_AT)
		return x_shape(v, x->args[1]) <= SHAPE_CONSTANT;
	if (x->op == OP_VALUE)
		return x->value->is != NULL && x->value->per == NULL &&
		       is_of_every_day(v, x->value->is);
	for (size_t i = 0; i < x->count && ret; i++)
		ret = is_of_every_day(v, x->args[i]);
	return ret;
}

/* `asks`: it is read for a person or site. */
void
ends_add(const struct version *v, const struct terms_x *to, bool asks, struct ends *ret)
{
	if (to == NULL || x_shape(v, to) == SHAPE_FIXED)
		return;
	ret->any = true;
	ret->ask = ret->ask || asks;
	ret->move = ret->move && !asks && is_of_every_day(v, to);
	ret->own = ret->own && limit_is_own(to);
}

bool
ends_may_carry(const struct ends *ends)
{
	return !ends->any || ends->move || ends->own;
}

static struct ends
ends_of(const struct version *v, const struct terms_limit *l)
{
	struct ends ret = ENDS;

	for (size_t i = 0; i < l->step_count; i++)
		if (l->steps[i].to != NULL)
			ends_add(v, l->steps[i].to, limit_asks(l, l->steps[i].to), &ret);
	return ret;
}

bool
limit_end_moves(const struct version *v, const struct terms_limit *l)
{
	struct ends ends = ends_of(v, l);

	return ends.any && ends.move;
}

bool
limit_own_ends(const struct version *v, const struct terms_limit *l)
{
	struct ends ends = ends_of(v, l);

	return ends.any && !ends.move;
}

bool
limit_ends_by_day(const struct version *v, const struct terms_limit *l)
{
	struct ends ends = ends_of(v, l);

	return ends.any && !ends.move && !ends.own && !ends.ask && limit_is_cap(l);
}

/* What a period leaves, and room that is lost, are only known where all in a bucket have one end.
 * So is what takes a place of a ladder that ends somewhere. */
bool
limit_ends_may_carry(const struct version *v, const struct terms_limit *l)
{
	struct ends ends = ends_of(v, l);

	if (!ends.any || ends.move)
		return true;
	if (l->unused_next || limit_loses(l))
		return false;
	if (limit_is_cap(l))
		return ends.own || !ends.ask;
	return ends.own && (l->along_count || l->steps[l->step_count - 1].to == NULL);
}

/* Not known: who asks waits for it, and who asked may not have waited before. */
void
limit_moves_end(struct applying *a, bool known, int64_t end)
{
	struct limits_carried *c = a->run->s->limits;
	uint32_t limit = limit_number_of(a);

	c->unknown = c->unknown || !known;
	c->broken = c->broken || !known;
	for (size_t i = 0; i < c->count; i++) {
		struct limit_bucket *b = &c->items[i];

		if (b->limit != limit || b->kind != limit_kind_of(a->limit))
			continue;
		b->changed = b->changed || b->end != end || a->limit->unused_next;
		if (!a->limit->unused_next && b->kind == BUCKET_CAP)
			b->end = end;
	}
}

/* ---- ends that move, each on its day ---- */

struct day_end {
	int32_t day;
	int64_t end;
};

struct day_ends {
	struct applying *a;
	struct day_end *items;
	size_t count, capacity;
	size_t at;		/* the last one asked for: days come in order, again and again */
};

static int64_t
end_on(struct day_ends *all, int32_t day)
{
	const struct item it = { .achieved = day };
	struct claim c = { .item = &it };
	struct limits_carried *carried = all->a->run->s->limits;
	struct ladder l;

	for (size_t i = 0; i < all->count; i++, all->at = (all->at + 1) % all->count)
		if (all->items[all->at].day == day)
			return all->items[all->at].end;
	ladder_read(all->a, &(struct entry){ .claim = &c }, 0, &l);
	carried->unknown = carried->unknown || !l.known;
	carried->broken = carried->broken || !l.known;
	all->items = mem_room(all->items, all->count, &all->capacity, sizeof(*all->items));
	all->items[all->count] = (struct day_end){ day, ladder_end(&l) };
	all->at = all->count++;
	return all->items[all->at].end;
}

static void
move_ends(struct day_ends *all, struct limit_bucket *b)
{
	for (size_t i = 0; i < b->turn_count; i++)
		for (size_t k = 0; k < b->turns[i].count; k++) {
			const struct turn *t = &b->turns[i].items[k];
			struct stand *st = stand_at(all->a->run->s->limits, t->stand);
			int64_t end = end_on(all, t->achieved);

			if (st->end == end)
				continue;
			st->end = end;
			b->turns[i].known = false;
			b->changed = true;
		}
}

/* Whoever stands there has the end of its day as it is now. */
void
limit_moves_ends(struct applying *a)
{
	struct limits_carried *c = a->run->s->limits;
	uint32_t limit = limit_number_of(a);
	struct day_ends all = { .a = a };

	for (size_t i = 0; i < c->count; i++)
		if (c->items[i].limit == limit && c->items[i].kind == BUCKET_CAP)
			move_ends(&all, &c->items[i]);
	free(all.items);
}
