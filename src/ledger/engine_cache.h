/* engine_cache.h - settlement engines kept in the store between processes: a cache.
 *
 * Beside the small state's blobs, of which it is one for `erase` and `rebuild`: it goes where they
 * go. Of each contract a head (struct cached_engine) and its bytes in parts, one blob each, each
 * ending in its own SHA-256. What does not fit exactly is not used, and made again from the record.
 */
#ifndef UTFALL_ENGINE_CACHE_H
#define UTFALL_ENGINE_CACHE_H

#include "ledger_priv.h"

#define ENGINE_AT (UINT64_C(4) << 40)		/* beside the numbers of state_save.c */
#define ENGINE_CONTRACTS 65536u
#define ENGINE_PART (1u << 20)			/* bytes of a part, without its sum */
#define ENGINE_PARTS 4096u			/* more is not kept */

struct cached_engine {
	char build[65];
	struct hash contract, root;		/* of the tree of size `told` */
	uint64_t told, parts;
};

static inline uint64_t
engine_blob(size_t contract, uint64_t part)	/* part 0: the head */
{
	return ENGINE_AT + ((uint64_t)contract << 24) + part;
}

/* The head that is there; false where there is none that is sound. */
bool engine_cached_head(struct store *s, size_t contract, struct cached_engine *ret);
/* Takes in the engine that the store keeps of the contract, if it is of this build and history.
 * RC_NOT_FOUND where there is none to use; the rest of the record is still to be told. */
MUST_CHECK enum rc engine_cached_load(struct ledger *l, const struct contract *k, struct err *e);

#endif
