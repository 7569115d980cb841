/* settle_priv.h - what the evaluator's sources share.
 *
 * Read fact.c first (what is known), then value.c (facts as numbers per period),
 * expression.c, outcome.c (marks reached), payment.c (amounts), limit.c, line.c
 * and settle.c (the statement).
 *
 * Knowledge only grows and every item says its sequence number; a run (struct
 * run) reads it as of one tree size. A unit is what is evaluated as a whole: one
 * person with all joined pseudonyms and enrolments, one site, or the contract.
 */
#ifndef UTFALL_SETTLE_PRIV_H
#define UTFALL_SETTLE_PRIV_H

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "date.h"
#include "event_type.h"
#include "hash.h"
#include "json.h"
#include "ratio.h"
#include "rc.h"
#include "settle.h"
#include "terms.h"

#define NONE UINT32_MAX
#define NEVER INT32_MAX
#define LABEL 40		/* a period's label or ordinal, with NUL */
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* ---- rows: items that never move, found by number ---- */

#define ROWS_CHUNK 1024u
struct rows {
	char **chunks;
	size_t chunk_count, chunk_capacity, size;	/* size of an item */
	uint32_t count;
};
void *rows_add(struct rows *r, uint32_t *ret_index);
void rows_free(struct rows *r);

static inline void *
rows_at(const struct rows *r, uint32_t i)
{
	return r->chunks[i / ROWS_CHUNK] + (size_t)(i % ROWS_CHUNK) * r->size;
}

/* ---- what is known ---- */

struct event_row {
	struct hash digest;
	uint32_t seq;
	int32_t day;		/* civil date it was recorded */
	uint32_t fact;		/* its first fact, or NONE */
};

enum fact_flag {
	FACT_CORRECTS = 1,	/* `link` is what it corrects */
	FACT_ACCEPTED = 2,	/* of a verdict */
	FACT_SAMPLED = 4,	/* of a verdict: drawn from a population */
	FACT_GONE = 8		/* erased: nothing but its digest is left */
};

/* One event about one owner; a verdict has one for each event that it names. */
struct fact {
	uint32_t next;		/* the owner's next, in ledger order */
	uint32_t event;
	uint32_t link;		/* what it corrects, retracts, judges, or the spell it belongs to */
	int32_t from, to;	/* days; `to` NEVER where there is none */
	uint32_t payload;	/* other members, packed; 0 for none */
	uint32_t owner;
	uint32_t sender : 16, type : 8, flags : 8;
};

enum owner_kind { OWNER_CONTRACT, OWNER_SITE, OWNER_PERSON };

struct owner {
	uint8_t id[16];		/* person: the pseudonym's bytes; site: name number in the first four */
	uint8_t kind;
	bool joined;		/* one of several pseudonyms of a person */
	bool follows;		/* ... of which another keeps for both */
	bool others, everybody;	/* read beyond its own facts: the contract's, all people's */
	uint32_t first, last;	/* facts */
	uint32_t keys;		/* first of its keys, or NONE */
	uint32_t salt;		/* in `salts`; NONE until its first event */
	uint32_t frozen;	/* seq + 1 of the data.erased that froze it, or 0 */
	uint32_t touched;	/* number of the run that found news of it */
	uint32_t claimed;	/* number of the run that asks limits for it */
	uint32_t since;		/* size as of which it was last evaluated */
	int32_t wakes;		/* the next day on which time alone makes a difference; NEVER */
	int32_t again;		/* the next day on which limits are asked for it again; NEVER */
	int32_t queued;		/* the day of its entry in `wakes`; INT32_MIN: it is in `due` */
	uint32_t told;		/* the last statement worked out that looked for its lines */
	struct kept *kept;	/* what evaluating it last gave, or NULL */
};

struct names {			/* words and parties by number */
	const char **items;
	size_t count, capacity;
	uint32_t *slots;
	size_t slot_count;
	struct arena *arena;
};
uint32_t name_number(struct names *n, const char *text, size_t length);
static inline const char *
name_text(const struct names *n, uint32_t number)
{
	return n->items[number];
}

struct version {
	struct settle_version said;
	const struct terms *terms;
	struct reading *readings;	/* per expression id */
	const struct terms_party **party_of;	/* by name number of the sender; grown as needed */
	size_t party_count;
};

/* A key and what its issued lines hold. */
struct key_row {
	uint32_t next;			/* the owner's next */
	uint32_t owner;
	uint32_t enrolment;		/* fact of the enrolment's root, or NONE */
	uint32_t payment, outcome, occurrence;	/* name numbers; NONE */
	uint32_t postings;		/* first, or NONE */
	uint32_t claimed;		/* number of the claiming that found its entitlement */
	int32_t achieved;		/* of the latest line */
	uint32_t reason;		/* name number, of the latest line */
	bool last_zero, had_amount;	/* the latest line was of 0; some line was not */
	bool decided;			/* some dispute about it was */
	uint32_t statement;		/* number of the latest line's */
	uint32_t first_statement;	/* that has a line of it; 0: none */
	uint32_t first_paid;		/* statement since which it is above 0; 0: it is not */
	uint32_t version;
	int64_t settled, peak;		/* sum of lines without tax: now, and its highest */
	struct hash hash;
};

