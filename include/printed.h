/* printed.h - headings and sentences of what is printed for people: statements, evidence,
 * forecasts; in every language that sentences come in.
 *
 * Layer 5. One table. What a machine reads (JSON, CSV) is the same in all languages.
 */
#ifndef UTFALL_PRINTED_H
#define UTFALL_PRINTED_H

#include "language.h"

struct arena;
struct buf;
struct table;

/* {0}, {1} ... are the arguments, in any order. */
enum printed_id {
	PRINT_NOTHING,		/* a column that is not printed */
	/* a statement */
	PRINT_STATEMENT, PRINT_DRY_RUN, PRINT_SIMULATED, PRINT_CONTRACT, PRINT_LEDGER, PRINT_THROUGH,
	PRINT_CUT_OFF, PRINT_CUT_OFF_IS, PRINT_ISSUED, PRINT_ISSUED_AT, PRINT_HEAD_PAY,
	PRINT_HEAD_WHAT, PRINT_HEAD_LINES, PRINT_HEAD_LINES_OF, PRINT_HEAD_LIMITS, PRINT_PAYS,
	PRINT_NONE, PRINT_NO_LIMIT, PRINT_ROOMY, PRINT_THE_CONTRACT, PRINT_ERASED, PRINT_NO_END,
	PRINT_NEW_FACT, PRINT_NEW_FACTS,
	/* columns */
	PRINT_PAYER, PRINT_PAYEE, PRINT_AMOUNT, PRINT_TOTAL, PRINT_PAYMENT, PRINT_LINES,
	PRINT_OF_WHICH_ZERO, PRINT_LINE, PRINT_FOR, PRINT_OUTCOME, PRINT_ACHIEVED, PRINT_WHY,
	PRINT_LIMIT, PRINT_OF, PRINT_TAKEN, PRINT_ROOM,
	/* reasons */
	PRINT_R_REACHED, PRINT_R_PERIOD, PRINT_R_FLOOR, PRINT_R_CHANGED, PRINT_R_REVERSED,
	PRINT_R_MOVED, PRINT_R_DECIDED, PRINT_R_GROUP, PRINT_R_PROOF, PRINT_R_CLAIM, PRINT_R_UNTIL,
	PRINT_R_WINDOW, PRINT_R_GAP, PRINT_R_AFTER, PRINT_R_UNLESS, PRINT_R_TIMES, PRINT_R_LIMIT,
	PRINT_R_PENDING, PRINT_R_PRICE,
	/* evidence */
	PRINT_HEAD_DIGESTS, PRINT_ENTRY, PRINT_RECORDED, PRINT_BY, PRINT_TYPE, PRINT_PART,
	PRINT_DIGEST, PRINT_RESTS_ON, PRINT_IS_CHANGED, PRINT_IS_ERASED, PRINT_NO_EVENTS,
	/* a forecast */
	PRINT_FORECAST, PRINT_KNOWN, PRINT_HEAD_TOTALS, PRINT_HEAD_ROWS, PRINT_HEAD_ROOM,
	PRINT_HEAD_GRANTED, PRINT_NOTHING_COMES, PRINT_NO_LIMIT_REACHED, PRINT_ROOMY_THEN,
	PRINT_UNKNOWN_AMOUNTS, PRINT_STATEMENT_COLUMN, PRINT_THROUGH_COLUMN, PRINT_SETTLED,
	PRINT_IF_KEPT, PRINT_IF_LOST, PRINT_COMES_KEPT, PRINT_LOST, PRINT_ALL_KEPT, PRINT_ROOM_NOW,
	PRINT_A_REPORTED, PRINT_A_KEPT, PRINT_A_CLAIMED, PRINT_A_LOST, PRINT_A_BOTH, PRINT_A_SETTLED,
	/* balances, a back-test, a sample */
	PRINT_HELD, PRINT_PAID, PRINT_RECEIVED, PRINT_STILL_TO_PAY, PRINT_NOTHING_SETTLED,
	PRINT_PERIOD, PRINT_OTHER_TERMS, PRINT_DIFFERENCE, PRINT_NO_DIFFERENCE,
	PRINT_HEAD_TOTALS_OVER, PRINT_PROOF, PRINT_FOUND, PRINT_UNCHECKED, PRINT_ACCEPTED,
	PRINT_REJECTED, PRINT_NOTHING_DRAWN, PRINT_DRAWN, PRINT_CHECKED, PRINT_ERROR_RATE,
	PRINT_NAME_POPULATION,
	PRINT_MAX
};

const char *printed(enum language l, enum printed_id id);
/* The text with its arguments put in; in the arena. Ends with a NULL. */
const char *printed_fill(struct arena *arena, enum language l, enum printed_id id, ...);

struct printed_column {
	const char *name;	/* JSON member and CSV header */
	enum printed_id title;
	bool right;
};
/* A table whose titles and amounts are printed in the language. */
struct table *printed_table(struct arena *arena, enum language l,
			    const struct printed_column *columns, size_t count);

#endif
