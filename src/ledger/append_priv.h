/* append_priv.h - one append in progress, shared by the files of the writing side. */
#ifndef UTFALL_APPEND_PRIV_H
#define UTFALL_APPEND_PRIV_H

#include "append.h"
#include "ledger_priv.h"
#include "verify_pool.h"

struct append {
	struct ledger *l;
	const struct append_args *args;
	struct findings *f;
	struct arena *arena;
	uint64_t count_max;
	struct submission_file file;
	struct event *events;		/* as far as they have been read */
	struct verify_pool *pool;
	struct append_part *parts;	/* of the events, each read by one core */
	size_t part_count, ahead;	/* parts; those handed out before the batch now read */
	int64_t at;
	uint64_t first;			/* entry of the submission */
	struct hash *leaves;		/* of its entries */
	struct pending_row *rows;	/* of its events, for those that the state takes */
	struct merkle_frontier before, after;
	struct buf note, receipt;
	uint64_t *erases;		/* entries of the events whose bytes it destroys */
	size_t erase_count;
	bool left_bytes;		/* destroyed, but a reader keeps the old pages */
	bool again;			/* answered with the first receipt */
	bool moved;			/* another writer was first */
};

/* ---- append_read.c ---- */
MUST_CHECK enum rc append_read(struct append *a, struct err *e);
/* Starts on the first batch of events; at a later try they are there already. */
void append_read_begin(struct append *a);
/* Waits for the batch and starts on the next: returns the number of events that have been read. Not
 * `*ret_good`: one of this batch cannot be. */
MUST_CHECK size_t append_read_more(struct append *a, bool *ret_good);
/* Reads the rest and lists everything that cannot be read. */
MUST_CHECK enum rc append_read_refuse(struct append *a, struct err *e);
void append_free(struct append *a);	/* all but the arena */

/* ---- append_check.c: what the state can refuse; nothing is written ---- */
/* Entries of the events `from` to `to` into `rows` and `leaves`, behind those before them: each
 * holds the hash of the one before. On any core. */
void append_chain(struct append *a, size_t from, size_t to);
MUST_CHECK enum rc append_validate(struct append *a, struct err *e);
/* Signers that the checkpoint at the new size needs. */
MUST_CHECK enum rc append_check_signers(struct append *a, struct err *e);

/* ---- append_admit.c ---- */
MUST_CHECK bool append_admit_clock(struct append *a);
void append_admit_event(struct findings *f, size_t line, const struct event *event);

/* ---- append_write.c: the transaction ---- */
MUST_CHECK enum rc append_write(struct append *a, struct err *e);
MUST_CHECK enum rc append_write_state(struct ledger *l, struct err *e);

/* ---- append_erase.c: what a data.erased names is destroyed as it is recorded ---- */
/* Finds it; refuses an erasure that leaves something of the person behind. */
MUST_CHECK enum rc append_erase_find(struct append *a, struct err *e);
/* Inside the transaction: destroys it and makes the caches that knew of it again. */
MUST_CHECK enum rc append_erase_bytes(struct append *a, struct err *e);
/* Behind it: nothing of it stays in the write-ahead log either. Where a reader keeps the old
 * pages, `*ret_left` is true, and opening the ledger for writing tries again, less patiently. */
MUST_CHECK enum rc append_scrub(struct ledger *l, bool patient, bool *ret_left, struct err *e);
/* The mark that ledger_left_bytes() reads. */
MUST_CHECK enum rc append_mark_scrub(struct ledger *l, bool must, struct err *e);

/* ---- append_engine.c ---- */
/* The contract's engine as of the head, for the next process. */
MUST_CHECK enum rc append_keep_engine(struct ledger *l, const struct contract *contract,
				      struct err *e);

/* ---- append.c ---- */
/* Loads the ledger anew where another process has appended since. */
MUST_CHECK enum rc append_catch_up(struct ledger *l, struct err *e);
/* Without trying again where another writer was first: what is appended depends on the head. */
MUST_CHECK enum rc append_run_once(struct append *a, struct append_result *ret, struct err *e);

#endif
