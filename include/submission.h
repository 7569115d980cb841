/* submission.h - who says it: one party's signature over any number of events.
 *
 * Layer 4. The signature covers count, root and names, never the events
 * themselves: they stay provable one by one, and after erasure. The file that
 * travels between organisations is the submission's bytes, then each event's
 * bytes, one a line, every line ending in one LF.
 */
#ifndef UTFALL_SUBMISSION_H
#define UTFALL_SUBMISSION_H

#include "hash.h"
#include "key.h"
#include "note.h"
#include "rc.h"

struct arena;
struct buf;

#define PARTY_TEXT 41	/* a party's id and NUL */
#define ULID_TEXT 27	/* 26 characters and NUL */

struct submission {
	uint64_t count;			/* events, at least 1 */
	char party[PARTY_TEXT];		/* the signing key's name ... */
	uint32_t key_id;		/* ... and id */
	char ledger[ORIGIN_MAX + 1];
	struct hash root;		/* RFC 6962 root over the event bytes in order */
	uint8_t signature[64];
	char id[ULID_TEXT];
	int64_t submitted_at;
};

/* Canonical bytes exactly, no LF. RC_REFUSED with the field, what was expected and found. */
MUST_CHECK enum rc submission_parse(const char *bytes, size_t size, struct submission *ret,
				    struct err *e);
void submission_format(const struct submission *s, struct buf *ret);
/* "utfall/submission/v1\n" and the canonical bytes without `signature`: what is signed. */
void submission_message(const struct submission *s, struct buf *ret);
/* Sets party, key_id and signature. RC_USAGE where the key's name is no party id. */
MUST_CHECK enum rc submission_sign(struct submission *s, const struct signing_key *key,
				   struct err *e);
MUST_CHECK bool submission_verify(const struct submission *s, const struct verifier_key *key);

/* ---- the file that travels ---- */

struct event_bytes {
	const char *bytes;
	size_t size;		/* without LF */
	struct hash digest;
};

struct submission_file {
	struct submission submission;
	const char *bytes;		/* the submission's own; borrowed from what was parsed */
	size_t size;
	struct event_bytes *events;	/* submission.count of them; in the arena */
};

/* Bounds, lines, count and root; no signature, no event is looked into. `count_max` is
 * LIMIT_FILE_EVENTS for what travels, LIMIT_STATEMENT_EVENTS for a statement. */
MUST_CHECK enum rc submission_file_parse(const char *bytes, size_t size, uint64_t count_max,
					 struct arena *arena, struct submission_file *ret,
					 struct err *e);
/* The same in two steps, for who works the digests out between them: they are left zero by the
 * first, and the second checks the root over them. */
MUST_CHECK enum rc submission_file_split(const char *bytes, size_t size, uint64_t count_max,
					 struct arena *arena, struct submission_file *ret,
					 struct err *e);
MUST_CHECK enum rc submission_file_check_root(const struct submission_file *file, struct err *e);

struct submission_args {
	const char *ledger;		/* origin */
	const char *id;			/* 26 characters */
	int64_t submitted_at;		/* UTC seconds */
	const struct signing_key *key;
	const struct event_bytes *events;	/* digests need not be set */
	size_t count;
};
/* Appends the whole file: root computed, signed, every line. */
MUST_CHECK enum rc submission_file_make(const struct submission_args *args, struct buf *ret,
					struct err *e);

#endif
