/* limit_priv.h - what the sources of limits share. */
#ifndef UTFALL_LIMIT_PRIV_H
#define UTFALL_LIMIT_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "settle.h"

struct claim;
struct claims;
struct placed;
struct ratio;
struct run;
struct settlement;
struct terms_limit;
struct terms_x;
struct version;

#define DIMENSIONS_MAX 8

struct entry {			/* a claim at one limit */
	struct claim *claim;
	const struct settlement *s;
	uint32_t dims[DIMENSIONS_MAX];
	int32_t period;		/* of the time dimension, or 0 */
	int32_t period_end;
	int64_t left;		/* not yet placed in a bucket */
	int64_t hold;		/* what its lines hold at least */
	int64_t open;		/* ... and what more they may hold: what is held back is rounded */
	int64_t peak;		/* the most that its lines ever held */
	int64_t out;		/* passed */
	int64_t in;		/* of what it asked for: inside the bucket */
	int64_t asked, held, opens;	/* of the bucket in hand, when it was come to; `open` */
	int32_t own_period;	/* the one that it came from: excess goes on */
	uint32_t rank;		/* among all claims, by the ties */
	int64_t at;		/* what lies before it on the ladder */
	bool early;		/* settled before: comes first in settled order */
	bool by_tie;		/* queues by the ties alone: what is held is taken first */
	bool of_nobody;		/* stands for a bucket in which nobody is */
	bool has_end;
	int64_t end;		/* of the limit, as read for this one; 0: not known */
};

struct applying {
	struct run *run;
	const struct terms_limit *limit;
	const struct version *version;
	struct claims *claims;
	struct claim **order;	/* of an item, by the ties; NULL: no limit has asked yet */
	size_t order_count;
	settle_room_fn *fn;
	void *arg;
};

/* Claims do not change places from limit to limit: they are put in order once. */
void limit_order(struct applying *a, const struct claims *claims);
/* The claims under a limit (or those that it nets off), by bucket and order; free() them. */
void limit_gather(struct applying *a, bool less, struct entry **ret, size_t *ret_count);
bool limit_is_cap(const struct terms_limit *l);
int64_t limit_between(int64_t v, int64_t high);
bool limit_loses(const struct terms_limit *l);
/* The statement by which it stands in a settled period; 0: the one in hand. */
uint32_t limit_statement(const struct terms_limit *l, uint32_t first_paid, uint32_t ever_paid);
int party_order(const struct settlement *s, uint32_t a, uint32_t b);
int limit_dims_order(const uint32_t *x, const uint32_t *y);
int limit_bucket_order(const struct entry *x, const struct entry *y);
int limit_paid_order(const struct entry *x, const struct entry *y);
/* Does it matter at whom the number is read, and is that the entitlement's subject? Else it is read
 * at the contract. */
bool limit_asks(const struct terms_limit *l, const struct terms_x *x);
/* Does it follow from the facts of whom it is read at alone, not from what people have done? Then
 * it stays what it was while no such fact comes in. */
bool limit_is_own(const struct terms_x *x);
bool limit_number(struct applying *a, const struct terms_x *x, const struct entry *e,
		  int32_t day, struct ratio *ret);
/* limit_marks.c: is whose entitlement it is a member, as its own version has the group? */
bool limit_has_member(struct run *r, const struct claim *c, const char *group);
/* Is all that limits ask for kept with the entitlements? */
bool limits_are_marked(struct run *r);
/* limit_carried.c */
int64_t limits_others(struct applying *a, const struct entry *e);
/* Where room goes on from period to period: to the first of a series' periods that has somebody,
 * `count` claimed ones from `ret` on among them. */
bool limits_first(struct applying *a, size_t count, struct entry *ret);
/* All the room of a period of which nobody is claimed. */
void limits_end(struct applying *a, const struct entry *e, int64_t end);
/* Works out series of which nobody is claimed, where somebody left. */
typedef void series_fn(struct applying *a, const struct entry *e, size_t count, struct entry now);
void limits_left(struct applying *a, const struct entry *e, size_t count, series_fn *fn);
void limits_keep(struct applying *a, const struct entry *e, size_t count, int64_t end);
/* NULL where nobody has stood there, or it is not kept. */
struct limit_bucket *limits_bucket_of(struct applying *a, const struct entry *e);
bool limit_has_statements(const struct terms_limit *l);
/* One bucket; gives the room that is left once its period is over. `extra` widens it. */
int64_t limit_bucket_fill(struct applying *a, struct entry *e, size_t count, int64_t extra);
/* The same of a period of which nobody is claimed. */
int64_t limit_bucket_of_nobody(struct applying *a, const struct entry *now, int64_t extra);
void limit_steps(struct applying *a, struct entry *e, size_t count);
/* As it is now, where it may have moved. */
void limit_read_end(struct applying *a);
void limit_bucket_text(const struct applying *a, const struct entry *e, char ret[160]);

