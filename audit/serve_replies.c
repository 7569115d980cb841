/* serve_replies.c - answers that were made once and are given again while the head stands. */
#include "serve.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"

#define SLOTS 8192		/* a newer answer takes the place of an older one of its slot */
#define REPLY_MAX (256u << 10)
#define REPLIES_MAX (64u << 20)

struct replies {
	pthread_mutex_t lock;
	size_t size;		/* bytes kept */
	struct { struct hash key; struct http_kept *kept; } slots[SLOTS];
	size_t hand;		/* next slot to be emptied where there are too many bytes */
};

struct replies *
replies_new(void)
{
	struct replies *r = mem_alloc(sizeof(*r));

	memset(r, 0, sizeof(*r));
	pthread_mutex_init(&r->lock, NULL);
	return r;
}

void
replies_free(struct replies *r)
{
	for (size_t i = 0; i < SLOTS; i++)
		http_kept_release(r->slots[i].kept);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static size_t
slot_of(struct hash key)
{
	return (size_t)(key.bytes[0] | key.bytes[1] << 8) % SLOTS;
}

struct http_kept *
replies_find(struct replies *r, struct hash key)
{
	struct http_kept *k = NULL;
	size_t i = slot_of(key);

	pthread_mutex_lock(&r->lock);
	if (r->slots[i].kept != NULL && hash_equal(r->slots[i].key, key))
		k = http_kept_take(r->slots[i].kept);
	pthread_mutex_unlock(&r->lock);
	return k;
}

static void
empty(struct replies *r, size_t i)
{
	if (r->slots[i].kept == NULL)
		return;
	r->size -= http_kept_size(r->slots[i].kept);
	http_kept_release(r->slots[i].kept);
	r->slots[i].kept = NULL;
}

void
replies_put(struct replies *r, struct hash key, struct http_kept *k)
{
	size_t i = slot_of(key);

	if (http_kept_size(k) > REPLY_MAX)
		return;
	pthread_mutex_lock(&r->lock);
	empty(r, i);
	r->slots[i].key = key;
	r->slots[i].kept = http_kept_take(k);
	r->size += http_kept_size(k);
	while (r->size > REPLIES_MAX) {
		if (r->hand != i)
			empty(r, r->hand);
		r->hand = (r->hand + 1) % SLOTS;
	}
	pthread_mutex_unlock(&r->lock);
}

void
ask_key(struct ask *a)
{
	const char *path = a->request->path, *query = a->request->query;
	struct buf b = { 0 };

	buf_add(&b, a->s->secret, sizeof(a->s->secret));
	if (a->route->life == LIFE_HEAD) {
		buf_integer(&b, (int64_t)a->size);
		buf_add(&b, a->root.bytes, sizeof(a->root.bytes));
	}
	buf_byte(&b, (char)a->media);
	buf_byte(&b, (char)a->as);
	buf_text(&b, a->as == AS_PUBLIC ? "" : a->token.party);
	if (a->route->thing == THING_PUBLIC && a->as != AS_PUBLIC)
		buf_text(&b, a->token.id);
	buf_byte(&b, '\n');
	buf_text(&b, path);
	buf_byte(&b, '?');
	buf_text(&b, query);
	a->key = hash_bytes(b.data, b.size);
	buf_free(&b);
}

const char *
ask_etag(struct ask *a)
{
	char hex[HASH_HEX];

	hash_format(hash_bytes(a->key.bytes, sizeof(a->key.bytes)), hex);
	if (a->route->life != LIFE_HEAD)
		return arena_printf(a->arena, "\"%.24s\"", hex);
	return arena_printf(a->arena, "\"%llu-%.24s\"", (unsigned long long)a->size, hex);
}
