/* cmd_replay.c - replay: reads a bundle or a store again from entry 0. */
#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "place.h"
#include "replay.h"
#include "replay_report.h"
#include "store.h"
#include "trust.h"

/* ---- what the caller asks for beyond `verified` ---- */

struct require {
	bool witnessed, complete;
};

static enum rc
read_require(struct call *call, const struct trust *t, struct require *ret, struct err *e)
{
	const char *text = call_option(call, "require");

	if (text == NULL)
		return RC_OK;
	ret->witnessed = strncmp(text, "witnessed", 9) == 0;
	ret->complete = strcmp(ret->witnessed ? text + 9 : text, ret->witnessed ? ",complete"
									      : "complete") == 0;
	if (!ret->complete && strcmp(text, "witnessed") != 0)
		return rc_fail(e, RC_USAGE, "--require: expected witnessed, complete or "
			       "witnessed,complete; found '%s'", text);
	if (ret->witnessed && (t->policy == NULL || t->policy->quorum == POLICY_NONE))
		return rc_fail(e, RC_USAGE, "--require witnessed: needs --policy FILE with a quorum: it "
			       "says which witnesses count");
	if (ret->complete && call_flag(call, "verify"))
		return rc_fail(e, RC_USAGE, "--require complete: leave out --verify, which replays no "
			       "rule and no statement");
	return RC_OK;
}

static enum rc
check_require(const struct require *q, const struct replay_report *r, struct err *e)
{
	if (q->witnessed && r->witnessed == 0)
		return rc_fail(e, RC_NO, "--require witnessed: it verifies, but the policy's quorum has "
			       "cosigned no checkpoint that is here");
	if (q->complete && replay_is_partial(r))
		return rc_fail(e, RC_NO, "--require complete: what is here verifies, but %" PRIu64
			       " events are withheld and %" PRIu64 " erased", r->withheld, r->erased);
	return RC_OK;
}

/* ---- the command ---- */

static void
progress(void *arg, uint64_t done, uint64_t size)
{
	*(bool *)arg = done != size;	/* its line is not ended yet */
	fprintf(stderr, "\rreplaying: %" PRIu64 " of %" PRIu64 " entries%s", done, size,
		done == size ? "\n" : "");
}

static enum rc
open_source(struct call *call, struct store **ret_store, struct replay_source **ret,
	    struct err *e)
{
	const char *path = call->args[0], *bodies = call_option(call, "bodies");
	enum place place;
	enum rc rc = place_of(path, &place, e);

	if (rc != RC_OK)
		return rc;
	if (place == PLACE_PUBLISHED)
		return replay_source_published(path, bodies, ret, e);
	if (bodies != NULL)
		return rc_fail(e, RC_USAGE, "--bodies: %s is no folder that 'utfall publish' wrote; a "
			       "bundle and a ledger's file hold their events themselves", path);
	if (place != PLACE_LEDGER)
		return replay_source_bundle(path, ret, e);
	rc = store_open_read(path, ret_store, e);
	return rc == RC_OK ? replay_source_store(*ret_store, ret, e) : rc;
}

enum rc
audit_replay(struct call *call, struct err *e)
{
	struct replay_args args = { .full = !call_flag(call, "verify"),
				    .from_scratch = call_flag(call, "from-scratch"),
				    .all = call_flag(call, "all") };
	struct replay_report *report = arena_alloc(call->arena, sizeof(*report));
	struct replay_source *source = NULL;
	struct replay_state *state = NULL;
	struct require require = { false, false };
	struct store *store = NULL;
	int64_t threads = 0;
	bool shown = false;
	struct trust trust = { .keys = NULL };
	enum rc rc = trust_read(call, &trust, e);

	args.progress_arg = &shown;
	if (isatty(STDERR_FILENO) == 1)
		args.progress = progress;
	args.trusted = trust.keys;
	args.trusted_count = trust.key_count;
	args.policy = trust.policy;
	if (rc == RC_OK)
		rc = read_require(call, &trust, &require, e);
	if (rc == RC_OK)
		rc = number_option(call, "threads", 1, 256, 0, &threads, e);
	args.threads = (unsigned)threads;
	args.keep = call_option(call, "resume");
	if (rc == RC_OK && args.keep != NULL && !args.full)
		rc = rc_fail(e, RC_USAGE, "--resume: leave out --verify, which replays no rule and no "
			     "statement");
	if (rc == RC_OK)
		rc = open_source(call, &store, &source, e);
	if (rc == RC_OK)
		rc = replay(source, &args, report, &state, e);
	if (shown)
		fputc('\n', stderr);
	if (rc == RC_NO && report->has_finding)
		rc = replay_report_finding(call, report, e);
	else if (rc == RC_OK)
		replay_report_verified(call, report, state, &args);
	if (rc == RC_OK)
		rc = check_require(&require, report, e);
	replay_state_free(state);
	replay_source_free(source);
	store_close(store);
	return rc;
}
