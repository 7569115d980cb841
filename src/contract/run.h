/* run.h - one reading of what is known: as of a tree size, unit by unit.
 *
 * A unit is what is evaluated as a whole: one person with all joined pseudonyms and enrolments, one
 * site, or the contract. It holds the chains of its facts' corrections, and remembers what was read
 * of values and outcomes; all of it lies in the arena it was given. The first failure of a run
 * sticks, and whoever started the run returns it.
 */
#ifndef UTFALL_RUN_H
#define UTFALL_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fact.h"
#include "hash.h"
#include "rc.h"
#include "rows.h"

struct account;
struct arena;
struct before;
struct blocks;
struct contest;
struct covers;
struct holders;
struct interval_set;
struct keeping;
struct memo_stat;
struct ordinals;
struct profile;
struct reaches;
struct sayings;
struct asked;
struct common_basis;
struct series;
struct settle_args;
struct settlement;
struct trace;

/* ---- a unit: its facts with their corrections ---- */

struct verdict {
	const struct fact *fact;
	bool retracted;
	bool stale;			/* a later one of the same party stands */
	struct verdict *older;
};

struct member {			/* of a correction chain */
	const struct fact *fact;
	struct verdict *verdicts;	/* newest first */
	uint32_t verdict_count;
};

struct chain {
	const struct fact *root;
	uint32_t root_index;		/* fact number */
	struct member *members;
	uint32_t count, capacity;
	const struct fact *retracted;	/* or NULL */
	struct chain *spell;		/* of its changes, confirmations, end; or of the claim's none */
	struct chain *children;		/* of a spell: newest first */
	struct chain *sibling;
	struct chain *next;		/* of the unit, by root in ledger order */
	struct chain *next_like;	/* ... of those of its type */
};

/* What was read of one subject: of an enrolment, or of the unit by itself. */
struct memos {
	struct covers *covers;
	struct profile *profiles;
	struct reaches *reaches;
	struct holders *holders;
	struct blocks *blocks;
};

struct enrolment {
	struct chain *chain;
	const struct fact *fact;	/* its head */
	int32_t start, exit;
	const struct fact *exit_fact;	/* or NULL */
	uint32_t index;			/* 1.. by date */
	uint32_t version;		/* index of the version that governs it */
	uint32_t owner;
	struct memos *memos;
};

struct unit {
	struct arena *arena;
	enum owner_kind kind;
	uint32_t owner;			/* representative: of joined persons the smallest pseudonym */
	uint32_t *owners;		/* all of them */
	size_t owner_count;
	struct chain *chains, *last;
	struct chain **like;		/* by event type, the first of its chains */
	const struct fact *assigned;	/* the latest recorded, or NULL */
	struct enrolment *enrolments;
	size_t enrolment_count;
	int32_t *turns;			/* days on which something known changes, ascending */
	size_t turn_count;
	struct memos memos;
	struct sayings *sayings;
	struct series *series;
	struct account *accounts;
	struct contest *contests;
	struct keeping *keepings;
	struct before *before;		/* as of an earlier statement: settle_basis.c */
	bool frozen;
};

/* ---- the run ---- */

struct run {			/* one reading: as of a size, with its memory */
	struct settlement *s;
	uint32_t number;		/* 1.. */
	uint32_t fact_count;		/* facts before `size` */
	uint64_t size;
	uint64_t erased_size;		/* who is erased before it is not read: `size`, or later */
	struct arena *arena;		/* for the run */
	struct arena *scratch;		/* for the unit in hand; reset between units */
	struct ordinals *basis;		/* collects the events used; or NULL */
	struct common_basis *common;	/* ... beside those that statistics read for many lines */
	struct common_basis *unions;	/* ... of several, made once */
	struct run *before;		/* as of earlier statements, and `next` of them */
	struct run *next;
	struct trace *trace;		/* sentences; or NULL */
	struct err *e;
	enum rc rc;			/* the first failure sticks */
	struct unit *contract;
	struct unit **sites;		/* by place in the settlement's list, made on demand */
	size_t site_count;
	struct memo_stat *stats;
	struct contest *contests;
	struct keeping *keepings;
	uint32_t *goes_by;		/* by owner: of joined ones that were read whose unit it is, + 1 */
	int32_t turns;			/* the next day on which time alone changes what is read */
	int32_t ahead;			/* the same of what is read for days after `through` */
	bool all;			/* every unit's lines are worked out anew */
	bool live;			/* the statement in hand: may use what is carried */
	bool keeps_limits;		/* what it takes of limits is carried on */
	bool reads_gone;		/* keys without an entitlement may stand in a limit */
	uint32_t claiming;		/* ... which are those that this claiming did not find */
	bool read_others;		/* set when the contract's or a site's facts are read */
	bool read_everybody;		/* ... or a statistic, or what others are entitled to */
	uint32_t statement_count;	/* statements before it */
	size_t version_count;		/* in force before `size` */
	int32_t terminated;		/* last day in force, or NEVER */
	int32_t through;		/* of the statement, for contract-level dates */
	struct interval_set *feeds;	/* by enum terms_fact */
	struct asked *asked;		/* what limits ask of entitlements; NULL: not looked for yet */
	unsigned depth;
};

