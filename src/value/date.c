/* date.c - civil dates as days since 1970-01-01, by our own arithmetic.
 *
 * Years are counted from March, so that the leap day is a year's last.
 */
#include "date.h"

#include <assert.h>

#define DAY_MIN (-719162)	/* 0001-01-01 */
#define DAY_MAX 2932896		/* 9999-12-31 */
#define DAYS_TO_1970 719468	/* from 0000-03-01 */
#define DAYS_IN_400_YEARS 146097
#define SECONDS_IN_DAY 86400

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int
date_days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	assert(month >= 1 && month <= 12);
	return days[month - 1] + (month == 2 && is_leap(year));
}

bool
date_from_civil(int year, int month, int day, struct date *ret)
{
	int y, m;

	if (year < 1 || year > 9999 || month < 1 || month > 12)
		return false;
	if (day < 1 || day > date_days_in_month(year, month))
		return false;
	y = month > 2 ? year : year - 1;
	m = month > 2 ? month - 3 : month + 9;
	ret->days = 365 * y + y / 4 - y / 100 + y / 400 - DAYS_TO_1970;
	ret->days += (153 * m + 2) / 5 + day - 1;
	return true;
}

static bool
in_range(int64_t days)
{
	return days >= DAY_MIN && days <= DAY_MAX;
}

void
date_to_civil(struct date d, int *ret_year, int *ret_month, int *ret_day)
{
	int era, rest, y, m;

	assert(in_range(d.days));
	era = (d.days + DAYS_TO_1970) / DAYS_IN_400_YEARS;
	rest = (d.days + DAYS_TO_1970) % DAYS_IN_400_YEARS;
	y = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
	rest -= 365 * y + y / 4 - y / 100;
	m = (5 * rest + 2) / 153;
	*ret_day = rest - (153 * m + 2) / 5 + 1;
	*ret_month = m < 10 ? m + 3 : m - 9;
	*ret_year = 400 * era + y + (m >= 10);
}

/* `count` digits at `text`, or -1. */
static int
digits(const char *text, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = 10 * value + (text[i] - '0');
	}
	return value;
}

bool
date_parse(const char *text, size_t length, struct date *ret)
{
	if (length != 10 || text[4] != '-' || text[7] != '-')
		return false;
	return date_from_civil(digits(text, 4), digits(text + 5, 2), digits(text + 8, 2), ret);
}

static void
put_digits(char *text, int count, int value)
{
	while (count > 0) {
		text[--count] = (char)('0' + value % 10);
		value /= 10;
	}
}

void
date_format(struct date d, char ret[DATE_TEXT])
{
	int year, month, day;

	date_to_civil(d, &year, &month, &day);
	put_digits(ret, 4, year);
	put_digits(ret + 5, 2, month);
	put_digits(ret + 8, 2, day);
	ret[4] = ret[7] = '-';
	ret[10] = '\0';
}

bool
date_add_days(struct date d, int64_t days, struct date *ret)
{
	int64_t sum;

	if (!in_range(d.days) || __builtin_add_overflow(d.days, days, &sum) || !in_range(sum))
		return false;
	ret->days = (int32_t)sum;
	return true;
}

bool
date_add_months(struct date d, int64_t months, struct date *ret)
{
	int year, month, day, last;
	int64_t count;

	if (!in_range(d.days))
		return false;
	date_to_civil(d, &year, &month, &day);
	if (__builtin_add_overflow(months, (int64_t)year * 12 + (month - 1), &count))
		return false;
	if (count < 12 || count >= 10000 * 12)
		return false;
	year = (int)(count / 12);
	month = (int)(count % 12) + 1;
	last = date_days_in_month(year, month);
	return date_from_civil(year, month, day < last ? day : last, ret);
}

int
date_weekday(struct date d)
{
	int since_monday = (d.days % 7 + 7 + 3) % 7;	/* 1970-01-01 was a Thursday */

	return since_monday + 1;
}

/* A week belongs to the year that holds its Thursday. */
void
date_iso_week(struct date d, int *ret_year, int *ret_week)
{
	struct date thursday = { d.days - date_weekday(d) + 4 }, first;
	int month, day;
	bool exists;

	date_to_civil(thursday, ret_year, &month, &day);
	exists = date_from_civil(*ret_year, 1, 1, &first);
	assert(exists);
	*ret_week = (thursday.days - first.days) / 7 + 1;
}

int
date_compare(struct date a, struct date b)
{
	return (a.days > b.days) - (a.days < b.days);
}

bool
instant_parse(const char *text, size_t length, int64_t *ret)
{
	struct date d;
	int hour, minute, second;

	if (length != 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
	    text[19] != 'Z')
		return false;
	hour = digits(text + 11, 2);
	minute = digits(text + 14, 2);
	second = digits(text + 17, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
		return false;
	if (!date_parse(text, 10, &d))
		return false;
	*ret = (int64_t)d.days * SECONDS_IN_DAY + hour * 3600 + minute * 60 + second;
	return true;
}

/* Days since 1970, rounded down. */
static int64_t
whole_days(int64_t seconds)
{
	return seconds / SECONDS_IN_DAY - (seconds % SECONDS_IN_DAY < 0);
}

void
instant_format(int64_t seconds, char ret[INSTANT_TEXT])
{
	int64_t days = whole_days(seconds);
	int rest = (int)(seconds - days * SECONDS_IN_DAY);

	assert(in_range(days));
	date_format((struct date){ (int32_t)days }, ret);
	ret[10] = 'T';
	put_digits(ret + 11, 2, rest / 3600);
	ret[13] = ':';
	put_digits(ret + 14, 2, rest / 60 % 60);
	ret[16] = ':';
	put_digits(ret + 17, 2, rest % 60);
	ret[19] = 'Z';
	ret[20] = '\0';
}

struct date
instant_date(int64_t seconds, int offset_minutes)
{
	int64_t days;

	assert(offset_minutes >= -14 * 60 && offset_minutes <= 14 * 60);
	if (__builtin_add_overflow(seconds, (int64_t)offset_minutes * 60, &seconds))
		seconds = seconds < 0 ? INT64_MAX : INT64_MIN;
	days = whole_days(seconds);
	if (days < DAY_MIN)
		days = DAY_MIN;
	return (struct date){ days > DAY_MAX ? DAY_MAX : (int32_t)days };
}

bool
offset_parse(const char *text, size_t length, int *ret_minutes)
{
	int hours, minutes;
	bool minus;

	if (length != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
		return false;
	minus = text[0] == '-';
	hours = digits(text + 1, 2);
	minutes = digits(text + 4, 2);
	if (hours < 0 || minutes < 0 || minutes > 59 || 60 * hours + minutes > 14 * 60)
		return false;
	if (minus && hours == 0 && minutes == 0)
		return false;	/* one spelling of no offset */
	*ret_minutes = minus ? -(60 * hours + minutes) : 60 * hours + minutes;
	return true;
}
