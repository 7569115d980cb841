/* explain.c - a line in plain sentences: the reading of its subject is done again, as of its
 * statement, with a trace attached. */
#include "explain.h"

#include "settle_priv.h"

#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "money.h"

struct explaining {
	struct settlement *s;
	uint32_t number, line;
	const struct line_row *row;
	const struct key_row *key;
	const struct posting_row *posting;
	struct trace trace;
	struct buf *out;
	struct arena *arena;
	struct run *run;
	struct every every;
	struct unit *unit;
	const struct item *item;
	const struct claim *claim;
	struct key_name name;
	int64_t earlier;		/* sum of the key and posting before */
};

static const char *
word(const struct explaining *x, uint32_t number)
{
	return number == NONE ? "" : name_text(&x->s->names, number);
}

static void
heading(struct explaining *x, const char *text)
{
	trace_heading(&x->trace, text);
}

static void
say_line(struct explaining *x)
{
	char amount[64], hex[HASH_HEX], achieved[DATE_TEXT];
	const struct posting_row *p = x->posting;
	const struct version *v = &x->s->versions[p->version];

	money_format(x->row->amount, word(x, p->unit), amount);
	hash_format(v->said.digest, hex);
	buf_printf(x->out, "Statement %u, line %u: %s owes %s %s for %s%s%s%s%s.\n", x->number,
		   x->line, word(x, p->payer), word(x, p->payee), amount, word(x, x->key->payment),
		   x->key->outcome == NONE ? "" : ", outcome ", word(x, x->key->outcome),
		   p->tax == NONE ? "" : ", tax ", word(x, p->tax));
	buf_printf(x->out, "Terms version %lld, event %.16s; year of account %d; reason: %s.\n",
		   (long long)v->terms->version, hex, p->year, word(x, x->row->reason));
	if (x->row->achieved != NEVER) {
		date_format((struct date){ x->row->achieved }, achieved);
		buf_printf(x->out, "Achieved or due on %s.\n", achieved);
	}
}

static void
say_subject(struct explaining *x)
{
	const struct owner *o = owner_at(x->s, x->name.owner);
	char who[27], text[300];

	if (o->kind == OWNER_PERSON) {
		owner_pseudonym(o, who);
		buf_printf(x->out, "Subject: participant %s", who);
	} else if (o->kind == OWNER_SITE) {
		buf_printf(x->out, "Subject: site %s", word(x, owner_site(o)));
	} else {
		buf_text(x->out, "Subject: the contract");
	}
	if (x->name.occurrence[0] != '\0')
		buf_printf(x->out, ", occurrence %s", x->name.occurrence);
	buf_text(x->out, ".\n");
	if (x->name.enrolment != NONE) {
		fact_text(x->s, fact_at(x->s, x->name.enrolment), text, sizeof(text));
		buf_printf(x->out, "Enrolment: %s.\n", text);
	}
}

/* ---- how the outcome was reached ---- */

static const char *
unit_word(const struct terms_outcome *o)
{
	return o->reach == REACH_RUN ? terms_time_name(o->unit)
	     : o->per != NULL ? o->per->name : "day";
}

static void
say_mark(struct explaining *x, const struct terms_outcome *o)
{
	char first[DATE_TEXT], last[DATE_TEXT], text[200] = "";

	date_format((struct date){ x->item->first }, first);
	date_format((struct date){ x->item->achieved }, last);
	if (o->to != NULL)
		x_text(o->to, text, sizeof(text));
	switch (o->reach) {
	case REACH_SUM:
		trace_say(&x->trace, "the sum of what is counted per %s%s came to %s; first counted "
			  "%s, reached %s", unit_word(o), o->of > 0 ? " in the window" : "", text,
			  first, last);
		return;
	case REACH_MEAN:
		trace_say(&x->trace, "the mean over %lld periods (%s) came to %s on %s",
			  (long long)o->of, unit_word(o), text, last);
		return;
	case REACH_RUN:
		trace_say(&x->trace, "a run of %lld %s(s) from %s, its last day counted %s; a break "
			  "of at most %lld days each, %lld together, the clock %s",
			  (long long)o->n, unit_word(o), first, last, (long long)o->gap_each,
			  (long long)o->gap_total, o->gap_stands ? "stands" : "runs");
		return;
	case REACH_ON:
		trace_say(&x->trace, "read on %s", last);
		return;
	case REACH_ANY_OF:
		trace_say(&x->trace, "the earliest of its parts, on %s", last);
		return;
	case REACH_ALL_OF:
		trace_say(&x->trace, "the latest of its parts, on %s", last);
		return;
	}
}

