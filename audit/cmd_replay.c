/* cmd_replay.c - replay: reads a bundle or a store again from entry 0. */
#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "replay.h"
#include "state.h"
#include "store.h"
#include "trust.h"

/* ---- the answer ---- */

static const char *
hex(struct call *call, struct hash h)
{
	char *text = arena_alloc(call->arena, HASH_HEX);

	hash_format(h, text);
	return text;
}

static struct json
finding_json(struct call *call, const struct replay_finding *x)
{
	struct json o = json_object();

	json_set(call->arena, &o, "expected", json_string(x->expected));
	json_set(call->arena, &o, "field", json_string(x->field));
	json_set(call->arena, &o, "found", json_string(x->found));
	json_set(call->arena, &o, "kind", json_string(finding_kind_name(x->kind)));
	if (x->has_seq)
		json_set(call->arena, &o, "entry", json_integer((int64_t)x->seq));
	return o;
}

/* What is said of a ledger, in the words of FORMAT.md. */
static const char *
verdict_of(const struct replay_report *r)
{
	if (replay_diverged(r))
		return "diverged";
	if (r->has_finding)
		return "invalid";
	if (replay_is_partial(r))
		return "verified with withheld or erased parts, listed";
	return r->witnessed != 0 ? "verified and witnessed" : "verified, unwitnessed";
}

static struct json
missing_json(struct call *call, const struct replay_report *r)
{
	struct json all = json_array(call->arena, r->missing_count);

	for (size_t i = 0; i < r->missing_count; i++) {
		const struct replay_missing *x = &r->missing[i];
		struct json o = json_object();

		json_set(call->arena, &o, "erased", json_integer((int64_t)x->erased));
		json_set(call->arena, &o, "sender", json_string(x->sender));
		json_set(call->arena, &o, "withheld", json_integer((int64_t)x->withheld));
		json_add(call->arena, &all, o);
	}
	return all;
}

/* Calls `fn` for each statement that was taken as recorded. */
typedef void taken_fn(struct call *call, void *arg, const struct contract *k,
		      const struct statement *s);
static void
each_taken(struct call *call, struct replay_state *state, taken_fn *fn, void *arg)
{
	struct state *st = state == NULL ? NULL : replay_state(state);

	for (size_t i = 0; st != NULL && i < state_contract_count(st); i++) {
		const struct contract *k = state_contract_at(st, i);

		for (size_t j = 0; j < k->statement_count; j++)
			if (k->statements[j].taken)
				fn(call, arg, k, &k->statements[j]);
	}
}

static void
taken_json(struct call *call, void *arg, const struct contract *k, const struct statement *s)
{
	struct json o = json_object();

	json_set(call->arena, &o, "contract", json_string(hex(call, k->digest)));
	json_set(call->arena, &o, "lines", json_integer(s->lines));
	json_set(call->arena, &o, "number", json_integer(s->number));
	json_add(call->arena, arg, o);
}

static void
set_count(struct call *call, struct json *o, const char *name, uint64_t n)
{
	json_set(call->arena, o, name, json_integer((int64_t)n));
}

static void
say_json(struct call *call, const struct replay_report *r, struct replay_state *state, bool full)
{
	struct json o = json_object(), taken = json_array(call->arena, (size_t)r->taken);
	struct buf b = { 0 };
	char key[KEY_ID_TEXT];

	verifier_key_short(&r->signed_by, key);
	each_taken(call, state, taken_json, &taken);
	set_count(call, &o, "cosigned", r->cosigned);
	if (r->party[0] != '\0')
		json_set(call->arena, &o, "cut_for", json_string(r->party));
	set_count(call, &o, "entries", r->size);
	set_count(call, &o, "erased", r->erased);
	set_count(call, &o, "events", r->events);
	if (r->has_finding)
		json_set(call->arena, &o, "finding", finding_json(call, &r->finding));
	set_count(call, &o, "lines", r->lines);
	set_count(call, &o, "loose_lines", r->loose_lines);
	json_set(call->arena, &o, "missing", missing_json(call, r));
	json_set(call->arena, &o, "origin", json_string(r->origin));
	json_set(call->arena, &o, "replayed", json_boolean(full));
	json_set(call->arena, &o, "root", json_string(hex(call, r->root)));
	if (!r->has_finding)
		json_set(call->arena, &o, "signed_by", json_string(key));
	json_set(call->arena, &o, "simulated", json_boolean(r->simulated));
	set_count(call, &o, "statements", r->statements);
	set_count(call, &o, "submissions", r->submissions);
	json_set(call->arena, &o, "taken", taken);
	json_set(call->arena, &o, "verdict", json_string(verdict_of(r)));
	set_count(call, &o, "withheld", r->withheld);
	set_count(call, &o, "witnessed", r->witnessed);
	set_count(call, &o, "witnesses", r->witnesses);
	json_write(&o, &b);
	fprintf(call->out, "%s\n", b.data);
	buf_free(&b);
}

static void
say_witnessed(struct call *call, const struct replay_report *r, bool policy)
{
	if (r->witnessed != 0)
		fprintf(call->out, "  witnessed   the first %" PRIu64 " of %" PRIu64 " entries, by %zu "
			"witnesses of the policy\n", r->witnessed, r->size, r->witnesses);
	else if (!policy)
		fprintf(call->out, "  witnessed   not asked: --policy says which witnesses count\n");
	else
		fprintf(call->out, "  witnessed   no: the policy's quorum has cosigned no checkpoint that "
			"is here\n");
}

