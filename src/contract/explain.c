/* explain.c - a line in plain sentences: the reading of its subject is done again, as of its
 * statement, with a trace attached. */
#include "explain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "claim.h"
#include "date.h"
#include "explain_priv.h"
#include "expression.h"
#include "fact.h"
#include "hash.h"
#include "item.h"
#include "lines.h"
#include "outcome.h"
#include "plain_priv.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settle.h"
#include "settled.h"
#include "settlement.h"
#include "split.h"
#include "terms.h"

struct explaining {
	struct settlement *s;
	uint32_t number, line;
	const struct line_row *row;
	const struct key_row *key;
	const struct posting_row *posting;
	struct trace trace;
	struct run *run;
	struct every every;
	struct unit *unit;
	const struct item *item;
	const struct claim *claim;
	struct key_name name;
	int64_t earlier;		/* sum of the key and posting before */
	bool told;			/* how it was read, too */
};

static const char *
word(const struct explaining *x, uint32_t number)
{
	return name_or_empty(&x->s->names, number);
}

static const char *
text(const struct explaining *x, enum plain_id id)
{
	return plain_text(x->trace.plain.language, id);
}

static const char *
integer(struct explaining *x, long long n)
{
	return arena_printf(x->trace.plain.arena, "%lld", n);
}

static const char *
amount(struct explaining *x, int64_t n, uint32_t unit)
{
	return plain_amount(&x->trace.plain, n, word(x, unit));
}

/* ---- what the line is ---- */

static const char *
reason_text(struct explaining *x)
{
	static const struct { const char *reason; enum plain_id id; } rows[] = {
		{ "reached", P_R_REACHED }, { "period", P_R_PERIOD }, { "floor", P_R_FLOOR },
		{ "changed", P_R_CHANGED }, { "reversed", P_R_REVERSED }, { "moved", P_R_MOVED },
		{ "decided", P_R_DECIDED }, { "pending", P_R_PENDING }, { "price", P_R_PRICE },
	};
	const char *reason = word(x, x->row->reason);

	for (size_t i = 0; i < LENGTH(rows); i++)
		if (strcmp(rows[i].reason, reason) == 0)
			return text(x, rows[i].id);
	for (int q = 0; q < QUALIFIER_MAX; q++)
		if (strcmp(terms_qualifier_name((enum terms_qualifier)q), reason) == 0)
			return plain_fill(&x->trace.plain, P_R_FAILS, text(x, plain_qualifiers[q]), NULL);
	return reason;
}

/* A payment, or a limit's top-up, as the version of the line calls it. */
static const char *
payment_text(struct explaining *x, const struct terms *t)
{
	const char *name = word(x, x->key->payment), *title = terms_payment_title(t, name);

	return title == NULL ? name : plain_title(&x->trace.plain, name, title);
}

static const char *
outcome_text(struct explaining *x, const struct terms *t)
{
	const char *name = word(x, x->key->outcome), *title = terms_outcome_title(t, name);

	return title == NULL ? name : plain_title(&x->trace.plain, name, title);
}

static void
say_line(struct explaining *x)
{
	const struct posting_row *p = x->posting;
	const struct version *v = &x->s->versions[p->version];
	struct plain *plain = &x->trace.plain;
	int64_t n = x->row->amount;
	enum plain_id id = n == 0 ? P_E_LINE_ZERO : n < 0 ? P_E_LINE_BACK : P_E_LINE;
	char hex[HASH_HEX];

	buf_text(plain->out, plain_fill(plain, id, integer(x, x->number), integer(x, x->line),
					word(x, p->payer), word(x, p->payee),
					amount(x, n < 0 ? -n : n, p->unit), NULL));
	plain_say(plain, plain_fill(plain, x->key->outcome == NONE ? P_E_PAYMENT
								   : P_E_PAYMENT_OUTCOME,
				    payment_text(x, v->terms), outcome_text(x, v->terms), NULL));
	if (p->tax != NONE)
		plain_say(plain, plain_fill(plain, P_E_TAX, word(x, p->tax), NULL));
	buf_byte(plain->out, '\n');
	plain_say(plain, plain_fill(plain, P_E_REASON, reason_text(x), NULL));
	if (x->row->achieved != NEVER)
		plain_say(plain, plain_fill(plain, P_E_ACHIEVED,
					    plain_day(plain, (struct date){ x->row->achieved }), NULL));
	hash_format(v->said.digest, hex);
	hex[16] = '\0';
	plain_say(plain, plain_fill(plain, P_E_VERSION, integer(x, v->terms->version), hex,
				    integer(x, p->year), NULL));
	buf_byte(plain->out, '\n');
}

