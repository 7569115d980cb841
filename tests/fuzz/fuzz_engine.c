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
#include "settle.h"
#include "terms.h"

struct engine_input {
	const char *bytes;
	size_t size, at;
	const struct terms *terms;
};

static enum rc
take(void *arg, void *ret, size_t size, struct err *e)
{
	struct engine_input *in = arg;

	if (size > in->size - in->at)
		return rc_fail(e, RC_INTEGRITY, "the end");
	memcpy(ret, in->bytes + in->at, size);
	in->at += size;
	return RC_OK;
}

static enum rc
add(void *arg, const void *bytes, size_t size, struct err *e)
{
	(void)e;
	buf_add(arg, bytes, size);
	return RC_OK;
}

static const struct terms *
same_terms(void *arg, struct hash version)
{
	(void)version;
	return ((struct engine_input *)arg)->terms;
}

static void
add_up(void *arg, const struct settle_amount *a)
{
	*(int64_t *)arg ^= a->amount;
}

static void
check_taken(struct settlement *s)
{
	struct buf again = { 0 };
	struct settle_use use;
	struct err e;
	int64_t sum = 0;

	settle_sums(s, add_up, &sum);
	settle_use(s, &use);
	if (settle_save(s, add, &again, &e) != RC_OK || again.size == 0)
		abort();
	buf_free(&again);
}

/* The terms that the corpus was made with: any would do. */
static const struct terms *
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
	static const struct terms *t;
	struct engine_input in = { .at = 0 };
	struct settle_of of = { .terms = same_terms, .terms_arg = &in };
	struct settlement *s;
	struct buf whole = { 0 };
	struct err e;

	if (arena == NULL) {
		arena = arena_new();
		t = read_terms(arena);
	}
	buf_printf(&whole, "utfall engine 1 %s\n", settle_build());
	buf_add(&whole, bytes, size);
	in.bytes = whole.data;
	in.size = whole.size;
	in.terms = t;
	if (size >= sizeof(of.contract))
		memcpy(&of.contract, bytes, sizeof(of.contract));
	if (settle_load(take, &in, &of, &s, &e) == RC_OK) {
		check_taken(s);
		settlement_free(s);
	}
	buf_free(&whole);
	return 0;
}
