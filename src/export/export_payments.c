/* export_payments.c - what a party owes, as a bank takes it: ISO 20022 pain.001.001.09. */
#include "export.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "csv.h"
#include "finding.h"
#include "ledger.h"
#include "money.h"
#include "terms.h"
#include "text.h"

#define NAME_MAX_CHARACTERS 140		/* Max140Text */
#define IBAN_MIN 15
#define IBAN_MAX 34

/* ---- accounts ---- */

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ISO 13616: two letters, two check digits, then up to 30; ISO 7064 MOD 97-10 over the number that
 * has the first four behind the rest, letters as 10 to 35, is 1. */
static bool
iban_is_right(const char *iban)
{
	size_t length = strlen(iban);
	unsigned rest = 0;

	if (length < IBAN_MIN || length > IBAN_MAX || !is_upper(iban[0]) || !is_upper(iban[1]) ||
	    !is_digit(iban[2]) || !is_digit(iban[3]))
		return false;
	for (size_t i = 0; i < length; i++) {
		char c = iban[(i + 4) % length];

		if (is_digit(c))
			rest = (rest * 10 + (unsigned)(c - '0')) % 97;
		else if (is_upper(c))
			rest = (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
		else
			return false;
	}
	return rest == 1;
}

/* ISO 9362: four letters or digits of the institution, two letters of the country, two or five
 * more. */
static bool
bic_is_right(const char *bic)
{
	size_t length = strlen(bic);

	if (length != 8 && length != 11)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!is_upper(bic[i]) && (!is_digit(bic[i]) || i == 4 || i == 5))
			return false;
	return true;
}

static size_t
characters(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* As machines write it: capitals, no spaces. */
static const char *
written_plain(struct arena *arena, const char *text)
{
	char *copy = arena_string(arena, text, strlen(text)), *to = copy;

	for (; *text != '\0'; text++)
		if (*text != ' ')
			*to++ = (char)(*text >= 'a' && *text <= 'z' ? *text - 'a' + 'A' : *text);
	*to = '\0';
	return copy;
}

enum { COLUMN_PARTY, COLUMN_NAME, COLUMN_IBAN, COLUMN_BIC, COLUMN_COUNT };

static void
read_account(const struct csv_row *row, const size_t at[COLUMN_COUNT], struct arena *arena,
	     struct bank_accounts *all, struct findings *f)
{
	struct bank_account a = {
		.party = row->fields[at[COLUMN_PARTY]], .name = row->fields[at[COLUMN_NAME]],
		.iban = written_plain(arena, row->fields[at[COLUMN_IBAN]]),
		.bic = at[COLUMN_BIC] == SIZE_MAX ?
		       "" : written_plain(arena, row->fields[at[COLUMN_BIC]]),
	};

	if (!text_is_name(a.party, strlen(a.party)))
		finding_add(f, SEVERITY_ERROR, row->line, row->columns[at[COLUMN_PARTY]], NULL,
			    "expected a party's id as 'utfall party list' shows it, found '%s'", a.party);
	if (characters(a.name) < 1 || characters(a.name) > NAME_MAX_CHARACTERS)
		finding_add(f, SEVERITY_ERROR, row->line, row->columns[at[COLUMN_NAME]], NULL,
			    "expected the account holder's name, 1 to %d characters, found %zu",
			    NAME_MAX_CHARACTERS, characters(a.name));
	if (!iban_is_right(a.iban))
		finding_add(f, SEVERITY_ERROR, row->line, row->columns[at[COLUMN_IBAN]], NULL,
			    "expected an IBAN whose check digits are right, found '%s': compare it with "
			    "the bank's letter", a.iban);
	if (*a.bic != '\0' && !bic_is_right(a.bic))
		finding_add(f, SEVERITY_ERROR, row->line, row->columns[at[COLUMN_BIC]], NULL,
			    "expected a BIC of 8 or 11 characters, as ESSESESS, found '%s': the bank's "
			    "letter has it, or leave it out", a.bic);
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i].party, a.party) == 0)
			finding_add(f, SEVERITY_ERROR, row->line, row->columns[at[COLUMN_PARTY]], NULL,
				    "expected one account a party, found a second one for %s", a.party);
	all->items[all->count++] = a;
}