/* As of `size`, with nothing that is carried. */
struct run *run_new(struct settlement *s, uint64_t size, int32_t through, struct arena *arena,
		    struct err *e);
/* Of the statement in hand: everything kept is brought up to date. */
struct run *run_live(struct settlement *s, const struct settle_args *args, struct arena *arena,
		     struct err *e);
/* Says why, if it is the first failure. */
void run_fail(struct run *r, enum rc rc, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The unit of an owner; the contract and sites are read once and remembered. */
struct unit *run_unit(struct run *r, uint32_t owner, struct arena *arena);
struct unit *unit_new(struct arena *arena, enum owner_kind kind);	/* without facts */
struct unit *unit_read(struct run *r, uint32_t owner, struct arena *arena);
struct unit *run_contract_unit(struct run *r);
struct unit *run_contract(struct run *r);	/* and remembers that it was read */
struct unit *run_site(struct run *r, uint32_t owner);	/* NONE: nothing was recorded about it */
/* Is it known to be in another's unit? */
bool run_follows(const struct run *r, uint32_t owner);
typedef void unit_fn(void *arg, struct run *r, struct unit *u);
/* Every person who is not erased, once for all pseudonyms. A unit lives for its call, in an arena
 * that is the run's `scratch` meanwhile. */
void run_persons(struct run *r, unit_fn *fn, void *arg);

/* Does it govern enrolments that begin on this day, were it the last one? */
bool version_takes(const struct run *r, int32_t start, uint32_t version);
/* Index: of the first `count` versions in force the last that governs an enrolment on this day. */
uint32_t version_for(const struct run *r, int32_t start, uint32_t count);

const struct fact *chain_head(const struct chain *c);	/* NULL where retracted */

/* The next day on which something known of the unit changes; NEVER for none. */
int32_t next_turn(const struct unit *u, int32_t day);
void run_turns(struct run *r, int32_t day);	/* remembers the first of such days */
void run_ahead(struct run *r, int32_t day);	/* of both kinds */

/* ---- the events that are read are collected in `basis` ---- */

void basis_add(struct run *r, const struct fact *f);	/* NULL is allowed */
/* The event, and the verdict that made it count. */
void basis_add_chain(struct run *r, const struct chain *c, const struct fact *f);

/* What a statistic rests on, which every line that reads it rests on, too: basis_common.c. */
enum { BASIS_SHIFTS = 8 };
struct common_basis {
	struct ordinals events;		/* ascending; in the run's arena */
	struct arena *arena;
	const struct common_basis *of[2];	/* of a union */
	struct common_basis *next;
	struct hash *nodes[BASIS_SHIFTS];	/* of trees in which so many others stand before */
	size_t roots;			/* that were asked for */
};
/* Of all that the reading at hand rests on; `events`, which it collected, go. */
struct common_basis *basis_common(struct run *r, struct ordinals *events);
/* The reading at hand rests on it, too. */
void basis_share(struct run *r, struct common_basis *common);

struct resting {		/* what one line rests on */
	struct ordinals own;		/* without those in common */
	struct common_basis *common;	/* or NULL */
};
void resting_settle(struct resting *x);	/* when all is collected */
bool resting_have(const struct resting *x, uint32_t event);
size_t resting_count(const struct resting *x);
struct ordinals resting_all(const struct resting *x, struct arena *arena);
/* Over the digests of all, in ledger order. */
struct hash resting_root(const struct settlement *s, const struct resting *x);

#endif