struct posting_row {
	uint32_t next;
	uint32_t payer, payee, unit, tax;	/* name numbers */
	uint32_t version;		/* index */
	int32_t year;
	int64_t sum;
};

struct dispute_row {
	uint32_t event, key, payer;	/* payer: name number */
	uint32_t resolved;		/* event, or NONE */
	bool decided;
	int64_t amount;
};

struct paid_row {		/* a payment, as the head of its chain has it */
	uint32_t event;
	uint32_t payer, payee, unit;	/* name numbers */
	int64_t paid, received;
	bool made;			/* payment.made, else payment.received */
};

struct statement_row {
	struct hash issued;
	uint64_t seq, size;
	struct hash root, lines_root;
	struct date through;
	uint32_t first_line, line_count;	/* in `lines` */
};

struct line_row {		/* in order: sums as of an earlier statement come from these */
	uint32_t event, key, posting;
	int32_t achieved;		/* NEVER where its basis is gone */
	uint32_t reason;		/* name number */
	int64_t amount;
};

struct open_line {		/* of a statement that no settlement.issued has closed yet */
	struct hash hash;
	uint32_t event, line;
	uint32_t payer, payee, unit, tax, payment, outcome, reason, version;
	int32_t year;
	int64_t amount;
	bool has_basis;
	uint32_t owner, enrolment, occurrence;
	int32_t achieved;
};

struct balance_row {
	uint32_t payer, payee, unit;
	int64_t lines, paid, received;
};

struct digest_index {
	uint32_t *slots;
	size_t slot_count;
};

struct held_row;
struct held_rows {
	struct held_row *items;
	size_t count, capacity;
};
struct holding;

struct ordinals {		/* a growing set of numbers: events of a basis, facts */
	uint32_t *items;
	size_t count, capacity;
};

struct wake {
	int32_t day;
	uint32_t owner;
};
struct wakes {			/* a heap: the earliest day first */
	struct wake *items;
	size_t count, capacity;
};

struct settlement {
	struct hash contract;
	char salt[23];
	struct arena *arena;
	struct names names;
	struct rows events, facts, owners, salts, keys, postings, disputes, lines, statements;
	struct rows paid;
	struct digest_index digests, key_hashes, owner_index;
	struct ordinals common;		/* facts about sites and the contract */
	struct ordinals again;		/* units looked at when statement `again_for` was worked out */
	uint32_t again_for, runs;
	/* settle_wakes.c: derived from the owners */
	struct wakes wakes;		/* who wakes when */
	struct ordinals due;		/* who has woken and was not looked at since */
	struct ordinals news;		/* who was evaluated since the last statement, or earlier */
	struct ordinals looked;		/* who has news in the run in hand */
	struct ordinals sites;		/* owners that are sites, ascending */
	uint32_t seen_owners;		/* as many owners are in these lists */
	uint32_t kept_owners;		/* ... were read when what is kept was */
	uint32_t everybody_count;	/* people who read what all people do */
	uint32_t person_count;
	char **payload_chunks;
	size_t payload_chunk_count, payload_chunk_capacity;
	uint32_t payload_used;
	struct version *versions;
	size_t version_count, version_capacity;
	struct balance_row *balances;
	size_t balance_count, balance_capacity;
	uint64_t last_seq;
	struct { uint32_t event; int32_t on; uint64_t seq; } terminated;	/* event NONE: not */
	/* lines recorded that no settlement.issued has closed yet */
	struct open_line *open;
	size_t open_count, open_capacity;
	struct limits_carried *limits;	/* the same for limits: limit_carried.c */
	struct carried *carried;	/* between statements: a cache */
	struct held_rows held;		/* what erased people's lines hold: held.c */
	struct holding *holding;	/* while that is read off; or NULL */
	struct hash computed_root;	/* lines_root of the last statement computed here */
	bool diverged;			/* the last recorded statement was not what was computed */
	uint64_t evaluated, claimed;
	uint64_t kept_bytes, kept_size;	/* size as of which it was read */
	int32_t kept_through;
};

