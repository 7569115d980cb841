/* test_submission.c - a party's signature over its events, and the file that travels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "event.h"
#include "limits_utfall.h"
#include "submission.h"
#include "world.h"

#define ID "01BX5ZZKBKACTAV9WEVGEMMVRZ"

static struct signing_key *key;
static struct arena *arena;
static struct buf file;		/* two events */
static struct err e;

static int
set_up(void **state)
{
	struct event_bytes events[2] = {
		{ .bytes = "{\"body\":{},\"salt\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"type\":\"padding.added\"}" },
		{ .bytes = "{\"body\":{},\"salt\":\"AAAAAAAAAAAAAAAAAAAAAQ\",\"type\":\"padding.added\"}" },
	};
	struct submission_args args = { .ledger = "example.org/x", .id = ID,
		.submitted_at = 1483228800, .events = events, .count = 2 };

	(void)state;
	events[0].size = strlen(events[0].bytes);
	events[1].size = strlen(events[1].bytes);
	assert_int_equal(secrets_init(&e), RC_OK);
	key = world_key("team", 1);
	arena = arena_new();
	args.key = key;
	return submission_file_make(&args, &file, &e) == RC_OK ? 0 : 1;
}

static int
tear_down(void **state)
{
	(void)state;
	signing_key_free(key);
	arena_free(arena);
	buf_free(&file);
	return 0;
}

static void
test_round_trip(void **state)
{
	struct submission_file x;
	struct buf again = { 0 };

	(void)state;
	assert_int_equal(submission_file_parse(file.data, file.size, 2, arena, &x, &e), RC_OK);
	assert_true(x.submission.count == 2 && x.submission.submitted_at == 1483228800);
	assert_string_equal(x.submission.party, "team");
	assert_string_equal(x.submission.ledger, "example.org/x");
	assert_string_equal(x.submission.id, ID);
	assert_true(submission_verify(&x.submission, signing_key_verifier(key)));
	submission_format(&x.submission, &again);
	assert_int_equal(again.size, x.size);
	assert_memory_equal(again.data, x.bytes, x.size);
	assert_true(hash_equal(x.submission.root, hash_node(x.events[0].digest,
							    x.events[1].digest)));
	buf_free(&again);
}

/* Each member is signed: with one changed the signature does not verify. */
static void
test_signed(void **state)
{
	struct submission_file x;
	struct submission s;

	(void)state;
	assert_int_equal(submission_file_parse(file.data, file.size, 2, arena, &x, &e), RC_OK);
	for (int i = 0; i < 6; i++) {
		s = x.submission;
		s.count += i == 0;
		s.ledger[0] ^= i == 1;
		s.root.bytes[5] ^= i == 2;
		s.id[25] ^= i == 3;
		s.submitted_at += i == 4;
		s.signature[0] ^= i == 5;
		assert_false(submission_verify(&s, signing_key_verifier(key)));
	}
}

struct edit {
	const char *from, *to, *text;
};

/* The first occurrence replaced; NULL cuts there. */
static void
edit_file(const struct edit *x, struct buf *ret)
{
	const char *at = strstr(file.data, x->from);

	assert_non_null(at);
	buf_clear(ret);
	buf_add(ret, file.data, (size_t)(at - file.data));
	if (x->to == NULL)
		return;
	buf_text(ret, x->to);
	buf_text(ret, at + strlen(x->from));
}

static const struct edit edits[] = {
	{ "{\"count\":2", NULL, "line 1: expected a submission and LF at its end, found an empty file" },
	{ "{\"count\":2", "{\"count\":0", "line 1: byte 10: expected {\"count\":a whole number from 1, "
	  "found ,\"key\":\"team+" },
	{ "{\"count\":2", "{ \"count\":2", "line 1: byte 0: expected {\"count\":a whole number from 1, "
	  "found { \"count\":2,\"key\":\"team+" },
	{ "{\"count\":2", "{\"count\":3", "line 4: expected 3 events as \"count\" says, found 2" },
	{ "{\"count\":2", "{\"count\":1", "line 3: expected the end after 1 events as \"count\" says, "
	  "found more" },
	{ "\"key\":\"team+", "\"key\":\"Team+", "line 1: byte 18: expected \"key\":\"PARTY+8 hexadecimal "
	  "digits\", found Team+" },
	{ "example.org/x", "example org/x", "line 1: byte 43: expected \"ledger\":\"ORIGIN\", found "
	  "example org/x\",\"root\":\"" },
	{ ID, "01bX5ZZKBKACTAV9WEVGEMMVRZ", "expected \"submission_id\":\"a ULID in uppercase\", found "
	  "01bX5ZZKBKACTAV9WEVGEMMVRZ" },
	{ "T00:00:00Z", "T00:00:60Z", "expected \"submitted_at\":\"YYYY-MM-DDThh:mm:ssZ\", found "
	  "2017-01-01T00:00:60Z" },
	{ "AAAAAQ", "AAAAAg", "line 1: \"root\": expected " },
	{ "\"}\n{\"body\"", "\"}{\"body\"", "line 1: byte " },
};

static void
test_refusals(void **state)
{
	struct buf changed = { 0 };
	struct submission_file x;

	(void)state;
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		edit_file(&edits[i], &changed);
		assert_int_equal(submission_file_parse(changed.data, changed.size, 100, arena, &x,
						       &e), RC_REFUSED);
		if (strstr(e.text, edits[i].text) == NULL)
			print_message("# case %zu: %s\n", i, e.text);
		assert_non_null(strstr(e.text, edits[i].text));
	}
	assert_int_equal(submission_file_parse(file.data, file.size, 1, arena, &x, &e), RC_REFUSED);
	assert_string_equal(e.text, "line 1: expected a \"count\" of at most 1, found 2: split it into "
			    "several submissions");
	assert_int_equal(submission_file_parse(file.data, file.size - 1, 2, arena, &x, &e),
			 RC_REFUSED);
	assert_string_equal(e.text, "line 3: expected LF at its end, found the end of the file");
	buf_free(&changed);
}

/* A count that no file of its size can hold takes no memory. */
static void
test_count(void **state)
{
	static const struct edit large = { "{\"count\":2", "{\"count\":99999", NULL };
	struct buf changed = { 0 };
	struct submission_file x;

	(void)state;
	edit_file(&large, &changed);
	assert_int_equal(submission_file_parse(changed.data, changed.size, LIMIT_FILE_EVENTS, arena,
					       &x, &e), RC_REFUSED);
	assert_non_null(strstr(e.text, "line 1: expected 99999 events as \"count\" says, found a file "
			       "of"));
	buf_free(&changed);
}

static void
test_keys(void **state)
{
	struct signing_key *origin = world_key("example.org/x", 1);
	struct submission s = { .count = 1, .id = ID };

	(void)state;
	assert_int_equal(submission_sign(&s, origin, &e), RC_USAGE);
	assert_string_equal(e.text, "key example.org/x: expected a party's key, named [a-z][a-z0-9_]*; "
			    "checkpoint and cosigning keys sign no submission");
	assert_int_equal(s.party[0], '\0');
	signing_key_free(origin);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_signed),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests_name("submission", tests, set_up, tear_down);
}