static void
say_subject(struct explaining *x)
{
	const struct owner *o = owner_at(x->s, x->name.owner);
	struct plain *plain = &x->trace.plain;
	char who[27];

	if (o->kind == OWNER_PERSON) {
		owner_pseudonym(o, who);
		plain_say(plain, plain_fill(plain, P_E_SUBJECT_PERSON, who, NULL));
	} else if (o->kind == OWNER_SITE) {
		plain_say(plain, plain_fill(plain, P_E_SUBJECT_SITE, word(x, owner_site(o)), NULL));
	} else {
		plain_say(plain, text(x, P_E_SUBJECT_CONTRACT));
	}
	if (x->name.occurrence[0] != '\0')
		plain_say(plain, plain_fill(plain, P_E_OCCURRENCE, x->name.occurrence, NULL));
	buf_byte(plain->out, '\n');
	if (x->name.enrolment != NONE)
		trace_line(&x->trace, plain_fill(plain, P_E_ENROLMENT,
			   trace_fact(&x->trace, x->s, fact_at(x->s, x->name.enrolment)), NULL));
}

/* ---- how the outcome was reached ---- */

static void
say_sum(struct explaining *x, const struct terms_outcome *o)
{
	struct trace *t = &x->trace;
	const char *over = o->of > 0 ? plain_periods(&t->plain, o->of, o->per)
				     : plain_period(&t->plain, o->per);

	if (o->reach == REACH_MEAN)
		trace_say(t, plain_fill(&t->plain, P_E_MEAN, over, plain_x(&t->plain, o->to),
					trace_day(t, x->item->achieved), NULL));
	else
		trace_say(t, plain_fill(&t->plain, o->of > 0 ? P_E_SUM_WINDOW : P_E_SUM, over,
					plain_x(&t->plain, o->to), trace_day(t, x->item->first),
					trace_day(t, x->item->achieved), NULL));
}

static void
say_run(struct explaining *x, const struct terms_outcome *o)
{
	struct plain *p = &x->trace.plain;

	trace_say(&x->trace, plain_fill(p, P_E_RUN, plain_units(p, o->n, o->unit),
					trace_day(&x->trace, x->item->first),
					trace_day(&x->trace, x->item->achieved), NULL));
	if (o->gap_total == 0) {
		trace_more(&x->trace, text(x, P_REACH_NO_GAP));
		return;
	}
	trace_more(&x->trace, plain_fill(p, P_REACH_GAP, plain_units(p, o->gap_each, TIME_DAY),
					 plain_units(p, o->gap_total, TIME_DAY), NULL));
	trace_more(&x->trace, text(x, o->gap_stands ? P_REACH_CLOCK_STANDS : P_REACH_CLOCK_RUNS));
}

static void
say_mark(struct explaining *x, const struct terms_outcome *o)
{
	const char *day = trace_day(&x->trace, x->item->achieved);

	switch (o->reach) {
	case REACH_SUM:
	case REACH_MEAN:
		say_sum(x, o);
		return;
	case REACH_RUN:
		say_run(x, o);
		return;
	case REACH_ON:
		trace_say(&x->trace, plain_fill(&x->trace.plain, P_E_ON, day, NULL));
		return;
	case REACH_ANY_OF:
		trace_say(&x->trace, plain_fill(&x->trace.plain, P_E_ANY, day, NULL));
		return;
	case REACH_ALL_OF:
		trace_say(&x->trace, plain_fill(&x->trace.plain, P_E_ALL, day, NULL));
		return;
	}
}

