/* state_priv.h - what the files of the state share. Read state.c first, then state_rules.c. */
#ifndef UTFALL_STATE_PRIV_H
#define UTFALL_STATE_PRIV_H

#include "state.h"

#include "buf.h"
#include "json.h"

struct arena;
struct buf;

#define PARTY_NONE UINT32_MAX
#define CANDIDATES 64		/* of an index entry looked at in one go */

/* ---- small things ---- */

struct key_state {
	struct party_key pub;
	struct hash *confirmed;		/* contracts under which a recovered key may sign */
	size_t confirmed_count, confirmed_capacity;
};

struct termination {
	const struct party *party;
	struct date on;
};

struct contract_state {
	struct contract pub;
	struct arena *arena;		/* names; the first version's terms */
	struct arena **more;		/* terms of the amendments */
	size_t more_count, more_capacity;
	size_t version_capacity, statement_capacity, dispute_capacity;
	size_t current;			/* index into versions; SIZE_MAX before all have signed */
	struct termination *terminations;
	size_t termination_count, termination_capacity;
	struct {			/* lines that no settlement.issued has closed */
		uint64_t first;		/* entry of line 1 */
		uint32_t number;	/* of the statement; 0: there are none */
		uint32_t lines;
		bool basis;		/* the last line has its basis */
	} open;
};

struct submission_row {
	uint64_t seq;
	uint32_t party;
};

/* ---- large things: found through the index ---- */

/* What is remembered of an event entry. */
struct record {
	uint64_t seq;			/* 0, which is no event's: an empty slot */
	int64_t at;
	struct hash digest;
	struct hash contract;		/* zero: none */
	struct hash link;		/* target of a correction or retraction; a spell's start */
	struct hash natural;		/* of its natural key; zero: none */
	uint64_t root;			/* first event of its correction chain; itself mostly */
	uint32_t party;
	enum event_type type;
	enum event_type chain;		/* type of that first event */
	bool missing;
	char participant[27];
	char site[PARTY_TEXT], to[PARTY_TEXT];
};

/* What is remembered of a participant: see state_member.c. */
#define MEMBER_HOLDERS 6
#define MEMBER_SITES 4
struct member {
	struct hash contract;
	char participant[27];		/* "": an empty slot */
	bool enrolled;			/* there is a live enrolment or assignment */
	uint8_t holder_count, site_count;
	uint32_t holder;		/* provider that holds the person now */
	uint32_t holders[MEMBER_HOLDERS];
	const char *sites[MEMBER_SITES];	/* only those that the terms bind a party to */
};

struct erased_row {
	struct hash digest;
	uint64_t by;			/* entry of the data.erased */
};

struct taking {			/* names in `arena`; the list on the heap */
	struct arena *arena;
	struct taken_line *lines;
	size_t count;
};
void taking_clear(struct taking *t);

struct drawn_facts {		/* what the drawn keys of one statement rest on */
	struct hash statement;		/* digest of its settlement.issued; zero: none is known */
	uint32_t number;
	uint64_t *roots;		/* first events of the chains, ascending; heap */
	size_t count;
	bool gone, unlisted;		/* a drawn key's basis was erased; is too long to list */
};

struct scratch {		/* made by state_prepare() for one step, used by check and apply */
	uint64_t seq;
	struct record record;
	struct arena *arena;		/* of a contract version's terms; owned until apply takes it */
	struct terms *terms;
	struct record line;		/* dispute.opened: the line it names */
	struct hash line_key;
	char line_payer[PARTY_TEXT];
	char line_payee[PARTY_TEXT];
};

struct state {
	struct index *index;
	struct event_source source;
	struct arena *arena;		/* ids and names that live as long as the state */

	char origin[ORIGIN_MAX + 1], operator_id[PARTY_TEXT];
	bool simulated, closed;
	int64_t format;
	struct merkle_frontier frontier;
	struct hash last;
	int64_t at;

	struct party **parties;
	size_t party_count, party_capacity;
	struct key_state **keys;
	size_t key_count, key_capacity;
	struct contract_state **contracts;
	size_t contract_count, contract_capacity;
	struct submission_row *submissions;
	size_t submission_count, submission_capacity;
	uint64_t *small;		/* seqs of the events that the small things come from */
	size_t small_count, small_capacity;

	/* the submission in hand */
	struct submission current;
	const struct key_state *current_key;
	uint64_t left;			/* events still to come */

	uint64_t blind;			/* events whose bytes are missing */
	struct record *records;		/* direct-mapped by seq */
	struct member *members;		/* direct-mapped by key */
	struct scratch scratch;
	struct buf natural;		/* of one event at a time */
	uint64_t hidden;		/* those of them that were withheld; of a replay only */
	struct erased_row *erased;	/* what data.erased named, in ledger order */
	size_t erased_count, erased_capacity;
	uint64_t unnamed;		/* erased ones that no data.erased so far names */
	struct drawn_facts drawn;	/* of the population that a verdict named last */
	struct taking taking;		/* of the statement in hand: lines taken as recorded */
	bool taken;			/* the statement in hand, as recorded */
	bool differs;			/* as `difference` says */
	struct state_difference difference;
};

