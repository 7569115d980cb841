/* replay_kept.c - goes on from what an earlier replay verified and kept: see replay_kept.h.
 *
 * What cannot be gone on with is replayed from the first entry; its leaves are held against the
 * entries then too, so that no other history takes the place of the one that was verified. */
#include "replay_kept.h"

#include "arena.h"
#include "index.h"
#include "parts.h"
#include "settle.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct blob {
	uint64_t number;
	struct buf bytes;
};

struct reading {
	const char *path;
	FILE *file;
	uint64_t left;			/* bytes of blobs still to come */
	struct kept_head head;
	struct buf source;
	struct blob *state;		/* blobs of the small state, by number */
	size_t state_count, state_capacity;
	struct buf statements;
	struct kept_label engine;	/* the label of an engine's first blob was read */
	uint64_t part_next;		/* the number of the engine's next part */
};

static enum rc
damaged(const struct reading *x, struct err *e)
{
	return rc_fail(e, RC_REFUSED, "%s: expected what an earlier replay kept, found something else "
		       "or a damaged file: remove it, and everything is replayed", x->path);
}

/* ---- bytes ---- */

/* Length and sum of the whole file; then back to behind its first line. RC_NO where that line is
 * of another version. */
static enum rc
check_sum(struct reading *x, struct err *e)
{
	struct hasher *h = hasher_new();
	char *chunk = mem_alloc(KEPT_CHUNK), first[sizeof(KEPT_MAGIC)] = "";
	struct hash sum, found;
	struct stat st;
	bool good = fstat(fileno(x->file), &st) == 0 &&
		(uint64_t)st.st_size >= sizeof(KEPT_MAGIC) - 1 + sizeof(sum);
	uint64_t left = good ? (uint64_t)st.st_size - sizeof(sum) : 0;

	x->left = good ? left - (sizeof(KEPT_MAGIC) - 1) : 0;
	while (good && left > 0) {
		size_t want = left < KEPT_CHUNK ? (size_t)left : KEPT_CHUNK;

		good = fread(chunk, 1, want, x->file) == want;
		hasher_add(h, chunk, good ? want : 0);
		if (good && first[0] == '\0')
			memcpy(first, chunk, sizeof(KEPT_MAGIC) - 1);
		left -= want;
	}
	good = good && fread(&found, 1, sizeof(found), x->file) == sizeof(found);
	sum = hasher_end(h);
	good = good && hash_equal(sum, found) &&
		strncmp(first, KEPT_FAMILY, sizeof(KEPT_FAMILY) - 1) == 0 &&
		fseek(x->file, sizeof(KEPT_MAGIC) - 1, SEEK_SET) == 0;
	hasher_free(h);
	free(chunk);
	if (!good)
		return damaged(x, e);
	return strcmp(first, KEPT_MAGIC) == 0 ? RC_OK : rc_fail(e, RC_NO, "of another version");
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
	buf_free(ret);
	ret->data = mem_alloc((size_t)size + 1);
	ret->size = ret->capacity = (size_t)size;
	return get(x, ret->data, (size_t)size);
}

static bool
get_label(struct reading *x, enum kept_blob kind, struct kept_label *ret)
{
	return get(x, ret, sizeof(*ret)) && ret->kind == kind;
}

/* The blob of a kind of which there is one. */
static bool
get_only(struct reading *x, enum kept_blob kind, struct buf *ret)
{
	struct kept_label label;

	return get_label(x, kind, &label) && get_buf(x, label.size, ret);
}

/* ---- what comes first: whose it is, and its tree ---- */

