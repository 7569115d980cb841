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

static void
say_json(struct call *call, const struct replay_report *r, const char *verdict)
{
	char key[KEY_ID_TEXT];
	struct json o = json_object();
	struct buf b = { 0 };

	verifier_key_short(&r->signed_by, key);
	json_set(call->arena, &o, "entries", json_integer((int64_t)r->size));
	json_set(call->arena, &o, "erased", json_integer((int64_t)r->erased));
	json_set(call->arena, &o, "events", json_integer((int64_t)r->events));
	if (r->has_finding)
		json_set(call->arena, &o, "finding", finding_json(call, &r->finding));
	json_set(call->arena, &o, "lines", json_integer((int64_t)r->lines));
	json_set(call->arena, &o, "origin", json_string(r->origin));
	json_set(call->arena, &o, "root", json_string(hex(call, r->root)));
	json_set(call->arena, &o, "simulated", json_boolean(r->simulated));
	json_set(call->arena, &o, "statements", json_integer((int64_t)r->statements));
	json_set(call->arena, &o, "submissions", json_integer((int64_t)r->submissions));
	json_set(call->arena, &o, "verdict", json_string(verdict));
	json_set(call->arena, &o, "withheld", json_integer((int64_t)r->withheld));
	if (!r->has_finding)
		json_set(call->arena, &o, "signed_by", json_string(key));
	json_write(&o, &b);
	fprintf(call->out, "%s\n", b.data);
	buf_free(&b);
}

static void
say_verified(struct call *call, const struct replay_report *r, bool full)
{
	char key[KEY_ID_TEXT];

	verifier_key_short(&r->signed_by, key);
	fprintf(call->out, "verified: %s%s\n", r->origin, r->simulated ? " (simulated clock)" : "");
	fprintf(call->out, "  head        %" PRIu64 " entries, root %s\n", r->size, hex(call, r->root));
	fprintf(call->out, "  signed by   %s\n", key);
	fprintf(call->out, "  checked     %" PRIu64 " events in %" PRIu64 " submissions: bytes, hashes, "
		"chain, tree, signatures\n", r->events, r->submissions);
	if (full)
		fprintf(call->out, "  replayed    who may say what; %" PRIu64 " statements with %" PRIu64
			" lines computed again, all equal\n", r->statements, r->lines);
	if (r->erased != 0)
		fprintf(call->out, "  as recorded %" PRIu64 " events were erased\n", r->erased);
	if (r->withheld != 0)
		fprintf(call->out, "  as recorded %" PRIu64 " events are withheld from this bundle\n",
			r->withheld);
}

static enum rc
say_finding(struct call *call, const struct replay_report *r, struct err *e)
{
	const struct replay_finding *x = &r->finding;
	char place[40] = "";

	if (call_flag(call, "json"))
		say_json(call, r, "invalid");
	if (x->has_seq)
		(void)snprintf(place, sizeof(place), "entry %" PRIu64 ": ", x->seq);
	return rc_fail(e, RC_INTEGRITY, "%s%s%s%s: expected %s, found %s", place,
		       finding_kind_name(x->kind), x->field[0] == '\0' ? "" : " ", x->field,
		       x->expected, x->found);
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

enum rc
audit_replay(struct call *call, struct err *e)
{
	struct replay_args args = { .full = !call_flag(call, "verify"),
				    .from_scratch = call_flag(call, "from-scratch") };
	struct replay_source *source = NULL;
	struct replay_report report = { 0 };
	struct store *store = NULL;
	const char *keys;
	enum rc rc = call_need(call, "operator-key", &keys, e);

	if (isatty(STDERR_FILENO) == 1)
		args.progress = progress;
	if (rc == RC_OK)
		rc = trust_read_keys(call, keys, &args.trusted, &args.trusted_count, e);
	if (rc == RC_OK)
		rc = open_source(call->args[0], &store, &source, e);
	if (rc == RC_OK)
		rc = replay(source, &args, &report, NULL, e);
	if (rc == RC_NO && report.has_finding)
		rc = say_finding(call, &report, e);
	else if (rc == RC_OK && call_flag(call, "json"))
		say_json(call, &report, "verified");
	else if (rc == RC_OK)
		say_verified(call, &report, args.full);
	replay_source_free(source);
	store_close(store);
	return rc;
}
