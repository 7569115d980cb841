/* fuzz_terms.c - whatever a stranger proposes as terms: read, checked and said in plain words.
 *
 * What is refused says why. What is taken can be walked by everything that walks terms, and is
 * taken again from its own canonical bytes.
 */
#include <stdlib.h>

#include "arena.h"
#include "buf.h"
#include "finding.h"
#include "fuzz.h"
#include "json.h"
#include "terms.h"

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static struct terms *
read_terms(const struct json *document, struct arena *arena)
{
	struct findings f = { .arena = arena };
	struct terms *t = NULL;
	struct err e = { 0 };
	enum rc rc = terms_read(document, arena, &f, &t, &e);

	must((rc == RC_OK) == (f.errors == 0) && (rc == RC_OK) == (t != NULL));
	must(rc == RC_OK || (rc == RC_REFUSED && e.text[0] != '\0'));
	for (size_t i = 0; i < f.count; i++)
		must(f.items[i].pointer != NULL && f.items[i].text[0] != '\0');
	return t;
}

static void
check_taken(const struct terms *t, struct arena *arena)
{
	struct findings f = { .arena = arena };
	struct buf bytes = { 0 }, plain = { 0 };
	const struct json *again;
	struct err e = { 0 };

	terms_check(t, &f);
	terms_plain(t, LANGUAGE_EN, &plain);
	must(plain.size > 0);
	json_write(t->document, &bytes);
	must(json_read(bytes.data, bytes.size, JSON_CANONICAL, arena, &again, NULL, &e) == RC_OK);
	must(read_terms(again, arena) != NULL);
	buf_free(&bytes);
	buf_free(&plain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena *arena = arena_new();
	const struct json *document;
	struct terms *t;
	struct err e = { 0 };

	if (json_read((const char *)bytes, size, JSON_RELAXED, arena, &document, NULL, &e) ==
	    RC_OK) {
		t = read_terms(document, arena);
		if (t != NULL)
			check_taken(t, arena);
	}
	arena_free(arena);
	return 0;
}
