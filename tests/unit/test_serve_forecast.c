/* test_serve_forecast.c - forecasts beside the API's requests: what is refused, who is told to ask
 * again, when one is given up, and that an erasure leaves none. The clock is this file's, and the
 * thread that computes is held where it looks at it: nothing here depends on how long anything takes.
 */
#include "world_test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "clock.h"
#include "forecast_view.h"
#include "serve_routes.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SECOND UINT64_C(1000000)
#define COMPUTING "the forecast is being computed; ask again in a moment"
#define ANOTHER "another forecast is being computed; ask again in a moment"

/* ---- the clock, in place of src/base/clock.c ---- */

static pthread_t asker;
static _Atomic uint64_t now;	/* microseconds, for who asks */
static _Atomic uint64_t later;	/* as many more for who computes */
static atomic_bool hold, held;	/* who computes stops at its first look */

int64_t
clock_now(const struct clock *c)
{
	return c->fixed_seconds;
}

static void
pause_briefly(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };

	(void)nanosleep(&moment, NULL);
}

uint64_t
clock_elapsed(void)
{
	uint64_t ret = atomic_load(&now);

	if (pthread_equal(pthread_self(), asker))
		return ret;
	ret += atomic_load(&later);
	while (atomic_load(&hold)) {
		atomic_store(&held, true);
		pause_briefly();
	}
	atomic_store(&held, false);
	return ret;
}

/* ---- one request ---- */

static struct serve server;

static int
set_up(void **state)
{
	struct timespec t;

	if (world_set_up(state) != 0 || clock_gettime(CLOCK_MONOTONIC, &t) != 0)
		return -1;
	asker = pthread_self();
	/* forecasts_wait() has 100 seconds from here on, by the machine's clock */
	atomic_store(&now, ((uint64_t)t.tv_sec + 100) * SECOND);
	atomic_store(&later, 0);
	atomic_store(&hold, false);
	memset(&server, 0, sizeof(server));
	server.forecasts = forecasts_new(w->path);
	return 0;
}

static int
tear_down(void **state)
{
	forecasts_free(server.forecasts);
	return world_tear_down(state);
}

static uint64_t
head_size(void)
{
	struct ledger_facts facts;

	state_facts(ledger_state(w->l), &facts);
	return facts.size;
}

static struct ask
ask_of(const char *token, const char *until, uint64_t size)
{
	static const struct http_request request = { .path = "/", .query = "" };
	struct ask a = { .s = &server, .request = &request, .arena = w->arena, .as = AS_AUDITOR,
			 .ledger = w->l, .size = size };
	char *path = arena_printf(w->arena, "/v1/contracts/%s/forecast", w->contract_hex);

	a.route = route_find(path, &a.path);
	assert_non_null(a.route);
	memcpy(a.token.id, token, strlen(token) + 1);
	if (until != NULL)
		assert_rc(query_parse(arena_printf(w->arena, "until=%s", until), "until", w->arena,
				      &a.query, &w->e), RC_OK);
	return a;
}

/* NULL: a forecast, of this many statements until that day; else these words. */
static void
says(struct ask *a, enum rc want, const char *words, int64_t statements)
{
	struct json o = json_object();

	assert_rc(serve_forecast(a, &o, &w->e), want);
	if (words != NULL) {
		assert_string_equal(w->e.text, words);
		return;
	}
	assert_int_equal(json_get_integer(&o, "statements", -1), statements);
}

static void
told(const char *token, const char *until, const char *words, bool started)
{
	struct ask a = ask_of(token, until, head_size());

	says(&a, RC_CONFLICT, words, 0);
	assert_int_equal(a.waits, started);
}

static void
given(const char *token, const char *until, int64_t statements, uint64_t size)
{
	struct ask a = ask_of(token, until, head_size());

	says(&a, RC_OK, NULL, statements);
	assert_true(a.size == size);
}

static void
wait_held(void)
{
	while (!atomic_load(&held))
		pause_briefly();
}

static void
let_go(void)
{
	atomic_store(&hold, false);
	forecasts_wait(server.forecasts, false);
}

/* ---- tests ---- */

static void
test_refusals(void **state)
{
	static const struct { const char *until, *words; uint64_t size; } cases[] = {
		{ NULL, "until: expected a date, YYYY-MM-DD, found ''", 1 },
		{ "2017-02-29", "until: expected a date, YYYY-MM-DD, found '2017-02-29'", 1 },
		{ "2017-03-31T00:00:00Z", "until: expected a date, YYYY-MM-DD, found "
		  "'2017-03-31T00:00:00Z'", 1 },
		{ "2017-03-31", "this ledger has more than 500000 entries: 'utfall forecast' computes "
		  "what the server does not", 500001 },
	};
	struct ask a = ask_of("one", "2017-03-31", 500000);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ask bad = ask_of("one", cases[i].until, cases[i].size);

		says(&bad, cases[i].size > 500000 ? RC_REFUSED : RC_USAGE, cases[i].words, 0);
		assert_false(bad.waits);
	}
	says(&a, RC_CONFLICT, COMPUTING, 0);	/* the last that is computed */
}

