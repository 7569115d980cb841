/* forecast.h - what would come of a contract until a day, if what is known went on or broke off.
 *
 * Layer 3. Pure: `s` is an engine of the caller's own that was told all that is recorded. The
 * forecast tells it facts that nobody has said and settles every further period up to the day;
 * after it `s` knows things that are not so and is good for nothing but its sums and rooms.
 *
 * The two futures:
 *   kept   every job that is still reported goes on: it is confirmed at the end of each period
 *          with the evidence that the terms ask for; monthly earnings repeat; outcomes that must
 *          be claimed are, on the first day on which they may be; and what the terms want
 *          verified is accepted, also what is recorded and waits for its verdict
 *   lost   every job that is still reported ends with the last day known; nothing new is accepted
 * In both, sources report their periods complete, nobody new is enrolled, and statuses, activities
 * and measurements that are not recorded do not come.
 * A job is still reported if it has no end and was begun or reported behind the last statement
 * but one.
 */
#ifndef UTFALL_FORECAST_H
#define UTFALL_FORECAST_H

#include "date.h"
#include "rc.h"

struct settlement;

#define FORECAST_STATEMENTS_MAX 120	/* that one forecast computes */

enum forecast_future { FORECAST_KEPT, FORECAST_LOST, FORECAST_MAX };

struct forecast_line {		/* of a statement that would come */
	uint32_t statement;
	struct date through;
	const char *payer, *payee, *payment, *outcome, *unit, *tax;	/* "" for none */
	const char *reason;
	int64_t amount;
};
typedef enum rc forecast_fn(void *arg, const struct forecast_line *line, struct err *e);

struct forecast_result {
	uint32_t statements;	/* that would come */
	struct date through;	/* of the last of them; of the last issued one where none would */
	struct date known;	/* the last day on which something was recorded */
	uint32_t jobs;		/* still reported */
	uint32_t earners;	/* with monthly earnings still reported */
	uint32_t pending;	/* zero lines whose price, condition or share nobody can know yet */
};

/* RC_REFUSED where `until` lies before the end of the next period, or too many statements later. */
MUST_CHECK enum rc forecast(struct settlement *s, enum forecast_future future, struct date until,
			    forecast_fn *fn, void *arg, struct forecast_result *ret,
			    struct err *e);

#endif
