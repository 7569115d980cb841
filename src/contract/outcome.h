/* outcome.h - on which days an outcome is reached, and by which facts.
 *
 * Read outcome.c first: an outcome's periods are steps, its mark is found in them, and each time it
 * is reached is a reach. Lists are remembered by the unit that they are of and lie in its arena.
 */
#ifndef UTFALL_OUTCOME_H
#define UTFALL_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calendar.h"
#include "ratio.h"
#include "terms.h"

struct chain;
struct enrolment;
struct fact;
struct scope;

struct reach {			/* one occurrence */
	int32_t first, achieved;	/* first counted day; last day counted */
	uint32_t index;			/* 1.. */
	int32_t period_start;
	enum terms_qualifier fails;	/* QUALIFIER_MAX: real */
};

struct reaches {
	const struct terms_outcome *outcome;
	unsigned relaxed;
	bool optimistic, busy;
	struct reach *items;
	size_t count;
	int32_t turns;			/* the first day after `through` on which more may be reached */
	int32_t ahead;			/* the first on which what it stands on is read otherwise */
	const struct reaches *together;	/* with times counted among others */
	struct reaches *next;
};

/* ---- what is counted: outcome_steps.c, outcome_mark.c ---- */

struct step {			/* equal periods in a row */
	int32_t start, end;	/* of all of them */
	int32_t count;		/* periods: as many as days, or 1 */
	int32_t index;		/* of the first */
	bool unknown;
	struct ratio number;
};
struct steps {
	struct step *items;
	size_t count, capacity;
	const struct terms_calendar *calendar;
	bool daily;		/* periods are civil days */
	bool joins;		/* equal days may be one step */
};
struct bounds {
	int32_t from, until;
};
/* Between which days the periods must lie; false where that is unknown or never. */
bool outcome_bounds(struct scope *sc, const struct terms_outcome *o, unsigned relaxed,
		    struct bounds *ret);
void steps_read(struct scope *sc, const struct terms_outcome *o, struct bounds b,
		struct steps *ret);
/* Searches for the days on which the mark holds, onward: each question goes on where the one before
 * it ended. In the run's scratch. */
struct marker;
struct marker *mark_begin(struct scope *sc, const struct terms_outcome *o,
			  const struct steps *steps, unsigned relaxed, bool optimistic);
/* The first period that ends on or after `min_day`, never before an earlier one, in which the mark
 * holds. */
bool mark_next(struct marker *m, int32_t min_day, struct reach *ret);
/* Only periods that begin on or after `day`, which is behind the last one found, count from now. */
void mark_restart(struct marker *m, int32_t day);

/* ---- when it is reached ---- */

/* How often it may be reached: `times`, or 1; 0 where that is unknown. */
int64_t outcome_times_max(struct scope *sc, const struct terms_outcome *o);

/* One subject by itself, not yet in the unit's memory. */
const struct reaches *outcome_find(struct scope *sc, const struct terms_outcome *o,
				   unsigned relaxed, bool optimistic);
/* The same from the unit's memory; NULL while it is being read: it asks for itself. */
const struct reaches *outcome_alone(struct scope *sc, const struct terms_outcome *o,
				    unsigned relaxed, bool optimistic);

/* ---- counted among several: outcome_times.c ---- */

/* Occurrences beyond the most that may be reached together fail `times`. */
void outcome_mark_times(struct scope *sc, const struct terms_outcome *o, struct reaches *list);
/* Would this occurrence, on relaxed terms, still find a place among the real ones? */
bool outcome_times_left(struct scope *sc, const struct terms_outcome *o, const struct reach *r);

/* Times an outcome was reached by its subject in this scope; NULL where it has no such subject. */
const struct reaches *outcome_reaches(struct scope *sc, const struct terms_outcome *o,
				      unsigned relaxed, bool optimistic);
/* A first reach with what `show` lists relaxed, and the first qualifier that it fails. */
bool outcome_candidate(struct scope *sc, const struct terms_outcome *o, struct reach *ret);
/* "" for once, the period's label on the grid, else the ordinal. */
void outcome_occurrence(struct scope *sc, const struct terms_outcome *o, const struct reach *r,
			char ret[LABEL]);
/* The scope on an outcome's achieved day. */
struct scope outcome_scope(const struct scope *sc, const struct terms_outcome *o,
			   const struct reach *r);
/* The claim that counts for an occurrence, or NULL. */
const struct fact *outcome_claim(struct scope *sc, const struct terms_outcome *o,
				 const struct reach *r, const struct chain **ret_chain);
/* Collects the events that a reach rests on into run->basis. */
void outcome_basis(struct scope *sc, const struct terms_outcome *o, const struct reach *r);

#endif