enum rc
bank_accounts_read(const char *text, size_t size, struct arena *arena, struct bank_accounts *ret,
		   struct findings *f, struct err *e)
{
	static const char *const names[COLUMN_COUNT] = { "party", "name", "iban", "bic" };
	size_t at[COLUMN_COUNT] = { SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX };
	struct bank_accounts all = { .count = 0 };
	struct csv csv;
	enum rc rc = csv_read(text, size, arena, &csv, f, e);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < csv.column_count; i++) {
		size_t k = 0;

		while (k < COLUMN_COUNT && strcmp(csv.names[i], names[k]) != 0)
			k++;
		if (k < COLUMN_COUNT)
			at[k] = i;
		else
			finding_add(f, SEVERITY_ERROR, 1, 0, NULL, "expected the columns party, name, iban "
				    "and bic, found '%s'", csv.names[i]);
	}
	for (size_t k = 0; k < COLUMN_BIC; k++)
		if (at[k] == SIZE_MAX)
			finding_add(f, SEVERITY_ERROR, 1, 0, NULL, "the column %s is missing", names[k]);
	if (f->errors == 0) {
		all.items = arena_array(arena, csv.row_count, sizeof(all.items[0]));
		for (size_t i = 0; i < csv.row_count; i++)
			read_account(&csv.rows[i], at, arena, &all, f);
	}
	if (f->errors != 0)
		return rc_fail(e, RC_REFUSED, "the accounts are refused");
	*ret = all;
	return RC_OK;
}

/* ---- what is owed ---- */

struct owed {			/* between the party and one other, both ways */
	const char *other, *unit;
	int64_t amount;		/* the party owes; below 0: is owed */
};

struct purse {
	const struct export *x;
	const struct terms *terms;
	struct owed *items;
	size_t count, capacity;
	bool overflow;
};

static struct owed *
owed_to(struct purse *p, const char *other, const char *unit)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->items[i].other, other) == 0 && strcmp(p->items[i].unit, unit) == 0)
			return &p->items[i];
	p->items = arena_room(p->x->arena, p->items, p->count, &p->capacity, sizeof(*p->items));
	p->items[p->count] = (struct owed){ .other = other, .unit = unit };
	return &p->items[p->count++];
}

/* A payee that was paid too much owes it back, unless the terms let it wait for later lines. */
static void
add_balance(void *arg, const struct settle_balance *b)
{
	struct purse *p = arg;
	bool pays = strcmp(b->payer, p->x->party) == 0, is_paid = strcmp(b->payee, p->x->party) == 0;
	int64_t due = b->lines - b->held - b->paid;
	struct owed *o;

	if (!pays && !is_paid)
		return;
	o = owed_to(p, pays ? b->payee : b->payer, b->unit);
	if (!money_add(o->amount, pays ? due : -due, &o->amount))
		p->overflow = true;
}

static bool
pays_now(const struct purse *p, const struct owed *o)
{
	return o->amount > 0 &&
	       (contract_ever_pays(p->x->contract, p->x->party) ||
		!p->terms->settlement.negative_carry);
}

static enum rc
read_purse(struct purse *p, struct err *e)
{
	struct settlement *engine;
	size_t due = 0;
	enum rc rc = ledger_settlement(p->x->ledger, p->x->contract->digest, &engine, e);

	if (rc != RC_OK)
		return rc;
	settle_balances(engine, add_balance, p);
	if (p->overflow)
		return rc_fail(e, RC_RANGE, "the balances of %s add up to more than an amount can hold",
			       p->x->party);
	for (size_t i = 0; i < p->count; i++) {
		if (!pays_now(p, &p->items[i]))
			continue;
		due++;
		if (unit_digits(p->items[i].unit) == 0 && strlen(p->items[i].unit) != 3)
			return rc_fail(e, RC_REFUSED, "%s owes %s, which is counted and not money: no bank "
				       "moves it", p->x->party, p->items[i].unit);
	}
	if (due == 0)
		return rc_fail(e, RC_NO, "%s owes nothing under this contract now; 'utfall balance' shows "
			       "who owes whom", p->x->party);
	return RC_OK;
}

/* ---- the document ---- */

struct document {
	struct buf *b;
	unsigned depth;
};

static void
indent(const struct document *d)
{
	for (unsigned i = 0; i < d->depth; i++)
		buf_text(d->b, "  ");
}

static void
xml_text(struct buf *b, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '&')
			buf_text(b, "&amp;");
		else if (*text == '<')
			buf_text(b, "&lt;");
		else if (*text == '>')
			buf_text(b, "&gt;");
		else
			buf_byte(b, *text);
	}
}

