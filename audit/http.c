#include "http.h"

#ifdef HAVE_MICROHTTPD

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <microhttpd.h>

#include "arena.h"
#include "clock.h"

#define CONNECTION_MEMORY (32u << 10)	/* request line and headers of one connection */
#define BACKLOG 256

struct http_server {
	struct MHD_Daemon *daemon;
	struct http_options options;
	char *path;		/* of a unix socket, removed at the end */
	unsigned port;
};

struct exchange {		/* one request on its way */
	struct http_server *server;
	struct arena *arena;
	struct http_request request;
	struct buf body;
	unsigned status;
	uint64_t bytes, started;
	bool too_large;
};

const char *
http_header(const struct http_request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

const char *
http_query(const struct http_request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, name);
}

void
http_set(struct http_response *r, const char *name, const char *value)
{
	if (r->header_count == HTTP_HEADERS_MAX)
		abort();	/* a handler of ours sets too many */
	r->headers[r->header_count].name = name;
	r->headers[r->header_count++].value = value;
}

static enum http_method
method_of(const char *name)
{
	if (strcmp(name, "GET") == 0)
		return HTTP_GET;
	if (strcmp(name, "HEAD") == 0)
		return HTTP_HEAD;
	return strcmp(name, "POST") == 0 ? HTTP_POST : HTTP_OTHER;
}

/* ---- answering ---- */

struct stream {
	http_read_fn *read;
	void (*free)(void *arg);
	void *arg;
};

static ssize_t
stream_read(void *cls, uint64_t position, char *ret, size_t max)
{
	struct stream *s = cls;
	ptrdiff_t n = s->read(s->arg, position, ret, max);

	if (n == 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	return n < 0 ? MHD_CONTENT_READER_END_WITH_ERROR : n;
}

static void
stream_free(void *cls)
{
	struct stream *s = cls;

	s->free(s->arg);
	free(s);
}

static struct MHD_Response *
make_response(struct http_response *r)
{
	struct MHD_Response *m;

	if (r->read != NULL) {
		struct stream *s = mem_alloc(sizeof(*s));

		*s = (struct stream){ r->read, r->read_free, r->read_arg };
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 64 << 10, stream_read,
							 s, stream_free);
	}
	m = MHD_create_response_from_buffer(r->body.size, r->body.data, MHD_RESPMEM_MUST_FREE);
	if (m != NULL)
		r->body = (struct buf){ 0 };
	return m;
}

static enum MHD_Result
answer(struct exchange *x, struct MHD_Connection *connection)
{
	struct http_response r = { 0 };
	struct MHD_Response *m;
	enum MHD_Result ok;

	x->server->options.handler(x->server->options.arg, &x->request, &r);
	x->status = r.status;
	x->bytes = r.body.size;
	m = make_response(&r);
	buf_free(&r.body);
	if (m == NULL)
		return MHD_NO;
	MHD_add_response_header(m, MHD_HTTP_HEADER_CONTENT_TYPE, r.type);
	for (size_t i = 0; i < r.header_count; i++)
		MHD_add_response_header(m, r.headers[i].name, r.headers[i].value);
	ok = MHD_queue_response(connection, r.status, m);
	MHD_destroy_response(m);
	return ok;
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
	   const char *version, const char *upload, size_t *upload_size, void **state)
{
	struct http_server *s = cls;
	struct exchange *x = *state;

	(void)version;
	if (x == NULL)
		return MHD_NO;
	if (x->request.connection == NULL) {	/* headers are in; the body follows */
		x->server = s;
		x->request.connection = connection;
		x->request.method = method_of(method);
		x->request.path = arena_string(x->arena, url, strlen(url));
		x->request.arena = x->arena;
		return MHD_YES;
	}
	if (*upload_size > 0) {
		if (x->body.size + *upload_size > s->options.body_max)
			x->too_large = true;
		else
			buf_add(&x->body, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	if (x->too_large)
		return MHD_NO;
	x->request.body = x->body.data;
	x->request.body_size = x->body.size;
	return answer(x, connection);
}

/* The first sight of a request: its line as it came, before anything is decoded. */
static void *
on_line(void *cls, const char *line, struct MHD_Connection *connection)
{
	struct exchange *x = mem_alloc(sizeof(*x));
	const char *mark = strchr(line, '?');

	(void)cls;
	(void)connection;
	*x = (struct exchange){ .arena = arena_new(), .started = clock_elapsed() };
	x->request.query = arena_string(x->arena, mark ? mark + 1 : "", mark ? strlen(mark + 1) : 0);
	return x;
}

static void
on_end(void *cls, struct MHD_Connection *connection, void **state,
       enum MHD_RequestTerminationCode why)
{
	struct http_server *s = cls;
	struct exchange *x = *state;

	(void)connection;
	(void)why;
	if (x == NULL)
		return;
	if (s->options.log != NULL && x->status != 0)
		s->options.log(s->options.arg, &x->request, x->status, x->bytes,
			       clock_elapsed() - x->started);
	buf_free(&x->body);
	arena_free(x->arena);
	free(x);
	*state = NULL;
}

/* ---- listening ---- */

static enum rc
listen_unix(struct http_server *s, const char *path, int *ret, struct err *e)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct stat st;
	int fd;

	if (strlen(path) >= sizeof(a.sun_path))
		return rc_fail(e, RC_USAGE, "%s: a socket's path has at most %zu bytes", path,
			       sizeof(a.sun_path) - 1);
	memcpy(a.sun_path, path, strlen(path) + 1);
	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(path);		/* left behind by an earlier run */
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0)
		return rc_fail(e, RC_SYSTEM, "no socket: %s", strerror(errno));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 || listen(fd, BACKLOG) != 0) {
		int why = errno;

		close(fd);
		return rc_fail(e, RC_SYSTEM, "cannot listen on %s: %s", path, strerror(why));
	}
	s->path = mem_alloc(strlen(path) + 1);
	memcpy(s->path, path, strlen(path) + 1);
	*ret = fd;
	return RC_OK;
}

