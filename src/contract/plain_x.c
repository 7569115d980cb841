/* plain_x.c - expressions as phrases. */
#include "plain_priv.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "money.h"

const char *
plain_fill(struct plain *p, enum plain_id id, ...)
{
	const char *ret;
	va_list arguments;

	va_start(arguments, id);
	ret = language_fill(p->arena, plain_text(p->language, id), arguments);
	va_end(arguments);
	return ret;
}

const char *
plain_list(struct plain *p, const char *const *items, size_t count, enum plain_id joint)
{
	const char *text = count == 0 ? "" : items[0];

	for (size_t i = 1; i < count; i++)
		text = arena_printf(p->arena, "%s%s%s", text, plain_text(p->language, joint), items[i]);
	return text;
}

const enum plain_id plain_subjects[] = {
	[SUBJECT_ENROLMENT] = P_SUBJECT_ENROLMENT, [SUBJECT_PERSON] = P_SUBJECT_PERSON,
	[SUBJECT_SITE] = P_SUBJECT_SITE, [SUBJECT_CONTRACT] = P_SUBJECT_CONTRACT,
};

const enum plain_id plain_roundings[] = {
	[ROUNDING_HALF_UP] = P_ROUNDING_HALF_UP, [ROUNDING_HALF_EVEN] = P_ROUNDING_HALF_EVEN,
	[ROUNDING_DOWN] = P_ROUNDING_DOWN, [ROUNDING_UP] = P_ROUNDING_UP,
};

const enum plain_id plain_qualifiers[] = {
	[QUALIFIER_GROUP] = P_QUALIFIER_GROUP, [QUALIFIER_PROOF] = P_QUALIFIER_PROOF,
	[QUALIFIER_CLAIM] = P_QUALIFIER_CLAIM, [QUALIFIER_UNTIL] = P_QUALIFIER_UNTIL,
	[QUALIFIER_WINDOW] = P_QUALIFIER_WINDOW, [QUALIFIER_GAP] = P_QUALIFIER_GAP,
	[QUALIFIER_AFTER] = P_QUALIFIER_AFTER, [QUALIFIER_UNLESS] = P_QUALIFIER_UNLESS,
	[QUALIFIER_TIMES] = P_QUALIFIER_TIMES, [QUALIFIER_LIMIT] = P_QUALIFIER_LIMIT
};

static const struct { enum plain_id one, many; } units[] = {
	[TIME_DAY] = { P_UNIT_DAY, P_UNIT_DAYS },
	[TIME_WEEK] = { P_UNIT_WEEK, P_UNIT_WEEKS },
	[TIME_ISO_WEEK] = { P_UNIT_ISO_WEEK, P_UNIT_ISO_WEEKS },
	[TIME_MONTH] = { P_UNIT_MONTH, P_UNIT_MONTHS },
	[TIME_QUARTER] = { P_UNIT_QUARTER, P_UNIT_QUARTERS },
	[TIME_HALF_YEAR] = { P_UNIT_HALF_YEAR, P_UNIT_HALF_YEARS },
	[TIME_YEAR] = { P_UNIT_YEAR, P_UNIT_YEARS },
};

enum plain_id
plain_unit(enum terms_unit_of_time unit)
{
	return units[unit].one;
}

const char *
plain_units(struct plain *p, int64_t n, enum terms_unit_of_time unit)
{
	const char *count = arena_printf(p->arena, "%lld", (long long)n);

	return n == 1 ? plain_fill(p, P_UNIT_ONE, count, plain_text(p->language, units[unit].one), NULL)
		      : plain_fill(p, units[unit].many, count, NULL);
}

/* Its periods are those of the civil calendar: they go by the unit's own word. */
static bool
is_civil(const struct terms_calendar *c)
{
	return !c->ever && c->from == NULL && c->skip_weekdays == 0 && c->skip_days == NULL &&
	       c->stop == NULL;
}

const char *
plain_period(struct plain *p, const struct terms_calendar *c)
{
	return is_civil(c) ? plain_text(p->language, units[c->unit].one)
			   : plain_fill(p, P_PERIOD_OF, c->name, NULL);
}

const char *
plain_periods(struct plain *p, int64_t n, const struct terms_calendar *c)
{
	const char *count = arena_printf(p->arena, "%lld", (long long)n);

	if (is_civil(c))
		return plain_units(p, n, c->unit);
	return n == 1 ? plain_fill(p, P_UNIT_ONE, count, plain_period(p, c), NULL)
		      : plain_fill(p, P_PERIODS_OF, count, c->name, NULL);
}

