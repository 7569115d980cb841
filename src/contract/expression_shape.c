/* expression_shape.c - how an expression can change from day to day within one unit.
 *
 * Fixed: the same for everybody, so it is read once. Constant: not at all. Stepwise: only on a
 * unit's turning days and where reports are complete. Volatile: any day, so it is read on each.
 * And whether it is the same for each of a person's enrolments. Only a matter of cost. */
#include "expression.h"

#include "calendar.h"
#include "settlement.h"
#include "terms.h"

static enum x_shape
larger(enum x_shape a, enum x_shape b)
{
	return a > b ? a : b;
}

static bool
is_daily(const struct terms_calendar *c)
{
	return !c->ever && c->from == NULL && c->unit == TIME_DAY && !calendar_gaps(c);
}

/* Does it read the contract at most, and of that nothing but the terms? */
static bool
is_fixed_value(const struct version *v, const struct terms_value *value)
{
	return value->of == FACT_NONE && value->per == NULL &&
	       (value->subject_kept || value->subject == SUBJECT_CONTRACT) &&
	       x_shape(v, value->is) == SHAPE_FIXED;
}

static enum x_shape
shape_value(const struct version *v, const struct terms_value *value)
{
	if (is_fixed_value(v, value))
		return SHAPE_FIXED;
	if (!value->subject_kept && value->subject != SUBJECT_ENROLMENT &&
	    value->subject != SUBJECT_PERSON)
		return SHAPE_VOLATILE;
	if (value->per != NULL && !is_daily(value->per))
		return SHAPE_VOLATILE;
	return value->of == FACT_NONE ? x_shape(v, value->is) : SHAPE_STEPWISE;
}

enum x_shape
group_shape(const struct version *v, const struct terms_group *g)
{
	enum x_shape ret = g->as_of == AS_OF_DATE ? SHAPE_VOLATILE : SHAPE_STEPWISE;

	if (g->within != NULL)
		ret = larger(ret, group_shape(v, g->within));
	return g->where == NULL ? ret : larger(ret, x_shape(v, g->where));
}

static enum x_shape
shape_reference(enum terms_ref ref)
{
	switch ((int)ref) {
	case REF_PERSON_ATTRIBUTE:
	case REF_PERSON_SITE:
	case REF_PERSON_PROVIDER:
	case REF_PERSON_CONSENT:
	case REF_SITE_NAME:
		return SHAPE_STEPWISE;
	case REF_PERIOD_START:
	case REF_PERIOD_END:
	case REF_PERIOD_DAYS:
	case REF_PERIOD_INDEX:
		return SHAPE_VOLATILE;
	default:
		return SHAPE_CONSTANT;
	}
}

static enum x_shape
shape_look(const struct version *v, const struct terms_x *x)
{
	if (x->look.at == NULL && x->look.table->measured == NULL &&
	    x->look.table->argument != ARGUMENT_DATE)
		return SHAPE_FIXED;
	return x->look.at == NULL || x_shape(v, x->look.at) <= SHAPE_CONSTANT ? SHAPE_CONSTANT
									       : SHAPE_VOLATILE;
}

static enum x_shape
shape_own(const struct version *v, const struct terms_x *x)
{
	switch ((int)x->op) {
	case OP_VALUE:
		return shape_value(v, x->value);
	case OP_DATE_NAME:
		return x_shape(v, x->named->is);
	case OP_REF:
		return shape_reference(x->ref);
	case OP_IN:
		return group_shape(v, x->group);
	case OP_OUTCOME:
	case OP_AT:
	case OP_OVER:
	case OP_ITEMS:
	case OP_GROW:
		return SHAPE_VOLATILE;
	case OP_LOOK:
		return shape_look(v, x);
	case OP_SHIFT:
	case OP_SPAN:
		return SHAPE_CONSTANT;
	case OP_DATE_OF:
		return x->date_of.outcome != NULL && x->date_of.nth != NTH_LAST ? SHAPE_CONSTANT
										: SHAPE_VOLATILE;
	default:
		return SHAPE_FIXED;
	}
}

static struct reading *
reading_of(const struct version *v, const struct terms_x *x)
{
	struct reading *known = x->id < v->terms->x_count ? &v->readings[x->id] : NULL;

	if (known != NULL && known->of != x)
		*known = (struct reading){ .of = x };
	return known;
}

enum x_shape
x_shape(const struct version *v, const struct terms_x *x)
{
	struct reading *known = reading_of(v, x);
	enum x_shape ret;

	if (known == NULL || known->shape == SHAPE_BUSY)
		return SHAPE_VOLATILE;
	if (known->shape != SHAPE_NEW)
		return known->shape;
	known->shape = SHAPE_BUSY;
	ret = shape_own(v, x);
	for (size_t i = 0; i < x->count; i++)
		ret = larger(ret, x_shape(v, x->args[i]));
	known->shape = ret;
	return ret;
}

/* ---- whose it is ---- */

/* Its facts are the unit's; which of them belong to it may be asked of an enrolment. */
static bool
value_is_of_unit(const struct version *v, const struct terms_value *value)
{
	if (value->subject == SUBJECT_SITE && !value->subject_kept)
		return false;
	if (value->per != NULL && (value->per->from != NULL || value->per->stop != NULL ||
				   value->per->skip_days != NULL))
		return false;
	if (value->of == FACT_NONE)
		return x_is_of_unit(v, value->is);
	return (value->where == NULL || (value->where->needs & ~SCOPE_FACT) == 0) &&
	       (value->proof->until == NULL || (value->proof->until->needs & ~SCOPE_FACT) == 0);
}

static bool
own_is_of_unit(const struct version *v, const struct terms_x *x)
{
	switch ((int)x->op) {
	case OP_VALUE:
		return value_is_of_unit(v, x->value);
	case OP_DATE_NAME:
		return x_is_of_unit(v, x->named->is);
	case OP_REF:
		return x->ref == REF_PERSON_ATTRIBUTE || x->ref == REF_PERSON_SITE ||
		       x->ref == REF_PERSON_ARM || x->ref == REF_PERSON_ASSIGNED ||
		       x->ref == REF_PERSON_CONSENT;
	default:
		return shape_own(v, x) == SHAPE_FIXED;
	}
}

bool
x_is_of_unit(const struct version *v, const struct terms_x *x)
{
	struct reading *known = reading_of(v, x);
	bool ret;

	if (known == NULL)
		return false;
	if (known->whose != WHOSE_NEW)
		return known->whose == WHOSE_UNIT;
	known->whose = WHOSE_ENROLMENT;		/* also while it is being read */
	ret = own_is_of_unit(v, x);
	for (size_t i = 0; ret && i < x->count; i++)
		ret = x_is_of_unit(v, x->args[i]);
	known->whose = ret ? WHOSE_UNIT : WHOSE_ENROLMENT;
	return ret;
}
