/* ledger.c - an open ledger: opening from caches or from the record, and its queries.
 *
 * Read next: state.c for the rules, append.c for the way in, replay.c for the way back.
 */
#include "ledger_priv.h"
#include "state_priv.h"

#include "arena.h"
#include "entry.h"
#include "index.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- where recorded bytes come from ---- */

static enum rc
fetch_pending(const struct ledger *l, uint64_t seq, struct buf *ret_entry, struct buf *ret_event)
{
	const struct pending_row *row = &l->pending.rows[seq - l->pending.first];

	if (ret_entry != NULL)
		buf_add(ret_entry, l->pending.entries.data + row->offset, row->size);
	if (ret_event != NULL && row->event != NULL)
		buf_add(ret_event, row->event, row->event_size);
	return RC_OK;
}

static enum rc
fetch(void *arg, uint64_t seq, struct buf *ret_entry, struct buf *ret_event, bool *ret_missing,
      struct err *e)
{
	struct ledger *l = arg;
	bool erased = false;
	enum rc rc = RC_OK;

	if (l->pending.count > 0 && seq >= l->pending.first &&
	    seq - l->pending.first < l->pending.count)
		return fetch_pending(l, seq, ret_entry, ret_event);
	if (ret_entry != NULL)
		rc = store_entry(l->store, seq, ret_entry, e);
	if (rc == RC_OK && ret_event != NULL) {
		rc = store_event(l->store, seq, ret_event, &erased, e);
		if (rc == RC_NOT_FOUND && seq < l->head.size)	/* a submission's entry */
			rc = RC_OK;
	}
	if (rc == RC_NOT_FOUND)
		rc = rc_fail(e, RC_INTEGRITY, "entry %" PRIu64 " is not in the store: its caches are "
			     "not of this ledger, rebuild them", seq);
	if (rc == RC_OK && ret_missing != NULL)
		*ret_missing = erased;
	return rc;
}

static enum rc
fetch_engine(void *arg, struct hash contract, uint64_t size, struct settlement **ret,
	     struct err *e)
{
	(void)size;	/* what is pending is void until its settlement.issued is recorded */
	return ledger_settlement(arg, contract, ret, e);
}

static enum rc
fetch_root(void *arg, uint64_t size, struct hash *ret, struct err *e)
{
	return ledger_root(arg, size, ret, e);
}

struct state *
ledger_new_state(struct ledger *l, struct index *index)
{
	struct event_source source = { .arg = l, .fetch = fetch, .engine = fetch_engine,
				       .root = fetch_root };

	return state_new(index, &source);
}

/* ---- opening ---- */

void
ledger_unload(struct ledger *l)
{
	engines_free(&l->engines);
	tile_reader_free(l->tiles);
	state_free(l->state);
	index_free(l->index);
	l->tiles = NULL;
	l->state = NULL;
	l->index = NULL;
	l->pending.count = 0;
}

struct rebuild {
	struct ledger *l;
	struct arena *arena;
	ledger_leaf_fn *leaf;
	void *arg;
};

static enum rc
rebuild_row(void *arg, const struct store_row *row, struct err *e)
{
	struct rebuild *r = arg;
	struct step x = { .seq = row->seq };
	struct submission s;
	struct event event;
	struct entry entry;
	enum rc rc = entry_parse(row->entry, row->entry_size, &entry, e);

	arena_reset(r->arena);
	if (rc == RC_OK && entry.kind == ENTRY_SUBMISSION) {
		rc = submission_parse(entry.submission, entry.submission_size, &s, e);
		x.submission = &s;
	} else if (rc == RC_OK && row->event == NULL) {
		x.missing = true;
	} else if (rc == RC_OK) {
		rc = event_parse(row->event, row->event_size, r->arena, 0, NULL, &event, e);
		x.event = &event;
	}
	if (rc != RC_OK)
		return rc_fail(e, RC_INTEGRITY, "entry %" PRIu64 " is not what it was when recorded: "
			       "run verify", row->seq);
	x.at = entry.at;
	x.leaf = hash_leaf(row->entry, row->entry_size);
	x.digest = entry.event;
	if (x.submission == NULL)
		rc = state_prepare(r->l->state, &x, e);
	if (rc == RC_OK)
		state_apply(r->l->state, &x);
	if (rc == RC_OK && r->leaf != NULL)
		rc = r->leaf(r->arg, x.leaf, e);
	return rc;
}

