/* fact_history.c - one unit's facts as of a tree size: correction chains, verdicts, enrolments.
 *
 * A fact is the head of an event's correction chain. Which member counts is the
 * proof's to say: until a correction is accepted, its accepted predecessor
 * counts, also when the correction is rejected. */
#include "scope.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "event_type.h"
#include "fact.h"
#include "rows.h"
#include "run.h"
#include "settlement.h"
#include "terms.h"

struct slot {			/* where a fact went while reading */
	uint32_t fact;
	struct chain *chain;
	uint32_t member;
	struct verdict *verdict;
};

struct reader {
	struct run *run;
	struct arena *arena;
	struct unit *unit;
	uint32_t *facts;
	size_t fact_count, fact_capacity;
	struct slot *slots;
	size_t slot_mask;
	uint32_t *listed;		/* a table of the unit's owners: number + 1 */
	size_t listed_mask, owner_capacity;
	struct chain *last_like[EVENT_TYPE_MAX];
	uint16_t *judges;		/* whose verdicts on a member stand */
	size_t judge_capacity;
};

static struct slot *
slot_of(struct reader *rd, uint32_t fact)
{
	size_t at = (fact * 2654435761u) & rd->slot_mask;

	while (rd->slots[at].fact != NONE && rd->slots[at].fact != fact)
		at = (at + 1) & rd->slot_mask;
	return &rd->slots[at];
}

/* Facts stand in ledger order: those that a run sees are the first of them. */
static bool
is_seen(const struct run *r, uint32_t fact)
{
	return fact < r->fact_count;
}

/* ---- which pseudonyms are one person ---- */

/* Joins that its owner's facts take back, ascending. */
static void
read_taken_back(struct reader *rd, const struct owner *o, struct ordinals *ret)
{
	size_t capacity = 0;

	for (uint32_t i = o->first; i != NONE && is_seen(rd->run, i); i = fact_at(rd->run->s, i)->next) {
		const struct fact *f = fact_at(rd->run->s, i);

		if (f->type != EVENT_EVENT_RETRACTED)
			continue;
		ret->items = arena_room(rd->arena, ret->items, ret->count, &capacity,
					sizeof(*ret->items));
		ret->items[ret->count++] = f->link;
	}
	ordinals_sort(ret);
}

/* Where the owner stands, or would, in a table of those listed: it is half full at most. */
static uint32_t *
listed_slot(struct reader *rd, uint32_t owner)
{
	size_t at = (owner * 2654435761u) & rd->listed_mask;

	while (rd->listed[at] != 0 && rd->listed[at] != owner + 1)
		at = (at + 1) & rd->listed_mask;
	return &rd->listed[at];
}

static void
list_owner(struct reader *rd, uint32_t owner)
{
	struct unit *u = rd->unit;

	u->owners = arena_room(rd->arena, u->owners, u->owner_count, &rd->owner_capacity,
			       sizeof(*u->owners));
	u->owners[u->owner_count++] = owner;
	if (rd->listed == NULL || 2 * u->owner_count > rd->listed_mask) {
		rd->listed_mask = 2 * rd->listed_mask + 1 < 7 ? 7 : 2 * rd->listed_mask + 1;
		rd->listed = arena_array(rd->arena, rd->listed_mask + 1, sizeof(*rd->listed));
		for (size_t i = 0; i < u->owner_count; i++)
			*listed_slot(rd, u->owners[i]) = u->owners[i] + 1;
		return;
	}
	*listed_slot(rd, owner) = owner + 1;
}

static void
list_fact(struct reader *rd, uint32_t fact)
{
	rd->facts = arena_room(rd->arena, rd->facts, rd->fact_count, &rd->fact_capacity,
			       sizeof(*rd->facts));
	rd->facts[rd->fact_count++] = fact;
}

