/* store_write.h - the writing side of the store: linked by programs that append, and by no other.
 *
 * Layer 2. Everything happens inside store_transaction(): it owns BEGIN
 * IMMEDIATE, COMMIT, ROLLBACK and the bounded wait for another writer.
 */
#ifndef UTFALL_STORE_WRITE_H
#define UTFALL_STORE_WRITE_H

#include "store.h"

MUST_CHECK enum rc store_create(const char *url, struct store **ret, struct err *e);
MUST_CHECK enum rc store_open_append(const char *url, struct store **ret, struct err *e);

/* Commits if `fn` returns RC_OK, else rolls back and leaves `e` as `fn` wrote it.
 * RC_CONFLICT where another writer keeps the lock too long; RC_SYSTEM for a full disk. A commit
 * whose result is unknown is RC_SYSTEM: the caller must close the store and read the head anew. */
typedef enum rc store_fn(struct store *s, void *arg, struct err *e);
MUST_CHECK enum rc store_transaction(struct store *s, store_fn *fn, void *arg, struct err *e);

/* RC_CONFLICT unless `seq` is the next. `event` is NULL for a submission's entry. */
MUST_CHECK enum rc store_append(struct store *s, uint64_t seq, const void *entry, size_t entry_size,
				const void *event, size_t event_size, struct err *e);
/* Compare-and-swap: RC_CONFLICT unless the stored head is `old` (size 0 and zero root at first).
 * Also keeps the note under its size. `new` covers every entry, and more than `old`. */
MUST_CHECK enum rc store_swap_head(struct store *s, const struct store_head *old,
				   const struct store_head *new, const void *note, size_t note_size,
				   struct err *e);
MUST_CHECK enum rc store_put_receipt(struct store *s, uint64_t seq, const void *bytes, size_t size,
				     struct err *e);
MUST_CHECK enum rc store_put_cache(struct store *s, enum cache_kind kind, uint64_t number,
				   const void *bytes, size_t size, struct err *e);	/* size 0 removes */
/* Destroys the bytes of an event; the row stays. The only change a record ever sees. What caches
 * say of the event is for the caller to clear in the same transaction (before writing new ones:
 * clearing overwrites whole pages). Call store_scrub() after the commit. */
MUST_CHECK enum rc store_erase_event(struct store *s, uint64_t seq, struct err *e);
/* Outside a transaction: moves the write-ahead log into the file and empties it, so that
 * no file holds erased bytes. RC_CONFLICT while a reader still needs the old pages. */
MUST_CHECK enum rc store_scrub(struct store *s, bool patient, struct err *e);
/* Replaces the checkpoint note of `size` by the same bytes with more signature lines behind. */
MUST_CHECK enum rc store_cosign(struct store *s, uint64_t size, const void *note, size_t note_size,
				struct err *e);
/* Empties one cache; all of them. */
MUST_CHECK enum rc store_clear_cache(struct store *s, enum cache_kind kind, struct err *e);
MUST_CHECK enum rc store_clear_caches(struct store *s, struct err *e);

#endif
