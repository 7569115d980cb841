/* check_bound.c - do all numbers stay inside 128 bits, whatever is recorded?
 *
 * Each expression gets a size from the literals and from the bounds of event
 * fields: bits of its magnitude and of its numerator, decimal places and other
 * bits of its denominator. What cannot be bounded (quotients of members, added
 * up over a group) has to be rounded by `places` first.
 */
#include "check_priv.h"

#include "arena.h"
#include "event_type.h"
#include "limits_utfall.h"

#define BITS_MAX 126		/* of a part: one for the sign, one for a carry */
#define BITS_MEMBERS 24		/* members of a group, occurrences: up to 16 million */
#define BITS_FACTS 12		/* of a person in a period, or at once: up to 4,096 */
#define BITS_DAYS 22		/* between any two dates */
#define BITS_DIGITS 50		/* 15 decimal digits */

struct size {
	int magnitude;		/* |x| < 2^magnitude */
	int top;		/* |numerator| < 2^top */
	int places, other;	/* the denominator divides 10^places * (something < 2^other) */
};

struct bounds {
	struct check *c;
	struct size *sizes;	/* per expression id */
	bool *known;
	bool said;
};

static struct size size_of(struct bounds *b, const struct terms_x *x);

static int
bits_of(ratio_part v)
{
	int bits = 0;

	if (v < 0)
		v = -v;
	for (; v > 0; v /= 2)
		bits++;
	return bits;
}

static int
larger(int a, int b)
{
	return a > b ? a : b;
}

static int
smaller(int a, int b)
{
	return a < b ? a : b;
}

static int
bits_of_places(int places)
{
	return (places * 10 + 2) / 3;
}

static int
bottom(struct size s)
{
	return bits_of_places(s.places) + s.other;
}

static struct size
whole(int bits)
{
	return (struct size){ bits, bits, 0, 0 };
}

/* A decimal of at most 15 digits below 2^bits. */
static struct size
decimal(int bits)
{
	return (struct size){ bits, smaller(BITS_DIGITS, bits + bits_of_places(9)), 9, 0 };
}

static struct size
size_number(struct ratio r)
{
	struct size s = { bits_of(r.num / r.den) + 1, bits_of(r.num), 0, 0 };

	for (ratio_part ten = 1; s.places < LIMIT_DECIMAL_PLACES && ten % r.den != 0; ten *= 10)
		s.places++;
	return s;
}

static struct size
size_literal(const struct terms_x *x)
{
	return x->op == OP_NUMBER ? size_number(x->number) : whole(1);
}

/* The larger of two: either may be the answer. */
static struct size
size_either(struct size a, struct size b)
{
	return (struct size){ larger(a.magnitude, b.magnitude), larger(a.top, b.top),
			      larger(a.places, b.places), larger(a.other, b.other) };
}

/* Up to 2^bits of them added up. */
static struct size
size_many(struct size s, int bits)
{
	s.magnitude += bits;
	s.top = smaller(s.magnitude + bottom(s), s.top + bottom(s) + bits);
	return s;
}

/* ---- what is recorded ---- */

static struct size
size_field(const struct terms_value *v)
{
	static const enum event_type types[] = {
		[FACT_SPELL] = EVENT_SPELL_STARTED, [FACT_STATUS] = EVENT_STATUS_REPORTED,
		[FACT_MEASUREMENT] = EVENT_MEASUREMENT_RECORDED,
		[FACT_EARNINGS] = EVENT_EARNINGS_REPORTED, [FACT_ACTIVITY] = EVENT_ACTIVITY_LOGGED,
		[FACT_MILESTONE] = EVENT_MILESTONE_REACHED, [FACT_FLOW] = EVENT_FLOW_RECORDED,
	};
	const struct event_field *f;

	if (v->take == NULL)
		return whole(1);
	f = event_field_find(event_info(types[v->of]), v->take);
	return f->kind == FIELD_INTEGER ? whole(bits_of(f->max))
					: decimal(smaller(BITS_DIGITS, bits_of(f->max)));
}

static struct size
size_facts(const struct terms_value *v)
{
	struct size s = size_field(v);

	if (v->within == WITHIN_SUM || v->overlap_add || v->within == WITHIN_MEAN)
		s = size_many(s, BITS_FACTS);
	if (v->within == WITHIN_MEAN)
		s.other += BITS_DAYS;
	return s;
}

/* Between two rows: then + (then' - then) * (at - from) / (from' - from). */
static struct size
size_line(struct size then, struct size from, struct size at)
{
	struct size s = { then.magnitude + 1, 0, then.places + larger(at.places, from.places),
			  then.other + at.other + from.top };

	s.top = s.magnitude + bottom(s);
	return s;
}

static struct size
size_look(struct bounds *b, const struct terms_x *x)
{
	const struct terms_table *t = x->look.table;
	struct size then = t->measured != NULL ? decimal(BITS_DIGITS) : whole(1);
	struct size from = whole(BITS_DAYS), at = whole(BITS_DAYS);

	for (size_t i = 0; i < x->count; i++)
		at = size_of(b, x->args[i]);
	for (size_t i = 0; i < t->row_count; i++) {
		then = size_either(then, size_literal(t->rows[i].then));
		if (t->argument == ARGUMENT_NUMBER)
			from = size_either(from, size_number(t->rows[i].from));
	}
	if (t->otherwise != NULL)
		then = size_either(then, size_literal(t->otherwise));
	return t->kind == TABLE_LINEAR ? size_line(then, from, at) : then;
}

