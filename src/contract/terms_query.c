/* terms_query.c - what the ledger asks of terms: who, which clause, which words. */
#include "terms.h"

#include <string.h>

#include "arena.h"
#include "finding.h"
#include "terms_priv.h"

/* Every part's struct begins with its name. */
static const void *
find(const void *items, size_t count, size_t size, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		const void *item = (const char *)items + i * size;
		const char *have;

		memcpy(&have, item, sizeof(have));
		if (have != NULL && name != NULL && strcmp(have, name) == 0)
			return item;
	}
	return NULL;
}

#define FIND(t, field, name) find((t)->field##s, (t)->field##_count, sizeof(*(t)->field##s), name)

const struct terms_party *
terms_party(const struct terms *t, const char *name)
{
	return find(t->parties, t->party_count, sizeof(*t->parties), name);
}

const struct terms_payment *
terms_payment(const struct terms *t, const char *name)
{
	return FIND(t, payment, name);
}

const struct terms_outcome *
terms_outcome(const struct terms *t, const char *name)
{
	return FIND(t, outcome, name);
}

const struct terms_value *
terms_value(const struct terms *t, const char *name)
{
	return FIND(t, value, name);
}

const struct terms_group *
terms_group(const struct terms *t, const char *name)
{
	return FIND(t, group, name);
}

const struct terms_limit *
terms_limit(const struct terms *t, const char *name)
{
	return FIND(t, limit, name);
}

const struct terms_share *
terms_share(const struct terms *t, const char *name)
{
	return FIND(t, share, name);
}

const struct terms_calendar *
terms_calendar(const struct terms *t, const char *name)
{
	return FIND(t, calendar, name);
}

const char *
terms_payment_title(const struct terms *t, const char *name)
{
	const struct terms_payment *pay = terms_payment(t, name);
	const struct terms_limit *l = terms_limit(t, name);

	return pay != NULL ? pay->title : l != NULL ? l->title : NULL;
}

const char *
terms_outcome_title(const struct terms *t, const char *name)
{
	const struct terms_outcome *o = terms_outcome(t, name);

	return o == NULL ? NULL : o->title;
}

/* ---- names that must be there ---- */

static void
say_missing(struct build *b, const char *what, const struct json *v, const char *at,
	    const void *items, size_t count, size_t size)
{
	const char *list = "";

	for (size_t i = 0; i < count && i < 12; i++) {
		const char *have;

		memcpy(&have, (const char *)items + i * size, sizeof(have));
		list = arena_printf(b->arena, "%s%s%s", list, i == 0 ? "" : ", ", have);
	}
	build_error(b, at, "there is no %s '%s'; there %s: %s%s", what, v->string,
		    count == 1 ? "is" : "are", count == 0 ? "none" : list,
		    count > 12 ? " and others" : "");
}

#define NEED(field, plural, label) do { \
	const void *got_ = find(b->t->plural, b->t->field##_count, sizeof(*b->t->plural), \
				v->string); \
	if (got_ == NULL) \
		say_missing(b, label, v, at, b->t->plural, b->t->field##_count, \
			    sizeof(*b->t->plural)); \
	return got_; \
} while (0)

const struct terms_party *
need_party(struct build *b, const struct json *v, const char *at)
{
	NEED(party, parties, "party");
}

const struct terms_proof *
need_proof(struct build *b, const struct json *v, const char *at)
{
	NEED(proof, proofs, "proof");
}

const struct terms_calendar *
need_per(struct build *b, const struct json *v, const char *at)
{
	NEED(calendar, calendars, "calendar");
}

const struct terms_calendar *
need_calendar(struct build *b, const struct json *v, const char *at)
{
	const struct terms_calendar *c = need_per(b, v, at);

	if (c != NULL && c->ever)
		build_error(b, at, "'ever' is one period without end and stands only in a value's "
			    "'per'; name a calendar");
	return c;
}

const struct terms_table *
need_table(struct build *b, const struct json *v, const char *at)
{
	NEED(table, tables, "table");
}

