/* test_policy.c - C2SP tlog-policy: refusals with their lines, then every set of witnesses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "policy.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Known keys: C2SP's and Go's examples, and those of two seeds that Go and OpenSSL agree on. */
#define LOG "ledger.example/outcomes+6eb9236f+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"
#define LOG2 "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define W1 "witness.example/w1+24b5d9fe+BP0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY"

static struct arena *arena;
static char vkeys[70][KEY_TEXT];	/* cosignature keys of the seeds 32 x i */
static struct signing_key *signers[70];

static int
set_up(void **state)
{
	struct err e;

	(void)state;
	arena = arena_new();
	if (secrets_init(&e) != RC_OK)
		return 1;
	for (size_t i = 0; i < COUNT(vkeys); i++) {
		uint8_t seed[32];

		memset(seed, (int)i, sizeof(seed));
		if (signing_key_from_seed("w", KEY_COSIGNATURE, seed, &signers[i], &e) != RC_OK)
			return 1;
		verifier_key_format(signing_key_verifier(signers[i]), vkeys[i]);
	}
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vkeys); i++)
		signing_key_free(signers[i]);
	arena_free(arena);
	return 0;
}

static struct policy
parsed(const char *text)
{
	struct policy p;
	struct err e;

	if (policy_parse(text, strlen(text), arena, &p, &e) != RC_OK)
		fail_msg("%s: %s", text, e.text);
	return p;
}

static void
malformed_policies_are_refused(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "policy: expected a line quorum NAME, or quorum none" },
		{ "# nothing\n\n", "policy: expected a line quorum NAME, or quorum none" },
		{ "quorum none",
		  "policy: the last line does not end with LF; it may have been cut off" },
		{ "quorum none\r\n",
		  "policy: control character 0x0d at byte 11; lines end with LF alone" },
		{ "quorum\fnone\n",
		  "policy: control character 0x0c at byte 6; lines end with LF alone" },
		{ "quorum none\x7f\n",
		  "policy: control character 0x7f at byte 11; lines end with LF alone" },
		{ "quorum none\nquorum none\n", "policy: line 2: a second quorum; expected one" },
		{ "quorum\n", "policy: line 1: expected: quorum NAME, or quorum none" },
		{ "quorum a b\n", "policy: line 1: expected: quorum NAME, or quorum none" },
		{ "quorum a\n", "policy: line 1: a is not defined on a line before" },
		{ "quorum \x80\n",
		  "policy: line 1: (a name that cannot be shown) is not defined on a line before" },
		{ "quorum a\nwitness a " W1 "\n", "policy: line 1: a is not defined on a line before" },
		{ "\n \t\n # x\nlogs x\n",
		  "policy: line 4: logs: expected log, witness, group or quorum" },
		{ "log\n", "policy: line 1: expected: log VKEY [URL]" },
		{ "log " LOG " http://a b\n", "policy: line 1: expected: log VKEY [URL]" },
		{ "log a\n", "policy: line 1: verifier key: expected NAME+8 hexadecimal digits+base64;"
			     " copy the whole line" },
		{ "log " W1 "\n", "policy: line 1: key witness.example/w1: type 4, expected 1: a log"
				  " signs with Ed25519" },
		{ "log " LOG "\nlog " LOG " http://other\n",
		  "policy: line 2: key ledger.example/outcomes: its public key is listed twice" },
		{ "witness a\n", "policy: line 1: expected: witness NAME VKEY [URL]" },
		{ "witness a " W1 " http://a b\n",
		  "policy: line 1: expected: witness NAME VKEY [URL]" },
		{ "witness a " LOG "\n", "policy: line 1: key ledger.example/outcomes: type 1, expected"
					 " 4: a witness signs cosignatures" },
		{ "witness none " W1 "\n",
		  "policy: line 1: the name none has a meaning of its own; take another" },
		{ "witness a " W1 "\nwitness b " W1 "\n",
		  "policy: line 2: key witness.example/w1: its public key is listed twice" },
		{ "witness a " W1 "\ngroup a any a\n", "policy: line 2: a is defined twice" },
		{ "witness a " W1 "\ngroup none any a\n",
		  "policy: line 2: the name none has a meaning of its own; take another" },
		{ "witness a " W1 "\ngroup g any\n",
		  "policy: line 2: expected: group NAME all|any|K MEMBER..." },
		{ "witness a " W1 "\ngroup g 0 a\n",
		  "policy: line 2: 0: expected all, any or a number from 1 to 1, its members" },
		{ "witness a " W1 "\ngroup g 2 a\n",
		  "policy: line 2: 2: expected all, any or a number from 1 to 1, its members" },
		{ "witness a " W1 "\ngroup g 01 a\n",
		  "policy: line 2: 01: expected all, any or a number from 1 to 1, its members" },
		{ "witness a " W1 "\ngroup g -1 a\n",
		  "policy: line 2: -1: expected all, any or a number from 1 to 1, its members" },
		{ "witness a " W1 "\ngroup g any a a\n",
		  "policy: line 2: a is a member of a group already" },
		{ "witness a " W1 "\ngroup g any a\ngroup h any a\n",
		  "policy: line 3: a is a member of a group already" },
		{ "witness a " W1 "\ngroup g any g\n",
		  "policy: line 2: g is not defined on a line before" },
		{ "witness a " W1 "\ngroup g any none\n",
		  "policy: line 2: none is not defined on a line before" },
		{ "witness a " W1 "\ngroup g any A\n",
		  "policy: line 2: A is not defined on a line before" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct policy p = { .log_count = 77 };
		struct err e = { .rc = RC_OK };
		enum rc rc = policy_parse(cases[i].text, strlen(cases[i].text), arena, &p, &e);

		if (rc != RC_REFUSED || p.log_count != 77 || strcmp(e.text, cases[i].want) != 0)
			fail_msg("'%s': %s (%s)", cases[i].text, rc_name(rc), e.text);
	}
}

