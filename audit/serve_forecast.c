/* serve_forecast.c - what would still come of a contract: computed beside the requests.
 *
 * A forecast settles every further period twice: on a large ledger that takes many seconds. It is
 * computed on a thread and a snapshot of its own, one at a time, so that nothing waits for it: no
 * other request, and no entry that comes meanwhile. Who asks waits a moment for a short one; behind
 * that the answer is 503, and whoever asks again is told the outcome, of the head that it was
 * computed from: not older than where the question was asked first. A forecast that nobody asks for
 * any more is given up; an erasure ends it, and everything that is kept goes. What a caller may see
 * of one is cut out of it afterwards.
 */
#include "serve_routes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "clock.h"
#include "forecast_view.h"
#include "terms.h"

#define ENTRIES_MAX 500000	/* a ledger with more is for the command line */
#define SLOTS 8
#define WAIT_MICROSECONDS 2000000
#define BRIEF_MICROSECONDS 100000
#define GIVE_UP_SECONDS 20	/* nobody asked for so long */
#define KEEP_SECONDS 60		/* at another head, for who was told to ask again */
#define TOLD_MAX 64

struct slot {			/* of no head: empty */
	uint64_t size;
	struct hash root, contract;
	struct date until;
	uint64_t ended;		/* microseconds */
	struct arena *arena;
	struct forecast_view view;
	struct err why;		/* where there is none */
};

struct told {			/* somebody was told to ask again */
	char token[TOKEN_ID_TEXT];
	struct hash contract;
	struct date until;
	uint64_t since;		/* the head when it asked first; 0: nobody */
	uint64_t at;		/* microseconds */
};

struct forecasts {
	const char *ledger;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	pthread_t thread;
	bool started;		/* the thread is to be joined */
	bool running;
	_Atomic bool stop;
	_Atomic uint64_t asked;	/* microseconds */
	struct hash contract;	/* what is computed */
	struct date until;
	size_t turn;
	struct slot slots[SLOTS];
	struct told told[TOLD_MAX];
};

struct forecasts *
forecasts_new(const char *ledger)
{
	struct forecasts *f = mem_alloc(sizeof(*f));
	pthread_condattr_t attributes;

	memset(f, 0, sizeof(*f));
	f->ledger = ledger;
	pthread_mutex_init(&f->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&f->ended, &attributes);
	pthread_condattr_destroy(&attributes);
	return f;
}

static void
empty(struct slot *s)
{
	arena_free(s->arena);
	memset(s, 0, sizeof(*s));
}

void
forecasts_clear(struct forecasts *f)
{
	pthread_mutex_lock(&f->lock);
	atomic_store(&f->stop, true);
	for (size_t i = 0; i < SLOTS; i++)
		empty(&f->slots[i]);
	pthread_mutex_unlock(&f->lock);
}

void
forecasts_free(struct forecasts *f)
{
	forecasts_clear(f);
	if (f->started)
		pthread_join(f->thread, NULL);
	pthread_cond_destroy(&f->ended);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

void
forecasts_wait(struct forecasts *f, bool briefly)
{
	uint64_t end = clock_elapsed() + (briefly ? BRIEF_MICROSECONDS : WAIT_MICROSECONDS);
	struct timespec until = { .tv_sec = (time_t)(end / 1000000),
				  .tv_nsec = (long)(end % 1000000 * 1000) };

	pthread_mutex_lock(&f->lock);
	while (f->running && pthread_cond_timedwait(&f->ended, &f->lock, &until) != ETIMEDOUT)
		;
	pthread_mutex_unlock(&f->lock);
}

/* ---- computing ---- */

static bool
go_on(void *arg)
{
	struct forecasts *f = arg;
	uint64_t asked = atomic_load(&f->asked);	/* before the clock: it is never ahead */

	return !atomic_load(&f->stop) &&
	       clock_elapsed() - asked < GIVE_UP_SECONDS * UINT64_C(1000000);
}

static enum rc
read_forecast(struct forecasts *f, struct slot *new, struct err *e)
{
	struct forecast_watch watch = { go_on, f };
	const struct contract *k;
	struct ledger_facts facts;
	struct ledger *l;
	enum rc rc = ledger_open_read(f->ledger, &l, e);

	if (rc != RC_OK)
		return rc;
	state_facts(ledger_state(l), &facts);
	new->size = facts.size;
	rc = ledger_root(l, facts.size, &new->root, e);
	k = state_contract(ledger_state(l), new->contract);
	if (rc == RC_OK && k == NULL)
		rc = not_found(e);
	if (rc == RC_OK)
		rc = forecast_read(l, k, new->until, &watch, new->arena, &new->view, e);
	ledger_close(l);
	return rc;
}

static bool
is_past(uint64_t then)
{
	return clock_elapsed() - then > KEEP_SECONDS * UINT64_C(1000000);
}

static void
keep(struct forecasts *f, const struct slot *new)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (f->slots[i].size < new->size && is_past(f->slots[i].ended))
			empty(&f->slots[i]);
	empty(&f->slots[f->turn % SLOTS]);
	f->slots[f->turn++ % SLOTS] = *new;
}