/* ---- operators ---- */

static struct size
size_sum(struct size a, struct size b)
{
	int places = larger(a.places, b.places);

	return (struct size){ larger(a.magnitude, b.magnitude) + 1,
			      1 + larger(a.top + bits_of_places(places - a.places) + b.other,
					 b.top + bits_of_places(places - b.places) + a.other),
			      places, a.other + b.other };
}

static struct size
size_product(struct size a, struct size b)
{
	return (struct size){ a.magnitude + b.magnitude, a.top + b.top, a.places + b.places,
			      a.other + b.other };
}

static struct size
size_quotient(struct size a, struct size b)
{
	return (struct size){ a.magnitude + bottom(b), a.top + bottom(b), a.places,
			      a.other + b.top };
}

static struct size
size_fold(struct bounds *b, const struct terms_x *x)
{
	struct size s = size_of(b, x->args[0]);

	for (size_t i = 1; i < x->count; i++) {
		struct size one = size_of(b, x->args[i]);

		s = x->op == OP_ADD || x->op == OP_SUB ? size_sum(s, one) :
		    x->op == OP_MUL ? size_product(s, one) :
		    x->op == OP_DIV ? size_quotient(s, one) : size_either(s, one);
	}
	return s;
}

static struct size
size_rounded(struct size s, int places)
{
	s = (struct size){ s.magnitude + 1, 0, places, 0 };
	s.top = s.magnitude + bottom(s);
	return s;
}

static struct size
size_over(struct bounds *b, const struct terms_x *x)
{
	struct size s = x->over.of == NULL ? whole(1) : size_of(b, x->over.of);

	if (x->over.where != NULL)
		(void)size_of(b, x->over.where);
	if (x->over.what == DO_MIN || x->over.what == DO_MAX)
		return s;
	if (s.other > 0 && !b->said) {
		b->said = true;
		check_error(b->c, x->pointer, "members' quotients are added up, and the sum may need "
			    "more than 128 bits; round each with 'places' first");
	}
	s = size_many(s, BITS_MEMBERS);
	return x->over.what == DO_MEAN ? size_rounded(s, x->over.places) : s;
}

static struct size
size_ref(const struct terms_x *x)
{
	switch ((int)x->ref) {
	case REF_ENROLMENT_INDEX: case REF_PERIOD_DAYS: case REF_PERIOD_INDEX:
	case REF_OUTCOME_INDEX: case REF_ITEM_INDEX:
		return whole(BITS_MEMBERS);
	case REF_FACT_FIELD: case REF_PERSON_ATTRIBUTE: case REF_ENROLMENT_ATTRIBUTE:
		return (struct size){ 54, 54, 9, 0 };
	default:
		return whole(53);
	}
}

static struct size
size_fresh(struct bounds *b, const struct terms_x *x)
{
	switch ((int)x->op) {
	case OP_NUMBER:
		return size_number(x->number);
	case OP_VALUE:
		return x->value->of == FACT_NONE ? size_of(b, x->value->is) : size_facts(x->value);
	case OP_REF:
		return size_ref(x);
	case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV: case OP_MIN: case OP_MAX:
		return size_fold(b, x);
	case OP_ROUND:
		return size_rounded(size_either(size_of(b, x->args[0]), whole(30)), 0);
	case OP_PLACES:
		return size_rounded(size_of(b, x->args[0]), (int)x->rounding.n);
	case OP_IF:
		(void)size_of(b, x->args[0]);
		return size_either(size_of(b, x->args[1]), size_of(b, x->args[2]));
	case OP_AT:
		return size_of(b, x->args[0]);
	case OP_LOOK:
		return size_look(b, x);
	case OP_OVER:
		return size_over(b, x);
	case OP_OUTCOME: case OP_SPAN:
		return whole(BITS_MEMBERS);
	case OP_ITEMS: case OP_GROW:
		return whole(53);
	default:
		for (size_t i = 0; i < x->count; i++)
			(void)size_of(b, x->args[i]);
		return whole(1);
	}
}

static struct size
size_of(struct bounds *b, const struct terms_x *x)
{
	struct size s;
	int bits;

	if (b->known[x->id])
		return b->sizes[x->id];
	s = size_fresh(b, x);
	bits = larger(s.top, bottom(s));
	if (bits > BITS_MAX) {
		if (!b->said)
			check_error(b->c, x->pointer, "this number may need %d bits and 126 are "
				    "there: too many large or fine numbers are multiplied or "
				    "divided; round one of them with 'places' first", bits);
		b->said = true;
		s = (struct size){ 53, 53, 9, 0 };
	}
	b->known[x->id] = true;
	b->sizes[x->id] = s;
	return s;
}

static void
bound_one(void *arg, const struct terms_x *x)
{
	struct bounds *b = arg;

	b->said = false;
	(void)size_of(b, x);
}

void
check_bounds(struct check *c)
{
	struct bounds b = { .c = c };

	b.sizes = arena_array(c->f->arena, c->t->x_count + 1, sizeof(*b.sizes));
	b.known = arena_array(c->f->arena, c->t->x_count + 1, sizeof(*b.known));
	terms_each_x(c->t, bound_one, &b);
}
