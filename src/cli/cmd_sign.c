/* cmd_sign.c - files of events become submission files; submission files become entries. */
#include "commands.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "cli.h"
#include "event_list.h"
#include "file.h"
#include "finding.h"
#include "limits_utfall.h"
#include "text.h"

/* The file that the command names, whole. It may be a pipe: nobody can read it twice. */
static enum rc
read_file(const struct call *call, struct buf *ret, struct err *e)
{
	return file_read(call->args[0], LIMIT_FILE_BYTES, ret, e);
}

/* Checks and finishes a file of events; all that is wrong is printed. */
static enum rc
take_events(struct call *call, const struct buf *file, const char *contract,
	    struct event_list *list, struct book *book, struct outbox *ret, struct err *e)
{
	struct findings f = { .arena = call->arena };
	enum rc rc = book_open(call, book, e);

	if (rc != RC_OK)
		return rc;
	event_list_take(call, call->args[0], file, list, &f);
	event_list_finish(call, list, contract, book, ret, &f);
	return f.errors == 0 ? book_check_save(book, e) : cli_refused(&f, list->name, e);
}

/* Offline there is nothing to look a name up in. */
static enum rc
contract_digest(struct call *call, const char **ret, struct err *e)
{
	const char *text = call_option(call, "contract");
	struct hash h;

	if (text != NULL && !hash_parse(text, strlen(text), &h))
		return rc_fail(e, RC_USAGE, "sign: --contract: expected the contract's whole digest (64 "
			       "hexadecimal digits), found '%s'", text);
	*ret = text;
	return RC_OK;
}

enum rc
cmd_sign(struct call *call, struct err *e)
{
	struct event_list list;
	struct book book;
	struct outbox box = { 0 };
	struct buf file = { 0 };
	const char *origin, *contract = NULL, *out;
	int64_t now;
	enum rc rc = call_need(call, "origin", &origin, e);

	if (rc == RC_OK && !text_is_origin(origin, strlen(origin)))
		rc = rc_fail(e, RC_USAGE, "sign: --origin: '%s' is no origin of a ledger", origin);
	if (rc == RC_OK)
		rc = call_need(call, "out", &out, e);
	if (rc == RC_OK)
		rc = contract_digest(call, &contract, e);
	if (rc == RC_OK)
		rc = cli_now_offline(call, &now, e);
	if (rc == RC_OK)
		rc = read_file(call, &file, e);
	if (rc == RC_OK)
		rc = take_events(call, &file, contract, &list, &book, &box, e);
	if (rc == RC_OK)
		rc = cli_sign_file(call, origin, now, &box, e);
	buf_free(&file);
	return rc == RC_OK ? book_save(&book, e) : rc;
}

/* ---- submit ---- */

/* The first bytes tell a submission file from a file of events. */
static bool
looks_signed(const struct buf *file)
{
	return file->size > 9 && strncmp(file->data, "{\"count\":", 9) == 0;
}

static enum rc
submit_file(struct call *call, struct ledger *l, const struct buf *file, struct err *e)
{
	int64_t now;
	enum rc rc = cli_now(call, l, &now, e);

	if (rc == RC_OK && (!looks_signed(file) || file->data[file->size - 1] != '\n'))
		rc = rc_fail(e, RC_REFUSED, "%s: expected a submission file as 'utfall sign' makes it; to "
			     "sign a file of events in one go, name the signer's key with --key",
			     call->args[0]);
	return rc == RC_OK ? cli_append(call, l, file, NULL, now, e) : rc;
}

static enum rc
submit_events(struct call *call, struct ledger *l, const struct buf *file, struct err *e)
{
	struct event_list list;
	struct book book;
	struct outbox box = { 0 };
	const struct contract *c;
	const char *contract = NULL;
	enum rc rc = RC_OK;

	if (call_option(call, "contract") != NULL || state_contract_count(ledger_state(l)) == 1) {
		rc = cli_contract(call, l, NULL, &c, e);
		if (rc == RC_OK)
			contract = cli_hex(call, c->digest);
	}
	if (rc == RC_OK)
		rc = take_events(call, file, contract, &list, &book, &box, e);
	box.list = &list;
	if (rc == RC_OK)
		rc = cli_send(call, l, &box, e);
	return rc == RC_OK ? book_save(&book, e) : rc;
}

enum rc
cmd_submit(struct call *call, struct err *e)
{
	struct ledger *l = NULL;
	struct buf file = { 0 };
	enum rc rc = read_file(call, &file, e);

	if (rc == RC_OK)
		rc = cli_open_append(call, &l, e);
	if (rc == RC_OK)
		rc = call_option(call, "key") == NULL || looks_signed(&file)
			? submit_file(call, l, &file, e) : submit_events(call, l, &file, e);
	ledger_close(l);
	buf_free(&file);
	return rc;
}
