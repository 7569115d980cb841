/* append.h - the one way in. Linked by programs that write a ledger, and by no other.
 *
 * Layer 4. An append is: validate, one transaction, read back and hash again,
 * sign the checkpoint, compare and swap the stored head, commit, answer. A
 * submission is taken whole or refused whole; a refusal leaves the ledger as it
 * was, byte for byte, and the handle usable. Instants, salts and ids are arguments.
 */
#ifndef UTFALL_APPEND_H
#define UTFALL_APPEND_H

#include "ledger.h"

struct findings;
struct signing_key;

struct append_args {
	const char *bytes;		/* a submission file, see submission.h */
	size_t size;
	int64_t now;			/* UTC seconds: becomes `at`, never less than the last one */
	bool clock_confirmed;		/* `now` may be more than 31 days past the last `at` */
	/* all those needed at the new size */
	const struct signing_key *const *checkpoint_keys;
	size_t checkpoint_key_count;
};

struct append_result {
	uint64_t seq;			/* of the submission's entry */
	uint64_t count;
	bool again;			/* it was recorded before: nothing was written */
	bool left_bytes;		/* what it erased is still in the write-ahead log: see below */
	struct merkle_frontier frontier;	/* of the new head */
};

/* RC_CONFLICT where a file is there already. The first submission opens with ledger.opened; where
 * it is refused no file is left behind. */
MUST_CHECK enum rc ledger_append_first(const char *url, const struct append_args *args,
				       struct findings *f, struct buf *ret_receipt,
				       struct ledger **ret, struct err *e);
MUST_CHECK enum rc ledger_append_open(const char *url, struct ledger **ret, struct err *e);

/* RC_REFUSED: the reasons are in `f`, each with `line` (1 the submission, 1 + n its nth event) and
 * a pointer from that line's object; `e` has the first. RC_CONFLICT: another writer was first, or
 * the statement is not the next one. The receipt is appended to `ret_receipt`. */
MUST_CHECK enum rc ledger_append(struct ledger *l, const struct append_args *args,
				 struct findings *f, struct buf *ret_receipt,
				 struct append_result *ret, struct err *e);

struct append_settle_args {
	struct hash contract;
	struct date through;		/* DATE_NEVER: the next period's last day */
	int64_t now;
	bool clock_confirmed;
	const struct signing_key *key;	/* the operator's, for submissions */
	const struct signing_key *const *checkpoint_keys;
	size_t checkpoint_key_count;
	/* random source for salts and ids: random_bytes() but for tests and vectors */
	void (*random)(void *ret, size_t size);
	/* Set behind the record of a statement: why its engine is not kept for the next process,
	 * which then reads the record again. RC_OK where it is; NULL: nobody asks. */
	struct err *ret_unkept;
};

/* Computes the next statement and records it. RC_NO where nothing is left to settle; RC_CONFLICT
 * where somebody settled in between. */
MUST_CHECK enum rc ledger_append_statement(struct ledger *l, const struct append_settle_args *args,
					   struct buf *ret_receipt, struct statement *ret,
					   struct err *e);

/* A data.erased destroys the bytes that it names in the transaction that records it; then the
 * write-ahead log is emptied. A program that reads the ledger can keep it from that: opening for
 * writing tries again, and ledger_left_bytes() says whether something is left to do. */

/* Makes every cache again from the record. */
MUST_CHECK enum rc ledger_append_rebuild(struct ledger *l, struct err *e);

#endif
