/* index_write.c - tails of the index become runs in the store. See index_priv.h. */
#include <assert.h>
#include <string.h>

#include "buf.h"
#include "index.h"
#include "index_priv.h"
#include "store_write.h"

static void
put_big_endian(unsigned char *at, size_t size, uint64_t v)
{
	while (size > 0) {
		at[--size] = (unsigned char)v;
		v >>= 8;
	}
}

/* Counting sort by part: stable, so that equal keys stay in the order they were added. */
static void
encode_items(const struct index_added *added, size_t count, unsigned char *run)
{
	uint32_t at[INDEX_PARTS + 1] = { 0 };

	for (size_t i = 0; i < count; i++)
		at[(added[i].key >> 56) + 1]++;
	for (size_t part = 0; part < INDEX_PARTS; part++) {
		at[part + 1] += at[part];
		put_big_endian(run + RUN_ENDS + 4 * part, 4, at[part + 1]);
	}
	for (size_t i = 0; i < count; i++) {
		unsigned char *item = run + RUN_ITEMS
			+ (size_t)at[added[i].key >> 56]++ * RUN_ITEM;

		put_big_endian(item, 7, added[i].key);
		put_big_endian(item + 7, 5, added[i].seq);
	}
}

static void
encode_run(const struct index_added *added, size_t count, uint64_t next, struct hasher *h,
	   struct buf *ret)
{
	static const char header[RUN_ITEMS] = RUN_MAGIC;
	static const char zeros[RUN_ITEM];
	unsigned char *run;
	struct hash check;

	buf_clear(ret);
	buf_add(ret, header, sizeof(header));
	for (size_t i = 0; i < count; i++)
		buf_add(ret, zeros, sizeof(zeros));
	run = (unsigned char *)ret->data;
	put_big_endian(run + RUN_NEXT, 8, next);
	encode_items(added, count, run);
	hasher_add(h, run + RUN_NEXT, 8);
	hasher_add(h, run + RUN_ENDS, ret->size - RUN_ENDS);
	check = hasher_end(h);
	memcpy(run + RUN_CHECK, check.bytes, sizeof(check.bytes));
}

/* Another process may have written runs since this index was opened. What they cover is in this
 * tail too, by reading its entries: it need not be written again. */
static enum rc
pass_foreign_runs(struct index *x, struct store *s, struct err *e)
{
	struct buf run = { 0 };
	struct err none = { 0 };
	enum rc rc;

	for (;;) {
		uint64_t next;

		buf_clear(&run);
		rc = store_cache(s, CACHE_RUN, x->runs, &run, &none);
		if (rc != RC_OK || run.size < RUN_ITEMS)
			break;
		next = index_big_endian((const unsigned char *)run.data + RUN_NEXT, 8);
		while (x->tail_written < x->tail_count && x->tail[x->tail_written].at < next)
			x->tail_written++;
		x->runs++;
	}
	buf_free(&run);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc == RC_OK)
		return rc_fail(e, RC_INTEGRITY, "run %llu of the index is damaged; empty the caches, "
			       "they are made again from the record", (unsigned long long)x->runs);
	*e = none;
	return rc;
}

static enum rc
write_runs(struct index *x, struct store *s, uint64_t next, struct err *e)
{
	struct hasher *h = hasher_new();
	struct buf run = { 0 };
	enum rc rc = RC_OK;

	while (rc == RC_OK && x->tail_written < x->tail_count) {
		size_t count = x->tail_count - x->tail_written;

		count = count > INDEX_RUN_MAX ? INDEX_RUN_MAX : count;
		encode_run(x->tail + x->tail_written, count, next, h, &run);
		rc = store_put_cache(s, CACHE_RUN, x->runs, run.data, run.size, e);
		if (rc == RC_OK) {
			x->tail_written += count;
			x->runs++;
		}
	}
	buf_free(&run);
	hasher_free(h);
	return rc;
}

enum rc
index_flush(struct index *x, struct store *s, uint64_t next, struct err *e)
{
	enum rc rc;

	if (!x->stored || x->tail_count - x->tail_written < INDEX_TAIL_MAX)
		return RC_OK;
	assert(x->tail[x->tail_count - 1].at < next);
	rc = pass_foreign_runs(x, s, e);
	if (rc != RC_OK || x->tail_count - x->tail_written < INDEX_TAIL_MAX)
		return rc;
	return write_runs(x, s, next, e);
}
