/* test_json.c - the reader's refusals, its two manners, the writer and the builder. */
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
#include "json.h"
#include "limits_utfall.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const fraction = "a number with a fraction: "
	"write amounts as whole minor units, decimals as strings";

struct refusal {
	const char *text;
	size_t offset;
	const char *pointer, *reason;
};

static void
check_refused(const char *text, size_t size, enum json_manner manner, const struct refusal *want)
{
	struct arena *arena = arena_new();
	const struct json *got = NULL;
	struct json_fault fault;
	struct err e = { 0 };
	enum rc rc = json_read(text, size, manner, arena, &got, &fault, &e);

	if (rc != RC_REFUSED || e.rc != RC_REFUSED || got != NULL)
		fail_msg("'%s' was not refused", text);
	if (strcmp(e.text, want->reason) != 0)
		fail_msg("'%s': said '%s', not '%s'", text, e.text, want->reason);
	if (fault.offset != want->offset || strcmp(fault.pointer, want->pointer) != 0)
		fail_msg("'%s': at %zu '%s', not %zu '%s'", text, fault.offset, fault.pointer,
			 want->offset, want->pointer);
	arena_free(arena);
}

#define A_VALUE "a value (object, array, string, whole number, true or false)"
#define KEY_RULE "expected a small letter, then at most 39 small letters, digits and underscores"

