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
#include "printed.h"
#include "state.h"
#include "table.h"
#include "terms.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* ---- reasons ---- */

static const struct {
	const char *code;
	enum printed_id words;
} reasons[] = {
	{ "reached", PRINT_R_REACHED }, { "period", PRINT_R_PERIOD }, { "floor", PRINT_R_FLOOR },
	{ "changed", PRINT_R_CHANGED }, { "reversed", PRINT_R_REVERSED },
	{ "moved", PRINT_R_MOVED }, { "decided", PRINT_R_DECIDED }, { "group", PRINT_R_GROUP },
	{ "proof", PRINT_R_PROOF }, { "claim", PRINT_R_CLAIM }, { "until", PRINT_R_UNTIL },
	{ "window", PRINT_R_WINDOW }, { "gap", PRINT_R_GAP }, { "after", PRINT_R_AFTER },
	{ "unless", PRINT_R_UNLESS }, { "times", PRINT_R_TIMES }, { "limit", PRINT_R_LIMIT },
	{ "pending", PRINT_R_PENDING }, { "price", PRINT_R_PRICE },
};

static const char *
reason(enum language l, const char *code)
{
	for (size_t i = 0; i < N(reasons); i++)
		if (strcmp(reasons[i].code, code) == 0)
			return printed(l, reasons[i].words);
	return code;
}

static const char *
text_of(const struct statement_view *v, enum printed_id id)
{
	return printed(v->language, id);
}

static const char *
integer(struct arena *arena, int64_t n)
{
	return arena_printf(arena, "%" PRId64, n);
}

