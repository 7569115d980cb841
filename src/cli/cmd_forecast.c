/* cmd_forecast.c - what would still come of a contract until a day. */
#include "commands.h"

#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "cli.h"
#include "forecast_view.h"
#include "json.h"
#include "terms.h"

/* ---- tables ---- */

static struct table *
rows_table(struct call *call, const struct forecast_view *v)
{
	static const struct table_column columns[] = {
		{ "payer", "payer", false }, { "payee", "payee", false },
		{ "payment", "payment", false }, { "statement", "statement", true },
		{ "through", "through", false }, { "unit", NULL, false },
		{ "settled", "settled", true }, { "kept", "if jobs are kept", true },
		{ "lost", "if jobs are lost", true },
	};
	struct table *t = table_new(call->arena, columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < v->count; i++) {
		const struct forecast_row *r = &v->rows[i];

		table_text(t, r->payer);
		table_text(t, r->payee);
		table_text(t, r->payment);
		if (r->statement == 0) {
			table_text(t, NULL);
			table_text(t, NULL);
		} else {
			table_integer(t, r->statement);
			table_text(t, cli_date(call, r->through));
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
totals_table(struct call *call, const struct forecast_view *v)
{
	static const struct table_column columns[] = {
		{ "payer", "payer", false }, { "payee", "payee", false },
		{ "settled", "settled", true }, { "kept", "to come if jobs are kept", true },
		{ "lost", "if lost", true }, { "total_kept", "all in all if kept", true },
		{ "total_lost", "if lost", true },
	};
	struct table *t = table_new(call->arena, columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < v->count;) {
		const struct forecast_row *first = &v->rows[i];
		int64_t settled = 0, kept = 0, lost = 0;

		for (; i < v->count && same_pair(first, &v->rows[i]); i++) {
			settled += v->rows[i].settled;
			kept += v->rows[i].amount[FORECAST_KEPT];
			lost += v->rows[i].amount[FORECAST_LOST];
		}
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
add_room(struct table *t, int64_t room, const char *unit)
{
	if (room == INT64_MIN || room == INT64_MAX)
		table_text(t, room == INT64_MAX ? "no end" : NULL);
	else
		table_amount(t, room, unit);
}

/* Where not `all`: without personal limits that still have room if jobs are kept. */
static struct table *
rooms_table(struct call *call, const struct forecast_view *v, bool all)
{
	static const struct table_column columns[] = {
		{ "limit", "limit", false }, { "bucket", "of", false }, { "unit", NULL, false },
		{ "now", "room left now", true }, { "kept", "if jobs are kept", true },
		{ "lost", "if lost", true },
	};
	struct table *t = table_new(call->arena, columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < v->room_count; i++) {
		const struct forecast_room *r = &v->rooms[i];

		if (!all && r->personal && r->room[FORECAST_KEPT] != 0)
			continue;
		table_text(t, r->limit);
		table_text(t, r->bucket);
		table_text(t, r->unit);
		add_room(t, r->now, r->unit);
		add_room(t, r->room[FORECAST_KEPT], r->unit);
		add_room(t, r->room[FORECAST_LOST], r->unit);
	}
	return t;
}

/* ---- printing ---- */

static void
say_text(struct call *call, const struct contract *c, const struct forecast_view *v)
{
	const struct forecast_result *kept = &v->of[FORECAST_KEPT];
	struct table *rooms;

	say(call, "FORECAST of %s through %s: %u statements to come\n", c->current->terms->contract,
	    cli_date(call, kept->through), kept->statements);
	say(call, "Known until %s: %u jobs and %u monthly earnings are still reported.\n\nTOTALS\n\n",
	    cli_date(call, kept->known), kept->jobs, kept->earners);
	say_table(call, totals_table(call, v), "nothing is settled and nothing would come");
	say(call, "\nBY PAYMENT AND STATEMENT\n\n");
	say_table(call, rows_table(call, v), "nothing is settled and nothing would come");
	say(call, "\nROOM UNDER LIMITS\n\n");
	rooms = rooms_table(call, v, false);
	say_table(call, rooms, "no limit would be reached");
	if (table_rows(rooms) < v->room_count)
		say(call, "\nAnother %zu personal limits would have room left.\n",
		    v->room_count - table_rows(rooms));
	say(call, "\nTAKEN FOR GRANTED\n\n");
	for (const char *const *s = forecast_assumptions(); *s != NULL; s++)
		say(call, "  %s\n", *s);
	if (kept->pending > 0)
		say(call, "  %u amounts are not known yet in the first case and count as 0.\n",
		    kept->pending);
}

/* A table as JSON inside an object. */
static struct json
table_json(struct call *call, const struct table *t)
{
	const struct json *list = NULL;
	struct buf text = { 0 };
	struct err ignored;

	table_print(t, TABLE_JSON, "", &text);
	if (json_read(text.data, text.size, JSON_RELAXED, call->arena, &list, NULL, &ignored) != RC_OK)
		list = NULL;
	buf_free(&text);
	return list == NULL ? json_array(call->arena, 0) : *list;
}

static void
say_whole(struct call *call, const struct forecast_view *v)
{
	struct json o = json_object(), sentences = json_array(call->arena, 8);
	const struct forecast_result *kept = &v->of[FORECAST_KEPT];

	for (const char *const *s = forecast_assumptions(); *s != NULL; s++)
		json_add(call->arena, &sentences, json_string(*s));
	json_set(call->arena, &o, "assumptions", sentences);
	json_set(call->arena, &o, "earners", json_integer(kept->earners));
	json_set(call->arena, &o, "jobs", json_integer(kept->jobs));
	json_set(call->arena, &o, "known", json_string(cli_date(call, kept->known)));
	json_set(call->arena, &o, "limits", table_json(call, rooms_table(call, v, true)));
	json_set(call->arena, &o, "pending", json_integer(kept->pending));
	json_set(call->arena, &o, "rows", table_json(call, rows_table(call, v)));
	json_set(call->arena, &o, "statements", json_integer(kept->statements));
	json_set(call->arena, &o, "through", json_string(cli_date(call, kept->through)));
	say_json(call, &o);
}

enum rc
cmd_forecast(struct call *call, struct err *e)
{
	const struct contract *c;
	struct forecast_view v = { .rows = NULL };
	struct ledger *l = NULL;
	struct date until;
	const char *text;
	enum rc rc = call_need(call, "until", &text, e);

	if (rc == RC_OK && !date_parse(text, strlen(text), &until))
		rc = rc_fail(e, RC_USAGE, "--until: expected a date as 2018-03-31, found '%s'", text);
	if (rc == RC_OK)
		rc = cli_open(call, &l, e);
	if (rc == RC_OK)
		rc = cli_contract(call, l, call->arg_count > 0 ? call->args[0] : NULL, &c, e);
	if (rc == RC_OK)
		rc = forecast_read(l, c, until, call->arena, &v, e);
	if (rc == RC_OK && cli_form(call) == TABLE_TEXT)
		say_text(call, c, &v);
	else if (rc == RC_OK && cli_form(call) == TABLE_JSON)
		say_whole(call, &v);
	else if (rc == RC_OK)
		say_table(call, rows_table(call, &v), "");
	ledger_close(l);
	return rc;
}
