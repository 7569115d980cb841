/* settle_decided.c - a decided dispute: its amount is what that payer owes for the key, until a
 * later decision about the same key and payer. */
#include "lines.h"

#include "fact.h"
#include "rows.h"
#include "run.h"
#include "settled.h"
#include "settlement.h"
#include "split.h"

/* Of several about one key and payer the last resolution before the cut-off speaks. */
static bool
is_last_decision(const struct run *r, const struct dispute_row *row)
{
	const struct settlement *s = r->s;

	for (uint32_t i = 0; i < s->disputes.count; i++) {
		const struct dispute_row *other = rows_at(&s->disputes, i);

		if (other->key == row->key && other->payer == row->payer &&
		    other->resolved != NONE && other->resolved > row->resolved &&
		    event_at(s, other->resolved)->seq < r->size)
			return false;
	}
	return true;
}

static bool
is_in_force(const struct run *r, const struct dispute_row *row, const struct key_row *key)
{
	return settled_key_at(r->s, row->key) == key && row->resolved != NONE && row->decided &&
	       event_at(r->s, row->resolved)->seq < r->size && is_last_decision(r, row);
}

const struct dispute_row *
key_decision(const struct run *r, const struct key_row *key, uint32_t payer)
{
	for (uint32_t i = 0; key != NULL && i < r->s->disputes.count; i++) {
		const struct dispute_row *row = rows_at(&r->s->disputes, i);

		if ((payer == NONE || row->payer == payer) && is_in_force(r, row, key))
			return row;
	}
	return NULL;
}

bool
key_is_decided(const struct run *r, const struct key_row *key, uint32_t payer)
{
	return key_decision(r, key, payer) != NULL;
}

/* Of one payer's: payee, unit, tax code, version, year. */
static bool
is_before(const struct settlement *s, const struct post *a, const struct post *b)
{
	struct post x = *a, y = *b;

	x.amount = y.amount = 0;
	return post_order(s, &x, &y) < 0;
}

/* The first posting of the payer's that the key's lines have, with this amount; else false. */
static bool
first_recorded(const struct settlement *s, const struct key_row *key, uint32_t payer,
	       int64_t amount, struct post *ret)
{
	bool any = false;

	for (uint32_t i = key->postings; i != NONE; i = posting_at(s, i)->next) {
		const struct posting_row *p = posting_at(s, i);
		struct post one = { p->payer, p->payee, p->unit, p->tax, p->version, p->year,
				    amount };

		if (p->payer != payer || (any && !is_before(s, &one, ret)))
			continue;
		*ret = one;
		any = true;
	}
	return any;
}

/* Brings what the payer owes for the key to the decided amount, at its first posting. */
static void
decide_posts(const struct settlement *s, const struct key_row *key, const struct dispute_row *row,
	     struct posts *posts)
{
	struct post *first = NULL, recorded = { 0 };
	int64_t total = 0;

	for (size_t i = 0; i < posts->count; i++) {
		if (posts->items[i].payer != row->payer)
			continue;
		if (first == NULL || is_before(s, &posts->items[i], first))
			first = &posts->items[i];
		total += posts->items[i].amount;
	}
	if (first != NULL)
		first->amount += row->amount - total;
	else if (first_recorded(s, key, row->payer, row->amount, &recorded))
		post_add(posts, recorded);
}

void
key_decide(const struct run *r, const struct key_row *key, struct posts *posts)
{
	for (uint32_t i = 0; key != NULL && i < r->s->disputes.count; i++) {
		const struct dispute_row *row = rows_at(&r->s->disputes, i);

		if (is_in_force(r, row, key))
			decide_posts(r->s, key, row, posts);
	}
}
