/* statement_text.c - a statement as people read it. */
#include "statement.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "date.h"
#include "json.h"
#include "ledger.h"
#include "money.h"
#include "table.h"
#include "terms.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* ---- reasons ---- */

static const struct {
	const char *code, *words;
} reasons[] = {
	{ "reached", "reached" },
	{ "period", "for the period" },
	{ "floor", "topped up to the floor" },
	{ "changed", "changed: the facts changed" },
	{ "reversed", "taken back: nothing is due for it now" },
	{ "moved", "moved to or from another payer, payee or year" },
	{ "decided", "decided in a dispute" },
	{ "group", "0: outside the group the contract is for" },
	{ "proof", "0: not verified" },
	{ "claim", "0: not claimed as the contract asks" },
	{ "until", "0: too late" },
	{ "window", "0: not within the window" },
	{ "gap", "0: a break was too long" },
	{ "after", "0: an outcome that must come first is missing" },
	{ "unless", "0: another outcome bars it" },
	{ "times", "0: paid as often as the contract allows" },
	{ "limit", "0: the limit leaves no room" },
	{ "pending", "0: not known yet" },
	{ "price", "0: its price is 0" },
};

const char *
statement_reason(const char *code)
{
	for (size_t i = 0; i < N(reasons); i++)
		if (strcmp(reasons[i].code, code) == 0)
			return reasons[i].words;
	return code;
}

/* What changed, where the line is an adjustment. */
static const char *
why(struct arena *arena, const struct statement_row *r)
{
	const char *words = statement_reason(json_get_string(r->line, "reason"));
	const struct json *changed = json_get(r->basis, "changed");

	if (changed == NULL || changed->count == 0)
		return words;
	return arena_printf(arena, "%s (%u new %s)", words, changed->count,
			    changed->count == 1 ? "fact" : "facts");
}

/* ---- order: payer, payment, line ---- */

static int
compare_text(const struct json *a, const struct json *b, const char *key)
{
	const char *x = json_get_string(a, key), *y = json_get_string(b, key);

	return strcmp(x == NULL ? "" : x, y == NULL ? "" : y);
}

/* Who pays whom for what: lines of one heading, with one sum. */
static int
compare_blocks(const struct statement_row *a, const struct statement_row *b)
{
	static const char *const keys[] = { "payer", "payee", "payment", "unit" };
	int order = 0;

	for (size_t i = 0; order == 0 && i < N(keys); i++)
		order = compare_text(a->line, b->line, keys[i]);
	return order;
}

static int
compare_rows(const void *a, const void *b)
{
	const struct statement_row *x = *(const struct statement_row *const *)a;
	const struct statement_row *y = *(const struct statement_row *const *)b;
	int order = compare_blocks(x, y);

	if (order == 0)
		order = json_get_integer(x->line, "line", 0) < json_get_integer(y->line, "line", 0) ? -1 : 1;
	return order;
}

bool
statement_shows(const struct statement_view *v, const struct statement_row *r)
{
	return v->payer == NULL || json_is(json_get(r->line, "payer"), v->payer);
}

static const struct statement_row **
sorted_rows(const struct statement_view *v, size_t *ret_count)
{
	const struct statement_row **rows = arena_array(v->arena, v->count + 1, sizeof(rows[0]));
	size_t count = 0;

	for (size_t i = 0; i < v->count; i++)
		if (statement_shows(v, &v->rows[i]))
			rows[count++] = &v->rows[i];
	if (count != 0)
		qsort(rows, count, sizeof(rows[0]), compare_rows);
	*ret_count = count;
	return rows;
}

/* ---- parts of the page ---- */

static const char *
title_of(const struct statement_view *v)
{
	return v->terms->contract;
}

