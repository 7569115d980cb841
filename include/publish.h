/* publish.h - the public part of a ledger as immutable files that any static web server can serve.
 *
 * Layer 5. C2SP tlog-tiles: FOLDER/checkpoint, FOLDER/tile/<L>/..., FOLDER/tile/entries/....
 * Entries are public; event bodies are not here. Tiles come before the
 * checkpoint that needs them, each written under another name, synced and renamed.
 */
#ifndef UTFALL_PUBLISH_H
#define UTFALL_PUBLISH_H

#include "rc.h"

struct buf;
struct ledger;

struct publish_report {
	uint64_t old_size, size;	/* of the tree published before and now */
	uint64_t files;			/* written */
};

/* Adds what is missing. RC_CONFLICT where the folder holds another ledger, or a checkpoint that is
 * no prefix of this one: nothing is written then. */
MUST_CHECK enum rc publish(struct ledger *l, const char *folder, struct publish_report *ret,
			   struct err *e);

/* The bytes of one resource; `width` 256 for a full tile. RC_NOT_FOUND beyond the tree. */
MUST_CHECK enum rc publish_tile(struct ledger *l, unsigned level, uint64_t index, unsigned width,
				struct buf *ret, struct err *e);
MUST_CHECK enum rc publish_entries(struct ledger *l, uint64_t index, unsigned width,
				   struct buf *ret, struct err *e);

#endif
