/* append_write.c - the transaction: write, read back, hash again, sign, swap the head, commit. */
#include "append_priv.h"
#include "state_priv.h"

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

static enum rc
write_state(struct ledger *l, struct err *e)
{
	enum rc rc = index_flush(l->index, l->store, l->state->frontier.size, e);

	if (rc == RC_OK)
		rc = state_save(l->state, &l->saved_submissions, &l->saved_small, put_state, l, e);
	return rc;
}

/* ---- the record ---- */

static enum rc
write_rows(struct append *a, struct err *e)
{
	const struct pending *p = &a->l->pending;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < p->count; i++) {
		const struct pending_row *row = &p->rows[i];

		rc = store_append(a->l->store, p->first + i, p->entries.data + row->offset, row->size,
				  row->event, row->event_size, e);
	}
	return rc;
}

struct read_back {
	const struct append *a;
	struct tile_maker *maker;
	size_t count;
};

static enum rc
read_row(void *arg, const struct store_row *row, struct err *e)
{
	struct read_back *r = arg;
	const struct append *a = r->a;
	size_t i = r->count++;
	struct hash leaf = hash_leaf(row->entry, row->entry_size);

	if (!hash_equal(leaf, a->leaves[i]) || row->has_event != (i > 0) ||
	    (i > 0 && !hash_equal(hash_leaf(row->event, row->event_size),
				  a->file.events[i - 1].digest)))
		return rc_fail(e, RC_INTEGRITY, "entry %" PRIu64 " reads back other than it was "
			       "written: nothing is recorded", row->seq);
	return tile_maker_add(r->maker, leaf, e);
}

/* The tree grows by what was read back; its root must be that of what was validated. */
static enum rc
check_rows(struct append *a, struct err *e)
{
	struct read_back r = { .a = a };
	struct merkle_frontier f;
	enum rc rc = tile_maker_open(a->first, ledger_tile, put_tile, a->l, &r.maker, e);

	if (rc != RC_OK)
		return rc;
	rc = store_scan(a->l->store, a->first, a->after.size, read_row, &r, e);
	tile_maker_frontier(r.maker, &f);
	if (rc == RC_OK && (f.size != a->after.size ||
			    !hash_equal(merkle_root(&f), merkle_root(&a->after))))
		rc = rc_fail(e, RC_INTEGRITY, "the tree over what was read back is not that over "
			     "what was written: nothing is recorded");
	if (rc == RC_OK)
		rc = tile_maker_flush(r.maker, e);
	tile_maker_free(r.maker);
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
		rc = write_rows(a, e);
	if (rc == RC_OK)
		rc = check_rows(a, e);
	if (rc == RC_OK)
		rc = sign(a, e);
	if (rc == RC_OK)
		rc = store_swap_head(s, &l->head, &next, a->note.data, a->note.size, e);
	if (rc == RC_OK)
		rc = make_receipt(a, e);
	if (rc == RC_OK)
		rc = store_put_receipt(s, a->first, a->receipt.data, a->receipt.size, e);
	if (rc == RC_OK)
		rc = write_state(l, e);
	return rc;
}

enum rc
append_write(struct append *a, struct err *e)
{
	struct ledger *l = a->l;
	enum rc rc = store_transaction(l->store, transaction, a, e);

	if (rc != RC_OK)
		return rc;
	l->head.size = a->after.size;
	l->head.root = merkle_root(&a->after);
	l->pending.count = 0;
	l->rebuilt = false;
	buf_clear(&l->note);
	buf_add(&l->note, a->note.data, a->note.size);
	tile_reader_free(l->tiles);
	l->tiles = tile_reader_new(l->head.size, ledger_tile, l);
	index_mark(l->index);
	return RC_OK;
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
		rc = write_state(l, e);
	return rc;
}

enum rc
ledger_append_rebuild(struct ledger *l, struct err *e)
{
	enum rc rc = store_transaction(l->store, rebuild, l, e);

	return rc == RC_OK ? ledger_load(l, e) : rc;
}
