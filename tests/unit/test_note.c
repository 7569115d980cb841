/* test_note.c - signed notes, checkpoints, cosignatures and proof files: refusals first. */
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
#include "note.h"
#include "text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define DASH "\xe2\x80\x94 "

/* C2SP's published note. */
#define FOO_KEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define FOO_TEXT "This is an example message.\n"
#define FOO_LINE                                                                                  \
	DASH "example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3" \
	     "mFXmRKuwHjG1Yu72IneyaQM=\n"

/* The example of Go's golang.org/x/mod/sumdb/note. */
#define GO_KEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define GO_NOTE                                                                                   \
	"If you think cryptography is the answer to your problem,\n"                              \
	"then you don't know what your problem is.\n"                                             \
	"\n" DASH "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKv" \
	"qfqdngotpRZb6KE6RyyBwJnAM=\n"

/* A tree of 1000 entries, signed by the seed 32 x 07, cosigned by 32 x 09 at 1679315147:
 * Ed25519 is deterministic, and Go and OpenSSL agree on these bytes. */
#define LEDGER "ledger.example/outcomes"
#define LEDGER_KEY LEDGER "+6eb9236f+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"
#define ROOT "nDDK42+QoVXgix7yMUA6iL1VEsw+VipTUq4eaRaB0Ek="
#define TREE LEDGER "\n1000\n" ROOT "\n"
#define TREE_LINE                                                                                 \
	DASH LEDGER " brkjb3cCp7C1Dbl4pXZ7d1bRo4uRGLp6/tc+u1wPYIprVZ5r/l0KPMztlxvcFKF+Skxaokghk1h5" \
		    "167qxXPlU8xZgQQ=\n"
#define WITNESS_KEY "witness.example/w1+24b5d9fe+BP0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY"
#define WITNESS_LINE                                                                              \
	DASH "witness.example/w1 JLXZ/gAAAABkGFDLl+5Bvrbi+zVbhg/phM8+3l3JB+uZvPYuZYqqGBBvDqeZBxE7l" \
	     "Gvnama9GwTlEpOcqKEuhClqys45QPe0I9YGBg==\n"
enum { WITNESS_TIME = 1679315147 };

static struct arena *arena;

