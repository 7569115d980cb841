/* limit_carried.h - what everybody takes of limits, carried from statement to statement.
 *
 * A bucket is one combination of what a limit is `per`. Who takes something of it has a stand
 * there, with up to four turns in the order in which the bucket's room is given; turns lie in rows,
 * with their sums. A place is a point of that order, of somebody who need not stand there.
 *
 * Read limit_carried.c first (which terms can be carried, who comes to a bucket and leaves it) and
 * limit_index.c (the order and its rows). limit_settled.c asks whether those who were not claimed
 * still have what belongs to them, limit_gave.c whether lines hold what limits gave, limit_save.c
 * writes all of it to bytes.
 *
 * Buckets, stands and turns belong to the settlement: limits_forget() frees them. Numbers of stands
 * begin with 1; 0 is none.
 */
#ifndef UTFALL_LIMIT_CARRIED_H
#define UTFALL_LIMIT_CARRIED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct entry;
struct placed;
struct run;
struct settlement;
struct terms_limit;

#define DIMENSIONS_MAX 8

/* ---- stands: what an item, or a part of it, takes of a bucket ---- */

/* What a stand has its turns for, in the order in which a bucket's room is given: what is held,
 * where that goes in order; what more its lines may hold, of those who then have all that they ask
 * for and of the others; the rest. Each but the first begins with what waited since an earlier
 * period. */
enum turn_kind { TURN_HELD, TURN_ALL, TURN_OPEN, TURN_REST, TURN_KINDS };
#define TURN_BITS 29
#define LOOSE ((uint32_t)1 << TURN_BITS)	/* beyond every statement */

struct stand {
	uint32_t next;		/* the item's next; or of the unused ones */
	uint32_t bucket, owner;
	uint32_t item;		/* NONE: a key's that is gone */
	uint32_t payer, payee;	/* of a part of it; else NONE */
	uint32_t paid;		/* statement; LOOSE: what it holds comes before all others' */
	int32_t period;		/* the one that it came from */
	int64_t asked, held, passed;
	int64_t open;		/* so much more its lines may hold: what is held back is rounded */
	int64_t peak;		/* room that stays taken for it when it is freed */
	int64_t end;		/* the limit's for this one, where it is each one's own */
	int64_t at;		/* where the place decides: what lay before it when it was claimed */
	uint32_t step;		/* ... and the step on which it lay: limit_along.h. With steps of its
				 * own it stands well while from `at` to `end` lies before it */
};

/* ---- turns: where it stands in the order ---- */

struct turn {
	uint32_t rank;		/* its kind, then the statement, or whether it waited */
	uint32_t paid;		/* where the place decides: the first statement that paid it; else 0 */
	int32_t achieved, start;
	uint32_t who;		/* owner_rank() */
	uint32_t stand;
	int64_t asks;		/* stand_asks() */
};

struct turns {			/* a row: in order, the sum of what they ask for beside them */
	struct turn *items;
	size_t count, capacity;
	int64_t sum, given;	/* given: of that, what they were given */
	uint32_t step;		/* of all its stands, or STEP_SPANS: limit_along.h */
	bool known;		/* low and high are */
	/* where each has its own end: all get all they ask for up to `low` taken before them,
	 * none gets any from `high` on */
	int64_t low, high;
};

/* ---- buckets ---- */

enum bucket_kind {
	BUCKET_CAP,
	BUCKET_FLOOR,			/* no room: what stands there `passed` counts towards it */
	BUCKET_LADDER, BUCKET_COUNT,	/* the place decides: along amounts, along counts */
	BUCKET_FROM, BUCKET_TO,		/* the same: a share's tranches, of payers and of payees */
};

struct gap {			/* an erased person's place */
	int64_t from, to;
};

struct gaps {
	struct gap *items;
	size_t count, capacity;
};

struct counted {		/* a sum of however many amounts: high * 2^32 + low */
	int64_t high, low;
};

