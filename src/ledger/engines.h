/* engines.h - the settlement engine of each contract, told its events in ledger order. */
#ifndef UTFALL_ENGINES_H
#define UTFALL_ENGINES_H

#include "state.h"

struct engine {
	struct hash contract;
	struct settlement *settlement;
	uint64_t told;			/* every event below this entry */
};

struct engines {
	struct engine *items;
	size_t count, capacity;
};

void engines_free(struct engines *all);
struct engine *engines_find(const struct engines *all, struct hash contract);
/* One that was kept, and now belongs to `all`. */
void engines_put(struct engines *all, struct hash contract, struct settlement *s, uint64_t told);
/* It no longer belongs to `all`. */
void engines_drop(struct engines *all, struct hash contract);
/* Asks the memory for what engines_tell() of this event will look at; changes nothing. */
void engines_expect(const struct engines *all, const struct event *event);
/* Tells `x`, an event that the state has taken in, to its contract's engine. */
MUST_CHECK enum rc engines_tell(struct engines *all, const struct state *st, const struct step *x,
				const char *sender, struct err *e);

#endif
