/* key_priv.h - what key.c and key_file.c share. Layer 2. */
#ifndef UTFALL_KEY_PRIV_H
#define UTFALL_KEY_PRIV_H

#include "key.h"

struct signing_key {		/* in guarded memory, read-only once made */
	struct verifier_key verifier;
	uint8_t secret[64];	/* seed and public key, as libsodium keeps them */
};

struct key_text {		/* NAME+HEX8+BASE64, split */
	char name[KEY_NAME_MAX + 1];
	uint8_t id[4];
	const char *base64;	/* in the text that was split */
	size_t base64_length;
};

MUST_CHECK enum rc key_text_split(const char *text, size_t length, struct key_text *ret,
				  struct err *e);
MUST_CHECK enum rc key_text_check_id(const struct key_text *t, const struct verifier_key *k,
				     struct err *e);

void *guarded_alloc(size_t size);	/* never NULL; sodium_free() */

#endif