static void
heading(const struct statement_view *v, struct buf *b)
{
	char hex[HASH_HEX], at[INSTANT_TEXT];
	const char *root = json_get_string(v->issued, "root");

	buf_printf(b, "STATEMENT %" PRId64 " of %s%s\n", json_get_integer(v->issued, "number", 0),
		   title_of(v), v->dry_run ? ": dry run, not recorded" : "");
	if (v->simulated)
		buf_text(b, "Simulated clock: a demonstration or rehearsal, not a claim on anybody.\n");
	buf_text(b, "\n");
	hash_format(v->contract->digest, hex);
	buf_printf(b, "  contract   %s\n  ledger     %s\n  through    %s\n", hex, v->origin,
		   json_get_string(v->issued, "through"));
	buf_printf(b, "  cut-off    what the first %" PRId64 " entries say; tree root %.16s...\n",
		   json_get_integer(v->issued, "size", 0), root == NULL ? "" : root);
	if (!v->dry_run) {
		hash_format(v->digest, hex);
		instant_format(v->at, at);
		buf_printf(b, "  issued     %s, entry %" PRIu64 ", %s\n", at, v->seq, hex);
	}
}

static void
totals(const struct statement_view *v, struct buf *b)
{
	static const struct table_column columns[] = {
		{ "payer", "payer", false }, { "payee", "payee", false },
		{ "amount", "amount", true },
	};
	struct table *t = table_new(v->arena, columns, N(columns));
	const struct json *list = json_get(v->issued, "totals");
	int64_t sum = 0;
	const char *unit = v->terms->unit;
	bool one_unit = true;

	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const struct json *x = &list->items[i];
		int64_t amount = json_get_integer(x, "amount", 0);

		table_text(t, json_get_string(x, "payer"));
		table_text(t, json_get_string(x, "payee"));
		table_amount(t, amount, json_get_string(x, "unit"));
		one_unit = one_unit && json_is(json_get(x, "unit"), unit);
		if (!money_add(sum, amount, &sum))
			one_unit = false;
	}
	if (one_unit && list != NULL && list->count > 1) {
		table_text(t, "total");
		table_text(t, "");
		table_amount(t, sum, unit);
	}
	buf_text(b, "\nTO PAY\n\n");
	table_print(t, TABLE_TEXT, "nothing", b);
}

/* Payment by payment, over all payers: how many lines carry money, and how much. */
static void
by_payment(const struct statement_view *v, struct buf *b)
{
	static const struct table_column columns[] = {
		{ "payment", "payment", false }, { "lines", "lines", true },
		{ "zero", "of which 0", true }, { "amount", "amount", true },
	};
	struct table *t = table_new(v->arena, columns, N(columns));

	for (size_t p = 0; p < v->count; p++) {
		const char *payment = json_get_string(v->rows[p].line, "payment");
		int64_t lines = 0, zero = 0, sum = 0;
		size_t first;

		for (first = 0; !json_is(json_get(v->rows[first].line, "payment"), payment); first++)
			;
		if (first != p)
			continue;
		for (size_t i = p; i < v->count; i++) {
			int64_t amount = json_get_integer(v->rows[i].line, "amount", 0);

			if (!json_is(json_get(v->rows[i].line, "payment"), payment))
				continue;
			lines++;
			zero += amount == 0;
			if (!money_add(sum, amount, &sum))
				return;	/* beyond what may be added: the lines tell */
		}
		table_text(t, payment);
		table_integer(t, lines);
		table_integer(t, zero);
		table_amount(t, sum, json_get_string(v->rows[p].line, "unit"));
	}
	buf_text(b, "\nWHAT FOR\n\n");
	table_print(t, TABLE_TEXT, "nothing", b);
}

static const struct table_column line_columns[] = {
	{ "line", "line", true }, { "subject", "for", false }, { "outcome", "outcome", false },
	{ "achieved", "achieved", false }, { "amount", "amount", true }, { "why", "why", false },
};