static int
set_up(void **state)
{
	struct err e;

	(void)state;
	arena = arena_new();
	return secrets_init(&e) == RC_OK ? 0 : 1;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct verifier_key
verifier(const char *text)
{
	struct verifier_key k;
	struct err e;

	assert_int_equal(verifier_key_parse(text, strlen(text), &k, &e), RC_OK);
	return k;
}

static struct signing_key *
signer(const char *name, enum key_type type, int byte)
{
	struct signing_key *k = NULL;
	uint8_t seed[32];
	struct err e;

	memset(seed, byte, sizeof(seed));
	assert_int_equal(signing_key_from_seed(name, type, seed, &k, &e), RC_OK);
	return k;
}

static struct note
parsed(const char *text, size_t size)
{
	struct note n;
	struct err e;

	if (note_parse(text, size, arena, &n, &e) != RC_OK)
		fail_msg("%s: %s", text, e.text);
	return n;
}

/* ---- notes ---- */

static void
malformed_notes_are_refused(void **state)
{
	static const char shape[] = "note: expected a text, an empty line and signature lines, each"
				    " ended by LF";
	static const char line1[] = "note: signature line 1: expected an em dash, a key's name and"
				    " base64, found something else";
	static const char line2[] = "note: signature line 2: expected an em dash, a key's name and"
				    " base64, found something else";
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", shape },
		{ "\n", shape },
		{ "\n\n", shape },
		{ FOO_TEXT, shape },
		{ FOO_TEXT "\n", shape },
		{ FOO_TEXT FOO_LINE, shape },
		{ FOO_TEXT "\n" DASH "a AAAAAAA=", shape },
		{ FOO_TEXT "\n" FOO_LINE "\n", shape },
		{ FOO_TEXT "\n" FOO_LINE "x", shape },
		{ FOO_TEXT "\n-- a AAAAAAA=\n", line1 },
		{ FOO_TEXT "\n\xe2\x80\x93 a AAAAAAA=\n", line1 },	/* an en dash */
		{ FOO_TEXT "\n" DASH "\n", line1 },
		{ FOO_TEXT "\n" DASH "a\n", line1 },
		{ FOO_TEXT "\n" DASH "a \n", line1 },
		{ FOO_TEXT "\n" DASH " AAAAAAA=\n", line1 },
		{ FOO_TEXT "\n" DASH "a  AAAAAAA=\n", line1 },
		{ FOO_TEXT "\n" DASH "a AAAAAAA= \n", line1 },
		{ FOO_TEXT "\n" DASH "a AAAAAAA\n", line1 },
		{ FOO_TEXT "\n" DASH "a AAAAAAB=\n", line1 },	/* unused bits */
		{ FOO_TEXT "\n" DASH "a AAAAAA==\n", line1 },	/* an id and nothing behind it */
		{ FOO_TEXT "\n" DASH "a AAAA\n", line1 },
		{ FOO_TEXT "\n" DASH "a+b AAAAAAA=\n", line1 },
		{ FOO_TEXT "\n" DASH "a\xc2\xa0" "b AAAAAAA=\n", line1 },
		{ FOO_TEXT "\n" DASH "a-_ AAAAAA-_\n", line1 },
		{ FOO_TEXT "\n" FOO_LINE "x\n", line2 },
		{ "a\tb\n\n" FOO_LINE,
		  "note: expected UTF-8 and no control character but LF, found something else at byte 1" },
		{ "a\r\n\n" FOO_LINE,
		  "note: expected UTF-8 and no control character but LF, found something else at byte 1" },
		{ "\xc3(\n\n" FOO_LINE,
		  "note: expected UTF-8 and no control character but LF, found something else at byte 0" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct note n = { .text_size = 77 };
		struct err e = { .rc = RC_OK };
		enum rc rc = note_parse(cases[i].text, strlen(cases[i].text), arena, &n, &e);

		if (rc != RC_REFUSED || n.text_size != 77 || strcmp(e.text, cases[i].want) != 0)
			fail_msg("'%s': %s (%s)", cases[i].text, rc_name(rc), e.text);
	}
}

static void
notes_have_limits(void **state)
{
	struct buf b = { 0 };
	struct note n;
	struct err e;

	(void)state;
	buf_text(&b, FOO_TEXT "\n");
	for (int i = 0; i < 100; i++)
		buf_printf(&b, DASH "key%d AAAAAAA=\n", i);
	assert_int_equal(parsed(b.data, b.size).signature_count, 100);
	buf_text(&b, DASH "key100 AAAAAAA=\n");
	assert_int_equal(note_parse(b.data, b.size, arena, &n, &e), RC_REFUSED);
	assert_string_equal(e.text, "note: more than 100 signatures");
	buf_clear(&b);
	while (b.size < (1 << 20) - strlen("\n\n" FOO_LINE))
		buf_byte(&b, 'x');
	buf_text(&b, "\n\n" FOO_LINE);
	assert_int_equal(b.size, 1 << 20);
	assert_int_equal(parsed(b.data, b.size).signature_count, 1);
	assert_int_equal(note_parse(b.data, b.size + 1, arena, &n, &e), RC_REFUSED);
	assert_string_equal(e.text, "note: 1048577 bytes, at most 1048576 are allowed");
	buf_free(&b);
}

static void
published_notes_verify(void **state)
{
	static const struct {
		const char *note, *key;
		size_t text_size;
	} cases[] = {
		{ FOO_TEXT "\n" FOO_LINE, FOO_KEY, sizeof(FOO_TEXT) - 1 },
		{ GO_NOTE, GO_KEY, 57 + 42 },
		{ TREE "\n" TREE_LINE WITNESS_LINE, LEDGER_KEY, sizeof(TREE) - 1 },
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct note n = parsed(cases[i].note, strlen(cases[i].note));
		struct verifier_key k = verifier(cases[i].key);
		char text[2000];

		assert_int_equal(n.text_size, cases[i].text_size);
		assert_int_equal(note_verify(&n, &k, NULL, &e), RC_OK);
		/* every bit of text and signature counts */
		for (size_t bit = 0; bit < 8 * n.text_size; bit++) {
			struct note changed = n;

			memcpy(text, n.text, n.text_size);
			text[bit / 8] = (char)(text[bit / 8] ^ (1 << (bit % 8)));
			changed.text = text;
			assert_int_equal(note_verify(&changed, &k, NULL, &e), RC_INTEGRITY);
		}
	}
}

static void
signatures_are_found_by_name_and_id(void **state)
{
	static const char other_id[] = FOO_TEXT "\n" DASH "example.com/foo AAAAAAA=\n";
	static const char other_name[] = FOO_TEXT "\n" DASH "example.com/fop Uw2QOkn8srV1yJGh2VYRlL1"
		"Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
	static const char bad[] = FOO_TEXT "\n" DASH "example.com/foo Uw2QOgA=\n";
	static const char bad_then_good[] = FOO_TEXT "\n" DASH "example.com/foo Uw2QOgA=\n" FOO_LINE;
	static const char good_then_bad[] = FOO_TEXT "\n" FOO_LINE DASH "example.com/foo Uw2QOgA=\n";
	static const char twice[] = FOO_TEXT "\n" FOO_LINE FOO_LINE;
	static const char grease[] = FOO_TEXT "\n" DASH "nobody AAAAAAA=\n" FOO_LINE DASH
					      "\xc3\xa5\xc3\xa4\xc3\xb6 AAAAAAA=\n";
	static const struct {
		const char *name, *note, *want;
		enum rc rc;
	} cases[] = {
		{ "other id", other_id, "note: no signature by example.com/foo+530d903a",
		  RC_NOT_FOUND },
		{ "other name", other_name, "note: no signature by example.com/foo+530d903a",
		  RC_NOT_FOUND },
		{ "bad", bad, "note: the signature by example.com/foo+530d903a does not verify",
		  RC_INTEGRITY },
		{ "bad, then good", bad_then_good,
		  "note: the signature by example.com/foo+530d903a does not verify", RC_INTEGRITY },
		{ "good, then bad", good_then_bad,
		  "note: the signature by example.com/foo+530d903a does not verify", RC_INTEGRITY },
		{ "twice", twice, NULL, RC_OK },
		{ "unknown ones around", grease, NULL, RC_OK },
	};
	struct verifier_key k = verifier(FOO_KEY);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct note n = parsed(cases[i].note, strlen(cases[i].note));
		struct err e = { .rc = RC_OK };
		enum rc rc = note_verify(&n, &k, NULL, &e);

		if (rc != cases[i].rc || (rc != RC_OK && strcmp(e.text, cases[i].want) != 0))
			fail_msg("%s: %s (%s)", cases[i].name, rc_name(rc), e.text);
	}
}

