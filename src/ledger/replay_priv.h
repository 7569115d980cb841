/* replay_priv.h - what is read again, and how far it has come. Read replay.c first. */
#ifndef UTFALL_REPLAY_PRIV_H
#define UTFALL_REPLAY_PRIV_H

#include "replay.h"

#include "buf.h"
#include "bundle.h"
#include "engines.h"
#include "entry.h"
#include "tiles.h"

/* ---- sources ---- */

enum presence { EVENT_THERE, EVENT_NOT, EVENT_ERASED, EVENT_WITHHELD };

struct replay_row {		/* borrowed until the next one */
	uint64_t line;			/* from 0: where it stands */
	const char *entry, *event;
	size_t entry_size, event_size;
	enum presence presence;		/* of an event line; NOT where there is none */
	struct hash gone;		/* digest that an erased or withheld line names */
};
typedef enum rc replay_row_fn(void *arg, const struct replay_row *row, struct err *e);

struct replay_source {
	/* Before the first scan: files are held against their manifest, from where an earlier replay
	 * of `from` entries came to where `kept` (replay_source.keep, or NULL) says so. RC_NO: what
	 * was read then is other bytes now. */
	enum rc (*begin)(struct replay_source *s, const struct buf *kept, uint64_t from,
			 struct err *e);
	/* When all was scanned: where it ended, for a later begin. */
	void (*keep)(const struct replay_source *s, struct buf *ret);
	/* The rows over [from, to) in order. RC_NO from `fn` stops the scan and is returned. What
	 * lies before `to` can be fetched from then on. */
	enum rc (*scan)(struct replay_source *s, uint64_t from, uint64_t to, replay_row_fn *fn,
			void *arg, struct err *e);
	enum rc (*fetch)(struct replay_source *s, uint64_t seq, struct buf *ret_entry,
			 struct buf *ret_event, bool *ret_missing, struct err *e);
	/* The checkpoint note of exactly this size, where there is one. RC_NOT_FOUND. */
	enum rc (*note)(struct replay_source *s, uint64_t size, struct buf *ret, struct err *e);
	void (*free)(struct replay_source *s);
	const struct bundle_manifest *manifest;
	struct source_damage {		/* files that are not the manifest's */
		const char *file;
		char expected[160], found[160];
	} damage[BUNDLE_FILE_MAX];
	size_t damage_count;
	bool unreadable;		/* a file is missing that nothing can be read without */
	bool open;			/* events may be missing, and nobody says which */
	bool placed;			/* begins behind a first part without reading it */
	uint64_t size;			/* entries there should be */
	struct buf head;		/* the checkpoint note of the head */
	struct buf cosigned;		/* the newest one with a cosignature; may be empty */
	bool has_keys;
	struct buf keys;		/* every verifier key, one a line, where there is such a file */
};
/* Of sources whose entries are found by their numbers: nothing is kept of where they are. */
MUST_CHECK enum rc replay_numbered_begin(struct replay_source *s, const struct buf *kept,
					 uint64_t from, struct err *e);
void replay_numbered_keep(const struct replay_source *s, struct buf *ret);

/* ---- the tree, for roots at earlier sizes ---- */

#define TREE_LEVELS 8
struct replay_tree {
	struct replay_source *source;
	struct tile_maker *maker;
	/* tiles of level 1 and up, one behind the other; level 0 too where `leaves` */
	struct hash *nodes[TREE_LEVELS];
	bool leaves;
	size_t capacity[TREE_LEVELS];
	uint64_t size;
};
MUST_CHECK enum rc replay_tree_open(struct replay_tree *t, struct replay_source *source,
				    bool leaves, struct err *e);
/* Goes on from `size` leaves whose nodes have been put in place. */
MUST_CHECK enum rc replay_tree_resume(struct replay_tree *t, uint64_t size, struct hash *ret_root,
				      struct err *e);
/* Room for `count` nodes of a level. */
struct hash *replay_tree_room(struct replay_tree *t, unsigned level, size_t count);
void replay_tree_close(struct replay_tree *t);
MUST_CHECK enum rc replay_tree_add(struct replay_tree *t, struct hash leaf, struct err *e);
MUST_CHECK enum rc replay_tree_root(struct replay_tree *t, uint64_t size, struct hash *ret,
				    struct err *e);

/* ---- verifier keys of a history, where its rules are not replayed ---- */

struct ring_key {
	struct verifier_key key;
	bool checkpoints;
	uint64_t registered, revoked;	/* entries */
	uint64_t covered;		/* size of the tree behind the submission that registers it */
};
struct key_ring {
	struct ring_key *keys;
	size_t count, capacity;
	char origin[ORIGIN_MAX + 1];
	bool simulated;
};
/* Takes in an event that names keys; others are passed over. */
MUST_CHECK enum rc key_ring_event(struct key_ring *r, const char *bytes, size_t size, uint64_t seq,
				  struct err *e);
