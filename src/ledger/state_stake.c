/* state_stake.c - by how much a statement is not what its terms give.
 *
 * Lines are held against each other by key and posting, whatever their order: one that is left out
 * counts with its amount, one at another's name counts twice. Where the lines are right, the
 * totals are.
 */
#include "state_priv.h"

#include "arena.h"
#include "settle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct amount {
	struct hash id;			/* of what it is for */
	const char *unit;		/* in the arena */
	int64_t amount;			/* as the terms give it; less what is recorded */
};

struct amounts {
	struct arena *arena;
	struct amount *items;
	size_t count, capacity;
};

static void
add(struct amounts *a, const struct json *body, const char *const *names, size_t count,
    bool recorded)
{
	const char *unit = json_get_string(body, "unit");
	int64_t amount = json_get_integer(body, "amount", 0);
	struct json id = json_object();
	struct buf text = { 0 };

	for (size_t i = 0; i < count; i++) {
		const struct json *x = json_get(body, names[i]);

		if (x != NULL)
			json_set(a->arena, &id, names[i], *x);
	}
	json_write(&id, &text);
	a->items = mem_room(a->items, a->count, &a->capacity, sizeof(*a->items));
	a->items[a->count++] = (struct amount){
		.id = hash_bytes(text.data, text.size),
		.unit = arena_string(a->arena, unit == NULL ? "" : unit,
				     unit == NULL ? 0 : strlen(unit)),
		.amount = recorded ? -amount : amount,
	};
	buf_free(&text);
}

static void
add_line(struct amounts *a, const struct json *line, bool recorded)
{
	static const char *const names[] = {	/* ascending */
		"key", "payee", "payer", "tax", "unit", "version", "year"
	};

	add(a, line, names, sizeof(names) / sizeof(names[0]), recorded);
}

static void
add_totals(struct amounts *a, const struct json *issued, bool recorded)
{
	static const char *const names[] = { "payee", "payer", "unit" };
	const struct json *totals = json_get(issued, "totals");

	for (uint32_t i = 0; totals != NULL && i < totals->count; i++)
		add(a, &totals->items[i], names, sizeof(names) / sizeof(names[0]), recorded);
}

static enum rc
given_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	(void)basis;
	(void)e;
	add_line(arg, line, false);
	return RC_OK;
}

/* Lines of the contract below its settlement.issued. One whose basis is gone is as recorded. */
static enum rc
recorded_lines(struct check *c, struct amounts *a, struct err *e)
{
	const struct contract_state *k = c->contract;
	struct event_source *source = &c->st->source;
	struct arena *arena = arena_new();
	struct buf bytes = { 0 };
	enum rc rc = RC_OK;

	for (uint64_t seq = k->open.first; rc == RC_OK && seq < c->x->seq; seq++) {
		enum event_type type;
		struct hash contract;
		struct event event;
		const char *text;
		bool missing = false, gone = false;

		arena_reset(arena);
		buf_clear(&bytes);
		rc = source->fetch(source->arg, seq, NULL, &bytes, &missing, e);
		if (rc != RC_OK || missing || !event_peek_type(bytes.data, bytes.size, &type) ||
		    type != EVENT_SETTLEMENT_LINE)
			continue;
		rc = event_parse(bytes.data, bytes.size, arena, 0, NULL, &event, e);
		if (rc == RC_OK && seq + 1 < c->x->seq) {
			buf_clear(&bytes);
			rc = source->fetch(source->arg, seq + 1, NULL, &bytes, &gone, e);
		}
		text = rc == RC_OK ? json_get_string(event.body, "contract") : NULL;
		if (text != NULL && !gone && hash_parse(text, strlen(text), &contract) &&
		    hash_equal(contract, k->pub.digest))
			add_line(a, event.body, true);
	}
	buf_free(&bytes);
	arena_free(arena);
	return rc;
}

static int
compare(const void *a, const void *b)
{
	const struct amount *x = a, *y = b;

	return hash_compare(x->id, y->id);
}

static void
stake_add(struct state_difference *d, const char *unit, int64_t amount)
{
	size_t i = 0;

	while (i < d->stake_count && strcmp(d->stakes[i].unit, unit) != 0)
		i++;
	if (i == STAKES_MAX)
		return;
	if (i == d->stake_count) {
		d->stakes[d->stake_count++] = (struct stake){ .amount = 0 };
		(void)snprintf(d->stakes[i].unit, sizeof(d->stakes[i].unit), "%s", unit);
	}
	if (d->stakes[i].amount < INT64_MAX - amount)
		d->stakes[i].amount += amount;
}

/* What is left of each, either way. */
static void
sum_up(struct amounts *a, struct state_difference *d)
{
	int64_t left = 0;

	if (a->count > 0)
		qsort(a->items, a->count, sizeof(*a->items), compare);
	for (size_t i = 0; i < a->count; i++) {
		if (__builtin_add_overflow(left, a->items[i].amount, &left))
			left = INT64_MAX;	/* beyond any amount: only hostile lines do */
		if (i + 1 < a->count && hash_equal(a->items[i].id, a->items[i + 1].id))
			continue;
		if (left != 0)
			stake_add(d, a->items[i].unit, left < -INT64_MAX ? INT64_MAX :
				  left < 0 ? -left : left);
		left = 0;
	}
	a->count = 0;
}

void
statement_stake(struct check *c, struct state_difference *ret)
{
	struct amounts a = { .arena = arena_new() };
	const struct json *given = NULL;
	struct settlement *engine;
	struct settle_args args;
	struct err e;
	enum rc rc = statement_args(c, &args, &engine, &e);

	ret->stake_count = 0;
	if (rc == RC_OK)
		rc = settle(engine, &args, given_line, &a, a.arena, &given, &e);
	if (rc == RC_OK && c->contract->open.number != 0)
		rc = recorded_lines(c, &a, &e);
	if (rc == RC_OK)
		sum_up(&a, ret);
	if (rc == RC_OK && ret->stake_count == 0) {
		add_totals(&a, given, false);
		add_totals(&a, c->body, true);
		sum_up(&a, ret);
	}
	free(a.items);
	arena_free(a.arena);
}
