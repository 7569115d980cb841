/* terms_type.c - kinds, scopes and cycles of everything that names something else.
 *
 * One walk in depth from every named part: what a name stands on is finished
 * before it, a name met again on the way down closes a cycle.
 */
#include "terms_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "finding.h"
#include "limits_utfall.h"

enum part { PART_VALUE, PART_DATE, PART_OUTCOME, PART_GROUP, PART_CALENDAR, PART_PAYMENT,
	    PART_SHARE, PART_MAX };

static const char *const part_names[PART_MAX] = { "value", "date", "outcome", "group", "calendar",
						  "payment", "share" };

struct walk {
	struct build *b;
	uint8_t *seen[PART_MAX];	/* 0 not yet, 1 on the way down, 2 done */
	struct { enum part part; const char *name; } path[LIMIT_TERMS_CHAIN];
	size_t depth;
	bool stop;			/* a cycle or too long a chain was said */
};

static void walk_x(struct walk *w, const struct terms_x *x);

/* ---- kinds ---- */

static const char *
type_name(enum terms_type type)
{
	static const char *const names[] = { "a number", "a truth", "a date", "a word",
					     "a number" };

	return names[type];
}

/* A truth where a number is asked for counts 1 or 0. */
static bool
type_fits(enum terms_type have, enum terms_type want)
{
	return have == TYPE_ANY || want == TYPE_ANY || have == want ||
	       (want == TYPE_NUMBER && have == TYPE_TRUTH);
}

static void
want(struct walk *w, const struct terms_x *x, enum terms_type type)
{
	if (x != NULL && !type_fits(x->type, type))
		build_error(w->b, x->pointer, "expected %s, found %s", type_name(type),
			    type_name(x->type));
}

static void
want_all(struct walk *w, const struct terms_x *x, enum terms_type type)
{
	for (size_t i = 0; i < x->count; i++)
		want(w, x->args[i], type);
}

/* The one kind that operands `from` and up share: numbers or dates, any where `any`. */
static enum terms_type
shared_type(struct walk *w, const struct terms_x *x, size_t from, bool any)
{
	enum terms_type type = TYPE_ANY;

	for (size_t i = from; i < x->count; i++) {
		enum terms_type one = x->args[i]->type;

		if (one == TYPE_TRUTH && !any)
			one = TYPE_NUMBER;
		if (!any && one == TYPE_WORD)
			build_error(w->b, x->args[i]->pointer, "expected a number or a date, found "
				    "a word; compare words with 'is' or 'eq'");
		else if (type == TYPE_ANY)
			type = one;
		else if (!type_fits(one, type) && !type_fits(type, one))
			build_error(w->b, x->args[i]->pointer, "expected %s like the operand "
				    "before, found %s", type_name(type), type_name(one));
	}
	return type;
}

static enum terms_type
ref_type(enum terms_ref ref)
{
	switch (ref) {
	case REF_FACT_FIELD: case REF_PERSON_ATTRIBUTE: case REF_ENROLMENT_ATTRIBUTE: case REF_MAX:
		return TYPE_ANY;
	case REF_FACT_DATE: case REF_FACT_RECORDED: case REF_PERSON_ASSIGNED:
	case REF_ENROLMENT_START: case REF_ENROLMENT_EXIT: case REF_PERIOD_START:
	case REF_PERIOD_END: case REF_OUTCOME_DATE: case REF_ITEM_DATE: case REF_CONTRACT_START:
	case REF_CONTRACT_END: case REF_CONTRACT_OUTCOME_UNTIL: case REF_CONTRACT_FINAL:
		return TYPE_DATE;
	case REF_FACT_PARTY: case REF_PERSON_SITE: case REF_PERSON_PROVIDER: case REF_PERSON_ARM:
	case REF_ENROLMENT_SITE: case REF_ENROLMENT_REASON: case REF_SITE_NAME:
	case REF_OUTCOME_NAME: case REF_ITEM_PAYMENT: case REF_ITEM_OUTCOME:
		return TYPE_WORD;
	case REF_PERSON_CONSENT: case REF_ITEM_SAMPLED:
		return TYPE_TRUTH;
	case REF_ENROLMENT_INDEX: case REF_PERIOD_DAYS: case REF_PERIOD_INDEX:
	case REF_OUTCOME_INDEX: case REF_ITEM_AMOUNT: case REF_ITEM_INDEX:
		return TYPE_NUMBER;
	}
	abort();	/* not a reference */
}

