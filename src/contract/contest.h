/* contest.h - who has one of the places of an outcome that is counted among several.
 *
 * First all occurrences are entered, then they are judged; from then on each answer costs a search.
 * All of it lies in the arena of the run or of the unit that it is of.
 */
#ifndef UTFALL_CONTRACT_CONTEST_H
#define UTFALL_CONTRACT_CONTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "terms.h"

struct arena;
struct reach;
struct run;
struct scope;
struct settlement;
struct unit;
struct version;

struct entrant {		/* one occurrence among those counted together */
	const struct settlement *s;
	int32_t achieved, start;
	uint32_t owner, enrolment;	/* pseudonym; fact of the enrolment's root or NONE */
	uint32_t index;
	uint32_t occurrence;		/* name number, where there are several versions */
	uint32_t versions;		/* kept: where at least so many are read */
	uint32_t bucket;		/* name number + 1 of the site, fact + 1 of the enrolment; else 0 */
	bool stands, kept;		/* kept: by a version before the one that takes its subject */
	uint32_t before, own_before;	/* places taken before it in its bucket; of them its subject's */
	int64_t max;			/* of how many places it may have one, by its own subject */
};
struct entrants {
	struct entrant *items;
	size_t count, capacity;
};

struct places {			/* taken before anybody is counted */
	uint32_t bucket;
	int64_t count;
};

#define TIMES_EACH_ITS_OWN (-1)

struct contest {		/* of one outcome over everybody, in a run; or in a unit */
	const struct terms_outcome *outcome;
	const struct version *asks;	/* whose outcome it is */
	struct arena *arena;
	struct entrants all, kept;	/* kept: by versions before the one that takes their subject */
	const struct entrant **own;	/* `all`, each subject's together, once that is judged */
	struct places *first;		/* by bucket; held by erased people, or kept */
	size_t first_count, first_capacity;
	int64_t max;			/* where it is the same for all; else TIMES_EACH_ITS_OWN */
	uint32_t versions;		/* by the first so many everybody is read */
	bool optimistic, busy;
	bool shared;			/* by site or under the contract */
	struct contest *next;
};

/* ---- contest.c ---- */

void entrant_add(struct arena *arena, struct entrants *to, struct entrant one);
/* Who stands: everybody has been entered. */
void contest_judge(struct contest *c, const struct run *r);
/* Places that others really have before this one, or older versions keep. */
int64_t contest_taken(const struct contest *c, const struct entrant *mine);
/* Is it among those who were counted? One that an older version keeps is counted behind them, and
 * behind `own` of its subject's that were found to stand. */
bool contest_stands(const struct contest *c, const struct entrant *mine, int64_t own);

/* ---- outcome_keep.c: who is entered, and what versions keep ---- */

/* An occurrence of the subject in the scope, counted with those of its site, enrolment or all. */
struct entrant entrant_read(struct scope *sc, const struct terms_outcome *o, enum terms_times per,
			    const struct reach *r);

/* What one version governs of subjects that a later one takes; of everybody, or of a unit. */
struct keeping {
	const struct terms_outcome *outcome;
	struct arena *arena;
	struct entrants items;
	struct keeping *next;
	uint32_t version;		/* index */
	int32_t turns, ahead;		/* of what was read for it */
	bool optimistic, busy;		/* busy: it is being read */
};
/* NULL where it has to be read. */
struct keeping *keeping_find(struct keeping *list, const struct contest *c, uint32_t version);
struct keeping *keeping_add(const struct contest *c, uint32_t version, struct keeping **list);
void keeping_read(struct keeping *k, struct run *r, struct unit *u);
void contest_keep(struct contest *c, const struct keeping *k, struct run *r);

/* Places of an outcome that the subjects of a unit have, each as its own of the first `versions`
 * counts it: `of` says which outcome and among whom it is counted. */
void outcome_places(struct run *r, const struct terms_outcome *of, uint32_t versions,
		    struct unit *u, struct entrants *ret);
/* Of a unit that is about to be erased: they are what it will hold. */
void outcome_hold(struct run *r, const struct terms_outcome *of, uint32_t versions, struct unit *u);

#endif
