/* limit_series.c - from period to period: what goes on to the next one's bucket.
 *
 * What waits stands in the next period's bucket before that bucket's own; room that is not used may
 * widen it. Without either each period's bucket is by itself. */
#include "limit_priv.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "calendar.h"
#include "claim.h"
#include "item.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "wakes.h"

static bool
in_order(const struct entry *queue, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (limit_entry_order(&queue[i - 1], &queue[i]) > 0)
			return false;
	return true;
}

/* Excess that goes on to the next period's bucket stands there before that bucket's own; among
 * itself in the bucket's order, whichever period it comes from. */
static size_t
queue_up(struct entry *queue, size_t waiting, const struct entry *e, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < waiting; i++)
		if (queue[i].left > 0)
			queue[n++] = queue[i];
	if (!in_order(queue, n))	/* mostly it is: later periods' entitlements are later */
		qsort(queue, n, sizeof(*queue), limit_entry_order);
	if (count > 0)
		memcpy(queue + n, e, count * sizeof(*e));
	return n + count;
}

/* What waits is asked again when the next period begins. */
static void
ask_again(struct applying *a, const struct entry *queue, size_t waiting, int32_t day)
{
	for (size_t i = 0; a->limit->excess == EXCESS_NEXT && i < waiting; i++)
		if (queue[i].left > 0)
			owner_again(a->run, queue[i].claim->item->owner, day);
}

/* The bucket to fill after `now`: the next period where something goes on to it, else that of
 * the next claim. */
static bool
next_bucket(struct applying *a, struct entry *now, const struct entry *next,
	    const struct entry *queue, size_t waiting)
{
	struct scope sc = { .run = a->run, .unit = run_contract(a->run), .version = a->version };
	const struct terms_calendar *c = NULL;
	bool goes_on = a->limit->unused_next;
	struct period p;

	for (size_t i = 0; a->limit->excess == EXCESS_NEXT && i < waiting; i++)
		goes_on = goes_on || queue[i].left > 0;
	for (size_t i = 0; i < a->limit->per_count; i++)
		if (a->limit->per[i].calendar != NULL && a->limit->per[i].what != PER_ENROLLED)
			c = a->limit->per[i].calendar;
	if (c == NULL || !goes_on) {
		if (next == NULL)
			return false;
		now->period = next->period;
		now->period_end = next->period_end;
		return true;
	}
	if (!period_holding(&sc, c, now->period_end, &p) || !period_next(&sc, c, &p, &p))
		return false;
	if (p.start > a->run->through) {
		ask_again(a, queue, waiting, p.start);
		return false;
	}
	now->period = p.index + 1;
	now->period_end = p.end;
	return true;
}

static void
store_out(struct entry *queue, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		queue[i].claim->passed += queue[i].out;
		queue[i].claim->over = queue[i].left;
		queue[i].out = queue[i].in = 0;
	}
}

/* All periods of one combination of the other dimensions, in time order. */
static void
apply_series(struct applying *a, const struct entry *e, size_t count, struct entry now)
{
	struct entry *queue = mem_alloc((count + 1) * sizeof(*queue));
	bool any = !a->limit->unused_next || limits_first(a, count, &now);
	size_t waiting = 0, at = 0;
	int64_t extra = 0;

	while (any && a->run->rc == RC_OK) {
		size_t n = 0;

		while (at + n < count && e[at + n].period == now.period)
			n++;
		waiting = queue_up(queue, a->limit->excess == EXCESS_NEXT ? waiting : 0,
				   n > 0 ? e + at : NULL, n);
		at += n;
		for (size_t i = 0; i < waiting; i++) {
			queue[i].period = now.period;
			queue[i].period_end = now.period_end;
		}
		extra = waiting > 0 ? limit_bucket_fill(a, queue, waiting, extra)
				    : limit_bucket_of_nobody(a, &now, extra);
		if (!a->limit->unused_next)
			extra = 0;
		store_out(queue, waiting);
		if (!next_bucket(a, &now, at < count ? &e[at] : NULL, queue, waiting))
			break;
	}
	free(queue);
}

void
limit_steps(struct applying *a, struct entry *e, size_t count)
{
	for (size_t i = 0; i < count;) {
		size_t n = 1;

		while (i + n < count && memcmp(e[i].dims, e[i + n].dims, sizeof(e[i].dims)) == 0)
			n++;
		apply_series(a, e + i, n, e[i]);
		i += n;
	}
	if (a->limit->unused_next)
		limits_left(a, e, count, apply_series);
}