/* What both manners refuse, with the same words. */
static void
both_manners_refuse(void **state)
{
	const struct refusal cases[] = {
		{ "", 0, "", "expected " A_VALUE ", found the end of the text" },
		{ "nul", 0, "", "expected " A_VALUE ", found 'n'" },
		{ "null", 0, "", "null: leave the member out" },
		{ "{\"a\":null}", 5, "/a", "null: leave the member out" },
		{ "[1,null]", 3, "/1", "null: leave the member out" },
		{ "True", 0, "", "expected " A_VALUE ", found 'T'" },
		{ "NaN", 0, "", "expected " A_VALUE ", found 'N'" },
		{ "tru", 0, "", "expected " A_VALUE ", found 't'" },
		{ "truex", 4, "", "expected the end of the text after its one value, found 'x'" },
		{ "1.5", 0, "", fraction },
		{ "[0.0]", 1, "/0", fraction },
		{ ".5", 0, "", fraction },
		{ "1e3", 0, "", "a number with an exponent: write out its digits" },
		{ "1E+3", 0, "", "a number with an exponent: write out its digits" },
		{ "-0", 0, "", "a negative zero: write 0" },
		{ "01", 0, "", "a number with a leading zero: leave the zero out" },
		{ "-01", 0, "", "a number with a leading zero: leave the zero out" },
		{ "00", 0, "", "a number with a leading zero: leave the zero out" },
		{ "-", 1, "", "expected a digit after '-', found the end of the text" },
		{ "[-a]", 2, "/0", "expected a digit after '-', found 'a'" },
		{ "+1", 0, "", "a number with a plus sign: leave the sign out" },
		{ "9007199254740992", 0, "",
		  "a number beyond +-9007199254740991: no reader agrees on more" },
		{ "-9007199254740992", 0, "",
		  "a number beyond +-9007199254740991: no reader agrees on more" },
		{ "99999999999999999999999999", 0, "",
		  "a number beyond +-9007199254740991: no reader agrees on more" },
		{ "'a'", 0, "", "a single quote: strings stand in double quotes" },
		{ "//", 0, "", "a comment: JSON has none" },
		{ "\xef\xbb\xbf{}", 0, "",
		  "a byte order mark: save the file as UTF-8 without one" },
		{ "\xff", 0, "", "expected " A_VALUE ", found byte 0xff" },
		{ "\"a", 2, "",
		  "expected '\"' at the end of the string, found the end of the text" },
		{ "\"a\\", 2, "", "expected one of \"\\/bfnrtu after '\\'" },
		{ "\"\\x41\"", 1, "", "expected one of \"\\/bfnrtu after '\\'" },
		{ "\"\\u12\"", 1, "", "expected four hexadecimal digits after '\\u'" },
		{ "\"\\u12", 1, "", "expected four hexadecimal digits after '\\u'" },
		{ "\"\\u00g0\"", 1, "", "expected four hexadecimal digits after '\\u'" },
		{ "\"a\nb\"", 2, "", "control character U+000A in a string: leave it out" },
		{ "\"\\b\"", 1, "", "control character U+0008 in a string: leave it out" },
		{ "\"\\t\"", 1, "", "control character U+0009 in a string: leave it out" },
		{ "\"\\f\"", 1, "", "control character U+000C in a string: leave it out" },
		{ "\"\\r\"", 1, "", "control character U+000D in a string: leave it out" },
		{ "\"a\\nb\"", 2, "", "control character U+000A in a string: leave it out" },
		{ "\"\\u0000\"", 1, "", "control character U+0000 in a string: leave it out" },
		{ "\"\\u007F\"", 1, "", "control character U+007F in a string: leave it out" },
		{ "\"\x7f\"", 1, "", "control character U+007F in a string: leave it out" },
		{ "\"\\ufffe\"", 1, "", "noncharacter U+FFFE in a string: leave it out" },
		{ "\"\xef\xb7\x90\"", 1, "", "noncharacter U+FDD0 in a string: leave it out" },
		{ "\"\\ud83f\\udfff\"", 1, "", "noncharacter U+1FFFF in a string: leave it out" },
		{ "\"\\ud83d\"", 1, "", "lone surrogate U+D83D: it is half a character" },
		{ "\"\\ud83dx\"", 1, "", "lone surrogate U+D83D: it is half a character" },
		{ "\"\\ud83d\\u0041\"", 1, "", "lone surrogate U+D83D: it is half a character" },
		{ "\"\\ude02\"", 1, "", "lone surrogate U+DE02: it is half a character" },
		{ "\"\xed\xa0\x80\"", 1, "",
		  "byte 0xed is not UTF-8 here: save the text as UTF-8" },
		{ "\"Malm\xf6\"", 5, "", "byte 0xf6 is not UTF-8 here: save the text as UTF-8" },
		{ "\"\xc3\"", 1, "", "byte 0xc3 is not UTF-8 here: save the text as UTF-8" },
		{ "{", 1, "", "expected a key in double quotes, found the end of the text" },
		{ "{a:1}", 1, "", "expected a key in double quotes, found 'a'" },
		{ "{1:1}", 1, "", "expected a key in double quotes, found '1'" },
		{ "{\"A\":1}", 1, "", "key 'A': " KEY_RULE },
		{ "{\"\":1}", 1, "", "key '': " KEY_RULE },
		{ "{\"1\":1}", 1, "", "key '1': " KEY_RULE },
		{ "{\"a-b\":1}", 1, "", "key 'a-b': " KEY_RULE },
		{ "{\"p\xc3\xa9\":1}", 1, "", "key 'p\?\?': " KEY_RULE },
		{ "{\"a\":{\"_\":1}}", 6, "/a", "key '_': " KEY_RULE },
		{ "{\"a1234567890123456789012345678901234567890\":1}", 1, "",
		  "key 'a123456789012345678901234567890123456789'...: " KEY_RULE },
		{ "{\"a\"}", 4, "", "expected ':' after the key, found '}'" },
		{ "{\"a\":}", 5, "/a", "expected " A_VALUE ", found '}'" },
		{ "{\"a\":1", 6, "",
		  "expected ',' or '}' after a member, found the end of the text" },
		{ "{\"a\":1]", 6, "", "expected ',' or '}' after a member, found ']'" },
		{ "{\"a\":1,}", 7, "", "a comma before '}': leave it out" },
		{ "{,}", 1, "", "expected a key in double quotes, found ','" },
		{ "[", 1, "/0", "expected " A_VALUE ", found the end of the text" },
		{ "[1", 2, "", "expected ',' or ']' after an item, found the end of the text" },
		{ "[1,]", 3, "", "a comma before ']': leave it out" },
		{ "[,]", 1, "/0", "expected " A_VALUE ", found ','" },
		{ "[1}", 2, "", "expected ',' or ']' after an item, found '}'" },
		{ "]", 0, "", "expected " A_VALUE ", found ']'" },
		{ "{}{}", 2, "", "expected the end of the text after its one value, found '{'" },
		{ "{\"a\":1,\"a\":2}", 7, "", "key 'a' stands twice in one object: keep one" },
		{ "[{\"a\":{\"b\":1,\"b\":[]}}]", 13, "/0/a",
		  "key 'b' stands twice in one object: keep one" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		check_refused(cases[i].text, strlen(cases[i].text), JSON_CANONICAL, &cases[i]);
		check_refused(cases[i].text, strlen(cases[i].text), JSON_RELAXED, &cases[i]);
	}
}

static void
a_nul_byte_is_not_the_end(void **state)
{
	const struct refusal outside = { "", 2, "",
		"expected the end of the text after its one value, found byte 0x00" };
	const struct refusal inside = { "", 2, "",
		"control character U+0000 in a string: leave it out" };

	(void)state;
	check_refused("{}\0", 3, JSON_CANONICAL, &outside);
	check_refused("{}\0", 3, JSON_RELAXED, &outside);
	check_refused("\"a\0b\"", 5, JSON_CANONICAL, &inside);
}

/* What only canonical bytes may not hold; the relaxed reader makes the bytes at the right of it. */
static void
canonical_refuses_what_relaxed_repairs(void **state)
{
	static const struct {
		struct refusal refusal;
		const char *want;
	} cases[] = {
		{ { " 1", 0, "", "white space: canonical bytes have none" }, "1" },
		{ { "1 ", 1, "", "white space: canonical bytes have none" }, "1" },
		{ { "{}\n", 2, "", "white space: canonical bytes have none" }, "{}" },
		{ { "[ ]", 1, "/0", "white space: canonical bytes have none" }, "[]" },
		{ { "[1, 2]", 3, "/1", "white space: canonical bytes have none" }, "[1,2]" },
		{ { "{ }", 1, "", "white space: canonical bytes have none" }, "{}" },
		{ { "{\"a\" :1}", 4, "", "white space: canonical bytes have none" }, "{\"a\":1}" },
		{ { "{\"a\":\t1}", 5, "/a", "white space: canonical bytes have none" },
		  "{\"a\":1}" },
		{ { "{\"a\":1\r}", 6, "", "white space: canonical bytes have none" }, "{\"a\":1}" },
		{ { "{\"b\":1,\"a\":2}", 7, "",
		    "key 'a' after 'b': canonical bytes have members sorted by key" },
		  "{\"a\":2,\"b\":1}" },
		{ { "{\"a1\":1,\"a\":2}", 8, "",
		    "key 'a' after 'a1': canonical bytes have members sorted by key" },
		  "{\"a\":2,\"a1\":1}" },
		{ { "\"\\/\"", 1, "", "an escape where none is needed: "
		    "canonical bytes escape only \" and \\" }, "\"/\"" },
		{ { "\"\\u0041\"", 1, "", "an escape where none is needed: "
		    "canonical bytes escape only \" and \\" }, "\"A\"" },
		{ { "\"\\u0022\"", 1, "", "an escape where none is needed: "
		    "canonical bytes escape only \" and \\" }, "\"\\\"\"" },
		{ { "\"\\u00F6\\u20ac\\ud83d\\uDE02\"", 1, "", "an escape where none is needed: "
		    "canonical bytes escape only \" and \\" },
		  "\"\xc3\xb6\xe2\x82\xac\xf0\x9f\x98\x82\"" },
		{ { "{\"\\u0061\":1}", 2, "", "an escape where none is needed: "
		    "canonical bytes escape only \" and \\" }, "{\"a\":1}" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct refusal *r = &cases[i].refusal;
		struct arena *arena = arena_new();
		const struct json *got;
		struct buf out = { 0 };
		struct err e = { 0 };

		check_refused(r->text, strlen(r->text), JSON_CANONICAL, r);
		assert_int_equal(json_read(r->text, strlen(r->text), JSON_RELAXED, arena, &got,
					   NULL, &e), RC_OK);
		json_write(got, &out);
		assert_string_equal(out.data, cases[i].want);
		buf_free(&out);
		arena_free(arena);
	}
}

/* Two keys equal only after unescaping, in an object that must be sorted. */
static void
relaxed_finds_the_first_duplicate(void **state)
{
	static const struct refusal cases[] = {
		{ "{\"b\":1, \"a\":2, \"\\u0062\":3, \"a\":4}", 15, "",
		  "key 'b' stands twice in one object: keep one" },
		{ "{\"c\":0, \"a\":1,\n \"b\":2, \"c\":3}", 23, "",
		  "key 'c' stands twice in one object: keep one" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_refused(cases[i].text, strlen(cases[i].text), JSON_RELAXED, &cases[i]);
}

static void
canonical_bytes_come_back(void **state)
{
	static const char *const cases[] = {
		"{}", "[]", "\"\"", "0", "7", "-7", "true", "false",
		"9007199254740991", "-9007199254740991",
		"\"\\\"\\\\\"", "\"/<script>'&\"", "\"\xc3\xb6\xe2\x82\xac\xf0\x9f\x98\x82\"",
		"[[],{},[[]],\"\",0,true,false]",
		"{\"a\":{},\"a1\":[],\"a_\":{\"z\":-1},\"ab\":\"x\",\"b\":[1,[2,[3]]]}",
		"{\"a\":\"\xf4\x80\x80\x80\xef\xbf\xbd\"}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (int manner = JSON_CANONICAL; manner <= JSON_RELAXED; manner++) {
			struct arena *arena = arena_new();
			const struct json *got;
			struct buf out = { 0 };
			struct err e = { 0 };
			enum rc rc = json_read(cases[i], strlen(cases[i]), (enum json_manner)manner,
					       arena, &got, NULL, &e);

			if (rc != RC_OK)
				fail_msg("%s: %s", cases[i], e.text);
			json_write(got, &out);
			assert_string_equal(out.data, cases[i]);
			buf_free(&out);
			arena_free(arena);
		}
}

/* Strings are looked at eight bytes at a time: each byte stands for itself at every place of one,
 * or at none. */
static void
every_byte_is_told_at_every_place(void **state)
{
	(void)state;
	for (size_t length = 1; length <= 20; length++)
		for (size_t at = 0; at < length; at++)
			for (int c = 0; c < 256; c++) {
				bool plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
				struct arena *arena = arena_new();
				const struct json *got = NULL;
				struct buf out = { 0 };
				char text[24];
				struct err e;
				enum rc rc;

				memset(text, '~', sizeof(text));
				text[0] = text[length + 1] = '"';
				text[at + 1] = (char)c;
				rc = json_read(text, length + 2, JSON_CANONICAL, arena, &got, NULL, &e);
				if ((rc == RC_OK) != plain)
					fail_msg("byte %d at %zu of %zu", c, at, length);
				if (plain)
					json_write(got, &out);
				if (plain && (out.size != length + 2 ||
					      memcmp(out.data, text, out.size) != 0))
					fail_msg("byte %d at %zu of %zu comes back otherwise", c, at,
						 length);
				buf_free(&out);
				arena_free(arena);
			}
}

static const struct json *
read_or_fail(struct arena *arena, const char *text)
{
	const struct json *got;
	struct err e = { 0 };

	if (json_read(text, strlen(text), JSON_RELAXED, arena, &got, NULL, &e) != RC_OK)
		fail_msg("%s: %s", text, e.text);
	return got;
}

/* `depth` levels around `inside`. */
static char *
nest(struct arena *arena, int depth, const char *inside)
{
	char *text = arena_alloc(arena, (size_t)depth * 6 + strlen(inside) + 1), *at = text;

	for (int i = 0; i < depth; i++)
		at = stpcpy(at, i % 2 ? "[" : "{\"a\":");
	at = stpcpy(at, inside);
	for (int i = depth; i-- > 0; )
		at = stpcpy(at, i % 2 ? "]" : "}");
	return text;
}

static void
sixteen_levels_and_no_more(void **state)
{
	const struct refusal too_deep = { "", 8 * (strlen("{\"a\":") + strlen("[")),
		"/a/0/a/0/a/0/a/0/a/0/a/0/a/0/a/0",
		"more than 16 levels of nesting: flatten the document" };
	struct arena *arena = arena_new();
	const struct json *got;
	char *text;

	(void)state;
	text = nest(arena, LIMIT_JSON_DEPTH, "1");
	got = read_or_fail(arena, text);
	assert_int_equal(json_depth(got), LIMIT_JSON_DEPTH);
	text = nest(arena, LIMIT_JSON_DEPTH + 1, "1");
	check_refused(text, strlen(text), JSON_CANONICAL, &too_deep);
	check_refused(text, strlen(text), JSON_RELAXED, &too_deep);
	arena_free(arena);
}

/* "[0,0,...]" with `count` values, the array counted. */
static char *
many_values(size_t count, size_t *ret_size)
{
	char *text;

	*ret_size = 2 * (count - 1) + 1;
	text = malloc(*ret_size);
	assert_non_null(text);
	for (size_t i = 0; i < *ret_size; i++)
		text[i] = i % 2 ? '0' : ',';
	text[0] = '[';
	text[*ret_size - 1] = ']';
	return text;
}

static void
values_are_bounded(void **state)
{
	const struct refusal too_many = { "", 2 * (LIMIT_JSON_VALUES - 1) + 1, "/1999999",
		"more than 2000000 values in one document: split it" };
	struct arena *arena = arena_new();
	const struct json *got;
	struct err e = { 0 };
	char *text;
	size_t size;

	(void)state;
	text = many_values(LIMIT_JSON_VALUES, &size);
	assert_int_equal(json_read(text, size, JSON_CANONICAL, arena, &got, NULL, &e), RC_OK);
	assert_int_equal(got->count, LIMIT_JSON_VALUES - 1);
	free(text);
	text = many_values((size_t)LIMIT_JSON_VALUES + 1, &size);
	check_refused(text, size, JSON_CANONICAL, &too_many);
	free(text);
	arena_free(arena);
}

static void
the_place_stands_in_front_where_nobody_asks(void **state)
{
	static const char text[] = "{\n  \"a\": [\n    1,\n    2.5\n  ]\n}";
	struct arena *arena = arena_new();
	const struct json *got;
	struct json_fault fault;
	struct err e = { 0 };
	enum rc rc;

	(void)state;
	rc = json_read(text, strlen(text), JSON_RELAXED, arena, &got, NULL, &e);
	assert_int_equal(rc, RC_REFUSED);
	assert_string_equal(e.text, "line 4, column 5, at /a/1: a number with a fraction: "
			    "write amounts as whole minor units, decimals as strings");
	rc = json_read(text, strlen(text), JSON_RELAXED, arena, &got, &fault, &e);
	assert_int_equal(rc, RC_REFUSED);
	assert_int_equal(fault.line, 4);
	assert_int_equal(fault.column, 5);
	assert_string_equal(fault.pointer, "/a/1");
	assert_string_equal(e.text, fraction);
	arena_free(arena);
}

/* Six steps of 41 bytes fit 256, the seventh does not. */
static void
a_long_pointer_goes_as_far_as_there_is_room(void **state)
{
	static const char key[] = "a123456789012345678901234567890123456789";
	struct buf text = { 0 }, pointer = { 0 };
	struct refusal want = { "", 7 * strlen("{\"\":") + 7 * strlen(key), NULL,
				"null: leave the member out" };

	(void)state;
	for (int i = 0; i < 7; i++) {
		buf_printf(&text, "{\"%s\":", key);
		if (i < 6)
			buf_printf(&pointer, "/%s", key);
	}
	buf_text(&text, "null");
	want.pointer = pointer.data;
	check_refused(text.data, text.size, JSON_CANONICAL, &want);
	buf_free(&text);
	buf_free(&pointer);
}

static void
sizes_beyond_32_bits_are_refused(void **state)
{
	const struct refusal want = { "", 0, "",
		"4294967295 bytes of JSON: at most 4294967294" };

	(void)state;
	check_refused("", UINT32_MAX, JSON_RELAXED, &want);	/* not read: only counted */
}

static void
positions_end_with_the_text(void **state)
{
	size_t line, column;

	(void)state;
	json_position("ab\nc", 4, 3, &line, &column);
	assert_true(line == 2 && column == 1);
	json_position("ab\nc", 4, 99, &line, &column);
	assert_true(line == 2 && column == 2);
	json_position("", 0, 0, &line, &column);
	assert_true(line == 1 && column == 1);
}

static void
values_know_where_they_stood(void **state)
{
	struct arena *arena = arena_new();
	const struct json *root = read_or_fail(arena,
		" {\"b\": [true, \"x\\u0041y\"], \"a\": -5 }");
	const struct json *items = json_get(root, "b");

	(void)state;
	assert_int_equal(root->offset, 1);
	assert_int_equal(items->offset, 7);
	assert_int_equal(items->items[0].offset, 8);
	assert_int_equal(items->items[1].offset, 14);
	assert_int_equal(items->items[1].count, 3);
	assert_string_equal(items->items[1].string, "xAy");
	assert_int_equal(json_get(root, "a")->offset, 32);
	arena_free(arena);
}

static void
members_are_found_by_key_and_kind(void **state)
{
	struct arena *arena = arena_new();
	const struct json *o = read_or_fail(arena,
		"{\"a\":1,\"b\":\"x\",\"c\":true,\"d\":false,\"e\":{}}");

	(void)state;
	assert_null(json_get(NULL, "a"));
	assert_null(json_get(o, "f"));
	assert_null(json_get(o, ""));
	assert_null(json_get(json_get(o, "a"), "a"));
	assert_null(json_get_string(o, "a"));
	assert_string_equal(json_get_string(o, "b"), "x");
	assert_int_equal(json_get_integer(o, "a", 9), 1);
	assert_int_equal(json_get_integer(o, "b", 9), 9);
	assert_int_equal(json_get_integer(NULL, "b", 9), 9);
	assert_true(json_get_true(o, "c"));
	assert_false(json_get_true(o, "d"));
	assert_false(json_get_true(o, "a"));
	assert_true(json_is(json_get(o, "b"), "x"));
	assert_false(json_is(json_get(o, "b"), "xy"));
	assert_false(json_is(json_get(o, "a"), "1"));
	assert_false(json_is(NULL, "x"));
	arena_free(arena);
}

static void
pointers_follow_rfc_6901(void **state)
{
	static const struct {
		const char *pointer;
		int64_t want;	/* -1: nothing there */
	} cases[] = {
		{ "/a/0", 10 }, { "/a/11", 21 }, { "/b/c", 5 },
		{ "a", -1 }, { "/", -1 }, { "/c", -1 }, { "/a/", -1 }, { "/a/12", -1 },
		{ "/a/00", -1 }, { "/a/-", -1 }, { "/a/-1", -1 }, { "/a/1e0", -1 }, { "/b/c/", -1 },
		{ "/b/0", -1 },
		{ "/a/99999999999999999999", -1 }, { "/a/4294967296", -1 },
	};
	struct arena *arena = arena_new();
	const struct json *root = read_or_fail(arena,
		"{\"a\":[10,11,12,13,14,15,16,17,18,19,20,21],\"b\":{\"c\":5}}");

	(void)state;
	assert_ptr_equal(json_pointer(root, ""), root);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct json *got = json_pointer(root, cases[i].pointer);

		if ((got == NULL ? -1 : got->integer) != cases[i].want)
			fail_msg("'%s'", cases[i].pointer);
	}
	arena_free(arena);
}

static void
assert_written(const struct json *value, const char *want)
{
	struct buf out = { 0 };

	json_write(value, &out);
	assert_string_equal(out.data, want);
	buf_free(&out);
}

static void
built_trees_are_sorted(void **state)
{
	struct arena *arena = arena_new();
	struct json o = json_object(), items = json_array(arena, 0), other;

	(void)state;
	assert_written(&o, "{}");
	json_set(arena, &o, "m", json_integer(1));
	json_set(arena, &o, "z", json_boolean(false));
	json_set(arena, &o, "a", json_string("x\"y"));
	json_set(arena, &o, "m", json_integer(2));
	assert_written(&o, "{\"a\":\"x\\\"y\",\"m\":2,\"z\":false}");
	for (int i = 0; i < 20; i++)
		json_add(arena, &items, json_integer(i));
	json_set(arena, &o, "items", items);
	assert_int_equal(json_get(&o, "items")->count, 20);
	other = items;
	json_add(arena, &items, json_integer(-1));
	json_add(arena, &other, json_integer(-2));
	assert_int_equal(items.items[20].integer, -1);
	assert_int_equal(other.items[20].integer, -2);
	arena_free(arena);
}

/* Changing a copy of what was read must not change what was read. */
static void
trees_that_were_read_stay(void **state)
{
	static const char text[] = "{\"a\":[1,2],\"b\":{\"c\":\"x\"}}";
	struct arena *arena = arena_new();
	const struct json *root = read_or_fail(arena, text);
	struct json o = *root, items = *json_get(root, "a"), deep = json_copy(arena, root);

	(void)state;
	json_set(arena, &o, "a", json_integer(7));
	json_set(arena, &o, "aa", json_integer(8));
	json_add(arena, &items, json_integer(3));
	assert_written(&o, "{\"a\":7,\"aa\":8,\"b\":{\"c\":\"x\"}}");
	assert_written(&items, "[1,2,3]");
	assert_written(root, text);
	assert_written(&deep, text);
	assert_true(json_equal(root, &deep));
	assert_false(json_equal(root, &o));
	arena_free(arena);
}

static void
equality_is_of_values(void **state)
{
	static const char *const different[] = {
		"{}", "[]", "\"\"", "0", "1", "true", "false", "\"a\"", "\"b\"", "[1]", "[2]",
		"[1,1]", "{\"a\":1}", "{\"b\":1}", "{\"a\":2}", "{\"a\":1,\"b\":1}", "[[]]", "[{}]",
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(different); i++)
		for (size_t j = 0; j < COUNT(different); j++)
			assert_int_equal(json_equal(read_or_fail(arena, different[i]),
						    read_or_fail(arena, different[j])), i == j);
	arena_free(arena);
}

/* RFC 8785 section 3.2.2.2 fixes the escapes; bytes that are no UTF-8 become U+FFFD. */
static void
built_strings_may_hold_anything(void **state)
{
	struct json s = json_string("\x01\b\t\n\x0b\f\r\x1f \x7f/\"\\\xc3\xb6\xff\xe2\x82");

	(void)state;
	assert_written(&s, "\"\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f \x7f/\\\"\\\\\xc3\xb6"
		       "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_manners_refuse),
		cmocka_unit_test(a_nul_byte_is_not_the_end),
		cmocka_unit_test(canonical_refuses_what_relaxed_repairs),
		cmocka_unit_test(relaxed_finds_the_first_duplicate),
		cmocka_unit_test(canonical_bytes_come_back),
		cmocka_unit_test(every_byte_is_told_at_every_place),
		cmocka_unit_test(sixteen_levels_and_no_more),
		cmocka_unit_test(values_are_bounded),
		cmocka_unit_test(the_place_stands_in_front_where_nobody_asks),
		cmocka_unit_test(a_long_pointer_goes_as_far_as_there_is_room),
		cmocka_unit_test(sizes_beyond_32_bits_are_refused),
		cmocka_unit_test(positions_end_with_the_text),
		cmocka_unit_test(values_know_where_they_stood),
		cmocka_unit_test(members_are_found_by_key_and_kind),
		cmocka_unit_test(pointers_follow_rfc_6901),
		cmocka_unit_test(built_trees_are_sorted),
		cmocka_unit_test(trees_that_were_read_stay),
		cmocka_unit_test(equality_is_of_values),
		cmocka_unit_test(built_strings_may_hold_anything),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