static void
say_others(struct explaining *x, struct scope *sc, const struct terms_outcome *o)
{
	struct plain *p = &x->trace.plain;

	for (size_t i = 0; i < o->after_count + o->unless_count; i++) {
		const struct terms_outcome *other = i < o->after_count
							    ? o->after[i] : o->unless[i - o->after_count];
		const struct reaches *r = outcome_reaches(sc, other, 0, false);
		bool never = r == NULL || r->count == 0;

		trace_say(&x->trace, plain_fill(p, never ? P_E_OTHER_NEVER : P_E_OTHER_REACHED,
			  plain_named(p, other), other->pointer,
			  never ? NULL : trace_day(&x->trace, r->items[0].achieved), NULL));
	}
}

static void
say_bounds(struct explaining *x, struct scope *sc, const struct terms_outcome *o)
{
	struct bounds b;

	if (o->per == NULL || !outcome_bounds(sc, o, 0, &b))
		return;
	trace_say(&x->trace, plain_fill(&x->trace.plain, P_E_BOUNDS, trace_day(&x->trace, b.from),
					trace_day(&x->trace, b.until), NULL));
}

static void
explain_outcome(struct explaining *x, struct scope *sc)
{
	const struct terms_outcome *o = x->item->outcome;
	struct ordinals ignored = { 0 };
	struct plain *p = &x->trace.plain;

	trace_heading(&x->trace, plain_fill(p, P_E_HEAD_OUTCOME, plain_named(p, o), o->pointer, NULL));
	say_bounds(x, sc, o);
	if (x->item->fails != QUALIFIER_MAX)
		trace_say(&x->trace, plain_fill(p, P_E_FAILS,
						text(x, plain_qualifiers[x->item->fails]), NULL));
	say_mark(x, o);
	x->run->trace = &x->trace;
	x->run->basis = &ignored;
	item_basis(sc, x->item);
	x->run->basis = NULL;
	x->run->trace = NULL;
	say_others(x, sc, o);
	free(ignored.items);
}

/* ---- price, limits, shares ---- */

static const char *
price_text(struct explaining *x, const struct terms_payment *p)
{
	struct plain *plain = &x->trace.plain;
	const char *price = plain_price(plain, p->price, p->unit);
	const char *how = text(x, plain_roundings[p->round]);

	if (x->item->fails != QUALIFIER_MAX)
		return plain_fill(plain, P_E_PRICE_UNEARNED, price, NULL);
	if (x->item->pending)
		return plain_fill(plain, P_E_PRICE_UNKNOWN, price, NULL);
	if (p->price->op == OP_NUMBER)
		return plain_fill(plain, P_E_PRICE_FIXED, plain_amount(plain, x->item->amount, p->unit),
				  NULL);
	return plain_fill(plain, P_E_PRICE, price, how,
			  plain_amount(plain, x->item->amount, p->unit), NULL);
}

static void
explain_price(struct explaining *x, struct scope *sc)
{
	const struct terms_payment *p = x->item->payment;

	trace_heading(&x->trace, plain_fill(&x->trace.plain, P_E_HEAD_PRICE,
					    plain_named(&x->trace.plain, p), p->pointer, NULL));
	x->run->trace = &x->trace;
	if (p->when != NULL)
		(void)x_eval(sc, p->when);
	if (x->item->fails == QUALIFIER_MAX)
		(void)x_eval(sc, p->price);
	x->run->trace = NULL;
	trace_say(&x->trace, price_text(x, p));
}

static void
explain_split(struct explaining *x, struct scope *sc)
{
	struct plain *p = &x->trace.plain;
	struct posts posts = { .arena = p->arena };
	struct parts parts;

	if (x->claim == NULL || x->claim->amount == 0)
		return;
	trace_heading(&x->trace, text(x, P_E_HEAD_SHARES));
	x->run->trace = x->told ? &x->trace : NULL;
	parts = x->claim->split ? x->claim->parts : split_claim(sc, x->claim);
	posts_of_parts(sc, x->claim, &parts, &posts);
	x->run->trace = NULL;
	for (size_t i = 0; i < posts.count; i++) {
		const struct post *q = &posts.items[i];

		if (x->trace.reader != NULL &&
		    strcmp(word(x, q->payee), x->trace.reader->party) != 0)
			continue;
		trace_say(&x->trace, plain_fill(p, q->tax == NONE ? P_E_OWES : P_E_OWES_TAX,
			  word(x, q->payer), word(x, q->payee), amount(x, q->amount, q->unit),
			  word(x, q->tax), NULL));
	}
}