static void
policies_are_read(void **state)
{
	struct policy p = parsed("# whom we trust\n"
				 "\tlog  " LOG " https://ledger.example/ \n"
				 "log " LOG2 "\n"
				 "  # inside\n"
				 "witness \xe2\x84\xaa " W1 "\thttps://w1.example/\n"
				 "group g 1 \xe2\x84\xaa\n"
				 "quorum g\n");
	struct policy none = parsed("quorum none\n");

	(void)state;
	assert_int_equal(p.log_count, 2);
	assert_string_equal(p.logs[0].key.name, "ledger.example/outcomes");
	assert_string_equal(p.logs[0].url, "https://ledger.example/");
	assert_null(p.logs[1].url);
	assert_int_equal(p.name_count, 2);
	assert_string_equal(p.names[0].name, "\xe2\x84\xaa");
	assert_string_equal(p.names[0].witness.url, "https://w1.example/");
	assert_int_equal(p.names[1].kind, POLICY_GROUP);
	assert_int_equal(p.quorum, 1);
	assert_int_equal(none.log_count, 0);
	assert_int_equal(none.quorum, POLICY_NONE);
}

static void
add_log(struct buf *b, int i)
{
	struct verifier_key k;
	char text[KEY_TEXT];
	struct err e;

	assert_int_equal(verifier_key_make("log", KEY_ED25519,
					   signing_key_verifier(signers[i])->public_key, &k, &e), RC_OK);
	verifier_key_format(&k, text);
	buf_printf(b, "log %s\n", text);
}

/* 64 logs, 64 witnesses, 64 groups: C2SP asks for 32 of each. */
static void
policies_have_limits(void **state)
{
	struct buf b = { 0 };
	struct policy p;
	struct err e;

	(void)state;
	for (int i = 0; i < 64; i++)
		buf_printf(&b, "witness w%d %s\n", i, vkeys[i]);
	for (int i = 0; i < 64; i++)
		buf_printf(&b, "group g%d all w%d\n", i, i);
	for (int i = 0; i < 64; i++)
		add_log(&b, i);
	buf_text(&b, "quorum g63\n");
	p = parsed(b.data);
	assert_int_equal(p.name_count, 128);
	assert_int_equal(p.log_count, 64);
	buf_printf(&b, "witness w64 %s\n", vkeys[64]);
	assert_int_equal(policy_parse(b.data, b.size, arena, &p, &e), RC_REFUSED);
	assert_string_equal(e.text, "policy: line 194: more than 128 witnesses and groups");
	buf_clear(&b);
	for (int i = 0; i < 65; i++)
		add_log(&b, i);
	assert_int_equal(policy_parse(b.data, b.size, arena, &p, &e), RC_REFUSED);
	assert_string_equal(e.text, "policy: line 65: more than 64 logs");
	buf_clear(&b);
	for (int i = 0; i < 132; i++)
		buf_text(&b, "w ");
	buf_text(&b, "\n");
	assert_int_equal(policy_parse(b.data, b.size, arena, &p, &e), RC_REFUSED);
	assert_string_equal(e.text, "policy: line 1: more than 131 words");
	buf_clear(&b);
	while (b.size < POLICY_BYTES - 13)
		buf_byte(&b, '\n');
	buf_text(&b, " quorum none\n");
	assert_int_equal(policy_parse(b.data, b.size, arena, &p, &e), RC_OK);
	buf_byte(&b, '\n');
	assert_int_equal(policy_parse(b.data, b.size, arena, &p, &e), RC_REFUSED);
	assert_string_equal(e.text, "policy: 65537 bytes, at most 65536 are allowed");
	buf_free(&b);
}

