/* serve_answer.c - from a request to an answer: method, route, token, media type, head, body. */
#include "serve.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "clock.h"

/* ---- problems ---- */

static const struct {
	unsigned status;
	const char *name, *title;
} problems[] = {
	{ 400, "bad-request", "The request breaks a rule" },
	{ 401, "unauthorized", "A token is needed" },
	{ 404, "not-found", "Not found" },
	{ 405, "method-not-allowed", "Only GET and HEAD" },
	{ 406, "not-acceptable", "No such media type" },
	{ 429, "too-many-requests", "Too many requests" },
	{ 500, "internal", "The server failed" },
	{ 503, "unavailable", "Not now" },
};

void
answer_problem(struct ask *a, struct http_response *ret, unsigned status, const char *detail)
{
	struct json o = json_object();
	size_t i = 0;

	while (problems[i].status != status)
		i++;
	json_set(a->arena, &o, "detail", json_string(detail));
	json_set(a->arena, &o, "status", json_integer(status));
	json_set(a->arena, &o, "title", json_string(problems[i].title));
	json_set(a->arena, &o, "type", json_string(
		arena_printf(a->arena, "urn:utfall:problem:%s", problems[i].name)));
	buf_free(&ret->body);
	json_write(&o, &ret->body);
	buf_byte(&ret->body, '\n');
	ret->status = status;
	ret->type = "application/problem+json";
	ret->tag = ask_tag(a);
	ret->header_count = 0;
	http_set(ret, "Cache-Control", "no-store");
	http_set(ret, "X-Content-Type-Options", "nosniff");
	if (a->size > 0)
		http_set(ret, "Utfall-Head", arena_string(a->arena, a->head_text, strlen(a->head_text)));
	if (status == 401)
		http_set(ret, "WWW-Authenticate", "Bearer");
	if (status == 405)
		http_set(ret, "Allow", "GET, HEAD");
	if (status == 429 || status == 503)
		http_set(ret, "Retry-After", "1");
}

/* The reason of a failure; what is wrong within is for the operator's eyes, not for the asker's. */
static void
answer_failure(struct ask *a, struct http_response *ret, const struct err *e)
{
	if (ret->read_free != NULL)
		ret->read_free(ret->read_arg);
	ret->read = NULL;
	ret->read_free = NULL;
	switch (e->rc) {
	case RC_USAGE:
	case RC_REFUSED:
		answer_problem(a, ret, 400, e->text);
		return;
	case RC_NOT_FOUND:
	case RC_NO:
		answer_problem(a, ret, 404, e->text);
		return;
	case RC_CONFLICT:
		answer_problem(a, ret, 503, e->text);
		return;
	case RC_OK:
	case RC_RANGE:
	case RC_INTEGRITY:
	case RC_SYSTEM:
	case RC_MAX:
		break;
	}
	fprintf(stderr, "utfall-audit: %s: %s\n", a->route == NULL ? "" : a->route->pattern, e->text);
	answer_problem(a, ret, 500, "the answer could not be computed; the operator's log says why");
}

/* ---- headers ---- */

static const char *
cache_control(const struct ask *a)
{
	switch (a->route->life) {
	case LIFE_NONE:
		return "no-store";
	case LIFE_HEAD:
		return a->as == AS_PUBLIC ? "public, no-cache" : "private, no-cache";
	case LIFE_SHORT:
		return "public, max-age=300";
	case LIFE_FOREVER:
		break;
	}
	return "public, max-age=604800, immutable";
}

void
answer_headers(struct ask *a, struct http_response *ret)
{
	http_set(ret, "Cache-Control", cache_control(a));
	http_set(ret, "X-Content-Type-Options", "nosniff");
	if (a->route->life == LIFE_HEAD || a->route->life == LIFE_FOREVER ||
	    strncmp(a->route->pattern, "/v1/", 4) == 0)
		http_set(ret, "Utfall-Head", arena_string(a->arena, a->head_text, strlen(a->head_text)));
	if (a->route->life != LIFE_NONE)
		http_set(ret, "ETag", ask_etag(a));
	if (a->route->life == LIFE_HEAD)
		http_set(ret, "Vary", a->route->languages == 0 ? "Accept, Authorization"
			 : "Accept, Accept-Language, Authorization");
	if (a->route->life == LIFE_FOREVER || strcmp(a->route->pattern, "/checkpoint") == 0)
		http_set(ret, "Access-Control-Allow-Origin", "*");
	if (a->media == MEDIA_TEXT && a->route->text != NULL)
		http_set(ret, "Content-Language", language_code(a->language));
}

