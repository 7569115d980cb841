/* export_journal.c - every line, and double entry of statements and payments.
 *
 * A statement is one voucher: its lines are added up by payer, payee and payment.
 */
#include "export.h"

#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "json.h"
#include "ledger.h"
#include "money.h"
#include "statement.h"
#include "table.h"

/* ---- every line ---- */

enum rc
export_lines(const struct export *x, struct table **ret, struct err *e)
{
	struct table *t = statement_table(x->arena);
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < x->contract->statement_count; i++) {
		struct arena *arena = arena_new();
		struct statement_view v;

		rc = statement_load(x->ledger, x->contract, (uint32_t)i + 1, arena, &v, e);
		if (rc == RC_OK) {
			v.payer = x->party;
			statement_rows(&v, t);
		}
		arena_free(arena);
	}
	*ret = t;
	return rc;
}

/* ---- the journal ---- */

struct sum {			/* lines of one statement that are booked alike */
	const char *payer, *payee, *payment, *unit;
	int64_t amount;
};

struct payment {		/* as it is booked */
	struct hash head;	/* of its correction chain */
	const char *party, *other, *ref, *unit;
	int64_t amount;
	bool made;		/* by the party, else received by it */
};

struct journal {
	const struct export *x;
	struct table *table;
	struct sum *sums;
	size_t count, capacity;
	struct payment *payments;
	size_t payment_count, payment_capacity;
};

struct voucher {
	const char *name, *day, *text, *unit;
	uint64_t entry;
};

static void
book(struct journal *j, const struct voucher *v, const char *account, int64_t amount)
{
	if (amount == 0)
		return;
	table_text(j->table, v->day);
	table_integer(j->table, (int64_t)v->entry);
	table_text(j->table, v->name);
	table_text(j->table, account);
	if (amount > 0) {
		table_amount(j->table, amount, v->unit);
		table_text(j->table, NULL);
	} else {
		table_text(j->table, NULL);
		table_amount(j->table, -amount, v->unit);
	}
	table_text(j->table, v->unit);
	table_text(j->table, v->text);
}

static bool
keeps_books(const struct journal *j, const char *party)
{
	return j->x->party == NULL || strcmp(j->x->party, party) == 0;
}

static const char *
account(struct journal *j, const char *party, const char *kind, const char *what)
{
	return arena_printf(j->x->arena, "%s:%s:%s", party, kind, what);
}

static void
book_sum(struct journal *j, const struct voucher *wanted, const struct sum *s)
{
	struct voucher v = *wanted;

	v.unit = s->unit;
	v.text = s->payment;
	if (keeps_books(j, s->payer)) {
		book(j, &v, account(j, s->payer, "cost", s->payment), s->amount);
		book(j, &v, account(j, s->payer, "debt", s->payee), -s->amount);
	}
	if (keeps_books(j, s->payee)) {
		book(j, &v, account(j, s->payee, "claim", s->payer), s->amount);
		book(j, &v, account(j, s->payee, "income", s->payment), -s->amount);
	}
}

static struct sum *
sum_of(struct journal *j, const struct json *line)
{
	struct arena *arena = j->x->arena;
	struct sum new = {
		.payer = json_get_string(line, "payer"), .payee = json_get_string(line, "payee"),
		.payment = json_get_string(line, "payment"), .unit = json_get_string(line, "unit"),
	};

	for (size_t i = 0; i < j->count; i++) {
		struct sum *s = &j->sums[i];

		if (strcmp(s->payer, new.payer) == 0 && strcmp(s->payee, new.payee) == 0 &&
		    strcmp(s->payment, new.payment) == 0 && strcmp(s->unit, new.unit) == 0)
			return s;
	}
	j->sums = arena_room(arena, j->sums, j->count, &j->capacity, sizeof(*j->sums));
	new.payer = arena_string(arena, new.payer, strlen(new.payer));
	new.payee = arena_string(arena, new.payee, strlen(new.payee));
	new.payment = arena_string(arena, new.payment, strlen(new.payment));
	new.unit = arena_string(arena, new.unit, strlen(new.unit));
	j->sums[j->count] = new;
	return &j->sums[j->count++];
}

static const char *
day_of(struct journal *j, struct date day)
{
	char text[DATE_TEXT];

	date_format(day, text);
	return arena_string(j->x->arena, text, strlen(text));
}

static void
book_statement(struct journal *j, const struct ledger_row *row)
{
	struct voucher v = { .day = day_of(j, instant_date(row->at, 0)), .entry = row->seq };

	v.name = arena_printf(j->x->arena, "statement %" PRId64,
			      json_get_integer(row->event->body, "number", 0));
	for (size_t i = 0; i < j->count; i++)
		book_sum(j, &v, &j->sums[i]);
	j->count = 0;
}

