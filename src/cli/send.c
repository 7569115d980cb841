/* send.c - from events to a submission file, from a submission file to the ledger. */
#include "cli.h"
#include "event_list.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "file.h"
#include "finding.h"
#include "limits_utfall.h"

void
outbox_add(struct call *call, struct outbox *o, enum event_type type, const struct json *body,
	   struct hash *ret_digest)
{
	struct buf b = { 0 };
	struct event_bytes *x;
	char salt[SALT_TEXT];

	o->events = arena_room(call->arena, o->events, o->count, &o->capacity, sizeof(*o->events));
	cli_salt(salt);
	event_format(type, body, salt, &b);
	x = &o->events[o->count++];
	x->bytes = arena_string(call->arena, b.data, b.size);
	x->size = b.size;
	x->digest = hash_leaf(b.data, b.size);
	*ret_digest = x->digest;
	buf_free(&b);
}

static enum rc
make_file(const char *origin, int64_t now, const struct signing_key *key, const struct outbox *o,
	  struct buf *ret, struct err *e)
{
	char id[ULID_TEXT];
	struct submission_args args = {
		.ledger = origin, .id = id, .submitted_at = now, .key = key,
		.events = o->events, .count = o->count,
	};

	cli_ulid(now, id);
	return submission_file_make(&args, ret, e);
}

enum rc
cli_sign_file(struct call *call, const char *origin, int64_t now, const struct outbox *o,
	      struct err *e)
{
	const char *out = call_option(call, "out");
	struct signing_key *key = NULL;
	struct buf file = { 0 };
	enum rc rc = cli_key(call, "key", &key, e);

	if (rc == RC_OK)
		rc = make_file(origin, now, key, o, &file, e);
	if (rc == RC_OK)
		rc = file_create(out, file.data, file.size, 0600, e);
	if (rc == RC_OK)
		say(call, "signed: %zu %s of %s for %s: %s\n", o->count,
		    o->count == 1 ? "event" : "events", signing_key_verifier(key)->name, origin, out);
	signing_key_free(key);
	buf_free(&file);
	return rc;
}

/* ---- appending ---- */

static void
print_receipt(struct call *call, const struct append_result *r, const char *party)
{
	struct hash root = merkle_root(&r->frontier);

	say(call, "%s: %llu %s of %s, entries %llu to %llu; tree size %llu, root %.16s...\n",
	    r->again ? "recorded before" : "recorded", (unsigned long long)r->count,
	    r->count == 1 ? "event" : "events", party, (unsigned long long)r->seq,
	    (unsigned long long)(r->seq + r->count), (unsigned long long)r->frontier.size,
	    cli_hex(call, root));
}

/* A receipt takes the place of a receipt, of nothing else that somebody keeps. */
enum rc
cli_check_receipt(struct call *call, struct err *e)
{
	static const char begins[] = "c2sp.org/tlog-proof@v1\n";
	const char *path = call_option(call, "receipt");
	struct buf there = { 0 };
	struct err unread;
	enum rc rc;

	if (path == NULL)
		return RC_OK;
	rc = file_check_write(path, e);
	if (rc == RC_OK && access(path, F_OK) == 0 &&
	    (file_read(path, LIMIT_FILE_BYTES, &there, &unread) != RC_OK ||
	     (there.size > 0 && strncmp(there.data, begins, sizeof(begins) - 1) != 0)))
		rc = rc_fail(e, RC_CONFLICT, "%s: exists already and is no receipt; name another file",
			     path);
	buf_free(&there);
	return rc;
}

enum rc
cli_write_receipt(struct call *call, const struct buf *receipt, struct err *e)
{
	const char *path = call_option(call, "receipt");

	if (path == NULL || file_write(path, receipt->data, receipt->size, 0644, e) == RC_OK)
		return RC_OK;
	return rc_fail(e, RC_SYSTEM, "recorded, but without its receipt: %s; 'utfall prove' writes a "
		       "proof of an event", e->text);
}

enum rc
cli_checkpoint_keys(struct call *call, struct checkpoint_keys *ret, struct err *e)
{
	static const char *const names[] = { "checkpoint-key", "new-checkpoint-key" };
	enum rc rc = RC_OK;

	*ret = (struct checkpoint_keys){ .count = 0 };
	for (size_t i = 0; rc == RC_OK && i < CHECKPOINT_KEYS_MAX; i++) {
		struct signing_key *key = NULL;

		if (i > 0 && call_option(call, names[i]) == NULL)
			continue;
		rc = cli_key(call, names[i], &key, e);
		if (rc == RC_OK)
			ret->items[ret->count++] = key;
	}
	if (rc != RC_OK)
		checkpoint_keys_free(ret);
	return rc;
}

