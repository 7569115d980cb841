/* test_key.c - keys and the files that keep their secrets: refusals first. */
#define _XOPEN_SOURCE 700	/* terminals made for a test */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "buf.h"
#include "file.h"
#include "hash.h"
#include "key.h"
#include "text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* C2SP's published key, and the keys of two seeds that OpenSSL and Go agree on. */
#define FOO "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define LEDGER "ledger.example/outcomes+6eb9236f+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"
#define WITNESS "witness.example/w1+24b5d9fe+BP0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY"
/* The example of Go's golang.org/x/mod/sumdb/note. */
#define GO_SECRET "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
#define GO_PUBLIC "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

static char folder[] = "/tmp/utfall-test-key.XXXXXX";

static int
set_up(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(secrets_init(&e), RC_OK);
	return mkdtemp(folder) == NULL ? 1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void
path_of(const char *name, char ret[128])
{
	(void)snprintf(ret, 128, "%s/%s", folder, name);
}

static void
seed_of(uint8_t byte, uint8_t ret[32])
{
	memset(ret, byte, 32);
}

static struct signing_key *
key_of(const char *name, enum key_type type, uint8_t byte)
{
	struct signing_key *k = NULL;
	uint8_t seed[32];
	struct err e;

	seed_of(byte, seed);
	assert_int_equal(signing_key_from_seed(name, type, seed, &k, &e), RC_OK);
	return k;
}

/* ---- verifier keys ---- */

static void
verifier_keys_have_one_spelling(void **state)
{
	static const char long_name[] = /* 201 bytes */
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
	static const char shape[] = "verifier key: expected NAME+8 hexadecimal digits+base64;"
				    " copy the whole line";
	static const char name[] = "key name: expected UTF-8 without spaces, control characters and"
				   " '+', found something else";
	static const char base64[] = "key example.com/foo: expected 33 bytes of padded base64 behind"
				     " the id, found something else";
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", shape },
		{ "example.com/foo", shape },
		{ "example.com/foo+530d903a", shape },
		{ "example.com/foo+530d903a-AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", shape },
		{ "example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", shape },
		{ "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", name },
		{ "a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", name },
		{ "a\tb+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", name },
		{ "a\xe2\x80\x83+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", name },
		{ "a\xc2\xa0+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", name },
		{ "a\xff+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", name },
		{ long_name, "key name: 201 bytes, at most 200 are allowed" },
		{ "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		  "key example.com/foo: expected an id of 8 lowercase hexadecimal digits behind the"
		  " name" },
		{ "example.com/foo+530d903a+", base64 },
		{ FOO "=", base64 },
		{ FOO "\n", base64 },
		{ FOO "AAAA", base64 },
		{ "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2", base64 },
		{ "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		  "key example.com/foo: the id is 530d903b, expected 530d903a from its name and public"
		  " key; copy the whole line anew" },
		{ "example.com/foa+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", NULL },
		{ "example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", NULL },
		{ "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		  "key example.com/foo: type 2 is not known; expected 1 (Ed25519) or 4 (cosignature)" },
		{ "example.com/foo+530d903a+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		  "key example.com/foo: the public key is no point of Ed25519 or one of small order; it"
		  " can vouch for nothing" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct verifier_key k = { .id = 7 };
		struct err e = { .rc = RC_OK };
		enum rc rc = verifier_key_parse(cases[i].text, strlen(cases[i].text), &k, &e);

		if (rc != RC_REFUSED || k.id != 7 ||
		    (cases[i].want != NULL && strcmp(e.text, cases[i].want) != 0))
			fail_msg("'%s': %s (%s)", cases[i].text, rc_name(rc), e.text);
	}
}

static void
verifier_keys_are_the_published_ones(void **state)
{
	static const struct {
		const char *text, *name, *brief;
		enum key_type type;
		uint32_t id;
	} cases[] = {
		{ FOO, "example.com/foo", "example.com/foo+530d903a", KEY_ED25519, 0x530d903a },
		{ LEDGER, "ledger.example/outcomes", "ledger.example/outcomes+6eb9236f", KEY_ED25519,
		  0x6eb9236f },
		{ WITNESS, "witness.example/w1", "witness.example/w1+24b5d9fe", KEY_COSIGNATURE,
		  0x24b5d9fe },
		{ GO_PUBLIC, "PeterNeumann", "PeterNeumann+c74f20a3", KEY_ED25519, 0xc74f20a3 },
	};
	struct verifier_key first, k;
	struct err e;
	char text[KEY_TEXT];

	(void)state;
	assert_int_equal(verifier_key_parse(FOO, strlen(FOO), &first, &e), RC_OK);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(verifier_key_parse(cases[i].text, strlen(cases[i].text), &k, &e),
				 RC_OK);
		assert_string_equal(k.name, cases[i].name);
		assert_int_equal(k.type, cases[i].type);
		assert_int_equal(k.id, cases[i].id);
		verifier_key_format(&k, text);
		assert_string_equal(text, cases[i].text);
		verifier_key_short(&k, text);
		assert_string_equal(text, cases[i].brief);
		assert_true(verifier_key_equal(&k, &k));
		assert_int_equal(verifier_key_equal(&k, &first), i == 0);
	}
}

static void
seeds_give_the_known_keys(void **state)
{
	static const struct {
		const char *name, *want;
		enum key_type type;
		uint8_t seed;
	} cases[] = {
		{ "ledger.example/outcomes", LEDGER, KEY_ED25519, 7 },
		{ "witness.example/w1", WITNESS, KEY_COSIGNATURE, 9 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct signing_key *k = key_of(cases[i].name, cases[i].type, cases[i].seed);
		char text[KEY_TEXT];

		verifier_key_format(signing_key_verifier(k), text);
		assert_string_equal(text, cases[i].want);
		signing_key_free(k);
	}
	signing_key_free(NULL);
}

/* The eight points of small order, their other spellings, and y coordinates that wrap around. */
static void
weak_points_are_refused(void **state)
{
	static const char *const points[] = {
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0000000000000000000000000000000000000000000000000000000000000080",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
		"0100000000000000000000000000000000000000000000000000000000000080",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		/* no point has y = 2 */
		"0200000000000000000000000000000000000000000000000000000000000000",
	};
	uint8_t point[32];
	struct verifier_key k = { .id = 7 };
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(points); i++) {
		assert_true(hex_parse(points[i], 64, point, 32));
		if (verifier_key_make("a", KEY_ED25519, point, &k, &e) != RC_REFUSED || k.id != 7)
			fail_msg("%s was taken", points[i]);
	}
	memset(point, 0xff, sizeof(point));
	for (int low = 0xed; low <= 0xff; low++)	/* y = p to p + 18, both signs */
		for (int high = 0x7f; high <= 0xff; high += 0x80) {
			point[0] = (uint8_t)low;
			point[31] = (uint8_t)high;
			assert_int_equal(verifier_key_make("a", KEY_ED25519, point, &k, &e),
					 RC_REFUSED);
			assert_string_equal(e.text, "key a: the public key is not canonical");
		}
	point[17] = 0;	/* large, and below p */
	if (verifier_key_make("a", KEY_ED25519, point, &k, &e) != RC_OK)
		assert_string_not_equal(e.text, "key a: the public key is not canonical");
}

/* The format asks for canonical and not of small order, no more: a point with a part of small
 * order is a key, and what verifies under it is decided without the cofactor. */
static void
mixed_points_are_keys(void **state)
{
	struct signing_key *k = key_of("a", KEY_ED25519, 7);
	uint8_t eighth[32], mixed[32];
	struct verifier_key vk;
	struct err e;

	(void)state;
	assert_true(hex_parse("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", 64,
			      eighth, 32));
	assert_int_equal(crypto_core_ed25519_add(mixed, signing_key_verifier(k)->public_key, eighth),
			 0);
	assert_int_equal(crypto_core_ed25519_is_valid_point(mixed), 0);
	assert_int_equal(verifier_key_make("a", KEY_ED25519, mixed, &vk, &e), RC_OK);
	signing_key_free(k);
}

/* ---- signatures ---- */

/* RFC 8032 section 7.1, tests 1 and 2. */
static void
signatures_are_rfc_8032s(void **state)
{
	static const struct {
		const char *seed, *public_key, *message, *signature;
	} cases[] = {
		{ "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
		  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
		  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e"
		  "39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
		{ "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
		  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "r",
		  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f"
		  "3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t size = strlen(cases[i].message);
		uint8_t seed[32], point[32], want[64], got[64];
		struct signing_key *k;

		assert_true(hex_parse(cases[i].seed, 64, seed, 32));
		assert_true(hex_parse(cases[i].public_key, 64, point, 32));
		assert_true(hex_parse(cases[i].signature, 128, want, 64));
		assert_int_equal(signing_key_from_seed("a", KEY_ED25519, seed, &k, &e), RC_OK);
		assert_memory_equal(signing_key_verifier(k)->public_key, point, 32);
		assert_int_equal(signing_key_sign(k, cases[i].message, size, got, &e), RC_OK);
		assert_memory_equal(got, want, 64);
		for (size_t bit = 0; bit < 512; bit++) {
			want[bit / 8] ^= (uint8_t)(1u << (bit % 8));
			assert_false(verifier_key_check(signing_key_verifier(k), cases[i].message, size,
							want));
			want[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		}
		assert_true(verifier_key_check(signing_key_verifier(k), cases[i].message, size, want));
		assert_false(verifier_key_check(signing_key_verifier(k), "x", 1, want));
		signing_key_free(k);
	}
}

/* S + L verifies wherever S < L is not asked for. */
static void
signatures_have_one_scalar(void **state)
{
	static const uint8_t order[32] = {
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9,
		0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
	};
	static const uint8_t seed[32] = { 7 };
	struct signing_key *k = NULL;
	uint8_t signature[64];
	unsigned carry = 0;
	struct err e;

	(void)state;
	assert_int_equal(signing_key_from_seed("a", KEY_ED25519, seed, &k, &e), RC_OK);
	assert_int_equal(signing_key_sign(k, "m", 1, signature, &e), RC_OK);
	assert_true(verifier_key_check(signing_key_verifier(k), "m", 1, signature));
	for (int i = 0; i < 32; i++) {
		carry += signature[32 + i] + (unsigned)order[i];
		signature[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	assert_int_equal(carry, 0);
	assert_false(verifier_key_check(signing_key_verifier(k), "m", 1, signature));
	signing_key_free(k);
}

static void
generated_keys_differ_and_names_are_checked(void **state)
{
	struct signing_key *a = NULL, *b = NULL;
	struct err e;

	(void)state;
	assert_int_equal(signing_key_generate("a b", KEY_ED25519, &a, &e), RC_REFUSED);
	assert_null(a);
	assert_int_equal(signing_key_generate("funder", KEY_ED25519, &a, &e), RC_OK);
	assert_int_equal(signing_key_generate("funder", KEY_ED25519, &b, &e), RC_OK);
	assert_memory_not_equal(signing_key_verifier(a)->public_key,
				signing_key_verifier(b)->public_key, 32);
	signing_key_free(a);
	signing_key_free(b);
}

static void
no_core_file_holds_a_secret(void **state)
{
	struct rlimit limit;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_CORE, &limit), 0);
	assert_int_equal(limit.rlim_cur, 0);
	assert_int_equal(limit.rlim_max, 0);
}

static void
random_bytes_differ(void **state)
{
	uint8_t a[32] = { 0 }, b[32] = { 0 };

	(void)state;
	random_bytes(a, 0);
	assert_true(sodium_is_zero(a, sizeof(a)));
	random_bytes(a, sizeof(a));
	random_bytes(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
}

/* ---- key files ---- */

static void
write_text(const char *path, const char *text, unsigned mode)
{
	struct err e;

	assert_int_equal(file_write(path, text, strlen(text), mode, &e), RC_OK);
}

static void
key_files_are_gos(void **state)
{
	struct signing_key *k = NULL;
	struct buf b = { 0 };
	char path[128], text[KEY_TEXT];
	struct verifier_key vk;
	struct err e;
	bool locked = true;

	(void)state;
	path_of("go", path);
	write_text(path, GO_SECRET "\n", 0600);
	assert_int_equal(key_file_needs_passphrase(path, &locked, &e), RC_OK);
	assert_false(locked);
	assert_int_equal(key_file_read(path, NULL, &k, &e), RC_OK);
	verifier_key_format(signing_key_verifier(k), text);
	assert_string_equal(text, GO_PUBLIC);
	assert_int_equal(key_file_verifier(path, &vk, &e), RC_OK);
	assert_true(verifier_key_equal(&vk, signing_key_verifier(k)));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(key_file_needs_passphrase(path, &locked, &e), RC_NOT_FOUND);
	assert_int_equal(key_file_write(path, k, NULL, &e), RC_OK);
	assert_int_equal(file_read(path, 4096, &b, &e), RC_OK);
	assert_string_equal(b.data, GO_SECRET "\n");
	buf_free(&b);
	signing_key_free(k);
	assert_int_equal(unlink(path), 0);
}

static void
key_files_are_private_and_never_replaced(void **state)
{
	struct signing_key *k = key_of("funder", KEY_ED25519, 3), *again = NULL;
	char path[128], want[256];
	struct stat st;
	struct err e;
	mode_t before = umask(0);

	(void)state;
	path_of("funder.key", path);
	assert_int_equal(key_file_write(path, k, NULL, &e), RC_OK);
	(void)umask(before);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(key_file_write(path, k, NULL, &e), RC_CONFLICT);
	(void)snprintf(want, sizeof(want), "%s: exists already; name another file", path);
	assert_string_equal(e.text, want);
	assert_int_equal(key_file_read(path, NULL, &again, &e), RC_OK);
	assert_true(verifier_key_equal(signing_key_verifier(k), signing_key_verifier(again)));
	signing_key_free(again);
	signing_key_free(k);
	assert_int_equal(unlink(path), 0);
}

static void
expect_refused(const char *path, enum rc want, const char *text)
{
	struct signing_key *k = NULL;
	struct verifier_key vk = { .id = 7 };
	struct err e;
	char full[600];

	(void)snprintf(full, sizeof(full), "%s: %s", path, text);
	assert_int_equal(key_file_read(path, NULL, &k, &e), want);
	assert_string_equal(e.text, full);
	assert_null(k);
	assert_int_equal(key_file_verifier(path, &vk, &e), want);
	assert_int_equal(vk.id, 7);
}

static void
key_files_that_others_could_touch_are_refused(void **state)
{
	static const unsigned wide[] = { 0640, 0604, 0660, 0606, 0620, 0601, 0610, 0644, 0777 };
	char path[128], other[128], want[200], long_path[300] = "";

	(void)state;
	path_of("wide", path);
	path_of("link", other);
	for (size_t i = 0; i < COUNT(wide); i++) {
		write_text(path, GO_SECRET "\n", wide[i]);
		(void)snprintf(want, sizeof(want), "mode is %04o, expected 0600: others on this machine"
			       " could read the key; chmod 600 it, or make a new key if they may have",
			       wide[i]);
		expect_refused(path, RC_REFUSED, want);
	}
	write_text(path, "type;participant\n", 0644);
	expect_refused(path, RC_REFUSED, "expected a line that begins with PRIVATE+KEY+ or "
		       "utfall-locked-key/v1; this is no key file");
	write_text(path, GO_SECRET "\n", 0600);
	assert_int_equal(symlink(path, other), 0);
	expect_refused(other, RC_REFUSED, "a symbolic link, expected the key file itself");
	assert_int_equal(unlink(other), 0);
	expect_refused(other, RC_NOT_FOUND, "there is no such key file");
	expect_refused(folder, RC_REFUSED, "expected a regular file with a key");
	memset(long_path, 'x', sizeof(long_path) - 1);
	expect_refused(long_path, RC_SYSTEM, "File name too long");
	assert_int_equal(mkfifo(other, 0600), 0);
	expect_refused(other, RC_REFUSED, "expected a regular file with a key");
	assert_int_equal(unlink(other), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 1, (gid_t)-1), 0);
		expect_refused(path, RC_REFUSED, "the key file belongs to user 1, not to you (user 0);"
						 " use your own key");
	}
	assert_int_equal(unlink(path), 0);
}

static void
what_is_no_key_file_is_refused(void **state)
{
	static const char line[] = "expected one line of at most 4096 bytes with an LF at its end;"
				   " this is no key file";
	static const char word[] = "expected a line that begins with PRIVATE+KEY+ or"
				   " utfall-locked-key/v1; this is no key file";
	static const char seven[] = "expected utfall-locked-key/v1 and seven words behind it; the file"
				    " was altered";
#define LOCKED "utfall-locked-key/v1 " LEDGER
#define REST " AAAAAAAAAAAAAAAAAAAAAA== AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA "
#define SEALED "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", line },
		{ "\n", line },
		{ GO_SECRET, line },
		{ GO_SECRET "\n\n", line },
		{ GO_SECRET "\n" GO_SECRET "\n", line },
		{ GO_PUBLIC "\n", word },
		{ " " GO_SECRET "\n", word },
		{ "PRIVATE+KEY\n", word },
		{ "PRIVATE+KEY+\n", "verifier key: expected NAME+8 hexadecimal digits+base64; copy the"
				    " whole line" },
		{ "PRIVATE+KEY+PeterNeumann+c74f20a4+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n",
		  "key PeterNeumann: the id is c74f20a4, expected c74f20a3 from its name and public"
		  " key; copy the whole line anew" },
		{ "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDF\n",
		  "key PeterNeumann: expected 33 bytes of padded base64 behind the id, found something"
		  " else" },
		{ "utfall-locked-key/v1 \n", seven },
		{ LOCKED " argon2id 3\n", seven },
		{ LOCKED " argon2id 3 262144" REST "\n", seven },
		{ LOCKED " argon2id 3 262144" REST "AAAA\n", seven },
		{ LOCKED " argon2id 3  262144" REST SEALED, seven },
		{ LOCKED " argon2i 3 262144" REST SEALED, seven },
		{ LOCKED " argon2id 03 262144" REST SEALED, seven },
		{ LOCKED " argon2id 0 262144" REST SEALED,
		  "argon2id 0 262144: expected 1 to 48 passes over 8 to 1048576 KiB" },
		{ LOCKED " argon2id 49 262144" REST SEALED,
		  "argon2id 49 262144: expected 1 to 48 passes over 8 to 1048576 KiB" },
		{ LOCKED " argon2id 3 1048577" REST SEALED,
		  "argon2id 3 1048577: expected 1 to 48 passes over 8 to 1048576 KiB" },
		{ LOCKED " argon2id 3 7" REST SEALED,
		  "argon2id 3 7: expected 1 to 48 passes over 8 to 1048576 KiB" },
	};
	char path[128], full[300];
	struct signing_key *k = NULL;
	struct verifier_key vk;
	struct err e;

	(void)state;
	path_of("none", path);
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum rc rc;

		write_text(path, cases[i].text, 0600);
		(void)snprintf(full, sizeof(full), "%s: %s", path, cases[i].want);
		assert_int_not_equal(key_file_verifier(path, &vk, &e), RC_OK);
		rc = key_file_read(path, NULL, &k, &e);
		if (rc != RC_REFUSED || k != NULL || strcmp(e.text, full) != 0)
			fail_msg("'%s': %s (%s)", cases[i].text, rc_name(rc), e.text);
	}
	write_text(path, LOCKED " argon2id 3 262144" REST SEALED, 0600);
	assert_int_equal(key_file_read(path, NULL, &k, &e), RC_REFUSED);
	(void)snprintf(full, sizeof(full), "%s: key ledger.example/outcomes is locked: a passphrase is"
		       " needed", path);
	assert_string_equal(e.text, full);
	assert_int_equal(unlink(path), 0);
}

/* ---- locked files ---- */

static struct passphrase
passphrase_of(const char *text)
{
	struct passphrase p = { .length = strlen(text) };

	p.text = sodium_malloc(p.length);
	assert_non_null(p.text);
	memcpy(p.text, text, p.length);
	return p;
}

/* The bytes themselves, as hexadecimal, and as base64 however they fall into groups of three. */
static bool
holds_secret(const struct buf *file, const uint8_t *secret, size_t size)
{
	char text[128], hex[129];

	hex_format(secret, size, hex);
	if (strstr(file->data, hex) != NULL)
		return true;
	for (size_t i = 0; i + 8 <= file->size; i++)
		if (memcmp(file->data + i, secret, 8) == 0)
			return true;
	for (size_t skip = 0; skip < 3; skip++) {
		base64_format(secret + skip, 24, text);
		text[8] = '\0';
		if (strstr(file->data, text) != NULL)
			return true;
	}
	return false;
}

/* Opens the line with nothing but libsodium and the words of key_file.c's first comment. */
static void
open_by_hand(const char *line, const char *passphrase, uint8_t ret[32])
{
	char salt64[32], nonce64[40], sealed64[80];
	uint8_t salt[16], nonce[24], sealed[48], lock[32];
	unsigned long long ops, kib;
	size_t header = (size_t)(strrchr(line, ' ') + 1 - line);

	assert_int_equal(sscanf(line, "utfall-locked-key/v1 %*s argon2id %llu %llu %31s %39s %79s", &ops,
				&kib, salt64, nonce64, sealed64), 5);
	assert_true(base64_parse(salt64, strlen(salt64), salt, sizeof(salt)));
	assert_true(base64_parse(nonce64, strlen(nonce64), nonce, sizeof(nonce)));
	assert_true(base64_parse(sealed64, strlen(sealed64), sealed, sizeof(sealed)));
	assert_true(ops >= crypto_pwhash_OPSLIMIT_MODERATE);
	assert_true(kib * 1024 >= crypto_pwhash_MEMLIMIT_MODERATE);
	assert_int_equal(crypto_pwhash(lock, sizeof(lock), passphrase, strlen(passphrase), salt, ops,
				       kib * 1024, crypto_pwhash_ALG_ARGON2ID13), 0);
	assert_int_equal(crypto_aead_xchacha20poly1305_ietf_decrypt(ret, NULL, NULL, sealed,
								    sizeof(sealed),
								    (const uint8_t *)line, header,
								    nonce, lock), 0);
}

static void
refuse_altered(const char *path, const struct buf *file, size_t at, char byte,
	       const struct passphrase *p)
{
	struct buf copy = { 0 };
	struct signing_key *k = NULL;
	struct err e;

	buf_add(&copy, file->data, file->size);
	copy.data[at] = byte;
	write_text(path, copy.data, 0600);
	assert_int_equal(key_file_read(path, p, &k, &e), RC_REFUSED);
	assert_null(k);
	buf_free(&copy);
}

static void
locked_files_hold_no_secret_in_clear(void **state)
{
	struct signing_key *k, *again = NULL;
	struct passphrase p = passphrase_of("k\xc3\xb6p inte grisen"), wrong = passphrase_of("kop");
	uint8_t seed[32], got[32];
	char path[128], open_path[128], want[300];
	struct verifier_key vk;
	struct buf b = { 0 };
	struct err e;
	bool locked = false;

	(void)state;
	randombytes_buf(seed, sizeof(seed));
	assert_int_equal(signing_key_from_seed("funder", KEY_ED25519, seed, &k, &e), RC_OK);
	path_of("locked", path);
	path_of("open", open_path);
	assert_int_equal(key_file_write(open_path, k, NULL, &e), RC_OK);
	assert_int_equal(file_read(open_path, 4096, &b, &e), RC_OK);
	assert_true(holds_secret(&b, seed, sizeof(seed)));	/* or the search finds nothing */
	buf_clear(&b);
	assert_int_equal(key_file_write(path, k, &p, &e), RC_OK);
	assert_int_equal(file_read(path, 4096, &b, &e), RC_OK);
	assert_false(holds_secret(&b, seed, sizeof(seed)));
	open_by_hand(b.data, "k\xc3\xb6p inte grisen", got);
	assert_memory_equal(got, seed, sizeof(seed));
	assert_int_equal(key_file_needs_passphrase(path, &locked, &e), RC_OK);
	assert_true(locked);
	assert_int_equal(key_file_verifier(path, &vk, &e), RC_OK);
	assert_true(verifier_key_equal(&vk, signing_key_verifier(k)));
	assert_int_equal(key_file_read(path, &p, &again, &e), RC_OK);
	assert_true(verifier_key_equal(&vk, signing_key_verifier(again)));
	signing_key_free(again);
	again = NULL;
	assert_int_equal(key_file_read(path, NULL, &again, &e), RC_REFUSED);
	(void)snprintf(want, sizeof(want), "%s: key funder is locked: a passphrase is needed", path);
	assert_string_equal(e.text, want);
	assert_int_equal(key_file_read(path, &wrong, &again, &e), RC_REFUSED);
	(void)snprintf(want, sizeof(want), "%s: the passphrase does not open this key file, or the file"
		       " was altered", path);
	assert_string_equal(e.text, want);
	assert_null(again);
	refuse_altered(path, &b, strlen("utfall-locked-key/v1 "), 'F', &p);	/* the name */
	refuse_altered(path, &b, b.size - 3, b.data[b.size - 3] == 'A' ? 'B' : 'A', &p);
	buf_free(&b);
	passphrase_free(&p);
	passphrase_free(&wrong);
	signing_key_free(k);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(unlink(open_path), 0);
}

/* Whoever knows the passphrase can seal any secret; the public key in clear must still be its. */
static void
sealed_secret_must_be_the_keys(void **state)
{
	static const char head[] = "utfall-locked-key/v1 " LEDGER " argon2id 1 8";
	struct passphrase p = passphrase_of("p");
	uint8_t salt[16] = { 0 }, nonce[24] = { 0 }, lock[32], seed[32], sealed[48];
	char line[600], text[80], path[128], want[300];
	struct signing_key *k = NULL;
	struct err e;

	(void)state;
	path_of("sealed", path);
	assert_int_equal(crypto_pwhash(lock, sizeof(lock), "p", 1, salt, 1, 8192,
				       crypto_pwhash_ALG_ARGON2ID13), 0);
	for (int byte = 7; byte <= 8; byte++) {
		int n = snprintf(line, sizeof(line), "%s AAAAAAAAAAAAAAAAAAAAAA== "
				 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ", head);

		seed_of((uint8_t)byte, seed);
		(void)crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, seed, sizeof(seed),
								 (const uint8_t *)line,
								 (unsigned long long)n, NULL, nonce,
								 lock);
		base64_format(sealed, sizeof(sealed), text);
		(void)snprintf(line + n, sizeof(line) - (size_t)n, "%s\n", text);
		write_text(path, line, 0600);
		assert_int_equal(key_file_read(path, &p, &k, &e), byte == 7 ? RC_OK : RC_REFUSED);
		signing_key_free(k);
		k = NULL;
	}
	(void)snprintf(want, sizeof(want), "%s: key ledger.example/outcomes: the public key is not the"
		       " secret's", path);
	assert_string_equal(e.text, want);
	passphrase_free(&p);
	assert_int_equal(unlink(path), 0);
}

/* ---- passphrases ---- */

static void
passphrases_come_a_line_at_a_time(void **state)
{
	static const char empty[] = "passphrase: expected one, found an empty line";
	static const char one[] = "passphrase: expected one line of at most 1024 bytes without NUL";
	static const struct {
		size_t size, expect;
		enum rc rc;
		const char *want;
	} long_ones[] = { { 1024, 1024, RC_OK, NULL }, { 1025, 0, RC_REFUSED, one } };
	struct passphrase p = { .length = 77 };
	char text[1100];
	struct err e;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "first one\nsecond\n\na\0b\n", 22), 22);
	assert_int_equal(passphrase_read(fds[0], "?", &p, &e), RC_OK);
	assert_int_equal(p.length, 9);
	assert_memory_equal(p.text, "first one", 9);
	passphrase_free(&p);
	assert_null(p.text);
	assert_int_equal(passphrase_read(fds[0], "?", &p, &e), RC_OK);
	assert_int_equal(p.length, 6);
	passphrase_free(&p);
	assert_int_equal(passphrase_read(fds[0], "?", &p, &e), RC_REFUSED);
	assert_string_equal(e.text, empty);
	assert_null(p.text);
	assert_int_equal(passphrase_read(fds[0], "?", &p, &e), RC_REFUSED);
	assert_string_equal(e.text, one);
	close(fds[0]);
	close(fds[1]);
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < COUNT(long_ones); i++) {
		assert_int_equal(pipe(fds), 0);
		assert_int_equal(write(fds[1], text, long_ones[i].size), long_ones[i].size);
		close(fds[1]);
		assert_int_equal(passphrase_read(fds[0], "?", &p, &e), long_ones[i].rc);
		assert_int_equal(p.length, long_ones[i].expect);
		if (long_ones[i].want != NULL)
			assert_string_equal(e.text, long_ones[i].want);
		passphrase_free(&p);
		close(fds[0]);
	}
	assert_int_equal(passphrase_read(-1, "?", &p, &e), RC_SYSTEM);
	passphrase_free(&p);
}