/* ---- one check in progress ---- */

struct check {
	struct state *st;
	const struct step *x;
	struct findings *f;
	struct err *e;
	enum rc rc;			/* RC_OK until the first refusal */
	bool stopped;			/* the source failed: no more can be said */
	bool inside;			/* the body looked at is that of a correction */
	enum event_type type;
	const struct event_info *info;
	const struct json *body;
	const struct party *sender;
	struct contract_state *contract;	/* NULL where the body names none */
	const struct terms *terms;	/* in force; NULL before all have signed */
	const struct terms *said;	/* of a correction: in force before, when its chain began; or NULL */
};

PRINTF_LIKE(3, 4)
void refuse(struct check *c, const char *pointer, const char *fmt, ...);
PRINTF_LIKE(4, 5)
void refuse_as(struct check *c, enum rc rc, const char *pointer, const char *fmt, ...);
/* Where `rc` is not RC_OK: keeps the reason that is in c->e and stops. True if it went on. */
bool went_on(struct check *c, enum rc rc);

/* ---- the rules: state_rules.c ---- */

#define RULE_SMALL 1u		/* leaves something in the small state */
#define RULE_LATE 2u		/* its apply needs the index: loaded after it */
#define RULE_FACT 4u		/* refused after record_until */
#define RULE_UNSIGNED 8u	/* allowed before all have signed the contract */
#define RULE_CORRECT 16u	/* may be corrected and retracted */
#define RULE_MONEY 256u		/* corrected and retracted too, but nothing to attest */
#define RULE_ENROLS 32u		/* needs no enrolment before it */
#define RULE_MEMBER 64u		/* found by participant */
#define RULE_COMPUTED 128u	/* its body is computed again: what it names need not be looked at */

struct rule {
	unsigned flags;
	void (*check)(struct check *c);		/* NULL: nothing beyond what all share */
	void (*apply)(struct state *st, const struct step *x, const struct party *sender);
};
const struct rule *rule_of(enum event_type type);

/* state_record.c */
struct hash key_of_submission(const char *party, const char *id);
struct hash key_of_member(struct hash contract, const char *participant);
MUST_CHECK enum rc record_at(struct state *st, uint64_t seq, struct record *ret, struct err *e);
MUST_CHECK enum rc record_find(struct state *st, struct hash digest, struct record *ret,
			       struct err *e);
MUST_CHECK enum rc record_make(struct state *st, const struct step *x, uint32_t party,
			       struct record *ret, struct err *e);
void record_index(struct state *st, const struct record *r);
/* May an event have this digest? Without looking at its bytes. */
bool record_may_exist(const struct state *st, struct hash digest);
/* Is a correction or retraction of this very event recorded? Its seq, or SEQ_NEVER. */
MUST_CHECK enum rc chain_next(struct state *st, struct hash digest, uint64_t *ret, struct err *e);
MUST_CHECK enum rc chain_retracted(struct state *st, const struct record *r, bool *ret,
				   struct err *e);
/* A live event of the same natural key other than `but`; SEQ_NEVER where there is none. */
MUST_CHECK enum rc natural_taken(struct state *st, const struct record *r, struct hash but,
				 uint64_t *ret, struct err *e);
uint32_t party_of_entry(const struct state *st, uint64_t seq);
void records_forget(struct state *st);

/* state_member.c */
MUST_CHECK enum rc participant_find(struct state *st, struct hash contract, const char *participant,
			       struct member *ret, struct err *e);
void participant_expect(const struct state *st, const char *participant);
void participant_forget(struct state *st, struct hash contract, const char *participant);

/* state.c */
/* The digest in a member of a body; zero where there is none. */
struct hash body_digest(const struct json *body, const char *field);
/* The submission that entry `seq` belongs to; NULL before the first. */
const struct submission_row *submission_of(const struct state *st, uint64_t seq);
uint32_t party_index(const struct state *st, const char *id);
struct contract_state *contract_find(const struct state *st, struct hash digest);
/* Size of the tree behind the submission that begins at `seq`; SEQ_NEVER where it is not whole. */
uint64_t state_size_behind(const struct state *st, uint64_t seq);
/* Makes what check and apply share; fails only where the source or stored bytes do. */
MUST_CHECK enum rc state_prepare(struct state *st, const struct step *x, struct err *e);

/* What every event goes through, then its own row. */
void rules_check(struct check *c);
void check_references(struct check *c);

