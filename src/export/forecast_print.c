/* forecast_print.c - a forecast as people read it, and for programs. */
#include "forecast_view.h"

#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "printed.h"
#include "state.h"
#include "table.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* What was taken for granted, a sentence each. */
static const enum printed_id assumptions[] = {
	PRINT_A_REPORTED, PRINT_A_KEPT, PRINT_A_CLAIMED, PRINT_A_LOST, PRINT_A_BOTH, PRINT_A_SETTLED,
};

static const char *
day(struct arena *arena, struct date d)
{
	char text[DATE_TEXT];

	date_format(d, text);
	return arena_string(arena, text, strlen(text));
}

static const char *
day_in(const struct forecast_asked *x, struct date d)
{
	char text[LANGUAGE_DATE];

	language_date(x->language, d, text);
	return arena_string(x->arena, text, strlen(text));
}

static const char *
number(struct arena *arena, size_t n)
{
	return arena_printf(arena, "%zu", n);
}

static bool
is_shown(const struct forecast_asked *x, const struct forecast_row *r)
{
	return x->payee == NULL || strcmp(r->payee, x->payee) == 0;
}

static const char *
title(const struct forecast_asked *x, const char *name)
{
	return x->titles == NULL ? name : contract_payment_title(x->titles, name);
}

/* ---- tables ---- */

struct table *
forecast_rows(const struct forecast_view *v, const struct forecast_asked *x)
{
	static const struct printed_column columns[] = {
		{ "payer", PRINT_PAYER, false }, { "payee", PRINT_PAYEE, false },
		{ "payment", PRINT_PAYMENT, false }, { "statement", PRINT_STATEMENT_COLUMN, true },
		{ "through", PRINT_THROUGH_COLUMN, false }, { "unit", PRINT_NOTHING, false },
		{ "settled", PRINT_SETTLED, true }, { "kept", PRINT_IF_KEPT, true },
		{ "lost", PRINT_IF_LOST, true },
	};
	struct table *t = printed_table(x->arena, x->language, columns, N(columns));

	for (size_t i = 0; i < v->count; i++) {
		const struct forecast_row *r = &v->rows[i];

		if (!is_shown(x, r))
			continue;
		table_text(t, r->payer);
		table_text(t, r->payee);
		table_text(t, title(x, r->payment));
		if (r->statement == 0) {
			table_text(t, NULL);
			table_text(t, NULL);
		} else {
			table_integer(t, r->statement);
			table_text(t, day(x->arena, r->through));
		}
		table_text(t, r->unit);
		table_amount(t, r->settled, r->unit);
		table_amount(t, r->amount[FORECAST_KEPT], r->unit);
		table_amount(t, r->amount[FORECAST_LOST], r->unit);
	}
	return t;
}

static bool
same_pair(const struct forecast_row *a, const struct forecast_row *b)
{
	return strcmp(a->payer, b->payer) == 0 && strcmp(a->payee, b->payee) == 0 &&
	       strcmp(a->unit, b->unit) == 0;
}

/* Each payer and payee, all payments together: what is settled, what would come, both. */
static struct table *
totals(const struct forecast_view *v, const struct forecast_asked *x)
{
	static const struct printed_column columns[] = {
		{ "payer", PRINT_PAYER, false }, { "payee", PRINT_PAYEE, false },
		{ "settled", PRINT_SETTLED, true }, { "kept", PRINT_COMES_KEPT, true },
		{ "lost", PRINT_LOST, true }, { "total_kept", PRINT_ALL_KEPT, true },
		{ "total_lost", PRINT_ALL_LOST, true },
	};
	struct table *t = printed_table(x->arena, x->language, columns, N(columns));

	for (size_t i = 0; i < v->count;) {
		const struct forecast_row *first = &v->rows[i];
		int64_t settled = 0, kept = 0, lost = 0;

		for (; i < v->count && same_pair(first, &v->rows[i]); i++) {
			settled += v->rows[i].settled;
			kept += v->rows[i].amount[FORECAST_KEPT];
			lost += v->rows[i].amount[FORECAST_LOST];
		}
		if (!is_shown(x, first))
			continue;
		table_text(t, first->payer);
		table_text(t, first->payee);
		table_amount(t, settled, first->unit);
		table_amount(t, kept, first->unit);
		table_amount(t, lost, first->unit);
		table_amount(t, settled + kept, first->unit);
		table_amount(t, settled + lost, first->unit);
	}
	return t;
}

static void
add_room(const struct forecast_asked *x, struct table *t, int64_t room, const char *unit)
{
	if (room == INT64_MIN || room == INT64_MAX)
		table_text(t, room == INT64_MAX ? printed(x->language, PRINT_NO_END) : NULL);
	else if (unit == NULL)
		table_integer(t, room);
	else
		table_amount(t, room, unit);
}

/* Without personal limits that still have room if jobs are kept. */
static struct table *
rooms(const struct forecast_view *v, const struct forecast_asked *x)
{
	static const struct printed_column columns[] = {
		{ "limit", PRINT_LIMIT, false }, { "bucket", PRINT_OF, false },
		{ "unit", PRINT_NOTHING, false }, { "now", PRINT_ROOM_NOW, true },
		{ "kept", PRINT_IF_KEPT, true }, { "lost", PRINT_LOST, true },
	};
	struct table *t = printed_table(x->arena, x->language, columns, N(columns));

	for (size_t i = 0; i < v->room_count; i++) {
		const struct forecast_room *r = &v->rooms[i];

		if (r->personal && r->room[FORECAST_KEPT] != 0)
			continue;
		table_text(t, title(x, r->limit));
		table_text(t, r->bucket);
		table_text(t, r->unit);
		add_room(x, t, r->now, r->unit);
		add_room(x, t, r->room[FORECAST_KEPT], r->unit);
		add_room(x, t, r->room[FORECAST_LOST], r->unit);
	}
	return t;
}

