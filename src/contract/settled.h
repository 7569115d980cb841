/* settled.h - what statements have said: keys and their postings, disputes, payments, lines.
 *
 * Only a closed statement counts: lines wait until their settlement.issued. Sums of keys are as of
 * the latest statement, or as of an earlier one after settled_found(). Read settle_key.c first.
 * Rows live as long as their settlement.
 */
#ifndef UTFALL_SETTLED_H
#define UTFALL_SETTLED_H

#include <stdbool.h>
#include <stdint.h>

#include "date.h"
#include "hash.h"
#include "rc.h"

struct item;
struct json;
struct settle_record;
struct settlement;

/* ---- keys: one entitlement of one owner, and what its issued lines hold ---- */

struct key_row {
	uint32_t next;			/* the owner's next */
	uint32_t owner;
	uint32_t enrolment;		/* fact of the enrolment's root, or NONE */
	uint32_t payment, outcome, occurrence;	/* name numbers; NONE */
	uint32_t postings;		/* first, or NONE */
	uint32_t claimed;		/* number of the claiming that found its entitlement */
	int32_t achieved;		/* of the latest line */
	uint32_t reason;		/* name number, of the latest line */
	bool last_zero, had_amount;	/* the latest line was of 0; some line was not */
	bool decided;			/* some dispute about it was */
	uint32_t statement;		/* number of the latest line's */
	uint32_t first_statement;	/* that has a line of it; 0: none */
	uint32_t first_paid;		/* statement since which it is above 0; 0: it is not */
	uint32_t ever_paid;		/* the first that left it above 0, whatever came later; 0 */
	uint32_t version;
	int64_t settled, peak;		/* sum of lines without tax: now, and its highest */
	struct hash hash;
};

struct key_name {
	uint32_t owner, enrolment;	/* fact of the root, or NONE */
	const char *payment, *outcome, *occurrence;	/* "" for none */
};
/* An enrolment's key belongs to its own pseudonym, also where that is joined with another. */
struct key_name settled_key_name_of(const struct settlement *s, const struct item *it);
/* NONE where nothing was issued for it */
uint32_t settled_key_number(const struct settlement *s, const struct key_name *n);
/* It is looked up next. */
void settled_key_expect(const struct settlement *s, const struct item *it);
/* Made again of the keys. */
void settled_names_restore(struct settlement *s);
/* or NULL */
struct key_row *settled_key_find(const struct settlement *s, const struct key_name *n);
/* As settlement.line has it. With the salt of the subject: it tells nobody who was erased. */
struct hash settled_key_hash(const struct settlement *s, const struct key_name *n);
const struct key_row *settled_key_of_item(const struct settlement *s, const struct item *it);
/* Did a statement that was issued before entry `seq` have a line of it? */
bool settled_key_before(const struct settlement *s, const struct key_row *k, uint64_t seq);
struct key_row *settled_key_at(const struct settlement *s, uint32_t i);

/* ---- postings: what a key holds between two parties, in a unit, a tax and a year ---- */

struct posting_row {
	uint32_t next;
	uint32_t payer, payee, unit, tax;	/* name numbers */
	uint32_t version;		/* index */
	int32_t year;
	int64_t sum;
};
struct posting_row *posting_at(const struct settlement *s, uint32_t i);

/* ---- statements and their lines ---- */

struct statement_row {
	struct hash issued;
	uint64_t seq, size;
	struct hash root, lines_root;
	struct date through;
	uint32_t first_line, line_count;	/* in `lines` */
};

struct line_row {		/* in order: sums as of an earlier statement come from these */
	uint32_t event, key, posting;
	int32_t achieved;		/* NEVER where its basis is gone */
	uint32_t reason;		/* name number */
	int64_t amount;
};

struct open_line {		/* of a statement that no settlement.issued has closed yet */
	struct hash hash;
	uint32_t event, line;
	uint32_t payer, payee, unit, tax, payment, outcome, reason, version;
	int32_t year;
	int64_t amount;
	bool has_basis;
	uint32_t owner, enrolment, occurrence;
	int32_t achieved;
};

/* Its last day; statements are counted from 1. */
int32_t statement_through(const struct settlement *s, uint32_t number);
struct statement_row *statement_at(const struct settlement *s, uint32_t number);	/* 1.. */
/* Statements, keys and postings as statement `number` found them; one more than there are: as they
 * are. What was kept is forgotten. */
void settled_found(struct settlement *s, uint32_t number);

/* ---- payments, disputes, balances ---- */

struct dispute_row {
	uint32_t event, key, payer;	/* payer: name number */
	uint32_t resolved;		/* event, or NONE */
	bool decided;
	int64_t amount;
};

struct paid_row {		/* a payment, as the head of its chain has it */
	uint32_t event;
	uint32_t payer, payee, unit;	/* name numbers */
	int64_t paid, received;
	bool made;			/* payment.made, else payment.received */
};

struct balance_row {
	uint32_t payer, payee, unit;
	int64_t lines, paid, received;
};

/* Adds to what is between two parties in a unit; made where there is nothing yet. */
void settled_balance_add(struct settlement *s, uint32_t payer, uint32_t payee, uint32_t unit,
			 int64_t lines, int64_t paid, int64_t received);
/* `event` corrects payment `target` to `body`, or retracts it (NULL); false where that is none. */
bool payment_corrected(struct settlement *s, uint32_t target, uint32_t event,
		       const struct json *body);

/* ---- what is recorded, in ledger order ---- */

enum rc record_line(struct settlement *s, const struct settle_record *r, uint32_t event,
		    struct err *e);
enum rc record_basis(struct settlement *s, const struct settle_record *r, uint32_t event,
		     struct err *e);
enum rc record_issued(struct settlement *s, const struct settle_record *r, uint32_t event,
		      struct err *e);
enum rc record_dispute_opened(struct settlement *s, const struct settle_record *r, uint32_t event,
			      struct err *e);
enum rc record_dispute_resolved(struct settlement *s, const struct settle_record *r,
				uint32_t event, struct err *e);
enum rc record_payment_made(struct settlement *s, const struct settle_record *r, uint32_t event,
			    struct err *e);
enum rc record_payment_received(struct settlement *s, const struct settle_record *r,
				uint32_t event, struct err *e);
/* Number of the name in a member of a body. */
uint32_t member_number(struct settlement *s, const struct json *body, const char *name);

#endif
