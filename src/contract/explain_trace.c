/* explain_trace.c - sentences while a reading goes on: numbers compared, values with their facts,
 * tables, statistics, limits and shares, in the order in which they are read. */
#include "trace.h"

#include <string.h>

#include "arena.h"
#include "calendar.h"
#include "claim.h"
#include "explain.h"
#include "explain_priv.h"
#include "expression.h"
#include "fact.h"
#include "plain_priv.h"
#include "ratio.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "value.h"
#include "xval.h"

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
integer(struct trace *t, int64_t n)
{
	return arena_printf(t->plain.arena, "%lld", (long long)n);
}

static bool
is_met(enum terms_op op, int order)
{
	switch ((int)op) {
	case OP_LT: return order < 0;
	case OP_LE: return order <= 0;
	case OP_EQ: return order == 0;
	case OP_GE: return order >= 0;
	default: return order > 0;
	}
}

void
trace_compare(struct scope *sc, const struct terms_x *x, struct xval a, struct xval b, int order)
{
	static const enum plain_id ids[2][5] = {
		{ P_E_BELOW, P_E_AT_MOST, P_E_EQUAL, P_E_AT_LEAST, P_E_ABOVE },
		{ P_E_BEFORE, P_E_NOT_LATER, P_E_SAME_DAY, P_E_NOT_EARLIER, P_E_AFTER },
	};
	struct trace *t = sc->run->trace;
	const char *asked, *is;
	bool never = a.kind == X_NEVER || b.kind == X_NEVER, fails;

	if (!is_read(sc))
		return;
	fails = order == TRACE_NO_ORDER ? never : !is_met(x->op, order);
	asked = plain_x(&t->plain, x->args[1]);
	is = trace_xval(t, b);
	if (x->args[1]->op != OP_NUMBER && x->args[1]->op != OP_DAY)
		asked = plain_fill(&t->plain, P_E_WHICH_IS, asked, is, NULL);
	asked = plain_fill(&t->plain, ids[a.kind == X_DATE || b.kind == X_DATE][x->op - OP_LT], asked,
			   NULL);
	trace_say(t, plain_fill(&t->plain, fails ? P_E_COMPARE_FAILS : P_E_COMPARE,
				trace_day(t, sc->day), plain_x(&t->plain, x->args[0]),
				trace_xval(t, a), asked, NULL));
}

void
trace_word(struct scope *sc, const struct terms_x *x, const char *word, bool found)
{
	struct trace *t = sc->run->trace;
	enum plain_id id = word == NULL ? P_E_UNDECIDED : found ? P_E_NAMED : P_E_NOT_NAMED;

	if (!is_read(sc) || sc->fact != NULL)
		return;
	trace_say(t, plain_fill(&t->plain, P_E_WORD, plain_x(&t->plain, x->args[0]),
				word == NULL ? plain_text(t->plain.language, P_E_UNKNOWN)
					     : *word == '\0' ? "-" : word,
				plain_text(t->plain.language, id), NULL));
}

static void
say_verdict(struct trace *t, const struct settlement *s, const struct terms_proof *proof,
	    const struct chain *c, const struct fact *f)
{
	for (uint32_t i = 0; c != NULL && i < c->count; i++) {
		if (c->members[i].fact != f)
			continue;
		for (const struct verdict *v = c->members[i].verdicts; v != NULL; v = v->older) {
			bool accepted = (v->fact->flags & FACT_ACCEPTED) != 0;

			if (v->retracted)
				continue;
			trace_more(t, arena_printf(t->plain.arena, "  %s",
				   plain_fill(&t->plain, accepted ? P_E_ACCEPTED : P_E_REJECTED,
					      trace_fact(t, s, v->fact), NULL)));
			return;
		}
		if (proof->accept == ACCEPT_ATTESTED)
			trace_more(t, arena_printf(t->plain.arena, "  %s",
				   plain_text(t->plain.language, P_E_NO_VERDICT)));
	}
}

static void
say_cover(struct trace *t, const struct settlement *s, const struct terms_proof *proof,
	  const struct cover *c)
{
	for (size_t i = 0; i < COVER_USES; i++) {
		const char *fact;

		if (c->uses[i].fact == NULL)
			continue;
		fact = trace_fact(t, s, c->uses[i].fact);
		trace_more(t, i == 0 ? arena_printf(t->plain.arena, "- %s: %s", fact,
						    plain_number(&t->plain, c->number))
				     : arena_printf(t->plain.arena, "- %s", fact));
		say_verdict(t, s, proof, c->uses[i].chain, c->uses[i].fact);
	}
}

static bool
is_in(const struct cover *c, const struct period *p)
{
	return c->first <= p->end && c->last >= p->start;
}

