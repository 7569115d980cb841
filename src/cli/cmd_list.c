/* cmd_list.c - contracts, their statements and disputes, one a row, as people read them. */
#include "commands.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "cli.h"
#include "json.h"
#include "money.h"
#include "terms.h"

static const struct terms *
terms_now(const struct contract *c)
{
	return (c->current == NULL ? &c->versions[0] : c->current)->terms;
}

/* ---- contracts ---- */

static const char *
number_text(struct call *call, uint64_t n)
{
	return arena_printf(call->arena, "%llu", (unsigned long long)n);
}

static size_t
signed_count(const struct contract_version *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->signer_count; i++)
		n += v->signed_by[i];
	return n;
}

static const char *
contract_status(struct call *call, enum language l, const struct contract *c)
{
	const struct contract_version *last = &c->versions[c->version_count - 1];
	const char *has = number_text(call, signed_count(last));
	const char *asked = number_text(call, last->signer_count);

	if (c->terminated)
		return printed_fill(call->arena, l, PRINT_S_ENDED, cli_date(call, c->ended), NULL);
	if (c->current == NULL)
		return printed_fill(call->arena, l, PRINT_S_SIGNED, has, asked, NULL);
	if (last->in_force == SEQ_NEVER && hash_equal(last->replaces, c->current->digest))
		return printed_fill(call->arena, l, PRINT_S_NEXT,
				    number_text(call, (uint64_t)last->terms->version), has, asked, NULL);
	return printed(l, PRINT_S_IN_FORCE);
}

enum rc
cmd_contract_list(struct call *call, struct err *e)
{
	static const struct printed_column columns[] = {
		{ "name", PRINT_CONTRACT, false }, { "version", PRINT_VERSION, true },
		{ "status", PRINT_STATUS, false }, { "statements", PRINT_STATEMENTS, true },
		{ "digest", PRINT_DIGEST, false },
	};
	struct ledger *l = NULL;
	struct listing x;
	enum rc rc = listing_begin(call, columns, sizeof(columns) / sizeof(columns[0]), &x, e);

	if (rc == RC_OK)
		rc = cli_open(call, &l, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < state_contract_count(ledger_state(l)); i++) {
		const struct contract *c = state_contract_at(ledger_state(l), i);

		table_text(x.table, terms_now(c)->contract);
		table_integer(x.table, terms_now(c)->version);
		table_text(x.table, contract_status(call, x.language, c));
		table_integer(x.table, (int64_t)c->statement_count);
		table_text(x.table, cli_hex(call, c->digest));
	}
	listing_say(call, &x, PRINT_NO_CONTRACTS);
	ledger_close(l);
	return RC_OK;
}

/* JSON has the names that the terms use. */
static const char *
roles_text(struct call *call, enum language l, const struct terms_party *p)
{
	bool plain = cli_form(call) == TABLE_TEXT;
	const char *text = "";

	for (int i = 0; i < ROLE_MAX; i++) {
		enum terms_role role = (enum terms_role)i;

		if (p->roles & ROLE_BIT(i))
			text = arena_printf(call->arena, "%s%s%s", text, text[0] == '\0' ? "" : ", ",
					    plain ? terms_role_word(l, role) : terms_role_name(role));
	}
	return text;
}

/* NULL: need not sign. */
static const char *
signature_text(enum language l, const struct contract_version *v, const char *party)
{
	for (size_t i = 0; i < v->signer_count; i++)
		if (strcmp(v->signers[i], party) == 0)
			return printed(l, v->signed_by[i] ? PRINT_SIGNED : PRINT_NOT_YET);
	return NULL;
}

/* The parties and signatures are those of the last version: who has still to sign is asked. */
static enum rc
show(struct call *call, const struct contract *c, struct err *e)
{
	static const struct printed_column columns[] = {
		{ "party", PRINT_PARTY, false }, { "roles", PRINT_ROLES, false },
		{ "signature", PRINT_SIGNATURE, false },
	};
	const struct contract_version *last = &c->versions[c->version_count - 1];
	struct listing x;
	enum rc rc = listing_begin(call, columns, sizeof(columns) / sizeof(columns[0]), &x, e);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < last->terms->party_count; i++) {
		const struct terms_party *p = &last->terms->parties[i];

		table_text(x.table, p->name);
		table_text(x.table, roles_text(call, x.language, p));
		table_text(x.table, signature_text(x.language, last, p->name));
	}
	if (cli_form(call) == TABLE_TEXT)
		say(call, "%s\n%s\n\n", printed_fill(call->arena, x.language, PRINT_CONTRACT_IS,
			terms_now(c)->contract, number_text(call, (uint64_t)terms_now(c)->version),
			contract_status(call, x.language, c), NULL), cli_hex(call, c->digest));
	listing_say(call, &x, PRINT_NO_PARTIES);
	return RC_OK;
}

enum rc
cmd_contract_show(struct call *call, struct err *e)
{
	const struct contract *c;
	struct ledger *l = NULL;
	struct buf b = { 0 };
	enum language language;
	enum rc rc = cli_language(call, &language, e);

	if (rc == RC_OK)
		rc = cli_open(call, &l, e);
	if (rc == RC_OK)
		rc = cli_contract(call, l, call->arg_count == 0 ? NULL : call->args[0], &c, e);
	if (rc == RC_OK && call_flag(call, "plain"))
		terms_plain(terms_now(c), language, &b);
	else if (rc == RC_OK && call_flag(call, "terms"))
		say_json(call, terms_now(c)->document);
	else if (rc == RC_OK)
		rc = show(call, c, e);
	say_buf(call, &b);
	ledger_close(l);
	return rc;
}