/* fact*.c */
void ordinals_add(struct ordinals *o, uint32_t item);
void ordinals_sort(struct ordinals *o);			/* ascending, each once */
uint32_t ordinals_place(const struct ordinals *o, uint32_t item);	/* of sorted ones; or NONE */
static inline bool
ordinals_have(const struct ordinals *o, uint32_t item)
{
	return ordinals_place(o, item) != NONE;
}
struct fact *fact_at(const struct settlement *s, uint32_t i);
struct event_row *event_at(const struct settlement *s, uint32_t i);
struct owner *owner_at(const struct settlement *s, uint32_t i);
#define OWNER_OF_CONTRACT 0u
uint32_t event_find(const struct settlement *s, struct hash digest);	/* NONE */
uint32_t person_find(const struct settlement *s, const char *pseudonym);	/* NONE */
uint32_t site_find(const struct settlement *s, uint32_t name);		/* NONE */
void owner_pseudonym(const struct owner *o, char ret[27]);
uint32_t owner_site(const struct owner *o);	/* name number */
uint64_t fact_seq(const struct settlement *s, const struct fact *f);
uint32_t facts_before(const struct settlement *s, uint64_t size);
uint64_t hash_prefix(const struct hash *h);
typedef uint64_t prefix_fn(const struct settlement *s, uint32_t item);
void slots_grow(struct digest_index *x, uint32_t count, const struct settlement *s,
		prefix_fn *prefix_of);
void slots_put(struct digest_index *x, uint64_t prefix, uint32_t item);
uint32_t event_add(struct settlement *s, const struct settle_record *r, int32_t day);
bool owner_person(const char *pseudonym, struct owner *ret);
struct owner owner_of_site(uint32_t name);
uint32_t owner_get(struct settlement *s, const struct owner *wanted);
uint32_t fact_add(struct settlement *s, const struct fact *f);

#define PAYLOAD_BITS 20
#define PAYLOAD_CHUNK ((uint32_t)1 << PAYLOAD_BITS)
uint32_t payload_write(struct settlement *s, enum event_type type, const struct json *body);
/* Can it be read without reading past it? Of bytes that were kept between processes. */
bool payload_is_sound(const struct settlement *s, uint32_t payload);
struct xval;
/* A member of the body; unknown where it has none. */
struct xval fact_field(const struct settlement *s, const struct fact *f, const char *name);
struct xval fact_attribute(const struct settlement *s, const struct fact *f, const char *name);
int32_t fact_day(const struct fact *f);	/* earnings: the last day of the month */
bool fact_has_evidence(const struct settlement *s, const struct fact *f, const char *kind);

/* ---- values of expressions ---- */

enum xkind { X_UNKNOWN, X_NEVER /* a number that is never */, X_NUMBER, X_TRUTH, X_DATE, X_WORD };
struct xval {
	enum xkind kind;
	union {
		struct ratio number;
		bool truth;
		int32_t day;		/* or NEVER */
		const char *word;
	};
};

static inline struct xval x_unknown(void) { return (struct xval){ .kind = X_UNKNOWN }; }
static inline struct xval x_never(void) { return (struct xval){ .kind = X_NEVER }; }
static inline struct xval
x_truth(bool t)
{
	return (struct xval){ .kind = X_TRUTH, .truth = t };
}
static inline struct xval
x_day(int32_t day)
{
	return (struct xval){ .kind = X_DATE, .day = day };
}
static inline struct xval
x_number(struct ratio r)
{
	return (struct xval){ .kind = X_NUMBER, .number = r };
}
static inline struct xval
x_integer(int64_t i)
{
	return x_number(ratio_integer(i));
}
static inline struct xval
x_word(const char *w)
{
	return (struct xval){ .kind = X_WORD, .word = w };
}
static inline bool
x_is_true(struct xval v)
{
	return v.kind == X_TRUTH && v.truth;
}

/* ---- one reading of the knowledge ---- */

struct verdict {
	const struct fact *fact;
	bool retracted;
	struct verdict *older;
};

struct member {			/* of a correction chain */
	const struct fact *fact;
	struct verdict *verdicts;	/* newest first */
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
};

struct enrolment {
	struct chain *chain;
	const struct fact *fact;	/* its head */
	int32_t start, exit;
	const struct fact *exit_fact;	/* or NULL */
	uint32_t index;			/* 1.. by date */
	uint32_t version;		/* index of the version that governs it */
	uint32_t owner;
};

struct layer {			/* a change of a spell */
	const struct fact *fact;
	const struct chain *chain;
	bool lowers_only;		/* does not count yet: numbers that fall do */
};

#define COVER_USES 4
struct cover {			/* days that a fact covers, with what it carries */
	int32_t first, last;
	bool unknown;			/* the number, or whether it belongs to the value */
	bool unsure;			/* ... the latter */
	struct ratio number;
	struct { const struct chain *chain; const struct fact *fact; } uses[COVER_USES];
};

struct covers {
	const struct terms_value *value;
	const struct enrolment *enrolment;
	bool relaxed;
	bool spans;			/* facts that cover days, not lie on one */
	struct cover *items;
	size_t count;
	struct covers *next;
};

struct reach {			/* one occurrence */
	int32_t first, achieved;	/* first counted day; last day counted */
	uint32_t index;			/* 1.. */
	int32_t period_start;
	int32_t period_index;
	enum terms_qualifier fails;	/* QUALIFIER_MAX: real */
};

