/* cmd_proof.c - evidence that stands alone: proofs, static files, cosignatures. */
#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "cli.h"
#include "file.h"
#include "http_client.h"
#include "limits_utfall.h"
#include "note.h"
#include "publish.h"
#include "store_write.h"
#include "text.h"
#include "witness.h"

/* ---- prove, publish ---- */

enum rc
cmd_prove(struct call *call, struct err *e)
{
	const char *out = call_option(call, "out");
	struct event_record record;
	struct ledger *l = NULL;
	struct buf proof = { 0 };
	enum rc rc = cli_open(call, &l, e);

	if (rc == RC_OK)
		rc = cli_event(call, l, call->args[0], &record, e);
	if (rc == RC_OK)
		rc = ledger_prove(l, record.seq, &proof, e);
	if (rc == RC_OK && out != NULL)
		rc = file_create(out, proof.data, proof.size, 0600, e);
	else if (rc == RC_OK)
		say(call, "%s", proof.data);
	buf_free(&proof);
	ledger_close(l);
	return rc;
}

enum rc
cmd_publish(struct call *call, struct err *e)
{
	struct publish_report report;
	struct ledger *l = NULL;
	enum rc rc = cli_open(call, &l, e);

	if (rc == RC_OK)
		rc = publish(l, call->args[0], &report, e);
	if (rc == RC_OK)
		say(call, "%s: %" PRIu64 " entries, %" PRIu64 " new; %" PRIu64 " files written\n",
		    call->args[0], report.size, report.size - report.old_size, report.files);
	ledger_close(l);
	return rc;
}

/* ---- cosignatures ---- */

/* Adds `line` to the stored checkpoint of `size`. */
struct cosigning {
	uint64_t size;
	const struct buf *line;
};

static enum rc
add_line(struct store *s, void *arg, struct err *e)
{
	const struct cosigning *x = arg;
	struct buf note = { 0 };
	enum rc rc = store_checkpoint(s, x->size, &note, e);

	if (rc == RC_OK) {
		buf_add(&note, x->line->data, x->line->size);
		rc = store_cosign(s, x->size, note.data, note.size, e);
	}
	buf_free(&note);
	return rc;
}

/* The witness's own line of an answer that may hold any lines. */
static enum rc
own_line(const struct buf *stored, const struct buf *answer, const struct verifier_key *witness,
	 struct arena *arena, struct buf *ret, struct err *e)
{
	struct buf note = { 0 };
	struct note parsed;
	size_t before = 0;
	enum rc rc = note_parse(stored->data, stored->size, arena, &parsed, e);

	if (rc == RC_OK) {
		before = parsed.signature_count;
		buf_add(&note, stored->data, stored->size);
		buf_add(&note, answer->data, answer->size);
		rc = note_parse(note.data, note.size, arena, &parsed, e);
		if (rc != RC_OK)
			rc = rc_where(e, "%s: expected a cosignature", witness->name);
	}
	for (size_t i = before; rc == RC_OK && i < parsed.signature_count && ret->size == 0; i++) {
		const struct note_signature *s = &parsed.signatures[i];

		if (s->id == witness->id && strcmp(s->name, witness->name) == 0)
			note_line_raw(s->name, s->id, s->bytes, s->size, ret);
	}
	buf_free(&note);
	if (rc == RC_OK && ret->size == 0)
		rc = rc_fail(e, RC_INTEGRITY, "the witness answered, but not with a cosignature by %s",
			     witness->name);
	return rc;
}

/* Keeps the witness's cosignature, after checking it; a second one for a head adds nothing. */
static enum rc
keep_cosignature(struct call *call, struct ledger *l, uint64_t size, const struct buf *answer,
		 const struct verifier_key *witness, uint64_t *ret_time, struct err *e)
{
	struct buf note = { 0 }, line = { 0 };
	struct cosigning x = { size, &line };
	struct err ignored = { 0 };
	struct note parsed;
	bool had = false;
	enum rc rc = store_checkpoint(ledger_store(l), size, &note, e);

	if (rc == RC_OK)
		rc = own_line(&note, answer, witness, call->arena, &line, e);
	if (rc == RC_OK)
		rc = note_parse(note.data, note.size, call->arena, &parsed, e);
	if (rc == RC_OK) {
		had = note_verify(&parsed, witness, NULL, &ignored) == RC_OK;
		buf_add(&note, line.data, line.size);
		rc = note_parse(note.data, note.size, call->arena, &parsed, e);
	}
	if (rc == RC_OK)
		rc = note_verify(&parsed, witness, ret_time, e);
	if (rc == RC_OK && !had)
		rc = store_transaction(ledger_store(l), add_line, &x, e);
	buf_free(&note);
	buf_free(&line);
	return rc;
}

