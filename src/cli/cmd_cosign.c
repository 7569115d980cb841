/* cmd_cosign.c - a witness without a server: files in, files out. It never cosigns two heads that
 * do not fit: the last one of each log is kept, and the next must be shown to extend it.
 */
#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "cli.h"
#include "file.h"
#include "limits_utfall.h"
#include "text.h"
#include "witness.h"
#include "witness_state.h"

static enum rc
read_log_key(struct call *call, struct verifier_key *ret, struct err *e)
{
	struct buf text = { 0 };
	const char *path;
	enum rc rc = call_need(call, "log", &path, e);

	if (rc == RC_OK)
		rc = file_read(path, LIMIT_KEY_FILE_BYTES, &text, e);
	if (rc == RC_OK)
		rc = verifier_key_parse(text.data, strcspn(text.data, "\r\n"), ret, e);
	if (rc == RC_OK && ret->type == KEY_COSIGNATURE)
		rc = rc_fail(e, RC_REFUSED, "%s: expected the operator's checkpoint verifier key, found "
			     "one for cosigning", path);
	buf_free(&text);
	return rc;
}

/* A request with its proof, or a checkpoint alone, which stands for one that needs no proof. */
static enum rc
read_request(struct call *call, const struct buf *bytes, struct witness_request *ret,
	     bool *ret_alone, struct err *e)
{
	enum rc rc;

	*ret_alone = bytes->size < 4 || memcmp(bytes->data, "old ", 4) != 0;
	if (!*ret_alone)
		return witness_request_parse(bytes->data, bytes->size, call->arena, ret, e);
	*ret = (struct witness_request){ .checkpoint = bytes->data, .checkpoint_size = bytes->size };
	rc = note_parse(bytes->data, bytes->size, call->arena, &ret->note, e);
	return rc == RC_OK ? checkpoint_parse(ret->note.text, ret->note.text_size, &ret->head, e) : rc;
}

static enum rc
refusal(enum witness_answer answer)
{
	if (answer == WITNESS_CONFLICT)
		return RC_CONFLICT;
	return answer == WITNESS_INCONSISTENT || answer == WITNESS_NOT_SIGNED ? RC_INTEGRITY
									      : RC_REFUSED;
}

/* May it be cosigned after `last`? */
static enum rc
decide(struct witness_request *r, bool alone, const struct verifier_key *log,
       const struct checkpoint *last, struct err *e)
{
	enum witness_answer answer;

	if (alone && last->size <= r->head.size)
		r->old_size = last->size;
	answer = witness_decide(r, log, 1, last, e);
	if (answer == WITNESS_INCONSISTENT && alone && last->size < r->head.size)
		return rc_fail(e, RC_CONFLICT, "%" PRIu64 " entries were cosigned here before: expected "
			       "the proof that these %" PRIu64 " begin with them, found the checkpoint "
			       "alone; the operator writes it with 'utfall checkpoint show --since %"
			       PRIu64 "'", last->size, r->head.size, last->size);
	if (answer == WITNESS_CONFLICT && r->head.size < last->size)
		return rc_fail(e, RC_INTEGRITY, "%" PRIu64 " entries were cosigned here before, this "
			       "head has %" PRIu64 ": it is an older one, or the end was cut off",
			       last->size, r->head.size);
	if (answer == WITNESS_CONFLICT)
		return rc_fail(e, RC_CONFLICT, "%" PRIu64 " entries were cosigned here before, the proof "
			       "begins at %" PRIu64 "; the operator writes another with 'utfall "
			       "checkpoint show --since %" PRIu64 "'", last->size, r->old_size,
			       last->size);
	if (answer == WITNESS_INCONSISTENT)
		return rc_where(e, "this head does not extend the one of %" PRIu64 " entries that was "
				"cosigned here before: one of the two is not this ledger", last->size);
	return answer == WITNESS_COSIGNED ? RC_OK : (e->rc = refusal(answer));
}

static enum rc
cosign(struct call *call, struct witness_state *state, const struct verifier_key *log,
       struct witness_request *r, bool alone, struct buf *ret_note, struct err *e)
{
	struct checkpoint last;
	int64_t now;
	enum rc rc = witness_state_head(state, r->head.origin, call->arena, &last, e);

	if (rc == RC_OK)
		rc = decide(r, alone, log, &last, e);
	if (rc == RC_OK)
		rc = cli_now_offline(call, &now, e);
	if (rc != RC_OK)
		return rc;
	buf_add(ret_note, r->checkpoint, r->checkpoint_size);
	return witness_state_cosign(state, r, (uint64_t)now, call->arena, ret_note, e);
}

/* Cosigns a file; `--out` gets the checkpoint with the new line. */
enum rc
cmd_checkpoint_cosign(struct call *call, struct err *e)
{
	struct signing_key *key = NULL;
	struct witness_state *state = NULL;
	struct buf bytes = { 0 }, note = { 0 };
	struct witness_request r;
	struct verifier_key log;
	const char *out, *folder;
	bool alone;
	enum rc rc = call_need(call, "out", &out, e);

	if (rc == RC_OK)
		rc = call_need(call, "state", &folder, e);
	if (rc == RC_OK)
		rc = read_log_key(call, &log, e);
	if (rc == RC_OK)
		rc = file_read(call->args[0], LIMIT_NOTE_BYTES, &bytes, e);
	if (rc == RC_OK)
		rc = read_request(call, &bytes, &r, &alone, e);
	if (rc == RC_OK)
		rc = cli_key(call, "key", &key, e);
	if (rc == RC_OK && signing_key_verifier(key)->type != KEY_COSIGNATURE)
		rc = rc_fail(e, RC_REFUSED, "the key is not for cosigning; `utfall key new NAME "
			     "--use cosigning` makes one");
	if (rc == RC_OK)
		rc = witness_state_open(folder, key, &state, e);
	if (rc == RC_OK)
		rc = cosign(call, state, &log, &r, alone, &note, e);
	if (rc == RC_OK)
		rc = file_create(out, note.data, note.size, 0644, e);
	if (rc == RC_OK)
		say(call, "%s cosigned %s at size %" PRIu64 "\n", signing_key_verifier(key)->name,
		    r.head.origin, r.head.size);
	witness_state_close(state);
	signing_key_free(key);
	buf_free(&bytes);
	buf_free(&note);
	return rc;
}
