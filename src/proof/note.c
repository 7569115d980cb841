/* note.c - C2SP signed notes: reading, verifying and writing signature lines.
 *
 * Checkpoints and proof files, which are made of notes, are in checkpoint.c and tlog_proof.c.
 */
#include "note.h"
#include "arena.h"
#include "buf.h"
#include "limits_utfall.h"
#include "text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DASH "\xE2\x80\x94 "	/* U+2014 and a space begin a signature line */

enum { DASH_SIZE = sizeof(DASH) - 1, ID_SIZE = 4, TIME_SIZE = 8, ED25519_SIZE = 64 };

/* ---- reading ---- */

static uint32_t
id_decode(const uint8_t bytes[ID_SIZE])
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static enum rc
check_characters(const char *bytes, size_t size, struct err *e)
{
	uint32_t c;
	size_t n;

	for (size_t i = 0; i < size; i += n) {
		n = utf8_next(bytes + i, size - i, &c);
		if (n == 0 || (c < 0x20 && c != '\n'))
			return rc_fail(e, RC_REFUSED,
				       "note: expected UTF-8 and no control character but"
				       " LF, found something else at byte %zu",
				       i);
	}
	return RC_OK;
}

/* `line` without its LF. A name longer than any of ours is kept empty: it matches no key. */
static bool
signature_parse(const char *line, size_t length, struct arena *arena, struct note_signature *ret)
{
	const char *name = line + DASH_SIZE, *space;
	size_t name_length, rest, size;
	uint8_t *bytes;

	if (length < DASH_SIZE || memcmp(line, DASH, DASH_SIZE) != 0)
		return false;
	space = memchr(name, ' ', length - DASH_SIZE);
	if (space == NULL)
		return false;
	name_length = (size_t)(space - name);
	rest = length - DASH_SIZE - name_length - 1;
	bytes = arena_alloc(arena, rest / 4 * 3 + 1);
	if (!key_name_is_valid(name, name_length) ||
	    !base64_parse_any(space + 1, rest, bytes, rest / 4 * 3, &size) || size <= ID_SIZE)
		return false;
	*ret = (struct note_signature){ .id = id_decode(bytes), .size = size - ID_SIZE };
	if (name_length <= KEY_NAME_MAX)
		memcpy(ret->name, name, name_length);
	if (ret->size <= sizeof(ret->bytes))
		memcpy(ret->bytes, bytes + ID_SIZE, ret->size);
	return true;
}

/* Where the text ends: behind the LF in front of the last empty line. 0 if there is none. */
static size_t
text_end(const char *bytes, size_t size)
{
	for (size_t i = size; i > 1; i--)
		if (bytes[i - 1] == '\n' && bytes[i - 2] == '\n')
			return i - 1;
	return 0;
}

static size_t
count_lines(const char *at, const char *end)
{
	size_t count = 0;

	while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		count++;
		at++;
	}
	return count;
}

static enum rc
signatures_parse(const char *at, const char *end, struct arena *arena, struct note *ret,
		 struct err *e)
{
	size_t lines = count_lines(at, end);
	const char *lf;

	if (lines > LIMIT_NOTE_SIGNATURES)
		lines = LIMIT_NOTE_SIGNATURES;
	ret->signatures = arena_array(arena, lines, sizeof(*ret->signatures));
	for (ret->signature_count = 0; at < end; ret->signature_count++) {
		if (ret->signature_count == LIMIT_NOTE_SIGNATURES)
			return rc_fail(e, RC_REFUSED, "note: more than %d signatures",
				       LIMIT_NOTE_SIGNATURES);
		lf = memchr(at, '\n', (size_t)(end - at));
		assert(lf != NULL);	/* the last byte is one */
		if (!signature_parse(at, (size_t)(lf - at), arena,
				     &ret->signatures[ret->signature_count]))
			return rc_fail(e, RC_REFUSED,
				       "note: signature line %zu: expected an em dash, a"
				       " key's name and base64, found something else",
				       ret->signature_count + 1);
		at = lf + 1;
	}
	return RC_OK;
}

enum rc
note_parse(const char *bytes, size_t size, struct arena *arena, struct note *ret, struct err *e)
{
	struct note n = { .text = bytes };
	enum rc rc;

	if (size > LIMIT_NOTE_BYTES)
		return rc_fail(e, RC_REFUSED, "note: %zu bytes, at most %u are allowed", size,
			       LIMIT_NOTE_BYTES);
	rc = check_characters(bytes, size, e);
	if (rc != RC_OK)
		return rc;
	n.text_size = text_end(bytes, size);
	if (n.text_size == 0 || n.text_size + 1 == size || bytes[size - 1] != '\n')
		return rc_fail(e, RC_REFUSED,
			       "note: expected a text, an empty line and signature lines,"
			       " each ended by LF");
	rc = signatures_parse(bytes + n.text_size + 1, bytes + size, arena, &n, e);
	if (rc == RC_OK)
		*ret = n;
	return rc;
}

