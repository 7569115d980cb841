/* serve_server.c - the server itself: is it up, what does it count, its description, console. */
#include "serve_routes.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "embed.h"

#define CONSOLE_POLICY "default-src 'none'; script-src 'self'; style-src 'self'; " \
	"img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; " \
	"form-action 'none'"

static void
answer_text(struct http_response *ret, const char *type, const char *text)
{
	ret->status = 200;
	ret->type = type;
	buf_text(&ret->body, text);
	http_set(ret, "Cache-Control", "no-store");
	http_set(ret, "X-Content-Type-Options", "nosniff");
}

enum rc
serve_health(struct ask *a, struct http_response *ret, struct err *e)
{
	(void)a;
	(void)e;
	answer_text(ret, "text/plain; charset=utf-8", "ok\n");
	return RC_OK;
}

enum rc
serve_readiness(struct ask *a, struct http_response *ret, struct err *e)
{
	(void)e;
	if (serve_ready(a->s))
		answer_text(ret, "text/plain; charset=utf-8", "ok\n");
	else
		answer_problem(a, ret, 503, "the ledger is still being read");
	return RC_OK;
}

enum rc
serve_metrics(struct ask *a, struct http_response *ret, struct err *e)
{
	(void)e;
	answer_text(ret, "text/plain; version=0.0.4; charset=utf-8", "");
	stats_print(a->s, &ret->body);
	return RC_OK;
}

/* ---- files in the program ---- */

/* A strong ETag of the bytes: they change with the program alone. */
static void
answer_file(struct ask *a, const struct embed *file, const char *type, struct http_response *ret)
{
	char hex[HASH_HEX];
	const char *etag, *have = http_header(a->request, "If-None-Match");

	hash_format(hash_bytes(file->bytes, file->size), hex);
	etag = arena_printf(a->arena, "\"%.24s\"", hex);
	http_set(ret, "ETag", etag);
	http_set(ret, "Cache-Control", "public, no-cache");
	http_set(ret, "X-Content-Type-Options", "nosniff");
	if (etag_matches(have, etag)) {
		ret->status = 304;
		return;
	}
	ret->status = 200;
	ret->type = type;
	buf_add(&ret->body, file->bytes, file->size);
}

enum rc
serve_openapi(struct ask *a, struct http_response *ret, struct err *e)
{
	(void)e;
	answer_file(a, &embed_api[0], "application/json", ret);
	return RC_OK;
}

static const struct { const char *end, *type; } types[] = {
	{ ".html", "text/html; charset=utf-8" }, { ".js", "text/javascript; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" }, { ".json", "application/json" },
	{ ".svg", "image/svg+xml" }, { ".png", "image/png" }, { ".ico", "image/x-icon" },
	{ ".woff2", "font/woff2" }, { ".txt", "text/plain; charset=utf-8" },
	{ ".webmanifest", "application/manifest+json" }, { ".map", "application/json" },
};

static bool
ends(const char *text, size_t length, const char *end)
{
	return length >= strlen(end) && memcmp(text + length - strlen(end), end, strlen(end)) == 0;
}

static const char *
type_of(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (ends(name, length, types[i].end))
			return types[i].type;
	return "application/octet-stream";
}

static const struct embed *
find_file(const char *name, const char *more)
{
	for (size_t i = 0; i < embed_console_count; i++) {
		const char *have = embed_console[i].name;
		size_t length = strlen(name);

		if (strncmp(have, name, length) == 0 && strcmp(have + length, more) == 0)
			return &embed_console[i];
	}
	return NULL;
}

static bool
accepts_gzip(const struct ask *a)
{
	const char *text = http_header(a->request, "Accept-Encoding");

	return text != NULL && strstr(text, "gzip") != NULL && strstr(text, "gzip;q=0") == NULL;
}

/* Files may be there compressed ("app.js.gz"), plain, or both. */
enum rc
serve_console(struct ask *a, struct http_response *ret, struct err *e)
{
	const char *name = a->path.rest[0] == '\0' ? "index.html" : a->path.rest;
	const struct embed *file = accepts_gzip(a) ? find_file(name, ".gz") : NULL;

	if (file != NULL)
		http_set(ret, "Content-Encoding", "gzip");
	else
		file = find_file(name, "");
	if (file == NULL && a->path.rest[0] == '\0') {
		answer_text(ret, "text/plain; charset=utf-8", "utfall audit\n\nThis program was "
			    "built without its console (make console, with Node). The API is at "
			    "/v1/, its description at /openapi.json.\n");
		return RC_OK;
	}
	if (file == NULL)
		return not_found(e);
	http_set(ret, "Vary", "Accept-Encoding");
	http_set(ret, "Content-Security-Policy", CONSOLE_POLICY);
	http_set(ret, "Referrer-Policy", "no-referrer");
	http_set(ret, "Cross-Origin-Opener-Policy", "same-origin");
	http_set(ret, "Cross-Origin-Resource-Policy", "same-origin");
	http_set(ret, "Permissions-Policy", "camera=(), geolocation=(), microphone=()");
	answer_file(a, file, type_of(name, strlen(name)), ret);
	return RC_OK;
}
