/* serve_token.c - what a token says of its bearer, where it counts. */
#include "serve.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "clock.h"

static const char *
bearer(const struct ask *a)
{
	const char *text = http_header(a->request, "Authorization");

	return text != NULL && strncmp(text, "Bearer ", 7) == 0 ? text + 7 : NULL;
}

static enum rc
refuse_token(struct err *e)
{
	return rc_fail(e, RC_REFUSED, "expected 'Authorization: Bearer TOKEN' with a token that "
		       "counts; the operator mints one with 'utfall token mint'");
}

static bool
role_of(const struct ask *a, const struct token *t, enum asker *ret)
{
	for (unsigned i = AS_FUNDER; i < AS_MAX; i++)
		if (strcmp(t->role, asker_name((enum asker)i)) == 0) {
			*ret = (enum asker)i;
			return i != AS_OPERATOR || strcmp(t->party, a->s->operator_id) == 0;
		}
	return false;
}

static bool
is_revoked(const struct view *v, const struct token *t)
{
	struct hash digest = token_digest(t);

	for (size_t i = 0; i < v->revoked_count; i++)
		if (hash_equal(v->revoked[i], digest))
			return true;
	return false;
}

/* What has the form of a token by `key` costs a signature's check to refuse. */
static bool
is_plausible(const char *text, size_t size, const char *dummy)
{
	const char *dot = strrchr(dummy, '.');
	size_t end = strlen(dot);

	return size <= TOKEN_BYTES_MAX && size > 120 + end && memcmp(text, "v4.public.", 10) == 0 &&
	       memcmp(text + size - end, dot, end) == 0 &&
	       strspn(text + 10, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
	       == size - end - 10;
}

static bool
check_with(struct ask *a, const char *text, const struct verifier_key *key)
{
	int64_t now = clock_now(a->s->options.clock);
	const char *dummy = token_dummy(key, a->arena);
	struct err e = { 0 };
	struct token t;

	if (text == NULL || !is_plausible(text, strlen(text), dummy))
		text = dummy;
	if (token_check(text, strlen(text), key, a->s->origin, now, &t, &e) != RC_OK)
		return false;
	if (!role_of(a, &t, &a->as) || is_revoked(a->s->view, &t)) {
		a->as = AS_PUBLIC;
		return false;
	}
	a->token = t;
	return true;
}

/* ---- tokens that counted ---- */

#define KNOWN 512

struct tokens {
	pthread_mutex_t lock;
	struct known {
		uint64_t size;		/* of the head at which it counted; 0 for an empty slot */
		size_t length;
		char text[TOKEN_BYTES_MAX];
		enum asker as;
		struct token token;
	} slots[KNOWN];
};

struct tokens *
tokens_new(void)
{
	struct tokens *t = mem_alloc(sizeof(*t));

	memset(t, 0, sizeof(*t));
	pthread_mutex_init(&t->lock, NULL);
	return t;
}

void
tokens_free(struct tokens *t)
{
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* Takes the same time wherever the two differ. */
static bool
same_secret(const char *a, const char *b, size_t size)
{
	unsigned char differ = 0;

	for (size_t i = 0; i < size; i++)
		differ |= (unsigned char)(a[i] ^ b[i]);
	return differ == 0;
}

static struct known *
known_slot(struct ask *a, const char *text, size_t length)
{
	return &a->s->tokens->slots[quick_hash(a->s, text, length) % KNOWN];
}

static void
remember(struct ask *a, const char *text)
{
	size_t length = strlen(text);
	struct known *k = known_slot(a, text, length);

	pthread_mutex_lock(&a->s->tokens->lock);
	k->size = a->size;
	k->length = length;
	memcpy(k->text, text, length);
	k->as = a->as;
	k->token = a->token;
	pthread_mutex_unlock(&a->s->tokens->lock);
}

bool
ask_known(struct ask *a)
{
	const char *text = bearer(a);
	size_t length = text == NULL ? 0 : strlen(text);
	struct known *k;
	bool good;

	if (length == 0 || length > TOKEN_BYTES_MAX)
		return false;
	k = known_slot(a, text, length);
	pthread_mutex_lock(&a->s->tokens->lock);
	good = k->size == a->size && k->size != 0 && k->length == length &&
	       same_secret(k->text, text, length) &&
	       clock_now(a->s->options.clock) < k->token.expires;
	if (good) {
		a->as = k->as;
		a->token = k->token;
	}
	pthread_mutex_unlock(&a->s->tokens->lock);
	return good;
}

enum rc
ask_authenticate(struct ask *a, struct err *e)
{
	const char *text = bearer(a);
	bool good = false;

	if (ask_known(a)) {
		a->party = view_name_of(a->s->view, a->token.party);
		return RC_OK;
	}
	for (size_t i = 0; i < a->s->token_key_count; i++)
		good = check_with(a, text, &a->s->token_keys[i]) || good;
	if (!good || text == NULL) {
		a->as = AS_PUBLIC;
		return refuse_token(e);
	}
	a->party = view_name_of(a->s->view, a->token.party);
	remember(a, text);
	return RC_OK;
}