/* POSTs the stored head; asks again where the witness stands at another size. */
static enum rc
ask_witness(struct ledger *l, const char *url, const struct store_head *head,
	    const struct buf *note, struct buf *ret_line, struct err *e)
{
	uint64_t old = 0;

	for (int tries = 0; tries < 3; tries++) {
		struct merkle_proof proof = { 0 };
		struct buf body = { 0 };
		long status = 0;
		int64_t size;
		enum rc rc = RC_OK;

		if (old > 0 && old < head->size)
			rc = merkle_prove_consistency(old, head->size, ledger_node, l, &proof, e);
		buf_clear(ret_line);
		if (rc == RC_OK) {
			witness_request_format(old, &proof, note->data, note->size, &body);
			rc = http_post(url, body.data, body.size, &status, ret_line, e);
		}
		buf_free(&body);
		if (rc != RC_OK || status == WITNESS_COSIGNED)
			return rc;
		size_t length = ret_line->size > 0 ? strcspn(ret_line->data, "\n") : 0;

		if (status != WITNESS_CONFLICT ||
		    !integer_parse(ret_line->data, length, &size) || size < 0)
			return rc_fail(e, status == WITNESS_INCONSISTENT ? RC_INTEGRITY : RC_REFUSED,
				       "%s refuses with %ld: %.*s", url, status, (int)length,
				       length > 0 ? ret_line->data : "");
		if ((uint64_t)size > head->size)
			return rc_fail(e, RC_INTEGRITY, "%s has cosigned size %" PRId64 ", this ledger "
				       "has %" PRIu64 " entries: one of the two is not this ledger",
				       url, size, head->size);
		old = (uint64_t)size;
	}
	return rc_fail(e, RC_CONFLICT, "%s changed its head three times while it was asked; try again",
		       url);
}

static const char *
witness_url(struct call *call, const char *prefix)
{
	size_t n = strlen(prefix);

	return arena_printf(call->arena, "%.*s/add-checkpoint",
			    (int)(n > 0 && prefix[n - 1] == '/' ? n - 1 : n), prefix);
}

static enum rc
read_witness_key(struct call *call, struct verifier_key *ret, struct err *e)
{
	struct buf text = { 0 };
	const char *path;
	enum rc rc = call_need(call, "witness-key", &path, e);

	if (rc == RC_OK)
		rc = file_read(path, LIMIT_KEY_FILE_BYTES, &text, e);
	if (rc == RC_OK)
		rc = verifier_key_parse(text.data, strcspn(text.data, "\r\n"), ret, e);
	if (rc == RC_OK && ret->type != KEY_COSIGNATURE)
		rc = rc_fail(e, RC_REFUSED, "%s: expected the verifier key of a witness, whose type "
			     "is cosigning", path);
	buf_free(&text);
	return rc;
}

enum rc
cmd_checkpoint_witness(struct call *call, struct err *e)
{
	struct verifier_key witness;
	struct ledger *l = NULL;
	struct store_head head;
	struct buf note = { 0 }, line = { 0 };
	uint64_t time;
	char at[INSTANT_TEXT];
	enum rc rc = read_witness_key(call, &witness, e);

	if (rc == RC_OK)
		rc = cli_open_append(call, &l, e);
	if (rc == RC_OK)
		rc = store_head(ledger_store(l), &head, &note, e);
	if (rc == RC_OK)
		rc = ask_witness(l, witness_url(call, call->args[0]), &head, &note, &line, e);
	if (rc == RC_OK)
		rc = keep_cosignature(call, l, head.size, &line, &witness, &time, e);
	if (rc == RC_OK) {
		instant_format((int64_t)time, at);
		say(call, "%s cosigned the head of %" PRIu64 " entries at %s\n", witness.name,
		    head.size, at);
	}
	buf_free(&note);
	buf_free(&line);
	ledger_close(l);
	return rc;
}

/* The other half: takes the cosignatures of a file that a witness handed back. */
enum rc
cmd_checkpoint_add(struct call *call, struct err *e)
{
	struct verifier_key witness;
	struct ledger *l = NULL;
	struct buf bytes = { 0 }, line = { 0 };
	struct checkpoint head;
	struct note note;
	uint64_t time;
	enum rc rc = read_witness_key(call, &witness, e);

	if (rc == RC_OK)
		rc = file_read(call->args[0], LIMIT_NOTE_BYTES, &bytes, e);
	if (rc == RC_OK)
		rc = note_parse(bytes.data, bytes.size, call->arena, &note, e);
	if (rc == RC_OK)
		rc = checkpoint_parse(note.text, note.text_size, &head, e);
	for (size_t i = 0; rc == RC_OK && i < note.signature_count; i++) {
		const struct note_signature *s = &note.signatures[i];

		if (strcmp(s->name, witness.name) == 0 && s->id == witness.id)
			note_line_raw(s->name, s->id, s->bytes, s->size, &line);
	}
	if (rc == RC_OK && line.size == 0)
		rc = rc_fail(e, RC_REFUSED, "%s: no cosignature by %s", call->args[0], witness.name);
	if (rc == RC_OK)
		rc = cli_open_append(call, &l, e);
	if (rc == RC_OK)
		rc = keep_cosignature(call, l, head.size, &line, &witness, &time, e);
	if (rc == RC_OK)
		say(call, "%s cosigned the head of %" PRIu64 " entries\n", witness.name, head.size);
	buf_free(&bytes);
	buf_free(&line);
	ledger_close(l);
	return rc;
}