/* A bare name where a truth is asked for reads as a sentence. */
const char *
plain_truth(struct plain *p, const struct terms_x *x)
{
	const char *text = plain_x(p, x);
	bool bare = x->op == OP_VALUE || (x->op == OP_REF && x->ref != REF_PERSON_CONSENT &&
					  x->ref != REF_ITEM_SAMPLED);

	return bare ? plain_fill(p, P_HOLDS, text, NULL) : text;
}

/* A phrase in which what follows could be read as its own end stands in parentheses. */
static const char *
closed(struct plain *p, const struct terms_x *x, const char *text)
{
	bool loose = false;

	switch ((int)x->op) {
	case OP_ADD: case OP_SUB: case OP_DIV: case OP_ALL: case OP_ANY: case OP_IF:
		loose = x->count > 1;
		break;
	case OP_OVER:
		loose = x->over.where != NULL;
		break;
	case OP_ITEMS:
		loose = x->items.where != NULL;
		break;
	default:
		break;
	}
	return loose ? arena_printf(p->arena, "(%s)", text) : text;
}

static const char *
divisor(struct plain *p, const struct terms_x *x, const char *text)
{
	return x->op == OP_MUL ? arena_printf(p->arena, "(%s)", text) : closed(p, x, text);
}

/* The operand `at` reads `instead`. */
static const char *
operands_but(struct plain *p, const struct terms_x *x, enum plain_id joint, size_t at,
	     const char *instead)
{
	const char **items = arena_array(p->arena, x->count + 1, sizeof(*items));

	for (size_t i = 0; i < x->count; i++) {
		items[i] = x->op == OP_ALL || x->op == OP_ANY ? plain_truth(p, x->args[i])
							      : plain_x(p, x->args[i]);
		items[i] = closed(p, x->args[i], items[i]);
		if (i == at)
			items[i] = instead;
	}
	return plain_list(p, items, x->count, joint);
}

static const char *
operands(struct plain *p, const struct terms_x *x, enum plain_id joint)
{
	return operands_but(p, x, joint, SIZE_MAX, NULL);
}

static const char *
number(struct plain *p, struct ratio r)
{
	char *text = arena_alloc(p->arena, RATIO_TEXT);

	ratio_format(r, text);
	language_number(p->language, text);
	return text;
}

/* What no decimal says exactly is told by four places too. */
const char *
plain_number(struct plain *p, struct ratio r)
{
	const char *exact = number(p, r);
	struct ratio near;

	if (strchr(exact, '/') == NULL || !ratio_places(r, ROUNDING_HALF_UP, 4, &near))
		return exact;
	return arena_printf(p->arena, "%s (\342\211\210 %s)", exact, number(p, near));
}

const char *
plain_day(struct plain *p, struct date d)
{
	char *text = arena_alloc(p->arena, LANGUAGE_DATE);

	language_date(p->language, d, text);
	return text;
}

const char *
plain_amount(struct plain *p, int64_t amount, const char *unit)
{
	char *text = arena_alloc(p->arena, 64);

	language_money(p->language, amount, unit, text);
	return text;
}

static const char *
reference(struct plain *p, const struct terms_x *x)
{
	static const enum plain_id ids[REF_MAX] = {
		[REF_FACT_FIELD] = P_FACT, [REF_FACT_DATE] = P_FACT_DATE,
		[REF_FACT_RECORDED] = P_FACT_RECORDED, [REF_FACT_PARTY] = P_FACT_SENDER,
		[REF_PERSON_ATTRIBUTE] = P_PERSON, [REF_PERSON_SITE] = P_PERSON_SITE,
		[REF_PERSON_PROVIDER] = P_PERSON_PROVIDER, [REF_PERSON_ARM] = P_PERSON_ARM,
		[REF_PERSON_ASSIGNED] = P_PERSON_ASSIGNED, [REF_PERSON_CONSENT] = P_PERSON_CONSENT,
		[REF_ENROLMENT_ATTRIBUTE] = P_ENROLMENT, [REF_ENROLMENT_SITE] = P_ENROLMENT_SITE,
		[REF_ENROLMENT_START] = P_ENROLMENT_START,
		[REF_ENROLMENT_EXIT] = P_ENROLMENT_EXIT,
		[REF_ENROLMENT_REASON] = P_ENROLMENT_REASON,
		[REF_ENROLMENT_INDEX] = P_ENROLMENT_INDEX, [REF_SITE_NAME] = P_SITE_NAME,
		[REF_PERIOD_START] = P_PERIOD_START, [REF_PERIOD_END] = P_PERIOD_END,
		[REF_PERIOD_DAYS] = P_PERIOD_DAYS, [REF_PERIOD_INDEX] = P_PERIOD_INDEX,
		[REF_OUTCOME_DATE] = P_OUTCOME_DATE, [REF_OUTCOME_NAME] = P_OUTCOME_NAME,
		[REF_OUTCOME_INDEX] = P_OUTCOME_INDEX, [REF_ITEM_PAYMENT] = P_ITEM_PAYMENT,
		[REF_ITEM_OUTCOME] = P_ITEM_OUTCOME, [REF_ITEM_AMOUNT] = P_ITEM_AMOUNT,
		[REF_ITEM_DATE] = P_ITEM_DATE, [REF_ITEM_INDEX] = P_ITEM_INDEX,
		[REF_ITEM_SAMPLED] = P_ITEM_SAMPLED, [REF_CONTRACT_START] = P_CONTRACT_START,
		[REF_CONTRACT_END] = P_CONTRACT_END,
		[REF_CONTRACT_OUTCOME_UNTIL] = P_CONTRACT_UNTIL,
		[REF_CONTRACT_FINAL] = P_CONTRACT_FINAL,
	};

	return plain_fill(p, ids[x->ref], x->word, NULL);
}