static void
list_facts(struct reader *rd, uint32_t owner)
{
	struct run *r = rd->run;
	const struct owner *o = owner_at(r->s, owner);
	struct ordinals taken_back = { 0 };
	bool joins = false;

	if (o->frozen != 0 && o->frozen <= r->erased_size)
		rd->unit->frozen = true;
	for (uint32_t i = o->first; i != NONE && is_seen(r, i); i = fact_at(r->s, i)->next) {
		const struct fact *f = fact_at(r->s, i);

		list_fact(rd, i);
		if (f->type != EVENT_PARTICIPANTS_JOINED || (f->flags & FACT_CORRECTS) != 0)
			continue;
		if (!joins)
			read_taken_back(rd, o, &taken_back);
		joins = true;
		if (*listed_slot(rd, f->link) == 0 && !ordinals_have(&taken_back, i))
			list_owner(rd, f->link);
	}
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* Whoever else of the person is asked for needs not be read. */
static void
remember_person(struct run *r, const struct unit *u)
{
	if (r->goes_by == NULL)
		r->goes_by = arena_array(r->arena, r->s->owners.count, sizeof(*r->goes_by));
	for (size_t i = 0; i < u->owner_count; i++)
		r->goes_by[u->owners[i]] = u->owner + 1;
}

bool
run_follows(const struct run *r, uint32_t owner)
{
	return r->goes_by != NULL && r->goes_by[owner] != 0 && r->goes_by[owner] != owner + 1;
}

static void
list_all(struct reader *rd, uint32_t owner)
{
	struct unit *u = rd->unit;

	list_owner(rd, owner);
	for (size_t i = 0; i < u->owner_count; i++)
		list_facts(rd, u->owners[i]);
	if (u->owner_count > 1 && rd->fact_count > 1)
		qsort(rd->facts, rd->fact_count, sizeof(*rd->facts), by_number);
	u->owner = owner;
	for (size_t i = 1; i < u->owner_count; i++)
		if (u->owners[i] < u->owner)
			u->owner = u->owners[i];	/* named by whom was recorded first */
	if (u->owner_count > 1)
		remember_person(rd->run, u);
}

/* ---- chains ---- */

static void
chain_push(struct reader *rd, struct chain *c, uint32_t fact)
{
	struct slot *slot = slot_of(rd, fact);

	if (c->count == c->capacity) {
		uint32_t more = c->capacity == 0 ? 1 : 2 * c->capacity;
		struct member *members = arena_array(rd->arena, more, sizeof(*members));

		if (c->count > 0)
			memcpy(members, c->members, c->count * sizeof(*members));
		c->members = members;
		c->capacity = more;
	}
	*slot = (struct slot){ .fact = fact, .chain = c, .member = c->count };
	c->members[c->count++].fact = fact_at(rd->run->s, fact);
}

static void
chain_new(struct reader *rd, uint32_t fact)
{
	const struct fact *f = fact_at(rd->run->s, fact);
	struct chain *c = arena_alloc(rd->arena, sizeof(*c));

	c->root = f;
	c->root_index = fact;
	chain_push(rd, c, fact);
	if (f->link != NONE && f->type != EVENT_PARTICIPANTS_JOINED) {
		const struct slot *slot = slot_of(rd, f->link);

		if (slot->fact != NONE && slot->chain != NULL) {
			c->spell = slot->chain;
			c->sibling = c->spell->children;
			c->spell->children = c;
		}
	}
	if (rd->unit->last == NULL)
		rd->unit->chains = c;
	else
		rd->unit->last->next = c;
	rd->unit->last = c;
	if (rd->last_like[f->type] == NULL)
		rd->unit->like[f->type] = c;
	else
		rd->last_like[f->type]->next_like = c;
	rd->last_like[f->type] = c;
}

static void
add_verdict(struct reader *rd, uint32_t fact, const struct fact *f)
{
	struct slot *target = slot_of(rd, f->link);
	struct verdict *v;
	struct member *m;

	if (target->fact == NONE || target->chain == NULL)
		return;
	v = arena_alloc(rd->arena, sizeof(*v));
	m = &target->chain->members[target->member];
	v->fact = f;
	v->older = m->verdicts;
	m->verdicts = v;
	m->verdict_count++;
	*slot_of(rd, fact) = (struct slot){ .fact = fact, .verdict = v };
}

static void
read_fact(struct reader *rd, uint32_t fact)
{
	const struct fact *f = fact_at(rd->run->s, fact);
	struct slot *target;

	if (f->type == EVENT_CLAIM_ATTESTED) {
		add_verdict(rd, fact, f);
		return;
	}
	if (f->type != EVENT_EVENT_RETRACTED && (f->flags & FACT_CORRECTS) == 0) {
		chain_new(rd, fact);
		return;
	}
	target = slot_of(rd, f->link);
	if (target->fact == NONE)
		return;
	if (f->type != EVENT_EVENT_RETRACTED) {
		if (target->chain != NULL)
			chain_push(rd, target->chain, fact);
	} else if (target->verdict != NULL) {
		target->verdict->retracted = true;
	} else if (target->chain != NULL && target->chain->retracted == NULL) {
		target->chain->retracted = f;
	}
}

const struct fact *
chain_head(const struct chain *c)
{
	if (c->retracted != NULL || (c->spell != NULL && c->spell->retracted != NULL))
		return NULL;
	return c->members[c->count - 1].fact;
}

/* A party's latest verdict on a member stands, but for retracted ones. */
static void
mark_stale(struct reader *rd, struct member *m)
{
	size_t count = 0;

	for (struct verdict *v = m->verdicts; v != NULL; v = v->older) {
		size_t i = 0;

		if (v->retracted)
			continue;
		while (i < count && rd->judges[i] != v->fact->sender)
			i++;
		v->stale = i < count;
		if (v->stale)
			continue;
		rd->judges = arena_room(rd->arena, rd->judges, count, &rd->judge_capacity,
					sizeof(*rd->judges));
		rd->judges[count++] = (uint16_t)v->fact->sender;
	}
}

static void
mark_verdicts(struct reader *rd)
{
	for (struct chain *c = rd->unit->chains; c != NULL; c = c->next)
		for (uint32_t i = 0; i < c->count; i++)
			if (c->members[i].verdict_count > 1)
				mark_stale(rd, &c->members[i]);
}

/* ---- enrolments and turning days ---- */

bool
version_takes(const struct run *r, int32_t start, uint32_t version)
{
	const struct version *v;

	if (version == 0)
		return true;
	v = &r->s->versions[version];
	return v->terms->applies != APPLIES_ENROLLED || start >= v->said.from.days;
}

uint32_t
version_for(const struct run *r, int32_t start, uint32_t count)
{
	uint32_t i = count == 0 ? 0 : count - 1;

	while (!version_takes(r, start, i))
		i--;
	return i;
}

static int
enrolment_order(const void *a, const void *b)
{
	const struct enrolment *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->chain->root_index > y->chain->root_index) -
	       (x->chain->root_index < y->chain->root_index);
}

