/* replay.c - reads a ledger again from entry 0 and stops at the first difference.
 *
 * Read next: replay_batch.c (what is done on all cores), replay_row.c (what is checked of each
 * entry), replay_head.c (the checkpoint and who vouches for it), replay_source_*.c (where the
 * bytes come from).
 */
#include "replay_batch.h"

#include "arena.h"
#include "bundle.h"
#include "index.h"
#include "settle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what the state asks of a replay ---- */

/* Of the part that an earlier replay verified: only if it is still the same. */
static enum rc
fetch_kept(struct replay_state *w, uint64_t seq, struct buf *ret_entry, struct buf *ret_event,
	   bool *ret_missing, struct err *e)
{
	struct replay_source *s = w->source;
	struct buf entry = { 0 }, event = { 0 };
	bool missing = false;
	enum rc rc = s->fetch(s, seq, &entry, ret_event == NULL ? NULL : &event, &missing, e);

	if (rc == RC_NOT_FOUND) {
		w->anew = "an earlier entry is not there any more";
		rc = rc_fail(e, RC_INTEGRITY, "%s", w->anew);
	}
	if (rc == RC_OK)
		rc = replay_kept_check(w, seq, &entry, ret_event == NULL ? NULL : &event, missing, e);
	if (rc == RC_OK && ret_entry != NULL)
		buf_add(ret_entry, entry.data, entry.size);
	if (rc == RC_OK && ret_event != NULL)
		buf_add(ret_event, event.data, event.size);
	if (rc == RC_OK && ret_missing != NULL)
		*ret_missing = missing;
	buf_free(&entry);
	buf_free(&event);
	return rc;
}

static enum rc
fetch(void *arg, uint64_t seq, struct buf *ret_entry, struct buf *ret_event, bool *ret_missing,
      struct err *e)
{
	struct replay_state *w = arg;

	if (seq < w->resumed)
		return fetch_kept(w, seq, ret_entry, ret_event, ret_missing, e);
	return w->source->fetch(w->source, seq, ret_entry, ret_event, ret_missing, e);
}

static enum rc
engine(void *arg, struct hash contract, uint64_t size, struct settlement **ret, struct err *e)
{
	const struct replay_state *w = arg;
	const struct engine *x = engines_find(&w->engines, contract);

	(void)size;	/* told of each event as it is applied */
	if (x == NULL)
		return rc_fail(e, RC_NOT_FOUND, "the history holds no such contract");
	*ret = x->settlement;
	return RC_OK;
}

static enum rc
root(void *arg, uint64_t size, struct hash *ret, struct err *e)
{
	struct replay_state *w = arg;

	return replay_tree_root(&w->tree, size, ret, e);
}

static enum rc
world_new(struct replay_source *s, const struct replay_args *args, struct replay_state **ret,
	  struct err *e)
{
	struct replay_state *w = mem_alloc(sizeof(*w));
	struct event_source source = { .arg = w, .fetch = fetch, .engine = engine, .root = root,
				       .from_scratch = args->from_scratch, .goes_on = true,
				       .keeps_tree = true };
	enum rc rc;

	memset(w, 0, sizeof(*w));
	w->source = s;
	rc = replay_tree_open(&w->tree, s, args->keep != NULL, e);
	if (rc != RC_OK) {
		free(w);
		return rc;
	}
	if (args->full) {
		w->index = index_new();
		w->state = state_new(w->index, &source);
	}
	*ret = w;
	return RC_OK;
}

void
replay_state_free(struct replay_state *w)
{
	if (w == NULL)
		return;
	engines_free(&w->engines);
	state_free(w->state);
	index_free(w->index);
	replay_tree_close(&w->tree);
	free((void *)(uintptr_t)w->gone);
	free(w);
}

struct state *
replay_state(struct replay_state *w)
{
	return w->state;
}

struct settlement *
replay_settlement(struct replay_state *w, struct hash contract)
{
	const struct engine *x = engines_find(&w->engines, contract);

	return x == NULL ? NULL : x->settlement;
}

/* ---- the whole ---- */

