/* serve_bundle.c - a bundle cut to what its reader may see, as a tar archive, never all in memory.
 *
 * Two passes: the first for sizes and hashes, the second for the bytes. A block of
 * lines is one snapshot and no more, since a snapshot keeps the store's log, and
 * with it what is erased meanwhile, for as long as a client takes to read. Entries
 * never change; where an event did, the archive ends there, unfinished.
 */
#include "serve_routes.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "bundle.h"
#include "bundle_write.h"
#include "entry.h"
#include "replay.h"
#include "store.h"
#include "tar.h"

#define BUNDLES_MAX 2		/* at a time */
#define BLOCK_ENTRIES 1000	/* read at a time */

struct cut {
	struct arena *arena;
	struct ask ask;			/* reads through `ledger` */
	struct ledger *ledger;
	struct bundle_manifest manifest;
	struct buf small[BUNDLE_FILE_MAX], manifest_text;
	struct buf out;
	size_t sent;
	unsigned part;			/* files in their order, then the end */
	uint64_t seq;			/* next entry of a long file */
	uint64_t written;		/* bytes of it, in the second pass */
	bool opened;			/* the part's header was sent */
	struct hasher *hasher;
};

static const enum bundle_file order[] = {
	BUNDLE_CHECKPOINT, BUNDLE_COSIGNED, BUNDLE_KEYS, BUNDLE_ROTATIONS, BUNDLE_ENTRIES,
	BUNDLE_EVENTS,
};
#define SMALL 4			/* of them, kept in memory */
#define PARTS (sizeof(order) / sizeof(order[0]))

/* ---- lines of the two long files ---- */

static enum rc
add_entry(void *arg, const struct store_row *row, struct err *e)
{
	struct cut *c = arg;

	(void)e;
	buf_add(&c->out, row->entry, row->entry_size);
	buf_byte(&c->out, '\n');
	return RC_OK;
}

static enum rc
add_event(void *arg, const struct store_row *row, struct err *e)
{
	struct cut *c = arg;
	struct entry entry;
	char hex[HASH_HEX];
	bool shown;
	enum rc rc;

	if (!row->has_event)
		return RC_OK;
	c->manifest.events += c->part == PARTS ? 1 : 0;
	shown = may_see_row(&c->ask, row->event != NULL ? row->seq :
			    see_erased_by(c->ask.s->view, row->seq));
	if (row->event != NULL && shown) {
		buf_add(&c->out, row->event, row->event_size);
		buf_byte(&c->out, '\n');
		return RC_OK;
	}
	rc = entry_parse(row->entry, row->entry_size, &entry, e);
	if (rc != RC_OK)
		return rc;
	hash_format(entry.event, hex);
	buf_printf(&c->out, "{\"%s\":\"%s\"}\n", shown ? "erased" : "withheld", hex);
	return RC_OK;
}

/* Appends the next block of lines; the view is held meanwhile. */
static enum rc
add_block(struct cut *c, enum bundle_file file, struct err *e)
{
	uint64_t to = c->seq + BLOCK_ENTRIES < c->ask.size ? c->seq + BLOCK_ENTRIES : c->ask.size;
	struct ask held = { .s = c->ask.s };
	enum rc rc;

	ask_peek(&held);
	rc = store_scan(ledger_store(c->ledger), c->seq, to,
			file == BUNDLE_ENTRIES ? add_entry : add_event, c, e);
	ask_peeked(&held);
	c->seq = to;
	return rc;
}

/* ---- the first pass ---- */

static enum rc
measure(struct cut *c, enum bundle_file file, struct err *e)
{
	uint64_t size = 0;
	enum rc rc = RC_OK;

	for (c->seq = 0; rc == RC_OK && c->seq < c->ask.size;) {
		rc = add_block(c, file, e);
		hasher_add(c->hasher, c->out.data, c->out.size);
		size += c->out.size;
		buf_clear(&c->out);
	}
	c->manifest.files[file].present = true;
	c->manifest.files[file].size = size;
	c->manifest.files[file].sha256 = hasher_end(c->hasher);
	return rc;
}

static void
measure_small(struct cut *c, enum bundle_file file)
{
	const struct buf *b = &c->small[file];

	if (b->size == 0)
		return;
	c->manifest.files[file].present = true;
	c->manifest.files[file].size = b->size;
	c->manifest.files[file].sha256 = hash_bytes(b->data, b->size);
}

static enum rc
prepare(struct cut *c, struct err *e)
{
	struct store_head head;
	enum rc rc = store_head(ledger_store(c->ledger), &head, &c->small[BUNDLE_CHECKPOINT], e);

	if (rc == RC_OK)
		rc = replay_cosigned(ledger_store(c->ledger), c->ask.size,
				     &c->small[BUNDLE_COSIGNED], e);
	if (rc == RC_OK) {
		bundle_keys(c->ledger, &c->small[BUNDLE_KEYS]);
		rc = bundle_rotations(c->ledger, c->ask.size, &c->small[BUNDLE_ROTATIONS], e);
	}
	for (size_t i = 0; i < SMALL; i++)
		measure_small(c, order[i]);
	store_end_read(ledger_store(c->ledger));
	c->part = PARTS;	/* events are counted in this pass */
	if (rc == RC_OK)
		rc = measure(c, BUNDLE_ENTRIES, e);
	if (rc == RC_OK)
		rc = measure(c, BUNDLE_EVENTS, e);
	c->manifest.entries = c->ask.size;
	if (c->ask.as != AS_AUDITOR && c->ask.as != AS_OPERATOR)
		memcpy(c->manifest.party, c->ask.token.party, strlen(c->ask.token.party) + 1);
	bundle_manifest_format(&c->manifest, &c->manifest_text);
	c->part = 0;
	c->seq = 0;
	return rc;
}

