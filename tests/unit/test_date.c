/* test_date.c - every day there is, against a calendar that is counted day by day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "date.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct civil {
	int year, month, day;
};

static int
length_of(int year, int month)
{
	if (month == 2)
		return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void
next_day(struct civil *c)
{
	if (++c->day <= length_of(c->year, c->month))
		return;
	c->day = 1;
	if (++c->month <= 12)
		return;
	c->month = 1;
	c->year++;
}

static struct date
must_date(const char *text)
{
	struct date d;

	if (!date_parse(text, strlen(text), &d))
		fail_msg("%s", text);
	return d;
}

/* From 0001-01-01, a Monday, to 9999-12-31: number, weekday, ISO week by counting. */
static void
every_day_is_where_counting_puts_it(void **state)
{
	struct civil c = { 1, 1, 1 };
	int weekday = 1, week = 0, week_year = 1;

	(void)state;
	for (int32_t days = -719162; days <= 2932896; days++, next_day(&c)) {
		struct date d = { days }, again;
		int year, month, day, iso_year, iso_week;

		/* week 1 holds 4 January: its Monday lies between 29 December and 4 January */
		if (weekday == 1 && c.month == 12 && c.day >= 29) {
			week_year = c.year + 1;
			week = 1;
		} else if (weekday == 1 && c.month == 1 && c.day <= 4) {
			week_year = c.year;
			week = 1;
		} else if (weekday == 1) {
			week++;
		}
		date_to_civil(d, &year, &month, &day);
		date_iso_week(d, &iso_year, &iso_week);
		if (year != c.year || month != c.month || day != c.day ||
		    date_weekday(d) != weekday || iso_year != week_year || iso_week != week ||
		    !date_from_civil(c.year, c.month, c.day, &again) || again.days != days)
			fail_msg("day %d: %d-%d-%d, weekday %d, week %d-%d", days, year, month, day,
				 date_weekday(d), iso_year, iso_week);
		weekday = weekday % 7 + 1;
	}
	assert_int_equal(c.year, 10000);
}

/* Ordinals by Python's datetime (1970-01-01 is 719163 there); weeks by ISO 8601's own examples. */
static void
known_days(void **state)
{
	static const struct {
		const char *text;
		int days, weekday, year, week;
	} cases[] = {
		{ "0001-01-01", -719162, 1, 1, 1 },
		{ "1970-01-01", 0, 4, 1970, 1 },
		{ "2000-02-29", 11016, 2, 2000, 9 },
		{ "2005-01-01", 12784, 6, 2004, 53 },
		{ "2008-12-29", 14242, 1, 2009, 1 },
		{ "2010-01-03", 14612, 7, 2009, 53 },
		{ "9999-12-31", 2932896, 5, 9999, 52 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct date d = must_date(cases[i].text);
		char text[DATE_TEXT];
		int year, week;

		date_format(d, text);
		date_iso_week(d, &year, &week);
		assert_string_equal(text, cases[i].text);
		assert_int_equal(d.days, cases[i].days);
		assert_int_equal(date_weekday(d), cases[i].weekday);
		assert_int_equal(year, cases[i].year);
		assert_int_equal(week, cases[i].week);
	}
}

static void
no_other_spelling_is_a_date(void **state)
{
	static const char *const refused[] = {
		"", "2024-1-01", "2024-01-1", "2024-01-01 ", " 2024-01-01", "24-01-01",
		"2024/01/01", "2024-01-01T", "20240101", "2024-00-01", "2024-13-01", "2024-01-00",
		"2024-01-32",
		"2023-02-29", "1900-02-29", "2024-02-30", "2024-04-31", "0000-01-01", "-001-01-01",
		"2024-0a-01", "2024-01-0:", "+024-01-01", "2024-01:01",
	};
	struct date d = { 77 };

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++)
		if (date_parse(refused[i], strlen(refused[i]), &d) || d.days != 77)
			fail_msg("'%s' was read", refused[i]);
	assert_false(date_from_civil(10000, 1, 1, &d));
	assert_false(date_from_civil(0, 12, 31, &d));
	assert_int_equal(d.days, 77);
}

/* One month at a time over every day of four years, each leap day among them. */
static void
months_clamp_to_the_last_day(void **state)
{
	struct date first = must_date("2019-01-01"), last = must_date("2022-12-31");

	(void)state;
	for (struct date d = first; d.days <= last.days; d.days++)
		for (int sign = -1; sign <= 1; sign += 2) {
			struct civil c;

			date_to_civil(d, &c.year, &c.month, &c.day);
			for (int n = 0; n <= 60; n++) {
				int length = length_of(c.year, c.month), year, month, day;
				struct date got;

				assert_true(date_add_months(d, sign * n, &got));
				date_to_civil(got, &year, &month, &day);
				if (year != c.year || month != c.month ||
				    day != (c.day < length ? c.day : length))
					fail_msg("%d and %d months: %d-%d-%d", d.days, sign * n, year,
						 month, day);
				c.month += sign;
				c.year += c.month == 13 ? 1 : c.month == 0 ? -1 : 0;
				c.month = c.month == 13 ? 1 : c.month == 0 ? 12 : c.month;
			}
		}
}