struct reaches {
	const struct terms_outcome *outcome;
	const struct enrolment *enrolment;	/* or NULL */
	uint32_t version;
	unsigned relaxed;
	bool optimistic, busy;
	struct reach *items;
	size_t count;
	int32_t turns;			/* the first day after `through` on which more is reached */
	const struct reaches *together;	/* with times counted among others */
	struct reaches *next;
};

struct unit {
	struct arena *arena;
	enum owner_kind kind;
	uint32_t owner;			/* representative: of joined persons the smallest pseudonym */
	uint32_t *owners;		/* all of them */
	size_t owner_count;
	struct chain *chains, *last;
	struct enrolment *enrolments;
	size_t enrolment_count;
	int32_t *turns;			/* days on which something known changes, ascending */
	size_t turn_count;
	struct covers *covers;
	struct profile *profiles;
	struct reaches *reaches;
	struct contest *contests;
	bool frozen;
};

struct trace;

struct run {			/* one reading: as of a size, with its memory */
	struct settlement *s;
	uint32_t number;		/* 1.. */
	uint32_t fact_count;		/* facts before `size` */
	uint64_t size;
	struct arena *arena;		/* for the run */
	struct arena *scratch;		/* for the unit in hand; reset between units */
	struct ordinals *basis;		/* collects the events used; or NULL */
	struct trace *trace;		/* sentences; or NULL */
	struct err *e;
	enum rc rc;			/* the first failure sticks */
	struct unit *contract;
	struct unit **sites;		/* by place in the settlement's list, made on demand */
	size_t site_count;
	struct memo_stat *stats;
	struct contest *contests;
	int32_t turns;			/* the next day on which time alone changes what is read */
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
	unsigned depth;
};

struct period {
	int32_t start, end;
	int32_t index;		/* within its calendar; REF_PERIOD_INDEX is counted from `base` */
	int32_t days;		/* that exist */
};

struct item {			/* an entitlement before limits, or a candidate for a zero line */
	const struct terms_payment *payment;
	const struct terms_outcome *outcome;	/* or NULL */
	uint32_t version;		/* index */
	uint32_t owner;			/* of its unit */
	uint32_t enrolment;		/* root fact, or NONE */
	int32_t start;			/* enrolment date: for ties */
	int32_t achieved;		/* achieved or due day */
	int32_t counts;			/* the day from which it counts */
	int32_t held_until;		/* a part is held back before this day; INT32_MIN: none */
	int32_t first;			/* first counted day */
	struct period period;
	int32_t period_base;
	int64_t amount;
	int64_t index;
	enum terms_qualifier fails;
	bool pending, sampled;
	char occurrence[LABEL];
	uint32_t site;			/* name number, where a limit asks; or NONE */
	uint32_t stand;			/* number + 1 of its first place in a carried bucket; 0: none */
	uint32_t of_enrolment;		/* its enrolment, a person's first; or NONE */
	uint32_t groups;		/* 1 << ordinal of the groups that limits ask for */
};

struct scope {
	struct run *run;
	struct unit *unit;
	const struct version *version;
	const struct enrolment *enrolment;	/* or NULL */
	int32_t day;			/* the day looked at */
	bool has_period;
	struct period period;
	const struct terms_calendar *calendar;	/* the period's */
	int32_t period_base;		/* index of the range's first period */
	bool has_outcome;
	int32_t outcome_day;
	const char *outcome_name;
	uint32_t outcome_index;
	const struct fact *fact;	/* with later layers of a spell above it */
	const struct layer *layers;
	size_t layer_count;
	const struct chain *fact_chain;
	const struct item *item;
	unsigned relaxed;		/* 1 << qualifier */
};

void run_fail(struct run *r, enum rc rc, const char *fmt, ...) PRINTF_LIKE(3, 4);
void basis_add(struct run *r, const struct fact *f);

/* fact_history.c */
struct unit *unit_read(struct run *r, uint32_t owner, struct arena *arena);
struct unit *run_contract_unit(struct run *r);
struct unit *run_contract(struct run *r);	/* and remembers that it was read */
struct unit *run_site(struct run *r, uint32_t owner);
/* The member that counts under a proof, or NULL. `relaxed`: any recorded head. */
const struct fact *chain_counts(struct scope *sc, const struct chain *c,
				const struct terms_proof *p, bool relaxed);
const struct fact *chain_head(const struct chain *c);	/* NULL where retracted */
uint32_t version_for(const struct run *r, int32_t start, uint32_t count);
void basis_add_chain(struct run *r, const struct chain *c, const struct fact *f);
const struct terms_party *sender_party(struct scope *sc, const struct fact *f);

/* calendar.c */
/* The period that holds `day`; false where none does. */
bool period_holding(struct scope *sc, const struct terms_calendar *c, int32_t day,
		    struct period *ret);
bool period_next(struct scope *sc, const struct terms_calendar *c, const struct period *p,
		 struct period *ret);
/* The first period that starts on or after `day`. */
bool period_from(struct scope *sc, const struct terms_calendar *c, int32_t day,
		 struct period *ret);