/* The lines of statement `number` that the difference is from. */
static void
say_earlier(struct explaining *x, uint32_t number)
{
	const struct statement_row *st = statement_at(x->s, number);
	struct arena *arena = x->trace.plain.arena;

	for (uint32_t i = 0; i < st->line_count; i++) {
		const struct line_row *row = rows_at(&x->s->lines, st->first_line + i);

		if (row->key == x->row->key && row->posting == x->row->posting)
			trace_more(&x->trace, plain_fill(&x->trace.plain, P_E_EARLIER,
				   arena_printf(arena, "%" PRIu32, number),
				   arena_printf(arena, "%" PRIu32, i + 1),
				   amount(x, row->amount, x->posting->unit), NULL));
	}
}

/* Where a dispute was decided, what its payer owes is what the decision says. */
static void
say_decision(struct explaining *x)
{
	const struct dispute_row *d = key_decision(x->run, x->key, x->posting->payer);
	char hex[HASH_HEX];

	if (d == NULL)
		return;
	hash_format(event_at(x->s, d->resolved)->digest, hex);
	hex[16] = '\0';
	trace_say(&x->trace, plain_fill(&x->trace.plain, P_E_DECISION,
		  trace_day(&x->trace, event_at(x->s, d->resolved)->day), hex, word(x, d->payer),
		  amount(x, d->amount, x->posting->unit), NULL));
}

static void
explain_difference(struct explaining *x)
{
	uint32_t unit = x->posting->unit;

	trace_heading(&x->trace, text(x, P_E_HEAD_DIFFERENCE));
	say_decision(x);
	trace_say(&x->trace, plain_fill(&x->trace.plain, P_E_DIFFERENCE, amount(x, x->earlier, unit),
		  amount(x, x->earlier + x->row->amount, unit), amount(x, x->row->amount, unit), NULL));
	for (uint32_t number = 1; number < x->number; number++)
		say_earlier(x, number);
}

static void
say_events(struct explaining *x, const uint32_t *events, size_t count)
{
	struct plain *p = &x->trace.plain;

	if (count > 100)
		trace_line(&x->trace, arena_printf(p->arena, "  %s",
			   plain_fill(p, P_E_EVENTS, integer(x, (long long)count), NULL)));
	for (size_t i = 0; i < count && i < 100; i++)
		trace_line(&x->trace, arena_printf(p->arena, "  %s",
			   trace_fact(&x->trace, x->s,
				      fact_at(x->s, event_at(x->s, events[i])->fact))));
}

static void
explain_evidence(struct explaining *x)
{
	const struct key_row *key = settled_key_find(x->s, &x->name);
	struct evidence ev = read_evidence(x->run, x->unit, &x->name, key, x->item,
					   x->trace.plain.arena);
	struct ordinals basis = resting_all(&ev.basis, x->trace.plain.arena);

	evidence_end(x->unit);
	trace_heading(&x->trace, text(x, P_E_HEAD_EVIDENCE));
	say_events(x, basis.items, basis.count);
	if (ev.changed_count == 0)
		return;
	trace_heading(&x->trace, text(x, P_E_HEAD_CHANGED));
	say_events(x, ev.changed, ev.changed_count);
}

/* ---- finding it ---- */

static void
find_entitlement(struct explaining *x)
{
	const struct owner *o;

	x->unit = run_unit(x->run, x->name.owner, x->trace.plain.arena);
	x->trace.subject = x->unit;
	o = owner_at(x->s, x->unit->owner);
	for (uint32_t i = 0; o->kept != NULL && i < o->kept->count; i++) {
		const struct item *it = &o->kept->items[i];
		struct key_name n = settled_key_name_of(x->s, it);

		if (it->achieved <= x->run->through && it->counts <= x->run->through &&
		    !item_is_passed_over(x->run, o->kept, i) &&
		    n.owner == x->name.owner && n.enrolment == x->name.enrolment &&
		    strcmp(n.payment, x->name.payment) == 0 &&
		    strcmp(n.outcome, x->name.outcome) == 0 &&
		    strcmp(n.occurrence, x->name.occurrence) == 0)
			x->item = it;
	}
}

