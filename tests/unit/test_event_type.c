/* test_event_type.c - what a body may say: every kind of field, refusals first; natural keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "event_type.h"
#include "finding.h"
#include "limits_utfall.h"
#include "terms_case.h"

#define H1 "1111111111111111111111111111111111111111111111111111111111111111"
#define H2 "2222222222222222222222222222222222222222222222222222222222222222"
#define P1 "aaaaaaaaaaaaaaaaaaaaaaaaaa"
#define P2 "bbbbbbbbbbbbbbbbbbbbbbbbbq"
#define VKEY "habo+01234567+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* A spell's start that is right; every case changes one thing. */
#define SPELL "{\"contract\":\"" H1 "\",\"from\":\"2018-01-15\",\"kind\":\"employment\"," \
	      "\"participant\":\"" P1 "\",\"extent\":\"37.5\"}"
#define BASIS "{\"contract\":\"" H1 "\",\"line\":1,\"statement\":1}"
#define CHANGED "{\"contract\":\"" H1 "\",\"from\":\"2018-01-15\",\"participant\":\"" P1 "\"}"

struct refusal {
	const char *type, *body, *patches, *says;
};

static const struct refusal refusals[] = {
	{ "spell.started", "[]", "[]", "/body: expected the body of spell.started, an object with: "
	  "contract, employer, evidence, extent, form, from, hours, kind, participant, pay, ref; "
	  "found a list of 0\n" },
	{ "spell.started", SPELL, "[\"/kind\", \"DELETE\"]", "/body: spell.started needs the member "
	  "'kind': a name: a-z first, then a-z, 0-9 and _, at most 40 (employment, "
	  "self_employment, education, internship, occupation)\n" },
	{ "spell.started", SPELL, "[\"/name\", \"Anna\"]", "/body/name: spell.started has no member "
	  "'name'; it may have: contract, employer, evidence, extent, form, from, hours, kind, "
	  "participant, pay, ref\n" },
	{ "spell.started", SPELL, "[\"/contract\", \"" P1 "\"]", "/body/contract: expected an "
	  "event's digest, 64 lowercase hexadecimal digits (its contract.proposed), found \"" P1
	  "\"\n" },
	{ "spell.started", SPELL, "[\"/extent\", 25]", "/body/extent: expected a decimal in quotes, "
	  "as \"37.5\": at most 9 places and 15 digits (percent of full time), found 25\n" },
	{ "spell.started", SPELL, "[\"/extent\", \"200.01\"]", "/body/extent: expected 0 to 200 "
	  "(percent of full time), found \"200.01\"\n" },
	{ "spell.started", SPELL, "[\"/extent\", \"-0.5\"]", "/body/extent: expected 0 to 200 "
	  "(percent of full time), found \"-0.5\"\n" },
	{ "spell.started", SPELL, "[\"/from\", \"2018-02-30\"]", "/body/from: expected a date that "
	  "exists, YYYY-MM-DD (first day), found \"2018-02-30\"\n" },
	{ "spell.started", SPELL, "[\"/kind\", \"Employment\"]", "/body/kind: expected a name: a-z "
	  "first, then a-z, 0-9 and _, at most 40 (employment, self_employment, education, "
	  "internship, occupation), found \"Employment\"\n" },
	{ "spell.started", SPELL, "[\"/participant\", \"19121212-1212\"]", "/body/participant: "
	  "expected a pseudonym, 26 characters of a-z and 2-7 (pseudonym), found what looks like a "
	  "personal identity number: leave it out, identity lives in the vault\n" },
	{ "spell.started", SPELL, "[\"/participant\", \"19121212-1213\"]", "/body/participant: "
	  "expected a pseudonym, 26 characters of a-z and 2-7 (pseudonym), found "
	  "\"19121212-1213\"\n" },
	{ "spell.started", SPELL, "[\"/from\", \"2012-02-13 00:00:00\"]", "/body/from: expected a "
	  "date that exists, YYYY-MM-DD (first day), found \"2012-02-13 00:00:00\"\n" },
	{ "spell.started", SPELL, "[\"/ref\", \"a b\"]", "/body/ref: expected a record number: 1 to "
	  "40 of A-Z, a-z, 0-9, '.', '_' and '-' (the sender's own record number, where repeats "
	  "are real), found \"a b\"\n" },
	{ "spell.started", SPELL, "[\"/evidence\", [{\"kind\":\"letter\"}]]", "/body/evidence: "
	  "expected a list of 1 to 32 {\"file\": hash, \"kind\": name} (files in the vault: kind and "
	  "digest), found a list of 1\n" },
	{ "spell.started", SPELL, "[\"/pay\", -1]", "/body/pay: expected 0 to 9007199254740991 "
	  "(pay a month, in minor units), found -1\n" },
	{ "spell.changed", CHANGED, "[\"/spell\", \"" H2 "\"]", "/body: expected extent, hours, pay "
	  "or form: say what changed, or send spell.confirmed\n" },
	{ "participant.changed", CHANGED, "[]", "/body: expected attributes or site: say what "
	  "changed, or leave the event out\n" },
	{ "participant.changed", CHANGED, "[\"/attributes\", {\"town\": \"New York\"}]",
	  "/body/attributes: expected an object of 1 to 32 attributes, each a name, a decimal, a "
	  "date, an integer or a truth (those that change), found an object\n" },
	{ "earnings.reported", "{\"amount\":1,\"contract\":\"" H1 "\",\"month\":\"2018-01-02\","
	  "\"participant\":\"" P1 "\"}", "[]", "/body/month: expected the first day of a month, "
	  "YYYY-MM-01 (first day of the month), found \"2018-01-02\"\n" },
	{ "status.reported", "{\"contract\":\"" H1 "\",\"from\":\"2018-02-01\",\"kind\":\"benefit\","
	  "\"participant\":\"" P1 "\",\"to\":\"2018-01-31\"}", "[]", "/body: the last day (to) is "
	  "before the first day (from); exchange them\n" },
	{ "claim.attested", "{\"contract\":\"" H1 "\",\"events\":[\"" H1 "\"],\"method\":\"visit\","
	  "\"verdict\":\"maybe\"}", "[]", "/body/verdict: expected one of: accepted rejected "
	  "(accepted or rejected), found \"maybe\"\n" },
	{ "claim.attested", "{\"contract\":\"" H1 "\",\"events\":[\"" H2 "\",\"" H1 "\"],\"method\":"
	  "\"visit\",\"verdict\":\"accepted\"}", "[]", "/body/events: expected 1 to 900 events' "
	  "digests, no two equal, in ascending order (what the verdict is about), found a list of "
	  "2\n" },
	{ "participants.joined", "{\"contract\":\"" H1 "\",\"participants\":[\"" P1 "\",\"" P1 "\"]}",
	  "[]", "/body/participants: expected two different pseudonyms in ascending order (the "
	  "two), found a list of 2\n" },
	{ "key.registered", "{\"key\":\"habo+0123456+AQ==\",\"party\":\"habo\",\"use\":\"tokens\"}",
	  "[]", "/body/key: expected a verifier key, NAME+HEX8+BASE64 (verifier key, named as the "
	  "party), found \"habo+0123456+AQ==\"\n" },
	{ "key.registered", "{\"key\":\"" VKEY "\",\"party\":\"habo\",\"use\":\"all\"}", "[]",
	  "/body/use: expected one of: submissions checkpoints cosigning tokens files "
	  "(submissions, checkpoints, cosigning, tokens or files), found \"all\"\n" },
	{ "dispute.resolved", "{\"contract\":\"" H1 "\",\"dispute\":\"" H2 "\"}", "[]", "/body: "
	  "expected either stands or amount; give exactly one of the two\n" },
	{ "dispute.resolved", "{\"amount\":1,\"contract\":\"" H1 "\",\"dispute\":\"" H2 "\","
	  "\"stands\":true}", "[]", "/body: expected either stands or amount; give exactly one of "
	  "the two\n" },
	{ "dispute.resolved", "{\"contract\":\"" H1 "\",\"dispute\":\"" H2 "\",\"stands\":false}",
	  "[]", "/body/stands: expected true; leave the member out for no (as computed; instead of "
	  "an amount), found false\n" },
	{ "settlement.basis", BASIS, "[\"/basis_count\", 3]", "/body: expected basis_count and "
	  "basis_root together; give both or neither\n" },
	{ "party.registered", "{\"party\":\"habo\",\"title\":\"\"}", "[]", "/body/title: expected 1 "
	  "to 200 bytes of text (the organisation's name), found \"\"\n" },
	{ "contract.proposed", "{\"parties\":[{\"keys\":[\"" VKEY "\"],\"party\":\"habo\"},{\"keys\":"
	  "[\"" VKEY "\"],\"party\":\"habo\"}],\"terms\":{\"a\":1}}", "[]", "/body/parties: expected "
	  "a list of {\"keys\": [verifier keys], \"party\": name}, ascending by party (each party's "
	  "verifier keys), found a list of 2\n" },
	{ "padding.added", "{\"x\":1}", "[]", "/body/x: padding.added has no member 'x'; it may "
	  "have: nothing\n" },
	{ "ledger.opened", "{\"checkpoint_key\":\"" VKEY "\",\"format\":2,\"operator\":\"op\","
	  "\"operator_key\":\"" VKEY "\",\"origin\":\"a b\"}", "[]", "/body/format: expected 1 to 1 "
	  "(version of the ledger format), found 2\n/body/origin: expected an origin: up to 200 "
	  "printable characters, none of blank, +, quotation mark and backslash (names this ledger "
	  "for ever), found \"a b\"\n" },
};

