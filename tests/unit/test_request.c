/* test_request.c - paths, queries, Accept and If-None-Match headers as strangers write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "request.h"
#include "serve.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define PERSON "abcdefghijklmnopqrstuvwxya"

static void
test_paths(void **state)
{
	static const struct { const char *path, *pattern; } cases[] = {
		{ "/v1/head", "/v1/head" }, { "/v1/head/", "/{path}" }, { "/v1//head", "/{path}" },
		{ "/v1/head%20", NULL }, { "/v1/h\xc3\xa4", NULL }, { "", NULL }, { "*", NULL },
		{ "v1/head", NULL }, { "/", "/" }, { "/app.js", "/{path}" }, { "/app.js?x", NULL },
		{ "/v1/entries/0", "/v1/entries/{seq}" }, { "/v1/entries/00", "/{path}" },
		{ "/v1/entries/-1", "/{path}" }, { "/v1/entries/9223372036854775808", "/{path}" },
		{ "/v1/entries/7/proof", "/v1/entries/{seq}/proof" },
		{ "/v1/contracts/" HEX, "/v1/contracts/{contract}" },
		{ "/v1/contracts/" HEX "0", "/{path}" },
		{ "/v1/contracts/0011223344556677889AABBCCDDEEFF00112233445566778899AABBCCDDEEFF0",
		  "/{path}" },
		{ "/v1/contracts/" HEX "/participants/" PERSON,
		  "/v1/contracts/{contract}/participants/{participant}" },
		{ "/v1/contracts/" HEX "/participants/" PERSON "b", NULL },
		{ "/v1/receipts/a/01ARZ3NDEKTSV4RRFFQ69G5FAV",
		  "/v1/receipts/{party}/{submission}" },
		{ "/v1/receipts/A/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/{path}" },
		{ "/v1/receipts/a/01ARZ3NDEKTSV4RRFFQ69G5FAU", "/{path}" },
		{ "/tile/0/x001/234.p/7", "/tile/{path}" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct path_parts parts;
		const struct route *r = route_find(cases[i].path, &parts);

		if (cases[i].pattern == NULL)
			assert_null(r);
		else if (r == NULL)
			fail_msg("%s: expected %s, found nothing", cases[i].path, cases[i].pattern);
		else
			assert_string_equal(r->pattern, cases[i].pattern);
	}
}

static void
test_parts(void **state)
{
	struct path_parts p;

	(void)state;
	assert_true(path_match("/a/" HEX "/17", "/a/{digest}/{line}", &p));
	assert_int_equal(p.number, 17);
	assert_int_equal(p.hash.bytes[1], 0x11);
	assert_true(path_match("/tile/0/x001/234.p/7", "/tile/{path}", &p));
	assert_string_equal(p.rest, "0/x001/234.p/7");
}

static void
test_refused_queries(void **state)
{
	static const struct { const char *text, *names, *why; } cases[] = {
		{ "a=1", "", "the query: expected nothing, found 'a'" },
		{ "b=1", "a c", "the query: expected any of a c, found 'b'" },
		{ "a=1&a=2", "a", "the query: 'a' stands twice" },
		{ "=1", "a", "the query: expected any of a, found ''" },
		{ "a=%", "a", "the query: expected name=value pairs in UTF-8 with %XX escapes" },
		{ "a=%1", "a", "the query: expected name=value pairs in UTF-8 with %XX escapes" },
		{ "a=%0g", "a", "the query: expected name=value pairs in UTF-8 with %XX escapes" },
		{ "a=%00", "a", "the query: expected name=value pairs in UTF-8 with %XX escapes" },
		{ "a=%0a", "a", "the query: expected name=value pairs in UTF-8 with %XX escapes" },
		{ "a=%ff", "a", "the query: expected name=value pairs in UTF-8 with %XX escapes" },
		{ "a=\xed\xa0\x80", "a",
		  "the query: expected name=value pairs in UTF-8 with %XX escapes" },
		{ "a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&j=1&k=1&l=1&m=1", "a b c d e f g h i j k l m",
		  "the query: expected at most 12 parameters" },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct query q = { .count = 77 };
		struct err e = { 0 };

		assert_int_equal(query_parse(cases[i].text, cases[i].names, arena, &q, &e), RC_USAGE);
		assert_string_equal(e.text, cases[i].why);
		assert_int_equal(q.count, 77);
	}
	arena_free(arena);
}

static void
test_long_query(void **state)
{
	struct arena *arena = arena_new();
	char text[QUERY_BYTES_MAX + 2];
	struct err e = { 0 };
	struct query q;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[0] = 'a';
	text[1] = '=';
	text[QUERY_BYTES_MAX] = '\0';
	assert_int_equal(query_parse(text, "a", arena, &q, &e), RC_OK);
	text[QUERY_BYTES_MAX] = 'x';
	text[QUERY_BYTES_MAX + 1] = '\0';
	assert_int_equal(query_parse(text, "a", arena, &q, &e), RC_USAGE);
	assert_string_equal(e.text, "the query: expected at most 1000 bytes, found 1001");
	arena_free(arena);
}

static void
test_queries(void **state)
{
	struct arena *arena = arena_new();
	struct err e = { 0 };
	uint64_t n = 5;
	struct query q;

	(void)state;
	assert_int_equal(query_parse("a=%41+b%c3%a5&&b=&c", "a b c", arena, &q, &e), RC_OK);
	assert_string_equal(query_get(&q, "a"), "A b\xc3\xa5");
	assert_string_equal(query_get(&q, "b"), "");
	assert_string_equal(query_get(&q, "c"), "");
	assert_null(query_get(&q, "d"));
	assert_int_equal(query_number(&q, "d", 1, 2, &n, &e), RC_OK);
	assert_int_equal(n, 5);
	assert_int_equal(query_number(&q, "b", 1, 2, &n, &e), RC_USAGE);
	assert_int_equal(n, 5);
	arena_free(arena);
}

static void
test_accept(void **state)
{
	static const unsigned all = MEDIA_BIT(MEDIA_JSON) | MEDIA_BIT(MEDIA_CSV) |
				    MEDIA_BIT(MEDIA_NDJSON);
	static const struct { const char *accept; int want; } cases[] = {
		{ NULL, MEDIA_JSON }, { "", MEDIA_JSON }, { "*/*", MEDIA_JSON },
		{ "text/csv", MEDIA_CSV }, { "TEXT/CSV", MEDIA_CSV }, { "text/*", MEDIA_CSV },
		{ "text/html", -1 }, { "application/json;q=0", -1 }, { "*/*;q=0", -1 },
		{ "application/json;q=0, */*", MEDIA_CSV },
		{ "application/json;q=0.2,text/csv;q=0.3", MEDIA_CSV },
		{ "application/json;q=0.299,text/csv;q=0.3", MEDIA_CSV },
		{ "text/csv;q=0.5, */*;q=0.9", MEDIA_JSON },
		{ " text/html , application/x-ndjson ;q=0.1", MEDIA_NDJSON },
		{ "application/jsonx", -1 }, { "application/jso", -1 }, { "application", -1 },
		{ ",,,;;;", -1 }, { "text/csv;header=present;q=1", MEDIA_CSV },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum media m = MEDIA_MAX;
		int got = media_choose(cases[i].accept, all, &m) ? (int)m : -1;

		if (got != cases[i].want)
			fail_msg("%s: expected %d, found %d", cases[i].accept, cases[i].want, got);
	}
}

