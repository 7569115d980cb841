/* event.h - what a party says: {"body":{...},"salt":"...","type":"..."} and its digest.
 *
 * Layer 4. Bytes are canonical JSON; what is hashed and stored is the bytes
 * received. The digest is SHA-256(0x00, bytes), which is also the leaf hash of
 * the submission's tree.
 */
#ifndef UTFALL_EVENT_H
#define UTFALL_EVENT_H

#include "event_type.h"
#include "hash.h"
#include "rc.h"

struct arena;
struct buf;
struct findings;
struct json;

#define SALT_BYTES 16
#define SALT_TEXT 23	/* 22 characters of base64url and NUL */

struct event {
	enum event_type type;
	struct hash digest;
	const char *salt;		/* 22 characters, NUL behind; in the arena */
	const struct json *body;	/* in the arena; has the shape its type asks for */
	struct hash contract;		/* what the body says, looked up once: zero, NULL where it */
	const char *participant, *site;	/* does not */
	struct hash natural;		/* of its natural key; zero: left for the state to find */
};

/* Canonical bytes of one event, without LF. Every error goes to `f` under `line` with the
 * pointer from the event's outer object; RC_REFUSED where there was one. `f` may be NULL: the
 * first error is then in `e` alone. */
MUST_CHECK enum rc event_parse(const char *bytes, size_t size, struct arena *arena, size_t line,
			       struct findings *f, struct event *ret, struct err *e);

/* The same without the digest, for who has it already: it is left zero. */
MUST_CHECK enum rc event_read(const char *bytes, size_t size, struct arena *arena, size_t line,
			      struct findings *f, struct event *ret, struct err *e);

/* Hash of the natural key as `sender` says it; zero where the type has none, or where only the
 * ledger before it tells: corrections, retractions, what names a spell. */
struct hash event_natural(const struct event *event, const char *sender);

/* Appends the canonical bytes, no LF. `salt` has 22 characters. */
void event_format(enum event_type type, const struct json *body, const char *salt,
		  struct buf *ret);

/* The type alone, read off the end of canonical bytes; false where there is none. */
MUST_CHECK bool event_peek_type(const char *bytes, size_t size, enum event_type *ret);

#endif
