/* date.h - proleptic Gregorian civil dates and UTC instants. No time zone, no libc calendar.
 *
 * Layer 1. Values. A date counts days from 1970-01-01; years 0001 to 9999.
 * "6 months from D": same day of the month, clamped to the month's last day.
 */
#ifndef UTFALL_DATE_H
#define UTFALL_DATE_H

#include "rc.h"

struct date {
	int32_t days;
};

#define DATE_TEXT 11	/* "YYYY-MM-DD" and NUL */
#define INSTANT_TEXT 21	/* "YYYY-MM-DDThh:mm:ssZ" and NUL */
#define DATE_NEVER ((struct date){ INT32_MAX })	/* later than every date; only compared */

MUST_CHECK bool date_from_civil(int year, int month, int day, struct date *ret);
void date_to_civil(struct date d, int *ret_year, int *ret_month, int *ret_day);
MUST_CHECK bool date_parse(const char *text, size_t length, struct date *ret);
void date_format(struct date d, char ret[DATE_TEXT]);

/* False outside years 0001 to 9999. */
MUST_CHECK bool date_add_days(struct date d, int64_t days, struct date *ret);
MUST_CHECK bool date_add_months(struct date d, int64_t months, struct date *ret);
int date_weekday(struct date d);	/* ISO 8601: 1 Monday .. 7 Sunday */
int date_days_in_month(int year, int month);
/* ISO 8601 week: year and number 1..53. */
void date_iso_week(struct date d, int *ret_year, int *ret_week);
int date_compare(struct date a, struct date b);

/* Instants are UTC seconds since 1970. */
MUST_CHECK bool instant_parse(const char *text, size_t length, int64_t *ret);
void instant_format(int64_t seconds, char ret[INSTANT_TEXT]);
/* The civil date at a fixed offset from UTC, in minutes; never outside years 0001 to 9999. */
struct date instant_date(int64_t seconds, int offset_minutes);
/* "+01:00", "-03:30", "+00:00" (not "-00:00"); at most 14 hours. */
MUST_CHECK bool offset_parse(const char *text, size_t length, int *ret_minutes);

#endif
