/* append_read.c - the submission's file: bounds, lines, root, then every event, on two cores. */
#include "append_priv.h"

#include "arena.h"
#include "finding.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { PART = 64 };	/* events read in one go */

struct part {
	size_t from, to;
	struct findings f;
	size_t bad;		/* number of the first that cannot be read, from 1; 0: none */
	struct err first;
};

struct reading {
	struct append *a;
	struct part *parts;
	size_t count;
	atomic_size_t next;	/* part that nobody has taken yet */
};

struct worker {
	struct reading *reading;
	struct arena *arena;	/* of what it reads */
};

static void
read_part(struct append *a, struct part *p, struct arena *arena)
{
	p->f.arena = arena;
	for (size_t i = p->from; i < p->to; i++) {
		const struct event_bytes *x = &a->file.events[i];
		struct event *event = &a->events[i];
		struct err e;

		if (event_read(x->bytes, x->size, arena, i + 2, &p->f, event, &e) == RC_OK) {
			event->digest = x->digest;
		} else if (p->bad == 0) {
			p->bad = i + 1;
			p->first = e;
		}
	}
}

/* Takes parts until none is left: whoever is quicker reads more. */
static void *
work(void *arg)
{
	struct worker *w = arg;
	struct reading *r = w->reading;

	for (;;) {
		size_t i = atomic_fetch_add(&r->next, 1);

		if (i >= r->count)
			return NULL;
		read_part(r->a, &r->parts[i], w->arena);
	}
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

/* Findings stand in the order of the file, whoever found them. */
static size_t
read_events(struct append *a, struct err *ret_first)
{
	size_t count = (size_t)a->file.submission.count, bad = 0;
	struct reading r = { .a = a, .count = (count + PART - 1) / PART };
	struct worker mine = { &r, a->arena }, other = { &r, NULL };
	pthread_t thread;
	bool apart = false;

	r.parts = arena_array(a->arena, r.count, sizeof(*r.parts));
	for (size_t i = 0; i < r.count; i++) {
		r.parts[i].from = i * PART;
		r.parts[i].to = i + 1 == r.count ? count : (i + 1) * PART;
	}
	if (r.count > 1) {
		other.arena = a->second = arena_new();
		apart = pthread_create(&thread, NULL, work, &other) == 0;
	}
	(void)work(&mine);
	if (apart)
		(void)pthread_join(thread, NULL);
	for (size_t i = 0; i < r.count; i++) {
		merge(a->f, &r.parts[i].f);
		if (bad == 0 && r.parts[i].bad > 0) {
			bad = r.parts[i].bad;
			*ret_first = r.parts[i].first;
		}
	}
	return bad;
}

enum rc
append_read(struct append *a, struct err *e)
{
	struct err first = { .rc = RC_OK };
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
