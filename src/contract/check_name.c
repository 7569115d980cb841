/* check_name.c - clauses that nothing uses, zero lines for what an outcome does not ask. */
#include "check_priv.h"

#include <string.h>

#include "arena.h"

struct used {
	bool *values, *dates, *outcomes, *groups, *tables, *calendars, *proofs;
};

static void
use_x(void *arg, const struct terms_x *x)
{
	struct used *u = arg;

	if (x->calendar != NULL)
		u->calendars[x->calendar->index] = true;
	switch ((int)x->op) {
	case OP_VALUE:
		u->values[x->value->index] = true;
		break;
	case OP_DATE_NAME:
		u->dates[x->named->index] = true;
		break;
	case OP_OUTCOME:
		u->outcomes[x->outcome->index] = true;
		break;
	case OP_IN:
		u->groups[x->group->index] = true;
		break;
	case OP_LOOK:
		u->tables[x->look.table->index] = true;
		break;
	case OP_OVER:
		u->groups[x->over.group->index] = true;
		break;
	case OP_DATE_OF:
		if (x->date_of.outcome != NULL)
			u->outcomes[x->date_of.outcome->index] = true;
		if (x->date_of.value != NULL)
			u->values[x->date_of.value->index] = true;
		break;
	case OP_GROW:
		u->values[x->grow.flows->index] = true;
		u->calendars[x->grow.rests->index] = true;
		break;
	default:
		break;
	}
}

static void
use_outcomes(bool *used, const struct terms_outcome *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		used[list[i]->index] = true;
}

static void
use_parts(const struct terms *t, struct used *u)
{
	for (size_t i = 0; i < t->outcome_count; i++) {
		const struct terms_outcome *o = &t->outcomes[i];

		use_outcomes(u->outcomes, o->parts, o->part_count);
		use_outcomes(u->outcomes, o->after, o->after_count);
		use_outcomes(u->outcomes, o->unless, o->unless_count);
		use_outcomes(u->outcomes, o->apart_from, o->apart_count);
		if (o->group != NULL)
			u->groups[o->group->index] = true;
		if (o->per != NULL)
			u->calendars[o->per->index] = true;
		if (o->claim != NULL)
			u->proofs[o->claim->index] = true;
	}
	for (size_t i = 0; i < t->value_count; i++) {
		if (t->values[i].per != NULL)
			u->calendars[t->values[i].per->index] = true;
		if (t->values[i].proof != NULL)
			u->proofs[t->values[i].proof->index] = true;
	}
	for (size_t i = 0; i < t->group_count; i++)
		if (t->groups[i].within != NULL)
			u->groups[t->groups[i].within->index] = true;
	for (size_t i = 0; i < t->calendar_count; i++)
		if (t->calendars[i].skip_days != NULL)
			u->tables[t->calendars[i].skip_days->index] = true;
	for (size_t i = 0; i < t->table_count; i++)
		if (t->tables[i].group != NULL)
			u->groups[t->tables[i].group->index] = true;
}

static void
use_money(const struct terms *t, struct used *u)
{
	for (size_t i = 0; i < t->payment_count; i++) {
		const struct terms_payment *p = &t->payments[i];

		use_outcomes(u->outcomes, p->outcomes, p->outcome_count);
		if (p->each != NULL)
			u->calendars[p->each->index] = true;
		if (p->group != NULL)
			u->groups[p->group->index] = true;
		if (p->tax != NULL)
			u->tables[p->tax->index] = true;
	}
	for (size_t i = 0; i < t->limit_count; i++)
		for (size_t k = 0; k < t->limits[i].per_count; k++) {
			if (t->limits[i].per[k].group != NULL)
				u->groups[t->limits[i].per[k].group->index] = true;
			if (t->limits[i].per[k].calendar != NULL)
				u->calendars[t->limits[i].per[k].calendar->index] = true;
		}
	u->calendars[t->settlement.periods->index] = true;
	u->calendars[t->settlement.cut_off_calendar->index] = true;
	if (t->settlement.dispute_calendar != NULL)
		u->calendars[t->settlement.dispute_calendar->index] = true;
}

