/* held_read.c - reads off what the lines of people who are about to be erased hold: a whole working
 * out of the last statement's period, with all that is known now.
 *
 * Their lines stand for ever. So where lines hold more than a key would come to now, because no
 * statement has said yet that something is reversed, the key stands as its lines say. Which do is
 * known when limits have been asked; then it is worked out once more. */
#include "held.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "claim.h"
#include "contest.h"
#include "date.h"
#include "expression.h"
#include "fact.h"
#include "item.h"
#include "json.h"
#include "lines.h"
#include "money.h"
#include "outcome.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settle.h"
#include "settled.h"
#include "settlement.h"
#include "split.h"
#include "terms.h"
#include "xval.h"

bool
held_key_stands(const struct run *r, uint32_t key)
{
	return r->s->holding != NULL && r->s->holding->stands[key];
}

/* ---- which keys stand ---- */

/* What limits left it, with what others owe of it. */
int64_t
held_given(const struct claim *c)
{
	int64_t sum = c->amount;

	for (uint32_t i = 0; !c->split && i < c->move_count; i++)
		if (!money_add(sum, c->moves[i].amount, &sum))
			return c->amount;
	return sum;
}

static bool
stand(struct holding *h, uint32_t key)
{
	bool was = h->stands[key];

	h->stands[key] = true;
	return !was;
}

static bool
stand_claim(const struct settlement *s, struct holding *h, const struct claim *c)
{
	for (uint32_t k = owner_at(s, c->key->owner)->keys; k != NONE;
	     k = settled_key_at(s, k)->next)
		if (settled_key_at(s, k) == c->key)
			return stand(h, k);
	return false;
}

/* Keys that came to less than their lines hold, and those that came to nothing; some more? */
static bool
find_standing(const struct every *ev, struct holding *h)
{
	const struct settlement *s = ev->r->s;
	bool found = false;

	for (size_t i = 0; i < ev->last.claims.count; i++) {
		const struct claim *c = ev->last.claims.items[i];

		if (c->item != NULL && c->key != NULL && !c->frozen &&
		    held_is_leaving(ev->r, c->item->owner) && held_given(c) < c->hold)
			found = stand_claim(s, h, c) || found;
	}
	for (uint32_t i = 0; i < h->owner_count; i++) {
		if (!h->leaving[i])
			continue;
		for (uint32_t k = owner_at(s, i)->keys; k != NONE; k = settled_key_at(s, k)->next)
			if (settled_key_at(s, k)->claimed != ev->r->claiming &&
			    settled_key_at(s, k)->settled > 0)
				found = stand(h, k) || found;
	}
	return found;
}

/* ---- their places ---- */

static bool
is_one_occurrence(const struct key_row *a, const struct key_row *b)
{
	return a->enrolment == b->enrolment && a->outcome == b->outcome &&
	       a->occurrence == b->occurrence;
}

/* Has an earlier key of the owner, for another payment, kept the place? */
static bool
place_is_kept(const struct settlement *s, const struct holding *h, uint32_t key)
{
	const struct key_row *k = settled_key_at(s, key);

	for (uint32_t i = owner_at(s, k->owner)->keys; i != key; i = settled_key_at(s, i)->next)
		if (h->stands[i] && is_one_occurrence(settled_key_at(s, i), k))
			return true;
	return false;
}

/* By how many versions, at most, it was counted among these; all where nobody counted it. */
static uint32_t
versions_counted(const struct run *r, const struct terms_outcome *of)
{
	uint32_t ret = 0;

	for (const struct contest *c = r->contests; c != NULL; c = c->next)
		if (!c->optimistic && c->outcome->times_per == of->times_per &&
		    c->versions > ret && strcmp(c->outcome->name, of->name) == 0)
			ret = c->versions;
	return ret == 0 ? (uint32_t)r->version_count : ret;
}

