/* policy.c - C2SP tlog-policy: reading one, and holding a checkpoint against it. */
#include "policy.h"
#include "arena.h"
#include "text.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* ---- lines and words ---- */

enum { WORDS_MAX = POLICY_NAMES_MAX + 3 };

struct word {
	const char *text;
	size_t length;
};

struct reader {
	struct arena *arena;
	struct policy *policy;
	size_t line;
	bool has_quorum;
	size_t count;			/* words of this line */
	struct word words[WORDS_MAX];
	struct err *e;
};

static bool
is(struct word w, const char *text)
{
	return w.length == strlen(text) && memcmp(w.text, text, w.length) == 0;
}

/* A name as it may be shown: one that could steer a terminal is not. */
static const char *
shown(const struct reader *r, struct word w)
{
	if (!text_is_clean(w.text, w.length) || w.length > 100)
		return "(a name that cannot be shown)";
	return arena_string(r->arena, w.text, w.length);
}

static enum rc
split(struct reader *r, const char *line, size_t length)
{
	r->count = 0;
	for (size_t i = 0; i < length; ) {
		size_t from = i;

		while (i < length && line[i] != ' ' && line[i] != '\t')
			i++;
		if (i == from) {
			i++;
			continue;
		}
		if (r->count == 0 && line[from] == '#')
			return RC_OK;
		if (r->count == WORDS_MAX)
			return rc_fail(r->e, RC_REFUSED, "more than %d words", (int)WORDS_MAX);
		r->words[r->count++] = (struct word){ line + from, i - from };
	}
	return RC_OK;
}

/* ---- names ---- */

static size_t
find(const struct policy *p, struct word w)
{
	for (size_t i = 0; i < p->name_count; i++)
		if (is(w, p->names[i].name))
			return i;
	return POLICY_NONE;
}

/* The next free place for a name that is not used yet. */
static enum rc
define(struct reader *r, struct word name, enum policy_kind kind, struct policy_name **ret)
{
	struct policy *p = r->policy;

	if (is(name, "none"))
		return rc_fail(r->e, RC_REFUSED, "the name none has a meaning of its own; take another");
	if (find(p, name) != POLICY_NONE)
		return rc_fail(r->e, RC_REFUSED, "%s is defined twice", shown(r, name));
	if (p->name_count == POLICY_NAMES_MAX)
		return rc_fail(r->e, RC_REFUSED, "more than %d witnesses and groups", POLICY_NAMES_MAX);
	*ret = &p->names[p->name_count];
	**ret = (struct policy_name){
		.name = arena_string(r->arena, name.text, name.length),
		.kind = kind,
	};
	return RC_OK;
}

/* ---- one line of each kind ---- */

static const char *
url_of(const struct reader *r, size_t at)
{
	if (r->count <= at)
		return NULL;
	return arena_string(r->arena, r->words[at].text, r->words[at].length);
}

static enum rc
key_of(struct reader *r, struct word w, enum key_type type, struct verifier_key *ret)
{
	struct verifier_key k;
	enum rc rc = verifier_key_parse(w.text, w.length, &k, r->e);

	if (rc != RC_OK)
		return rc;
	if (k.type != type)
		return rc_fail(r->e, RC_REFUSED, "key %s: type %d, expected %d: %s", k.name, (int)k.type,
			       (int)type, type == KEY_ED25519 ? "a log signs with Ed25519"
							      : "a witness signs cosignatures");
	*ret = k;
	return RC_OK;
}

static bool
same_point(const struct verifier_key *a, const struct verifier_key *b)
{
	return memcmp(a->public_key, b->public_key, sizeof(a->public_key)) == 0;
}

static enum rc
log_line(struct reader *r)
{
	struct policy *p = r->policy;
	struct verifier_key k;
	enum rc rc;

	if (r->count < 2 || r->count > 3)
		return rc_fail(r->e, RC_REFUSED, "expected: log VKEY [URL]");
	rc = key_of(r, r->words[1], KEY_ED25519, &k);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < p->log_count; i++)
		if (same_point(&p->logs[i].key, &k))
			return rc_fail(r->e, RC_REFUSED, "key %s: its public key is listed twice",
				       k.name);
	if (p->log_count == POLICY_LOGS_MAX)
		return rc_fail(r->e, RC_REFUSED, "more than %d logs", POLICY_LOGS_MAX);
	p->logs[p->log_count++] = (struct policy_log){ .key = k, .url = url_of(r, 2) };
	return RC_OK;
}