/* A text may itself hold empty lines and what looks like signatures. */
static void
notes_split_at_the_last_empty_line(void **state)
{
	static const char text[] = "a\n\n" DASH "nobody AAAAAAA=\n\n\nb\n";
	struct signing_key *k = signer("a", KEY_ED25519, 1);
	struct buf b = { 0 };
	struct note n;
	struct err e;

	(void)state;
	buf_text(&b, text);
	buf_byte(&b, '\n');
	assert_int_equal(note_sign_line(text, strlen(text), k, 0, &b, &e), RC_OK);
	n = parsed(b.data, b.size);
	assert_int_equal(n.text_size, strlen(text));
	assert_int_equal(n.signature_count, 1);
	assert_int_equal(note_verify(&n, signing_key_verifier(k), NULL, &e), RC_OK);
	buf_free(&b);
	signing_key_free(k);
}

/* ML-DSA cosignatures are 2420 bytes; a name may be longer than any of ours. */
static void
signatures_of_others_are_kept_apart(void **state)
{
	static uint8_t zeros[2428];
	struct verifier_key k = verifier(FOO_KEY);
	char name[302];
	struct buf b = { 0 };
	struct note n;
	struct err e;

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	buf_text(&b, FOO_TEXT "\n");
	note_line_raw(k.name, k.id ^ 1, zeros, sizeof(zeros), &b);
	note_line_raw(name, k.id, zeros, 64, &b);
	buf_text(&b, FOO_LINE);
	n = parsed(b.data, b.size);
	assert_int_equal(n.signature_count, 3);
	assert_int_equal(n.signatures[0].size, 2428);
	assert_int_equal(n.signatures[0].id, 0x530d903b);
	assert_string_equal(n.signatures[1].name, "");
	assert_int_equal(n.signatures[2].size, 64);
	assert_int_equal(note_verify(&n, &k, NULL, &e), RC_OK);
	buf_free(&b);
}

/* ---- checkpoints ---- */