/* "127.0.0.1:8080" or "[::1]:8080" */
static bool
parse_address(const char *text, struct sockaddr_storage *ret, socklen_t *ret_size)
{
	const char *colon = strrchr(text, ':');
	char host[64], *end;
	size_t n = colon == NULL ? 0 : (size_t)(colon - text);
	unsigned long port;

	if (n == 0 || n >= sizeof(host) || colon[1] < '0' || colon[1] > '9')
		return false;
	port = strtoul(colon + 1, &end, 10);
	if (*end != '\0' || port > 65535)
		return false;
	memcpy(host, text, n);
	host[n] = '\0';
	memset(ret, 0, sizeof(*ret));
	if (host[0] == '[' && host[n - 1] == ']') {
		struct sockaddr_in6 *a = (struct sockaddr_in6 *)ret;

		host[n - 1] = '\0';
		a->sin6_family = AF_INET6;
		a->sin6_port = htons((uint16_t)port);
		*ret_size = sizeof(*a);
		return inet_pton(AF_INET6, host + 1, &a->sin6_addr) == 1;
	}
	struct sockaddr_in *a = (struct sockaddr_in *)ret;

	a->sin_family = AF_INET;
	a->sin_port = htons((uint16_t)port);
	*ret_size = sizeof(*a);
	return inet_pton(AF_INET, host, &a->sin_addr) == 1;
}

static enum rc
listen_tcp(struct http_server *s, const char *text, int *ret, struct err *e)
{
	struct sockaddr_storage a;
	socklen_t size;
	int fd, on = 1;

	if (!parse_address(text, &a, &size))
		return rc_fail(e, RC_USAGE, "'%s' is no address to listen on: expected "
			       "127.0.0.1:PORT, [::1]:PORT or unix:PATH", text);
	fd = socket(a.ss_family, SOCK_STREAM, 0);
	if (fd < 0)
		return rc_fail(e, RC_SYSTEM, "no socket: %s", strerror(errno));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&a, size) != 0 || listen(fd, BACKLOG) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &size) != 0) {
		int why = errno;

		close(fd);
		return rc_fail(e, RC_SYSTEM, "cannot listen on %s: %s", text, strerror(why));
	}
	s->port = ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
						: ((struct sockaddr_in *)&a)->sin_port);
	*ret = fd;
	return RC_OK;
}

static void
start_daemon(struct http_server *s, int fd)
{
	const struct http_options *o = &s->options;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)o->certificate },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)o->certificate_key },
		{ MHD_OPTION_END, 0, NULL } };
	struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };

	if (o->certificate != NULL)
		flags |= MHD_USE_TLS;
	s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, s,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, on_line, s,
		MHD_OPTION_NOTIFY_COMPLETED, on_end, s,
		MHD_OPTION_THREAD_POOL_SIZE, o->threads,
		MHD_OPTION_CONNECTION_LIMIT, o->connections_max,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, s->path != NULL ? 0 : o->per_client_max,
		MHD_OPTION_CONNECTION_TIMEOUT, o->timeout_seconds,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_ARRAY, o->certificate != NULL ? tls : none, MHD_OPTION_END);
}

enum rc
http_start(const struct http_options *o, struct http_server **ret, struct err *e)
{
	struct http_server *s = mem_alloc(sizeof(*s));
	enum rc rc;
	int fd;

	*s = (struct http_server){ .options = *o };
	rc = strncmp(o->listen, "unix:", 5) == 0 ? listen_unix(s, o->listen + 5, &fd, e)
						 : listen_tcp(s, o->listen, &fd, e);
	if (rc != RC_OK) {
		free(s);
		return rc;
	}
	start_daemon(s, fd);
	if (s->daemon == NULL) {
		close(fd);
		free(s->path);
		free(s);
		return rc_fail(e, RC_SYSTEM, "the server does not start on %s%s", o->listen,
			       o->certificate ? ": are certificate and key a pair in PEM?" : "");
	}
	*ret = s;
	return RC_OK;
}

unsigned
http_port(const struct http_server *s)
{
	return s->port;
}

void
http_stop(struct http_server *s)
{
	if (s == NULL)
		return;
	MHD_stop_daemon(s->daemon);
	if (s->path != NULL)
		unlink(s->path);
	free(s->path);
	free(s);
}

#endif
