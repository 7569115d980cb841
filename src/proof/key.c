/* key.c - verifier keys and signing keys. Only key*.c include libsodium's header.
 *
 * Read next: key_file.c (secrets on disk), note.c (what keys sign), merkle.c
 * (what the signed root means), tiles.c, policy.c.
 */
#include "key.h"
#include "key_priv.h"
#include "hash.h"
#include "text.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(UNDER_ASAN)
#define UNDER_ASAN 1
#endif

enum rc
secrets_init(struct err *e)
{
	const struct rlimit none = { 0, 0 };

	if (sodium_init() < 0)
		return rc_fail(e, RC_SYSTEM, "libsodium does not start: no source of random bytes");
	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return rc_fail(e, RC_SYSTEM, "core files cannot be switched off");
#if defined(__linux__) && !defined(UNDER_ASAN)	/* LeakSanitizer has to look into the process */
	if (prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) != 0)
		return rc_fail(e, RC_SYSTEM, "memory dumps cannot be switched off");
#endif
	return RC_OK;
}

void
random_bytes(void *ret, size_t size)
{
	randombytes_buf(ret, size);
}

/* ---- names and points ---- */

/* Unicode's White_Space beyond the controls that are refused anyway. */
static bool
is_space(uint32_t c)
{
	switch (c) {
	case 0x20:
	case 0x85:
	case 0xA0:
	case 0x1680:
	case 0x2028:
	case 0x2029:
	case 0x202F:
	case 0x205F:
	case 0x3000:
		return true;
	default:
		return c >= 0x2000 && c <= 0x200A;
	}
}

bool
key_name_is_valid(const char *text, size_t length)
{
	uint32_t c;
	size_t n;

	if (length == 0)
		return false;
	for (size_t i = 0; i < length; i += n) {
		n = utf8_next(text + i, length - i, &c);
		if (n == 0 || c < 0x20 || (c >= 0x7F && c < 0xA0) || c == '+' || is_space(c))
			return false;
	}
	return true;
}

/* The y coordinate is below 2^255 - 19. The two encodings with x = 0 and the
 * sign bit set are of small order and fall there. */
static bool
point_is_canonical(const uint8_t p[32])
{
	if ((p[31] & 0x7F) != 0x7F || p[0] < 0xED)
		return true;
	for (size_t i = 1; i < 31; i++)
		if (p[i] != 0xFF)
			return true;
	return false;
}

/* On the curve, and not one of the eight points that 8 takes to the identity. The
 * format does not ask for the main subgroup, which crypto_core_ed25519_is_valid_point() does. */
static bool
point_is_usable(const uint8_t p[32])
{
	static const uint8_t identity[32] = { 1 };
	uint8_t q[32];

	memcpy(q, p, 32);
	for (int i = 0; i < 3; i++) {
		uint8_t twice[32];

		if (crypto_core_ed25519_add(twice, q, q) != 0)
			return false;
		memcpy(q, twice, 32);
	}
	return memcmp(q, identity, 32) != 0;
}

/* ---- verifier keys ---- */

static uint32_t
key_id(const char *name, enum key_type type, const uint8_t public_key[32])
{
	struct hasher *h = hasher_new();
	uint8_t byte = (uint8_t)type;
	struct hash digest;

	hasher_add(h, name, strlen(name));
	hasher_add(h, "\n", 1);
	hasher_add(h, &byte, 1);
	hasher_add(h, public_key, 32);
	digest = hasher_end(h);
	hasher_free(h);
	return (uint32_t)digest.bytes[0] << 24 | (uint32_t)digest.bytes[1] << 16 |
	       (uint32_t)digest.bytes[2] << 8 | digest.bytes[3];
}

static enum rc
name_check(const char *name, size_t length, struct err *e)
{
	if (length > KEY_NAME_MAX)
		return rc_fail(e, RC_REFUSED, "key name: %zu bytes, at most %d are allowed", length,
			       KEY_NAME_MAX);
	if (!key_name_is_valid(name, length))
		return rc_fail(e, RC_REFUSED, "key name: expected UTF-8 without spaces, control"
			       " characters and '+', found something else");
	return RC_OK;
}

enum rc
verifier_key_make(const char *name, enum key_type type, const uint8_t public_key[32],
		  struct verifier_key *ret, struct err *e)
{
	enum rc rc = name_check(name, strlen(name), e);

	if (rc != RC_OK)
		return rc;
	if (type != KEY_ED25519 && type != KEY_COSIGNATURE)
		return rc_fail(e, RC_REFUSED,
			       "key %s: type %d is not known; expected 1 (Ed25519) or"
			       " 4 (cosignature)",
			       name, (int)type);
	if (!point_is_canonical(public_key))
		return rc_fail(e, RC_REFUSED, "key %s: the public key is not canonical", name);
	if (!point_is_usable(public_key))
		return rc_fail(e, RC_REFUSED, "key %s: the public key is no point of Ed25519 or one"
			       " of small order; it can vouch for nothing", name);
	*ret = (struct verifier_key){ .type = type, .id = key_id(name, type, public_key) };
	memcpy(ret->name, name, strlen(name) + 1);
	memcpy(ret->public_key, public_key, 32);
	return RC_OK;
}

