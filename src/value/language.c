/* language.c - languages by their ISO 639-1 codes; their dates, numbers and money. */
#include "language.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "money.h"

static const char *const codes[LANGUAGE_MAX] = {
	[LANGUAGE_EN] = "en",
	[LANGUAGE_SV] = "sv",
	[LANGUAGE_DA] = "da",
};

const char *
language_code(enum language l)
{
	return codes[l];
}

bool
language_parse(const char *text, size_t length, enum language *ret)
{
	for (int i = 0; i < LANGUAGE_MAX; i++)
		if (strlen(codes[i]) == length && memcmp(codes[i], text, length) == 0) {
			*ret = (enum language)i;
			return true;
		}
	return false;
}

void
language_date(enum language l, struct date d, char ret[LANGUAGE_DATE])
{
	static const char *const months[LANGUAGE_MAX][12] = {
		[LANGUAGE_SV] = { "januari", "februari", "mars", "april", "maj", "juni", "juli",
				  "augusti", "september", "oktober", "november", "december" },
		[LANGUAGE_DA] = { "januar", "februar", "marts", "april", "maj", "juni", "juli",
				  "august", "september", "oktober", "november", "december" },
	};
	int year, month, day;

	if (l == LANGUAGE_EN) {
		date_format(d, ret);
		return;
	}
	date_to_civil(d, &year, &month, &day);
	(void)snprintf(ret, LANGUAGE_DATE, "%d%s %s %d", day, l == LANGUAGE_DA ? "." : "",
		       months[l][month - 1], year);
}

void
language_number(enum language l, char *text)
{
	char *mark = strchr(text, '.');

	if (l != LANGUAGE_EN && mark != NULL)
		*mark = ',';
}

void
language_money(enum language l, int64_t amount, const char *unit, char ret[64])
{
	char *end;

	money_format(amount, unit, ret);
	language_number(l, ret);
	end = strrchr(ret, ' ');
	for (char *at = ret; l == LANGUAGE_DA && at < end; at++)
		if (*at == ' ')
			*at = '.';
}

const char *
language_fill(struct arena *arena, const char *text, va_list arguments)
{
	const char *args[LANGUAGE_ARGUMENTS] = { NULL };
	struct buf out = { 0 };
	const char *ret;

	for (size_t i = 0; i < LANGUAGE_ARGUMENTS &&
	     (args[i] = va_arg(arguments, const char *)) != NULL; i++)
		;
	for (; *text != '\0'; text++) {
		if (*text == '{' && text[1] >= '0' && text[1] < '0' + LANGUAGE_ARGUMENTS &&
		    text[2] == '}') {
			if (args[text[1] - '0'] != NULL)
				buf_text(&out, args[text[1] - '0']);
			text += 2;
		} else {
			buf_byte(&out, *text);
		}
	}
	ret = arena_string(arena, out.size == 0 ? "" : out.data, out.size);
	buf_free(&out);
	return ret;
}
