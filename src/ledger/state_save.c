/* state_save.c - the small state kept between processes: a cache, made again from the record.
 *
 * Blob 0 is the head: sizes, hashes, frontier, statements in hand. Then, in chunks, the row of
 * submissions and the row of events that the small state comes from; loading applies those
 * events again by the same functions that append uses. Each blob ends in its own SHA-256: a page
 * that the disk has damaged is no cache, and what is not a cache is made again.
 */
#include "state_priv.h"

#include "arena.h"
#include "buf.h"
#include "entry.h"
#include "index.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 512, VERSION = 2, CHECK = 32 };
#define SUBMISSIONS_AT (UINT64_C(1) << 40)
#define SMALL_AT (UINT64_C(2) << 40)

static void
put64(struct buf *b, uint64_t value)
{
	unsigned char bytes[8];

	for (size_t i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(value >> (8 * i));
	buf_add(b, bytes, 8);
}

struct reader {
	const unsigned char *at, *end;
	bool good;
};

static uint64_t
get64(struct reader *r)
{
	uint64_t value = 0;

	if (r->end - r->at < 8) {
		r->good = false;
		return 0;
	}
	for (size_t i = 8; i > 0; i--)
		value = value << 8 | r->at[i - 1];
	r->at += 8;
	return value;
}

static void
get_hash(struct reader *r, struct hash *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (r->end - r->at < 32) {
		r->good = false;
		return;
	}
	memcpy(ret->bytes, r->at, 32);
	r->at += 32;
}

/* ---- saving ---- */

static enum rc
put_checked(state_put_fn *put, void *arg, uint64_t number, struct buf *b, struct err *e)
{
	struct hash check = hash_bytes(b->data, b->size);

	buf_add(b, check.bytes, CHECK);
	return put(arg, number, b->data, b->size, e);
}

static void
write_head(const struct state *st, struct buf *b)
{
	put64(b, VERSION);
	put64(b, st->frontier.size);
	buf_add(b, st->last.bytes, 32);
	put64(b, (uint64_t)st->at);
	for (size_t i = 0; i < (size_t)__builtin_popcountll(st->frontier.size); i++)
		buf_add(b, st->frontier.roots[i].bytes, 32);
	put64(b, st->submission_count);
	put64(b, st->small_count);
	put64(b, st->blind);
	put64(b, st->contract_count);
	for (size_t i = 0; i < st->contract_count; i++) {
		const struct contract_state *k = st->contracts[i];

		put64(b, k->open.first);
		put64(b, k->open.number);
		put64(b, k->open.lines);
		put64(b, k->open.basis);
	}
}

static enum rc
save_submissions(const struct state *st, size_t from, state_put_fn *put, void *arg, struct err *e)
{
	struct buf b = { 0 };
	enum rc rc = RC_OK;

	for (size_t chunk = from / CHUNK; rc == RC_OK && chunk * CHUNK < st->submission_count;
	     chunk++) {
		size_t end = (chunk + 1) * CHUNK;

		buf_clear(&b);
		for (size_t i = chunk * CHUNK; i < end && i < st->submission_count; i++) {
			put64(&b, st->submissions[i].seq);
			put64(&b, st->submissions[i].party);
		}
		rc = put_checked(put, arg, SUBMISSIONS_AT + chunk, &b, e);
	}
	buf_free(&b);
	return rc;
}

static enum rc
save_small(const struct state *st, size_t from, state_put_fn *put, void *arg, struct err *e)
{
	struct buf b = { 0 };
	enum rc rc = RC_OK;

	for (size_t chunk = from / CHUNK; rc == RC_OK && chunk * CHUNK < st->small_count; chunk++) {
		size_t end = (chunk + 1) * CHUNK;

		buf_clear(&b);
		for (size_t i = chunk * CHUNK; i < end && i < st->small_count; i++)
			put64(&b, st->small[i]);
		rc = put_checked(put, arg, SMALL_AT + chunk, &b, e);
	}
	buf_free(&b);
	return rc;
}

enum rc
state_save(const struct state *st, size_t *saved_submissions, size_t *saved_small,
	   state_put_fn *put, void *arg, struct err *e)
{
	struct buf b = { 0 };
	enum rc rc;

	write_head(st, &b);
	rc = put_checked(put, arg, 0, &b, e);
	buf_free(&b);
	if (rc == RC_OK && st->submission_count > *saved_submissions)
		rc = save_submissions(st, *saved_submissions, put, arg, e);
	if (rc == RC_OK && st->small_count > *saved_small)
		rc = save_small(st, *saved_small, put, arg, e);
	if (rc != RC_OK)
		return rc;
	*saved_submissions = st->submission_count;
	*saved_small = st->small_count;
	return RC_OK;
}

/* ---- loading ---- */

struct head {
	size_t submissions, small, contracts;
	struct buf open;	/* of each contract: four numbers */
};

static enum rc
stale(struct err *e)
{
	return rc_fail(e, RC_NOT_FOUND, "the ledger's caches are not of its head");
}

/* The blob without its check; stale where that is not its own. */
static enum rc
get_checked(state_get_fn *get, void *arg, uint64_t number, struct buf *ret, struct err *e)
{
	struct hash check;
	enum rc rc;

	buf_clear(ret);
	rc = get(arg, number, ret, e);
	if (rc != RC_OK)
		return rc;
	if (ret->size < CHECK)
		return stale(e);
	ret->size -= CHECK;
	check = hash_bytes(ret->data, ret->size);
	return memcmp(ret->data + ret->size, check.bytes, CHECK) == 0 ? RC_OK : stale(e);
}

static enum rc
read_head(struct state *st, state_get_fn *get, void *arg, uint64_t size, struct hash root,
	  struct head *ret, struct err *e)
{
	struct buf b = { 0 };
	struct reader r;
	enum rc rc = get_checked(get, arg, 0, &b, e);

	if (rc != RC_OK) {
		buf_free(&b);
		return rc;
	}
	r = (struct reader){ (unsigned char *)b.data, (unsigned char *)b.data + b.size, true };
	if (get64(&r) != VERSION || get64(&r) != size) {
		buf_free(&b);
		return stale(e);
	}
	st->frontier.size = size;
	get_hash(&r, &st->last);
	st->at = (int64_t)get64(&r);
	for (size_t i = 0; i < (size_t)__builtin_popcountll(size); i++)
		get_hash(&r, &st->frontier.roots[i]);
	ret->submissions = (size_t)get64(&r);
	ret->small = (size_t)get64(&r);
	st->blind = get64(&r);
	ret->contracts = (size_t)get64(&r);
	if (!r.good || ret->submissions > size || ret->small > size ||
	    (size_t)(r.end - r.at) != ret->contracts * 32 ||
	    !hash_equal(merkle_root(&st->frontier), root))
		rc = stale(e);
	else
		buf_add(&ret->open, r.at, (size_t)(r.end - r.at));
	buf_free(&b);
	return rc;
}

static enum rc
load_submissions(struct state *st, state_get_fn *get, void *arg, size_t count, struct err *e)
{
	struct buf b = { 0 };
	enum rc rc = RC_OK;

	for (size_t chunk = 0; rc == RC_OK && st->submission_count < count; chunk++) {
		struct reader r;

		rc = get_checked(get, arg, SUBMISSIONS_AT + chunk, &b, e);
		if (rc != RC_OK)
			break;
		r = (struct reader){ (unsigned char *)b.data, (unsigned char *)b.data + b.size, true };
		if (r.end - r.at < 16)
			rc = stale(e);
		while (r.end - r.at >= 16 && st->submission_count < count) {
			struct submission_row row;

			row.seq = get64(&r);
			row.party = (uint32_t)get64(&r);
			st->submissions = mem_room(st->submissions, st->submission_count,
						   &st->submission_capacity,
						   sizeof(*st->submissions));
			st->submissions[st->submission_count++] = row;
		}
	}
	buf_free(&b);
	return rc;
}

static enum rc
load_small(struct state *st, state_get_fn *get, void *arg, size_t count, struct err *e)
{
	struct buf b = { 0 };
	enum rc rc = RC_OK;

	for (size_t chunk = 0; rc == RC_OK && st->small_count < count; chunk++) {
		struct reader r;

		rc = get_checked(get, arg, SMALL_AT + chunk, &b, e);
		if (rc != RC_OK)
			break;
		r = (struct reader){ (unsigned char *)b.data, (unsigned char *)b.data + b.size, true };
		if (r.end - r.at < 8)
			rc = stale(e);
		while (r.end - r.at >= 8 && st->small_count < count) {
			st->small = mem_room(st->small, st->small_count, &st->small_capacity,
					     sizeof(*st->small));
			st->small[st->small_count++] = get64(&r);
		}
	}
	buf_free(&b);
	return rc;
}

/* Reads event entry `seq` into a step; `arena` keeps it. */
static enum rc
read_step(struct state *st, uint64_t seq, struct arena *arena, struct event *event,
	  struct step *ret, struct err *e)
{
	struct buf entry = { 0 }, bytes = { 0 };
	struct entry x;
	enum rc rc;

	*ret = (struct step){ .seq = seq };
	rc = st->source.fetch(st->source.arg, seq, &entry, &bytes, &ret->missing, e);
	if (rc == RC_OK)
		rc = entry_parse(entry.data, entry.size, &x, e);
	if (rc == RC_OK && x.kind == ENTRY_EVENT && !ret->missing) {
		rc = event_parse(bytes.data, bytes.size, arena, 0, NULL, event, e);
		ret->event = event;
	}
	if (rc == RC_OK) {
		ret->at = x.at;
		ret->digest = x.event;
		ret->leaf = hash_leaf(entry.data, entry.size);
	}
	buf_free(&entry);
	buf_free(&bytes);
	return rc;
}

/* The key under which an event was sent, where what it leaves hangs on that. */
static enum rc
find_key(struct state *st, const struct step *x, struct err *e)
{
	uint64_t seq = state_submission_of(st, x->seq);
	struct buf bytes = { 0 };
	struct submission s;
	struct entry entry;
	bool missing;
	enum rc rc;

	st->current_key = NULL;
	if (x->event->type != EVENT_KEY_REGISTERED || seq == SEQ_NEVER)
		return RC_OK;
	rc = st->source.fetch(st->source.arg, seq, &bytes, NULL, &missing, e);
	if (rc == RC_OK)
		rc = entry_parse(bytes.data, bytes.size, &entry, e);
	if (rc == RC_OK && entry.kind == ENTRY_SUBMISSION) {
		rc = submission_parse(entry.submission, entry.submission_size, &s, e);
		if (rc == RC_OK)
			st->current_key = key_find(st, s.party, s.key_id);
	}
	buf_free(&bytes);
	return rc;
}

/* Applies the events that leave something in the small state, those of one kind. */
static enum rc
apply_small(struct state *st, unsigned late, struct err *e)
{
	struct arena *arena = arena_new();
	struct event event;
	struct step x;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < st->small_count; i++) {
		uint32_t party = party_of_entry(st, st->small[i]);
		const struct rule *rule;

		arena_reset(arena);
		rc = read_step(st, st->small[i], arena, &event, &x, e);
		if (rc != RC_OK || x.event == NULL)
			continue;
		rule = rule_of(x.event->type);
		if ((rule->flags & RULE_LATE) != late || rule->apply == NULL)
			continue;
		rc = find_key(st, &x, e);
		if (rc != RC_OK)
			break;
		arena_free(st->scratch.arena);
		memset(&st->scratch, 0, sizeof(st->scratch));
		st->scratch.seq = SEQ_NEVER;
		rule->apply(st, &x, party < st->party_count ? st->parties[party] : NULL);
	}
	st->current_key = NULL;
	arena_free(arena);
	return rc;
}

