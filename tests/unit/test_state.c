/* test_state.c - what nobody may say: each refusal with its own words, and nothing left behind.
 *
 * One ledger serves all cases: a refusal changes nothing, so the next case finds the same state.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "world.h"

static struct world *w;
static struct hash unsigned_one, unknown, enrolled, spell, earnings, corrected, retracted, spell_gone;
static struct hash line, open_dispute, done_dispute, retraction, issued;
static char team_key[KEY_TEXT], second_key[KEY_TEXT], stranger_key[KEY_TEXT], fresh_key[KEY_TEXT];
static char checkpoint_key[KEY_TEXT], operator_key[KEY_TEXT], team_short[KEY_ID_TEXT];
static char enrolled_at[24], corrected_at[24], retracted_at[24], disputed_at[24], resolved_at[24];
static char pair[64];

/* %E and the like in a body stand for these digests and keys. */
static const struct name {
	char letter;
	const struct hash *digest;
	const char *text;
} names[] = {
	{ 'E', &enrolled, NULL }, { 'S', &spell, NULL }, { 'M', &earnings, NULL },
	{ 'H', &corrected, NULL }, { 'R', &retracted, NULL }, { 'G', &spell_gone, NULL },
	{ 'L', &line, NULL }, { 'D', &open_dispute, NULL }, { 'I', &issued, NULL },
	{ 'W', &unsigned_one, NULL }, { 'U', &unknown, NULL },
	{ 'Q', &done_dispute, NULL }, { 'Z', &retraction, NULL },
	{ 'K', NULL, team_key }, { 'N', NULL, stranger_key }, { 'P', NULL, checkpoint_key },
	{ 'T', NULL, second_key }, { 'V', NULL, fresh_key }, { 'O', NULL, operator_key },
	{ 'k', NULL, team_short }, { 'e', NULL, enrolled_at }, { 'h', NULL, corrected_at },
	{ 'r', NULL, retracted_at }, { 'd', NULL, disputed_at }, { 'q', NULL, resolved_at },
	{ 'j', NULL, pair },
};

/* Entry that holds the event. */
static void
place_of(struct hash digest, char ret[24])
{
	struct event_record r;

	assert_int_equal(state_find(ledger_state(w->l), digest, &r, &w->e), RC_OK);
	(void)snprintf(ret, 24, "%u", (unsigned)r.seq);
}

/* Replaces %C by the contract, %1 to %9 by pseudonyms, and the names above. */
static char *
fill(const char *text)
{
	struct buf b = { 0 };
	char *ret;

	for (const char *p = text; *p != '\0'; p++) {
		bool known = false;

		if (*p != '%') {
			buf_byte(&b, *p);
			continue;
		}
		p++;
		if (*p == 'C') {
			buf_text(&b, w->contract_hex);
			continue;
		}
		if (*p >= '1' && *p <= '9') {
			buf_text(&b, world_person((unsigned)(*p - '0')));
			continue;
		}
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			if (names[i].letter != *p)
				continue;
			known = true;
			buf_text(&b, names[i].text != NULL ? names[i].text :
				 world_hex(w, *names[i].digest));
		}
		assert_true(known);
	}
	ret = arena_string(w->arena, b.data, b.size);
	buf_free(&b);
	return ret;
}

static struct hash
say(enum world_party party, const char *type, const char *body)
{
	return world_say(w, party, type, fill(body));
}

static void
say_facts(void)
{
	enrolled = say(TEAM, "participant.enrolled", "{'contract':'%C','on':'2017-02-01',"
		       "'participant':'%1'}");
	(void)say(TEAM, "participant.enrolled", "{'contract':'%C','on':'2017-02-01',"
		  "'participant':'%2'}");
	spell = say(TEAM, "spell.started", "{'contract':'%C','extent':'50','from':'2017-02-10',"
		    "'kind':'employment','participant':'%1'}");
	spell_gone = say(TEAM, "spell.started", "{'contract':'%C','extent':'50','from':"
			 "'2017-02-11','kind':'employment','participant':'%1'}");
	(void)say(TEAM, "event.retracted", "{'contract':'%C','event':'%G'}");
	earnings = say(REGISTER, "earnings.reported", "{'amount':1000,'contract':'%C','month':"
		       "'2017-02-01','participant':'%1'}");
	corrected = say(REGISTER, "event.corrected", "{'body':{'amount':1001,'contract':'%C',"
			"'month':'2017-02-01','participant':'%1'},'contract':'%C','event':'%M'}");
	retracted = say(TEAM, "milestone.reached", "{'contract':'%C','kind':'mapping','on':"
			"'2017-03-01','participant':'%1'}");
	retraction = say(TEAM, "event.retracted", "{'contract':'%C','event':'%R'}");
	place_of(retraction, retracted_at);
	place_of(enrolled, enrolled_at);
	place_of(corrected, corrected_at);
	(void)say(JUDGE, "claim.attested", "{'contract':'%C','events':['%S'],'method':'letter',"
		  "'verdict':'accepted'}");
}