bool day_exists(struct scope *sc, const struct terms_calendar *c, int32_t day);
bool calendar_gaps(const struct terms_calendar *c);	/* some days may not exist */
void period_label(struct scope *sc, const struct terms_calendar *c, const struct period *p,
		  char ret[LABEL]);
bool calendar_shift(struct scope *sc, const struct terms_calendar *c, int32_t day, int64_t n,
		    int32_t *ret);
bool calendar_span(struct scope *sc, const struct terms_calendar *c, int32_t from, int32_t to,
		   int64_t *ret);
bool unit_add(int32_t day, enum terms_unit_of_time unit, int64_t n, int32_t *ret);

/* explain*.c: sentences while a reading goes on; nothing happens where run->trace is NULL */
#define TRACE_NO_ORDER 2	/* they cannot be compared; else the first is below, equal, above */
void trace_compare(struct scope *sc, const struct terms_x *x, struct xval a, struct xval b,
		   int order);
void trace_word(struct scope *sc, const struct terms_x *x, const char *word, bool found);
struct stat;
void trace_look(struct scope *sc, const struct terms_x *x, const char **words, size_t word_count,
		struct ratio number, int32_t day, struct xval got);
void trace_over(struct scope *sc, const struct terms_x *x, const struct stat *st,
		struct xval got);
void trace_value(struct scope *sc, const struct terms_value *v, const struct period *p,
		 const struct covers *c, struct xval got);

/* expression*.c */
enum x_shape {
	SHAPE_NEW, SHAPE_BUSY, SHAPE_FIXED, SHAPE_CONSTANT, SHAPE_STEPWISE, SHAPE_VOLATILE
};
struct reading {		/* what is known of an expression, whoever reads it */
	const struct terms_x *of;	/* another version's may have the same id */
	enum x_shape shape;
	bool has_value;			/* it is the same for everybody, and was read */
	struct xval value;
};
struct xval x_eval(struct scope *sc, const struct terms_x *x);
enum x_shape x_shape(const struct version *v, const struct terms_x *x);
enum x_shape group_shape(const struct version *v, const struct terms_group *g);
bool x_ratio(struct xval v, struct ratio *ret);	/* number, or truth as 1 and 0 */
int32_t subject_start(struct scope *sc, enum terms_subject subject);
struct xval x_reference(struct scope *sc, const struct terms_x *x);
struct xval x_look(struct scope *sc, const struct terms_x *x);
struct xval table_value(struct scope *sc, const struct terms_table *t, const char **words,
			const struct ratio *number, int32_t day);
struct xval x_over(struct scope *sc, const struct terms_x *x);
struct xval x_items(struct scope *sc, const struct terms_x *x);
struct xval x_date_of(struct scope *sc, const struct terms_x *x);
struct xval x_grow(struct scope *sc, const struct terms_x *x);
struct xval group_member(struct scope *sc, const struct terms_group *g);

struct stat {			/* of a group: counts and sums, never lists */
	int64_t count, unknown;
	struct ratio sum, low, high;
	bool broken;		/* the sum does not fit */
};
struct memo_stat {
	const struct terms_x *x;
	const struct version *version;
	int32_t day;
	struct stat stat;
	struct memo_stat *next;
};
void stat_read(struct scope *sc, const struct terms_x *x, struct stat *st);
void stat_add_unit(struct scope *sc, const struct terms_x *x, struct unit *u, struct stat *st);
/* From what was carried over, brought up to date; false where it must be read anew. */
bool stat_carried(struct scope *sc, const struct terms_x *x, struct stat *st);

/* value*.c */
/* Whose facts a value reads for whoever asks; false where there is nobody. */
bool value_scope(struct scope *sc, const struct terms_value *v, struct scope *ret);
struct xval value_read(struct scope *sc, const struct terms_value *v);
const struct covers *value_covers(struct scope *sc, const struct terms_value *v, bool relaxed);
bool feed_covers(struct run *r, enum terms_fact kind, int32_t first, int32_t last);

/* outcome*.c */
struct step {			/* equal periods in a row */
	int32_t start, end;	/* of all of them */
	int32_t count;		/* periods: as many as days, or 1 */
	int32_t index;		/* of the first */
	bool unknown;
	struct ratio number;
};
struct steps {
	struct step *items;
	size_t count, capacity;
	const struct terms_calendar *calendar;
	bool daily;		/* periods are civil days */
	bool joins;		/* equal days may be one step */
};
struct bounds {
	int32_t from, until;
};
bool outcome_bounds(struct scope *sc, const struct terms_outcome *o, unsigned relaxed,
		    struct bounds *ret);
void steps_read(struct scope *sc, const struct terms_outcome *o, struct bounds b,
		struct steps *ret);
/* The first period that ends on or after `min_day` in which the mark holds, counting only
 * periods that begin on or after `restart`. */