static bool
is_text(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static enum rc
get_head(struct reading *x, struct err *e)
{
	struct kept_head *h = &x->head;
	struct kept_label label;

	if (!get_label(x, KEPT_HEAD, &label) || label.size != sizeof(*h) ||
	    !get(x, h, sizeof(*h)) || !is_text(h->origin, sizeof(h->origin)) ||
	    !is_text(h->party, sizeof(h->party)) || !is_text(h->build, sizeof(h->build)) ||
	    h->size == 0 || h->size > (UINT64_C(1) << 40) || h->simulated > 1 ||
	    h->missing_count > REPLAY_SENDERS_MAX || h->engines > h->size)
		return damaged(x, e);
	for (size_t i = 0; i < REPLAY_SENDERS_MAX; i++)
		if (!is_text(h->missing[i].sender, sizeof(h->missing[i].sender)))
			return damaged(x, e);
	return get_only(x, KEPT_SOURCE, &x->source) ? RC_OK : damaged(x, e);
}

static enum rc
get_tree(struct reading *x, struct replay_tree *t, struct err *e)
{
	struct kept_label label;
	struct hash root;
	enum rc rc;

	for (unsigned level = 0; level < TREE_LEVELS; level++) {
		size_t count = (size_t)(x->head.size >> (8 * level));

		if (!get_label(x, KEPT_TREE, &label) || label.number != level ||
		    label.size != count * sizeof(root) || label.size > x->left ||
		    !get(x, replay_tree_room(t, level, count), count * sizeof(root)))
			return damaged(x, e);
	}
	rc = replay_tree_resume(t, x->head.size, &root, e);
	if (rc == RC_OK && !hash_equal(root, x->head.root))
		rc = damaged(x, e);
	return rc;
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
replay_other_leaf(struct replay_run *r, struct hash was, struct hash is)
{
	char expected[HASH_HEX], found[HASH_HEX];

	hash_format(was, expected);
	hash_format(is, found);
	return replay_find(r, FINDING_HISTORY, "leaf", expected, "%s", found);
}

enum rc
replay_rewritten(struct replay_run *r)
{
	const struct replay_state *w = r->world;
	char expected[HASH_HEX], found[HASH_HEX];

	r->seq = w->rewritten.seq;
	if (!w->rewritten.event)
		return replay_other_leaf(r, w->rewritten.was, w->rewritten.is);
	hash_format(w->rewritten.was, expected);
	hash_format(w->rewritten.is, found);
	return replay_find(r, FINDING_DIGEST, "/event", expected, "%s", found);
}

/* The ledger's own name, and that of whom the bundle was cut for. */
static enum rc
check_belongs(const struct replay_run *r, const struct reading *x, struct err *e)
{
	const struct buf *head = &r->world->source->head;
	const char *lf = head->size == 0 ? NULL : memchr(head->data, '\n', head->size);
	size_t length = lf == NULL ? 0 : (size_t)(lf - head->data);
	const char *party = r->party == NULL ? "" : r->party;

	if (strlen(x->head.origin) != length || memcmp(head->data, x->head.origin, length) != 0)
		return rc_fail(e, RC_REFUSED, "%s: expected what was verified of %.*s, found what was "
			       "of %s: name a file of its own for each ledger", x->path, (int)length,
			       head->data == NULL ? "" : head->data, x->head.origin);
	if (strcmp(x->head.party, party) != 0)
		return rc_fail(e, RC_REFUSED, "%s: expected what was verified of %s%s, found what was "
			       "of %s%s: name a file of its own for each", x->path,
			       r->party == NULL ? "the whole ledger" : "a bundle cut for ", party,
			       x->head.party[0] == '\0' ? "the whole ledger" : "a bundle cut for ",
			       x->head.party);
	return RC_OK;
}

/* ---- the rest ---- */

static bool
get_state(struct reading *x, const struct kept_label *label)
{
	struct blob *b;

	x->state = mem_room(x->state, x->state_count, &x->state_capacity, sizeof(*x->state));
	b = &x->state[x->state_count++];
	*b = (struct blob){ .number = label->number };
	if (x->state_count > 1 && b->number <= b[-1].number)
		return false;
	return get_buf(x, label->size, &b->bytes);
}

/* The blobs of the small state, in order, and those of the index behind them. */
static bool
get_state_and_index(struct reading *x, struct replay_state *w)
{
	struct kept_label label;
	struct buf b = { 0 };
	bool good = get(x, &label, sizeof(label));

	while (good && label.kind == KEPT_STATE)
		good = get_state(x, &label) && get(x, &label, sizeof(label));
	for (unsigned part = 0; good && part < INDEX_PARTS; part++) {
		good = label.kind == KEPT_INDEX && label.number == part &&
			get_buf(x, label.size, &b) &&
			index_part_load(w->index, part, b.data, b.size, x->head.size) &&
			(part + 1 == INDEX_PARTS || get(x, &label, sizeof(label)));
	}
	buf_free(&b);
	return good;
}

static bool
get_rows(struct reading *x, enum kept_blob kind, size_t size, void **ret, size_t *ret_count,
	 size_t *ret_capacity)
{
	struct buf b = { 0 };

	if (!get_only(x, kind, &b) || b.size % size != 0) {
		buf_free(&b);
		return false;
	}
	*ret = b.data;
	*ret_count = b.size / size;
	*ret_capacity = *ret_count;
	return true;
}

static bool
get_gone(struct reading *x, struct replay_run *r)
{
	void *erased = NULL, *named = NULL;
	bool good = get_rows(x, KEPT_ERASED, sizeof(*r->erased), &erased, &r->erased_count,
			     &r->erased_capacity);

	r->erased = erased;
	good = good && get_rows(x, KEPT_NAMED, sizeof(*r->named), &named, &r->named_count,
				&r->named_capacity);
	r->named = named;
	return good;
}

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
		if (rc == RC_OK && bytes.size > 0)
			rc = key_ring_event(&r->ring, bytes.data, bytes.size, st->small[i], e);
		for (; known < r->ring.count; known++)
			r->ring.keys[known].covered = behind == SEQ_NEVER ? r->world->resumed :
				behind;
	}
	buf_free(&bytes);
	return rc;
}

