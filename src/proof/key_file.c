/* key_file.c - secrets on disk, and the passphrases that lock them.
 *
 * A file is one line. Open: PRIVATE+KEY+NAME+HEX8+BASE64(type || seed), as Go's note
 * package writes it. Locked, with single spaces between:
 *	utfall-locked-key/v1 NAME+HEX8+BASE64(type || public key) argon2id OPS KIB
 *	BASE64(16 bytes of salt) BASE64(24 bytes of nonce) BASE64(48 bytes)
 * The last word is the seed under XChaCha20-Poly1305; everything before it, its
 * space included, is authenticated with it. Bytes of the secret only ever
 * stand in guarded memory.
 */
#include "key.h"
#include "key_priv.h"
#include "file.h"
#include "limits_utfall.h"
#include "text.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_WORD "PRIVATE+KEY+"
#define LOCKED_WORD "utfall-locked-key/v1 "
#define NO_KEY_FILE \
	"expected a line that begins with PRIVATE+KEY+ or utfall-locked-key/v1; this is no key file"

enum {
	SALT_SIZE = crypto_pwhash_argon2id_SALTBYTES,
	NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	SEALED_SIZE = 32 + crypto_aead_xchacha20poly1305_ietf_ABYTES,
	/* what a file may ask of the reader: sixteen times what we write, four times the memory */
	OPS_MAX = 16 * crypto_pwhash_argon2id_OPSLIMIT_MODERATE,
	KIB_MAX = 4 * (crypto_pwhash_argon2id_MEMLIMIT_MODERATE / 1024)
};

struct locked {			/* the words of a locked line */
	const char *key;
	size_t key_length;
	int64_t ops, kib;
	uint8_t salt[SALT_SIZE], nonce[NONCE_SIZE], sealed[SEALED_SIZE];
	size_t header_size;	/* bytes before the last word */
};

/* ---- reading the file itself ---- */

static bool
begins(const char *line, size_t length, const char *word)
{
	return length >= strlen(word) && memcmp(line, word, strlen(word)) == 0;
}

/* The wrong file may be named: then its mode is not what is wrong. */
static enum rc
check_words(const char *line, size_t size, const char *path, struct err *e)
{
	struct verifier_key key;
	struct err ignored;

	if (begins(line, size, OPEN_WORD) || begins(line, size, LOCKED_WORD))
		return RC_OK;
	if (size > 0 && verifier_key_parse(line, size - 1, &key, &ignored) == RC_OK)
		return rc_fail(e, RC_REFUSED, "%s: a verifier key, which others are given; expected the "
			       "file that 'utfall key new' wrote with it", path);
	return rc_fail(e, RC_REFUSED, "%s: " NO_KEY_FILE, path);
}

static enum rc
check_private(int fd, const char *path, const char *line, size_t size, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
	if ((st.st_mode & 077) == 0)
		return RC_OK;
	if (check_words(line, size, path, e) != RC_OK)
		return RC_REFUSED;
	return rc_fail(e, RC_REFUSED, "%s: mode is %04o, expected 0600: others on this machine could "
		       "read the key; chmod 600 it, or make a new key if they may have", path,
		       (unsigned)(st.st_mode & 07777));
}

static enum rc
check_owner(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return rc_fail(e, RC_REFUSED, "%s: expected a regular file with a key", path);
	if (st.st_uid != geteuid())
		return rc_fail(e, RC_REFUSED,
			       "%s: the key file belongs to user %ld, not to you (user"
			       " %ld); use your own key",
			       path, (long)st.st_uid, (long)geteuid());
	return RC_OK;
}

