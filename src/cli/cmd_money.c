/* cmd_money.c - what parties say of a statement: approval, disputes, payments; the end. */
#include "commands.h"

#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "cli.h"
#include "json.h"
#include "limits_utfall.h"
#include "money.h"
#include "statement.h"
#include "terms.h"

/* ---- what all of them share ---- */

struct act {			/* one event about a contract, being made */
	struct ledger *l;
	const struct contract *contract;
	struct json body;
};

static void
put(struct call *call, struct act *a, const char *name, const char *text)
{
	json_set(call->arena, &a->body, name, json_string(text));
}

static enum rc
begin(struct call *call, struct act *a, struct err *e)
{
	enum rc rc = cli_open_to_send(call, &a->l, e);

	a->body = json_object();
	if (rc == RC_OK)
		rc = cli_contract(call, a->l, NULL, &a->contract, e);
	if (rc == RC_OK)
		put(call, a, "contract", cli_hex(call, a->contract->digest));
	return rc;
}

static enum rc
finish(struct call *call, struct act *a, enum event_type type, enum rc rc, struct err *e)
{
	struct outbox box = { 0 };
	struct hash digest;

	if (rc == RC_OK) {
		outbox_add(call, &box, type, &a->body, &digest);
		rc = cli_sign_or_send(call, a->l, &box, e);
	}
	if (rc == RC_OK)
		say(call, "%s %s\n", event_info(type)->name, cli_hex(call, digest));
	ledger_close(a->l);
	return rc;
}

static enum rc
find_statement(const struct act *a, const char *text, const struct statement **ret, struct err *e)
{
	int64_t number;
	enum rc rc = cli_number(text, "a statement's number", 1, 1000000, &number, e);

	if (rc != RC_OK)
		return rc;
	if ((uint64_t)number > a->contract->statement_count)
		return rc_fail(e, RC_NOT_FOUND, "the contract has no statement %" PRId64 ", the latest "
			       "is %zu", number, a->contract->statement_count);
	*ret = &a->contract->statements[number - 1];
	return RC_OK;
}

/* ---- approval ---- */

static enum rc
about_statement(struct call *call, enum event_type type, struct err *e)
{
	const struct statement *s;
	struct act a = { .l = NULL };
	enum rc rc = begin(call, &a, e);

	if (rc == RC_OK)
		rc = find_statement(&a, call->args[0], &s, e);
	if (rc == RC_OK)
		put(call, &a, "statement", cli_hex(call, s->issued));
	return finish(call, &a, type, rc, e);
}

enum rc
cmd_statement_approve(struct call *call, struct err *e)
{
	return about_statement(call, EVENT_SETTLEMENT_APPROVED, e);
}

enum rc
cmd_statement_acknowledge(struct call *call, struct err *e)
{
	return about_statement(call, EVENT_SETTLEMENT_ACKNOWLEDGED, e);
}

/* ---- disputes ---- */

struct line_search {
	int64_t line;
	struct hash digest;
	bool found;
};

static enum rc
match_line(void *arg, const struct ledger_row *row, struct err *e)
{
	struct line_search *s = arg;

	(void)e;
	if (row->event != NULL && row->event->type == EVENT_SETTLEMENT_LINE &&
	    json_get_integer(row->event->body, "line", 0) == s->line) {
		s->digest = row->digest;
		s->found = true;
	}
	return RC_OK;
}

static enum rc
find_line(struct act *a, const struct statement *s, const char *text, struct hash *ret,
	  struct err *e)
{
	struct line_search search = { .line = 0 };
	enum rc rc = cli_number(text, "a line's number", 1, LIMIT_STATEMENT_EVENTS, &search.line, e);

	if (rc == RC_OK)
		rc = ledger_scan(a->l, &a->contract->digest, s->first, s->seq, match_line, &search, e);
	if (rc == RC_OK && !search.found)
		rc = rc_fail(e, RC_NOT_FOUND, "statement %u has no line %s, it has %u lines", s->number,
			     text, s->lines);
	if (rc == RC_OK)
		*ret = search.digest;
	return rc;
}

