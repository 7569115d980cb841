/* erasure.h - what erasing a person takes: events, what would be lost, bodies of data.erased.
 *
 * Layer 4. Reads only. Recording the bodies destroys the bytes: append.h.
 */
#ifndef UTFALL_ERASURE_H
#define UTFALL_ERASURE_H

#include "person.h"

struct contract;
struct json;
struct settlement;

struct unsettled {		/* earned by what is recorded, in no statement yet */
	struct hash contract;
	const char *payment, *outcome, *payer, *payee, *unit;
	int64_t amount;
};

struct erasure {		/* in the caller's arena */
	struct person person;
	struct unsettled *unsettled;
	size_t unsettled_count;
	struct json *bodies;		/* of data.erased; `authority` is for the caller to put in */
	size_t body_count;
};

/* RC_NOT_FOUND where nothing here is about any of them. */
MUST_CHECK enum rc erasure_find(struct ledger *l, const char *const *pseudonyms, size_t count,
				struct arena *arena, struct erasure *ret, struct err *e);

/* What the person's lines under one contract hold, as `held` of data.erased has it: an array. */
MUST_CHECK enum rc erasure_held(struct ledger *l, struct settlement *engine,
				const struct person *p, struct arena *arena, struct json *ret,
				struct err *e);

#endif