static void
settle_once(void)
{
	const struct signing_key *signers[] = { w->checkpoint };
	struct append_settle_args args = { .contract = w->contract, .through = DATE_NEVER,
		.now = 1492300800, .key = w->keys[OPERATOR], .checkpoint_keys = signers,
		.checkpoint_key_count = 1, .random = world_random };
	struct statement s;
	struct event event;

	if (ledger_append_statement(w->l, &args, &w->receipt, &s, &w->e) != RC_OK)
		print_message("# %s\n", w->e.text);
	issued = s.issued;
	assert_int_equal(ledger_event(w->l, s.first, w->arena, &event, &w->e), RC_OK);
	line = event.digest;
	w->now = args.now;
	done_dispute = say(TEAM, "dispute.opened", "{'contract':'%C','line':'%L','reason':'late'}");
	place_of(say(JUDGE, "dispute.resolved", "{'contract':'%C','dispute':'%Q','stands':true}"),
		 resolved_at);
	open_dispute = say(CITY, "dispute.opened", "{'contract':'%C','line':'%L','reason':'wrong'}");
	place_of(open_dispute, disputed_at);
}

static void
text_of(const char *name, unsigned number, char ret[KEY_TEXT])
{
	struct signing_key *key = world_key(name, number);

	verifier_key_format(signing_key_verifier(key), ret);
	signing_key_free(key);
}

/* A contract that nobody has signed, a party without a key. */
static void
say_more(void)
{
	struct buf body = { 0 };

	(void)say(OPERATOR, "party.registered", "{'party':'fresh'}");
	buf_printf(&body, "{'parties':[");
	for (int i = 0; i < 5; i++) {
		static const int sorted[] = { CITY, JUDGE, REGISTER, SECOND_TEAM, TEAM };
		char key[KEY_TEXT];

		text_of(world_names[sorted[i]], 1, key);
		buf_printf(&body, "%s{'party':'%s','keys':['%s']}", i == 0 ? "" : ",",
			   world_names[sorted[i]], key);
	}
	buf_printf(&body, "],'terms':%s}", world_terms());
	unsigned_one = world_say(w, OPERATOR, "contract.proposed", body.data);
	buf_free(&body);
}

static int
set_up(void **state)
{
	const char *one, *other;
	bool ordered;

	(void)state;
	w = malloc(sizeof(*w));
	if (w == NULL)
		abort();
	world_open(w);
	world_contract(w);
	text_of("stranger", 1, stranger_key);
	text_of("team", 1, team_key);
	text_of("team", 2, second_key);
	text_of("fresh", 1, fresh_key);
	text_of("operator", 1, operator_key);
	text_of(w->origin, 1, checkpoint_key);
	verifier_key_short(signing_key_verifier(w->keys[TEAM]), team_short);
	memset(&unknown, 0xab, sizeof(unknown));
	one = world_person(1);
	other = world_person(9);
	ordered = strcmp(one, other) < 0;
	(void)snprintf(pair, sizeof(pair), "'%s','%s'", ordered ? one : other,
		       ordered ? other : one);
	say_more();
	say_facts();
	settle_once();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	world_close(w);
	free(w);
	return 0;
}

static const struct refusal {
	enum world_party party;
	const char *type, *body;
	enum rc rc;
	const char *text;	/* after "event 1: " */
} refusals[] = {
#include "refusals.inc"
};

static void
test_refusals(void **state)
{
	struct hash before = world_print(w);
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *x = &refusals[i];
		char want[700];
		enum rc rc;

		(void)world_add(w, x->type, fill(x->body));
		rc = world_send(w, x->party);
		(void)snprintf(want, sizeof(want), "event 1: %s", fill(x->text));
		if (rc == x->rc && strcmp(w->e.text, want) == 0 && w->f.count > 0 &&
		    w->f.items[0].line == 2)
			continue;
		bad++;
		print_message("# case %zu, %s by %s: %s\n# want %s\n# have %s\n", i, x->type,
			      world_names[x->party], rc_name(rc), want,
			      rc == RC_OK ? "accepted" : w->e.text);
	}
	assert_int_equal(bad, 0);
	assert_true(hash_equal(world_print(w), before));
	(void)say(TEAM, "padding.added", "{}");		/* the handle goes on */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests_name("state", tests, set_up, tear_down);
}