const struct terms_group *
need_group(struct build *b, const struct json *v, const char *at)
{
	NEED(group, groups, "group");
}

const struct terms_value *
need_value(struct build *b, const struct json *v, const char *at)
{
	NEED(value, values, "value");
}

static const struct terms_outcome *
need_outcome(struct build *b, const struct json *v, const char *at)
{
	NEED(outcome, outcomes, "outcome");
}

static const struct terms_payment *
need_payment(struct build *b, const struct json *v, const char *at)
{
	NEED(payment, payments, "payment");
}

const struct terms_outcome **
need_outcomes(struct build *b, const struct json *list, const char *at, size_t *ret_count)
{
	const struct terms_outcome **items = arena_array(b->arena, list->count, sizeof(*items));

	for (uint32_t i = 0; i < list->count; i++)
		items[i] = need_outcome(b, &list->items[i], at_index(b, at, i));
	*ret_count = list->count;
	return items;
}

const struct terms_payment **
need_payments(struct build *b, const struct json *list, const char *at, size_t *ret_count)
{
	const struct terms_payment **items = arena_array(b->arena, list->count, sizeof(*items));

	for (uint32_t i = 0; i < list->count; i++)
		items[i] = need_payment(b, &list->items[i], at_index(b, at, i));
	*ret_count = list->count;
	return items;
}

/* A lone party is a share of one part, made when it is first named. */
static const struct terms_share *
party_share(struct build *b, const struct terms_party *party, const char *at)
{
	struct terms_share *s = &b->t->shares[b->t->share_count];
	const struct json one = { .kind = JSON_INTEGER, .count = 0 };
	struct json weight = one;

	weight.integer = 1;
	s->name = party->name;
	s->pointer = at;
	s->index = b->t->share_count++;
	s->tranche_count = 1;
	s->tranches = arena_array(b->arena, 1, sizeof(*s->tranches));
	s->tranches[0].part_count = 1;
	s->tranches[0].parts = arena_array(b->arena, 1, sizeof(*s->tranches[0].parts));
	s->tranches[0].parts[0].party = party;
	s->tranches[0].parts[0].weight = x_at(b, &weight, at, TYPE_NUMBER, 0);
	s->residual = RESIDUAL_FIRST;
	return s;
}

const struct terms_share *
need_share(struct build *b, const struct json *v, const char *at)
{
	const struct terms_share *s = terms_share(b->t, v->string);
	const struct terms_party *party = terms_party(b->t, v->string);

	if (s != NULL)
		return s;
	if (party != NULL)
		return party_share(b, party, at);
	build_error(b, at, "there is no share or party '%s'; name one of 'shares' or 'parties'",
		    v->string);
	return NULL;
}

/* ---- who may say what ---- */

static bool
party_at_site(const struct terms_party *p, const char *site)
{
	if (p->site_count == 0 || site == NULL)
		return true;
	for (size_t i = 0; i < p->site_count; i++)
		if (strcmp(p->sites[i], site) == 0)
			return true;
	return false;
}

bool
terms_has_site(const struct terms *t, const char *site)
{
	for (size_t i = 0; i < t->party_count; i++)
		if (t->parties[i].site_count > 0 && party_at_site(&t->parties[i], site))
			return true;
	return false;
}

bool
terms_must_sign(const struct terms_party *party)
{
	return (party->roles & (ROLE_BIT(ROLE_FUNDER) | ROLE_BIT(ROLE_PROVIDER))) != 0;
}

bool
terms_may_send(const struct terms *t, enum event_type type, const char *party, const char *site)
{
	const struct terms_party *p = terms_party(t, party);

	if (p == NULL)
		return event_info(type)->sender == SENDER_ANY;
	if (p->sources & EVENT_BIT(type))
		return true;
	switch (event_info(type)->sender) {
	case SENDER_ANY: case SENDER_PARTY: case SENDER_FIRST:
		return true;
	case SENDER_SIGNATORY:
		return terms_must_sign(p);
	case SENDER_PROVIDER:
		return (p->roles & ROLE_BIT(ROLE_PROVIDER)) != 0 && party_at_site(p, site);
	case SENDER_VERIFIER:
		return (p->roles & ROLE_BIT(ROLE_VERIFIER)) != 0 && party_at_site(p, site);
	case SENDER_RESOLVER:
		return (p->roles & ROLE_BIT(ROLE_RESOLVER)) != 0;
	case SENDER_PAYER:
		return terms_pays(t, party);
	case SENDER_PAYEE:
		return terms_is_paid(t, party);
	case SENDER_OPERATOR: case SENDER_KEYS: case SENDER_SOURCE:
		return false;
	}
	return false;
}

