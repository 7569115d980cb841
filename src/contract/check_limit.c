/* check_limit.c - prices, units, shares, and caps that do nothing, too much, or cross. */
#include "check_priv.h"

#include <string.h>

#include "arena.h"
#include "money.h"

void
check_prices(struct check *c)
{
	for (size_t i = 0; i < c->t->payment_count; i++) {
		const struct terms_payment *p = &c->t->payments[i];
		struct ratio price;

		if (p->subject != SUBJECT_CONTRACT && p->subject != SUBJECT_SITE &&
		    x_reaches(p->price, OP_OVER))
			check_error(c, p->price->pointer, "a person's price depends on a statistic "
				    "over a group: one late fact would change every line; pay the "
				    "group in one line, for \"contract\"");
		if (x_constant(c->t, p->price, &price) && ratio_sign(price) == 0)
			check_warn(c, p->price->pointer, "the price is 0: nobody ever pays this; "
				   "leave the payment out or give it a price");
		if (x_constant(c->t, p->price, &price) && !ratio_is_integer(price))
			check_warn(c, p->price->pointer, "the price is %s minor units and is rounded "
				   "every time; prices are in minor units (öre, cents)",
				   number_text(c, price));
	}
}

/* ---- units ---- */

struct unit_use {
	struct check *c;
	const struct terms_payment *payment;
};

static void
check_unit_of(void *arg, const struct terms_x *x)
{
	struct unit_use *u = arg;
	const char *unit = u->payment->unit;

	if (x->op == OP_LOOK && x->look.table->unit != NULL &&
	    strcmp(x->look.table->unit, unit) != 0)
		check_error(u->c, x->pointer, "table '%s' answers in %s, the payment is in %s; mend "
			    "one of the two units", x->look.table->name, x->look.table->unit, unit);
	for (size_t i = 0; x->op == OP_ITEMS && i < x->items.count; i++)
		if (x->items.what == DO_SUM && strcmp(x->items.of[i]->unit, unit) != 0)
			check_error(u->c, x->pointer, "'%s' is in %s, the payment is in %s; a sum of "
				    "both has no unit", x->items.of[i]->name, x->items.of[i]->unit,
				    unit);
	if (x->op == OP_VALUE && x->value->is != NULL)
		x_each(x->value->is, check_unit_of, u);
}

/* A unit that is no code is counted: "kr" has no öre, and a price of it is a hundred times what was
 * meant. Codes without a minor unit are right as they are. */