static void
say_others(struct explaining *x, struct scope *sc, const struct terms_outcome *o)
{
	char day[DATE_TEXT];

	for (size_t i = 0; i < o->after_count + o->unless_count; i++) {
		const struct terms_outcome *other = i < o->after_count
							    ? o->after[i] : o->unless[i - o->after_count];
		const struct reaches *r = outcome_reaches(sc, other, 0, false);

		if (r == NULL || r->count == 0) {
			trace_say(&x->trace, "%s (%s): never reached", other->name, other->pointer);
			continue;
		}
		date_format((struct date){ r->items[0].achieved }, day);
		trace_say(&x->trace, "%s (%s): reached on %s", other->name, other->pointer, day);
	}
}

static void
say_bounds(struct explaining *x, struct scope *sc, const struct terms_outcome *o)
{
	char from[DATE_TEXT], until[DATE_TEXT];
	struct bounds b;

	if (o->per == NULL || !outcome_bounds(sc, o, 0, &b))
		return;
	date_format((struct date){ b.from }, from);
	date_format((struct date){ b.until }, until);
	trace_say(&x->trace, "periods count that lie between %s and %s", from, until);
}

static void
explain_outcome(struct explaining *x, struct scope *sc)
{
	const struct terms_outcome *o = x->item->outcome;
	struct ordinals ignored = { 0 };
	char text[160];

	(void)snprintf(text, sizeof(text), "Outcome %s (%s)", o->name, o->pointer);
	heading(x, text);
	say_bounds(x, sc, o);
	if (x->item->fails != QUALIFIER_MAX)
		trace_say(&x->trace, "on recorded facts its mark is met, but it fails: %s",
			  terms_qualifier_name(x->item->fails));
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

static void
explain_price(struct explaining *x, struct scope *sc)
{
	const struct terms_payment *p = x->item->payment;
	char text[400], amount[64];

	(void)snprintf(text, sizeof(text), "Price of %s (%s)", p->name, p->pointer);
	heading(x, text);
	x->run->trace = &x->trace;
	if (p->when != NULL)
		(void)x_eval(sc, p->when);
	if (x->item->fails == QUALIFIER_MAX)
		(void)x_eval(sc, p->price);
	x->run->trace = NULL;
	x_text(p->price, text, sizeof(text));
	if (x->item->pending || x->item->fails != QUALIFIER_MAX) {
		trace_say(&x->trace, "price %s: %s, so no amount", text,
			  x->item->pending ? "not known yet" : "not earned");
		return;
	}
	money_format(x->item->amount, p->unit, amount);
	trace_say(&x->trace, "price %s, rounded %s: %s", text, rounding_name(p->round), amount);
}

static void
explain_split(struct explaining *x, struct scope *sc)
{
	struct parts parts;
	struct posts posts = { .arena = x->arena };
	char text[64];

	if (x->claim == NULL || x->claim->amount == 0)
		return;
	heading(x, "Shares, tax and what is held back");
	x->run->trace = &x->trace;
	parts = x->claim->split ? x->claim->parts : split_claim(sc, x->claim);
	posts_of_parts(sc, x->claim, &parts, &posts);
	x->run->trace = NULL;
	for (size_t i = 0; i < posts.count; i++) {
		money_format(posts.items[i].amount, word(x, posts.items[i].unit), text);
		trace_say(&x->trace, "%s owes %s%s%s: %s", word(x, posts.items[i].payer),
			  word(x, posts.items[i].payee), posts.items[i].tax == NONE ? "" : ", tax ",
			  word(x, posts.items[i].tax), text);
	}
}

static void
explain_difference(struct explaining *x)
{
	char was[64], now[64], amount[64];
	const char *unit = word(x, x->posting->unit);

	heading(x, "Difference");
	money_format(x->earlier, unit, was);
	money_format(x->earlier + x->row->amount, unit, now);
	money_format(x->row->amount, unit, amount);
	trace_say(&x->trace, "earlier lines of this key and posting: %s; it comes to %s now; this "
		  "line: %s", was, now, amount);
}

static void
explain_evidence(struct explaining *x)
{
	const struct key_row *key = settled_key_find(x->s, &x->name);
	struct evidence ev = read_evidence(x->run, x->unit, &x->name, key, x->item, x->arena);
	char text[300];

	heading(x, "Evidence");
	if (ev.basis_count > 100)
		buf_printf(x->out, "  %zu events; the first 100:\n", ev.basis_count);
	for (size_t i = 0; i < ev.basis_count && i < 100; i++) {
		fact_text(x->s, fact_at(x->s, event_at(x->s, ev.basis[i])->fact), text, sizeof(text));
		buf_printf(x->out, "  %s\n", text);
	}
	if (ev.changed_count == 0)
		return;
	heading(x, "Changed since this key's last line");
	for (size_t i = 0; i < ev.changed_count && i < 100; i++) {
		fact_text(x->s, fact_at(x->s, event_at(x->s, ev.changed[i])->fact), text,
			  sizeof(text));
		buf_printf(x->out, "  %s\n", text);
	}
}

/* ---- finding it ---- */

static void
find_entitlement(struct explaining *x)
{
	const struct owner *o;

	x->unit = run_unit(x->run, x->name.owner, x->arena);
	x->trace.subject = x->unit;
	o = owner_at(x->s, x->unit->owner);
	for (uint32_t i = 0; o->kept != NULL && i < o->kept->count; i++) {
		const struct item *it = &o->kept->items[i];
		struct key_name n = settled_key_name_of(x->s, it);

		if (it->achieved <= x->run->through && it->counts <= x->run->through &&
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
	heading(x, "Limits, in their order");
	x->trace.parts = TRACE_LIMITS;
	x->run->trace = &x->trace;
	every_gather(&x->every, NULL, NULL);
	x->run->trace = NULL;
	x->trace.parts = TRACE_READING;
	for (size_t i = 0; i < x->every.claims.count; i++)
		if (x->every.claims.items[i]->item == x->item)
			x->claim = x->every.claims.items[i];
	if (x->trace.lines == 0 && x->trace.block.size == 0)
		trace_say(&x->trace, "none applies");
}

static void
explain_all(struct explaining *x)
{
	struct scope sc;

	x->trace.parts = TRACE_READING;
	find_entitlement(x);
	say_line(x);
	say_subject(x);
	if (x->item == NULL) {
		heading(x, "No entitlement any more");
		trace_say(&x->trace, "as of this statement nothing is due under this key; its "
			  "earlier lines are taken back");
	} else {
		sc = item_scope(x->run, x->unit, x->item);
		x->trace.unit = x->item->payment->unit;
		if (x->item->outcome != NULL)
			explain_outcome(x, &sc);
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

	settled_rewind(x->s, x->number - 1);
	x->s->statements.count = x->number - 1;
	kept_forget(x->s);
	x->earlier = x->posting->sum;
	x->run = run_live(x->s, &args, x->arena, e);
	if (x->run->rc == RC_OK)
		explain_all(x);
	rc = x->run->rc;
	every_free(&x->every);
	kept_forget(x->s);
	x->s->statements.count = count;
	settled_rewind(x->s, count);
	return rc;
}

enum rc
explain_line(struct settlement *s, uint32_t number, uint32_t line, struct buf *ret, struct err *e)
{
	struct explaining x = { .s = s, .number = number, .line = line, .out = ret };
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
	x.trace.out = ret;
	x.arena = arena_new();
	rc = explain_as_of(&x, e);
	trace_end(&x.trace);
	arena_free(x.arena);
	return rc;
}
