/* checkpoint.c - C2SP tlog checkpoints: three lines that name a tree, in a signed note. */
#include "note.h"
#include "buf.h"
#include "text.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* The next line of the text without its LF; false where there is none. */
static bool
next_line(const char **at, size_t *left, const char **ret, size_t *ret_length)
{
	const char *lf = memchr(*at, '\n', *left);

	if (lf == NULL)
		return false;
	*ret = *at;
	*ret_length = (size_t)(lf - *at);
	*left -= *ret_length + 1;
	*at = lf + 1;
	return true;
}

enum rc
checkpoint_parse(const char *text, size_t size, struct checkpoint *ret, struct err *e)
{
	struct checkpoint c = { .size = 0 };
	const char *lines[3];
	size_t lengths[3], left = size;
	int64_t tree_size;

	for (int i = 0; i < 3; i++)
		if (!next_line(&text, &left, &lines[i], &lengths[i]))
			return rc_fail(e, RC_REFUSED,
				       "checkpoint: expected three lines (origin, size,"
				       " root), found %d",
				       i);
	if (left > 0)
		return rc_fail(e, RC_REFUSED,
			       "checkpoint: a fourth line; extension lines are not read");
	if (!text_is_origin(lines[0], lengths[0]))
		return rc_fail(e, RC_REFUSED, "checkpoint: line 1: expected an origin of at most %d"
			       " printable characters, none of space, '+', '\"' and '\\'",
			       ORIGIN_MAX);
	if (!integer_parse(lines[1], lengths[1], &tree_size) || tree_size < 0)
		return rc_fail(e, RC_REFUSED, "checkpoint: line 2: expected a tree size in decimal"
			       " without leading zeros");
	if (!base64_parse(lines[2], lengths[2], c.root.bytes, sizeof(c.root.bytes)))
		return rc_fail(e, RC_REFUSED,
			       "checkpoint: line 3: expected 32 bytes in padded base64");
	memcpy(c.origin, lines[0], lengths[0]);
	c.size = (uint64_t)tree_size;
	*ret = c;
	return RC_OK;
}

void
checkpoint_format(const struct checkpoint *c, struct buf *ret)
{
	char root[45];

	assert(text_is_origin(c->origin, strlen(c->origin)) && c->size <= INT64_MAX);
	base64_format(c->root.bytes, sizeof(c->root.bytes), root);
	buf_printf(ret, "%s\n%" PRIu64 "\n%s\n", c->origin, c->size, root);
}

enum rc
checkpoint_sign(const struct checkpoint *c, const struct signing_key *const *keys,
		size_t key_count, struct buf *ret, struct err *e)
{
	struct buf note = { 0 };
	size_t text_size;
	enum rc rc = RC_OK;

	assert(key_count > 0);
	checkpoint_format(c, &note);
	text_size = note.size;
	buf_byte(&note, '\n');
	for (size_t i = 0; rc == RC_OK && i < key_count; i++) {
		struct buf line = { 0 };

		assert(signing_key_verifier(keys[i])->type == KEY_ED25519);
		rc = note_sign_line(note.data, text_size, keys[i], 0, &line, e);
		buf_add(&note, line.data, line.size);
		buf_free(&line);
	}
	if (rc == RC_OK)
		buf_add(ret, note.data, note.size);
	buf_free(&note);
	return rc;
}

enum rc
checkpoint_open(const char *bytes, size_t size, const struct verifier_key *key,
		struct arena *arena, struct checkpoint *ret, struct note *ret_note, struct err *e)
{
	struct checkpoint c;
	struct note n;
	enum rc rc = note_parse(bytes, size, arena, &n, e);

	if (rc == RC_OK)
		rc = note_verify(&n, key, NULL, e);
	if (rc == RC_OK)
		rc = checkpoint_parse(n.text, n.text_size, &c, e);
	if (rc != RC_OK)
		return rc;
	if (strcmp(c.origin, key->name) != 0)
		return rc_fail(e, RC_INTEGRITY,
			       "checkpoint: origin is %s, expected %s, the name of the"
			       " key that signed it",
			       c.origin, key->name);
	*ret = c;
	if (ret_note != NULL)
		*ret_note = n;
	return RC_OK;
}