static enum rc
witness_line(struct reader *r)
{
	struct policy *p = r->policy;
	struct policy_name *n;
	struct verifier_key k;
	enum rc rc;

	if (r->count < 3 || r->count > 4)
		return rc_fail(r->e, RC_REFUSED, "expected: witness NAME VKEY [URL]");
	rc = key_of(r, r->words[2], KEY_COSIGNATURE, &k);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < p->name_count; i++)
		if (p->names[i].kind == POLICY_WITNESS && same_point(&p->names[i].witness.key, &k))
			return rc_fail(r->e, RC_REFUSED, "key %s: its public key is listed twice",
				       k.name);
	rc = define(r, r->words[1], POLICY_WITNESS, &n);
	if (rc != RC_OK)
		return rc;
	n->witness.key = k;
	n->witness.url = url_of(r, 3);
	p->name_count++;
	return RC_OK;
}

static enum rc
threshold_of(struct reader *r, struct word w, size_t members, size_t *ret)
{
	int64_t k;

	if (is(w, "all")) {
		*ret = members;
		return RC_OK;
	}
	if (is(w, "any")) {
		*ret = 1;
		return RC_OK;
	}
	if (!integer_parse(w.text, w.length, &k) || k < 1 || (uint64_t)k > members)
		return rc_fail(r->e, RC_REFUSED, "%s: expected all, any or a number from 1 to %zu, its"
			       " members", shown(r, w), members);
	*ret = (size_t)k;
	return RC_OK;
}

static enum rc
member_of(struct reader *r, struct word w, size_t *ret)
{
	struct policy *p = r->policy;
	size_t i = find(p, w);

	if (i == POLICY_NONE)
		return rc_fail(r->e, RC_REFUSED, "%s is not defined on a line before", shown(r, w));
	if (p->names[i].taken)
		return rc_fail(r->e, RC_REFUSED, "%s is a member of a group already", shown(r, w));
	p->names[i].taken = true;
	*ret = i;
	return RC_OK;
}

static enum rc
group_line(struct reader *r)
{
	struct policy_name *n;
	enum rc rc;

	if (r->count < 4)
		return rc_fail(r->e, RC_REFUSED, "expected: group NAME all|any|K MEMBER...");
	rc = define(r, r->words[1], POLICY_GROUP, &n);
	if (rc != RC_OK)
		return rc;
	n->group.member_count = r->count - 3;
	n->group.members = arena_array(r->arena, n->group.member_count,
				       sizeof(*n->group.members));
	rc = threshold_of(r, r->words[2], n->group.member_count, &n->group.threshold);
	for (size_t i = 0; rc == RC_OK && i < n->group.member_count; i++)
		rc = member_of(r, r->words[3 + i], &n->group.members[i]);
	if (rc == RC_OK)
		r->policy->name_count++;
	return rc;
}

static enum rc
quorum_line(struct reader *r)
{
	size_t i;

	if (r->count != 2)
		return rc_fail(r->e, RC_REFUSED, "expected: quorum NAME, or quorum none");
	if (r->has_quorum)
		return rc_fail(r->e, RC_REFUSED, "a second quorum; expected one");
	i = find(r->policy, r->words[1]);
	if (i == POLICY_NONE && !is(r->words[1], "none"))
		return rc_fail(r->e, RC_REFUSED, "%s is not defined on a line before",
			       shown(r, r->words[1]));
	r->policy->quorum = i;
	r->has_quorum = true;
	return RC_OK;
}

/* ---- the whole ---- */

static enum rc
line(struct reader *r, const char *text, size_t length)
{
	static const struct {
		const char *word;
		enum rc (*read)(struct reader *r);
	} kinds[] = {
		{ "log", log_line },
		{ "witness", witness_line },
		{ "group", group_line },
		{ "quorum", quorum_line },
	};
	enum rc rc = split(r, text, length);

	if (rc != RC_OK || r->count == 0)
		return rc;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (is(r->words[0], kinds[i].word))
			return kinds[i].read(r);
	return rc_fail(r->e, RC_REFUSED, "%s: expected log, witness, group or quorum",
		       shown(r, r->words[0]));
}

static enum rc
check_bytes(const char *bytes, size_t size, struct err *e)
{
	if (size > POLICY_BYTES)
		return rc_fail(e, RC_REFUSED, "policy: %zu bytes, at most %u are allowed", size,
			       POLICY_BYTES);
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7F)
			return rc_fail(e, RC_REFUSED, "policy: control character 0x%02x at byte %zu; lines"
				       " end with LF alone", c, i);
	}
	if (size > 0 && bytes[size - 1] != '\n')
		return rc_fail(e, RC_REFUSED, "policy: the last line does not end with LF; it may have"
			       " been cut off");
	return RC_OK;
}

