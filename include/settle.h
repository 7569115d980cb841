/* settle.h - bodies = settle(terms, events before the cut-off, earlier statements, through).
 *
 * Layer 3. Pure: no clock, store, file, locale or float; the same input gives
 * the same bytes for ever. A settlement holds one contract's knowledge: its
 * terms versions, every event recorded under it (compact, with correction
 * chains, retractions and verdicts), the statements issued. It only grows by
 * the functions of the first group, fed in ledger order, and each event says
 * its `seq`, so that any question can be asked as of an earlier tree size.
 * What it carries between statements is a cache: `from_scratch` does without
 * and must give the same bytes.
 *
 * Heap handle, freed with settlement_free(). Terms are borrowed and must outlive it.
 */
#ifndef UTFALL_SETTLE_H
#define UTFALL_SETTLE_H

#include "date.h"
#include "event_type.h"
#include "hash.h"
#include "rc.h"

#include <stddef.h>

struct arena;
struct buf;
struct json;
struct settlement;
struct terms;

/* ---- what it is told, in ledger order ---- */

/* `contract` is the digest of its contract.proposed, `salt` that event's salt (22 characters). */
struct settlement *settlement_new(struct hash contract, const char *salt);
void settlement_free(struct settlement *s);	/* NULL is allowed */

struct settle_version {
	struct hash digest;		/* of the contract.proposed or contract.amended event */
	const struct terms *terms;	/* borrowed */
	/* contract.amended's `from`; the terms' own for the first */
	struct date from;
	uint64_t seq;			/* of the event that put it in force: the last signature */
	int64_t at;			/* that entry's instant */
};
MUST_CHECK enum rc settle_version_add(struct settlement *s, const struct settle_version *v,
				      struct err *e);

/* One event under this contract, of any type but those of keys and contract versions.
 * It has passed the validity rules: `body` has its type's shape, what it refers to
 * was recorded before. Statements come this way too (settlement.line, settlement.basis,
 * settlement.issued), and payments, disputes and data.erased. */
struct settle_record {
	uint64_t seq;			/* its entry's */
	struct hash digest;
	enum event_type type;
	const struct json *body;	/* borrowed for the call; NULL where erased or withheld */
	const char *salt;		/* 22 characters; NULL with `body` */
	const char *sender;		/* party id */
	int64_t at;			/* entry's instant, UTC seconds */
};
/* Asks the memory for where an event with this digest will go; changes nothing. */
void settle_expect(const struct settlement *s, const struct hash *digest);
MUST_CHECK enum rc settle_record(struct settlement *s, const struct settle_record *r,
				 struct err *e);

/* ---- kept between processes ---- */

/* The evaluator that this is: its sources' sum, 64 characters. What another one worked out is not
 * gone on with. */
const char *settle_build(void);

typedef enum rc settle_put_fn(void *arg, const void *bytes, size_t size, struct err *e);
/* Everything that it was told and what it worked out last, as bytes of this machine. No statement
 * may be in hand. The bytes say what events say: keep them like those. */
MUST_CHECK enum rc settle_save(const struct settlement *s, settle_put_fn *put, void *arg,
			       struct err *e);

typedef enum rc settle_get_fn(void *arg, void *ret, size_t size, struct err *e);
/* Terms of a version; NULL where it is not known. */
typedef const struct terms *settle_terms_fn(void *arg, struct hash version);
struct settle_of {
	struct hash contract;
	settle_terms_fn *terms;
	void *terms_arg;
};
/* Goes on like the one that was saved. RC_NOT_FOUND: another build's, contract's or terms'.
 * RC_INTEGRITY: damaged; numbers in it that say no place are refused, whoever made them. */
MUST_CHECK enum rc settle_load(settle_get_fn *get, void *arg, const struct settle_of *of,
			       struct settlement **ret, struct err *e);

/* ---- the statement ---- */

