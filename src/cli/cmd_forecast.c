/* cmd_forecast.c - what would still come of a contract until a day. */
#include "commands.h"

#include <string.h>

#include "buf.h"
#include "cli.h"
#include "forecast_view.h"
#include "json.h"
#include "terms.h"

static void
say_forecast(struct call *call, const struct forecast_view *v, const struct forecast_asked *x)
{
	struct json o = json_object();
	struct buf text = { 0 };

	switch (cli_form(call)) {
	case TABLE_TEXT:
		forecast_text(v, x, &text);
		say_buf(call, &text);
		break;
	case TABLE_CSV:
		say_table(call, forecast_rows(v, x), "");
		break;
	case TABLE_JSON:
		forecast_json(v, x, &o);
		say_json(call, &o);
		break;
	}
}

enum rc
cmd_forecast(struct call *call, struct err *e)
{
	struct forecast_asked x = { .arena = call->arena };
	const struct contract *c;
	struct forecast_view v = { .rows = NULL };
	struct ledger *l = NULL;
	struct date until;
	const char *text;
	enum rc rc = call_need(call, "until", &text, e);

	if (rc == RC_OK && !date_parse(text, strlen(text), &until))
		rc = rc_fail(e, RC_USAGE, "--until: expected a date as 2018-03-31, found '%s'", text);
	if (rc == RC_OK)
		rc = cli_language(call, &x.language, e);
	if (rc == RC_OK)
		rc = cli_open(call, &l, e);
	if (rc == RC_OK)
		rc = cli_contract(call, l, call->arg_count > 0 ? call->args[0] : NULL, &c, e);
	if (rc == RC_OK)
		rc = forecast_read(l, c, until, NULL, call->arena, &v, e);
	if (rc == RC_OK) {
		x.contract = c->current->terms->contract;
		x.titles = cli_form(call) == TABLE_TEXT ? c : NULL;
		say_forecast(call, &v, &x);
	}
	ledger_close(l);
	return rc;
}
