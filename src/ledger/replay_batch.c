/* replay_batch.c - reads rows of a history ahead. Two batches: one is filled and prepared while the
 * other is evaluated, so that memory is bounded whatever the ledger's length.
 */
#include "replay_batch.h"

#include "arena.h"
#include "finding.h"
#include "scan.h"
#include "verify_pool.h"

#include <string.h>
#include <stdlib.h>

enum { ROWS = 1024, BYTES = 1 << 20, EACH = 8, CHUNKS = ROWS / EACH };
enum { ROWS_AT_FIRST = 32 };
enum { AHEAD = 6 };	/* rows: what is looked up for one is on its way while these are judged */

struct batch {
	struct replay_item items[ROWS];
	size_t entries[ROWS], events[ROWS];	/* where their bytes begin */
	size_t count;
	struct buf bytes;
	struct arena *arenas[CHUNKS];
	char sender[PARTY_TEXT];	/* of the submission that it begins in */
	struct verifier_key *keys;	/* the ring's, as far as it was known */
	size_t key_count;
	bool full;			/* events are read, not only hashed */
};

struct replay_pipe {
	struct replay_run *run;
	size_t rows;			/* of the batch that is filled: few at first, see turn() */
	struct verify_pool *pool;
	struct batch *filling, *prepared;
	bool pending;			/* `prepared` has been started */
	bool failed;
};

/* ---- what needs no order: on any thread ---- */

static void
prepare_submission(const struct batch *b, struct replay_item *it, struct arena *arena,
		   struct err *e)
{
	struct submission *s = arena_alloc(arena, sizeof(*s));

	if (submission_parse(it->entry.submission, it->entry.submission_size, s, e) != RC_OK) {
		it->wrong = arena_string(arena, e->text, strlen(e->text));
		return;
	}
	it->submission = s;
	for (size_t i = 0; i < b->key_count; i++) {
		if (b->keys[i].id != s->key_id || strcmp(b->keys[i].name, s->party) != 0)
			continue;
		it->key = i;
		it->signature = submission_verify(s, &b->keys[i]) ? CHECKED_GOOD : CHECKED_BAD;
		return;
	}
}

static void
prepare_event(struct replay_item *it, struct arena *arena, struct err *e)
{
	struct findings f = { .arena = arena };
	char sender[PARTY_TEXT];

	if (event_read(it->row.event, it->row.event_size, arena, 0, &f, &it->event, e) == RC_OK) {
		it->is_event = true;
		it->event.digest = it->digest;
		memcpy(sender, it->sender, it->sender_length);
		sender[it->sender_length] = '\0';
		if (it->sender_length > 0)
			it->event.natural = event_natural(&it->event, sender);
		return;
	}
	it->pointer = f.count > 0 && f.items[0].pointer != NULL ? f.items[0].pointer : "";
	it->wrong = f.count > 0 ? f.items[0].text : arena_string(arena, e->text, strlen(e->text));
}

static void
prepare_item(const struct batch *b, struct replay_item *it, struct arena *arena)
{
	const struct replay_row *row = &it->row;
	struct err e;

	it->leaf = hash_leaf(row->entry, row->entry_size);
	if (entry_parse(row->entry, row->entry_size, &it->entry, &e) != RC_OK) {
		it->wrong = arena_string(arena, e.text, strlen(e.text));
		return;
	}
	it->is_entry = true;
	if (it->entry.kind == ENTRY_SUBMISSION) {
		prepare_submission(b, it, arena, &e);
	} else if (row->event != NULL) {
		it->digest = hash_leaf(row->event, row->event_size);
		if (b->full)
			prepare_event(it, arena, &e);
	}
}

static void
prepare(void *arg, size_t chunk)
{
	struct batch *b = arg;
	size_t end = (chunk + 1) * EACH < b->count ? (chunk + 1) * EACH : b->count;

	if (b->arenas[chunk] == NULL)
		b->arenas[chunk] = arena_new();
	arena_reset(b->arenas[chunk]);
	for (size_t i = chunk * EACH; i < end; i++)
		prepare_item(b, &b->items[i], b->arenas[chunk]);
}

/* ---- the batches ---- */

static struct batch *
batch_new(bool full)
{
	struct batch *b = mem_alloc(sizeof(*b));

	b->count = b->key_count = 0;
	b->bytes = (struct buf){ 0 };
	memset(b->arenas, 0, sizeof(b->arenas));
	b->keys = NULL;
	b->full = full;
	return b;
}

static void
batch_free(struct batch *b)
{
	for (size_t i = 0; i < CHUNKS; i++)
		arena_free(b->arenas[i]);
	buf_free(&b->bytes);
	free(b->keys);
	free(b);
}

static void
batch_add(struct batch *b, const struct replay_row *row)
{
	size_t i = b->count++;

	b->items[i] = (struct replay_item){ .row = *row };
	b->entries[i] = b->bytes.size;
	buf_add(&b->bytes, row->entry, row->entry_size);
	b->events[i] = b->bytes.size;
	if (row->event != NULL)
		buf_add(&b->bytes, row->event, row->event_size);
}

