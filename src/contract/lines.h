/* lines.h - the lines of a statement: what each key comes to now less what its lines hold.
 *
 * Read settle.c first (claims of all units through all limits), then settle_line.c (the differences
 * of one unit) and settle_basis.c (what a line rests on). Lines lie in the arena of their list.
 */
#ifndef UTFALL_LINES_H
#define UTFALL_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "claim.h"
#include "hash.h"
#include "rows.h"
#include "run.h"
#include "settle.h"
#include "settled.h"
#include "split.h"

struct arena;
struct item;
struct kept;
struct run;
struct settlement;
struct terms_outcome;
struct terms_payment;
struct unit;

/* ---- what a line rests on: settle_basis.c ---- */

struct evidence {
	struct resting basis;
	uint32_t *changed;		/* events in ledger order */
	size_t changed_count;
};
/* `it` is NULL where the key has no entitlement. */
struct evidence read_evidence(struct run *r, struct unit *u, const struct key_name *name,
			      const struct key_row *key, const struct item *it,
			      struct arena *arena);
/* What was read of the unit for that goes. */
void evidence_end(struct unit *u);

/* ---- the differences of one unit: settle_line.c ---- */

struct out_line {
	struct post post;		/* its amount is the line's */
	const char *reason;
};
struct out_key {		/* one that has lines in the statement */
	struct key_name name;
	struct hash hash;
	int32_t achieved, start;
	struct evidence evidence;
	struct out_line *lines;		/* in the order of the statement */
	size_t count;
};
struct out {
	struct arena *arena;
	struct out_key *items;
	size_t count, capacity;
};
struct unit_claims {		/* of one unit, in the statement's hand */
	struct unit *unit;
	struct claim **claims;
	size_t count;
	const struct kept *kept;
};
/* Every key of the unit: lines to `out` that bring it to what it comes to now; where `fn` is given,
 * what it comes to, to that instead. */
void unit_lines(struct run *r, const struct unit_claims *u, struct out *out,
		settle_amount_fn *fn, void *arg);
/* The order of a statement's keys. */
int out_order(const struct settlement *s, const struct out_key *a, const struct out_key *b);

/* ---- until when a key may change: settle_close.c ---- */

/* The last `through` of a statement that may change it: NEVER for none, INT32_MIN: closed. */
int32_t settled_key_closes(struct run *r, const struct terms_payment *p,
			   const struct terms_outcome *o, uint32_t version, const struct item *it);
/* The same of a key without an entitlement: of it nothing but its day is known. */
int32_t settled_gone_closes(struct run *r, const struct key_row *k);

/* ---- decided disputes: settle_decided.c; `key` NULL: none ---- */

/* The decision that stands as of the run, of any payer with NONE; NULL where there is none. */
const struct dispute_row *key_decision(const struct run *r, const struct key_row *key,
				       uint32_t payer);
bool key_is_decided(const struct run *r, const struct key_row *key, uint32_t payer); /* NONE: any */
/* Brings the posts of who pays to what was decided. */
void key_decide(const struct run *r, const struct key_row *key, struct posts *posts);

/* ---- all units: settle.c, settle_rounds.c ---- */

struct split {			/* an item's amount over its parties, before limits take from parts */
	const struct item *item;
	int64_t amount;
	struct parts parts;
};
struct round {
	struct ordinals owners;		/* whom it claims, ascending */
	struct claims claims;
	uint32_t *first;		/* per one of `owners`: its first claim */
};
enum { EVERY_ROUNDS = 16 };	/* of claiming more; after them everybody is claimed */
/* Claims, with every limit applied; free with every_free(). */
struct every {
	struct run *r;
	bool whole;			/* every unit is claimed */
	struct ordinals owners;		/* who was claimed, ascending */
	struct round last;
	struct round earlier[EVERY_ROUNDS];	/* what they claimed stands, but for later ones' */
	size_t earlier_count;
	struct split *splits;		/* what earlier rounds split comes first, in order */
	size_t split_count, split_capacity, splits_known;
	unsigned rounds;
};
/* Only who has news where limits allow it; else, or where that cannot decide, all. */
void every_gather(struct every *ev, settle_room_fn *fn, void *arg);
void every_free(struct every *ev);
/* Where there are limits after the split, each amount of the last round's is split for them. */
void every_late_limits(struct every *ev, settle_room_fn *fn, void *arg);
/* A unit's own claims and the top-ups about it, which stand behind all others. */
size_t every_claims(const struct every *ev, uint32_t owner, struct arena *arena,
		    struct claim ***ret);
/* All units' lines to `out`; or where `fn` is given all amounts of today to it. */
void every_lines(struct run *r, struct out *out, settle_amount_fn *fn, void *arg);

#endif
