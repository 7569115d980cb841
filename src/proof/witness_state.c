/* witness_state.c - the last head of each log, on disk: written aside, synced, renamed. */
#include "witness_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "file.h"
#include "limits_utfall.h"

struct witness_state {
	char *folder;
	const struct signing_key *key;
	int lock;
};

static char *
head_path(const struct witness_state *s, struct hash origin, const char *file, struct arena *arena)
{
	char hex[HASH_HEX];

	hash_format(origin, hex);
	return arena_printf(arena, "%s/%s%s", s->folder, hex, file);
}

enum rc
witness_state_head(const struct witness_state *s, const char *origin, struct arena *arena,
		   struct checkpoint *ret, struct err *e)
{
	const char *path = head_path(s, hash_bytes(origin, strlen(origin)), "/checkpoint", arena);
	struct buf bytes = { 0 };
	struct note note;
	enum rc rc;

	*ret = (struct checkpoint){ .size = 0 };
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return RC_OK;
	rc = file_read(path, LIMIT_NOTE_BYTES, &bytes, e);
	if (rc == RC_OK)
		rc = note_parse(bytes.data, bytes.size, arena, &note, e);
	if (rc == RC_OK)
		rc = note_verify(&note, signing_key_verifier(s->key), NULL, e);
	if (rc == RC_OK)
		rc = checkpoint_parse(note.text, note.text_size, ret, e);
	if (rc == RC_OK && strcmp(ret->origin, origin) != 0)
		rc = rc_fail(e, RC_INTEGRITY, "found the head of '%s'", ret->origin);
	buf_free(&bytes);
	if (rc == RC_OK)
		return RC_OK;
	(void)!rc_where(e, "%s", path);
	return e->rc = RC_INTEGRITY;
}

enum rc
witness_state_show(const struct witness_state *s, struct hash origin, struct arena *arena,
		   struct buf *ret, struct err *e)
{
	return file_read(head_path(s, origin, "/checkpoint", arena), LIMIT_NOTE_BYTES, ret, e);
}

enum rc
witness_state_cosign(const struct witness_state *s, const struct witness_request *r, uint64_t time,
		     struct arena *arena, struct buf *ret_line, struct err *e)
{
	struct hash origin = hash_bytes(r->head.origin, strlen(r->head.origin));
	struct buf note = { 0 }, line = { 0 };
	enum rc rc = note_sign_line(r->note.text, r->note.text_size, s->key, time, &line, e);

	if (rc == RC_OK)
		rc = file_folder(head_path(s, origin, "", arena), e);
	if (rc == RC_OK) {
		buf_add(&note, r->checkpoint, r->checkpoint_size);
		buf_add(&note, line.data, line.size);
		rc = file_write(head_path(s, origin, "/checkpoint", arena), note.data, note.size, 0644,
				e);
	}
	if (rc == RC_OK)
		buf_add(ret_line, line.data, line.size);
	buf_free(&note);
	buf_free(&line);
	return rc;
}

enum rc
witness_state_open(const char *folder, const struct signing_key *key, struct witness_state **ret,
		   struct err *e)
{
	struct arena *arena = arena_new();
	const char *lock = arena_printf(arena, "%s/lock", folder);
	enum rc rc = file_folder(folder, e);
	int fd = -1;

	if (rc == RC_OK) {
		fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0)
			rc = rc_fail(e, RC_SYSTEM, "%s: %s", lock, strerror(errno));
		else if (flock(fd, LOCK_EX | LOCK_NB) != 0)
			rc = rc_fail(e, RC_CONFLICT, "%s: another witness uses this folder",
				     folder);
	}
	arena_free(arena);
	if (rc != RC_OK) {
		if (fd >= 0)
			close(fd);
		return rc;
	}
	*ret = mem_alloc(sizeof(**ret));
	**ret = (struct witness_state){ .key = key, .lock = fd };
	(*ret)->folder = mem_alloc(strlen(folder) + 1);
	memcpy((*ret)->folder, folder, strlen(folder) + 1);
	return RC_OK;
}

void
witness_state_close(struct witness_state *s)
{
	if (s == NULL)
		return;
	close(s->lock);
	free(s->folder);
	free(s);
}
