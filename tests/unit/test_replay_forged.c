/* test_replay_forged.c - histories that their operator wrote anew, hashes, chain and checkpoint in
 * order: what a replay finds of keys, counts, clocks and a ledger's beginning and end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "forge.h"
#include "world_test.h"

/* Submissions of the history below, behind those of the world. */
enum { OPENING = 0, KEYS = 5, TWO = 6, LAST = 7 };

static struct signing_key *second;	/* of the team; revoked with KEYS */

/* ---- lies ---- */

static void
nothing(struct forge *f)
{
	(void)f;
}

static void
sign_with_revoked(struct forge *f)
{
	forge_sign(f, TWO, second);
}

static void
sign_before_it_is_registered(struct forge *f)
{
	forge_swap(f, KEYS, TWO);
	forge_sign(f, KEYS, second);
}

/* Signs what the submission says of its count, true or not. */
static void
count_as(struct forge *f, size_t i, uint64_t count, const struct signing_key *key)
{
	forge_root_of(f, i);
	f->said[i].s.count = count;
	assert_rc(submission_sign(&f->said[i].s, key, &w->e), RC_OK);
}

static void
count_too_many(struct forge *f)
{
	count_as(f, TWO, 3, w->keys[TEAM]);
}

static void
count_too_few(struct forge *f)
{
	f->said[TWO].count = 1;		/* the root is that of the first */
	forge_sign(f, TWO, w->keys[TEAM]);
	f->said[TWO].count = 2;
}

static void
end_too_early(struct forge *f)
{
	count_as(f, LAST, 2, w->keys[CITY]);
}

static void
open_another_ledger(struct forge *f)
{
	(void)snprintf(f->said[OPENING].s.ledger, sizeof(f->said[OPENING].s.ledger),
		       "example.org/other");
	forge_sign(f, OPENING, w->keys[OPERATOR]);
}

static void
open_twice(struct forge *f)
{
	f->said[LAST].events[0] = f->said[OPENING].events[0];
	forge_sign(f, LAST, w->keys[OPERATOR]);
}

static void
go_back_in_time(struct forge *f)
{
	f->said[LAST].at = f->said[TWO].at - 1;
}

static void
go_on_behind_the_end(struct forge *f)
{
	struct forge_event *x = &f->said[TWO].events[0];

	forge_edit(f, TWO, 0, "padding.added", "ledger.closed");
	f->said[TWO].count = 1;
	x->size = strlen(x->bytes);
	forge_sign(f, TWO, w->keys[OPERATOR]);
}

/* %t: the second key, in short; %n: the entry that revokes it. */
static const struct {
	const char *name;
	void (*lie)(struct forge *f);
	enum finding_kind kind;
	const char *field, *expected, *found;	/* NULL: it is true */
} rows[] = {
	{ "signed with a key that was revoked", sign_with_revoked, FINDING_SIGNATURE,
	  "/submission/key", "a live key", "%t, revoked by entry %n" },
	{ "signed with a key that comes later", sign_before_it_is_registered, FINDING_SIGNATURE,
	  "/submission/key", "a key registered earlier in this ledger", "%t" },
	{ "three events counted, two there", count_too_many, FINDING_COUNT, "/event",
	  "an event of the submission before, as its count says",
	  "another submission, 1 events too early" },
	{ "one counted, two there", count_too_few, FINDING_COUNT, "/event",
	  "the entry of a submission", "one event more than its submission counts" },
	{ "two counted, one there, and the end", end_too_early, FINDING_COUNT, "",
	  "all events that the last submission counts", "the end, 1 events too early" },
	{ "opened for another ledger", open_another_ledger, FINDING_SIGNATURE, "/submission/ledger",
	  "example.org/small", "example.org/other" },
	{ "opened twice", open_twice, FINDING_RULE, "/body", "keys that can be read",
	  "a ledger is opened once, by its first event" },
	{ "back in time", go_back_in_time, FINDING_TIME, "/at",
	  "2017-01-01T00:00:00Z or later", "2016-12-31T23:59:59Z" },
	{ "on behind its end", go_on_behind_the_end, FINDING_RULE, "", "what the rules allow",
	  "the ledger is closed: nothing follows ledger.closed" },
	{ "as it was", nothing, FINDING_BYTES, NULL, NULL, NULL },
};

static char *
filled(const char *text, unsigned revoked)
{
	char *ret = arena_string(w->arena, "", 0), key[KEY_ID_TEXT];

	verifier_key_short(signing_key_verifier(second), key);
	for (; *text != '\0'; text++) {
		bool letter = text[0] == '%' && (text[1] == 't' || text[1] == 'n');

		if (!letter)
			ret = arena_printf(w->arena, "%s%c", ret, *text);
		else if (*++text == 't')
			ret = arena_printf(w->arena, "%s%s", ret, key);
		else
			ret = arena_printf(w->arena, "%s%u", ret, revoked);
	}
	return ret;
}

static int
set_up(void **state)
{
	char text[KEY_TEXT];

	if (world_set_up(state) != 0)
		return -1;
	second = world_key("team", 2);
	verifier_key_format(signing_key_verifier(second), text);
	(void)world_addf(w, "key.registered", "{'party':'team','use':'submissions','key':'%s'}", text);
	(void)world_addf(w, "key.revoked", "{'key':'%s'}", text);
	assert_rc(world_send(w, TEAM), RC_OK);
	(void)world_add(w, "padding.added", "{}");
	(void)world_add(w, "padding.added", "{}");
	assert_rc(world_send(w, TEAM), RC_OK);
	(void)world_say(w, CITY, "padding.added", "{}");
	return 0;
}

static int
tear_down(void **state)
{
	signing_key_free(second);
	return world_tear_down(state);
}

static bool
is(const char *what, const char *found, const char *want)
{
	if (strcmp(found, want) == 0)
		return true;
	print_message("# %s: want %s\n# have %s\n", what, want, found);
	return false;
}

static bool
try(size_t i)
{
	struct forge f = { .arena = w->arena, .origin = w->origin, .checkpoint = w->checkpoint };
	char *folder = arena_printf(w->arena, "%s/bundle", w->folder);
	static struct replay_report report;
	struct replay_source *source;
	unsigned revoked;
	bool good;

	forge_read(&f, w->path);
	assert_int_equal(f.count, LAST + 1);
	revoked = (unsigned)forge_entries_before(&f, KEYS) + 2;
	rows[i].lie(&f);
	forge_bundle(&f, folder);
	assert_rc(replay_source_bundle(folder, &source, &w->e), RC_OK);
	assert_rc(replay_from(source, false, &report), rows[i].field == NULL ? RC_OK : RC_NO);
	replay_source_free(source);
	remove_bundle(folder);
	if (rows[i].field == NULL)
		return true;
	good = is(rows[i].name, report.finding.field, rows[i].field);
	good = is(rows[i].name, report.finding.expected, rows[i].expected) && good;
	good = is(rows[i].name, report.finding.found, filled(rows[i].found, revoked)) && good;
	return is(rows[i].name, finding_kind_name(report.finding.kind),
		  finding_kind_name(rows[i].kind)) && good;
}

static void
test_lies(void **state)
{
	bool good = true;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		good = try(i) && good;
	assert_true(good);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lies, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("replay_forged", tests, NULL, NULL);
}
