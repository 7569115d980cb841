/* forecast_view.c - both futures of a contract, row by row beside what is settled. */
#include "forecast_view.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "event.h"
#include "ledger.h"
#include "money.h"
#include "settle.h"
#include "state.h"
#include "terms.h"

struct reading {
	struct ledger *l;
	const struct contract *contract;
	struct arena *arena;
	struct settlement *s;
	int future;			/* -1: what is issued */
	struct forecast_row *rows;
	size_t count, capacity;
	struct forecast_room *rooms;
	size_t room_count, room_capacity;
};

/* ---- an engine of our own, told all that is recorded ---- */

static enum rc
tell_version(struct reading *x, uint64_t seq, struct err *e)
{
	for (size_t i = 0; i < x->contract->version_count; i++) {
		const struct contract_version *v = &x->contract->versions[i];
		struct settle_version told = { v->digest, v->terms, v->from, seq, v->in_force_at };

		if (v->in_force == seq)
			return settle_version_add(x->s, &told, e);
	}
	return RC_OK;
}

static enum rc
take_event(void *arg, const struct ledger_row *row, struct err *e)
{
	struct reading *x = arg;
	struct settle_record r = { .seq = row->seq, .digest = row->digest, .sender = row->sender,
				   .at = row->at };

	if (row->event == NULL || row->event->type == EVENT_CONTRACT_PROPOSED ||
	    row->event->type == EVENT_CONTRACT_AMENDED || row->event->type == EVENT_KEY_CONFIRMED)
		return RC_OK;
	if (row->event->type == EVENT_CONTRACT_SIGNED)
		return tell_version(x, row->seq, e);
	r.type = row->event->type;
	r.body = row->event->body;
	r.salt = row->event->salt;
	return settle_record(x->s, &r, e);
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

	(void)e;
	row.amount[x->future] = line->amount;
	add_row(x, row);
	return RC_OK;
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

static bool
add_up(struct forecast_row *to, const struct forecast_row *from)
{
	bool fits = money_add(to->settled, from->settled, &to->settled);

	for (int i = 0; i < FORECAST_MAX; i++)
		fits = fits && money_add(to->amount[i], from->amount[i], &to->amount[i]);
	return fits;
}

/* One row for each payer, payee, payment and statement. */
static enum rc
merge_rows(struct reading *x, struct forecast_view *ret, struct err *e)
{
	size_t n = 0;

	ret->rows = arena_array(x->arena, x->count + 1, sizeof(*ret->rows));
	if (x->count > 0)
		qsort(x->rows, x->count, sizeof(*x->rows), row_order);
	for (size_t i = 0; i < x->count; i++) {
		if (n == 0 || row_order(&ret->rows[n - 1], &x->rows[i]) != 0)
			ret->rows[n++] = x->rows[i];
		else if (!add_up(&ret->rows[n - 1], &x->rows[i]))
			return rc_fail(e, RC_RANGE, "the amounts of %s add up beyond every amount",
				       x->rows[i].payment);
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
	struct forecast_room room = { .limit = kept(x, r->limit), .bucket = kept(x, r->bucket),
				      .unit = l == NULL ? t->unit : l->along_count ? NULL :
					      l->of[0]->unit,
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
read_future(struct reading *x, enum forecast_future future, struct date until,
	    struct forecast_view *ret, struct err *e)
{
	struct ledger_facts facts;
	enum rc rc;

	state_facts(ledger_state(x->l), &facts);
	x->s = settlement_new(x->contract->digest, x->contract->salt);
	rc = ledger_scan(x->l, &x->contract->digest, 0, facts.size, take_event, x, e);
	x->future = -1;
	if (rc == RC_OK && future == FORECAST_KEPT) {
		settle_sums(x->s, take_settled, x);
		if (settle_number(x->s, NULL) > 0)
			rc = settle_rooms(x->s, take_room, x, e);
	}
	x->future = (int)future;
	if (rc == RC_OK)
		rc = forecast(x->s, future, until, take_line, x, &ret->of[future], e);
	if (rc == RC_OK)
		rc = settle_rooms(x->s, take_room, x, e);
	settlement_free(x->s);
	return rc;
}

enum rc
forecast_read(struct ledger *l, const struct contract *c, struct date until, struct arena *arena,
	      struct forecast_view *ret, struct err *e)
{
	struct reading x = { .l = l, .contract = c, .arena = arena };
	enum rc rc = RC_OK;

	if (c->current == NULL)
		return rc_fail(e, RC_REFUSED, "the contract is not signed by all: nothing can come of it "
			       "yet");
	for (int i = 0; rc == RC_OK && i < FORECAST_MAX; i++)
		rc = read_future(&x, (enum forecast_future)i, until, ret, e);
	if (rc == RC_OK)
		rc = merge_rows(&x, ret, e);
	if (rc == RC_OK)
		merge_rooms(&x, ret);
	free(x.rows);
	free(x.rooms);
	return rc;
}
