/* claim.h - what is asked of limits: an entitlement, or a part of one, on its way through them.
 *
 * Read settle_claim.c first. Amounts are whole minor units of the payment's unit. Claims lie in the
 * arena of their list.
 */
#ifndef UTFALL_CLAIM_H
#define UTFALL_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "split.h"

struct arena;
struct item;
struct kept;
struct key_row;
struct run;
struct scope;
struct settlement;
struct terms_limit;

#define MOVES_MAX 4
struct claim {			/* what is left of an item, or of a part of one, between limits */
	const struct item *item;	/* NULL: a top-up */
	struct item *kept;		/* the same, where it is kept; or NULL */
	uint32_t place;			/* of a kept item: its number among its owner's */
	const struct key_row *key;	/* or NULL: no line yet */
	int64_t amount;
	/* at the limit in hand */
	int64_t passed, over;
	/* what its lines hold */
	int64_t hold;			/* at least: settled room */
	int64_t open;			/* so much more: see hold_span() */
	int64_t peak;			/* the most that they ever held */
	uint32_t first_paid;		/* statement since which it is paid; 0: it is not */
	uint32_t ever_paid;		/* the first that ever paid it; 0: none */
	/* what erased people hold: of the limit of this name alone; or NULL */
	const char *held_by;
	int64_t held_at;		/* its place on a ladder */
	bool held_less;			/* it is taken off others */
	bool frozen;			/* keeps what its lines hold, whatever its facts */
	bool pending;			/* an end of a limit is not known yet */
	bool split;			/* `parts` are those that limits left */
	/* what limits did */
	uint32_t move_count;
	struct { uint32_t payer; int64_t amount; } moves[MOVES_MAX];	/* excess that another owes */
	const struct terms_limit *limited;	/* the last that took something */
	/* of a top-up */
	const struct terms_limit *floor;
	char bucket[41];
	int32_t floor_day, floor_start;	/* and the enrolment date, where tranches ask for it */
	uint32_t floor_owner;		/* the unit that it is about; NONE: a site nobody knows */
	uint32_t version;		/* index */
	/* through shares: with its parts, or a part of `whole` */
	int64_t through_from, through_to;	/* gone through them before it: tranches */
	struct claim *whole;
	uint32_t part;
	uint32_t payer, payee;		/* name numbers: of a part; else NONE */
	struct parts parts;
};
struct claims {
	struct arena *arena;
	struct claim **items;
	size_t count, capacity;
};
struct claim *claim_add(struct claims *c);
struct standing claim_standing(const struct settlement *s, const struct claim *c);
/* As ties go, parts of one item by payer and payee. */
int claim_order(const struct settlement *s, const struct claim *a, const struct claim *b);

/* ---- settle_claim.c: what one unit asks for ---- */

/* Do its lines hold less than what it came to, as a part was held back? */
bool item_was_held(const struct run *r, const struct item *it);
/* Does another version's item come to the same key, and is it the one that counts? */
bool item_is_passed_over(const struct run *r, const struct kept *kept, uint32_t at);
void claims_begin(struct run *r);	/* of a statement, before all units */
/* A person of whom nothing is new but the lines of the last statement: it need not ask again. */
bool claims_stand(struct run *r, uint32_t owner);
/* What its entitlements and, where limits look at them, its keys without one ask for. */
void claims_of_owner(struct run *r, struct claims *claims, uint32_t owner);
void claim_hold(struct claim *c, struct span room);
/* Of a key without an entitlement: the enrolment's date as first recorded; of a person's the
 * earliest, where none stands as first recorded. */
int32_t claim_start_of_gone(struct scope *sc, uint32_t enrolment);

#endif