void
checkpoint_keys_free(struct checkpoint_keys *k)
{
	while (k->count > 0)
		signing_key_free(k->items[--k->count]);
}

static enum rc
append(struct call *call, struct ledger *l, const struct buf *file, int64_t now,
       const struct checkpoint_keys *keys, struct findings *f, struct err *e)
{
	struct append_args args = {
		.bytes = file->data, .size = file->size, .now = now,
		.clock_confirmed = call_flag(call, "confirm-clock"),
		.checkpoint_keys = (const struct signing_key *const *)keys->items,
		.checkpoint_key_count = keys->count,
	};
	struct append_result result;
	struct submission s;
	struct buf receipt = { 0 };
	const char *end = memchr(file->data, '\n', file->size);
	enum rc rc = ledger_append(l, &args, f, &receipt, &result, e);

	if (rc == RC_OK)
		rc = submission_parse(file->data, (size_t)(end - file->data), &s, e);
	if (rc == RC_OK)
		print_receipt(call, &result, s.party);
	if (rc == RC_OK)
		rc = cli_write_receipt(call, &receipt, e);
	if (rc == RC_OK && result.left_bytes)
		rc = rc_fail(e, RC_CONFLICT, "%s", cli_left_bytes(call));
	buf_free(&receipt);
	return rc;
}

/* The ledger knows lines of the submission file; the sender knows the file it wrote. */
static void
place_findings(const struct event_list *list, struct findings *f)
{
	for (size_t i = 0; i < f->count; i++) {
		struct finding *x = &f->items[i];

		if (x->line == 1)
			x->line = 0;	/* of the signature around the file */
		else if (x->line >= 2 && x->line - 2 < list->count)
			event_list_place(list, x->line - 2, x->pointer == NULL ? "" : x->pointer, &x->line,
					 &x->column);
	}
}

static const char *
file_name(const struct call *call, const struct event_list *list)
{
	if (list != NULL)
		return list->name;
	return strcmp(call->command->name, "submit") == 0 ? call->args[0] : call->command->name;
}

enum rc
cli_append(struct call *call, struct ledger *l, const struct buf *file,
	   const struct event_list *list, int64_t now, struct err *e)
{
	struct findings f = { .arena = call->arena };
	struct checkpoint_keys keys;
	enum rc rc = cli_check_receipt(call, e);

	keys.count = 0;
	if (rc == RC_OK)
		rc = cli_checkpoint_keys(call, &keys, e);
	if (rc == RC_OK)
		rc = append(call, l, file, now, &keys, &f, e);
	checkpoint_keys_free(&keys);
	if (list != NULL)
		place_findings(list, &f);
	else if (strcmp(call->command->name, "submit") != 0)
		for (size_t i = 0; i < f.count; i++)
			f.items[i].line = 0;	/* of a file that nobody wrote */
	return rc == RC_REFUSED && f.errors != 0 ? cli_refused(&f, file_name(call, list), e) : rc;
}

enum rc
cli_send(struct call *call, struct ledger *l, const struct outbox *o, struct err *e)
{
	struct signing_key *key = NULL;
	struct ledger_facts facts;
	struct buf file = { 0 };
	int64_t now;
	enum rc rc = cli_now(call, l, &now, e);

	state_facts(ledger_state(l), &facts);
	if (rc == RC_OK)
		rc = cli_key(call, "key", &key, e);
	if (rc == RC_OK)
		rc = make_file(facts.origin, now, key, o, &file, e);
	signing_key_free(key);
	if (rc == RC_OK)
		rc = cli_append(call, l, &file, o->list, now, e);
	buf_free(&file);
	return rc;
}

enum rc
cli_sign_or_send(struct call *call, struct ledger *l, const struct outbox *o, struct err *e)
{
	struct ledger_facts facts;
	int64_t now;
	enum rc rc;

	if (call_option(call, "out") == NULL)
		return cli_send(call, l, o, e);
	state_facts(ledger_state(l), &facts);
	rc = cli_now(call, l, &now, e);
	return rc == RC_OK ? cli_sign_file(call, facts.origin, now, o, e) : rc;
}
