/* index.c - finding by key: the table in memory, loading it from the runs. See index_priv.h. */
#include "index.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "index_priv.h"
#include "store.h"

#define ROOM_MIN 16

uint64_t
index_big_endian(const unsigned char *bytes, size_t size)
{
	uint64_t v = 0;

	for (size_t i = 0; i < size; i++)
		v = v << 8 | bytes[i];
	return v;
}

static uint64_t
key_of(struct hash h)
{
	return index_big_endian(h.bytes, 8);
}

static uint64_t
item_seq(const struct index_item *item)
{
	return (item->word & 0xff) << 32 | item->seq_low;
}

/* By the last 32 bits of the key, which the part's number does not share. */
static struct index_bucket *
bucket_of(const struct index_part *p, uint64_t word)
{
	uint64_t spread = (word >> 8 & UINT32_MAX) * p->room >> 32;

	return &p->buckets[spread];
}

/* By five bits of the key that neither part nor bucket use. */
static uint32_t
seen_bit(uint64_t word)
{
	return UINT32_C(1) << (word >> 59);
}

static void
link_item(struct index_part *p, uint32_t place)
{
	struct index_item *item = &p->items[place];
	struct index_bucket *bucket = bucket_of(p, item->word);

	item->older = bucket->newest;
	bucket->newest = place + 1;
	bucket->seen |= seen_bit(item->word);
}

static void
make_room(struct index_part *p, uint32_t count)
{
	uint32_t room = p->room + p->room / 4 + ROOM_MIN;

	assert(count < UINT32_MAX / 2);
	p->room = room < count ? count : room;
	p->items = mem_grow(p->items, p->room, sizeof(*p->items));
	free(p->buckets);
	p->buckets = mem_alloc(p->room * sizeof(*p->buckets));
	memset(p->buckets, 0, p->room * sizeof(*p->buckets));
	for (uint32_t i = 0; i < p->count; i++)	/* so that chains are newest first again */
		link_item(p, i);
}

static void
part_add(struct index_part *p, uint64_t key, uint64_t seq)
{
	assert(seq <= INDEX_SEQ_MAX);
	if (p->count == p->room)
		make_room(p, p->count + 1);
	p->items[p->count].word = key << 8 | seq >> 32;
	p->items[p->count].seq_low = (uint32_t)seq;
	link_item(p, p->count++);
}

/* The last item added is the newest of its bucket. */
static void
part_drop_last(struct index_part *p)
{
	uint32_t place = --p->count;
	struct index_bucket *bucket = bucket_of(p, p->items[place].word);

	assert(bucket->newest == place + 1);
	bucket->newest = p->items[place].older;
}

/* ---- the interface ---- */

struct index *
index_new(void)
{
	struct index *x = mem_alloc(sizeof(*x));

	memset(x, 0, sizeof(*x));
	return x;
}

void
index_free(struct index *x)
{
	if (x == NULL)
		return;
	for (size_t i = 0; i < INDEX_PARTS; i++) {
		free(x->parts[i].items);
		free(x->parts[i].buckets);
	}
	free(x->tail);
	free(x);
}

void
index_add(struct index *x, struct hash hash, uint64_t seq)
{
	uint64_t key = key_of(hash), at = seq;

	part_add(&x->parts[key >> 56], key, seq);
	if (!x->stored && !x->marked)
		return;
	x->tail = mem_room(x->tail, x->tail_count, &x->tail_room, sizeof(*x->tail));
	if (x->tail_count > 0 && x->tail[x->tail_count - 1].at > seq)
		at = x->tail[x->tail_count - 1].at;
	x->tail[x->tail_count++] = (struct index_added){ key, seq, at };
}

void
index_find(const struct index *x, struct hash hash, uint64_t *ret_seqs, size_t max,
	   size_t *ret_count)
{
	uint64_t key = key_of(hash);
	const struct index_part *p = &x->parts[key >> 56];
	uint64_t word = key << 8;
	size_t count = 0;
	uint32_t at = 0;

	if (p->room > 0 && (bucket_of(p, word)->seen & seen_bit(word)) != 0)
		at = bucket_of(p, word)->newest;
	while (at != 0) {
		const struct index_item *item = &p->items[at - 1];

		if (item->word >> 8 == word >> 8) {
			if (count < max)
				ret_seqs[count] = item_seq(item);
			count++;
		}
		at = item->older;
	}
	*ret_count = count;
}

void
index_expect(const struct index *x, struct hash hash)
{
	uint64_t key = key_of(hash);
	const struct index_part *p = &x->parts[key >> 56];

	if (p->room > 0)
		__builtin_prefetch(bucket_of(p, key << 8), 1);
}

void
index_mark(struct index *x)
{
	size_t keep = x->stored ? x->tail_count - x->tail_written : 0;

	if (keep < x->tail_count && keep > 0)
		memmove(x->tail, x->tail + x->tail_written, keep * sizeof(*x->tail));
	x->marked = true;
	x->tail_count = x->tail_mark = keep;
	x->tail_written = 0;
	x->runs_mark = x->runs;
}

void
index_rollback(struct index *x)
{
	assert(x->marked);
	while (x->tail_count > x->tail_mark)
		part_drop_last(&x->parts[x->tail[--x->tail_count].key >> 56]);
	x->tail_written = 0;
	x->runs = x->runs_mark;
}

