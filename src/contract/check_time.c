/* check_time.c - marks that the contract's time cannot hold, last days in the wrong order. */
#include "check_priv.h"

#include "arena.h"

/* The fewest periods in which a mark can be reached: known where each counts at most 1. */
static int64_t
periods_needed(struct check *c, const struct terms_outcome *o)
{
	struct ratio to;

	if (o->reach == REACH_MEAN)
		return o->of;
	if (o->reach == REACH_SUM && o->count->type == TYPE_TRUTH &&
	    x_constant(c->t, o->to, &to) && ratio_compare(to, ratio_integer(1)) > 0 &&
	    ratio_compare(to, ratio_integer(1000000)) < 0)
		return (int64_t)((to.num + to.den - 1) / to.den);
	return 1;
}

/* The day on which the outcome can be reached at the earliest, counted from `from`. */
static bool
earliest(struct check *c, const struct terms_outcome *o, struct date from, struct date *ret)
{
	struct date end;

	if (o->reach == REACH_RUN) {
		if (!day_plus(from, o->unit, o->n, &end))
			return false;
	} else if (!day_plus(from, o->per->unit, periods_needed(c, o) * o->per->n, &end)) {
		return false;
	}
	return date_add_days(end, -1, ret);
}

static void
check_one_reach(struct check *c, const struct terms_outcome *o)
{
	const struct terms_settlement *s = &c->t->settlement;
	struct date from = s->from, until = s->outcome_until, day, done;
	struct ratio to;
	bool fixed = x_constant_day(c->t, o->from, &from);

	if (x_constant_day(c->t, o->until, &day) && date_compare(day, until) < 0)
		until = day;
	if (o->reach == REACH_SUM && o->of > 0 && o->count->type == TYPE_TRUTH &&
	    x_constant(c->t, o->to, &to) && ratio_compare(to, ratio_integer(o->of)) > 0)
		check_error(c, o->pointer, "%s of the last %lld periods can never be reached: each "
			    "counts at most 1; lower 'to' or raise 'of'", number_text(c, to),
			    (long long)o->of);
	if (!earliest(c, o, from, &done))
		return;
	if (date_compare(done, until) > 0)
		check_error(c, o->pointer, "this can never be reached: counted from %s it is "
			    "reached on %s at the earliest, and the last day is %s; shorten it or "
			    "move 'until' and outcome_until", day_text(c, from), day_text(c, done),
			    day_text(c, until));
	else if (!fixed && earliest(c, o, s->enrol_until, &done) && date_compare(done, until) > 0)
		check_warn(c, o->pointer, "who enrols on the last day, %s, could reach this on %s "
			   "at the earliest, after the last day %s; move enrol_until or 'until', or "
			   "leave it so", day_text(c, s->enrol_until), day_text(c, done),
			   day_text(c, until));
}

/* The last day of the settlement period that holds `day`: the first statement that can see it. */
static struct date
seen_on(struct check *c, struct date day)
{
	static const int months[] = { 0, 0, 0, 1, 3, 6, 12 };
	enum terms_unit_of_time unit = c->t->settlement.periods->unit;
	int year, month, of_month, n = months[unit];
	struct date end = day;

	if (n == 0) {
		(void)!date_add_days(day, unit == TIME_DAY ? 0 : 7 - date_weekday(day), &end);
		return end;
	}
	date_to_civil(day, &year, &month, &of_month);
	month = (month - 1) / n * n + n;
	(void)!date_from_civil(year, month, date_days_in_month(year, month), &end);
	return end;
}

/* A result on a date that every statement already leaves alone would never be paid. */
static void
check_final(struct check *c, const char *pointer, struct date on, struct date final)
{
	struct date seen = seen_on(c, on);

	if (date_compare(seen, final) > 0 && date_compare(on, c->t->settlement.final) <= 0)
		check_error(c, pointer, "this is final on %s, and the first statement that can see "
			    "what is read on %s is through %s: nothing would ever be settled; move "
			    "'final' later", day_text(c, final), day_text(c, on),
			    day_text(c, seen));
}

void
check_reach(struct check *c)
{
	for (size_t i = 0; i < c->t->outcome_count; i++) {
		const struct terms_outcome *o = &c->t->outcomes[i];
		struct date on, final;

		if (o->per != NULL)
			check_one_reach(c, o);
		if (o->reach != REACH_ON || !x_constant_day(c->t, o->on, &on))
			continue;
		if (date_compare(on, c->t->settlement.final) > 0)
			check_error(c, o->pointer, "this is read on %s, after everything is final "
				    "on %s; move one of the two", day_text(c, on),
				    day_text(c, c->t->settlement.final));
		if (x_constant_day(c->t, o->final, &final))
			check_final(c, o->pointer, on, final);
	}
}

