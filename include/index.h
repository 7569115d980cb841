/* index.h - finds sequence numbers by key among millions, without a random-access index on disk.
 *
 * Layer 2. An item is the first eight bytes of a key's hash and a sequence
 * number. All are in memory, about 27 bytes each. What is new gathers in a tail;
 * a full tail becomes a run, a blob in the store's caches, written once (a rebuild
 * makes them again from the events). A find gives candidates only: the caller
 * confirms each against the full key. Nothing is ever removed.
 */
#ifndef UTFALL_INDEX_H
#define UTFALL_INDEX_H

#include "hash.h"
#include "rc.h"

struct buf;
struct store;
struct index;	/* opaque; belongs to whoever opened it */

struct index *index_new(void);		/* in memory only */
/* Loads the runs; `*ret_next` is the first sequence number that they do not cover. */
MUST_CHECK enum rc index_open(struct store *s, struct index **ret, uint64_t *ret_next,
			      struct err *e);
void index_free(struct index *x);

/* Entry by entry in ledger order: the first add for an entry has its own seq, further keys of
 * the same entry may name an earlier one. */
void index_add(struct index *x, struct hash key, uint64_t seq);
/* Last added first. Up to `max` candidates; `*ret_count` counts all there are. */
void index_find(const struct index *x, struct hash key, uint64_t *ret_seqs, size_t max,
		size_t *ret_count);
/* Asks the memory for what index_find() of this key will look at first; changes nothing. */
void index_expect(const struct index *x, struct hash key);

/* Forgets what was added since the last mark: for a transaction that rolls back. */
void index_mark(struct index *x);
void index_rollback(struct index *x);

/* Writes a full tail as a run inside the caller's transaction; `next` is the first sequence number
 * not yet added. Does nothing while the tail is short, or for an index in memory only.
 * In src/store/index_write.c. */
MUST_CHECK enum rc index_flush(struct index *x, struct store *s, uint64_t next, struct err *e);
size_t index_bytes(const struct index *x);

/* A part of all items, by the first byte of their keys, for who keeps an index in memory in a file
 * of its own; loading adds them to an index that has none of that part. False where they are no
 * such items, or name an entry at or beyond `size`. */
#define INDEX_PARTS 256
void index_part_save(const struct index *x, unsigned part, struct buf *ret);
MUST_CHECK bool index_part_load(struct index *x, unsigned part, const void *bytes, size_t count,
				uint64_t size);

#endif
