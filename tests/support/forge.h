/* forge.h - a history as its operator could rewrite it: chained, rooted and signed anew, unchecked.
 *
 * What was said is read from a ledger, changed at will, and written as a bundle whose hashes,
 * chain, tree and checkpoint fit. Signatures of parties other than the keys at hand stay as they
 * are. Everything aborts on failure: the liar is a test.
 */
#ifndef UTFALL_TEST_FORGE_H
#define UTFALL_TEST_FORGE_H

#include "buf.h"
#include "submission.h"

enum forge_shown { FORGE_SHOWN, FORGE_ERASED, FORGE_WITHHELD };

struct forge_event {
	char *bytes;
	size_t size;
	enum forge_shown shown;
};

struct forge_said {			/* one submission */
	int64_t at;
	struct submission s;
	struct forge_event events[16];
	size_t count;
};

struct forge {
	struct arena *arena;		/* borrowed */
	const char *origin;		/* of the checkpoint */
	const char *party;		/* that the bundle is cut for; NULL: nobody */
	struct signing_key *checkpoint;
	struct signing_key *cosigner;	/* its line stands behind the checkpoint; NULL: none */
	struct forge_said said[40];
	size_t count;
};

/* Everything that the ledger's file holds. */
void forge_read(struct forge *f, const char *ledger);
/* Number of entries before submission `i`; the root over the first `size` entries. */
uint64_t forge_entries_before(const struct forge *f, size_t i);
struct hash forge_root(const struct forge *f, uint64_t size);

void forge_remove(struct forge *f, size_t i);
void forge_swap(struct forge *f, size_t i, size_t j);
struct forge_said *forge_insert(struct forge *f, size_t i);	/* at the `at` of its neighbour */
/* The first occurrence of `from` in an event. */
void forge_edit(struct forge *f, size_t i, size_t event, const char *from, const char *to);
/* Root and count as its events now are; the signature stays false. */
void forge_root_of(struct forge *f, size_t i);
void forge_sign(struct forge *f, size_t i, const struct signing_key *key);

void forge_bundle(const struct forge *f, const char *folder);

#endif