/* The exit ends the latest enrolment of its pseudonym that began on or before it. */
static void
set_exit(struct unit *u, const struct fact *exit)
{
	struct enrolment *found = NULL;

	for (size_t i = 0; i < u->enrolment_count; i++)
		if (u->enrolments[i].owner == exit->owner && u->enrolments[i].start <= exit->from)
			found = &u->enrolments[i];
	if (found == NULL || exit->from >= found->exit)
		return;
	found->exit = exit->from;
	found->exit_fact = exit;
}

static void
read_enrolments(struct reader *rd)
{
	struct unit *u = rd->unit;
	size_t n = 0;

	for (const struct chain *c = u->like[EVENT_PARTICIPANT_ENROLLED]; c != NULL; c = c->next_like)
		n++;
	u->enrolments = arena_array(rd->arena, n + 1, sizeof(*u->enrolments));
	for (struct chain *c = u->like[EVENT_PARTICIPANT_ENROLLED]; c != NULL; c = c->next_like) {
		const struct fact *head = chain_head(c);

		if (head == NULL)
			continue;
		u->enrolments[u->enrolment_count++] = (struct enrolment){
			.chain = c, .fact = head, .start = head->from, .exit = NEVER,
			.owner = c->root->owner,
			.memos = arena_alloc(rd->arena, sizeof(struct memos)),
			.version = version_for(rd->run, head->from,
					       (uint32_t)rd->run->version_count) };
	}
	if (u->enrolment_count > 1)
		qsort(u->enrolments, u->enrolment_count, sizeof(*u->enrolments), enrolment_order);
	for (size_t i = 0; i < u->enrolment_count; i++)
		u->enrolments[i].index = (uint32_t)i + 1;
	for (const struct chain *c = u->like[EVENT_PARTICIPANT_EXITED]; c != NULL; c = c->next_like)
		if (chain_head(c) != NULL)
			set_exit(u, chain_head(c));
	for (const struct chain *c = u->like[EVENT_PARTICIPANT_ASSIGNED]; c != NULL; c = c->next_like)
		if (chain_head(c) != NULL)
			u->assigned = chain_head(c);
}

