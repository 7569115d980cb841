/* settle_ask.c - what statements so far come to: sums, balances, what is kept in memory. */
#include "settled.h"

#include "arena.h"
#include "fact.h"
#include "limit.h"
#include "money.h"
#include "rows.h"
#include "settle.h"
#include "settlement.h"
#include "wakes.h"

void
settle_sums(const struct settlement *s, settle_amount_fn *fn, void *arg)
{
	for (uint32_t i = 0; i < s->keys.count; i++) {
		const struct key_row *k = settled_key_at(s, i);
		const struct owner *o = k->owner == NONE ? NULL : owner_at(s, k->owner);
		char who[27] = "";
		struct settle_amount a = {
			.key = k->hash, .payment = name_text(&s->names, k->payment),
			.outcome = name_or_empty(&s->names, k->outcome),
			.occurrence = name_or_empty(&s->names, k->occurrence),
			.participant = who, .site = "" };

		if (o != NULL && o->kind == OWNER_PERSON)
			owner_pseudonym(o, who);
		if (o != NULL && o->kind == OWNER_SITE)
			a.site = name_text(&s->names, owner_site(o));
		for (uint32_t p = k->postings; p != NONE; p = posting_at(s, p)->next) {
			const struct posting_row *row = posting_at(s, p);

			a.posting = (struct settle_posting){
				name_text(&s->names, row->payer), name_text(&s->names, row->payee),
				name_text(&s->names, row->unit),
				name_or_empty(&s->names, row->tax),
				s->versions[row->version].said.digest, row->year };
			a.amount = row->sum;
			fn(arg, &a);
		}
	}
}

/* What open disputes hold of one payer and payee. */
static int64_t
held_of(const struct settlement *s, const struct balance_row *b)
{
	int64_t held = 0;

	for (uint32_t i = 0; i < s->disputes.count; i++) {
		const struct dispute_row *d = rows_at(&s->disputes, i);
		const struct key_row *k = settled_key_at(s, d->key);
		bool again = false;

		for (uint32_t j = 0; j < i; j++) {
			const struct dispute_row *other = rows_at(&s->disputes, j);

			again = again || (other->resolved == NONE && other->key == d->key &&
					  other->payer == d->payer);
		}
		if (d->resolved != NONE || d->payer != b->payer || again)
			continue;
		for (uint32_t p = k->postings; p != NONE; p = posting_at(s, p)->next) {
			const struct posting_row *row = posting_at(s, p);

			if (row->payer == b->payer && row->payee == b->payee && row->unit == b->unit)
				held += row->sum;
		}
	}
	return held;
}

void
settle_balances(const struct settlement *s, settle_balance_fn *fn, void *arg)
{
	for (size_t i = 0; i < s->balance_count; i++) {
		const struct balance_row *b = &s->balances[i];
		struct settle_balance said = {
			.payer = name_text(&s->names, b->payer),
			.payee = name_text(&s->names, b->payee),
			.unit = name_text(&s->names, b->unit), .lines = b->lines,
			.held = held_of(s, b), .paid = b->paid, .received = b->received };

		fn(arg, &said);
	}
}

bool
settle_balance_fits(const struct settle_balance *b)
{
	int64_t sum;

	return money_add(b->paid, 0, &sum) && money_add(b->received, 0, &sum) &&
	       money_add(b->lines, 0, &sum) && money_sub(sum, b->held, &sum) &&
	       money_add(b->held, 0, &(int64_t){ 0 }) && money_sub(sum, b->paid, &sum);
}

void
settle_use(const struct settlement *s, struct settle_use *ret)
{
	const struct rows *all[] = { &s->events, &s->facts, &s->owners, &s->salts, &s->keys,
				     &s->postings, &s->disputes, &s->lines, &s->statements };
	uint64_t bytes = arena_used(s->arena) + s->kept_bytes;

	for (size_t i = 0; i < LENGTH(all); i++)
		bytes += all[i]->chunk_count * ROWS_CHUNK * all[i]->size;
	bytes += 4 * (s->digests.slot_count + s->key_hashes.slot_count + s->key_names.slot_count +
		      s->owner_index.slot_count + s->names.slot_count);
	bytes += (uint64_t)s->payload_chunk_count << 20;
	bytes += s->names.capacity * sizeof(char *);
	bytes += limits_bytes(s) + s->wakes.capacity * sizeof(struct wake);
	*ret = (struct settle_use){ .events = s->events.count, .participants = s->person_count,
				    .keys = s->keys.count, .bytes = bytes,
				    .evaluated = s->evaluated,
				    .claimed = s->claimed };
}
