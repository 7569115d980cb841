/* minisign.c - signatures of files in the forms of minisign 0.11 ("Ed", not prehashed), which are
 * signify's with two lines more. */
#include "minisign.h"

#include <string.h>

#include "buf.h"
#include "hash.h"
#include "text.h"

enum { NUMBER = 8, HEAD = 2 + NUMBER, SIGNATURE = 64, PUBLIC = 32 };

/* "Ed" and the key's number. */
static void
put_head(const struct verifier_key *k, uint8_t ret[HEAD])
{
	struct buf b = { 0 };
	struct hash h;

	buf_printf(&b, "%s\n%c", k->name, (int)k->type);
	buf_add(&b, k->public_key, PUBLIC);
	h = hash_bytes(b.data, b.size);
	buf_free(&b);
	memcpy(ret, "Ed", 2);
	memcpy(ret + 2, h.bytes, NUMBER);
}

static void
put_base64(const uint8_t *bytes, size_t size, struct buf *ret)
{
	char text[128];

	base64_format(bytes, size, text);
	buf_text(ret, text);
}

void
minisign_public(const struct verifier_key *k, struct buf *ret)
{
	uint8_t bytes[HEAD + PUBLIC];

	put_head(k, bytes);
	memcpy(bytes + HEAD, k->public_key, PUBLIC);
	put_base64(bytes, sizeof(bytes), ret);
}

enum rc
minisign_sign(const struct signing_key *k, const void *bytes, size_t size, const char *comment,
	      struct buf *ret, struct err *e)
{
	const struct verifier_key *v = signing_key_verifier(k);
	uint8_t signature[HEAD + SIGNATURE], whole[SIGNATURE];
	struct buf text = { 0 };
	char name[KEY_ID_TEXT];
	enum rc rc = signing_key_sign(k, bytes, size, signature + HEAD, e);

	if (rc == RC_OK) {
		buf_add(&text, signature + HEAD, SIGNATURE);
		buf_text(&text, comment);
		rc = signing_key_sign(k, text.data, text.size, whole, e);
	}
	buf_free(&text);
	if (rc != RC_OK)
		return rc;
	put_head(v, signature);
	verifier_key_short(v, name);
	buf_printf(ret, "untrusted comment: signature by %s\n", name);
	put_base64(signature, sizeof(signature), ret);
	buf_printf(ret, "\ntrusted comment: %s\n", comment);
	put_base64(whole, sizeof(whole), ret);
	buf_byte(ret, '\n');
	return RC_OK;
}
