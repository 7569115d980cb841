/* serve_forecast.c - what would still come of a contract: computed once for each head and day.
 *
 * A forecast settles every further period twice, from the first event on: it is bounded by the size
 * of the ledger and the number of statements, one is computed at a time, and the latest few are
 * kept while the head stands. What a caller may see of one is cut out of it afterwards.
 */
#include "serve_routes.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "forecast_view.h"
#include "terms.h"

#define ENTRIES_MAX 500000	/* a ledger with more is for the command line */
#define SLOTS 8

struct slot {			/* of no head: empty */
	uint64_t size;
	struct hash contract;
	struct date until;
	struct arena *arena;
	struct forecast_view view;
};

struct forecasts {
	pthread_mutex_t lock;
	bool computing;
	size_t turn;
	struct slot slots[SLOTS];
};

struct forecasts *
forecasts_new(void)
{
	struct forecasts *f = mem_alloc(sizeof(*f));

	memset(f, 0, sizeof(*f));
	pthread_mutex_init(&f->lock, NULL);
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
	for (size_t i = 0; i < SLOTS; i++)
		empty(&f->slots[i]);
	pthread_mutex_unlock(&f->lock);
}

void
forecasts_free(struct forecasts *f)
{
	forecasts_clear(f);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

/* ---- one request ---- */

struct forecast_ask {
	struct ask *a;
	const struct contract *contract;
	struct date until;
	const char *payee;	/* a provider among several: only what it would get */
	struct json *ret;
};

static void
say(const struct forecast_ask *x, const struct forecast_view *v)
{
	struct forecast_asked asked = { .arena = x->a->arena, .language = x->a->language,
		.contract = x->contract->current->terms->contract, .payee = x->payee };

	forecast_json(v, &asked, x->ret);
}

static bool
say_kept(const struct forecast_ask *x, struct forecasts *f)
{
	for (size_t i = 0; i < SLOTS; i++) {
		const struct slot *s = &f->slots[i];

		if (s->size == x->a->size && hash_equal(s->contract, x->contract->digest) &&
		    date_compare(s->until, x->until) == 0) {
			say(x, &s->view);
			return true;
		}
	}
	return false;
}

/* The view is held: no other head comes, and nothing is cleared, before this is kept. */
static enum rc
compute(const struct forecast_ask *x, struct forecasts *f, struct err *e)
{
	struct slot new = { .size = x->a->size, .contract = x->contract->digest,
			    .until = x->until, .arena = arena_new() };
	enum rc rc = forecast_read(x->a->ledger, x->contract, x->until, NULL, new.arena, &new.view, e);

	pthread_mutex_lock(&f->lock);
	f->computing = false;
	if (rc == RC_OK) {
		struct slot *to = &f->slots[f->turn++ % SLOTS];

		say(x, &new.view);
		empty(to);
		*to = new;
	} else {
		arena_free(new.arena);
	}
	pthread_mutex_unlock(&f->lock);
	return rc;
}

static enum rc
find_or_compute(const struct forecast_ask *x, struct err *e)
{
	struct forecasts *f = x->a->s->forecasts;
	bool done, busy;

	pthread_mutex_lock(&f->lock);
	done = say_kept(x, f);
	busy = f->computing;
	if (!done && !busy)
		f->computing = true;
	pthread_mutex_unlock(&f->lock);
	if (done)
		return RC_OK;
	if (busy)
		return rc_fail(e, RC_CONFLICT, "another forecast is being computed; ask again in a "
			       "moment");
	return compute(x, f, e);
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
	return find_or_compute(&x, e);
}
