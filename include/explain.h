/* explain.h - why a line is what it is, in plain sentences.
 *
 * Layer 3. Runs the evaluation of the line's subject again, as of the line's
 * statement, with a trace attached: facts with their digests, dates and windows,
 * the numbers compared, the clause of the terms, the price, every limit and share
 * in order. Plain text, one sentence a line, no personal detail but the pseudonym.
 */
#ifndef UTFALL_EXPLAIN_H
#define UTFALL_EXPLAIN_H

#include "date.h"
#include "language.h"
#include "rc.h"

struct buf;
struct settlement;

struct explain_reader {		/* who reads, where that is not everything */
	const char *party;	/* a payee: of amounts its own alone are told */
	bool (*may_see)(void *arg, uint64_t seq);	/* the event of this entry */
	void *arg;
};

/* Line `line` of issued statement `number`. RC_NOT_FOUND where there is none. `reader` NULL
 * may see all; another is told neither what others earn, nor what rests on events that it may not
 * see. */
MUST_CHECK enum rc explain_line(struct settlement *s, uint32_t number, uint32_t line,
				enum language l, const struct explain_reader *reader,
				struct buf *ret, struct err *e);

/* What is missing for each of a person's next payments, as of tree size `size` and `day`.
 * `participant` NULL: for the contract's own and those of its sites. */
MUST_CHECK enum rc explain_outlook(struct settlement *s, const char *participant, uint64_t size,
				   struct date day, enum language l, struct buf *ret,
				   struct err *e);

#endif
