/* settle_case_erase.c - erasing people of a case: nobody else's amounts may change by it. */
#include "settle_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "json.h"
#include "settle_case_priv.h"

struct others {			/* amounts of everybody who is not erased */
	struct case_sums all;
	char (*gone)[27];
	size_t count;
	bool minus;
};

static void
add_other(void *arg, const struct settle_amount *a)
{
	struct others *o = arg;
	bool gone = false;

	for (size_t i = 0; i < o->count; i++)
		gone = gone || (a->participant != NULL && strcmp(a->participant, o->gone[i]) == 0);
	if (!gone)
		(o->minus ? case_take_amount : case_add_amount)(&o->all, a);
}

/* Is it about one of them, or does it speak of an event that is? */
static bool
is_about(const struct case_told *t, const struct others *o, const char *dropped)
{
	const char *at = strstr(t->body, "\"event\":\"");
	char digest[HASH_HEX + 1] = "";

	for (size_t i = 0; i < o->count; i++)
		if (strstr(t->body, o->gone[i]) != NULL)
			return true;
	if (at != NULL)
		(void)snprintf(digest, sizeof(digest), "%.64s", at + 9);
	return digest[0] != '\0' && strstr(dropped, digest) != NULL;
}

/* Which events are gone: their digests one behind the other, and as data.erased lists them. */
static struct json
list_gone(struct settle_case *c, const struct others *o, struct arena *arena, struct buf *ret)
{
	struct json list = json_array(arena, 8);
	char hex[HASH_HEX];

	buf_text(ret, "");
	for (size_t i = 0; i < c->told_count; i++) {
		struct json one = json_object();

		if (!is_about(&c->told[i], o, ret->data))
			continue;
		hash_format(c->told[i].r.digest, hex);
		buf_text(ret, hex);
		json_set(arena, &one, "event", json_string(arena_string(arena, hex, HASH_HEX - 1)));
		json_add(arena, &list, one);
	}
	return list;
}

/* An engine of who is left. */
static struct settlement *
tell_again(struct settle_case *c, const char *gone)
{
	struct settlement *s = settlement_new(hash_bytes("contract", 8), CASE_SALT);
	struct arena *arena = arena_new();
	char hex[HASH_HEX];

	for (size_t i = 0; i < c->version_count; i++)
		assert_int_equal(settle_version_add(s, &c->versions[i], &c->e), RC_OK);
	for (size_t i = 0; i < c->told_count; i++) {
		struct settle_record r = c->told[i].r;

		hash_format(r.digest, hex);
		if (strstr(gone, hex) != NULL)
			continue;
		arena_reset(arena);
		r.body = case_json(arena, c->told[i].body);
		r.sender = c->told[i].sender;
		if (settle_record(s, &r, &c->e) != RC_OK)
			fail_msg("%s", c->e.text);
	}
	arena_free(arena);
	return s;
}

/* The case goes on with an engine of who is left, its twin as it is: both are told. */
static struct settlement *
tell_who_is_left(struct settle_case *c, const struct others *o, const struct json *held)
{
	struct settle_record erased = { .seq = c->seq++, .type = EVENT_DATA_ERASED, .salt = CASE_SALT,
					.sender = "operator" };
	struct arena *arena = arena_new();
	struct buf gone = { 0 };
	struct json body = json_object();
	struct settlement *ret;

	json_set(arena, &body, "erased", list_gone(c, o, arena, &gone));
	if (held->count > 0)
		json_set(arena, &body, "held", *held);
	erased.digest = hash_bytes("erased", 6);
	erased.at = c->told[c->told_count - 1].r.at;
	erased.body = &body;
	ret = tell_again(c, gone.data);
	if (c->twin == NULL)
		c->twin = c->s;
	if (settle_record(ret, &erased, &c->e) != RC_OK ||
	    settle_record(c->twin, &erased, &c->e) != RC_OK)
		fail_msg("%s", c->e.text);
	buf_free(&gone);
	arena_free(arena);
	return ret;
}

void
settle_case_erase(struct settle_case *c, const unsigned *people, size_t count)
{
	const char *through = NULL;
	struct arena *arena = arena_new();
	struct others o = { .gone = arena_array(arena, count, 27), .count = count };
	const char **names = arena_array(arena, count, sizeof(*names));
	struct settle_args args = { .size = c->seq };
	struct settlement *left;
	struct json held;
	bool quiet = c->told[c->told_count - 1].r.type == EVENT_SETTLEMENT_ISSUED;

	for (size_t i = c->told_count; i > 0 && through == NULL; i--)
		if (c->told[i - 1].r.type == EVENT_SETTLEMENT_ISSUED)
			through = strstr(c->told[i - 1].body, "\"through\":\"");
	assert_non_null(through);
	assert_true(date_parse(through + 11, 10, &args.through));
	for (size_t i = 0; i < count; i++) {
		case_pseudonym(people[i], o.gone[i]);
		names[i] = o.gone[i];
	}
	if (settle_entitlements(c->s, &args, add_other, &o, &c->e) != RC_OK ||
	    settle_held(c->s, &args, names, count, arena, &held, &c->e) != RC_OK)
		fail_msg("%s", c->e.text);
	left = tell_who_is_left(c, &o, &held);
	args.size = c->seq;
	o.minus = true;
	if (settle_entitlements(left, &args, add_other, &o, &c->e) != RC_OK)
		fail_msg("%s", c->e.text);
	for (size_t i = 0; i < o.all.count; i++)
		if (quiet && o.all.items[i].amount != 0)
			fail_msg("erasing p%u changes %s from %s by %lld\n%s", people[0],
				 o.all.items[i].payment, o.all.items[i].posting.payer,
				 (long long)o.all.items[i].amount, c->said.data);
	free(o.all.items);
	if (c->twin != c->s)		/* the amounts' words were its own */
		settlement_free(c->s);
	c->s = left;
	c->erased = true;
	arena_free(arena);
}

void
settle_case_freeze(struct settle_case *c, int month, const char *label, unsigned person,
		   const char *events)
{
	struct settle_args args = { .size = c->seq };
	struct arena *arena = arena_new();
	struct json held;
	struct buf text = { 0 };
	char who[27];
	const char *name = who;

	case_pseudonym(person, who);
	if (settle_held(c->s, &args, &name, 1, arena, &held, &c->e) != RC_OK)
		fail_msg("%s", c->e.text);
	json_write(&held, &text);
	settle_case_tell(c, month, "operator", "data.erased", label, "{'erased':[%s],'held':%s}", events,
			 text.data);
	buf_free(&text);
	arena_free(arena);
}
