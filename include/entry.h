/* entry.h - what the ledger keeps for every submission and every event: public, chained, no
 * personal data.
 *
 * Layer 4. Two forms, both fully determined by their values, so that reading is
 * comparing: {"at","prev","seq","submission","v"} and {"at","event","prev","seq","v"}.
 */
#ifndef UTFALL_ENTRY_H
#define UTFALL_ENTRY_H

#include "hash.h"
#include "rc.h"

struct buf;

enum entry_kind { ENTRY_SUBMISSION, ENTRY_EVENT };

struct entry {
	enum entry_kind kind;
	int64_t at;			/* UTC seconds */
	struct hash prev;		/* leaf hash of the entry before; zero at 0 */
	uint64_t seq;
	struct hash event;		/* digest; ENTRY_EVENT only */
	const char *submission;		/* its bytes, inside those parsed; ENTRY_SUBMISSION only */
	size_t submission_size;
};

/* Canonical bytes exactly, no LF. The submission's bytes are bounded, not looked into. */
MUST_CHECK enum rc entry_parse(const char *bytes, size_t size, struct entry *ret, struct err *e);
void entry_format(const struct entry *x, struct buf *ret);

#endif
