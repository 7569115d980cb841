/* cmd_ledger.c - the ledger as a whole: opening one, checking it, its head, its bundle. */
#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "bundle_write.h"
#include "cli.h"
#include "finding.h"
#include "json.h"
#include "merkle.h"
#include "replay.h"
#include "store.h"
#include "text.h"
#include "witness.h"

/* ---- init ---- */

/* Reads the key file of `option`, or makes it where there is none. */
static enum rc
key_or_new(struct call *call, const char *option, const char *name, struct signing_key **ret,
	   struct err *e)
{
	const char *path;
	enum rc rc = call_need(call, option, &path, e);

	if (rc != RC_OK || access(path, F_OK) == 0)
		return rc == RC_OK ? cli_key(call, option, ret, e) : rc;
	rc = signing_key_generate(name, KEY_ED25519, ret, e);
	return rc == RC_OK ? key_file_write(path, *ret, NULL, e) : rc;
}

/* A checkpoint key that exists already fixes the origin: its name. */
static enum rc
choose_origin(struct call *call, const char **ret, struct err *e)
{
	const char *path, *asked;
	struct verifier_key key;
	uint8_t bytes[5];
	char hex[11];
	enum rc rc = call_need(call, "origin", &asked, e);

	if (rc == RC_OK)
		rc = call_need(call, "checkpoint-key", &path, e);
	if (rc != RC_OK)
		return rc;
	if (access(path, F_OK) == 0) {
		rc = key_file_verifier(path, &key, e);
		*ret = arena_string(call->arena, key.name, strlen(key.name));
		return rc;
	}
	random_bytes(bytes, sizeof(bytes));
	hex_format(bytes, sizeof(bytes), hex);
	*ret = call_flag(call, "exact") ? asked : arena_printf(call->arena, "%s/%s", asked, hex);
	if (!text_is_origin(*ret, strlen(*ret)))
		return rc_fail(e, RC_USAGE, "--origin: expected printable ASCII, at most 200 characters, "
			       "none of space, +, quotation mark and backslash, not beginning with "
			       "utfall/; found '%s'", *ret);
	return RC_OK;
}

static const struct json *
opened_body(struct call *call, const char *origin, const struct signing_key *key,
	    const struct signing_key *checkpoint)
{
	struct json *body = arena_alloc(call->arena, sizeof(*body));
	char *texts = arena_alloc(call->arena, (size_t)2 * KEY_TEXT);

	*body = json_object();
	verifier_key_format(signing_key_verifier(key), texts);
	verifier_key_format(signing_key_verifier(checkpoint), texts + KEY_TEXT);
	json_set(call->arena, body, "checkpoint_key", json_string(texts + KEY_TEXT));
	json_set(call->arena, body, "format", json_integer(1));
	json_set(call->arena, body, "operator", json_string(signing_key_verifier(key)->name));
	json_set(call->arena, body, "operator_key", json_string(texts));
	json_set(call->arena, body, "origin", json_string(origin));
	if (call_flag(call, "simulated"))
		json_set(call->arena, body, "simulated", json_boolean(true));
	return body;
}

static enum rc
open_first(struct call *call, const char *origin, int64_t now, const struct signing_key *key,
	   const struct signing_key *checkpoint, struct err *e)
{
	struct findings f = { .arena = call->arena };
	struct outbox box = { 0 };
	struct buf file = { 0 }, receipt = { 0 };
	struct ledger *l = NULL;
	struct hash digest;
	char id[ULID_TEXT];
	struct submission_args args = { .ledger = origin, .id = id, .submitted_at = now, .key = key };
	struct append_args append = { .now = now, .clock_confirmed = true,
				      .checkpoint_keys = &checkpoint, .checkpoint_key_count = 1 };
	enum rc rc;

	outbox_add(call, &box, EVENT_LEDGER_OPENED, opened_body(call, origin, key, checkpoint),
		   &digest);
	cli_ulid(now, id);
	args.events = box.events;
	args.count = box.count;
	rc = submission_file_make(&args, &file, e);
	append.bytes = file.data;
	append.size = file.size;
	if (rc == RC_OK)
		rc = ledger_append_first(call_option(call, "ledger"), &append, &f, &receipt, &l, e);
	if (rc == RC_REFUSED && f.errors != 0)
		rc = cli_refused(&f, "init", e);
	ledger_close(l);
	buf_free(&file);
	buf_free(&receipt);
	return rc;
}