bool mark_next(struct scope *sc, const struct terms_outcome *o, const struct steps *steps,
	       unsigned relaxed, bool optimistic, int32_t restart, int32_t min_day,
	       struct reach *ret);

int64_t outcome_times_max(struct scope *sc, const struct terms_outcome *o);
int32_t next_turn(const struct unit *u, int32_t day);
/* One subject by itself, not yet in the unit's memory. */
const struct reaches *outcome_find(struct scope *sc, const struct terms_outcome *o,
				   unsigned relaxed, bool optimistic);
const struct reaches *outcome_alone(struct scope *sc, const struct terms_outcome *o,
				    unsigned relaxed, bool optimistic);
/* outcome_times.c */
void outcome_mark_times(struct scope *sc, const struct terms_outcome *o, struct reaches *list);
bool outcome_times_left(struct scope *sc, const struct terms_outcome *o, const struct reach *r);
void run_turns(struct run *r, int32_t day);	/* remembers the first of such days */
/* Times an outcome was reached by its subject in this scope; NULL where it has no such subject. */
const struct reaches *outcome_reaches(struct scope *sc, const struct terms_outcome *o,
				      unsigned relaxed, bool optimistic);
/* A first reach with what `show` lists relaxed, and the first qualifier that it fails. */
bool outcome_candidate(struct scope *sc, const struct terms_outcome *o, struct reach *ret);
/* "" for once, the period's label on the grid, else the ordinal. */
void outcome_occurrence(struct scope *sc, const struct terms_outcome *o, const struct reach *r,
			char ret[LABEL]);
/* The scope on an outcome's achieved day. */
struct scope outcome_scope(const struct scope *sc, const struct terms_outcome *o,
			   const struct reach *r);
const struct fact *outcome_claim(struct scope *sc, const struct terms_outcome *o,
				 const struct reach *r, const struct chain **ret_chain);
/* Collects the events that a reach rests on into run->basis. */
void outcome_basis(struct scope *sc, const struct terms_outcome *o, const struct reach *r);

/* payment*.c */
typedef void item_fn(void *arg, struct scope *sc, const struct item *it);
/* Every entitlement and candidate of a unit, each in its scope. `of`: only payments of these
 * names; NULL: all. */
void items_of_unit(struct run *r, struct unit *u, item_fn *fn, void *arg,
		   const struct terms_payment *const *of, size_t of_count);
/* A unit, or one of its enrolments, under a version. */
struct scope subject_scope(struct run *r, struct unit *u, uint32_t version,
			   const struct enrolment *en);
struct scope item_scope(struct run *r, struct unit *u, const struct item *it);
void item_basis(struct scope *sc, const struct item *it);

struct part {
	uint32_t payer, payee;
	int64_t amount;
};
struct parts {
	struct part *items;
	size_t count;
	bool pending;		/* a weight is unknown, or nobody bears it */
};

/* limit*.c */
#define MOVES_MAX 4
struct claim {			/* what is left of an item, or of a part of one, between limits */
	const struct item *item;
	struct item *kept;			/* the same, where it is kept; or NULL */
	const struct terms_limit *floor;	/* a top-up: item is NULL */
	const struct key_row *key;	/* or NULL: no line yet */
	uint32_t payer, payee;		/* name numbers: of a part; else NONE */
	int64_t amount;
	int64_t passed, over;		/* at the limit in hand */
	int64_t hold;			/* what its lines hold at least: settled room */
	int64_t open;			/* so much more they may hold: see hold_span() */
	int64_t peak;
	uint32_t first_paid;		/* first statement that paid it; 0 none */
	bool frozen;			/* keeps what it holds, whatever its facts */
	bool held_less;			/* what it holds is taken off others */
	int64_t held_at;		/* its place on a ladder */
	const char *held_by;	/* erased people's: stands under the limit of this name alone; or NULL */
	bool pending;			/* an end of a limit is not known yet */
	const struct terms_limit *limited;	/* the last that took something */
	uint32_t move_count;
	struct { uint32_t payer; int64_t amount; } moves[MOVES_MAX];	/* excess that another owes */
	char bucket[41];		/* of a top-up */
	int32_t floor_day;
	uint32_t floor_owner;		/* the unit that it is about; NONE: a site nobody knows */
	uint32_t version;		/* index, of a top-up */
	int64_t through_from, through_to;	/* gone through its shares before it: tranches */
	struct claim *whole;			/* of a part */
	uint32_t part;
	bool split;				/* parts are those that limits left */
	struct parts parts;
};
struct claims {
	struct arena *arena;
	struct claim **items;
	size_t count, capacity;
};
struct claim *claim_add(struct claims *c);
/* Applies every limit of one stage (before or after the split) in the order of the list. */
void limits_apply(struct run *r, struct claims *claims, bool after_split, settle_room_fn *fn,
		  void *arg);
