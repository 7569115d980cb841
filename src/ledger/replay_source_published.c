/* replay_source_published.c - what a ledger publishes, with the events that the auditor has, as
 * something to read again.
 *
 * Entries come from tile/entries/..., 256 a file, each behind its length in two bytes. That they
 * are the ledger's is shown by the tree over them, whose root the checkpoint signs.
 */
#include "replay_bodies.h"

#include "arena.h"
#include "file.h"
#include "limits_utfall.h"
#include "note.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES (-1)		/* tile_path's level for entry bundles */

struct published {
	struct replay_source base;
	char *folder;
	struct replay_bodies *bodies;
	uint64_t tile;			/* that is in `bytes`; UINT64_MAX: none */
	struct buf bytes;
	size_t starts[TILE_WIDTH + 1];	/* of its entries, behind their lengths */
	unsigned width;
};

static enum rc
split(struct published *p, const char *path, struct err *e)
{
	const unsigned char *bytes = (const unsigned char *)p->bytes.data;
	size_t at = 0;
	unsigned i;

	for (i = 0; i < p->width && p->bytes.size - at >= 2; i++) {
		size_t size = (size_t)bytes[at] << 8 | bytes[at + 1];

		p->starts[i] = at + 2;
		if (size > p->bytes.size - at - 2)
			break;
		at += 2 + size;
	}
	p->starts[p->width] = at + 2;
	if (i == p->width && at == p->bytes.size)
		return RC_OK;
	return rc_fail(e, RC_INTEGRITY, "%s: expected %u entries, each behind its length in two bytes, "
		       "and the end", path, p->width);
}

static enum rc
need_tile(struct published *p, uint64_t index, struct err *e)
{
	struct arena *arena;
	char name[TILE_PATH];
	const char *path;
	enum rc rc;

	if (p->tile == index)
		return RC_OK;
	arena = arena_new();
	p->width = tile_width(p->base.size, 0, index);
	p->tile = UINT64_MAX;
	tile_path(ENTRIES, index, p->width, name);
	path = arena_printf(arena, "%s/%s", p->folder, name);
	buf_clear(&p->bytes);
	rc = file_read(path, TILE_WIDTH * (LIMIT_EVENT_BYTES + 2), &p->bytes, e);
	if (rc == RC_NOT_FOUND)
		rc = rc_fail(e, RC_INTEGRITY, "%s: expected the entries from %" PRIu64 " on, found no "
			     "such file", path, index * TILE_WIDTH);
	if (rc == RC_REFUSED)
		rc = rc_fail(e, RC_INTEGRITY, "%s: expected %u entries, found more bytes than entries "
			     "can have", path, p->width);
	if (rc == RC_OK)
		rc = split(p, path, e);
	if (rc == RC_OK)
		p->tile = index;
	arena_free(arena);
	return rc;
}

static void
entry_at(const struct published *p, uint64_t seq, const char **ret, size_t *ret_size)
{
	size_t i = (size_t)(seq % TILE_WIDTH);

	*ret = p->bytes.data + p->starts[i];
	*ret_size = p->starts[i + 1] - 2 - p->starts[i];
}

static enum rc
find_event(const struct published *p, const char *bytes, size_t size, struct buf *ret,
	   enum presence *ret_presence, struct err *e)
{
	struct entry x;
	struct err ignored;

	*ret_presence = EVENT_NOT;
	if (entry_parse(bytes, size, &x, &ignored) != RC_OK || x.kind != ENTRY_EVENT)
		return RC_OK;
	return replay_bodies_find(p->bodies, x.event, ret, ret_presence, e);
}

static enum rc
scan(struct replay_source *base, uint64_t from, uint64_t to, replay_row_fn *fn, void *arg,
     struct err *e)
{
	struct published *p = (struct published *)base;
	struct buf event = { 0 };
	enum rc rc = RC_OK;

	for (uint64_t seq = from; rc == RC_OK && seq < to && seq < base->size; seq++) {
		struct replay_row row = { .line = seq };

		rc = need_tile(p, seq / TILE_WIDTH, e);
		if (rc != RC_OK)
			break;
		entry_at(p, seq, &row.entry, &row.entry_size);
		buf_clear(&event);
		rc = find_event(p, row.entry, row.entry_size, &event, &row.presence, e);
		if (row.presence == EVENT_THERE) {
			row.event = event.data;
			row.event_size = event.size;
		}
		if (rc == RC_OK)
			rc = fn(arg, &row, e);
	}
	buf_free(&event);
	return rc;
}

static enum rc
fetch(struct replay_source *base, uint64_t seq, struct buf *ret_entry, struct buf *ret_event,
      bool *ret_missing, struct err *e)
{
	struct published *p = (struct published *)base;
	enum presence presence = EVENT_NOT;
	const char *bytes;
	size_t size;
	enum rc rc;

	if (seq >= base->size)
		return rc_fail(e, RC_NOT_FOUND, "entry %" PRIu64 " is not published", seq);
	rc = need_tile(p, seq / TILE_WIDTH, e);
	if (rc != RC_OK)
		return rc;
	entry_at(p, seq, &bytes, &size);
	if (ret_entry != NULL)
		buf_add(ret_entry, bytes, size);
	if (ret_event != NULL)
		rc = find_event(p, bytes, size, ret_event, &presence, e);
	if (rc == RC_OK && ret_missing != NULL)
		*ret_missing = presence == EVENT_ERASED || presence == EVENT_WITHHELD;
	return rc;
}

static enum rc
note(struct replay_source *base, uint64_t size, struct buf *ret, struct err *e)
{
	(void)base;
	(void)ret;
	return rc_fail(e, RC_NOT_FOUND, "no checkpoint of size %" PRIu64 " is published", size);
}

static void
free_source(struct replay_source *base)
{
	struct published *p = (struct published *)base;

	replay_bodies_free(p->bodies);
	buf_free(&p->bytes);
	buf_free(&base->head);
	free(p->folder);
	free(p);
}

static enum rc
read_head(struct published *p, struct err *e)
{
	struct arena *arena = arena_new();
	struct checkpoint head;
	struct note n;
	const char *path = arena_printf(arena, "%s/checkpoint", p->folder);
	enum rc rc = file_read(path, LIMIT_NOTE_BYTES, &p->base.head, e);

	if (rc == RC_OK) {
		rc = note_parse(p->base.head.data, p->base.head.size, arena, &n, e);
		if (rc == RC_OK)
			rc = checkpoint_parse(n.text, n.text_size, &head, e);
		if (rc != RC_OK)
			rc = rc_where(e, "%s", path);
	}
	if (rc == RC_OK)
		p->base.size = head.size;
	arena_free(arena);
	return rc;
}

enum rc
replay_source_published(const char *folder, const char *bodies, struct replay_source **ret,
			struct err *e)
{
	struct published *p = mem_alloc(sizeof(*p));
	enum rc rc;

	memset(p, 0, sizeof(*p));
	p->base = (struct replay_source){
		.begin = replay_numbered_begin, .keep = replay_numbered_keep, .scan = scan,
		.fetch = fetch, .note = note, .free = free_source, .open = true, .placed = true,
	};
	p->tile = UINT64_MAX;
	p->folder = mem_alloc(strlen(folder) + 1);
	memcpy(p->folder, folder, strlen(folder) + 1);
	rc = read_head(p, e);
	if (rc == RC_OK && bodies != NULL)
		rc = replay_bodies_open(bodies, &p->bodies, e);
	if (rc != RC_OK) {
		free_source(&p->base);
		return rc;
	}
	*ret = &p->base;
	return RC_OK;
}