/* An outcome at least once, or not at all. */
static bool
is_reached(const struct terms_x *x, bool once)
{
	static const struct { enum terms_op op; int n; bool once; } tests[] = {
		{ OP_GE, 1, true }, { OP_GT, 0, true }, { OP_LT, 1, false }, { OP_EQ, 0, false } };

	if (x->args[0]->op != OP_OUTCOME || x->args[1]->op != OP_NUMBER)
		return false;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (tests[i].op == x->op && tests[i].once == once &&
		    ratio_compare(x->args[1]->number, ratio_integer(tests[i].n)) == 0)
			return true;
	return false;
}

static const char *
test(struct plain *p, const struct terms_x *x)
{
	static const enum plain_id ids[2][5] = {
		{ P_LT, P_LE, P_EQ, P_GE, P_GT },
		{ P_EARLIER, P_NOT_LATER, P_SAME_DAY, P_NOT_EARLIER, P_LATER },
	};
	bool dates = x->args[0]->type == TYPE_DATE || x->args[1]->type == TYPE_DATE;

	if (is_reached(x, true))
		return plain_fill(p, P_HAS_REACHED, plain_named(p, x->args[0]->outcome), NULL);
	if (is_reached(x, false))
		return plain_fill(p, P_NOT_REACHED, plain_named(p, x->args[0]->outcome), NULL);
	return plain_fill(p, ids[dates][x->op - OP_LT], plain_x(p, x->args[0]),
			  plain_x(p, x->args[1]), NULL);
}

static bool
is_day(const struct terms_x *x)
{
	return x->type == TYPE_DATE;
}

static const char *
look(struct plain *p, const struct terms_x *x)
{
	const char *text = x->count == 0 ? plain_fill(p, P_LOOK, x->look.table->name, NULL) :
		plain_fill(p, P_LOOK_BY, x->look.table->name, operands(p, x, P_COMMA), NULL);

	return x->look.at == NULL ? text :
		plain_fill(p, P_LOOK_AT, text, plain_x(p, x->look.at), NULL);
}

static const char *
over(struct plain *p, const struct terms_x *x)
{
	static const enum plain_id ids[] = { P_COUNT, P_SUM, P_MEAN, P_LEAST, P_MOST };
	const char *of = x->over.of == NULL ? NULL : plain_x(p, x->over.of);
	const char *who = plain_named(p, x->over.group);

	if (x->over.where != NULL)
		who = plain_fill(p, P_WHERE, who, plain_truth(p, x->over.where), NULL);
	return plain_fill(p, ids[x->over.what], who, of, NULL);
}

static const char *
items(struct plain *p, const struct terms_x *x)
{
	const char **names = arena_array(p->arena, x->items.count, sizeof(*names));
	const char *text;

	for (size_t i = 0; i < x->items.count; i++)
		names[i] = plain_named(p, x->items.of[i]);
	text = plain_list(p, names, x->items.count, P_AND);
	if (x->items.where != NULL)
		text = plain_fill(p, P_WHERE, text, plain_truth(p, x->items.where), NULL);
	return plain_fill(p, x->items.what == DO_COUNT ? P_ITEMS_COUNT : P_ITEMS_SUM, text, NULL);
}

