/* token.h - who asks: PASETO v4.public tokens that the operator mints and anyone with its key
 * can check.
 *
 * Layer 2. https://github.com/paseto-standard/paseto-spec, version 4, purpose
 * public: Ed25519 over PAE(header, claims, footer, implicit). The claims are
 * canonical JSON of exactly six members; the footer names the key. A token is a
 * secret of its bearer; it is never printed but where it was minted.
 */
#ifndef UTFALL_TOKEN_H
#define UTFALL_TOKEN_H

#include "hash.h"
#include "key.h"
#include "note.h"
#include "rc.h"

struct arena;
struct buf;

#define TOKEN_BYTES_MAX 1024
#define TOKEN_ID_TEXT 23	/* 22 characters of base64url and NUL */

struct token {
	char ledger[ORIGIN_MAX + 1];	/* "iss": the one ledger it is for */
	char party[41];			/* "sub" */
	char role[41];			/* "role" */
	char id[TOKEN_ID_TEXT];		/* "jti" */
	int64_t issued, expires;	/* "iat", "exp": UTC seconds */
};

/* Signs; `key` is the operator's for tokens. */
MUST_CHECK enum rc token_mint(const struct token *t, const struct signing_key *key,
			      struct buf *ret, struct err *e);

/* Whole and unexpired, signed by `key`, for `ledger`. RC_REFUSED for everything else, with the
 * same words whatever is wrong: the asker learns nothing. */
MUST_CHECK enum rc token_check(const char *text, size_t size, const struct verifier_key *key,
			       const char *ledger, int64_t now, struct token *ret, struct err *e);

/* What token.revoked names: SHA-256 of the id. */
struct hash token_digest(const struct token *t);

/* A text of a token's form that `key` never signed: checking it costs what checking one does. */
const char *token_dummy(const struct verifier_key *key, struct arena *arena);

/* The two halves that know nothing of claims; no implicit assertion. `footer` may be "". */
MUST_CHECK enum rc paseto_sign(const void *message, size_t size, const char *footer,
			       const struct signing_key *key, struct buf *ret, struct err *e);
/* Appends the message. */
MUST_CHECK bool paseto_open(const char *token, size_t size, const char *footer,
			    const struct verifier_key *key, struct buf *ret_message);

#endif
