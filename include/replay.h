/* replay.h - reads a ledger again from entry 0 and stops at the first difference.
 *
 * Layer 4. Two depths. Verify: bytes, hashes, chain, tree, signatures. Replay:
 * that, and who was allowed to say what, every statement's body, every balance.
 * Streaming: what it keeps grows with people and contracts; for an event, only the
 * items by which it is found.
 */
#ifndef UTFALL_REPLAY_H
#define UTFALL_REPLAY_H

#include "hash.h"
#include "key.h"
#include "note.h"
#include "rc.h"
#include "state.h"

struct arena;
struct buf;
struct policy;
struct store;

/* ---- what is read ---- */

struct replay_source;	/* opaque; belongs to whoever opened it */

/* A folder or a tar of it; every file is held against the manifest: one that differs is found by
 * the replay. RC_INTEGRITY where there is no manifest. */
MUST_CHECK enum rc replay_source_bundle(const char *path, struct replay_source **ret,
					struct err *e);
/* What `utfall publish` wrote, and where there are any: events, one a line, in any order. `bodies`
 * is a file of them, a bundle's folder, or NULL. What is in neither is withheld. */
MUST_CHECK enum rc replay_source_published(const char *folder, const char *bodies,
					   struct replay_source **ret, struct err *e);
/* A store opened for reading; borrowed. */
MUST_CHECK enum rc replay_source_store(struct store *s, struct replay_source **ret,
				       struct err *e);
void replay_source_free(struct replay_source *s);	/* NULL is allowed */

/* ---- what is found ---- */

enum finding_kind {		/* names are printed in reports: never reused */
	FINDING_BYTES,		/* not canonical, not the form its place asks for */
	FINDING_FILE,		/* a file of the bundle is missing or not the manifest's */
	FINDING_SEQUENCE,	/* entries are missing, doubled or out of order */
	FINDING_TIME,		/* `at` goes back or changes within a submission */
	FINDING_CHAIN,		/* `prev` is not the leaf hash before */
	FINDING_DIGEST,		/* an event's bytes are not those its entry names */
	FINDING_EVENT,		/* event bytes are missing, or are there without an entry */
	FINDING_COUNT,		/* a submission's events are fewer or more than it says */
	FINDING_SUBMISSION_ROOT,
	FINDING_SIGNATURE,	/* of a submission */
	FINDING_TREE,		/* the checkpoint's size or root is another */
	FINDING_CHECKPOINT,	/* its note, origin or signature */
	FINDING_RULE,		/* an event that nobody may say in this state */
	FINDING_STATEMENT,	/* a line or basis that the terms do not give */
	FINDING_BALANCE,	/* what a statement says is owed is not the sum of its lines */
	FINDING_HISTORY,	/* not the continuation of what was verified before */
	FINDING_KIND_MAX
};
const char *finding_kind_name(enum finding_kind kind);

struct replay_finding {
	enum finding_kind kind;
	bool has_seq;
	uint64_t seq;			/* entry */
	char field[120];		/* JSON pointer or file name */
	char expected[400], found[400];
	size_t stake_count;		/* where money is touched */
	struct stake stakes[STAKES_MAX];
};

#define REPLAY_OTHERS_MAX 63		/* findings listed beside the first */

struct replay_args {
	bool full;			/* replay, not only verify */
	bool from_scratch;		/* statements with no carried state */
	bool all;			/* go on after a finding where that means something */
	unsigned threads;		/* 0: as many as there are cores */
	const char *keep;		/* file of what an earlier replay verified; or NULL */
	const struct verifier_key *trusted;	/* checkpoint keys the auditor holds */
	size_t trusted_count;		/* 0: any checkpoint key of the history itself */
	const struct policy *policy;	/* which witnesses count; NULL: none is known */
	void (*progress)(void *arg, uint64_t done, uint64_t size);	/* or NULL */
	void *progress_arg;
};

#define REPLAY_SENDERS_MAX 64		/* the last one stands for all further ones */

