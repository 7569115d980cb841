/* What readers are given is what the program's table says. UTFALL_ACCEPT=1 writes the files
 * anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"
#include "event_text.h"
#include "file.h"

static void
assert_file(const char *path, void (*write)(struct buf *))
{
	struct buf want = { 0 }, got = { 0 };
	struct err e = { 0 };

	write(&want);
	if (getenv("UTFALL_ACCEPT") != NULL)
		assert_int_equal(file_write(path, want.data, want.size, 0644, &e), RC_OK);
	assert_int_equal(file_read(path, 1 << 20, &got, &e), RC_OK);
	if (got.size != want.size || memcmp(got.data, want.data, want.size) != 0)
		fail_msg("%s is not what the table says; `make accept` writes it anew", path);
	buf_free(&want);
	buf_free(&got);
}

static void
events_md_is_the_table(void **state)
{
	(void)state;
	assert_file("audit/EVENTS.md", event_types_markdown);
}

static void
events_schema_is_the_table(void **state)
{
	(void)state;
	assert_file("contracts/events.schema.json", event_types_schema);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_md_is_the_table),
		cmocka_unit_test(events_schema_is_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
