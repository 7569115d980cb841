/* settle_kept.c - what evaluating each unit last gave, and which units must be read again.
 *
 * A unit's entitlements depend on its facts (and, where it reads beyond them, on
 * the contract's, its site's or everybody's), never on the statement's day. So
 * they stay until a fact of its own comes in. */
#include "item.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "expression.h"
#include "fact.h"
#include "limit.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "wakes.h"

struct collecting {
	struct item *items;
	size_t count, capacity;
};

static void
collect(void *arg, struct scope *sc, const struct item *it)
{
	struct collecting *c = arg;

	c->items = mem_room(c->items, c->count, &c->capacity, sizeof(*c->items));
	c->items[c->count] = *it;
	limit_read_subject(sc, &c->items[c->count++]);
}

static void
kept_free(struct settlement *s, uint32_t owner)
{
	struct owner *o = owner_at(s, owner);

	if (o->kept == NULL)
		return;
	for (uint32_t i = 0; i < o->kept->count; i++)
		limits_leave(s, &o->kept->items[i].stand);
	limits_leave(s, &o->kept->gone);
	s->everybody_count -= o->kind == OWNER_PERSON && o->everybody;
	s->kept_bytes -= sizeof(*o->kept) + o->kept->count * sizeof(struct item);
	free(o->kept);
	o->kept = NULL;
}

void
kept_forget(struct settlement *s)
{
	limits_forget(s);
	carried_forget(s);
	for (uint32_t i = 0; i < s->owners.count; i++) {
		struct owner *o = owner_at(s, i);

		kept_free(s, i);
		o->told = 0;
		o->again = o->queued = NEVER;
	}
	wakes_forget(s);
	s->again.count = 0;
	s->kept_size = 0;
	s->kept_through = INT32_MIN;
}

/* ---- put aside while something else is worked out ---- */

struct kept_aside {
	struct settlement was;
	struct owner *owners;
};

static void
lists_free(struct settlement *s)
{
	free(s->wakes.items);
	free(s->again.items);
	free(s->due.items);
	free(s->news.items);
	free(s->looked.items);
	free(s->sites.items);
}

/* The settlement is left as if nothing had ever been worked out. */
struct kept_aside *
kept_put_aside(struct settlement *s)
{
	struct kept_aside *ret = mem_alloc(sizeof(*ret));

	ret->was = *s;
	ret->owners = mem_alloc((s->owners.count + 1) * sizeof(*ret->owners));
	for (uint32_t i = 0; i < s->owners.count; i++) {
		ret->owners[i] = *owner_at(s, i);
		owner_at(s, i)->kept = NULL;
	}
	s->wakes = (struct wakes){ NULL, 0, 0 };
	s->again = s->due = s->news = s->looked = s->sites = (struct ordinals){ NULL, 0, 0 };
	s->carried = NULL;
	s->limits = NULL;
	s->kept_bytes = 0;
	kept_forget(s);
	return ret;
}

/* What was worked out meanwhile is forgotten. */
void
kept_bring_back(struct settlement *s, struct kept_aside *aside)
{
	const struct settlement *was = &aside->was;

	kept_forget(s);
	lists_free(s);
	for (uint32_t i = 0; i < was->owners.count; i++)
		*owner_at(s, i) = aside->owners[i];
	s->wakes = was->wakes;
	s->again = was->again;
	s->due = was->due;
	s->news = was->news;
	s->looked = was->looked;
	s->sites = was->sites;
	s->again_for = was->again_for;
	s->seen_owners = was->seen_owners;
	s->kept_owners = was->kept_owners;
	s->everybody_count = was->everybody_count;
	s->carried = was->carried;
	s->limits = was->limits;
	s->kept_bytes = was->kept_bytes;
	s->kept_size = was->kept_size;
	s->kept_through = was->kept_through;
	free(aside->owners);
	free(aside);
}

/* ---- one unit ---- */

static int32_t
next_day(int32_t day, int32_t after, int32_t next)
{
	return day > after && day < next ? day : next;
}

/* The next day on which one of its items begins to count, or a part held back does. */
void
kept_due(struct settlement *s, uint32_t owner, int32_t after)
{
	struct owner *o = owner_at(s, owner);
	struct kept *k = o->kept;

	k->due = NEVER;
	for (uint32_t i = 0; i < k->count; i++) {
		k->due = next_day(k->items[i].achieved, after, k->due);
		k->due = next_day(k->items[i].counts, after, k->due);
		k->due = next_day(k->items[i].held_until, after, k->due);
	}
	o->wakes = k->turns < k->due ? k->turns : k->due;
	wakes_queue(s, owner);
}

