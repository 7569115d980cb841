/* minisign.h - detached signatures of files, as minisign and signify verify them.
 *
 * Layer 2. Both keep Ed25519 under an eight-byte key number in front of key and signature. Ours is
 * the first eight bytes of the hash that a C2SP key id is the first four of, so that a registered
 * verifier key has exactly one form here.
 */
#ifndef UTFALL_MINISIGN_H
#define UTFALL_MINISIGN_H

#include "key.h"

struct buf;

/* base64("Ed" || number || public key): minisign -P, or the second line of a .pub file. */
void minisign_public(const struct verifier_key *k, struct buf *ret);
/* The .minisig file: the signature over the bytes themselves, and one over that and `comment`
 * (one line, trusted once verified), which minisign checks as well. */
MUST_CHECK enum rc minisign_sign(const struct signing_key *k, const void *bytes, size_t size,
				 const char *comment, struct buf *ret, struct err *e);

#endif
