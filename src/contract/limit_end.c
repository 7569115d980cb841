/* limit_end.c - what the numbers of a limit follow from: whether they stay what they were from
 * statement to statement, and are the same for all in a bucket. */
#include "limit_priv.h"

#include "expression.h"
#include "fact.h"
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

/* ---- the end of a cap ---- */

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

static bool
is_read(const struct version *v, const struct terms_limit *l)
{
	return limit_is_cap(l) && l->steps[0].to != NULL &&
	       x_shape(v, l->steps[0].to) != SHAPE_FIXED;
}

bool
limit_end_moves(const struct version *v, const struct terms_limit *l)
{
	return is_read(v, l) && !limit_asks(l, l->steps[0].to) && is_of_every_day(v, l->steps[0].to);
}

bool
limit_own_ends(const struct version *v, const struct terms_limit *l)
{
	return is_read(v, l) && !limit_end_moves(v, l);
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

		if (b->limit != limit || b->kind != BUCKET_CAP)
			continue;
		b->changed = b->changed || b->end != end || a->limit->unused_next;
		if (!a->limit->unused_next)
			b->end = end;
	}
}