/* ---- names ---- */

static void
say_cycle(struct walk *w, enum part part, const char *name, const char *pointer)
{
	const char *path = "";
	size_t i = w->depth;

	while (i > 0 && !(w->path[i - 1].part == part && strcmp(w->path[i - 1].name, name) == 0))
		i--;
	for (i = i == 0 ? 0 : i - 1; i < w->depth; i++)
		path = arena_printf(w->b->arena, "%s%s %s -> ", path, part_names[w->path[i].part],
				    w->path[i].name);
	build_error(w->b, pointer, "this name stands on itself: %s%s %s; cut the circle", path,
		    part_names[part], name);
	w->stop = true;
}

/* True where the part is to be walked now; leave() must follow. */
static bool
enter(struct walk *w, enum part part, size_t index, const char *name, const char *pointer)
{
	if (w->stop || w->seen[part][index] == 2)
		return false;
	if (w->seen[part][index] == 1) {
		say_cycle(w, part, name, pointer);
		return false;
	}
	if (w->depth == LIMIT_TERMS_CHAIN) {
		build_error(w->b, pointer, "more than %d names stand on each other; join some",
			    LIMIT_TERMS_CHAIN);
		w->stop = true;
		return false;
	}
	w->seen[part][index] = 1;
	w->path[w->depth].part = part;
	w->path[w->depth++].name = name;
	return true;
}

static void
leave(struct walk *w, enum part part, size_t index)
{
	w->seen[part][index] = 2;
	w->depth--;
}

static void
walk_calendar(struct walk *w, const struct terms_calendar *c)
{
	if (c == NULL || !enter(w, PART_CALENDAR, c->index, c->name, c->pointer))
		return;
	walk_x(w, c->from);
	walk_x(w, c->stop);
	leave(w, PART_CALENDAR, c->index);
}

static void
walk_proof(struct walk *w, const struct terms_proof *p)
{
	if (p == NULL)
		return;
	walk_x(w, p->until);
	walk_x(w, p->opens);
	walk_x(w, p->closes);
}

static void
walk_value(struct walk *w, const struct terms_value *v)
{
	struct terms_value *self;

	if (v == NULL || !enter(w, PART_VALUE, v->index, v->name, v->pointer))
		return;
	self = &w->b->t->values[v->index];
	walk_calendar(w, v->per);
	walk_x(w, v->where);
	walk_proof(w, v->proof);
	walk_x(w, v->is);
	if (v->is != NULL)
		self->type = v->is->type;
	leave(w, PART_VALUE, v->index);
}

static void
walk_group(struct walk *w, const struct terms_group *g)
{
	if (g == NULL || !enter(w, PART_GROUP, g->index, g->name, g->pointer))
		return;
	walk_group(w, g->within);
	walk_x(w, g->where);
	walk_x(w, g->day);
	leave(w, PART_GROUP, g->index);
}

static void walk_outcome(struct walk *w, const struct terms_outcome *o);

static void
walk_outcomes(struct walk *w, const struct terms_outcome *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		walk_outcome(w, list[i]);
}

static void
walk_outcome(struct walk *w, const struct terms_outcome *o)
{
	if (o == NULL || !enter(w, PART_OUTCOME, o->index, o->name, o->pointer))
		return;
	walk_group(w, o->group);
	walk_calendar(w, o->per);
	walk_x(w, o->count);
	walk_x(w, o->to);
	walk_x(w, o->on);
	walk_x(w, o->final);
	walk_x(w, o->from);
	walk_x(w, o->until);
	walk_x(w, o->times_max);
	walk_outcomes(w, o->parts, o->part_count);
	walk_outcomes(w, o->after, o->after_count);
	walk_outcomes(w, o->unless, o->unless_count);
	walk_outcomes(w, o->apart_from, o->apart_count);
	walk_proof(w, o->claim);
	leave(w, PART_OUTCOME, o->index);
}