/* A terminal of our own, and a child that asks for a passphrase on it. */
struct terminal {
	int master, slave;
	pid_t child;
};

static bool
echoes(const struct terminal *t)
{
	struct termios now;

	assert_int_equal(tcgetattr(t->slave, &now), 0);
	return (now.c_lflag & ECHO) != 0;
}

static void
child_asks(const struct terminal *t)
{
	struct passphrase p;
	struct err e;

	(void)alarm(20);	/* who waits for ever fails */
	(void)dup2(t->slave, STDERR_FILENO);
	if (passphrase_read(t->slave, "Passphrase: ", &p, &e) != RC_OK)
		_exit(1);
	_exit(p.length == 6 && memcmp(p.text, "hemlig", 6) == 0 ? 0 : 2);
}

/* Returns once the child has switched echo off. */
static struct terminal
ask(void)
{
	struct terminal t = { .master = posix_openpt(O_RDWR | O_NOCTTY) };
	const struct timespec wait = { 0, 1000 };

	assert_true(t.master >= 0);
	assert_int_equal(grantpt(t.master), 0);
	assert_int_equal(unlockpt(t.master), 0);
	t.slave = open(ptsname(t.master), O_RDWR | O_NOCTTY);
	assert_true(t.slave >= 0);
	assert_true(echoes(&t));
	t.child = fork();
	if (t.child == 0)
		child_asks(&t);
	for (int i = 0; i < 300000 && echoes(&t); i++)
		(void)nanosleep(&wait, NULL);
	assert_false(echoes(&t));
	return t;
}