static void
kept_store(struct run *r, struct unit *u, const struct collecting *c)
{
	size_t bytes = c->count * sizeof(*c->items);
	struct owner *o = owner_at(r->s, u->owner);
	struct kept *k;

	for (size_t i = 0; i < u->owner_count; i++)
		kept_free(r->s, u->owners[i]);
	k = mem_alloc(sizeof(*k) + bytes);
	k->count = (uint32_t)c->count;
	k->gone = 0;
	k->latest = u->enrolment_count == 0 ? NEVER
					    : u->enrolments[u->enrolment_count - 1].start;
	k->turns = r->turns;
	if (bytes > 0)
		memcpy(k->items, c->items, bytes);
	kept_pair(k);
	o->kept = k;
	o->touched = r->number;
	o->since = (uint32_t)r->size;
	o->others = r->read_others || r->read_everybody;
	o->everybody = r->read_everybody;
	r->s->everybody_count += o->kind == OWNER_PERSON && o->everybody;
	ordinals_add(&r->s->news, u->owner);
	kept_due(r->s, u->owner, r->through);
	r->s->kept_bytes += sizeof(*k) + bytes;
}

/* Reads a unit and keeps what it is entitled to. */
static void
kept_read(struct run *r, struct unit *u, struct collecting *c)
{
	c->count = 0;
	r->read_others = r->read_everybody = false;
	r->turns = NEVER;
	r->s->evaluated++;
	if (!u->frozen)
		items_of_unit(r, u, collect, c, NULL, 0);
	if (r->rc == RC_OK)
		kept_store(r, u, c);
}

/* ---- which units ---- */

struct news {			/* since what is kept was read */
	bool all;		/* the rules changed */
	bool amended;		/* ... for who enrols from some day on */
	bool moved;		/* ... for what a further version comes to govern */
	bool limits;		/* what is carried of limits does not stand */
	bool contract;		/* a fact of the contract or a site */
	bool people;
};

/* Does another version come to govern one of its entitlements? */
static bool
kept_moves(const struct run *r, const struct kept *k)
{
	for (uint32_t i = 0; i < k->count; i++)
		if (item_governing(r, &k->items[i]) != k->items[i].version)
			return true;
	return false;
}

/* People whom a further version may govern. */
static void
read_governed(struct run *r, int32_t from, bool moved, struct ordinals *owners)
{
	for (uint32_t i = 0; i < r->s->owners.count; i++) {
		struct owner *o = owner_at(r->s, i);

		if (o->kind != OWNER_PERSON || o->kept == NULL ||
		    (o->kept->latest < from && !(moved && kept_moves(r, o->kept))))
			continue;
		o->touched = r->number;
		ordinals_add(owners, i);
	}
}

static void
read_versions(struct run *r, uint64_t since, struct ordinals *owners, struct news *ret)
{
	int32_t from = NEVER;

	for (size_t i = 0; i < r->version_count; i++) {
		const struct settle_version *said = &r->s->versions[i].said;

		if (said->seq < since)
			continue;
		ret->amended = true;
		ret->limits = ret->limits || !amended_limits_stand(r, i);
		if (amended_for_moved(r, i)) {
			ret->moved = true;
			continue;
		}
		ret->all = ret->all || !amended_for_new(r, i);
		from = said->from.days < from ? said->from.days : from;
	}
	if (r->s->terminated.event != NONE && r->s->terminated.seq >= since &&
	    r->s->terminated.seq < r->size)
		ret->all = ret->limits = true;
	ret->limits = ret->limits || ret->all;
	if (!ret->amended || ret->all)
		return;
	ret->people = true;
	read_governed(r, from, ret->moved, owners);
}

/* Whoever was erased since is a person with nothing, and nobody's statistic counts them. */
static bool
read_erased(struct run *r, uint64_t since, struct ordinals *owners)
{
	bool any = false;

	for (size_t i = 0; i < r->s->erased.count; i++) {
		struct owner *o = owner_at(r->s, r->s->erased.items[i]);

		if (o->frozen <= since || o->frozen > r->size)
			continue;
		o->touched = r->number;
		ordinals_add(owners, r->s->erased.items[i]);
		any = true;
	}
	return any;
}

