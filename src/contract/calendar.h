/* calendar.h - how time is cut: the periods of a calendar, and days counted in them.
 *
 * Read calendar.c first. A calendar is read in a scope, as its expressions may ask for facts; days
 * are civil days as numbers, a period is a plain value.
 */
#ifndef UTFALL_CALENDAR_H
#define UTFALL_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "terms.h"

struct scope;

#define LABEL 40		/* a period's label or ordinal, with NUL */

struct period {
	int32_t start, end;
	int32_t index;		/* within its calendar; REF_PERIOD_INDEX is counted from `base` */
	int32_t days;		/* that exist */
};

/* The period that holds `day`; false where none does. */
bool period_holding(struct scope *sc, const struct terms_calendar *c, int32_t day,
		    struct period *ret);
/* The one behind `p`; false where there is none. */
bool period_next(struct scope *sc, const struct terms_calendar *c, const struct period *p,
		 struct period *ret);
/* The first period that starts on or after `day`. */
bool period_from(struct scope *sc, const struct terms_calendar *c, int32_t day,
		 struct period *ret);
bool day_exists(struct scope *sc, const struct terms_calendar *c, int32_t day);
bool calendar_gaps(const struct terms_calendar *c);	/* some days may not exist */
/* How many days from `start` to `end` exist, both counted. */
int32_t calendar_days(struct scope *sc, const struct terms_calendar *c, int32_t start, int32_t end);
/* "2018-03-31", "2018-w13", "2018-03", "2018-q1", "2018-h1", "2018"; else the ordinal. */
void period_label(struct scope *sc, const struct terms_calendar *c, const struct period *p,
		  char ret[LABEL]);
/* `n` periods later, counted from the day itself; false where that is no date. */
bool calendar_shift(struct scope *sc, const struct terms_calendar *c, int32_t day, int64_t n,
		    int32_t *ret);
/* The largest n with from + n <= to. */
bool calendar_span(struct scope *sc, const struct terms_calendar *c, int32_t from, int32_t to,
		   int64_t *ret);
/* `n` civil units later; false where that is no date. */
bool unit_add(int32_t day, enum terms_unit_of_time unit, int64_t n, int32_t *ret);

#endif
