/* fact.c - what is known about a contract, kept compact: events by digest, owners, facts by owner.
 *
 * Nothing here judges: fact_record.c sorts events in, fact_history.c reads them
 * as of a tree size. About 90 bytes an event: 44 for its row, 32 for its fact,
 * the rest for its packed members and the index of digests. */
#include "fact.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "hash.h"
#include "rows.h"
#include "settle.h"
#include "settlement.h"
#include "text.h"

void *
rows_add(struct rows *r, uint32_t *ret_index)
{
	if (r->count % ROWS_CHUNK == 0) {
		r->chunks = mem_room(r->chunks, r->chunk_count, &r->chunk_capacity,
				     sizeof(*r->chunks));
		r->chunks[r->chunk_count++] = mem_alloc(ROWS_CHUNK * r->size);
	}
	if (ret_index != NULL)
		*ret_index = r->count;
	return rows_at(r, r->count++);
}

void
rows_free(struct rows *r)
{
	for (size_t i = 0; i < r->chunk_count; i++)
		free(r->chunks[i]);
	free(r->chunks);
}

void
ordinals_add(struct ordinals *o, uint32_t item)
{
	o->items = mem_room(o->items, o->count, &o->capacity, sizeof(*o->items));
	o->items[o->count++] = item;
}

void
ordinals_add_all(struct ordinals *to, const struct ordinals *more)
{
	for (size_t i = 0; i < more->count; i++)
		ordinals_add(to, more->items[i]);
}

