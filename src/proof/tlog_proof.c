/* tlog_proof.c - C2SP tlog-proof files: one entry, its path and the checkpoint, in one text. */
#include "note.h"
#include "arena.h"
#include "buf.h"
#include "limits_utfall.h"
#include "text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_LINE "c2sp.org/tlog-proof@v1"

void
tlog_proof_format(const struct tlog_proof *p, struct buf *ret)
{
	char hash[45];

	assert(p->index <= INT64_MAX && p->path.count <= MERKLE_PROOF_MAX &&
	       p->checkpoint_size > 0);
	buf_text(ret, FIRST_LINE "\n");
	if (p->extra_size > 0) {
		char *extra = mem_alloc(base64_length(p->extra_size) + 1);

		base64_format(p->extra, p->extra_size, extra);
		buf_printf(ret, "extra %s\n", extra);
		free(extra);
	}
	buf_printf(ret, "index %" PRIu64 "\n", p->index);
	for (size_t i = 0; i < p->path.count; i++) {
		base64_format(p->path.hashes[i].bytes, sizeof(p->path.hashes[i].bytes), hash);
		buf_printf(ret, "%s\n", hash);
	}
	buf_byte(ret, '\n');
	buf_add(ret, p->checkpoint, p->checkpoint_size);
}

struct lines {
	const char *at, *line;
	size_t left, length;
	int number;
};

static bool
next(struct lines *l)
{
	const char *lf = memchr(l->at, '\n', l->left);

	if (lf == NULL)
		return false;
	l->line = l->at;
	l->length = (size_t)(lf - l->at);
	l->left -= l->length + 1;
	l->at = lf + 1;
	l->number++;
	return true;
}

/* True where the line begins with `word`, which is then taken off. */
static bool
takes(struct lines *l, const char *word)
{
	size_t length = strlen(word);

	if (l->length < length || memcmp(l->line, word, length) != 0)
		return false;
	l->line += length;
	l->length -= length;
	return true;
}

static enum rc
expected(const struct lines *l, const char *what, struct err *e)
{
	return rc_fail(e, RC_REFUSED, "proof file: line %d: expected %s", l->number, what);
}

/* The line "extra ...", where there is one, and the next line behind it. */
static enum rc
extra_parse(struct lines *l, struct arena *arena, struct tlog_proof *p, struct err *e)
{
	size_t size_max;
	uint8_t *bytes;

	if (!takes(l, "extra "))
		return RC_OK;
	size_max = l->length / 4 * 3;
	bytes = arena_alloc(arena, size_max + 1);
	if (!base64_parse_any(l->line, l->length, bytes, size_max, &p->extra_size) ||
	    p->extra_size == 0)
		return expected(l, "\"extra \" and padded base64", e);
	p->extra = bytes;
	if (!next(l))
		return expected(l, "a line \"index N\" behind it", e);
	return RC_OK;
}

static enum rc
path_parse(struct lines *l, struct merkle_proof *ret, struct err *e)
{
	for (ret->count = 0;; ret->count++) {
		if (!next(l))
			return expected(l, "an empty line and a checkpoint behind it", e);
		if (l->length == 0)
			return RC_OK;
		if (ret->count == MERKLE_PROOF_MAX)
			return expected(l, "an empty line behind 64 hashes", e);
		if (!base64_parse(l->line, l->length, ret->hashes[ret->count].bytes, 32))
			return expected(l, "a hash of 32 bytes in padded base64, or an empty line",
					e);
	}
}

enum rc
tlog_proof_parse(const char *bytes, size_t size, struct arena *arena, struct tlog_proof *ret,
		 struct err *e)
{
	struct lines l = { .at = bytes, .left = size };
	struct tlog_proof p = { .extra = NULL };
	int64_t index;
	enum rc rc;

	if (size > LIMIT_NOTE_BYTES)
		return rc_fail(e, RC_REFUSED, "proof file: %zu bytes, at most %u are allowed", size,
			       LIMIT_NOTE_BYTES);
	if (!next(&l) || l.length != strlen(FIRST_LINE) || !takes(&l, FIRST_LINE) || !next(&l))
		return rc_fail(e, RC_REFUSED, "proof file: expected a first line " FIRST_LINE
			       " and more behind it");
	rc = extra_parse(&l, arena, &p, e);
	if (rc != RC_OK)
		return rc;
	if (!takes(&l, "index ") || !integer_parse(l.line, l.length, &index) || index < 0)
		return expected(&l, "\"index \" and a number in decimal", e);
	p.index = (uint64_t)index;
	rc = path_parse(&l, &p.path, e);
	if (rc != RC_OK)
		return rc;
	if (l.left == 0)
		return expected(&l, "a checkpoint behind it", e);
	p.checkpoint = l.at;
	p.checkpoint_size = l.left;
	*ret = p;
	return RC_OK;
}

enum rc
tlog_proof_check(const struct tlog_proof *p, struct hash leaf, const struct verifier_key *key,
		 struct arena *arena, struct checkpoint *ret, struct note *ret_note, struct err *e)
{
	struct checkpoint c;
	struct note n;
	enum rc rc = checkpoint_open(p->checkpoint, p->checkpoint_size, key, arena, &c, &n, e);

	if (rc == RC_OK)
		rc = merkle_check_inclusion(p->index, c.size, leaf, &p->path, c.root, e);
	if (rc != RC_OK)
		return rc;
	*ret = c;
	if (ret_note != NULL)
		*ret_note = n;
	return RC_OK;
}