/* Quarters from 2017-01-01 on: one statement until March, four until December. */
static void
test_one_at_a_time(void **state)
{
	(void)state;
	atomic_store(&hold, true);
	told("one", "2017-03-31", COMPUTING, true);
	told("one", "2017-03-31", COMPUTING, false);
	told("two", "2017-03-31", COMPUTING, false);
	told("two", "2017-12-31", ANOTHER, false);
	let_go();
	given("one", "2017-03-31", 1, head_size());
	given("two", "2017-03-31", 1, head_size());
	told("two", "2017-12-31", COMPUTING, true);
	let_go();
	given("two", "2017-12-31", 4, head_size());
	given("one", "2017-03-31", 1, head_size());
}

/* Nobody asks for 20 seconds: it ends, and whoever asks behind that starts another. */
static void
test_given_up(void **state)
{
	static const struct { uint64_t later; bool given_up; } cases[] = {
		{ 20 * SECOND, true }, { 3600 * SECOND, true }, { 20 * SECOND - 1, false }, { 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		forecasts_clear(server.forecasts);
		atomic_store(&later, cases[i].later);
		told("one", "2017-12-31", COMPUTING, true);
		let_go();
		if (cases[i].given_up)
			told("one", "2017-12-31", COMPUTING, true);
		else
			given("one", "2017-12-31", 4, head_size());
		let_go();
	}
}

static void
test_asked_again(void **state)
{
	(void)state;
	atomic_store(&hold, true);
	told("one", "2017-12-31", COMPUTING, true);
	wait_held();
	atomic_fetch_add(&now, 15 * SECOND);
	told("two", "2017-12-31", COMPUTING, false);
	atomic_store(&later, 15 * SECOND);	/* 30 from the first question on */
	let_go();
	given("one", "2017-12-31", 4, head_size());
}

/* An erasure: what is computed from bytes that are gone is never said, nor what was. */
static void
test_erased_meanwhile(void **state)
{
	(void)state;
	told("one", "2017-03-31", COMPUTING, true);
	let_go();
	atomic_store(&hold, true);
	told("one", "2017-12-31", COMPUTING, true);
	wait_held();
	forecasts_clear(server.forecasts);
	let_go();
	told("one", "2017-12-31", COMPUTING, true);
	let_go();
	given("one", "2017-12-31", 4, head_size());
	told("one", "2017-03-31", COMPUTING, true);
	let_go();
	given("one", "2017-03-31", 1, head_size());
}

/* Who was told to ask again is given what was computed then, for a minute; nobody else is. */
static void
test_another_head(void **state)
{
	uint64_t size = head_size();

	(void)state;
	told("one", "2017-03-31", COMPUTING, true);
	let_go();
	world_say(w, CITY, "padding.added", "{}");
	given("one", "2017-03-31", 1, size);
	told("two", "2017-03-31", COMPUTING, true);	/* of the head that is now */
	let_go();
	given("two", "2017-03-31", 1, head_size());
	size = head_size();
	atomic_store(&hold, true);
	told("one", "2017-12-31", COMPUTING, true);
	let_go();
	world_say(w, CITY, "padding.added", "{}");
	atomic_fetch_add(&now, 60 * SECOND + 1);
	told("one", "2017-12-31", COMPUTING, true);
	let_go();
	given("one", "2017-12-31", 4, head_size());
	assert_true(size < head_size());
}

/* ---- ended from outside, wherever it is ---- */

static bool
count_down(void *arg)
{
	unsigned *left = arg;

	return (*left)-- > 0;
}

static void
test_ended_anywhere(void **state)
{
	const struct contract *k = state_contract(ledger_state(w->l), w->contract);
	struct arena *arena = arena_new();
	struct date until;
	enum rc rc = RC_CONFLICT;
	unsigned looks = 0;

	(void)state;
	assert_true(date_parse("2017-12-31", 10, &until));
	(void)place_by(TEAM, 1, "2017-02-06");
	for (; rc == RC_CONFLICT && looks < 1000; looks++) {
		struct forecast_view view = { .count = 77 };
		unsigned left = looks;
		struct forecast_watch watch = { count_down, &left };

		rc = forecast_read(w->l, k, until, &watch, arena, &view, &w->e);
		if (rc == RC_CONFLICT) {
			assert_string_equal(w->e.text,
					    "the forecast was given up: nobody waits for it");
			assert_true(view.count == 77 && view.rows == NULL);
		}
	}
	assert_rc(rc, RC_OK);
	assert_true(looks > FORECAST_MAX);	/* it looked before each of the two futures */
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_one_at_a_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_given_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_asked_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_erased_meanwhile, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_another_head, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ended_anywhere, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
