/* limit_gave.c - do lines hold what limits gave? Then whoever they are of need not ask again.
 *
 * It only comes to hold what it was given: its stands are brought to that. */
#include "limit.h"

#include <stddef.h>

#include "fact.h"
#include "item.h"
#include "limit_along.h"
#include "rows.h"
#include "run.h"
#include "settled.h"
#include "settlement.h"
#include "split.h"
#include "terms.h"

/* What the lines of a key say about where its item and its parts stand. */
struct giving {
	const struct run *run;
	const struct item *item;
	const struct key_row *key;
	int64_t held, passed;		/* of the whole: the most that is held; what passed */
	int64_t part_asked, part_passed;
	size_t whole, cut, parts, parts_cut;
	bool owed;			/* another owes what a limit took: */
	int64_t moved;			/* what the lines hold of that one */
};

static bool
has_twin(const struct limits_carried *c, const struct stand *st)
{
	for (uint32_t n = st->next; n != 0; n = stand_at(c, n)->next)
		if (stand_at(c, n)->payer == st->payer && stand_at(c, n)->payee == st->payee)
			return true;
	return false;
}

/* False where its lines do not hold what it was given there. */
static bool
gave(struct giving *g, const struct stand *st)
{
	const struct limit_bucket *b = &g->run->s->limits->items[st->bucket];
	const struct terms_limit *l = limit_of_bucket(g->run, b);
	bool cut = st->passed != st->asked;
	int64_t moved = l == NULL ? 0 : limit_moved(g->run, l, g->item, g->key).low;

	if (b->kind == BUCKET_FROM || b->kind == BUCKET_TO)
		return true;		/* it takes nothing there */
	if (b->kind == BUCKET_FLOOR)	/* what passed the limits before it, as their stands say */
		return l != NULL && (g->key->first_paid != 0 || !limit_has_statements(l));
	if (st->open > 0 || l == NULL || (cut && b->bounded) ||
	    (limit_has_statements(l) &&
	     limit_statement(l, g->key->first_paid, g->key->ever_paid) == 0) ||
	    (l->excess == EXCESS_PAYER && st->payer != NONE && (cut || moved != 0)))
		return false;
	if (cut && l->excess == EXCESS_PAYER) {
		g->owed = true;
		g->moved = moved;
	}
	if (st->payer == NONE) {
		g->whole++;
		g->cut += cut;
		g->held = st->held > g->held ? st->held : g->held;
		g->passed = st->passed;
		return st->asked == g->item->amount;
	}
	g->parts++;
	g->parts_cut += cut;
	g->part_asked += st->asked;
	g->part_passed += st->passed;
	return st->passed ==
	       room_of_lines(g->run, g->item, g->key, st->payer, st->payee).low;
}

/* Do its lines hold what came out of the limits: all that it comes to or, where one limit that
 * moves nothing to other buckets took something, of it or of its parts, the rest? Where another
 * owes what was taken they hold that too, apart from the rest. */
bool
limits_gave(const struct run *r, const struct item *it, const struct key_row *k)
{
	const struct limits_carried *c = r->s->limits;
	struct giving g = { .run = r, .item = it, .key = k };

	for (uint32_t n = it->stand; n != 0; n = stand_at(c, n)->next)
		if (!gave(&g, stand_at(c, n)))
			return false;
	if (g.parts_cut > 0) {
		for (uint32_t n = it->stand; n != 0; n = stand_at(c, n)->next)
			if (stand_at(c, n)->payer != NONE && has_twin(c, stand_at(c, n)))
				return false;
		return g.cut == 0 && g.part_asked == it->amount && g.part_passed == k->settled &&
		       g.held <= k->settled;
	}
	if (g.owed && (g.parts > 0 || k->settled != it->amount))
		return false;
	if (g.cut > 0)
		return g.whole == 1 && g.passed + g.moved == k->settled;
	return it->stand != 0 && k->settled == it->amount;
}

/* Its lines now hold `k`: where the place decides, the order asks when it was first paid. */
static void
hold_place(struct settlement *s, struct limit_bucket *b, uint32_t number, const struct key_row *k)
{
	if (b->achieved)
		return;
	stand_moves(s, b, number, false);
	stand_at(s->limits, number)->paid = k->first_paid > 0 ? k->first_paid : LOOSE - 1;
	stand_moves(s, b, number, true);
}

/* Its lines now hold what was left of all that it took: so it would stand if it were asked. */
void
limits_hold(struct run *r, struct item *it, const struct key_row *k)
{
	struct limits_carried *c = r->s->limits;

	for (uint32_t n = it->stand; n != 0; n = stand_at(c, n)->next) {
		struct stand *st = stand_at(c, n);
		struct limit_bucket *b = &c->items[st->bucket];
		const struct terms_limit *l = limit_of_bucket(r, b);
		int64_t moved = l == NULL ? 0 : limit_moved(r, l, it, k).low;
		int64_t peak = k->peak > k->settled ? k->peak : k->settled;

		if (bucket_has_places(b))
			hold_place(r->s, b, n, k);
		if (b->kind != BUCKET_CAP || l == NULL || l->achieved_order)
			continue;
		stand_moves(r->s, b, n, false);
		st->held = st->payer == NONE ? limit_between(k->settled - moved, st->asked)
					     : st->passed;
		if (b->bounded)
			st->paid = k->first_paid;
		if (limit_loses(l))
			st->peak = st->payer == NONE ? limit_between(peak - moved, INT64_MAX)
							 : st->held;
		stand_moves(r->s, b, n, true);
	}
}
