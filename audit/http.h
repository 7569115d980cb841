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
struct exchange;
struct http_kept;	/* a whole answer, made once and sent many times; counted */
struct http_server;	/* opaque; belongs to whoever started it */

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OTHER };

struct http_request {
	enum http_method method;
	const char *path;		/* decoded by nobody: as it came, without the query */
	const char *query;		/* as it came; "" where there is none */
	const void *body;
	size_t body_size;
	uint64_t client;		/* who asks: an IPv4 address, an IPv6 /64; 0 for a unix socket */
	struct arena *arena;		/* lives as long as the request; NULL in a quick answer */
	struct exchange *exchange;	/* for the functions below */
};

struct arena *http_arena(const struct http_request *r);	/* made now where there is none yet */

/* The header's value or NULL; names are compared without case. */
const char *http_header(const struct http_request *r, const char *name);

/* Hands out the next bytes of a long body: 0 at its end, negative on failure. */
typedef ptrdiff_t http_read_fn(void *arg, uint64_t position, char *ret, size_t size_max);
/* What one of those returns that makes its body block by block: what is left of this block, of
 * which `*sent` bytes were handed out. */
ptrdiff_t http_hand_out(const struct buf *block, size_t *sent, char *ret, size_t size_max);

#define HTTP_HEADERS_MAX 24

struct http_response {
	unsigned status;
	const char *type;		/* Content-Type; NULL: none */
	struct buf body;		/* freed by the server */
	struct { const char *name, *value; } headers[HTTP_HEADERS_MAX];	/* in the arena */
	size_t header_count;
	http_read_fn *read;		/* instead of `body`; NULL for none */
	void (*read_free)(void *arg);
	void *read_arg;
	struct http_kept *kept;		/* instead of all but status; one reference goes along */
	unsigned tag;			/* for the log: whatever the handler likes */
};

void http_set(struct http_response *r, const char *name, const char *value);

/* Takes the body of `r`. NULL where the machine has no memory for it. */
struct http_kept *http_keep(struct http_response *r);
struct http_kept *http_kept_take(struct http_kept *k);		/* one reference more */
void http_kept_release(struct http_kept *k);			/* NULL is allowed */
size_t http_kept_size(const struct http_kept *k);

/* Must set status and type. Called from several threads at once. */
typedef void http_handler(void *arg, const struct http_request *r, struct http_response *ret);
/* As a handler, for what can be answered at once; false leaves it to the handler. */
typedef bool http_quick(void *arg, const struct http_request *r, struct http_response *ret);

struct http_done {
	enum http_method method;
	unsigned status, tag;
	uint64_t bytes, microseconds;
};
/* After the last byte was handed over: for the access log. */
typedef void http_log(void *arg, const struct http_done *d);

struct http_options {
	const char *listen;		/* "127.0.0.1:8080", "[::1]:8080", "unix:PATH" */
	unsigned threads;		/* that read requests and send answers */
	unsigned workers;		/* that run the handler; 0: the threads do */
	unsigned connections_max, per_client_max;
	unsigned timeout_seconds;	/* for a request to be whole, and between two of them */
	unsigned send_seconds;		/* for an answer to be taken; 0: as long as some bytes go */
	size_t body_max;		/* of a request; 0: only GET and HEAD have one, and it is not read */
	const char *certificate, *certificate_key;	/* PEM, both or neither */
	http_quick *quick;		/* or NULL */
	http_handler *handler;
	http_log *log;			/* or NULL */
	void *arg;
};

/* RC_USAGE for an address that cannot be read, RC_SYSTEM where the port is taken. */
MUST_CHECK enum rc http_start(const struct http_options *o, struct http_server **ret,
			      struct err *e);
unsigned http_port(const struct http_server *s);	/* the real one where 0 was asked; 0 for unix */
unsigned http_connections(const struct http_server *s);
void http_stop(struct http_server *s);			/* NULL is allowed; ends open requests first */

#endif
