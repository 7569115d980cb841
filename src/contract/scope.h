/* scope.h - where something is read: the run and unit, the version, the day, what is at hand.
 *
 * A scope is a plain value on the stack of whoever reads; it is copied and narrowed on the way down
 * and owns nothing.
 */
#ifndef UTFALL_SCOPE_H
#define UTFALL_SCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calendar.h"

struct chain;
struct enrolment;
struct fact;
struct item;
struct run;
struct terms_party;
struct terms_proof;
struct unit;
struct version;

struct layer {			/* a change of a spell */
	const struct fact *fact;
	const struct chain *chain;
	bool lowers_only;		/* does not count yet: numbers that fall do */
};

#define NO_RANGE INT32_MIN		/* the period in hand is by itself */

struct layered;			/* members of a spell with all its changes: expression_ref.c */

struct scope {
	struct run *run;
	struct unit *unit;
	const struct version *version;
	const struct enrolment *enrolment;	/* or NULL */
	int32_t day;			/* the day looked at */
	bool has_period;
	struct period period;
	const struct terms_calendar *calendar;	/* the period's */
	int32_t period_base;		/* index of the range's first period, or NO_RANGE */
	bool ahead;			/* read for a day that no statement is about yet */
	bool has_outcome;
	int32_t outcome_day;
	const char *outcome_name;
	uint32_t outcome_index;
	const struct fact *fact;	/* with later layers of a spell above it */
	const struct layer *layers;
	size_t layer_count;
	struct layered **layered;	/* what was read of them */
	const struct chain *fact_chain;
	const struct item *item;
	unsigned relaxed;		/* 1 << qualifier */
};

/* What was read of its subject. */
struct memos *scope_memos(const struct scope *sc);
/* payment.c: a unit, or one of its enrolments, under a version */
struct scope subject_scope(struct run *r, struct unit *u, uint32_t version,
			   const struct enrolment *en);
/* Is it a site's unit, of one that the version lists? Each has its own. */
bool scope_is_site(const struct scope *sc);
/* To the day of something, which may lie behind the statement's. */
void scope_go(struct scope *sc, int32_t day);
/* On the day that the item is about, under its version. */
struct scope item_scope(struct run *r, struct unit *u, const struct item *it);

/* ---- fact_proof.c: whom a scope's proofs believe ---- */

/* The member that counts under a proof, or NULL. `relaxed`: any recorded head. */
const struct fact *chain_counts(struct scope *sc, const struct chain *c,
				const struct terms_proof *p, bool relaxed);
/* NULL where the version in hand names no such party. */
const struct terms_party *sender_party(struct scope *sc, const struct fact *f);

#endif
