/* held.h - what the lines of erased people hold: of limits, shares, statistics, places.
 *
 * Read held.c first. Before an erasure held_read.c reads it off into `struct holding`, and
 * data.erased carries it as JSON; afterwards its rows lie with the settlement, as long as that.
 * Amounts are whole minor units, days are civil days as numbers.
 */
#ifndef UTFALL_HELD_H
#define UTFALL_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ratio.h"
#include "rc.h"

struct applying;
struct arena;
struct claim;
struct claims;
struct entry;
struct err;
struct gaps;
struct json;
struct run;
struct scope;
struct settlement;
struct stat;
struct terms_outcome;
struct terms_share;
struct terms_x;

#define HELD_ANYWHERE (-1)

enum held_kind {		/* what it is held of; `name` is that one's */
	HELD_LIMIT,		/* a limit's bucket */
	HELD_LESS,		/* the same, as what the limit takes off others */
	HELD_FROM, HELD_TO,	/* a share's tranches, of payers and payees */
	HELD_STATISTIC,		/* an expression by its pointer, on a day: members of a group */
	HELD_ITEMS,		/* the same: everybody's entitlements */
	HELD_TIMES,		/* an outcome that is counted among several */
	HELD_KIND_MAX
};

struct held_row {
	enum held_kind kind;
	uint32_t name, version;		/* version: index, or NONE */
	int32_t day, from;		/* NEVER where there is none */
	uint32_t site, payer, payee;	/* name numbers, or NONE */
	uint32_t owner;			/* while it is read off: whose; NONE */
	int64_t count, amount;
	int64_t at;			/* tranches, ladders: what lies before it; HELD_ANYWHERE */
	bool stays;			/* says that somebody was there, also where it holds nothing */
	uint64_t seq;			/* of the data.erased */
	struct ratio sum, low, high;
	const struct claim *claim;	/* while it is read off */
};

struct held_rows {
	struct held_row *items;
	size_t count, capacity;
};

struct holding {		/* while it is read off: who leaves, and what they hold */
	bool *leaving;			/* per owner */
	bool *stands;			/* per key: lines hold more than it would come to now */
	uint32_t owner_count;
	int32_t through;
	struct held_rows rows;
};

/* ---- reading it off: nothing is done unless `owner`, or whose claim it is, is leaving ---- */

bool held_is_leaving(const struct run *r, uint32_t owner);
/* Of somebody who leaves: do its lines hold more than it would come to now? */
bool held_key_stands(const struct run *r, uint32_t key);
/* What limits left of a claim, with what others owe of it. */
int64_t held_given(const struct claim *c);

/* `amount` of the bucket that the entry stands in, from place `at` on or HELD_ANYWHERE. */
void holding_limit(struct applying *a, const struct entry *e, enum held_kind kind, int64_t amount,
		   int64_t at);
void holding_share(struct run *r, const struct terms_share *share, bool payers,
		   const struct claim *c);
/* What an owner adds to a statistic, or to everybody's entitlements, in the scope's reading. */
void holding_stat(struct scope *sc, const struct terms_x *x, uint32_t owner,
		  const struct stat *st);
void holding_items(struct scope *sc, const struct terms_x *x, uint32_t owner, int64_t count,
		   int64_t sum);
/* A place of an outcome; `site`: name number + 1, 0 for the contract. */
void holding_times(struct run *r, const struct terms_outcome *o, uint32_t owner, uint32_t site,
		   int32_t achieved);

/* As data.erased carries it, into `arena`. RC_RANGE where a sum is beyond every amount. */
MUST_CHECK enum rc held_rows_json(struct run *r, struct held_rows *rows, struct arena *arena,
				  struct json *ret, struct err *e);

/* ---- what stands since: rows that were recorded before the run's size ---- */

/* Takes in the rows of the data.erased that is entry `seq`; `list` NULL: none. */
void held_record(struct settlement *s, const struct json *list, uint64_t seq);
/* Claims that keep their room under limits of one stage: before or after the split. */
void held_claims(struct run *r, struct claims *claims, bool after_split);
/* Their places along a share's tranches. */
void held_share_gaps(struct run *r, const struct terms_share *share, bool payers,
		     struct gaps *ret);
/* What they add to a statistic (`broken` where it does not fit), and to everybody's entitlements
 * (false where the sum does not fit). */
void held_stat(const struct scope *sc, const struct terms_x *x, struct stat *st);
MUST_CHECK bool held_items(const struct scope *sc, const struct terms_x *x, int64_t *count,
			   int64_t *sum);
/* Places of an outcome counted among several, site by site (as in holding_times()); the same site
 * may come twice. */
typedef void held_times_fn(void *arg, uint32_t site, int64_t count);
void held_times(const struct run *r, const struct terms_outcome *o, held_times_fn *fn, void *arg);

#endif
