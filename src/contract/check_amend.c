/* check_amend.c - what goes wrong between two versions of a contract: one function a rule.
 *
 * A clause's name is its identity: keys are made of names, subjects and occurrences. A version
 * that governs subjects of the one before must not move them. */
#include "check_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "json.h"
#include "money.h"

struct amend {
	struct check c;			/* of the new version */
	const struct terms *now, *then;
	const struct terms_settled *settled;	/* or NULL */
	bool shared;			/* it governs subjects of the version before, too */
};

static const struct terms_settled_part *
part_of(const struct terms_settled_part *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	return NULL;
}

static void find(struct amend *a, bool is_settled, const char *pointer, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* Errors where something is settled under the clause; else nothing is lost yet. */
static void
find(struct amend *a, bool is_settled, const char *pointer, const char *fmt, ...)
{
	char text[600];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (is_settled)
		check_error(&a->c, pointer, "%s", text);
	else
		check_warn(&a->c, pointer, "%s", text);
}

static const char *
money_text(struct amend *a, int64_t amount, const char *unit)
{
	char text[64];

	money_format(amount, unit, text);
	return arena_string(a->c.f->arena, text, strlen(text));
}

static const struct json *
clause(const struct terms *t, const char *part, const char *name)
{
	const struct json *list = json_get(t->document, part);

	return list == NULL ? NULL : json_get(list, name);
}

/* ---- the document ---- */

static void
check_identity(struct amend *a)
{
	const struct terms *now = a->now, *then = a->then;

	if (strcmp(now->contract, then->contract) != 0)
		check_error(&a->c, "/contract", "expected %s, the name that the contract has kept, found "
			    "%s; another contract is proposed, not amended", then->contract,
			    now->contract);
	if (now->version != then->version + 1)
		check_error(&a->c, "/version", "expected %lld, one more than the version before, found "
			    "%lld", (long long)then->version + 1, (long long)now->version);
	if (strcmp(now->semantics, then->semantics) != 0)
		check_warn(&a->c, "/semantics", "the rules of reading change from \"%s\" to \"%s\"; read "
			   "what differs before signing", then->semantics, now->semantics);
	if (strcmp(now->unit, then->unit) != 0)
		check_warn(&a->c, "/unit", "the unit changes from %s to %s: amounts without a unit of "
			   "their own now mean something else; look at every price and cap",
			   then->unit, now->unit);
}

static void
check_applies(struct amend *a)
{
	const struct terms *now = a->now;
	const struct terms_settled *s = a->settled;

	if (date_compare(now->applies_from, now->settlement.outcome_until) > 0)
		check_warn(&a->c, "/applies/from", "this version governs nothing: it applies from %s, and "
			   "outcomes count until %s; move one of the two",
			   day_text(&a->c, now->applies_from),
			   day_text(&a->c, now->settlement.outcome_until));
	if (s == NULL)
		return;
	if (s->statements == 0)
		check_warn(&a->c, "/applies/settled", "nothing is settled yet: '%s' has nothing to take "
			   "hold of", now->reprice ? "reprice" : "keep");
	else if (date_compare(now->applies_from, s->through) <= 0)
		check_warn(&a->c, "/applies/from", "%s lies before %s, the end of what is settled: %s; "
			   "apply from a later day if that is not meant",
			   day_text(&a->c, now->applies_from), day_text(&a->c, s->through),
			   now->reprice ? "what was settled since is priced anew, and differences are "
					  "paid or taken back"
					: "what was settled keeps its amount, and what is found out late "
					  "about that time comes by this version");
}

static void
check_settlement(struct amend *a)
{
	const struct terms_settlement *now = &a->now->settlement, *then = &a->then->settlement;
	const struct terms_settled *s = a->settled;
	bool settled = s != NULL && s->statements > 0;

	if (settled && date_compare(now->final, s->through) <= 0)
		check_error(&a->c, "/settlement/final", "everything would be final on %s, before %s, the end "
			    "of what is settled; choose a later day", day_text(&a->c, now->final),
			    day_text(&a->c, s->through));
	if (now->periods->unit != then->periods->unit)
		check_warn(&a->c, "/settlement/periods", "statements change from every %s to every %s: the "
			   "next one goes through the end of the %s in which the last one ended",
			   terms_time_name(then->periods->unit), terms_time_name(now->periods->unit),
			   terms_time_name(now->periods->unit));
	if (date_compare(now->from, then->from) != 0 || now->offset_minutes != then->offset_minutes)
		find(a, settled, "/settlement/from", "the contract's first day and its offset from UTC stay "
		     "as they were in version 1: days that are settled would become others");
}

/* ---- parties that are gone ---- */

/* What it owes or is owed, in words; "" where there is nothing or it is not known. */
static const char *
open_text(struct amend *a, const char *party)
{
	const struct terms_settled *s = a->settled;
	const char *text = "";

	for (size_t i = 0; s != NULL && i < s->open_count; i++) {
		const struct terms_settled_open *o = &s->open[i];

		if (strcmp(o->payer, party) != 0 && strcmp(o->payee, party) != 0)
			continue;
		text = arena_printf(a->c.f->arena, "%s%s%s", text, text[0] == '\0' ? "" : ", ",
				    o->unit == NULL ? "a dispute that is not decided" :
				    arena_printf(a->c.f->arena, "%s from '%s' to '%s' not paid",
						 money_text(a, o->amount, o->unit), o->payer, o->payee));
	}
	return text;
}

/* It settles what is behind it; what it would say from now on is lost. */
static void
check_left_out(struct amend *a)
{
	for (size_t i = 0; i < a->then->party_count; i++) {
		const struct terms_party *p = &a->then->parties[i];
		const char *open;

		if (terms_party(a->now, p->name) != NULL)
			continue;
		open = open_text(a, p->name);
		check_warn(&a->c, "/parties", "party '%s' is left out%s%s: lines of earlier versions go on "
			   "naming it, and it still pays, is paid, approves and disputes these; but of "
			   "facts it only corrects, takes back or ends those of its own, it hands over "
			   "nobody, and what it has said does not count where this version governs; keep "
			   "it, without a share, while any of that matters", p->name,
			   open[0] == '\0' ? "" : ", with ", open);
	}
}

/* ---- clauses that are gone ---- */

/* Do two clauses say the same, whatever people call them? */
static bool
say_the_same(const struct json *a, const struct json *b)
{
	bool title_a = json_get(a, "title") != NULL, title_b = json_get(b, "title") != NULL;

	if (a == NULL || b == NULL || a->kind != JSON_OBJECT || b->kind != JSON_OBJECT)
		return false;
	for (uint32_t i = 0; i < a->count; i++) {
		const struct json *other = json_get(b, a->members[i].key);

		if (strcmp(a->members[i].key, "title") != 0 &&
		    (other == NULL || !json_equal(&a->members[i].value, other)))
			return false;
	}
	return a->count - title_a == b->count - title_b;
}

/* The clause of the new version that says the same under a name that the old one had not. */
static const char *
renamed_to(const struct amend *a, const char *part, const char *name)
{
	const struct json *was = clause(a->then, part, name);
	const struct json *list = json_get(a->now->document, part);

	for (uint32_t i = 0; list != NULL && i < list->count; i++)
		if (clause(a->then, part, list->members[i].key) == NULL &&
		    say_the_same(was, &list->members[i].value))
			return list->members[i].key;
	return NULL;
}

static void
find_gone(struct amend *a, const char *pointer, const char *what, const char *name,
	  const struct terms_settled_part *settled)
{
	const char *other = renamed_to(a, pointer + 1, name);

	if (other != NULL)
		find(a, settled != NULL, pointer, "%s '%s' is now called '%s': a name is a "
		     "clause's identity, and under another one everything would be owed anew; keep the "
		     "name", what, name, other);
	else if (settled != NULL && a->now->reprice)
		find(a, true, pointer, "%s '%s' is gone, and what is settled would be priced "
		     "anew: all of it would be taken back; keep the clause, or say 'keep'", what, name);
	else
		find(a, false, pointer, "%s '%s' is gone: %s; keep it if that is not meant",
		     what, name, settled != NULL ? "what is settled keeps its amount, but nothing more is "
		     "found due under it" : "nothing more is found due under it");
}

static void
check_gone(struct amend *a)
{
	const struct terms_settled *s = a->settled;

	for (size_t i = 0; a->shared && i < a->then->payment_count; i++) {
		const char *name = a->then->payments[i].name;

		if (terms_payment(a->now, name) == NULL)
			find_gone(a, "/payments", "payment", name, s == NULL ? NULL :
				  part_of(s->payments, s->payment_count, name));
	}
	for (size_t i = 0; a->shared && i < a->then->outcome_count; i++) {
		const char *name = a->then->outcomes[i].name;

		if (terms_outcome(a->now, name) == NULL)
			find_gone(a, "/outcomes", "outcome", name, s == NULL ? NULL :
				  part_of(s->outcomes, s->outcome_count, name));
	}
	for (size_t i = 0; i < a->then->limit_count; i++)
		if (terms_limit(a->now, a->then->limits[i].name) == NULL)
			check_warn(&a->c, "/limits", "limit '%s' is gone: limits of one name share one total "
				   "over all versions, and this total no longer binds; keep the name if it "
				   "still should", a->then->limits[i].name);
}

/* ---- clauses that say something else under the same name ---- */

static void
check_units_kept(struct amend *a)
{
	for (size_t i = 0; i < a->now->payment_count; i++) {
		const struct terms_payment *p = &a->now->payments[i];
		const struct terms_payment *was = terms_payment(a->then, p->name);
		const struct terms_settled *s = a->settled;
		bool settled = s != NULL && part_of(s->payments, s->payment_count, p->name) != NULL;

		if (was != NULL && strcmp(p->unit, was->unit) != 0)
			find(a, settled, p->pointer, "this payment is counted in %s, until now it "
			     "was %s: lines of one key would not add up; give the new one a name of its own",
			     p->unit, was->unit);
	}
}

/* "" once, the period's label, or an ordinal: the occurrence is part of the key. */
static int
occurrence_form(const struct terms_outcome *o)
{
	if (terms_is_once(o))
		return 0;
	return o->per != NULL && o->per->from == NULL && !o->after_last ? 1 : 2;
}

static bool
windows_differ(const struct amend *a, const struct terms_outcome *o)
{
	static const char *const members[] = { "per", "reach", "from", "until", "on" };
	const struct json *now = clause(a->now, "outcomes", o->name);
	const struct json *then = clause(a->then, "outcomes", o->name);

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const struct json *x = json_get(now, members[i]), *y = json_get(then, members[i]);

		if ((x == NULL) != (y == NULL) || (x != NULL && !json_equal(x, y)))
			return true;
	}
	return o->per != NULL && !json_equal(clause(a->now, "calendars", o->per->name),
					     clause(a->then, "calendars", o->per->name));
}

