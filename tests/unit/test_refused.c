/* test_refused.c - what needs a ledger of its own to be refused: openings, keys, one's own word.
 *
 * Each refusal has its words, and the ledger is byte for byte what it was before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "world_test.h"

/* Signs and sends what was added: refused with this text, nothing is left of it. */
static void
refused(const struct signing_key *key, enum rc want, const char *text)
{
	struct hash before = world_print(w);

	assert_rc(world_send_key(w, key), want);
	assert_string_equal(w->e.text, text);
	assert_true(hash_equal(world_print(w), before));
}

static const char *
text_of(const struct signing_key *key)
{
	char *ret = arena_alloc(w->arena, KEY_TEXT);

	verifier_key_format(signing_key_verifier(key), ret);
	return ret;
}

/* ---- the opening ---- */

static struct signing_key *
same_key_named(const char *name)
{
	static const uint8_t seed[32] = { 7 };
	struct signing_key *ret;

	assert_rc(signing_key_from_seed(name, KEY_ED25519, seed, &ret, &w->e), RC_OK);
	return ret;
}

/* The first submission says who operates the ledger and is signed by the key that it names. */
static void
test_opening(void **state)
{
	struct signing_key *other = world_key("other", 1), *boss = world_key("operator", 9);
	struct signing_key *twin = same_key_named(w->origin), *first = same_key_named("operator");
	const struct {
		const char *origin, *operator;
		const struct signing_key *named, *checkpoint, *signer;
		const char *text;
	} rows[] = {
		{ "example.org/small", "operator", w->keys[OPERATOR], w->checkpoint, boss,
		  arena_printf(w->arena, "/key: expected operator+%08x, the operator_key of its own "
			       "ledger.opened, found operator+%08x",
			       signing_key_verifier(w->keys[OPERATOR])->id,
			       signing_key_verifier(boss)->id) },
		{ "example.org/large", "operator", w->keys[OPERATOR], w->checkpoint, w->keys[OPERATOR],
		  "event 1: /body/origin: expected example.org/small, as the submission says, found "
		  "example.org/large" },
		{ "example.org/small", "boss", w->keys[OPERATOR], w->checkpoint, w->keys[OPERATOR],
		  "event 1: /body/operator_key: expected a key named boss, as its party, found "
		  "operator" },
		{ "example.org/small", "operator", w->keys[OPERATOR], other, w->keys[OPERATOR],
		  "event 1: /body/checkpoint_key: expected a key named example.org/small, as the "
		  "origin, found other" },
		{ "example.org/small", "operator", first, twin, first,
		  "event 1: /body/checkpoint_key: expected a public key of its own, found that of "
		  "operator_key: one key, one use" },
	};
	const struct signing_key *signers[] = { w->checkpoint };
	struct append_args args = { .now = w->now, .checkpoint_keys = signers,
				    .checkpoint_key_count = 1 };
	char *path = arena_printf(w->arena, "%s/other.db", w->folder);
	struct ledger *l = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf file = { 0 };

		(void)world_addf(w, "ledger.opened", "{'origin':'%s','operator':'%s','operator_key':"
				 "'%s','checkpoint_key':'%s','format':1}", rows[i].origin,
				 rows[i].operator, text_of(rows[i].named), text_of(rows[i].checkpoint));
		world_file(w, rows[i].signer, &file);
		args.bytes = file.data;
		args.size = file.size;
		w->f = (struct findings){ .arena = w->arena };
		assert_rc(ledger_append_first(path, &args, &w->f, &w->receipt, &l, &w->e), RC_REFUSED);
		assert_string_equal(w->e.text, rows[i].text);
		assert_int_not_equal(access(path, F_OK), 0);
		buf_free(&file);
	}
	signing_key_free(other);
	signing_key_free(boss);
	signing_key_free(twin);
	signing_key_free(first);
}

/* ---- the clock ---- */

/* 31 days behind the last entry it is believed; a second more asks for a confirmation. A simulated
 * ledger's clock is whatever it is. */