static enum rc
read_all(int fd, const char *path, char *ret, size_t size_max, size_t *ret_size, struct err *e)
{
	size_t size = 0;

	while (size < size_max) {
		ssize_t n = read(fd, ret + size, size_max - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
		if (n == 0)
			break;
		size += (size_t)n;
	}
	*ret_size = size;
	return RC_OK;
}

/* The file's one line, without its LF, in guarded memory. */
static enum rc
line_read(const char *path, char **ret, size_t *ret_length, struct err *e)
{
	char *line;
	size_t size = 0;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	enum rc rc;

	if (fd < 0 && errno == ENOENT)
		return rc_fail(e, RC_NOT_FOUND, "%s: there is no such key file", path);
	if (fd < 0 && errno == ELOOP)
		return rc_fail(e, RC_REFUSED, "%s: a symbolic link, expected the key file itself",
			       path);
	if (fd < 0)
		return rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
	line = guarded_alloc(LIMIT_KEY_FILE_BYTES + 1);
	rc = check_owner(fd, path, e);
	if (rc == RC_OK)
		rc = read_all(fd, path, line, LIMIT_KEY_FILE_BYTES + 1, &size, e);
	if (rc == RC_OK)
		rc = check_private(fd, path, line, size, e);
	(void)close(fd);
	if (rc == RC_OK && (size < 2 || size > LIMIT_KEY_FILE_BYTES ||
			    memchr(line, '\n', size) != line + size - 1))
		rc = rc_fail(e, RC_REFUSED,
			     "%s: expected one line of at most %d bytes with an LF at its"
			     " end; this is no key file",
			     path, LIMIT_KEY_FILE_BYTES);
	if (rc != RC_OK) {
		sodium_free(line);
		return rc;
	}
	*ret = line;
	*ret_length = size - 1;
	return RC_OK;
}

/* ---- open keys ---- */

static enum rc
open_line_parse(const char *line, size_t length, struct signing_key **ret, struct err *e)
{
	struct key_text t;
	struct signing_key *k = NULL;
	uint8_t *bytes;
	enum rc rc = key_text_split(line + strlen(OPEN_WORD), length - strlen(OPEN_WORD), &t, e);

	if (rc != RC_OK)
		return rc;
	bytes = guarded_alloc(33);
	if (base64_parse(t.base64, t.base64_length, bytes, 33))
		rc = signing_key_from_seed(t.name, bytes[0], bytes + 1, &k, e);
	else
		rc = rc_fail(e, RC_REFUSED,
			     "key %s: expected 33 bytes of padded base64 behind the id,"
			     " found something else",
			     t.name);
	sodium_free(bytes);
	if (rc == RC_OK)
		rc = key_text_check_id(&t, &k->verifier, e);
	if (rc != RC_OK) {
		signing_key_free(k);
		return rc;
	}
	*ret = k;
	return RC_OK;
}

static void
open_line_format(const struct signing_key *k, char *ret, size_t size)
{
	uint8_t *bytes = guarded_alloc(33);
	char *base64 = guarded_alloc(45);

	bytes[0] = (uint8_t)k->verifier.type;
	memcpy(bytes + 1, k->secret, 32);
	base64_format(bytes, 33, base64);
	(void)snprintf(ret, size, OPEN_WORD "%s+%08x+%s\n", k->verifier.name, k->verifier.id,
		       base64);
	sodium_free(base64);
	sodium_free(bytes);
}

/* ---- locked keys ---- */

/* The next word of the line; `*at` ends behind its space. */
static bool
next_word(const char *line, size_t length, size_t *at, const char **ret, size_t *ret_length)
{
	const char *space;

	if (*at > length)
		return false;
	space = memchr(line + *at, ' ', length - *at);
	*ret = line + *at;
	*ret_length = space == NULL ? length - *at : (size_t)(space - *ret);
	*at += *ret_length + 1;
	return *ret_length > 0;
}

static bool
locked_split(const char *line, size_t length, struct locked *ret)
{
	const char *words[7];
	size_t lengths[7], at = strlen(LOCKED_WORD);

	for (size_t i = 0; i < 7; i++)
		if (!next_word(line, length, &at, &words[i], &lengths[i]))
			return false;
	ret->key = words[0];
	ret->key_length = lengths[0];
	ret->header_size = (size_t)(words[6] - line);
	return at == length + 1 && lengths[1] == 8 && memcmp(words[1], "argon2id", 8) == 0 &&
	       integer_parse(words[2], lengths[2], &ret->ops) &&
	       integer_parse(words[3], lengths[3], &ret->kib) &&
	       base64_parse(words[4], lengths[4], ret->salt, SALT_SIZE) &&
	       base64_parse(words[5], lengths[5], ret->nonce, NONCE_SIZE) &&
	       base64_parse(words[6], lengths[6], ret->sealed, SEALED_SIZE);
}

static enum rc
stretch(const struct locked *l, const struct passphrase *passphrase, uint8_t ret[32],
	struct err *e)
{
	if (crypto_pwhash(ret, 32, passphrase->text, passphrase->length, l->salt,
			  (unsigned long long)l->ops, (size_t)l->kib * 1024,
			  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return rc_fail(e, RC_SYSTEM, "no %lld MiB of memory for the passphrase",
			       (long long)l->kib / 1024);
	return RC_OK;
}

/* One text for a wrong passphrase and an altered file: they cannot be told apart. */
static enum rc
unseal_key(const char *line, const struct locked *l, const struct verifier_key *vk,
	   const struct passphrase *passphrase, struct signing_key **ret, struct err *e)
{
	uint8_t *secrets = guarded_alloc(64);	/* the locking key, then the seed */
	struct signing_key *k = NULL;
	enum rc rc = stretch(l, passphrase, secrets, e);

	if (rc == RC_OK &&
	    crypto_aead_xchacha20poly1305_ietf_decrypt(secrets + 32, NULL, NULL, l->sealed,
						       SEALED_SIZE, (const uint8_t *)line,
						       l->header_size, l->nonce, secrets) != 0)
		rc = rc_fail(e, RC_REFUSED,
			     "the passphrase does not open this key file, or the file"
			     " was altered");
	if (rc == RC_OK)
		rc = signing_key_from_seed(vk->name, vk->type, secrets + 32, &k, e);
	sodium_free(secrets);
	if (rc == RC_OK && !verifier_key_equal(vk, &k->verifier)) {
		signing_key_free(k);
		rc = rc_fail(e, RC_REFUSED, "key %s: the public key is not the secret's", vk->name);
	}
	if (rc == RC_OK)
		*ret = k;
	return rc;
}

static enum rc
locked_line_header(const char *line, size_t length, struct locked *ret, struct verifier_key *ret_vk,
		   struct err *e)
{
	if (!locked_split(line, length, ret))
		return rc_fail(e, RC_REFUSED,
			       "expected " LOCKED_WORD "and seven words behind it; the"
			       " file was altered");
	if (ret->ops < 1 || ret->ops > OPS_MAX || ret->kib < 8 || ret->kib > KIB_MAX)
		return rc_fail(e, RC_REFUSED,
			       "argon2id %lld %lld: expected 1 to %d passes over 8 to %d"
			       " KiB",
			       (long long)ret->ops, (long long)ret->kib, OPS_MAX, KIB_MAX);
	return verifier_key_parse(ret->key, ret->key_length, ret_vk, e);
}

static enum rc
locked_line_parse(const char *line, size_t length, const struct passphrase *passphrase,
		  struct signing_key **ret, struct err *e)
{
	struct verifier_key vk;
	struct locked l;
	enum rc rc = locked_line_header(line, length, &l, &vk, e);

	if (rc != RC_OK)
		return rc;
	if (passphrase == NULL)
		return rc_fail(e, RC_REFUSED, "key %s is locked: a passphrase is needed", vk.name);
	return unseal_key(line, &l, &vk, passphrase, ret, e);
}

static enum rc
locked_line_format(const struct signing_key *k, const struct passphrase *passphrase, char *ret,
		   size_t size, struct err *e)
{
	struct locked l = {
		.ops = crypto_pwhash_argon2id_OPSLIMIT_MODERATE,
		.kib = crypto_pwhash_argon2id_MEMLIMIT_MODERATE / 1024,
	};
	char vkey[KEY_TEXT], salt[25], nonce[33], sealed[65];
	uint8_t *lock = guarded_alloc(32);
	int n;
	enum rc rc;

	randombytes_buf(l.salt, SALT_SIZE);
	randombytes_buf(l.nonce, NONCE_SIZE);
	verifier_key_format(&k->verifier, vkey);
	base64_format(l.salt, SALT_SIZE, salt);
	base64_format(l.nonce, NONCE_SIZE, nonce);
	n = snprintf(ret, size, LOCKED_WORD "%s argon2id %lld %lld %s %s ", vkey, (long long)l.ops,
		     (long long)l.kib, salt, nonce);
	assert(n > 0 && (size_t)n + sizeof(sealed) < size);
	rc = stretch(&l, passphrase, lock, e);
	if (rc == RC_OK) {
		(void)crypto_aead_xchacha20poly1305_ietf_encrypt(l.sealed, NULL, k->secret, 32,
								 (const uint8_t *)ret,
								 (unsigned long long)n, NULL,
								 l.nonce, lock);
		base64_format(l.sealed, SEALED_SIZE, sealed);
		(void)snprintf(ret + n, size - (size_t)n, "%s\n", sealed);
	}
	sodium_free(lock);
	return rc;
}

/* ---- key files ---- */

enum rc
key_file_write(const char *path, const struct signing_key *k, const struct passphrase *passphrase,
	       struct err *e)
{
	char *line = guarded_alloc(LIMIT_KEY_FILE_BYTES);
	enum rc rc = RC_OK;

	if (passphrase == NULL)
		open_line_format(k, line, LIMIT_KEY_FILE_BYTES);
	else
		rc = locked_line_format(k, passphrase, line, LIMIT_KEY_FILE_BYTES, e);
	if (rc == RC_OK)
		rc = file_create(path, line, strlen(line), 0600, e);
	sodium_free(line);
	return rc;
}

enum rc
key_file_read(const char *path, const struct passphrase *passphrase, struct signing_key **ret,
	      struct err *e)
{
	size_t length;
	char *line;
	enum rc rc = line_read(path, &line, &length, e);

	if (rc != RC_OK)
		return rc;
	if (begins(line, length, OPEN_WORD))
		rc = open_line_parse(line, length, ret, e);
	else if (begins(line, length, LOCKED_WORD))
		rc = locked_line_parse(line, length, passphrase, ret, e);
	else
		rc = rc_fail(e, RC_REFUSED, NO_KEY_FILE);
	sodium_free(line);
	return rc == RC_OK ? rc : rc_where(e, "%s", path);
}

enum rc
key_file_needs_passphrase(const char *path, bool *ret, struct err *e)
{
	size_t length;
	char *line;
	enum rc rc = line_read(path, &line, &length, e);

	if (rc != RC_OK)
		return rc;
	*ret = begins(line, length, LOCKED_WORD);
	sodium_free(line);
	return RC_OK;
}

enum rc
key_file_verifier(const char *path, struct verifier_key *ret, struct err *e)
{
	struct signing_key *k = NULL;
	struct verifier_key vk;
	struct locked l;
	size_t length;
	char *line;
	enum rc rc = line_read(path, &line, &length, e);

	if (rc != RC_OK)
		return rc;
	if (begins(line, length, LOCKED_WORD)) {
		rc = locked_line_header(line, length, &l, &vk, e);
	} else if (begins(line, length, OPEN_WORD)) {
		rc = open_line_parse(line, length, &k, e);
		if (rc == RC_OK)
			vk = k->verifier;
		signing_key_free(k);
	} else {
		rc = rc_fail(e, RC_REFUSED, NO_KEY_FILE);
	}
	sodium_free(line);
	if (rc != RC_OK)
		return rc_where(e, "%s", path);
	*ret = vk;
	return RC_OK;
}
