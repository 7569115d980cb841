/* limit_priv.h - what the sources of limits share. */
#ifndef UTFALL_LIMIT_PRIV_H
#define UTFALL_LIMIT_PRIV_H

#include "settle_priv.h"

#define DIMENSIONS_MAX 8

struct entry {			/* a claim at one limit */
	struct claim *claim;
	const struct settlement *s;
	uint32_t dims[DIMENSIONS_MAX];
	int32_t period;		/* of the time dimension, or 0 */
	int32_t period_end;
	int64_t left;		/* not yet placed in a bucket */
	int64_t hold;		/* what its lines hold at least */
	int64_t open;		/* ... and what more they may hold: what is held back is rounded */
	int64_t peak;		/* the most that its lines ever held */
	int64_t out;		/* passed */
	int64_t in;		/* of what it asked for: inside the bucket */
	int64_t at;		/* what lies before it on the ladder */
	bool early;		/* settled before: comes first in settled order */
	bool by_tie;		/* queues by the ties alone: what is held is taken first */
};

struct applying {
	struct run *run;
	const struct terms_limit *limit;
	const struct version *version;
	struct claims *claims;
	struct entry *entries;
	size_t count;
	settle_room_fn *fn;
	void *arg;
};

/* The claims under a limit (or those that it nets off), by bucket and order; free() them. */
void limit_gather(struct applying *a, bool less, struct entry **ret, size_t *ret_count);
bool limit_is_cap(const struct terms_limit *l);
int limit_paid_order(const struct entry *x, const struct entry *y);
bool limit_number(struct applying *a, const struct terms_x *x, const struct entry *e,
		  int32_t day, struct ratio *ret);
/* limit_carried.c */
int64_t limits_others(struct applying *a, const struct entry *e, uint32_t *ret_waiting);
void limits_keep(struct applying *a, const struct entry *e, size_t count);
void limit_steps(struct applying *a, struct entry *e, size_t count);
void limit_bucket_text(const struct applying *a, const struct entry *e, char ret[160]);

#endif
