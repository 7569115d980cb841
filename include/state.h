/* state.h - who may say what, now: the one step that append, verify and replay share.
 *
 * Layer 4. A state is built from the entries in order and from nothing else.
 * Small things are in memory (parties, keys, contracts, statements, disputes);
 * what can be millions (events by digest, natural keys, participants, correction
 * chains, submission ids) is found through an index and confirmed by fetching
 * the event from an event source. A check may refuse and changes nothing; an
 * apply cannot fail.
 *
 * Heap handle, freed with state_free(); what the queries hand out is borrowed
 * from it and stays until then.
 */
#ifndef UTFALL_STATE_H
#define UTFALL_STATE_H

#include "date.h"
#include "event.h"
#include "hash.h"
#include "key.h"
#include "merkle.h"
#include "rc.h"
#include "submission.h"

struct buf;
struct findings;
struct index;
struct json;
struct settlement;
struct state;
struct terms;
struct terms_proof;

/* ---- where recorded bytes come from ---- */

/* Appends the entry's bytes and, for an event's entry, the event's. `*ret_missing` is true where
 * the event was erased or withheld. Either buffer may be NULL. */
typedef enum rc source_fetch_fn(void *arg, uint64_t seq, struct buf *ret_entry,
				struct buf *ret_event, bool *ret_missing, struct err *e);
/* The settlement engine of a contract, told every event below `size`. */
typedef enum rc source_engine_fn(void *arg, struct hash contract, uint64_t size,
				 struct settlement **ret, struct err *e);
/* The tree's root at a size that is already recorded. */
typedef enum rc source_root_fn(void *arg, uint64_t size, struct hash *ret, struct err *e);

struct event_source {
	void *arg;
	source_fetch_fn *fetch;
	source_engine_fn *engine;
	source_root_fn *root;
	bool from_scratch;	/* statements are recomputed with no carried state */
	bool goes_on;		/* a statement that differs is taken as recorded, its difference kept */
	bool keeps_tree;	/* only the tree's size is counted: its roots come by state_tree() */
};

/* ---- what is known ---- */

#define SEQ_NEVER UINT64_MAX

struct party {
	const char *id, *title;		/* title "" where none was given */
	uint64_t seq;			/* of its registration */
};

enum key_use { USE_SUBMISSIONS, USE_CHECKPOINTS, USE_COSIGNING, USE_TOKENS, USE_FILES, USE_MAX };
const char *key_use_name(enum key_use use);

struct party_key {
	struct verifier_key key;
	const struct party *party;
	enum key_use use;
	uint64_t registered, revoked;	/* seq of the event; SEQ_NEVER */
	bool recovery;			/* by the operator as all others were lost, or under such */
};

struct contract_version {
	struct hash digest;		/* of its contract.proposed or contract.amended */
	struct hash replaces;		/* zero for the first */
	const struct terms *terms;
	uint64_t seq;
	struct date from;
	uint64_t in_force;		/* seq of its last required signature; SEQ_NEVER before */
	int64_t in_force_at;
	size_t signer_count;		/* parties that must sign; those who have are `signed_by` */
	const char **signers;
	bool *signed_by;
	size_t key_count;		/* verifier keys of the parties, as it lists them */
	const char **keys;
};

#define STAKES_MAX 4
struct stake {			/* by how much lines are not what their terms give, either way */
	char unit[48];
	int64_t amount;
};

struct state_difference {	/* the first place where a statement is not what its terms give */
	uint64_t seq;
	char field[120], expected[400], found[400];
	size_t stake_count;		/* of the whole statement; by unit, the first few */
	struct stake stakes[STAKES_MAX];
};

/* A line whose amount is not computed again: its person was erased (`frozen`), or it comes out
 * otherwise without those who were. */
struct taken_line {
	uint32_t line;
	bool frozen;
	int64_t amount;
	const char *payer, *payee, *unit, *payment;
};

struct statement {
	uint32_t number;
	struct hash issued;		/* digest of its settlement.issued */
	uint64_t seq, first;		/* entries of that and of its first line (= seq: no line) */
	uint64_t size;			/* its cut-off */
	int64_t at;			/* recorded: seconds since 1970, UTC */
	struct date through;
	uint32_t lines;
	bool taken;			/* as recorded: what it rests on is missing */
	struct state_difference *differs;	/* from what its terms give; NULL: it does not */
	size_t taken_count;		/* or some of its lines, where bytes were erased */
	const struct taken_line *taken_lines;	/* ascending */
	size_t approved_count;
	const char **approved;		/* payers */
	size_t acknowledged_count;
	const char **acknowledged;
};

struct dispute {
	struct hash digest;		/* of its dispute.opened */
	uint64_t seq;
	const char *party;		/* that opened it */
	struct hash key;		/* entitlement and payer that it holds */
	const char *payer, *payee;	/* of the line it names */
	uint64_t line;			/* entry of that */
	uint64_t resolved;		/* seq of dispute.resolved; SEQ_NEVER */
};

struct contract {
	struct hash digest;		/* of its contract.proposed */
	char salt[SALT_TEXT];		/* of that event */
	uint64_t seq;
	size_t version_count, statement_count, dispute_count;
	struct contract_version *versions;	/* as recorded; the first is the proposal */
	const struct contract_version *current;	/* latest in force; NULL before all have signed */
	bool terminated;
	struct date ended;		/* last day in force, where terminated */
	struct statement *statements;	/* by number, from 1 */
	struct dispute *disputes;
};