static void
add_line(const struct statement_view *v, const struct statement_row *r, struct table *t)
{
	const char *subject = json_get_string(r->basis, "participant");
	const char *occurrence = json_get_string(r->basis, "occurrence");

	if (subject == NULL)
		subject = json_get_string(r->basis, "site");
	if (subject == NULL && r->basis != NULL)
		subject = "the contract";
	if (occurrence != NULL)
		subject = arena_printf(v->arena, "%s, %s", subject == NULL ? "" : subject, occurrence);
	table_integer(t, json_get_integer(r->line, "line", 0));
	table_text(t, subject == NULL ? "(erased)" : subject);
	table_text(t, json_get_string(r->line, "outcome"));
	table_text(t, json_get_string(r->basis, "achieved"));
	table_amount(t, json_get_integer(r->line, "amount", 0), json_get_string(r->line, "unit"));
	table_text(t, why(v->arena, r));
}

static void
lines(const struct statement_view *v, struct buf *b)
{
	size_t count;
	const struct statement_row **rows = sorted_rows(v, &count);

	buf_printf(b, "\nLINES%s%s\n", v->payer == NULL ? "" : " of ", v->payer == NULL ? "" : v->payer);
	for (size_t i = 0; i < count;) {
		struct table *t = table_new(v->arena, line_columns, N(line_columns));
		size_t first = i;
		int64_t sum = 0;
		bool fits = true;
		char text[64];

		for (; i < count && compare_blocks(rows[first], rows[i]) == 0; i++) {
			add_line(v, rows[i], t);
			fits = fits && money_add(sum, json_get_integer(rows[i]->line, "amount", 0), &sum);
		}
		buf_printf(b, "\n%s pays %s for %s", json_get_string(rows[first]->line, "payer"),
			   json_get_string(rows[first]->line, "payee"),
			   json_get_string(rows[first]->line, "payment"));
		if (fits) {
			money_format(sum, json_get_string(rows[first]->line, "unit"), text);
			buf_printf(b, ": %s", text);
		}
		buf_text(b, "\n\n");
		table_print(t, TABLE_TEXT, "", b);
	}
	if (count == 0)
		buf_text(b, "\nnone\n");
}

struct rooms {
	struct table *table;
	const struct terms *terms;
	size_t roomy;		/* people who have room left: counted, not listed */
};

static bool
is_personal(const struct terms *t, const char *name)
{
	const struct terms_limit *l = terms_limit(t, name);

	for (size_t i = 0; l != NULL && i < l->per_count; i++)
		if (l->per[i].what == PER_PERSON || l->per[i].what == PER_ENROLMENT)
			return true;
	return false;
}

static void
add_room(void *arg, const struct settle_room *r)
{
	struct rooms *x = arg;

	if (r->room > 0 && is_personal(x->terms, r->limit)) {
		x->roomy++;
		return;
	}
	table_text(x->table, r->limit);
	table_text(x->table, r->bucket);
	table_amount(x->table, r->taken, x->terms->unit);
	if (r->room == INT64_MAX)
		table_text(x->table, "no end");
	else
		table_amount(x->table, r->room, x->terms->unit);
}

static void
rooms(const struct statement_view *v, struct buf *b)
{
	static const struct table_column columns[] = {
		{ "limit", "limit", false }, { "bucket", "of", false },
		{ "taken", "taken", true }, { "room", "room left", true },
	};
	struct rooms x = { .table = table_new(v->arena, columns, N(columns)), .terms = v->terms };
	struct err e;

	if (v->engine == NULL || v->terms->limit_count == 0 ||
	    settle_rooms(v->engine, add_room, &x, &e) != RC_OK)
		return;
	buf_text(b, "\nLIMITS\n\n");
	table_print(x.table, TABLE_TEXT, "none is reached", b);
	if (x.roomy != 0)
		buf_printf(b, "\nAnother %zu personal limits have room left.\n", x.roomy);
}

void
statement_text(const struct statement_view *v, struct buf *ret)
{
	heading(v, ret);
	totals(v, ret);
	by_payment(v, ret);
	lines(v, ret);
	rooms(v, ret);
}