static void
malformed_checkpoints_are_refused(void **state)
{
	static const char origin[] = "checkpoint: line 1: expected an origin of at most 200 printable"
				     " characters, none of space, '+', '\"' and '\\'";
	static const char size[] = "checkpoint: line 2: expected a tree size in decimal without leading"
				   " zeros";
	static const char root[] = "checkpoint: line 3: expected 32 bytes in padded base64";
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "checkpoint: expected three lines (origin, size, root), found 0" },
		{ LEDGER "\n1000\n", "checkpoint: expected three lines (origin, size, root), found 2" },
		{ LEDGER "\n1000\n" ROOT,
		  "checkpoint: expected three lines (origin, size, root), found 2" },
		{ TREE "2026-04\n", "checkpoint: a fourth line; extension lines are not read" },
		{ TREE "\n", "checkpoint: a fourth line; extension lines are not read" },
		{ "\n1000\n" ROOT "\n", origin },
		{ "a b\n1000\n" ROOT "\n", origin },
		{ "a+b\n1000\n" ROOT "\n", origin },
		{ "utfall/x\n1000\n" ROOT "\n", origin },
		{ LEDGER "\n01000\n" ROOT "\n", size },
		{ LEDGER "\n00\n" ROOT "\n", size },
		{ LEDGER "\n\n" ROOT "\n", size },
		{ LEDGER "\n-1\n" ROOT "\n", size },
		{ LEDGER "\n+1\n" ROOT "\n", size },
		{ LEDGER "\n 1\n" ROOT "\n", size },
		{ LEDGER "\n1000 \n" ROOT "\n", size },
		{ LEDGER "\n0x10\n" ROOT "\n", size },
		{ LEDGER "\n9223372036854775808\n" ROOT "\n", size },
		{ LEDGER "\n1000\n\n", root },
		{ LEDGER "\n1000\nnDDK42+QoVXgix7yMUA6iL1VEsw+VipTUq4eaRaB0E\n", root },
		{ LEDGER "\n1000\nnDDK42+QoVXgix7yMUA6iL1VEsw+VipTUq4eaRaB0Ek\n", root },
		{ LEDGER "\n1000\nnDDK42+QoVXgix7yMUA6iL1VEsw+VipTUq4eaRaB0El=\n", root },
		{ LEDGER "\n1000\nnDDK42-QoVXgix7yMUA6iL1VEsw-VipTUq4eaRaB0Ek=\n", root },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct checkpoint c = { .size = 77 };
		struct err e = { .rc = RC_OK };
		enum rc rc = checkpoint_parse(cases[i].text, strlen(cases[i].text), &c, &e);

		if (rc != RC_REFUSED || c.size != 77 || strcmp(e.text, cases[i].want) != 0)
			fail_msg("'%s': %s (%s)", cases[i].text, rc_name(rc), e.text);
	}
}

static void
checkpoints_have_one_text(void **state)
{
	static const char *const texts[] = {
		TREE,
		"a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"a\n1\n" ROOT "\n",
		"a\n9223372036854775807\n" ROOT "\n",
	};
	static const uint64_t sizes[] = { 1000, 0, 1, INT64_MAX };

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct checkpoint c;
		struct buf b = { 0 };
		struct err e;

		assert_int_equal(checkpoint_parse(texts[i], strlen(texts[i]), &c, &e), RC_OK);
		assert_int_equal(c.size, sizes[i]);
		checkpoint_format(&c, &b);
		assert_string_equal(b.data, texts[i]);
		buf_free(&b);
	}
}

static void
checkpoint_has_the_known_bytes(void **state)
{
	struct signing_key *k = signer(LEDGER, KEY_ED25519, 7), *next = signer(LEDGER, KEY_ED25519, 8);
	struct signing_key *witness = signer("witness.example/w1", KEY_COSIGNATURE, 9);
	const struct signing_key *both[] = { k, next };
	struct buf b = { 0 };
	struct checkpoint c, got;
	struct note n;
	struct err e;

	(void)state;
	assert_int_equal(checkpoint_parse(TREE, strlen(TREE), &c, &e), RC_OK);
	assert_int_equal(checkpoint_sign(&c, both, 1, &b, &e), RC_OK);
	assert_string_equal(b.data, TREE "\n" TREE_LINE);
	assert_int_equal(note_sign_line(TREE, strlen(TREE), witness, WITNESS_TIME, &b, &e), RC_OK);
	assert_string_equal(b.data, TREE "\n" TREE_LINE WITNESS_LINE);
	buf_clear(&b);
	assert_int_equal(checkpoint_sign(&c, both, 2, &b, &e), RC_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(checkpoint_open(b.data, b.size, signing_key_verifier(both[i]), arena,
						 &got, &n, &e), RC_OK);
		assert_int_equal(got.size, 1000);
		assert_string_equal(got.origin, LEDGER);
		assert_int_equal(n.signature_count, 2);
	}
	buf_free(&b);
	signing_key_free(witness);
	signing_key_free(next);
	signing_key_free(k);
}

