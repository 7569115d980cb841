/* explain_trace.c - sentences while a reading goes on: numbers compared, values with their facts,
 * tables, statistics, limits and shares, in the order in which they are read. */
#include "settle_priv.h"

#include <stdio.h>

#include "money.h"

static bool
is_told(const struct run *r, enum trace_part part)
{
	return r->trace != NULL && (r->trace->parts & part) != 0;
}

/* Of the subject itself and of the contract; not of each member that a statistic counts. */
static bool
is_read(const struct scope *sc)
{
	const struct trace *t = sc->run->trace;

	return is_told(sc->run, TRACE_READING) &&
	       (sc->unit->kind != OWNER_PERSON || t->subject == NULL || sc->unit == t->subject ||
		sc->unit->owner == t->subject->owner);
}

static const char *
day_text(int32_t day, char ret[DATE_TEXT])
{
	if (day == NEVER)
		return "never";
	date_format((struct date){ day }, ret);
	return ret;
}

void
trace_compare(struct scope *sc, const struct terms_x *x, struct xval a, struct xval b)
{
	char left[160], right[160], p[120], q[120], day[DATE_TEXT];

	if (!is_read(sc))
		return;
	x_text(x->args[0], left, sizeof(left));
	x_text(x->args[1], right, sizeof(right));
	xval_text(a, p, sizeof(p));
	xval_text(b, q, sizeof(q));
	trace_say(sc->run->trace, "%s: %s is %s, compared (%s) with %s%s%s", day_text(sc->day, day),
		  left, p, terms_op_name(x->op), right, strcmp(right, q) == 0 ? "" : ", which is ",
		  strcmp(right, q) == 0 ? "" : q);
}

void
trace_word(struct scope *sc, const struct terms_x *x, const char *word, bool found)
{
	char left[160];

	if (!is_read(sc) || sc->fact != NULL)
		return;
	x_text(x->args[0], left, sizeof(left));
	trace_say(sc->run->trace, "%s is %s: %s", left, word == NULL ? "unknown" : word,
		  word == NULL ? "undecided" : found ? "among those named" : "not among those named");
}

static void
say_verdict(struct trace *t, const struct settlement *s, const struct chain *c,
	    const struct fact *f)
{
	char text[300];

	for (uint32_t i = 0; c != NULL && i < c->count; i++) {
		if (c->members[i].fact != f)
			continue;
		for (const struct verdict *v = c->members[i].verdicts; v != NULL; v = v->older) {
			if (v->retracted)
				continue;
			fact_text(s, v->fact, text, sizeof(text));
			trace_say(t, "    %s by %s",
				  (v->fact->flags & FACT_ACCEPTED) != 0 ? "accepted" : "rejected", text);
			return;
		}
	}
}

static void
say_cover(struct trace *t, const struct settlement *s, const struct cover *c)
{
	char text[300], number[RATIO_TEXT];

	for (size_t i = 0; i < COVER_USES; i++) {
		if (c->uses[i].fact == NULL)
			continue;
		fact_text(s, c->uses[i].fact, text, sizeof(text));
		ratio_format(c->number, number);
		trace_say(t, "  - %s%s%s", text, i == 0 ? ": " : "", i == 0 ? number : "");
		say_verdict(t, s, c->uses[i].chain, c->uses[i].fact);
	}
}

void
trace_value(struct scope *sc, const struct terms_value *v, const struct period *p,
	    const struct covers *c, struct xval got)
{
	char text[120], from[DATE_TEXT], to[DATE_TEXT];

	if (!is_read(sc) || sc->fact != NULL)
		return;
	xval_text(got, text, sizeof(text));
	if (p == NULL) {
		trace_say(sc->run->trace, "%s is %s (%s)", v->name, text, v->pointer);
		return;
	}
	if (p->start == p->end)
		trace_say(sc->run->trace, "%s on %s is %s (%s), by", v->name,
			  day_text(p->start, from), text, v->pointer);
	else
		trace_say(sc->run->trace, "%s from %s to %s is %s (%s), by", v->name,
			  day_text(p->start, from), day_text(p->end, to), text, v->pointer);
	for (size_t i = 0; i < c->count; i++)
		if (c->items[i].first <= p->end && c->items[i].last >= p->start)
			say_cover(sc->run->trace, sc->run->s, &c->items[i]);
}

void
trace_look(struct scope *sc, const struct terms_x *x, const char **words, size_t word_count,
	   struct ratio number, int32_t day, struct xval got)
{
	const struct terms_table *t = x->look.table;
	char text[120], at[RATIO_TEXT], all[160] = "";

	if (!is_read(sc) || sc->fact != NULL)
		return;
	for (size_t i = 0; i < word_count; i++)
		(void)snprintf(all + strlen(all), sizeof(all) - strlen(all), " %s", words[i]);
	if (t->argument == ARGUMENT_NUMBER)
		ratio_format(number, at);
	else
		(void)day_text(day, at);
	xval_text(got, text, sizeof(text));
	trace_say(sc->run->trace, "table %s (%s), row%s%s%s: %s", t->name, t->pointer, all,
		  t->argument == ARGUMENT_NONE && t->measured == NULL ? "" : " ",
		  t->argument == ARGUMENT_NONE && t->measured == NULL ? "" : at, text);
}

void
trace_over(struct scope *sc, const struct terms_x *x, const struct stat *st, struct xval got)
{
	char text[120], day[DATE_TEXT];

	if (!is_read(sc))
		return;
	xval_text(got, text, sizeof(text));
	trace_say(sc->run->trace, "over %s on %s (%s): %lld members counted, %lld undecided, "
		  "result %s", x->over.group->name, day_text(sc->day, day), x->pointer,
		  (long long)st->count, (long long)st->unknown, text);
}

void
trace_limit(struct run *r, const struct terms_limit *l, const struct claim *c, int64_t before,
	    int64_t after)
{
	char p[64], q[64];

	if (!is_told(r, TRACE_LIMITS) || c->item != r->trace->item)
		return;
	money_format(before, r->trace->unit, p);
	money_format(after, r->trace->unit, q);
	if (before == after)
		trace_say(r->trace, "limit %s (%s) lets all of %s pass", l->name, l->pointer, p);
	else
		trace_say(r->trace, "limit %s (%s) lets %s of %s pass", l->name, l->pointer, q, p);
}

void
trace_share(struct scope *sc, const struct terms_share *share, const struct terms_tranche *t,
	    const struct ratio *weights, const int64_t *parts, int64_t amount)
{
	char text[64], weight[RATIO_TEXT];

	if (!is_read(sc) || t->part_count < 2)
		return;
	money_format(amount, sc->run->trace->unit, text);
	trace_say(sc->run->trace, "share %s (%s) of %s:", share->name, share->pointer, text);
	for (size_t i = 0; i < t->part_count; i++) {
		ratio_format(weights[i], weight);
		money_format(parts[i], sc->run->trace->unit, text);
		trace_say(sc->run->trace, "  - %s by weight %s: %s", t->parts[i].party->name, weight,
			  text);
	}
}