/* ---- payments ---- */

static void
book_payment(struct journal *j, const struct payment *p, const struct voucher *v, int64_t amount)
{
	if (!keeps_books(j, p->party))
		return;
	if (p->made)
		book(j, v, account(j, p->party, "debt", p->other), amount);
	book(j, v, arena_printf(j->x->arena, "%s:bank", p->party), p->made ? -amount : amount);
	if (!p->made)
		book(j, v, account(j, p->party, "claim", p->other), -amount);
}

static const char *
kept(struct journal *j, const struct json *body, const char *name)
{
	const char *text = json_get_string(body, name);

	return text == NULL ? "" : arena_string(j->x->arena, text, strlen(text));
}

/* As the head of its chain has it from this row on. */
static void
take_payment(struct journal *j, struct payment *p, const struct ledger_row *row,
	     const struct json *body)
{
	struct voucher v = { .name = p->made ? "payment made" : "payment received",
			     .day = kept(j, body, "on"), .entry = row->seq };

	p->head = row->digest;
	p->other = kept(j, body, p->made ? "payee" : "payer");
	p->ref = v.text = kept(j, body, "ref");
	p->unit = v.unit = kept(j, body, "unit");
	p->amount = json_get_integer(body, "amount", 0);
	book_payment(j, p, &v, p->amount);
}

static void
add_payment(struct journal *j, const struct ledger_row *row)
{
	struct payment *p;

	j->payments = arena_room(j->x->arena, j->payments, j->payment_count, &j->payment_capacity,
				 sizeof(*j->payments));
	p = &j->payments[j->payment_count++];
	*p = (struct payment){ .party = arena_string(j->x->arena, row->sender, strlen(row->sender)),
			       .made = row->event->type == EVENT_PAYMENT_MADE };
	take_payment(j, p, row, row->event->body);
}

/* What was booked is taken back on the day of the correction; then the new payment is booked. */
static void
book_correction(struct journal *j, const struct ledger_row *row)
{
	const char *named = json_get_string(row->event->body, "event");
	const struct json *body = json_get(row->event->body, "body");
	struct hash digest;

	if (named == NULL || !hash_parse(named, strlen(named), &digest))
		return;
	for (size_t i = j->payment_count; i > 0; i--) {
		struct payment *p = &j->payments[i - 1];
		struct voucher v = { .name = p->made ? "payment made, taken back" :
				     "payment received, taken back", .entry = row->seq,
				     .text = p->ref, .unit = p->unit };

		if (!hash_equal(p->head, digest))
			continue;
		v.day = day_of(j, instant_date(row->at, 0));
		book_payment(j, p, &v, -p->amount);
		p->amount = 0;
		if (body != NULL)
			take_payment(j, p, row, body);
		return;
	}
}

static enum rc
book_row(void *arg, const struct ledger_row *row, struct err *e)
{
	struct journal *j = arg;
	enum event_type type = row->event == NULL ? EVENT_TYPE_MAX : row->event->type;
	struct sum *s;

	if (type == EVENT_SETTLEMENT_LINE) {
		s = sum_of(j, row->event->body);
		if (!money_add(s->amount, json_get_integer(row->event->body, "amount", 0), &s->amount))
			return rc_fail(e, RC_RANGE, "entry %" PRIu64 ": the lines of %s add up to more than "
				       "an amount can hold", row->seq, s->payment);
	} else if (type == EVENT_SETTLEMENT_ISSUED) {
		book_statement(j, row);
	} else if (type == EVENT_PAYMENT_MADE || type == EVENT_PAYMENT_RECEIVED) {
		add_payment(j, row);
	} else if (type == EVENT_EVENT_CORRECTED || type == EVENT_EVENT_RETRACTED) {
		book_correction(j, row);
	}
	return RC_OK;
}

enum rc
export_journal(const struct export *x, struct table **ret, struct err *e)
{
	static const struct table_column columns[] = {
		{ "date", "date", false }, { "entry", "entry", true },
		{ "voucher", "voucher", false }, { "account", "account", false },
		{ "debit", "debit", true }, { "credit", "credit", true },
		{ "unit", NULL, false }, { "text", "text", false },
	};
	struct journal j = { .x = x };
	struct ledger_facts facts;

	j.table = table_new(x->arena, columns, sizeof(columns) / sizeof(columns[0]));
	*ret = j.table;
	state_facts(ledger_state(x->ledger), &facts);
	return ledger_scan(x->ledger, &x->contract->digest, x->contract->seq, facts.size, book_row, &j,
			   e);
}