enum rc
policy_parse(const char *bytes, size_t size, struct arena *arena, struct policy *ret, struct err *e)
{
	struct policy p = { .quorum = POLICY_NONE };
	struct reader r = { .arena = arena, .policy = &p, .e = e };
	enum rc rc = check_bytes(bytes, size, e);

	if (rc != RC_OK)
		return rc;
	p.logs = arena_array(arena, POLICY_LOGS_MAX, sizeof(*p.logs));
	p.names = arena_array(arena, POLICY_NAMES_MAX, sizeof(*p.names));
	for (const char *at = bytes, *end = bytes + size; at < end; ) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));

		assert(lf != NULL);	/* the last byte is one */
		r.line++;
		rc = line(&r, at, (size_t)(lf - at));
		if (rc != RC_OK)
			return rc_where(e, "policy: line %zu", r.line);
		at = lf + 1;
	}
	if (!r.has_quorum)
		return rc_fail(e, RC_REFUSED, "policy: expected a line quorum NAME, or quorum none");
	*ret = p;
	return RC_OK;
}

/* ---- evaluating ---- */

static size_t
members_met(const struct policy_name *n, const bool met[POLICY_NAMES_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < n->group.member_count; i++)
		count += met[n->group.members[i]];
	return count;
}

static void
meet(const struct policy *p, const uint64_t times[POLICY_NAMES_MAX], bool ret[POLICY_NAMES_MAX])
{
	for (size_t i = 0; i < p->name_count; i++) {
		const struct policy_name *n = &p->names[i];

		ret[i] = n->kind == POLICY_WITNESS ? times[i] != 0
						   : members_met(n, ret) >= n->group.threshold;
	}
}

bool
policy_quorum_met(const struct policy *p, const uint64_t times[POLICY_NAMES_MAX])
{
	bool met[POLICY_NAMES_MAX];

	meet(p, times, met);
	return p->quorum == POLICY_NONE || met[p->quorum];
}

static enum rc
too_few(const struct policy *p, const uint64_t times[POLICY_NAMES_MAX], struct err *e)
{
	const struct policy_name *n = &p->names[p->quorum];
	bool clean = text_is_clean(n->name, strlen(n->name)), met[POLICY_NAMES_MAX];
	const char *name = clean ? n->name : "(a name that cannot be shown)";

	if (n->kind == POLICY_WITNESS)
		return rc_fail(e, RC_NO, "quorum: witness %s has not cosigned", name);
	meet(p, times, met);
	return rc_fail(e, RC_NO, "quorum: %zu of the %zu members of group %s have cosigned, expected"
		       " %zu", members_met(n, met), n->group.member_count, name, n->group.threshold);
}

/* The listed log that signed. */
static enum rc
find_log(const struct policy *p, const struct note *n, const struct checkpoint *c,
	 const struct policy_log **ret, struct err *e)
{
	const struct policy_log *log = NULL;

	for (size_t i = 0; i < p->log_count; i++) {
		enum rc rc = note_verify(n, &p->logs[i].key, NULL, e);

		if (rc == RC_OK && strcmp(p->logs[i].key.name, c->origin) == 0)
			log = &p->logs[i];
		if (rc != RC_OK && rc != RC_NOT_FOUND)
			return rc;
	}
	if (log == NULL && p->log_count > 0)
		return rc_fail(e, RC_INTEGRITY, "no log that the policy lists has signed this checkpoint"
			       " of %s", c->origin);
	*ret = log;
	return RC_OK;
}

enum rc
policy_check(const struct policy *p, const struct note *n, const struct checkpoint *c,
	     struct policy_verdict *ret, struct err *e)
{
	struct policy_verdict v = { .log = NULL };
	enum rc rc = find_log(p, n, c, &v.log, e);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < p->name_count; i++) {
		if (p->names[i].kind != POLICY_WITNESS)
			continue;
		rc = note_verify(n, &p->names[i].witness.key, &v.times[i], e);
		if (rc == RC_NOT_FOUND)
			continue;
		if (rc != RC_OK)
			return rc;
		v.witness_count++;
		if (v.oldest == 0 || v.times[i] < v.oldest)
			v.oldest = v.times[i];
	}
	*ret = v;
	return policy_quorum_met(p, v.times) ? RC_OK : too_few(p, v.times, e);
}
