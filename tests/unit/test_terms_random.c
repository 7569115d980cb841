/* test_terms_random.c - terms whose clauses were shuffled: refused with a place, or walked safely.
 *
 * Starts from the document that says all of the language and puts copies of its parts in other
 * places, one to four at a time. UTFALL_SEED repeats a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "random.h"
#include "terms.h"
#include "terms_case.h"

#define ROUNDS 2000
#define NODES_MAX 8000

struct nodes {
	struct json *items[NODES_MAX];
	size_t count;
};

static void
gather(struct json *v, struct nodes *ret)
{
	if (ret->count == NODES_MAX)
		return;
	ret->items[ret->count++] = v;
	for (uint32_t i = 0; v->kind == JSON_OBJECT && i < v->count; i++)
		gather(&v->members[i].value, ret);
	for (uint32_t i = 0; v->kind == JSON_ARRAY && i < v->count; i++)
		gather(&v->items[i], ret);
}

/* Siblings and cousins are exchanged more often than strangers: more of them are still terms. */
static struct json
other(struct arena *arena, const struct nodes *n, const struct json *than)
{
	for (int tries = 0; tries < 20; tries++) {
		const struct json *v = n->items[random_below(n->count)];

		if (v->kind == than->kind)
			return json_copy(arena, v);
	}
	return json_copy(arena, n->items[random_below(n->count)]);
}

static size_t
one_round(struct arena *arena, const struct json *base)
{
	struct json document = json_copy(arena, base);
	static struct nodes n;
	struct findings f = { .arena = arena };
	struct terms *t = NULL;
	struct buf plain = { 0 };
	struct err e = { 0 };
	size_t changes = 1 + random_below(4);

	for (size_t i = 0; i < changes; i++) {
		struct json *at;

		n.count = 0;
		gather(&document, &n);
		at = n.items[1 + random_below(n.count - 1)];
		*at = other(arena, &n, at);
	}
	if (terms_read(&document, arena, &f, &t, &e) != RC_OK) {
		assert_int_equal(e.rc, RC_REFUSED);
		assert_true(f.count > 0 && f.items[0].pointer != NULL);
		return 0;
	}
	assert_int_equal(f.errors, 0);
	terms_check(t, &f);
	terms_plain(t, LANGUAGE_EN, &plain);
	assert_true(plain.size > 0);
	buf_free(&plain);
	return 1;
}

static void
shuffled_terms_are_refused_or_walked(void **state)
{
	struct arena *keep = arena_new(), *arena = arena_new();
	const struct json *base = case_file(keep, "tests/unit/data/terms_all.json");
	size_t taken = 0;

	(void)state;
	random_start("test_terms_random");
	for (int i = 0; i < ROUNDS; i++) {
		taken += one_round(arena, base);
		arena_reset(arena);
	}
	if (taken < ROUNDS / 50)
		fail_msg("only %zu of %d were still terms", taken, ROUNDS);
	arena_free(arena);
	arena_free(keep);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(shuffled_terms_are_refused_or_walked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