/* C2SP's example: two of three of X, and one of three of Y. All 64 sets of witnesses. */
static void
quorums_are_counted(void **state)
{
	struct buf b = { 0 };
	struct policy p;

	(void)state;
	for (int i = 0; i < 6; i++)
		buf_printf(&b, "witness %c%d %s\n", i < 3 ? 'X' : 'Y', i % 3 + 1, vkeys[i]);
	buf_text(&b, "group X-witnesses 2 X1 X2 X3\ngroup Y-witnesses any Y1 Y2 Y3\n"
		     "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n");
	p = parsed(b.data);
	for (unsigned set = 0; set < 64; set++) {
		uint64_t times[POLICY_NAMES_MAX] = { 0 };
		bool want = __builtin_popcount(set & 7) >= 2 && (set >> 3) != 0;

		for (unsigned i = 0; i < 6; i++)
			times[i] = set >> i & 1;
		if (policy_quorum_met(&p, times) != want)
			fail_msg("set %u", set);
	}
	buf_free(&b);
}

/* ---- a checkpoint held against a policy ---- */

#define TREE "ledger.example/outcomes\n1000\nnDDK42+QoVXgix7yMUA6iL1VEsw+VipTUq4eaRaB0Ek=\n"

struct signed_by {
	const char *log;	/* key name, NULL for none; the seed is 32 x 07 */
	int seed;
	unsigned witnesses;	/* bits: which of signers[1..3] */
	bool broken;		/* the last witness's line is spoilt */
};

static enum rc
check(const char *policy, struct signed_by by, struct policy_verdict *ret, struct err *e)
{
	struct policy p = parsed(policy);
	struct signing_key *k = NULL;
	struct buf b = { 0 };
	struct checkpoint c;
	struct note n;
	uint8_t seed[32];
	enum rc rc;

	buf_text(&b, TREE "\n");
	if (by.log != NULL) {
		memset(seed, by.seed, sizeof(seed));
		assert_int_equal(signing_key_from_seed(by.log, KEY_ED25519, seed, &k, e), RC_OK);
		assert_int_equal(note_sign_line(TREE, strlen(TREE), k, 0, &b, e), RC_OK);
		signing_key_free(k);
	}
	for (unsigned i = 1; i <= 3; i++)
		if ((by.witnesses >> i & 1) != 0)
			assert_int_equal(note_sign_line(TREE, strlen(TREE), signers[i], 1000 + i, &b, e),
					 RC_OK);
	if (by.log == NULL && by.witnesses == 0)
		buf_text(&b, "\xe2\x80\x94 nobody AAAAAAA=\n");
	if (by.broken)
		b.data[b.size - 10] ^= 1;
	assert_int_equal(note_parse(b.data, b.size, arena, &n, e), RC_OK);
	assert_int_equal(checkpoint_parse(n.text, n.text_size, &c, e), RC_OK);
	rc = policy_check(&p, &n, &c, ret, e);
	buf_free(&b);
	return rc;
}

