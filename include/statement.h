/* statement.h - one statement, from the ledger or of a dry run, and its printed forms.
 *
 * Layer 5. Everything lives in the arena given. What is printed comes from the
 * events alone: no clock is read, the same statement prints the same bytes.
 */
#ifndef UTFALL_STATEMENT_H
#define UTFALL_STATEMENT_H

#include "hash.h"
#include "language.h"
#include "rc.h"
#include "settle.h"

struct arena;
struct buf;
struct contract;
struct json;
struct ledger;
struct state;
struct table;
struct terms;

struct statement_row {
	const struct json *line, *basis;	/* bodies; basis NULL where it was erased */
	uint64_t seq;				/* of the line's entry; 0 in a dry run */
};

struct statement_view {
	struct arena *arena;
	const struct contract *contract;
	const struct state *state;		/* the ledger's: parties have names there */
	const struct terms *terms;		/* in force for the statement's period */
	const char *origin;
	bool simulated, dry_run;
	const struct json *issued;		/* body of settlement.issued */
	struct hash digest;			/* of that event; zero in a dry run */
	uint64_t seq;
	int64_t at;
	size_t count, capacity;
	struct statement_row *rows;		/* by line number, from 1 */
	struct settlement *engine;		/* for limits' rooms; NULL: not printed */
	enum language language;			/* of what is printed; English unless set */
	const char *payer;			/* only this one's lines are printed; NULL: all */
};

/* An issued statement; RC_NOT_FOUND where the contract has none of this number. */
MUST_CHECK enum rc statement_load(struct ledger *l, const struct contract *c, uint32_t number,
				  struct arena *arena, struct statement_view *ret, struct err *e);
/* What the next one would be; RC_NO where nothing is left to settle. */
MUST_CHECK enum rc statement_dry(struct ledger *l, const struct contract *c, struct date through,
				 struct arena *arena, struct statement_view *ret, struct err *e);

/* For a finance officer: totals, then the lines by payer and payment, then the room left. */
void statement_text(const struct statement_view *v, struct buf *ret);
/* {"contract","digest","issued","lines":[{"basis","line"}...],"origin",...} */
void statement_json(const struct statement_view *v, struct buf *ret);
/* An empty table with one column for each thing that is said of a line, and its rows. */
struct table *statement_table(struct arena *arena);
void statement_rows(const struct statement_view *v, struct table *t);
/* That table as CSV. */
void statement_csv(const struct statement_view *v, struct buf *ret);
bool statement_shows(const struct statement_view *v, const struct statement_row *r);

/* The events that a line rests on and those that changed: digest, entry, sender, when recorded.
 * RC_NOT_FOUND where there is no such line. */
MUST_CHECK enum rc statement_evidence(struct ledger *l, const struct statement_view *v,
				      uint32_t line, struct buf *ret, struct err *e);

#endif
