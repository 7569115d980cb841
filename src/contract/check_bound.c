/* check_bound.c - do all numbers stay inside 128 bits, whatever is recorded?
 *
 * Each expression gets a size: bits of its magnitude (|x| < 2^m) and of its
 * denominator (< 2^d), from the literals and from the bounds of event fields. A
 * numerator then has at most m + d bits. What cannot be bounded (a quotient of
 * members added up over a group) has to be rounded by `places` first.
 */
#include "check_priv.h"

#include "arena.h"
#include "event_type.h"
#include "limits_utfall.h"

#define BITS_MAX 126		/* of a numerator: one for the sign, one for a carry */
#define BITS_MEMBERS 24		/* members of a group, periods, facts: up to 16 million */
#define BITS_DECIMAL 30		/* 10^9: the denominator of every decimal */

struct size {
	int m, d;
	bool decimal;		/* the denominator divides 10^9 */
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

static struct size
size_number(struct ratio r)
{
	int whole = bits_of(r.num / r.den) + 1;

	return (struct size){ whole, bits_of(r.den), true };
}

static struct size
size_literal(const struct terms_x *x)
{
	return x->op == OP_NUMBER ? size_number(x->number) : (struct size){ 1, 1, true };
}

/* The bounds of a field that a value takes. */
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
		return (struct size){ 1, 1, true };
	f = event_field_find(event_info(types[v->of]), v->take);
	if (f->kind == FIELD_INTEGER)
		return (struct size){ bits_of(f->max), 1, true };
	/* at most 15 digits: a large number has few places */
	return f->max > 1000000000 ? (struct size){ 50, 1, true }
				   : (struct size){ bits_of(f->max), BITS_DECIMAL, true };
}

static struct size
size_facts(const struct terms_value *v)
{
	struct size s = size_field(v);

	if (v->within == WITHIN_SUM || v->overlap_add || v->within == WITHIN_MEAN)
		s.m += 12;	/* facts of a person in a period, or at once: up to 4,096 */
	if (v->within == WITHIN_MEAN && !v->per->ever) {
		s.d += 15;	/* days of a period */
		s.decimal = false;
	}
	return s;
}

static struct size
size_table(const struct terms_table *t)
{
	struct size s = { 1, 1, true }, one;

	if (t->measured != NULL)
		s = (struct size){ 50, BITS_DECIMAL, true };
	for (size_t i = 0; i < t->row_count; i++) {
		one = size_literal(t->rows[i].then);
		s.m = larger(s.m, one.m);
		s.d = larger(s.d, one.d);
	}
	if (t->otherwise != NULL)
		s.m = larger(s.m, size_literal(t->otherwise).m);
	if (t->kind == TABLE_LINEAR) {
		s.d += 50;
		s.decimal = false;
	}
	return s;
}

static struct size
size_sum(struct size a, struct size b)
{
	struct size s = { larger(a.m, b.m) + 1, a.d + b.d, a.decimal && b.decimal };

	if (s.decimal)
		s.d = larger(a.d, b.d) == 1 ? 1 : BITS_DECIMAL;
	return s;
}

static struct size
size_product(struct size a, struct size b)
{
	return (struct size){ a.m + b.m, a.d + b.d - 1, a.d + b.d - 1 <= BITS_DECIMAL &&
			      (a.d == 1 || b.d == 1) && a.decimal && b.decimal };
}

/* a / b = a.num * b.den / (a.den * b.num) */
static struct size
size_quotient(struct size a, struct size b)
{
	return (struct size){ a.m + b.d, a.d + b.m + b.d, false };
}

static struct size
size_over(struct bounds *b, const struct terms_x *x)
{
	struct size s = { 1, 1, true };

	if (x->over.of != NULL)
		s = size_of(b, x->over.of);
	if (x->over.what == DO_MIN || x->over.what == DO_MAX)
		return s;
	if (!s.decimal && !b->said) {
		b->said = true;
		check_error(b->c, x->pointer, "members' quotients are added up, and the sum may need "
			    "more than 128 bits; round each with 'places' first");
	}
	s.m += BITS_MEMBERS;
	if (x->over.what == DO_MEAN)
		s = (struct size){ s.m, BITS_DECIMAL, true };
	return s;
}

static struct size
size_fold(struct bounds *b, const struct terms_x *x)
{
	struct size s = size_of(b, x->args[0]);

	for (size_t i = 1; i < x->count; i++) {
		struct size one = size_of(b, x->args[i]);

		if (x->op == OP_ADD || x->op == OP_SUB)
			s = size_sum(s, one);
		else if (x->op == OP_MUL)
			s = size_product(s, one);
		else if (x->op == OP_DIV)
			s = size_quotient(s, one);
		else
			s = (struct size){ larger(s.m, one.m), larger(s.d, one.d),
					   s.decimal && one.decimal };
	}
	return s;
}

static struct size
size_value(struct bounds *b, const struct terms_value *v)
{
	return v->of == FACT_NONE ? size_of(b, v->is) : size_facts(v);
}

static struct size
size_fresh(struct bounds *b, const struct terms_x *x)
{
	switch ((int)x->op) {
	case OP_NUMBER:
		return size_number(x->number);
	case OP_VALUE:
		return size_value(b, x->value);
	case OP_REF:
		return x->type == TYPE_ANY ? (struct size){ 50, BITS_DECIMAL, true }
					   : (struct size){ 53, 1, true };
	case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV: case OP_MIN: case OP_MAX:
		return size_fold(b, x);
	case OP_ROUND:
		return (struct size){ larger(size_of(b, x->args[0]).m, 30) + 1, 1, true };
	case OP_PLACES:
		return (struct size){ size_of(b, x->args[0]).m + 1, BITS_DECIMAL, true };
	case OP_IF:
		(void)size_of(b, x->args[0]);
		return (struct size){ larger(size_of(b, x->args[1]).m, size_of(b, x->args[2]).m),
				      larger(size_of(b, x->args[1]).d, size_of(b, x->args[2]).d),
				      size_of(b, x->args[1]).decimal &&
				      size_of(b, x->args[2]).decimal };
	case OP_AT:
		return size_of(b, x->args[0]);
	case OP_LOOK:
		return size_table(x->look.table);
	case OP_OVER:
		return size_over(b, x);
	case OP_OUTCOME: case OP_SPAN:
		return (struct size){ BITS_MEMBERS, 1, true };
	case OP_ITEMS: case OP_GROW:
		return (struct size){ 53, 1, true };
	default:
		for (size_t i = 0; i < x->count; i++)
			(void)size_of(b, x->args[i]);
		return (struct size){ 1, 1, true };
	}
}

static struct size
size_of(struct bounds *b, const struct terms_x *x)
{
	struct size s;

	if (b->known[x->id])
		return b->sizes[x->id];
	s = size_fresh(b, x);
	if (s.m + s.d > BITS_MAX) {
		if (!b->said)
			check_error(b->c, x->pointer, "this number may need %d bits and 126 are "
				    "there: too many large or fine numbers are multiplied or "
				    "divided; round one of them with 'places' first", s.m + s.d);
		b->said = true;
		s = (struct size){ 53, BITS_DECIMAL, true };
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