static void
test_clock(void **state)
{
	static const struct { int64_t later; bool confirmed; const char *text; } rows[] = {
		{ 31 * 86400 + 1, false, "the clock says 2017-02-01T00:00:01Z, more than 31 days past "
		  "the last entry, 2017-01-01T00:00:00Z: confirm that it is right" },
		{ 31 * 86400, false, NULL },
		{ 400 * 86400, true, NULL },
	};
	const struct signing_key *signers[] = { w->checkpoint };
	struct append_args args = { .now = w->now, .checkpoint_keys = signers,
				    .checkpoint_key_count = 1 };
	char *path = arena_printf(w->arena, "%s/other.db", w->folder);
	struct buf file = { 0 };
	struct ledger *l;

	(void)state;
	w->f = (struct findings){ .arena = w->arena };
	(void)world_addf(w, "ledger.opened", "{'origin':'%s','operator':'operator','operator_key':'%s',"
			 "'checkpoint_key':'%s','format':1}", w->origin, text_of(w->keys[OPERATOR]),
			 text_of(w->checkpoint));
	world_file(w, w->keys[OPERATOR], &file);
	args.bytes = file.data;
	args.size = file.size;
	assert_rc(ledger_append_first(path, &args, &w->f, &w->receipt, &l, &w->e), RC_OK);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct append_result result;

		buf_clear(&file);
		w->f = (struct findings){ .arena = w->arena };
		(void)world_add(w, "padding.added", "{}");
		world_file(w, w->keys[OPERATOR], &file);
		args.bytes = file.data;
		args.size = file.size;
		args.now = w->now + rows[i].later;
		args.clock_confirmed = rows[i].confirmed;
		assert_rc(ledger_append(l, &args, &w->f, &w->receipt, &result, &w->e),
			  rows[i].text == NULL ? RC_OK : RC_REFUSED);
		if (rows[i].text != NULL)
			assert_string_equal(w->e.text, rows[i].text);
	}
	ledger_close(l);
	(void)unlink(path);
	(void)unlink(arena_printf(w->arena, "%s-wal", path));
	(void)unlink(arena_printf(w->arena, "%s-shm", path));
	buf_free(&file);
}

/* ---- keys ---- */

static void
test_keys(void **state)
{
	struct signing_key *tokens = world_key("team", 5), *lost = world_key("team", 6);
	struct signing_key *back = world_key("team", 7);
	char *confirm = arena_printf(w->arena, "{'contract':'%s','key':'%s'}", w->contract_hex,
				     text_of(back));

	(void)state;
	(void)world_addf(w, "key.registered", "{'key':'%s','party':'team','use':'tokens'}",
			 text_of(tokens));
	assert_rc(world_send(w, TEAM), RC_OK);
	(void)world_add(w, "padding.added", "{}");
	refused(tokens, RC_REFUSED, arena_printf(w->arena, "/key: expected a key for submissions, "
			"found team+%08x, a key for tokens", signing_key_verifier(tokens)->id));
	(void)world_addf(w, "key.registered", "{'key':'%s','party':'team','use':'submissions'}",
			 text_of(lost));
	assert_rc(world_send(w, TEAM), RC_OK);
	(void)world_addf(w, "key.revoked", "{'key':'%s'}", text_of(lost));
	assert_rc(world_send(w, TEAM), RC_OK);
	(void)world_addf(w, "key.revoked", "{'key':'%s'}", text_of(lost));
	refused(w->keys[TEAM], RC_REFUSED, arena_printf(w->arena, "event 1: /body/key: this key is "
			"revoked already, by entry %u", (unsigned)w->result.seq + 1));
	(void)world_addf(w, "key.revoked", "{'key':'%s'}", text_of(w->keys[TEAM]));
	(void)world_addf(w, "key.registered", "{'key':'%s','party':'team','recovery':true,'use':"
			 "'submissions'}", text_of(back));
	assert_rc(world_send(w, OPERATOR), RC_OK);
	(void)world_add(w, "key.confirmed", confirm);
	refused(back, RC_REFUSED, arena_printf(w->arena, "event 1: /body/contract: team+%08x is a "
			"recovered key: it signs nothing under this contract until another signatory "
			"sends key.confirmed", signing_key_verifier(back)->id));
	(void)world_add(w, "key.confirmed", confirm);
	assert_rc(world_send(w, CITY), RC_OK);
	(void)world_add(w, "key.confirmed", confirm);
	refused(w->keys[CITY], RC_REFUSED, "event 1: /body/key: this key is confirmed for this contract "
		"already");
	(void)world_add(w, "key.confirmed", confirm);
	refused(back, RC_REFUSED, "event 1: key.confirmed is sent by another signatory than the key's "
		"own party, team");
	signing_key_free(tokens);
	signing_key_free(lost);
	signing_key_free(back);
}