static void
apply_limits(struct explaining *x)
{
	if (x->item == NULL)
		return;
	x->trace.item = x->item;
	x->trace.unit = x->item->payment->unit;
	x->every.r = x->run;
	if (x->told)
		trace_heading(&x->trace, text(x, P_E_HEAD_LIMITS));
	x->trace.parts = TRACE_LIMITS;
	x->run->trace = x->told ? &x->trace : NULL;
	every_gather(&x->every, NULL, NULL);
	x->run->trace = NULL;
	x->trace.parts = TRACE_READING;
	for (size_t i = 0; i < x->every.last.claims.count; i++)
		if (x->every.last.claims.items[i]->item == x->item)
			x->claim = x->every.last.claims.items[i];
	if (x->told && x->trace.lines == 0 && x->trace.block.size == 0)
		trace_say(&x->trace, text(x, P_E_NO_LIMIT));
}

/* A reading tells what was recorded of a person: not to a reader who may not see that. */
static bool
may_tell_reading(const struct explaining *x)
{
	const struct owner *o = owner_at(x->s, x->name.owner);
	uint32_t fact = x->name.enrolment != NONE ? x->name.enrolment : o->first;

	if (x->trace.reader == NULL || o->kind != OWNER_PERSON)
		return true;
	return fact != NONE && trace_may_tell(&x->trace, x->s, fact_at(x->s, fact));
}

static void
explain_all(struct explaining *x)
{
	struct scope sc;

	x->trace.parts = TRACE_READING;
	find_entitlement(x);
	x->told = may_tell_reading(x);
	say_line(x);
	say_subject(x);
	if (x->item == NULL) {
		trace_heading(&x->trace, text(x, P_E_HEAD_GONE));
		trace_say(&x->trace, text(x, P_E_GONE));
	} else {
		sc = item_scope(x->run, x->unit, x->item);
		x->trace.unit = x->item->payment->unit;
		if (x->told && x->item->outcome != NULL)
			explain_outcome(x, &sc);
		if (x->told)
			explain_price(x, &sc);
		apply_limits(x);
		explain_split(x, &sc);
	}
	explain_difference(x);
	explain_evidence(x);
}

/* Keys and postings stand as the statement found them while `x` is told. */
static enum rc
explain_as_of(struct explaining *x, struct err *e)
{
	const struct statement_row *st = statement_at(x->s, x->number);
	struct settle_args args = { .size = st->size, .through = st->through };
	uint32_t count = x->s->statements.count;
	enum rc rc;

	settled_found(x->s, x->number);
	x->earlier = x->posting->sum;
	x->run = run_live(x->s, &args, x->trace.plain.arena, e);
	if (x->run->rc == RC_OK)
		explain_all(x);
	rc = x->run->rc;
	every_free(&x->every);
	settled_found(x->s, count + 1);
	return rc;
}

enum rc
explain_line(struct settlement *s, uint32_t number, uint32_t line, enum language l,
	     const struct explain_reader *reader, struct buf *ret, struct err *e)
{
	struct explaining x = { .s = s, .number = number, .line = line };
	const struct statement_row *st;
	enum rc rc;

	if (number < 1 || number > s->statements.count)
		return rc_fail(e, RC_NOT_FOUND, "there is no statement %u; the latest is %u", number,
			       s->statements.count);
	st = statement_at(s, number);
	if (line < 1 || line > st->line_count)
		return rc_fail(e, RC_NOT_FOUND, "statement %u has %u lines, not line %u", number,
			       st->line_count, line);
	x.row = rows_at(&s->lines, st->first_line + line - 1);
	x.key = settled_key_at(s, x.row->key);
	x.posting = posting_at(s, x.row->posting);
	if (x.key->owner == NONE)
		return rc_fail(e, RC_NOT_FOUND, "what line %u of statement %u rests on was erased or "
			       "withheld", line, number);
	x.name = (struct key_name){ x.key->owner, x.key->enrolment, word(&x, x.key->payment),
				    word(&x, x.key->outcome), word(&x, x.key->occurrence) };
	x.trace.reader = reader;
	x.trace.plain = (struct plain){ .language = l, .arena = arena_new(), .out = ret };
	rc = explain_as_of(&x, e);
	trace_end(&x.trace);
	arena_free(x.trace.plain.arena);
	return rc;
}