static void
walk_share(struct walk *w, const struct terms_share *s)
{
	if (s == NULL || !enter(w, PART_SHARE, s->index, s->name, s->pointer))
		return;
	for (size_t i = 0; i < s->tranche_count; i++) {
		walk_x(w, s->tranches[i].to);
		for (size_t k = 0; k < s->tranches[i].part_count; k++)
			walk_x(w, s->tranches[i].parts[k].weight);
	}
	leave(w, PART_SHARE, s->index);
}

static void
walk_payment(struct walk *w, const struct terms_payment *p)
{
	if (p == NULL || !enter(w, PART_PAYMENT, p->index, p->name, p->pointer))
		return;
	walk_outcomes(w, p->outcomes, p->outcome_count);
	walk_calendar(w, p->each);
	walk_group(w, p->group);
	walk_x(w, p->from);
	walk_x(w, p->until);
	walk_x(w, p->when);
	walk_x(w, p->price);
	walk_x(w, p->due);
	walk_x(w, p->final);
	walk_x(w, p->hold_until);
	walk_share(w, p->from_share);
	walk_share(w, p->to_share);
	leave(w, PART_PAYMENT, p->index);
}

/* ---- expressions ---- */

static void
look_types(struct walk *w, const struct terms_x *x)
{
	const struct terms_table *t = x->look.table;
	bool site = t->measured != NULL && t->about == ABOUT_SITE;
	size_t words = t->word_count + (site && x->count == 1);
	size_t count = words + (t->argument == ARGUMENT_NUMBER);

	if (x->count != count)
		build_error(w->b, x->pointer, "table '%s' is asked for %zu word%s%s in 'by', found "
			    "%zu operands; mend 'by'", t->name, words, words == 1 ? "" : "s",
			    t->argument == ARGUMENT_NUMBER ? " and a number" : "", x->count);
	for (size_t i = 0; i < x->count && x->count == count; i++)
		want(w, x->args[i], i < words ? TYPE_WORD : TYPE_NUMBER);
	if ((x->look.at != NULL) != (t->argument == ARGUMENT_DATE))
		build_error(w->b, x->pointer, t->argument == ARGUMENT_DATE ?
			    "table '%s' goes by dates; say which date in 'at'" :
			    "table '%s' does not go by dates; leave 'at' out", t->name);
	want(w, x->look.at, TYPE_DATE);
}

static enum terms_type
x_type(struct walk *w, const struct terms_x *x)
{
	enum terms_type type;

	switch (x->op) {
	case OP_NUMBER: return TYPE_NUMBER;
	case OP_TRUTH: return TYPE_TRUTH;
	case OP_DAY: case OP_DATE_NAME: case OP_DATE_OF: return TYPE_DATE;
	case OP_WORD: return TYPE_WORD;
	case OP_VALUE: return x->value->type;
	case OP_OUTCOME: case OP_GROW: case OP_ITEMS:
		want_all(w, x, TYPE_NUMBER);
		if (x->op == OP_ITEMS)
			want(w, x->items.where, TYPE_TRUTH);
		return TYPE_NUMBER;
	case OP_REF: return ref_type(x->ref);
	case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV: case OP_ROUND: case OP_PLACES:
		want_all(w, x, TYPE_NUMBER);
		return TYPE_NUMBER;
	case OP_MIN: case OP_MAX:
		return shared_type(w, x, 0, false);
	case OP_LT: case OP_LE: case OP_GE: case OP_GT: case OP_EQ:
		(void)shared_type(w, x, 0, x->op == OP_EQ);
		return TYPE_TRUTH;
	case OP_IS:
		if (x->args[0]->type == TYPE_NUMBER || x->args[0]->type == TYPE_DATE)
			want(w, x->args[0], TYPE_WORD);
		return TYPE_TRUTH;
	case OP_ALL: case OP_ANY: case OP_NOT:
		want_all(w, x, TYPE_TRUTH);
		return TYPE_TRUTH;
	case OP_KNOWN: case OP_IN: return TYPE_TRUTH;
	case OP_IF:
		want(w, x->args[0], TYPE_TRUTH);
		return shared_type(w, x, 1, true);
	case OP_AT:
		want(w, x->args[1], TYPE_DATE);
		return x->args[0]->type;
	case OP_LOOK:
		look_types(w, x);
		return x->look.table->type;
	case OP_OVER:
		want(w, x->over.of, TYPE_NUMBER);
		want(w, x->over.where, TYPE_TRUTH);
		return TYPE_NUMBER;
	case OP_SHIFT:
		want(w, x->args[0], TYPE_DATE);
		want(w, x->args[1], TYPE_NUMBER);
		return TYPE_DATE;
	case OP_SPAN:
		want_all(w, x, TYPE_DATE);
		type = TYPE_NUMBER;
		return type;
	case OP_MAX_COUNT:
		break;
	}
	abort();	/* not an operator */
}

