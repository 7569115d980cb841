/* submission.c - a party's signature over any number of events, and the file that travels. */
#include "submission.h"
#include "scan.h"

#include "arena.h"
#include "buf.h"
#include "date.h"
#include "limits_utfall.h"
#include "merkle.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char prefix[] = "utfall/submission/v1\n";

/* "<party>+<8 hex>" */
static bool
scan_key(struct scan *s, struct submission *ret)
{
	struct scan t = *s;
	uint8_t id[4];
	const char *text;
	size_t length;

	if (!scan_string(&t, PARTY_TEXT + 9, &text, &length) || length < 10 ||
	    text[length - 9] != '+' || !text_is_name(text, length - 9) ||
	    !hex_parse(text + length - 8, 8, id, 4))
		return false;
	memcpy(ret->party, text, length - 9);
	ret->party[length - 9] = '\0';
	ret->key_id = (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3];
	*s = t;
	return true;
}

static bool
scan_origin(struct scan *s, struct submission *ret)
{
	struct scan t = *s;
	const char *text;
	size_t length;

	if (!scan_string(&t, ORIGIN_MAX, &text, &length) || !text_is_origin(text, length))
		return false;
	memcpy(ret->ledger, text, length);
	ret->ledger[length] = '\0';
	*s = t;
	return true;
}

static bool
scan_signature(struct scan *s, struct submission *ret)
{
	if (s->end - s->at < 88 || !base64_parse(s->at, 88, ret->signature, 64))
		return false;
	s->at += 88;
	return true;
}

static bool
scan_id(struct scan *s, struct submission *ret)
{
	if (s->end - s->at < 26 || !text_is_ulid(s->at, 26))
		return false;
	memcpy(ret->id, s->at, 26);
	ret->id[26] = '\0';
	s->at += 26;
	return true;
}

enum rc
submission_parse(const char *bytes, size_t size, struct submission *ret, struct err *e)
{
	struct scan s = { bytes, bytes, bytes + size };
	struct submission x;

	if (!SCAN_TEXT(&s, "{\"count\":") || !scan_integer(&s, &x.count) || x.count == 0)
		return scan_refuse(&s, "{\"count\":a whole number from 1", e);
	if (!SCAN_TEXT(&s, ",\"key\":\"") || !scan_key(&s, &x))
		return scan_refuse(&s, "\"key\":\"PARTY+8 hexadecimal digits\"", e);
	if (!SCAN_TEXT(&s, ",\"ledger\":\"") || !scan_origin(&s, &x))
		return scan_refuse(&s, "\"ledger\":\"ORIGIN\"", e);
	if (!SCAN_TEXT(&s, ",\"root\":\"") || !scan_hash(&s, &x.root))
		return scan_refuse(&s, "\"root\":\"64 hexadecimal digits\"", e);
	if (!SCAN_TEXT(&s, "\",\"signature\":\"") || !scan_signature(&s, &x))
		return scan_refuse(&s, "\"signature\":\"base64 of 64 bytes\"", e);
	if (!SCAN_TEXT(&s, "\",\"submission_id\":\"") || !scan_id(&s, &x))
		return scan_refuse(&s, "\"submission_id\":\"a ULID in uppercase\"", e);
	if (!SCAN_TEXT(&s, "\",\"submitted_at\":\"") || !scan_instant(&s, &x.submitted_at))
		return scan_refuse(&s, "\"submitted_at\":\"YYYY-MM-DDThh:mm:ssZ\"", e);
	if (!SCAN_TEXT(&s, "\"}") || s.at != s.end)
		return scan_refuse(&s, "\"} and the end", e);
	*ret = x;
	return RC_OK;
}

static void
format(const struct submission *s, bool with_signature, struct buf *ret)
{
	char root[HASH_HEX], at[INSTANT_TEXT], signature[89];

	hash_format(s->root, root);
	instant_format(s->submitted_at, at);
	buf_printf(ret, "{\"count\":%" PRIu64 ",\"key\":\"%s+%08" PRIx32 "\",\"ledger\":\"%s\","
		   "\"root\":\"%s\",", s->count, s->party, s->key_id, s->ledger, root);
	if (with_signature) {
		base64_format(s->signature, 64, signature);
		buf_printf(ret, "\"signature\":\"%s\",", signature);
	}
	buf_printf(ret, "\"submission_id\":\"%s\",\"submitted_at\":\"%s\"}", s->id, at);
}

void
submission_format(const struct submission *s, struct buf *ret)
{
	format(s, true, ret);
}

void
submission_message(const struct submission *s, struct buf *ret)
{
	buf_add(ret, prefix, sizeof(prefix) - 1);
	format(s, false, ret);
}

enum rc
submission_sign(struct submission *s, const struct signing_key *key, struct err *e)
{
	const struct verifier_key *v = signing_key_verifier(key);
	struct submission x = *s;
	struct buf message = { 0 };
	enum rc rc;

	if (v->type != KEY_ED25519 || !text_is_name(v->name, strlen(v->name)))
		return rc_fail(e, RC_USAGE, "key %s: expected a party's key, named [a-z][a-z0-9_]*; "
			       "checkpoint and cosigning keys sign no submission", v->name);
	snprintf(x.party, sizeof(x.party), "%s", v->name);
	x.key_id = v->id;
	submission_message(&x, &message);
	rc = signing_key_sign(key, message.data, message.size, x.signature, e);
	buf_free(&message);
	if (rc == RC_OK)
		*s = x;
	return rc;
}

bool
submission_verify(const struct submission *s, const struct verifier_key *key)
{
	struct buf message = { 0 };
	bool good;

	if (key->id != s->key_id || strcmp(key->name, s->party) != 0)
		return false;
	submission_message(s, &message);
	good = verifier_key_check(key, message.data, message.size, s->signature);
	buf_free(&message);
	return good;
}
