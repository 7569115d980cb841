/* key.h - Ed25519 keys as C2SP signed-note verifier keys, and the files that keep their secrets.
 *
 * Layer 2. A verifier key is NAME+HEX8+BASE64(type || public key) (C2SP
 * signed-note); its id is the first four bytes of SHA-256(name LF type public key).
 * Secrets live in guarded memory (sodium_malloc), never in argv, logs or core
 * files; a key file is 0600 and refused when group or others can read it.
 */
#ifndef UTFALL_KEY_H
#define UTFALL_KEY_H

#include "rc.h"

enum key_type { KEY_ED25519 = 0x01, KEY_COSIGNATURE = 0x04 };	/* C2SP signature types */

#define KEY_NAME_MAX 200
#define KEY_TEXT (KEY_NAME_MAX + 60)
#define KEY_ID_TEXT (KEY_NAME_MAX + 10)

struct verifier_key {
	char name[KEY_NAME_MAX + 1];
	enum key_type type;
	uint32_t id;
	uint8_t public_key[32];
};

/* C2SP: UTF-8, not empty, no space of any script, no '+'; nor a control character. */
MUST_CHECK bool key_name_is_valid(const char *text, size_t length);

/* One spelling only: the id must be the computed one, the point canonical and not of small
 * order. */
MUST_CHECK enum rc verifier_key_parse(const char *text, size_t length, struct verifier_key *ret,
				      struct err *e);
void verifier_key_format(const struct verifier_key *k, char ret[KEY_TEXT]);
void verifier_key_short(const struct verifier_key *k, char ret[KEY_ID_TEXT]);	/* "NAME+HEX8" */
bool verifier_key_equal(const struct verifier_key *a, const struct verifier_key *b);
MUST_CHECK enum rc verifier_key_make(const char *name, enum key_type type,
				     const uint8_t public_key[32], struct verifier_key *ret,
				     struct err *e);

/* Ed25519 as the format fixes it: S < L; A and R canonical, not of small order; no cofactor. */
MUST_CHECK bool verifier_key_check(const struct verifier_key *k, const void *message, size_t size,
				   const uint8_t signature[64]);

struct signing_key;	/* opaque, in guarded memory; belongs to whoever made it */

MUST_CHECK enum rc signing_key_generate(const char *name, enum key_type type,
					struct signing_key **ret, struct err *e);
MUST_CHECK enum rc signing_key_from_seed(const char *name, enum key_type type,
					 const uint8_t seed[32], struct signing_key **ret,
					 struct err *e);
void signing_key_free(struct signing_key *k);	/* NULL is allowed; wipes */
const struct verifier_key *signing_key_verifier(const struct signing_key *k);
/* Signs and verifies what it made. */
MUST_CHECK enum rc signing_key_sign(const struct signing_key *k, const void *message, size_t size,
				    uint8_t ret_signature[64], struct err *e);

/* Key files. Without a passphrase: the Go tools' line
 * PRIVATE+KEY+NAME+HEX8+BASE64(type || seed). With one (Argon2id, XChaCha20-Poly1305): a line of
 * our own that names its parameters. `passphrase` is NULL for none; it is read by the caller
 * from a terminal or a file descriptor, never from argv. */
struct passphrase {
	char *text;	/* sodium_malloc'd; passphrase_free() */
	size_t length;
};
MUST_CHECK enum rc passphrase_read(int fd, const char *prompt, struct passphrase *ret,
				   struct err *e);	/* no echo where `fd` is a terminal */
void passphrase_free(struct passphrase *p);

/* Never overwrites. */
MUST_CHECK enum rc key_file_write(const char *path, const struct signing_key *k,
				  const struct passphrase *passphrase, struct err *e);
/* RC_REFUSED where the mode is wider than 0600, the owner another, or a passphrase is missing or
 * wrong. */
MUST_CHECK enum rc key_file_read(const char *path, const struct passphrase *passphrase,
				 struct signing_key **ret, struct err *e);
MUST_CHECK enum rc key_file_needs_passphrase(const char *path, bool *ret, struct err *e);
/* The verifier key of a key file, locked or not: needs no passphrase. */
MUST_CHECK enum rc key_file_verifier(const char *path, struct verifier_key *ret, struct err *e);

/* Call first in main: sodium_init, no core files. */
MUST_CHECK enum rc secrets_init(struct err *e);
void random_bytes(void *ret, size_t size);	/* the system's random source */

#endif
