/* token.c - access tokens: claims in and out, and Ed25519 over the PAE of PASETO. */
#include "token.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "date.h"
#include "json.h"
#include "text.h"

#define HEADER "v4.public."
#define SIGNATURE_BYTES 64

/* ---- PASETO v4.public ---- */

static void
add_le64(struct buf *b, uint64_t n)
{
	for (int i = 0; i < 8; i++)
		buf_byte(b, (char)((n >> (8 * i)) & (i == 7 ? 0x7f : 0xff)));
}

/* Pre-authentication encoding: every piece behind its length. */
static void
encode_pieces(const void *message, size_t size, const char *footer, struct buf *ret)
{
	add_le64(ret, 4);
	add_le64(ret, strlen(HEADER));
	buf_text(ret, HEADER);
	add_le64(ret, size);
	buf_add(ret, message, size);
	add_le64(ret, strlen(footer));
	buf_text(ret, footer);
	add_le64(ret, 0);	/* no implicit assertion */
}

static void
add_base64url(struct buf *b, const void *bytes, size_t size)
{
	char *text = mem_alloc(base64_length(size) + 1);

	base64url_format(bytes, size, text);
	buf_text(b, text);
	free(text);
}

enum rc
paseto_sign(const void *message, size_t size, const char *footer,
	    const struct signing_key *key, struct buf *ret, struct err *e)
{
	struct buf pieces = { 0 }, body = { 0 };
	uint8_t signature[SIGNATURE_BYTES];
	enum rc rc;

	encode_pieces(message, size, footer, &pieces);
	rc = signing_key_sign(key, pieces.data, pieces.size, signature, e);
	if (rc == RC_OK) {
		buf_add(&body, message, size);
		buf_add(&body, signature, sizeof(signature));
		buf_text(ret, HEADER);
		add_base64url(ret, body.data, body.size);
		if (footer[0] != '\0') {
			buf_byte(ret, '.');
			add_base64url(ret, footer, strlen(footer));
		}
	}
	buf_free(&pieces);
	buf_free(&body);
	return rc;
}

/* Bytes that `length` characters of base64url without padding stand for. */
static size_t
base64url_size(size_t length)
{
	return length / 4 * 3 + (length % 4 > 0 ? length % 4 - 1 : 0);
}

static bool
footer_is(const char *text, size_t length, const char *footer)
{
	struct buf want = { 0 };
	bool same;

	add_base64url(&want, footer, strlen(footer));
	same = want.size == length && memcmp(want.data, text, length) == 0;
	buf_free(&want);
	return same;
}

bool
paseto_open(const char *token, size_t size, const char *footer,
	    const struct verifier_key *key, struct buf *ret_message)
{
	const char *body = token + strlen(HEADER), *dot;
	uint8_t bytes[TOKEN_BYTES_MAX];
	struct buf pieces = { 0 };
	size_t length, n;
	bool good;

	if (size <= strlen(HEADER) || size > TOKEN_BYTES_MAX ||
	    memcmp(token, HEADER, strlen(HEADER)) != 0)
		return false;
	dot = memchr(body, '.', (size_t)(token + size - body));
	length = dot == NULL ? (size_t)(token + size - body) : (size_t)(dot - body);
	n = base64url_size(length);
	if (n < SIGNATURE_BYTES || !base64url_parse(body, length, bytes, n))
		return false;
	if (dot == NULL ? footer[0] != '\0'
			: footer[0] == '\0' ||
			  !footer_is(dot + 1, (size_t)(token + size - dot - 1), footer))
		return false;
	n -= SIGNATURE_BYTES;
	encode_pieces(bytes, n, footer, &pieces);
	good = verifier_key_check(key, pieces.data, pieces.size, bytes + n);
	buf_free(&pieces);
	if (good)
		buf_add(ret_message, bytes, n);
	return good;
}

/* ---- our claims ---- */

static const char *
format_footer(const struct verifier_key *key, struct arena *arena)
{
	char name[KEY_ID_TEXT];

	verifier_key_short(key, name);
	return arena_printf(arena, "{\"kid\":\"%s\"}", name);
}

