/* serve.c - opening the server, its handles on the ledger, and the head that it answers from. */
#include "serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "clock.h"
#include "lines.h"
#include "nodes.h"
#include "store.h"

#define LOOK_MICROSECONDS 1000

/* ---- the view's lock: who wants to grow it is not kept waiting by readers that follow ---- */

static void
read_view(struct serve *s)
{
	pthread_mutex_lock(&s->view_gate);
	pthread_rwlock_rdlock(&s->view_lock);
	pthread_mutex_unlock(&s->view_gate);
}

static void
write_view(struct serve *s)
{
	pthread_mutex_lock(&s->view_gate);
	pthread_rwlock_wrlock(&s->view_lock);
	pthread_mutex_unlock(&s->view_gate);
}

/* ---- handles ---- */

static void
take_size(struct handle *h)
{
	struct ledger_facts facts;

	state_facts(ledger_state(h->ledger), &facts);
	h->size = facts.size;
}

static enum rc
handle_refresh(struct serve *s, struct handle *h, struct err *e)
{
	unsigned opened = atomic_load(&s->opened);
	struct ledger *l;
	enum rc rc;

	if (h->opened == opened && h->ledger != NULL) {
		rc = ledger_refresh(h->ledger, e);
	} else {
		rc = ledger_open_read(s->options.ledger, &l, e);
		if (rc == RC_OK) {
			ledger_close(h->ledger);
			h->ledger = l;
			h->opened = opened;
		}
	}
	if (rc == RC_OK)
		take_size(h);
	return rc;
}

static struct handle *
handle_lock(struct serve *s, bool deep)
{
	unsigned n = s->options.handles - 1, turn;

	if (deep || n == 0) {
		pthread_mutex_lock(&s->handles[0].lock);
		return &s->handles[0];
	}
	turn = atomic_fetch_add_explicit(&s->turn, 1, memory_order_relaxed);
	for (unsigned i = 0; i < n; i++) {
		struct handle *h = &s->handles[1 + (turn + i) % n];

		if (pthread_mutex_trylock(&h->lock) == 0)
			return h;
	}
	pthread_mutex_lock(&s->handles[1 + turn % n].lock);
	return &s->handles[1 + turn % n];
}

/* ---- growing ---- */

static void
find_token_keys(struct serve *s, struct ledger *l)
{
	const struct state *st = ledger_state(l);
	struct ledger_facts facts;

	state_facts(st, &facts);
	memcpy(s->origin, facts.origin, strlen(facts.origin) + 1);
	memcpy(s->operator_id, facts.operator_id, strlen(facts.operator_id) + 1);
	s->token_key_count = 0;
	if (s->options.token_key != NULL) {
		s->token_keys[s->token_key_count++] = *s->options.token_key;
		return;
	}
	for (size_t i = 0; i < state_key_count(st); i++) {
		const struct party_key *k = state_key_at(st, i);

		if (k->use == USE_TOKENS && k->revoked == SEQ_NEVER &&
		    strcmp(k->party->id, facts.operator_id) == 0 &&
		    s->token_key_count < TOKEN_KEYS_MAX)
			s->token_keys[s->token_key_count++] = k->key;
	}
}

static void
say_head(uint64_t size, struct hash root, char ret[HEAD_TEXT])
{
	char hex[HASH_HEX];

	hash_format(root, hex);
	(void)snprintf(ret, HEAD_TEXT, "size=%llu, root=\"%s\"", (unsigned long long)size, hex);
}

static enum rc
grow(struct serve *s, struct handle *h, struct err *e)
{
	enum rc rc = RC_OK;
	uint64_t erasures;

	write_view(s);
	erasures = s->view->erasures;
	if (s->view->size < h->size) {
		rc = view_grow(s->view, h->ledger, e);
		find_token_keys(s, h->ledger);
		say_head(s->view->size, s->view->root, s->head);
		replies_clear(s->replies);
	}
	if (rc != RC_OK || s->view->erasures != erasures) {
		lines_clear(s->lines);
		forecasts_clear(s->forecasts);
	}
	if (rc != RC_OK) {
		view_free(s->view);
		s->view = view_new();
		atomic_store(&s->view_size, 0);
	}
	pthread_rwlock_unlock(&s->view_lock);
	return rc;
}