static void
opening_a_checkpoint_checks_all_of_it(void **state)
{
	struct signing_key *foo = signer("example.com/foo", KEY_ED25519, 3);
	struct verifier_key ledger = verifier(LEDGER_KEY), other = verifier(FOO_KEY);
	struct checkpoint c = { .size = 77 };
	struct buf b = { 0 };
	struct err e;

	(void)state;
	assert_int_equal(checkpoint_open(TREE "\n" TREE_LINE, strlen(TREE "\n" TREE_LINE), &other,
					 arena, &c, NULL, &e), RC_NOT_FOUND);
	assert_int_equal(checkpoint_open(TREE, strlen(TREE), &ledger, arena, &c, NULL, &e),
			 RC_REFUSED);
	buf_text(&b, "ledger.example/outcomes\n1001\n" ROOT "\n\n" TREE_LINE);
	assert_int_equal(checkpoint_open(b.data, b.size, &ledger, arena, &c, NULL, &e), RC_INTEGRITY);
	assert_string_equal(e.text, "note: the signature by ledger.example/outcomes+6eb9236f does not"
				    " verify");
	buf_clear(&b);
	buf_text(&b, TREE "\n");
	assert_int_equal(note_sign_line(TREE, strlen(TREE), foo, 0, &b, &e), RC_OK);
	assert_int_equal(checkpoint_open(b.data, b.size, signing_key_verifier(foo), arena, &c, NULL,
					 &e), RC_INTEGRITY);
	assert_string_equal(e.text, "checkpoint: origin is ledger.example/outcomes, expected"
				    " example.com/foo, the name of the key that signed it");
	assert_int_equal(c.size, 77);
	buf_free(&b);
	signing_key_free(foo);
}

/* ---- cosignatures ---- */

static void
cosignatures_say_when(void **state)
{
	struct verifier_key w = verifier(WITNESS_KEY);
	struct signing_key *k = signer("witness.example/w1", KEY_COSIGNATURE, 9);
	uint8_t bytes[72] = { 0x80 };
	struct note n = parsed(TREE "\n" TREE_LINE WITNESS_LINE,
			       strlen(TREE "\n" TREE_LINE WITNESS_LINE));
	struct buf b = { 0 };
	uint64_t time = 77;
	struct err e;

	(void)state;
	assert_int_equal(note_verify(&n, &w, &time, &e), RC_OK);
	assert_int_equal(time, WITNESS_TIME);
	assert_int_equal(note_verify(&n, &w, NULL, &e), RC_OK);
	/* the latest of several */
	buf_text(&b, TREE "\n" WITNESS_LINE);
	assert_int_equal(note_sign_line(TREE, strlen(TREE), k, WITNESS_TIME + 5, &b, &e), RC_OK);
	assert_int_equal(note_sign_line(TREE, strlen(TREE), k, 1, &b, &e), RC_OK);
	n = parsed(b.data, b.size);
	assert_int_equal(note_verify(&n, &w, &time, &e), RC_OK);
	assert_int_equal(time, WITNESS_TIME + 5);
	/* a time of 0 or beyond 2^63 - 1, another time, a signature without one */
	for (int i = 0; i < 4; i++) {
		struct note_signature bad = n.signatures[0];

		memset(bad.bytes, i == 0 ? 0 : 0xff, i < 2 ? 8 : 0);
		bad.bytes[7] ^= i == 2;
		bad.size -= i == 3 ? 8 : 0;
		n.signatures[0] = bad;
		time = 77;
		assert_int_equal(note_verify(&n, &w, &time, &e), RC_INTEGRITY);
		assert_int_equal(time, 77);
		n = parsed(b.data, b.size);
	}
	buf_clear(&b);
	buf_text(&b, TREE "\n");
	note_line_raw(w.name, w.id, bytes, sizeof(bytes), &b);
	n = parsed(b.data, b.size);
	assert_int_equal(note_verify(&n, &w, NULL, &e), RC_INTEGRITY);
	buf_free(&b);
	signing_key_free(k);
}

