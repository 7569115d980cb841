/* What readers are given is what the program's table says. UTFALL_ACCEPT=1 writes the files
 * anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "accepted.h"
#include "buf.h"
#include "event_text.h"

static void
events_md_is_the_table(void **state)
{
	struct buf text = { 0 };

	(void)state;
	event_types_markdown(&text);
	assert_accepted("audit/EVENTS.md", &text);
}

static void
events_schema_is_the_table(void **state)
{
	struct buf text = { 0 };

	(void)state;
	event_types_schema(&text);
	assert_accepted("contracts/events.schema.json", &text);
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