enum rc
token_mint(const struct token *t, const struct signing_key *key, struct buf *ret, struct err *e)
{
	struct arena *arena = arena_new();
	struct json claims = json_object();
	char issued[INSTANT_TEXT], expires[INSTANT_TEXT];
	struct buf bytes = { 0 };
	enum rc rc;

	instant_format(t->issued, issued);
	instant_format(t->expires, expires);
	json_set(arena, &claims, "exp", json_string(expires));
	json_set(arena, &claims, "iat", json_string(issued));
	json_set(arena, &claims, "iss", json_string(t->ledger));
	json_set(arena, &claims, "jti", json_string(t->id));
	json_set(arena, &claims, "role", json_string(t->role));
	json_set(arena, &claims, "sub", json_string(t->party));
	json_write(&claims, &bytes);
	rc = paseto_sign(bytes.data, bytes.size,
			 format_footer(signing_key_verifier(key), arena), key, ret, e);
	buf_free(&bytes);
	arena_free(arena);
	return rc;
}

static bool
copy_claim(const struct json *claims, const char *name, char *ret, size_t size)
{
	const char *value = json_get_string(claims, name);

	if (value == NULL || strlen(value) >= size)
		return false;
	memcpy(ret, value, strlen(value) + 1);
	return true;
}

static bool
instant_claim(const struct json *claims, const char *name, int64_t *ret)
{
	const char *value = json_get_string(claims, name);

	return value != NULL && instant_parse(value, strlen(value), ret);
}

static bool
read_claims(const struct buf *bytes, struct arena *arena, struct token *ret)
{
	const struct json *claims;
	struct err e = { 0 };
	uint8_t id[16];

	return json_read(bytes->data, bytes->size, JSON_CANONICAL, arena, &claims, NULL, &e) ==
		       RC_OK && claims->kind == JSON_OBJECT && claims->count == 6 &&
	       copy_claim(claims, "iss", ret->ledger, sizeof(ret->ledger)) &&
	       copy_claim(claims, "sub", ret->party, sizeof(ret->party)) &&
	       copy_claim(claims, "role", ret->role, sizeof(ret->role)) &&
	       copy_claim(claims, "jti", ret->id, sizeof(ret->id)) &&
	       base64url_parse(ret->id, strlen(ret->id), id, sizeof(id)) &&
	       instant_claim(claims, "iat", &ret->issued) &&
	       instant_claim(claims, "exp", &ret->expires);
}

enum rc
token_check(const char *text, size_t size, const struct verifier_key *key, const char *ledger,
	    int64_t now, struct token *ret, struct err *e)
{
	struct arena *arena = arena_new();
	struct token t = { .issued = 0 };
	struct buf claims = { 0 };
	bool good;

	good = paseto_open(text, size, format_footer(key, arena), key, &claims) &&
	       read_claims(&claims, arena, &t) && strcmp(t.ledger, ledger) == 0 &&
	       t.issued <= now && now < t.expires;
	buf_free(&claims);
	arena_free(arena);
	if (!good)
		return rc_fail(e, RC_REFUSED, "the token is missing, expired, forged or not for "
			       "this ledger; the operator mints one with `utfall token mint`");
	*ret = t;
	return RC_OK;
}

struct hash
token_digest(const struct token *t)
{
	return hash_bytes(t->id, strlen(t->id));
}

const char *
token_dummy(const struct verifier_key *key, struct arena *arena)
{
	const char *footer = format_footer(key, arena);
	uint8_t bytes[250] = { 0 };
	struct buf b = { 0 };
	char *ret;

	/* R is the base point, so that the whole sum is done */
	memset(bytes + sizeof(bytes) - SIGNATURE_BYTES, 0x66, 32);
	bytes[sizeof(bytes) - SIGNATURE_BYTES] = 0x58;
	buf_text(&b, HEADER);
	add_base64url(&b, bytes, sizeof(bytes));
	buf_byte(&b, '.');
	add_base64url(&b, footer, strlen(footer));
	ret = arena_string(arena, b.data, b.size);
	buf_free(&b);
	return ret;
}
