/* arena.c - blocks handed out from front to back and freed together. */
#include "arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_MIN ((size_t)16 << 10)
#define BLOCK_MAX ((size_t)4 << 20)

struct block {
	struct block *older;
	size_t size, used;
	_Alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *newest;
	size_t used;
};

static void
out_of_memory(void)
{
	fputs("out of memory\n", stderr);
	abort();
}

struct arena *
arena_new(void)
{
	return mem_alloc(sizeof(struct arena));
}

static void
free_blocks(struct block *b)
{
	while (b != NULL) {
		struct block *older = b->older;

		free(b);
		b = older;
	}
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	free_blocks(a->newest);
	free(a);
}

void
arena_reset(struct arena *a)
{
	a->used = 0;
	if (a->newest == NULL)
		return;
	free_blocks(a->newest->older);
	a->newest->older = NULL;
	a->newest->used = 0;
}

/* Each block is at least twice the one before, so that a large arena has few. */
static struct block *
add_block(struct arena *a, size_t need)
{
	size_t size = a->newest == NULL ? BLOCK_MIN : 2 * a->newest->size;
	struct block *b;

	if (size > BLOCK_MAX)
		size = BLOCK_MAX;
	if (size < need)
		size = need;
	if (size > SIZE_MAX - sizeof(*b))
		out_of_memory();
	b = malloc(sizeof(*b) + size);
	if (b == NULL)
		out_of_memory();
	b->older = a->newest;
	b->size = size;
	b->used = 0;
	a->newest = b;
	return b;
}

static void *
take(struct arena *a, size_t size, size_t align)
{
	struct block *b = a->newest;
	size_t at = b == NULL ? 0 : (b->used + align - 1) & ~(align - 1);
	void *ret;

	if (b == NULL || at > b->size || b->size - at < size) {
		b = add_block(a, size);
		at = 0;
	}
	ret = b->bytes + at;
	b->used = at + size;
	a->used += size;
	return ret;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	return memset(take(a, size, _Alignof(max_align_t)), 0, size);
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		out_of_memory();
	return arena_alloc(a, total);
}

char *
arena_string(struct arena *a, const char *bytes, size_t size)
{
	char *ret;

	if (size == SIZE_MAX)
		out_of_memory();
	ret = take(a, size + 1, 1);
	if (size > 0)
		memcpy(ret, bytes, size);
	ret[size] = '\0';
	return ret;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list args, again;
	char *ret;
	int n;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	assert(n >= 0);
	ret = take(a, (size_t)n + 1, 1);
	(void)vsnprintf(ret, (size_t)n + 1, fmt, again);
	va_end(again);
	return ret;
}

void *
arena_room(struct arena *a, void *array, size_t count, size_t *capacity, size_t size)
{
	void *more;

	assert(count <= *capacity);
	if (count < *capacity)
		return array;
	if (*capacity > SIZE_MAX / 2)
		out_of_memory();
	*capacity = *capacity == 0 ? 4 : 2 * *capacity;
	more = arena_array(a, *capacity, size);
	if (count > 0)
		memcpy(more, array, count * size);
	return more;
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}

void *
mem_alloc(size_t size)
{
	void *ret = calloc(1, size == 0 ? 1 : size);

	if (ret == NULL)
		out_of_memory();
	return ret;
}

void *
mem_grow(void *old, size_t count, size_t size)
{
	size_t total;
	void *ret;

	if (__builtin_mul_overflow(count, size, &total))
		out_of_memory();
	ret = realloc(old, total == 0 ? 1 : total);
	if (ret == NULL)
		out_of_memory();
	return ret;
}

void *
mem_room(void *array, size_t count, size_t *capacity, size_t size)
{
	assert(count <= *capacity);
	if (count < *capacity)
		return array;
	if (*capacity > SIZE_MAX / 2)
		out_of_memory();
	*capacity = *capacity == 0 ? 8 : 2 * *capacity;
	return mem_grow(array, *capacity, size);
}
