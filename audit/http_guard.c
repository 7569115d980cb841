/* http_guard.c - clients that are too slow are ended; workers answer what takes long. */
#include "http_priv.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "arena.h"
#include "clock.h"

/* ---- slow clients ---- */

void
link_enter(struct link *l, enum link_state state, uint64_t seconds)
{
	if (l == NULL)
		return;
	atomic_store_explicit(&l->since, clock_elapsed(), memory_order_relaxed);
	atomic_store_explicit(&l->seconds, seconds, memory_order_relaxed);
	atomic_store_explicit(&l->state, (int)state, memory_order_relaxed);
}

struct link *
guard_add(struct http_server *s, int fd, uint64_t client)
{
	struct link *l = mem_alloc(sizeof(*l));

	memset(l, 0, sizeof(*l));
	l->fd = fd;
	l->client = client;
	link_enter(l, LINK_READING, s->options.timeout_seconds);
	pthread_mutex_lock(&s->guard.lock);
	l->next = s->guard.first;
	if (l->next != NULL)
		l->next->before = l;
	s->guard.first = l;
	s->guard.count++;
	pthread_mutex_unlock(&s->guard.lock);
	return l;
}

void
guard_remove(struct http_server *s, struct link *l)
{
	if (l == NULL)
		return;
	pthread_mutex_lock(&s->guard.lock);
	if (l->before != NULL)
		l->before->next = l->next;
	else
		s->guard.first = l->next;
	if (l->next != NULL)
		l->next->before = l->before;
	s->guard.count--;
	pthread_mutex_unlock(&s->guard.lock);
	free(l);
}

/* The socket is shut, not closed: its owner sees the end and cleans up. */
static void
end_slow(struct guard *g, uint64_t now)
{
	for (struct link *l = g->first; l != NULL; l = l->next) {
		uint64_t seconds = atomic_load_explicit(&l->seconds, memory_order_relaxed);
		uint64_t since = atomic_load_explicit(&l->since, memory_order_relaxed);

		if (seconds != 0 && now > since && now - since > seconds * 1000000)
			(void)shutdown(l->fd, SHUT_RDWR);
	}
}

static void *
guard_run(void *arg)
{
	const struct clock machine = { .fixed = false };
	struct guard *g = arg;

	pthread_mutex_lock(&g->lock);
	while (!g->stop) {
		struct timespec until = { .tv_sec = (time_t)clock_now(&machine) + 1 };

		(void)pthread_cond_timedwait(&g->wake, &g->lock, &until);
		end_slow(g, clock_elapsed());
	}
	pthread_mutex_unlock(&g->lock);
	return NULL;
}

enum rc
guard_start(struct http_server *s, struct err *e)
{
	pthread_mutex_init(&s->guard.lock, NULL);
	pthread_cond_init(&s->guard.wake, NULL);
	if (pthread_create(&s->guard.thread, NULL, guard_run, &s->guard) != 0)
		return rc_fail(e, RC_SYSTEM, "no thread can be started");
	return RC_OK;
}

void
guard_stop(struct http_server *s)
{
	pthread_mutex_lock(&s->guard.lock);
	s->guard.stop = true;
	pthread_cond_signal(&s->guard.wake);
	pthread_mutex_unlock(&s->guard.lock);
	pthread_join(s->guard.thread, NULL);
	pthread_cond_destroy(&s->guard.wake);
	pthread_mutex_destroy(&s->guard.lock);
}

/* ---- workers ---- */

static void *
worker_run(void *arg)
{
	struct http_server *s = arg;
	struct workers *w = &s->workers;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		struct exchange *x = w->first;

		if (x == NULL && w->stop)
			break;
		if (x == NULL) {
			pthread_cond_wait(&w->wake, &w->lock);
			continue;
		}
		w->first = x->next;
		if (w->first == NULL)
			w->last = NULL;
		pthread_mutex_unlock(&w->lock);
		s->options.handler(s->options.arg, &x->request, &x->response);
		exchange_resume(x);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

enum rc
workers_start(struct http_server *s, struct err *e)
{
	struct workers *w = &s->workers;

	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->wake, NULL);
	w->threads = mem_alloc((s->options.workers + 1) * sizeof(w->threads[0]));
	while (w->count < s->options.workers) {
		if (pthread_create(&w->threads[w->count], NULL, worker_run, s) != 0)
			return rc_fail(e, RC_SYSTEM, "no thread can be started");
		w->count++;
	}
	return RC_OK;
}

void
workers_stop(struct http_server *s)
{
	struct workers *w = &s->workers;

	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_broadcast(&w->wake);
	pthread_mutex_unlock(&w->lock);
	for (unsigned i = 0; i < w->count; i++)
		pthread_join(w->threads[i], NULL);
	free(w->threads);
	pthread_cond_destroy(&w->wake);
}

bool
workers_take(struct http_server *s, struct exchange *x)
{
	struct workers *w = &s->workers;
	bool taken;

	pthread_mutex_lock(&w->lock);
	taken = w->count > 0 && !w->stop;
	if (taken) {
		x->next = NULL;
		if (w->last != NULL)
			w->last->next = x;
		else
			w->first = x;
		w->last = x;
		pthread_cond_signal(&w->wake);
	}
	pthread_mutex_unlock(&w->lock);
	return taken;
}
