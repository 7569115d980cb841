/* test_personal.c - personal identity numbers: published examples, and what only looks like them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "personal.h"

static const struct {
	const char *text;
	bool found;
} cases[] = {
	/* the Swedish tax agency's examples of a personnummer and a samordningsnummer */
	{ "811218-9876", true },
	{ "8112189876", true },
	{ "198112189876", true },
	{ "19811218-9876", true },
	{ "811218+9876", true },
	{ "701063-2391", true },
	{ "197010632391", true },
	/* the Danish CPR office's example */
	{ "070761-4285", true },
	{ "0707614285", true },
	/* inside other text, and split */
	{ "letter of 811218-9876, signed", true },
	{ "ref811218-9876", true },
	{ "81 12 18 98 76", true },
	{ "1981.12.18.9876", true },
	{ "8112189876 5", true },
	/* another check digit, no such day: 99 and 31 February */
	{ "811218-9875", false },
	{ "811299-9876", false },
	{ "9913991234", false },
	/* whole runs only: longer or shorter ones are something else */
	{ "81121898761", false },
	{ "1811218987600", false },
	{ "811218987", false },
	{ "20180315120000", false },
	{ "2018-03-15", false },
	{ "", false },
	{ "no digits here", false },
	/* 12 digits of a century without people alive */
	{ "178112189876", false },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool found = personal_number_in(cases[i].text, strlen(cases[i].text));

		if (found != cases[i].found)
			print_message("# '%s'\n", cases[i].text);
		assert_int_equal(found, cases[i].found);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_cases) };

	return cmocka_run_group_tests_name("personal", tests, NULL, NULL);
}
