/* fuzz_event.c - an event's bytes: what is read is written back byte for byte. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "event.h"
#include "finding.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *text = (const char *)bytes;
	struct arena *arena = arena_new();
	struct findings f = { .arena = arena };
	struct buf again = { 0 };
	enum event_type type;
	struct event event;
	struct err e;
	enum rc rc = event_parse(text, size, arena, 1, &f, &event, &e);

	if ((rc == RC_OK) != (f.errors == 0))
		abort();
	if (rc == RC_OK) {
		event_format(event.type, event.body, event.salt, &again);
		if (again.size != size || memcmp(again.data, text, size) != 0)
			abort();
		if (!event_peek_type(text, size, &type) || type != event.type)
			abort();
	} else if (event_peek_type(text, size, &type) && type >= EVENT_TYPE_MAX) {
		abort();
	}
	buf_free(&again);
	arena_free(arena);
	return 0;
}
