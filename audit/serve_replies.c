/* serve_replies.c - answers that were made once and are given again while the head stands. */
#include "serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "text.h"

#define SLOTS 8192		/* a newer answer takes the place of an older one of its slot */
#define REPLY_MAX (256u << 10)
#define REPLIES_MAX (64u << 20)
#define KEY_MAX (sizeof(((struct ask *)0)->key) - 8)	/* room for a half of the ETag */

struct reply {
	uint64_t hash;
	char *key;		/* NULL: an empty slot */
	size_t key_size;
	struct http_kept *kept;
	char etag[ETAG_TEXT];
};

struct replies {
	pthread_mutex_t lock;
	size_t size;		/* bytes kept */
	struct reply slots[SLOTS];
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

static void
empty(struct replies *r, struct reply *x)
{
	if (x->key == NULL)
		return;
	r->size -= http_kept_size(x->kept);
	http_kept_release(x->kept);
	free(x->key);
	x->key = NULL;
}

void
replies_free(struct replies *r)
{
	replies_clear(r);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

void
replies_clear(struct replies *r)
{
	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < SLOTS; i++)
		empty(r, &r->slots[i]);
	pthread_mutex_unlock(&r->lock);
}

/* Not for strangers to foresee: whoever knew two keys of one slot could only empty it. */
uint64_t
quick_hash(const struct serve *s, const void *bytes, size_t size)
{
	const uint8_t *p = bytes;
	uint64_t h, piece;

	memcpy(&h, s->secret, sizeof(h));
	for (; size > 0; size -= size < 8 ? size : 8, p += 8) {
		piece = size;
		memcpy(&piece, p, size < 8 ? size : 8);
		h = (h ^ piece) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return h;
}

struct http_kept *
replies_find(struct ask *a, char ret_etag[ETAG_TEXT])
{
	struct replies *r = a->s->replies;
	struct reply *x = &r->slots[a->key_hash % SLOTS];
	struct http_kept *k = NULL;

	pthread_mutex_lock(&r->lock);
	if (x->key != NULL && x->hash == a->key_hash && x->key_size == a->key_size &&
	    memcmp(x->key, a->key, a->key_size) == 0) {
		k = http_kept_take(x->kept);
		memcpy(ret_etag, x->etag, ETAG_TEXT);
	}
	pthread_mutex_unlock(&r->lock);
	return k;
}

void
replies_put(struct ask *a, struct http_kept *k)
{
	struct replies *r = a->s->replies;
	struct reply *x = &r->slots[a->key_hash % SLOTS];

	if (http_kept_size(k) > REPLY_MAX || a->key_size == 0)
		return;
	pthread_mutex_lock(&r->lock);
	empty(r, x);
	x->hash = a->key_hash;
	x->key_size = a->key_size;
	x->key = mem_alloc(a->key_size);
	memcpy(x->key, a->key, a->key_size);
	x->kept = http_kept_take(k);
	(void)snprintf(x->etag, sizeof(x->etag), "%s", ask_etag(a));
	r->size += http_kept_size(k);
	for (; r->size > REPLIES_MAX; r->hand = (r->hand + 1) % SLOTS)
		if (&r->slots[r->hand] != x)
			empty(r, &r->slots[r->hand]);
	pthread_mutex_unlock(&r->lock);
}

static void
key_add(struct ask *a, const char *text)
{
	size_t size = strlen(text);

	if (a->key_size + size + 1 > KEY_MAX) {
		a->key_size = KEY_MAX;	/* too long to be kept */
		return;
	}
	memcpy(a->key + a->key_size, text, size);
	a->key_size += size;
	a->key[a->key_size++] = ' ';
}

/* Path and query as they came: two spellings of one question are kept twice. */
void
ask_key(struct ask *a)
{
	uint64_t size = a->route->life == LIFE_HEAD ? a->size : 0;

	memcpy(a->key, &size, sizeof(size));
	a->key_size = sizeof(size);
	a->key[a->key_size++] = (char)a->media;
	a->key[a->key_size++] = (char)a->language;
	a->key[a->key_size++] = (char)a->as;
	if (a->as != AS_PUBLIC)
		key_add(a, a->token.party);
	if (a->as != AS_PUBLIC && a->route->knows)
		key_add(a, a->token.id);
	key_add(a, a->request->path);
	key_add(a, a->request->query);
	if (a->key_size == KEY_MAX)
		a->key_size = 0;
	a->key_hash = quick_hash(a->s, a->key, a->key_size);
}

const char *
ask_etag(struct ask *a)
{
	/* two halves: of the key, and of the key with the first half behind it */
	uint64_t both[2] = { a->key_hash, 0 };
	char hex[33];

	memcpy(a->key + a->key_size, both, sizeof(both[0]));
	both[1] = quick_hash(a->s, a->key, a->key_size + sizeof(both[0]));
	hex_format((const uint8_t *)both, sizeof(both), hex);
	if (a->route->life != LIFE_HEAD)
		return arena_printf(a->arena, "\"%s\"", hex);
	return arena_printf(a->arena, "\"%llu-%s\"", (unsigned long long)a->size, hex);
}
