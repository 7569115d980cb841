/* verify_pool.c - a few threads and one batch of items between them. */
#include "verify_pool.h"
#include "arena.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS_MAX = 256, SHARE_MAX = 64 };

struct verify_pool {
	pthread_mutex_t lock;		/* guards everything below but `threads` and `ids` */
	pthread_cond_t work, done;
	verify_fn *check;
	void *arg;
	size_t count, next, finished;	/* items: of the batch, handed out up to, done */
	bool stop;
	unsigned threads;
	pthread_t ids[];
};

struct share {
	size_t from, to;
};

static void
need(int result)
{
	if (result != 0)
		abort();	/* a lock that does not lock: nothing here could be true */
}

/* The next few items; a share is small against the batch, so that all end together. */
static struct share
take(struct verify_pool *p)
{
	size_t size = p->count / (8 * ((size_t)p->threads + 1)) + 1;
	struct share s = { p->next, p->count };

	if (size > SHARE_MAX)
		size = SHARE_MAX;
	if (s.to - s.from > size)
		s.to = s.from + size;
	p->next = s.to;
	return s;
}

/* Called with the lock held, returns with it held. */
static void
work_off(struct verify_pool *p)
{
	while (p->next < p->count) {
		struct share s = take(p);
		verify_fn *check = p->check;
		void *arg = p->arg;

		need(pthread_mutex_unlock(&p->lock));
		for (size_t i = s.from; i < s.to; i++)
			check(arg, i);
		need(pthread_mutex_lock(&p->lock));
		p->finished += s.to - s.from;
	}
	if (p->finished == p->count)
		need(pthread_cond_signal(&p->done));
}

static void *
worker(void *arg)
{
	struct verify_pool *p = arg;

	need(pthread_mutex_lock(&p->lock));
	while (!p->stop) {
		work_off(p);
		while (!p->stop && p->next == p->count)
			need(pthread_cond_wait(&p->work, &p->lock));
	}
	need(pthread_mutex_unlock(&p->lock));
	return NULL;
}

unsigned
verify_pool_cores(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (cores < 1)
		return 1;
	return cores > THREADS_MAX ? THREADS_MAX : (unsigned)cores;
}

struct verify_pool *
verify_pool_new(unsigned threads)
{
	struct verify_pool *p;

	if (threads > THREADS_MAX)
		threads = THREADS_MAX;
	p = mem_alloc(sizeof(*p) + threads * sizeof(p->ids[0]));
	*p = (struct verify_pool){ .stop = false };
	need(pthread_mutex_init(&p->lock, NULL));
	need(pthread_cond_init(&p->work, NULL));
	need(pthread_cond_init(&p->done, NULL));
	need(pthread_mutex_lock(&p->lock));	/* the first threads wait until all are counted */
	while (p->threads < threads &&
	       pthread_create(&p->ids[p->threads], NULL, worker, p) == 0)
		p->threads++;
	need(pthread_mutex_unlock(&p->lock));
	return p;
}

void
verify_pool_free(struct verify_pool *p)
{
	if (p == NULL)
		return;
	verify_pool_wait(p);
	need(pthread_mutex_lock(&p->lock));
	p->stop = true;
	need(pthread_cond_broadcast(&p->work));
	need(pthread_mutex_unlock(&p->lock));
	for (unsigned i = 0; i < p->threads; i++)
		need(pthread_join(p->ids[i], NULL));
	need(pthread_cond_destroy(&p->done));
	need(pthread_cond_destroy(&p->work));
	need(pthread_mutex_destroy(&p->lock));
	free(p);
}

void
verify_pool_start(struct verify_pool *p, verify_fn *check, void *arg, size_t count)
{
	need(pthread_mutex_lock(&p->lock));
	assert(p->finished == p->count);	/* one batch at a time */
	p->check = check;
	p->arg = arg;
	p->count = count;
	p->next = p->finished = 0;
	need(pthread_cond_broadcast(&p->work));
	need(pthread_mutex_unlock(&p->lock));
}

void
verify_pool_wait(struct verify_pool *p)
{
	need(pthread_mutex_lock(&p->lock));
	work_off(p);
	while (p->finished < p->count)
		need(pthread_cond_wait(&p->done, &p->lock));
	need(pthread_mutex_unlock(&p->lock));
}
