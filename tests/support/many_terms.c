/* many_terms.c - a row of a bench as terms: with so many sites, statements and versions. */
#include "many.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "json.h"

static void
patch(struct arena *a, struct json *list, const char *pointer, const char *value)
{
	json_add(a, list, json_string(pointer));
	json_add(a, list, *case_json(a, value));
}

static const char *
places(struct arena *a, uint32_t count)
{
	struct buf b = { 0 };
	const char *ret;

	buf_text(&b, "{\"roles\":[\"source\"],\"sites\":[");
	for (uint32_t i = 0; i < count; i++)
		buf_printf(&b, "%s\"s_%u\"", i == 0 ? "" : ",", i);
	buf_text(&b, "]}");
	ret = arena_string(a, b.data, b.size);
	buf_free(&b);
	return ret;
}

static const char *
patches_of(const struct many_terms *want, uint32_t version, struct arena *a)
{
	static const char *const to[] = { "achieved", "enrolled", "all" };
	struct json list = want->patches == NULL ? json_array(a, 8) : json_copy(a, want->patches);
	struct buf text = { 0 };
	const char *ret;

	if (want->sites > 0)
		patch(a, &list, "/parties/places", places(a, want->sites));
	if (want->unit != NULL) {
		patch(a, &list, "/calendars/bench_period",
		      arena_printf(a, "{\"unit\":\"%s\",\"from\":\"grid\"}", want->unit));
		patch(a, &list, "/settlement/periods", "\"bench_period\"");
	}
	if (version > 0) {
		patch(a, &list, "/version", arena_printf(a, "%u", version + 1));
		patch(a, &list, "/applies", arena_printf(a, "{\"to\":\"%s\",\"from\":\"2018-%02u-%02u\","
							  "\"settled\":\"keep\"}", to[version % 3],
							  1 + version / 28 % 12, 1 + version % 28));
	}
	json_write(&list, &text);
	ret = arena_string(a, text.data, text.size);
	buf_free(&text);
	return ret;
}

struct many *
many_begin(const char *path, const struct many_terms *want, uint32_t versions, char *ret_why)
{
	struct arena *a = arena_new();
	struct many *m = many_new(path, patches_of(want, 0, a), ret_why);

	for (uint32_t v = 1; m != NULL && v < versions; v++)
		many_version(m, path, patches_of(want, v, a), NULL);
	arena_free(a);
	return m;
}