/* What the caller has still holds. `etag` NULL: it is not known yet. */
static bool
answer_same(struct ask *a, const char *etag, struct http_response *ret)
{
	const char *have = http_header(a->request, "If-None-Match");

	if (have == NULL || a->route->life == LIFE_NONE)
		return false;
	a->arena = http_arena(a->request);
	if (!etag_matches(have, etag != NULL ? etag : ask_etag(a)))
		return false;
	ret->status = 304;
	answer_headers(a, ret);
	return true;
}

/* ---- bodies ---- */

static enum rc
answer_body(struct ask *a, struct http_response *ret, struct err *e)
{
	const struct route *r = a->route;
	struct json o = json_object();
	enum rc rc;

	ret->status = 200;
	ret->type = a->media == MEDIA_TEXT ? "text/plain; charset=utf-8"
		  : a->media == MEDIA_CSV ? "text/csv; charset=utf-8; header=present"
		  : media_type(a->media);
	if (r->reply != NULL)
		return r->reply(a, ret, e);
	if (r->list != NULL)
		return answer_list(a, ret, e);
	if (a->media == MEDIA_TEXT && r->text != NULL)
		return r->text(a, &ret->body, e);
	if (r->raw != NULL)
		return r->raw(a, &ret->body, e);
	rc = r->one(a, &o, e);
	if (rc == RC_OK) {
		json_write(&o, &ret->body);
		buf_byte(&ret->body, '\n');
	}
	return rc;
}

/* A whole body that others will ask for too is kept. */
static void
keep(struct ask *a, struct http_response *ret)
{
	if (ret->read != NULL || a->route->life == LIFE_NONE || ret->status != 200)
		return;
	ret->kept = http_keep(ret);
	if (ret->kept != NULL)
		replies_put(a, ret->kept);
}

/* ---- the steps ---- */

static bool
needs_token(const struct ask *a)
{
	return a->route->thing != THING_PUBLIC ||
	       (a->route->knows && http_header(a->request, "Authorization") != NULL);
}

static void
begin(struct ask *a, struct serve *s, const struct http_request *r)
{
	memset(a, 0, offsetof(struct ask, key));
	a->s = s;
	a->request = r;
	a->arena = r->arena;
}

static bool
negotiate(struct ask *a)
{
	if (a->route->languages != 0)
		a->language = language_choose(http_header(a->request, "Accept-Language"),
					      a->route->languages);
	return media_choose(http_header(a->request, "Accept"), a->route->media, &a->media);
}

/* Route, token and media type; the view is held. False: `ret` is the answer. */
static bool
ask_prepare(struct ask *a, struct http_response *ret)
{
	struct err e = { 0 };

	if (needs_token(a) && ask_authenticate(a, &e) != RC_OK) {
		answer_problem(a, ret, 401, e.text);
		return false;
	}
	if (!negotiate(a)) {
		answer_problem(a, ret, 406, "expected an Accept header that allows a media type of "
			       "this path; /openapi.json lists them");
		return false;
	}
	if (query_parse(a->request->query, a->route->query == NULL ? "" : a->route->query, a->arena,
			&a->query, &e) != RC_OK) {
		answer_problem(a, ret, 400, e.text);
		return false;
	}
	ask_key(a);
	return true;
}

static void
answer_here(struct ask *a, struct http_response *ret)
{
	struct err e = { 0 };

	if (ask_open(a, a->route->deep, &e) != RC_OK) {
		answer_failure(a, ret, &e);
		return;
	}
	if (ask_prepare(a, ret)) {
		if (answer_body(a, ret, &e) != RC_OK) {
			answer_failure(a, ret, &e);
		} else if (ret->status == 200 && answer_same(a, NULL, ret)) {
			if (ret->read_free != NULL)
				ret->read_free(ret->read_arg);
			ret->read_free = NULL;
			ret->read = NULL;
			buf_free(&ret->body);
			ret->type = NULL;
		} else if (ret->status == 200) {
			answer_headers(a, ret);
			keep(a, ret);
		}
	}
	ask_close(a);
}

/* Asked once more when the forecast has ended; meanwhile it holds neither view nor handle. Where
 * one worker answers all, it waits only a little. */
