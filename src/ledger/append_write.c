/* append_write.c - the transaction: write, read back, hash again, sign, swap the head, commit. */
#include "append_priv.h"
#include "state_priv.h"

#include "arena.h"
#include "entry.h"
#include "index.h"
#include "note.h"
#include "store_write.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- caches ---- */

static enum rc
put_state(void *arg, uint64_t number, const void *bytes, size_t size, struct err *e)
{
	struct ledger *l = arg;

	return store_put_cache(l->store, CACHE_STATE, number, bytes, size, e);
}

static enum rc
put_tile(void *arg, unsigned level, uint64_t index, unsigned width, const struct hash *hashes,
	 struct err *e)
{
	struct ledger *l = arg;

	return store_put_cache(l->store, CACHE_TILE, ledger_tile_number(level, index), hashes,
			       (size_t)width * sizeof(*hashes), e);
}

enum rc
append_write_state(struct ledger *l, struct err *e)
{
	enum rc rc = index_flush(l->index, l->store, l->state->frontier.size, e);

	if (rc == RC_OK)
		rc = state_save(l->state, &l->saved_submissions, &l->saved_small, put_state, l, e);
	return rc;
}

/* ---- the record ---- */

enum { BATCH = 256 };	/* rows read back in one go, hashed while the next are written */

struct row_back {		/* a row as it reads back, in `bytes` */
	size_t at, entry_size, event_size;
	bool has_event, good;
};

struct read_back {
	struct append *a;
	struct tile_maker *maker;
	size_t first, count;		/* rows of the submission, 0 its own; read back last */
	struct buf bytes;
	struct row_back *rows;		/* BATCH of them */
};

static enum rc
copy_row(void *arg, const struct store_row *row, struct err *e)
{
	struct read_back *r = arg;

	(void)e;
	r->rows[r->count++] = (struct row_back){ .at = r->bytes.size, .entry_size = row->entry_size,
		.event_size = row->event_size, .has_event = row->has_event };
	buf_add(&r->bytes, row->entry, row->entry_size);
	buf_add(&r->bytes, row->event, row->event_size);
	return RC_OK;
}

/* On any core. */
static void
hash_row(void *arg, size_t item)
{
	struct read_back *r = arg;
	struct row_back *x = &r->rows[item];
	const char *bytes = r->bytes.data + x->at;
	size_t i = r->first + item;

	x->good = x->has_event == (i > 0) &&
		hash_equal(hash_leaf(bytes, x->entry_size), r->a->leaves[i]);
	if (x->good && i > 0)
		x->good = hash_equal(hash_leaf(bytes + x->entry_size, x->event_size),
				     r->a->file.events[i - 1].digest);
}

/* The tree grows by what was read back. */
static enum rc
take_rows(struct read_back *r, struct err *e)
{
	enum rc rc = RC_OK;

	verify_pool_wait(r->a->pool);
	for (size_t i = 0; rc == RC_OK && i < r->count; i++) {
		if (!r->rows[i].good)
			return rc_fail(e, RC_INTEGRITY, "entry %" PRIu64 " reads back other than it "
				       "was written: nothing is recorded",
				       r->a->first + r->first + i);
		rc = tile_maker_add(r->maker, r->a->leaves[r->first + i], e);
	}
	return rc;
}

static enum rc
write_rows(struct append *a, size_t from, size_t to, struct err *e)
{
	const struct pending *p = &a->l->pending;
	enum rc rc = RC_OK;

	for (size_t i = from; rc == RC_OK && i < to; i++) {
		const struct pending_row *row = &p->rows[i];

		rc = store_append(a->l->store, p->first + i, p->entries.data + row->offset, row->size,
				  row->event, row->event_size, e);
	}
	return rc;
}

/* Writes a batch while the one before is hashed, then reads it back. */
static enum rc
write_batches(struct read_back *r, struct err *e)
{
	struct append *a = r->a;
	size_t count = a->l->pending.count;
	enum rc rc = RC_OK;

	for (size_t from = 0; rc == RC_OK && from < count; from += BATCH) {
		size_t to = count - from < BATCH ? count : from + BATCH;

		rc = write_rows(a, from, to, e);
		if (rc == RC_OK)
			rc = take_rows(r, e);
		if (rc != RC_OK)
			break;
		r->first = from;
		r->count = 0;
		buf_clear(&r->bytes);
		rc = store_scan(a->l->store, a->first + from, a->first + to, copy_row, r, e);
		if (rc == RC_OK && r->count != to - from)
			rc = rc_fail(e, RC_INTEGRITY, "%zu entries written, %zu read back: nothing is "
				     "recorded", to - from, r->count);
		if (rc == RC_OK)
			verify_pool_start(a->pool, hash_row, r, r->count);
	}
	return rc == RC_OK ? take_rows(r, e) : rc;
}