const struct ring_key *key_ring_find(const struct key_ring *r, const char *name, uint32_t id);

/* ---- a replay in progress ---- */

struct gone {
	struct hash digest;
	uint64_t seq;
};
struct named {
	struct hash digest;
	uint64_t by;			/* entry of the data.erased */
};

struct replay_state {
	struct replay_source *source;
	struct index *index;
	struct state *state;		/* full replay only */
	struct engines engines;
	struct replay_tree tree;
	uint64_t resumed;		/* entries of which an earlier replay kept the leaves */
	const char *anew;		/* why what was kept cannot be gone on with, or NULL */
	const uint64_t *gone;		/* entries among them whose event was erased then, ascending */
	size_t gone_count;
	bool cut;			/* for one party: events of others were never there */
	struct {			/* the first of them that is another now */
		bool found, event;	/* the event's bytes, not the entry */
		uint64_t seq;
		struct hash was, is;
	} rewritten;
};

struct replay_run {
	const struct replay_args *args;
	struct replay_report *report;
	struct replay_state *world;
	struct arena *arena;
	struct key_ring ring;
	struct merkle_frontier tree;	/* once all rows are read */
	struct hash last;		/* leaf */
	int64_t at;
	uint64_t seq;			/* of the row in hand */
	struct submission submission;
	struct verifier_key verified;	/* under which its signature verifies */
	bool unchecked;			/* no good signature is known: its events have no effect */
	uint64_t submission_seq, left;
	struct merkle_frontier events;	/* of the submission in hand */
	const char *party;		/* that the bundle was cut for, or NULL */
	struct gone *erased;		/* events whose bytes are erased: see replay_gone.c */
	size_t erased_count, erased_capacity;
	struct named *named;		/* by a data.erased */
	size_t named_count, named_capacity;
	bool stopped;			/* by a finding */
	bool judging;			/* the bytes of the event in hand are its entry's */
	bool aside;			/* the event in hand has a finding: it has no effect */
	const struct hash *before;	/* leaves of the first entries as an earlier replay saw them */
	uint64_t before_count;
};

#define ERASED_SINCE "events were erased since"

/* ---- replay_find.c ---- */
/* Writes the finding. RC_NO; RC_OK where all are asked for and this one does not end the replay:
 * then what it is about is passed over. */
MUST_CHECK PRINTF_LIKE(5, 6)
enum rc replay_find(struct replay_run *r, enum finding_kind kind, const char *field,
		    const char *expected, const char *found, ...);
/* ---- replay_gone.c ---- */
void replay_gone_add(struct replay_run *r, struct hash digest);
/* Takes in what a data.erased names; other events are passed over. */
MUST_CHECK enum rc replay_gone_event(struct replay_run *r, const char *bytes, size_t size,
				     struct err *e);
/* Every erased event is named by a data.erased of the history. */
MUST_CHECK enum rc replay_gone_check(struct replay_run *r);

/* The erased events that an earlier replay knew: `world` finds them by entry from now on. */
void replay_gone_known(struct replay_run *r);
bool replay_gone_before(const struct replay_state *w, uint64_t seq);

/* ---- replay_keep.c, replay_kept.c: between two replays ---- */
/* Begins the source and takes in what an earlier replay kept, if there is such a file. Where that
 * cannot be gone on with, `world.anew` says why, and only its leaves are there. */
MUST_CHECK enum rc replay_keep_load(struct replay_run *r, struct err *e);
bool replay_may_keep(const struct replay_run *r);
/* So little is new that writing all of it again would cost more than it saves the next time. */
bool replay_keep_is_fresh(const struct replay_run *r);
MUST_CHECK enum rc replay_keep_save(const struct replay_run *r, struct err *e);
/* The finding that an entry of the first part is another now. */
MUST_CHECK enum rc replay_rewritten(struct replay_run *r);
MUST_CHECK enum rc replay_other_leaf(struct replay_run *r, struct hash was, struct hash is);
/* Holds a fetched entry, and its event where there is one, against what was verified before. */
MUST_CHECK enum rc replay_kept_check(struct replay_state *w, uint64_t seq, const struct buf *entry,
				     const struct buf *event, bool missing, struct err *e);

/* The one written last, as far as they are listed. */
struct replay_finding *replay_last_finding(struct replay_run *r);
/* Findings by entry, those of the head last; only the first where one is asked for. */
void replay_findings_sort(struct replay_run *r);
/* Counts the statements that differ and are acknowledged; RC_NO where one is not. `rc` is how far
 * the reading came: what was found after such a statement comes second. */
MUST_CHECK enum rc replay_differences(struct replay_run *r, enum rc rc);

/* The origin as the checkpoint says it, where ledger.opened is not there to say it. */
void replay_head_origin(struct replay_run *r);
/* Chain, tree and checkpoint once all rows are read. */
MUST_CHECK enum rc replay_head(struct replay_run *r, struct err *e);

#endif