void
trace_value(struct scope *sc, const struct terms_value *v, const struct period *p,
	    const struct covers *c, struct xval got)
{
	struct trace *t = sc->run->trace;
	const char *text;
	bool by = false;

	if (!is_read(sc) || sc->fact != NULL)
		return;
	text = trace_xval(t, got);
	if (p == NULL) {
		trace_say(t, plain_fill(&t->plain, P_E_VALUE, v->name, text, v->pointer, NULL));
		return;
	}
	if (p->start == p->end)
		text = plain_fill(&t->plain, P_E_VALUE_DAY, v->name, trace_day(t, p->start), text,
				  v->pointer, NULL);
	else
		text = plain_fill(&t->plain, P_E_VALUE_PERIOD, v->name, trace_day(t, p->start),
				  trace_day(t, p->end), text, v->pointer, NULL);
	for (size_t i = 0; i < c->count; i++)
		by = by || is_in(&c->items[i], p);
	trace_say(t, by ? plain_fill(&t->plain, P_E_VALUE_BY, text, NULL) : text);
	for (size_t i = 0; i < c->count; i++)
		if (is_in(&c->items[i], p))
			say_cover(t, sc->run->s, v->proof, &c->items[i]);
}

void
trace_times(struct scope *sc, const struct terms_outcome *o, struct xval got)
{
	struct trace *t = sc->run->trace;

	if (!is_read(sc))
		return;
	trace_say(t, plain_fill(&t->plain, P_E_TIMES, plain_named(&t->plain, o), o->pointer,
				trace_xval(t, got), trace_day(t, sc->day), NULL));
}

void
trace_look(struct scope *sc, const struct terms_x *x, const char **words, size_t word_count,
	   struct ratio number, int32_t day, struct xval got)
{
	const struct terms_table *table = x->look.table;
	struct trace *t = sc->run->trace;
	const char *row, *text;

	if (!is_read(sc) || sc->fact != NULL)
		return;
	text = table->unit != NULL && got.kind == X_NUMBER && ratio_is_integer(got.number) ?
		plain_amount(&t->plain, (int64_t)got.number.num, table->unit) : trace_xval(t, got);
	row = plain_list(&t->plain, words, word_count, P_COMMA);
	if (table->argument != ARGUMENT_NONE || table->measured != NULL)
		row = arena_printf(t->plain.arena, "%s%s%s", row, word_count > 0 ? ", " : "",
				   table->argument == ARGUMENT_NUMBER ? plain_number(&t->plain, number)
								      : trace_day(t, day));
	trace_say(t, *row == '\0' ?
		  plain_fill(&t->plain, P_E_LOOK_ALONE, table->name, table->pointer, text, NULL) :
		  plain_fill(&t->plain, P_E_LOOK, table->name, table->pointer, row, text, NULL));
}

void
trace_over(struct scope *sc, const struct terms_x *x, const struct stat *st, struct xval got)
{
	struct trace *t = sc->run->trace;

	if (!is_read(sc))
		return;
	trace_say(t, plain_fill(&t->plain, P_E_OVER, plain_named(&t->plain, x->over.group),
				trace_day(t, sc->day), x->pointer, integer(t, st->count), integer(t, st->unknown),
				trace_xval(t, got), NULL));
}

/* `others` is what else stands in its bucket, as far as the limit let it pass. */
void
trace_limit(struct run *r, const struct terms_limit *l, const struct claim *c, int64_t others)
{
	struct trace *t = r->trace;
	const char *p, *q, *text;

	if (!trace_asks(r, c))
		return;
	p = plain_amount(&t->plain, c->amount, t->unit);
	q = plain_amount(&t->plain, c->passed, t->unit);
	if (c->amount == c->passed) {
		text = plain_fill(&t->plain, P_E_LIMIT_ALL, plain_named(&t->plain, l), l->pointer, p, NULL);
	} else {
		text = plain_fill(&t->plain, P_E_LIMIT_PART, plain_named(&t->plain, l), l->pointer, q, p, NULL);
	}
	if (c->amount != c->passed && t->reader == NULL) {
		text = plain_fill(&t->plain, P_E_LIMIT_OTHERS, text,
				  plain_amount(&t->plain, others, t->unit), NULL);
	}
	trace_say(t, text);
}

bool
trace_asks(const struct run *r, const struct claim *c)
{
	return is_told(r, TRACE_LIMITS) && c->item == r->trace->item;
}

/* What another provider gets is not this one's to read. */
static bool
may_tell_part(const struct scope *sc, const struct terms_party *party)
{
	const struct explain_reader *r = sc->run->trace->reader;

	return r == NULL || strcmp(party->name, r->party) == 0 ||
	       !terms_has_role(sc->version->terms, party->name, ROLE_PROVIDER);
}

void
trace_share(struct scope *sc, const struct terms_share *share, const struct terms_tranche *tranche,
	    const struct ratio *weights, const int64_t *parts, int64_t amount)
{
	struct trace *t = sc->run->trace;

	if (!is_read(sc) || tranche->part_count < 2)
		return;
	trace_say(t, plain_fill(&t->plain, P_E_SHARE, share->name, share->pointer,
				plain_amount(&t->plain, amount, t->unit), NULL));
	for (size_t i = 0; i < tranche->part_count; i++)
		if (may_tell_part(sc, tranche->parts[i].party))
			trace_more(t, arena_printf(t->plain.arena, "- %s",
				   plain_fill(&t->plain, P_E_SHARE_PART,
					      tranche->parts[i].party->name,
					      plain_number(&t->plain, weights[i]),
					      plain_amount(&t->plain, parts[i], t->unit), NULL)));
}