static void
each_field_says_what_was_expected(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *r = &refusals[i];
		struct terms_case c = { .arena = arena_new() };
		enum event_type type;
		const struct json *body;

		c.findings.arena = c.arena;
		body = case_patched(c.arena, case_json(c.arena, r->body), r->patches);
		assert_true(event_type_parse(r->type, strlen(r->type), &type));
		assert_false(event_body_check(type, body, "/body", &c.findings));
		if (strcmp(case_findings(&c, SEVERITY_ERROR), r->says) != 0)
			fail_msg("%zu %s\n got  %s want %s", i, r->type,
				 case_findings(&c, SEVERITY_ERROR), r->says);
		arena_free(c.arena);
	}
}

static void
bounds_belong_to_what_is_allowed(void **state)
{
	static const char *const right[] = {
		"[]", "[\"/extent\", \"0\"]", "[\"/extent\", \"200\"]", "[\"/extent\", \"DELETE\"]",
		"[\"/hours\", \"168\"]", "[\"/pay\", 0]", "[\"/pay\", 9007199254740991]",
		"[\"/employer\", \"" P2 "\"]", "[\"/ref\", \"A.b_c-9\"]",
		"[\"/evidence\", [{\"file\":\"" H1 "\",\"kind\":\"letter\"}]]",
		"[\"/from\", \"0001-01-01\"]", "[\"/from\", \"9999-12-31\"]",
	};
	struct findings f = { .arena = arena_new() };

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		if (!event_body_check(EVENT_SPELL_STARTED,
				      case_patched(f.arena, case_json(f.arena, SPELL), right[i]),
				      "", &f))
			fail_msg("%s: %s", right[i], f.items[0].text);
	assert_true(event_body_check(EVENT_PADDING_ADDED, case_json(f.arena, "{}"), "", &f));
	arena_free(f.arena);
}

