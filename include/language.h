/* language.h - the languages that sentences for people come in, and how they write
 * numbers, dates and money.
 *
 * Layer 1. Everything that a machine reads is the same in all of them; no libc
 * locale is asked.
 */
#ifndef UTFALL_LANGUAGE_H
#define UTFALL_LANGUAGE_H

#include <stdarg.h>

#include "date.h"
#include "rc.h"

struct arena;

enum language {
	LANGUAGE_EN,
	LANGUAGE_SV,
	LANGUAGE_DA,
	LANGUAGE_MAX
};

const char *language_code(enum language l);	/* "en", "sv", "da" */
MUST_CHECK bool language_parse(const char *text, size_t length, enum language *ret);

/* "2018-03-31", "31 mars 2018", "31. marts 2018" */
#define LANGUAGE_DATE 32
void language_date(enum language l, struct date d, char ret[LANGUAGE_DATE]);
/* A number as ratio_format() wrote it, with the language's decimal mark; in place. */
void language_number(enum language l, char *text);
/* "1 234.50 SEK", "1 234,50 SEK", "1.234,50 SEK" */
void language_money(enum language l, int64_t amount, const char *unit, char ret[64]);

/* A text with {0}, {1} ... in place of which the arguments stand: texts, NULL behind the last where
 * they are fewer than LANGUAGE_ARGUMENTS; in the arena. */
#define LANGUAGE_ARGUMENTS 6
const char *language_fill(struct arena *arena, const char *text, va_list arguments);

#endif
