/* test_sample.c - the draw. The order of the seven keys was computed by python3's hashlib:
 * sorted(keys, key=sha256("utfall/sample/v1\n" + root + "\n" + key)) gives b e g a f c d. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sample.h"

static const char *
drawn_of(const char *names, int64_t num, int64_t den, char ret[16])
{
	struct ratio share = { num, den };
	struct hash keys[8];
	bool drawn[8];
	size_t n = strlen(names), used = 0;

	for (size_t i = 0; i < n; i++)
		keys[i] = hash_bytes(names + i, 1);
	sample_draw(hash_bytes("root", 4), share, keys, n, drawn);
	for (size_t i = 0; i < n; i++)
		if (drawn[i])
			ret[used++] = names[i];
	ret[used] = '\0';
	return ret;
}

static void
the_share_that_comes_first_is_drawn(void **state)
{
	static const struct { const char *names; int64_t num, den; const char *want; } cases[] = {
		{ "abcdefg", 0, 1, "" },
		{ "abcdefg", 1, 1000, "b" },		/* rounded up */
		{ "abcdefg", 1, 7, "b" },
		{ "abcdefg", 2, 7, "be" },
		{ "abcdefg", 1, 4, "be" },		/* 1.75 */
		{ "abcdefg", 1, 2, "abeg" },		/* 3.5 */
		{ "abcdefg", 6, 7, "abcefg" },
		{ "abcdefg", 1, 1, "abcdefg" },
		{ "gfedcba", 1, 4, "eb" },		/* whatever the order of lines */
		{ "d", 1, 4, "d" },
		{ "", 1, 2, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char got[16];

		assert_string_equal(drawn_of(cases[i].names, cases[i].num, cases[i].den, got),
				    cases[i].want);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_share_that_comes_first_is_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
