/* forecast_view.c - both futures of a contract, row by row beside what is settled. */
#include "forecast_view.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "ledger.h"
#include "money.h"
#include "parts.h"
#include "settle.h"
#include "state.h"
#include "terms.h"

struct reading {
	struct ledger *l;
	const struct contract *contract;
	struct arena *arena;
	const struct forecast_watch *watch;
	int future;			/* -1: what is issued */
	struct forecast_row *rows;
	size_t count, capacity;
	struct forecast_room *rooms;
	size_t room_count, room_capacity;
};

static enum rc
check_watch(const struct reading *x, struct err *e)
{
	if (x->watch == NULL || x->watch->go_on(x->watch->arg))
		return RC_OK;
	return rc_fail(e, RC_CONFLICT, "the forecast was given up: nobody waits for it");
}

/* ---- two engines of our own ---- */

/* The ledger's engine as it is, and a second one like it. */
static enum rc
take_engines(struct reading *x, struct settlement *ret[FORECAST_MAX], struct err *e)
{
	struct settle_of of = { x->contract->digest, state_terms, ledger_state(x->l) };
	struct parts_out out = { .put = NULL };
	struct parts_in in = { .next = NULL };
	enum rc rc = ledger_take_settlement(x->l, x->contract->digest, &ret[0], e);

	if (rc == RC_OK)
		rc = check_watch(x, e);		/* who has none kept has read the record for it */
	if (rc == RC_OK)
		rc = settle_save(ret[0], parts_put, &out, e);
	in.part = out.part;
	if (rc == RC_OK)
		rc = settle_load(parts_get, &in, &of, &ret[1], e);
	buf_free(&out.part);
	return rc;
}

/* ---- rows ---- */

static const char *
kept(struct reading *x, const char *text)
{
	return arena_string(x->arena, text, strlen(text));
}

static void
add_row(struct reading *x, struct forecast_row row)
{
	row.payer = kept(x, row.payer);
	row.payee = kept(x, row.payee);
	row.payment = kept(x, row.payment);
	row.unit = kept(x, row.unit);
	x->rows = mem_room(x->rows, x->count, &x->capacity, sizeof(*x->rows));
	x->rows[x->count++] = row;
}

static void
take_settled(void *arg, const struct settle_amount *a)
{
	add_row(arg, (struct forecast_row){ .payer = a->posting.payer, .payee = a->posting.payee,
		.payment = a->payment, .unit = a->posting.unit, .settled = a->amount });
}

static enum rc
take_line(void *arg, const struct forecast_line *line, struct err *e)
{
	struct reading *x = arg;
	struct forecast_row row = { .payer = line->payer, .payee = line->payee,
		.payment = line->payment, .unit = line->unit, .statement = line->statement,
		.through = line->through };

	row.amount[x->future] = line->amount;
	add_row(x, row);
	return check_watch(x, e);
}

static int
row_order(const void *a, const void *b)
{
	const struct forecast_row *x = a, *y = b;
	int order = strcmp(x->payer, y->payer);

	if (order == 0)
		order = strcmp(x->payee, y->payee);
	if (order == 0)
		order = strcmp(x->payment, y->payment);
	if (order == 0)
		order = strcmp(x->unit, y->unit);
	return order != 0 ? order : (x->statement > y->statement) - (x->statement < y->statement);
}

static void
add_up(struct forecast_row *to, const struct forecast_row *from)
{
	to->settled += from->settled;
	for (int i = 0; i < FORECAST_MAX; i++)
		to->amount[i] += from->amount[i];
}

/* Whatever is added up of them later: it is an amount that can be written. */
static bool
all_add_up(const struct reading *x)
{
	int64_t sum = 0;
	bool fits = true;

	for (size_t i = 0; i < x->count; i++) {
		const struct forecast_row *r = &x->rows[i];

		fits = fits && money_add(sum, r->settled < 0 ? -r->settled : r->settled, &sum);
		for (int k = 0; k < FORECAST_MAX; k++)
			fits = fits && money_add(sum, r->amount[k] < 0 ? -r->amount[k] : r->amount[k],
						 &sum);
	}
	return fits;
}