enum rc
cmd_init(struct call *call, struct err *e)
{
	struct signing_key *key = NULL, *checkpoint = NULL;
	const char *url, *party, *origin;
	char text[KEY_TEXT];
	int64_t now;
	enum rc rc = call_need(call, "ledger", &url, e);

	if (rc == RC_OK)
		rc = call_need(call, "operator", &party, e);
	if (rc == RC_OK && call_option(call, "at") != NULL && !call_flag(call, "simulated"))
		rc = rc_fail(e, RC_USAGE, "init: --at (or UTFALL_AT) sets the clock of a simulated "
			     "ledger only; add --simulated or leave it out");
	if (rc == RC_OK)
		rc = cli_now_offline(call, &now, e);
	if (rc == RC_OK)
		rc = choose_origin(call, &origin, e);
	if (rc == RC_OK)
		rc = key_or_new(call, "key", party, &key, e);
	if (rc == RC_OK && strcmp(signing_key_verifier(key)->name, party) != 0)
		rc = rc_fail(e, RC_USAGE, "init: the key of --key is named '%s', expected '%s' as "
			     "--operator says", signing_key_verifier(key)->name, party);
	if (rc == RC_OK)
		rc = key_or_new(call, "checkpoint-key", origin, &checkpoint, e);
	if (rc == RC_OK)
		rc = open_first(call, origin, now, key, checkpoint, e);
	if (rc == RC_OK) {
		verifier_key_format(signing_key_verifier(checkpoint), text);
		say(call, "opened: %s\norigin: %s\ncheckpoint key: %s\n", url, origin, text);
	}
	signing_key_free(key);
	signing_key_free(checkpoint);
	return rc;
}

/* ---- verify ---- */

static void
say_report(struct call *call, const struct replay_report *r, bool full, bool left_bytes)
{
	struct json o = json_object();

	if (cli_form(call) != TABLE_JSON) {
		say(call, "verified: %s%s\n  %" PRIu64 " entries: %" PRIu64 " events in %" PRIu64
		    " submissions, root %s\n", r->origin, r->simulated ? " (simulated clock)" : "",
		    r->size, r->events, r->submissions, cli_hex(call, r->root));
		if (full)
			say(call, "  %" PRIu64 " statements with %" PRIu64 " lines computed again: all "
			    "equal\n", r->statements, r->lines - r->taken_lines);
		if (r->taken_lines != 0)
			say(call, "  %" PRIu64 " lines taken as recorded: of erased people, or leaning on "
			    "them\n", r->taken_lines);
		if (r->erased != 0)
			say(call, "  %" PRIu64 " erased events taken as recorded\n", r->erased);
		if (left_bytes)
			say(call, "  not done: %s\n", cli_left_bytes(call));
		return;
	}
	json_set(call->arena, &o, "entries", json_integer((int64_t)r->size));
	json_set(call->arena, &o, "erased", json_integer((int64_t)r->erased));
	json_set(call->arena, &o, "erased_bytes_left", json_boolean(left_bytes));
	json_set(call->arena, &o, "events", json_integer((int64_t)r->events));
	json_set(call->arena, &o, "lines", json_integer((int64_t)r->lines));
	json_set(call->arena, &o, "origin", json_string(r->origin));
	json_set(call->arena, &o, "root", json_string(cli_hex(call, r->root)));
	json_set(call->arena, &o, "statements", json_integer((int64_t)r->statements));
	json_set(call->arena, &o, "submissions", json_integer((int64_t)r->submissions));
	json_set(call->arena, &o, "verdict", json_string("verified"));
	say_json(call, &o);
}

static enum rc
say_finding(const struct replay_finding *x, struct err *e)
{
	char place[40] = "";

	if (x->has_seq)
		(void)snprintf(place, sizeof(place), "entry %" PRIu64 ": ", x->seq);
	return rc_fail(e, RC_INTEGRITY, "%s%s%s%s: expected %s, found %s", place,
		       finding_kind_name(x->kind), x->field[0] == '\0' ? "" : " ", x->field,
		       x->expected, x->found);
}