size_t
index_bytes(const struct index *x)
{
	size_t bytes = sizeof(*x) + x->tail_room * sizeof(*x->tail);

	for (size_t i = 0; i < INDEX_PARTS; i++)
		bytes += x->parts[i].room
			* (sizeof(struct index_item) + sizeof(struct index_bucket));
	return bytes;
}

/* ---- loading ---- */

struct loading {
	unsigned char **runs;
	size_t count, room;
	uint64_t next;
};

static bool
run_is_sound(const unsigned char *run, size_t size, uint64_t next_before)
{
	struct hasher *h;
	struct hash check;
	uint64_t end = 0;

	if (size < RUN_ITEMS || memcmp(run, RUN_MAGIC, 8) != 0)
		return false;
	for (size_t i = 0; i < INDEX_PARTS; i++) {
		uint64_t part_end = index_big_endian(run + RUN_ENDS + 4 * i, 4);

		if (part_end < end)
			return false;
		end = part_end;
	}
	if (size != RUN_ITEMS + end * RUN_ITEM
	    || index_big_endian(run + RUN_NEXT, 8) < next_before)
		return false;
	h = hasher_new();
	hasher_add(h, run + RUN_NEXT, 8);
	hasher_add(h, run + RUN_ENDS, size - RUN_ENDS);
	check = hasher_end(h);
	hasher_free(h);
	return memcmp(check.bytes, run + RUN_CHECK, sizeof(check.bytes)) == 0;
}

static enum rc
load_run(void *arg, uint64_t number, const void *bytes, size_t size, struct err *e)
{
	struct loading *l = arg;

	if (number != l->count || !run_is_sound(bytes, size, l->next))
		return rc_fail(e, RC_INTEGRITY, "run %llu of the index is damaged or missing; "
			       "empty the caches, they are made again from the record",
			       (unsigned long long)l->count);
	l->runs = mem_room(l->runs, l->count, &l->room, sizeof(*l->runs));
	l->runs[l->count] = mem_alloc(size);
	memcpy(l->runs[l->count], bytes, size);
	l->next = index_big_endian(l->runs[l->count] + RUN_NEXT, 8);
	l->count++;
	return RC_OK;
}

static uint64_t
run_start(const unsigned char *run, size_t part)
{
	return part == 0 ? 0 : index_big_endian(run + RUN_ENDS + 4 * (part - 1), 4);
}

/* Part by part over all runs, so that the table worked on stays in the processor's cache. */
static void
fill_part(struct index *x, size_t part, const struct loading *l)
{
	uint64_t count = 0;

	for (size_t i = 0; i < l->count; i++)
		count += run_start(l->runs[i], part + 1) - run_start(l->runs[i], part);
	if (count == 0)
		return;
	assert(count < UINT32_MAX / 2);
	make_room(&x->parts[part], (uint32_t)count);
	for (size_t i = 0; i < l->count; i++) {
		uint64_t end = run_start(l->runs[i], part + 1);

		for (uint64_t j = run_start(l->runs[i], part); j < end; j++) {
			const unsigned char *item = l->runs[i] + RUN_ITEMS + j * RUN_ITEM;

			part_add(&x->parts[part], index_big_endian(item, 7),
				 index_big_endian(item + 7, 5));
		}
	}
}

enum rc
index_open(struct store *s, struct index **ret, uint64_t *ret_next, struct err *e)
{
	struct loading l = { 0 };
	enum rc rc = store_cache_scan(s, CACHE_RUN, load_run, &l, e);

	if (rc == RC_OK) {
		struct index *x = index_new();

		x->stored = true;
		x->runs = l.count;
		for (size_t i = 0; i < INDEX_PARTS; i++)
			fill_part(x, i, &l);
		*ret = x;
		*ret_next = l.next;
	}
	for (size_t i = 0; i < l.count; i++)
		free(l.runs[i]);
	free(l.runs);
	return rc;
}

/* ---- parts, for who keeps them elsewhere ---- */

enum { PART_ITEM = 12 };		/* word and seq as they are in memory */

void
index_part_save(const struct index *x, unsigned part, struct buf *ret)
{
	const struct index_part *p = &x->parts[part];

	for (uint32_t i = 0; i < p->count; i++) {
		buf_add(ret, &p->items[i].word, 8);
		buf_add(ret, &p->items[i].seq_low, 4);
	}
}

bool
index_part_load(struct index *x, unsigned part, const void *bytes, size_t count, uint64_t size)
{
	struct index_part *p = &x->parts[part];
	const char *at = bytes;

	if (p->count > 0 || count % PART_ITEM != 0 || count / PART_ITEM >= UINT32_MAX / 2)
		return false;
	if (count > 0)
		make_room(p, (uint32_t)(count / PART_ITEM));
	for (; count > 0; count -= PART_ITEM, at += PART_ITEM) {
		struct index_item item;

		memcpy(&item.word, at, 8);
		memcpy(&item.seq_low, at + 8, 4);
		if (item_seq(&item) >= size)
			return false;
		p->items[p->count].word = item.word;
		p->items[p->count].seq_low = item.seq_low;
		link_item(p, p->count++);
	}
	return true;
}