static int
end(struct terminal *t, char ret_shown[256])
{
	struct pollfd shows = { .fd = t->master, .events = POLLIN };
	size_t size = 0;
	int status;

	assert_int_equal(waitpid(t->child, &status, 0), t->child);
	assert_true(echoes(t));
	while (size == 0 || ret_shown[size - 1] != '\n') {	/* the last that it says */
		ssize_t n;

		assert_int_equal(poll(&shows, 1, 20000), 1);
		n = read(t->master, ret_shown + size, 255 - size);
		assert_true(n > 0);
		size += (size_t)n;
	}
	ret_shown[size] = '\0';
	close(t->slave);
	close(t->master);
	return status;
}

static void
terminals_do_not_echo_passphrases(void **state)
{
	struct terminal t = ask();
	char shown[256];
	int status;

	(void)state;
	assert_int_equal(write(t.master, "hemlig\n", 7), 7);
	status = end(&t, shown);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_string_equal(shown, "Passphrase: \r\n");
}

static void
interrupted_prompts_leave_the_terminal_as_it_was(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

	(void)state;
	for (size_t i = 0; i < 50 * COUNT(signals); i++) {	/* some come before it reads */
		struct terminal t = ask();
		char shown[256];
		int status;

		assert_int_equal(kill(t.child, signals[i % COUNT(signals)]), 0);
		status = end(&t, shown);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i % COUNT(signals)]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verifier_keys_have_one_spelling),
		cmocka_unit_test(verifier_keys_are_the_published_ones),
		cmocka_unit_test(seeds_give_the_known_keys),
		cmocka_unit_test(weak_points_are_refused),
		cmocka_unit_test(mixed_points_are_keys),
		cmocka_unit_test(signatures_are_rfc_8032s),
		cmocka_unit_test(signatures_have_one_scalar),
		cmocka_unit_test(generated_keys_differ_and_names_are_checked),
		cmocka_unit_test(no_core_file_holds_a_secret),
		cmocka_unit_test(random_bytes_differ),
		cmocka_unit_test(key_files_are_gos),
		cmocka_unit_test(key_files_are_private_and_never_replaced),
		cmocka_unit_test(key_files_that_others_could_touch_are_refused),
		cmocka_unit_test(what_is_no_key_file_is_refused),
		cmocka_unit_test(locked_files_hold_no_secret_in_clear),
		cmocka_unit_test(sealed_secret_must_be_the_keys),
		cmocka_unit_test(passphrases_come_a_line_at_a_time),
		cmocka_unit_test(terminals_do_not_echo_passphrases),
		cmocka_unit_test(interrupted_prompts_leave_the_terminal_as_it_was),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
