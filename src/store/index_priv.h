/* index_priv.h - the index in memory, and the runs that keep it between processes.
 *
 * Layer 2. In memory there are 256 parts by the first byte of the key. A part is a table of
 * buckets, each a chain of items, newest first: an item costs about 27 bytes, a find that
 * finds nothing one cache miss, whatever the number of items. Sorted runs searched one
 * by one would take half the memory and several times as long.
 *
 * On disk there are runs, blobs of CACHE_RUN numbered from 0, each a tail of the index with
 * the seqs that it covers. A run is written once and never merged: since all runs are
 * loaded into the one table, merging them would only cost writes. All integers big-endian:
 *
 *	"utfallr1"		8 bytes
 *	next			8 bytes: every seq below it is in this run or an earlier one
 *	check			32 bytes: SHA-256 of next and everything behind this member
 *	ends			256 * 4 bytes: items of parts 0..i, running sum
 *	items			12 bytes each, by part, in the order they were added:
 *				7 bytes of key (its first is the part), 5 bytes of seq
 */
#ifndef UTFALL_INDEX_PRIV_H
#define UTFALL_INDEX_PRIV_H

#include "index.h"

#define INDEX_TAIL_MAX 16384		/* a tail this long becomes a run */
#define INDEX_RUN_MAX 65536		/* items in one run */
#define INDEX_SEQ_MAX ((UINT64_C(1) << 40) - 1)

#define RUN_MAGIC "utfallr1"
#define RUN_NEXT 8
#define RUN_CHECK 16
#define RUN_ENDS 48
#define RUN_ITEMS (RUN_ENDS + 4 * INDEX_PARTS)
#define RUN_ITEM 12

struct index_item {
	uint64_t word;		/* the key's last 7 bytes, then bits 32..39 of seq */
	uint32_t seq_low;
	uint32_t older;		/* 1 + place of the next item of the bucket; 0 for none */
};

struct index_bucket {
	uint32_t newest;	/* 1 + place of the newest item; 0 for none */
	uint32_t seen;		/* a bit for each item's key, so that most finds end here */
};

struct index_part {
	struct index_item *items;	/* in the order they were added */
	struct index_bucket *buckets;
	uint32_t count, room;		/* room for items; as many buckets */
};

struct index_added {
	uint64_t key, seq;
	uint64_t at;		/* largest seq added so far: which entry's key this is */
};

struct index {
	struct index_part parts[INDEX_PARTS];
	bool stored;			/* has runs; else in memory only */
	bool marked;
	/* What no run holds yet, in the order it was added; what this transaction wrote
	 * into runs stays in front until the next mark, in case it rolls back. */
	struct index_added *tail;
	size_t tail_count, tail_room, tail_written, tail_mark;
	uint64_t runs, runs_mark;	/* in the store */
};

uint64_t index_big_endian(const unsigned char *bytes, size_t size);

#endif
