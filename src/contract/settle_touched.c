/* settle_touched.c - whom a statement looks at: units with news since the last one.
 *
 * News are facts, decided disputes, a day that has come (settle_wakes.c), an amendment, or a new
 * evaluation. Of all others the last statement's lines say what they come to. */
#include "wakes.h"

#include <stdlib.h>

#include "arena.h"
#include "claim.h"
#include "fact.h"
#include "item.h"
#include "rows.h"
#include "run.h"
#include "settled.h"
#include "settlement.h"

/* Could something of the unit differ from what its lines say? What limits leave is not asked here:
 * whoever is claimed is compared anyway. */
bool
touched_is(const struct run *r, const struct owner *o)
{
	const struct statement_row *last = r->statement_count == 0
						   ? NULL : statement_at(r->s, r->statement_count);

	if (last == NULL || r->all || o->touched == r->number)
		return true;
	return o->kept != NULL && (o->since > last->size || o->wakes <= r->through);
}

/* A statement may be worked out more than once (a dry run, then the real one): whoever was looked
 * at the first time is looked at again. */
void
touched_begin(struct run *r)
{
	if (r->s->again_for != r->statement_count + 1)
		r->s->again.count = 0;
	r->s->again_for = r->statement_count + 1;
}

static void
look_at(struct run *r, uint32_t owner)
{
	owner_at(r->s, owner)->touched = r->number;
	ordinals_add(&r->s->looked, owner);
}

/* An evaluation is news until a statement is issued that is as of it or later. */
static void
drop_news(struct settlement *s)
{
	uint64_t since = s->statements.count == 0 ? 0 : statement_at(s, s->statements.count)->size;
	size_t n = 0;

	for (size_t i = 0; i < s->news.count; i++) {
		const struct owner *o = owner_at(s, s->news.items[i]);

		if (o->kept != NULL && o->since > since)
			s->news.items[n++] = s->news.items[i];
	}
	s->news.count = n;
	if (n > s->owners.count)
		ordinals_sort(&s->news);
}

static void
mark_facts(struct run *r, uint64_t since)
{
	struct settlement *s = r->s;
	bool lean = lines_are_lean(r);

	for (uint32_t i = s->facts.count; i-- > 0;) {
		const struct fact *f = fact_at(s, i);

		if (fact_seq(s, f) < since)
			break;
		if (fact_seq(s, f) >= r->size)
			continue;
		if (owner_at(s, f->owner)->kind != OWNER_PERSON)
			r->all = r->all || !lean;
		look_at(r, f->owner);
	}
}

static void
mark_disputes(struct run *r, uint64_t since)
{
	struct settlement *s = r->s;

	for (uint32_t i = 0; i < s->disputes.count; i++) {
		const struct dispute_row *d = rows_at(&s->disputes, i);
		uint32_t owner = settled_key_at(s, d->key)->owner;

		if (owner == NONE || d->resolved == NONE || event_at(s, d->resolved)->seq < since)
			continue;
		look_at(r, owner);
		r->all = r->all || owner_at(s, owner)->follows;
	}
}

/* Marks units with facts since the last statement, or disputes decided since. */
void
touched_mark(struct run *r)
{
	struct settlement *s = r->s;
	uint64_t since;

	s->looked.count = 0;
	drop_news(s);
	if (r->statement_count == 0 || s->diverged)
		r->all = true;
	if (r->all)
		return;
	for (size_t i = 0; i < s->again.count; i++)
		look_at(r, s->again.items[i]);
	since = statement_at(s, r->statement_count)->size;
	mark_facts(r, since);
	mark_disputes(r, since);
	for (size_t i = 0; i < r->version_count; i++)
		if (s->versions[i].said.seq >= since && !amended_lines_stand(r, i))
			r->all = true;
	if (s->terminated.event != NONE && s->terminated.seq >= since)
		r->all = true;
}

/* ---- who is asked for at limits ---- */