/* The root over what was read back must be that of what was validated. */
static enum rc
write_record(struct append *a, struct err *e)
{
	struct read_back r = { .a = a, .rows = arena_array(a->arena, BATCH, sizeof(*r.rows)) };
	struct merkle_frontier f;
	enum rc rc = tile_maker_open(a->first, ledger_tile, put_tile, a->l, &r.maker, e);

	if (rc != RC_OK)
		return rc;
	rc = write_batches(&r, e);
	verify_pool_wait(a->pool);
	tile_maker_frontier(r.maker, &f);
	if (rc == RC_OK && (f.size != a->after.size ||
			    !hash_equal(merkle_root(&f), merkle_root(&a->after))))
		rc = rc_fail(e, RC_INTEGRITY, "the tree over what was read back is not that over "
			     "what was written: nothing is recorded");
	if (rc == RC_OK)
		rc = tile_maker_flush(r.maker, e);
	tile_maker_free(r.maker);
	buf_free(&r.bytes);
	return rc;
}

/* ---- the answer ---- */

static enum rc
sign(struct append *a, struct err *e)
{
	struct checkpoint c = { .size = a->after.size, .root = merkle_root(&a->after) };
	const char *origin = a->l->state->origin;

	memcpy(c.origin, origin, strlen(origin) + 1);
	buf_clear(&a->note);
	return checkpoint_sign(&c, a->args->checkpoint_keys, a->args->checkpoint_key_count, &a->note,
			       e);
}

static enum rc
make_receipt(struct append *a, struct err *e)
{
	const struct pending *p = &a->l->pending;
	struct tile_reader *tiles = tile_reader_new(a->after.size, ledger_tile, a->l);
	struct tlog_proof proof = { .index = a->first, .checkpoint = a->note.data,
		.checkpoint_size = a->note.size, .extra = (const uint8_t *)p->entries.data,
		.extra_size = p->rows[0].size };
	enum rc rc = merkle_prove_inclusion(a->first, a->after.size, tile_node, tiles, &proof.path,
					    e);

	tile_reader_free(tiles);
	buf_clear(&a->receipt);
	if (rc == RC_OK)
		tlog_proof_format(&proof, &a->receipt);
	return rc;
}

static enum rc
transaction(struct store *s, void *arg, struct err *e)
{
	struct append *a = arg;
	struct ledger *l = a->l;
	struct store_head now, next = { a->after.size, merkle_root(&a->after) };
	enum rc rc = store_head(s, &now, NULL, e);

	if (rc == RC_OK && now.size != l->head.size) {
		a->moved = true;
		return rc_fail(e, RC_CONFLICT, "another writer was first: read the ledger again");
	}
	if (rc == RC_OK)
		rc = write_record(a, e);
	if (rc == RC_OK)
		rc = sign(a, e);
	if (rc == RC_OK)
		rc = store_swap_head(s, &l->head, &next, a->note.data, a->note.size, e);
	if (rc == RC_OK)
		rc = make_receipt(a, e);
	if (rc == RC_OK)
		rc = store_put_receipt(s, a->first, a->receipt.data, a->receipt.size, e);
	if (rc == RC_OK)
		rc = a->erase_count > 0 ? append_erase_bytes(a, e) : append_write_state(l, e);
	return rc;
}

enum rc
append_write(struct append *a, struct err *e)
{
	struct ledger *l = a->l;
	enum rc rc = store_transaction(l->store, transaction, a, e);

	if (rc != RC_OK)
		return rc;
	if (a->erase_count > 0)
		rc = append_scrub(l, true, &a->left_bytes, e);
	l->head.size = a->after.size;
	l->head.root = merkle_root(&a->after);
	l->pending.count = 0;
	l->rebuilt = false;
	buf_clear(&l->note);
	buf_add(&l->note, a->note.data, a->note.size);
	tile_reader_free(l->tiles);
	l->tiles = tile_reader_new(l->head.size, ledger_tile, l);
	index_mark(l->index);
	return rc;
}

/* ---- every cache anew ---- */

static enum rc
add_leaf(void *arg, struct hash leaf, struct err *e)
{
	return tile_maker_add(arg, leaf, e);
}

static enum rc
rebuild(struct store *s, void *arg, struct err *e)
{
	struct ledger *l = arg;
	struct tile_maker *maker;
	struct index *index;
	uint64_t next;
	bool must_scrub = ledger_left_bytes(l);
	enum rc rc = store_clear_caches(s, e);

	if (rc == RC_OK)
		rc = store_head(s, &l->head, NULL, e);
	if (rc == RC_OK)
		rc = tile_maker_open(0, ledger_tile, put_tile, l, &maker, e);
	if (rc != RC_OK)
		return rc;
	rc = index_open(s, &index, &next, e);
	if (rc == RC_OK)
		rc = ledger_rebuild(l, index, add_leaf, maker, e);
	if (rc == RC_OK)
		rc = tile_maker_flush(maker, e);
	tile_maker_free(maker);
	if (rc == RC_OK)
		rc = append_write_state(l, e);
	if (rc == RC_OK && must_scrub)
		rc = append_mark_scrub(l, true, e);
	return rc;
}

enum rc
ledger_append_rebuild(struct ledger *l, struct err *e)
{
	enum rc rc = store_transaction(l->store, rebuild, l, e);

	return rc == RC_OK ? ledger_load(l, e) : rc;
}