static void
fill_report(const struct replay_run *r)
{
	struct replay_report *report = r->report;

	(void)snprintf(report->origin, sizeof(report->origin), "%s", r->ring.origin);
	report->simulated = r->ring.simulated;
	report->replayed = r->args->full;
	report->root = merkle_root(&r->tree);
	report->size = r->tree.size;
	(void)snprintf(report->party, sizeof(report->party), "%s", r->party == NULL ? "" : r->party);
	for (size_t i = 0; r->world->state != NULL && i < state_contract_count(r->world->state);
	     i++) {
		const struct contract *k = state_contract_at(r->world->state, i);

		report->statements += k->statement_count;
		for (size_t s = 0; s < k->statement_count; s++) {
			const struct statement *x = &k->statements[s];

			report->lines += x->lines;
			report->taken += x->taken ? 1 : 0;
			report->taken_lines += x->taken ? x->lines : x->taken_count;
		}
	}
	if (report->withheld != 0 && report->shown_lines > report->lines)
		report->loose_lines = report->shown_lines - report->lines;
}

bool
replay_is_partial(const struct replay_report *r)
{
	return r->erased != 0 || r->withheld != 0 || r->taken != 0 ||
		r->unchecked != 0 || r->unjudged != 0;
}

static bool
is_money(const struct replay_finding *f)
{
	return f->kind == FINDING_STATEMENT || f->kind == FINDING_BALANCE;
}

bool
replay_diverged(const struct replay_report *r)
{
	bool all = r->has_finding && is_money(&r->finding);

	for (size_t i = 0; i < r->other_count; i++)
		all = all && is_money(&r->others[i]);
	return all;
}

/* RC_NO without a finding comes from the source: a line that is none. */
static enum rc
source_finding(struct replay_run *r, enum rc rc, const struct err *e)
{
	if (rc != RC_NO || r->stopped)
		return rc;
	r->seq = r->world->tree.size;
	return replay_find(r, FINDING_BYTES, "", "lines as a bundle has them", "%s", e->text);
}

/* Rows in order. What stands before a fault of the source is evaluated first. */
static enum rc
read_rows(struct replay_run *r, uint64_t from, uint64_t to, struct err *e)
{
	struct replay_source *s = r->world->source;
	struct replay_pipe *pipe = replay_pipe_new(r, r->args->threads);
	enum rc rc = s->scan(s, from, to, replay_pipe_feed, pipe, e), drained;
	struct err later;

	drained = replay_pipe_drain(pipe, &later);
	replay_pipe_free(pipe);
	if (drained == RC_OK)
		return rc;
	*e = later;
	return drained;
}

static void
run_close(struct replay_run *r)
{
	arena_free(r->arena);
	free(r->ring.keys);
	free(r->erased);
	free(r->named);
	*r = (struct replay_run){ .args = r->args, .report = r->report, .world = r->world };
}

static enum rc
check_files(struct replay_run *r)
{
	const struct replay_source *s = r->world->source;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < s->damage_count; i++)
		rc = replay_find(r, FINDING_FILE, s->damage[i].file, s->damage[i].expected, "%s",
				 s->damage[i].found);
	r->stopped = r->stopped || s->unreadable;
	return s->unreadable ? RC_NO : rc;
}

static enum rc
begin(struct replay_run *r, struct replay_source *s, bool resume, struct err *e)
{
	enum rc rc = world_new(s, r->args, &r->world, e);

	if (rc != RC_OK)
		return rc;
	r->arena = arena_new();
	r->at = INT64_MIN;
	if (s->manifest != NULL && s->manifest->party[0] != '\0')
		r->party = s->manifest->party;
	r->world->cut = r->party != NULL;
	return resume ? replay_keep_load(r, e) : s->begin(s, NULL, 0, e);
}