/* Splits NAME+HEX8+BASE64; what stands in them is not looked at. */
enum rc
key_text_split(const char *text, size_t length, struct key_text *ret, struct err *e)
{
	const char *plus = memchr(text, '+', length);
	size_t name_length = plus == NULL ? 0 : (size_t)(plus - text);
	size_t rest = length - name_length;
	enum rc rc;

	if (plus == NULL || rest < 10 || plus[9] != '+')
		return rc_fail(e, RC_REFUSED,
			       "verifier key: expected NAME+8 hexadecimal digits+base64;"
			       " copy the whole line");
	rc = name_check(text, name_length, e);
	if (rc != RC_OK)
		return rc;
	memcpy(ret->name, text, name_length);
	ret->name[name_length] = '\0';
	if (!hex_parse(plus + 1, 8, ret->id, 4))
		return rc_fail(e, RC_REFUSED,
			       "key %s: expected an id of 8 lowercase hexadecimal digits"
			       " behind the name",
			       ret->name);
	ret->base64 = plus + 10;
	ret->base64_length = rest - 10;
	return RC_OK;
}

static bool
id_is(const struct key_text *t, uint32_t id)
{
	return ((uint32_t)t->id[0] << 24 | (uint32_t)t->id[1] << 16 | (uint32_t)t->id[2] << 8 |
		t->id[3]) == id;
}

/* The id written in the text must be the one that the key has. */
enum rc
key_text_check_id(const struct key_text *t, const struct verifier_key *k, struct err *e)
{
	if (id_is(t, k->id))
		return RC_OK;
	return rc_fail(e, RC_REFUSED,
		       "key %s: the id is %02x%02x%02x%02x, expected %08x from its name"
		       " and public key; copy the whole line anew",
		       k->name, t->id[0], t->id[1], t->id[2], t->id[3], k->id);
}

enum rc
verifier_key_parse(const char *text, size_t length, struct verifier_key *ret, struct err *e)
{
	struct verifier_key k;
	struct key_text t;
	uint8_t bytes[33];
	enum rc rc = key_text_split(text, length, &t, e);

	if (rc != RC_OK)
		return rc;
	if (!base64_parse(t.base64, t.base64_length, bytes, sizeof(bytes)))
		return rc_fail(e, RC_REFUSED,
			       "key %s: expected 33 bytes of padded base64 behind the id,"
			       " found something else",
			       t.name);
	rc = verifier_key_make(t.name, bytes[0], bytes + 1, &k, e);
	if (rc == RC_OK)
		rc = key_text_check_id(&t, &k, e);
	if (rc == RC_OK)
		*ret = k;
	return rc;
}

void
verifier_key_format(const struct verifier_key *k, char ret[KEY_TEXT])
{
	uint8_t bytes[33];
	char base64[45];

	bytes[0] = (uint8_t)k->type;
	memcpy(bytes + 1, k->public_key, 32);
	base64_format(bytes, sizeof(bytes), base64);
	(void)snprintf(ret, KEY_TEXT, "%s+%08x+%s", k->name, k->id, base64);
}

void
verifier_key_short(const struct verifier_key *k, char ret[KEY_ID_TEXT])
{
	(void)snprintf(ret, KEY_ID_TEXT, "%s+%08x", k->name, k->id);
}

bool
verifier_key_equal(const struct verifier_key *a, const struct verifier_key *b)
{
	return a->type == b->type && a->id == b->id && strcmp(a->name, b->name) == 0 &&
	       memcmp(a->public_key, b->public_key, 32) == 0;
}

bool
verifier_key_check(const struct verifier_key *k, const void *message, size_t size,
		   const uint8_t signature[64])
{
	return crypto_sign_verify_detached(signature, message, size, k->public_key) == 0;
}

/* ---- signing keys ---- */

void *
guarded_alloc(size_t size)
{
	void *p = sodium_malloc(size);

	if (p == NULL)
		abort();	/* out of memory, as everywhere */
	return p;
}

enum rc
signing_key_from_seed(const char *name, enum key_type type, const uint8_t seed[32],
		      struct signing_key **ret, struct err *e)
{
	struct signing_key *k = guarded_alloc(sizeof(*k));
	uint8_t public_key[32];
	enum rc rc;

	(void)crypto_sign_seed_keypair(public_key, k->secret, seed);
	rc = verifier_key_make(name, type, public_key, &k->verifier, e);
	if (rc != RC_OK) {
		sodium_free(k);
		return rc;
	}
	(void)sodium_mprotect_readonly(k);
	*ret = k;
	return RC_OK;
}

enum rc
signing_key_generate(const char *name, enum key_type type, struct signing_key **ret, struct err *e)
{
	uint8_t *seed = guarded_alloc(32);
	enum rc rc;

	randombytes_buf(seed, 32);
	rc = signing_key_from_seed(name, type, seed, ret, e);
	sodium_free(seed);
	return rc;
}

void
signing_key_free(struct signing_key *k)
{
	sodium_free(k);		/* wipes; NULL is allowed */
}

const struct verifier_key *
signing_key_verifier(const struct signing_key *k)
{
	return &k->verifier;
}

enum rc
signing_key_sign(const struct signing_key *k, const void *message, size_t size,
		 uint8_t ret_signature[64], struct err *e)
{
	uint8_t signature[64];

	(void)crypto_sign_detached(signature, NULL, message, size, k->secret);
	if (!verifier_key_check(&k->verifier, message, size, signature))
		return rc_fail(e, RC_INTEGRITY,
			       "key %s: a signature just made does not verify; this"
			       " machine computes wrongly, do not sign on it",
			       k->verifier.name);
	memcpy(ret_signature, signature, sizeof(signature));
	return RC_OK;
}
