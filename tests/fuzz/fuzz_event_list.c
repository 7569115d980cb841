/* fuzz_event_list.c - a file of events is refused with places, or every event of it is one. */
#include <stdlib.h>
#include <string.h>

#include "../../src/cli/event_list.h"
#include "arena.h"
#include "buf.h"
#include "event.h"
#include "finding.h"
#include "fuzz.h"
#include "limits_utfall.h"

#define CONTRACT "0123456789012345678901234567890123456789012345678901234567890123"

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_events(const struct outbox *box, struct arena *arena)
{
	for (size_t i = 0; i < box->count; i++) {
		struct event event;
		struct err e = { 0 };

		must(event_parse(box->events[i].bytes, box->events[i].size, arena, 1, NULL, &event,
				 &e) == RC_OK);
		must(hash_equal(event.digest, box->events[i].digest));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct call call = { .program = &utfall_program, .arena = arena_new() };
	struct findings f = { .arena = call.arena };
	struct event_list list = { .name = "events" };
	struct book book = { .call = &call };
	struct outbox box = { 0 };
	struct buf out = { 0 };
	struct err e = { 0 };
	static bool ready;

	if (!ready)
		must(secrets_init(&e) == RC_OK);
	ready = true;
	event_list_parse(&call, arena_string(call.arena, (const char *)bytes, size), size, &list, &f);
	event_list_finish(&call, &list, CONTRACT, &book, &box, &f);
	if (f.errors == 0) {
		must(box.count == list.count && list.count > 0);
		check_events(&box, call.arena);
	}
	for (size_t i = 0; i < f.count; i++)
		must(f.items[i].line >= 1);
	findings_print(&f, "events", &out);
	buf_free(&out);
	arena_free(call.arena);
	return 0;
}
