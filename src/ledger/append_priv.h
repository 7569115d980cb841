/* append_priv.h - one append in progress, shared by the files of the writing side. */
#ifndef UTFALL_APPEND_PRIV_H
#define UTFALL_APPEND_PRIV_H

#include "append.h"
#include "ledger_priv.h"

struct append {
	struct ledger *l;
	const struct append_args *args;
	struct findings *f;
	struct arena *arena, *second;	/* of the events that another thread read; or NULL */
	uint64_t count_max;
	struct submission_file file;
	struct event *events;		/* parsed; body NULL where one could not be read */
	int64_t at;
	uint64_t first;			/* entry of the submission */
	struct hash *leaves;		/* of its entries */
	struct merkle_frontier before, after;
	struct buf note, receipt;
	bool again;			/* answered with the first receipt */
	bool moved;			/* another writer was first */
};

MUST_CHECK enum rc append_read(struct append *a, struct err *e);	/* append_read.c */

/* ---- append_check.c: what the state can refuse; nothing is written ---- */
MUST_CHECK enum rc append_validate(struct append *a, struct err *e);
/* Signers that the checkpoint at the new size needs. */
MUST_CHECK enum rc append_check_signers(struct append *a, struct err *e);

/* ---- append_admit.c ---- */
MUST_CHECK bool append_admit_clock(struct append *a);
void append_admit_event(struct findings *f, size_t line, const struct event *event);

/* ---- append_write.c: the transaction ---- */
MUST_CHECK enum rc append_write(struct append *a, struct err *e);

/* ---- append.c ---- */
/* Loads the ledger anew where another process has appended since. */
MUST_CHECK enum rc append_catch_up(struct ledger *l, struct err *e);
/* Without trying again where another writer was first: what is appended depends on the head. */
MUST_CHECK enum rc append_run_once(struct append *a, struct append_result *ret, struct err *e);

#endif