/* What changed, where the line is an adjustment. */
static const char *
why(const struct statement_view *v, const struct statement_row *r)
{
	const char *words = reason(v->language, json_get_string(r->line, "reason"));
	const struct json *changed = json_get(r->basis, "changed");

	if (changed == NULL || changed->count == 0)
		return words;
	return printed_fill(v->arena, v->language,
			    changed->count == 1 ? PRINT_NEW_FACT : PRINT_NEW_FACTS, words,
			    integer(v->arena, changed->count), NULL);
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

/* As the terms have them: what is canonical stands by name. */
static int
compare_payments(const void *a, const void *b)
{
	const struct json *x = (*(const struct statement_row *const *)a)->line;
	const struct json *y = (*(const struct statement_row *const *)b)->line;
	int order = compare_text(x, y, "payment");

	return order != 0 ? order : compare_text(x, y, "unit");
}

bool
statement_shows(const struct statement_view *v, const struct statement_row *r)
{
	return v->payer == NULL || json_is(json_get(r->line, "payer"), v->payer);
}

static const struct statement_row **
sorted_rows(const struct statement_view *v, int (*compare)(const void *, const void *),
	    size_t *ret_count)
{
	const struct statement_row **rows = arena_array(v->arena, v->count + 1, sizeof(rows[0]));
	size_t count = 0;

	for (size_t i = 0; i < v->count; i++)
		if (statement_shows(v, &v->rows[i]))
			rows[count++] = &v->rows[i];
	if (count != 0)
		qsort(rows, count, sizeof(rows[0]), compare);
	*ret_count = count;
	return rows;
}

/* ---- parts of the page ---- */

/* The labels stand in one column, the texts behind it in another. */
static void
add_fact(const struct statement_view *v, struct table *t, enum printed_id label, const char *text)
{
	table_text(t, arena_printf(v->arena, "  %s", text_of(v, label)));
	table_text(t, text);
}

static const char *
hex_of(const struct statement_view *v, struct hash h)
{
	char hex[HASH_HEX];

	hash_format(h, hex);
	return arena_string(v->arena, hex, strlen(hex));
}

static const char *
day_of(const struct statement_view *v, struct date d)
{
	char day[LANGUAGE_DATE];

	language_date(v->language, d, day);
	return arena_string(v->arena, day, strlen(day));
}

static const char *
through(const struct statement_view *v)
{
	const char *text = json_get_string(v->issued, "through");
	struct date d;

	return text == NULL || !date_parse(text, strlen(text), &d) ? text : day_of(v, d);
}

/* Where the period begins: what came to light later is of days before it, too. */
static void
add_follows(const struct statement_view *v, struct table *t)
{
	int64_t before = json_get_integer(v->issued, "number", 1) - 1;

	if (before > 0 && (size_t)before <= v->contract->statement_count)
		add_fact(v, t, PRINT_FOLLOWS,
			 printed_fill(v->arena, v->language, PRINT_FOLLOWS_IS, integer(v->arena, before),
				      day_of(v, v->contract->statements[before - 1].through), NULL));
}

static void
heading(const struct statement_view *v, struct buf *b)
{
	static const struct table_column columns[] = { { "label", "", false }, { "text", "", false } };
	struct table *t = table_new(v->arena, columns, N(columns));
	const char *root = json_get_string(v->issued, "root");
	char at[INSTANT_TEXT];

	buf_printf(b, "%s\n", printed_fill(v->arena, v->language,
					   v->dry_run ? PRINT_DRY_RUN : PRINT_STATEMENT,
					   integer(v->arena, json_get_integer(v->issued, "number", 0)),
					   v->terms->contract, NULL));
	if (v->simulated)
		buf_printf(b, "%s\n", text_of(v, PRINT_SIMULATED));
	add_fact(v, t, PRINT_CONTRACT, hex_of(v, v->contract->digest));
	add_fact(v, t, PRINT_LEDGER, v->origin);
	add_fact(v, t, PRINT_THROUGH, through(v));
	add_follows(v, t);
	add_fact(v, t, PRINT_CUT_OFF, printed_fill(v->arena, v->language, PRINT_CUT_OFF_IS,
		integer(v->arena, json_get_integer(v->issued, "size", 0)),
		arena_printf(v->arena, "%.16s...", root == NULL ? "" : root), NULL));
	if (!v->dry_run) {
		instant_format(v->at, at);
		add_fact(v, t, PRINT_ISSUED, printed_fill(v->arena, v->language, PRINT_ISSUED_AT, at,
			integer(v->arena, (int64_t)v->seq), hex_of(v, v->digest), NULL));
	}
	table_print(t, TABLE_TEXT, "", b);
}

static void
totals(const struct statement_view *v, struct buf *b)
{
	static const struct printed_column columns[] = {
		{ "payer", PRINT_PAYER, false }, { "payee", PRINT_PAYEE, false },
		{ "amount", PRINT_AMOUNT, true },
	};
	struct table *t = printed_table(v->arena, v->language, columns, N(columns));
	const struct json *list = json_get(v->issued, "totals");
	int64_t sum = 0;
	const char *unit = v->terms->unit;
	bool one_unit = true;

	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const struct json *x = &list->items[i];
		int64_t amount = json_get_integer(x, "amount", 0);

		if (v->payer != NULL && !json_is(json_get(x, "payer"), v->payer))
			continue;
		table_text(t, json_get_string(x, "payer"));
		table_text(t, json_get_string(x, "payee"));
		table_amount(t, amount, json_get_string(x, "unit"));
		one_unit = one_unit && json_is(json_get(x, "unit"), unit);
		if (!money_add(sum, amount, &sum))
			one_unit = false;
	}
	if (one_unit && table_rows(t) > 1) {
		table_text(t, text_of(v, PRINT_TOTAL));
		table_text(t, "");
		table_amount(t, sum, unit);
	}
	buf_printf(b, "\n%s\n\n", text_of(v, PRINT_HEAD_PAY));
	table_print(t, TABLE_TEXT, text_of(v, PRINT_NONE), b);
}

static bool
is_in_totals(const struct statement_view *v, const char *party)
{
	const struct json *list = json_get(v->issued, "totals");

	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const struct json *payer = json_get(&list->items[i], "payer");

		if ((v->payer == NULL || json_is(payer, v->payer)) &&
		    (json_is(payer, party) || json_is(json_get(&list->items[i], "payee"), party)))
			return true;
	}
	return false;
}

