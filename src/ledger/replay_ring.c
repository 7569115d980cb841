/* replay_ring.c - the keys of a history: all that a verify needs of what events say. */
#include "replay_priv.h"

#include "arena.h"
#include "json.h"

#include <stdio.h>
#include <string.h>

const struct ring_key *
key_ring_find(const struct key_ring *r, const char *name, uint32_t id)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->keys[i].key.id == id && strcmp(r->keys[i].key.name, name) == 0)
			return &r->keys[i];
	return NULL;
}

static enum rc
add(struct key_ring *r, const char *text, bool checkpoints, uint64_t seq, struct err *e)
{
	struct ring_key k = { .checkpoints = checkpoints, .registered = seq, .revoked = SEQ_NEVER,
			      .covered = SEQ_NEVER };
	enum rc rc = verifier_key_parse(text, strlen(text), &k.key, e);

	if (rc != RC_OK)
		return rc;
	r->keys = mem_room(r->keys, r->count, &r->capacity, sizeof(*r->keys));
	r->keys[r->count++] = k;
	return RC_OK;
}

static void
revoke(struct key_ring *r, const char *text, uint64_t seq)
{
	struct verifier_key v;
	struct err e;

	if (verifier_key_parse(text, strlen(text), &v, &e) != RC_OK)
		return;
	for (size_t i = 0; i < r->count; i++)
		if (verifier_key_equal(&r->keys[i].key, &v) && r->keys[i].revoked == SEQ_NEVER)
			r->keys[i].revoked = seq;
}

static enum rc
take(struct key_ring *r, const struct event *event, uint64_t seq, struct err *e)
{
	const struct json *body = event->body;
	enum rc rc;

	if (event->type == EVENT_KEY_REVOKED) {
		revoke(r, json_get_string(body, "key"), seq);
		return RC_OK;
	}
	if (event->type == EVENT_KEY_REGISTERED)
		return add(r, json_get_string(body, "key"),
			   json_is(json_get(body, "use"), "checkpoints"), seq, e);
	if (r->origin[0] != '\0')
		return rc_fail(e, RC_REFUSED, "a ledger is opened once, by its first event");
	(void)snprintf(r->origin, sizeof(r->origin), "%s", json_get_string(body, "origin"));
	r->simulated = json_get_true(body, "simulated");
	rc = add(r, json_get_string(body, "operator_key"), false, seq, e);
	return rc == RC_OK ? add(r, json_get_string(body, "checkpoint_key"), true, seq, e) : rc;
}

/* Canonical bytes end in the event's type: nothing else of most events is read. */
static bool
names_keys(const char *bytes, size_t size)
{
	static const char *const ends[] = {
		",\"type\":\"ledger.opened\"}", ",\"type\":\"key.registered\"}",
		",\"type\":\"key.revoked\"}"
	};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t length = strlen(ends[i]);

		if (size > length && bytes[size - 4] == ends[i][length - 4] &&
		    memcmp(bytes + size - length, ends[i], length) == 0)
			return true;
	}
	return false;
}

enum rc
key_ring_event(struct key_ring *r, const char *bytes, size_t size, uint64_t seq, struct err *e)
{
	struct arena *arena;
	struct event event;
	enum rc rc;

	if (!names_keys(bytes, size))
		return RC_OK;
	arena = arena_new();
	rc = event_parse(bytes, size, arena, 0, NULL, &event, e);
	if (rc == RC_OK)
		rc = take(r, &event, seq, e);
	arena_free(arena);
	return rc;
}
