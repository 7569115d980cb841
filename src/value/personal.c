/* personal.c - runs of digits that look like a personal identity number. */
#include "personal.h"

#include "date.h"

#include <string.h>

static int
two(const char *digits)
{
	return (digits[0] - '0') * 10 + (digits[1] - '0');
}

/* Is there such a day in any year with these two last digits? */
static bool
is_day(int month, int day)
{
	return month >= 1 && month <= 12 && day >= 1 && day <= date_days_in_month(2000, month);
}

/* YYMMDDNNNC: C makes the Luhn sum a multiple of ten; a samordningsnummer adds 60 to the day. */
static bool
is_swedish(const char *d)
{
	int sum = 0, day = two(d + 4);

	for (int i = 0; i < 10; i++) {
		int x = (d[i] - '0') * (i % 2 == 0 ? 2 : 1);

		sum += x > 9 ? x - 9 : x;
	}
	return sum % 10 == 0 && is_day(two(d + 2), day > 60 ? day - 60 : day);
}

static bool
is_number(const char *digits, size_t count)
{
	if (count == 12)
		return two(digits) >= 18 && two(digits) <= 20 && is_swedish(digits + 2);
	return count == 10 && (is_swedish(digits) || is_day(two(digits + 2), two(digits)));
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits from `at` on, single separators of `between` allowed; returns where the run ends. */
static size_t
run(const char *text, size_t length, size_t at, const char *between, char *digits, size_t *count)
{
	*count = 0;
	while (at < length) {
		if (is_digit(text[at])) {
			if (*count < 12)
				digits[*count] = text[at];
			++*count;
		} else if (text[at] == '\0' || strchr(between, text[at]) == NULL ||
			   at + 1 >= length || !is_digit(text[at + 1])) {
			break;
		}
		at++;
	}
	return at;
}

bool
personal_number_in(const char *text, size_t length)
{
	static const char *const separators[] = { "", "-+", "-+ .", "-+ ._/" };
	char digits[12];
	size_t count;

	for (size_t s = 0; s < sizeof(separators) / sizeof(separators[0]); s++)
		for (size_t at = 0; at < length; at++) {
			if (!is_digit(text[at]))
				continue;
			at = run(text, length, at, separators[s], digits, &count);
			if (is_number(digits, count))
				return true;
		}
	return false;
}
