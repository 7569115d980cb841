/* value.h - a named value of the terms: facts folded over a period, or an expression.
 *
 * Read value.c first. Covers are remembered by the unit that they are of and lie in its arena.
 */
#ifndef UTFALL_VALUE_H
#define UTFALL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ratio.h"
#include "terms.h"
#include "xval.h"

struct chain;
struct fact;
struct run;
struct scope;

#define COVER_USES 4
struct cover {			/* days that a fact covers, with what it carries */
	int32_t first, last;
	bool unknown;			/* the number, or whether it belongs to the value */
	bool unsure;			/* ... the latter */
	bool further;			/* a piece of a spell that surely belongs to it since an earlier one */
	struct ratio number;
	struct { const struct chain *chain; const struct fact *fact; } uses[COVER_USES];
};

#define TALLY_LEAST 16		/* covers that are worth it */
struct tally {			/* of the covers before one: those that are known */
	struct ratio sum, low, high;
	uint32_t known, unknown;
	bool broken;			/* out of range */
};

struct covers {
	const struct terms_value *value;
	bool relaxed;
	bool spans;			/* facts that cover days, not lie on one */
	struct cover *items;		/* by first day */
	int32_t *reach;			/* of each the last day of it and all before it */
	size_t count;
	struct tally *tallies;		/* before each and behind the last; NULL where not worth it */
	bool unknown;			/* some of them is */
	bool everybody;			/* others were asked which of them belong to it */
	int32_t turns, ahead;		/* when time alone changes that, as a run has them */
	struct covers *next;
};

/* Whose facts a value reads for whoever asks; false where there is nobody. */
bool value_scope(struct scope *sc, const struct terms_value *v, struct scope *ret);
struct xval value_read(struct scope *sc, const struct terms_value *v);
/* Of the unit in the scope; kept with it. `relaxed`: any recorded head counts. */
const struct covers *value_covers(struct scope *sc, const struct terms_value *v, bool relaxed);
/* The first cover that reaches `day` or lies behind it, all before it end earlier. */
size_t covers_from(const struct covers *c, int32_t day);

#endif
