/* forecast.c - every further statement up to a day, in one of two futures. */
#include "forecast.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "date.h"
#include "event_type.h"
#include "fact.h"
#include "forecast_priv.h"
#include "hash.h"
#include "json.h"
#include "settle.h"
#include "settled.h"
#include "settlement.h"
#include "terms.h"

struct lines {
	struct forecasting *f;
	struct arena *arena;
	struct json pairs;		/* bodies to be recorded: line, basis, line, … */
	forecast_fn *fn;
	void *arg;
	struct date through;
};

static const char *
member(const struct json *line, const char *name)
{
	const char *text = json_get_string(line, name);

	return text == NULL ? "" : text;
}

static enum rc
take_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	struct lines *x = arg;
	struct forecast_line one = {
		.statement = (uint32_t)json_get_integer(line, "statement", 0), .through = x->through,
		.payer = member(line, "payer"), .payee = member(line, "payee"),
		.payment = member(line, "payment"), .outcome = member(line, "outcome"),
		.unit = member(line, "unit"), .tax = member(line, "tax"),
		.reason = member(line, "reason"), .amount = json_get_integer(line, "amount", 0) };

	x->f->ret->pending += strcmp(one.reason, "pending") == 0;
	json_add(x->arena, &x->pairs, json_copy(x->arena, line));
	json_add(x->arena, &x->pairs, json_copy(x->arena, basis));
	return x->fn(x->arg, &one, e);
}

static enum rc
record(struct forecasting *f, enum event_type type, const struct json *body, int64_t at,
       struct err *e)
{
	struct { char tag[8]; uint64_t seq; } name = { "forecast", settlement_next(f->s) };
	struct settle_record r = { .seq = name.seq, .digest = hash_bytes(&name, sizeof(name)),
				   .type = type, .body = body, .salt = "AAAAAAAAAAAAAAAAAAAAAA",
				   .sender = f->terms->parties[0].name, .at = at };

	return settle_record(f->s, &r, e);
}

static enum rc
settle_period(struct forecasting *f, struct date through, forecast_fn *fn, void *arg, struct err *e)
{
	struct settle_args args = { .size = settlement_next(f->s), .through = through };
	struct arena *arena = arena_new();
	struct lines x = { .f = f, .arena = arena, .fn = fn, .arg = arg, .through = through };
	const struct json *issued = NULL;
	int64_t at = (int64_t)through.days * 86400;
	enum rc rc;

	x.pairs = json_array(arena, 16);
	args.first = args.size;
	rc = settle(f->s, &args, take_line, &x, arena, &issued, e);
	for (uint32_t i = 0; rc == RC_OK && i < x.pairs.count; i++)
		rc = record(f, i % 2 == 0 ? EVENT_SETTLEMENT_LINE : EVENT_SETTLEMENT_BASIS,
			    &x.pairs.items[i], at, e);
	if (rc == RC_OK)
		rc = record(f, EVENT_SETTLEMENT_ISSUED, issued, at, e);
	arena_free(arena);
	return rc;
}

/* Civil day of the last event; the day before the contract where there is none. */
static int32_t
last_day(const struct settlement *s, const struct terms *t)
{
	int32_t day = t->settlement.from.days - 1;

	for (uint32_t i = s->events.count; i-- > 0;)
		if (event_at(s, i)->day > day)
			day = event_at(s, i)->day;
	return day;
}

static enum rc
begin(struct forecasting *f, struct date until, struct err *e)
{
	struct date next;
	char asked[DATE_TEXT], wanted[DATE_TEXT];
	uint32_t n = f->s->statements.count;
	enum rc rc = settle_through(f->s, &next, e);

	if (rc != RC_OK)
		return rc;
	if (until.days < next.days) {
		date_format(until, asked);
		date_format(next, wanted);
		return rc_fail(e, RC_REFUSED, "nothing would be settled until %s: the next statement "
			       "goes through %s; ask for that day or a later one", asked, wanted);
	}
	f->terms = f->s->versions[f->s->version_count - 1].terms;
	f->known = last_day(f->s, f->terms);
	f->since = n > 1 ? statement_through(f->s, n - 1) : f->terms->settlement.from.days - 1;
	f->done = f->since;
	return RC_OK;
}

static enum rc
too_many(struct date last, struct err *e)
{
	char text[DATE_TEXT];

	date_format(last, text);
	return rc_fail(e, RC_REFUSED, "a forecast is of at most %d statements: ask for %s or an earlier "
		       "day", FORECAST_STATEMENTS_MAX, text);
}

enum rc
forecast(struct settlement *s, enum forecast_future future, struct date until, forecast_fn *fn,
	 void *arg, struct forecast_result *ret, struct err *e)
{
	struct forecasting f = { .s = s, .future = future, .arena = arena_new(), .ret = ret, .e = e };
	struct date next;
	enum rc rc = begin(&f, until, e);

	*ret = (struct forecast_result){ .known = { f.known } };
	if (rc == RC_OK) {
		if (s->statements.count > 0)
			ret->through = statement_at(s, s->statements.count)->through;
		forecast_collect(&f);
	}
	while (rc == RC_OK && (rc = settle_through(s, &next, e)) == RC_OK && next.days <= until.days) {
		if (ret->statements == FORECAST_STATEMENTS_MAX) {
			rc = too_many(ret->through, e);
			break;
		}
		forecast_period(&f, next.days);
		rc = f.rc != RC_OK ? f.rc : settle_period(&f, next, fn, arg, e);
		ret->statements++;
		ret->through = next;
	}
	if (rc == RC_NO && ret->statements > 0)
		rc = RC_OK;
	free(f.items);
	arena_free(f.arena);
	return rc;
}
