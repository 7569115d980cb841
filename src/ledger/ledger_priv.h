/* ledger_priv.h - an open ledger's parts, shared by its reading and its writing side. */
#ifndef UTFALL_LEDGER_PRIV_H
#define UTFALL_LEDGER_PRIV_H

#include "ledger.h"

#include "buf.h"
#include "engines.h"
#include "store.h"
#include "tiles.h"

#define SCRUB_MARK (UINT64_C(3) << 40)	/* beside the numbers of state_save.c */

struct index;

struct pending_row {
	size_t offset, size;		/* of the entry in `entries` */
	const char *event;		/* borrowed; NULL for a submission's entry */
	size_t event_size;
};

struct pending {		/* rows of an append that are not in the store yet */
	uint64_t first;
	size_t count, capacity;
	struct pending_row *rows;
	struct buf entries;
};

struct ledger {
	struct store *store;
	bool writing;			/* no snapshot is kept open */
	bool snapshot;
	bool rebuilt;			/* made again in memory: the store's caches are not to be used */
	struct store_head head;
	struct buf note;		/* the checkpoint that signs it */
	struct index *index;
	struct state *state;
	struct engines engines;
	struct tile_reader *tiles;
	struct pending pending;
	size_t saved_submissions, saved_small;	/* rows that the store's caches hold */
};

/* From the store's caches, or else from the record. */
MUST_CHECK enum rc ledger_load(struct ledger *l, struct err *e);
void ledger_unload(struct ledger *l);
/* A blob of the small state from the caches; a state_get_fn whose `arg` is the store. */
MUST_CHECK enum rc ledger_state_blob(void *store, uint64_t number, struct buf *ret, struct err *e);
/* A new state that reads through this ledger; `index` is borrowed. */
struct state *ledger_new_state(struct ledger *l, struct index *index);
/* Every entry into a new state, unchecked; each leaf to `leaf`, which may be NULL. `index` is empty
 * and belongs to the ledger from here on. */
typedef enum rc ledger_leaf_fn(void *arg, struct hash leaf, struct err *e);
MUST_CHECK enum rc ledger_rebuild(struct ledger *l, struct index *index, ledger_leaf_fn *leaf,
				  void *arg, struct err *e);
/* Tile (level, index) from the caches, or hashed again from the entries; a tile_read_fn whose
 * `arg` is the ledger. */
MUST_CHECK enum rc ledger_tile(void *ledger, unsigned level, uint64_t index, unsigned width,
			       struct hash *ret, struct err *e);
uint64_t ledger_tile_number(unsigned level, uint64_t index);
/* The next statement's bodies; `first` as in struct settle_args. */
MUST_CHECK enum rc ledger_compute(struct ledger *l, struct hash contract, struct date through,
				  uint64_t first, settle_line_fn *fn, void *arg,
				  struct arena *arena, const struct json **ret_issued,
				  struct err *e);

#endif
