/* audit/vectors/ledger.json was made by another program from FORMAT.md alone: our code must come to
 * the same bytes for keys, events, submissions, entries, roots and checkpoints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "date.h"
#include "entry.h"
#include "event.h"
#include "file.h"
#include "json.h"
#include "key.h"
#include "merkle.h"
#include "note.h"
#include "submission.h"
#include "text.h"

static struct arena *arena;
static const struct json *vectors;

static const struct json *
item(const char *list, size_t i)
{
	return &json_get(vectors, list)->items[i];
}

static size_t
count(const char *list)
{
	return json_get(vectors, list)->count;
}

static const char *
joined(const struct json *lines, const char *end)
{
	const char *text = "";

	for (size_t i = 0; i < lines->count; i++)
		text = arena_printf(arena, "%s%s%s", text, i > 0 ? "\n" : "",
				    lines->items[i].string);
	return arena_printf(arena, "%s%s", text, end);
}

static struct signing_key *
key_named(const char *who)
{
	const struct json *k = json_get(json_get(vectors, "keys"), who);
	struct signing_key *key;
	struct err e = { 0 };
	uint8_t seed[32];

	assert_true(hex_parse(json_get_string(k, "seed"), 64, seed, 32));
	assert_int_equal(signing_key_from_seed(json_get_string(k, "name"), KEY_ED25519, seed, &key,
					       &e), RC_OK);
	return key;
}

static void
keys(void **state)
{
	const struct json *all = json_get(vectors, "keys");

	(void)state;
	for (size_t i = 0; i < all->count; i++) {
		const struct json *k = &all->members[i].value;
		struct signing_key *key = key_named(all->members[i].key);
		char text[KEY_TEXT], id[KEY_ID_TEXT];

		verifier_key_format(signing_key_verifier(key), text);
		verifier_key_short(signing_key_verifier(key), id);
		assert_string_equal(text, json_get_string(k, "vkey"));
		assert_string_equal(id, json_get_string(k, "short"));
		signing_key_free(key);
	}
}

static void
events(void **state)
{
	(void)state;
	for (size_t i = 0; i < count("events"); i++) {
		const char *bytes = json_get_string(item("events", i), "bytes");
		struct event x;
		struct buf again = { 0 };
		struct err e = { 0 };
		char hex[HASH_HEX];

		assert_int_equal(event_parse(bytes, strlen(bytes), arena, 0, NULL, &x, &e), RC_OK);
		hash_format(x.digest, hex);
		assert_string_equal(hex, json_get_string(item("events", i), "digest"));
		event_format(x.type, x.body, x.salt, &again);
		assert_string_equal(again.data, bytes);
		buf_free(&again);
	}
}

static void
submissions(void **state)
{
	static const char *const signers[] = { "operator", "operator", "provider" };

	(void)state;
	for (size_t i = 0; i < count("submissions"); i++) {
		const struct json *v = item("submissions", i);
		const char *bytes = json_get_string(v, "bytes");
		struct signing_key *key = key_named(signers[i]);
		struct submission s, again;
		struct buf out = { 0 };
		struct err e = { 0 };

		assert_int_equal(submission_parse(bytes, strlen(bytes), &s, &e), RC_OK);
		submission_message(&s, &out);
		assert_string_equal(out.data, joined(json_get(v, "message"), ""));
		assert_true(submission_verify(&s, signing_key_verifier(key)));
		again = s;
		memset(again.signature, 0, sizeof(again.signature));
		assert_int_equal(submission_sign(&again, key, &e), RC_OK);
		buf_clear(&out);
		submission_format(&again, &out);
		assert_string_equal(out.data, bytes);
		buf_free(&out);
		signing_key_free(key);
	}
}

static void
entries_chain_and_checkpoints(void **state)
{
	struct signing_key *key = key_named("checkpoints");
	const struct signing_key *keys_of_head[] = { key };
	struct merkle_frontier tree = { 0 };
	struct hash prev = { { 0 } };
	size_t head = 0;

	(void)state;
	for (size_t i = 0; i < count("entries"); i++) {
		const char *bytes = json_get_string(item("entries", i), "bytes");
		struct checkpoint c = { .size = i + 1 };
		struct buf out = { 0 };
		struct entry x;
		struct err e = { 0 };
		char hex[HASH_HEX];

		assert_int_equal(entry_parse(bytes, strlen(bytes), &x, &e), RC_OK);
		assert_true(x.seq == i && hash_equal(x.prev, prev));
		entry_format(&x, &out);
		assert_string_equal(out.data, bytes);
		prev = hash_leaf(bytes, strlen(bytes));
		hash_format(prev, hex);
		assert_string_equal(hex, json_get_string(item("entries", i), "leaf"));
		merkle_add(&tree, prev);
		if (head < count("heads") &&
		    json_get_integer(item("heads", head), "size", -1) == (int64_t)i + 1) {
			const struct json *v = item("heads", head++);

			c.root = merkle_root(&tree);
			strcpy(c.origin, signing_key_verifier(key)->name);	/* allow: bounded */
			hash_format(c.root, hex);
			assert_string_equal(hex, json_get_string(v, "root"));
			buf_clear(&out);
			assert_int_equal(checkpoint_sign(&c, keys_of_head, 1, &out, &e), RC_OK);
			assert_string_equal(out.data, joined(json_get(v, "checkpoint"), "\n"));
		}
		buf_free(&out);
	}
	assert_int_equal(head, count("heads"));
	signing_key_free(key);
}

static int
set_up(void **state)
{
	struct buf text = { 0 };
	struct err e = { 0 };
	int bad;

	(void)state;
	arena = arena_new();
	bad = secrets_init(&e) != RC_OK ||
	      file_read("audit/vectors/ledger.json", 1 << 20, &text, &e) != RC_OK ||
	      json_read(text.data, text.size, JSON_RELAXED, arena, &vectors, NULL, &e) != RC_OK;
	if (bad)
		print_error("%s\n", e.text);
	buf_free(&text);
	return bad;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys),
		cmocka_unit_test(events),
		cmocka_unit_test(submissions),
		cmocka_unit_test(entries_chain_and_checkpoints),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
