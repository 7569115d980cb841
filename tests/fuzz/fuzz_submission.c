/* fuzz_submission.c - submissions, the files that travel, entries, manifests: one spelling each. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "bundle.h"
#include "entry.h"
#include "fuzz.h"
#include "limits_utfall.h"
#include "submission.h"

static void
same(const struct buf *again, const char *text, size_t size)
{
	if (again->size != size || memcmp(again->data, text, size) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *text = (const char *)bytes;
	struct arena *arena = arena_new();
	struct bundle_manifest manifest;
	struct submission_file file;
	struct buf again = { 0 };
	struct submission s;
	struct entry entry;
	struct err e;

	if (submission_parse(text, size, &s, &e) == RC_OK) {
		submission_format(&s, &again);
		same(&again, text, size);
	}
	buf_clear(&again);
	if (entry_parse(text, size, &entry, &e) == RC_OK) {
		entry_format(&entry, &again);
		same(&again, text, size);
	}
	buf_clear(&again);
	if (bundle_manifest_parse(text, size, &manifest, &e) == RC_OK) {
		bundle_manifest_format(&manifest, &again);
		same(&again, text, size);
	}
	buf_clear(&again);
	if (submission_file_parse(text, size, LIMIT_FILE_EVENTS, arena, &file, &e) == RC_OK) {
		buf_add(&again, file.bytes, file.size);
		buf_byte(&again, '\n');
		for (uint64_t i = 0; i < file.submission.count; i++) {
			buf_add(&again, file.events[i].bytes, file.events[i].size);
			buf_byte(&again, '\n');
		}
		same(&again, text, size);
	}
	buf_free(&again);
	arena_free(arena);
	return 0;
}
