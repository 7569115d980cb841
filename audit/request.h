/* request.h - what a request asks for: its path against a pattern, its query, what it accepts.
 *
 * Layer 6. Pure; bytes come from strangers. A path of ours never needs an escape:
 * one with any other byte than [A-Za-z0-9._/-] names nothing.
 */
#ifndef UTFALL_REQUEST_H
#define UTFALL_REQUEST_H

#include "hash.h"
#include "language.h"
#include "rc.h"

struct arena;

#define QUERY_BYTES_MAX 1000
#define QUERY_MAX 12

/* What the parts of a pattern in braces caught. */
struct path_parts {
	struct hash hash;		/* {hash}, or {contract}, {statement}, {digest} */
	uint64_t number;		/* {seq}, {line} */
	char name[41];			/* {party} */
	char pseudonym[27];		/* {participant} */
	char ulid[27];			/* {submission} */
	char rest[100];			/* {path}: to the end, slashes too */
};

/* `pattern` is as in the API's description: "/v1/contracts/{contract}/terms". */
MUST_CHECK bool path_match(const char *path, const char *pattern, struct path_parts *ret);

struct query {
	size_t count;
	struct { const char *name, *value; } items[QUERY_MAX];	/* decoded, in the arena */
};

/* `names` are those allowed, blanks between. RC_USAGE with what is wrong. */
MUST_CHECK enum rc query_parse(const char *text, const char *names, struct arena *arena,
			       struct query *ret, struct err *e);
const char *query_get(const struct query *q, const char *name);	/* or NULL */
/* RC_USAGE where it is there and is none; `*ret` is untouched where it is not there. */
MUST_CHECK enum rc query_number(const struct query *q, const char *name, uint64_t low,
				uint64_t high, uint64_t *ret, struct err *e);
MUST_CHECK enum rc query_hash(const struct query *q, const char *name, struct hash *ret,
			      struct err *e);

/* The beginning of a digest: what people copy. */
struct digest_part {
	size_t length;		/* digits, 8 to 64 */
	char hex[HASH_HEX];
	uint32_t first;		/* the first eight as a number */
};
MUST_CHECK enum rc query_digest(const struct query *q, const char *name, bool *ret_given,
				struct digest_part *ret, struct err *e);
bool digest_begins(struct hash digest, const struct digest_part *part);

enum media { MEDIA_JSON, MEDIA_CSV, MEDIA_NDJSON, MEDIA_TEXT, MEDIA_BYTES, MEDIA_TAR, MEDIA_MAX };
#define MEDIA_BIT(m) (1u << (m))
const char *media_type(enum media m);
/* The best of `offered` (MEDIA_BITs; among equals the first) by an Accept header; NULL or "":
 * the first. False where none is acceptable. */
MUST_CHECK bool media_choose(const char *accept, unsigned offered, enum media *ret);

/* The best of `offered` (LANGUAGE_BITs) by an Accept-Language header, where a range like "sv-SE" is
 * for "sv" too (lookup of RFC 4647); among equals the one named first. English where none fits. */
#define LANGUAGE_BIT(l) (1u << (l))
#define LANGUAGE_ALL (LANGUAGE_BIT(LANGUAGE_MAX) - 1)
enum language language_choose(const char *accept, unsigned offered);

/* Does an If-None-Match header hold this ETag (quotes included), or "*"? */
bool etag_matches(const char *header, const char *etag);

#endif
