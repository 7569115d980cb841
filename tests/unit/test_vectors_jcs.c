/* test_vectors_jcs.c - the published pairs of RFC 8785's reference data.
 *
 * None of the six documents lies wholly within our subset: each must be refused,
 * for the right reason and at the right place. What lies within it, in pieces,
 * must come out as published. Folder: $UTFALL_VECTORS, else ../shared/vectors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "file.h"
#include "json.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define KEY_RULE "expected a small letter, then at most 39 small letters, digits and underscores"
#define FRACTION "a number with a fraction: " \
		 "write amounts as whole minor units, decimals as strings"

static const char *
folder(void)
{
	const char *set = getenv("UTFALL_VECTORS");

	return set != NULL ? set : "../shared/vectors";
}

static void
load(const char *which, const char *name, struct buf *ret)
{
	char path[500];
	struct err e = { 0 };

	(void)snprintf(path, sizeof(path), "%s/jcs/%s/%s.json", folder(), which, name);
	if (file_read(path, 100000, ret, &e) != RC_OK)
		fail_msg("%s", e.text);
}

static void
whole_documents_are_refused_for_their_reason(void **state)
{
	static const struct {
		const char *name, *pointer, *reason;
	} cases[] = {
		{ "arrays", "/1", "key '10': " KEY_RULE },
		{ "french", "", "key 'p?\?ch?\?': " KEY_RULE },
		{ "structures", "", "key '1': " KEY_RULE },
		{ "unicode", "", "key 'Unnormalized Unicode': " KEY_RULE },
		{ "values", "/numbers/0", FRACTION },
		{ "weird", "", "key '?\?\?': " KEY_RULE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf text = { 0 };
		struct arena *arena;
		const struct json *got;
		struct json_fault fault;
		struct err e = { 0 };
		enum rc rc;

		load("input", cases[i].name, &text);
		arena = arena_new();
		rc = json_read(text.data, text.size, JSON_RELAXED, arena, &got, &fault, &e);
		assert_int_equal(rc, RC_REFUSED);
		assert_string_equal(fault.pointer, cases[i].pointer);
		assert_string_equal(e.text, cases[i].reason);
		buf_free(&text);
		arena_free(arena);
	}
}

/* Pieces of an input with the piece of the output that they become; NULL: refused with `reason`. */
static const struct piece {
	const char *name, *input, *output, *reason;
} pieces[] = {
	{ "arrays", "56", "56", NULL },
	{ "arrays", "[ ]", "[]", NULL },
	{ "arrays", "true", "true", NULL },
	{ "arrays", "null", "null", "null: leave the member out" },
	{ "french", "\"is wrong according to French\"", "\"is wrong according to French\"", NULL },
	{ "structures", "{ }", "{}", NULL },
	{ "structures", "56.0", "56", FRACTION },
	{ "structures", "\"\\n\"", "\"\\n\"",
	  "control character U+000A in a string: leave it out" },
	{ "unicode", "\"A\\u030a\"", "\"A\xcc\x8a\"", NULL },
	{ "values", "1E30", "1e+30", "a number with an exponent: write out its digits" },
	{ "values", "4.50", "4.5", FRACTION },
	{ "values", "2e-3", "0.002", "a number with an exponent: write out its digits" },
	{ "values", "false", "false", NULL },
	{ "values", "\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"",
	  "\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"",
	  "control character U+000F in a string: leave it out" },
	{ "weird", "\"\\u20ac\"", "\"\xe2\x82\xac\"", NULL },
	{ "weird", "\"\\r\"", "\"\\r\"", "control character U+000D in a string: leave it out" },
	{ "weird", "\"\\u0080\"", "\"\xc2\x80\"", NULL },
	{ "weird", "\"Control\\u007f\"", "\"Control\x7f\"",
	  "control character U+007F in a string: leave it out" },
	{ "weird", "\"\\ud83d\\ude02\"", "\"\xf0\x9f\x98\x82\"", NULL },
	{ "weird", "\"\\u00f6\"", "\"\xc3\xb6\"", NULL },
	{ "weird", "\"\\ufb33\"", "\"\xef\xac\xb3\"", NULL },
	{ "weird", "\"</script>\"", "\"</script>\"", NULL },
};

static void
check_piece(const struct piece *p)
{
	struct arena *arena = arena_new();
	struct buf out = { 0 };
	const struct json *got;
	struct json_fault fault;
	struct err e = { 0 };
	enum rc rc;

	rc = json_read(p->input, strlen(p->input), JSON_RELAXED, arena, &got, &fault, &e);
	if (p->reason != NULL) {
		assert_int_equal(rc, RC_REFUSED);
		assert_string_equal(e.text, p->reason);
	} else {
		assert_int_equal(rc, RC_OK);
		json_write(got, &out);
		assert_string_equal(out.data, p->output);
		rc = json_read(p->output, strlen(p->output), JSON_CANONICAL, arena, &got, &fault,
			       &e);
		assert_int_equal(rc, RC_OK);
	}
	buf_free(&out);
	arena_free(arena);
}

static void
pieces_come_out_as_published(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct buf input = { 0 }, output = { 0 };

		load("input", pieces[i].name, &input);
		load("output", pieces[i].name, &output);
		if (strstr(input.data, pieces[i].input) == NULL ||
		    strstr(output.data, pieces[i].output) == NULL)
			fail_msg("%s is no piece of %s", pieces[i].input, pieces[i].name);
		check_piece(&pieces[i]);
		buf_free(&input);
		buf_free(&output);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_documents_are_refused_for_their_reason),
		cmocka_unit_test(pieces_come_out_as_published),
	};

	if (access(folder(), R_OK) != 0) {
		printf("1..0 # SKIP no published vectors in %s\n", folder());
		return 0;
	}
	return cmocka_run_group_tests_name("jcs vectors", tests, NULL, NULL);
}
