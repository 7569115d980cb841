/* settle_answers.h - whatever can be asked of an engine, as text: for comparing two that were told
 * the same. */
#ifndef UTFALL_TEST_SETTLE_ANSWERS_H
#define UTFALL_TEST_SETTLE_ANSWERS_H

#include <stdint.h>

struct buf;
struct settlement;

/* Balances, sums, rooms, explanations of the latest statement's first lines, outlooks of people as
 * of tree size `size`; a refusal by its words. */
void settle_answers(struct settlement *s, uint64_t size, struct buf *ret);
/* Both futures of the next two periods would spoil it: one of them. */
void settle_answers_forecast(struct settlement *s, int future, struct buf *ret);

#endif
