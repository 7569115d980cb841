/* ledger.h - one open ledger: its state, its store, its proofs. Appending hangs on append.h.
 *
 * Layer 4. Opening reads the caches, not the record: a ledger of millions of
 * events opens in milliseconds. Caches that are absent or stale are made again
 * from the record (in memory by a reader, in the store by the next append).
 * One handle is one snapshot; ledger_refresh() moves it to the present head.
 */
#ifndef UTFALL_LEDGER_H
#define UTFALL_LEDGER_H

#include "date.h"
#include "event.h"
#include "hash.h"
#include "merkle.h"
#include "rc.h"
#include "settle.h"
#include "state.h"

struct arena;
struct buf;
struct sample;
struct ledger;	/* opaque; belongs to whoever opened it */
struct store;

MUST_CHECK enum rc ledger_open_read(const char *url, struct ledger **ret, struct err *e);
void ledger_close(struct ledger *l);	/* NULL is allowed */
MUST_CHECK enum rc ledger_refresh(struct ledger *l, struct err *e);
/* The same for a reader that waits: where the head is the same, only the snapshot is taken anew. A
 * snapshot that stays keeps the store's log, and with it erased bytes, from being emptied. */
MUST_CHECK enum rc ledger_renew(struct ledger *l, struct err *e);

struct state *ledger_state(struct ledger *l);
struct store *ledger_store(struct ledger *l);

/* An event's bytes and parsed form in `arena`; `ret->body` NULL where they were erased. */
MUST_CHECK enum rc ledger_event(struct ledger *l, uint64_t seq, struct arena *arena,
				struct event *ret, struct err *e);

/* Events of one contract (all where NULL) in order over [from, to). */
struct ledger_row {
	uint64_t seq;
	int64_t at;
	const char *sender;
	struct hash digest;
	const struct event *event;	/* borrowed for the call; NULL where erased */
};
typedef enum rc ledger_row_fn(void *arg, const struct ledger_row *row, struct err *e);
MUST_CHECK enum rc ledger_scan(struct ledger *l, const struct hash *contract, uint64_t from,
			       uint64_t to, ledger_row_fn *fn, void *arg, struct err *e);

/* The contract's settlement engine, told every event of this snapshot. Owned by the ledger. */
MUST_CHECK enum rc ledger_settlement(struct ledger *l, struct hash contract,
				     struct settlement **ret, struct err *e);
/* The same, and the caller's: freed with settlement_free(), before the ledger. */
MUST_CHECK enum rc ledger_take_settlement(struct ledger *l, struct hash contract,
					  struct settlement **ret, struct err *e);
/* Does the store keep that engine between processes, for this program and history? */
bool ledger_keeps_engine(struct ledger *l, struct hash contract);
/* What the next statement would be, on the present head: a dry run. RC_NO where nothing is left
 * to settle. `through` as settle_through() says; DATE_NEVER takes it from there. */
MUST_CHECK enum rc ledger_settle_dry(struct ledger *l, struct hash contract, struct date through,
				     settle_line_fn *fn, void *arg, struct arena *arena,
				     const struct json **ret_issued, struct err *e);

/* state_sample() of a statement of the contract; RC_NOT_FOUND where it has none of this number. */
MUST_CHECK enum rc ledger_sample(struct ledger *l, struct hash contract, uint32_t number,
				 struct sample *ret, struct err *e);

/* Were bytes erased while another program read the ledger, so that its write-ahead log still holds
 * them? Who opens it for writing behind that program empties it. */
MUST_CHECK bool ledger_left_bytes(struct ledger *l);

/* Nodes of the tree over entries, from the tiles: a merkle_node_fn whose `arg` is the ledger. */
MUST_CHECK enum rc ledger_node(void *ledger, unsigned level, uint64_t index, struct hash *ret,
			       struct err *e);
MUST_CHECK enum rc ledger_root(struct ledger *l, uint64_t size, struct hash *ret, struct err *e);
/* A tlog-proof of entry `seq` against the stored checkpoint; an event's carries its bytes too. */
MUST_CHECK enum rc ledger_prove(struct ledger *l, uint64_t seq, struct buf *ret, struct err *e);

#endif