bool
serve_moved(struct serve *s)
{
	struct store_head head;
	struct err e = { 0 };
	uint64_t now = clock_elapsed();
	bool moved;

	if (now - atomic_load_explicit(&s->looked, memory_order_relaxed) < LOOK_MICROSECONDS)
		return atomic_load_explicit(&s->behind, memory_order_relaxed);
	if (pthread_mutex_trylock(&s->watch_lock) != 0)
		return atomic_load_explicit(&s->behind, memory_order_relaxed);
	moved = store_head(s->watch, &head, NULL, &e) == RC_OK &&
		head.size != atomic_load(&s->view_size);
	atomic_store(&s->behind, moved);
	atomic_store(&s->looked, now);
	pthread_mutex_unlock(&s->watch_lock);
	return moved;
}

/* A handle at the view's head, both locked; the view for reading. */
static enum rc
open_at_head(struct serve *s, bool deep, struct handle **ret, struct err *e)
{
	struct handle *h = handle_lock(s, deep);
	bool behind = serve_moved(s);
	enum rc rc = RC_OK;

	for (;;) {
		if (behind)
			rc = handle_refresh(s, h, e);
		if (rc == RC_OK && h->size > atomic_load(&s->view_size))
			rc = grow(s, h, e);
		if (rc != RC_OK)
			break;
		read_view(s);
		atomic_store(&s->view_size, s->view->size);
		atomic_store(&s->behind, false);
		if (s->view->size == h->size) {
			*ret = h;
			return RC_OK;
		}
		pthread_rwlock_unlock(&s->view_lock);
		behind = true;
	}
	pthread_mutex_unlock(&h->lock);
	return rc;
}

enum rc
ask_open(struct ask *a, bool deep, struct err *e)
{
	enum rc rc = open_at_head(a->s, deep, &a->handle, e);

	if (rc != RC_OK)
		return rc;
	a->ledger = a->handle->ledger;
	a->size = a->s->view->size;
	a->root = a->s->view->root;
	memcpy(a->head_text, a->s->head, sizeof(a->head_text));
	return RC_OK;
}

void
ask_close(struct ask *a)
{
	if (a->handle == NULL)
		return;
	pthread_rwlock_unlock(&a->s->view_lock);
	pthread_mutex_unlock(&a->handle->lock);
	a->handle = NULL;
	a->ledger = NULL;
}

void
ask_at_head(struct ask *a, uint64_t size, struct hash root)
{
	a->size = size;
	a->root = root;
	say_head(size, root, a->head_text);
	ask_key(a);
}

void
ask_peek(struct ask *a)
{
	read_view(a->s);
	a->size = a->s->view->size;
	a->root = a->s->view->root;
	memcpy(a->head_text, a->s->head, sizeof(a->head_text));
}

void
ask_peeked(struct ask *a)
{
	pthread_rwlock_unlock(&a->s->view_lock);
}

/* ---- the watch ---- */

/* Idle handles follow the head, so that no old snapshot keeps the store's log from shrinking. */
static void
follow(struct serve *s)
{
	struct err e = { 0 };
	struct handle *h;

	if (open_at_head(s, true, &h, &e) != RC_OK)
		return;
	pthread_rwlock_unlock(&s->view_lock);
	pthread_mutex_unlock(&h->lock);
	for (unsigned i = 1; i < s->options.handles; i++) {
		h = &s->handles[i];
		if (pthread_mutex_trylock(&h->lock) != 0)
			continue;
		if (h->size != atomic_load(&s->view_size) && handle_refresh(s, h, &e) != RC_OK)
			h->size = 0;	/* it tries again when it is asked */
		pthread_mutex_unlock(&h->lock);
	}
}

/* No snapshot of a handle in rest stays: the store's log could not be emptied of what is erased. */
static void
renew(struct serve *s)
{
	struct err e = { 0 };

	for (unsigned i = 0; i < s->options.handles; i++) {
		struct handle *h = &s->handles[i];

		pthread_mutex_lock(&h->lock);
		if (h->ledger == NULL || h->opened != atomic_load(&s->opened) || h->size == 0)
			;	/* it is opened anew when it is asked */
		else if (ledger_renew(h->ledger, &e) == RC_OK)
			take_size(h);
		else
			h->size = 0;
		pthread_mutex_unlock(&h->lock);
	}
}