void limits_forget(struct settlement *s);
bool limits_may_carry(struct run *r);
void limits_leave(struct settlement *s, struct item *it);
bool limits_gave(const struct run *r, const struct item *it, int64_t amount);
void limits_hold(struct run *r, struct item *it, uint32_t first_paid);
void limits_begin(struct run *r);
uint64_t limits_bytes(const struct settlement *s);	/* that they hold */
/* After all limits: who else must be claimed, as what was claimed takes room from them or leaves
 * them some, is put to `ret`. False where all must be claimed. */
bool limits_settled(struct run *r, struct ordinals *ret);
/* Site and groups that limits ask for, read in the item's scope. */
void limit_marks(struct scope *sc, struct item *it);
int item_order(const struct settlement *s, const struct item *x, const struct item *y);
int claim_order(const struct settlement *s, const struct claim *a, const struct claim *b);
/* An enrolment goes by its own pseudonym, also where that is one of several of a person. */
uint32_t item_pseudonym(const struct settlement *s, const struct item *it);

void trace_share(struct scope *sc, const struct terms_share *share,
		 const struct terms_tranche *t, const struct ratio *weights,
		 const int64_t *parts, int64_t amount);
bool trace_asks(const struct run *r, const struct claim *c);
void trace_limit(struct run *r, const struct terms_limit *l, const struct claim *c,
		 int64_t others);
int owner_order(const struct settlement *s, uint32_t a, uint32_t b);
/* The start of that order as a number: where it is the same for two, owner_order() decides. */
uint32_t owner_rank(const struct settlement *s, uint32_t owner);

/* settle_key.c: what statements have said */
struct key_name {
	uint32_t owner, enrolment;	/* fact of the root, or NONE */
	const char *payment, *outcome, *occurrence;	/* "" for none */
};
struct key_name settled_key_name_of(const struct settlement *s, const struct item *it);
/* or NULL */
uint32_t settled_key_number(const struct settlement *s, const struct key_name *n);
struct key_row *settled_key_find(const struct settlement *s, const struct key_name *n);
struct hash settled_key_hash(const struct settlement *s, const struct key_name *n);
const struct key_row *settled_key_of_item(const struct settlement *s, const struct item *it);
bool settled_key_before(const struct settlement *s, const struct key_row *k, uint64_t seq);
int32_t statement_through(const struct settlement *s, uint32_t number);
struct statement_row *statement_at(const struct settlement *s, uint32_t number);	/* 1.. */
struct key_row *settled_key_at(const struct settlement *s, uint32_t i);
struct posting_row *posting_at(const struct settlement *s, uint32_t i);

enum rc record_line(struct settlement *s, const struct settle_record *r, uint32_t event,
		    struct err *e);
enum rc record_basis(struct settlement *s, const struct settle_record *r, uint32_t event,
		     struct err *e);
enum rc record_issued(struct settlement *s, const struct settle_record *r, uint32_t event,
		      struct err *e);
enum rc record_dispute_opened(struct settlement *s, const struct settle_record *r, uint32_t event,
			      struct err *e);
enum rc record_dispute_resolved(struct settlement *s, const struct settle_record *r,
				uint32_t event, struct err *e);
/* Number of the name in a member of a body. */
uint32_t member_number(struct settlement *s, const struct json *body, const char *name);
void settled_balance_add(struct settlement *s, uint32_t payer, uint32_t payee, uint32_t unit,
			 int64_t lines, int64_t paid, int64_t received);
/* settle_paid.c */
enum rc record_payment_made(struct settlement *s, const struct settle_record *r, uint32_t event,
			    struct err *e);
enum rc record_payment_received(struct settlement *s, const struct settle_record *r,
				uint32_t event, struct err *e);
/* `event` corrects payment `target` to `body`, or retracts it (NULL); false where that is none. */
bool payment_corrected(struct settlement *s, uint32_t target, uint32_t event,
		       const struct json *body);
void basis_unreadable(struct settlement *s);
/* Keys and postings as the statements up to `number` left them; 0: as before the first. */
void settled_rewind(struct settlement *s, uint32_t number);

/* settle_split.c: who bears and who receives */
struct parts split_claim(struct scope *sc, const struct claim *c);
/* The parties that a line of zero names. */
struct part first_parties(struct scope *sc, const struct terms_payment *p);
struct span {
	int64_t low, high;
};
struct span hold_span(const struct terms_payment *p, int64_t posted);
/* What lines of a key took of a limit's room, what is held back included; NONE: of any party. */
struct span room_of_lines(const struct run *r, const struct item *it, const struct key_row *k,
			  uint32_t payer, uint32_t payee);
void split_offsets(struct run *r, struct claims *claims);

struct post {			/* an amount at one posting */
	uint32_t payer, payee, unit, tax;	/* tax NONE for none */
	uint32_t version;
	int32_t year;
	int64_t amount;
};
struct posts {
	struct arena *arena;
	struct post *items;
	size_t count, capacity;
};
void post_add(struct posts *p, struct post one);
/* Tax and hold: what the parts post as of `through`. */
void posts_of_parts(struct scope *sc, const struct claim *c, const struct parts *parts,
		    struct posts *ret);

