/* replay_keep.c - what a replay verified, kept for the next one in a file of the auditor's own.
 *
 * In it: how far the replay came, the leaf hash of every entry and the nodes above, the small
 * state, and the items by which events are found. Nothing of what events say: what is needed of
 * an earlier entry is read from the ledger again, and its bytes must hash to the leaf kept here.
 * So the file must be as trustworthy as the program that reads it; a SHA-256 at its end finds
 * damage, not malice. Numbers are as this machine keeps them: the file is for one machine.
 *
 *	"utfall-audit kept 1\n"; blobs: kind, number, size (8 bytes each), bytes; SHA-256 of all that
 */
#include "replay_batch.h"
#include "state_priv.h"

#include "arena.h"
#include "index.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char magic[] = "utfall-audit kept 1\n";

enum blob_kind { BLOB_HEAD, BLOB_TREE, BLOB_STATE, BLOB_INDEX };

struct blob_label {
	uint64_t kind, number, size;
};

struct kept_head {
	uint64_t size, submissions, events, shown_lines;
	int64_t at;
	struct hash root, last;
	bool simulated;
	char origin[ORIGIN_MAX + 1];
};

/* ---- writing ---- */

struct writing {
	FILE *file;
	struct hasher *sum;
	bool good;
};

static void
put(struct writing *w, const void *bytes, size_t size)
{
	hasher_add(w->sum, bytes, size);
	if (size > 0 && fwrite(bytes, 1, size, w->file) != size)
		w->good = false;
}

static void
put_blob(struct writing *w, enum blob_kind kind, uint64_t number, const void *bytes, size_t size)
{
	struct blob_label label = { kind, number, size };

	put(w, &label, sizeof(label));
	put(w, bytes, size);
}

static enum rc
put_state(void *arg, uint64_t number, const void *bytes, size_t size, struct err *e)
{
	(void)e;
	put_blob(arg, BLOB_STATE, number, bytes, size);
	return RC_OK;
}

