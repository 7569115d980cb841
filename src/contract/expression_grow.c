/* expression_grow.c - a running account: dated flows with interest, booked at the end of periods.
 *
 * It is asked for on many days: where it stood on some of them is kept with the contract's unit. */
#include "expression.h"

#include "arena.h"
#include "calendar.h"
#include "date.h"
#include "ratio.h"
#include "run.h"
#include "scope.h"
#include "terms.h"
#include "value.h"
#include "xval.h"

#define STAGE_DAYS 64		/* between two days whose state is kept */

struct stage {			/* before a day's flows */
	int32_t day;
	size_t next;			/* the first flow behind the day before */
	struct ratio balance, interest;
	bool has_rest;
	struct period rest;
};

struct account {
	const struct terms_x *x;
	const struct covers *flows;
	struct ratio rate;
	struct stage *stages;		/* every STAGE_DAYS from the first flow's day on */
	size_t count, capacity;
	struct account *older;
};

static int
days_of_year(int32_t day)
{
	int year, month, d;
	struct date first, next;

	date_to_civil((struct date){ day }, &year, &month, &d);
	if (!date_from_civil(year, 1, 1, &first) || !date_from_civil(year + 1, 1, 1, &next))
		return 365;
	return next.days - first.days;
}

/* Flows of one day, then its interest: balance times rate over the days of its civil year. */
static bool
account_day(const struct account *a, struct stage *now)
{
	struct ratio part;

	for (; now->next < a->flows->count && a->flows->items[now->next].first <= now->day; now->next++)
		if (!ratio_add(now->balance, a->flows->items[now->next].number, &now->balance))
			return false;
	return ratio_mul(now->balance, a->rate, &part) &&
	       ratio_div(part, ratio_integer(days_of_year(now->day)), &part) &&
	       ratio_add(now->interest, part, &now->interest);
}

static bool
account_rest(const struct account *a, struct stage *now)
{
	int64_t booked;

	if (!ratio_round(now->interest, a->x->grow.how, 1, &booked) ||
	    !ratio_add(now->balance, ratio_integer(booked), &now->balance))
		return false;
	now->interest = ratio_integer(0);
	return true;
}

static struct account *
account_new(struct scope *sc, const struct terms_x *x, struct ratio rate,
	    const struct covers *flows)
{
	struct account *a = arena_alloc(sc->unit->arena, sizeof(*a));
	struct stage first = { .day = flows->items[0].first, .balance = ratio_integer(0),
			      .interest = ratio_integer(0) };

	*a = (struct account){ .x = x, .flows = flows, .rate = rate };
	first.has_rest = period_holding(sc, x->grow.rests, first.day, &first.rest) ||
			 period_from(sc, x->grow.rests, first.day, &first.rest);
	a->stages = arena_room(sc->unit->arena, NULL, 0, &a->capacity, sizeof(*a->stages));
	a->stages[a->count++] = first;
	return a;
}

/* Kept where its rests cannot hang on the day looked at. */
static struct account *
account_of(struct scope *sc, const struct terms_x *x, struct ratio rate,
	   const struct covers *flows)
{
	const struct terms_x *from = x->grow.rests->from;
	bool keeps = from == NULL || x_shape(sc->version, from) <= SHAPE_CONSTANT;
	struct account *a = keeps ? sc->unit->accounts : NULL;

	while (a != NULL && (a->x != x || a->flows != flows || ratio_compare(a->rate, rate) != 0))
		a = a->older;
	if (a != NULL)
		return a;
	a = account_new(sc, x, rate, flows);
	if (keeps) {
		a->older = sc->unit->accounts;
		sc->unit->accounts = a;
	}
	return a;
}

/* The balance at the end of `day`; false where it does not fit. */
static bool
account_on(struct scope *sc, struct account *a, int32_t day, struct ratio *ret)
{
	size_t at = (size_t)(day - a->stages[0].day) / STAGE_DAYS;
	struct stage now = a->stages[at < a->count ? at : a->count - 1];

	for (; now.day <= day; now.day++) {
		if (now.day == a->stages[a->count - 1].day + STAGE_DAYS) {
			a->stages = arena_room(sc->unit->arena, a->stages, a->count, &a->capacity,
					      sizeof(*a->stages));
			a->stages[a->count++] = now;
		}
		if (!account_day(a, &now))
			return false;
		if (now.has_rest && now.day == now.rest.end) {
			if (!account_rest(a, &now))
				return false;
			now.has_rest = period_next(sc, a->x->grow.rests, &now.rest, &now.rest);
		}
	}
	*ret = now.balance;
	return true;
}

/* Is a flow unknown, up to and with a day? They lie by day. */
static bool
has_unknown(const struct covers *flows, int32_t day)
{
	for (size_t i = 0; flows->unknown && i < flows->count && flows->items[i].first <= day; i++)
		if (flows->items[i].unknown)
			return true;
	return false;
}

struct xval
x_grow(struct scope *sc, const struct terms_x *x)
{
	struct scope in = *sc;
	const struct covers *flows;
	struct xval asked = x_eval(sc, x->args[0]);
	struct ratio rate, ret;

	in.unit = run_contract(sc->run);
	in.enrolment = NULL;
	flows = value_covers(&in, x->grow.flows, false);
	if (has_unknown(flows, sc->day) || (asked.kind != X_NEVER && !x_ratio(asked, &rate)))
		return x_unknown();
	if (asked.kind == X_NEVER)
		return asked;
	if (flows->count == 0 || flows->items[0].first > sc->day)
		return x_integer(0);
	for (size_t i = 0; sc->run->basis != NULL && i < flows->count &&
	     flows->items[i].first <= sc->day; i++)
		basis_add_chain(sc->run, flows->items[i].uses[0].chain,
				flows->items[i].uses[0].fact);
	if (account_on(&in, account_of(&in, x, rate, flows), sc->day, &ret))
		return x_number(ret);
	run_fail(sc->run, RC_RANGE, "terms %s: the account does not fit 128 bits", x->pointer);
	return x_unknown();
}