/* settle_kept.c: what evaluating each unit last gave */
struct kept {
	uint32_t count;
	int32_t turns;			/* the day on which time alone changes it; NEVER */
	int32_t due;			/* the next day on which an item counts; NEVER */
	struct item items[];
};
void kept_refresh(struct run *r);
void kept_due(struct settlement *s, uint32_t owner, int32_t after);
void kept_forget(struct settlement *s);

/* settle_wakes.c: who is looked at because a day has come */
void wakes_queue(struct settlement *s, uint32_t owner);	/* when one of its days has changed */
void wakes_until(struct settlement *s, int32_t day);	/* puts who woke until then to `due` */
void wakes_see(struct settlement *s);			/* takes in new owners */
uint32_t site_place(const struct settlement *s, uint32_t owner);	/* in `sites` */
void wakes_forget(struct settlement *s);
void wakes_restore(struct settlement *s);		/* after owners were read back */
void owner_again(struct run *r, uint32_t owner, int32_t day);

/* settle_touched.c */
bool touched_is(const struct run *r, const struct owner *o);
void touched_begin(struct run *r);	/* before anything is read */
void touched_mark(struct run *r);	/* when everything kept is up to date */
void touched_tell(struct run *r, uint32_t owner);
/* Who is asked for at limits: touched, or their keys have new lines, or limits ask them again. */
void touched_claims(struct run *r, struct ordinals *ret);
/* Puts them in order, each once, with the other pseudonyms of the same persons. */
void touched_persons(struct run *r, struct ordinals *ret);

/* settle_basis.c */
struct evidence {
	uint32_t *basis, *changed;
	size_t basis_count, changed_count;
};
/* `it` is NULL where the key has no entitlement any more. */
struct evidence read_evidence(struct run *r, struct unit *u, const struct key_name *name,
			      const struct key_row *key, const struct item *it,
			      struct arena *arena);

/* settle_carried.c */
void carried_forget(struct settlement *s);
void carried_keep(struct run *r);
/* `touched`: who has news. */
void carried_refresh(struct run *r, uint64_t size, bool discard, const struct ordinals *touched);

/* settle_line.c: the differences of one unit */
struct out_line {
	struct key_name name;
	const struct key_row *key;	/* or NULL: the first line */
	struct post post;		/* its amount is the line's */
	const char *reason;
	int32_t achieved, start;
	uint32_t owner;			/* unit, for ties */
	uint32_t *basis, *changed;	/* events in ledger order */
	size_t basis_count, changed_count;
};
struct out {
	struct arena *arena;
	struct out_line *items;
	size_t count, capacity;
};
struct unit_claims {		/* of one unit, in the statement's hand */
	struct unit *unit;
	struct claim **claims;
	size_t count;
	const struct kept *kept;
};
void unit_lines(struct run *r, const struct unit_claims *u, struct out *out,
		settle_amount_fn *fn, void *arg);
int out_order(const struct settlement *s, const struct out_line *a, const struct out_line *b);
/* The last `through` of a statement that may change it: NEVER for none, INT32_MIN: closed. */
int32_t settled_key_closes(struct run *r, const struct terms_payment *p,
			   const struct terms_outcome *o, uint32_t version, const struct item *it);
/* The same of a key without an entitlement: of it nothing but its day is known. */
int32_t settled_gone_closes(struct run *r, const struct key_row *k);

/* settle_claim.c */
bool item_is_passed_over(const struct run *r, const struct kept *kept, uint32_t at);
void claims_begin(struct run *r);	/* of a statement, before all units */
bool claims_stand(struct run *r, uint32_t owner);
void claims_of_owner(struct run *r, struct claims *claims, uint32_t owner);
void claim_hold(struct claim *c, struct span room);

/* settle_statement.c */
struct settlement *settlement_empty(struct hash contract, const char *salt);	/* no owner yet */
void version_put(struct settlement *s, const struct settle_version *v);

/* settle.c */
struct run *run_new(struct settlement *s, uint64_t size, int32_t through, struct arena *arena,
		    struct err *e);
struct run *run_live(struct settlement *s, const struct settle_args *args, struct arena *arena,
		     struct err *e);
/* Claims, with every limit applied; free with every_free(). */
struct every {
	struct run *r;
	bool whole;			/* every unit is claimed */
	struct ordinals owners;		/* who is claimed */
	struct claims claims;
	uint32_t *first;		/* per one of `owners`: its first claim */
	unsigned rounds;
};
void every_gather(struct every *ev, settle_room_fn *fn, void *arg);
void every_free(struct every *ev);
struct unit *run_unit(struct run *r, uint32_t owner, struct arena *arena);
/* All units' lines to `out`; or where `fn` is given all amounts of today to it. */
void every_lines(struct run *r, struct out *out, settle_amount_fn *fn, void *arg);

#endif