/* Their keys one behind the other, each with its first posting. */
static void
expect_keys(const struct settlement *s, uint32_t *keys, size_t count)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < count; i++) {
			const struct key_row *k;

			if (keys[i] == NONE)
				continue;
			k = settled_key_at(s, keys[i]);
			if (k->postings != NONE)
				__builtin_prefetch(posting_at(s, k->postings));
			keys[i] = k->next;
			if (keys[i] == NONE)
				continue;
			__builtin_prefetch(settled_key_at(s, keys[i]));
			more = true;
		}
	}
}

void
touched_expect(const struct settlement *s, const struct ordinals *owners, size_t from)
{
	size_t count = owners->count - from < EXPECTED ? owners->count - from : EXPECTED;
	const uint32_t *whom = owners->items + from;
	uint32_t keys[EXPECTED];

	for (size_t i = 0; i < count; i++)
		__builtin_prefetch(owner_at(s, whom[i]));
	for (size_t i = 0; i < count; i++) {
		const struct owner *o = owner_at(s, whom[i]);

		__builtin_prefetch(o->kept);
		keys[i] = o->keys;
		if (keys[i] != NONE)
			__builtin_prefetch(settled_key_at(s, keys[i]));
	}
	for (size_t i = 0; i < count; i++) {
		const struct kept *kept = owner_at(s, whom[i])->kept;

		for (uint32_t n = 0; kept != NULL && n < kept->count; n++)
			settled_key_expect(s, &kept->items[n]);
	}
	expect_keys(s, keys, count);
}

void
touched_persons(struct run *r, struct ordinals *ret)
{
	struct arena *arena = arena_new(), *was = r->scratch;
	bool *done = NULL;		/* by owner; once one of several is among them */

	ordinals_sort(ret);
	r->scratch = arena;
	for (size_t i = 0, n = ret->count; i < n; i++) {
		const struct unit *u;

		if (!owner_at(r->s, ret->items[i])->joined ||
		    (done != NULL && done[ret->items[i]]))
			continue;
		if (done == NULL)
			done = mem_alloc(r->s->owners.count);
		arena_reset(arena);
		u = unit_read(r, ret->items[i], arena);
		for (size_t k = 0; k < u->owner_count; k++) {
			ordinals_add(ret, u->owners[k]);
			done[u->owners[k]] = true;
		}
	}
	free(done);
	r->scratch = was;
	arena_free(arena);
	ordinals_sort(ret);
}

/* Whoever has lines in the last statement: what they hold under limits is another amount since. Not
 * those whose lines gave them all that they asked for. */
static void
add_lines(struct run *r, struct ordinals *ret)
{
	const struct settlement *s = r->s;
	const struct statement_row *last = statement_at(s, r->statement_count);
	struct ordinals owners = { 0 };
	uint32_t key = NONE;

	for (uint32_t i = last->first_line; i < last->first_line + last->line_count; i++) {
		const struct line_row *l = rows_at(&s->lines, i);

		if (l->key != key && settled_key_at(s, l->key)->owner != NONE)
			ordinals_add(&owners, settled_key_at(s, l->key)->owner);
		key = l->key;
	}
	ordinals_sort(&owners);
	for (size_t i = 0; i < owners.count; i++) {
		if (i % EXPECTED == 0)
			touched_expect(s, &owners, i);
		if (!claims_stand(r, owners.items[i]))
			ordinals_add(ret, owners.items[i]);
	}
	free(owners.items);
}

void
touched_claims(struct run *r, struct ordinals *ret)
{
	const struct settlement *s = r->s;

	ordinals_add(ret, OWNER_OF_CONTRACT);
	ordinals_add_all(ret, &s->sites);
	ordinals_add_all(ret, &s->looked);
	ordinals_add_all(ret, &s->news);
	ordinals_add_all(ret, &s->due);
	add_lines(r, ret);
	touched_persons(r, ret);
}

/* Its lines are given; worked out once more they are to be given again. */
void
touched_tell(struct run *r, uint32_t owner)
{
	struct owner *o = owner_at(r->s, owner);

	if (o->kept != NULL && o->wakes <= r->through)
		kept_due(r->s, owner, r->through);
	if (o->told != r->s->again_for)
		ordinals_add(&r->s->again, owner);
	o->told = r->s->again_for;
}
