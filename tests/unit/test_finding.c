/* test_finding.c - lists of errors: what is printed, only counted, made harmless. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "finding.h"
#include "limits_utfall.h"

static void
each_stands_on_a_line_with_its_place(void **state)
{
	struct findings f = { .arena = arena_new() };
	struct buf out = { 0 };

	(void)state;
	finding_add(&f, SEVERITY_ERROR, 3, 7, "/a/0", "expected %s, found %d", "a date", 5);
	finding_add(&f, SEVERITY_WARNING, 4, 0, NULL, "odd");
	finding_add(&f, SEVERITY_ERROR, 0, 0, "", "empty");
	findings_print(&f, "x.json", &out);
	assert_string_equal(out.data, "x.json:3:7: error at /a/0: expected a date, found 5\n"
			    "x.json:4: warning: odd\n"
			    "x.json: error: empty\n");
	assert_int_equal(f.errors, 2);
	assert_int_equal(f.warnings, 1);
	buf_free(&out);
	arena_free(f.arena);
}

static void
beyond_the_limit_they_are_counted(void **state)
{
	struct findings f = { .arena = arena_new() };
	struct buf out = { 0 };

	(void)state;
	for (int i = 0; i < LIMIT_FINDINGS; i++)
		finding_add(&f, SEVERITY_ERROR, 0, 0, NULL, "n");
	findings_print(&f, "f", &out);
	assert_null(strstr(out.data, "more"));
	finding_add(&f, SEVERITY_ERROR, 0, 0, NULL, "n");
	finding_add(&f, SEVERITY_WARNING, 0, 0, NULL, "n");
	buf_clear(&out);
	findings_print(&f, "f", &out);
	assert_int_equal(f.count, LIMIT_FINDINGS);
	assert_int_equal(f.errors, LIMIT_FINDINGS + 1);
	assert_non_null(strstr(out.data, "\nf: 2 more, not listed\n"));
	buf_free(&out);
	arena_free(f.arena);
}

/* A hostile file must not move the cursor of who reads its errors. */
static void
controls_do_not_reach_a_terminal(void **state)
{
	struct findings f = { .arena = arena_new() };

	(void)state;
	finding_add(&f, SEVERITY_ERROR, 0, 0, "/\x1b",
		    "\x1b[2J\n\x7f \xc2\x9b[2J \xc3\xb6\xc2\xa0");
	assert_string_equal(f.items[0].pointer, "/?");
	assert_string_equal(f.items[0].text, "?[2J?? ??[2J \xc3\xb6\xc2\xa0");
	arena_free(f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_stands_on_a_line_with_its_place),
		cmocka_unit_test(beyond_the_limit_they_are_counted),
		cmocka_unit_test(controls_do_not_reach_a_terminal),
	};

	return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