/* ---- engines ---- */

static enum rc
next_part(void *arg, struct buf *part, struct err *e)
{
	struct reading *x = arg;
	struct kept_label label;

	return get_label(x, KEPT_ENGINE, &label) && label.number == x->part_next++ &&
	       label.size <= KEPT_CHUNK && get_buf(x, label.size, part) ? RC_OK : damaged(x, e);
}

static enum rc
full_part(void *arg, struct buf *part, struct err *e)
{
	enum rc rc = next_part(arg, part, e);

	return rc == RC_OK && part->size == 0 ? damaged(arg, e) : rc;
}

static enum rc
get_engine(struct replay_run *r, struct reading *x, struct parts_in *in, struct err *e)
{
	struct replay_state *w = r->world;
	struct kept_engine head;
	struct settle_of of = { .terms = state_terms, .terms_arg = w->state };
	struct settlement *s;
	enum rc rc = next_part(x, &in->part, e);

	if (rc != RC_OK || in->part.size != sizeof(head))
		return rc == RC_OK ? damaged(x, e) : rc;
	memcpy(&head, in->part.data, sizeof(head));
	in->at = in->part.size;
	of.contract = head.contract;
	rc = state_contract(w->state, head.contract) == NULL ? RC_INTEGRITY :
		settle_load(parts_get, in, &of, &s, e);
	if (rc != RC_OK)
		return damaged(x, e);
	engines_put(&w->engines, head.contract, s, head.told);
	if (in->at == in->part.size && in->part.size == KEPT_CHUNK) {
		in->at = 0;
		rc = next_part(x, &in->part, e);	/* what is empty ends it */
	}
	return rc == RC_OK && in->at != in->part.size ? damaged(x, e) : rc;
}

static enum rc
load_engine(struct replay_run *r, struct reading *x, uint64_t number, struct err *e)
{
	struct parts_in in = { .next = full_part, .arg = x };
	enum rc rc;

	x->part_next = number << 32;
	rc = get_engine(r, x, &in, e);
	buf_free(&in.part);
	return rc;
}

/* ---- taking it in ---- */

/* Where the lines of the first part must be passed by to find what follows, they are looked at. */
static enum rc
same_row(void *arg, const struct replay_row *row, struct err *e)
{
	struct buf entry = { (char *)(uintptr_t)row->entry, row->entry_size, 0 };
	struct buf event = { (char *)(uintptr_t)row->event, row->event_size, 0 };

	return replay_kept_check(arg, row->line, &entry, &event, row->event == NULL, e);
}

static void
take_counts(struct replay_run *r, const struct kept_head *h)
{
	struct replay_report *report = r->report;

	r->last = h->last;
	r->at = h->at;
	r->world->state->hidden = h->hidden;
	report->resumed = h->size;
	report->submissions = h->submissions;
	report->events = h->events;
	report->shown_lines = h->shown_lines;
	report->erased = h->erased;
	report->withheld = h->withheld;
	report->missing_count = (size_t)h->missing_count;
	memcpy(report->missing, h->missing, sizeof(report->missing));
}