static void
test_languages(void **state)
{
	static const struct { const char *accept; enum language want; } cases[] = {
		{ NULL, LANGUAGE_EN }, { "", LANGUAGE_EN }, { "*", LANGUAGE_EN },
		{ "sv", LANGUAGE_SV }, { "SV", LANGUAGE_SV }, { "da", LANGUAGE_DA },
		{ "sv-SE", LANGUAGE_SV }, { "sv-SE, sv;q=0.9, en;q=0.8", LANGUAGE_SV },
		{ "da-DK;q=0.5, en-GB;q=0.7", LANGUAGE_EN }, { "svx", LANGUAGE_EN },
		{ "s", LANGUAGE_EN }, { "sv_SE", LANGUAGE_EN }, { "fi", LANGUAGE_EN },
		{ "fi, da;q=0.1", LANGUAGE_DA }, { "sv, da", LANGUAGE_SV }, { "da, sv", LANGUAGE_DA },
		{ "en;q=0.5, sv;q=0.5", LANGUAGE_EN }, { "sv;q=0.5, en;q=0.5", LANGUAGE_SV },
		/* the closer range decides, whatever a wider one weighs */
		{ "sv;q=0, *", LANGUAGE_EN }, { "en;q=0, *", LANGUAGE_SV },
		{ "en;q=0, sv;q=0, *;q=0.001", LANGUAGE_DA }, { "*;q=0.9, da;q=0.8", LANGUAGE_EN },
		{ "en;q=0.1, *;q=0.9, da;q=0.8", LANGUAGE_SV }, { "sv-SE;q=0.9, sv;q=0.2, da;q=0.5",
		  LANGUAGE_DA },
		{ "sv-FI;q=0.3, sv-SE;q=0.8, da;q=0.5", LANGUAGE_SV },
		{ "sv;q=0, da;q=0, en;q=0", LANGUAGE_EN }, { "*;q=0", LANGUAGE_EN },
		{ "sv;q=0.001", LANGUAGE_SV }, { "sv;q=0.000", LANGUAGE_EN },
		{ " da ; q=0.7 ,\tsv ; q=0.71", LANGUAGE_SV }, { ",,;;,", LANGUAGE_EN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum language got = language_choose(cases[i].accept, LANGUAGE_ALL);

		if (got != cases[i].want)
			fail_msg("%s: expected %s, found %s", cases[i].accept,
				 language_code(cases[i].want), language_code(got));
	}
	assert_int_equal(language_choose("sv, da;q=0.5", LANGUAGE_BIT(LANGUAGE_EN) |
					 LANGUAGE_BIT(LANGUAGE_DA)), LANGUAGE_DA);
	assert_int_equal(language_choose("sv", LANGUAGE_BIT(LANGUAGE_EN)), LANGUAGE_EN);
}

static void
test_digest_parts(void **state)
{
	static const struct { const char *text; bool want; } cases[] = {
		{ "0123456", false }, { "01234567", true }, { HEX, true }, { HEX "0", false },
		{ "0123456X", false }, { "0123456A", false }, { "", false }, { "abcdef01 ", false },
	};
	struct digest_part part;
	struct hash digest = { { 0x00, 0x11, 0x22, 0x33, 0x44 } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct query q = { 1, { { "digest", cases[i].text } } };
		struct err e = { 0 };
		bool given;
		enum rc rc = query_digest(&q, "digest", &given, &part, &e);

		assert_true(given);
		assert_int_equal(rc, cases[i].want ? RC_OK : RC_USAGE);
	}
	part = (struct digest_part){ 9, "001122334", 0x00112233 };
	assert_true(digest_begins(digest, &part));
	part.hex[8] = '5';
	assert_false(digest_begins(digest, &part));
}

static void
test_etags(void **state)
{
	static const struct { const char *header; bool want; } cases[] = {
		{ NULL, false }, { "", false }, { "*", true }, { "\"a\"", true }, { "\"b\"", false },
		{ "a", false }, { "\"b\", \"a\"", true }, { "W/\"a\"", true }, { "\"a", false },
		{ "\"aa\"", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(etag_matches(cases[i].header, "\"a\""), cases[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused_queries), cmocka_unit_test(test_long_query),
		cmocka_unit_test(test_paths), cmocka_unit_test(test_parts),
		cmocka_unit_test(test_queries), cmocka_unit_test(test_accept),
		cmocka_unit_test(test_etags), cmocka_unit_test(test_languages),
		cmocka_unit_test(test_digest_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
