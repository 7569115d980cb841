/* limit_ladder.h - the steps of a limit as somebody finds them: see limit_ladder.c. */
#ifndef UTFALL_LIMIT_LADDER_H
#define UTFALL_LIMIT_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit_along.h"
#include "ratio.h"

struct ladder {
	struct ratio to[16], rate[16];
	bool open[16];
	size_t count;
	bool known, constant;
};

/* On the entitlement's day. `extra` is room that the period before left: it widens the last
 * step. */
void ladder_read(struct applying *a, const struct entry *e, int64_t extra, struct ladder *ret);
/* The same on another day: on a period's last one, where nobody has an entitlement in it. */
void ladder_read_on(struct applying *a, const struct entry *e, int32_t day, int64_t extra,
		    struct ladder *ret);
/* Of the last step; 0 where it is not known. */
int64_t ladder_end(const struct ladder *l);
/* What passes of `amount` that lies from `at` on along the ladder; `*ret_in` is inside it. */
int64_t ladder_climb(struct applying *a, const struct ladder *l, const struct claim *c, int64_t at,
		     int64_t amount, int64_t *ret_in);
/* The rate of the `k`th (1..) entitlement; false beyond the last step. */
bool ladder_rate(const struct ladder *l, int64_t k, struct ratio *ret);
/* As the payment rounds. */
int64_t ladder_round(const struct claim *c, struct run *r, struct ratio v);
/* `to` has room for as many as the ladder has. */
void ladder_ruler(const struct ladder *l, bool counts, struct ruler *ret);

#endif
