/* trust.c - verifier keys and policies from files and options. */
#include "trust.h"

#include <assert.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "command.h"
#include "file.h"
#include "limits_utfall.h"

enum rc
trust_read_keys(struct call *call, const char *path, const struct verifier_key **ret,
		size_t *ret_count, struct err *e)
{
	struct verifier_key *keys = arena_array(call->arena, LIMIT_NOTE_SIGNATURES, sizeof(keys[0]));
	struct buf text = { 0 };
	size_t count = 0, at = 0, line_number = 0;
	enum rc rc = file_read(path, LIMIT_NOTE_BYTES, &text, e);

	while (rc == RC_OK && at < text.size && count < LIMIT_NOTE_SIGNATURES) {
		const char *line = text.data + at;
		size_t length = strcspn(line, "\n");

		line_number++;
		at += length + 1;
		if (length == 0 || line[0] == '#')
			continue;
		rc = verifier_key_parse(line, length, &keys[count++], e);
		if (rc != RC_OK)
			rc = rc_where(e, "%s:%zu", path, line_number);
	}
	buf_free(&text);
	if (rc == RC_OK && count == 0)
		rc = rc_fail(e, RC_REFUSED, "%s: expected a verifier key, NAME+HEX+BASE64, on a line",
			     path);
	if (rc != RC_OK)
		return rc;
	*ret = keys;
	*ret_count = count;
	return RC_OK;
}

static enum rc
read_policy(struct call *call, const char *path, const struct policy **ret, struct err *e)
{
	struct policy *policy = arena_alloc(call->arena, sizeof(*policy));
	struct buf text = { 0 };
	enum rc rc = file_read(path, POLICY_BYTES, &text, e);

	if (rc == RC_OK) {
		const char *kept = arena_string(call->arena, text.size ? text.data : "", text.size);

		rc = policy_parse(kept, text.size, call->arena, policy, e);
		if (rc != RC_OK)
			rc = rc_where(e, "%s", path);
	}
	buf_free(&text);
	if (rc == RC_OK)
		*ret = policy;
	return rc;
}

/* The policy's logs where no file of keys was given. */
static enum rc
take_logs(struct call *call, const char *path, struct trust *t, struct err *e)
{
	struct verifier_key *keys;

	assert(t->policy != NULL);
	keys = arena_array(call->arena, t->policy->log_count, sizeof(keys[0]));
	if (t->policy->log_count == 0)
		return rc_fail(e, RC_REFUSED, "%s: the policy lists no log; give the operator's "
			       "checkpoint key with --operator-key FILE", path);
	for (size_t i = 0; i < t->policy->log_count; i++)
		keys[i] = t->policy->logs[i].key;
	t->keys = keys;
	t->key_count = t->policy->log_count;
	return RC_OK;
}

enum rc
trust_read(struct call *call, struct trust *ret, struct err *e)
{
	const char *keys = call_option(call, "operator-key");
	const char *policy = call_option(call, "policy");
	struct trust t = { 0 };
	enum rc rc = RC_OK;

	if (policy != NULL)
		rc = read_policy(call, policy, &t.policy, e);
	else
		rc = call_need(call, "operator-key", &keys, e);
	if (rc == RC_OK)
		rc = keys != NULL ? trust_read_keys(call, keys, &t.keys, &t.key_count, e)
				  : take_logs(call, policy, &t, e);
	if (rc == RC_OK)
		*ret = t;
	return rc;
}

static enum rc
find_signer(const struct trust *t, const struct note *n, const struct checkpoint *c,
	    struct verifier_key *ret, struct err *e)
{
	for (size_t i = 0; i < t->key_count; i++) {
		enum rc rc;

		if (strcmp(t->keys[i].name, c->origin) != 0)
			continue;
		rc = note_verify(n, &t->keys[i], NULL, e);
		if (rc == RC_OK)
			*ret = t->keys[i];
		if (rc != RC_NOT_FOUND)
			return rc;
	}
	return rc_fail(e, RC_INTEGRITY, "no signature by a key that you trust for '%s'", c->origin);
}

enum rc
trust_check(const struct trust *t, const void *bytes, size_t size, struct trusted_head *ret,
	    struct err *e)
{
	struct arena *arena = arena_new();
	struct trusted_head h = { .witnesses = 0 };
	struct policy_verdict *v = arena_alloc(arena, sizeof(*v));
	struct note note;
	enum rc rc = note_parse(bytes, size, arena, &note, e);

	if (rc == RC_OK)
		rc = checkpoint_parse(note.text, note.text_size, &h.head, e);
	if (rc == RC_OK)
		rc = find_signer(t, &note, &h.head, &h.signed_by, e);
	if (rc == RC_OK && t->policy != NULL) {
		rc = policy_check(t->policy, &note, &h.head, v, e);
		h.witnesses = v->witness_count;
		h.witnessed = rc == RC_OK && t->policy->quorum != POLICY_NONE;
	}
	arena_free(arena);
	if (rc == RC_OK)
		*ret = h;
	return rc;
}