/* Each part's struct begins with its name; `pointers` are /PART/NAME. */
#define UNUSED(c, used, field, part) do { \
	for (size_t i_ = 0; i_ < (c)->t->field##_count; i_++) \
		if (!(used)[i_]) \
			check_warn((c), arena_printf((c)->f->arena, "/" part "/%s", \
				   (c)->t->field##s[i_].name), "nothing uses this; leave it out, " \
				   "or use it where it was meant to be"); \
} while (0)

void
check_unused(struct check *c)
{
	const struct terms *t = c->t;
	struct arena *a = c->f->arena;
	struct used u = {
		.values = arena_alloc(a, t->value_count + 1),
		.dates = arena_alloc(a, t->date_count + 1),
		.outcomes = arena_alloc(a, t->outcome_count + 1),
		.groups = arena_alloc(a, t->group_count + 1),
		.tables = arena_alloc(a, t->table_count + 1),
		.calendars = arena_alloc(a, t->calendar_count + 1),
		.proofs = arena_alloc(a, t->proof_count + 1),
	};

	terms_each_x(t, use_x, &u);
	use_parts(t, &u);
	use_money(t, &u);
	u.calendars[t->calendar_count - 1] = true;	/* built in */
	UNUSED(c, u.values, value, "values");
	UNUSED(c, u.dates, date, "dates");
	UNUSED(c, u.outcomes, outcome, "outcomes");
	UNUSED(c, u.groups, group, "groups");
	UNUSED(c, u.tables, table, "tables");
	UNUSED(c, u.calendars, calendar, "calendars");
	UNUSED(c, u.proofs, proof, "proofs");
}

/* ---- what makes a line of 0 ---- */

void
check_show(struct check *c)
{
	for (size_t i = 0; i < c->t->outcome_count; i++) {
		const struct terms_outcome *o = &c->t->outcomes[i];
		bool has[QUALIFIER_MAX];

		for (int q = 0; q < QUALIFIER_MAX; q++)
			has[q] = true;
		has[QUALIFIER_GROUP] = o->group != NULL;
		has[QUALIFIER_CLAIM] = o->claim != NULL;
		has[QUALIFIER_WINDOW] = o->of > 0;
		has[QUALIFIER_GAP] = o->reach == REACH_RUN;
		has[QUALIFIER_AFTER] = o->after_count > 0;
		has[QUALIFIER_UNLESS] = o->unless_count > 0;
		for (int q = 0; q < QUALIFIER_MAX; q++)
			if ((o->show & (1u << q)) != 0 && !has[q])
				check_warn(c, o->pointer, "'show' lists %s, which this outcome does "
					   "not ask for; leave it out", terms_qualifier_name(
					   (enum terms_qualifier)q));
	}
}

/* ---- titles ---- */

struct called {
	const char *name, *title, *pointer;
};

#define CALLED(list, n, field, t) do { \
	for (size_t i_ = 0; i_ < (t)->field##_count; i_++) \
		(list)[(n)++] = (struct called){ (t)->field##s[i_].name, (t)->field##s[i_].title, \
						 (t)->field##s[i_].pointer }; \
} while (0)

static void
check_called(struct check *c, const struct called *list, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = 0; k < i; k++) {
			if (strcmp(list[i].title, list[k].title) != 0)
				continue;
			check_warn(c, list[i].pointer, "'%s' and '%s' are both called '%s', and in "
				   "print nobody can tell them apart; give one another title",
				   list[k].name, list[i].name, list[i].title);
			break;
		}
}

/* A payment's lines and a limit's top-up stand in one column. */
void
check_titles(struct check *c)
{
	const struct terms *t = c->t;
	struct called *list = arena_array(c->f->arena, t->payment_count + t->limit_count +
					  t->outcome_count + t->group_count + 1, sizeof(*list));
	size_t n = 0;

	CALLED(list, n, payment, t);
	CALLED(list, n, limit, t);
	check_called(c, list, n);
	n = 0;
	CALLED(list, n, outcome, t);
	check_called(c, list, n);
	n = 0;
	CALLED(list, n, group, t);
	check_called(c, list, n);
}
