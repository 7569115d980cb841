/* check_x.c - walking, comparing and computing expressions without any event. */
#include "check_priv.h"

#include <string.h>

void
x_each(const struct terms_x *x, x_fn *fn, void *arg)
{
	if (x == NULL)
		return;
	fn(arg, x);
	for (size_t i = 0; i < x->count; i++)
		x_each(x->args[i], fn, arg);
	if (x->op == OP_LOOK) {
		x_each(x->look.at, fn, arg);
	} else if (x->op == OP_OVER) {
		x_each(x->over.of, fn, arg);
		x_each(x->over.where, fn, arg);
	} else if (x->op == OP_ITEMS) {
		x_each(x->items.where, fn, arg);
	}
}

static void
each_of_outcomes(const struct terms *t, x_fn *fn, void *arg)
{
	for (size_t i = 0; i < t->outcome_count; i++) {
		const struct terms_outcome *o = &t->outcomes[i];

		x_each(o->count, fn, arg);
		x_each(o->to, fn, arg);
		x_each(o->on, fn, arg);
		x_each(o->final, fn, arg);
		x_each(o->from, fn, arg);
		x_each(o->until, fn, arg);
		x_each(o->times_max, fn, arg);
	}
}

static void
each_of_payments(const struct terms *t, x_fn *fn, void *arg)
{
	for (size_t i = 0; i < t->payment_count; i++) {
		const struct terms_payment *p = &t->payments[i];

		x_each(p->when, fn, arg);
		x_each(p->price, fn, arg);
		x_each(p->from, fn, arg);
		x_each(p->until, fn, arg);
		x_each(p->due, fn, arg);
		x_each(p->final, fn, arg);
		x_each(p->hold_until, fn, arg);
	}
}

static void
each_of_limits(const struct terms *t, x_fn *fn, void *arg)
{
	for (size_t i = 0; i < t->limit_count; i++) {
		const struct terms_limit *l = &t->limits[i];

		x_each(l->amount, fn, arg);
		x_each(l->on, fn, arg);
		for (size_t k = 0; k < l->step_count; k++)
			x_each(l->steps[k].to, fn, arg);
	}
	for (size_t i = 0; i < t->share_count; i++)
		for (size_t k = 0; k < t->shares[i].tranche_count; k++) {
			const struct terms_tranche *tr = &t->shares[i].tranches[k];

			x_each(tr->to, fn, arg);
			for (size_t n = 0; n < tr->part_count; n++)
				x_each(tr->parts[n].weight, fn, arg);
		}
}

void
terms_each_x(const struct terms *t, x_fn *fn, void *arg)
{
	for (size_t i = 0; i < t->date_count; i++)
		x_each(t->dates[i].is, fn, arg);
	for (size_t i = 0; i < t->proof_count; i++) {
		x_each(t->proofs[i].until, fn, arg);
		x_each(t->proofs[i].opens, fn, arg);
		x_each(t->proofs[i].closes, fn, arg);
	}
	for (size_t i = 0; i < t->calendar_count; i++) {
		x_each(t->calendars[i].from, fn, arg);
		x_each(t->calendars[i].stop, fn, arg);
	}
	for (size_t i = 0; i < t->group_count; i++) {
		x_each(t->groups[i].where, fn, arg);
		x_each(t->groups[i].day, fn, arg);
	}
	for (size_t i = 0; i < t->value_count; i++) {
		x_each(t->values[i].where, fn, arg);
		x_each(t->values[i].is, fn, arg);
	}
	each_of_outcomes(t, fn, arg);
	each_of_payments(t, fn, arg);
	each_of_limits(t, fn, arg);
}

struct reaching {
	enum terms_op op;
	bool found;
};

static void
reach_one(void *arg, const struct terms_x *x)
{
	struct reaching *r = arg;

	if (x->op == r->op)
		r->found = true;
	if (r->found)
		return;
	if (x->op == OP_VALUE && x->value->is != NULL)
		x_each(x->value->is, reach_one, r);
	else if (x->op == OP_DATE_NAME)
		x_each(x->named->is, reach_one, r);
}

