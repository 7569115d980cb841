/* rows.h - what the evaluator keeps things in: rows, sets of numbers, names, indexes of digests.
 *
 * Everything that is known is found by a number from 0 in its table; such a number is a uint32_t,
 * NONE where there is nothing. The containers own their heap memory; who holds one frees it.
 */
#ifndef UTFALL_ROWS_H
#define UTFALL_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct hash;
struct settlement;

#define NONE UINT32_MAX		/* the number of nothing */
#define NEVER INT32_MAX		/* a day that does not come */
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* ---- rows: items that never move, found by number ---- */

#define ROWS_CHUNK 1024u
struct rows {
	char **chunks;
	size_t chunk_count, chunk_capacity, size;	/* size of an item */
	uint32_t count;
};
void *rows_add(struct rows *r, uint32_t *ret_index);	/* zeros; `ret_index` may be NULL */
void rows_free(struct rows *r);

static inline void *
rows_at(const struct rows *r, uint32_t i)
{
	return r->chunks[i / ROWS_CHUNK] + (size_t)(i % ROWS_CHUNK) * r->size;
}

/* ---- a growing set of numbers: events of a basis, facts, owners ---- */

struct ordinals {
	uint32_t *items;
	size_t count, capacity;
};
void ordinals_add(struct ordinals *o, uint32_t item);
void ordinals_add_all(struct ordinals *to, const struct ordinals *more);
void ordinals_sort(struct ordinals *o);			/* ascending, each once */
size_t ordinals_before(const struct ordinals *o, uint32_t item);	/* of sorted ones */
uint32_t ordinals_place(const struct ordinals *o, uint32_t item);	/* of sorted ones; or NONE */
static inline bool
ordinals_have(const struct ordinals *o, uint32_t item)
{
	return ordinals_place(o, item) != NONE;
}

/* ---- words and parties by number ---- */

struct names {
	const char **items;
	size_t count, capacity;
	uint32_t *slots;
	size_t slot_count;
	struct arena *arena;
};
/* Its number, from now on where it is new. */
uint32_t name_number(struct names *n, const char *text, size_t length);
static inline const char *
name_text(const struct names *n, uint32_t number)
{
	return n->items[number];
}
static inline const char *
name_or_empty(const struct names *n, uint32_t number)
{
	return number == NONE ? "" : n->items[number];
}

uint64_t text_hash(const char *text, size_t length);

/* ---- rows by digest: the first bytes of a digest say where its number may be ---- */

struct digest_index {
	uint32_t *slots;
	size_t slot_count;
};

uint64_t hash_prefix(const struct hash *h);
typedef uint64_t prefix_fn(const struct settlement *s, uint32_t item);
/* Room for one more; `prefix_of` says where an item belongs. */
void slots_grow(struct digest_index *x, uint32_t count, const struct settlement *s,
		prefix_fn *prefix_of);
void slots_put(struct digest_index *x, uint64_t prefix, uint32_t item);

#endif
