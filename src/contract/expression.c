/* expression.c - one exact, three-valued expression language: a table row an operator.
 *
 * Unknown is not false: it spreads through arithmetic and tests, and through all
 * and any unless the other operands decide. Never is not unknown: a date that is
 * never is later than every date, a number that is never holds no test. */
#include "expression.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "limits_utfall.h"
#include "outcome.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "trace.h"
#include "value.h"
#include "xval.h"

/* Each name that stands on another is read within it, as deep as JSON lets it be. */
#define DEPTH_MAX (LIMIT_TERMS_CHAIN * LIMIT_JSON_DEPTH)

typedef struct xval op_fn(struct scope *sc, const struct terms_x *x);

void
run_fail(struct run *r, enum rc rc, const char *fmt, ...)
{
	char text[400];
	va_list args;

	if (r->rc != RC_OK)
		return;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	r->rc = rc_fail(r->e, rc, "%s", text);
}

bool
x_ratio(struct xval v, struct ratio *ret)
{
	if (v.kind == X_NUMBER)
		*ret = v.number;
	else if (v.kind == X_TRUTH)
		*ret = ratio_integer(v.truth);
	else
		return false;
	return true;
}

static struct xval
too_large(struct scope *sc, const struct terms_x *x)
{
	run_fail(sc->run, RC_RANGE, "terms %s: the exact result does not fit 128 bits", x->pointer);
	return x_unknown();
}

/* ---- leaves ---- */

static struct xval
op_number(struct scope *sc, const struct terms_x *x)
{
	(void)sc;
	return x_number(x->number);
}

static struct xval
op_truth(struct scope *sc, const struct terms_x *x)
{
	(void)sc;
	return x_truth(x->truth);
}

static struct xval
op_day(struct scope *sc, const struct terms_x *x)
{
	(void)sc;
	return x_day(x->day.days);
}

static struct xval
op_word(struct scope *sc, const struct terms_x *x)
{
	(void)sc;
	return x_word(x->word);
}

static struct xval
op_value(struct scope *sc, const struct terms_x *x)
{
	return value_read(sc, x->value);
}

static struct xval
op_date_name(struct scope *sc, const struct terms_x *x)
{
	return x_eval(sc, x->named->is);
}

static int64_t
reached_by(const struct reaches *list, int32_t day)
{
	int64_t n = 0;

	for (size_t i = 0; i < list->count; i++)
		n += list->items[i].fails == QUALIFIER_MAX && list->items[i].achieved <= day;
	return n;
}

/* Known where unknown counts could not change it. */
static struct xval
times_reached(struct scope *sc, const struct terms_x *x)
{
	struct run *r = sc->run;
	int32_t turns = r->turns;
	const struct reaches *sure, *perhaps;
	int64_t n;

	r->turns = NEVER;
	sure = outcome_reaches(sc, x->outcome, 0, false);
	perhaps = sure == NULL ? NULL : outcome_reaches(sc, x->outcome, 0, true);
	if (sc->day > r->through)
		run_ahead(r, r->turns);
	run_turns(r, turns);
	if (sure == NULL)
		return x_unknown();
	n = reached_by(sure, sc->day);
	if (perhaps != NULL && reached_by(perhaps, sc->day) != n)
		return x_unknown();
	return x_integer(n);
}

static struct xval
op_outcome(struct scope *sc, const struct terms_x *x)
{
	struct xval n = times_reached(sc, x);

	if (sc->run->trace != NULL)
		trace_times(sc, x->outcome, n);
	return n;
}

/* ---- numbers ---- */

typedef bool ratio_fn(struct ratio a, struct ratio b, struct ratio *ret);

/* Nothing changes what is unknown; but while it is read off what erased people hold, everything is
 * read that has a part in it. */
static struct xval
unknown_from(struct scope *sc, const struct terms_x *x, size_t next)
{
	for (size_t i = next; sc->run->s->holding != NULL && i < x->count; i++)
		(void)x_eval(sc, x->args[i]);
	return x_unknown();
}