static uint32_t
own_needs(struct walk *w, const struct terms_x *x)
{
	uint32_t inner, needs = 0;

	switch ((int)x->op) {
	case OP_REF:
		return ref_needs(x->ref);
	case OP_VALUE:
		return value_needs(x->value);
	case OP_DATE_NAME:
		return x->named->is->needs;
	case OP_OUTCOME:
		return subject_needs(x->outcome->subject);
	case OP_IN:
		return subject_needs(x->group->of);
	case OP_DATE_OF:
		return x->date_of.outcome != NULL ? subject_needs(x->date_of.outcome->subject) :
						    value_needs(x->date_of.value);
	case OP_LOOK:
		if (x->look.table->measured != NULL && x->look.table->about == ABOUT_PERSON)
			needs = SCOPE_PERSON;
		else if (x->look.table->measured != NULL && x->look.table->about == ABOUT_SITE &&
			 x->count == 0)
			needs = SCOPE_SITE;
		return needs | x_needs(x->look.at);
	case OP_OVER:
		inner = x_needs(x->over.of) | x_needs(x->over.where);
		if (inner & ~(scopes_of(x->over.group->of) | SCOPE_PERIOD | SCOPE_OWN))
			build_error(w->b, x->pointer, "what is added up over members of '%s' asks "
				    "for something that a member has not", x->over.group->name);
		return inner & SCOPE_PERIOD;
	case OP_ITEMS:
		for (size_t i = 0; !x->items.all && i < x->items.count; i++)
			needs |= SCOPE_OWN | subject_needs(x->items.of[i]->subject);
		return needs | (x_needs(x->items.where) & ~SCOPE_ITEM);
	case OP_GROW:
		return value_needs(x->grow.flows);
	default:
		return 0;
	}
}

/* Walks what an expression names, without the expression's own operands. */
static void
walk_names(struct walk *w, const struct terms_x *x)
{
	switch ((int)x->op) {
	case OP_VALUE:
		walk_value(w, x->value);
		break;
	case OP_DATE_NAME:
		if (enter(w, PART_DATE, x->named->index, x->named->name, x->pointer)) {
			walk_x(w, x->named->is);
			leave(w, PART_DATE, x->named->index);
		}
		break;
	case OP_OUTCOME:
		walk_outcome(w, x->outcome);
		break;
	case OP_IN:
		walk_group(w, x->group);
		break;
	case OP_LOOK:
		walk_x(w, x->look.at);
		break;
	case OP_OVER:
		walk_group(w, x->over.group);
		walk_x(w, x->over.of);
		walk_x(w, x->over.where);
		break;
	case OP_ITEMS:
		for (size_t i = 0; i < x->items.count; i++)
			walk_payment(w, x->items.of[i]);
		walk_x(w, x->items.where);
		break;
	case OP_DATE_OF:
		walk_outcome(w, x->date_of.outcome);
		walk_value(w, x->date_of.value);
		break;
	case OP_GROW:
		walk_value(w, x->grow.flows);
		walk_calendar(w, x->grow.rests);
		break;
	default:
		break;
	}
}