static const char *
date_of(struct plain *p, const struct terms_x *x)
{
	const char *name = x->date_of.outcome != NULL ? plain_named(p, x->date_of.outcome)
						      : x->date_of.value->name;
	const char *text = x->date_of.nth == NTH_LAST ? plain_fill(p, P_DATE_LAST, name, NULL) :
		x->date_of.nth == 1 && x->date_of.outcome != NULL ?
			plain_fill(p, P_DATE_REACHED, name, NULL) :
		plain_fill(p, P_DATE_NTH, name,
			   arena_printf(p->arena, "%lld", (long long)x->date_of.nth), NULL);

	switch (x->date_of.as) {
	case AS_HAPPENED:
		return text;
	case AS_RECORDED:
		return plain_fill(p, P_RECORDED, text, NULL);
	case AS_CLAIMED:
		return plain_fill(p, P_CLAIMED, text, NULL);
	case AS_ACCEPTED:
		return plain_fill(p, P_ACCEPTED, text, NULL);
	}
	abort();	/* not a way of dating */
}

static const char *
rounded(struct plain *p, const struct terms_x *x)
{
	return plain_fill(p, x->op == OP_ROUND ? P_ROUND : P_PLACES, plain_x(p, x->args[0]),
			  plain_text(p->language, plain_roundings[x->rounding.how]),
			  arena_printf(p->arena, "%lld", (long long)x->rounding.n), NULL);
}

/* "whole days" */
static const char *
whole(struct plain *p, const struct terms_calendar *c)
{
	const char *text = plain_text(p->language, P_WHOLE);

	return is_civil(c) ? plain_fill(p, units[c->unit].many, text, NULL)
			   : plain_fill(p, P_PERIODS_OF, text, c->name, NULL);
}

/* "6 months after", "(N less 1) days after"; else "N x period of C after". */
static const char *
shifted(struct plain *p, const struct terms_x *x)
{
	const struct terms_x *n = x->args[1];
	bool plain = n->op == OP_NUMBER && ratio_is_integer(n->number) && x->calendar->n == 1;
	int64_t count = plain ? (int64_t)n->number.num : 0;
	const char *by = closed(p, n, plain_x(p, n));

	if (plain)
		by = plain_periods(p, count < 0 ? -count : count, x->calendar);
	else if (is_civil(x->calendar))
		by = plain_fill(p, units[x->calendar->unit].many, by, NULL);
	else
		by = plain_fill(p, P_UNIT_ONE, arena_printf(p->arena, "%s \303\227", by),
				plain_period(p, x->calendar), NULL);
	return plain_fill(p, count < 0 ? P_SHIFT_BACK : P_SHIFT, plain_x(p, x->args[0]), by, NULL);
}

static const char *
leaf(struct plain *p, const struct terms_x *x)
{
	switch ((int)x->op) {
	case OP_NUMBER:
		return plain_number(p, x->number);
	case OP_TRUTH:
		return plain_text(p->language, x->truth ? P_TRUE : P_FALSE);
	case OP_DAY:
		return plain_day(p, x->day);
	case OP_WORD:
		return x->word;
	case OP_VALUE:
		return x->value->name;
	case OP_DATE_NAME:
		return x->named->name;
	case OP_OUTCOME:
		return plain_fill(p, P_OUTCOME, plain_named(p, x->outcome), NULL);
	case OP_REF:
		return reference(p, x);
	default:
		abort();	/* not a leaf */
	}
}

