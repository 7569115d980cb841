/* plain_pay.c - payments, limits and shares as sentences. */
#include "plain_priv.h"

#include "arena.h"
#include "buf.h"
#include "money.h"

/* A party's name, or those in a share. */
static const char *
share_text(struct plain *p, const struct terms_share *s)
{
	return terms_party(p->t, s->name) != NULL ? s->name : plain_fill(p, P_PAY_SHARE, s->name, NULL);
}

static const char *
word(const struct plain *p, enum plain_id id)
{
	return plain_text(p->language, id);
}

/* A literal amount as money, else the phrase. */
static const char *
text_of_amount(struct plain *p, const struct terms_x *x, const char *unit)
{
	if (x->op != OP_NUMBER || !ratio_is_integer(x->number))
		return plain_x(p, x);
	return plain_amount(p, (int64_t)x->number.num, unit);
}

static const char *
rounding_text(struct plain *p, const struct terms_payment *pay)
{
	const char *how = word(p, plain_roundings[pay->round]);

	return pay->round_multiple == 1 ? how : plain_fill(p, P_ROUNDING_MULTIPLE, how,
		plain_amount(p, pay->round_multiple, pay->unit), NULL);
}

static void
say_for(struct plain *p, const struct terms_payment *pay)
{
	const char **names = arena_array(p->arena, pay->outcome_count + 1, sizeof(*names));
	const char *due = word(p, pay->due_start ? P_FIRST : P_LAST);

	for (size_t i = 0; i < pay->outcome_count; i++)
		names[i] = plain_named(p, pay->outcomes[i]);
	if (pay->what == FOR_OUTCOMES)
		plain_say(p, plain_fill(p, P_PAY_OUTCOMES,
					plain_list(p, names, pay->outcome_count, P_OR), NULL));
	else if (pay->group != NULL)
		plain_say(p, plain_fill(p, P_PAY_PERIODS, plain_period(p, pay->each),
					plain_named(p, pay->group), due, plain_x(p, pay->from),
					plain_x(p, pay->until), NULL));
	else
		plain_say(p, plain_fill(p, P_PAY_PERIODS_CONTRACT, plain_period(p, pay->each), due,
					plain_x(p, pay->from), plain_x(p, pay->until), NULL));
}

static void
say_payment(struct plain *p, const struct terms_payment *pay)
{
	plain_titled_clause(p, pay->name, pay->title);
	say_for(p, pay);
	if (pay->when != NULL)
		plain_say(p, plain_fill(p, P_PAY_WHEN, plain_truth(p, pay->when), NULL));
	if (pay->price->op == OP_NUMBER)
		plain_say(p, plain_fill(p, P_PAY_AMOUNT,
					text_of_amount(p, pay->price, pay->unit), NULL));
	else
		plain_say(p, plain_fill(p, P_PAY_PRICE, plain_price(p, pay->price, pay->unit),
					rounding_text(p, pay), NULL));
	plain_say(p, plain_fill(p, P_PAY_FROM_TO, share_text(p, pay->from_share),
				share_text(p, pay->to_share), NULL));
	if (pay->due != NULL)
		plain_say(p, plain_fill(p, P_PAY_DUE, plain_x(p, pay->due), NULL));
	if (pay->tax != NULL)
		plain_say(p, plain_fill(p, P_PAY_TAX, pay->tax->name, NULL));
	if (pay->final != NULL)
		plain_say(p, plain_fill(p, P_PAY_FINAL, plain_x(p, pay->final), NULL));
	if (pay->held)
		plain_say(p, plain_fill(p, P_PAY_HOLD, plain_number(p, pay->hold_part),
					plain_x(p, pay->hold_until), NULL));
	plain_say(p, word(p, pay->ended == ENDED_STARTED ? P_PAY_STARTED : P_PAY_ENDED));
}

/* ---- limits ---- */

static const char *
text_of_per(struct plain *p, const struct terms_limit *l)
{
	static const enum plain_id words[] = {
		[PER_PERSON] = P_SUBJECT_PERSON, [PER_ENROLMENT] = P_SUBJECT_ENROLMENT,
		[PER_SITE] = P_SUBJECT_SITE, [PER_GROUP] = P_PER_GROUP,
		[PER_ACHIEVED] = P_PER_ACHIEVED, [PER_SETTLED] = P_PER_SETTLED,
		[PER_ENROLLED] = P_PER_ENROLLED,
		[PER_PAYER] = P_PAYER, [PER_PAYEE] = P_PAYEE, [PER_CONTRACT] = P_SUBJECT_CONTRACT };
	const char **names = arena_array(p->arena, l->per_count, sizeof(*names));

	for (size_t i = 0; i < l->per_count; i++) {
		const struct terms_per *per = &l->per[i];

		if (per->what == PER_GROUP)
			names[i] = plain_fill(p, P_PER_GROUP, plain_named(p, per->group), NULL);
		else if (per->calendar != NULL)
			names[i] = plain_fill(p, words[per->what], plain_period(p, per->calendar), NULL);
		else
			names[i] = word(p, words[per->what]);
	}
	return plain_list(p, names, l->per_count, P_AND);
}

static const char *
payment_names(struct plain *p, const struct terms_payment *const *list, size_t count)
{
	const char **names = arena_array(p->arena, count, sizeof(*names));

	for (size_t i = 0; i < count; i++)
		names[i] = plain_named(p, list[i]);
	return plain_list(p, names, count, P_AND);
}