static int
by_day(const void *a, const void *b)
{
	int32_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* Days on which something begins or has ended: between two of them nothing turns. */
static void
read_turns(struct reader *rd)
{
	struct unit *u = rd->unit;
	size_t n = 0;

	u->turns = arena_array(rd->arena, 3 * rd->fact_count + 1, sizeof(*u->turns));
	for (size_t i = 0; i < rd->fact_count; i++) {
		const struct fact *f = fact_at(rd->run->s, rd->facts[i]);

		if (f->from == NEVER)
			continue;
		u->turns[n++] = fact_day(f);
		u->turns[n++] = fact_day(f) + 1;
		if (f->to != NEVER)
			u->turns[n++] = f->to + 1;
	}
	if (n > 1)
		qsort(u->turns, n, sizeof(*u->turns), by_day);
	for (size_t i = 0; i < n; i++)
		if (u->turn_count == 0 || u->turns[u->turn_count - 1] != u->turns[i])
			u->turns[u->turn_count++] = u->turns[i];
}

struct memos *
scope_memos(const struct scope *sc)
{
	return sc->enrolment != NULL ? sc->enrolment->memos : &sc->unit->memos;
}

struct unit *
unit_new(struct arena *arena, enum owner_kind kind)
{
	struct unit *u = arena_alloc(arena, sizeof(*u));

	u->arena = arena;
	u->kind = kind;
	u->like = arena_array(arena, EVENT_TYPE_MAX, sizeof(struct chain *));
	return u;
}

struct unit *
unit_read(struct run *r, uint32_t owner, struct arena *arena)
{
	struct reader rd = { .run = r, .arena = arena };
	size_t slots = 8;

	rd.unit = unit_new(arena, (enum owner_kind)owner_at(r->s, owner)->kind);
	list_all(&rd, owner);
	while (slots < 2 * rd.fact_count)
		slots *= 2;
	rd.slots = arena_array(arena, slots, sizeof(*rd.slots));
	rd.slot_mask = slots - 1;
	for (size_t i = 0; i < slots; i++)
		rd.slots[i].fact = NONE;
	for (size_t i = 0; i < rd.fact_count; i++)
		read_fact(&rd, rd.facts[i]);
	mark_verdicts(&rd);
	read_enrolments(&rd);
	read_turns(&rd);
	return rd.unit;
}

void
run_persons(struct run *r, unit_fn *fn, void *arg)
{
	struct arena *arena = arena_new(), *was = r->scratch;

	for (uint32_t i = 0; i < r->s->owners.count && r->rc == RC_OK; i++) {
		struct unit *u;

		if (owner_at(r->s, i)->kind != OWNER_PERSON || run_follows(r, i))
			continue;
		arena_reset(arena);
		r->scratch = arena;
		u = unit_read(r, i, arena);
		if (u->owner == i && !u->frozen)
			fn(arg, r, u);
	}
	r->scratch = was;
	arena_free(arena);
}