bool
terms_has_role(const struct terms *t, const char *party, enum terms_role role)
{
	const struct terms_party *p = terms_party(t, party);

	return p != NULL && (p->roles & ROLE_BIT(role)) != 0;
}

bool
terms_who_has(const struct terms_who *who, const struct terms_party *party)
{
	if (party == NULL)
		return false;
	for (size_t i = 0; i < who->count; i++)
		if (who->parties[i] == party)
			return true;
	return (who->roles & party->roles) != 0;
}

bool
terms_payments_have(const struct terms_payment *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i]->name, name) == 0)
			return true;
	return false;
}

static bool
share_names(const struct terms_share *s, const char *party)
{
	if (s == NULL)
		return false;
	for (size_t i = 0; i < s->tranche_count; i++)
		for (size_t k = 0; k < s->tranches[i].part_count; k++)
			if (strcmp(s->tranches[i].parts[k].party->name, party) == 0)
				return true;
	return s->none != NULL && strcmp(s->none->name, party) == 0;
}

bool
terms_pays(const struct terms *t, const char *party)
{
	for (size_t i = 0; i < t->payment_count; i++)
		if (share_names(t->payments[i].from_share, party))
			return true;
	for (size_t i = 0; i < t->limit_count; i++)
		if (share_names(t->limits[i].from_share, party) ||
		    (t->limits[i].excess_payer != NULL &&
		     strcmp(t->limits[i].excess_payer->name, party) == 0))
			return true;
	return false;
}

bool
terms_is_paid(const struct terms *t, const char *party)
{
	for (size_t i = 0; i < t->payment_count; i++)
		if (share_names(t->payments[i].to_share, party))
			return true;
	for (size_t i = 0; i < t->limit_count; i++)
		if (share_names(t->limits[i].to_share, party))
			return true;
	return false;
}

bool
terms_is_once(const struct terms_outcome *o)
{
	return o->times_max == NULL || (o->times_max->op == OP_NUMBER &&
					ratio_compare(o->times_max->number, ratio_integer(1)) == 0);
}

bool
terms_may_terminate(const struct terms *t, const char *party)
{
	for (size_t i = 0; i < t->settlement.terminate_count; i++)
		if (strcmp(t->settlement.terminate[i]->name, party) == 0)
			return true;
	return false;
}

bool
terms_confirms_transfer(const struct terms *t, const char *party)
{
	const struct terms_party *p = terms_party(t, party);

	return p != NULL && (p->sources & EVENT_BIT(EVENT_PARTICIPANT_TRANSFERRED)) != 0;
}

/* ---- words ---- */

const char *
terms_role_name(enum terms_role role)
{
	static const char *const names[ROLE_MAX] = { "funder", "provider", "verifier", "evaluator",
						     "resolver", "investor", "guarantor", "source" };

	return names[role];
}

const char *
terms_qualifier_name(enum terms_qualifier q)
{
	static const char *const names[QUALIFIER_MAX] = { "group", "proof", "claim", "until",
							  "window", "gap", "after", "unless",
							  "times", "limit" };

	return names[q];
}

const char *
terms_time_name(enum terms_unit_of_time unit)
{
	static const char *const names[] = { "day", "week", "iso_week", "month", "quarter",
					     "half_year", "year" };

	return names[unit];
}

const char *
terms_fact_name(enum terms_fact fact)
{
	static const char *const names[] = { "spell", "status", "measurement", "earnings",
					     "activity", "milestone", "flow", "" };

	return names[fact];
}