enum rc
cmd_dispute_open(struct call *call, struct err *e)
{
	const struct statement *s;
	const char *reason;
	struct act a = { .l = NULL };
	struct hash line;
	enum rc rc = call_need(call, "reason", &reason, e);

	if (rc == RC_OK)
		rc = begin(call, &a, e);
	if (rc == RC_OK)
		rc = find_statement(&a, call->args[0], &s, e);
	if (rc == RC_OK)
		rc = find_line(&a, s, call->args[1], &line, e);
	if (rc == RC_OK) {
		put(call, &a, "line", cli_hex(call, line));
		put(call, &a, "reason", reason);
	}
	return finish(call, &a, EVENT_DISPUTE_OPENED, rc, e);
}

/* "1234.50" in the unit's whole parts, to minor units. */
static enum rc
read_amount(const char *text, const char *unit, int64_t *ret, struct err *e)
{
	struct ratio amount;
	int64_t scale = 1;

	for (int i = 0; i < unit_digits(unit); i++)
		scale *= 10;
	if (!ratio_parse(text, strlen(text), &amount) ||
	    !ratio_mul(amount, ratio_integer(scale), &amount) || !ratio_is_integer(amount) ||
	    !ratio_round(amount, ROUNDING_DOWN, 1, ret))
		return rc_fail(e, RC_USAGE, "expected an amount of %s as 1234.50, found '%s'", unit, text);
	return RC_OK;
}

/* The unit that the contract's terms count in. */
static const char *
unit_of(const struct act *a)
{
	return a->contract->current == NULL ? "" : a->contract->current->terms->unit;
}

enum rc
cmd_dispute_resolve(struct call *call, struct err *e)
{
	struct act a = { .l = NULL };
	struct event_record dispute;
	int64_t amount;
	enum rc rc = begin(call, &a, e);

	if (rc == RC_OK)
		rc = cli_event(call, a.l, call->args[0], &dispute, e);
	if (rc == RC_OK)
		put(call, &a, "dispute", cli_hex(call, dispute.digest));
	if (rc == RC_OK && strcmp(call->args[1], "stands") == 0) {
		json_set(call->arena, &a.body, "stands", json_boolean(true));
	} else if (rc == RC_OK) {
		rc = read_amount(call->args[1], unit_of(&a), &amount, e);
		if (rc == RC_OK)
			json_set(call->arena, &a.body, "amount", json_integer(amount));
	}
	return finish(call, &a, EVENT_DISPUTE_RESOLVED, rc, e);
}

/* ---- payments ---- */

static enum rc
pay(struct call *call, enum event_type type, const char *other, struct err *e)
{
	const struct statement *s;
	const char *ref, *on, *number = call_option(call, "statement");
	struct act a = { .l = NULL };
	int64_t amount;
	enum rc rc = call_need(call, "ref", &ref, e);

	if (rc == RC_OK)
		rc = call_need(call, "on", &on, e);
	if (rc == RC_OK)
		rc = begin(call, &a, e);
	if (rc == RC_OK)
		rc = read_amount(call->args[1], unit_of(&a), &amount, e);
	if (rc == RC_OK && amount <= 0)
		rc = rc_fail(e, RC_USAGE, "expected an amount of %s above 0, found '%s': what goes back is "
			     "a payment by the party that was paid", unit_of(&a), call->args[1]);
	if (rc == RC_OK && number != NULL) {
		rc = find_statement(&a, number, &s, e);
		if (rc == RC_OK)
			put(call, &a, "statement", cli_hex(call, s->issued));
	}
	if (rc == RC_OK) {
		json_set(call->arena, &a.body, "amount", json_integer(amount));
		put(call, &a, "on", on);
		put(call, &a, "ref", ref);
		put(call, &a, "unit", unit_of(&a));
		put(call, &a, other, call->args[0]);
	}
	return finish(call, &a, type, rc, e);
}

enum rc
cmd_pay_made(struct call *call, struct err *e)
{
	return pay(call, EVENT_PAYMENT_MADE, "payee", e);
}

enum rc
cmd_pay_received(struct call *call, struct err *e)
{
	return pay(call, EVENT_PAYMENT_RECEIVED, "payer", e);
}

/* ---- the end ---- */

enum rc
cmd_close(struct call *call, struct err *e)
{
	struct json body = json_object();
	struct outbox box = { 0 };
	struct ledger *l = NULL;
	struct hash digest;
	enum rc rc = cli_open_append(call, &l, e);

	if (rc == RC_OK) {
		outbox_add(call, &box, EVENT_LEDGER_CLOSED, &body, &digest);
		rc = cli_send(call, l, &box, e);
	}
	if (rc == RC_OK)
		say(call, "closed: nothing can be recorded any more\n");
	ledger_close(l);
	return rc;
}