/* A plain signature must never pass as a cosignature, nor the other way. */
static void
types_are_kept_apart(void **state)
{
	struct signing_key *plain = signer("w", KEY_ED25519, 9), *co = signer("w", KEY_COSIGNATURE, 9);
	struct buf b = { 0 };
	struct note n;
	struct err e;

	(void)state;
	assert_int_not_equal(signing_key_verifier(plain)->id, signing_key_verifier(co)->id);
	buf_text(&b, TREE "\n");
	assert_int_equal(note_sign_line(TREE, strlen(TREE), plain, 0, &b, &e), RC_OK);
	n = parsed(b.data, b.size);
	assert_int_equal(note_verify(&n, signing_key_verifier(co), NULL, &e), RC_NOT_FOUND);
	n.signatures[0].id = signing_key_verifier(co)->id;
	assert_int_equal(note_verify(&n, signing_key_verifier(co), NULL, &e), RC_INTEGRITY);
	buf_free(&b);
	signing_key_free(co);
	signing_key_free(plain);
}

/* ---- proof files ---- */

#define PROOF "c2sp.org/tlog-proof@v1\n"
#define NOTE TREE "\n" TREE_LINE

static void
malformed_proof_files_are_refused(void **state)
{
	static const char first[] = "proof file: expected a first line c2sp.org/tlog-proof@v1 and more"
				    " behind it";
	static const char hash[] = "a hash of 32 bytes in padded base64, or an empty line";
	static const struct {
		const char *text;
		int line;
		const char *want;
	} cases[] = {
		{ "", 0, first },
		{ PROOF, 0, first },
		{ "c2sp.org/tlog-proof@v1", 0, first },
		{ "c2sp.org/tlog-proof@v2\nindex 0\n\n" NOTE, 0, first },
		{ "c2sp.org/tlog-proof@v11\nindex 0\n\n" NOTE, 0, first },
		{ "\n" PROOF "index 0\n\n" NOTE, 0, first },
		{ PROOF "\n" NOTE, 2, "\"index \" and a number in decimal" },
		{ PROOF "index\n\n" NOTE, 2, "\"index \" and a number in decimal" },
		{ PROOF "index 01\n\n" NOTE, 2, "\"index \" and a number in decimal" },
		{ PROOF "index -1\n\n" NOTE, 2, "\"index \" and a number in decimal" },
		{ PROOF "index 9223372036854775808\n\n" NOTE, 2,
		  "\"index \" and a number in decimal" },
		{ PROOF "Index 1\n\n" NOTE, 2, "\"index \" and a number in decimal" },
		{ PROOF "extra \nindex 1\n\n" NOTE, 2, "\"extra \" and padded base64" },
		{ PROOF "extra QQ\nindex 1\n\n" NOTE, 2, "\"extra \" and padded base64" },
		{ PROOF "extra QQ==\n", 2, "a line \"index N\" behind it" },
		{ PROOF "extra QQ==\nextra QQ==\nindex 1\n\n" NOTE, 3,
		  "\"index \" and a number in decimal" },
		{ PROOF "index 1\n", 2, "an empty line and a checkpoint behind it" },
		{ PROOF "index 1\n" ROOT "\n", 3, "an empty line and a checkpoint behind it" },
		{ PROOF "index 1\n" ROOT "\n\n", 4, "a checkpoint behind it" },
		{ PROOF "index 1\n" ROOT "=\n\n" NOTE, 3, hash },
		{ PROOF "index 1\nQQ==\n\n" NOTE, 3, hash },
		{ PROOF "index 1\n" NOTE, 3, hash },
		{ PROOF "index 1\n" ROOT " \n\n" NOTE, 3, hash },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tlog_proof p = { .index = 77 };
		struct err e = { .rc = RC_OK };
		char want[200];
		enum rc rc = tlog_proof_parse(cases[i].text, strlen(cases[i].text), arena, &p, &e);

		if (cases[i].line == 0)
			(void)snprintf(want, sizeof(want), "%s", cases[i].want);
		else
			(void)snprintf(want, sizeof(want), "proof file: line %d: expected %s",
				       cases[i].line, cases[i].want);
		if (rc != RC_REFUSED || p.index != 77 || strcmp(e.text, want) != 0)
			fail_msg("'%s': %s (%s)", cases[i].text, rc_name(rc), e.text);
	}
}

