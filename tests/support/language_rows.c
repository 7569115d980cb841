/* language_rows.c - rows of a table of texts are alike in every language. */
#include "language_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Bit i: {i} stands in the text. */
static unsigned
arguments_of(const char *text)
{
	unsigned ret = 0;

	for (; *text != '\0'; text++)
		if (*text == '{') {
			assert_in_range(text[1], '0', '0' + LANGUAGE_ARGUMENTS - 1);
			assert_int_equal(text[2], '}');
			ret |= 1u << (text[1] - '0');
		}
	return ret;
}

/* One word may be the same word in two languages; a sentence never is. */
static bool
is_sentence(const char *text)
{
	return strchr(text, ' ') != NULL && strlen(text) >= 9;
}

void
language_rows(language_row_fn *text, int first, int end)
{
	for (int row = first; row < end; row++) {
		const char *english = text(LANGUAGE_EN, row);

		if (english == NULL || *english == '\0')
			fail_msg("row %d has no English", row);
		for (int l = LANGUAGE_EN + 1; l < LANGUAGE_MAX; l++) {
			const char *other = text((enum language)l, row);

			if (other == NULL || *other == '\0')
				fail_msg("\"%s\" is not said in %s", english,
					 language_code((enum language)l));
			if (arguments_of(other) != arguments_of(english))
				fail_msg("\"%s\" and \"%s\" do not take the same arguments",
					 english, other);
			if (is_sentence(english) && strcmp(english, other) == 0)
				fail_msg("\"%s\" is left in English", english);
		}
	}
}
