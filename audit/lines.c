/* lines.c - a table of texts, found by what they are of. */
#include "lines.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"

#define SLOTS 16384
#define TEXT_MAX 4000

struct lines {
	pthread_rwlock_t lock;
	struct { uint64_t seq; char *text; size_t size; } slots[SLOTS];
};

struct lines *
lines_new(void)
{
	struct lines *l = mem_alloc(sizeof(*l));

	memset(l, 0, sizeof(*l));
	pthread_rwlock_init(&l->lock, NULL);
	return l;
}

void
lines_clear(struct lines *l)
{
	pthread_rwlock_wrlock(&l->lock);
	for (size_t i = 0; i < SLOTS; i++) {
		free(l->slots[i].text);
		l->slots[i].text = NULL;
	}
	pthread_rwlock_unlock(&l->lock);
}

void
lines_free(struct lines *l)
{
	if (l == NULL)
		return;
	lines_clear(l);
	pthread_rwlock_destroy(&l->lock);
	free(l);
}

/* Each line has two entries, its own and its basis's. */
static size_t
slot_of(uint64_t seq)
{
	return (size_t)(seq / 2 % SLOTS);
}

void
lines_hold(struct lines *l)
{
	pthread_rwlock_rdlock(&l->lock);
}

void
lines_release(struct lines *l)
{
	pthread_rwlock_unlock(&l->lock);
}

bool
lines_find(struct lines *l, uint64_t seq, struct buf *ret)
{
	size_t i = slot_of(seq);

	if (l->slots[i].text == NULL || l->slots[i].seq != seq)
		return false;
	buf_add(ret, l->slots[i].text, l->slots[i].size);
	return true;
}

void
lines_put(struct lines *l, uint64_t seq, const struct buf *text)
{
	size_t i = slot_of(seq);

	if (text->size == 0 || text->size > TEXT_MAX || pthread_rwlock_trywrlock(&l->lock) != 0)
		return;
	l->slots[i].text = mem_grow(l->slots[i].text, text->size, 1);
	memcpy(l->slots[i].text, text->data, text->size);
	l->slots[i].size = text->size;
	l->slots[i].seq = seq;
	pthread_rwlock_unlock(&l->lock);
}
