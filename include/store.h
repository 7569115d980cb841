/* store.h - keeps entries and events in order and never changes one.
 *
 * Layer 2: opaque bytes by sequence number; knows nothing of events or money.
 * Chosen by URL: a path, "sqlite:PATH". Entries, events, checkpoints,
 * cosignatures and receipts are the record; every other table is a cache that a
 * rebuild makes again. One process appends at a time; readers never block it.
 */
#ifndef UTFALL_STORE_H
#define UTFALL_STORE_H

#include "hash.h"
#include "rc.h"

struct buf;
struct store;	/* opaque; belongs to whoever opened it */

enum store_mode {
	STORE_READ,	/* read-only handle with an authorizer; never creates */
	STORE_APPEND,	/* must exist */
	STORE_CREATE	/* must not exist */
};

/* Opening for writing hangs on store_write.h, so that a reader links no writing code. */
MUST_CHECK enum rc store_open_read(const char *url, struct store **ret, struct err *e);
void store_close(struct store *s);	/* NULL is allowed */

/* One read snapshot for everything between. Nests not. */
MUST_CHECK enum rc store_begin_read(struct store *s, struct err *e);
void store_end_read(struct store *s);

struct store_head {
	uint64_t size;		/* entries */
	struct hash root;
};
/* The stored head and the checkpoint note that signs it (appended to `ret_note`; may be NULL). */
MUST_CHECK enum rc store_head(struct store *s, struct store_head *ret, struct buf *ret_note,
			      struct err *e);

/* RC_NOT_FOUND beyond the head. Bytes are appended to `ret`. */
MUST_CHECK enum rc store_entry(struct store *s, uint64_t seq, struct buf *ret, struct err *e);
/* An erased event gives RC_OK, nothing appended and `*ret_erased` true. RC_NOT_FOUND where `seq` is
 * no event's. */
MUST_CHECK enum rc store_event(struct store *s, uint64_t seq, struct buf *ret, bool *ret_erased,
			       struct err *e);

/* Rows in order over [from, to). Bytes are borrowed until the next call of the function. */
struct store_row {
	uint64_t seq;
	const char *entry, *event;	/* event NULL where there is none or it was erased */
	size_t entry_size, event_size;
	bool has_event;			/* the entry has an event, erased or not */
};
typedef enum rc store_row_fn(void *arg, const struct store_row *row, struct err *e);
MUST_CHECK enum rc store_scan(struct store *s, uint64_t from, uint64_t to, store_row_fn *fn,
			      void *arg, struct err *e);

/* Receipts by the submission's entry; checkpoints by tree size; cosignatures by checkpoint. */
MUST_CHECK enum rc store_receipt(struct store *s, uint64_t seq, struct buf *ret, struct err *e);
MUST_CHECK enum rc store_checkpoint(struct store *s, uint64_t size, struct buf *ret, struct err *e);
/* Checkpoint notes from the newest of at most `size` on; any code but RC_OK from `fn` ends it and
 * is returned. */
typedef enum rc store_note_fn(void *arg, const char *note, size_t size, struct err *e);
MUST_CHECK enum rc store_checkpoints_back(struct store *s, uint64_t size, store_note_fn *fn,
					  void *arg, struct err *e);

/* All of them from the first on: the columns and the note, which should say the same; a root of
 * another length comes as zeros. */
typedef enum rc store_checkpoint_fn(void *arg, const struct store_head *head, const char *note,
				    size_t size, struct err *e);
MUST_CHECK enum rc store_checkpoints(struct store *s, store_checkpoint_fn *fn, void *arg,
				     struct err *e);

/* Caches: blobs by kind and number. RC_NOT_FOUND where there is none. */
enum cache_kind {
	CACHE_RUN = 1,		/* sorted runs of the index, see index.h */
	CACHE_TILE = 2,		/* hash tiles: number = level << 56 | index */
	CACHE_STATE = 3,	/* small state of the ledger at the head */
	CACHE_KIND_MAX
};
MUST_CHECK enum rc store_cache(struct store *s, enum cache_kind kind, uint64_t number,
			       struct buf *ret, struct err *e);
typedef enum rc store_cache_fn(void *arg, uint64_t number, const void *bytes, size_t size,
			       struct err *e);
MUST_CHECK enum rc store_cache_scan(struct store *s, enum cache_kind kind, store_cache_fn *fn,
				    void *arg, struct err *e);
/* All receipts, by the entry that they are for. */
MUST_CHECK enum rc store_receipts(struct store *s, store_cache_fn *fn, void *arg, struct err *e);

#endif
