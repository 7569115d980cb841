/* http.c - requests in, answers out. */
#include "http.h"

#ifdef HAVE_MICROHTTPD

#include "http_priv.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "arena.h"
#include "clock.h"

#define CONNECTION_MEMORY (16u << 10)	/* request line and headers of one connection */
#define STREAM_BLOCK (64u << 10)
#define SLOWEST_BYTES 8192		/* a second: what a client must take of an answer */

const char *
http_header(const struct http_request *r, const char *name)
{
	return MHD_lookup_connection_value(r->exchange->connection, MHD_HEADER_KIND, name);
}

struct arena *
http_arena(const struct http_request *r)
{
	struct exchange *x = r->exchange;

	if (x->arena == NULL)
		x->arena = x->request.arena = arena_new();
	return x->arena;
}

void
http_set(struct http_response *r, const char *name, const char *value)
{
	if (r->header_count == HTTP_HEADERS_MAX)
		abort();	/* a handler of ours sets too many */
	r->headers[r->header_count].name = name;
	r->headers[r->header_count++].value = value;
}

ptrdiff_t
http_hand_out(const struct buf *block, size_t *sent, char *ret, size_t size_max)
{
	size_t n = block->size - *sent < size_max ? block->size - *sent : size_max;

	if (n > 0)
		memcpy(ret, block->data + *sent, n);
	*sent += n;
	return (ptrdiff_t)n;
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
	struct exchange *x;
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
	if (n < 0) {		/* the client is told now, not when the connection times out */
		if (s->x->link != NULL)
			(void)shutdown(s->x->link->fd, SHUT_RDWR);
		return MHD_CONTENT_READER_END_WITH_ERROR;
	}
	s->x->bytes += (uint64_t)n;
	link_enter(s->x->link, LINK_SENDING, s->x->server->options.send_seconds);
	return n;
}

static void
stream_free(void *cls)
{
	struct stream *s = cls;

	s->free(s->arg);
	free(s);
}

static struct MHD_Response *
make_stream(struct exchange *x, const struct http_response *r)
{
	struct stream *s = mem_alloc(sizeof(*s));

	*s = (struct stream){ x, r->read, r->read_free, r->read_arg };
	return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, stream_read, s,
						 stream_free);
}

static struct MHD_Response *
make_buffer(struct http_response *r)
{
	struct MHD_Response *m;

	if (r->body.data == NULL)
		return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	m = MHD_create_response_from_buffer(r->body.size, r->body.data, MHD_RESPMEM_MUST_FREE);
	if (m != NULL)
		r->body = (struct buf){ 0 };
	return m;
}

static void
add_headers(struct MHD_Response *m, const struct http_response *r)
{
	if (r->type != NULL)
		MHD_add_response_header(m, MHD_HTTP_HEADER_CONTENT_TYPE, r->type);
	for (size_t i = 0; i < r->header_count; i++)
		MHD_add_response_header(m, r->headers[i].name, r->headers[i].value);
}

struct http_kept {
	_Atomic unsigned references;
	size_t size;
	struct MHD_Response *response;
};

struct http_kept *
http_keep(struct http_response *r)
{
	size_t size = r->body.size;
	struct MHD_Response *m = make_buffer(r);
	struct http_kept *k;

	if (m == NULL)
		return NULL;
	add_headers(m, r);
	k = mem_alloc(sizeof(*k));
	*k = (struct http_kept){ .references = 1, .size = size, .response = m };
	return k;
}

struct http_kept *
http_kept_take(struct http_kept *k)
{
	atomic_fetch_add_explicit(&k->references, 1, memory_order_relaxed);
	return k;
}

void
http_kept_release(struct http_kept *k)
{
	if (k == NULL || atomic_fetch_sub_explicit(&k->references, 1, memory_order_acq_rel) != 1)
		return;
	MHD_destroy_response(k->response);
	free(k);
}

size_t
http_kept_size(const struct http_kept *k)
{
	return k->size;
}

static uint64_t
seconds_to_send(const struct exchange *x)
{
	uint64_t least = x->server->options.send_seconds;

	return least == 0 ? 0 : least + x->bytes / SLOWEST_BYTES;
}

/* Hands the response over, once: a server that ends refuses it and asks again. */
static enum MHD_Result
send_response(struct exchange *x)
{
	struct http_response *r = &x->response;
	struct MHD_Response *m;
	enum MHD_Result ok;

	if (x->sent)
		return MHD_NO;
	x->sent = true;
	x->status = r->status;
	x->bytes = r->kept != NULL ? r->kept->size : r->body.size;
	link_enter(x->link, LINK_SENDING, seconds_to_send(x));
	if (r->kept != NULL) {
		ok = MHD_queue_response(x->connection, r->status, r->kept->response);
		http_kept_release(r->kept);
		r->kept = NULL;
		return ok;
	}
	m = r->read != NULL ? make_stream(x, r) : make_buffer(r);
	r->read_free = NULL;	/* the stream's now */
	buf_free(&r->body);
	if (m == NULL)
		return MHD_NO;
	add_headers(m, r);
	ok = MHD_queue_response(x->connection, r->status, m);
	MHD_destroy_response(m);
	return ok;
}

void
exchange_resume(struct exchange *x)
{
	x->answered = true;
	MHD_resume_connection(x->connection);
}

static enum MHD_Result
answer(struct exchange *x)
{
	struct http_server *s = x->server;
	const struct http_options *o = &s->options;

	link_enter(x->link, LINK_BUSY, 0);
	if (o->quick != NULL && o->quick(o->arg, &x->request, &x->response))
		return send_response(x);
	(void)http_arena(&x->request);
	if (s->workers.count > 0) {
		MHD_suspend_connection(x->connection);
		if (workers_take(s, x))
			return MHD_YES;
		o->handler(o->arg, &x->request, &x->response);
		exchange_resume(x);
		return MHD_YES;
	}
	o->handler(o->arg, &x->request, &x->response);
	return send_response(x);
}

