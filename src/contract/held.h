/* held.h - what the lines of erased people hold; read held.c first. */
#ifndef UTFALL_HELD_H
#define UTFALL_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ratio.h"
#include "rc.h"

struct applying;
struct arena;
struct claim;
struct claims;
struct entry;
struct err;
struct gaps;
struct json;
struct run;
struct scope;
struct settlement;
struct stat;
struct terms_outcome;
struct terms_share;
struct terms_x;

#define HELD_ANYWHERE (-1)

enum held_kind {		/* what it is held of; `name` is that one's */
	HELD_LIMIT,		/* a limit's bucket */
	HELD_LESS,		/* the same, as what the limit takes off others */
	HELD_FROM, HELD_TO,	/* a share's tranches, of payers and payees */
	HELD_STATISTIC,		/* an expression by its pointer, on a day: members of a group */
	HELD_ITEMS,		/* the same: everybody's entitlements */
	HELD_TIMES,		/* an outcome that is counted among several */
	HELD_KIND_MAX
};

struct held_row {
	enum held_kind kind;
	uint32_t name, version;		/* version: index, or NONE */
	int32_t day, from;		/* NEVER where there is none */
	uint32_t site, payer, payee;	/* name numbers, or NONE */
	uint32_t owner;			/* while it is read off: whose; NONE */
	int64_t count, amount;
	int64_t at;			/* tranches, ladders: what lies before it; HELD_ANYWHERE */
	bool stays;			/* says that somebody was there, also where it holds nothing */
	uint64_t seq;			/* of the data.erased */
	struct ratio sum, low, high;
	const struct claim *claim;	/* while it is read off */
};

struct held_rows {
	struct held_row *items;
	size_t count, capacity;
};

struct holding {		/* while it is read off: who leaves, and what they hold */
	bool *leaving;			/* per owner */
	bool *stands;			/* per key: lines hold more than it would come to now */
	uint32_t owner_count;
	int32_t through;
	struct held_rows rows;
};

void holding_limit(struct applying *a, const struct entry *e, enum held_kind kind, int64_t amount,
		   int64_t at);
void holding_share(struct run *r, const struct terms_share *share, bool payers,
		   const struct claim *c);
void holding_stat(struct scope *sc, const struct terms_x *x, uint32_t owner,
		  const struct stat *st);
void holding_items(struct scope *sc, const struct terms_x *x, uint32_t owner, int64_t count,
		   int64_t sum);
void holding_times(struct run *r, const struct terms_outcome *o, uint32_t owner, uint32_t site,
		   int32_t achieved);

bool held_is_leaving(const struct run *r, uint32_t owner);
/* Of somebody who leaves: do its lines hold more than it would come to now? */
bool held_key_stands(const struct run *r, uint32_t key);
int64_t held_given(const struct claim *c);
MUST_CHECK enum rc held_rows_json(struct run *r, struct held_rows *rows, struct arena *arena,
				  struct json *ret, struct err *e);

void held_record(struct settlement *s, const struct json *list, uint64_t seq);
void held_claims(struct run *r, struct claims *claims, bool after_split);
/* What erased people hold of a share's tranches. */
void held_share_gaps(struct run *r, const struct terms_share *share, bool payers,
		     struct gaps *ret);
void held_stat(const struct scope *sc, const struct terms_x *x, struct stat *st);
MUST_CHECK bool held_items(const struct scope *sc, const struct terms_x *x, int64_t *count,
			   int64_t *sum);
typedef void held_times_fn(void *arg, uint32_t site, int64_t count);
/* Places of an outcome counted among several, site by site; the same site may come twice. */
void held_times(const struct run *r, const struct terms_outcome *o, held_times_fn *fn, void *arg);

#endif
