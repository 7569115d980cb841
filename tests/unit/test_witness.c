/* Every answer of C2SP tlog-witness add-checkpoint, each for its own reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "witness.h"

#define ORIGIN "ledger.example/outcomes"
#define LEAVES 40

static struct hash leaves[LEAVES], forked[LEAVES];
static struct signing_key *log_key, *other_key;

static enum rc
node(void *arg, unsigned level, uint64_t index, struct hash *ret, struct err *e)
{
	const struct hash *row = arg;

	(void)e;
	*ret = merkle_root_of(row + (index << level), (size_t)1 << level);
	return RC_OK;
}

/* The bytes of a request: `size` leaves of `row`, proved from `old` of the honest row. */
static void
request(uint64_t old, uint64_t proved_from, struct hash *row, uint64_t size, const char *origin,
	const struct signing_key *key, struct buf *ret)
{
	struct checkpoint head = { .size = size, .root = merkle_root_of(row, size) };
	struct merkle_proof proof = { 0 };
	struct buf note = { 0 };
	struct err e = { 0 };

	strcpy(head.origin, origin);	/* allow: a literal of this file */
	if (proved_from > 0 && proved_from < size)
		assert_int_equal(merkle_prove_consistency(proved_from, size, node, row, &proof, &e),
				 RC_OK);
	assert_int_equal(checkpoint_sign(&head, &key, 1, &note, &e), RC_OK);
	witness_request_format(old, &proof, note.data, note.size, ret);
	buf_free(&note);
}

static void
every_answer_has_its_case(void **state)
{
	const struct {
		const char *name;
		uint64_t last, old, proved_from, size;
		struct hash *row;
		const char *origin;
		const struct signing_key *key;
		enum witness_answer want;
		const char *text;
	} cases[] = {
		{ "unknown origin", 0, 0, 0, 5, leaves, "other.example/log", other_key, WITNESS_UNKNOWN,
		  "no log 'other.example/log' is known here" },
		{ "another key", 0, 0, 0, 5, leaves, ORIGIN, other_key, WITNESS_NOT_SIGNED,
		  "no signature by a key that is trusted for '" ORIGIN "'" },
		{ "old beyond", 7, 7, 0, 5, leaves, ORIGIN, log_key, WITNESS_MALFORMED,
		  "old size 7 is beyond the checkpoint's 5" },
		{ "old too small", 7, 5, 5, 9, leaves, ORIGIN, log_key, WITNESS_CONFLICT,
		  "the size last cosigned is 7, not 5" },
		{ "old where there was none", 0, 5, 5, 9, leaves, ORIGIN, log_key, WITNESS_CONFLICT,
		  "the size last cosigned is 0, not 5" },
		{ "a fork", 7, 7, 7, 9, forked, ORIGIN, log_key, WITNESS_INCONSISTENT, NULL },
		{ "a fork of the same size", 7, 7, 0, 7, forked, ORIGIN, log_key,
		  WITNESS_INCONSISTENT, NULL },
		{ "proof from nothing", 0, 0, 3, 9, leaves, ORIGIN, log_key, WITNESS_INCONSISTENT,
		  "a proof from size 0 has no hashes, found 5" },
		{ "no proof", 7, 7, 0, 9, leaves, ORIGIN, log_key, WITNESS_INCONSISTENT, NULL },
		{ "proof of another step", 7, 7, 6, 9, leaves, ORIGIN, log_key,
		  WITNESS_INCONSISTENT, NULL },
		{ "first", 0, 0, 0, 5, leaves, ORIGIN, log_key, WITNESS_COSIGNED, NULL },
		{ "empty log", 0, 0, 0, 0, leaves, ORIGIN, log_key, WITNESS_COSIGNED, NULL },
		{ "grown", 7, 7, 7, 9, leaves, ORIGIN, log_key, WITNESS_COSIGNED, NULL },
		{ "the same again", 7, 7, 0, 7, leaves, ORIGIN, log_key, WITNESS_COSIGNED, NULL },
		{ "from a power of two", 8, 8, 8, 40, leaves, ORIGIN, log_key, WITNESS_COSIGNED,
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new();
		struct checkpoint last = { .size = cases[i].last,
					   .root = merkle_root_of(leaves, cases[i].last) };
		struct witness_request r;
		struct buf bytes = { 0 };
		struct err e = { 0 };
		enum witness_answer got;

		request(cases[i].old, cases[i].proved_from, cases[i].row, cases[i].size,
			cases[i].origin, cases[i].key, &bytes);
		assert_int_equal(witness_request_parse(bytes.data, bytes.size, arena, &r, &e), RC_OK);
		got = witness_decide(&r, signing_key_verifier(log_key), 1, &last, &e);
		if (got != cases[i].want)
			fail_msg("%s: %d (%s)", cases[i].name, (int)got, e.text);
		if (cases[i].text != NULL && strcmp(e.text, cases[i].text) != 0)
			fail_msg("%s: '%s'", cases[i].name, e.text);
		buf_free(&bytes);
		arena_free(arena);
	}
}

static void
malformed_requests_are_refused(void **state)
{
	static const struct { const char *bytes, *text; } cases[] = {
		{ "", "line 1: expected 'old SIZE', found nothing" },
		{ "old 5", "line 1: expected 'old SIZE', found nothing" },
		{ "old -5\n\n", "line 1: expected 'old SIZE' in decimal, found 'old -5'" },
		{ "old 05\n\n", "line 1: expected 'old SIZE' in decimal, found 'old 05'" },
		{ "new 5\n\n", "line 1: expected 'old SIZE' in decimal, found 'new 5'" },
		{ "old 5\nAAAA\n\n", "line 2: expected a hash in base64, found 'AAAA'" },
		{ "old 5\n", "the proof does not end in an empty line" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new();
		struct witness_request r;
		struct err e = { 0 };

		assert_int_equal(witness_request_parse(cases[i].bytes, strlen(cases[i].bytes), arena,
						       &r, &e), RC_REFUSED);
		assert_string_equal(e.text, cases[i].text);
		arena_free(arena);
	}
}

static void
sixty_three_hashes_and_no_more(void **state)
{
	struct arena *arena = arena_new();
	struct witness_request r;
	struct buf bytes = { 0 };
	struct err e = { 0 };

	(void)state;
	buf_text(&bytes, "old 5\n");
	for (int i = 0; i < 64; i++)
		buf_text(&bytes, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
	buf_text(&bytes, "\n");
	assert_int_equal(witness_request_parse(bytes.data, bytes.size, arena, &r, &e), RC_REFUSED);
	assert_string_equal(e.text, "the proof has more than 63 hashes");
	buf_free(&bytes);
	arena_free(arena);
}

static int
set_up(void **state)
{
	static const uint8_t seed[32] = { 7 }, other[32] = { 8 };
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < LEAVES; i++) {
		leaves[i] = hash_leaf(&i, sizeof(i));
		forked[i] = i == 3 ? hash_leaf("x", 1) : leaves[i];
	}
	return secrets_init(&e) != RC_OK ||
	       signing_key_from_seed(ORIGIN, KEY_ED25519, seed, &log_key, &e) != RC_OK ||
	       signing_key_from_seed("other.example/log", KEY_ED25519, other, &other_key, &e) != RC_OK;
}

static int
tear_down(void **state)
{
	(void)state;
	signing_key_free(log_key);
	signing_key_free(other_key);
	return 0;
}


int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(malformed_requests_are_refused),
		cmocka_unit_test(sixty_three_hashes_and_no_more),
		cmocka_unit_test(every_answer_has_its_case),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