/* What the caches say must be what the record gives. */
static enum rc
check_caches(struct ledger *l, struct state *replayed, struct err *e)
{
	struct buf cached = { 0 }, fresh = { 0 };
	enum rc rc = RC_OK;

	state_dump(ledger_state(l), &cached);
	state_dump(replayed, &fresh);
	if (cached.size != fresh.size || memcmp(cached.data, fresh.data, fresh.size) != 0)
		rc = rc_fail(e, RC_INTEGRITY, "the ledger's caches are not what its record gives; the "
			     "record itself verifies, and the next append makes the caches again");
	buf_free(&cached);
	buf_free(&fresh);
	return rc;
}

/* ---- engines that the store keeps ---- */

struct engine_words {		/* what an engine says, as one hash */
	struct hasher *h;
	struct buf text;
};

static void
add_text(struct engine_words *w)
{
	hasher_add(w->h, w->text.data, w->text.size);
	buf_clear(&w->text);
}

static void
add_amount(void *arg, const struct settle_amount *a)
{
	struct engine_words *w = arg;
	char key[HASH_HEX];

	hash_format(a->key, key);
	buf_printf(&w->text, "%s %s %s %s %s %d %" PRId64 "\n", key, a->posting.payer,
		   a->posting.payee, a->posting.unit, a->posting.tax, a->posting.year, a->amount);
	add_text(w);
}

static void
add_balance(void *arg, const struct settle_balance *b)
{
	struct engine_words *w = arg;

	buf_printf(&w->text, "%s %s %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", b->payer,
		   b->payee, b->unit, b->lines, b->held, b->paid, b->received);
	add_text(w);
}

static enum rc
add_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	struct engine_words *w = arg;

	(void)e;
	json_write(line, &w->text);
	if (basis != NULL)
		json_write(basis, &w->text);
	add_text(w);
	return RC_OK;
}

/* Sums of issued lines, balances, and the statement that would be next. */
static enum rc
hash_engine(struct settlement *s, uint64_t size, struct hash *ret, struct err *e)
{
	struct engine_words w = { .h = hasher_new() };
	struct settle_args args = { .size = size };
	struct arena *arena = arena_new();
	const struct json *issued;
	enum rc rc;

	settle_sums(s, add_amount, &w);
	settle_balances(s, add_balance, &w);
	rc = settle_through(s, &args.through, e);
	if (rc == RC_OK)
		rc = settle(s, &args, add_line, &w, arena, &issued, e);
	*ret = hasher_end(w.h);
	hasher_free(w.h);
	buf_free(&w.text);
	arena_free(arena);
	return rc == RC_SYSTEM ? rc : RC_OK;	/* refusals are the same for both */
}

static enum rc
check_engines(struct ledger *l, struct replay_state *replayed, uint64_t size, struct err *e)
{
	const struct state *st = ledger_state(l);
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < state_contract_count(st); i++) {
		struct hash contract = state_contract_at(st, i)->digest, kept, fresh;
		struct settlement *engine = NULL, *again = replay_settlement(replayed, contract);

		if (again == NULL || !ledger_keeps_engine(l, contract))
			continue;
		rc = ledger_settlement(l, contract, &engine, e);
		if (rc == RC_OK)
			rc = hash_engine(engine, size, &kept, e);
		if (rc == RC_OK)
			rc = hash_engine(again, size, &fresh, e);
		if (rc == RC_OK && !hash_equal(kept, fresh))
			rc = rc_fail(e, RC_INTEGRITY, "what the ledger keeps of a contract's settlement "
				     "is not what its record gives; the record itself verifies: remove "
				     "what is kept with sqlite3 LEDGER 'DELETE FROM cache_state'");
	}
	return rc;
}

/* The tree as the tiles have it. */
static enum rc
check_tiles(struct ledger *l, const struct replay_report *r, struct err *e)
{
	struct hash root;
	enum rc rc = ledger_root(l, r->size, &root, e);

	if (rc == RC_OK && !hash_equal(root, r->root))
		rc = rc_fail(e, RC_INTEGRITY, "the ledger's hash tiles do not give the root of its "
			     "entries; the record itself verifies");
	return rc;
}

