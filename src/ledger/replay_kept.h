/* replay_kept.h - how what a replay verified lies in the auditor's file: replay_keep.c writes it,
 * replay_kept.c reads it.
 *
 *	"utfall-audit kept 2\n"; blobs: kind, number, size (8 bytes each), bytes; SHA-256 of all that
 *
 * In it: how far the replay came, where its source ended there, the leaf hash of every entry and
 * the nodes above, the small state, the items by which events are found, statements that were taken
 * as recorded, what was erased, and the settlement engines. So it holds what the engines know of
 * what events say; bytes of an earlier event that a later one needs are read from the ledger again,
 * and must hash to the leaf kept here. The file must be as trustworthy as the program that reads
 * it; its sum finds damage, not malice. Numbers are as this machine keeps them: it is for one.
 */
#ifndef UTFALL_REPLAY_KEPT_H
#define UTFALL_REPLAY_KEPT_H

#include "replay_batch.h"
#include "state_priv.h"

#define KEPT_MAGIC "utfall-audit kept 2\n"
#define KEPT_FAMILY "utfall-audit kept "	/* and another number: of another version */
#define KEPT_CHUNK (1u << 20)			/* of an engine's bytes, in one blob */

enum kept_blob {		/* in this order */
	KEPT_HEAD, KEPT_SOURCE, KEPT_TREE, KEPT_STATE, KEPT_INDEX, KEPT_STATEMENTS, KEPT_ERASED,
	KEPT_NAMED, KEPT_ENGINE
};

struct kept_label {
	uint64_t kind, number, size;
};

struct kept_head {
	uint64_t size, submissions, events, shown_lines;
	int64_t at;
	struct hash root, last;
	uint64_t simulated, hidden, engines;
	/* as struct replay_report has them */
	uint64_t erased, withheld, missing_count;
	struct replay_missing missing[REPLAY_SENDERS_MAX];
	char origin[ORIGIN_MAX + 1], party[PARTY_TEXT], build[65];
};

/* An engine's blobs: the first holds this, the others its bytes. */
struct kept_engine {
	struct hash contract;
	uint64_t told;
};

#endif
