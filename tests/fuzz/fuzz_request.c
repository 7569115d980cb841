/* fuzz_request.c - a stranger's path and query, the headers Accept, If-None-Match and
 * Accept-Language, a line each: whatever they hold, what comes of them is one of ours. */
#include <assert.h>
#include <string.h>

#include "arena.h"
#include "fuzz.h"
#include "request.h"
#include "serve.h"
#include "text.h"

static const char *
next_line(char **at)
{
	char *line = *at, *end = strchr(line, '\n');

	if (end != NULL) {
		*end = '\0';
		*at = end + 1;
	} else {
		*at = line + strlen(line);
	}
	return line;
}

static void
check_query(const struct query *q, const char *names)
{
	assert(q->count <= QUERY_MAX);
	for (size_t i = 0; i < q->count; i++) {
		assert(strstr(names, q->items[i].name) != NULL);
		assert(text_is_clean(q->items[i].value, strlen(q->items[i].value)));
		assert(query_get(q, q->items[i].name) == q->items[i].value);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena *arena = arena_new();
	char *text = arena_string(arena, (const char *)bytes, size), *at = text;
	const char *line = next_line(&at), *accept = next_line(&at), *match = next_line(&at);
	const char *language = next_line(&at);
	size_t path_size = strcspn(line, "?");
	const char *path = arena_string(arena, line, path_size);
	const char *asked = line[path_size] == '?' ? line + path_size + 1 : "";
	struct path_parts parts;
	const struct route *r = route_find(path, &parts);
	struct query q;
	struct err e = { 0 };
	enum media media;

	if (r != NULL) {
		const char *names = r->query == NULL ? "" : r->query;
		uint64_t n = 0;

		assert(memchr(parts.name, '\0', sizeof(parts.name)) != NULL);
		assert(memchr(parts.rest, '\0', sizeof(parts.rest)) != NULL);
		if (query_parse(asked, names, arena, &q, &e) == RC_OK) {
			check_query(&q, names);
			struct digest_part part;
			bool given;

			if (query_digest(&q, "digest", &given, &part, &e) == RC_OK && given)
				assert(part.length >= 8 && strlen(part.hex) == part.length);
			if (query_number(&q, "limit", 1, PAGE_MAX, &n, &e) == RC_OK)
				assert(n <= PAGE_MAX);
			else
				assert(e.rc == RC_USAGE);
		} else {
			assert(e.rc == RC_USAGE && e.text[0] != '\0');
		}
		if (media_choose(accept, r->media, &media))
			assert((r->media & MEDIA_BIT(media)) != 0);
	}
	assert(language_choose(language, LANGUAGE_ALL) < LANGUAGE_MAX);
	assert(language_choose(language, LANGUAGE_BIT(LANGUAGE_EN)) == LANGUAGE_EN);
	(void)etag_matches(match, "\"1-abc\"");
	arena_free(arena);
	return 0;
}
