/* witness_server.c - requests become questions to proof/witness.c. */
#include "witness_server.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "clock.h"
#include "witness.h"
#include "witness_state.h"

#define ADD_CHECKPOINT "/add-checkpoint"

struct witness_server {
	struct witness_options options;
	pthread_mutex_t lock;	/* between reading the last head and storing the next */
	struct witness_state *state;
};

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
	if (witness_state_head(w->state, request.head.origin, r->arena, &last, &e) != RC_OK) {
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
			if (witness_state_cosign(w->state, &request,
						 (uint64_t)clock_now(w->options.clock), r->arena,
						 &ret->body, &e) != RC_OK)
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
	struct err e = { 0 };

	if (n < 76 || strcmp(path + n - 11, "/checkpoint") != 0 || path[n - 76] != '/' ||
	    !hash_parse(path + n - 75, 64, &name)) {
		say(ret, 404, "no such page");
		return;
	}
	ret->status = 200;
	ret->type = "text/plain; charset=utf-8";
	if (witness_state_show(w->state, name, r->arena, &ret->body, &e) != RC_OK)
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
	struct witness_state *state;
	struct witness_server *w;
	enum rc rc = witness_state_open(o->folder, o->key, &state, e);

	if (rc != RC_OK)
		return rc;
	w = mem_alloc(sizeof(*w));
	*w = (struct witness_server){ .options = *o, .state = state };
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
	witness_state_close(w->state);
	free(w);
}
