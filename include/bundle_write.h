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
	uint64_t entries, events;
};

/* One snapshot of the whole ledger. With `tar` one POSIX ustar file instead of a folder. */
MUST_CHECK enum rc bundle_write(struct ledger *l, const char *path, bool tar,
				struct bundle_counts *ret, struct err *e);

/* Two of its files, for whoever sends a bundle elsewhere than to a folder. */
void bundle_keys(struct ledger *l, struct buf *ret);
MUST_CHECK enum rc bundle_rotations(struct ledger *l, uint64_t size, struct buf *ret,
				    struct err *e);

#endif
