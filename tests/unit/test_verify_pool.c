/* test_verify_pool.c - every item once, with any number of threads; a batch waits for its last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "hash.h"
#include "key.h"
#include "verify_pool.h"

enum { ITEMS = 5000 };

static unsigned char seen[ITEMS];

static void
see(void *arg, size_t item)
{
	unsigned char *rounds = arg;

	rounds[item]++;
}

static void
every_item_runs_once(void **state)
{
	static const size_t counts[] = { 0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 1000, ITEMS };
	static const unsigned threads[] = { 0, 1, 2, 3, 8, 300 };

	(void)state;
	for (size_t t = 0; t < sizeof(threads) / sizeof(threads[0]); t++) {
		struct verify_pool *p = verify_pool_new(threads[t]);

		verify_pool_wait(p);	/* nothing was started */
		for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
			memset(seen, 0, sizeof(seen));
			verify_pool_start(p, see, seen, counts[c]);
			verify_pool_wait(p);
			for (size_t i = 0; i < ITEMS; i++)
				if (seen[i] != (i < counts[c]))
					fail_msg("%u threads, %zu items: item %zu ran %d times",
						 threads[t], counts[c], i, seen[i]);
		}
		verify_pool_free(p);
	}
	verify_pool_free(NULL);
	assert_true(verify_pool_cores() >= 1);
}

/* Many small batches, each begun at once after the one before: no wake-up is lost. */
static void
batches_follow_each_other(void **state)
{
	struct verify_pool *p = verify_pool_new(3);

	(void)state;
	memset(seen, 0, sizeof(seen));
	for (size_t i = 0; i < 200; i++) {
		verify_pool_start(p, see, seen, i % 40);
		verify_pool_wait(p);
	}
	for (size_t i = 0; i < 40; i++)
		assert_int_equal(seen[i], 5 * (39 - i));
	verify_pool_start(p, see, seen, ITEMS);
	verify_pool_free(p);	/* waits for what was started */
	assert_int_equal(seen[ITEMS - 1], 1);
}

static void
see_slowly(void *arg, size_t item)
{
	const struct timespec wait = { 0, 20000000 };

	(void)nanosleep(&wait, NULL);
	see(arg, item);
}

/* The caller has nothing left to do and waits for the slowest thread. */
static void
slow_items_are_waited_for(void **state)
{
	struct verify_pool *p = verify_pool_new(4);

	(void)state;
	memset(seen, 0, sizeof(seen));
	verify_pool_start(p, see_slowly, seen, 3);
	verify_pool_wait(p);
	assert_int_equal(seen[0] + seen[1] + seen[2], 3);
	verify_pool_free(p);
}

/* What it is for: signatures, each with its own verdict. */
struct signature {
	uint64_t message;
	uint8_t bytes[64];
	bool good;
};

struct signatures {
	struct verifier_key key;
	struct signature items[64];
};

static void
verify(void *arg, size_t item)
{
	struct signatures *all = arg;
	struct signature *s = &all->items[item];

	s->good = verifier_key_check(&all->key, &s->message, sizeof(s->message), s->bytes);
}

static void
verdicts_belong_to_their_items(void **state)
{
	struct verify_pool *p = verify_pool_new(2);
	struct signing_key *k = NULL;
	static struct signatures all;
	struct err e;

	(void)state;
	assert_int_equal(secrets_init(&e), RC_OK);
	assert_int_equal(signing_key_generate("a", KEY_ED25519, &k, &e), RC_OK);
	all.key = *signing_key_verifier(k);
	for (uint64_t i = 0; i < 64; i++) {
		struct signature *s = &all.items[i];

		s->message = i;
		assert_int_equal(signing_key_sign(k, &i, sizeof(i), s->bytes, &e), RC_OK);
		if (i % 7 == 0)
			s->bytes[i % 64] ^= 1;
	}
	verify_pool_start(p, verify, &all, 64);
	verify_pool_wait(p);
	for (uint64_t i = 0; i < 64; i++)
		assert_int_equal(all.items[i].good, i % 7 != 0);
	verify_pool_free(p);
	signing_key_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_item_runs_once),
		cmocka_unit_test(batches_follow_each_other),
		cmocka_unit_test(slow_items_are_waited_for),
		cmocka_unit_test(verdicts_belong_to_their_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