/* ---- statements ---- */

/* The table and the contract whose rows it gets. */
static enum rc
list_open(struct call *call, const struct printed_column *columns, size_t count,
	  struct listing *x, struct ledger **l, const struct contract **c, struct err *e)
{
	enum rc rc = listing_begin(call, columns, count, x, e);

	if (rc == RC_OK)
		rc = cli_open(call, l, e);
	return rc == RC_OK ?
	       cli_contract(call, *l, call->arg_count == 0 ? NULL : call->args[0], c, e) : rc;
}

struct total {			/* of a statement, in the contract's money */
	const char *unit;
	int64_t amount;
	bool beyond;		/* every amount */
};

static enum rc
add_totals(void *arg, const struct ledger_row *row, struct err *e)
{
	const struct json *totals = row->event == NULL ? NULL : json_get(row->event->body, "totals");
	struct total *t = arg;

	(void)e;
	for (uint32_t i = 0; totals != NULL && i < totals->count; i++) {
		const struct json *item = &totals->items[i];
		const char *unit = json_get_string(item, "unit");

		if (unit != NULL && strcmp(unit, t->unit) == 0 &&
		    !money_add(t->amount, json_get_integer(item, "amount", 0), &t->amount))
			t->beyond = true;
	}
	return RC_OK;
}

enum rc
cmd_statement_list(struct call *call, struct err *e)
{
	static const struct printed_column columns[] = {
		{ "number", PRINT_STATEMENT_COLUMN, true }, { "through", PRINT_THROUGH_COLUMN, false },
		{ "lines", PRINT_LINES, true }, { "total", PRINT_TOTAL, true },
		{ "unit", PRINT_NOTHING, false }, { "approved", PRINT_APPROVALS, true },
		{ "entry", PRINT_ENTRY, true }, { "digest", PRINT_DIGEST, false },
	};
	const struct contract *c = NULL;
	struct ledger *l = NULL;
	struct listing x;
	enum rc rc = list_open(call, columns, sizeof(columns) / sizeof(columns[0]), &x, &l, &c, e);

	for (size_t i = 0; rc == RC_OK && i < c->statement_count; i++) {
		const struct statement *s = &c->statements[i];
		struct total t = { .unit = terms_now(c)->unit };

		rc = ledger_scan(l, &c->digest, s->seq, s->seq + 1, add_totals, &t, e);
		table_integer(x.table, s->number);
		table_text(x.table, cli_date(call, s->through));
		table_integer(x.table, s->lines);
		if (t.beyond)
			table_text(x.table, printed(cli_form(call) == TABLE_TEXT ? x.language
						    : LANGUAGE_EN, PRINT_BEYOND));
		else
			table_amount(x.table, t.amount, t.unit);
		table_text(x.table, t.unit);
		table_integer(x.table, (int64_t)s->approved_count);
		table_integer(x.table, (int64_t)s->seq);
		table_text(x.table, cli_hex(call, s->issued));
	}
	if (rc == RC_OK)
		listing_say(call, &x, PRINT_NO_STATEMENTS);
	ledger_close(l);
	return rc;
}

/* ---- disputes ---- */

static enum rc
add_disputed_line(void *arg, const struct ledger_row *row, struct err *e)
{
	const struct json *body = row->event == NULL ? NULL : row->event->body;
	struct table *t = arg;

	(void)e;
	table_integer(t, json_get_integer(body, "statement", 0));
	table_integer(t, json_get_integer(body, "line", 0));
	table_text(t, json_get_string(body, "payer"));
	table_text(t, json_get_string(body, "payee"));
	table_amount(t, json_get_integer(body, "amount", 0), json_get_string(body, "unit"));
	table_text(t, json_get_string(body, "unit"));
	return RC_OK;
}

enum rc
cmd_dispute_list(struct call *call, struct err *e)
{
	static const struct printed_column columns[] = {
		{ "statement", PRINT_STATEMENT_COLUMN, true }, { "line", PRINT_LINE, true },
		{ "payer", PRINT_PAYER, false }, { "payee", PRINT_PAYEE, false },
		{ "amount", PRINT_AMOUNT, true }, { "unit", PRINT_NOTHING, false },
		{ "by", PRINT_OPENED_BY, false }, { "entry", PRINT_ENTRY, true },
		{ "resolved", PRINT_RESOLVED_BY, true }, { "dispute", PRINT_DISPUTE, false },
		{ "key", PRINT_NOTHING, false },
	};
	const struct contract *c = NULL;
	struct ledger *l = NULL;
	struct listing x;
	enum rc rc = list_open(call, columns, sizeof(columns) / sizeof(columns[0]), &x, &l, &c, e);

	for (size_t i = 0; rc == RC_OK && i < c->dispute_count; i++) {
		const struct dispute *d = &c->disputes[i];

		rc = ledger_scan(l, &c->digest, d->line, d->line + 1, add_disputed_line, x.table, e);
		table_text(x.table, d->party);
		table_integer(x.table, (int64_t)d->seq);
		if (d->resolved == SEQ_NEVER)
			table_text(x.table, NULL);
		else
			table_integer(x.table, (int64_t)d->resolved);
		table_text(x.table, cli_hex(call, d->digest));
		table_text(x.table, cli_hex(call, d->key));
	}
	if (rc == RC_OK)
		listing_say(call, &x, PRINT_NO_DISPUTES);
	ledger_close(l);
	return rc;
}