const char *
plain_x(struct plain *p, const struct terms_x *x)
{
	const char *a = x->count > 0 ? plain_x(p, x->args[0]) : NULL;
	const char *b = x->count > 1 ? plain_x(p, x->args[1]) : NULL;

	switch (x->op) {
	case OP_NUMBER: case OP_TRUTH: case OP_DAY: case OP_WORD: case OP_VALUE: case OP_DATE_NAME:
	case OP_OUTCOME: case OP_REF:
		return leaf(p, x);
	case OP_ADD: return plain_fill(p, P_ADD, operands(p, x, P_AND), NULL);
	case OP_SUB:
		return plain_fill(p, P_SUB, closed(p, x->args[0], a), closed(p, x->args[1], b), NULL);
	case OP_MUL: return plain_fill(p, P_MUL, operands(p, x, P_TIMES), NULL);
	case OP_DIV:
		return plain_fill(p, P_DIV, closed(p, x->args[0], a), divisor(p, x->args[1], b), NULL);
	case OP_MIN: return plain_fill(p, is_day(x) ? P_EARLIEST : P_MIN,
				       operands(p, x, P_AND), NULL);
	case OP_MAX: return plain_fill(p, is_day(x) ? P_LATEST : P_MAX,
				       operands(p, x, P_AND), NULL);
	case OP_ROUND: case OP_PLACES: return rounded(p, x);
	case OP_LT: case OP_LE: case OP_EQ: case OP_GE: case OP_GT: return test(p, x);
	case OP_IS:
		return plain_fill(p, x->words.count == 1 ? P_IS : P_IS_ONE, a,
				  plain_list(p, x->words.items, x->words.count, P_COMMA), NULL);
	case OP_ALL: return operands(p, x, P_AND);
	case OP_ANY: return operands(p, x, P_OR);
	case OP_NOT: return plain_fill(p, P_NOT, plain_truth(p, x->args[0]), NULL);
	case OP_KNOWN: return plain_fill(p, P_KNOWN, a, NULL);
	case OP_IF:
		return plain_fill(p, P_IF, plain_truth(p, x->args[0]), closed(p, x->args[1], b),
				  closed(p, x->args[2], plain_x(p, x->args[2])), NULL);
	case OP_IN: return plain_fill(p, P_IN, plain_named(p, x->group), NULL);
	case OP_AT: return plain_fill(p, P_AT, a, b, NULL);
	case OP_LOOK: return look(p, x);
	case OP_OVER: return over(p, x);
	case OP_ITEMS: return items(p, x);
	case OP_DATE_OF: return date_of(p, x);
	case OP_SHIFT: return shifted(p, x);
	case OP_SPAN: return plain_fill(p, P_SPAN, a, b, whole(p, x->calendar), NULL);
	case OP_GROW:
		return plain_fill(p, x->args[0]->op == OP_NUMBER ? P_GROW : P_GROW_BY,
				  x->grow.flows->name, a, plain_period(p, x->grow.rests), NULL);
	case OP_MAX_COUNT: break;
	}
	abort();	/* not an operator */
}

/* ---- prices ---- */

/* 95 may be a factor, 45000 is a sum of money: NULL below one whole unit. */
static const char *
whole_amount(struct plain *p, const struct terms_x *x, const char *unit)
{
	int64_t n, one = 1;

	if (x->op != OP_NUMBER || !ratio_is_integer(x->number))
		return NULL;
	for (int i = 0; i < unit_digits(unit); i++)
		one *= 10;
	n = (int64_t)x->number.num;
	return n < one && n > -one ? NULL : plain_amount(p, n, unit);
}

/* The amounts between which tests decide, NULL where one of them is none. */
static const char *
amount_if(struct plain *p, const struct terms_x *x, const char *unit, bool inside)
{
	const char *a, *b;

	if (x->op != OP_IF)
		return whole_amount(p, x, unit);
	a = amount_if(p, x->args[1], unit, true);
	b = amount_if(p, x->args[2], unit, true);
	if (a == NULL || b == NULL)
		return NULL;
	a = plain_fill(p, P_IF, plain_truth(p, x->args[0]), a, b, NULL);
	return inside ? arena_printf(p->arena, "(%s)", a) : a;
}

/* Is it what a table says in money, as it stands or times something? */
static bool
is_from_table(const struct terms_x *x)
{
	switch ((int)x->op) {
	case OP_LOOK:
		return x->look.table->unit != NULL;
	case OP_MUL:
		for (size_t i = 0; i < x->count; i++)
			if (is_from_table(x->args[i]))
				return true;
		return false;
	case OP_ROUND:
		return is_from_table(x->args[0]);
	case OP_IF:
		return is_from_table(x->args[1]) && is_from_table(x->args[2]);
	default:
		return false;
	}
}

const char *
plain_sum(struct plain *p, const struct terms_x *x, const char *unit)
{
	bool money = unit != NULL && x->op == OP_NUMBER && ratio_is_integer(x->number);

	return money ? plain_amount(p, (int64_t)x->number.num, unit) : plain_x(p, x);
}

const char *
plain_price(struct plain *p, const struct terms_x *x, const char *unit)
{
	const char *a = NULL;
	size_t i = 0;

	if (is_from_table(x))
		return plain_x(p, x);

	switch ((int)x->op) {
	case OP_NUMBER:
		a = whole_amount(p, x, unit);
		break;
	case OP_MUL:
		for (; i < x->count && (a = whole_amount(p, x->args[i], unit)) == NULL; i++)
			;
		a = a == NULL ? NULL : operands_but(p, x, P_TIMES, i, a);
		break;
	case OP_DIV:
		a = whole_amount(p, x->args[0], unit);
		a = a == NULL ? NULL : plain_fill(p, P_DIV, a, divisor(p, x->args[1],
						  plain_x(p, x->args[1])), NULL);
		break;
	case OP_IF:
		a = amount_if(p, x, unit, false);
		break;
	default:
		break;
	}
	return a != NULL ? a : plain_fill(p, P_MINOR, plain_x(p, x), unit, NULL);
}
