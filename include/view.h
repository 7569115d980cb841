/* view.h - what a reader asks of a ledger again and again, kept in memory and grown with the head.
 *
 * Layer 5. One row an entry: who said what kind of thing about whom, and what became
 * of it; people, entitlements and their sums; tokens that were revoked. Made from the
 * record and from nothing else. One writer at a time grows it while nobody reads:
 * the lock is the owner's. Sequence numbers fit 32 bits (RC_RANGE beyond).
 */
#ifndef UTFALL_VIEW_H
#define UTFALL_VIEW_H

#include "date.h"
#include "event_type.h"
#include "hash.h"
#include "rc.h"

struct ledger;

#define NO_ROW UINT32_MAX

enum row_mark {
	ROW_CORRECTED = 1, ROW_RETRACTED = 2, ROW_ERASED = 4, ROW_ACCEPTED = 8, ROW_REJECTED = 16,
	ROW_MONEY = 32		/* corrects or retracts a payment */
};

/* Names are numbers into view_name(); 0 is none. Contracts and people count from 1; 0 is none. */
struct view_row {
	uint32_t contract, person;
	uint32_t next;		/* of the same person, or erased by the same event; NO_ROW at the end */
	uint32_t link;		/* corrected: its correction. Erased: the data.erased that names it.
				 * A line: its basis; a basis: its line */
	uint32_t digest;	/* its first four bytes; 0 for a submission's entry */
	uint32_t extra;		/* facts: the latest verdict. A line or basis: its entitlement.
				 * data.erased: one of the rows that it erased */
	uint16_t sender;
	uint16_t from, to;	/* payer and payee of lines and payments */
	uint16_t site;
	uint8_t type;		/* enum event_type; EVENT_TYPE_MAX: a submission's entry, or unknown */
	uint8_t marks;
};

struct view_person {		/* a pseudonym, or what is left of it: "" where erased */
	char pseudonym[27];
	uint32_t contract, first, last, rows;
	uint16_t provider, pending;	/* holder now; receiver of a transfer not yet in force */
	uint16_t site;
	bool has_enrolled, has_exited;
	struct date enrolled, exited;
};

struct view_key {		/* one entitlement to one payee */
	struct hash key;
	uint32_t contract, person, first, lines;
	uint32_t statement;	/* number, of its first line */
	uint16_t payee, payment, outcome, unit, reason, site;
	bool has_achieved, again;	/* again: another payee of a key that is counted already */
	struct date achieved;
	char occurrence[41];
	int64_t amount;
};

struct view_step {		/* how a count of an outcome moved with a statement */
	uint32_t contract, statement;
	uint16_t outcome;
	int32_t by;
};

struct view {
	uint64_t size;
	struct hash root;
	uint64_t erasures;		/* data.erased seen so far */
	struct view_row *rows;
	struct view_person *people;
	struct view_key *keys;
	struct view_step *steps;
	struct hash *revoked;		/* tokens */
	struct hash *contracts;
	char **names;
	size_t row_capacity, person_count, person_capacity, key_count, key_capacity;
	size_t step_count, step_capacity, revoked_count, revoked_capacity;
	size_t contract_count, contract_capacity, name_count, name_capacity;
	struct view_lines *lines;	/* of statements not yet issued */
	size_t line_count, line_capacity;
	struct view_find *find;		/* people, keys and names by hash */
};

struct view *view_new(void);
void view_free(struct view *v);	/* NULL is allowed */
/* Takes in what `l` has beyond view.size. After a failure only good for freeing. */
MUST_CHECK enum rc view_grow(struct view *v, struct ledger *l, struct err *e);

uint16_t view_name_of(const struct view *v, const char *name);	/* 0 where nobody has that name */
const char *view_name(const struct view *v, uint16_t n);		/* "" for 0 */
uint32_t view_contract_of(const struct view *v, struct hash digest);	/* 0 for none */
uint32_t view_person_of(const struct view *v, uint32_t contract, const char *pseudonym);

#endif