static void
check_code(struct check *c, const char *pointer, const char *unit)
{
	static const char *const words[] = { "kr", "kronor", "kroner", "krona", "krone", "euro", "euros",
		"pound", "pounds", "dollar", "dollars" };
	static const char whole[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
	bool meant = false;
	char code[4] = "";

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		meant = meant || strcmp(unit, words[i]) == 0;
	if (strlen(unit) == 3)
		for (size_t i = 0; i < 3; i++)
			code[i] = (char)(unit[i] >= 'a' && unit[i] <= 'z' ? unit[i] - 'a' + 'A' : unit[i]);
	if (strcmp(code, unit) == 0)
		meant = unit_digits(unit) == 0 && strstr(whole, unit) == NULL;
	else
		meant = meant || unit_digits(code) > 0;
	if (meant)
		check_warn(c, pointer, "'%s' is no ISO 4217 code: it is counted in wholes, without a minor "
			   "unit; write SEK, DKK or EUR where money is meant", unit);
}

void
check_units(struct check *c)
{
	check_code(c, "/unit", c->t->unit);
	for (size_t i = 0; i < c->t->payment_count; i++) {
		struct unit_use u = { c, &c->t->payments[i] };

		if (strcmp(u.payment->unit, c->t->unit) != 0)
			check_code(c, u.payment->pointer, u.payment->unit);
		x_each(u.payment->price, check_unit_of, &u);
	}
	for (size_t i = 0; i < c->t->limit_count; i++) {
		const struct terms_limit *l = &c->t->limits[i];

		for (size_t k = 1; k < l->of_count && !l->along_count; k++)
			if (strcmp(l->of[k]->unit, l->of[0]->unit) != 0)
				check_error(c, l->pointer, "'%s' is in %s and '%s' in %s; one limit "
					    "cannot add them, write one for each unit",
					    l->of[0]->name, l->of[0]->unit, l->of[k]->name,
					    l->of[k]->unit);
	}
}

/* ---- shares ---- */

static void
check_tranche(struct check *c, const struct terms_share *s, const struct terms_tranche *t)
{
	struct ratio weight, sum = ratio_integer(0);
	size_t known = 0;

	for (size_t i = 0; i < t->part_count; i++) {
		if (!x_constant(c->t, t->parts[i].weight, &weight))
			continue;
		known++;
		if (ratio_sign(weight) < 0)
			check_error(c, t->parts[i].weight->pointer, "the weight of '%s' is %s, below "
				    "0, and nothing could ever be split; give 0 or more",
				    t->parts[i].party->name, number_text(c, weight));
		else if (ratio_sign(weight) == 0)
			check_warn(c, t->parts[i].weight->pointer, "the weight of '%s' is 0 for ever; "
				   "leave the part out or give it a weight",
				   t->parts[i].party->name);
		else if (!ratio_add(sum, weight, &sum))
			return;
	}
	if (known == t->part_count && ratio_sign(sum) == 0 && s->none == NULL)
		check_error(c, s->pointer, "all weights are 0 and 'none' is unknown: nothing would "
			    "ever be paid; give a weight or name who bears it");
}

static bool
share_has(const struct terms_share *s, const struct terms_party *p)
{
	for (size_t i = 0; i < s->tranche_count; i++)
		for (size_t k = 0; k < s->tranches[i].part_count; k++)
			if (s->tranches[i].parts[k].party == p)
				return true;
	return false;
}

void
check_shares(struct check *c)
{
	for (size_t i = 0; i < c->t->share_count; i++)
		for (size_t k = 0; k < c->t->shares[i].tranche_count; k++)
			check_tranche(c, &c->t->shares[i], &c->t->shares[i].tranches[k]);
	for (size_t i = 0; i < c->t->payment_count; i++) {
		const struct terms_payment *p = &c->t->payments[i];

		for (size_t k = 0; k < c->t->party_count; k++)
			if (share_has(p->from_share, &c->t->parties[k]) &&
			    share_has(p->to_share, &c->t->parties[k]))
				check_warn(c, p->pointer, "'%s' both pays and is paid here: part of "
					   "it is a line from a body to itself", c->t->parties[k].name);
	}
}

/* ---- caps ---- */

static bool
is_per_person(const struct terms_limit *l)
{
	for (size_t i = 0; i < l->per_count; i++)
		if (l->per[i].what != PER_PERSON && l->per[i].what != PER_ENROLMENT)
			return false;
	return true;
}

/* The most that a person can earn by a payment, where the text gives it. */
static bool
most_per_person(struct check *c, const struct terms_payment *p, int64_t *ret)
{
	struct ratio price, times, total;
	int64_t sum = 0;

	if (p->what != FOR_OUTCOMES || !x_constant(c->t, p->price, &price))
		return false;
	for (size_t i = 0; i < p->outcome_count; i++) {
		int64_t one;

		times = ratio_integer(1);
		if (p->outcomes[i]->times_max != NULL &&
		    (!x_constant(c->t, p->outcomes[i]->times_max, &times) ||
		     p->outcomes[i]->times_per != TIMES_PERSON))
			return false;
		if (!ratio_mul(price, times, &total) ||
		    !ratio_round(total, p->round, p->round_multiple, &one) ||
		    !money_add(sum, one, &sum))
			return false;
	}
	*ret = sum;
	return true;
}

static void
check_one_cap(struct check *c, const struct terms_limit *l)
{
	int64_t sum = 0, least = INT64_MAX, most;
	const struct terms_payment *above = NULL;
	bool all = true;
	struct ratio to;

	if (!x_constant(c->t, l->steps[l->step_count - 1].to, &to))
		return;
	if (ratio_sign(to) <= 0) {
		check_error(c, l->pointer, "the limit's end is %s: nothing would ever pass; raise "
			    "it or leave the payments out", number_text(c, to));
		return;
	}
	for (size_t i = 0; i < l->of_count; i++) {
		struct ratio price;

		if (!most_per_person(c, l->of[i], &most) || !money_add(sum, most, &sum))
			all = false;
		if (!x_constant(c->t, l->of[i]->price, &price))
			least = 0;
		else if (ratio_compare(price, ratio_integer(least)) < 0 &&
			 !ratio_round(price, l->of[i]->round, 1, &least))
			least = 0;
		if (above == NULL && x_constant(c->t, l->of[i]->price, &price) &&
		    ratio_compare(price, to) > 0)
			above = l->of[i];
	}
	if (!l->along_count && least > 0 && least != INT64_MAX &&
	    ratio_compare(ratio_integer(least), to) > 0)
		check_warn(c, l->pointer, "this limit always bites: its room is %s and the smallest "
			   "price %lld; no payment under it is ever whole", number_text(c, to),
			   (long long)least);
	else if (!l->along_count && above != NULL)
		check_warn(c, l->pointer, "its room is %s, below the price of '%s' alone, which is never "
			   "paid in full; raise it if that is not meant (both are in minor units)",
			   number_text(c, to), above->name);
	if (all && !l->along_count && is_per_person(l) &&
	    ratio_compare(ratio_integer(sum), to) <= 0)
		check_warn(c, l->pointer, "this limit never bites: a person can earn %lld at most "
			   "and its room is %s; lower it or leave it out", (long long)sum,
			   number_text(c, to));
}

void
check_caps(struct check *c)
{
	for (size_t i = 0; i < c->t->limit_count; i++)
		if (c->t->limits[i].kind == LIMIT_STEPS)
			check_one_cap(c, &c->t->limits[i]);
}

/* ---- crossing ---- */

static unsigned
dimensions(const struct terms_limit *l)
{
	unsigned bits = 0;

	for (size_t i = 0; i < l->per_count; i++)
		bits |= 1u << l->per[i].what;
	return bits & ~(1u << PER_CONTRACT);
}

static bool
share_payment(const struct terms_limit *a, const struct terms_limit *b)
{
	for (size_t i = 0; i < a->of_count; i++)
		for (size_t k = 0; k < b->of_count; k++)
			if (a->of[i] == b->of[k])
				return true;
	return false;
}

/* Does one bucket of `b` hold what `a` keeps in several? */
static bool
pools(const struct terms_limit *a, const struct terms_limit *b)
{
	return (dimensions(a) & ~dimensions(b)) != 0;
}

static bool
loses(const struct terms_limit *l)
{
	return l->kind == LIMIT_STEPS && l->excess == EXCESS_LOST;
}

/* Two caps in a row never pay less when one is looser. Three can: what the first lets through
 * takes the second's room from a claim that the third would have let through. */
void
check_crossing(struct check *c)
{
	const struct terms *t = c->t;

	for (size_t i = 0; i < t->limit_count; i++)
		for (size_t k = i + 1; k < t->limit_count; k++)
			for (size_t n = k + 1; n < t->limit_count; n++) {
				const struct terms_limit *a = &t->limits[i], *b = &t->limits[k],
							 *d = &t->limits[n];

				if (!loses(a) || !loses(b) || !loses(d) || !share_payment(a, b) ||
				    !share_payment(b, d) || !pools(a, b) || !pools(d, b))
					continue;
				check_warn(c, d->pointer, "limits '%s', '%s' and '%s' cross: made "
					   "looser, the first can pay less in all. Rooms of 10, 20, "
					   "10; claims of 10, 10 and 10, the first two in one bucket "
					   "of '%s' and of '%s', the third in others: 10 + 0 + 10 are "
					   "paid. With 20 in '%s' the first two fill '%s', '%s' lets "
					   "one of them pass, and 10 are paid", a->name, b->name,
					   d->name, a->name, d->name, a->name, b->name, d->name);
			}
}