/* contract.proposed lists each party of the terms with its live keys for submissions. */
static void
test_parties(void **state)
{
	static const int sorted[] = { CITY, JUDGE, REGISTER, SECOND_TEAM, TEAM };
	struct signing_key *tokens = world_key("city", 5), *old = world_key("city", 6);
	struct signing_key *unknown = world_key("city", 7);
	const struct {
		const char *city, *party, *text;	/* in place of city's key and name */
	} rows[] = {
		{ text_of(tokens), "city", "/body/parties/0/keys/0: expected a key for submissions, "
		  "found one for tokens" },
		{ text_of(old), "city", "/body/parties/0/keys/0: expected a live key, found one revoked "
		  "by entry %u" },
		{ text_of(unknown), "city", "/body/parties/0/keys/0: expected a key registered in this "
		  "ledger, found %s" },
		{ text_of(w->keys[TEAM]), "city", "/body/parties/0/keys/0: expected a key of city, "
		  "found one of team" },
		{ text_of(w->keys[CITY]), "borough", "/body/parties/0/party: expected a party of the "
		  "terms, found borough" },
	};
	unsigned revoked;

	(void)state;
	(void)world_addf(w, "key.registered", "{'key':'%s','party':'city','use':'tokens'}",
			 text_of(tokens));
	(void)world_addf(w, "key.registered", "{'key':'%s','party':'city','use':'submissions'}",
			 text_of(old));
	(void)world_addf(w, "key.revoked", "{'key':'%s'}", text_of(old));
	assert_rc(world_send(w, CITY), RC_OK);
	revoked = (unsigned)w->result.seq + 3;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf parties = { 0 };
		const char *want = rows[i].text;

		for (size_t k = 0; k < 5; k++)
			buf_printf(&parties, "%s{'party':'%s','keys':['%s']}", k == 0 ? "" : ",",
				   k == 0 ? rows[i].party : world_names[sorted[k]],
				   k == 0 ? rows[i].city : text_of(w->keys[sorted[k]]));
		(void)world_addf(w, "contract.proposed", "{'parties':[%s],'terms':%s}", parties.data,
				 world_terms());
		if (strstr(want, "entry %u") != NULL)
			want = replaced(want, "%u", arena_printf(w->arena, "%u", revoked));
		if (strstr(want, "%s") != NULL)
			want = replaced(want, "%s", rows[i].city);
		refused(w->keys[OPERATOR], RC_REFUSED, arena_printf(w->arena, "event 1: %s", want));
		buf_free(&parties);
	}
	signing_key_free(tokens);
	signing_key_free(old);
	signing_key_free(unknown);
}

/* ---- one's own word ---- */

/* The judge is a source and the funder a resolver: the terms allow neither to decide on its own. */
static int
own_word(void **state)
{
	(void)state;
	w = malloc(sizeof(*w));
	if (w == NULL)
		abort();
	world_open(w);
	w->terms = replaced(world_terms(), "'judge':{'roles':['verifier','resolver']}",
			    "'judge':{'roles':['verifier'],'source':['milestone.reached']}");
	w->terms = replaced(w->terms, "'city':{'roles':['funder']}",
			    "'city':{'roles':['funder','resolver']}");
	w->terms = replaced(w->terms, "'register':{'roles':['source']",
			    "'register':{'roles':['source','provider']");
	world_contract(w);
	(void)world_say(w, REGISTER, "contract.signed", "{'contract':'%C','version':'%C'}");
	return 0;
}

