/* note.h - C2SP signed notes, tlog checkpoints, cosignatures and tlog-proof files.
 *
 * Layer 2. Bytes in, bytes out. A note that is verified is verified over
 * exactly the bytes received.
 */
#ifndef UTFALL_NOTE_H
#define UTFALL_NOTE_H

#include "hash.h"
#include "key.h"
#include "merkle.h"
#include "rc.h"

struct buf;

struct note_signature {
	char name[KEY_NAME_MAX + 1];
	uint32_t id;
	size_t size;
	uint8_t bytes[72];	/* signatures longer than this are kept as size only */
};

struct note {		/* points into the bytes it was parsed from */
	const char *text;
	size_t text_size;	/* with its final LF, without the empty line */
	size_t signature_count;
	struct note_signature *signatures;	/* in the arena */
};

struct arena;
MUST_CHECK enum rc note_parse(const char *bytes, size_t size, struct arena *arena,
			      struct note *ret, struct err *e);
/* RC_OK if `key` signed; RC_NOT_FOUND if no line names it; RC_INTEGRITY if its line fails. For a
 * cosignature key `ret_time` gets its time stamp (may be NULL). */
MUST_CHECK enum rc note_verify(const struct note *n, const struct verifier_key *key,
			       uint64_t *ret_time, struct err *e);
/* Appends a signature line for `text` (which ends in LF). `time` only for cosignatures. */
MUST_CHECK enum rc note_sign_line(const void *text, size_t size, const struct signing_key *key,
				  uint64_t time, struct buf *ret, struct err *e);
void note_line_raw(const char *name, uint32_t id, const uint8_t *bytes, size_t size,
		   struct buf *ret);

#define ORIGIN_MAX 200
struct checkpoint {
	char origin[ORIGIN_MAX + 1];
	uint64_t size;
	struct hash root;
};
/* The three lines; extension lines are refused. */
MUST_CHECK enum rc checkpoint_parse(const char *text, size_t size, struct checkpoint *ret,
				    struct err *e);
void checkpoint_format(const struct checkpoint *c, struct buf *ret);
/* Text, empty line, one signature line a key. */
MUST_CHECK enum rc checkpoint_sign(const struct checkpoint *c,
				   const struct signing_key *const *keys, size_t key_count,
				   struct buf *ret, struct err *e);

/* Note, signature by `key`, checkpoint, and that its origin is the name of the key.
 * `ret_note` may be NULL. */
MUST_CHECK enum rc checkpoint_open(const char *bytes, size_t size, const struct verifier_key *key,
				   struct arena *arena, struct checkpoint *ret,
				   struct note *ret_note, struct err *e);

/* c2sp.org/tlog-proof@v1 */
struct tlog_proof {
	const uint8_t *extra;	/* NULL where there is none */
	size_t extra_size;
	uint64_t index;
	struct merkle_proof path;
	const char *checkpoint;	/* the note, verbatim */
	size_t checkpoint_size;
};
void tlog_proof_format(const struct tlog_proof *p, struct buf *ret);
MUST_CHECK enum rc tlog_proof_parse(const char *bytes, size_t size, struct arena *arena,
				    struct tlog_proof *ret, struct err *e);
/* checkpoint_open() of its checkpoint, and that `leaf` stands in that tree at its index. */
MUST_CHECK enum rc tlog_proof_check(const struct tlog_proof *p, struct hash leaf,
				    const struct verifier_key *key, struct arena *arena,
				    struct checkpoint *ret, struct note *ret_note, struct err *e);

#endif