/* The path has at most 64 hashes. */
static void
proof_files_have_limits(void **state)
{
	struct tlog_proof p;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	for (int hashes = 64; hashes <= 65; hashes++) {
		buf_clear(&b);
		buf_text(&b, PROOF "index 1\n");
		for (int i = 0; i < hashes; i++)
			buf_text(&b, ROOT "\n");
		buf_text(&b, "\n" NOTE);
		assert_int_equal(tlog_proof_parse(b.data, b.size, arena, &p, &e),
				 hashes == 64 ? RC_OK : RC_REFUSED);
	}
	assert_string_equal(e.text, "proof file: line 67: expected an empty line behind 64 hashes");
	assert_int_equal(tlog_proof_parse(b.data, (1 << 20) + 1, arena, &p, &e), RC_REFUSED);
	buf_free(&b);
}

static enum rc
leaf_node(void *arg, unsigned level, uint64_t index, struct hash *ret, struct err *e)
{
	const struct hash *leaves = arg;

	(void)e;
	*ret = merkle_root_of(leaves + (index << level), (size_t)1 << level);
	return RC_OK;
}

static void
proof_files_prove_offline(void **state)
{
	static struct hash leaves[1000];
	struct verifier_key k = verifier(LEDGER_KEY), other = verifier(FOO_KEY);
	struct tlog_proof p = {
		.extra = (const uint8_t *)"{\"seq\":617}", .extra_size = 11, .index = 617,
		.checkpoint = NOTE, .checkpoint_size = strlen(NOTE),
	}, got;
	struct buf b = { 0 }, again = { 0 };
	struct checkpoint c;
	struct note n;
	struct err e;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		char text[32];

		leaves[i] = hash_leaf(text, (size_t)snprintf(text, sizeof(text), "{\"seq\":%u}", i));
	}
	assert_int_equal(merkle_prove_inclusion(617, 1000, leaf_node, leaves, &p.path, &e), RC_OK);
	tlog_proof_format(&p, &b);
	assert_int_equal(strncmp(b.data, PROOF "extra eyJzZXEiOjYxN30=\nindex 617\n", 55), 0);
	assert_int_equal(tlog_proof_parse(b.data, b.size, arena, &got, &e), RC_OK);
	tlog_proof_format(&got, &again);
	assert_string_equal(again.data, b.data);
	assert_int_equal(tlog_proof_check(&got, hash_leaf(got.extra, got.extra_size), &k, arena, &c,
					  &n, &e), RC_OK);
	assert_int_equal(c.size, 1000);
	assert_int_equal(n.signature_count, 1);
	assert_int_equal(tlog_proof_check(&got, leaves[616], &k, arena, &c, NULL, &e), RC_INTEGRITY);
	assert_int_equal(tlog_proof_check(&got, leaves[617], &other, arena, &c, NULL, &e),
			 RC_NOT_FOUND);
	got.index = 616;
	assert_int_equal(tlog_proof_check(&got, leaves[617], &k, arena, &c, NULL, &e), RC_INTEGRITY);
	/* without `extra` */
	buf_clear(&b);
	p.extra_size = 0;
	tlog_proof_format(&p, &b);
	assert_int_equal(tlog_proof_parse(b.data, b.size, arena, &got, &e), RC_OK);
	assert_null(got.extra);
	assert_int_equal(got.extra_size, 0);
	buf_free(&again);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(malformed_notes_are_refused),
		cmocka_unit_test(notes_have_limits),
		cmocka_unit_test(published_notes_verify),
		cmocka_unit_test(signatures_are_found_by_name_and_id),
		cmocka_unit_test(notes_split_at_the_last_empty_line),
		cmocka_unit_test(signatures_of_others_are_kept_apart),
		cmocka_unit_test(malformed_checkpoints_are_refused),
		cmocka_unit_test(checkpoints_have_one_text),
		cmocka_unit_test(checkpoint_has_the_known_bytes),
		cmocka_unit_test(opening_a_checkpoint_checks_all_of_it),
		cmocka_unit_test(cosignatures_say_when),
		cmocka_unit_test(types_are_kept_apart),
		cmocka_unit_test(malformed_proof_files_are_refused),
		cmocka_unit_test(proof_files_have_limits),
		cmocka_unit_test(proof_files_prove_offline),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