/* ---- for people ---- */

static void
head(const struct forecast_asked *x, enum printed_id id, struct buf *b)
{
	buf_printf(b, "\n%s\n\n", printed(x->language, id));
}

void
forecast_text(const struct forecast_view *v, const struct forecast_asked *x, struct buf *ret)
{
	const struct forecast_result *kept = &v->of[FORECAST_KEPT];
	const char *none = printed(x->language, PRINT_NOTHING_COMES);
	struct table *room = rooms(v, x);

	buf_printf(ret, "%s\n", printed_fill(x->arena, x->language, PRINT_FORECAST, x->contract,
					     day_in(x, kept->through),
					     number(x->arena, kept->statements), NULL));
	buf_printf(ret, "%s\n", printed_fill(x->arena, x->language, PRINT_KNOWN,
					     day_in(x, kept->known), number(x->arena, kept->jobs),
					     number(x->arena, kept->earners), NULL));
	head(x, PRINT_HEAD_TOTALS, ret);
	table_print(totals(v, x), TABLE_TEXT, none, ret);
	head(x, PRINT_HEAD_ROWS, ret);
	table_print(forecast_rows(v, x), TABLE_TEXT, none, ret);
	head(x, PRINT_HEAD_ROOM, ret);
	table_print(room, TABLE_TEXT, printed(x->language, PRINT_NO_LIMIT_REACHED), ret);
	if (table_rows(room) < v->room_count)
		buf_printf(ret, "\n%s\n", printed_fill(x->arena, x->language, PRINT_ROOMY_THEN,
						       number(x->arena, v->room_count -
							      table_rows(room)), NULL));
	head(x, PRINT_HEAD_GRANTED, ret);
	for (size_t i = 0; i < N(assumptions); i++)
		buf_printf(ret, "  %s\n", printed(x->language, assumptions[i]));
	if (kept->pending > 0)
		buf_printf(ret, "  %s\n", printed_fill(x->arena, x->language, PRINT_UNKNOWN_AMOUNTS,
						       number(x->arena, kept->pending), NULL));
}

/* ---- for programs ---- */

/* A table as JSON inside an object. */
static struct json
table_json(struct arena *arena, const struct table *t)
{
	const struct json *list = NULL;
	struct buf text = { 0 };
	struct err ignored;

	table_print(t, TABLE_JSON, "", &text);
	if (json_read(text.data, text.size, JSON_RELAXED, arena, &list, NULL, &ignored) != RC_OK)
		list = NULL;
	buf_free(&text);
	return list == NULL ? json_array(arena, 0) : *list;
}

static void
set_room(const struct forecast_asked *x, struct json *o, const char *name, int64_t room)
{
	if (room == INT64_MAX)
		json_set(x->arena, o, "endless", json_boolean(true));
	else if (room != INT64_MIN)
		json_set(x->arena, o, name, json_integer(room));
}

/* Copied: the view may be gone when it is written. */
static struct json
word_json(const struct forecast_asked *x, const char *word)
{
	return json_string(arena_string(x->arena, word, strlen(word)));
}

static struct json
rooms_json(const struct forecast_view *v, const struct forecast_asked *x)
{
	struct json list = json_array(x->arena, v->room_count);

	for (size_t i = 0; i < v->room_count; i++) {
		const struct forecast_room *r = &v->rooms[i];
		struct json o = json_object();

		json_set(x->arena, &o, "bucket", word_json(x, r->bucket));
		json_set(x->arena, &o, "limit", word_json(x, r->limit));
		if (r->unit != NULL)
			json_set(x->arena, &o, "unit", word_json(x, r->unit));
		set_room(x, &o, "now", r->now);
		set_room(x, &o, "kept", r->room[FORECAST_KEPT]);
		set_room(x, &o, "lost", r->room[FORECAST_LOST]);
		json_add(x->arena, &list, o);
	}
	return list;
}

void
forecast_json(const struct forecast_view *v, const struct forecast_asked *x, struct json *ret)
{
	const struct forecast_result *kept = &v->of[FORECAST_KEPT];
	struct json sentences = json_array(x->arena, N(assumptions));

	for (size_t i = 0; i < N(assumptions); i++)
		json_add(x->arena, &sentences, json_string(printed(x->language, assumptions[i])));
	json_set(x->arena, ret, "assumptions", sentences);
	json_set(x->arena, ret, "known", json_string(day(x->arena, kept->known)));
	json_set(x->arena, ret, "language", json_string(language_code(x->language)));
	json_set(x->arena, ret, "rows", table_json(x->arena, forecast_rows(v, x)));
	json_set(x->arena, ret, "statements", json_integer(kept->statements));
	json_set(x->arena, ret, "through", json_string(day(x->arena, kept->through)));
	if (x->payee != NULL)
		return;		/* the rest is about everybody's people */
	json_set(x->arena, ret, "earners", json_integer(kept->earners));
	json_set(x->arena, ret, "jobs", json_integer(kept->jobs));
	json_set(x->arena, ret, "limits", rooms_json(v, x));
	json_set(x->arena, ret, "pending", json_integer(kept->pending));
}
