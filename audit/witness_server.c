#include "witness_server.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "arena.h"
#include "clock.h"
#include "file.h"
#include "limits_utfall.h"
#include "note.h"
#include "witness.h"

#define ADD_CHECKPOINT "/add-checkpoint"

struct witness_server {
	struct witness_options options;
	pthread_mutex_t lock;	/* between reading the last head and storing the next */
	int folder_lock;
};

static char *
head_path(const struct witness_server *w, const char *hex, const char *file, struct arena *arena)
{
	return arena_printf(arena, "%s/%s%s", w->options.folder, hex, file);
}

/* The last head of `origin`, size 0 where none was ever cosigned. A file that our own key did
 * not sign is no state of ours: RC_INTEGRITY. */
static enum rc
read_head(const struct witness_server *w, const char *origin, struct arena *arena,
	  struct checkpoint *ret, struct err *e)
{
	char hex[HASH_HEX];
	struct buf bytes = { 0 };
	struct note note;
	const char *path;
	enum rc rc;

	hash_format(hash_bytes(origin, strlen(origin)), hex);
	path = head_path(w, hex, "/checkpoint", arena);
	*ret = (struct checkpoint){ .size = 0 };
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return RC_OK;
	rc = file_read(path, LIMIT_NOTE_BYTES, &bytes, e);
	if (rc == RC_OK)
		rc = note_parse(bytes.data, bytes.size, arena, &note, e);
	if (rc == RC_OK)
		rc = note_verify(&note, signing_key_verifier(w->options.key), NULL, e);
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

/* Signs, stores the head with the line, and only then hands the line out. */
static enum rc
store_head(const struct witness_server *w, const struct witness_request *r, struct arena *arena,
	   struct buf *ret_line, struct err *e)
{
	char hex[HASH_HEX];
	struct buf note = { 0 };
	enum rc rc;

	hash_format(hash_bytes(r->head.origin, strlen(r->head.origin)), hex);
	rc = note_sign_line(r->note.text, r->note.text_size, w->options.key,
			    (uint64_t)clock_now(w->options.clock), ret_line, e);
	if (rc == RC_OK)
		rc = file_folder(head_path(w, hex, "", arena), e);
	if (rc == RC_OK) {
		buf_add(&note, r->checkpoint, r->checkpoint_size);
		buf_add(&note, ret_line->data, ret_line->size);
		rc = file_write(head_path(w, hex, "/checkpoint", arena), note.data, note.size, 0644,
				e);
	}
	buf_free(&note);
	return rc;
}

static void
say(struct http_response *ret, unsigned status, const char *text)
{
	ret->status = status;
	ret->type = "text/plain; charset=utf-8";
	buf_clear(&ret->body);
	buf_printf(&ret->body, "%s\n", text);
}

static void
add_checkpoint(struct witness_server *w, const struct http_request *r, struct http_response *ret)
{
	struct witness_request request;
	struct checkpoint last;
	struct err e = { 0 };
	enum witness_answer answer;

	if (witness_request_parse(r->body, r->body_size, r->arena, &request, &e) != RC_OK) {
		say(ret, WITNESS_MALFORMED, e.text);
		return;
	}
	pthread_mutex_lock(&w->lock);
	if (read_head(w, request.head.origin, r->arena, &last, &e) != RC_OK) {
		say(ret, 500, "the witness cannot read its own state");
	} else {
		answer = witness_decide(&request, w->options.logs, w->options.log_count, &last, &e);
		say(ret, answer, e.text);
		if (answer == WITNESS_CONFLICT) {
			char size[24];

			snprintf(size, sizeof(size), "%" PRIu64, last.size);
			say(ret, answer, size);
			ret->type = "text/x.tlog.size";
		} else if (answer == WITNESS_COSIGNED) {
			buf_clear(&ret->body);
			if (store_head(w, &request, r->arena, &ret->body, &e) != RC_OK)
				say(ret, 500, "the witness cannot store the head");
		}
	}
	pthread_mutex_unlock(&w->lock);
}

/* GET <prefix>/<hex SHA-256 of the origin>/checkpoint */
static void
show_head(struct witness_server *w, const char *path, const struct http_request *r,
	  struct http_response *ret)
{
	size_t n = strlen(path);
	struct hash name;
	char hex[HASH_HEX];
	struct err e = { 0 };

	if (n < 76 || strcmp(path + n - 11, "/checkpoint") != 0 || path[n - 76] != '/' ||
	    !hash_parse(path + n - 75, 64, &name)) {
		say(ret, 404, "no such page");
		return;
	}
	hash_format(name, hex);
	ret->status = 200;
	ret->type = "text/plain; charset=utf-8";
	if (file_read(head_path(w, hex, "/checkpoint", r->arena), LIMIT_NOTE_BYTES, &ret->body,
		      &e) != RC_OK)
		say(ret, 404, "no head of that origin");
	http_set(ret, "Cache-Control", "no-store");
}

void
witness_server_handle(void *arg, const struct http_request *r, struct http_response *ret)
{
	struct witness_server *w = arg;
	size_t n = strlen(r->path), tail = strlen(ADD_CHECKPOINT);
	bool adds = n >= tail && strcmp(r->path + n - tail, ADD_CHECKPOINT) == 0;

	if (r->method == HTTP_POST && adds)
		add_checkpoint(w, r, ret);
	else if (r->method == HTTP_POST || r->method == HTTP_OTHER)
		say(ret, 405, "GET, HEAD, or POST of add-checkpoint");
	else if (adds)
		say(ret, 405, "add-checkpoint is POSTed");
	else
		show_head(w, r->path, r, ret);
}

enum rc
witness_server_open(const struct witness_options *o, struct witness_server **ret, struct err *e)
{
	struct witness_server *w;
	struct arena *arena = arena_new();
	const char *lock = arena_printf(arena, "%s/lock", o->folder);
	enum rc rc = file_folder(o->folder, e);
	int fd = -1;

	if (rc == RC_OK) {
		fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0)
			rc = rc_fail(e, RC_SYSTEM, "%s: %s", lock, strerror(errno));
		else if (flock(fd, LOCK_EX | LOCK_NB) != 0)
			rc = rc_fail(e, RC_CONFLICT, "%s: another witness uses this folder",
				     o->folder);
	}
	arena_free(arena);
	if (rc != RC_OK) {
		if (fd >= 0)
			close(fd);
		return rc;
	}
	w = mem_alloc(sizeof(*w));
	*w = (struct witness_server){ .options = *o, .folder_lock = fd };
	pthread_mutex_init(&w->lock, NULL);
	*ret = w;
	return RC_OK;
}

void
witness_server_close(struct witness_server *w)
{
	if (w == NULL)
		return;
	pthread_mutex_destroy(&w->lock);
	close(w->folder_lock);
	free(w);
}
