/* cmd_settle.c - statements and balances. */
#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "cli.h"
#include "explain.h"
#include "json.h"
#include "money.h"
#include "printed.h"
#include "statement.h"
#include "text.h"

static const char *
contract_arg(const struct call *call)
{
	return call->arg_count == 0 ? NULL : call->args[0];
}

MUST_CHECK static enum rc
say_statement(struct call *call, struct ledger *l, struct statement_view *v, struct err *e)
{
	struct buf b = { 0 };
	enum rc rc = cli_language(call, &v->language, e);

	if (rc == RC_OK)
		rc = cli_party(call, l, "payer", &v->payer, e);
	if (rc != RC_OK)
		return rc;
	switch (cli_form(call)) {
	case TABLE_TEXT:
		statement_text(v, &b);
		break;
	case TABLE_CSV:
		statement_csv(v, &b);
		break;
	case TABLE_JSON:
		statement_json(v, &b);
		break;
	}
	say_buf(call, &b);
	return RC_OK;
}

/* ---- settle ---- */

static enum rc
through_option(const struct call *call, struct date *ret, struct err *e)
{
	const char *text = call_option(call, "through");

	*ret = DATE_NEVER;
	if (text != NULL && !date_parse(text, strlen(text), ret))
		return rc_fail(e, RC_USAGE, "--through: expected a date as 2018-03-31, found '%s'", text);
	return RC_OK;
}

static enum rc
settle_dry(struct call *call, struct err *e)
{
	const struct contract *c;
	struct statement_view v;
	struct ledger *l = NULL;
	struct date through;
	enum rc rc = through_option(call, &through, e);

	if (rc == RC_OK)
		rc = cli_open(call, &l, e);
	if (rc == RC_OK)
		rc = cli_contract(call, l, contract_arg(call), &c, e);
	if (rc == RC_OK)
		rc = statement_dry(l, c, through, call->arena, &v, e);
	if (rc == RC_OK)
		rc = say_statement(call, l, &v, e);
	ledger_close(l);
	return rc;
}

/* The statement stands; only the next commands take longer. */
static void
note_unkept(const struct err *why)
{
	if (why->rc == RC_OK)
		return;
	fprintf(stderr, "utfall: note: the statement is recorded and nothing is lost; what was worked "
		"out for it could not be kept for the next commands, which read the record again and "
		"take longer: %s%s%s\n", why->text,
		why->rc == RC_SYSTEM ? "; see that the disk has room" : "",
		why->rc == RC_RANGE ? "" : "; the next statement keeps it again");
}

static enum rc
append_statement(struct call *call, struct ledger *l, const struct append_settle_args *wanted,
		 struct statement *ret, struct err *e)
{
	struct append_settle_args args = *wanted;
	struct err unkept = { .rc = RC_OK };
	struct signing_key *key = NULL;
	struct checkpoint_keys keys = { .count = 0 };
	struct buf receipt = { 0 };
	enum rc rc = cli_check_receipt(call, e);

	if (rc == RC_OK)
		rc = cli_key(call, "key", &key, e);
	if (rc == RC_OK)
		rc = cli_checkpoint_keys(call, &keys, e);
	args.key = key;
	args.checkpoint_keys = (const struct signing_key *const *)keys.items;
	args.checkpoint_key_count = keys.count;
	args.random = random_bytes;
	args.ret_unkept = &unkept;
	if (rc == RC_OK)
		rc = ledger_append_statement(l, &args, &receipt, ret, e);
	if (rc == RC_OK)
		note_unkept(&unkept);
	if (rc == RC_OK)
		rc = cli_write_receipt(call, &receipt, e);
	buf_free(&receipt);
	signing_key_free(key);
	checkpoint_keys_free(&keys);
	return rc;
}

/* How it is to be said, before anything is recorded: who is refused finds the ledger as it was. */
static enum rc
check_said(struct call *call, struct ledger *l, struct err *e)
{
	enum language language;
	const char *payer;
	enum rc rc = cli_language(call, &language, e);

	return rc == RC_OK ? cli_party(call, l, "payer", &payer, e) : rc;
}