static void
put_all(struct writing *w, const struct replay_run *r, struct err *e)
{
	const struct replay_state *s = r->world;
	struct kept_head head;
	struct buf part = { 0 };
	size_t submissions = 0, small = 0;

	memset(&head, 0, sizeof(head));
	head.size = r->tree.size;
	head.root = merkle_root(&r->tree);
	head.last = r->last;
	head.at = r->at;
	head.submissions = r->report->submissions;
	head.events = r->report->events;
	head.shown_lines = r->report->shown_lines;
	head.simulated = r->ring.simulated;
	(void)snprintf(head.origin, sizeof(head.origin), "%s", r->ring.origin);
	put(w, magic, sizeof(magic) - 1);
	put_blob(w, BLOB_HEAD, 0, &head, sizeof(head));
	for (unsigned level = 0; level < TREE_LEVELS; level++)
		put_blob(w, BLOB_TREE, level, s->tree.nodes[level],
			 (size_t)(head.size >> (8 * level)) * sizeof(struct hash));
	w->good = state_save(s->state, &submissions, &small, put_state, w, e) == RC_OK && w->good;
	for (unsigned i = 0; i < INDEX_PARTS; i++) {
		buf_clear(&part);
		index_part_save(s->index, i, &part);
		put_blob(w, BLOB_INDEX, i, part.data, part.size);
	}
	buf_free(&part);
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

/* ---- reading ---- */

struct blob {
	uint64_t number;
	struct buf bytes;
};

struct reading {
	const char *path;
	FILE *file;
	uint64_t left;			/* bytes of blobs still to come */
	struct kept_head head;
	struct blob *state;		/* blobs of the small state, by number */
	size_t state_count, state_capacity;
};

static enum rc
damaged(const struct reading *x, struct err *e)
{
	return rc_fail(e, RC_REFUSED, "%s: expected what an earlier replay kept, found something else "
		       "or a damaged file: remove it, and everything is replayed", x->path);
}

/* Length, first line and sum of the whole file; then back to the first blob. */
static enum rc
check_sum(struct reading *x, struct err *e)
{
	struct hasher *h = hasher_new();
	char *chunk = mem_alloc(1 << 20);
	struct hash sum, found;
	struct stat st;
	bool good = fstat(fileno(x->file), &st) == 0 &&
		(uint64_t)st.st_size >= sizeof(magic) - 1 + sizeof(sum);
	uint64_t left = good ? (uint64_t)st.st_size - sizeof(sum) : 0;

	x->left = good ? left - (sizeof(magic) - 1) : 0;
	for (bool first = true; good && left > 0; first = false) {
		size_t want = left < 1 << 20 ? (size_t)left : 1 << 20;

		good = fread(chunk, 1, want, x->file) == want &&
			(!first || memcmp(chunk, magic, sizeof(magic) - 1) == 0);
		hasher_add(h, chunk, good ? want : 0);
		left -= want;
	}
	good = good && fread(&found, 1, sizeof(found), x->file) == sizeof(found);
	sum = hasher_end(h);
	good = good && hash_equal(sum, found) &&
		fseek(x->file, sizeof(magic) - 1, SEEK_SET) == 0;
	hasher_free(h);
	free(chunk);
	return good ? RC_OK : damaged(x, e);
}

static bool
get(struct reading *x, void *ret, size_t size)
{
	if (size > x->left || fread(ret, 1, size, x->file) != size)
		return false;
	x->left -= size;
	return true;
}

static bool
get_buf(struct reading *x, uint64_t size, struct buf *ret)
{
	if (size > x->left)
		return false;
	ret->data = mem_alloc((size_t)size + 1);
	ret->size = ret->capacity = (size_t)size;
	return get(x, ret->data, (size_t)size);
}

static bool
get_state(struct reading *x, const struct blob_label *label)
{
	struct blob *b;

	x->state = mem_room(x->state, x->state_count, &x->state_capacity, sizeof(*x->state));
	b = &x->state[x->state_count++];
	*b = (struct blob){ .number = label->number };
	if (x->state_count > 1 && b->number <= b[-1].number)
		return false;
	return get_buf(x, label->size, &b->bytes);
}

static bool
get_blob(struct reading *x, struct replay_state *w, const struct blob_label *label)
{
	struct buf b = { 0 };
	bool good;

	if (label->kind == BLOB_TREE)
		return label->number < TREE_LEVELS &&
			label->size == (x->head.size >> (8 * label->number)) * sizeof(struct hash) &&
			label->size <= x->left &&
			get(x, replay_tree_room(&w->tree, (unsigned)label->number,
						(size_t)label->size / sizeof(struct hash)),
			    (size_t)label->size);
	if (label->kind == BLOB_STATE)
		return get_state(x, label);
	if (label->kind != BLOB_INDEX || label->number >= INDEX_PARTS)
		return false;
	good = get_buf(x, label->size, &b) &&
		index_part_load(w->index, (unsigned)label->number, b.data, b.size, x->head.size);
	buf_free(&b);
	return good;
}

static enum rc
get_head(struct reading *x, struct err *e)
{
	struct blob_label label;

	if (!get(x, &label, sizeof(label)) || label.kind != BLOB_HEAD ||
	    label.size != sizeof(x->head) || !get(x, &x->head, sizeof(x->head)) ||
	    x->head.origin[ORIGIN_MAX] != '\0' || x->head.size == 0 ||
	    x->head.size > (UINT64_C(1) << 40))
		return damaged(x, e);
	return RC_OK;
}

/* ---- does it belong? ---- */

static enum rc
cut_off(struct replay_run *r, const struct kept_head *h)
{
	char root[HASH_HEX], expected[160];
	enum rc rc;

	hash_format(h->root, root);
	(void)snprintf(expected, sizeof(expected), "the %" PRIu64 " entries with root %s that were "
		       "verified before, and what follows them", h->size, root);
	rc = replay_find(r, FINDING_HISTORY, "size", expected, "%" PRIu64 " entries: the end was cut "
			 "off", r->world->source->size);
	replay_last_finding(r)->has_seq = false;
	return rc;
}

enum rc
replay_rewritten(struct replay_run *r)
{
	const struct replay_state *w = r->world;
	char expected[HASH_HEX], found[HASH_HEX];

	hash_format(w->rewritten.was, expected);
	hash_format(w->rewritten.is, found);
	r->seq = w->rewritten.seq;
	if (w->rewritten.event)
		return replay_find(r, FINDING_DIGEST, "/event", expected, "%s", found);
	return replay_find(r, FINDING_HISTORY, "leaf", expected, "%s", found);
}

/* The ledger's own name, and no fewer entries than before. */
static enum rc
check_belongs(struct replay_run *r, const struct reading *x, struct err *e)
{
	const struct buf *head = &r->world->source->head;
	const char *lf = head->size == 0 ? NULL : memchr(head->data, '\n', head->size);
	size_t length = lf == NULL ? 0 : (size_t)(lf - head->data);

	if (strlen(x->head.origin) != length || memcmp(head->data, x->head.origin, length) != 0)
		return rc_fail(e, RC_REFUSED, "%s: expected what was verified of %.*s, found what was "
			       "of %s: name a file of its own for each ledger", x->path, (int)length,
			       head->data == NULL ? "" : head->data, x->head.origin);
	return r->world->source->size >= x->head.size ? RC_OK : cut_off(r, &x->head);
}

/* ---- taking it in ---- */

static enum rc
state_blob(void *arg, uint64_t number, struct buf *ret, struct err *e)
{
	const struct reading *x = arg;
	size_t low = 0, high = x->state_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (x->state[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == x->state_count || x->state[low].number != number)
		return damaged(x, e);
	buf_add(ret, x->state[low].bytes.data, x->state[low].bytes.size);
	return RC_OK;
}

/* Keys from the events that the small state comes from. */
static enum rc
load_ring(struct replay_run *r, struct err *e)
{
	struct state *st = r->world->state;
	struct buf bytes = { 0 };
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < st->small_count; i++) {
		uint64_t behind = state_size_behind(st, state_submission_of(st, st->small[i]));
		size_t known = r->ring.count;

		buf_clear(&bytes);
		rc = st->source.fetch(st->source.arg, st->small[i], NULL, &bytes, NULL, e);
		if (rc == RC_OK)
			rc = key_ring_event(&r->ring, bytes.data, bytes.size, st->small[i], e);
		for (; known < r->ring.count; known++)
			r->ring.keys[known].covered = behind == SEQ_NEVER ? r->world->resumed :
				behind;
	}
	buf_free(&bytes);
	return rc;
}

static enum rc
skip_row(void *arg, const struct replay_row *row, struct err *e)
{
	(void)arg;
	(void)row;
	(void)e;
	return RC_OK;
}

static enum rc
take_in(struct replay_run *r, struct reading *x, struct err *e)
{
	struct replay_state *w = r->world;
	const struct kept_head *h = &x->head;
	struct hash root;
	enum rc rc = replay_tree_resume(&w->tree, h->size, &root, e);

	if (rc == RC_OK && !hash_equal(root, h->root))
		rc = damaged(x, e);
	w->resumed = h->size;
	if (rc == RC_OK)
		rc = w->source->scan(w->source, h->size, h->size, skip_row, NULL, e);
	if (rc == RC_OK)
		rc = state_load(w->state, state_blob, x, h->size, h->root, h->size, e);
	if (rc == RC_NOT_FOUND)
		rc = damaged(x, e);
	if (rc == RC_OK)
		rc = load_ring(r, e);
	r->last = h->last;
	r->at = h->at;
	r->report->resumed = h->size;
	r->report->submissions = h->submissions;
	r->report->events = h->events;
	r->report->shown_lines = h->shown_lines;
	return rc;
}

enum rc
replay_keep_load(struct replay_run *r, struct err *e)
{
	struct reading x = { .path = r->args->keep, .file = fopen(r->args->keep, "rbe") };
	struct blob_label label;
	enum rc rc;

	if (x.file == NULL && errno == ENOENT)
		return RC_OK;
	if (x.file == NULL)
		return rc_fail(e, RC_SYSTEM, "%s: %s", x.path, strerror(errno));
	rc = check_sum(&x, e);
	if (rc == RC_OK)
		rc = get_head(&x, e);
	if (rc == RC_OK)
		rc = check_belongs(r, &x, e);
	while (rc == RC_OK && x.left > 0)
		if (!get(&x, &label, sizeof(label)) || !get_blob(&x, r->world, &label))
			rc = damaged(&x, e);
	(void)fclose(x.file);
	if (rc == RC_OK)
		rc = take_in(r, &x, e);
	for (size_t i = 0; i < x.state_count; i++)
		buf_free(&x.state[i].bytes);
	free(x.state);
	return rc;
}

/* ---- what is fetched of the first part ---- */

static enum rc
rewrite(struct replay_state *w, uint64_t seq, bool event, struct hash was, struct hash is,
	struct err *e)
{
	w->rewritten.found = true;
	w->rewritten.event = event;
	w->rewritten.seq = seq;
	w->rewritten.was = was;
	w->rewritten.is = is;
	return rc_fail(e, RC_INTEGRITY, "entry %" PRIu64 " is not the one that was verified before",
		       seq);
}

enum rc
replay_kept_check(struct replay_state *w, uint64_t seq, const struct buf *entry,
		  const struct buf *event, bool missing, struct err *e)
{
	struct hash leaf = hash_leaf(entry->data, entry->size), digest;
	struct entry x;

	if (!hash_equal(leaf, w->tree.nodes[0][seq]))
		return rewrite(w, seq, false, w->tree.nodes[0][seq], leaf, e);
	if (event == NULL || missing || entry_parse(entry->data, entry->size, &x, e) != RC_OK ||
	    x.kind != ENTRY_EVENT)
		return RC_OK;
	digest = hash_leaf(event->data, event->size);
	return hash_equal(digest, x.event) ? RC_OK : rewrite(w, seq, true, x.event, digest, e);
}
