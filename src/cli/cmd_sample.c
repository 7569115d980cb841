/* cmd_sample.c - which lines of a statement are to be checked, and what was found. */
#include "commands.h"

#include <string.h>

#include "arena.h"
#include "cli.h"
#include "json.h"
#include "ratio.h"
#include "sample_view.h"

static void
say_rows(struct call *call, const struct sample_view *v)
{
	static const struct table_column columns[] = {
		{ "line", "line", true }, { "payment", "payment", false },
		{ "outcome", "outcome", false }, { "subject", "for", false },
		{ "occurrence", "period", false }, { "unit", NULL, false },
		{ "amount", "amount", true }, { "proof", "proof", false }, { "found", "found", false },
		{ "key", NULL, false },
	};
	static const char *const found[] = { "not checked", "accepted", "rejected" };
	struct table *t = table_new(call->arena, columns, sizeof(columns) / sizeof(columns[0]));

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
		table_text(t, found[r->found]);
		table_text(t, cli_hex(call, r->key));
	}
	say_table(call, t, "nothing is drawn");
}

static void
say_found(struct call *call, const struct sample_view *v, int64_t number)
{
	size_t checked = v->accepted + v->rejected;
	char rate[RATIO_TEXT];
	struct ratio share;

	say(call, "\n%zu of %zu drawn by the root %s\n", v->drawn, v->count, cli_hex(call, v->root));
	say(call, "checked: %zu, rejected: %zu", checked, v->rejected);
	if (checked > 0 && ratio_div(ratio_integer((int64_t)v->rejected),
				     ratio_integer((int64_t)checked), &share)) {
		ratio_format(share, rate);
		say(call, ", error rate %s", rate);
	}
	say(call, "\n");
	if (checked < v->drawn)
		say(call, "verdicts on the rest name statement %lld as their population\n",
		    (long long)number);
}

enum rc
cmd_sample(struct call *call, struct err *e)
{
	const struct contract *c;
	struct ledger *l = NULL;
	struct sample_view v;
	int64_t number;
	enum rc rc = cli_number(call->args[0], "statement", 1, 1000000, &number, e);

	if (rc == RC_OK)
		rc = cli_open(call, &l, e);
	if (rc == RC_OK)
		rc = cli_contract(call, l, NULL, &c, e);
	if (rc == RC_OK)
		rc = sample_read(l, c, (uint32_t)number, call->arena, &v, e);
	if (rc == RC_OK) {
		say_rows(call, &v);
		if (cli_form(call) == TABLE_TEXT)
			say_found(call, &v, number);
	}
	ledger_close(l);
	return rc;
}
