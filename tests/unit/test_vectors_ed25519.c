/* test_vectors_ed25519.c - which of the 914 published edge cases of Ed25519 count as signatures.
 *
 * The accepted set is part of the ledger format: another library, or another version of this
 * one, must not change what an old ledger says. In $UTFALL_VECTORS or ../shared/vectors;
 * skipped where there is no such folder.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifdef HAVE_JANSSON
#include <jansson.h>
#include <openssl/evp.h>

#include "hash.h"
#include "key.h"
#include "text.h"

static json_t *vectors;

struct vector {
	int number;
	uint8_t key[32], signature[64];
	const char *message;
	const json_t *flags;
};

static struct vector
vector_at(size_t i)
{
	const json_t *v = json_array_get(vectors, i);
	const json_t *key = json_object_get(v, "key"), *sig = json_object_get(v, "sig");
	struct vector r = {
		.number = (int)json_integer_value(json_object_get(v, "number")),
		.message = json_string_value(json_object_get(v, "msg")),
		.flags = json_object_get(v, "flags"),
	};

	assert_true(hex_parse(json_string_value(key), json_string_length(key), r.key, 32));
	assert_true(hex_parse(json_string_value(sig), json_string_length(sig), r.signature, 64));
	assert_non_null(r.message);
	return r;
}

/* What the ledger does: a key it would register, and a signature under it. */
static bool
ours(const struct vector *v)
{
	struct verifier_key k;
	struct err e;

	return verifier_key_make("a", KEY_ED25519, v->key, &k, &e) == RC_OK &&
	       verifier_key_check(&k, v->message, strlen(v->message), v->signature);
}

/* The check of the signature alone must not lean on the key's having been looked at. */
static bool
ours_without_the_key_check(const struct vector *v)
{
	struct verifier_key k = { .name = "a", .type = KEY_ED25519 };

	memcpy(k.public_key, v->key, 32);
	return verifier_key_check(&k, v->message, strlen(v->message), v->signature);
}

static bool
openssls(const struct vector *v)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, v->key, 32);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = key != NULL && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
		    EVP_DigestVerify(ctx, v->signature, 64, (const uint8_t *)v->message,
				     strlen(v->message)) == 1;

	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return good;
}

/* The format's words in the publisher's: key and R canonical and not of small order, and no
 * cofactor, so nothing may be left over. A part of small order may be in either point. */
static bool
format_says(const struct vector *v)
{
	size_t i;
	const json_t *flag;

	json_array_foreach(v->flags, i, flag) {
		const char *f = json_string_value(flag);

		if (strcmp(f, "low_order_component_A") != 0 &&
		    strcmp(f, "low_order_component_R") != 0)
			return false;
	}
	return true;
}

static void
accepted_set_is_pinned(void **state)
{
	int accepted = 0;

	(void)state;
	assert_int_equal(json_array_size(vectors), 914);
	for (size_t i = 0; i < 914; i++) {
		struct vector v = vector_at(i);

		if (ours(&v) != format_says(&v) || ours(&v) != ours_without_the_key_check(&v))
			fail_msg("vector %d: %s", v.number, ours(&v) ? "taken" : "refused");
		accepted += ours(&v);
	}
	assert_int_equal(accepted, 43);
}

/* Who checks with OpenSSL alone sees everything that we take as good. */
static void
openssl_accepts_what_we_accept(void **state)
{
	int theirs = 0;

	(void)state;
	for (size_t i = 0; i < json_array_size(vectors); i++) {
		struct vector v = vector_at(i);

		if (ours(&v) && !openssls(&v))
			fail_msg("vector %d: taken here, refused by OpenSSL", v.number);
		theirs += openssls(&v);
	}
	print_message("OpenSSL takes %d of them\n", theirs);
	assert_true(theirs >= 43);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepted_set_is_pinned),
		cmocka_unit_test(openssl_accepts_what_we_accept),
	};
	const char *folder = getenv("UTFALL_VECTORS");
	json_error_t error;
	char path[1024];
	struct err e;
	int failed;

	(void)snprintf(path, sizeof(path), "%s/ed25519/ed25519vectors.json",
		       folder == NULL ? "../shared/vectors" : folder);
	vectors = json_load_file(path, 0, &error);
	if (vectors == NULL) {
		printf("1..0 # SKIP no published vectors: %s\n", error.text);
		return 0;
	}
	if (secrets_init(&e) != RC_OK)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	json_decref(vectors);
	return failed;
}
#else

int
main(void)
{
	puts("1..0 # SKIP jansson is not here to read the vectors with");
	return 0;
}
#endif