/* ---- verifying ---- */

static void
cosigned_message(const void *text, size_t size, uint64_t time, struct buf *ret)
{
	buf_printf(ret, "cosignature/v1\ntime %" PRIu64 "\n", time);
	buf_add(ret, text, size);
}

static uint64_t
time_decode(const uint8_t bytes[TIME_SIZE])
{
	uint64_t time = 0;

	for (int i = 0; i < TIME_SIZE; i++)
		time = time << 8 | bytes[i];
	return time;
}

static bool
cosignature_check(const struct note *n, const struct verifier_key *key,
		  const struct note_signature *s, uint64_t *ret_time)
{
	struct buf message = { 0 };
	uint64_t time;
	bool good;

	if (s->size != TIME_SIZE + ED25519_SIZE)
		return false;
	time = time_decode(s->bytes);
	if (time == 0 || time > INT64_MAX)
		return false;
	cosigned_message(n->text, n->text_size, time, &message);
	good = verifier_key_check(key, message.data, message.size, s->bytes + TIME_SIZE);
	buf_free(&message);
	if (good && time > *ret_time)
		*ret_time = time;
	return good;
}

static bool
signature_check(const struct note *n, const struct verifier_key *key,
		const struct note_signature *s, uint64_t *ret_time)
{
	switch (key->type) {
	case KEY_ED25519:
		return s->size == ED25519_SIZE &&
		       verifier_key_check(key, n->text, n->text_size, s->bytes);
	case KEY_COSIGNATURE:
		return cosignature_check(n, key, s, ret_time);
	}
	abort();	/* not a value of enum key_type */
}

/* Every line that names the key must verify; of several the latest time counts. */
enum rc
note_verify(const struct note *n, const struct verifier_key *key, uint64_t *ret_time, struct err *e)
{
	char text[KEY_ID_TEXT];
	uint64_t time = 0;
	bool found = false;

	verifier_key_short(key, text);
	for (size_t i = 0; i < n->signature_count; i++) {
		const struct note_signature *s = &n->signatures[i];

		if (s->id != key->id || strcmp(s->name, key->name) != 0)
			continue;
		if (!signature_check(n, key, s, &time))
			return rc_fail(e, RC_INTEGRITY, "note: the signature by %s does not verify",
				       text);
		found = true;
	}
	if (!found)
		return rc_fail(e, RC_NOT_FOUND, "note: no signature by %s", text);
	if (ret_time != NULL && key->type == KEY_COSIGNATURE)
		*ret_time = time;
	return RC_OK;
}

/* ---- writing ---- */

void
note_line_raw(const char *name, uint32_t id, const uint8_t *bytes, size_t size, struct buf *ret)
{
	uint8_t *all = mem_alloc(ID_SIZE + size);
	char *base64 = mem_alloc(base64_length(ID_SIZE + size) + 1);

	for (int i = 0; i < ID_SIZE; i++)
		all[i] = (uint8_t)(id >> (24 - 8 * i));
	memcpy(all + ID_SIZE, bytes, size);
	base64_format(all, ID_SIZE + size, base64);
	buf_printf(ret, DASH "%s %s\n", name, base64);
	free(base64);
	free(all);
}

static enum rc
cosign_text(const void *text, size_t size, const struct signing_key *key, uint64_t time,
	    uint8_t ret[TIME_SIZE + ED25519_SIZE], struct err *e)
{
	struct buf message = { 0 };
	enum rc rc;

	assert(time > 0 && time <= INT64_MAX);
	for (int i = 0; i < TIME_SIZE; i++)
		ret[i] = (uint8_t)(time >> (56 - 8 * i));
	cosigned_message(text, size, time, &message);
	rc = signing_key_sign(key, message.data, message.size, ret + TIME_SIZE, e);
	buf_free(&message);
	return rc;
}

enum rc
note_sign_line(const void *text, size_t size, const struct signing_key *key, uint64_t time,
	       struct buf *ret, struct err *e)
{
	const struct verifier_key *vk = signing_key_verifier(key);
	uint8_t bytes[TIME_SIZE + ED25519_SIZE];
	bool cosignature = vk->type == KEY_COSIGNATURE;
	enum rc rc;

	assert(size > 0 && ((const char *)text)[size - 1] == '\n');
	if (cosignature)
		rc = cosign_text(text, size, key, time, bytes, e);
	else
		rc = signing_key_sign(key, text, size, bytes, e);
	if (rc == RC_OK)
		note_line_raw(vk->name, vk->id, bytes, cosignature ? sizeof(bytes) : ED25519_SIZE,
			      ret);
	return rc;
}