struct limit_bucket {
	uint32_t limit;		/* name number, or a share's */
	uint32_t dims[DIMENSIONS_MAX];
	int32_t period, period_end;
	uint8_t kind;		/* enum bucket_kind */
	bool achieved;		/* the order does not ask when something was paid */
	bool bounded;		/* what is held goes in order too */
	bool own;		/* each stand has an end of its own, or ends */
	bool changed;		/* since the last statement: limits_settled() looks at it */
	bool cut;		/* a claim that nobody keeps went without a part */
	bool placed;		/* ... or has its place among what is held, not before it */
	bool at_end;		/* `last` is: somebody's demand does not go into the room */
	int64_t end;		/* of its room; of a ladder where room that is not used goes on */
	int64_t taken;		/* by stands: what passed, or stays taken */
	int64_t loose;		/* of that: what they are sure of, whatever else there is */
	int64_t fixed;		/* by claims that nobody keeps: of erased people, of keys that are gone */
	struct counted counts, fixed_counts;	/* the same, of a floor */
	uint32_t short_of;	/* stands that have less than what they are sure of */
	uint32_t count;		/* stands, and claims that nobody keeps */
	uint32_t fixed_count;	/* of those: claims that nobody keeps */
	struct turns *turns;
	size_t turn_count, turn_capacity;
	/* in the arena of the run in hand: claims that nobody keeps, and erased people's places */
	struct placed *passing;
	size_t passing_count, passing_capacity;
	struct gaps gaps;
	/* while a statement is worked out: */
	struct turn last;	/* the first whose demand does not go into the room in full */
	int64_t rest;		/* what is left for it */
};

struct limits_carried {
	struct limit_bucket *items;
	size_t count, capacity;
	uint32_t *slots;	/* a hash table of bucket numbers, + 1 */
	size_t slot_count;
	struct stand *stands;
	size_t stand_count, stand_capacity;
	uint32_t unused;	/* first unused stand */
	uint32_t statement;	/* they hold this one: good for it and the one after */
	bool broken;		/* a limit reads what others do: nothing can be carried */
	bool unknown;		/* the end of one is, in the round in hand */
};

/* ---- limit_carried.c ---- */

/* Does the place in its order decide what passes, or to whom it goes? */
bool bucket_has_places(const struct limit_bucket *b);
/* Made where there is none yet. */
struct limit_bucket *limits_bucket(struct limits_carried *c, enum bucket_kind kind, uint32_t limit,
				   const uint32_t *dims, int32_t period);
/* NULL where nothing is kept or, unless it is to be made, nobody has stood there. */
struct limit_bucket *limits_share_bucket(struct run *r, const char *share, bool payers, bool make);
/* The newest version's, or NULL. */
const struct terms_limit *limit_of_bucket(const struct run *r, const struct limit_bucket *b);
/* To what a bucket's stands come to together; `sign` -1: one leaves. */
void stand_sums(struct limit_bucket *b, const struct stand *st, int64_t sign);
/* Comes to its bucket, or leaves it. */
void stand_moves(const struct settlement *s, struct limit_bucket *b, uint32_t number, bool comes);

/* ---- limit_floor.c: sums that fit whatever is added up ---- */

void counted_add(struct counted *to, struct counted more, int64_t sign);
struct counted counted_of(int64_t amount);

/* ---- limit_index.c ---- */

struct stand *stand_at(const struct limits_carried *c, uint32_t number);
uint32_t stand_add(struct limits_carried *c, const struct stand *one);	/* its number */
/* What it has before anybody's order is asked. */
int64_t stand_sure(const struct stand *st);
/* What it asks for beyond that, at a turn. */
int64_t stand_asks(const struct stand *st, enum turn_kind kind);

struct turn turn_of(const struct settlement *s, uint32_t stand, enum turn_kind kind);
enum turn_kind turn_kind(const struct turn *t);
int64_t turn_given(const struct limits_carried *c, const struct turn *t);
int turn_order(const struct settlement *s, const struct turn *a, const struct turn *b);
/* Of what is asked for beyond what is held: first what waited since an earlier period. */
uint32_t turn_rank_of(enum turn_kind kind, bool waited);
/* Below 0: the turn is before that place. */
int turn_before(const struct settlement *s, const struct turn *t, const struct placed *p);

void turns_put(const struct settlement *s, struct limit_bucket *b, struct turn t);
void turns_take(const struct settlement *s, struct limit_bucket *b, struct turn t);
/* False where it does not come behind the last. */
bool turns_append(const struct settlement *s, struct limit_bucket *b, struct turn t);
/* What stands before the place were given. */
int64_t turns_before(const struct settlement *s, const struct limit_bucket *b,
		     const struct placed *p);
void turns_free(struct limit_bucket *b);

/* Is it excess of a period before the bucket's? */
bool entry_waited(const struct entry *e);
/* As a stand's `paid`. */
uint32_t entry_paid(const struct entry *e, bool bounded);
/* Where a claim has its turn in a cap's order. */
struct placed placed_entry(const struct entry *e, enum turn_kind kind, bool bounded);

#endif