/* ---- checks and applies, by file ---- */

void check_ledger_opened(struct check *c);
void check_ledger_upgraded(struct check *c);
void check_party_registered(struct check *c);
void check_key_registered(struct check *c);
void check_key_confirmed(struct check *c);
void check_key_revoked(struct check *c);
void apply_ledger_opened(struct state *st, const struct step *x, const struct party *sender);
void apply_ledger_closed(struct state *st, const struct step *x, const struct party *sender);
void apply_party_registered(struct state *st, const struct step *x, const struct party *sender);
void apply_key_registered(struct state *st, const struct step *x, const struct party *sender);
void apply_key_confirmed(struct state *st, const struct step *x, const struct party *sender);
void apply_key_revoked(struct state *st, const struct step *x, const struct party *sender);
struct key_state *key_find(const struct state *st, const char *name, uint32_t id);
struct key_state *key_find_text(const struct state *st, const char *text);
bool key_usable_under(const struct key_state *k, struct hash contract);
void key_confirm(struct key_state *k, struct hash contract);

void check_contract_proposed(struct check *c);
void check_contract_signed(struct check *c);
void check_contract_amended(struct check *c);
void check_contract_terminated(struct check *c);
void apply_contract_proposed(struct state *st, const struct step *x, const struct party *sender);
void apply_contract_signed(struct state *st, const struct step *x, const struct party *sender);
void apply_contract_amended(struct state *st, const struct step *x, const struct party *sender);
void apply_contract_terminated(struct state *st, const struct step *x,
			       const struct party *sender);
bool version_signer(const struct contract_version *v, const char *party);

/* What all facts share: dates, participant, holder; then each one's own. */
void check_fact(struct check *c);
void check_transferred(struct check *c);
void check_joined(struct check *c);
void check_spell(struct check *c);
void check_attested(struct check *c);
void check_corrected(struct check *c);
void check_retracted(struct check *c);
void check_erased(struct check *c);
/* Was the event with this digest erased? By which entry? */
bool erased_by(const struct state *st, struct hash digest, uint64_t *ret);
void apply_erased(struct state *st, const struct step *x, const struct party *sender);

void check_line(struct check *c);
void check_basis(struct check *c);
void check_issued(struct check *c);
void check_approved(struct check *c);
void check_dispute_opened(struct check *c);
void check_dispute_resolved(struct check *c);
void check_payment(struct check *c);
void apply_line(struct state *st, const struct step *x, const struct party *sender);
void apply_basis(struct state *st, const struct step *x, const struct party *sender);
void apply_issued(struct state *st, const struct step *x, const struct party *sender);
void apply_approved(struct state *st, const struct step *x, const struct party *sender);
void apply_dispute_opened(struct state *st, const struct step *x, const struct party *sender);
void apply_dispute_resolved(struct state *st, const struct step *x, const struct party *sender);
/* Does the statement in `c` differ from what its terms give? Fills st->difference. */
void check_statement(struct check *c);

/* ---- samples: state_sample.c ---- */
/* Does the verdict in hand name a population whose draw can be told? Refuses what has none. */
bool population_is_known(struct check *c);
/* Refuses an event that no drawn key of that population rests on. */
void check_drawn(struct check *c, const char *pointer, const struct record *r);
void drawn_facts_forget(struct state *st);

/* What settle() is asked for the statement in `c`, and whom. */
struct settle_args;
MUST_CHECK enum rc statement_args(struct check *c, struct settle_args *ret,
				  struct settlement **ret_engine, struct err *e);
/* By how much its lines, or else its totals, are not what its terms give: state_stake.c. */
void statement_stake(struct check *c, struct state_difference *ret);

/* ---- kept between replays: state_taken.c ---- */

void state_taken_save(const struct state *st, struct buf *ret);
/* Behind state_load(); false where it is not of this state. */
MUST_CHECK bool state_taken_load(struct state *st, const char *bytes, size_t size);

/* ---- kept between processes: state_save.c ---- */

/* The small state at the head as cache blobs, changed ones only. */
typedef enum rc state_put_fn(void *arg, uint64_t number, const void *bytes, size_t size,
			     struct err *e);
MUST_CHECK enum rc state_save(const struct state *st, size_t *saved_submissions,
			      size_t *saved_small, state_put_fn *put, void *arg, struct err *e);
/* Appends a blob that was put; RC_NOT_FOUND. */
typedef enum rc state_get_fn(void *arg, uint64_t number, struct buf *ret, struct err *e);
/* RC_NOT_FOUND where the blobs are absent or not of this head. `from_index` is the first entry
 * that the index does not cover; those behind it are added. */
MUST_CHECK enum rc state_load(struct state *st, state_get_fn *get, void *arg, uint64_t size,
			      struct hash root, uint64_t from_index, struct err *e);

#endif
