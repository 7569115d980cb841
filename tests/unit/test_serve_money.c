/* test_serve_money.c - what the API lists of disputes and of the next statement, and to whom. */
#include "world_test.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "ledger.h"
#include "serve_routes.h"

static struct serve server;

static int
set_up(void **state)
{
	if (world_set_up(state) != 0)
		return -1;
	memset(&server, 0, sizeof(server));
	server.view = view_new();
	return 0;
}

static int
tear_down(void **state)
{
	view_free(server.view);
	return world_tear_down(state);
}

/* The list behind the contract's path, read by a party in a role, as an array. */
static const struct json *
list(const char *tail, enum asker as, const char *party, uint64_t from)
{
	static const struct http_request request = { .path = "/", .query = "" };
	struct ask a = { .s = &server, .request = &request, .arena = w->arena, .as = as,
			 .ledger = w->l };
	struct page p = { .from = from, .limit = PAGE_DEFAULT };
	char *path = arena_printf(w->arena, "/v1/contracts/%s%s", w->contract_hex, tail), *text;
	const struct json *ret;

	assert_rc(view_grow(server.view, w->l, &w->e), RC_OK);
	a.size = server.view->size;
	a.route = route_find(path, &a.path);
	assert_non_null(a.route);
	memcpy(a.token.party, party, strlen(party) + 1);
	a.party = view_name_of(server.view, party);
	assert_rc(a.route->list(&a, &p, &w->e), RC_OK);
	text = arena_printf(w->arena, "[%.*s]", (int)p.out.size, p.out.size == 0 ? "" : p.out.data);
	ret = world_json(w, text);
	buf_free(&p.out);
	return ret;
}

static uint64_t
seq_of(struct hash digest)
{
	struct event_record r;

	assert_rc(state_find(ledger_state(w->l), digest, &r, &w->e), RC_OK);
	return r.seq;
}

/* Statement 1 pays the first person's team 30,000 kronor; city disputes it. */
static struct hash
dispute(void)
{
	struct statement s;
	struct event line;

	attest(place_by(TEAM, 1, "2017-02-10"), "accepted");
	w->now = 1492300800;	/* 2017-04-16 */
	assert_rc(settle_next(&s), RC_OK);
	assert_rc(ledger_event(w->l, s.first, w->arena, &line, &w->e), RC_OK);
	return world_say(w, CITY, "dispute.opened", arena_printf(w->arena, "{'contract':'%%C','line':"
			 "'%s','reason':'wrong_person'}", world_hex(w, line.digest)));
}

static void
test_disputes(void **state)
{
	struct hash opened = dispute(), resolved;
	const struct json *rows = list("/disputes", AS_AUDITOR, "anyone", 0);

	(void)state;
	assert_int_equal(rows->count, 1);
	assert_true(json_get_true(&rows->items[0], "open"));
	assert_null(json_get(&rows->items[0], "resolved"));
	resolved = world_say(w, JUDGE, "dispute.resolved", arena_printf(w->arena, "{'contract':'%%C',"
			     "'dispute':'%s','amount':1000000}", world_hex(w, opened)));
	rows = list("/disputes", AS_PROVIDER, "team", 0);
	assert_int_equal(rows->count, 1);
	rows = &rows->items[0];
	assert_string_equal(json_get_string(rows, "dispute"), world_hex(w, opened));
	assert_string_equal(json_get_string(rows, "party"), "city");
	assert_string_equal(json_get_string(rows, "reason"), "wrong_person");
	assert_false(json_get_true(rows, "open"));
	assert_true(json_get_integer(rows, "seq", -1) == (int64_t)seq_of(opened));
	assert_true(json_get_integer(rows, "resolved", -1) == (int64_t)seq_of(resolved));
	assert_string_equal(json_get_string(rows, "resolved_at"), "2017-04-16T00:00:00Z");
	assert_int_equal(json_get_integer(rows, "amount", -1), 1000000);
	/* the other team is not paid by that line */
	assert_int_equal(list("/disputes", AS_PROVIDER, "second_team", 0)->count, 0);
}

/* Nothing is settled yet: the first statement would pay for both people, at 30,000 kronor each. */
static void
test_outlook(void **state)
{
	static const struct { enum asker as; const char *party; uint32_t lines; } rows[] = {
		{ AS_PROVIDER, "second_team", 0 }, { AS_PROVIDER, "team", 2 }, { AS_FUNDER, "city", 2 },
		{ AS_AUDITOR, "anyone", 2 },
	};
	const struct json *lines = NULL;

	(void)state;
	attest(place_by(TEAM, 1, "2017-02-10"), "accepted");
	attest(place_by(TEAM, 2, "2017-02-11"), "accepted");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		lines = list("/outlook", rows[i].as, rows[i].party, 0);
		assert_int_equal(lines->count, rows[i].lines);
	}
	for (uint32_t i = 0; i < 2; i++) {
		const struct json *x = &lines->items[i];
		bool first = strcmp(json_get_string(x, "participant"), world_person(1)) == 0;

		assert_int_equal(json_get_integer(x, "amount", -1), 3000000);
		assert_string_equal(json_get_string(x, "payer"), "city");
		assert_string_equal(json_get_string(x, "payee"), "team");
		assert_string_equal(json_get_string(x, "reason"), "reached");
		assert_string_equal(json_get_string(x, "achieved"), first ? "2017-02-10" : "2017-02-11");
		assert_string_equal(json_get_string(x, "through"), "2017-03-31");
	}
	assert_int_equal(list("/outlook", AS_AUDITOR, "anyone", 1)->count, 1);	/* a page that goes on */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_disputes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_outlook, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("serve_money", tests, NULL, NULL);
}