/* Has it its place all the same? By whichever version counts it now, not by that of its line. */
static bool
has_place(struct run *r, struct unit *u, const struct terms_outcome *o, const struct key_row *k)
{
	struct entrants places = { NULL, 0, 0 };

	outcome_places(r, o, versions_counted(r, o), u, &places);
	for (size_t i = 0; i < places.count; i++) {
		const struct entrant *e = &places.items[i];
		const char *mine = name_text(&r->s->names, e->occurrence);

		if (e->enrolment == k->enrolment &&
		    strcmp(mine, k->occurrence == NONE ? "" : name_text(&r->s->names, k->occurrence)) == 0)
			return true;
	}
	return false;
}

static struct scope
key_scope(struct run *r, struct unit *u, const struct key_row *k)
{
	const struct enrolment *en = NULL;
	struct scope ret;

	for (size_t i = 0; i < u->enrolment_count; i++)
		if (u->enrolments[i].chain->root_index == k->enrolment)
			en = &u->enrolments[i];
	ret = subject_scope(r, u, k->version, en);
	ret.day = k->achieved;
	return ret;
}

/* Of an outcome that is counted among several people. */
static void
keep_place(struct run *r, const struct holding *h, uint32_t key)
{
	const struct key_row *k = settled_key_at(r->s, key);
	const struct terms *t = r->s->versions[k->version].terms;
	const struct terms_outcome *o =
		k->outcome == NONE ? NULL : terms_outcome(t, name_text(&r->s->names, k->outcome));
	struct terms_x name = { .op = OP_REF, .ref = REF_SITE_NAME, .pointer = "" };
	struct arena *arena, *was = r->scratch;
	struct scope sc;
	struct xval site;

	if (o == NULL || o->times_max == NULL ||
	    (o->times_per != TIMES_SITE && o->times_per != TIMES_CONTRACT) ||
	    place_is_kept(r->s, h, key))
		return;
	arena = arena_new();
	r->scratch = arena;
	sc = key_scope(r, run_unit(r, k->owner, arena), k);
	if (!has_place(r, sc.unit, o, k)) {
		site = o->times_per == TIMES_SITE ? x_reference(&sc, &name) : x_unknown();
		holding_times(r, o, k->owner, site.kind != X_WORD ? 0 :
			      1 + name_number(&r->s->names, site.word, strlen(site.word)),
			      k->achieved);
	}
	r->scratch = was;
	arena_free(arena);
}

/* ---- places of what is reached ---- */

/* Once for each way in which it is counted, whichever versions asked. New ones come before. */
static bool
is_counted_last(const struct contest *c)
{
	const struct contest *o = c->next;

	while (o != NULL && (o->optimistic || o->outcome->times_per != c->outcome->times_per ||
			     strcmp(o->outcome->name, c->outcome->name) != 0))
		o = o->next;
	return !c->optimistic && o == NULL;
}

/* Of those of its pseudonyms that leave, is it the first? A unit lists them as it was asked for. */
static bool
leaves_first(const struct holding *h, const struct unit *u, uint32_t owner)
{
	for (size_t i = 0; i < u->owner_count; i++)
		if (u->owners[i] < owner && h->leaving[u->owners[i]])
			return false;
	return true;
}

static void
hold_places(struct run *r, const struct holding *h)
{
	struct arena *was = r->scratch;

	for (uint32_t i = 0; i < h->owner_count && r->rc == RC_OK; i++) {
		struct arena *arena;
		struct unit *u;

		if (!h->leaving[i] || r->contests == NULL)
			continue;
		r->scratch = arena = arena_new();
		u = run_unit(r, i, arena);
		for (const struct contest *c = r->contests; c != NULL; c = c->next)
			if (leaves_first(h, u, i) && is_counted_last(c))
				outcome_hold(r, c->outcome, versions_counted(r, c->outcome), u);
		r->scratch = was;
		arena_free(arena);
	}
}

