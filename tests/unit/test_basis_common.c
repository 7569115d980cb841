/* test_basis_common.c - what lines rest on together: its root is that of all of it in one list. */
#include "merkle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../src/contract/fact.h"
#include "../../src/contract/rows.h"
#include "../../src/contract/run.h"
#include "../../src/contract/settlement.h"
#include "arena.h"
#include "many.h"
#include "random.h"

#define EVENTS 300

static struct many *
with_events(void)
{
	char why[MANY_WHY];
	struct many *ret = many_new(MANY_TERMS, "[]", why);

	assert_non_null(ret);
	for (uint32_t i = 0; ret->s->events.count < EVENTS; i++)
		many_tell(ret, i + 1, "prov", "participant.enrolled",
			  "{'participant':'%s','on':'2018-01-11','consent':'yes','age':10}",
			  many_person(ret, i));
	return ret;
}

/* Each with that chance in a hundred; none of `but`. */
static struct ordinals
some(uint64_t chance, const struct ordinals *but)
{
	struct ordinals ret = { 0 };

	for (uint32_t i = 0; i < EVENTS; i++)
		if (random_below(100) < chance && (but == NULL || !ordinals_have(but, i)))
			ordinals_add(&ret, i);
	return ret;
}

static struct hash
plain_root(const struct settlement *s, const struct resting *x, struct arena *arena)
{
	struct merkle_frontier tree = { 0 };
	struct ordinals all = resting_all(x, arena);

	assert_int_equal(all.count, resting_count(x));
	for (size_t i = 0; i < all.count; i++) {
		assert_true(i == 0 || all.items[i - 1] < all.items[i]);
		assert_true(resting_have(x, all.items[i]));
		merkle_add(&tree, event_at(s, all.items[i])->digest);
	}
	return merkle_root(&tree);
}

/* Lines with none to nine events of their own: before, among and behind those in common. */
static void
a_shared_root_is_that_of_all(void **state)
{
	struct many *m = with_events();
	struct err e;

	(void)state;
	random_start("test_basis_common");
	for (unsigned round = 0; round < 40; round++) {
		struct arena *arena = arena_new();
		struct run *r = run_new(m->s, m->seq, 0, arena, &e);
		struct ordinals common = some(random_below(101), NULL);
		struct resting x = { .common = basis_common(r, &common) };

		for (unsigned line = 0; line < 20; line++) {
			struct hash root, plain;

			x.own = some(random_below(3), NULL);
			resting_settle(&x);
			root = resting_root(m->s, &x);
			plain = plain_root(m->s, &x, arena);
			assert_memory_equal(&root, &plain, sizeof(root));
			free(x.own.items);
		}
		arena_free(arena);
	}
	many_free(m);
}

/* Two statistics: what both rest on is made once, whichever was read first. */
static void
several_are_one(void **state)
{
	struct many *m = with_events();
	struct arena *arena = arena_new();
	struct err e;
	struct run *r = run_new(m->s, m->seq, 0, arena, &e);
	struct ordinals list = some(50, NULL);
	struct common_basis *one = basis_common(r, &list), *two, *both;

	(void)state;
	list = some(50, NULL);
	two = basis_common(r, &list);
	basis_share(r, one);
	basis_share(r, one);
	assert_ptr_equal(r->common, one);
	basis_share(r, two);
	both = r->common;
	for (uint32_t i = 0; i < EVENTS; i++)
		assert_int_equal(ordinals_have(&both->events, i), ordinals_have(&one->events, i) ||
				 ordinals_have(&two->events, i));
	basis_share(r, two);
	r->common = two;
	basis_share(r, one);
	assert_ptr_equal(r->common, both);
	arena_free(arena);
	many_free(m);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shared_root_is_that_of_all),
		cmocka_unit_test(several_are_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