static void
checkpoints_are_held_against_policies(void **state)
{
	static const char origin[] = "ledger.example/outcomes";
	static const char nobody[] = "no log that the policy lists has signed this checkpoint of"
				     " ledger.example/outcomes";
	struct buf b = { 0 };
	char *two, *one, *free_for_all;
	struct policy_verdict v;
	struct err e;

	(void)state;
	buf_text(&b, "log " LOG "\n");
	for (int i = 1; i <= 3; i++)
		buf_printf(&b, "witness w%d %s\n", i, vkeys[i]);
	two = arena_printf(arena, "%sgroup g 2 w1 w2 w3\nquorum g\n", b.data);
	one = arena_printf(arena, "%squorum w2\n", b.data);
	free_for_all = arena_printf(arena, "witness w1 %s\nquorum none\n", vkeys[1]);
	buf_free(&b);
	const struct {
		const char *name, *policy;
		struct signed_by by;
		enum rc rc;
		const char *want;
	} cases[] = {
		{ "nobody", two, { NULL, 0, 0, false }, RC_INTEGRITY, nobody },
		{ "witnesses alone", two, { NULL, 0, 14, false }, RC_INTEGRITY, nobody },
		{ "another log's key", two, { origin, 8, 14, false }, RC_INTEGRITY, nobody },
		{ "another name", two, { "other", 7, 14, false }, RC_INTEGRITY, nobody },
		{ "no witness", two, { origin, 7, 0, false }, RC_NO,
		  "quorum: 0 of the 3 members of group g have cosigned, expected 2" },
		{ "one of two", two, { origin, 7, 4, false }, RC_NO,
		  "quorum: 1 of the 3 members of group g have cosigned, expected 2" },
		{ "two", two, { origin, 7, 6, false }, RC_OK, NULL },
		{ "three", two, { origin, 7, 14, false }, RC_OK, NULL },
		{ "a broken one beside two good", two, { origin, 7, 14, true }, RC_INTEGRITY, NULL },
		{ "the log's own line broken", one, { origin, 7, 0, true }, RC_INTEGRITY,
		  "note: the signature by ledger.example/outcomes+6eb9236f does not verify" },
		{ "the wrong witness", one, { origin, 7, 2, false }, RC_NO,
		  "quorum: witness w2 has not cosigned" },
		{ "the right witness", one, { origin, 7, 4, false }, RC_OK, NULL },
		{ "no log listed, none needed", free_for_all, { NULL, 0, 0, false }, RC_OK, NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		enum rc rc;

		e.text[0] = '\0';
		rc = check(cases[i].policy, cases[i].by, &v, &e);
		if (rc != cases[i].rc || (cases[i].want != NULL && strcmp(e.text, cases[i].want) != 0))
			fail_msg("%s: %s (%s)", cases[i].name, rc_name(rc), e.text);
	}
	assert_int_equal(check(two, (struct signed_by){ origin, 7, 12, false }, &v, &e), RC_OK);
	assert_string_equal(v.log->key.name, origin);
	assert_int_equal(v.witness_count, 2);
	assert_int_equal(v.times[0], 0);
	assert_int_equal(v.times[1], 1002);
	assert_int_equal(v.times[2], 1003);
	assert_int_equal(v.oldest, 1002);
}

/* A log whose key is listed signs for its own origin only. */
static void
logs_sign_for_themselves(void **state)
{
	struct policy p = parsed("log " LOG "\nlog " LOG2 "\nquorum none\n");
	static const char text[] = "example.com/foo\n1\nnDDK42+QoVXgix7yMUA6iL1VEsw+VipTUq4eaRaB0Ek=\n";
	struct signing_key *k = NULL;
	struct policy_verdict v;
	struct buf b = { 0 };
	struct checkpoint c;
	struct note n;
	uint8_t seed[32];
	struct err e;

	(void)state;
	memset(seed, 7, sizeof(seed));
	assert_int_equal(signing_key_from_seed("ledger.example/outcomes", KEY_ED25519, seed, &k, &e),
			 RC_OK);
	buf_printf(&b, "%s\n", text);
	assert_int_equal(note_sign_line(text, strlen(text), k, 0, &b, &e), RC_OK);
	assert_int_equal(note_parse(b.data, b.size, arena, &n, &e), RC_OK);
	assert_int_equal(checkpoint_parse(n.text, n.text_size, &c, &e), RC_OK);
	assert_int_equal(policy_check(&p, &n, &c, &v, &e), RC_INTEGRITY);
	assert_string_equal(e.text, "no log that the policy lists has signed this checkpoint of"
				    " example.com/foo");
	buf_free(&b);
	signing_key_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(malformed_policies_are_refused),
		cmocka_unit_test(policies_are_read),
		cmocka_unit_test(policies_have_limits),
		cmocka_unit_test(quorums_are_counted),
		cmocka_unit_test(checkpoints_are_held_against_policies),
		cmocka_unit_test(logs_sign_for_themselves),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
