/* append_read.c - the submission's file: bounds, lines, root, then every event, on two cores. */
#include "append_priv.h"

#include "arena.h"
#include "finding.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { WORTH_A_THREAD = 64 };	/* events */

struct part {			/* of the events; each with memory of its own */
	struct append *a;
	size_t from, to;
	struct arena *arena;
	struct findings f;
	size_t bad;		/* number of the first that cannot be read, from 1; 0: none */
	struct err first;
};

static void *
read_part(void *arg)
{
	struct part *p = arg;

	for (size_t i = p->from; i < p->to; i++) {
		const struct event_bytes *x = &p->a->file.events[i];
		struct event *event = &p->a->events[i];
		struct err e;

		if (event_read(x->bytes, x->size, p->arena, i + 2, &p->f, event, &e) == RC_OK) {
			event->digest = x->digest;
		} else if (p->bad == 0) {
			p->bad = i + 1;
			p->first = e;
		}
	}
	return NULL;
}

static void
merge(struct findings *f, const struct findings *more)
{
	for (size_t i = 0; i < more->count; i++) {
		const struct finding *x = &more->items[i];

		finding_add(f, x->severity, x->line, x->column, x->pointer, "%s", x->text);
	}
	f->errors += more->errors - more->count;	/* those that were only counted */
}

/* The second half in a thread where that pays; findings stand in the order of the file. */
static size_t
read_events(struct append *a, struct err *ret_first)
{
	size_t count = (size_t)a->file.submission.count;
	size_t half = count < WORTH_A_THREAD ? count : count / 2;
	struct part parts[2] = {
		{ .a = a, .from = 0, .to = half, .arena = a->arena, .f = { .arena = a->arena } },
		{ .a = a, .from = half, .to = count },
	};
	pthread_t thread;
	bool apart = false;

	if (half < count) {
		a->second = arena_new();
		parts[1].arena = parts[1].f.arena = a->second;
		apart = pthread_create(&thread, NULL, read_part, &parts[1]) == 0;
	}
	(void)read_part(&parts[0]);
	if (apart)
		(void)pthread_join(thread, NULL);
	else if (half < count)
		(void)read_part(&parts[1]);
	merge(a->f, &parts[0].f);
	merge(a->f, &parts[1].f);
	*ret_first = parts[parts[0].bad > 0 ? 0 : 1].first;
	return parts[0].bad > 0 ? parts[0].bad : parts[1].bad;
}

enum rc
append_read(struct append *a, struct err *e)
{
	struct err first;
	size_t bad;
	enum rc rc = submission_file_parse(a->args->bytes, a->args->size, a->count_max, a->arena,
					   &a->file, e);

	if (rc != RC_OK) {
		finding_add(a->f, SEVERITY_ERROR, 0, 0, NULL, "%s", e->text);
		return rc;
	}
	a->events = arena_array(a->arena, (size_t)a->file.submission.count, sizeof(*a->events));
	a->leaves = arena_array(a->arena, (size_t)a->file.submission.count + 1,
				sizeof(*a->leaves));
	bad = read_events(a, &first);
	return bad == 0 ? RC_OK : rc_fail(e, RC_REFUSED, "event %zu: %s", bad, first.text);
}
