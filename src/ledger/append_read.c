/* append_read.c - the submission's file: bounds, lines, root; then its events, read on every core.
 *
 * Reading needs no order, what the state says about an event does. While one batch of events is
 * looked at by the state, the next is read.
 */
#include "append_priv.h"

#include "arena.h"
#include "finding.h"

#include <stdlib.h>
#include <string.h>

enum { PART = 64, BATCH = 4 };	/* events that one core reads in one go; parts of a batch */
enum { THREADS_MAX = 3 };	/* beside the caller's own */

struct append_part {
	struct arena *arena;	/* of what was read; NULL: not read yet */
	struct findings f;
	size_t bad;		/* number of the first that cannot be read, from 1; 0: none */
	struct err first;
};

static size_t
part_end(const struct append *a, size_t part)
{
	size_t count = (size_t)a->file.submission.count;

	return (part + 1) * PART < count ? (part + 1) * PART : count;
}

/* ---- on any core ---- */

static void
digest_part(void *arg, size_t part)
{
	struct append *a = arg;

	for (size_t i = part * PART; i < part_end(a, part); i++) {
		struct event_bytes *x = &a->file.events[i];

		x->digest = hash_leaf(x->bytes, x->size);
	}
}

static void
read_part(struct append *a, size_t part)
{
	struct append_part *p = &a->parts[part];

	if (p->arena != NULL)
		return;		/* at an earlier try */
	p->arena = p->f.arena = arena_new();
	for (size_t i = part * PART; i < part_end(a, part); i++) {
		const struct event_bytes *x = &a->file.events[i];
		struct event *event = &a->events[i];
		struct err e;

		if (event_read(x->bytes, x->size, p->arena, i + 2, &p->f, event, &e) == RC_OK) {
			event->digest = x->digest;
			event->natural = event_natural(event, a->file.submission.party);
		} else if (p->bad == 0) {
			p->bad = i + 1;
			p->first = e;
		}
	}
}

/* ---- batches ---- */

static size_t
batch_of(const struct append *a)
{
	size_t left = a->part_count - a->ahead;

	return left < BATCH ? left : BATCH;
}

/* Item 0 makes the entries of the batch, the others read a part each. */
static void
work(void *arg, size_t item)
{
	struct append *a = arg;

	if (item > 0)
		read_part(a, a->ahead + item - 1);
	else
		append_chain(a, a->ahead * PART, part_end(a, a->ahead + batch_of(a) - 1));
}

static void
start(struct append *a)
{
	verify_pool_start(a->pool, work, a, batch_of(a) == 0 ? 0 : batch_of(a) + 1);
}

void
append_read_begin(struct append *a)
{
	verify_pool_wait(a->pool);
	a->ahead = 0;
	start(a);
}

size_t
append_read_more(struct append *a, bool *ret_good)
{
	size_t end;

	verify_pool_wait(a->pool);
	*ret_good = true;
	for (size_t i = 0; i < batch_of(a); i++)
		*ret_good = *ret_good && a->parts[a->ahead + i].bad == 0;
	a->ahead += batch_of(a);
	end = a->ahead == 0 ? 0 : part_end(a, a->ahead - 1);
	start(a);
	return end;
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
enum rc
append_read_refuse(struct append *a, struct err *e)
{
	const struct append_part *first = NULL;
	bool good;

	while (append_read_more(a, &good) < a->file.submission.count)
		continue;
	for (size_t i = 0; i < a->part_count; i++) {
		merge(a->f, &a->parts[i].f);
		if (first == NULL && a->parts[i].bad > 0)
			first = &a->parts[i];
	}
	if (first == NULL)
		return RC_OK;
	return rc_fail(e, RC_REFUSED, "event %zu: %s", first->bad, first->first.text);
}

/* ---- the file ---- */

static void
make_parts(struct append *a)
{
	size_t count = (size_t)a->file.submission.count;
	unsigned others = verify_pool_cores() - 1;

	a->events = arena_array(a->arena, count, sizeof(*a->events));
	a->leaves = arena_array(a->arena, count + 1, sizeof(*a->leaves));
	a->rows = arena_array(a->arena, count, sizeof(*a->rows));
	a->part_count = (count + PART - 1) / PART;
	a->parts = arena_array(a->arena, a->part_count, sizeof(*a->parts));
	if (a->part_count == 1)
		others = 0;
	a->pool = verify_pool_new(others < THREADS_MAX ? others : THREADS_MAX);
}

enum rc
append_read(struct append *a, struct err *e)
{
	enum rc rc = submission_file_split(a->args->bytes, a->args->size, a->count_max, a->arena,
					   &a->file, e);

	if (rc == RC_OK) {
		make_parts(a);
		verify_pool_start(a->pool, digest_part, a, a->part_count);
		verify_pool_wait(a->pool);
		rc = submission_file_check_root(&a->file, e);
	}
	if (rc != RC_OK)
		finding_add(a->f, SEVERITY_ERROR, 0, 0, NULL, "%s", e->text);
	return rc;
}

void
append_free(struct append *a)
{
	verify_pool_free(a->pool);
	for (size_t i = 0; i < a->part_count; i++)
		arena_free(a->parts[i].arena);
	buf_free(&a->note);
	buf_free(&a->receipt);
}