static struct news
read_news(struct run *r, uint64_t since, struct ordinals *owners)
{
	struct news ret = { .people = read_erased(r, since, owners) };

	read_versions(r, since, owners, &ret);
	for (uint32_t i = r->s->facts.count; i-- > 0;) {
		const struct fact *f = fact_at(r->s, i);
		uint64_t seq = fact_seq(r->s, f);

		if (seq < since)
			break;
		if (seq >= r->size)
			continue;
		if (owner_at(r->s, f->owner)->kind == OWNER_PERSON)
			ret.people = true;
		else
			ret.contract = true;
		owner_at(r->s, f->owner)->touched = r->number;
		ordinals_add(owners, f->owner);
	}
	return ret;
}

static bool
must_read(const struct run *r, const struct owner *o, const struct news *news)
{
	if (o->touched == r->number || news->all)
		return true;
	if (o->frozen != 0 && o->frozen <= r->size && (o->kept == NULL || o->kept->count > 0))
		return true;
	if (o->kept == NULL)
		return !o->follows;
	if ((o->others && news->contract) || (o->everybody && (news->people || news->contract)))
		return true;
	return o->wakes <= r->through && o->kept->turns <= r->through;
}

static void
refresh_owner(struct run *r, uint32_t owner, struct arena *arena, struct collecting *c)
{
	struct arena *was = r->scratch;
	struct unit *u;

	if (run_follows(r, owner) && owner_at(r->s, r->goes_by[owner] - 1)->touched == r->number)
		return;			/* the one that it goes by is read, too */
	arena_reset(arena);
	r->scratch = arena;
	u = unit_read(r, owner, arena);
	for (size_t i = 0; i < u->owner_count; i++) {
		struct owner *o = owner_at(r->s, u->owners[i]);

		o->joined = u->owner_count > 1;
		o->follows = u->owners[i] != u->owner;
		if (o->follows)
			kept_free(r->s, u->owners[i]);
	}
	if (u->owner == owner || owner_at(r->s, u->owner)->touched != r->number)
		kept_read(r, u, c);
	r->scratch = was;
}

/* Who may have to be read: of whom there is news, whose day has come, who is new; or everybody. */
static void
read_whom(struct run *r, const struct news *news, struct ordinals *ret)
{
	struct settlement *s = r->s;
	bool people = news->people && s->everybody_count > 0;
	uint32_t first = news->all || news->contract || people ? 0 : s->kept_owners;

	wakes_until(s, r->through);
	for (size_t i = 0; i < s->due.count; i++)
		ordinals_add(ret, s->due.items[i]);
	for (uint32_t i = first; i < s->owners.count; i++)
		ordinals_add(ret, i);
	ordinals_sort(ret);
}

/* Those of `owners` from `first` on, as many as are asked for at once, that are read. */
static void
expect_owners(struct run *r, const struct ordinals *owners, size_t first, const struct news *news)
{
	uint32_t whom[EXPECTED];
	size_t n = 0;

	for (size_t i = first; i < owners->count && i < first + EXPECTED; i++)
		if (must_read(r, owner_at(r->s, owners->items[i]), news))
			whom[n++] = owners->items[i];
	facts_expect(r->s, whom, n);
}

/* Brings everything kept up to the run's size. */
void
kept_refresh(struct run *r)
{
	struct settlement *s = r->s;
	struct ordinals owners = { 0 };
	struct news news = read_news(r, s->kept_size, &owners);
	struct arena *arena = arena_new();
	struct collecting c = { NULL, 0, 0 };

	wakes_see(s);
	if (news.limits)
		limits_forget(s);
	ordinals_sort(&owners);
	carried_refresh(r, s->kept_size, news.all || news.contract ||
			news.moved || (news.amended && amended_places(r)), &owners);
	read_whom(r, &news, &owners);
	for (size_t i = 0; i < owners.count && r->rc == RC_OK; i++) {
		struct owner *o = owner_at(s, owners.items[i]);

		if (i % EXPECTED == 0)
			expect_owners(r, &owners, i, &news);
		if (o->kind == OWNER_PERSON && must_read(r, o, &news))
			refresh_owner(r, owners.items[i], arena, &c);
	}
	for (size_t i = 0; i < s->sites.count && r->rc == RC_OK; i++)
		kept_read(r, run_site(r, s->sites.items[i]), &c);
	if (r->rc == RC_OK)
		kept_read(r, run_contract(r), &c);
	s->kept_owners = r->rc == RC_OK ? s->owners.count : 0;
	s->kept_size = r->size;
	s->kept_through = r->through;
	arena_free(arena);
	free(c.items);
	free(owners.items);
}
