/* replay_source_store.c - a store opened for reading, as something to read again. */
#include "replay_priv.h"

#include "arena.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>

struct store_source {
	struct replay_source base;
	struct store *store;
};

struct scanning {
	replay_row_fn *fn;
	void *arg;
	uint64_t line;
};

static enum rc
scan_row(void *arg, const struct store_row *row, struct err *e)
{
	struct scanning *s = arg;
	struct replay_row x = { .line = s->line++, .entry = row->entry,
		.entry_size = row->entry_size, .event = row->event,
		.event_size = row->event_size };

	x.presence = row->event != NULL ? EVENT_THERE : row->has_event ? EVENT_ERASED : EVENT_NOT;
	return s->fn(s->arg, &x, e);
}

static enum rc
scan(struct replay_source *base, uint64_t from, uint64_t to, replay_row_fn *fn, void *arg,
     struct err *e)
{
	struct store_source *s = (struct store_source *)base;
	struct scanning x = { fn, arg, from };

	return store_scan(s->store, from, to < base->size ? to : base->size, scan_row, &x, e);
}

static enum rc
fetch(struct replay_source *base, uint64_t seq, struct buf *ret_entry, struct buf *ret_event,
      bool *ret_missing, struct err *e)
{
	struct store_source *s = (struct store_source *)base;
	bool erased = false;
	enum rc rc = RC_OK;

	if (ret_entry != NULL)
		rc = store_entry(s->store, seq, ret_entry, e);
	if (rc == RC_OK && ret_event != NULL) {
		rc = store_event(s->store, seq, ret_event, &erased, e);
		if (rc == RC_NOT_FOUND && seq < base->size)
			rc = RC_OK;
	}
	if (rc == RC_OK && ret_missing != NULL)
		*ret_missing = erased;
	return rc;
}

static enum rc
note(struct replay_source *base, uint64_t size, struct buf *ret, struct err *e)
{
	return store_checkpoint(((struct store_source *)base)->store, size, ret, e);
}

enum rc
replay_numbered_begin(struct replay_source *base, const struct buf *kept, uint64_t from,
		      struct err *e)
{
	(void)base, (void)kept, (void)from, (void)e;
	return RC_OK;
}

void
replay_numbered_keep(const struct replay_source *base, struct buf *ret)
{
	(void)base, (void)ret;
}

static void
free_source(struct replay_source *base)
{
	buf_free(&base->head);
	buf_free(&base->cosigned);
	free(base);
}

static enum rc
stray_row(void *arg, const struct store_row *row, struct err *e)
{
	*(bool *)arg = true;
	return rc_fail(e, RC_INTEGRITY, "entry %llu stands behind the signed head of %llu entries: "
		       "expected none; a head was taken away, restore the file from a copy",
		       (unsigned long long)row->seq, (unsigned long long)row->seq);
}

/* Nothing stands behind the head. Where a writer appends between two looks, it has moved. */
static enum rc
check_end(struct store *store, struct store_head *head, struct buf *ret_note, struct err *e)
{
	for (;;) {
		struct store_head again;
		bool stray = false;
		enum rc rc = store_scan(store, head->size, INT64_MAX, stray_row, &stray, e);

		if (!stray)
			return rc;
		buf_clear(ret_note);
		rc = store_head(store, &again, ret_note, e);
		if (rc != RC_OK || again.size == head->size)
			return rc == RC_OK ? RC_INTEGRITY : rc;
		*head = again;
	}
}

/* ---- the newest cosigned checkpoint ---- */

#define COSIGNATURE_BYTES 72		/* a time stamp and an Ed25519 signature */
#define COSIGNATURE_TEXT 104		/* with the key's number in front, as base64 */

struct looking {
	struct arena *arena;
	struct buf *ret;
	bool found;
};

/* Does a line end in a word as long as a cosignature's? Most checkpoints have none. */
static bool
may_be_cosigned(const char *bytes, size_t size)
{
	const char *at = bytes, *end = bytes + size, *lf;

	while (at < end && (lf = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		if (lf - at > COSIGNATURE_TEXT && lf[-COSIGNATURE_TEXT - 1] == ' ')
			return true;
		at = lf + 1;
	}
	return false;
}

static enum rc
look_at(void *arg, const char *bytes, size_t size, struct err *e)
{
	struct looking *x = arg;
	struct note n;
	enum rc rc;

	if (!may_be_cosigned(bytes, size))
		return RC_OK;
	arena_reset(x->arena);
	rc = note_parse(bytes, size, x->arena, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n.signature_count; i++)
		x->found = x->found || n.signatures[i].size == COSIGNATURE_BYTES;
	if (!x->found)
		return RC_OK;		/* one that is no note is found where it is needed */
	buf_add(x->ret, bytes, size);
	return rc_fail(e, RC_NO, "found");
}

enum rc
replay_cosigned(struct store *s, uint64_t size, struct buf *ret, struct err *e)
{
	struct looking x = { .arena = arena_new(), .ret = ret };
	enum rc rc = store_checkpoints_back(s, size, look_at, &x, e);

	arena_free(x.arena);
	return x.found && rc == RC_NO ? RC_OK : rc;
}

enum rc
replay_source_store(struct store *store, struct replay_source **ret, struct err *e)
{
	struct store_source *s = mem_alloc(sizeof(*s));
	struct store_head head;
	enum rc rc;

	memset(s, 0, sizeof(*s));
	s->base.placed = true;
	s->base.begin = replay_numbered_begin;
	s->base.keep = replay_numbered_keep;
	s->base.scan = scan;
	s->base.fetch = fetch;
	s->base.note = note;
	s->base.free = free_source;
	s->store = store;
	rc = store_head(store, &head, &s->base.head, e);
	if (rc == RC_OK)
		rc = check_end(store, &head, &s->base.head, e);
	if (rc == RC_OK)
		rc = replay_cosigned(store, head.size, &s->base.cosigned, e);
	if (rc != RC_OK) {
		free_source(&s->base);
		return rc;
	}
	s->base.size = head.size;
	*ret = &s->base;
	return RC_OK;
}

void
replay_source_free(struct replay_source *s)
{
	if (s != NULL)
		s->free(s);
}