/* Who sent the submission of this entry, for what comes before that is read: a guess. */
static void
peek_sender(const struct replay_row *row, const char **sender, size_t *length)
{
	static const char head[] = "{\"at\":\"YYYY-MM-DDThh:mm:ssZ\",\"prev\":\"\",\"seq\":";
	const size_t fixed = sizeof(head) - 1 + HASH_HEX - 1;
	struct scan s = { row->entry, row->entry, row->entry + row->entry_size };
	uint64_t number;

	*length = 0;
	if (row->entry_size < fixed)
		return;
	s.at += fixed;
	if (!scan_integer(&s, &number) || !SCAN_TEXT(&s, ",\"submission\":{\"count\":") ||
	    !scan_integer(&s, &number) || !SCAN_TEXT(&s, ",\"key\":\"") ||
	    !scan_string(&s, PARTY_TEXT + 8, sender, length) || *length < 10)
		*length = 0;
	else
		*length -= 9;		/* "+" and the key's number */
}

/* Nothing is added any more: the bytes stay where they are. Keys are only ever added to a ring. */
static void
batch_seal(struct batch *b, const struct batch *before, const struct key_ring *ring)
{
	const struct replay_item *last = before == NULL || before->count == 0 ? NULL :
		&before->items[before->count - 1];

	const char *sender = b->sender;
	size_t length = last == NULL ? 0 : last->sender_length;

	if (length > 0)
		memcpy(b->sender, last->sender, length);
	for (size_t i = 0; i < b->count; i++) {
		struct replay_item *it = &b->items[i];
		struct replay_row *row = &it->row;

		row->entry = b->bytes.data + b->entries[i];
		if (row->event != NULL)
			row->event = b->bytes.data + b->events[i];
		if (row->presence == EVENT_NOT)
			peek_sender(row, &sender, &length);
		it->sender = sender;
		it->sender_length = length;
	}
	if (ring->count > b->key_count)
		b->keys = mem_grow(b->keys, ring->count, sizeof(*b->keys));
	for (; b->key_count < ring->count; b->key_count++)
		b->keys[b->key_count] = ring->keys[b->key_count].key;
}

/* ---- the pipe ---- */

struct replay_pipe *
replay_pipe_new(struct replay_run *r, unsigned threads)
{
	struct replay_pipe *p = mem_alloc(sizeof(*p));

	if (threads == 0)
		threads = verify_pool_cores();
	*p = (struct replay_pipe){ .run = r, .rows = ROWS_AT_FIRST,
				   .pool = verify_pool_new(threads - 1),
				   .filling = batch_new(r->args->full),
				   .prepared = batch_new(r->args->full) };
	return p;
}

void
replay_pipe_free(struct replay_pipe *p)
{
	if (p == NULL)
		return;
	verify_pool_free(p->pool);
	batch_free(p->filling);
	batch_free(p->prepared);
	free(p);
}

static void
expect(const struct replay_state *w, const struct event *event)
{
	state_expect(w->state, event);
	engines_expect(&w->engines, event);
}

static enum rc
evaluate(struct replay_pipe *p, struct batch *b, struct err *e)
{
	const struct replay_args *args = p->run->args;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < b->count; i++) {
		const struct replay_item *next = i + 1 < b->count ? &b->items[i + 1] : NULL;

		if (i + AHEAD < b->count && b->items[i + AHEAD].is_event)
			expect(p->run->world, &b->items[i + AHEAD].event);
		rc = replay_row(p->run, &b->items[i], next, e);
	}
	p->failed = rc != RC_OK;
	if (rc == RC_OK && args->progress != NULL && b->count > 0)
		args->progress(args->progress_arg, b->items[b->count - 1].row.line + 1,
			       p->run->world->source->size);
	b->count = 0;
	buf_clear(&b->bytes);
	return rc;
}

/* What was filled is prepared from now on; what is prepared is evaluated meanwhile. Signatures are
 * checked ahead only under keys that were evaluated by then: the first batches, which register
 * the ledger's keys, are small. */
static enum rc
turn(struct replay_pipe *p, struct err *e)
{
	struct batch *ready = p->pending ? p->prepared : NULL, *fresh = p->filling;

	verify_pool_wait(p->pool);
	p->filling = p->prepared;
	p->prepared = fresh;
	p->pending = fresh->count > 0;
	p->rows = p->rows < ROWS / 2 ? 2 * p->rows : ROWS;
	if (p->pending) {
		batch_seal(fresh, ready, &p->run->ring);
		verify_pool_start(p->pool, prepare, fresh, (fresh->count + EACH - 1) / EACH);
	}
	return ready == NULL ? RC_OK : evaluate(p, ready, e);
}

enum rc
replay_pipe_feed(void *pipe, const struct replay_row *row, struct err *e)
{
	struct replay_pipe *p = pipe;

	batch_add(p->filling, row);
	if (p->filling->count < p->rows && p->filling->bytes.size < BYTES)
		return RC_OK;
	return turn(p, e);
}

enum rc
replay_pipe_drain(struct replay_pipe *p, struct err *e)
{
	enum rc rc = RC_OK;

	while (rc == RC_OK && !p->failed && (p->pending || p->filling->count > 0))
		rc = turn(p, e);
	return rc;
}
