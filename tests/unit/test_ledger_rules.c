/* test_ledger_rules.c - submissions that are refused whole, and the rules that span several of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "world_test.h"

static void
key_text(const struct signing_key *key, char ret[KEY_TEXT])
{
	verifier_key_format(signing_key_verifier(key), ret);
}

/* Signs what was added under an id and instant of its own, for another origin where one is given. */
static enum rc
send_as(enum world_party party, const char *origin, const char *id, int64_t at)
{
	struct submission_args args = { .ledger = origin, .id = id, .submitted_at = at,
		.key = w->keys[party], .events = w->events, .count = w->event_count };
	struct buf file = { 0 };
	enum rc rc;

	assert_rc(submission_file_make(&args, &file, &w->e), RC_OK);
	w->event_count = 0;
	rc = world_append(w, file.data, file.size);
	buf_free(&file);
	return rc;
}

#define ID "01BX5ZZKBKACTAV9WEVGEMMVRZ"

static void
test_submissions(void **state)
{
	struct signing_key *second = world_key("team", 2);
	struct hash before = world_print(w);
	struct buf file = { 0 };
	char want[400];

	(void)state;
	enrol(1, "2017-02-01");
	(void)snprintf(want, sizeof(want), "/key: expected a key registered earlier in this ledger, "
		       "found team+%08x: register it first", signing_key_verifier(second)->id);
	assert_refused(world_send_key(w, second), want);
	enrol(1, "2017-02-01");
	assert_refused(send_as(TEAM, "example.org/other", ID, w->now), "/ledger: expected "
		     "example.org/small, this ledger's origin, found example.org/other: it was signed "
		     "for another ledger");
	enrol(1, "2017-02-01");
	assert_refused(send_as(TEAM, w->origin, ID, w->now + 301), "expected at most 5 minutes ahead of "
		     "the ledger's clock, 2017-01-01T00:00:00Z, found 2017-01-01T00:05:01Z: set the "
		     "clock right and sign again");
	enrol(1, "2017-02-01");
	world_file(w, w->keys[TEAM], &file);
	file.data[strcspn(file.data, "\n") - 4] ^= 1;	/* second of submitted_at: signed too */
	(void)snprintf(want, sizeof(want), "/signature: does not verify under team+%08x: sign it again "
		       "with that key", signing_key_verifier(w->keys[TEAM])->id);
	assert_refused(world_append(w, file.data, file.size), want);
	enrol(1, "2017-02-01");
	assert_refused(world_append(w, "{}\n", 3), "line 1: byte 0: expected {\"count\":a whole number "
		     "from 1, found {}");
	w->event_count = 0;
	assert_true(hash_equal(world_print(w), before));
	signing_key_free(second);
	buf_free(&file);
}

/* An id belongs to one count and root; an event is recorded once. */
static void
test_once(void **state)
{
	struct hash before;
	struct event_bytes event;
	char want[200];

	(void)state;
	enrol(1, "2017-02-01");
	event = w->events[0];
	assert_rc(send_as(TEAM, w->origin, ID, w->now), RC_OK);
	before = world_print(w);
	enrol(2, "2017-02-01");
	(void)snprintf(want, sizeof(want), "/submission_id: " ID " was used by team before, for entry "
		       "%u: draw a new one", (unsigned)w->result.seq);
	assert_refused(send_as(TEAM, w->origin, ID, w->now), want);
	w->events[w->event_count++] = event;
	(void)snprintf(want, sizeof(want), "event 1: is in this ledger already, as entry %u: leave it "
		       "out", (unsigned)w->result.seq + 1);
	assert_refused(world_send(w, TEAM), want);
	assert_true(hash_equal(world_print(w), before));
	(void)world_add(w, "padding.added", "{}");
	assert_rc(send_as(CITY, w->origin, ID, w->now), RC_OK);	/* ids are a party's own */
}

