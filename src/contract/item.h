/* item.h - an entitlement before limits: an outcome or a period times its price.
 *
 * Read payment.c first. An item is a plain value; what evaluating a unit last gave is kept with its
 * owner from statement to statement (settle_kept.c).
 */
#ifndef UTFALL_ITEM_H
#define UTFALL_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calendar.h"
#include "terms.h"

struct kept_aside;
struct run;
struct scope;
struct settlement;
struct unit;

struct item {			/* an entitlement before limits, or a candidate for a zero line */
	const struct terms_payment *payment;
	const struct terms_outcome *outcome;	/* or NULL */
	uint32_t version;		/* index */
	uint32_t owner;			/* of its unit */
	uint32_t enrolment;		/* root fact, or NONE */
	int32_t start;			/* enrolment date: for ties */
	int32_t achieved;		/* achieved or due day */
	int32_t counts;			/* the day from which it counts */
	int32_t held_until;		/* a part is held back before this day; INT32_MIN: none */
	int32_t first;			/* first counted day */
	struct period period;
	int32_t period_base;
	uint32_t rival;			/* number + 1 of the last that goes before it for its key; 0 */
	int64_t amount;
	int64_t index;
	enum terms_qualifier fails;
	bool pending, sampled;
	char occurrence[LABEL];
	uint32_t site;			/* name number, where a limit asks; or NONE */
	uint32_t stand;			/* number + 1 of its first place in a carried bucket; 0: none */
	uint32_t of_enrolment;		/* its enrolment, a person's first; or NONE */
	uint32_t groups;		/* of those that limits are per: 1 << (limited - 1) */
};

typedef void item_fn(void *arg, struct scope *sc, const struct item *it);
/* Every entitlement and candidate of a unit, each in its scope. `of`: only payments of these
 * names; NULL: all. */
void items_of_unit(struct run *r, struct unit *u, item_fn *fn, void *arg,
		   const struct terms_payment *const *of, size_t of_count);
/* The version that governs it: of what it is for, day and key are read. */
uint32_t item_governing(const struct run *r, const struct item *it);
/* Collects the events that it rests on into run->basis. */
void item_basis(struct scope *sc, const struct item *it);

struct standing {		/* what ties go by, of an item or of a top-up */
	int32_t achieved, start;	/* its day; the enrolment date */
	uint32_t who;			/* owner that has the pseudonym */
	uint32_t enrolment;		/* root fact, or NONE */
	const char *payment, *outcome, *occurrence;	/* "" for none */
};
struct standing item_standing(const struct settlement *s, const struct item *it);
/* Achieved date, enrolment date, pseudonym, payment, outcome, occurrence. */
int standing_order(const struct settlement *s, const struct standing *x, const struct standing *y);
int item_order(const struct settlement *s, const struct item *x, const struct item *y);
/* An enrolment goes by its own pseudonym, also where that is one of several of a person. */
uint32_t item_pseudonym(const struct settlement *s, const struct item *it);

/* ---- what evaluating each unit last gave: settle_kept.c ---- */

struct kept {
	uint32_t count;
	int32_t turns;			/* the day on which time alone changes it; NEVER */
	int32_t due;			/* the next day on which an item counts; NEVER */
	int32_t latest;			/* the unit's last enrolment; NEVER where it has none */
	uint32_t gone;			/* as an item's stand: of keys without one */
	struct item items[];
};
void kept_refresh(struct run *r);
/* Says of each whom it shares its key with: items are as they will stay. */
void kept_pair(struct kept *k);
void kept_due(struct settlement *s, uint32_t owner, int32_t after);
void kept_forget(struct settlement *s);
/* What is kept and carried is put aside while something else is worked out from nothing; bringing
 * it back frees `aside`. */
struct kept_aside *kept_put_aside(struct settlement *s);
void kept_bring_back(struct settlement *s, struct kept_aside *aside);

#endif