struct settle_args {
	uint64_t size;			/* cut-off: events with a smaller seq are seen */
	struct hash root;		/* of the tree at the cut-off */
	uint64_t first;			/* entry its first line will have; 0 for none, a dry run */
	struct date through;		/* as settle_through() says */
	bool from_scratch;		/* use no carried state */
};

/* Receives the bodies of one settlement.line and its settlement.basis; they live for the call. */
typedef enum rc settle_line_fn(void *arg, const struct json *line, const struct json *basis,
			       struct err *e);

/* Computes the next statement: every line to `fn` in their order, then the body of
 * settlement.issued in `arena`. Changes no knowledge: the statement counts when its
 * events are recorded. RC_REFUSED where `through` is not the next period's last day
 * or an amount does not fit. */
MUST_CHECK enum rc settle(struct settlement *s, const struct settle_args *args,
			  settle_line_fn *fn, void *arg, struct arena *arena,
			  const struct json **ret_issued, struct err *e);

/* Last day of the next period of the terms' settlement calendar; RC_NO after the last. */
MUST_CHECK enum rc settle_through(const struct settlement *s, struct date *ret, struct err *e);
/* Number of the latest statement issued, 0 for none. */
uint32_t settle_number(const struct settlement *s);

/* ---- what it knows ---- */

struct settle_posting {
	const char *payer, *payee, *unit, *tax;	/* tax "" for none */
	struct hash version;
	int year;
};

/* One amount of one key and posting. `participant` is NULL for a site's or the contract's. */
struct settle_amount {
	struct hash key;		/* as in settlement.line */
	const char *payment, *outcome, *occurrence, *participant, *site;	/* "" for none */
	struct settle_posting posting;
	int64_t amount;
};
typedef void settle_amount_fn(void *arg, const struct settle_amount *a);

/* Sum of the issued lines of every key and posting. */
void settle_sums(const struct settlement *s, settle_amount_fn *fn, void *arg);
/* What everybody is entitled to as of `args` (whole amounts after limits, shares and tax): of an
 * issued statement's day and no more than its cut-off, what that statement came to, which is the
 * sum of the lines up to it; else what the next statement would come to. */
MUST_CHECK enum rc settle_entitlements(struct settlement *s, const struct settle_args *args,
				       settle_amount_fn *fn, void *arg, struct err *e);

struct settle_balance {
	const char *payer, *payee, *unit;
	int64_t lines;			/* sum of issued lines */
	int64_t held;			/* part of it that a dispute holds */
	int64_t paid, received;		/* payment.made, payment.received */
};
typedef void settle_balance_fn(void *arg, const struct settle_balance *b);
void settle_balances(const struct settlement *s, settle_balance_fn *fn, void *arg);
/* Is each of its sums, and what is still to pay, an amount that can be written? Payments are
 * recorded one by one: many of them may come to more. */
bool settle_balance_fits(const struct settle_balance *b);

struct settle_room {
	const char *limit, *bucket;	/* bucket: "" or its keys joined by '/' */
	int64_t taken, room;		/* room INT64_MAX: no upper end */
};
typedef void settle_room_fn(void *arg, const struct settle_room *r);
/* As the next statement would find them, were it of the last one's day: with all that is known. */
MUST_CHECK enum rc settle_rooms(struct settlement *s, settle_room_fn *fn, void *arg,
				struct err *e);

/* What the lines of these people hold of limits, shares, statistics and counted outcomes, as of the
 * latest statement's period: the member "held" of data.erased, empty where they hold nothing.
 * `args.through` is not read. */
MUST_CHECK enum rc settle_held(struct settlement *s, const struct settle_args *args,
			       const char *const *pseudonyms, size_t count, struct arena *arena,
			       struct json *ret, struct err *e);

struct settle_use {			/* for bench and `ledger` */
	uint64_t events, participants, enrolments, keys;
	uint64_t bytes;			/* heap held for them */
	uint64_t evaluated;		/* subjects evaluated by the last settle() */
	uint64_t claimed;		/* subjects that it asked for at limits */
};
void settle_use(const struct settlement *s, struct settle_use *ret);

#endif