static void
open_element(struct document *d, const char *name)
{
	indent(d);
	buf_printf(d->b, "<%s>\n", name);
	d->depth++;
}

static void
close_element(struct document *d, const char *name)
{
	d->depth--;
	indent(d);
	buf_printf(d->b, "</%s>\n", name);
}

static void
element(struct document *d, const char *name, const char *text)
{
	indent(d);
	buf_printf(d->b, "<%s>", name);
	xml_text(d->b, text);
	buf_printf(d->b, "</%s>\n", name);
}

static void
party_name(struct document *d, const char *name, const struct bank_account *a)
{
	open_element(d, name);
	element(d, "Nm", a->name);
	close_element(d, name);
}

static void
account_number(struct document *d, const char *name, const struct bank_account *a)
{
	open_element(d, name);
	open_element(d, "Id");
	element(d, "IBAN", a->iban);
	close_element(d, "Id");
	close_element(d, name);
}

static void
agent(struct document *d, const char *name, const struct bank_account *a)
{
	open_element(d, name);
	open_element(d, "FinInstnId");
	if (*a->bic != '\0') {
		element(d, "BICFI", a->bic);
	} else {
		open_element(d, "Othr");
		element(d, "Id", "NOTPROVIDED");
		close_element(d, "Othr");
	}
	close_element(d, "FinInstnId");
	close_element(d, name);
}

static enum rc
account_of(const struct bank_accounts *all, const char *party, const struct bank_account **ret,
	   struct err *e)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i].party, party) == 0) {
			*ret = &all->items[i];
			return RC_OK;
		}
	return rc_fail(e, RC_NOT_FOUND, "the accounts have no row for %s: add one", party);
}

struct message {		/* what all transfers of a file share */
	char id[36];		/* Max35Text: contract and head */
	const char *remittance;
	struct ledger_facts facts;
};

static enum rc
transfer(struct document *d, const struct message *m, const struct owed *o, unsigned number,
	 const struct bank_accounts *accounts, struct err *e)
{
	const struct bank_account *to = NULL;
	char amount[64], id[48];
	enum rc rc = account_of(accounts, o->other, &to, e);

	if (rc != RC_OK)
		return rc;
	money_plain(o->amount, o->unit, amount);
	snprintf(id, sizeof(id), "%.28s-t%u", m->id, number);
	open_element(d, "CdtTrfTxInf");
	open_element(d, "PmtId");
	element(d, "EndToEndId", id);
	close_element(d, "PmtId");
	open_element(d, "Amt");
	indent(d);
	buf_printf(d->b, "<InstdAmt Ccy=\"%s\">%s</InstdAmt>\n", o->unit, amount);
	close_element(d, "Amt");
	agent(d, "CdtrAgt", to);
	party_name(d, "Cdtr", to);
	account_number(d, "CdtrAcct", to);
	open_element(d, "RmtInf");
	element(d, "Ustrd", m->remittance);
	close_element(d, "RmtInf");
	close_element(d, "CdtTrfTxInf");
	return RC_OK;
}

/* What the bank shows before it is signed there. */
struct control {
	char count[16];
	char sum[64];		/* "" where there is none: of several currencies, or beyond money */
};

static void
control_of(const struct purse *p, struct control *ret)
{
	const struct owed *first = NULL;
	int64_t sum = 0;
	unsigned count = 0;
	bool fits = true;

	for (size_t i = 0; i < p->count; i++) {
		const struct owed *o = &p->items[i];

		if (!pays_now(p, o))
			continue;
		if (first == NULL)
			first = o;
		count++;
		fits = fits && strcmp(o->unit, first->unit) == 0 && money_add(sum, o->amount, &sum);
	}
	(void)snprintf(ret->count, sizeof(ret->count), "%u", count);
	ret->sum[0] = '\0';
	if (first != NULL && fits)
		money_plain(sum, first->unit, ret->sum);
}

static void
control(struct document *d, const struct control *c)
{
	element(d, "NbOfTxs", c->count);
	if (c->sum[0] != '\0')
		element(d, "CtrlSum", c->sum);
}

static void
group_header(struct document *d, const struct message *m, const struct bank_account *from,
	     const struct control *c)
{
	char at[INSTANT_TEXT];

	instant_format(m->facts.at, at);
	open_element(d, "GrpHdr");
	element(d, "MsgId", m->id);
	element(d, "CreDtTm", at);
	control(d, c);
	party_name(d, "InitgPty", from);
	close_element(d, "GrpHdr");
}