static enum rc
settle_now(struct call *call, struct err *e)
{
	struct append_settle_args args = { .clock_confirmed = call_flag(call, "confirm-clock") };
	const struct contract *c;
	struct statement_view v;
	struct statement s;
	struct ledger *l = NULL;
	enum rc rc = through_option(call, &args.through, e);

	if (rc == RC_OK)
		rc = cli_open_append(call, &l, e);
	if (rc == RC_OK)
		rc = cli_contract(call, l, contract_arg(call), &c, e);
	if (rc == RC_OK)
		rc = cli_now(call, l, &args.now, e);
	if (rc == RC_OK)
		rc = check_said(call, l, e);
	if (rc == RC_OK) {
		args.contract = c->digest;
		rc = append_statement(call, l, &args, &s, e);
	}
	if (rc == RC_OK && cli_form(call) == TABLE_TEXT) {
		say(call, "issued: statement %u through %s with %u lines, entry %" PRIu64 "\n", s.number,
		    cli_date(call, s.through), s.lines, s.seq);
	} else if (rc == RC_OK) {
		rc = statement_load(l, state_contract(ledger_state(l), args.contract), s.number,
				    call->arena, &v, e);
		if (rc == RC_OK)
			rc = say_statement(call, l, &v, e);
	}
	ledger_close(l);
	return rc;
}

enum rc
cmd_settle(struct call *call, struct err *e)
{
	return call_flag(call, "dry-run") ? settle_dry(call, e) : settle_now(call, e);
}

/* ---- statement ---- */

enum rc
cli_statement(struct call *call, struct ledger **l, struct statement_view *v, struct err *e)
{
	const struct contract *c;
	int64_t number;
	enum rc rc = cli_number(call->args[0], "statement", 1, 1000000, &number, e);

	if (rc == RC_OK)
		rc = cli_open(call, l, e);
	if (rc == RC_OK)
		rc = cli_contract(call, *l, NULL, &c, e);
	return rc == RC_OK ? statement_load(*l, c, (uint32_t)number, call->arena, v, e) : rc;
}

enum rc
cmd_statement_show(struct call *call, struct err *e)
{
	struct statement_view v;
	struct ledger *l = NULL;
	enum rc rc = cli_statement(call, &l, &v, e);

	if (rc == RC_OK)
		rc = say_statement(call, l, &v, e);
	ledger_close(l);
	return rc;
}

static enum rc
explain(struct call *call, struct ledger *l, struct statement_view *v, struct err *e)
{
	struct settlement *engine;
	struct buf b = { 0 };
	int64_t line, number = json_get_integer(v->issued, "number", 0);
	enum rc rc = cli_number(call->args[1], "line", 1, 2000000, &line, e);

	if (rc == RC_OK)
		rc = cli_language(call, &v->language, e);
	if (rc == RC_OK)
		rc = ledger_settlement(l, v->contract->digest, &engine, e);
	if (rc == RC_OK)
		rc = explain_line(engine, (uint32_t)number, (uint32_t)line, v->language, NULL,
				  &b, e);
	if (rc == RC_OK) {
		buf_printf(&b, "\n%s\n\n", printed(v->language, PRINT_HEAD_DIGESTS));
		rc = statement_evidence(l, v, (uint32_t)line, &b, e);
	}
	if (rc == RC_OK)
		say_buf(call, &b);
	else
		buf_free(&b);
	return rc;
}

enum rc
cmd_statement_explain(struct call *call, struct err *e)
{
	struct statement_view v;
	struct ledger *l = NULL;
	enum rc rc = cli_statement(call, &l, &v, e);

	if (rc == RC_OK)
		rc = explain(call, l, &v, e);
	ledger_close(l);
	return rc;
}

/* ---- balance ---- */

enum { BALANCE_AMOUNTS = 5 };

struct balances {
	struct table *table;
	const char *unit;		/* of all so far; NULL: of none, or of several */
	int64_t sums[BALANCE_AMOUNTS];
	const char *payer, *payee;	/* of one that cannot be written; or NULL */
};

