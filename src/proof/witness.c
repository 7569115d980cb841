/* witness.c - a request to cosign is read, held against the last head, and answered. */
#include "witness.h"

#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "text.h"

/* One line of `*rest`, without its LF; false where there is no LF. */
static bool
take_line(const char **rest, const char *end, const char **ret, size_t *ret_length)
{
	const char *lf = memchr(*rest, '\n', (size_t)(end - *rest));

	if (lf == NULL)
		return false;
	*ret = *rest;
	*ret_length = (size_t)(lf - *rest);
	*rest = lf + 1;
	return true;
}

static enum rc
parse_old(const char *line, size_t length, uint64_t *ret, struct err *e)
{
	int64_t size;

	if (length < 5 || memcmp(line, "old ", 4) != 0 ||
	    !integer_parse(line + 4, length - 4, &size) || size < 0)
		return rc_fail(e, RC_REFUSED, "line 1: expected 'old SIZE' in decimal, found '%.*s'",
			       (int)(length < 60 ? length : 60), line);
	*ret = (uint64_t)size;
	return RC_OK;
}

static enum rc
parse_proof(const char **rest, const char *end, struct merkle_proof *ret, struct err *e)
{
	const char *line;
	size_t length;

	ret->count = 0;
	for (;;) {
		if (!take_line(rest, end, &line, &length))
			return rc_fail(e, RC_REFUSED, "the proof does not end in an empty line");
		if (length == 0)
			return RC_OK;
		if (ret->count == WITNESS_PROOF_MAX)
			return rc_fail(e, RC_REFUSED, "the proof has more than %d hashes",
				       WITNESS_PROOF_MAX);
		if (!base64_parse(line, length, ret->hashes[ret->count].bytes, 32))
			return rc_fail(e, RC_REFUSED, "line %zu: expected a hash in base64, found "
				       "'%.*s'", ret->count + 2,
				       (int)(length < 60 ? length : 60), line);
		ret->count++;
	}
}

enum rc
witness_request_parse(const char *bytes, size_t size, struct arena *arena,
		      struct witness_request *ret, struct err *e)
{
	const char *rest = bytes, *end = bytes + size, *line;
	struct witness_request r = { 0 };
	size_t length;
	enum rc rc;

	if (size == 0 || !take_line(&rest, end, &line, &length))
		return rc_fail(e, RC_REFUSED, "line 1: expected 'old SIZE', found nothing");
	rc = parse_old(line, length, &r.old_size, e);
	if (rc == RC_OK)
		rc = parse_proof(&rest, end, &r.proof, e);
	if (rc != RC_OK)
		return rc;
	r.checkpoint = rest;
	r.checkpoint_size = (size_t)(end - rest);
	rc = note_parse(rest, r.checkpoint_size, arena, &r.note, e);
	if (rc == RC_OK)
		rc = checkpoint_parse(r.note.text, r.note.text_size, &r.head, e);
	if (rc != RC_OK)
		return rc;
	*ret = r;
	return RC_OK;
}

void
witness_request_format(uint64_t old_size, const struct merkle_proof *proof,
		       const char *checkpoint, size_t size, struct buf *ret)
{
	char text[48];

	buf_printf(ret, "old %" PRIu64 "\n", old_size);
	for (size_t i = 0; i < proof->count; i++) {
		base64_format(proof->hashes[i].bytes, 32, text);
		buf_printf(ret, "%s\n", text);
	}
	buf_byte(ret, '\n');
	buf_add(ret, checkpoint, size);
}

/* A key of this origin that signed; a line that claims one and fails spoils the note. */
static enum witness_answer
check_signed(const struct witness_request *r, const struct verifier_key *keys, size_t count,
	     struct err *e)
{
	bool known = false, signed_by_one = false;

	for (size_t i = 0; i < count; i++) {
		struct err ignored = { 0 };
		enum rc rc;

		if (strcmp(keys[i].name, r->head.origin) != 0)
			continue;
		known = true;
		rc = note_verify(&r->note, &keys[i], NULL, &ignored);
		if (rc == RC_OK) {
			signed_by_one = true;
		} else if (rc != RC_NOT_FOUND) {
			*e = ignored;
			return WITNESS_NOT_SIGNED;
		}
	}
	if (!known) {
		(void)!rc_fail(e, RC_NOT_FOUND, "no log '%s' is known here", r->head.origin);
		return WITNESS_UNKNOWN;
	}
	if (!signed_by_one) {
		(void)!rc_fail(e, RC_REFUSED, "no signature by a key that is trusted for '%s'",
			       r->head.origin);
		return WITNESS_NOT_SIGNED;
	}
	return WITNESS_COSIGNED;
}

static enum witness_answer
check_growth(const struct witness_request *r, const struct checkpoint *last, struct err *e)
{
	struct hash empty = hash_bytes("", 0);
	enum rc rc = RC_OK;

	if (r->head.size == 0 && !hash_equal(r->head.root, empty))
		rc = rc_fail(e, RC_INTEGRITY, "the root of an empty tree is not the empty hash");
	else if (r->old_size == 0 && r->proof.count > 0)
		rc = rc_fail(e, RC_INTEGRITY, "a proof from size 0 has no hashes, found %zu",
			     r->proof.count);
	else if (r->old_size > 0)
		rc = merkle_check_consistency(r->old_size, last->root, r->head.size, r->head.root,
					      &r->proof, e);
	return rc == RC_OK ? WITNESS_COSIGNED : WITNESS_INCONSISTENT;
}

enum witness_answer
witness_decide(const struct witness_request *r, const struct verifier_key *keys, size_t key_count,
	       const struct checkpoint *last, struct err *e)
{
	enum witness_answer answer = check_signed(r, keys, key_count, e);

	if (answer != WITNESS_COSIGNED)
		return answer;
	if (r->old_size > r->head.size) {
		(void)!rc_fail(e, RC_REFUSED, "old size %" PRIu64 " is beyond the checkpoint's %"
			       PRIu64, r->old_size, r->head.size);
		return WITNESS_MALFORMED;
	}
	if (r->old_size != last->size) {
		(void)!rc_fail(e, RC_CONFLICT, "the size last cosigned is %" PRIu64 ", not %" PRIu64,
			       last->size, r->old_size);
		return WITNESS_CONFLICT;
	}
	return check_growth(r, last, e);
}
