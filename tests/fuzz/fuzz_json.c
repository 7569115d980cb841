/* fuzz_json.c - the reader against itself, and against jansson where it is installed.
 *
 * Accepted as canonical: written again it is the same bytes, and jansson reads
 * it and writes it so too. Accepted as relaxed: what is written is accepted as
 * canonical and equal. Whatever happens, the place of a fault lies in the text.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "fuzz.h"
#include "json.h"
#include "limits_utfall.h"

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* jansson has functions of the same names as ours: it is loaded beside us, not linked.
 * These are what its documentation of version 2 gives. */
#define LIBJANSSON "libjansson.so.4"
#define REJECT_DUPLICATES 0x1
#define DECODE_ANY 0x4
#define DUMP_FLAGS (0x20 | 0x80 | 0x200)	/* COMPACT, SORT_KEYS, ENCODE_ANY */

static void *(*jansson_loadb)(const char *, size_t, size_t, void *);
static char *(*jansson_dumps)(const void *, size_t);
static void (*jansson_delete)(void *);

static void
load_jansson(void)
{
	static bool tried;
	void *lib;

	if (tried)
		return;
	tried = true;
	lib = dlopen(LIBJANSSON, RTLD_NOW | RTLD_LOCAL);
	if (lib == NULL)
		return;		/* the other checks stand without it */
	*(void **)&jansson_loadb = dlsym(lib, "json_loadb");
	*(void **)&jansson_dumps = dlsym(lib, "json_dumps");
	*(void **)&jansson_delete = dlsym(lib, "json_delete");
	must(jansson_loadb != NULL && jansson_dumps != NULL && jansson_delete != NULL);
}

/* Reads what we call canonical, writes it back, and reads no other value in it. */
static void
check_jansson(const char *text, size_t size)
{
	void *other;
	char *again;

	load_jansson();
	if (jansson_loadb == NULL)
		return;
	other = jansson_loadb(text, size, REJECT_DUPLICATES | DECODE_ANY, NULL);
	must(other != NULL);
	again = jansson_dumps(other, DUMP_FLAGS);
	must(again != NULL && strlen(again) == size && memcmp(again, text, size) == 0);
	free(again);
	jansson_delete(other);	/* ours is the only reference, and literals ignore it */
}

static bool
read_as(const char *text, size_t size, enum json_manner manner, struct arena *arena,
	const struct json **ret)
{
	struct json_fault fault;
	struct err e = { 0 };

	if (json_read(text, size, manner, arena, ret, &fault, &e) == RC_OK)
		return true;
	must(e.rc == RC_REFUSED && e.text[0] != '\0');
	must(fault.offset <= size && fault.line >= 1 && fault.column >= 1);
	return false;
}

static void
check_tree(const struct json *v, const char *text, size_t size)
{
	struct arena *arena = arena_new();
	const struct json *again;
	struct json copy = json_copy(arena, v);
	struct buf out = { 0 };

	json_write(v, &out);
	must(json_depth(v) <= LIMIT_JSON_DEPTH);
	must(read_as(out.data, out.size, JSON_CANONICAL, arena, &again));
	must(json_equal(v, again) && json_equal(&copy, v));
	if (text != NULL)
		must(out.size == size && memcmp(out.data, text, size) == 0);
	check_jansson(out.data, out.size);
	buf_free(&out);
	arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *text = (const char *)bytes;
	struct arena *arena = arena_new();
	const struct json *canonical, *relaxed;
	bool is_canonical = read_as(text, size, JSON_CANONICAL, arena, &canonical);
	bool is_relaxed = read_as(text, size, JSON_RELAXED, arena, &relaxed);

	must(is_relaxed || !is_canonical);
	if (is_canonical) {
		must(json_equal(canonical, relaxed));
		check_tree(canonical, text, size);
	}
	if (is_relaxed)
		check_tree(relaxed, NULL, 0);
	arena_free(arena);
	return 0;
}