static void
check_outcome(struct amend *a, const struct terms_outcome *o, const struct terms_outcome *was)
{
	const struct terms_settled *s = a->settled;
	bool settled = s != NULL && part_of(s->outcomes, s->outcome_count, o->name) != NULL;

	if (o->subject != was->subject || occurrence_form(o) != occurrence_form(was))
		find(a, settled, o->pointer, "it is reached %s than before: the keys of what is "
		     "settled would be others, and it would be owed again; give the new one a name of its "
		     "own", o->subject != was->subject ? "by other subjects" : "another number of times");
	else if (windows_differ(a, o))
		check_warn(&a->c, o->pointer, "its window changes for those who are in the middle of one on "
			   "%s: they are measured by the new one from its beginning; apply the version to "
			   "'enrolled', or give the new one a name of its own",
			   day_text(&a->c, a->now->applies_from));
}

static void
check_kept(struct amend *a)
{
	for (size_t i = 0; a->shared && i < a->now->outcome_count; i++) {
		const struct terms_outcome *was = terms_outcome(a->then, a->now->outcomes[i].name);

		if (was != NULL)
			check_outcome(a, &a->now->outcomes[i], was);
	}
}

/* ---- limits ---- */

static bool
last_end(const struct terms *t, const struct terms_limit *l, struct ratio *ret)
{
	return l->kind == LIMIT_STEPS && l->step_count > 0 && !l->along_count &&
	       l->steps[l->step_count - 1].to != NULL &&
	       x_constant(t, l->steps[l->step_count - 1].to, ret);
}