/* ---- floors: what counts towards a level, bucket by bucket ---- */

struct counted {		/* a sum of however many amounts: high * 2^32 + low */
	int64_t high, low;
};
void counted_add(struct counted *to, struct counted more, int64_t sign);
struct counted counted_of(int64_t amount);
void limit_floor(struct applying *a, struct entry *e, size_t count);
/* May it leave units without news out: is it due as it was at the last statement? */
bool floor_may_carry(struct run *r, const struct version *v, const struct terms_limit *l);
/* limit_carried.c */
/* limit_end.c: is the end read for each entitlement, on its day? Or is it the same for all, but may
 * move with what people do? */
bool limit_own_ends(const struct version *v, const struct terms_limit *l);
bool limit_end_moves(const struct version *v, const struct terms_limit *l);
/* Of several ends: is any not the same number always; may those move, the same for all, with what
 * people do; does each stay what it was on its day while no fact comes in? Start with ENDS. */
struct ends {
	bool any, move, own;
	bool ask;		/* a person or site, one of them */
};
#define ENDS { false, true, true, false }
void ends_add(const struct version *v, const struct terms_x *to, bool asks, struct ends *ret);
bool ends_may_carry(const struct ends *ends);
/* Is a cap's end read on each entitlement's day of what people do, at the contract? */
bool limit_ends_by_day(const struct version *v, const struct terms_limit *l);
void limit_moves_ends(struct applying *a);
bool limit_ends_may_carry(const struct version *v, const struct terms_limit *l);
/* It is in all buckets what it is now. */
void limit_moves_end(struct applying *a, bool known, int64_t end);
struct limit_bucket *limits_bucket_of(struct applying *a, const struct entry *e);
bool limit_is_local(const struct terms_limit *l);
/* Is what stands in its buckets carried? */
bool limits_keeps(struct applying *a);

/* limit_index.c: what others take of a limit, from statement to statement */
struct mark {			/* a place in the order of a bucket */
	uint32_t rank;
	uint32_t paid;		/* where the place decides: the first statement that paid it; else 0 */
	int32_t achieved, start;
	uint32_t who;		/* owner_rank() */
	uint32_t stand;
};

struct marks {			/* in order, the sum of what they ask for beside them */
	struct mark *items;
	size_t count, capacity;
	int64_t sum, given;	/* given: of that, what they were given */
	uint32_t step;		/* of all its stands, or STEP_SPANS: limit_along.h */
	bool known;		/* low and high are */
	/* where each has its own end: all get all they ask for up to `low` taken before them,
	 * none gets any from `high` on */
	int64_t low, high;
};

/* What a stand has its marks for, in the order in which a bucket's room is given: what is held,
 * where that goes in order; what more its lines may hold, of those who then have all that they ask
 * for and of the others; the rest. Each but the first by the period that it came from. */
enum mark_kind { MARK_HELD, MARK_ALL, MARK_OPEN, MARK_REST, MARK_KINDS };
#define MARK_BITS 29
#define LOOSE ((uint32_t)1 << MARK_BITS)	/* beyond every statement */

