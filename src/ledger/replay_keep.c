/* replay_keep.c - what a replay verified, kept for the next one: see replay_kept.h. */
#include "replay_kept.h"

#include "arena.h"
#include "index.h"
#include "parts.h"
#include "settle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct writing {
	FILE *file;
	struct hasher *sum;
	bool good;
	uint64_t engine, parts;		/* the engine in hand, how many of its parts are written */
};

static void
put(struct writing *w, const void *bytes, size_t size)
{
	hasher_add(w->sum, bytes, size);
	if (size > 0 && fwrite(bytes, 1, size, w->file) != size)
		w->good = false;
}

static void
put_blob(struct writing *w, enum kept_blob kind, uint64_t number, const void *bytes, size_t size)
{
	struct kept_label label = { kind, number, size };

	put(w, &label, sizeof(label));
	put(w, bytes, size);
}

static enum rc
put_state(void *arg, uint64_t number, const void *bytes, size_t size, struct err *e)
{
	(void)e;
	put_blob(arg, KEPT_STATE, number, bytes, size);
	return RC_OK;
}

static void
put_head(struct writing *w, const struct replay_run *r)
{
	const struct replay_report *report = r->report;
	struct kept_head h;

	memset(&h, 0, sizeof(h));
	h.size = r->tree.size;
	h.root = merkle_root(&r->tree);
	h.last = r->last;
	h.at = r->at;
	h.submissions = report->submissions;
	h.events = report->events;
	h.shown_lines = report->shown_lines;
	h.simulated = r->ring.simulated;
	h.hidden = r->world->state->hidden;
	h.engines = r->world->engines.count;
	h.erased = report->erased;
	h.withheld = report->withheld;
	h.missing_count = report->missing_count;
	memcpy(h.missing, report->missing, sizeof(h.missing));
	(void)snprintf(h.origin, sizeof(h.origin), "%s", r->ring.origin);
	(void)snprintf(h.party, sizeof(h.party), "%s", r->party == NULL ? "" : r->party);
	memcpy(h.build, settle_build(), sizeof(h.build));
	put_blob(w, KEPT_HEAD, 0, &h, sizeof(h));
}

static enum rc
put_part(void *arg, struct buf *part, struct err *e)
{
	struct writing *w = arg;

	put_blob(w, KEPT_ENGINE, w->engine << 32 | w->parts++, part->data, part->size);
	return w->good ? RC_OK : rc_fail(e, RC_SYSTEM, "%s", strerror(errno));
}

static enum rc
put_engine(struct writing *w, const struct engine *x, struct err *e)
{
	struct kept_engine head = { x->contract, x->told };
	struct buf first = { (char *)&head, sizeof(head), 0 };
	struct parts_out out = { .size = KEPT_CHUNK, .put = put_part, .arg = w };
	enum rc rc;

	w->parts = 0;
	rc = put_part(w, &first, e);
	if (rc == RC_OK)
		rc = settle_save(x->settlement, parts_put, &out, e);
	if (rc == RC_OK)
		rc = put_part(w, &out.part, e);
	buf_free(&out.part);
	return rc;
}

static void
put_engines(struct writing *w, const struct replay_state *s, struct err *e)
{
	for (size_t i = 0; i < s->engines.count && w->good; i++) {
		w->engine = i;
		w->good = put_engine(w, &s->engines.items[i], e) == RC_OK;
	}
}

static void
put_all(struct writing *w, const struct replay_run *r, struct err *e)
{
	const struct replay_state *s = r->world;
	struct buf part = { 0 };
	size_t submissions = 0, small = 0;

	put(w, KEPT_MAGIC, sizeof(KEPT_MAGIC) - 1);
	put_head(w, r);
	s->source->keep(s->source, &part);
	put_blob(w, KEPT_SOURCE, 0, part.data, part.size);
	for (unsigned level = 0; level < TREE_LEVELS; level++)
		put_blob(w, KEPT_TREE, level, s->tree.nodes[level],
			 (size_t)(r->tree.size >> (8 * level)) * sizeof(struct hash));
	w->good = state_save(s->state, &submissions, &small, put_state, w, e) == RC_OK && w->good;
	for (unsigned i = 0; i < INDEX_PARTS; i++) {
		buf_clear(&part);
		index_part_save(s->index, i, &part);
		put_blob(w, KEPT_INDEX, i, part.data, part.size);
	}
	buf_clear(&part);
	state_taken_save(s->state, &part);
	put_blob(w, KEPT_STATEMENTS, 0, part.data, part.size);
	buf_free(&part);
	put_blob(w, KEPT_ERASED, 0, r->erased, r->erased_count * sizeof(*r->erased));
	put_blob(w, KEPT_NAMED, 0, r->named, r->named_count * sizeof(*r->named));
	put_engines(w, s, e);
}

static enum rc
write_file(const char *path, const struct replay_run *r, struct err *e)
{
	struct writing w = { .sum = hasher_new(), .good = true };
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct hash sum;

	w.file = fd < 0 ? NULL : fdopen(fd, "wb");
	if (w.file != NULL) {
		put_all(&w, r, e);
		sum = hasher_end(w.sum);
		w.good = fwrite(&sum, 1, sizeof(sum), w.file) == sizeof(sum) && w.good;
		w.good = fflush(w.file) == 0 && fsync(fd) == 0 && w.good;
		w.good = fclose(w.file) == 0 && w.good;
	} else if (fd >= 0) {
		(void)close(fd);
	}
	hasher_free(w.sum);
	if (w.file == NULL || !w.good)
		return rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
	return RC_OK;
}

/* All that was read is there, or a part is withheld for good: what is in nobody's hand but the
 * auditor's may be there the next time. */
bool
replay_may_keep(const struct replay_run *r)
{
	const struct replay_report *x = r->report;

	return r->world->state != NULL && x->unchecked == 0 && x->unjudged == 0 &&
	       (!r->world->source->open || x->withheld == 0);
}

enum { FRESH_FROM = 50000, FRESH_SHARE = 32 };

bool
replay_keep_is_fresh(const struct replay_run *r)
{
	uint64_t kept = r->report->resumed;

	return kept >= FRESH_FROM && r->world->source->placed &&
	       r->report->size - kept < kept / FRESH_SHARE;
}

enum rc
replay_keep_save(const struct replay_run *r, struct err *e)
{
	struct buf path = { 0 };
	enum rc rc = tile_maker_flush(r->world->tree.maker, e);

	buf_printf(&path, "%s.new", r->args->keep);
	if (rc == RC_OK)
		rc = write_file(path.data, r, e);
	if (rc == RC_OK && rename(path.data, r->args->keep) != 0)
		rc = rc_fail(e, RC_SYSTEM, "%s: %s", r->args->keep, strerror(errno));
	if (rc != RC_OK)
		(void)unlink(path.data);
	buf_free(&path);
	return rc;
}
