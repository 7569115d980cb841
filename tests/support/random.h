/* random.h - repeatable random numbers for property tests. */
#ifndef UTFALL_TEST_RANDOM_H
#define UTFALL_TEST_RANDOM_H

#include <stdint.h>

/* Starts from UTFALL_SEED (1 where it is not set, the clock's where it is "clock") and prints the
 * seed: `make check` is the same every time, a search is another command. */
void random_start(const char *test);
void random_seed(uint64_t seed);	/* this one */
uint64_t random_bits(void);
uint64_t random_below(uint64_t limit);	/* 0 .. limit - 1 */
/* How often a long test goes round: `all`; under the sanitizers, which say of a line what they have
 * to say the first times it runs, a quarter of that. */
uint64_t random_rounds(uint64_t all);

#endif
