/* limit_along.h - a bucket in which the place decides: ladders, rates by count, tranches of shares.
 *
 * Read limit_along.c first. A walk goes through one bucket in its order: past those who are not
 * claimed, whose places are carried, to one claim after another. What it points to lies in the
 * arena of its run.
 */
#ifndef UTFALL_LIMIT_ALONG_H
#define UTFALL_LIMIT_ALONG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "item.h"
#include "limit_priv.h"

struct claim;
struct ordinals;
struct run;
struct settlement;
struct terms_share;

#define STEP_SPANS UINT32_MAX	/* lies on more than one step, or is partly beyond the last */

struct ruler {			/* where the steps end: ascending, INT64_MAX where there is none */
	int64_t *to;
	size_t count;
	int64_t end;		/* beyond it nothing takes a place; INT64_MAX: everything does */
	bool moves;		/* one may have been another at the last statement */
};

void gaps_add(struct run *r, struct gaps *g, int64_t from, int64_t size);
void gaps_close(struct gaps *g);	/* when all are in */

struct placed {			/* a place in the order, of somebody who need not stand there */
	struct turn turn;
	struct standing standing;
	uint32_t payer, payee;
	int32_t period;		/* the one that it came from */
	int64_t size;		/* of the bucket's measure */
};
struct placed placed_claim(const struct settlement *s, const struct claim *c, bool early,
			   int32_t period, bool waited);

struct along {
	const struct settlement *s;
	const struct limit_bucket *b;	/* NULL: nobody else stands there */
	struct ruler ruler;
	struct gaps gaps;
	int64_t at;
	size_t row, turn;	/* the turn to come */
};
/* To a claim's place: what lies before it. Claims come in the order of the bucket. */
int64_t along_to(struct along *w, const struct placed *p);
void along_add(struct along *w, int64_t size);
int64_t along_rest(struct along *w);	/* past everybody */

/* What stands at a place from now on; `at`: what lies before it. */
struct along_stand {
	struct placed place;
	const struct claim *claim;
	const struct ruler *ruler;	/* its own, where each has one */
	int64_t at, asked, passed;
};
/* Before the first: whose place decides how, and erased people's places. */
void along_begin(struct limit_bucket *b, const struct gaps *gaps, bool achieved);
void along_keep(struct run *r, struct limit_bucket *b, const struct along_stand *one);
/* Puts to `ret` who must be claimed because something else now stands before it; `ret_odd`: a claim
 * was given what belongs to another place. */
void along_settled(struct run *r, struct limit_bucket *b, struct ordinals *ret, bool *ret_odd);

/* Those of a limit or a share whose ends are the same for everybody; else without one. */
void limit_ruler(struct run *r, const struct limit_bucket *b, struct ruler *ret);
void share_ruler(struct run *r, const char *name, struct ruler *ret);

#endif