static void
check_date_of(struct walk *w, const struct terms_x *x)
{
	const struct terms_outcome *o = x->date_of.outcome;
	const struct terms_value *v = x->date_of.value;

	if (v != NULL && v->of == FACT_NONE)
		build_error(w->b, x->pointer, "'%s' is an expression and has no dated facts; name "
			    "an outcome or a value with facts", v->name);
	if (v != NULL && x->date_of.as == AS_CLAIMED)
		build_error(w->b, x->pointer, "'%s' is a value, and facts are not claimed; ask for "
			    "'happened', 'recorded' or 'accepted'", v->name);
	if (o != NULL && x->date_of.as != AS_HAPPENED && o->claim == NULL)
		build_error(w->b, x->pointer, "outcome '%s' asks for no claim, so that nothing says "
			    "when it was recorded, claimed or accepted; ask for 'happened', or for "
			    "a value's facts", o->name);
}

static void
check_grow(struct walk *w, const struct terms_x *x)
{
	const struct terms_calendar *rests = x->grow.rests;

	if (x->grow.flows->of != FACT_FLOW)
		build_error(w->b, x->pointer, "'%s' is not made of flows; name a value of "
			    "\"flow\"", x->grow.flows->name);
	else if ((x_needs(rests->from) | x_needs(rests->stop)) != 0)
		build_error(w->b, x->pointer, "an account is the contract's, and calendar '%s' is another "
			    "for each person or site; name one that is the same for all", rests->name);
}

static void
walk_x(struct walk *w, const struct terms_x *x)
{
	struct terms_x *self;

	if (x == NULL || w->stop)
		return;
	self = w->b->nodes[x->id];
	if (self->walked)
		return;
	walk_names(w, x);
	for (size_t i = 0; i < x->count; i++)
		walk_x(w, x->args[i]);
	if (w->stop)
		return;
	self->walked = true;
	self->needs = own_needs(w, x);
	for (size_t i = 0; i < x->count; i++)	/* a rate has the period at whose end it is booked */
		self->needs |= x->args[i]->needs & ~(x->op == OP_GROW ? SCOPE_PERIOD : 0u);
	self->type = x_type(w, x);
	if (x->op == OP_DATE_OF)
		check_date_of(w, x);
	if (x->op == OP_GROW)
		check_grow(w, x);
}

static void
walk_all(struct walk *w)
{
	const struct terms *t = w->b->t;

	for (size_t i = 0; i < t->payment_count; i++)
		walk_payment(w, &t->payments[i]);
	for (size_t i = 0; i < t->value_count; i++)
		walk_value(w, &t->values[i]);
	for (size_t i = 0; i < t->outcome_count; i++)
		walk_outcome(w, &t->outcomes[i]);
	for (size_t i = 0; i < t->group_count; i++)
		walk_group(w, &t->groups[i]);
	for (size_t i = 0; i < t->calendar_count; i++)
		walk_calendar(w, &t->calendars[i]);
	for (size_t i = 0; i < t->share_count; i++)
		walk_share(w, &t->shares[i]);
	for (size_t i = 0; i < w->b->place_count; i++)
		walk_x(w, w->b->places[i].x);
}

void
build_types(struct build *b)
{
	const struct terms *t = b->t;
	size_t counts[PART_MAX] = { t->value_count, t->date_count, t->outcome_count,
				    t->group_count, t->calendar_count, t->payment_count,
				    t->share_count };
	struct walk w = { .b = b };

	for (size_t i = 0; i < PART_MAX; i++)
		w.seen[i] = arena_alloc(b->arena, counts[i] + 1);
	walk_all(&w);
	if (w.stop)
		return;
	for (size_t i = 0; i < b->place_count; i++) {
		const struct place *p = &b->places[i];

		want(&w, p->x, p->type);
		check_scope(b, p->x->pointer, p->x->needs, p->scopes);
	}
	check_uses(b);
}