struct replay_missing {			/* events of one sender whose bytes are not there */
	char sender[PARTY_TEXT];
	uint64_t erased, withheld;
};

#define REPLAY_RECOVERED_MAX 32
#define REPLAY_CONFIRMED_MAX 8

struct replay_recovered {	/* a key that the operator registered as all others were lost */
	char key[KEY_ID_TEXT];
	uint64_t registered, revoked;	/* entries; SEQ_NEVER */
	size_t confirmed_count;		/* contracts under which it may sign; the first are listed */
	struct hash confirmed[REPLAY_CONFIRMED_MAX];
};

struct replay_report {
	struct replay_finding finding;	/* where the verdict is no */
	bool has_finding;
	size_t other_count;		/* where all are asked for: in ledger order, then the head's */
	struct replay_finding others[REPLAY_OTHERS_MAX];
	uint64_t finding_count;		/* listed or not */
	uint64_t size, events, submissions, statements, lines;
	uint64_t erased, withheld;	/* events taken as recorded */
	size_t missing_count;
	struct replay_missing missing[REPLAY_SENDERS_MAX];
	uint64_t taken, taken_lines;	/* statements taken as recorded; lines, also of others */
	uint64_t acknowledged;		/* statements that differ, as all who signed have acknowledged */
	uint64_t acknowledged_lines;
	uint64_t unchecked;		/* signatures by a key that is in none of the events here */
	uint64_t unjudged;		/* events that rest on what is not here */
	uint64_t shown_lines;		/* their events; full replay only */
	uint64_t loose_lines;		/* of a cut bundle: what closes them is withheld */
	char party[PARTY_TEXT];		/* that the bundle was cut for; "": it is whole */
	size_t recovered_count;		/* listed or not */
	struct replay_recovered recovered[REPLAY_RECOVERED_MAX];
	uint64_t cosigned;		/* size of the newest cosigned checkpoint; 0: none */
	uint64_t witnessed;		/* size that the policy's quorum cosigned; 0: none */
	size_t witnesses;		/* of the policy that cosigned that */
	struct hash root;
	char origin[ORIGIN_MAX + 1];
	struct verifier_key signed_by;	/* the checkpoint key that vouches for the head */
	bool simulated;
	bool replayed;			/* rules and statements too, not only verified */
	uint64_t resumed;		/* entries that an earlier replay verified */
	const char *anew;		/* why what was kept was of no use, or NULL */
	bool kept;			/* for the next replay */
};

/* Verified, but less than whole: events are missing, or statements were taken as recorded. */
bool replay_is_partial(const struct replay_report *r);
/* An amount is not what the terms give, though every byte verifies. */
bool replay_diverged(const struct replay_report *r);

/* The newest checkpoint of at most `size` on which a cosignature stands; nothing is appended where
 * there is none. */
MUST_CHECK enum rc replay_cosigned(struct store *s, uint64_t size, struct buf *ret,
				   struct err *e);

/* Beside the entries: each of `submissions` has its checkpoint, of the tree at its size and signed
 * by a key that was live then, and its receipt, whose proof holds. RC_INTEGRITY names the first
 * that has not. */
struct ledger;
MUST_CHECK enum rc replay_answers(struct ledger *l, uint64_t submissions, struct err *e);

/* RC_OK: verified. RC_NO: the report has the finding. RC_INTEGRITY where what was given cannot be
 * read as a ledger at all; RC_SYSTEM where the machine fails. `ret_state` (may be NULL) gets the
 * state at the head, with its index and engines, for balances; freed by replay_state_free(). */
struct replay_state;
MUST_CHECK enum rc replay(struct replay_source *s, const struct replay_args *args,
			  struct replay_report *ret, struct replay_state **ret_state,
			  struct err *e);
void replay_state_free(struct replay_state *r);	/* NULL is allowed */
struct state *replay_state(struct replay_state *r);
/* The contract's engine as of the head; NULL where there is none. Full replay only. */
struct settlement *replay_settlement(struct replay_state *r, struct hash contract);

#endif
