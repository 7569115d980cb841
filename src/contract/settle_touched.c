/* settle_touched.c - which units have lines to give: those with news since the last statement. */
#include "settle_priv.h"

/* Something of the unit could differ from what its lines say. Amounts that limits left are not
 * asked here: whoever is claimed is compared. */
bool
touched_is(const struct run *r, const struct owner *o)
{
	const struct statement_row *last = r->statement_count == 0
						   ? NULL : statement_at(r->s, r->statement_count);

	if (last == NULL || r->all || o->touched == r->number)
		return true;
	return o->kept != NULL && (o->since > last->size || o->wakes <= r->through);
}

/* The same statement worked out once more: whose lines were looked for is looked at again. */
void
touched_begin(struct run *r)
{
	if (r->s->again_for != r->statement_count + 1)
		r->s->again.count = 0;
	r->s->again_for = r->statement_count + 1;
}

static void
mark_again(struct run *r)
{
	struct settlement *s = r->s;

	for (size_t i = 0; i < s->again.count; i++)
		owner_at(s, s->again.items[i])->touched = r->number;
}

/* May a key's amount go to other parties although it stays what it is? By what others have had of
 * a share's tranches, of a payer's limit or of excess that somebody else owes. */
static bool
parts_may_move(const struct run *r)
{
	for (size_t v = 0; v < r->version_count; v++) {
		const struct terms *t = r->s->versions[v].terms;

		for (size_t i = 0; i < t->share_count; i++)
			if (t->shares[i].tranche_count > 1)
				return true;
		for (size_t i = 0; i < t->limit_count; i++)
			if (t->limits[i].after_split || (t->limits[i].kind == LIMIT_STEPS &&
							 t->limits[i].excess == EXCESS_PAYER))
				return true;
	}
	return false;
}

/* Facts since the last statement, and disputes decided since: their units are read again. */
void
touched_mark(struct run *r)
{
	struct settlement *s = r->s;
	uint64_t since;

	if (r->statement_count == 0 || s->diverged || parts_may_move(r))
		r->all = true;
	if (r->all)
		return;
	mark_again(r);
	since = statement_at(s, r->statement_count)->size;
	for (uint32_t i = s->facts.count; i-- > 0;) {
		const struct fact *f = fact_at(s, i);

		if (fact_seq(s, f) < since)
			break;
		if (fact_seq(s, f) >= r->size)
			continue;
		if (owner_at(s, f->owner)->kind != OWNER_PERSON)
			r->all = true;
		owner_at(s, f->owner)->touched = r->number;
	}
	for (size_t i = 0; i < r->version_count; i++)
		if (s->versions[i].said.seq >= since)
			r->all = true;
	if (s->terminated.event != NONE && s->terminated.seq >= since)
		r->all = true;
	for (uint32_t i = 0; i < s->disputes.count; i++) {
		const struct dispute_row *d = rows_at(&s->disputes, i);
		uint32_t owner = settled_key_at(s, d->key)->owner;

		if (owner == NONE || d->resolved == NONE || event_at(s, d->resolved)->seq < since)
			continue;
		owner_at(s, owner)->touched = r->number;
		r->all = r->all || owner_at(s, owner)->follows;
	}
}

/* Its lines are given; worked out once more they are to be given again. */
void
touched_tell(struct run *r, uint32_t owner)
{
	struct owner *o = owner_at(r->s, owner);

	if (o->kept != NULL && o->wakes <= r->through)
		kept_due(o, r->through);
	if (o->told != r->s->again_for)
		ordinals_add(&r->s->again, owner);
	o->told = r->s->again_for;
}