struct stand {			/* what an item, or a part of it, takes of a bucket */
	uint32_t next;		/* the item's next, number + 1; or of the unused ones */
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

struct limit_bucket {
	uint32_t limit, dims[DIMENSIONS_MAX];	/* limit: name number */
	int32_t period;
	uint8_t kind;		/* enum bucket_kind */
	bool achieved;		/* the order does not ask when something was paid */
	bool bounded;		/* what is held goes in order too */
	bool changed;
	bool own;		/* each stand has an end of its own, or ends */
	bool cut;		/* a claim that nobody keeps went without a part */
	bool placed;		/* ... or has its place among what is held, not before it */
	int32_t period_end;
	int64_t end;		/* of its room; of a ladder where room that is not used goes on */
	int64_t taken;		/* by stands: what passed, or stays taken */
	int64_t loose;		/* of that: what they are sure of, whatever else there is */
	int64_t fixed;		/* by claims that nobody keeps: of erased people, of keys that are gone */
	struct counted counts, fixed_counts;	/* the same, of a floor */
	uint32_t short_of;	/* stands that have less than what they are sure of */
	uint32_t count;		/* stands, and claims that nobody keeps */
	uint32_t fixed_count;
	struct marks *marks;
	size_t mark_count, mark_capacity;
	/* in the arena of the run in hand: claims that nobody keeps, and erased people's places */
	struct placed *passing;
	size_t passing_count, passing_capacity;
	struct gaps gaps;
	/* while a statement is worked out: */
	struct mark last;	/* the first whose demand does not go into the room in full */
	int64_t rest;		/* what is left for it */
	bool at_end;		/* there is one */
};

/* Does the place in its order decide what passes, or to whom it goes? */
bool bucket_has_places(const struct limit_bucket *b);

struct limits_carried {
	struct limit_bucket *items;
	size_t count, capacity;
	uint32_t *slots;
	size_t slot_count;
	struct stand *stands;
	size_t stand_count, stand_capacity;
	uint32_t unused;	/* first unused stand, number + 1 */
	uint32_t statement;	/* they hold this one: good for it and the one after */
	bool broken;		/* a limit reads what others do */
	bool unknown;		/* the end of one is, in the round in hand */
};

struct stand *stand_at(const struct limits_carried *c, uint32_t number);
uint32_t stand_add(struct limits_carried *c, const struct stand *one);
/* What it has before anybody's order is asked. */
int64_t stand_sure(const struct stand *st);
/* What it asks for beyond that, at a mark. */
int64_t stand_asks(const struct stand *st, enum mark_kind kind);
enum mark_kind mark_kind(const struct mark *m);
int64_t mark_asks(const struct limits_carried *c, const struct mark *m);
struct mark mark_of(const struct settlement *s, uint32_t stand, enum mark_kind kind);
/* Of what is asked for beyond what is held, by the period that it came from. */
uint32_t mark_rank_of(int32_t period);
/* Below 0: the mark is before that place. */
int mark_before(const struct settlement *s, const struct mark *m, const struct placed *p);
int64_t mark_given(const struct limits_carried *c, const struct mark *m);
/* What stands before the place were given. */
int64_t marks_before(const struct settlement *s, const struct limit_bucket *b,
		     const struct placed *p);
/* As a stand's `paid`. */
uint32_t entry_paid(const struct entry *e, bool bounded);
/* Where a claim has its mark in a cap's order. */
struct placed placed_entry(const struct entry *e, enum mark_kind kind, bool bounded);
void marks_put(const struct settlement *s, struct limit_bucket *b, struct mark m);
void marks_take(const struct settlement *s, struct limit_bucket *b, struct mark m);
/* The newest version's, or NULL. */
const struct terms_limit *limit_of_bucket(const struct run *r, const struct limit_bucket *b);
/* To what a bucket's stands come to together; `sign` -1: one leaves. */
void stand_sums(struct limit_bucket *b, const struct stand *st, int64_t sign);
/* Comes to its bucket, or leaves it. */
void stand_moves(const struct settlement *s, struct limit_bucket *b, uint32_t number, bool comes);
int mark_order(const struct settlement *s, const struct mark *a, const struct mark *b);
/* False where it does not come behind the last. */
bool marks_append(const struct settlement *s, struct limit_bucket *b, struct mark m);
void marks_free(struct limit_bucket *b);
/* limit_carried.c */
uint32_t limit_number_of(struct applying *a);	/* name number */
/* Of an entry, with nothing yet; gives where it is to be the first. NULL: nobody keeps it, and its
 * bucket holds what it takes for this time: keep_for_once(). */
uint32_t *stand_new(const struct settlement *s, const struct limit_bucket *b,
		    const struct entry *e, struct stand *ret);
void keep_for_once(struct run *r, struct limit_bucket *b, const struct entry *e);
enum bucket_kind limit_kind_of(const struct terms_limit *l);
struct limit_bucket *limits_bucket(struct limits_carried *c, enum bucket_kind kind, uint32_t limit,
				   const uint32_t *dims, int32_t period);
/* NULL where nothing is kept or, unless it is to be made, nobody has stood there. */
struct limit_bucket *limits_share_bucket(struct run *r, const char *share, bool payers, bool make);

#endif