static int
ordinal_order(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool
is_ascending(const struct ordinals *o)
{
	for (size_t i = 1; i < o->count; i++)
		if (o->items[i - 1] > o->items[i])
			return false;
	return true;
}

void
ordinals_sort(struct ordinals *o)
{
	size_t n = 0;

	if (!is_ascending(o))
		qsort(o->items, o->count, sizeof(*o->items), ordinal_order);
	for (size_t i = 0; i < o->count; i++)
		if (n == 0 || o->items[n - 1] != o->items[i])
			o->items[n++] = o->items[i];
	o->count = n;
}

size_t
ordinals_before(const struct ordinals *o, uint32_t item)
{
	size_t low = 0, high = o->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (o->items[middle] < item)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t
ordinals_place(const struct ordinals *o, uint32_t item)
{
	const uint32_t *at = o->count == 0 ? NULL
		: bsearch(&item, o->items, o->count, sizeof(item), ordinal_order);

	return at == NULL ? NONE : (uint32_t)(at - o->items);
}

struct fact *
fact_at(const struct settlement *s, uint32_t i)
{
	return rows_at(&s->facts, i);
}

struct event_row *
event_at(const struct settlement *s, uint32_t i)
{
	return rows_at(&s->events, i);
}

struct owner *
owner_at(const struct settlement *s, uint32_t i)
{
	return rows_at(&s->owners, i);
}

uint64_t
fact_seq(const struct settlement *s, const struct fact *f)
{
	return event_at(s, f->event)->seq;
}

/* How many facts were recorded before `size`: they stand in ledger order. */
uint32_t
facts_before(const struct settlement *s, uint64_t size)
{
	uint32_t low = 0, high = s->facts.count;

	if (size > s->last_seq)
		return high;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (fact_seq(s, fact_at(s, mid)) < size)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* ---- words by number ---- */

uint64_t
text_hash(const char *text, size_t length)
{
	uint64_t h = length * 0x9e3779b97f4a7c15u, eight;

	for (; length >= sizeof(eight); text += sizeof(eight), length -= sizeof(eight)) {
		memcpy(&eight, text, sizeof(eight));
		h = (h ^ eight) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	eight = 0;
	if (length > 0)
		memcpy(&eight, text, length);
	h = (h ^ eight) * 0xff51afd7ed558ccdu;
	return h ^ (h >> 32);
}

static void
names_grow(struct names *n)
{
	size_t slots = n->slot_count == 0 ? 256 : 2 * n->slot_count;

	free(n->slots);
	n->slots = mem_alloc(slots * sizeof(*n->slots));
	n->slot_count = slots;
	for (size_t i = 0; i < n->count; i++) {
		size_t at = text_hash(n->items[i], strlen(n->items[i])) & (slots - 1);

		while (n->slots[at] != 0)
			at = (at + 1) & (slots - 1);
		n->slots[at] = (uint32_t)i + 1;
	}
}

uint32_t
name_number(struct names *n, const char *text, size_t length)
{
	size_t at;

	if (2 * (n->count + 1) > n->slot_count)
		names_grow(n);
	at = text_hash(text, length) & (n->slot_count - 1);
	for (; n->slots[at] != 0; at = (at + 1) & (n->slot_count - 1)) {
		const char *have = n->items[n->slots[at] - 1];

		if (strncmp(have, text, length) == 0 && have[length] == '\0')
			return n->slots[at] - 1;
	}
	n->items = mem_room(n->items, n->count, &n->capacity, sizeof(*n->items));
	n->items[n->count] = arena_string(n->arena, text, length);
	n->slots[at] = (uint32_t)n->count + 1;
	return (uint32_t)n->count++;
}

/* ---- events by digest ---- */

uint64_t
hash_prefix(const struct hash *h)
{
	uint64_t ret;

	memcpy(&ret, h->bytes, sizeof(ret));
	return ret;
}

/* Room for one more; `prefix_of` says where an item number belongs. */
void
slots_grow(struct digest_index *x, uint32_t count, const struct settlement *s,
	   prefix_fn *prefix_of)
{
	size_t slots;

	if ((size_t)count + count / 2 + 2 <= x->slot_count)
		return;
	slots = x->slot_count == 0 ? 1024 : 2 * x->slot_count;
	free(x->slots);
	x->slots = mem_alloc(slots * sizeof(*x->slots));
	x->slot_count = slots;
	for (uint32_t i = 0; i < count; i++)
		slots_put(x, prefix_of(s, i), i);
}

void
slots_put(struct digest_index *x, uint64_t prefix, uint32_t item)
{
	size_t at = prefix & (x->slot_count - 1);

	while (x->slots[at] != 0)
		at = (at + 1) & (x->slot_count - 1);
	x->slots[at] = item + 1;
}

static uint64_t
event_prefix(const struct settlement *s, uint32_t i)
{
	return hash_prefix(&event_at(s, i)->digest);
}

uint32_t
event_find(const struct settlement *s, struct hash digest)
{
	const struct digest_index *x = &s->digests;

	if (x->slot_count == 0)
		return NONE;
	for (size_t at = hash_prefix(&digest) & (x->slot_count - 1); x->slots[at] != 0;
	     at = (at + 1) & (x->slot_count - 1))
		if (hash_equal(event_at(s, x->slots[at] - 1)->digest, digest))
			return x->slots[at] - 1;
	return NONE;
}

void
settle_expect(const struct settlement *s, const struct hash *digest)
{
	const struct digest_index *x = &s->digests;

	if (x->slot_count > 0)
		__builtin_prefetch(&x->slots[hash_prefix(digest) & (x->slot_count - 1)], 1);
}

uint32_t
event_add(struct settlement *s, const struct settle_record *r, int32_t day)
{
	struct event_row *row;
	uint32_t i;

	slots_grow(&s->digests, s->events.count, s, event_prefix);
	row = rows_add(&s->events, &i);
	row->digest = r->digest;
	row->seq = (uint32_t)r->seq;
	row->day = day;
	row->fact = NONE;
	slots_put(&s->digests, hash_prefix(&r->digest), i);
	return i;
}

/* ---- owners ---- */

static uint64_t
owner_prefix(const struct settlement *s, uint32_t i)
{
	const struct owner *o = owner_at(s, i);
	uint64_t a, b;

	memcpy(&a, o->id, sizeof(a));
	memcpy(&b, o->id + 8, sizeof(b));
	return (a ^ (b * 0x9e3779b97f4a7c15u)) + o->kind;
}

static uint32_t
owner_find(const struct settlement *s, const struct owner *wanted)
{
	const struct digest_index *x = &s->owner_index;
	uint64_t a, b;

	if (x->slot_count == 0)
		return NONE;
	memcpy(&a, wanted->id, sizeof(a));
	memcpy(&b, wanted->id + 8, sizeof(b));
	for (size_t at = ((a ^ (b * 0x9e3779b97f4a7c15u)) + wanted->kind) & (x->slot_count - 1);
	     x->slots[at] != 0; at = (at + 1) & (x->slot_count - 1)) {
		const struct owner *o = owner_at(s, x->slots[at] - 1);

		if (o->kind == wanted->kind && memcmp(o->id, wanted->id, sizeof(o->id)) == 0)
			return x->slots[at] - 1;
	}
	return NONE;
}

uint32_t
owner_get(struct settlement *s, const struct owner *wanted)
{
	uint32_t i = owner_find(s, wanted);
	struct owner *o;

	if (i != NONE)
		return i;
	slots_grow(&s->owner_index, s->owners.count, s, owner_prefix);
	o = rows_add(&s->owners, &i);
	*o = *wanted;
	o->first = o->last = o->keys = o->salt = NONE;
	o->again = o->queued = NEVER;
	slots_put(&s->owner_index, owner_prefix(s, i), i);
	if (o->kind == OWNER_PERSON)
		s->person_count++;
	return i;
}

bool
owner_person(const char *pseudonym, struct owner *ret)
{
	*ret = (struct owner){ .kind = OWNER_PERSON };
	return pseudonym_parse(pseudonym, strlen(pseudonym), ret->id);
}

struct owner
owner_of_site(uint32_t name)
{
	struct owner ret = { .kind = OWNER_SITE };

	memcpy(ret.id, &name, sizeof(name));
	return ret;
}

uint32_t
person_find(const struct settlement *s, const char *pseudonym)
{
	struct owner o;

	return owner_person(pseudonym, &o) ? owner_find(s, &o) : NONE;
}

uint32_t
site_find(const struct settlement *s, uint32_t name)
{
	struct owner o = owner_of_site(name);

	return owner_find(s, &o);
}

void
owner_pseudonym(const struct owner *o, char ret[27])
{
	pseudonym_format(o->id, ret);
}

uint32_t
owner_site(const struct owner *o)
{
	uint32_t name;

	memcpy(&name, o->id, sizeof(name));
	return name;
}

/* The nth five bits, in the order of the characters that base32 writes for them: 2-7, a-z. What
 * stands for a letter comes six further on, and 2-7 come round to the front. */
static unsigned
pseudonym_rank(const uint8_t *id, unsigned nth)
{
	unsigned bit = 5 * nth, v = (unsigned)id[bit / 8] << 8;

	if (bit / 8 + 1 < 16)
		v |= id[bit / 8 + 1];
	return ((v >> (11 - bit % 8)) + 6) & 31;
}

/* Six characters of a person's pseudonym behind the kind: all six ranks at once. */
uint32_t
owner_rank(const struct settlement *s, uint32_t owner)
{
	const uint32_t six = 0x0c6318c6, highest = 0x21084210;	/* in each five bits */
	const struct owner *o = owner_at(s, owner);
	const uint8_t *id = o->id;
	uint32_t v = ((uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3]) >> 2;

	if (o->kind == OWNER_PERSON)
		v = ((v & ~highest) + six) ^ (v & highest);
	else
		v = 0;
	return (uint32_t)o->kind << 30 | v;
}

/* As the bytes of their text. */
static int
pseudonym_order(const uint8_t *a, const uint8_t *b)
{
	unsigned n = 0;

	if (memcmp(a, b, 16) == 0)
		return 0;
	while (pseudonym_rank(a, n) == pseudonym_rank(b, n))
		n++;
	return pseudonym_rank(a, n) < pseudonym_rank(b, n) ? -1 : 1;
}

int
owner_order(const struct settlement *s, uint32_t a, uint32_t b)
{
	const struct owner *x = owner_at(s, a), *y = owner_at(s, b);

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->kind == OWNER_SITE)
		return strcmp(name_text(&s->names, owner_site(x)),
			      name_text(&s->names, owner_site(y)));
	return pseudonym_order(x->id, y->id);
}

/* Step by step of all of them: while one's next fact is on its way the others' are asked for. */
void
facts_expect(const struct settlement *s, const uint32_t *owners, size_t count)
{
	uint32_t at[EXPECTED];
	bool more = true;

	for (size_t i = 0; i < count; i++) {
		at[i] = owner_at(s, owners[i])->first;
		if (at[i] != NONE)
			__builtin_prefetch(fact_at(s, at[i]));
	}
	while (more) {
		more = false;
		for (size_t i = 0; i < count; i++) {
			const struct fact *f;

			if (at[i] == NONE)
				continue;
			f = fact_at(s, at[i]);
			__builtin_prefetch(event_at(s, f->event));
			if (f->payload != 0)
				__builtin_prefetch(&s->payload_chunks[f->payload >> PAYLOAD_BITS]
						   [f->payload & (PAYLOAD_CHUNK - 1)]);
			at[i] = f->next;
			if (at[i] == NONE)
				continue;
			more = true;
			__builtin_prefetch(fact_at(s, at[i]));
		}
	}
}

/* Puts a fact behind its owner's others. */
uint32_t
fact_add(struct settlement *s, const struct fact *f)
{
	struct owner *o = owner_at(s, f->owner);
	struct event_row *ev = event_at(s, f->event);
	uint32_t i;
	struct fact *row = rows_add(&s->facts, &i);

	*row = *f;
	row->next = NONE;
	if (o->last == NONE)
		o->first = i;
	else
		fact_at(s, o->last)->next = i;
	o->last = i;
	if (ev->fact == NONE)
		ev->fact = i;
	if (o->kind != OWNER_PERSON)
		ordinals_add(&s->common, i);
	return i;
}