/* Every error of a file is listed, with its line; nothing of it is recorded. */
static void
test_all_errors(void **state)
{
	struct hash before = world_print(w);

	(void)state;
	enrol(1, "2017-02-01");
	enrol(1, "2017-02-01");
	enrol(2, "2017-02-01");
	(void)world_add(w, "party.registered", "{'party':'nobody'}");
	(void)world_addf(w, "participant.exited", "{'contract':'%s','on':'2017-02-01','participant':"
			 "'%s'}", w->contract_hex, world_person(3));
	assert_rc(world_send(w, TEAM), RC_REFUSED);
	assert_int_equal(w->f.errors, 3);
	assert_int_equal(w->f.items[0].line, 3);	/* the second event */
	assert_int_equal(w->f.items[1].line, 5);
	assert_int_equal(w->f.items[2].line, 6);
	assert_string_equal(w->f.items[2].pointer, "/body/participant");
	assert_true(hash_equal(world_print(w), before));
}

/* A retraction frees the natural key, a correction moves it. */
static void
test_natural_keys(void **state)
{
	struct hash first, moved;

	(void)state;
	enrol(1, "2017-02-01");
	assert_rc(world_send(w, TEAM), RC_OK);
	first = world_addf(w, "milestone.reached", "{'contract':'%s','kind':'mapping','on':"
			   "'2017-03-01','participant':'%s'}", w->contract_hex, world_person(1));
	assert_rc(world_send(w, TEAM), RC_OK);
	moved = world_addf(w, "event.corrected", "{'body':{'contract':'%s','kind':'mapping','on':"
			   "'2017-03-02','participant':'%s'},'contract':'%s','event':'%s'}",
			   w->contract_hex, world_person(1), w->contract_hex, world_hex(w, first));
	assert_rc(world_send(w, TEAM), RC_OK);
	milestone(1, "mapping", "2017-03-02");
	assert_rc(world_send(w, TEAM), RC_REFUSED);
	milestone(1, "mapping", "2017-03-01");
	assert_rc(world_send(w, TEAM), RC_OK);		/* the first key is free again */
	(void)world_addf(w, "event.retracted", "{'contract':'%s','event':'%s'}", w->contract_hex,
			 world_hex(w, moved));
	milestone(1, "mapping", "2017-03-02");
	assert_rc(world_send(w, TEAM), RC_OK);		/* and so is the second */
}

static void
test_record_until(void **state)
{
	struct hash paid;

	(void)state;
	enrol(1, "2017-02-01");
	assert_rc(world_send(w, TEAM), RC_OK);
	w->now = 1585695599;	/* 2020-03-31T22:59:59Z: still the last day at +01:00 */
	milestone(1, "a", "2017-03-01");
	assert_rc(world_send(w, TEAM), RC_OK);
	w->now++;
	milestone(1, "b", "2017-03-01");
	assert_refused(world_send(w, TEAM), "event 1: expected to be recorded on or before record_until, "
		     "2020-03-31, found 2020-04-01: from then on only a decided dispute changes an "
		     "amount");
	paid = world_say(w, CITY, "payment.made", "{'amount':2,'contract':'%C','on':'2020-04-01',"
			 "'payee':'team','ref':'a','unit':'SEK'}");	/* payments go on */
	(void)world_addf(w, "event.retracted", "{'contract':'%s','event':'%s'}", w->contract_hex,
			 world_hex(w, paid));
	assert_rc(world_send(w, CITY), RC_OK);
}

/* In force once the receiver and then the holder have sent it. */
static void
test_transfer(void **state)
{
	static const char body[] = "{'contract':'%%C','on':'2017-05-01','participant':'%s',"
		"'to':'second_team'}";
	char transfer[200];

	(void)state;
	enrol(1, "2017-02-01");
	assert_rc(world_send(w, TEAM), RC_OK);
	(void)snprintf(transfer, sizeof(transfer), body, world_person(1));
	(void)world_say(w, SECOND_TEAM, "participant.transferred", transfer);
	milestone(1, "a", "2017-05-02");
	assert_rc(world_send(w, SECOND_TEAM), RC_REFUSED);
	(void)world_say(w, TEAM, "participant.transferred", transfer);
	milestone(1, "a", "2017-05-02");
	assert_rc(world_send(w, SECOND_TEAM), RC_OK);
	milestone(1, "b", "2017-05-02");
	assert_rc(world_send(w, TEAM), RC_OK);	/* about the time when it held the person */
}