static struct xval
fold(struct scope *sc, const struct terms_x *x, ratio_fn *fn)
{
	struct xval first = x_eval(sc, x->args[0]);
	struct ratio total, next;
	bool never = first.kind == X_NEVER;

	if (!never && !x_ratio(first, &total))
		return unknown_from(sc, x, 1);
	for (size_t i = 1; i < x->count; i++) {
		struct xval v = x_eval(sc, x->args[i]);

		if (v.kind == X_NEVER) {
			never = true;
			continue;
		}
		if (!x_ratio(v, &next))
			return unknown_from(sc, x, i + 1);
		if (!never && !fn(total, next, &total))
			return too_large(sc, x);
	}
	return never ? x_never() : x_number(total);
}

static struct xval
op_add(struct scope *sc, const struct terms_x *x)
{
	return fold(sc, x, ratio_add);
}

static struct xval
op_sub(struct scope *sc, const struct terms_x *x)
{
	return fold(sc, x, ratio_sub);
}

static struct xval
op_mul(struct scope *sc, const struct terms_x *x)
{
	return fold(sc, x, ratio_mul);
}

static struct xval
op_div(struct scope *sc, const struct terms_x *x)
{
	struct xval b = x_eval(sc, x->args[1]);
	struct ratio d;

	if (x_ratio(b, &d) && ratio_sign(d) == 0)
		return unknown_from(sc, x, 0);
	return fold(sc, x, ratio_div);
}

/* Numbers, or dates with never as the latest. */
static struct xval
extreme(struct scope *sc, const struct terms_x *x, int sign)
{
	struct xval best = x_eval(sc, x->args[0]);

	for (size_t i = 1; i < x->count; i++) {
		struct xval v = x_eval(sc, x->args[i]);
		struct ratio a, b;

		if (best.kind == X_UNKNOWN || v.kind == X_UNKNOWN)
			return unknown_from(sc, x, i + 1);
		if (best.kind == X_DATE && v.kind == X_DATE) {
			if (sign * ((v.day > best.day) - (v.day < best.day)) > 0)
				best = v;
		} else if (best.kind == X_NEVER || v.kind == X_NEVER) {
			best = x_never();
		} else if (!x_ratio(best, &a) || !x_ratio(v, &b)) {
			return x_unknown();
		} else if (sign * ratio_compare(b, a) > 0) {
			best = x_number(b);
		}
	}
	return best;
}

static struct xval
op_min(struct scope *sc, const struct terms_x *x)
{
	return extreme(sc, x, -1);
}

static struct xval
op_max(struct scope *sc, const struct terms_x *x)
{
	return extreme(sc, x, 1);
}

static struct xval
op_round(struct scope *sc, const struct terms_x *x)
{
	struct xval v = x_eval(sc, x->args[0]);
	struct ratio r;
	int64_t whole;

	if (v.kind == X_NEVER || !x_ratio(v, &r))
		return v.kind == X_NEVER ? v : x_unknown();
	if (!ratio_round(r, x->rounding.how, x->rounding.n, &whole))
		return too_large(sc, x);
	return x_integer(whole);
}

static struct xval
op_places(struct scope *sc, const struct terms_x *x)
{
	struct xval v = x_eval(sc, x->args[0]);
	struct ratio r;

	if (v.kind == X_NEVER || !x_ratio(v, &r))
		return v.kind == X_NEVER ? v : x_unknown();
	if (!ratio_places(r, x->rounding.how, (int)x->rounding.n, &r))
		return too_large(sc, x);
	return x_number(r);
}

/* ---- tests ---- */

/* -1, 0, 1; false where they cannot be compared, with what the test then yields. */
static bool
compare_values(struct xval a, struct xval b, int *ret, struct xval *ret_otherwise)
{
	struct ratio p, q;

	*ret_otherwise = x_unknown();
	if (a.kind == X_UNKNOWN || b.kind == X_UNKNOWN)
		return false;
	*ret_otherwise = x_truth(false);
	if (a.kind == X_NEVER || b.kind == X_NEVER)
		return false;
	*ret_otherwise = x_unknown();
	if (a.kind == X_DATE && b.kind == X_DATE)
		*ret = (a.day > b.day) - (a.day < b.day);
	else if (a.kind == X_WORD && b.kind == X_WORD)
		*ret = strcmp(a.word, b.word);
	else if (x_ratio(a, &p) && x_ratio(b, &q))
		*ret = ratio_compare(p, q);
	else
		return false;
	return true;
}