static void
nine_hundred_digests_and_no_more(void **state)
{
	struct findings f = { .arena = arena_new() };

	(void)state;
	for (int n = LIMIT_DIGESTS_IN_BODY; n <= LIMIT_DIGESTS_IN_BODY + 1; n++) {
		struct buf body = { 0 };

		buf_text(&body, "{\"contract\":\"" H1 "\",\"method\":\"visit\",\"verdict\":\"accepted\","
			 "\"events\":[");
		for (int i = 0; i < n; i++)
			buf_printf(&body, "%s\"%064d\"", i == 0 ? "" : ",", i);
		buf_text(&body, "]}");
		assert_int_equal(event_body_check(EVENT_CLAIM_ATTESTED,
						  case_json(f.arena, body.data), "", &f),
				 n == LIMIT_DIGESTS_IN_BODY);
		buf_free(&body);
	}
	arena_free(f.arena);
}

/* The rules of the table itself, which the reader of canonical bytes and the schema lean on. */
static void
the_table_keeps_its_own_rules(void **state)
{
	(void)state;
	for (int i = 0; i < EVENT_TYPE_MAX; i++) {
		const struct event_info *info = event_info((enum event_type)i);
		enum event_type back;

		assert_non_null(strchr(info->name, '.'));
		assert_true(event_type_parse(info->name, strlen(info->name), &back));
		assert_int_equal(back, i);
		assert_false(event_type_parse(info->name, strlen(info->name) - 1, &back));
		for (const struct event_field *f = info->fields; f->name != NULL; f++) {
			if (f != info->fields && strcmp(f[-1].name, f->name) >= 0)
				fail_msg("%s: %s is not ascending", info->name, f->name);
			assert_non_null(f->help);
			assert_ptr_equal(event_field_find(info, f->name), f);
			if (f->kind == FIELD_INTEGER || f->kind == FIELD_DECIMAL)
				assert_true(f->min < f->max || i <= EVENT_LEDGER_UPGRADED);
			assert_true(f->words == NULL || f->kind == FIELD_NAME);
		}
		assert_null(event_field_find(info, "no_such_field"));
	}
}

static void
a_natural_key_is_type_sender_and_marked_fields(void **state)
{
	struct findings f = { .arena = arena_new() };
	struct buf key = { 0 };

	(void)state;
	event_natural_key(EVENT_SPELL_STARTED, case_json(f.arena, SPELL), "ips_team", &key);
	assert_string_equal(key.data, "spell.started\nips_team\n\"" H1 "\"\n\n\"2018-01-15\"\n"
			    "\"employment\"\n\"" P1 "\"\n\n");	/* employer and ref are empty */
	buf_clear(&key);
	event_natural_key(EVENT_SPELL_STARTED,
			  case_patched(f.arena, case_json(f.arena, SPELL),
				       "[\"/extent\", \"50\", \"/ref\", \"7\"]"), "other", &key);
	assert_string_equal(key.data, "spell.started\nother\n\"" H1 "\"\n\n\"2018-01-15\"\n"
			    "\"employment\"\n\"" P1 "\"\n\"7\"\n");
	assert_true(event_has_natural_key(event_info(EVENT_SPELL_STARTED)));
	assert_false(event_has_natural_key(event_info(EVENT_CLAIM_ATTESTED)));
	buf_free(&key);
	arena_free(f.arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_says_what_was_expected),
		cmocka_unit_test(bounds_belong_to_what_is_allowed),
		cmocka_unit_test(nine_hundred_digests_and_no_more),
		cmocka_unit_test(the_table_keeps_its_own_rules),
		cmocka_unit_test(a_natural_key_is_type_sender_and_marked_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