static enum rc
verify(struct call *call, struct ledger *l, struct err *e)
{
	struct replay_args args = { .full = call_flag(call, "full") || call_flag(call, "from-scratch"),
				    .from_scratch = call_flag(call, "from-scratch") };
	struct replay_source *source = NULL;
	struct replay_state *state = NULL;
	struct replay_report report = { 0 };
	enum rc rc = replay_source_store(ledger_store(l), &source, e);

	if (rc == RC_OK)
		rc = replay(source, &args, &report, &state, e);
	if (rc == RC_NO && report.has_finding)
		rc = say_finding(&report.finding, e);
	if (rc == RC_OK && args.full)
		rc = check_caches(l, replay_state(state), e);
	if (rc == RC_OK && args.full)
		rc = check_engines(l, state, report.size, e);
	if (rc == RC_OK)
		rc = check_tiles(l, &report, e);
	if (rc == RC_OK)
		rc = replay_answers(l, report.submissions, e);
	if (rc == RC_OK)
		say_report(call, &report, args.full, ledger_left_bytes(l));
	replay_state_free(state);
	replay_source_free(source);
	return rc;
}

/* A ledger that does not open: what is wrong with its record, if that is it. */
static enum rc
verify_record(struct call *call, struct err *e)
{
	struct replay_args args = { .full = true };
	struct replay_source *source = NULL;
	struct replay_report report = { 0 };
	struct store *s = NULL;
	struct err found;
	enum rc rc = store_open_read(call_option(call, "ledger"), &s, &found);

	if (rc == RC_OK)
		rc = replay_source_store(s, &source, &found);
	if (rc == RC_OK)
		rc = replay(source, &args, &report, NULL, &found);
	if (rc == RC_NO && report.has_finding)
		(void)!say_finding(&report.finding, e);
	replay_source_free(source);
	store_close(s);
	return e->rc;
}

enum rc
cmd_verify(struct call *call, struct err *e)
{
	struct ledger *l = NULL;
	enum rc rc = cli_open(call, &l, e);

	if (rc == RC_OK)
		rc = verify(call, l, e);
	else if (rc == RC_INTEGRITY)
		rc = verify_record(call, e);
	ledger_close(l);
	return rc;
}

/* ---- head and bundle ---- */

/* The head behind a proof that it extends the one of `since` entries. */
static enum rc
say_request(struct call *call, struct ledger *l, const char *since, const struct store_head *head,
	    const struct buf *note, struct err *e)
{
	struct merkle_proof proof = { 0 };
	struct buf request = { 0 };
	int64_t size;
	enum rc rc = RC_OK;

	if (!integer_parse(since, strlen(since), &size) || size < 0 || (uint64_t)size > head->size)
		return rc_fail(e, RC_USAGE, "--since %s: expected a number of entries from 0 to %" PRIu64,
			       since, head->size);
	if (size > 0 && (uint64_t)size < head->size)
		rc = merkle_prove_consistency((uint64_t)size, head->size, ledger_node, l, &proof, e);
	if (rc == RC_OK) {
		witness_request_format((uint64_t)size, &proof, note->data, note->size, &request);
		say_buf(call, &request);
	}
	buf_free(&request);
	return rc;
}

enum rc
cmd_checkpoint_show(struct call *call, struct err *e)
{
	const char *since = call_option(call, "since");
	struct ledger *l = NULL;
	struct store_head head;
	struct buf note = { 0 };
	enum rc rc = cli_open(call, &l, e);

	if (rc == RC_OK)
		rc = store_head(ledger_store(l), &head, &note, e);
	if (rc == RC_OK && since != NULL)
		rc = say_request(call, l, since, &head, &note, e);
	else if (rc == RC_OK)
		say_buf(call, &note);
	buf_free(&note);
	ledger_close(l);
	return rc;
}

enum rc
cmd_bundle(struct call *call, struct err *e)
{
	struct ledger *l = NULL;
	struct bundle_args args = { .path = call->args[0], .tar = call_flag(call, "tar"),
				    .party = call_option(call, "for") };
	struct bundle_counts counts;
	enum rc rc = cli_open(call, &l, e);

	if (rc == RC_OK)
		rc = bundle_write(l, &args, &counts, e);
	if (rc == RC_OK)
		say(call, "bundle: %s with %" PRIu64 " entries and %" PRIu64 " events\n", args.path,
		    counts.entries, counts.events);
	if (rc == RC_OK && args.party != NULL)
		say(call, "  cut for %s: %" PRIu64 " of the events are withheld\n", args.party,
		    counts.withheld);
	ledger_close(l);
	return rc;
}
