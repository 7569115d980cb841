/* index.h - finds sequence numbers by key among millions, without a random-access index on disk.
 *
 * Layer 2. An entry is the first eight bytes of a key's hash and a sequence
 * number. New entries gather in a tail in memory; full tails become sorted runs,
 * runs merge into larger ones, and all are blobs in the store's caches (a
 * rebuild makes them again from the events). A find gives candidates only: the
 * caller confirms each against the full key. Nothing is ever removed.
 */
#ifndef UTFALL_INDEX_H
#define UTFALL_INDEX_H

#include "hash.h"
#include "rc.h"

struct store;
struct index;	/* opaque; belongs to whoever opened it */

struct index *index_new(void);		/* in memory only */
/* Loads the runs; `*ret_next` is the first sequence number that they do not cover. */
MUST_CHECK enum rc index_open(struct store *s, struct index **ret, uint64_t *ret_next,
			      struct err *e);
void index_free(struct index *x);

void index_add(struct index *x, struct hash key, uint64_t seq);
/* Newest first. Up to `max` candidates; `*ret_count` counts all there are. */
void index_find(const struct index *x, struct hash key, uint64_t *ret_seqs, size_t max,
		size_t *ret_count);

/* Forgets what was added since the last mark: for a transaction that rolls back. */
void index_mark(struct index *x);
void index_rollback(struct index *x);

/* Writes full tails and merged runs inside the caller's transaction; `next` is the first
 * sequence number not yet added. Cheap when the tail is short. In src/store/index_write.c. */
MUST_CHECK enum rc index_flush(struct index *x, struct store *s, uint64_t next, struct err *e);
size_t index_bytes(const struct index *x);

#endif
