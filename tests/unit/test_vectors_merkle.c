/* test_vectors_merkle.c - the published RFC 6962 proofs, good and bad, where they are at hand.
 *
 * In $UTFALL_VECTORS or ../shared/vectors; skipped where there is no such folder.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef HAVE_JANSSON
#include <jansson.h>

#include "buf.h"
#include "file.h"
#include "merkle.h"
#include "text.h"

/* Wants no error for a root that is not 32 bytes: no tree has one. */
#define EXCEPTION "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json"

enum verdict { GOOD, BAD };

static bool
hash_of(const json_t *text, struct hash *ret)
{
	return json_is_string(text) && base64_parse(json_string_value(text),
						    json_string_length(text), ret->bytes, 32);
}

/* False where it is no proof at all: a hash that is not 32 bytes, or too many. */
static bool
proof_of(const json_t *hashes, struct merkle_proof *ret)
{
	ret->count = json_array_size(hashes);	/* 0 for null */
	if (ret->count > MERKLE_PROOF_MAX)
		return false;
	for (size_t i = 0; i < ret->count; i++)
		if (!hash_of(json_array_get(hashes, i), &ret->hashes[i]))
			return false;
	return true;
}

/* jansson's integers end at 2^63 - 1; some vectors have 2^64 - 1, so the text is read. */
static uint64_t
number_of(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	assert_non_null(at);
	return strtoull(at + strlen(key), NULL, 10);
}

static enum verdict
inclusion(const json_t *v, const char *text)
{
	struct merkle_proof p;
	struct hash leaf, root;
	struct err e;

	if (!hash_of(json_object_get(v, "leafHash"), &leaf) ||
	    !hash_of(json_object_get(v, "root"), &root) ||
	    !proof_of(json_object_get(v, "proof"), &p))
		return BAD;
	return merkle_check_inclusion(number_of(text, "\"leafIdx\":"),
				      number_of(text, "\"treeSize\":"), leaf, &p, root, &e) == RC_OK
		       ? GOOD
		       : BAD;
}

static enum verdict
consistency(const json_t *v, const char *text)
{
	struct merkle_proof p;
	struct hash old, new;
	struct err e;

	if (!hash_of(json_object_get(v, "root1"), &old) ||
	    !hash_of(json_object_get(v, "root2"), &new) ||
	    !proof_of(json_object_get(v, "proof"), &p))
		return BAD;
	return merkle_check_consistency(number_of(text, "\"size1\":"), old,
					number_of(text, "\"size2\":"), new, &p, &e) == RC_OK
		       ? GOOD
		       : BAD;
}

typedef enum verdict judge_fn(const json_t *v, const char *text);

struct tally {
	int good, bad;
};

static void
check_file(const char *path, judge_fn *judge, struct tally *t)
{
	const char *at = strstr(path, EXCEPTION);
	enum verdict got, want;
	json_error_t error;
	struct buf text = { 0 };
	struct err e;
	json_t *v;

	if (file_read(path, 1 << 20, &text, &e) != RC_OK)
		fail_msg("%s", e.text);
	v = json_loads(text.data, JSON_DECODE_INT_AS_REAL, &error);
	if (v == NULL)
		fail_msg("%s: %s", path, error.text);
	want = json_is_true(json_object_get(v, "wantErr")) ? BAD : GOOD;
	if (at != NULL && strcmp(at, EXCEPTION) == 0)
		want = BAD;
	got = judge(v, text.data);
	if (got != want)
		fail_msg("%s: %s, expected %s", path, got == GOOD ? "taken" : "refused",
			 want == GOOD ? "taken" : "refused");
	t->good += got == GOOD;
	t->bad += got == BAD;
	json_decref(v);
	buf_free(&text);
}

static void
check_folder(const char *path, judge_fn *judge, struct tally *t)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		size_t length = strlen(name);
		char below[1024];

		(void)snprintf(below, sizeof(below), "%s/%s", path, name);
		if (length > 5 && strcmp(name + length - 5, ".json") == 0)
			check_file(below, judge, t);
		else if (name[0] != '.')
			check_folder(below, judge, t);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

static void
inclusion_proofs(void **state)
{
	struct tally t = { 0, 0 };

	(void)state;
	check_folder("merkle/inclusion", inclusion, &t);
	assert_true(t.good >= 5 && t.bad >= 50);
}

static void
consistency_proofs(void **state)
{
	struct tally t = { 0, 0 };

	(void)state;
	check_folder("merkle/consistency", consistency, &t);
	assert_true(t.good >= 5 && t.bad >= 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inclusion_proofs),
		cmocka_unit_test(consistency_proofs),
	};
	const char *folder = getenv("UTFALL_VECTORS");

	if (folder == NULL)
		folder = "../shared/vectors";
	if (chdir(folder) != 0 || access("merkle", R_OK) != 0) {
		printf("1..0 # SKIP no published vectors in %s\n", folder);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
#else

int
main(void)
{
	puts("1..0 # SKIP jansson is not here to read the vectors with");
	return 0;
}
#endif
