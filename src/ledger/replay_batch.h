/* replay_batch.h - rows of a history read ahead, and what can be found out of each alone.
 *
 * Bytes, hashes, signatures and the shape of events need no order: the pool prepares one batch
 * while the batch before it is evaluated, row by row, on the caller's thread. Whatever the number
 * of threads, findings are made by the evaluation alone: the same ones in the same order.
 */
#ifndef UTFALL_REPLAY_BATCH_H
#define UTFALL_REPLAY_BATCH_H

#include "replay_priv.h"

struct arena;

enum checked { CHECKED_NOT, CHECKED_GOOD, CHECKED_BAD };

struct replay_item {
	struct replay_row row;		/* its bytes are the batch's */
	struct entry entry;		/* where `is_entry` */
	struct hash leaf;
	struct hash digest;		/* of the event's bytes, where there are any */
	struct submission *submission;	/* of an entry that is one's; NULL where it is none */
	struct event event;		/* where `is_event`; its natural key is as `sender` says it */
	const char *sender;		/* of the submission before, as it seems; no NUL behind */
	size_t sender_length;		/* 0: not known */
	const char *pointer, *wrong;	/* why it is no entry, no submission or no event */
	size_t key;			/* of the ring, that the signature was checked under */
	enum checked signature;
	bool is_entry, is_event;
};

/* One entry at its turn; `next` is the item behind it, NULL at the end of a batch. */
MUST_CHECK enum rc replay_row(struct replay_run *r, const struct replay_item *it,
			      const struct replay_item *next, struct err *e);

struct replay_pipe;
struct replay_pipe *replay_pipe_new(struct replay_run *r, unsigned threads);
void replay_pipe_free(struct replay_pipe *p);	/* NULL is allowed; waits */
/* A replay_row_fn whose `arg` is the pipe. */
MUST_CHECK enum rc replay_pipe_feed(void *pipe, const struct replay_row *row, struct err *e);
/* Evaluates what is still in the pipe. Once a row has failed: RC_OK, nothing more is looked at. */
MUST_CHECK enum rc replay_pipe_drain(struct replay_pipe *p, struct err *e);

#endif
