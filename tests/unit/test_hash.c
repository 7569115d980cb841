/* test_hash.c - published SHA-256 values and the two prefixes of RFC 6962. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "hash.h"

static void
assert_hash(struct hash got, const char *want)
{
	char text[HASH_HEX];

	hash_format(got, text);
	assert_string_equal(text, want);
}

/* FIPS 180-4 examples; the empty string is RFC 6962's hash of the empty tree. */
static void
hashes_are_sha_256(void **state)
{
	static const char long_one[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

	(void)state;
	assert_hash(hash_bytes("", 0),
		    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_hash(hash_bytes("abc", 3),
		    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_hash(hash_bytes(long_one, strlen(long_one)),
		    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

/* The published tree of the CT reference test: leaves "" and 00, heads of sizes 1 and 2. */
static void
leaves_and_nodes_are_those_of_rfc_6962(void **state)
{
	struct hash a = hash_leaf("", 0), b = hash_leaf("\x00", 1);

	(void)state;
	assert_hash(a, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
	assert_hash(hash_node(a, b),
		    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
}

static void
pieces_hash_like_the_whole(void **state)
{
	static const char text[] = "The quick brown fox jumps over the lazy dog";
	struct hasher *h = hasher_new();

	(void)state;
	for (size_t cut = 0; cut < sizeof(text); cut++) {
		hasher_add(h, text, cut);
		hasher_add(h, text + cut, sizeof(text) - cut);
		assert_true(hash_equal(hasher_end(h), hash_bytes(text, sizeof(text))));
	}
	for (int i = 0; i < 1000000; i++)
		hasher_add(h, "a", 1);
	assert_hash(hasher_end(h),	/* FIPS 180-4: a million times "a" */
		    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	hasher_free(h);
	hasher_free(NULL);
}

static void
text_form_has_one_spelling(void **state)
{
	static const char good[] =
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	struct hash got = { { 7 } };
	char bad[HASH_HEX];

	(void)state;
	assert_false(hash_parse(good, 63, &got));
	assert_false(hash_parse(good, 65, &got));
	for (size_t i = 0; i < 64; i++) {
		memcpy(bad, good, sizeof(bad));
		bad[i] = i % 2 ? 'A' : 'g';
		assert_false(hash_parse(bad, 64, &got));
	}
	assert_int_equal(got.bytes[0], 7);
	assert_true(hash_parse(good, 64, &got));
	assert_true(hash_equal(got, hash_bytes("abc", 3)));
}

static void
hashes_compare_as_bytes(void **state)
{
	struct hash low = { { 0 } }, high = { { 0, 0x80 } };

	(void)state;
	assert_true(hash_is_zero(low));
	assert_false(hash_is_zero(high));
	assert_true(hash_compare(low, high) < 0);
	assert_true(hash_compare(high, low) > 0);
	assert_int_equal(hash_compare(high, high), 0);
	assert_false(hash_equal(low, high));
}

static void *
hash_many(void *arg)
{
	static char wrong[] = "wrong";

	(void)arg;
	for (int i = 0; i < 1000; i++)
		if (!hash_equal(hash_leaf("abc", 3), hash_bytes("\0abc", 4)))
			return wrong;
	return NULL;
}

static void
threads_do_not_disturb_each_other(void **state)
{
	pthread_t threads[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hash_many, NULL), 0);
	for (int i = 0; i < 4; i++) {
		void *ret;

		assert_int_equal(pthread_join(threads[i], &ret), 0);
		assert_null(ret);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_sha_256),
		cmocka_unit_test(leaves_and_nodes_are_those_of_rfc_6962),
		cmocka_unit_test(pieces_hash_like_the_whole),
		cmocka_unit_test(text_form_has_one_spelling),
		cmocka_unit_test(hashes_compare_as_bytes),
		cmocka_unit_test(threads_do_not_disturb_each_other),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
