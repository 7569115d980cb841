/* http.h - a small HTTP server for programs that answer questions: bounded, patient with nobody.
 *
 * Layer 6. The only module that knows libmicrohttpd. Every bound is set before a
 * request is looked at: connections, one client's connections, header and body
 * size, time. A handler fills a response; it never sees a socket.
 */
#ifndef UTFALL_HTTP_H
#define UTFALL_HTTP_H

#include "buf.h"
#include "rc.h"

struct arena;
struct http_server;	/* opaque; belongs to whoever started it */

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OTHER };

struct http_request {
	enum http_method method;
	const char *path;		/* decoded by nobody: as it came, without the query */
	const char *query;		/* "" where there is none */
	const void *body;
	size_t body_size;
	struct arena *arena;		/* lives as long as the request */
	void *connection;		/* for http_header() */
};

/* The header's value or NULL; names are compared without case. */
const char *http_header(const struct http_request *r, const char *name);
/* The query's value of `name`, percent-decoded into the arena, or NULL. */
const char *http_query(const struct http_request *r, const char *name);

/* Hands out the next bytes of a long body: 0 at its end, negative on failure. */
typedef ptrdiff_t http_read_fn(void *arg, uint64_t position, char *ret, size_t size_max);

#define HTTP_HEADERS_MAX 24

struct http_response {
	unsigned status;
	const char *type;		/* Content-Type */
	struct buf body;		/* freed by the server */
	struct { const char *name, *value; } headers[HTTP_HEADERS_MAX];	/* in the arena */
	size_t header_count;
	http_read_fn *read;		/* instead of `body`; NULL for none */
	void (*read_free)(void *arg);
	void *read_arg;
};

void http_set(struct http_response *r, const char *name, const char *value);

/* Must set status and type. Called from several threads at once. */
typedef void http_handler(void *arg, const struct http_request *r, struct http_response *ret);
/* After the answer was handed over: for the access log. */
typedef void http_log(void *arg, const struct http_request *r, unsigned status, uint64_t bytes,
		      uint64_t microseconds);

struct http_options {
	const char *listen;		/* "127.0.0.1:8080", "[::1]:8080", "unix:PATH" */
	unsigned threads;
	unsigned connections_max, per_client_max;
	unsigned timeout_seconds;
	size_t body_max;		/* of a request; 0: none is taken */
	const char *certificate, *certificate_key;	/* PEM, both or neither */
	http_handler *handler;
	http_log *log;			/* or NULL */
	void *arg;
};

/* RC_USAGE for an address that cannot be read, RC_SYSTEM where the port is taken. */
MUST_CHECK enum rc http_start(const struct http_options *o, struct http_server **ret,
			      struct err *e);
unsigned http_port(const struct http_server *s);	/* the real one where 0 was asked; 0 for unix */
void http_stop(struct http_server *s);			/* NULL is allowed; ends open requests first */

#endif
