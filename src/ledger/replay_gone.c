/* replay_gone.c - bytes that are not there any more: erased only where a data.erased says so. */
#include "replay_priv.h"

#include "arena.h"
#include "json.h"

#include <stdlib.h>
#include <string.h>

void
replay_gone_add(struct replay_run *r, struct hash digest)
{
	r->erased = mem_room(r->erased, r->erased_count, &r->erased_capacity, sizeof(*r->erased));
	r->erased[r->erased_count++] = (struct gone){ digest, r->seq };
}

static int
compare_seq(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

void
replay_gone_known(struct replay_run *r)
{
	uint64_t *gone = mem_alloc((r->erased_count + 1) * sizeof(*gone));

	for (size_t i = 0; i < r->erased_count; i++)
		gone[i] = r->erased[i].seq;
	if (r->erased_count > 1)
		qsort(gone, r->erased_count, sizeof(*gone), compare_seq);
	r->world->gone = gone;
	r->world->gone_count = r->erased_count;
}

bool
replay_gone_before(const struct replay_state *w, uint64_t seq)
{
	return w->cut || (w->gone_count > 0 && bsearch(&seq, w->gone, w->gone_count, sizeof(seq),
						       compare_seq) != NULL);
}

/* What was kept still knows what an event of the first part said: it is worked out without. */
static void
check_known(struct replay_run *r, struct hash digest)
{
	struct replay_state *w = r->world;
	struct event_record record;
	struct err ignored;

	if (w->resumed > 0 && w->anew == NULL &&
	    state_find(w->state, digest, &record, &ignored) == RC_OK && record.seq < w->resumed)
		w->anew = ERASED_SINCE;
}

static void
name(struct replay_run *r, const struct json *list)
{
	struct hash h;

	for (uint32_t i = 0; i < list->count; i++) {
		const char *text = json_get_string(&list->items[i], "event");

		if (!hash_parse(text, strlen(text), &h))
			continue;
		check_known(r, h);
		r->named = mem_room(r->named, r->named_count, &r->named_capacity,
				    sizeof(*r->named));
		r->named[r->named_count++] = (struct named){ h, r->seq };
	}
}

enum rc
replay_gone_event(struct replay_run *r, const char *bytes, size_t size, struct err *e)
{
	static const char end[] = ",\"type\":\"data.erased\"}";
	struct arena *arena;
	struct event event;
	enum rc rc;

	if (size < sizeof(end) || memcmp(bytes + size - (sizeof(end) - 1), end,
					 sizeof(end) - 1) != 0)
		return RC_OK;
	arena = arena_new();
	rc = event_read(bytes, size, arena, 0, NULL, &event, e);
	if (rc == RC_OK)
		name(r, json_get(event.body, "erased"));
	arena_free(arena);
	return rc;
}

/* By digest; an erased event's is the first member. */
/* What a data.erased names is gone: bytes that are still there, or were put back, were not
 * destroyed. */
static enum rc
check_destroyed(struct replay_run *r)
{
	char hex[HASH_HEX];

	if (r->erased_count > 0)
		qsort(r->erased, r->erased_count, sizeof(*r->erased), hash_order);
	for (size_t i = 0; i < r->named_count; i++) {
		const struct named *x = &r->named[i];

		if (r->erased_count > 0 && bsearch(&x->digest, r->erased, r->erased_count,
						   sizeof(*r->erased), hash_order) != NULL)
			continue;
		r->seq = x->by;
		hash_format(x->digest, hex);
		return replay_find(r, FINDING_EVENT, "/body/erased", "events whose bytes were "
				   "destroyed", "%s, whose bytes are there", hex);
	}
	return RC_OK;
}

enum rc
replay_gone_check(struct replay_run *r)
{
	char hex[HASH_HEX];

	if (r->named_count > 0)
		qsort(r->named, r->named_count, sizeof(*r->named), hash_order);
	for (size_t i = 0; i < r->erased_count; i++) {
		const struct gone *x = &r->erased[i];

		if (r->named_count > 0 && bsearch(&x->digest, r->named, r->named_count,
						  sizeof(*r->named), hash_order) != NULL)
			continue;
		r->seq = x->seq;
		hash_format(x->digest, hex);
		return replay_find(r, FINDING_EVENT, "/event", "an event, or a data.erased that names "
				   "it", "%s, erased without one", hex);
	}
	return check_destroyed(r);
}