static void
answer_later(struct ask *a, struct http_response *ret)
{
	struct serve *s = a->s;
	const struct route *route = a->route;
	struct path_parts path = a->path;

	forecasts_wait(s->forecasts, s->options.handles <= 2);
	buf_free(&ret->body);
	memset(ret, 0, sizeof(*ret));
	begin(a, s, a->request);
	a->route = route;
	a->path = path;
	answer_here(a, ret);
}

void
serve_handle(void *arg, const struct http_request *r, struct http_response *ret)
{
	struct ask a;

	begin(&a, arg, r);
	if (r->method != HTTP_GET && r->method != HTTP_HEAD) {
		answer_problem(&a, ret, 405, "this server only answers GET and HEAD");
		return;
	}
	a.route = route_find(r->path, &a.path);
	if (a.route == NULL) {
		struct err e = { 0 };

		if (not_found(&e) != RC_OK)
			answer_problem(&a, ret, 404, e.text);
		return;
	}
	if (a.route->server) {	/* says nothing of the ledger */
		struct err e = { 0 };

		if (!media_choose(http_header(r, "Accept"), a.route->media, &a.media))
			answer_problem(&a, ret, 406, "expected an Accept header that allows this "
				       "path's media type");
		else if (a.route->reply(&a, ret, &e) != RC_OK)
			answer_failure(&a, ret, &e);
	} else {
		answer_here(&a, ret);
		if (a.waits)
			answer_later(&a, ret);
	}
	ret->tag = ask_tag(&a);
}

/* What needs no more than a look at what was kept: no lock but those of the caches. */
static bool
answer_kept(struct ask *a, struct http_response *ret)
{
	char etag[ETAG_TEXT];

	a->size = atomic_load(&a->s->view_size);
	if (needs_token(a) && !ask_known(a))
		return false;
	if (!negotiate(a))
		return false;
	ask_key(a);
	ret->kept = replies_find(a, etag);
	if (ret->kept == NULL)
		return a->route->quick != NULL && a->route->quick(a, ret);
	if (http_header(a->request, "If-None-Match") != NULL) {
		ask_peek(a);	/* the head's root, for the header */
		ask_peeked(a);
		if (answer_same(a, etag, ret)) {
			http_kept_release(ret->kept);
			ret->kept = NULL;
			return true;
		}
	}
	ret->status = 200;
	return true;
}

bool
serve_quick(void *arg, const struct http_request *r, struct http_response *ret)
{
	struct serve *s = arg;
	struct ask a;

	begin(&a, s, r);
	if (s->options.rate != 0 &&
	    !limiter_take(s->limiter, r->client, s->options.rate, clock_elapsed())) {
		a.arena = http_arena(r);
		answer_problem(&a, ret, 429, "this client asks too often; wait a second");
		return true;
	}
	if (!serve_ready(s) || serve_moved(s))
		return false;
	a.route = route_find(r->path, &a.path);
	if (a.route == NULL || a.route->server || a.route->life == LIFE_NONE ||
	    !answer_kept(&a, ret))
		return false;
	ret->tag = ask_tag(&a);
	return true;
}

/* ---- helpers of answers ---- */

struct json
json_hash(struct ask *a, struct hash h)
{
	char *hex = arena_alloc(a->arena, HASH_HEX);

	hash_format(h, hex);
	return json_string(hex);
}

struct json
json_instant(struct ask *a, int64_t seconds)
{
	char *text = arena_alloc(a->arena, INSTANT_TEXT);

	instant_format(seconds, text);
	return json_string(text);
}

struct json
json_date(struct ask *a, struct date d)
{
	char *text = arena_alloc(a->arena, DATE_TEXT);

	date_format(d, text);
	return json_string(text);
}

void
set_text(struct ask *a, struct json *o, const char *key, const char *text)
{
	if (text != NULL && text[0] != '\0')
		json_set(a->arena, o, key, json_string(text));
}

void
set_count(struct ask *a, struct json *o, const char *key, uint64_t n)
{
	json_set(a->arena, o, key, json_integer((int64_t)n));
}

void
copy_member(struct ask *a, struct json *o, const struct json *from, const char *key)
{
	const struct json *value = json_get(from, key);

	if (value != NULL)
		json_set(a->arena, o, key, json_copy(a->arena, value));
}