static void
keep_places(struct run *r, const struct holding *h)
{
	for (uint32_t i = 0; i < h->owner_count; i++)
		for (uint32_t k = h->leaving[i] ? owner_at(r->s, i)->keys : NONE;
		     k != NONE && r->rc == RC_OK; k = settled_key_at(r->s, k)->next)
			if (h->stands[k])
				keep_place(r, h, k);
}

/* ---- what shares read ---- */

static void
read_shares_of(struct run *r, const struct claim *c)
{
	uint32_t owner = c->item != NULL ? c->item->owner : c->floor_owner;
	struct unit *u = run_unit(r, owner, r->scratch);
	struct scope sc;

	if (c->item != NULL)
		sc = item_scope(r, u, c->item);
	else
		sc = (struct scope){ .run = r, .unit = u, .version = &r->s->versions[c->version],
				     .day = c->floor_day };
	(void)split_claim(&sc, c);
}

/* The ends of tranches, and a floor's weights, are read when an amount is split. */
static void
read_shares(struct run *r, const struct claims *claims)
{
	struct arena *was = r->scratch, *arena = arena_new();

	r->scratch = arena;
	for (size_t i = 0; i < claims->count && r->rc == RC_OK; i++) {
		const struct claim *c = claims->items[i];
		bool asks = c->item != NULL ? !c->frozen && !c->split && split_moves(c)
					    : c->floor != NULL && c->floor_owner != NONE;

		arena_reset(arena);
		if (asks)
			read_shares_of(r, c);
	}
	r->scratch = was;
	arena_free(arena);
}

/* ---- all of it ---- */

static void
mark_leaving(const struct settlement *s, struct holding *h, const char *const *pseudonyms,
	     size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t owner = person_find(s, pseudonyms[i]);

		if (owner != NONE)
			h->leaving[owner] = true;
	}
}

/* Once; `*ret_again`: more of their keys stand than it was worked out with. */
static enum rc
read_once(struct settlement *s, const struct settle_args *args, struct holding *h,
	  bool *ret_again, struct arena *arena, struct json *ret, struct err *e)
{
	struct arena *work = arena_new();
	struct every ev = { .whole = true };
	enum rc rc;

	s->holding = h;
	h->rows.count = 0;
	ev.r = run_live(s, args, work, e);
	if (ev.r->rc == RC_OK)
		every_gather(&ev, NULL, NULL);
	*ret_again = ev.r->rc == RC_OK && find_standing(&ev, h);
	if (!*ret_again) {
		read_shares(ev.r, &ev.last.claims);
		keep_places(ev.r, h);
		hold_places(ev.r, h);
	}
	rc = ev.r->rc;
	s->holding = NULL;
	if (rc == RC_OK && !*ret_again)
		rc = held_rows_json(ev.r, &h->rows, arena, ret, e);
	every_free(&ev);
	arena_free(work);
	return rc;
}

enum rc
settle_held(struct settlement *s, const struct settle_args *given, const char *const *pseudonyms,
	    size_t count, struct arena *arena, struct json *ret, struct err *e)
{
	struct settle_args args = *given;
	struct arena *marks = arena_new();
	struct holding h = { .owner_count = s->owners.count };
	struct kept_aside *aside;
	bool again = s->statements.count > 0;
	enum rc rc = RC_OK;

	*ret = json_array(arena, 1);
	h.leaving = arena_array(marks, s->owners.count, sizeof(*h.leaving));
	h.stands = arena_array(marks, s->keys.count + 1, sizeof(*h.stands));
	mark_leaving(s, &h, pseudonyms, count);
	if (again)
		args.through = statement_at(s, s->statements.count)->through;
	args.from_scratch = true;
	h.through = args.through.days;
	aside = kept_put_aside(s);
	while (rc == RC_OK && again)
		rc = read_once(s, &args, &h, &again, arena, ret, e);
	free(h.rows.items);
	kept_bring_back(s, aside);
	arena_free(marks);
	return rc;
}
