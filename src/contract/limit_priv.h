/* limit_priv.h - what the sources of limits share: a claim at one limit, how limits are applied.
 *
 * Read limit.c first (who asks which bucket, in which order), then limit_apply.c (the limits one
 * after the other). By kind of limit: limit_series.c (periods that follow each other),
 * limit_bucket.c (one bucket of a cap or ladder), limit_floor.c. What their numbers are is read in
 * limit_ladder.c; limit_end.c says what those follow from. What is carried from statement to
 * statement is in limit_carried.h.
 *
 * Amounts are whole minor units, days are civil days as numbers. Entries live while their limit is
 * applied.
 */
#ifndef UTFALL_LIMIT_PRIV_H
#define UTFALL_LIMIT_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit_carried.h"
#include "settle.h"

struct claim;
struct claims;
struct ratio;
struct run;
struct settlement;
struct terms_limit;
struct terms_x;
struct version;

struct entry {			/* a claim at one limit */
	struct claim *claim;
	const struct settlement *s;
	uint32_t dims[DIMENSIONS_MAX];	/* with `period` they say which bucket it asks */
	int32_t period;		/* of the time dimension, or 0 */
	int32_t period_end;
	int32_t own_period;	/* the one that it came from, where excess goes on to the next */
	uint32_t rank;		/* among all claims, by the ties */
	bool early;		/* settled before: comes first in settled order */
	bool by_tie;		/* queues by the ties alone: what is held is taken first */
	bool of_nobody;		/* stands for a bucket in which nobody is */
	/* what it asks for, and what of that its lines hold */
	int64_t left;		/* not yet placed in a bucket */
	int64_t hold;		/* what its lines hold at least */
	int64_t open;		/* so much more they may hold: what is held back is rounded */
	int64_t peak;		/* the most that its lines ever held */
	int64_t asked, held, opens;	/* `left`, `hold`, `open` when the bucket in hand begins */
	/* what came of it */
	int64_t out;		/* passed */
	int64_t in;		/* of what it asked for: inside the bucket */
	int64_t at;		/* what lies before it on the ladder */
	bool has_end;		/* `end` was read */
	int64_t end;		/* of the limit, as read for this one; 0: not known */
};

struct applying {		/* a limit being applied */
	struct run *run;
	const struct terms_limit *limit;
	const struct version *version;	/* whose limit it is: the newest that has the name */
	struct claims *claims;
	struct claim **order;	/* claims of an item, by the ties; NULL: no limit has asked yet */
	size_t order_count;
	settle_room_fn *fn;	/* is told the room of each bucket; or NULL */
	void *arg;
};

/* ---- limit.c: claims in order, and in buckets ---- */

/* Claims do not change places from limit to limit: they are put in order once. */
void limit_order(struct applying *a, const struct claims *claims);
/* The claims under a limit (`less`: those that it nets off), by bucket and order; free() them. */
void limit_gather(struct applying *a, bool less, struct entry **ret, size_t *ret_count);
/* The newest version's limit of this name, with its index; NULL where none has it. */
const struct terms_limit *limit_newest(const struct run *r, const char *name, size_t *ret_version);
/* Is it that one, of this version? Then it is the one that is applied. */
bool limit_is_newest(const struct run *r, size_t version, const struct terms_limit *l);
/* The statement by which it stands in a settled period; 0: the one in hand. */
uint32_t limit_statement(const struct terms_limit *l, uint32_t first_paid, uint32_t ever_paid);
int64_t limit_between(int64_t v, int64_t high);		/* `v`, from 0 to `high` */
int party_order(const struct settlement *s, uint32_t a, uint32_t b);
int limit_dims_order(const uint32_t *x, const uint32_t *y);
int limit_bucket_order(const struct entry *x, const struct entry *y);
int limit_paid_order(const struct entry *x, const struct entry *y);
/* Of entries, for qsort(): by bucket, and in it as they ask for its room. */
int limit_entry_order(const void *x, const void *y);

/* ---- limit_apply.c ---- */

/* The name of a bucket, as it is told. */
void limit_bucket_text(const struct applying *a, const struct entry *e, char ret[160]);

/* ---- limit_subject.c: whom an entitlement is for ---- */

/* Is it a member of the group, as its own version has that? */
bool limit_has_member(struct run *r, const struct claim *c, const char *group);
/* Is all that limits ask of it kept with each entitlement? */
bool limits_know_subjects(struct run *r);

/* ---- limit_series.c, limit_bucket.c: caps and ladders ---- */