static enum rc
not_as_recorded(uint64_t seq, struct err *e)
{
	return rc_fail(e, RC_INTEGRITY, "entry %" PRIu64 " is not what it was when recorded: run "
		       "verify", seq);
}

/* Adds to the index what its runs do not hold yet. */
static enum rc
index_tail(struct state *st, uint64_t from, uint64_t size, struct err *e)
{
	struct arena *arena = arena_new();
	struct buf bytes = { 0 };
	struct event event;
	struct submission s;
	struct entry x;
	struct step step;
	struct record r;
	enum rc rc = RC_OK;

	for (uint64_t seq = from; rc == RC_OK && seq < size; seq++) {
		arena_reset(arena);
		if (state_submission_of(st, seq) == seq) {
			buf_clear(&bytes);
			rc = st->source.fetch(st->source.arg, seq, &bytes, NULL, NULL, e);
			if (rc == RC_OK)
				rc = entry_parse(bytes.data, bytes.size, &x, e);
			if (rc == RC_OK && x.kind != ENTRY_SUBMISSION)
				rc = not_as_recorded(seq, e);
			if (rc == RC_OK)
				rc = submission_parse(x.submission, x.submission_size, &s, e);
			if (rc == RC_OK)
				index_add(st->index, key_of_submission(s.party, s.id), seq);
			continue;
		}
		rc = read_step(st, seq, arena, &event, &step, e);
		if (rc == RC_OK && step.event == NULL && !step.missing)
			rc = not_as_recorded(seq, e);
		if (rc == RC_OK)
			rc = record_make(st, &step, party_of_entry(st, seq), &r, e);
		if (rc == RC_OK)
			record_index(st, &r);
	}
	buf_free(&bytes);
	arena_free(arena);
	return rc;
}