/* ---- requests ---- */

static struct link *
link_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info == NULL ? NULL : info->socket_context;
}

static enum MHD_Result
begin_request(struct exchange *x, struct http_server *s, struct MHD_Connection *connection,
	      const char *method)
{
	x->seen = true;
	x->server = s;
	x->connection = connection;
	x->link = link_of(connection);
	x->request.exchange = x;
	x->request.method = method_of(method);
	x->request.client = x->link == NULL ? 0 : x->link->client;
	/* What takes no body is answered before one comes. */
	if (s->options.body_max == 0 && x->request.method != HTTP_GET &&
	    x->request.method != HTTP_HEAD) {
		(void)http_arena(&x->request);
		s->options.handler(s->options.arg, &x->request, &x->response);
		return send_response(x);
	}
	return MHD_YES;
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
	   const char *version, const char *upload, size_t *upload_size, void **state)
{
	struct http_server *s = cls;
	struct exchange *x = *state;

	(void)version;
	(void)url;
	if (x == NULL)
		return MHD_NO;
	if (!x->seen)	/* headers are in; the body follows */
		return begin_request(x, s, connection, method);
	if (*upload_size > 0) {
		if (x->body.size + *upload_size > s->options.body_max)
			x->too_large = true;
		else
			buf_add(&x->body, upload, *upload_size);
		*upload_size = 0;
		return x->too_large ? MHD_NO : MHD_YES;
	}
	if (x->answered)
		return send_response(x);
	x->request.body = x->body.data;
	x->request.body_size = x->body.size;
	return answer(x);
}

/* The first sight of a request: its line as it came, before anything is decoded. */
static void *
on_line(void *cls, const char *line, struct MHD_Connection *connection)
{
	size_t size = strlen(line), path = strcspn(line, "?");
	struct exchange *x = mem_alloc(sizeof(*x) + size + 1);

	(void)cls;
	(void)connection;
	memset(x, 0, sizeof(*x));
	x->started = clock_elapsed();
	memcpy(x->line, line, size + 1);
	x->request.path = x->line;
	x->request.query = "";
	if (x->line[path] == '?') {
		x->line[path] = '\0';
		x->request.query = x->line + path + 1;
	}
	return x;
}

/* What was made for a client that went away before it could be handed over. */
static void
drop_response(struct http_response *r)
{
	if (r->read_free != NULL)
		r->read_free(r->read_arg);
	http_kept_release(r->kept);
	buf_free(&r->body);
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
	if (s->options.log != NULL && x->status != 0) {
		struct http_done d = { x->request.method, x->status, x->response.tag, x->bytes,
				       clock_elapsed() - x->started };

		s->options.log(s->options.arg, &d);
	}
	link_enter(x->link, LINK_READING, s->options.timeout_seconds);
	drop_response(&x->response);
	buf_free(&x->body);
	arena_free(x->arena);
	free(x);
	*state = NULL;
}

/* ---- connections ---- */

static uint64_t
client_of(const struct sockaddr *a)
{
	uint8_t bytes[8];
	uint64_t n = 0;
	uint32_t v4;

	if (a == NULL || (a->sa_family != AF_INET && a->sa_family != AF_INET6))
		return 0;
	if (a->sa_family == AF_INET) {
		memcpy(&v4, &((const struct sockaddr_in *)(const void *)a)->sin_addr, sizeof(v4));
		return UINT64_C(1) << 32 | v4;
	}
	memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		n = n << 8 | bytes[i];
	return n == 0 ? 1 : n;
}

static void
on_connection(void *cls, struct MHD_Connection *connection, void **context,
	      enum MHD_ConnectionNotificationCode what)
{
	struct http_server *s = cls;
	const union MHD_ConnectionInfo *fd, *address;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		guard_remove(s, *context);
		*context = NULL;
		return;
	}
	fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	address = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (fd != NULL)
		*context = guard_add(s, fd->connect_fd,
				     address == NULL ? 0 : client_of(address->client_addr));
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
	if (o->workers > 0)
		flags |= MHD_ALLOW_SUSPEND_RESUME;
	s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, s,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, on_line, s,
		MHD_OPTION_NOTIFY_COMPLETED, on_end, s,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
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

	memset(s, 0, sizeof(*s));
	s->options = *o;
	rc = http_listen(s, o->listen, &fd, e);
	if (rc != RC_OK) {
		free(s);
		return rc;
	}
	rc = guard_start(s, e);
	if (rc == RC_OK && (rc = workers_start(s, e)) == RC_OK)
		start_daemon(s, fd);
	if (rc == RC_OK && s->daemon == NULL)
		rc = rc_fail(e, RC_SYSTEM, "the server does not start on %s%s", o->listen,
			     o->certificate ? ": are certificate and key a pair in PEM?" : "");
	if (s->daemon == NULL) {
		close(fd);
		http_stop(s);
		return rc;
	}
	*ret = s;
	return RC_OK;
}

unsigned
http_port(const struct http_server *s)
{
	return s->port;
}

unsigned
http_connections(const struct http_server *s)
{
	return s->guard.count;
}

void
http_stop(struct http_server *s)
{
	if (s == NULL)
		return;
	workers_stop(s);
	if (s->daemon != NULL)
		MHD_stop_daemon(s->daemon);
	guard_stop(s);
	pthread_mutex_destroy(&s->workers.lock);
	if (s->path != NULL)
		unlink(s->path);
	free(s->path);
	free(s);
}

#endif