static void
sums_stay_between_years_1_and_9999(void **state)
{
	struct date first = must_date("0001-01-01"), last = must_date("9999-12-31"), got = { 77 };

	(void)state;
	assert_false(date_add_days(first, -1, &got));
	assert_false(date_add_days(last, 1, &got));
	assert_false(date_add_days(last, INT64_MAX, &got));
	assert_false(date_add_days(first, INT64_MIN, &got));
	assert_false(date_add_days(DATE_NEVER, 0, &got));
	assert_false(date_add_days(DATE_NEVER, -2000000000, &got));
	assert_false(date_add_months(first, -1, &got));
	assert_false(date_add_months(last, 1, &got));
	assert_false(date_add_months(last, INT64_MAX, &got));
	assert_false(date_add_months(last, INT64_MIN, &got));
	assert_false(date_add_months(DATE_NEVER, 0, &got));
	assert_int_equal(got.days, 77);
	assert_true(date_add_days(first, last.days - first.days, &got));
	assert_int_equal(date_compare(got, last), 0);
	assert_true(date_add_months(first, 9998 * 12 + 11, &got));
	assert_int_equal(got.days, must_date("9999-12-01").days);
	assert_true(date_compare(first, last) < 0 && date_compare(DATE_NEVER, last) > 0);
}

static void
known_instants(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} cases[] = {
		{ "0001-01-01T00:00:00Z", -62135596800 }, { "1969-12-31T23:59:59Z", -1 },
		{ "1970-01-01T00:00:00Z", 0 }, { "2001-09-09T01:46:40Z", 1000000000 },
		{ "2038-01-19T03:14:07Z", 2147483647 }, { "9999-12-31T23:59:59Z", 253402300799 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[INSTANT_TEXT];
		int64_t got;

		assert_true(instant_parse(cases[i].text, strlen(cases[i].text), &got));
		assert_true(got == cases[i].seconds);
		instant_format(got, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void
no_other_spelling_is_an_instant(void **state)
{
	static const char *const refused[] = {
		"", "2024-01-01", "2024-01-01T00:00:00", "2024-01-01T00:00:00z",
		"2024-01-01 00:00:00Z",
		"2024-01-01t00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z",
		"2024-01-01T00:00:60Z", "2024-01-01T00:00:00.0Z", "2024-01-01T00:00:00+00:00",
		"2023-02-29T00:00:00Z", "2024-01-01T-1:00:00Z", "2024-01-01T00:0 :00Z",
		"2024-01-01T00:00:00ZZ", "2024-01-01T00-00:00Z", "2024-01-01T00:00-00Z",
	};
	int64_t got = 77;

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++)
		if (instant_parse(refused[i], strlen(refused[i]), &got) || got != 77)
			fail_msg("'%s' was read", refused[i]);
}

static void
instants_have_a_civil_date_at_an_offset(void **state)
{
	static const struct {
		const char *instant, *offset, *date;
	} cases[] = {
		{ "2024-12-31T22:59:59Z", "+01:00", "2024-12-31" },
		{ "2024-12-31T23:00:00Z", "+01:00", "2025-01-01" },
		{ "2025-01-01T03:29:59Z", "-03:30", "2024-12-31" },
		{ "2025-01-01T03:30:00Z", "-03:30", "2025-01-01" },
		{ "1969-12-31T23:59:59Z", "+00:00", "1969-12-31" },
		{ "0001-01-01T00:00:00Z", "-14:00", "0001-01-01" },
		{ "9999-12-31T23:59:59Z", "+14:00", "9999-12-31" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[DATE_TEXT];
		int64_t seconds;
		int minutes;

		assert_true(instant_parse(cases[i].instant, 20, &seconds));
		assert_true(offset_parse(cases[i].offset, 6, &minutes));
		date_format(instant_date(seconds, minutes), text);
		assert_string_equal(text, cases[i].date);
	}
	assert_int_equal(instant_date(INT64_MAX, 14 * 60).days, 2932896);
	assert_int_equal(instant_date(INT64_MIN, -14 * 60).days, -719162);
}

static void
offsets_have_one_spelling(void **state)
{
	static const char *const refused[] = {
		"", "01:00", "+1:00", "+01:60", "+14:01", "-14:01", "+99:00", "-00:00", "+01-00",
		"+0100",
		"+01:000", "Z", " 01:00", "+a1:00",
	};
	int got = 77;

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++)
		if (offset_parse(refused[i], strlen(refused[i]), &got) || got != 77)
			fail_msg("'%s' was read", refused[i]);
	assert_true(offset_parse("-14:00", 6, &got));
	assert_int_equal(got, -840);
	assert_true(offset_parse("+00:00", 6, &got));
	assert_int_equal(got, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_is_where_counting_puts_it),
		cmocka_unit_test(known_days),
		cmocka_unit_test(no_other_spelling_is_a_date),
		cmocka_unit_test(months_clamp_to_the_last_day),
		cmocka_unit_test(sums_stay_between_years_1_and_9999),
		cmocka_unit_test(known_instants),
		cmocka_unit_test(no_other_spelling_is_an_instant),
		cmocka_unit_test(instants_have_a_civil_date_at_an_offset),
		cmocka_unit_test(offsets_have_one_spelling),
	};

	return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
