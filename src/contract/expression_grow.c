/* expression_grow.c - a running account: dated flows with interest, booked at the end of periods.
 *
 * The rate is the one of each booking, read on its day with that period in hand. The account is
 * asked for on many days: where it stood on some of them is kept with the contract's unit. */
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
	struct ratio balance;
	struct ratio waits;		/* the year's parts of each day's balance since it was booked */
	size_t booked;
	bool has_rest;
	struct period rest;
};

struct booking {
	struct period rest;
	struct ratio rate;
};

struct account {
	const struct terms_x *x;
	const struct covers *flows;
	struct booking *bookings;	/* what was booked, in order; read to the last day asked for */
	size_t booked, room;
	struct stage *stages;		/* every STAGE_DAYS from the first flow's day on */
	size_t count, capacity;
	struct account *older;
};

struct rates {			/* of one asker */
	struct scope *sc;
	const struct terms_x *rate;
	bool is_constant;
	struct xval read;		/* the last one */
	bool has_read;
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

/* Flows of one day, then its balance over the days of its civil year. */
static bool
account_day(const struct account *a, struct stage *now)
{
	struct ratio part;

	for (; now->next < a->flows->count && a->flows->items[now->next].first <= now->day; now->next++)
		if (!ratio_add(now->balance, a->flows->items[now->next].number, &now->balance))
			return false;
	return ratio_div(now->balance, ratio_integer(days_of_year(now->day)), &part) &&
	       ratio_add(now->waits, part, &now->waits);
}

static bool
account_book(const struct account *a, struct ratio rate, struct stage *now)
{
	struct ratio interest;
	int64_t whole;

	if (!ratio_mul(now->waits, rate, &interest) ||
	    !ratio_round(interest, a->x->grow.how, 1, &whole) ||
	    !ratio_add(now->balance, ratio_integer(whole), &now->balance))
		return false;
	now->waits = ratio_integer(0);
	now->booked++;
	return true;
}

/* Of what is booked at the end of `rest`; false where it is no number. */
static bool
rate_of(struct rates *rates, const struct terms_calendar *calendar, const struct period *rest,
	struct ratio *ret)
{
	struct scope in = *rates->sc;

	if (!rates->is_constant || !rates->has_read) {
		in.day = rest->end;
		in.has_period = true;
		in.period = *rest;
		in.calendar = calendar;
		in.period_base = NO_RANGE;
		rates->read = x_eval(&in, rates->rate);
		rates->has_read = true;
	}
	return x_ratio(rates->read, ret);
}

static struct account *
account_new(struct scope *sc, const struct terms_x *x, const struct covers *flows)
{
	struct account *a = arena_alloc(sc->unit->arena, sizeof(*a));
	struct stage first = { .day = flows->items[0].first, .balance = ratio_integer(0),
			      .waits = ratio_integer(0) };

	*a = (struct account){ .x = x, .flows = flows };
	first.has_rest = period_holding(sc, x->grow.rests, first.day, &first.rest) ||
			 period_from(sc, x->grow.rests, first.day, &first.rest);
	a->stages = arena_room(sc->unit->arena, NULL, 0, &a->capacity, sizeof(*a->stages));
	a->stages[a->count++] = first;
	return a;
}

/* Was what is booked by this day booked by these rates? All are read: they are what it rests on. */
static bool
account_is_by(const struct account *a, struct rates *rates, int32_t day)
{
	const struct booking *b = a->bookings;
	struct ratio rate;

	for (size_t i = 0; i < a->booked && b[i].rest.end <= day; i++) {
		if (!rate_of(rates, a->x->grow.rests, &b[i].rest, &rate) ||
		    ratio_compare(b[i].rate, rate) != 0)
			return false;
		if (rates->is_constant)
			break;
	}
	return true;
}

/* Kept where its rests cannot hang on the day looked at. */
static struct account *
account_of(struct scope *sc, const struct terms_x *x, struct rates *rates, int32_t day,
	   const struct covers *flows)
{
	const struct terms_x *from = x->grow.rests->from;
	bool keeps = from == NULL || x_shape(sc->version, from) <= SHAPE_CONSTANT;
	struct account *a = keeps ? sc->unit->accounts : NULL;

	while (a != NULL && (a->x != x || a->flows != flows || !account_is_by(a, rates, day)))
		a = a->older;
	if (a != NULL)
		return a;
	a = account_new(sc, x, flows);
	if (keeps) {
		a->older = sc->unit->accounts;
		sc->unit->accounts = a;
	}
	return a;
}

/* What is booked on this day, by a rate that is kept or read; false where that is no number. */
static bool
booked_rate(struct scope *sc, struct account *a, const struct stage *now, struct rates *rates,
	    struct ratio *ret)
{
	if (now->booked < a->booked) {
		*ret = a->bookings[now->booked].rate;
		return true;
	}
	if (!rate_of(rates, a->x->grow.rests, &now->rest, ret))
		return false;
	a->bookings = arena_room(sc->unit->arena, a->bookings, a->booked, &a->room,
				sizeof(*a->bookings));
	a->bookings[a->booked++] = (struct booking){ .rest = now->rest, .rate = *ret };
	return true;
}

/* The balance at the end of `day`: a number, or what a rate is that is none. */
static struct xval
account_on(struct scope *sc, struct account *a, struct rates *rates, int32_t day)
{
	size_t at = (size_t)(day - a->stages[0].day) / STAGE_DAYS;
	struct stage now = a->stages[at < a->count ? at : a->count - 1];
	struct ratio rate;
	bool fits = true;

	for (; fits && now.day <= day; now.day++) {
		if (now.day == a->stages[a->count - 1].day + STAGE_DAYS) {
			a->stages = arena_room(sc->unit->arena, a->stages, a->count, &a->capacity,
					      sizeof(*a->stages));
			a->stages[a->count++] = now;
		}
		fits = account_day(a, &now);
		if (fits && now.has_rest && now.day == now.rest.end) {
			if (!booked_rate(sc, a, &now, rates, &rate))
				return rates->read.kind == X_NEVER ? rates->read : x_unknown();
			fits = account_book(a, rate, &now);
			now.has_rest = period_next(sc, a->x->grow.rests, &now.rest, &now.rest);
		}
	}
	if (fits)
		return x_number(now.balance);
	run_fail(sc->run, RC_RANGE, "terms %s: the account does not fit 128 bits", a->x->pointer);
	return x_unknown();
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
	struct rates rates = { .sc = sc, .rate = x->args[0] };

	rates.is_constant = x_shape(sc->version, x->args[0]) <= SHAPE_CONSTANT;
	in.unit = run_contract(sc->run);
	in.enrolment = NULL;
	flows = value_covers(&in, x->grow.flows, false);
	if (has_unknown(flows, sc->day))
		return x_unknown();
	if (flows->count == 0 || flows->items[0].first > sc->day)
		return x_integer(0);
	for (size_t i = 0; sc->run->basis != NULL && i < flows->count &&
	     flows->items[i].first <= sc->day; i++)
		basis_add_chain(sc->run, flows->items[i].uses[0].chain,
				flows->items[i].uses[0].fact);
	return account_on(&in, account_of(&in, x, &rates, sc->day, flows), &rates, sc->day);
}
