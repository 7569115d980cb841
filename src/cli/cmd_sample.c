/* cmd_sample.c - which lines of a statement are to be checked, and what was found. */
#include "commands.h"

#include <string.h>

#include "arena.h"
#include "cli.h"
#include "json.h"
#include "printed.h"
#include "ratio.h"
#include "sample_view.h"

static void
say_rows(struct call *call, const struct sample_view *v, enum language l)
{
	static const struct printed_column columns[] = {
		{ "line", PRINT_LINE, true }, { "payment", PRINT_PAYMENT, false },
		{ "outcome", PRINT_OUTCOME, false }, { "subject", PRINT_FOR, false },
		{ "occurrence", PRINT_PERIOD, false }, { "unit", PRINT_NOTHING, false },
		{ "amount", PRINT_AMOUNT, true }, { "proof", PRINT_PROOF, false },
		{ "found", PRINT_FOUND, false }, { "key", PRINT_NOTHING, false },
	};
	static const enum printed_id found[] = { PRINT_UNCHECKED, PRINT_ACCEPTED, PRINT_REJECTED };
	/* what a machine reads is the same in all languages */
	enum language words = cli_form(call) == TABLE_TEXT ? l : LANGUAGE_EN;
	struct table *t = printed_table(call->arena, l, columns,
					sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < v->count; i++) {
		const struct sample_row *r = &v->rows[i];
		const char *subject = r->basis == NULL ? NULL : json_get_string(r->basis, "participant");

		if (!r->drawn)
			continue;
		if (subject == NULL && r->basis != NULL)
			subject = json_get_string(r->basis, "site");
		table_integer(t, json_get_integer(r->line, "line", 0));
		table_text(t, json_get_string(r->line, "payment"));
		table_text(t, json_get_string(r->line, "outcome"));
		table_text(t, subject);
		table_text(t, r->basis == NULL ? NULL : json_get_string(r->basis, "occurrence"));
		table_text(t, json_get_string(r->line, "unit"));
		table_amount(t, r->amount, json_get_string(r->line, "unit"));
		table_text(t, r->proof);
		table_text(t, printed(words, found[r->found]));
		table_text(t, cli_hex(call, r->key));
	}
	say_table(call, t, printed(l, PRINT_NOTHING_DRAWN));
}

static const char *
number_of(struct call *call, size_t n)
{
	return arena_printf(call->arena, "%zu", n);
}

static void
say_found(struct call *call, const struct sample_view *v, int64_t number, enum language l)
{
	size_t checked = v->accepted + v->rejected;
	char rate[RATIO_TEXT] = "";
	struct ratio share;

	say(call, "\n%s\n", printed_fill(call->arena, l, PRINT_DRAWN, number_of(call, v->drawn),
					 number_of(call, v->count), cli_hex(call, v->root), NULL));
	if (checked > 0 && ratio_div(ratio_integer((int64_t)v->rejected),
				     ratio_integer((int64_t)checked), &share)) {
		ratio_format(share, rate);
		language_number(l, rate);
	}
	say(call, "%s\n", printed_fill(call->arena, l, rate[0] == '\0' ? PRINT_CHECKED :
				       PRINT_ERROR_RATE, number_of(call, checked),
				       number_of(call, v->rejected), rate, NULL));
	if (checked < v->drawn)
		say(call, "%s\n", printed_fill(call->arena, l, PRINT_NAME_POPULATION,
					       number_of(call, (size_t)number), NULL));
}

enum rc
cmd_sample(struct call *call, struct err *e)
{
	const struct contract *c;
	struct ledger *l = NULL;
	struct sample_view v;
	enum language language;
	int64_t number;
	enum rc rc = cli_number(call->args[0], "statement", 1, 1000000, &number, e);

	if (rc == RC_OK)
		rc = cli_language(call, &language, e);
	if (rc == RC_OK)
		rc = cli_open(call, &l, e);
	if (rc == RC_OK)
		rc = cli_contract(call, l, NULL, &c, e);
	if (rc == RC_OK)
		rc = sample_read(l, c, (uint32_t)number, call->arena, &v, e);
	if (rc == RC_OK) {
		say_rows(call, &v, language);
		if (cli_form(call) == TABLE_TEXT)
			say_found(call, &v, number, language);
	}
	ledger_close(l);
	return rc;
}