static void
test_own_word(void **state)
{
	struct statement s;
	struct event line;
	struct hash start = place_by(TEAM, 1, "2017-02-10"), own, dispute;

	(void)state;
	own = world_say(w, JUDGE, "milestone.reached", arena_printf(w->arena, "{'contract':'%%C',"
			"'kind':'plan','on':'2017-02-11','participant':'%s'}", world_person(1)));
	(void)world_addf(w, "claim.attested", "{'contract':'%s','events':['%s'],'method':'letter',"
			 "'verdict':'accepted'}", w->contract_hex, world_hex(w, own));
	refused(w->keys[JUDGE], RC_REFUSED, "event 1: /body/events/0: judge sent this event itself: "
		"nobody attests its own unless the terms say so");
	(void)world_addf(w, "participant.transferred", "{'contract':'%s','on':'2017-03-01',"
			 "'participant':'%s','to':'second_team'}", w->contract_hex, world_person(1));
	refused(w->keys[REGISTER], RC_REFUSED, "event 1: participant.transferred is sent by the "
		"receiver or the present holder, found register");
	attest(start, "accepted");
	w->now = 1492300800;
	assert_rc(settle_next(&s), RC_OK);
	assert_rc(ledger_event(w->l, s.first, w->arena, &line, &w->e), RC_OK);
	(void)world_addf(w, "settlement.approved", "{'contract':'%s','statement':'%s'}",
			 w->contract_hex, world_hex(w, s.issued));
	assert_rc(world_send(w, CITY), RC_OK);
	(void)world_addf(w, "settlement.approved", "{'contract':'%s','statement':'%s'}",
			 w->contract_hex, world_hex(w, s.issued));
	refused(w->keys[CITY], RC_REFUSED, "event 1: /body/statement: city has approved statement 1 "
		"already");
	dispute = world_say(w, TEAM, "dispute.opened", arena_printf(w->arena, "{'contract':'%%C',"
			    "'line':'%s','reason':'wrong'}", world_hex(w, line.digest)));
	(void)world_addf(w, "dispute.resolved", "{'contract':'%s','dispute':'%s','stands':true}",
			 w->contract_hex, world_hex(w, dispute));
	refused(w->keys[CITY], RC_REFUSED, "event 1: /body/dispute: city is party to this dispute: "
		"nobody resolves its own unless the terms say so");
}

/* ---- sites ---- */

/* Each team is bound to a site of its own. */
static int
own_sites(void **state)
{
	(void)state;
	w = malloc(sizeof(*w));
	if (w == NULL)
		abort();
	world_open(w);
	w->terms = replaced(world_terms(), "'team':{'roles':['provider']}",
			    "'team':{'roles':['provider'],'sites':['north']}");
	w->terms = replaced(w->terms, "'second_team':{'roles':['provider']}",
			    "'second_team':{'roles':['provider'],'sites':['south']}");
	world_contract(w);
	return 0;
}

static void
move(const char *site)
{
	(void)world_addf(w, "participant.transferred", "{'contract':'%s','on':'2017-05-01',"
			 "'participant':'%s'%s,'to':'second_team'}", w->contract_hex,
			 world_person(1), site);
}

static void
not_at_north(void)
{
	char want[200];

	(void)snprintf(want, sizeof(want), "event 1: /body/participant: %s is at north: expected a "
		       "party that the terms give this site, found second_team", world_person(1));
	refused(w->keys[SECOND_TEAM], RC_REFUSED, want);
}

/* A site is spoken for by who has it; where somebody moves to is what the receiver says. */
static void
test_sites(void **state)
{
	(void)state;
	(void)world_addf(w, "participant.enrolled", "{'contract':'%s','on':'2017-02-01',"
			 "'participant':'%s','site':'south'}", w->contract_hex, world_person(1));
	refused(w->keys[TEAM], RC_REFUSED, "event 1: /body/site: expected a site that the terms give "
		"team, found south");
	(void)world_addf(w, "participant.enrolled", "{'contract':'%s','on':'2017-02-01',"
			 "'participant':'%s','site':'north'}", w->contract_hex, world_person(1));
	assert_rc(world_send(w, TEAM), RC_OK);
	move("");
	not_at_north();
	move(",'site':'south'");
	assert_rc(world_send(w, SECOND_TEAM), RC_OK);
	milestone(1, "a", "2017-05-02");
	not_at_north();
	move("");
	assert_rc(world_send(w, TEAM), RC_OK);
	milestone(1, "a", "2017-05-02");
	assert_rc(world_send(w, SECOND_TEAM), RC_OK);
	milestone(1, "b", "2017-04-28");
	assert_rc(world_send(w, TEAM), RC_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_opening, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_clock, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_keys, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_parties, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_own_word, own_word, world_tear_down),
		cmocka_unit_test_setup_teardown(test_sites, own_sites, world_tear_down),
	};

	return cmocka_run_group_tests_name("refused", tests, NULL, NULL);
}