static bool
compare(struct scope *sc, const struct terms_x *x, int *ret, struct xval *ret_otherwise)
{
	struct xval a = x_eval(sc, x->args[0]), b = x_eval(sc, x->args[1]);
	bool known = compare_values(a, b, ret, ret_otherwise);

	if (known)
		trace_compare(sc, x, a, b, *ret);
	else
		trace_compare(sc, x, a, b, TRACE_NO_ORDER);
	return known;
}

#define TEST(name, sign)						\
	static struct xval						\
	name(struct scope *sc, const struct terms_x *x)			\
	{								\
		struct xval otherwise;					\
		int c;							\
									\
		if (!compare(sc, x, &c, &otherwise))			\
			return otherwise;				\
		return x_truth(c sign 0);				\
	}
TEST(op_lt, <)
TEST(op_le, <=)
TEST(op_eq, ==)
TEST(op_ge, >=)
TEST(op_gt, >)
#undef TEST

static struct xval
op_is(struct scope *sc, const struct terms_x *x)
{
	struct xval v = x_eval(sc, x->args[0]);
	const char *word = v.kind == X_WORD ? v.word
			 : v.kind == X_TRUTH ? (v.truth ? "yes" : "no") : NULL;
	bool found = false;

	if (word == NULL) {
		trace_word(sc, x, NULL, false);
		return x_unknown();
	}
	for (size_t i = 0; i < x->words.count; i++)
		found = found || strcmp(word, x->words.items[i]) == 0;
	trace_word(sc, x, word, found);
	return x_truth(found);
}

/* ---- truth ---- */

static struct xval
decide(struct scope *sc, const struct terms_x *x, bool decisive)
{
	bool unknown = false;

	for (size_t i = 0; i < x->count; i++) {
		struct xval v = x_eval(sc, x->args[i]);

		if (v.kind != X_TRUTH)
			unknown = true;
		else if (v.truth == decisive)
			return v;
	}
	return unknown ? x_unknown() : x_truth(!decisive);
}

static struct xval
op_all(struct scope *sc, const struct terms_x *x)
{
	return decide(sc, x, false);
}

static struct xval
op_any(struct scope *sc, const struct terms_x *x)
{
	return decide(sc, x, true);
}

static struct xval
op_not(struct scope *sc, const struct terms_x *x)
{
	struct xval v = x_eval(sc, x->args[0]);

	return v.kind == X_TRUTH ? x_truth(!v.truth) : x_unknown();
}

static struct xval
op_known(struct scope *sc, const struct terms_x *x)
{
	return x_truth(x_eval(sc, x->args[0]).kind != X_UNKNOWN);
}

static struct xval
op_if(struct scope *sc, const struct terms_x *x)
{
	struct xval v = x_eval(sc, x->args[0]);

	if (v.kind != X_TRUTH)
		return x_unknown();
	return x_eval(sc, x->args[v.truth ? 1 : 2]);
}

/* ---- reaching further ---- */

static struct xval
op_in(struct scope *sc, const struct terms_x *x)
{
	return group_member(sc, x->group);
}

static struct xval
op_at(struct scope *sc, const struct terms_x *x)
{
	struct xval day = x_eval(sc, x->args[1]);
	struct scope inner = *sc;

	if (day.kind != X_DATE || day.day == NEVER)
		return x_unknown();
	inner.day = day.day;
	inner.period_base = NO_RANGE;
	if (inner.has_period && inner.calendar != NULL)
		inner.has_period = period_holding(&inner, inner.calendar, day.day, &inner.period);
	return x_eval(&inner, x->args[0]);
}