/* A file that was opened where nothing could be written beside it is read as if it never changed.
 * Opened anew it shows whether it did: then all handles are. */
static void
look_anew(struct serve *s)
{
	struct store_head old, now;
	struct store *fresh, *stale = NULL;
	struct err e = { 0 };

	if (store_open_read(s->options.ledger, &fresh, &e) != RC_OK)
		return;
	pthread_mutex_lock(&s->watch_lock);
	if (store_head(fresh, &now, NULL, &e) == RC_OK &&
	    (store_head(s->watch, &old, NULL, &e) != RC_OK || old.size < now.size)) {
		stale = s->watch;
		s->watch = fresh;
		fresh = NULL;
		atomic_fetch_add(&s->opened, 1);
		atomic_store(&s->looked, 0);
	}
	pthread_mutex_unlock(&s->watch_lock);
	store_close(stale);
	store_close(fresh);
}

static void *
watch(void *arg)
{
	const struct timespec pause = { .tv_nsec = 200 * 1000 * 1000 };
	struct serve *s = arg;
	struct err e = { 0 };
	struct handle *h;

	if (open_at_head(s, false, &h, &e) == RC_OK) {	/* the first reading of the record */
		pthread_rwlock_unlock(&s->view_lock);
		pthread_mutex_unlock(&h->lock);
	}
	for (unsigned n = 1; !atomic_load(&s->stop); n++) {
		(void)nanosleep(&pause, NULL);
		if (n % 5 == 0)
			look_anew(s);
		if (serve_moved(s))
			follow(s);
		if (n % 5 == 2)
			renew(s);
		log_flush(s);
	}
	return NULL;
}

/* ---- opening ---- */

enum rc
serve_open(const struct serve_options *o, struct serve **ret, struct err *e)
{
	struct serve *s = mem_alloc(sizeof(*s));
	enum rc rc;

	memset(s, 0, sizeof(*s));
	s->options = *o;
	pthread_mutex_init(&s->watch_lock, NULL);
	pthread_mutex_init(&s->view_gate, NULL);
	pthread_rwlock_init(&s->view_lock, NULL);
	for (unsigned i = 0; i < HANDLES_MAX; i++)
		pthread_mutex_init(&s->handles[i].lock, NULL);
	s->view = view_new();
	s->replies = replies_new();
	s->forecasts = forecasts_new(o->ledger);
	s->tokens = tokens_new();
	s->nodes = nodes_new();
	s->lines = lines_new();
	s->stats = stats_new();
	s->limiter = limiter_new();
	random_bytes(s->secret, sizeof(s->secret));
	rc = store_open_read(o->ledger, &s->watch, e);
	for (unsigned i = 0; rc == RC_OK && i < o->handles; i++)
		rc = handle_refresh(s, &s->handles[i], e);
	if (rc == RC_OK && pthread_create(&s->thread, NULL, watch, s) != 0)
		rc = rc_fail(e, RC_SYSTEM, "no thread can be started");
	s->watching = rc == RC_OK;
	if (rc != RC_OK)
		serve_close(s);
	else
		*ret = s;
	return rc;
}

bool
serve_ready(const struct serve *s)
{
	return atomic_load(&s->view_size) > 0;
}

void
serve_close(struct serve *s)
{
	if (s == NULL)
		return;
	atomic_store(&s->stop, true);
	if (s->watching)
		pthread_join(s->thread, NULL);
	log_flush(s);
	for (unsigned i = 0; i < HANDLES_MAX; i++) {
		ledger_close(s->handles[i].ledger);
		pthread_mutex_destroy(&s->handles[i].lock);
	}
	store_close(s->watch);
	view_free(s->view);
	replies_free(s->replies);
	forecasts_free(s->forecasts);
	tokens_free(s->tokens);
	nodes_free(s->nodes);
	lines_free(s->lines);
	stats_free(s->stats);
	limiter_free(s->limiter);
	pthread_rwlock_destroy(&s->view_lock);
	pthread_mutex_destroy(&s->view_gate);
	pthread_mutex_destroy(&s->watch_lock);
	free(s);
}
