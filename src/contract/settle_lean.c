/* settle_lean.c - do lines rest on entitlements alone?
 *
 * Whose entitlements read facts about a site or the contract is known of each person, and they are
 * read again when there is one. What is read behind that, of shares, taxes, limits and last days,
 * is not: where some of it may ask for such a fact, everybody's lines are looked at again. */
#include "wakes.h"

#include "expression.h"
#include "run.h"
#include "settlement.h"
#include "terms.h"

/* Of a person nothing but its own facts, and no value. */
static bool
asks_person(const struct terms_x *x)
{
	bool ret = x->calendar == NULL;

	switch ((int)x->op) {
	case OP_VALUE:
	case OP_DATE_OF:
	case OP_OVER:
	case OP_ITEMS:
	case OP_OUTCOME:
	case OP_IN:
	case OP_GROW:
		return false;
	case OP_DATE_NAME:
		ret = ret && asks_person(x->named->is);
		break;
	case OP_LOOK:
		ret = ret && x->look.table->measured == NULL &&
		      (x->look.at == NULL || asks_person(x->look.at));
		break;
	default:
		break;
	}
	for (size_t i = 0; i < x->count && ret; i++)
		ret = asks_person(x->args[i]);
	return ret;
}

static bool
is_lean(const struct version *v, const struct terms_x *x)
{
	return x == NULL || x_shape(v, x) == SHAPE_FIXED || asks_person(x);
}

static bool
is_lean_calendar(const struct terms_calendar *c)
{
	return c == NULL || (c->stop == NULL && c->skip_days == NULL);
}

static bool
is_lean_limit(const struct version *v, const struct terms_limit *l)
{
	bool ret = l->kind != LIMIT_FLOOR && is_lean(v, l->amount);

	for (size_t i = 0; i < l->step_count; i++)
		ret = ret && is_lean(v, l->steps[i].to);
	for (size_t i = 0; i < l->per_count; i++)
		ret = ret && is_lean_calendar(l->per[i].calendar);
	return ret;
}

static bool
is_lean_share(const struct version *v, const struct terms_share *s)
{
	bool ret = true;

	for (size_t i = 0; i < s->tranche_count; i++) {
		ret = ret && is_lean(v, s->tranches[i].to);
		for (size_t k = 0; k < s->tranches[i].part_count; k++)
			ret = ret && is_lean(v, s->tranches[i].parts[k].weight);
	}
	return ret;
}

static bool
is_lean_version(const struct version *v)
{
	const struct terms *t = v->terms;
	bool ret = true;

	for (size_t i = 0; i < t->payment_count; i++)
		ret = ret && is_lean(v, t->payments[i].final) &&
		      (t->payments[i].tax == NULL || t->payments[i].tax->measured == NULL);
	for (size_t i = 0; i < t->outcome_count; i++)
		ret = ret && is_lean(v, t->outcomes[i].final);
	for (size_t i = 0; i < t->limit_count; i++)
		ret = ret && is_lean_limit(v, &t->limits[i]);
	for (size_t i = 0; i < t->share_count; i++)
		ret = ret && is_lean_share(v, &t->shares[i]);
	return ret;
}

bool
lines_are_lean(const struct run *r)
{
	for (size_t v = 0; v < r->version_count; v++)
		if (!is_lean_version(&r->s->versions[v]))
			return false;
	return true;
}
