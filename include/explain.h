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

/* Line `line` of issued statement `number`. RC_NOT_FOUND where there is none. */
MUST_CHECK enum rc explain_line(struct settlement *s, uint32_t number, uint32_t line,
				enum language l, struct buf *ret, struct err *e);

/* What is missing for each of a person's next payments, as of tree size `size` and `day`. */
MUST_CHECK enum rc explain_outlook(struct settlement *s, const char *participant, uint64_t size,
				   struct date day, enum language l, struct buf *ret,
				   struct err *e);

#endif
