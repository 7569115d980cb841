/* policy.h - which logs an auditor trusts, which witnesses must have cosigned (C2SP tlog-policy).
 *
 * Layer 2. A text of lines: log VKEY [URL], witness NAME VKEY [URL],
 * group NAME all|any|K NAME..., one quorum NAME or quorum none; # begins a comment.
 */
#ifndef UTFALL_POLICY_H
#define UTFALL_POLICY_H

#include "key.h"
#include "note.h"
#include "rc.h"

struct arena;

#define POLICY_BYTES (1u << 16)
#define POLICY_LOGS_MAX 64
#define POLICY_NAMES_MAX 128	/* witnesses and groups together */
#define POLICY_NONE SIZE_MAX

struct policy_log {
	struct verifier_key key;	/* its name is the log's origin */
	const char *url;		/* NULL where none was given */
};

enum policy_kind { POLICY_WITNESS, POLICY_GROUP };

struct policy_name {
	const char *name;		/* bytes without space; not always UTF-8 */
	enum policy_kind kind;
	bool taken;			/* stands in a group */
	union {
		struct {
			struct verifier_key key;
			const char *url;
		} witness;
		struct {
			size_t threshold, member_count;
			size_t *members;	/* of names[], each before the group itself */
		} group;
	};
};

struct policy {
	size_t log_count, name_count;
	struct policy_log *logs;
	struct policy_name *names;	/* in the order of their lines */
	size_t quorum;			/* of names[]; POLICY_NONE asks for no witness */
};

/* RC_REFUSED with the line. Everything lives in `arena`. */
MUST_CHECK enum rc policy_parse(const char *bytes, size_t size, struct arena *arena,
				struct policy *ret, struct err *e);

struct policy_verdict {
	const struct policy_log *log;	/* that signed; NULL where the policy lists none */
	size_t witness_count;		/* that cosigned, needed or not */
	uint64_t times[POLICY_NAMES_MAX];	/* of names[]: when it cosigned, 0 where it did not */
	uint64_t oldest;		/* earliest time among those that cosigned; 0 without any */
};

/* RC_OK: signed by a listed log (where any is listed) whose name is the origin, and cosigned as
 * the quorum asks. RC_NO: too few cosigned (`ret` says who did). RC_INTEGRITY: no listed log
 * signed, another origin, or the signature of a listed key does not verify. */
MUST_CHECK enum rc policy_check(const struct policy *p, const struct note *n,
				const struct checkpoint *c, struct policy_verdict *ret,
				struct err *e);

/* Is the quorum met where those of names[] with a time have cosigned? */
bool policy_quorum_met(const struct policy *p, const uint64_t times[POLICY_NAMES_MAX]);

#endif