void
check_dates(struct check *c)
{
	const struct terms_settlement *s = &c->t->settlement;
	struct date day;

	for (size_t i = 0; i < c->t->outcome_count; i++)
		if (c->t->outcomes[i].until != NULL &&
		    x_constant_day(c->t, c->t->outcomes[i].until, &day) &&
		    date_compare(day, s->outcome_until) > 0)
			check_warn(c, c->t->outcomes[i].pointer, "'until' is %s, but nothing counts "
				   "after outcome_until %s; move one of the two", day_text(c, day),
				   day_text(c, s->outcome_until));
	for (size_t i = 0; i < c->t->payment_count; i++) {
		const struct terms_payment *p = &c->t->payments[i];

		if (p->final != NULL && x_constant_day(c->t, p->final, &day) &&
		    date_compare(day, s->final) > 0)
			check_warn(c, p->pointer, "'final' is %s, but everything is final on %s; "
				   "move one of the two", day_text(c, day), day_text(c, s->final));
		for (size_t k = 0; p->final != NULL && k < p->outcome_count; k++) {
			struct date on;

			if (x_constant_day(c->t, p->final, &day) &&
			    x_constant_day(c->t, p->outcomes[k]->on, &on))
				check_final(c, p->pointer, on, day);
		}
		if (p->final == NULL && x_reaches(p->price, OP_OVER))
			check_warn(c, p->pointer, "the price depends on a statistic over a group and "
				   "late facts change it until %s; say from when it stays as "
				   "settled in 'final'", day_text(c, s->final));
	}
}

/* ---- groups that are read on a later day ---- */

/* Before its date has come nobody is known to be in it. `what` is what then does not happen. */
static void
check_group_day(struct check *c, const char *pointer, const struct terms_group *g,
		const struct terms_x *from, const struct terms_x *until, const char *what)
{
	struct date first = c->t->settlement.from, last = c->t->settlement.outcome_until, day;

	if (g == NULL || g->as_of != AS_OF_DATE || !x_constant_day(c->t, g->day, &day))
		return;
	(void)x_constant_day(c->t, from, &first);
	if (until != NULL)
		(void)x_constant_day(c->t, until, &last);
	if (date_compare(day, first) <= 0)
		return;
	if (date_compare(day, last) > 0)
		check_error(c, pointer, "nobody can ever be in the group '%s' here: it is read on "
			    "%s, and the last day is %s; name a group that is read when people "
			    "enrol, and leave this one to statistics", g->name, day_text(c, day),
			    day_text(c, last));
	else
		check_warn(c, pointer, "who is in the group '%s' is not known before %s, and "
			   "before that day %s; name a group that is read when people enrol, or "
			   "leave it so", g->name, day_text(c, day), what);
}

void
check_group_days(struct check *c)
{
	for (size_t i = 0; i < c->t->outcome_count; i++) {
		const struct terms_outcome *o = &c->t->outcomes[i];

		if (o->per != NULL)
			check_group_day(c, o->pointer, o->group, o->from, o->until,
					"this is never reached");
	}
	for (size_t i = 0; i < c->t->payment_count; i++) {
		const struct terms_payment *p = &c->t->payments[i];

		if (p->what == FOR_PERIODS)
			check_group_day(c, p->pointer, p->group, p->from, p->until,
					"what is due stays pending");
	}
}

/* ---- dates that may never come ---- */

/* Never is an answer: such a date is never unknown. */
static bool
may_be_never(const struct terms_x *x)
{
	switch ((int)x->op) {
	case OP_REF:
		return x->ref == REF_ENROLMENT_EXIT || x->ref == REF_CONTRACT_END ||
		       x->ref == REF_PERSON_ASSIGNED;
	case OP_DATE_OF:
		return true;
	case OP_DATE_NAME:
		return may_be_never(x->named->is);
	case OP_SHIFT:
		return may_be_never(x->args[0]);
	case OP_SPAN:
		return may_be_never(x->args[0]) || may_be_never(x->args[1]);
	default:
		return false;
	}
}

static void
check_one_known(void *arg, const struct terms_x *x)
{
	struct check *c = arg;

	if (x->op == OP_KNOWN && may_be_never(x->args[0]))
		check_warn(c, x->pointer, "this always holds: a date that has not come is never, "
			   "which is known; ask whether it has come, as {\"le\": [the date, "
			   "\"period.end\"]}, or whether it ever does, as {\"lt\": [the date, "
			   "\"contract.final\"]}");
}

void
check_known(struct check *c)
{
	terms_each_x(c->t, check_one_known, c);
}