static enum rc
take_in(struct replay_run *r, struct reading *x, struct err *e)
{
	struct replay_state *w = r->world;
	const struct kept_head *h = &x->head;
	enum rc rc;

	if (!get_state_and_index(x, w) || !get_only(x, KEPT_STATEMENTS, &x->statements) ||
	    !get_gone(x, r))
		return damaged(x, e);
	replay_gone_known(r);
	w->resumed = h->size;
	rc = w->source->placed ? RC_OK :
		w->source->scan(w->source, 0, h->size, same_row, w, e);
	if (rc == RC_OK)
		rc = state_load(w->state, state_blob, x, h->size, h->root, h->size, e);
	if (rc == RC_NOT_FOUND ||
	    (rc == RC_OK && !state_taken_load(w->state, x->statements.data, x->statements.size)))
		rc = damaged(x, e);
	if (rc == RC_OK)
		rc = load_ring(r, e);
	for (uint64_t i = 0; rc == RC_OK && i < h->engines; i++)
		rc = load_engine(r, x, i, e);
	if (rc == RC_OK && x->left > 0)
		rc = damaged(x, e);
	take_counts(r, h);
	return rc;
}

/* Why it cannot be gone on with, or NULL. */
static enum rc
find_reason(struct replay_run *r, struct reading *x, const char **ret, struct err *e)
{
	struct replay_source *s = r->world->source;
	enum rc rc;

	*ret = NULL;
	if (strcmp(x->head.build, settle_build()) != 0) {
		*ret = "what was kept is of another version of this program";
		return s->begin(s, NULL, 0, e);
	}
	rc = s->begin(s, &x->source, x->head.size, e);
	if (rc != RC_NO)
		return rc;
	*ret = "the bundle's first part is written anew, as where events were erased since";
	return s->begin(s, NULL, 0, e);
}

/* What was kept of the tree stays as what the entries are held against. */
static void
begin_anew(struct replay_run *r, const char *why)
{
	struct replay_state *w = r->world;

	w->resumed = w->tree.size;
	w->anew = why;
}

static enum rc
load(struct replay_run *r, struct reading *x, struct err *e)
{
	const char *why;
	enum rc rc = get_head(x, e);

	if (rc == RC_OK)
		rc = get_tree(x, &r->world->tree, e);
	if (rc == RC_OK && r->world->source->size < x->head.size) {
		rc = r->world->source->begin(r->world->source, NULL, 0, e);
		if (rc == RC_OK)
			rc = check_belongs(r, x, e);
		return rc == RC_OK ? cut_off(r, &x->head) : rc;
	}
	if (rc == RC_OK)
		rc = find_reason(r, x, &why, e);
	if (rc == RC_OK)
		rc = check_belongs(r, x, e);
	if (rc != RC_OK)
		return rc;
	if (why == NULL && r->world->source->damage_count > 0)
		why = "a file is not the one that the manifest names";
	if (why == NULL && r->world->state == NULL)
		why = "without the event that opens the ledger no rule is replayed";
	if (why == NULL)
		return take_in(r, x, e);
	begin_anew(r, why);
	return RC_OK;
}

enum rc
replay_keep_load(struct replay_run *r, struct err *e)
{
	struct replay_source *s = r->world->source;
	struct reading x = { .path = r->args->keep, .file = fopen(r->args->keep, "rbe") };
	enum rc rc;

	if (x.file == NULL && errno == ENOENT)
		return s->begin(s, NULL, 0, e);
	if (x.file == NULL)
		return rc_fail(e, RC_SYSTEM, "%s: %s", x.path, strerror(errno));
	rc = check_sum(&x, e);
	if (rc == RC_NO) {
		r->report->anew = "what was kept is of another version of this program";
		rc = s->begin(s, NULL, 0, e);
	} else if (rc == RC_OK) {
		rc = load(r, &x, e);
	}
	(void)fclose(x.file);
	for (size_t i = 0; i < x.state_count; i++)
		buf_free(&x.state[i].bytes);
	free(x.state);
	buf_free(&x.source);
	buf_free(&x.statements);
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
	if (event == NULL || entry_parse(entry->data, entry->size, &x, e) != RC_OK ||
	    x.kind != ENTRY_EVENT)
		return RC_OK;
	if (missing && !replay_gone_before(w, seq)) {
		w->anew = w->source->open ? "an event that was there before is in no file here" :
			ERASED_SINCE;
		return rc_fail(e, RC_INTEGRITY, "entry %" PRIu64 ": %s", seq, w->anew);
	}
	if (missing)
		return RC_OK;
	digest = hash_leaf(event->data, event->size);
	return hash_equal(digest, x.event) ? RC_OK : rewrite(w, seq, true, x.event, digest, e);
}
