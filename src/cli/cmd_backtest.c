/* cmd_backtest.c - what the ledger's facts would have come to under other terms. */
#include "commands.h"

#include <string.h>

#include "arena.h"
#include "backtest.h"
#include "buf.h"
#include "cli.h"
#include "file.h"
#include "finding.h"
#include "json.h"
#include "limits_utfall.h"
#include "money.h"
#include "printed.h"
#include "terms.h"

static enum rc
read_terms(struct call *call, const char *path, struct terms **ret, struct err *e)
{
	struct findings f = { .arena = call->arena };
	const struct json *document;
	struct json_fault fault;
	struct buf text = { 0 };
	enum rc rc = file_read(path, LIMIT_FILE_BYTES, &text, e);

	if (rc == RC_OK) {
		rc = json_read(text.data, text.size, JSON_RELAXED, call->arena, &document, &fault, e);
		if (rc != RC_OK)
			rc = rc_where(e, "%s:%zu:%zu", path, fault.line, fault.column);
	}
	if (rc == RC_OK)
		rc = terms_read(document, call->arena, &f, ret, e);
	buf_free(&text);
	return rc == RC_REFUSED && f.errors > 0 ? cli_refused(&f, path, e) : rc;
}

static void
say_rows(struct call *call, const struct contract *c, const struct backtest *b, enum language l)
{
	static const struct printed_column columns[] = {
		{ "payer", PRINT_PAYER, false }, { "payee", PRINT_PAYEE, false },
		{ "payment", PRINT_PAYMENT, false }, { "outcome", PRINT_OUTCOME, false },
		{ "subject", PRINT_FOR, false }, { "occurrence", PRINT_PERIOD, false },
		{ "unit", PRINT_NOTHING, false }, { "settled", PRINT_SETTLED, true },
		{ "other", PRINT_OTHER_TERMS, true }, { "difference", PRINT_DIFFERENCE, true },
	};
	struct table *t = printed_table(call->arena, l, columns,
					sizeof(columns) / sizeof(columns[0]));

	bool titled = cli_form(call) == TABLE_TEXT;

	for (size_t i = 0; i < b->count; i++) {
		const struct backtest_row *r = &b->rows[i];

		if (r->settled == r->other)
			continue;
		table_text(t, r->payer);
		table_text(t, r->payee);
		table_text(t, titled ? contract_payment_title(c, r->payment) : r->payment);
		table_text(t, titled ? contract_outcome_title(c, r->outcome) : r->outcome);
		table_text(t, r->subject);
		table_text(t, r->occurrence);
		table_text(t, r->unit);
		table_amount(t, r->settled, r->unit);
		table_amount(t, r->other, r->unit);
		table_amount(t, r->other - r->settled, r->unit);
	}
	say_table(call, t, printed(l, PRINT_NO_DIFFERENCE));
}

/* Totals of each payer, payee and unit: the rows stand in that order. */
static void
say_totals(struct call *call, const struct backtest *b, enum language l)
{
	static const struct printed_column columns[] = {
		{ "payer", PRINT_PAYER, false }, { "payee", PRINT_PAYEE, false },
		{ "settled", PRINT_SETTLED, true }, { "other", PRINT_OTHER_TERMS, true },
		{ "difference", PRINT_DIFFERENCE, true },
	};
	struct table *t = printed_table(call->arena, l, columns,
					sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < b->count;) {
		const struct backtest_row *first = &b->rows[i];
		int64_t settled = 0, other = 0;

		while (i < b->count && strcmp(b->rows[i].payer, first->payer) == 0 &&
		       strcmp(b->rows[i].payee, first->payee) == 0 &&
		       strcmp(b->rows[i].unit, first->unit) == 0) {
			settled += b->rows[i].settled;
			other += b->rows[i++].other;
		}
		table_text(t, first->payer);
		table_text(t, first->payee);
		table_amount(t, settled, first->unit);
		table_amount(t, other, first->unit);
		table_amount(t, other - settled, first->unit);
	}
	say(call, "\n%s\n\n", printed_fill(call->arena, l, PRINT_HEAD_TOTALS_OVER,
					    arena_printf(call->arena, "%u", b->statements), NULL));
	say_table(call, t, printed(l, PRINT_NOTHING_SETTLED));
}

enum rc
cmd_backtest(struct call *call, struct err *e)
{
	const struct contract *c;
	struct ledger *l = NULL;
	struct terms *other;
	struct backtest b;
	enum language language;
	enum rc rc = cli_language(call, &language, e);

	if (rc == RC_OK)
		rc = read_terms(call, call->args[0], &other, e);
	if (rc == RC_OK)
		rc = cli_open(call, &l, e);
	if (rc == RC_OK)
		rc = cli_contract(call, l, NULL, &c, e);
	if (rc == RC_OK)
		rc = backtest(l, c, other, call->arena, &b, e);
	if (rc == RC_OK) {
		say_rows(call, c, &b, language);
		if (cli_form(call) == TABLE_TEXT)
			say_totals(call, &b, language);
	}
	ledger_close(l);
	return rc;
}
