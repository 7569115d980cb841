/* replay_find.c - what is found: its kind, its place, and whether there is a way on. */
#include "replay_priv.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	bool goes_on;			/* what follows can still be judged */
} kinds[FINDING_KIND_MAX] = {
	[FINDING_BYTES] = { "bytes", false },
	[FINDING_FILE] = { "file", true },
	[FINDING_SEQUENCE] = { "sequence", false },
	[FINDING_TIME] = { "time", true },
	[FINDING_CHAIN] = { "chain", true },
	[FINDING_DIGEST] = { "digest", true },
	[FINDING_EVENT] = { "event", true },
	[FINDING_COUNT] = { "count", false },
	[FINDING_SUBMISSION_ROOT] = { "submission-root", true },
	[FINDING_SIGNATURE] = { "signature", true },
	[FINDING_TREE] = { "tree", true },
	[FINDING_CHECKPOINT] = { "checkpoint", false },
	[FINDING_RULE] = { "rule", true },
	[FINDING_STATEMENT] = { "statement", true },
	[FINDING_BALANCE] = { "balance", true },
	[FINDING_HISTORY] = { "history", false },
};

const char *
finding_kind_name(enum finding_kind kind)
{
	assert(kind < FINDING_KIND_MAX);
	return kinds[kind].name;
}

/* The ledger's first event says whose it is: nothing can be judged without. An event that is none
 * is passed over; an entry that is none leaves no place for what follows. */
static bool
goes_on(const struct replay_run *r, const struct replay_finding *f)
{
	bool can = kinds[f->kind].goes_on || (f->kind == FINDING_BYTES && r->judging);

	return r->args->all && can && (!f->has_seq || f->seq > 1);
}

enum rc
replay_find(struct replay_run *r, enum finding_kind kind, const char *field, const char *expected,
	    const char *found, ...)
{
	struct replay_report *report = r->report;
	struct replay_finding f = { .kind = kind, .seq = r->seq };
	va_list args;

	f.has_seq = kind != FINDING_CHECKPOINT && kind != FINDING_TREE && kind != FINDING_FILE;
	(void)snprintf(f.field, sizeof(f.field), "%s", field);
	(void)snprintf(f.expected, sizeof(f.expected), "%s", expected);
	va_start(args, found);
	(void)vsnprintf(f.found, sizeof(f.found), found, args);
	va_end(args);
	if (!report->has_finding)
		report->finding = f;
	else if (report->other_count < REPLAY_OTHERS_MAX)
		report->others[report->other_count++] = f;
	report->has_finding = true;
	report->finding_count++;
	if (goes_on(r, &f))
		return RC_OK;
	r->stopped = true;
	return RC_NO;
}

struct replay_finding *
replay_last_finding(struct replay_run *r)
{
	struct replay_report *report = r->report;

	return report->other_count == 0 ? &report->finding :
		&report->others[report->other_count - 1];
}

static uint64_t
place_of(const struct replay_finding *f)
{
	return f->has_seq ? f->seq : UINT64_MAX;
}

static struct replay_finding *
finding_at(struct replay_report *report, size_t i)
{
	return i == 0 ? &report->finding : &report->others[i - 1];
}

void
replay_findings_sort(struct replay_run *r)
{
	struct replay_report *report = r->report;

	for (size_t i = 1; i <= report->other_count; i++) {
		struct replay_finding moved = *finding_at(report, i);
		size_t to = i;

		for (; to > 0 && place_of(finding_at(report, to - 1)) > place_of(&moved); to--)
			*finding_at(report, to) = *finding_at(report, to - 1);
		*finding_at(report, to) = moved;
	}
	if (!r->args->all && report->has_finding) {
		report->other_count = 0;
		report->finding_count = 1;
	}
}