static void
load_open(struct state *st, const struct buf *open)
{
	struct reader r = { (const unsigned char *)open->data,
			    (const unsigned char *)open->data + open->size, true };

	for (size_t i = 0; i < st->contract_count && r.end - r.at >= 32; i++) {
		struct contract_state *k = st->contracts[i];

		k->open.first = get64(&r);
		k->open.number = (uint32_t)get64(&r);
		k->open.lines = (uint32_t)get64(&r);
		k->open.basis = get64(&r) != 0;
	}
}

enum rc
state_load(struct state *st, state_get_fn *get, void *arg, uint64_t size, struct hash root,
	   uint64_t from_index, struct err *e)
{
	struct head head = { 0 };
	enum rc rc = read_head(st, get, arg, size, root, &head, e);

	if (rc == RC_OK)
		rc = load_submissions(st, get, arg, head.submissions, e);
	if (rc == RC_OK)
		rc = load_small(st, get, arg, head.small, e);
	if (rc == RC_OK)
		rc = apply_small(st, 0, e);
	if (rc == RC_OK && st->contract_count != head.contracts)
		rc = stale(e);
	if (rc == RC_OK)
		rc = index_tail(st, from_index, size, e);
	if (rc == RC_OK)
		rc = apply_small(st, RULE_LATE, e);
	if (rc == RC_OK)
		load_open(st, &head.open);
	buf_free(&head.open);
	return rc;
}