/* Revoked by position; a party's next key comes from itself; a lost one is recovered. */
static void
test_keys(void **state)
{
	struct signing_key *second = world_key("team", 2), *third = world_key("team", 3);
	char one[KEY_TEXT], two[KEY_TEXT], three[KEY_TEXT], want[300];

	(void)state;
	key_text(w->keys[TEAM], one);
	key_text(second, two);
	key_text(third, three);
	(void)world_addf(w, "key.registered", "{'key':'%s','party':'team','use':'submissions'}", two);
	assert_rc(world_send(w, TEAM), RC_OK);
	(void)world_addf(w, "key.revoked", "{'key':'%s','reason':'replaced'}", one);
	assert_rc(world_send_key(w, second), RC_OK);
	(void)world_add(w, "padding.added", "{}");
	(void)snprintf(want, sizeof(want), "/key: expected a live key, found team+%08x, revoked by entry "
		       "%u: sign with another", signing_key_verifier(w->keys[TEAM])->id,
		       (unsigned)w->result.seq + 1);
	assert_refused(world_send(w, TEAM), want);
	(void)world_addf(w, "key.revoked", "{'key':'%s','reason':'lost'}", two);
	(void)world_addf(w, "key.registered", "{'key':'%s','party':'team','recovery':true,'use':"
			 "'submissions'}", three);
	assert_rc(world_send(w, OPERATOR), RC_OK);
	enrol(1, "2017-02-01");
	(void)snprintf(want, sizeof(want), "event 1: /body/contract: team+%08x is a recovered key: it "
		       "signs nothing under this contract until another signatory sends "
		       "key.confirmed", signing_key_verifier(third)->id);
	assert_refused(world_send_key(w, third), want);
	(void)world_addf(w, "key.confirmed", "{'contract':'%s','key':'%s'}", w->contract_hex, three);
	assert_rc(world_send_key(w, third), RC_REFUSED);	/* not for itself */
	(void)world_addf(w, "key.confirmed", "{'contract':'%s','key':'%s'}", w->contract_hex, three);
	assert_refused(world_send(w, JUDGE), "event 1: key.confirmed is sent by a signatory of the "
		     "contract, found judge");
	(void)world_addf(w, "key.confirmed", "{'contract':'%s','key':'%s'}", w->contract_hex, three);
	assert_rc(world_send(w, CITY), RC_OK);
	enrol(1, "2017-02-01");
	assert_rc(world_send_key(w, third), RC_OK);
	signing_key_free(second);
	signing_key_free(third);
}

static enum rc
append_with(const struct signing_key *const *keys, size_t count)
{
	struct append_args args = { .now = w->now, .checkpoint_keys = keys,
				    .checkpoint_key_count = count };
	struct buf file = { 0 };
	enum rc rc;

	world_file(w, w->keys[OPERATOR], &file);
	args.bytes = file.data;
	args.size = file.size;
	rc = ledger_append(w->l, &args, &w->f, &w->receipt, &w->result, &w->e);
	buf_free(&file);
	return rc;
}

/* The first checkpoint that covers a new checkpoint key carries the old key's signature too. */
static void
test_checkpoint_keys(void **state)
{
	struct signing_key *next = world_key(w->origin, 2);
	const struct signing_key *old[] = { w->checkpoint }, *both[] = { w->checkpoint, next };
	const struct signing_key *new[] = { next }, *none[] = { w->keys[OPERATOR] };
	struct hash before = world_print(w);
	char text[KEY_TEXT], first[KEY_TEXT], want[200];

	(void)state;
	key_text(next, text);
	key_text(w->checkpoint, first);
	(void)world_addf(w, "key.registered", "{'key':'%s','party':'operator','use':'checkpoints'}",
			 text);
	assert_refused(append_with(old, 1), "the first checkpoint that covers a new checkpoint key is "
		     "signed by the old key and the new one: name both");
	(void)world_add(w, "padding.added", "{}");
	(void)snprintf(want, sizeof(want), "operator+%08x is no checkpoint key of this ledger: name the "
		       "operator's checkpoint key", signing_key_verifier(none[0])->id);
	assert_refused(append_with(none, 1), want);
	assert_true(hash_equal(world_print(w), before));
	(void)world_addf(w, "key.registered", "{'key':'%s','party':'operator','use':'checkpoints'}",
			 text);
	assert_rc(append_with(both, 2), RC_OK);
	(void)world_addf(w, "key.revoked", "{'key':'%s'}", first);
	assert_refused(append_with(old, 1), "expected a live checkpoint key to sign with, found none");
	(void)world_addf(w, "key.revoked", "{'key':'%s'}", first);
	assert_rc(append_with(new, 1), RC_OK);
	signing_key_free(next);
}