static void
say_steps(struct plain *p, const struct terms_limit *l)
{
	const char **steps = arena_array(p->arena, l->step_count, sizeof(*steps));
	const char *unit = l->along_count ? "" : l->of[0]->unit;

	for (size_t i = 0; i < l->step_count; i++) {
		bool whole = ratio_compare(l->steps[i].rate, ratio_integer(1)) == 0;
		const char *rate = whole ? word(p, P_LIMIT_WHOLE) :
			plain_fill(p, P_LIMIT_RATE, plain_number(p, l->steps[i].rate), NULL);

		if (l->steps[i].to == NULL)
			steps[i] = plain_fill(p, P_LIMIT_STEP_OPEN, rate, NULL);
		else
			steps[i] = plain_fill(p, P_LIMIT_STEP, l->along_count ?
					      plain_x(p, l->steps[i].to) :
					      text_of_amount(p, l->steps[i].to, unit), rate, NULL);
	}
	buf_printf(p->out, " %s", plain_list(p, steps, l->step_count, P_COMMA));
	if (l->along_count)
		buf_printf(p->out, ", %s", word(p, P_LIMIT_COUNT));
	buf_byte(p->out, '.');
	plain_say(p, l->excess == EXCESS_PAYER ?
		  plain_fill(p, P_EXCESS_PAYER, l->excess_payer->name, NULL) :
		  word(p, l->excess == EXCESS_NEXT ? P_EXCESS_NEXT : P_EXCESS_LOST));
	plain_say(p, word(p, l->unused_next ? P_UNUSED_NEXT : P_UNUSED_LOST));
	plain_say(p, word(p, l->freed_waiting ? P_FREED_WAITING : P_FREED_LOST));
}

static void
say_limit(struct plain *p, const struct terms_limit *l)
{
	bool all = l->per_count == 1 && l->per[0].what == PER_CONTRACT;

	plain_titled_clause(p, l->name, l->title);
	plain_say(p, plain_fill(p, all ? P_LIMIT_CONTRACT : P_LIMIT,
				payment_names(p, l->of, l->of_count), text_of_per(p, l), NULL));
	switch (l->kind) {
	case LIMIT_STEPS:
		say_steps(p, l);
		break;
	case LIMIT_FLOOR:
		plain_say(p, plain_fill(p, P_LIMIT_FLOOR,
					text_of_amount(p, l->amount, l->of[0]->unit),
					plain_x(p, l->on), share_text(p, l->from_share),
					share_text(p, l->to_share), NULL));
		break;
	case LIMIT_LESS:
		plain_say(p, plain_fill(p, P_LIMIT_LESS, payment_names(p, l->less, l->less_count),
					NULL));
		break;
	case LIMIT_SCALE:
		plain_say(p, plain_fill(p, P_LIMIT_SCALE, plain_x(p, l->amount), NULL));
		break;
	}
	plain_say(p, word(p, l->achieved_order ? P_ORDER_ACHIEVED : P_ORDER_SETTLED));
}

/* ---- shares ---- */

static const char *
text_of_parts(struct plain *p, const struct terms_tranche *t)
{
	const char **parts = arena_array(p->arena, t->part_count, sizeof(*parts));

	for (size_t i = 0; i < t->part_count; i++)
		parts[i] = plain_fill(p, P_SHARE_PART, t->parts[i].party->name,
				      plain_x(p, t->parts[i].weight), NULL);
	return plain_list(p, parts, t->part_count, P_COMMA);
}

static bool
is_lone(const struct terms *t, const struct terms_share *s)
{
	return terms_party(t, s->name) != NULL;
}

static void
say_share(struct plain *p, const struct terms_share *s)
{
	static const enum plain_id residuals[] = {
		[RESIDUAL_LARGEST] = P_RESIDUAL_LARGEST, [RESIDUAL_FIRST] = P_RESIDUAL_FIRST,
		[RESIDUAL_LAST] = P_RESIDUAL_LAST };

	plain_clause(p, s->name);
	for (size_t i = 0; i < s->tranche_count; i++) {
		const struct terms_tranche *t = &s->tranches[i];
		const char *parts = text_of_parts(p, t);

		if (s->tranche_count == 1)
			plain_say(p, arena_printf(p->arena, "%s.", parts));
		else if (t->to == NULL)
			plain_say(p, arena_printf(p->arena, "%s.",
						  plain_fill(p, P_SHARE_REST, parts, NULL)));
		else
			plain_say(p, arena_printf(p->arena, "%s;",
				  plain_fill(p, P_SHARE_TRANCHE, plain_x(p, t->to), parts, NULL)));
	}
	plain_say(p, word(p, residuals[s->residual]));
	plain_say(p, s->none == NULL ? word(p, P_SHARE_UNKNOWN)
				     : plain_fill(p, P_SHARE_NONE, s->none->name, NULL));
}

void
plain_money(struct plain *p)
{
	const struct terms *t = p->t;
	size_t named = 0;

	plain_head(p, P_HEAD_PAYMENTS, t->payment_count);
	for (size_t i = 0; i < t->payment_count; i++)
		say_payment(p, &t->payments[i]);
	plain_head(p, P_HEAD_LIMITS, t->limit_count);
	for (size_t i = 0; i < t->limit_count; i++)
		say_limit(p, &t->limits[i]);
	for (size_t i = 0; i < t->share_count; i++)
		named += !is_lone(t, &t->shares[i]);
	plain_head(p, P_HEAD_SHARES, named);
	for (size_t i = 0; i < t->share_count; i++)
		if (!is_lone(t, &t->shares[i]))
			say_share(p, &t->shares[i]);
}
