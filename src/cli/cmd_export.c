/* cmd_export.c - a contract's money for other programs. */
#include "commands.h"

#include <string.h>

#include "buf.h"
#include "cli.h"
#include "export.h"
#include "file.h"
#include "finding.h"
#include "limits_utfall.h"

static enum rc
open_source(struct call *call, struct export *ret, struct ledger **l, struct err *e)
{
	enum rc rc = cli_open(call, l, e);

	*ret = (struct export){ .arena = call->arena, .ledger = *l };
	if (rc == RC_OK)
		rc = cli_contract(call, *l, call->arg_count == 0 ? NULL : call->args[0], &ret->contract, e);
	return rc == RC_OK ? cli_party(call, *l, "party", &ret->party, e) : rc;
}

typedef enum rc export_fn(const struct export *x, struct table **ret, struct err *e);

static enum rc
export_table(struct call *call, export_fn *fn, const char *none, struct err *e)
{
	struct ledger *l = NULL;
	struct table *t;
	struct buf b = { 0 };
	struct export x;
	enum rc rc = open_source(call, &x, &l, e);

	if (rc == RC_OK)
		rc = fn(&x, &t, e);
	if (rc == RC_OK) {
		table_print(t, call_flag(call, "json") ? TABLE_JSON : TABLE_CSV, none, &b);
		say_buf(call, &b);
	}
	ledger_close(l);
	return rc;
}

enum rc
cmd_export_lines(struct call *call, struct err *e)
{
	return export_table(call, export_lines, "no lines", e);
}

enum rc
cmd_export_journal(struct call *call, struct err *e)
{
	return export_table(call, export_journal, "nothing was settled or paid", e);
}

static enum rc
read_accounts(struct call *call, struct bank_accounts *ret, struct err *e)
{
	struct findings f = { .arena = call->arena };
	struct buf file = { 0 };
	const char *path;
	enum rc rc = call_need(call, "accounts", &path, e);

	if (rc == RC_OK)
		rc = file_read(path, LIMIT_TERMS_BYTES, &file, e);
	if (rc == RC_OK) {
		rc = bank_accounts_read(file.data, file.size, call->arena, ret, &f, e);
		if (rc == RC_REFUSED && f.errors > 0)
			rc = cli_refused(&f, path, e);
	}
	buf_free(&file);
	return rc;
}

enum rc
cmd_export_payments(struct call *call, struct err *e)
{
	struct bank_accounts accounts;
	struct ledger *l = NULL;
	const char *on, *party;
	struct buf b = { 0 };
	struct export x;
	struct date day;
	enum rc rc = call_need(call, "party", &party, e);

	if (rc == RC_OK)
		rc = call_need(call, "on", &on, e);
	if (rc == RC_OK && !date_parse(on, strlen(on), &day))
		rc = rc_fail(e, RC_USAGE, "--on: expected a date as 2018-03-31, found '%s'", on);
	if (rc == RC_OK)
		rc = read_accounts(call, &accounts, e);
	if (rc == RC_OK)
		rc = open_source(call, &x, &l, e);
	if (rc == RC_OK)
		rc = export_payments(&x, &accounts, day, &b, e);
	if (rc == RC_OK)
		say_buf(call, &b);
	buf_free(&b);
	ledger_close(l);
	return rc;
}