static void
want_unconfirmed(const struct signing_key *key)
{
	char want[300];

	enrol(1, "2017-02-01");
	(void)snprintf(want, sizeof(want), "event 1: /body/contract: team+%08x is a recovered key: it "
		       "signs nothing under this contract until another signatory sends "
		       "key.confirmed", signing_key_verifier(key)->id);
	assert_refused(world_send_key(w, key), want);
}

static void
confirm(const struct signing_key *key)
{
	char text[KEY_TEXT];

	key_text(key, text);
	(void)world_addf(w, "key.confirmed", "{'contract':'%s','key':'%s'}", w->contract_hex, text);
	assert_rc(world_send(w, CITY), RC_OK);
}

/* The state is read anew, from its cache. */
static void
reopen(void)
{
	ledger_close(w->l);
	w->l = NULL;
	assert_rc(ledger_append_open(w->path, &w->l, &w->e), RC_OK);
}

/* The operator alone cannot speak for a party that lost its keys: neither by an amendment that
 * lists the key which it recovered, nor by a further key that is registered under that. */
static void
test_recovered_alone(void **state)
{
	struct signing_key *second = world_key("team", 2), *third = world_key("team", 3);
	struct signing_key *fourth = world_key("team", 4);
	struct buf body = { 0 };
	char one[KEY_TEXT], text[KEY_TEXT], sign[200];
	struct hash version;

	(void)state;
	key_text(w->keys[TEAM], one);
	key_text(second, text);
	(void)world_addf(w, "key.revoked", "{'key':'%s','reason':'lost'}", one);
	(void)world_addf(w, "key.registered", "{'key':'%s','party':'team','recovery':true,'use':"
			 "'submissions'}", text);
	assert_rc(world_send(w, OPERATOR), RC_OK);
	amendment(world_terms(), "2018-01-01", second, &body);
	version = world_say(w, OPERATOR, "contract.amended", body.data);
	want_unconfirmed(second);
	key_text(third, text);
	(void)world_addf(w, "key.registered", "{'key':'%s','party':'team','use':'submissions'}", text);
	assert_rc(world_send_key(w, second), RC_OK);
	want_unconfirmed(third);
	reopen();
	want_unconfirmed(third);
	/* Who signs what lists the key vouches for it, and for no other. */
	(void)snprintf(sign, sizeof(sign), "{'contract':'%%C','version':'%s'}", world_hex(w, version));
	(void)world_say(w, CITY, "contract.signed", sign);
	enrol(1, "2017-02-01");
	assert_rc(world_send_key(w, second), RC_OK);
	want_unconfirmed(third);
	/* What a confirmed key registers is as good as itself. */
	key_text(fourth, text);
	(void)world_addf(w, "key.registered", "{'key':'%s','party':'team','use':'submissions'}", text);
	assert_rc(world_send_key(w, second), RC_OK);
	reopen();
	enrol(2, "2017-02-01");
	assert_rc(world_send_key(w, fourth), RC_OK);
	want_unconfirmed(third);
	confirm(third);
	enrol(3, "2017-02-01");
	assert_rc(world_send_key(w, third), RC_OK);
	buf_free(&body);
	signing_key_free(second);
	signing_key_free(third);
	signing_key_free(fourth);
}