static void
payment_head(struct document *d, const struct message *m, const struct bank_account *from,
	     const struct control *c, struct date on)
{
	char day[DATE_TEXT];

	date_format(on, day);
	element(d, "PmtInfId", m->id);
	element(d, "PmtMtd", "TRF");
	control(d, c);
	open_element(d, "ReqdExctnDt");
	element(d, "Dt", day);
	close_element(d, "ReqdExctnDt");
	party_name(d, "Dbtr", from);
	account_number(d, "DbtrAcct", from);
	agent(d, "DbtrAgt", from);
}

static bool
has_approved(const struct statement *s, const char *party)
{
	for (size_t i = 0; i < s->approved_count; i++)
		if (strcmp(s->approved[i], party) == 0)
			return true;
	return false;
}

/* What the reader must know before the file goes to the bank. Names hold no "--". */
static void
comments(const struct purse *p, const struct message *m, struct buf *b)
{
	const struct contract *c = p->x->contract;
	char amount[64];
	bool first = true;

	if (m->facts.simulated)
		buf_text(b, "<!-- A simulated ledger: not for a bank. -->\n");
	buf_text(b, "<!-- Record each transfer with 'utfall pay made', its EndToEndId as the reference: "
		 "else it is due again. -->\n");
	for (size_t i = 0; i < c->statement_count && contract_ever_pays(c, p->x->party); i++) {
		const struct statement *s = &c->statements[i];

		if (s->lines == 0 || has_approved(s, p->x->party))
			continue;
		if (first)
			buf_printf(b, "<!-- Not approved by %s: statement", p->x->party);
		buf_printf(b, "%s %u", first ? "" : ",", s->number);
		first = false;
	}
	if (!first)
		buf_text(b, ". -->\n");
	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].amount < 0) {
			money_format(-p->items[i].amount, p->items[i].unit, amount);
			buf_printf(b, "<!-- %s owes %s to %s: not in this file. -->\n", p->items[i].other,
				   amount, p->x->party);
		}
}

static enum rc
write_document(const struct purse *p, const struct message *m,
	       const struct bank_accounts *accounts, struct date on, struct buf *ret, struct err *e)
{
	struct document d = { .b = ret };
	const struct bank_account *from = NULL;
	struct control c = { .sum = "" };
	unsigned count = 0;
	enum rc rc = account_of(accounts, p->x->party, &from, e);

	if (rc != RC_OK)
		return rc;
	control_of(p, &c);
	buf_text(ret, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	comments(p, m, ret);
	buf_text(ret, "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n");
	d.depth = 1;
	open_element(&d, "CstmrCdtTrfInitn");
	group_header(&d, m, from, &c);
	open_element(&d, "PmtInf");
	payment_head(&d, m, from, &c, on);
	for (size_t i = 0; rc == RC_OK && i < p->count; i++)
		if (pays_now(p, &p->items[i]))
			rc = transfer(&d, m, &p->items[i], ++count, accounts, e);
	close_element(&d, "PmtInf");
	close_element(&d, "CstmrCdtTrfInitn");
	buf_text(ret, "</Document>\n");
	return rc;
}

enum rc
export_payments(const struct export *x, const struct bank_accounts *accounts, struct date on,
		struct buf *ret, struct err *e)
{
	const struct contract *c = x->contract;
	struct purse p = { .x = x, .terms = (c->current == NULL ? &c->versions[0] : c->current)->terms };
	struct buf document = { 0 };
	char contract[HASH_HEX];
	struct message m;
	enum rc rc = read_purse(&p, e);

	if (rc != RC_OK)
		return rc;
	state_facts(ledger_state(x->ledger), &m.facts);
	hash_format(c->digest, contract);
	/* Letters between its numbers: it will be a payment's reference, and must never look like a
	 * personal identity number, whatever the digest begins with. */
	snprintf(m.id, sizeof(m.id), "%.8s-n%" PRIu64, contract, m.facts.size);
	m.remittance = arena_printf(x->arena, "%s, statements up to %zu", p.terms->contract,
				    c->statement_count);
	rc = write_document(&p, &m, accounts, on, &document, e);
	if (rc == RC_OK)
		buf_add(ret, document.data, document.size);
	buf_free(&document);
	return rc;
}