bool
x_reaches(const struct terms_x *x, enum terms_op op)
{
	struct reaching r = { .op = op };

	x_each(x, reach_one, &r);
	return r.found;
}

/* The same names and literals in the same places. */
bool
x_same(const struct terms_x *a, const struct terms_x *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if (a->op != b->op || a->count != b->count || a->calendar != b->calendar)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!x_same(a->args[i], b->args[i]))
			return false;
	switch ((int)a->op) {
	case OP_NUMBER:
		return ratio_compare(a->number, b->number) == 0;
	case OP_DAY:
		return date_compare(a->day, b->day) == 0;
	case OP_WORD:
		return strcmp(a->word, b->word) == 0;
	case OP_VALUE:
		return a->value == b->value;
	case OP_DATE_NAME:
		return a->named == b->named;
	case OP_OUTCOME:
		return a->outcome == b->outcome;
	case OP_REF:
		return a->ref == b->ref && strcmp(a->word, b->word) == 0;
	case OP_LOOK:
		return a->look.table == b->look.table && x_same(a->look.at, b->look.at);
	case OP_DATE_OF:
		return a->date_of.outcome == b->date_of.outcome &&
		       a->date_of.value == b->date_of.value && a->date_of.nth == b->date_of.nth &&
		       a->date_of.as == b->date_of.as;
	case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV: case OP_MIN: case OP_MAX:
	case OP_SPAN: case OP_SHIFT:
		return true;
	default:
		return false;
	}
}

bool
x_constant(const struct terms *t, const struct terms_x *x, struct ratio *ret)
{
	struct ratio a, b;

	if (x == NULL)
		return false;
	if (x->op == OP_NUMBER) {
		*ret = x->number;
		return true;
	}
	if (x->op == OP_VALUE && x->value->is != NULL)
		return x_constant(t, x->value->is, ret);
	if (x->count != 2 || !x_constant(t, x->args[0], &a) || !x_constant(t, x->args[1], &b))
		return false;
	switch ((int)x->op) {
	case OP_ADD:
		return ratio_add(a, b, ret);
	case OP_SUB:
		return ratio_sub(a, b, ret);
	case OP_MUL:
		return ratio_mul(a, b, ret);
	case OP_DIV:
		return ratio_div(a, b, ret);
	default:
		return false;
	}
}

bool
day_plus(struct date from, enum terms_unit_of_time unit, int64_t n, struct date *ret)
{
	switch (unit) {
	case TIME_DAY:
		return date_add_days(from, n, ret);
	case TIME_WEEK: case TIME_ISO_WEEK:
		return date_add_days(from, 7 * n, ret);
	case TIME_MONTH:
		return date_add_months(from, n, ret);
	case TIME_QUARTER:
		return date_add_months(from, 3 * n, ret);
	case TIME_HALF_YEAR:
		return date_add_months(from, 6 * n, ret);
	case TIME_YEAR:
		return date_add_months(from, 12 * n, ret);
	}
	return false;
}

bool
x_constant_day(const struct terms *t, const struct terms_x *x, struct date *ret)
{
	struct ratio n;
	struct date day;

	if (x == NULL)
		return false;
	switch ((int)x->op) {
	case OP_DAY:
		*ret = x->day;
		return true;
	case OP_DATE_NAME:
		return x_constant_day(t, x->named->is, ret);
	case OP_REF:
		if (x->ref == REF_CONTRACT_START)
			*ret = t->settlement.from;
		else if (x->ref == REF_CONTRACT_OUTCOME_UNTIL)
			*ret = t->settlement.outcome_until;
		else if (x->ref == REF_CONTRACT_FINAL)
			*ret = t->settlement.final;
		else
			return false;
		return true;
	case OP_SHIFT:
		return x_constant_day(t, x->args[0], &day) && x_constant(t, x->args[1], &n) &&
		       ratio_is_integer(n) && x->calendar->skip_weekdays == 0 &&
		       x->calendar->skip_days == NULL &&
		       day_plus(day, x->calendar->unit, (int64_t)n.num * x->calendar->n, ret);
	default:
		return false;
	}
}
