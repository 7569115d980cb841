/* statement_data.c - a statement for programs and spreadsheets, and the evidence of one line. */
#include "statement.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "date.h"
#include "json.h"
#include "ledger.h"
#include "printed.h"
#include "table.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

void
statement_json(const struct statement_view *v, struct buf *ret)
{
	struct json all = json_object(), list = json_array(v->arena, v->count);
	char contract[HASH_HEX], digest[HASH_HEX];

	hash_format(v->contract->digest, contract);
	hash_format(v->digest, digest);
	for (size_t i = 0; i < v->count; i++) {
		struct json row = json_object();

		if (!statement_shows(v, &v->rows[i]))
			continue;
		if (v->rows[i].basis != NULL)
			json_set(v->arena, &row, "basis", *v->rows[i].basis);
		json_set(v->arena, &row, "line", *v->rows[i].line);
		json_add(v->arena, &list, row);
	}
	json_set(v->arena, &all, "contract", json_string(contract));
	if (!v->dry_run)
		json_set(v->arena, &all, "digest", json_string(digest));
	json_set(v->arena, &all, "dry_run", json_boolean(v->dry_run));
	json_set(v->arena, &all, "issued", *v->issued);
	json_set(v->arena, &all, "lines", list);
	json_set(v->arena, &all, "origin", json_string(v->origin));
	json_set(v->arena, &all, "simulated", json_boolean(v->simulated));
	json_write(&all, ret);
	buf_byte(ret, '\n');
}

struct table *
statement_table(struct arena *arena)
{
	static const struct table_column columns[] = {
		{ "statement", NULL, true }, { "line", NULL, true }, { "payer", NULL, false },
		{ "payee", NULL, false }, { "payment", NULL, false }, { "outcome", NULL, false },
		{ "participant", NULL, false }, { "site", NULL, false }, { "occurrence", NULL, false },
		{ "achieved", NULL, false }, { "amount", NULL, true }, { "unit", NULL, false },
		{ "tax", NULL, false }, { "year", NULL, true }, { "reason", NULL, false },
	};

	return table_new(arena, columns, N(columns));
}

void
statement_rows(const struct statement_view *v, struct table *t)
{
	static const char *const basis_members[] = { "participant", "site", "occurrence", "achieved" };

	for (size_t i = 0; i < v->count; i++) {
		const struct json *line = v->rows[i].line;

		if (!statement_shows(v, &v->rows[i]))
			continue;
		table_integer(t, json_get_integer(line, "statement", 0));
		table_integer(t, json_get_integer(line, "line", 0));
		table_text(t, json_get_string(line, "payer"));
		table_text(t, json_get_string(line, "payee"));
		table_text(t, json_get_string(line, "payment"));
		table_text(t, json_get_string(line, "outcome"));
		for (size_t m = 0; m < N(basis_members); m++)
			table_text(t, json_get_string(v->rows[i].basis, basis_members[m]));
		table_amount(t, json_get_integer(line, "amount", 0), json_get_string(line, "unit"));
		table_text(t, json_get_string(line, "unit"));
		table_text(t, json_get_string(line, "tax"));
		table_integer(t, json_get_integer(line, "year", 0));
		table_text(t, json_get_string(line, "reason"));
	}
}

void
statement_csv(const struct statement_view *v, struct buf *ret)
{
	struct table *t = statement_table(v->arena);

	statement_rows(v, t);
	table_print(t, TABLE_CSV, "", ret);
}

/* ---- evidence ---- */

/* Digests are listed ascending; people want them in ledger order. */
struct placed {
	uint64_t seq;
	const struct json *digest;
	const char *part;
};

static int
compare_placed(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static enum rc
add_event(struct ledger *l, enum language language, const struct placed *placed, struct table *t,
	  struct err *e)
{
	struct event_record r;
	struct hash h;
	char at[INSTANT_TEXT];
	enum rc rc;

	if (!hash_parse(placed->digest->string, placed->digest->count, &h))
		return rc_fail(e, RC_INTEGRITY, "settlement.basis: expected digests, found '%s'",
			       placed->digest->string);
	rc = state_find(ledger_state(l), h, &r, e);
	if (rc != RC_OK)
		return rc;
	instant_format(r.at, at);
	table_integer(t, (int64_t)r.seq);
	table_text(t, at);
	table_text(t, r.sender);
	table_text(t, event_info(r.type)->name);
	table_text(t, r.missing ? printed(language, PRINT_IS_ERASED) : placed->part);
	table_text(t, placed->digest->string);
	return RC_OK;
}

static enum rc
place(struct ledger *l, const struct json *list, const char *part, struct placed *ret,
      size_t *count, struct err *e)
{
	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		struct event_record r;
		struct hash h;
		enum rc rc;

		if (!hash_parse(list->items[i].string, list->items[i].count, &h))
			return rc_fail(e, RC_INTEGRITY, "settlement.basis: expected digests");
		rc = state_find(ledger_state(l), h, &r, e);
		if (rc != RC_OK)
			return rc;
		ret[(*count)++] = (struct placed){ r.seq, &list->items[i], part };
	}
	return RC_OK;
}

enum rc
statement_evidence(struct ledger *l, const struct statement_view *v, uint32_t line,
		   struct buf *ret, struct err *e)
{
	static const struct printed_column columns[] = {
		{ "seq", PRINT_ENTRY, true }, { "at", PRINT_RECORDED, false },
		{ "sender", PRINT_BY, false }, { "type", PRINT_TYPE, false },
		{ "part", PRINT_PART, false }, { "digest", PRINT_DIGEST, false },
	};
	const struct json *basis, *events, *changed;
	struct table *t = printed_table(v->arena, v->language, columns, N(columns));
	struct placed *all;
	size_t count = 0;
	enum rc rc;

	if (line < 1 || line > v->count)
		return rc_fail(e, RC_NOT_FOUND, "no line %u: the statement has %zu", line, v->count);
	basis = v->rows[line - 1].basis;
	events = json_get(basis, "events");
	changed = json_get(basis, "changed");
	all = arena_array(v->arena, (events == NULL ? 0 : events->count) +
			  (size_t)(changed == NULL ? 0 : changed->count) + 1, sizeof(all[0]));
	rc = place(l, events, printed(v->language, PRINT_RESTS_ON), all, &count, e);
	if (rc == RC_OK)
		rc = place(l, changed, printed(v->language, PRINT_IS_CHANGED), all, &count, e);
	qsort(all, count, sizeof(all[0]), compare_placed);
	for (size_t i = 0; rc == RC_OK && i < count; i++)
		rc = add_event(l, v->language, &all[i], t, e);
	if (rc == RC_OK)
		table_print(t, TABLE_TEXT, printed(v->language, PRINT_NO_EVENTS), ret);
	return rc;
}