struct ledger_facts {
	const char *origin, *operator_id;	/* "" before ledger.opened */
	bool simulated, closed;
	int64_t format;
	uint64_t size;			/* entries */
	struct hash root, last;		/* of the tree; leaf hash of the last entry */
	int64_t at;			/* of the last entry */
	uint64_t submissions;
};

/* both borrowed */
struct state *state_new(struct index *index, const struct event_source *source);
void state_free(struct state *st);

void state_facts(const struct state *st, struct ledger_facts *ret);
const struct merkle_frontier *state_frontier(const struct state *st);
/* The tree at the size that the state has come to, from a source that keeps it. */
void state_tree(struct state *st, const struct merkle_frontier *tree);
size_t state_party_count(const struct state *st);
const struct party *state_party_at(const struct state *st, size_t i);
const struct party *state_party(const struct state *st, const char *id);
size_t state_key_count(const struct state *st);
const struct party_key *state_key_at(const struct state *st, size_t i);	/* in ledger order */
const struct party_key *state_key(const struct state *st, const char *name, uint32_t id);
/* The contracts under which a recovered key may sign: `*ret_count` of them. */
const struct hash *state_key_confirmed(const struct party_key *k, size_t *ret_count);
size_t state_contract_count(const struct state *st);
const struct contract *state_contract_at(const struct state *st, size_t i);
const struct contract *state_contract(const struct state *st, struct hash digest);
/* All who signed the contract as it is now have acknowledged that the statement is wrong. */
bool state_is_acknowledged(const struct contract *k, const struct statement *s);
/* Under a version that is or was in force: who has left a contract still settles what it owes or
 * is owed. */
bool contract_ever_pays(const struct contract *k, const char *party);
bool contract_ever_is_paid(const struct contract *k, const char *party);
/* What people call it under the newest signed version that has it; else its name. */
const char *contract_payment_title(const struct contract *k, const char *name);
const char *contract_outcome_title(const struct contract *k, const char *name);
bool contract_ever_signed(const struct contract *k, const char *party);
/* The version (of any contract) with this digest. */
const struct contract_version *state_version(const struct state *st, struct hash digest);
/* Its terms, or NULL; a settle_terms_fn of a `struct state`. */
const struct terms *state_terms(void *state, struct hash version);

/* What an event's entry was, found by digest. */
struct event_record {
	uint64_t seq;
	struct hash digest;
	enum event_type type;
	const char *sender;		/* party id */
	int64_t at;
	struct hash contract;		/* zero where there is none */
	char participant[27];		/* "" where there is none */
	bool missing;			/* erased or withheld */
};
/* RC_NOT_FOUND where no event has this digest. */
MUST_CHECK enum rc state_find(struct state *st, struct hash digest, struct event_record *ret,
			      struct err *e);
/* Of event entry `seq`. */
MUST_CHECK enum rc state_record(struct state *st, uint64_t seq, struct event_record *ret,
				struct err *e);
/* Head of the event's correction chain; `*ret_retracted` where a retraction ended it. */
MUST_CHECK enum rc state_head(struct state *st, struct hash digest, struct hash *ret,
			      bool *ret_retracted, struct err *e);
/* Seq of the submission entry that event entry `seq` belongs to. */
uint64_t state_submission_of(const struct state *st, uint64_t seq);
/* Seq of the submission that a party sent under an id; RC_NOT_FOUND. */
MUST_CHECK enum rc state_find_submission(struct state *st, const char *party, const char *id,
					 uint64_t *ret, struct err *e);

/* ---- samples ---- */

struct sample_key {	/* a key that a statement pays for something that is checked by sample */
	struct hash key;
	const struct terms_proof *proof;
	int64_t amount;			/* above 0: of all its lines there, tax apart */
	uint32_t line;			/* its first */
	bool drawn;
};
struct sample {
	struct hash root;		/* the seed */
	struct sample_key *keys;	/* in the order of lines */
	size_t count;
};
/* What was drawn of statement `number`. RC_NO before a submission has followed it, and where it
 * pays nothing that is sampled. Freed with sample_free(). */
MUST_CHECK enum rc state_sample(struct state *st, const struct contract *k, uint32_t number,
				struct sample *ret, struct err *e);
void sample_free(struct sample *s);

/* ---- the step ---- */

struct step {			/* one entry */
	uint64_t seq;
	int64_t at;
	struct hash leaf;		/* of the entry's bytes */
	/* a submission's entry; the ledger's first brings its first event in `event` too */
	const struct submission *submission;
	const struct verifier_key *verified;	/* its signature does, under this key; or NULL */
	/* an event's entry; `event` is NULL where it is missing */
	const struct event *event;
	struct hash digest;
	bool missing;			/* erased or withheld: taken as recorded */
	bool withheld;			/* withheld: others that are shown may rest on it */
	size_t line;			/* for findings; 0 for none */
};

/* May this entry come next? RC_REFUSED (every reason in `f`, the first in `e`), RC_CONFLICT for a
 * statement that is not the next one, RC_SYSTEM or RC_INTEGRITY where the source fails. */
MUST_CHECK enum rc state_check(struct state *st, const struct step *x, struct findings *f,
			       struct err *e);
/* Asks the memory for what state_check() of this event will look at first; changes nothing. Worth
 * it a few events ahead: the index and the participants are larger than the processor's cache. */
void state_expect(const struct state *st, const struct event *event);
/* Takes it in; it has been checked. */
void state_apply(struct state *st, const struct step *x);

/* Where the statement refused last differs from what its terms give; NULL where it is not that. */
const struct state_difference *state_difference(const struct state *st);

/* Everything the state holds, as text: two states are equal if these are. */
void state_dump(struct state *st, struct buf *ret);

#endif