static struct xval
op_shift(struct scope *sc, const struct terms_x *x)
{
	struct xval day = x_eval(sc, x->args[0]), n = x_eval(sc, x->args[1]);
	struct ratio number;
	int64_t count;
	int32_t ret;

	if (day.kind != X_DATE || n.kind == X_UNKNOWN)
		return x_unknown();
	if (day.day == NEVER || n.kind == X_NEVER)
		return x_day(NEVER);
	if (!x_ratio(n, &number) || !ratio_is_integer(number))
		return x_unknown();
	if (!ratio_round(number, ROUNDING_DOWN, 1, &count) ||
	    !calendar_shift(sc, x->calendar, day.day, count, &ret)) {
		run_fail(sc->run, RC_RANGE, "terms %s: the date lies beyond the year 9999",
			 x->pointer);
		return x_unknown();
	}
	return x_day(ret);
}

static struct xval
op_span(struct scope *sc, const struct terms_x *x)
{
	struct xval a = x_eval(sc, x->args[0]), b = x_eval(sc, x->args[1]);
	int64_t n;

	if (a.kind != X_DATE || b.kind != X_DATE)
		return x_unknown();
	if (a.day == NEVER || b.day == NEVER)
		return x_never();
	return calendar_span(sc, x->calendar, a.day, b.day, &n) ? x_integer(n) : x_unknown();
}

static op_fn *const op_table[OP_MAX_COUNT] = {
	[OP_NUMBER] = op_number,	[OP_TRUTH] = op_truth,
	[OP_DAY] = op_day,		[OP_WORD] = op_word,
	[OP_VALUE] = op_value,		[OP_DATE_NAME] = op_date_name,
	[OP_OUTCOME] = op_outcome,	[OP_REF] = x_reference,
	[OP_ADD] = op_add,		[OP_SUB] = op_sub,
	[OP_MUL] = op_mul,		[OP_DIV] = op_div,
	[OP_MIN] = op_min,		[OP_MAX] = op_max,
	[OP_ROUND] = op_round,		[OP_PLACES] = op_places,
	[OP_LT] = op_lt,		[OP_LE] = op_le,
	[OP_EQ] = op_eq,		[OP_GE] = op_ge,
	[OP_GT] = op_gt,		[OP_IS] = op_is,
	[OP_ALL] = op_all,		[OP_ANY] = op_any,
	[OP_NOT] = op_not,		[OP_KNOWN] = op_known,
	[OP_IF] = op_if,		[OP_IN] = op_in,
	[OP_AT] = op_at,		[OP_LOOK] = x_look,
	[OP_OVER] = x_over,		[OP_ITEMS] = x_items,
	[OP_DATE_OF] = x_date_of,	[OP_SHIFT] = op_shift,
	[OP_SPAN] = op_span,		[OP_GROW] = x_grow,
};

/* Where what is the same for everybody was kept, or is to be; NULL where it is not. Literals and
 * references are as quick to read, and an explanation reads everything again. */
static struct reading *
fixed_of(const struct scope *sc, const struct terms_x *x)
{
	if (x->op < OP_VALUE || x->op == OP_REF || sc->run->trace != NULL ||
	    x_shape(sc->version, x) != SHAPE_FIXED)
		return NULL;
	return &sc->version->readings[x->id];
}

struct xval
x_eval(struct scope *sc, const struct terms_x *x)
{
	struct reading *fixed;
	struct xval ret;

	assert((unsigned)x->op < OP_MAX_COUNT && op_table[x->op] != NULL);
	if (sc->run->rc != RC_OK)
		return x_unknown();
	fixed = fixed_of(sc, x);
	if (fixed != NULL && fixed->has_value)
		return fixed->value;
	if (++sc->run->depth > DEPTH_MAX)
		run_fail(sc->run, RC_REFUSED, "terms %s: more than %d clauses deep", x->pointer,
			 DEPTH_MAX);
	ret = op_table[x->op](sc, x);
	sc->run->depth--;
	if (fixed != NULL && fixed->of == x && sc->run->rc == RC_OK) {
		fixed->value = ret;
		fixed->has_value = true;
	}
	return ret;
}
