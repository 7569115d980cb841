/* fuzz_note.c - notes, checkpoints, verifier keys and tile paths: what is read back is the same. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "fuzz.h"
#include "note.h"

static void
need(bool true_thing)
{
	if (!true_thing)
		abort();
}

static void
key(const char *text, size_t size)
{
	struct verifier_key k;
	char again[KEY_TEXT];
	struct err e;

	if (verifier_key_parse(text, size, &k, &e) != RC_OK)
		return;
	verifier_key_format(&k, again);
	need(strlen(again) == size && memcmp(again, text, size) == 0);
}

static void
checkpoint(const char *text, size_t size)
{
	struct checkpoint c;
	struct buf again = { 0 };
	struct err e;

	if (checkpoint_parse(text, size, &c, &e) != RC_OK)
		return;
	checkpoint_format(&c, &again);
	need(again.size == size && memcmp(again.data, text, size) == 0);
	buf_free(&again);
}

/* Signature lines that are short enough to be kept whole come out as they went in. */
static void
note(const char *text, size_t size)
{
	struct arena *arena = arena_new();
	struct buf again = { 0 };
	bool whole = true;
	struct note n;
	struct err e;

	if (note_parse(text, size, arena, &n, &e) == RC_OK) {
		buf_add(&again, n.text, n.text_size);
		buf_byte(&again, '\n');
		for (size_t i = 0; i < n.signature_count && whole; i++) {
			const struct note_signature *s = &n.signatures[i];

			whole = s->name[0] != '\0' && s->size <= sizeof(s->bytes);
			if (whole)
				note_line_raw(s->name, s->id, s->bytes, s->size, &again);
		}
		need(!whole || (again.size == size && memcmp(again.data, text, size) == 0));
		checkpoint(n.text, n.text_size);
	}
	buf_free(&again);
	arena_free(arena);
}

static void
path(const char *bytes, size_t size)
{
	char text[200], again[TILE_PATH];
	int level;
	uint64_t index;
	unsigned width;

	if (size >= sizeof(text))
		return;
	memcpy(text, bytes, size);
	text[size] = '\0';
	if (!tile_path_parse(text, &level, &index, &width))
		return;
	tile_path(level, index, width, again);
	need(strcmp(again, text) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	note((const char *)bytes, size);
	checkpoint((const char *)bytes, size);
	key((const char *)bytes, size);
	path((const char *)bytes, size);
	return 0;
}
