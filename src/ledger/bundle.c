/* bundle.c - a bundle's manifest, written and read. */
#include "bundle.h"

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const names[BUNDLE_FILE_MAX] = {	/* ascending */
	[BUNDLE_CHECKPOINT] = "checkpoint",
	[BUNDLE_COSIGNED] = "cosigned",
	[BUNDLE_ENTRIES] = "entries.jsonl",
	[BUNDLE_EVENTS] = "events.jsonl",
	[BUNDLE_KEYS] = "keys",
	[BUNDLE_ROTATIONS] = "rotations",
};

const char *
bundle_file_name(enum bundle_file file)
{
	assert(file < BUNDLE_FILE_MAX);
	return names[file];
}

void
bundle_manifest_format(const struct bundle_manifest *m, struct buf *ret)
{
	const char *comma = "";
	char hex[HASH_HEX];

	buf_printf(ret, "{\"entries\":%" PRIu64 ",\"events\":%" PRIu64 ",\"files\":[", m->entries,
		   m->events);
	for (int i = 0; i < BUNDLE_FILE_MAX; i++) {
		if (!m->files[i].present)
			continue;
		hash_format(m->files[i].sha256, hex);
		buf_printf(ret, "%s{\"name\":\"%s\",\"sha256\":\"%s\",\"size\":%" PRIu64 "}", comma,
			   names[i], hex, m->files[i].size);
		comma = ",";
	}
	buf_text(ret, "],\"format\":1");
	if (m->party[0] != '\0')
		buf_printf(ret, ",\"party\":\"%s\"", m->party);
	buf_text(ret, "}\n");
}

static enum rc
read_file(const struct json *x, struct bundle_manifest *m, struct err *e)
{
	const char *name = json_get_string(x, "name"), *sha256 = json_get_string(x, "sha256");
	int64_t size = json_get_integer(x, "size", -1);
	struct hash h;

	if (name == NULL || sha256 == NULL || size < 0 || !hash_parse(sha256, strlen(sha256), &h))
		return rc_fail(e, RC_REFUSED, "files: expected name, sha256 and size of each");
	for (int i = 0; i < BUNDLE_FILE_MAX; i++) {
		if (strcmp(names[i], name) != 0)
			continue;
		m->files[i].present = true;
		m->files[i].size = (uint64_t)size;
		m->files[i].sha256 = h;
		return RC_OK;
	}
	return rc_fail(e, RC_REFUSED, "files: expected a file of a bundle, found %s", name);
}

static enum rc
read_manifest(const struct json *x, struct bundle_manifest *m, struct err *e)
{
	const struct json *files = json_get(x, "files");
	const char *party = json_get_string(x, "party");
	int64_t entries = json_get_integer(x, "entries", -1);
	int64_t events = json_get_integer(x, "events", -1);
	enum rc rc = RC_OK;

	if (json_get_integer(x, "format", 0) != 1)
		return rc_fail(e, RC_REFUSED, "format: expected 1, found %" PRId64,
			       json_get_integer(x, "format", 0));
	if (entries < 1 || events < 1 || events > entries || files == NULL ||
	    files->kind != JSON_ARRAY)
		return rc_fail(e, RC_REFUSED, "expected entries, events and files");
	if (party != NULL && !text_is_name(party, strlen(party)))
		return rc_fail(e, RC_REFUSED, "party: expected a party's id, found %s", party);
	m->entries = (uint64_t)entries;
	m->events = (uint64_t)events;
	(void)snprintf(m->party, sizeof(m->party), "%s", party == NULL ? "" : party);
	for (uint32_t i = 0; rc == RC_OK && i < files->count; i++)
		rc = read_file(&files->items[i], m, e);
	return rc;
}

enum rc
bundle_manifest_parse(const char *bytes, size_t size, struct bundle_manifest *ret, struct err *e)
{
	struct arena *arena = arena_new();
	struct bundle_manifest m;
	struct buf again = { 0 };
	const struct json *x = NULL;
	enum rc rc;

	memset(&m, 0, sizeof(m));
	if (size == 0 || bytes[size - 1] != '\n')
		rc = rc_fail(e, RC_REFUSED, "expected one line that ends in LF");
	else
		rc = json_read(bytes, size - 1, JSON_CANONICAL, arena, &x, NULL, e);
	if (rc == RC_OK)
		rc = read_manifest(x, &m, e);
	if (rc == RC_OK) {
		bundle_manifest_format(&m, &again);
		if (again.size != size || memcmp(again.data, bytes, size) != 0)
			rc = rc_fail(e, RC_REFUSED, "expected exactly the members of a manifest, files "
				     "ascending by name");
	}
	buf_free(&again);
	arena_free(arena);
	if (rc == RC_OK)
		*ret = m;
	return rc;
}
