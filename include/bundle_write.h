/* bundle_write.h - writes a ledger as a bundle, the folder of plain files that replay reads.
 *
 * Layer 5. The folder must not exist; it is made under another name and renamed
 * when it is whole and on the disk.
 */
#ifndef UTFALL_BUNDLE_WRITE_H
#define UTFALL_BUNDLE_WRITE_H

#include "rc.h"

struct buf;
struct ledger;

struct bundle_counts {
	uint64_t entries, events, withheld;
};

struct bundle_args {
	const char *path;
	bool tar;		/* one POSIX ustar file instead of a folder */
	const char *party;	/* cut to what this party may see; NULL: the whole ledger */
};

/* One snapshot. RC_NOT_FOUND where no such party is registered, RC_USAGE for the operator. */
MUST_CHECK enum rc bundle_write(struct ledger *l, const struct bundle_args *args,
				struct bundle_counts *ret, struct err *e);

/* Two of its files, for whoever sends a bundle elsewhere than to a folder. */
void bundle_keys(struct ledger *l, struct buf *ret);
MUST_CHECK enum rc bundle_rotations(struct ledger *l, uint64_t size, struct buf *ret,
				    struct err *e);

#endif