enum rc
ledger_rebuild(struct ledger *l, struct index *index, ledger_leaf_fn *leaf, void *arg,
	       struct err *e)
{
	struct rebuild r = { .l = l, .leaf = leaf, .arg = arg };
	enum rc rc;

	ledger_unload(l);
	l->index = index;
	l->state = ledger_new_state(l, l->index);
	r.arena = arena_new();
	rc = store_scan(l->store, 0, l->head.size, rebuild_row, &r, e);
	arena_free(r.arena);
	if (rc != RC_OK)
		return rc;
	if (l->state->frontier.size != l->head.size ||
	    !hash_equal(merkle_root(&l->state->frontier), l->head.root))
		return rc_fail(e, RC_INTEGRITY, "the entries are not those that the checkpoint signs: "
			       "run verify");
	l->rebuilt = true;
	l->saved_submissions = l->saved_small = 0;
	return RC_OK;
}

enum rc
ledger_state_blob(void *store, uint64_t number, struct buf *ret, struct err *e)
{
	return store_cache(store, CACHE_STATE, number, ret, e);
}

static enum rc
load_caches(struct ledger *l, struct err *e)
{
	uint64_t next;
	enum rc rc = index_open(l->store, &l->index, &next, e);

	if (rc != RC_OK)
		return rc;
	l->state = ledger_new_state(l, l->index);
	if (l->head.size == 0)
		return RC_OK;
	if (next > l->head.size)
		return rc_fail(e, RC_NOT_FOUND, "the ledger's caches are not of its head");
	rc = state_load(l->state, ledger_state_blob, l->store, l->head.size, l->head.root, next,
			e);
	l->saved_submissions = l->state->submission_count;
	l->saved_small = l->state->small_count;
	return rc;
}

enum rc
ledger_load(struct ledger *l, struct err *e)
{
	enum rc rc;

	ledger_unload(l);
	buf_clear(&l->note);
	rc = store_head(l->store, &l->head, &l->note, e);
	if (rc != RC_OK)
		return rc;
	l->rebuilt = false;
	rc = load_caches(l, e);
	if (rc != RC_OK && rc != RC_SYSTEM)
		rc = ledger_rebuild(l, index_new(), NULL, NULL, e);
	if (rc == RC_OK)
		l->tiles = tile_reader_new(l->head.size, ledger_tile, l);
	return rc;
}

enum rc
ledger_open_read(const char *url, struct ledger **ret, struct err *e)
{
	struct ledger *l = mem_alloc(sizeof(*l));
	enum rc rc;

	memset(l, 0, sizeof(*l));
	rc = store_open_read(url, &l->store, e);
	if (rc == RC_OK)
		rc = ledger_refresh(l, e);
	if (rc != RC_OK) {
		ledger_close(l);
		return rc;
	}
	*ret = l;
	return RC_OK;
}

static enum rc
take_snapshot(struct ledger *l, struct err *e)
{
	enum rc rc;

	if (l->snapshot)
		store_end_read(l->store);
	rc = store_begin_read(l->store, e);
	l->snapshot = rc == RC_OK;
	return rc;
}

enum rc
ledger_refresh(struct ledger *l, struct err *e)
{
	enum rc rc = l->writing ? RC_OK : take_snapshot(l, e);

	return rc == RC_OK ? ledger_load(l, e) : rc;
}

enum rc
ledger_renew(struct ledger *l, struct err *e)
{
	struct store_head head;
	enum rc rc = take_snapshot(l, e);

	if (rc == RC_OK)
		rc = store_head(l->store, &head, NULL, e);
	if (rc != RC_OK || (l->tiles != NULL && head.size == l->head.size &&
			    hash_equal(head.root, l->head.root)))
		return rc;
	return ledger_load(l, e);
}

void
ledger_close(struct ledger *l)
{
	if (l == NULL)
		return;
	ledger_unload(l);
	if (l->snapshot)
		store_end_read(l->store);
	store_close(l->store);
	free(l->pending.rows);
	buf_free(&l->pending.entries);
	buf_free(&l->note);
	free(l);
}

struct state *
ledger_state(struct ledger *l)
{
	return l->state;
}

struct store *
ledger_store(struct ledger *l)
{
	return l->store;
}
