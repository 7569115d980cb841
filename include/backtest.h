/* backtest.h - the ledger's facts under other terms: what every line would have come to.
 *
 * Layer 5. The other terms stand in the place of all versions of the contract;
 * each statement that was issued is settled again by them, at its own cut-off and
 * period, on its own earlier lines. Nothing is recorded.
 */
#ifndef UTFALL_BACKTEST_H
#define UTFALL_BACKTEST_H

#include "rc.h"

struct arena;
struct contract;
struct ledger;
struct terms;

struct backtest_row {		/* one key and who owes whom, over all statements */
	const char *payment, *outcome, *subject, *occurrence;	/* "" for none */
	const char *payer, *payee, *unit;
	int64_t settled, other;		/* minor units: as issued, under the other terms */
};

struct backtest {
	struct backtest_row *rows;	/* in the arena; those that differ or not, sorted */
	size_t count;
	uint32_t statements;
};

/* RC_REFUSED where the other terms cannot settle what was settled: other periods, say. */
MUST_CHECK enum rc backtest(struct ledger *l, const struct contract *c, const struct terms *other,
			    struct arena *arena, struct backtest *ret, struct err *e);

#endif