/* ---- the second pass ---- */

static void
pad(struct cut *c, uint64_t size)
{
	static const char zeros[TAR_BLOCK];

	buf_add(&c->out, zeros, (TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
}

static void
add_small(struct cut *c, const char *name, const struct buf *b)
{
	char header[TAR_BLOCK];

	if (b->size == 0)
		return;
	tar_header(name, b->size, header);
	buf_add(&c->out, header, sizeof(header));
	buf_add(&c->out, b->data, b->size);
	pad(c, b->size);
}

/* The next bytes of the archive; none at its end. */
static enum rc
fill(struct cut *c, struct err *e)
{
	char header[TAR_BLOCK];
	enum bundle_file file;
	enum rc rc = RC_OK;

	if (c->part == PARTS) {
		add_small(c, BUNDLE_MANIFEST, &c->manifest_text);
		memset(header, 0, sizeof(header));
		buf_add(&c->out, header, sizeof(header));
		buf_add(&c->out, header, sizeof(header));
		c->part++;
	}
	if (c->part >= PARTS)
		return RC_OK;
	file = order[c->part];
	if (file != BUNDLE_ENTRIES && file != BUNDLE_EVENTS) {
		add_small(c, bundle_file_name(file), &c->small[file]);
		c->part++;
		return RC_OK;
	}
	if (!c->opened) {
		tar_header(bundle_file_name(file), c->manifest.files[file].size, header);
		buf_add(&c->out, header, sizeof(header));
		c->opened = true;
	}
	if (c->seq < c->ask.size) {
		size_t before = c->out.size;

		rc = add_block(c, file, e);
		hasher_add(c->hasher, c->out.data + before, c->out.size - before);
		c->written += c->out.size - before;
	}
	if (rc == RC_OK && c->seq == c->ask.size) {
		if (c->written != c->manifest.files[file].size ||
		    !hash_equal(hasher_end(c->hasher), c->manifest.files[file].sha256))
			return rc_fail(e, RC_CONFLICT, "events were erased meanwhile; try again");
		pad(c, c->manifest.files[file].size);
		c->opened = false;
		c->seq = c->written = 0;
		c->part++;
	}
	return rc;
}

static ptrdiff_t
cut_read(void *arg, uint64_t position, char *ret, size_t size_max)
{
	struct cut *c = arg;
	struct err e = { 0 };

	(void)position;
	while (c->sent == c->out.size && c->part <= PARTS) {
		buf_clear(&c->out);
		c->sent = 0;
		if (fill(c, &e) != RC_OK)
			return -1;
	}
	return http_hand_out(&c->out, &c->sent, ret, size_max);
}

static void
cut_free(void *arg)
{
	struct cut *c = arg;

	atomic_fetch_sub(&c->ask.s->bundles, 1);
	for (size_t i = 0; i < BUNDLE_FILE_MAX; i++)
		buf_free(&c->small[i]);
	buf_free(&c->manifest_text);
	buf_free(&c->out);
	hasher_free(c->hasher);
	ledger_close(c->ledger);
	arena_free(c->arena);
	free(c);
}

enum rc
serve_bundle(struct ask *a, struct http_response *ret, struct err *e)
{
	struct ledger_facts facts;
	struct cut *c;
	enum rc rc;

	if (atomic_fetch_add(&a->s->bundles, 1) >= BUNDLES_MAX) {
		atomic_fetch_sub(&a->s->bundles, 1);
		return rc_fail(e, RC_CONFLICT, "other bundles are being sent; try again later");
	}
	c = mem_alloc(sizeof(*c));
	memset(c, 0, sizeof(*c));
	c->arena = arena_new();
	c->ask = *a;
	c->ask.arena = c->arena;
	c->ask.request = NULL;
	c->ask.handle = NULL;
	c->hasher = hasher_new();
	rc = ledger_open_read(a->s->options.ledger, &c->ledger, e);
	if (rc == RC_OK) {
		c->ask.ledger = c->ledger;
		state_facts(ledger_state(c->ledger), &facts);
		if (facts.size != a->size)
			rc = rc_fail(e, RC_CONFLICT, "the ledger has just grown; try again");
	}
	ask_close(a);		/* the view is held anew for each block */
	if (rc == RC_OK)
		rc = prepare(c, e);
	if (rc != RC_OK) {
		cut_free(c);
		return rc;
	}
	http_set(ret, "Content-Disposition", "attachment; filename=\"bundle.tar\"");
	ret->read = cut_read;
	ret->read_free = cut_free;
	ret->read_arg = c;
	return RC_OK;
}
