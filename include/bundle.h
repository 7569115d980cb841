/* bundle.h - a ledger as a folder of plain files: what is in it, and its manifest.
 *
 * Layer 4. entries.jsonl, events.jsonl, checkpoint, manifest.json, and where
 * there are any: cosigned, keys, rotations (the checkpoint notes that first
 * cover a new checkpoint key, oldest first, each behind a line with its length
 * in bytes).
 */
#ifndef UTFALL_BUNDLE_H
#define UTFALL_BUNDLE_H

#include "hash.h"
#include "rc.h"
#include "submission.h"

struct arena;
struct buf;

enum bundle_file {
	BUNDLE_CHECKPOINT, BUNDLE_COSIGNED, BUNDLE_ENTRIES, BUNDLE_EVENTS, BUNDLE_KEYS,
	BUNDLE_ROTATIONS, BUNDLE_FILE_MAX
};
const char *bundle_file_name(enum bundle_file file);
#define BUNDLE_MANIFEST "manifest.json"

struct bundle_manifest {
	uint64_t entries, events;	/* lines */
	char party[PARTY_TEXT];		/* "" where it is whole */
	struct {
		bool present;
		uint64_t size;
		struct hash sha256;
	} files[BUNDLE_FILE_MAX];
};

/* {"entries":n,"events":n,"files":[{"name","sha256","size"}...],"format":1,"party":...} and LF. */
void bundle_manifest_format(const struct bundle_manifest *m, struct buf *ret);
MUST_CHECK enum rc bundle_manifest_parse(const char *bytes, size_t size,
					 struct bundle_manifest *ret, struct err *e);

#endif