static void
say_missing(struct call *call, const struct replay_report *r)
{
	for (size_t i = 0; i < r->missing_count; i++) {
		const struct replay_missing *x = &r->missing[i];

		if (x->withheld != 0)
			fprintf(call->out, "  withheld    %" PRIu64 " events sent by %s\n", x->withheld,
				x->sender);
		if (x->erased != 0)
			fprintf(call->out, "  erased      %" PRIu64 " events sent by %s\n", x->erased,
				x->sender);
	}
}

static void
say_taken(struct call *call, void *arg, const struct contract *k, const struct statement *s)
{
	(void)arg;
	fprintf(call->out, "  as recorded statement %" PRIu32 " of contract %.8s: %" PRIu32
		" lines that rest on what is withheld\n", s->number, hex(call, k->digest), s->lines);
}

static void
say_verified(struct call *call, const struct replay_report *r, struct replay_state *state,
	     const struct replay_args *args)
{
	char key[KEY_ID_TEXT];

	verifier_key_short(&r->signed_by, key);
	fprintf(call->out, "%s: %s%s\n", verdict_of(r), r->origin,
		r->simulated ? " (simulated clock)" : "");
	fprintf(call->out, "  head        %" PRIu64 " entries, root %s\n", r->size, hex(call, r->root));
	fprintf(call->out, "  signed by   %s\n", key);
	say_witnessed(call, r, args->policy != NULL);
	fprintf(call->out, "  checked     %" PRIu64 " events in %" PRIu64 " submissions: bytes, hashes, "
		"chain, tree, signatures\n", r->events, r->submissions);
	if (args->full)
		fprintf(call->out, "  replayed    who may say what; %" PRIu64 " statements with %" PRIu64
			" lines computed again, all equal\n", r->statements - r->taken,
			r->lines - r->taken_lines);
	if (r->party[0] != '\0')
		fprintf(call->out, "  cut for     %s, who sent none of what is withheld\n", r->party);
	say_missing(call, r);
	each_taken(call, state, say_taken, NULL);
	if (r->loose_lines != 0)
		fprintf(call->out, "  as recorded %" PRIu64 " lines of statements whose closing "
			"settlement.issued is withheld\n", r->loose_lines);
}

static enum rc
say_finding(struct call *call, const struct replay_report *r, bool full, struct err *e)
{
	const struct replay_finding *x = &r->finding;
	char place[40] = "";

	if (call_flag(call, "json"))
		say_json(call, r, NULL, full);
	if (x->has_seq)
		(void)snprintf(place, sizeof(place), "entry %" PRIu64 ": ", x->seq);
	return rc_fail(e, replay_diverged(r) ? RC_NO : RC_INTEGRITY,
		       "%s: %s%s%s%s: expected %s, found %s", verdict_of(r), place,
		       finding_kind_name(x->kind), x->field[0] == '\0' ? "" : " ", x->field,
		       x->expected, x->found);
}

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
	(void)arg;
	fprintf(stderr, "\rreplaying: %" PRIu64 " of %" PRIu64 " entries%s", done, size,
		done == size ? "\n" : "");
}

static enum rc
open_source(const char *path, struct store **ret_store, struct replay_source **ret, struct err *e)
{
	struct stat st;
	enum rc rc;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return replay_source_bundle(path, ret, e);
	if (strlen(path) > 4 && strcmp(path + strlen(path) - 4, ".tar") == 0)
		return rc_fail(e, RC_USAGE, "%s: expected a folder: unpack it first with tar -xf", path);
	rc = store_open_read(path, ret_store, e);
	return rc == RC_OK ? replay_source_store(*ret_store, ret, e) : rc;
}

static enum rc
say_verdict(struct call *call, const struct replay_report *r, struct replay_state *state,
	    const struct replay_args *args, const struct require *q, struct err *e)
{
	if (call_flag(call, "json"))
		say_json(call, r, state, args->full);
	else
		say_verified(call, r, state, args);
	return check_require(q, r, e);
}

enum rc
audit_replay(struct call *call, struct err *e)
{
	struct replay_args args = { .full = !call_flag(call, "verify"),
				    .from_scratch = call_flag(call, "from-scratch") };
	struct replay_report *report = arena_alloc(call->arena, sizeof(*report));
	struct replay_source *source = NULL;
	struct replay_state *state = NULL;
	struct require require = { false, false };
	struct store *store = NULL;
	struct trust trust = { .keys = NULL };
	enum rc rc = trust_read(call, &trust, e);

	if (isatty(STDERR_FILENO) == 1)
		args.progress = progress;
	args.trusted = trust.keys;
	args.trusted_count = trust.key_count;
	args.policy = trust.policy;
	if (rc == RC_OK)
		rc = read_require(call, &trust, &require, e);
	if (rc == RC_OK)
		rc = open_source(call->args[0], &store, &source, e);
	if (rc == RC_OK)
		rc = replay(source, &args, report, &state, e);
	if (rc == RC_NO && report->has_finding)
		rc = say_finding(call, report, args.full, e);
	else if (rc == RC_OK)
		rc = say_verdict(call, report, state, &args, &require, e);
	replay_state_free(state);
	replay_source_free(source);
	store_close(store);
	return rc;
}