/* From the first entry on, or from where an earlier replay came to. */
static enum rc
run(struct replay_run *r, struct replay_source *s, bool resume, struct err *e)
{
	enum rc rc;

	memset(r->report, 0, sizeof(*r->report));
	rc = begin(r, s, resume, e);
	if (r->world == NULL || r->world->anew != NULL)
		return rc;
	if (rc == RC_OK)
		rc = check_files(r);
	if (rc == RC_OK)
		rc = read_rows(r, r->world->resumed, UINT64_MAX, e);
	if (r->world->anew != NULL)
		return rc;
	if (rc == RC_INTEGRITY && r->world->rewritten.found)
		rc = replay_rewritten(r);
	rc = replay_differences(r, source_finding(r, rc, e));
	tile_maker_frontier(r->world->tree.maker, &r->tree);
	if (r->world->state != NULL && rc == RC_OK)
		state_tree(r->world->state, &r->tree);
	if (rc == RC_OK)
		rc = replay_head(r, e);
	if (rc == RC_OK && r->report->has_finding)
		rc = RC_NO;
	replay_findings_sort(r);
	fill_report(r);
	return rc;
}

/* What was kept cannot be gone on with: from the first entry on, of which the leaves are known. */
static enum rc
run_anew(struct replay_run *r, struct replay_source *s, struct err *e)
{
	struct replay_state *w = r->world;
	const char *why = w->anew;
	struct hash *leaves = w->tree.nodes[0];
	uint64_t count = w->resumed;
	enum rc rc;

	w->tree.nodes[0] = NULL;
	replay_state_free(w);
	run_close(r);
	r->world = NULL;
	r->before = leaves;
	r->before_count = count;
	rc = run(r, s, false, e);
	r->report->anew = why;
	r->before = NULL;
	r->before_count = 0;
	free(leaves);
	return rc;
}

/* Without ledger.opened there is no first key, and nobody who could say anything. */
static enum rc
check_depth(struct replay_source *s, struct replay_args *args, struct err *e)
{
	struct buf event = { 0 };
	bool missing = false;
	enum rc rc = RC_OK;

	if (s->open && args->full && s->size > 1) {
		rc = s->fetch(s, 1, NULL, &event, &missing, e);
		args->full = !missing;
	}
	buf_free(&event);
	return rc;
}

/* Keys that the operator gave parties which had lost all of theirs. */
static void
list_recovered(const struct state *st, struct replay_report *ret)
{
	for (size_t i = 0; i < state_key_count(st); i++) {
		const struct party_key *k = state_key_at(st, i);
		struct replay_recovered *x;
		const struct hash *confirmed;

		if (!k->recovery || ret->recovered_count++ >= REPLAY_RECOVERED_MAX)
			continue;
		x = &ret->recovered[ret->recovered_count - 1];
		verifier_key_short(&k->key, x->key);
		x->registered = k->registered;
		x->revoked = k->revoked;
		confirmed = state_key_confirmed(k, &x->confirmed_count);
		for (size_t j = 0; j < x->confirmed_count && j < REPLAY_CONFIRMED_MAX; j++)
			x->confirmed[j] = confirmed[j];
	}
}

enum rc
replay(struct replay_source *s, const struct replay_args *asked, struct replay_report *ret,
       struct replay_state **ret_state, struct err *e)
{
	struct replay_args copy = *asked, *args = &copy;
	struct replay_run r = { .args = args, .report = ret };
	enum rc rc = check_depth(s, args, e);

	memset(ret, 0, sizeof(*ret));
	if (rc != RC_OK)
		return rc;
	rc = run(&r, s, args->keep != NULL, e);
	if (r.world != NULL && r.world->anew != NULL)
		rc = run_anew(&r, s, e);
	if (rc == RC_OK && args->keep != NULL && replay_may_keep(&r)) {
		if (!replay_keep_is_fresh(&r))
			rc = replay_keep_save(&r, e);
		ret->kept = rc == RC_OK;
	}
	if (r.world != NULL && replay_state(r.world) != NULL)
		list_recovered(replay_state(r.world), ret);
	run_close(&r);
	if (rc == RC_OK && ret_state != NULL)
		*ret_state = r.world;
	else
		replay_state_free(r.world);
	if (rc == RC_NO && !ret->has_finding)
		return rc_fail(e, RC_INTEGRITY, "%s", "the replay stopped without a finding");
	return rc;
}
