/* sample_view.h - a statement's sample: what was drawn, and what was found so far.
 *
 * Layer 5. Everything lives in the arena given.
 */
#ifndef UTFALL_SAMPLE_VIEW_H
#define UTFALL_SAMPLE_VIEW_H

#include "hash.h"
#include "rc.h"

struct arena;
struct contract;
struct json;
struct ledger;

enum sample_found { SAMPLE_UNCHECKED, SAMPLE_ACCEPTED, SAMPLE_REJECTED };

struct sample_row {			/* a key with an amount above 0 in the statement */
	const struct json *line, *basis;	/* of its first line; basis NULL where erased */
	const char *proof;
	int64_t amount;			/* of all its lines there, tax apart */
	struct hash key;
	bool drawn;
	enum sample_found found;	/* by verdicts that name the statement as population */
};

struct sample_view {
	struct hash root;		/* the seed */
	struct sample_row *rows;	/* in the order of lines */
	size_t count, drawn, accepted, rejected;	/* drawn ones */
};

/* RC_REFUSED before a submission has followed the statement, or where nothing is sampled. */
MUST_CHECK enum rc sample_read(struct ledger *l, const struct contract *c, uint32_t number,
			       struct arena *arena, struct sample_view *ret, struct err *e);

#endif
