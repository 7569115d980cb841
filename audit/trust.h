/* trust.h - what an auditor holds that did not come from the operator: verifier keys, a policy.
 *
 * Layer 6.
 */
#ifndef UTFALL_AUDIT_TRUST_H
#define UTFALL_AUDIT_TRUST_H

#include "key.h"
#include "note.h"
#include "policy.h"
#include "rc.h"

struct call;

struct trust {
	const struct verifier_key *keys;	/* in the call's arena; at least one */
	size_t key_count;
	const struct policy *policy;		/* NULL where no --policy was given */
};

/* --operator-key FILE, one verifier key a line, and --policy FILE. One of the two must be given;
 * the logs of a policy are trusted keys as well. */
MUST_CHECK enum rc trust_read(struct call *call, struct trust *ret, struct err *e);
/* Verifier keys of a file, one a line; '#' begins a comment. */
MUST_CHECK enum rc trust_read_keys(struct call *call, const char *path,
				   const struct verifier_key **ret, size_t *ret_count,
				   struct err *e);

/* A signed head under one of the keys, and whether the policy's witnesses cosigned it. */
struct trusted_head {
	struct checkpoint head;
	struct verifier_key signed_by;
	size_t witnesses;		/* that cosigned */
	bool witnessed;			/* a policy asks for witnesses, and its quorum is met */
};
/* RC_INTEGRITY where no key signed it; RC_NO where the policy's quorum is not met. */
MUST_CHECK enum rc trust_check(const struct trust *t, const void *bytes, size_t size,
			       struct trusted_head *ret, struct err *e);

#endif