void limit_steps(struct applying *a, struct entry *e, size_t count);
/* Fills one bucket, which `extra` widens; gives the room that is left once its period is over. */
int64_t limit_bucket_fill(struct applying *a, struct entry *e, size_t count, int64_t extra);
/* The same of a period of which nobody is claimed. */
int64_t limit_bucket_of_nobody(struct applying *a, const struct entry *now, int64_t extra);

/* ---- limit_floor.c ---- */

void limit_floor(struct applying *a, struct entry *e, size_t count);
/* May it leave units without news out: is it due as it was at the last statement? */
bool floor_may_carry(struct run *r, const struct version *v, const struct terms_limit *l);

/* ---- limit_ladder.c: the numbers of a limit ---- */

bool limit_is_cap(const struct terms_limit *l);		/* one step, at rate 1 */
bool limit_loses(const struct terms_limit *l);		/* room that is freed stays taken */
/* Does it matter at whom the number is read, and is that the entitlement's subject? Else it is read
 * at the contract. */
bool limit_asks(const struct terms_limit *l, const struct terms_x *x);
/* False where it is not known on that day. */
bool limit_number(struct applying *a, const struct terms_x *x, const struct entry *e,
		  int32_t day, struct ratio *ret);
/* Reads ends that may have moved since the last statement: buckets that are carried get them. */
void limit_read_end(struct applying *a);

/* ---- limit_end.c: what those numbers follow from ---- */

/* From the facts of whom it is read at alone, not from what people have done? Then it stays what it
 * was while no such fact comes in. */
bool limit_is_own(const struct terms_x *x);
/* Is the end read for each entitlement, on its day? */
bool limit_own_ends(const struct version *v, const struct terms_limit *l);
/* Is it the same for all, but may move with what people do? */
bool limit_end_moves(const struct version *v, const struct terms_limit *l);
/* Is a cap's end read on each entitlement's day of what people do, at the contract? */
bool limit_ends_by_day(const struct version *v, const struct terms_limit *l);
bool limit_ends_may_carry(const struct version *v, const struct terms_limit *l);
/* All buckets have the end that it is now. */
void limit_moves_end(struct applying *a, bool known, int64_t end);
/* Everybody in them has the end of its day as it is now. */
void limit_moves_ends(struct applying *a);

/* Several ends together, of steps or tranches; begin with ENDS. */
struct ends {
	bool any;		/* one is not always the same number */
	bool move;		/* those are the same for all, and move with what people do */
	bool own;		/* each stays what it was on its day while no fact comes in */
	bool ask;		/* one is read at a person or site */
};
#define ENDS { false, true, true, false }
void ends_add(const struct version *v, const struct terms_x *to, bool asks, struct ends *ret);
bool ends_may_carry(const struct ends *ends);

/* ---- limit_carried.c: what others take of the limit in hand ---- */

bool limit_is_local(const struct terms_limit *l);	/* within one person */
bool limit_has_statements(const struct terms_limit *l);	/* periods by the day of settlement */
uint32_t limit_number_of(struct applying *a);	/* name number */
enum bucket_kind limit_kind_of(const struct terms_limit *l);
/* Is what stands in its buckets carried? */
bool limits_keeps(struct applying *a);
/* The bucket that an entry asks; NULL where nobody has stood there, or it is not kept. */
struct limit_bucket *limits_bucket_of(struct applying *a, const struct entry *e);
/* What is taken there by who is not claimed. */
int64_t limits_others(struct applying *a, const struct entry *e);
/* Where room goes on from period to period: to the first of a series' periods that has somebody,
 * `count` claimed ones from `ret` on among them. */
bool limits_first(struct applying *a, size_t count, struct entry *ret);
/* All the room of a period of which nobody is claimed. */
void limits_end(struct applying *a, const struct entry *e, int64_t end);
/* Works out series of which nobody is claimed, where somebody left. */
typedef void series_fn(struct applying *a, const struct entry *e, size_t count, struct entry now);
void limits_left(struct applying *a, const struct entry *e, size_t count, series_fn *fn);
/* What the claims in hand take of their bucket from now on; `end`: all its room, where not each has
 * its own end. */
void limits_keep(struct applying *a, const struct entry *e, size_t count, int64_t end);
/* Of an entry, with nothing yet; gives where it is to be the first. NULL: nobody keeps it, and its
 * bucket holds what it takes for this time: keep_for_once(). */
uint32_t *stand_new(const struct settlement *s, const struct limit_bucket *b,
		    const struct entry *e, struct stand *ret);
void keep_for_once(struct run *r, struct limit_bucket *b, const struct entry *e);

#endif
