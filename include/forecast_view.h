/* forecast_view.h - what a contract would come to until a day, beside what is settled.
 *
 * Layer 5. Two engines of its own know all that is recorded and are then told what
 * is not (forecast.h). Nothing is recorded. Everything lives in the arena given.
 */
#ifndef UTFALL_FORECAST_VIEW_H
#define UTFALL_FORECAST_VIEW_H

#include "forecast.h"
#include "language.h"

struct arena;
struct buf;
struct contract;
struct json;
struct ledger;
struct table;

struct forecast_row {		/* who owes whom, for what, by which statement */
	const char *payer, *payee, *payment, *unit;
	uint32_t statement;	/* 0: all that are issued */
	struct date through;
	int64_t settled;	/* minor units; of statement 0 */
	int64_t amount[FORECAST_MAX];	/* that would come, by future */
};

struct forecast_room {		/* what is left under a limit */
	const char *limit, *bucket;
	const char *unit;	/* NULL: room is a number of entitlements */
	bool personal;		/* of one person or enrolment */
	int64_t now, room[FORECAST_MAX];	/* INT64_MAX: no upper end */
};

struct forecast_view {
	struct forecast_row *rows;	/* by payer, payee, payment, unit, statement */
	size_t count;
	struct forecast_room *rooms;	/* by limit and bucket */
	size_t room_count;
	struct forecast_result of[FORECAST_MAX];
};

/* Asked now and then while a forecast is computed: false ends it with RC_CONFLICT. */
struct forecast_watch {
	bool (*go_on)(void *arg);
	void *arg;
};
/* `watch` NULL: nobody ends it. */
MUST_CHECK enum rc forecast_read(struct ledger *l, const struct contract *c, struct date until,
				 const struct forecast_watch *watch, struct arena *arena,
				 struct forecast_view *ret, struct err *e);

struct forecast_asked {		/* how it is said */
	struct arena *arena;
	enum language language;
	const char *contract;	/* its name */
	const struct contract *titles;	/* what people call its parts; NULL: their names */
	const char *payee;	/* only what this one would get; NULL: all, with limits and counts */
};
/* For a finance officer: totals, each statement, the room left, what was taken for granted. */
void forecast_text(const struct forecast_view *v, const struct forecast_asked *x, struct buf *ret);
/* Sets the members of `*ret`, an object, which lives in the arena of `x`: the view may go. */
void forecast_json(const struct forecast_view *v, const struct forecast_asked *x, struct json *ret);
struct table *forecast_rows(const struct forecast_view *v, const struct forecast_asked *x);

#endif