/* Who stands in the totals and has a name besides the id that the terms know it by. */
static void
names(const struct statement_view *v, struct buf *b)
{
	static const struct printed_column columns[] = {
		{ "party", PRINT_PARTY, false }, { "title", PRINT_NAME, false },
	};
	struct table *t = printed_table(v->arena, v->language, columns, N(columns));

	for (size_t i = 0; i < state_party_count(v->state); i++) {
		const struct party *p = state_party_at(v->state, i);

		if (p->title[0] == '\0' || !is_in_totals(v, p->id))
			continue;
		table_text(t, p->id);
		table_text(t, p->title);
	}
	if (table_rows(t) == 0)
		return;
	buf_text(b, "\n");
	table_print(t, TABLE_TEXT, "", b);
}

/* What one payment comes to, from `first` on; gives the row behind its last. */
static size_t
one_payment(const struct statement_view *v, const struct statement_row *const *rows, size_t first,
	    size_t count, struct table *t)
{
	const struct json *line = rows[first]->line;
	int64_t zero = 0, sum = 0;
	bool fits = true;
	size_t i = first;

	for (; i < count && compare_payments(&rows[first], &rows[i]) == 0; i++) {
		int64_t amount = json_get_integer(rows[i]->line, "amount", 0);

		zero += amount == 0;
		fits = fits && money_add(sum, amount, &sum);
	}
	table_text(t, contract_payment_title(v->contract, json_get_string(line, "payment")));
	table_integer(t, (int64_t)(i - first));
	table_integer(t, zero);
	if (fits)
		table_amount(t, sum, json_get_string(line, "unit"));
	else
		table_text(t, text_of(v, PRINT_BEYOND));
	return i;
}

/* Payment by payment, over all payers that are shown, in the order of the terms: how many lines
 * carry money, and how much. */
static void
by_payment(const struct statement_view *v, struct buf *b)
{
	static const struct printed_column columns[] = {
		{ "payment", PRINT_PAYMENT, false }, { "lines", PRINT_LINES, true },
		{ "zero", PRINT_OF_WHICH_ZERO, true }, { "amount", PRINT_AMOUNT, true },
	};
	struct table *t = printed_table(v->arena, v->language, columns, N(columns));
	size_t count;
	const struct statement_row **rows = sorted_rows(v, compare_payments, &count);

	for (size_t i = 0; i < count;)
		i = one_payment(v, rows, i, count, t);
	buf_printf(b, "\n%s\n\n", text_of(v, PRINT_HEAD_WHAT));
	table_print(t, TABLE_TEXT, text_of(v, PRINT_NONE), b);
}

static const struct printed_column line_columns[] = {
	{ "line", PRINT_LINE, true }, { "subject", PRINT_FOR, false },
	{ "outcome", PRINT_OUTCOME, false }, { "achieved", PRINT_ACHIEVED, false },
	{ "amount", PRINT_AMOUNT, true }, { "why", PRINT_WHY, false },
};

static void
add_line(const struct statement_view *v, const struct statement_row *r, struct table *t)
{
	const char *subject = json_get_string(r->basis, "participant");
	const char *occurrence = json_get_string(r->basis, "occurrence");
	const char *outcome = json_get_string(r->line, "outcome");

	if (subject == NULL)
		subject = json_get_string(r->basis, "site");
	if (subject == NULL && r->basis != NULL)
		subject = text_of(v, PRINT_THE_CONTRACT);
	if (occurrence != NULL)
		subject = arena_printf(v->arena, "%s, %s", subject == NULL ? "" : subject, occurrence);
	table_integer(t, json_get_integer(r->line, "line", 0));
	table_text(t, subject == NULL ? text_of(v, PRINT_ERASED) : subject);
	table_text(t, outcome == NULL ? NULL : contract_outcome_title(v->contract, outcome));
	table_text(t, json_get_string(r->basis, "achieved"));
	table_amount(t, json_get_integer(r->line, "amount", 0), json_get_string(r->line, "unit"));
	table_text(t, why(v, r));
}