static void
add_balance(void *arg, const struct settle_balance *b)
{
	struct balances *x = arg;
	int64_t amounts[BALANCE_AMOUNTS] = { b->lines, b->held, b->paid, b->received };

	if (!settle_balance_fits(b)) {
		x->payer = b->payer;
		x->payee = b->payee;
		return;
	}
	amounts[BALANCE_AMOUNTS - 1] = b->lines - b->held - b->paid;
	if (table_rows(x->table) == 0)
		x->unit = b->unit;
	else if (x->unit != NULL && strcmp(x->unit, b->unit) != 0)
		x->unit = NULL;
	table_text(x->table, b->payer);
	table_text(x->table, b->payee);
	for (int i = 0; i < BALANCE_AMOUNTS; i++) {
		table_amount(x->table, amounts[i], b->unit);
		if (!money_add(x->sums[i], amounts[i], &x->sums[i]))
			x->unit = NULL;
	}
	table_text(x->table, b->unit);
}

/* For people only: a program adds up itself. */
static void
add_total(const struct balances *x, enum language l)
{
	if (x->unit == NULL || table_rows(x->table) < 2)
		return;
	table_text(x->table, printed(l, PRINT_TOTAL));
	table_text(x->table, "");
	for (int i = 0; i < BALANCE_AMOUNTS; i++)
		table_amount(x->table, x->sums[i], x->unit);
	table_text(x->table, x->unit);
}

enum rc
cmd_balance(struct call *call, struct err *e)
{
	static const struct printed_column columns[] = {
		{ "payer", PRINT_PAYER, false }, { "payee", PRINT_PAYEE, false },
		{ "settled", PRINT_SETTLED, true }, { "held", PRINT_HELD, true },
		{ "paid", PRINT_PAID, true }, { "received", PRINT_RECEIVED, true },
		{ "due", PRINT_STILL_TO_PAY, true }, { "unit", PRINT_NOTHING, false },
	};
	const struct contract *c = NULL;
	enum language language;
	struct settlement *engine;
	struct balances x = { .unit = NULL };
	struct ledger *l = NULL;
	enum rc rc = cli_language(call, &language, e);

	if (rc == RC_OK)
		rc = cli_open(call, &l, e);
	if (rc == RC_OK)
		rc = cli_contract(call, l, contract_arg(call), &c, e);
	if (rc == RC_OK)
		rc = ledger_settlement(l, c->digest, &engine, e);
	if (rc == RC_OK) {
		x.table = printed_table(call->arena, language, columns,
					sizeof(columns) / sizeof(columns[0]));
		settle_balances(engine, add_balance, &x);
		if (x.payer != NULL)
			rc = rc_fail(e, RC_RANGE, "what %s paid %s adds up to more than an amount can hold; "
				     "'utfall events --type payment.made' lists it: who recorded a wrong "
				     "payment retracts it", x.payer, x.payee);
	}
	if (rc == RC_OK) {
		if (cli_form(call) == TABLE_TEXT)
			add_total(&x, language);
		say_table(call, x.table, printed(language, PRINT_NOTHING_SETTLED));
	}
	ledger_close(l);
	return rc;
}

/* ---- outlook ---- */

enum rc
cmd_outlook(struct call *call, struct err *e)
{
	const char *person = call->arg_count > 0 ? call->args[0] : NULL;
	const char *text = call_option(call, "day");
	const struct contract *c;
	struct settlement *engine;
	struct ledger_facts facts;
	struct ledger *l = NULL;
	struct buf out = { 0 };
	struct date day = { 0 };
	enum language language;
	enum rc rc = cli_language(call, &language, e);

	if (rc == RC_OK)
		rc = cli_open(call, &l, e);
	if (rc == RC_OK)
		rc = cli_contract(call, l, NULL, &c, e);
	if (rc == RC_OK && person != NULL && !text_is_pseudonym(person, strlen(person)))
		rc = rc_fail(e, RC_USAGE, "outlook: expected a pseudonym, 26 characters of a-z and 2-7, "
			     "found '%s'", person);
	if (rc == RC_OK && text != NULL && !date_parse(text, strlen(text), &day))
		rc = rc_fail(e, RC_USAGE, "--day: expected a date as 2018-03-31, found '%s'", text);
	if (rc == RC_OK)
		rc = ledger_settlement(l, c->digest, &engine, e);
	if (rc == RC_OK) {
		state_facts(ledger_state(l), &facts);
		if (text == NULL)
			day = instant_date(facts.at, 0);
		rc = explain_outlook(engine, person, facts.size, day, language, &out, e);
	}
	if (rc == RC_OK)
		say(call, "%s", out.data);
	buf_free(&out);
	ledger_close(l);
	return rc;
}
