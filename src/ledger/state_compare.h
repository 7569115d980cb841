/* state_compare.h - a statement held against what its terms give; read state_statement.c first. */
#ifndef UTFALL_STATE_COMPARE_H
#define UTFALL_STATE_COMPARE_H

#include "state_priv.h"

#include "merkle.h"

struct recorded {		/* a line of the statement, as recorded */
	struct hash id;			/* of its key and posting */
	uint64_t seq, basis;		/* entries; SEQ_NEVER where there is no basis */
	bool frozen;			/* its basis was erased */
};

struct compare {
	struct check *c;
	struct arena *arena;		/* of the recorded event in hand */
	uint64_t next;			/* first entry not yet looked at */
	uint32_t lines;			/* computed so far */
	bool differs;
	/* where bytes were erased: state_erased.c */
	struct recorded *recorded;
	size_t recorded_count, recorded_capacity, at;
	struct arena *kept;		/* of the names in `taken` */
	struct taken_line *taken;	/* as recorded */
	size_t taken_count, taken_capacity;
};

void compare_differ(struct compare *m, uint64_t seq, const char *field, const char *expected,
		    const char *found);
/* First member, by name, in which two bodies differ. */
void compare_bodies(struct compare *m, uint64_t seq, const struct json *expected,
		    const struct json *found);
/* The next recorded line or basis of the contract below the settlement.issued; `*ret_found` is
 * false for none. Those whose bytes are missing are passed over: taken as recorded. */
MUST_CHECK enum rc compare_next(struct compare *m, enum event_type type, struct event *ret,
				uint64_t *ret_seq, bool *ret_found, struct err *e);

/* ---- state_erased.c ---- */
/* Reads which lines there are and which of them are frozen. */
MUST_CHECK enum rc compare_erased_begin(struct compare *m, struct err *e);
/* A settle_line_fn whose `arg` is the comparison. */
MUST_CHECK enum rc compare_erased_line(void *arg, const struct json *line,
				       const struct json *basis, struct err *e);
/* The lines left over, then the settlement.issued. */
MUST_CHECK enum rc compare_erased_end(struct compare *m, const struct json *issued, struct err *e);
/* Leaves what is taken as recorded for apply. */
void compare_erased_keep(struct compare *m);
void compare_erased_free(struct compare *m);

#endif