static void
lines(const struct statement_view *v, struct buf *b)
{
	size_t count;
	const struct statement_row **rows = sorted_rows(v, compare_rows, &count);

	buf_printf(b, "\n%s\n", printed_fill(v->arena, v->language, v->payer == NULL ?
					     PRINT_HEAD_LINES : PRINT_HEAD_LINES_OF, v->payer, NULL));
	for (size_t i = 0; i < count;) {
		struct table *t = printed_table(v->arena, v->language, line_columns, N(line_columns));
		size_t first = i;
		int64_t sum = 0;
		bool fits = true;
		char text[64];

		for (; i < count && compare_blocks(rows[first], rows[i]) == 0; i++) {
			add_line(v, rows[i], t);
			fits = fits && money_add(sum, json_get_integer(rows[i]->line, "amount", 0), &sum);
		}
		buf_printf(b, "\n%s", printed_fill(v->arena, v->language, PRINT_PAYS,
						   json_get_string(rows[first]->line, "payer"),
						   json_get_string(rows[first]->line, "payee"),
						   contract_payment_title(v->contract,
						   json_get_string(rows[first]->line, "payment")),
						   NULL));
		if (fits) {
			language_money(v->language, sum, json_get_string(rows[first]->line, "unit"),
				       text);
			buf_printf(b, ": %s", text);
		}
		buf_text(b, "\n\n");
		table_print(t, TABLE_TEXT, "", b);
	}
	if (count == 0)
		buf_printf(b, "\n%s\n", text_of(v, PRINT_NONE));
}

struct rooms {
	struct table *table;
	const struct contract *contract;
	const struct terms *terms;
	enum language language;
	size_t listed;
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

/* Room is money, or a number of entitlements. */
static void
add_number(const struct rooms *x, const char *limit, int64_t n)
{
	const struct terms_limit *l = terms_limit(x->terms, limit);

	if (l != NULL && l->along_count)
		table_integer(x->table, n);
	else
		table_amount(x->table, n, l == NULL ? x->terms->unit : l->of[0]->unit);
}

static void
add_room(void *arg, const struct settle_room *r)
{
	struct rooms *x = arg;

	if (r->room > 0 && is_personal(x->terms, r->limit)) {
		x->roomy++;
		return;
	}
	x->listed++;
	table_text(x->table, contract_payment_title(x->contract, r->limit));
	table_text(x->table, r->bucket);
	add_number(x, r->limit, r->taken);
	if (r->room == INT64_MAX)
		table_text(x->table, printed(x->language, PRINT_NO_END));
	else
		add_number(x, r->limit, r->room);
}

static void
rooms(const struct statement_view *v, struct buf *b)
{
	static const struct printed_column columns[] = {
		{ "limit", PRINT_LIMIT, false }, { "bucket", PRINT_OF, false },
		{ "taken", PRINT_TAKEN, true }, { "room", PRINT_ROOM, true },
	};
	struct rooms x = { .table = printed_table(v->arena, v->language, columns, N(columns)),
			   .contract = v->contract, .terms = v->terms, .language = v->language };
	struct err e;

	if (v->engine == NULL || v->terms->limit_count == 0 ||
	    settle_rooms(v->engine, add_room, &x, &e) != RC_OK)
		return;
	buf_printf(b, "\n%s\n\n", text_of(v, PRINT_HEAD_LIMITS));
	table_print(x.table, TABLE_TEXT, text_of(v, PRINT_NO_LIMIT), b);
	if (x.listed + x.roomy != 0)
		buf_printf(b, "\n%s\n", text_of(v, PRINT_ROOMS));
	if (x.roomy != 0)
		buf_printf(b, "\n%s\n", printed_fill(v->arena, v->language, PRINT_ROOMY,
						     integer(v->arena, (int64_t)x.roomy), NULL));
}

void
statement_text(const struct statement_view *v, struct buf *ret)
{
	heading(v, ret);
	totals(v, ret);
	names(v, ret);
	by_payment(v, ret);
	lines(v, ret);
	rooms(v, ret);
}