/* One row for each payer, payee, payment and statement. */
static enum rc
merge_rows(struct reading *x, struct forecast_view *ret, struct err *e)
{
	size_t n = 0;

	if (!all_add_up(x))
		return rc_fail(e, RC_RANGE, "the amounts of the forecast add up beyond every amount");
	ret->rows = arena_array(x->arena, x->count + 1, sizeof(*ret->rows));
	if (x->count > 0)
		qsort(x->rows, x->count, sizeof(*x->rows), row_order);
	for (size_t i = 0; i < x->count; i++) {
		if (n == 0 || row_order(&ret->rows[n - 1], &x->rows[i]) != 0)
			ret->rows[n++] = x->rows[i];
		else
			add_up(&ret->rows[n - 1], &x->rows[i]);
	}
	ret->count = n;
	return RC_OK;
}

/* ---- rooms ---- */

static bool
is_personal(const struct terms_limit *l)
{
	for (size_t i = 0; l != NULL && i < l->per_count; i++)
		if (l->per[i].what == PER_PERSON || l->per[i].what == PER_ENROLMENT)
			return true;
	return false;
}

static void
take_room(void *arg, const struct settle_room *r)
{
	struct reading *x = arg;
	const struct terms *t = x->contract->current->terms;
	const struct terms_limit *l = terms_limit(t, r->limit);
	const char *unit = l == NULL ? t->unit : l->along_count ? NULL : l->of[0]->unit;
	struct forecast_room room = { .limit = kept(x, r->limit), .bucket = kept(x, r->bucket),
				      .unit = unit == NULL ? NULL : kept(x, unit),
				      .personal = is_personal(l), .now = INT64_MIN,
				      .room = { INT64_MIN, INT64_MIN } };

	*(x->future < 0 ? &room.now : &room.room[x->future]) = r->room;
	x->rooms = mem_room(x->rooms, x->room_count, &x->room_capacity, sizeof(*x->rooms));
	x->rooms[x->room_count++] = room;
}

static int
room_order(const void *a, const void *b)
{
	const struct forecast_room *x = a, *y = b;
	int order = strcmp(x->limit, y->limit);

	return order != 0 ? order : strcmp(x->bucket, y->bucket);
}

static void
merge_rooms(struct reading *x, struct forecast_view *ret)
{
	size_t n = 0;

	ret->rooms = arena_array(x->arena, x->room_count + 1, sizeof(*ret->rooms));
	if (x->room_count > 0)
		qsort(x->rooms, x->room_count, sizeof(*x->rooms), room_order);
	for (size_t i = 0; i < x->room_count; i++) {
		struct forecast_room *to = &ret->rooms[n == 0 ? 0 : n - 1];

		if (n == 0 || room_order(to, &x->rooms[i]) != 0) {
			ret->rooms[n++] = x->rooms[i];
			continue;
		}
		if (x->rooms[i].now != INT64_MIN)
			to->now = x->rooms[i].now;
		for (int k = 0; k < FORECAST_MAX; k++)
			if (x->rooms[i].room[k] != INT64_MIN)
				to->room[k] = x->rooms[i].room[k];
	}
	ret->room_count = n;
}

/* ---- */

static enum rc
read_future(struct reading *x, struct settlement *s, enum forecast_future future,
	    struct date until, struct forecast_view *ret, struct err *e)
{
	enum rc rc = check_watch(x, e);

	x->future = -1;
	if (rc == RC_OK && future == FORECAST_KEPT) {
		settle_sums(s, take_settled, x);
		if (settle_number(s) > 0)
			rc = settle_rooms(s, take_room, x, e);
	}
	x->future = (int)future;
	if (rc == RC_OK)
		rc = forecast(s, future, until, take_line, x, &ret->of[future], e);
	if (rc == RC_OK)
		rc = settle_rooms(s, take_room, x, e);
	return rc;
}

enum rc
forecast_read(struct ledger *l, const struct contract *c, struct date until,
	      const struct forecast_watch *watch, struct arena *arena, struct forecast_view *ret,
	      struct err *e)
{
	struct reading x = { .l = l, .contract = c, .arena = arena, .watch = watch };
	struct settlement *engines[FORECAST_MAX] = { NULL, NULL };
	enum rc rc;

	if (c->current == NULL)
		return rc_fail(e, RC_REFUSED, "the contract is not signed by all: nothing can come of it "
			       "yet");
	rc = take_engines(&x, engines, e);
	for (int i = 0; i < FORECAST_MAX; i++) {
		if (rc == RC_OK)
			rc = read_future(&x, engines[i], (enum forecast_future)i, until, ret, e);
		settlement_free(engines[i]);
	}
	if (rc == RC_OK)
		rc = merge_rows(&x, ret, e);
	if (rc == RC_OK)
		merge_rooms(&x, ret);
	free(x.rows);
	free(x.rooms);
	return rc;
}