/* Only one of two amendments that replace the same version comes into force. */
static void
test_amendments(void **state)
{
	struct hash one, two;
	struct buf body = { 0 };
	char sign[200], want[200];

	(void)state;
	amendment(world_terms(), "2018-01-01", w->keys[TEAM], &body);
	one = world_say(w, OPERATOR, "contract.amended", body.data);
	two = world_say(w, OPERATOR, "contract.amended", body.data);
	(void)snprintf(sign, sizeof(sign), "{'contract':'%%C','version':'%s'}", world_hex(w, one));
	(void)world_say(w, CITY, "contract.signed", sign);
	(void)world_say(w, TEAM, "contract.signed", sign);
	assert_true(hash_equal(state_contract(ledger_state(w->l), w->contract)->current->digest,
			       w->contract));
	(void)world_say(w, SECOND_TEAM, "contract.signed", sign);
	assert_true(hash_equal(state_contract(ledger_state(w->l), w->contract)->current->digest, one));
	(void)snprintf(sign, sizeof(sign), "{'contract':'%%C','version':'%s'}", world_hex(w, two));
	(void)world_add(w, "contract.signed", sign);
	assert_rc(world_send(w, CITY), RC_CONFLICT);
	assert_string_equal(w->e.text, "event 1: /body/version: the version that it replaces is no "
			    "longer in force: another amendment came first");
	(void)world_add(w, "contract.amended", body.data);
	assert_rc(world_send(w, OPERATOR), RC_CONFLICT);
	(void)snprintf(want, sizeof(want), "event 1: /body/replaces: expected the version now in force, "
		       "%s: another amendment came first", world_hex(w, one));
	assert_string_equal(w->e.text, want);
	buf_free(&body);
}

/* All signatories name the same day; then nobody is enrolled after it. */
static void
test_termination(void **state)
{
	static const char body[] = "{'contract':'%C','on':'2017-06-30'}";

	(void)state;
	(void)world_say(w, CITY, "contract.terminated", body);
	(void)world_say(w, TEAM, "contract.terminated", body);
	assert_false(state_contract(ledger_state(w->l), w->contract)->terminated);
	enrol(1, "2017-07-01");
	assert_rc(world_send(w, TEAM), RC_OK);
	(void)world_say(w, SECOND_TEAM, "contract.terminated", body);
	assert_true(state_contract(ledger_state(w->l), w->contract)->terminated);
	enrol(2, "2017-07-01");
	assert_refused(world_send(w, TEAM), "event 1: /body: expected a day on or before 2017-06-30, as "
		     "the contract ended, found 2017-07-01");
	enrol(2, "2017-06-30");
	assert_rc(world_send(w, TEAM), RC_OK);
	(void)world_add(w, "contract.terminated", body);
	assert_refused(world_send(w, CITY), "event 1: the contract ended on 2017-06-30 already");
}

static void
test_closed(void **state)
{
	struct hash before;

	(void)state;
	(void)world_say(w, OPERATOR, "ledger.closed", "{}");
	before = world_print(w);
	(void)world_add(w, "padding.added", "{}");
	assert_refused(world_send(w, TEAM), "the ledger is closed: nothing follows ledger.closed");
	assert_true(hash_equal(world_print(w), before));
}

/* A ledger that is refused its opening leaves no file. */
static void
test_opening(void **state)
{
	const struct signing_key *keys[] = { w->checkpoint };
	struct append_args args = { .now = w->now, .checkpoint_keys = keys, .checkpoint_key_count = 1 };
	struct ledger *l = NULL;
	struct buf file = { 0 };
	char path[100];
	FILE *f;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/other.db", w->folder);
	(void)world_add(w, "padding.added", "{}");
	world_file(w, w->keys[OPERATOR], &file);
	args.bytes = file.data;
	args.size = file.size;
	assert_refused(ledger_append_first(path, &args, &w->f, &w->receipt, &l, &w->e),
		     "expected ledger.opened as the ledger's first event");
	f = fopen(path, "rb");
	assert_null(f);
	buf_free(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_submissions, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_once, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_all_errors, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_natural_keys, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_record_until, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_transfer, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_keys, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_recovered_alone, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_checkpoint_keys, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_amendments, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_termination, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_closed, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_opening, world_set_up, world_tear_down),
	};

	return cmocka_run_group_tests_name("ledger rules", tests, NULL, NULL);
}
