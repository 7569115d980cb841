/* settle_answers.c - everything that an engine can be asked, as one text. */
#include "settle_answers.h"

#include "buf.h"
#include "explain.h"
#include "forecast.h"
#include "settle.h"
#include "settle_case_priv.h"

#include <inttypes.h>
#include <stdio.h>

enum { LINES = 3, PEOPLE = 3 };

static void
add_balance(void *arg, const struct settle_balance *b)
{
	buf_printf(arg, "%s %s %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", b->payer,
		   b->payee, b->unit, b->lines, b->held, b->paid, b->received);
}

static void
add_sum(void *arg, const struct settle_amount *a)
{
	char key[HASH_HEX];

	hash_format(a->key, key);
	buf_printf(arg, "%s %s %s %s %s %" PRId64 "\n", key, a->payment, a->occurrence,
		   a->posting.payer, a->posting.payee, a->amount);
}

static void
add_room(void *arg, const struct settle_room *r)
{
	buf_printf(arg, "%s %s %" PRId64 " %" PRId64 "\n", r->limit, r->bucket, r->taken, r->room);
}

static void
say_refusal(enum rc rc, const struct err *e, struct buf *ret)
{
	if (rc != RC_OK)
		buf_printf(ret, "%s: %s\n", rc_name(rc), e->text);
}

void
settle_answers(struct settlement *s, uint64_t size, struct buf *ret)
{
	uint32_t number = settle_number(s);
	char person[27];
	struct date day = { 0 };
	struct err e;

	settle_balances(s, add_balance, ret);
	settle_sums(s, add_sum, ret);
	if (number > 0)
		say_refusal(settle_rooms(s, add_room, ret, &e), &e, ret);
	for (uint32_t i = 1; i <= LINES && number > 0; i++)
		say_refusal(explain_line(s, number, i, LANGUAGE_EN, NULL, ret, &e), &e, ret);
	say_refusal(settle_through(s, &day, &e), &e, ret);
	for (unsigned i = 1; i <= PEOPLE; i++) {
		case_pseudonym(i, person);
		say_refusal(explain_outlook(s, person, size, day, LANGUAGE_EN, ret, &e), &e, ret);
	}
}

static enum rc
add_line(void *arg, const struct forecast_line *line, struct err *e)
{
	(void)e;
	buf_printf(arg, "%u %s %s %s %s %" PRId64 "\n", line->statement, line->payer, line->payee,
		   line->payment, line->reason, line->amount);
	return RC_OK;
}

void
settle_answers_forecast(struct settlement *s, int future, struct buf *ret)
{
	struct forecast_result r = { 0 };
	struct date until;
	struct err e;
	enum rc rc = settle_through(s, &until, &e);

	if (rc == RC_OK) {
		until.days += 92;
		rc = forecast(s, (enum forecast_future)future, until, add_line, ret, &r, &e);
	}
	say_refusal(rc, &e, ret);
	buf_printf(ret, "%u %d %d %u %u %u\n", r.statements, r.through.days, r.known.days, r.jobs,
		   r.earners, r.pending);
	say_refusal(settle_rooms(s, add_room, ret, &e), &e, ret);
}