static void *
compute(void *arg)
{
	struct forecasts *f = arg;
	struct slot new = { .contract = f->contract, .until = f->until, .arena = arena_new() };
	enum rc rc = read_forecast(f, &new, &new.why);

	pthread_mutex_lock(&f->lock);
	if (rc == RC_OK)
		new.why.rc = RC_OK;
	new.ended = clock_elapsed();
	if (new.size == 0)	/* nobody else will say why there is none */
		fprintf(stderr, "utfall-audit: a forecast: %s\n", new.why.text);
	if (rc == RC_CONFLICT || atomic_load(&f->stop) || new.size == 0)
		arena_free(new.arena);
	else
		keep(f, &new);
	f->running = false;
	pthread_cond_broadcast(&f->ended);
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

/* ---- one request ---- */

struct forecast_ask {
	struct ask *a;
	const struct contract *contract;
	struct date until;
	const char *payee;	/* a provider among several: only what it would get */
	struct json *ret;
};

static bool
is_same(const struct forecast_ask *x, struct hash contract, struct date until)
{
	return hash_equal(contract, x->contract->digest) && date_compare(until, x->until) == 0;
}

/* The caller's row, where it was told to ask again; else the one that was told longest ago. */
static struct told *
find_told(const struct forecast_ask *x, struct forecasts *f)
{
	struct told *oldest = &f->told[0];

	for (size_t i = 0; i < TOLD_MAX; i++) {
		struct told *t = &f->told[i];

		if (t->since > 0 && strcmp(t->token, x->a->token.id) == 0 &&
		    is_same(x, t->contract, t->until))
			return t;
		if (t->at < oldest->at)
			oldest = t;
	}
	oldest->since = 0;
	return oldest;
}

/* The head when the caller asked this first. */
static void
tell(const struct forecast_ask *x, struct told *t)
{
	uint64_t since = t->since == 0 || is_past(t->at) ? x->a->size : t->since;

	*t = (struct told){ .contract = x->contract->digest, .until = x->until, .since = since,
			    .at = clock_elapsed() };
	memcpy(t->token, x->a->token.id, sizeof(t->token));
}

static const struct slot *
find(const struct forecast_ask *x, const struct forecasts *f, uint64_t since)
{
	for (size_t i = 0; i < SLOTS; i++) {
		const struct slot *s = &f->slots[i];

		if (s->size >= since && is_same(x, s->contract, s->until))
			return s;
	}
	return NULL;
}

/* The answer is of the head that the forecast was computed from. */
static enum rc
say(const struct forecast_ask *x, const struct slot *s, struct err *e)
{
	struct forecast_asked asked = { .arena = x->a->arena, .language = x->a->language,
		.contract = x->contract->current->terms->contract, .payee = x->payee };

	if (s->why.rc != RC_OK)
		return rc_fail(e, s->why.rc, "%s", s->why.text);
	forecast_json(&s->view, &asked, x->ret);
	ask_at_head(x->a, s->size, s->root);
	return RC_OK;
}

static enum rc
start(const struct forecast_ask *x, struct forecasts *f, struct err *e)
{
	if (f->started)
		pthread_join(f->thread, NULL);
	f->contract = x->contract->digest;
	f->until = x->until;
	atomic_store(&f->stop, false);
	atomic_store(&f->asked, clock_elapsed());
	f->started = f->running = pthread_create(&f->thread, NULL, compute, f) == 0;
	if (!f->started)
		return rc_fail(e, RC_CONFLICT, "no thread can be started; ask again in a moment");
	x->a->waits = true;
	return rc_fail(e, RC_CONFLICT, "the forecast is being computed; ask again in a moment");
}

static enum rc
find_or_start(const struct forecast_ask *x, struct forecasts *f, struct err *e)
{
	struct told *told = find_told(x, f);
	const struct slot *s;

	tell(x, told);
	s = find(x, f, told->since);
	if (s != NULL) {
		told->since = told->at = 0;
		return say(x, s, e);
	}
	if (!f->running)
		return start(x, f, e);
	if (!is_same(x, f->contract, f->until))
		return rc_fail(e, RC_CONFLICT, "another forecast is being computed; ask again in a "
			       "moment");
	atomic_store(&f->asked, clock_elapsed());
	return rc_fail(e, RC_CONFLICT, "the forecast is being computed; ask again in a moment");
}

static enum rc
read_until(struct ask *a, struct date *ret, struct err *e)
{
	const char *text = query_get(&a->query, "until");

	if (text == NULL || !date_parse(text, strlen(text), ret))
		return rc_fail(e, RC_USAGE, "until: expected a date, YYYY-MM-DD, found '%.20s'",
			       text == NULL ? "" : text);
	return RC_OK;
}

enum rc
serve_forecast(struct ask *a, struct json *ret, struct err *e)
{
	struct forecast_ask x = { .a = a, .ret = ret };
	struct forecasts *f = a->s->forecasts;
	enum rc rc = ask_contract(a, a->path.hash, &x.contract, e);

	if (rc == RC_OK)
		rc = read_until(a, &x.until, e);
	if (rc == RC_OK && x.contract->current == NULL)
		rc = not_found(e);
	if (rc == RC_OK && a->size > ENTRIES_MAX)
		rc = rc_fail(e, RC_REFUSED, "this ledger has more than %d entries: 'utfall forecast' "
			     "computes what the server does not", ENTRIES_MAX);
	if (rc != RC_OK)
		return rc;
	if (!may_see(a, THING_FORECAST, whole_relation(a, x.contract)))
		x.payee = a->token.party;
	pthread_mutex_lock(&f->lock);
	rc = find_or_start(&x, f, e);
	pthread_mutex_unlock(&f->lock);
	return rc;
}