static void
check_caps_kept(struct amend *a)
{
	const struct terms_settled *s = a->settled;

	for (size_t i = 0; i < a->now->limit_count; i++) {
		const struct terms_limit *l = &a->now->limits[i];
		const struct terms_limit *was = terms_limit(a->then, l->name);
		const struct terms_settled_part *taken = s == NULL ? NULL :
			part_of(s->limits, s->limit_count, l->name);
		struct ratio end, before;

		if (was == NULL || taken == NULL || !last_end(a->now, l, &end) ||
		    !last_end(a->then, was, &before) || ratio_compare(end, before) >= 0 ||
		    ratio_compare(end, ratio_integer(taken->amount)) >= 0)
			continue;
		find(a, l->achieved_order, l->pointer, "%s is settled under it in one place, more "
		     "than the %s that it now ends at: %s", money_text(a, taken->amount, l->of[0]->unit),
		     money_text(a, (int64_t)(end.num / end.den), l->of[0]->unit), l->achieved_order
		     ? "in the order of achievement the difference is taken back; raise it, or let "
		       "settled room stand ('settled')"
		     : "what is settled stands, and nothing more is paid there");
	}
}

void
terms_check_against(const struct terms *now, const struct terms *then,
		    const struct terms_settled *settled, struct findings *f)
{
	struct amend a = { .c = { .t = now, .f = f }, .now = now, .then = then, .settled = settled,
			   .shared = now->applies != APPLIES_ENROLLED };

	check_identity(&a);
	if (now->version > 1)
		check_applies(&a);
	check_settlement(&a);
	check_left_out(&a);
	check_gone(&a);
	check_units_kept(&a);
	check_kept(&a);
	check_caps_kept(&a);
}
