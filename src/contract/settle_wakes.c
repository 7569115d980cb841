/* settle_wakes.c - who is looked at because a day has come, without looking at everybody.
 *
 * An owner's next days are in its row; the heap has an entry for the earliest of them or an earlier
 * day. All of this is derived from the owners. */
#include "wakes.h"

#include "arena.h"
#include "fact.h"
#include "rows.h"
#include "run.h"
#include "settlement.h"

/* ---- the heap ---- */

static void
push(struct wakes *w, struct wake one)
{
	size_t at;

	w->items = mem_room(w->items, w->count, &w->capacity, sizeof(*w->items));
	for (at = w->count++; at > 0 && w->items[(at - 1) / 2].day > one.day; at = (at - 1) / 2)
		w->items[at] = w->items[(at - 1) / 2];
	w->items[at] = one;
}

static struct wake
pop(struct wakes *w)
{
	struct wake ret = w->items[0], last = w->items[--w->count];
	size_t at = 0, child;

	for (; (child = 2 * at + 1) < w->count; at = child) {
		if (child + 1 < w->count && w->items[child + 1].day < w->items[child].day)
			child++;
		if (w->items[child].day >= last.day)
			break;
		w->items[at] = w->items[child];
	}
	w->items[at] = last;
	return ret;
}

static int32_t
next_of(const struct owner *o)
{
	if (o->kept == NULL)
		return o->again;
	return o->wakes < o->again ? o->wakes : o->again;
}

void
wakes_queue(struct settlement *s, uint32_t owner)
{
	struct owner *o = owner_at(s, owner);
	int32_t day = next_of(o);

	if (day >= o->queued)	/* an entry comes up in time; or it is due */
		return;
	o->queued = day;
	push(&s->wakes, (struct wake){ day, owner });
}

void
wakes_until(struct settlement *s, int32_t day)
{
	size_t n = 0;

	for (size_t i = 0; i < s->due.count; i++) {
		struct owner *o = owner_at(s, s->due.items[i]);

		if (next_of(o) <= day) {
			s->due.items[n++] = s->due.items[i];
			continue;
		}
		o->queued = NEVER;
		wakes_queue(s, s->due.items[i]);
	}
	s->due.count = n;
	while (s->wakes.count > 0 && s->wakes.items[0].day <= day) {
		struct wake one = pop(&s->wakes);
		struct owner *o = owner_at(s, one.owner);

		if (o->queued != one.day)	/* a later entry was replaced by an earlier one */
			continue;
		o->queued = NEVER;
		if (next_of(o) > day) {
			wakes_queue(s, one.owner);
			continue;
		}
		o->queued = INT32_MIN;
		ordinals_add(&s->due, one.owner);
	}
}

/* ---- all of it ---- */

void
wakes_see(struct settlement *s)
{
	for (; s->seen_owners < s->owners.count; s->seen_owners++)
		if (owner_at(s, s->seen_owners)->kind == OWNER_SITE)
			ordinals_add(&s->sites, s->seen_owners);
}

uint32_t
site_place(const struct settlement *s, uint32_t owner)
{
	return ordinals_place(&s->sites, owner);
}

void
wakes_forget(struct settlement *s)
{
	s->wakes.count = s->due.count = s->news.count = s->sites.count = 0;
	s->seen_owners = s->kept_owners = s->everybody_count = 0;
}

void
wakes_restore(struct settlement *s)
{
	wakes_forget(s);
	wakes_see(s);
	for (uint32_t i = 0; i < s->owners.count; i++) {
		struct owner *o = owner_at(s, i);

		if (o->frozen != 0)
			ordinals_add(&s->erased, i);
		o->queued = NEVER;
		wakes_queue(s, i);
		if (o->kept == NULL)
			continue;
		s->everybody_count += o->kind == OWNER_PERSON && o->everybody;
		ordinals_add(&s->news, i);
	}
	s->kept_owners = s->owners.count;
}

void
owner_again(struct run *r, uint32_t owner, int32_t day)
{
	struct owner *o = owner_at(r->s, owner);

	if (!r->keeps_limits || day >= o->again)
		return;
	o->again = day;
	wakes_queue(r->s, owner);
}
