/* fuzz_engine.c - an engine kept as bytes: what lies behind the line that names its build is read
 * whoever wrote it. What is taken can be asked, and kept again as the bytes that it came from. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "file.h"
#include "finding.h"
#include "fuzz.h"
#include "json.h"
#include "parts.h"
#include "settle.h"
#include "terms.h"

static const struct terms *
same_terms(void *arg, struct hash version)
{
	(void)version;
	return arg;
}

static void
add_up(void *arg, const struct settle_amount *a)
{
	*(int64_t *)arg ^= a->amount;
}

static void
check_taken(struct settlement *s)
{
	struct parts_out again = { .put = NULL };
	struct settle_use use;
	struct err e;
	int64_t sum = 0;

	settle_sums(s, add_up, &sum);
	settle_use(s, &use);
	if (settle_save(s, parts_put, &again, &e) != RC_OK || again.part.size == 0)
		abort();
	buf_free(&again.part);
}

/* The terms that the corpus was made with: any would do. */
static struct terms *
read_terms(struct arena *arena)
{
	struct findings f = { .arena = arena };
	const struct json *document;
	struct terms *t = NULL;
	struct buf text = { 0 };
	struct err e;

	if (file_read("tests/unit/data/settle.json", 1 << 20, &text, &e) != RC_OK ||
	    json_read(text.data, text.size, JSON_RELAXED, arena, &document, NULL, &e) != RC_OK ||
	    terms_read(document, arena, &f, &t, &e) != RC_OK)
		abort();
	buf_free(&text);
	return t;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct arena *arena;
	static struct terms *t;
	struct parts_in in = { .next = NULL };
	struct settle_of of = { .terms = same_terms };
	struct settlement *s;
	struct err e;

	if (arena == NULL) {
		arena = arena_new();
		t = read_terms(arena);
	}
	buf_printf(&in.part, "utfall engine 1 %s\n", settle_build());
	buf_add(&in.part, bytes, size);
	of.terms_arg = t;
	if (size >= sizeof(of.contract))
		memcpy(&of.contract, bytes, sizeof(of.contract));
	if (settle_load(parts_get, &in, &of, &s, &e) == RC_OK) {
		check_taken(s);
		settlement_free(s);
	}
	buf_free(&in.part);
	return 0;
}
